"""Who may do what: every address of the staff pages and the roles that may have it. What is not here is nobody's."""

from dataclasses import dataclass
from types import MappingProxyType

from mentoring.access import keys
from mentoring.access.staff import Role

ROLE_WORDS = MappingProxyType(
    {
        Role.LEAD: "Lead",
        Role.DEPUTY: "Deputy",
        Role.SAFEGUARDING_LEAD: "Safeguarding lead",
        Role.HELPER: "Helper",
        Role.IT: "IT",
    }
)

ALL = frozenset(Role)
LEADS = frozenset({Role.LEAD, Role.DEPUTY})
# Whoever looks after people; the safeguarding lead sees mentors and changes nothing of theirs.
CARERS = LEADS | {Role.SAFEGUARDING_LEAD}
LUNCH = CARERS | {Role.HELPER}
PRINTING = LEADS | {Role.HELPER}
# Whoever looks after the box. IT has no page that names a mentor, a request or a concern.
TECHNICAL = LEADS | {Role.IT}
ACCOUNTS = CARERS | {Role.IT}


@dataclass(frozen=True)
class Right:
    """One thing that staff do, in the guide's words; who may; and the addresses it takes, as Flask names them."""

    words: str
    roles: frozenset[Role]
    endpoints: tuple[str, ...]


