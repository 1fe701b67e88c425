"""The `Area` of the server: its pages, rights and texts."""

from types import MappingProxyType

from admin.box import box, guide, programme, trail, waiting
from admin.frame.area import Area, Group, RailLine
from admin.frame.rights import ACCOUNTS, ALL, LEADS, TECHNICAL, Right

RIGHTS = (
    Right("Name the school and its staffed hours", LEADS, ("programme_page.school",)),
    Right(
        "Say when an unanswered alert is passed on, give the staff room its screen",
        LEADS,
        (
            "programme_page.passing_on",
            "programme_page.give_staff_room_link",
            "programme_page.end_staff_room_link",
            "programme_page.trust_screen",
            "programme_page.end_trust",
        ),
    ),
    Right(
        "Look after the box: its clock, the board's address, the kiosk's camera",
        TECHNICAL,
        (
            "programme_page.show",
            "programme_page.clock_is_right",
            "programme_page.replace_board_link",
            "backups_page.camera_code",
        ),
    ),
    Right(
        "See how the box is, back it up",
        ACCOUNTS,
        ("backups_page.show", "backups_page.technical", "backups_page.back_up"),
    ),
    Right("Set how large the kiosk shows its pages, and its screen reader", TECHNICAL, ("backups_page.kiosk",)),
    Right("Read the guide", ALL, ("guide_page.show", "guide_page.picture")),
    Right("Read and check the trail", ACCOUNTS, ("trail_page.show", "trail_page.as_csv")),
)
RAIL = (
    RailLine(Group.SCHOOL_AND_BOX, 2, "Programme", "settings", "programme_page.show", ("programme_page",)),
    RailLine(
        Group.SCHOOL_AND_BOX,
        6,
        "The box",
        "monitor",
        "backups_page.show",
        ("backups_page", "trail_page", "recovery_key_page"),
    ),
    RailLine(Group.SCHOOL_AND_BOX, 7, "Guide", "book-open", "guide_page.show", ("guide_page",)),
)
# The sentences of the paper trail. Their subject is the person who acted; `{...}` is filled from the journal row.
TRAIL = MappingProxyType(
    {
        "backup.restored": "restored a backup whose trail ended at row {head}",
        "camera.chosen": "kept the camera that was chosen there",
        "camera.code": "made a code to choose the kiosk's camera",
        "clock.doubted": "asked whether the box's clock is right",
        "clock.confirmed": "said that the box's clock is right",
        "journal.year_dropped": "dropped the trail of the school year {year} whole: its time was over ({rows} rows)",
        "programme.board_link": "gave the duty board a new address",
        "programme.changed": "changed the school's name or its staffed hours",
        "programme.kiosk": "set how the kiosk shows its pages: {zoom} %, screen reader {screen_reader}",
        "programme.passing_on": "set when an alert is passed on",
        "programme.set_up": "set the programme up, with {staff} as its lead",
        "programme.staff_room_link": "gave the staff room's screen a new address",
        "programme.staff_room_opened": "was opened on a screen",
        "programme.week": "said that this is week {week}",
    }
)
# The message shown after a change, by the value of `said` in the page's address.
SAID = MappingProxyType(
    {
        "backed_up": "Backed up.",
        "kiosk": "Saved. The kiosk follows by itself.",
        "link": "The board has a new address. The old one shows nothing now.",
        "staff_room": "The staff room has an address now. Open it on the screen there.",
        "staff_room_anew": "The staff room's screen has a new address. The old one shows nothing now.",
        "screen_trusted": "This screen is trusted: a name that is tapped on the staff room's page here counts at once. "
        "Log out before you leave it.",
        "trust_ended": "Trusted no more. A name that is tapped there has to be confirmed.",
        "staff_room_ended": "The staff room's screen shows nothing from now on.",
    }
)
# Where the guide explains each page: the anchor of a heading, by blueprint or endpoint.
GUIDE = MappingProxyType(
    {
        "backups_page": "what-is-left-when-the-box-breaks",
        "backups_page.technical": "for-whoever-looks-after-the-box",
        "programme_page": "monday-set-up",
        "trail_page": "the-trail",
    }
)
AREA = Area(
    pages=(
        box.pages,
        guide.pages,
        programme.pages,
        trail.pages,
    ),
    rights=RIGHTS,
    rail=RAIL,
    waiting=(waiting.set_up, waiting.older_copy, waiting.badge_key, waiting.backup, waiting.camera),
    trail=TRAIL,
    said=SAID,
    before_second_factor=("guide_page.show", "guide_page.picture"),
    guide=GUIDE,
)
