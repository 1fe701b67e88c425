"""The programme: one school's scheme, its name, its hours and the words it never changes."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from mentoring import clock, journal
from mentoring.database import row, write

# words

# The guidance this product serves says it first: mentors never promise to keep a secret. This is the one source (P4).
NEVER_A_SECRET = "Mentors listen. They cannot keep secrets about someone's safety."  # noqa: S105 # not a password
CHILDLINE = "0800 1111"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY_NAMES = dict(zip(DAYS, _FULL_NAMES, strict=True))


@dataclass(frozen=True)
class Programme:
    """What set-up settled. `staffed_days` are English three-letter days; the hours are `HH:MM` on the wall."""

    school: str
    name: str
    zone: str
    board_link: str
    staffed_days: tuple[str, ...]
    staffed_from: str
    staffed_until: str


# A clock that wakes before this product was made has lost its battery.
OLDEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)
# The summer's and a busy box's small corrections are no reason to doubt.
LARGEST_STEP_BACK = timedelta(hours=2)


# rules


def is_time_unsure(*, now: datetime, last_written: datetime | None) -> bool:
    """Whether the box's clock cannot be believed: before its own making, or well before what it wrote last (P27)."""
    return now < OLDEST_NOW or (last_written is not None and now < last_written - LARGEST_STEP_BACK)


def is_staffed(programme: Programme, *, now: datetime, drop_in_running: bool) -> bool:
    """Whether an adult can be called now: in staffed hours, or while a drop-in runs with its adult within call (P5)."""
    wall = clock.wall(now, programme.zone)
    in_hours = (
        DAYS[wall.weekday()] in programme.staffed_days
        and programme.staffed_from <= f"{wall:%H:%M}" < programme.staffed_until
    )
    return in_hours or drop_in_running


# memory


def load(db: Database) -> Programme:
    """The programme. Raises `LookupError` before set-up."""
    found = row(db, "select * from programme")
    if found is None:
        raise LookupError("set-up has not been done yet")
    return Programme(
        school=found["school"],
        name=found["name"],
        zone=found["zone"],
        board_link=found["board_link"],
        staffed_days=tuple(found["staffed_days"].split(",")),
        staffed_from=found["staffed_from"],
        staffed_until=found["staffed_until"],
    )


def is_set_up(db: Database) -> bool:
    """Whether the first lead has been made."""
    return row(db, "select 1 from staff where role = 'lead'") is not None


# actions


def remember(db: Database, *, school: str, zone: str = "Europe/London") -> None:
    """Write the one row of the programme, inside the change that sets it up."""
    db.execute(
        """
        insert into programme (id, school, name, zone, board_link, staffed_days, staffed_from, staffed_until)
        values (1, :school, 'Peer mentors', :zone, :link, 'Mon,Tue,Wed,Thu,Fri', '08:30', '16:00')""",
        {"school": school, "zone": zone, "link": secrets.token_urlsafe(18)},
    )


def replace_board_link(db: Database, *, by: str, now: datetime) -> str:
    """A new address for the duty board; the old one shows nothing from now on."""
    link = secrets.token_urlsafe(18)
    with write(db):
        db.execute("update programme set board_link = :link", {"link": link})
        journal.note(db, "programme.board_link", actor=by, now=now)
    return link
