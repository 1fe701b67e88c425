"""The `Area` of mentors: its pages, rights and texts."""

from types import MappingProxyType

from admin.frame.area import Area, Group, RailLine
from admin.frame.rights import CARERS, LEADS, LUNCH, PRINTING, TECHNICAL, Right
from admin.people import badge_sheets, mentor_file, mentors, waiting

RIGHTS = (
    Right("See who is on duty", LUNCH, ("mentors.photo",)),
    Right("Look at mentors", CARERS, ("mentors.all_mentors", "mentors.one", "mentors.training_card")),
    Right(
        "Add, import and change mentors, their days and their photos",
        LEADS,
        (
            "mentors.new",
            "mentors.add",
            "mentors.change",
            "mentors.record_consent",
            "mentors.keep_photo",
            "importing.choose",
            "importing.dry_run",
            "importing.use",
            "importing.as_csv",
            "importing.template",
        ),
    ),
    Right(
        "Print badges",
        PRINTING,
        (
            "badge_printing.choose",
            "badge_printing.make",
            "badge_printing.sheet",
            "badge_printing.sheet_json",
            "badge_printing.sheet_picture",
            "badge_printing.print_it",
            "badge_printing.say_printed",
            "badge_printing.stop",
        ),
    ),
    Right("Replace and revoke badges", LEADS, ("badge_printing.replace", "mentors.revoke_badge")),
    Right("See the school's logo", PRINTING | TECHNICAL, ("badge_printing.logo",)),
    Right(
        "Measure printers, choose the logo",
        TECHNICAL,
        (
            "badge_printing.printer",
            "badge_printing.printer_page",
            "badge_printing.keep_printer",
            "badge_printing.forget_printer",
            "badge_printing.set_logo",
        ),
    ),
)
RAIL = (
    RailLine(Group.MENTORS, 1, "Mentors", "users", "mentors.all_mentors", ("mentors", "importing", "leaving_page")),
    RailLine(Group.MENTORS, 5, "Badges", "id-card-lanyard", "badge_printing.choose", ("badge_printing",)),
    RailLine(
        Group.MENTORS,
        6,
        "Printers",
        "printer",
        "badge_printing.printer",
        ("badge_printing",),
        instead_of="badge_printing.choose",
    ),
)
# The sentences of the paper trail. Their subject is the person who acted; `{...}` is filled from the journal row.
TRAIL = MappingProxyType(
    {
        "badge.good_again": "made the revoked badge of {mentor} good again",
        "badge.issued": "issued a badge to {mentor}",
        "badge.printed": "printed the badges of {mentors}",
        "badge.replaced": "replaced the badge of {mentor}",
        "badge.revoked": "revoked the badge of {mentor}",
        "badge.sheet": "opened a sheet with the badges of {mentors}",
        "consent.agreed": "wrote down that {mentors} agreed to have their names shown",
        "consent.proposed": "brought a file that says that {mentors} agreed to have their names shown",
        "consent.refused": "wrote down that the names of {mentors} are not shown",
        "logo.changed": "changed the school's logo",
        "mentor.added": "added {mentor} to the list",
        "mentor.edited": "changed the entry of {mentor} ({state})",
        "mentor.erased": "erased {mentor} ({why})",
        "mentor.imported": "imported {mentors}",
        "mentor.moved_up": "moved {mentors} up with a file",
        "photo.kept": "kept a photograph of {mentor}, who agreed",
        "photo.removed": "removed the photograph of {mentor}",
        "printer.forgotten": "forgot a printer",
        "printer.measured": "measured a printer",
    }
)
# The message shown after a change, by the value of `said` in the page's address.
SAID = MappingProxyType(
    {
        "trimmed": "The logo is saved, without the wide margins around it.",
        "printed": "Noted: these badges are printed.",
        "not_printed": "Nothing is noted as printed. Open the PDF once more when the printer is ready.",
        "revoked": "The badge is revoked, and no longer works.",
        "imported": "What the file says is done. Print the badges of those who have none.",
        "imported_names": "What the file says is done. Look at the ticks below, and save them.",
        "names": "Saved. The kiosk and the board show the names that are ticked.",
    }
)
# Where the guide explains each page: the anchor of a heading, by blueprint or endpoint.
GUIDE = MappingProxyType(
    {
        "mentors": "tuesday-the-mentors",
        "mentors.training_card": "what-to-say",
        "importing": "import-your-list",
        "badge_printing": "badges",
    }
)
AREA = Area(
    pages=(
        badge_sheets.pages,
        mentor_file.pages,
        mentors.pages,
    ),
    rights=RIGHTS,
    rail=RAIL,
    waiting=(waiting.without_badge, waiting.without_consent),
    trail=TRAIL,
    said=SAID,
    guide=GUIDE,
)