RIGHTS = (
    Right("See and answer an alert", ALL, ("now.now", "alerting.going", "alerting.not_going")),
    Right(
        "Change one's own password and second factor; log out",
        ALL,
        (
            "me_page.show",
            "me_page.password",
            "me_page.second_factor",
            "me_page.confirm",
            "me_page.new_codes",
            "me_page.remove",
            "me_page.end_others",
            "log_in.log_out",
        ),
    ),
    Right("See Today and print its sheet", LUNCH, ("today.today", "today.sheet")),
    Right("See who is on duty", LUNCH, ("on_duty.show", "on_duty.now", "on_duty.week", "mentors.photo")),
    Right("Name the adult within call for today", CARERS, ("today.adult",)),
    Right(
        "Look at the rota, print its poster and slips",
        LUNCH,
        ("rota_page.rota_by_hand", "rota_page.drop_in", "rota_papers.poster", "rota_papers.slips"),
    ),
    Right(
        "Change and plan the rota",
        LEADS,
        (
            "today.step_in",
            "rota_page.due",
            "rota_page.move",
            "rota_page.pin",
            "rota_page.undo",
            "rota_planning.choose",
            "rota_planning.begin",
            "rota_planning.plan",
            "rota_planning.plan_json",
            "rota_planning.stop",
            "rota_planning.use",
            "rota_papers.as_csv",
            "rota_papers.choose_file",
            "rota_papers.dry_run",
            "rota_papers.use",
        ),
    ),
    Right(
        "Find cover, decide swaps, correct attendance",
        LEADS,
        (
            "cover_page.show",
            "cover_page.ask",
            "cover_page.swap",
            "cover_page.take",
            "cover_page.asked",
            "cover_page.approve",
            "cover_page.refuse",
            "cover_page.withdraw",
            "cover_page.limits",
            "cover_page.attended",
            "cover_page.undo_attended",
        ),
    ),
    Right("Look at mentors", CARERS, ("mentors.all_mentors", "mentors.one", "mentors.training_card")),
    Right(
        "Add, import and change mentors, their days and their photos",
        LEADS,
        (
            "mentors.new",
            "mentors.add",
            "mentors.change",
            "mentors.keep_photo",
            "importing.choose",
            "importing.dry_run",
            "importing.use",
            "availability_page.add",
            "availability_page.remove",
            "availability_page.cap",
            "availability_page.keep_apart",
            "availability_page.let_together",
            "calendar_door.mentors",
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
    Right(
        "See how often pupils asked, and what about",
        CARERS,
        (
            "requests_page.show",
            "requests_page.visits_chart",
            "requests_page.topics_chart",
            "requests_page.visits_file",
            "requests_page.topics_file",
        ),
    ),
    Right("Set the smallest number that is told", LEADS, ("requests_page.set_smallest",)),
    Right(
        "Set slots, terms and closures, call a drop-in off, end the year",
        LEADS,
        (
            "school_year_page.show",
            "school_year_page.add_slot",
            "school_year_page.set_places",
            "school_year_page.end_slot",
            "school_year_page.week",
            "school_year_page.add_half_term",
            "school_year_page.remove_half_term",
            "school_year_page.add_closure",
            "school_year_page.remove_closure",
            "school_year_page.call_off",
            "school_year_page.hold",
            "year_end_page.dry_run",
            "year_end_page.end",
        ),
    ),
    Right("Name the school and its staffed hours", LEADS, ("programme_page.school", "calendar_door.programmes")),
    Right(
        "Say when an unanswered alert is passed on, give the staff room its screen",
        LEADS,
        ("programme_page.passing_on", "programme_page.give_staff_room_link", "programme_page.end_staff_room_link"),
    ),
    Right(
        "Set where alerts are sent beyond the screens",
        CARERS,
        ("channels_page.show", "channels_page.add", "channels_page.test", "channels_page.end"),
    ),
    Right(
        "Hold a drill",
        CARERS,
        ("drill_page.show", "drill_page.now", "drill_page.start", "drill_page.stop", "drill_page.as_csv"),
    ),
    Right(
        "Look after the box: its clock, the board's address",
        TECHNICAL,
        ("programme_page.show", "programme_page.clock_is_right", "programme_page.replace_board_link"),
    ),
    Right("See how the box is, back it up", ACCOUNTS, ("backups_page.show", "backups_page.back_up")),
    Right("Read and check the trail", ACCOUNTS, ("trail_page.show", "trail_page.as_csv")),
    Right(
        "Make the recovery key",
        CARERS,
        ("recovery_key_page.show", "recovery_key_page.make", "recovery_key_page.paper", "recovery_key_page.confirm"),
    ),
    Right(
        "Write a concern",
        LUNCH,
        (
            "concerns_page.show",
            "concerns_page.new",
            "concerns_page.begin",
            "concerns_page.receipt",
            "concerns_page.keep_draft",
            "concerns_page.drop_draft",
        ),
    ),
    Right("Read what to do when a key is lost", CARERS, ("concerns_page.lost",)),
    Right(
        "Unlock the concerns, read them, add to them, hand them over",
        keys.OWNERS,
        (
            "concerns_page.unlock",
            "concerns_page.lock",
            "concerns_page.one",
            "concerns_page.add",
            "concerns_page.hold",
            "concerns_page.draft",
            "concerns_page.take_over",
            "concerns_page.discard",
            "concerns_page.seal_anew",
            "concerns_page.open_with_paper",
            "hand_over_page.choose",
            "hand_over_page.draw_up",
            "hand_over_page.one",
            "hand_over_page.paper",
            "hand_over_page.receipt",
            "hand_over_page.shred",
        ),
    ),
    Right("See who has an account", ACCOUNTS, ("staff_page.everyone",)),
    Right(
        "Read the privacy papers",
        ACCOUNTS,
        (
            "privacy_page.show",
            "privacy_page.record",
            "privacy_page.record_csv",
            "privacy_page.assessment",
            "privacy_page.pupils",
        ),
    ),
    Right(
        "Choose periods, hold data, sign the privacy papers",
        CARERS,
        (
            "privacy_page.set_period",
            "privacy_page.run",
            "privacy_page.hold",
            "privacy_page.end_hold",
            "privacy_page.sign",
        ),
    ),
    Right(
        "Hand out what is held about a person",
        CARERS,
        ("privacy_page.find", "privacy_page.person", "privacy_page.take_along"),
    ),
    Right("Erase a person", LEADS, ("privacy_page.before_erasing", "privacy_page.erase")),
    Right("See one account; print a code for somebody's new password", CARERS, ("staff_page.one", "staff_page.code")),
    Right(
        "Add, change and end accounts, hand the lead over",
        LEADS,
        (
            "staff_page.add",
            "staff_page.change",
            "staff_page.role",
            "staff_page.hand_over",
            "staff_page.end",
            "staff_page.ask_all_for_codes",
        ),
    ),
)
# Pages behind a long link, for screens that nobody logs in on, and what is no secret. They answer over the network
# without TLS too (`admin/frame/ways.py`); whatever is not named here wants the proxy.
BY_LINK = frozenset(
    {
        "static",
        "today.healthz",
        "board.board",
        "board.board_json",
        "calendar_door.calendar",
        "staff_room.screen",
        "staff_room.screen_json",
        "staff_room.going",
        "staff_room.not_going",
    }
)
# What answers without a log-in. Everything else asks for one.
OPEN_TO_ALL = BY_LINK | frozenset(
    {
        "log_in.form",
        "log_in.log_in",
        "log_in.set_up_form",
        "log_in.set_up",
        "welcome_page.form",
        "welcome_page.take_up",
        "welcome_page.forgotten",
        "welcome_page.recover",
    }
)
# What a page asks by itself, and "I am going": both work even when the log-in has idled, and are no click (P5).
ALERTS = frozenset({"now.now", "alerting.going", "alerting.not_going"})
POLLED = ALERTS | {"on_duty.now", "drill_page.now"}
# What is left to somebody who must set up a second factor and has not done so yet.
FACTOR_FIRST = ALERTS | {"me_page.second_factor", "me_page.confirm", "log_in.log_out"}

_ROLES = MappingProxyType({endpoint: each.roles for each in RIGHTS for endpoint in each.endpoints})
_FIRST_PAGES = ("today.today", "programme_page.show")


def may(role: Role, endpoint: str) -> bool:
    """Whether this role may open this page; one that nobody entered above is refused to all."""
    return endpoint in OPEN_TO_ALL or role in _ROLES.get(endpoint, frozenset())


def first_page(role: Role) -> str:
    """Where a log-in begins."""
    return next(each for each in _FIRST_PAGES if may(role, each))
