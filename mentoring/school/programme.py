"""The programme: one school's scheme, its name, its hours, and the sentence about secrets."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from mentoring.basics import clock, forms
from mentoring.basics.forms import LONGEST_NAME, Fault, tidy
from mentoring.store import journal
from mentoring.store.database import row, write

# words

# The guidance this product serves says it first: mentors never promise to keep a secret. This is the one source (P4).
NEVER_A_SECRET = "Mentors listen. They cannot keep secrets about someone's safety."  # noqa: S105 # not a password
CHILDLINE = "0800 1111"
HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY_NAMES = dict(zip(DAYS, _FULL_NAMES, strict=True))


class Wrong(StrEnum):
    """What can be wrong with what a lead writes of the programme."""

    NAME = "programme.name"
    NO_TIME = "programme.no_time"
    ENDS_FIRST = "programme.ends_first"
    NO_DAY = "programme.no_day"
    NO_MINUTES = "programme.no_minutes"
    DEPUTY_LATER = "programme.deputy_later"


class NotSetUp(LookupError):
    """The box is new: no lead has been made yet."""


@dataclass(frozen=True)
class Programme:
    """What set-up settled. `staffed_days` are English three-letter days; the hours are `HH:MM` in local time.

    `deputy_after` and `everyone_after` are minutes without an answer; `staff_room_link` is empty while there is none;
    `staff_room_opened`: it has been open on a screen on which nobody was logged in. `kiosk_zoom` is in
    percent; `has_screen_reader`: the kiosk reads its pages aloud.
    """

    school: str
    name: str
    zone: str
    board_link: str
    staffed_days: tuple[str, ...]
    staffed_from: str
    staffed_until: str
    deputy_after: int = 3
    everyone_after: int = 6
    staff_room_link: str = ""
    staff_room_opened: bool = False
    kiosk_zoom: int = 100
    has_screen_reader: bool = False


_TEXTS = ("school", "name", "staffed_from", "staffed_until")
_MINUTES = ("deputy_after", "everyone_after")
# After so many minutes without an answer an alert is passed on (P5): soon enough to help, late enough to be seen first.
LONGEST_UNANSWERED = 60


# rules


def is_staffed(programme: Programme, *, now: datetime, drop_in_running: bool) -> bool:
    """Whether an adult can be called now: in staffed hours, or while a drop-in runs with its adult within call (P5)."""
    wall = clock.wall(now, programme.zone)
    in_hours = (
        DAYS[wall.weekday()] in programme.staffed_days
        and programme.staffed_from <= f"{wall:%H:%M}" < programme.staffed_until
    )
    return in_hours or drop_in_running


def faults(
    *, school: str, name: str, staffed_from: str, staffed_until: str, staffed_days: Sequence[str]
) -> list[Fault]:
    """All that is wrong with what a lead wrote of the school; empty when nothing is."""
    found = [
        Fault(field, Wrong.NAME, {"most": LONGEST_NAME})
        for field, text in (("school", school), ("name", name))
        if not 0 < len(tidy(text)) <= LONGEST_NAME
    ]
    hours = [
        Fault(field, Wrong.NO_TIME)
        for field, text in (("staffed_from", staffed_from), ("staffed_until", staffed_until))
        if not HOUR.fullmatch(text)
    ]
    if not hours and staffed_until <= staffed_from:
        hours.append(Fault("staffed_until", Wrong.ENDS_FIRST))
    if not staffed_days:
        hours.append(Fault("staffed_days", Wrong.NO_DAY))
    return found + hours


def passing_on_faults(*, deputy_after: str, everyone_after: str) -> list[Fault]:
    """All that is wrong with the minutes after which an unanswered alert goes on; empty when nothing is."""
    found = [
        Fault(field, Wrong.NO_MINUTES, {"most": LONGEST_UNANSWERED})
        for field, text in (("deputy_after", deputy_after), ("everyone_after", everyone_after))
        if not re.fullmatch(r"[0-9]{1,2}", text.strip(), re.ASCII) or not 1 <= int(text) <= LONGEST_UNANSWERED
    ]
    if not found and int(everyone_after) <= int(deputy_after):
        found.append(Fault("everyone_after", Wrong.DEPUTY_LATER))
    return found


def school_form(known: Programme) -> dict[str, str]:
    """What the form of the school shows, by field; the days are one, `Mon,Tue`."""
    return {**{name: getattr(known, name) for name in _TEXTS}, "staffed_days": ",".join(known.staffed_days)}


def minutes_form(known: Programme) -> dict[str, str]:
    """What the form of an alert that nobody answers shows, by field."""
    return {name: str(getattr(known, name)) for name in _MINUTES}


# memory


def load(db: Database) -> Programme:
    """The programme. Raises `NotSetUp` on a new box."""
    found = row(db, "select * from programme")
    if found is None:
        raise NotSetUp("The programme is not set up yet. Set it up with: dropin init, or in the browser.")
    return Programme(
        school=found["school"],
        name=found["name"],
        zone=found["zone"],
        board_link=found["board_link"],
        staffed_days=tuple(found["staffed_days"].split(",")),
        staffed_from=found["staffed_from"],
        staffed_until=found["staffed_until"],
        deputy_after=found["deputy_after"],
        everyone_after=found["everyone_after"],
        staff_room_link=found["staff_room_link"] or "",
        staff_room_opened=found["staff_room_opened"] is not None,
        kiosk_zoom=found["kiosk_zoom"],
        has_screen_reader=bool(found["kiosk_reader"]),
    )


def mark(db: Database) -> str:
    """A random id of this programme, whatever it is called; empty on a new box."""
    found = row(db, "select mark from programme")
    return str(found["mark"]) if found else ""


# actions


def remember(db: Database, *, school: str, zone: str = "Europe/London") -> None:
    """Write the one row of the programme, inside the change that sets it up."""
    db.execute(
        """
        insert into programme (id, school, name, zone, board_link, staffed_days, staffed_from, staffed_until,
                               mark)
        values (1, :school, 'Peer mentors', :zone, :link, 'Mon,Tue,Wed,Thu,Fri', '08:30', '16:00', :mark)""",
        {"school": school, "zone": zone, "link": secrets.token_urlsafe(18), "mark": secrets.token_hex(8)},
    )


def change(db: Database, given: Mapping[str, str], *, by: str, now: datetime) -> list[Fault]:
    """Change the names of the school and the programme and the staffed hours by a form, as far as its page changed
    them; empty when it is saved. The days are one field, as in `school_form`.
    """
    with write(db):
        merged = forms.as_changed(given, school_form(load(db)))
        texts = {name: merged.get(name, "") for name in _TEXTS}
        days = [day for day in DAYS if day in merged.get("staffed_days", "").split(",")]
        if found := faults(**texts, staffed_days=days):
            return found
        db.execute(
            """
            update programme
               set school = :school, name = :name,
                   staffed_days = :days, staffed_from = :from, staffed_until = :until""",
            {
                "school": tidy(texts["school"]),
                "name": tidy(texts["name"]),
                "days": ",".join(days),
                "from": texts["staffed_from"],
                "until": texts["staffed_until"],
            },
        )
        journal.note(db, "programme.changed", actor=by, now=now)
    return []


def replace_board_link(db: Database, old: str, *, by: str, now: datetime) -> str:
    """Make a new address for the duty board; the old one shows nothing from now on. A second tap changes nothing."""
    with write(db):
        changed = db.execute(
            "update programme set board_link = :link where board_link = :old",
            {"link": secrets.token_urlsafe(18), "old": old},
        )
        if changed.rowcount:
            journal.note(db, "programme.board_link", actor=by, now=now)
    return load(db).board_link


def change_passing_on(db: Database, given: Mapping[str, str], *, by: str, now: datetime) -> list[Fault]:
    """Change the minutes after which an unanswered alert goes on by a form, as far as its page changed them; empty when
    it is saved.
    """
    with write(db):
        merged = forms.as_changed(given, minutes_form(load(db)))
        texts = {name: merged.get(name, "") for name in _MINUTES}
        if found := passing_on_faults(**texts):
            return found
        minutes = {"deputy": int(texts["deputy_after"]), "everyone": int(texts["everyone_after"])}
        db.execute("update programme set deputy_after = :deputy, everyone_after = :everyone", minutes)
        journal.note(db, "programme.passing_on", actor=by, now=now, **minutes)
    return []


def give_staff_room_link(db: Database, old: str, *, by: str, now: datetime) -> None:
    """A new address for the staff room's screen; the old one, if any, shows nothing from now on."""
    _set_staff_room_link(db, old, secrets.token_urlsafe(24), by=by, now=now)


def end_staff_room_link(db: Database, old: str, *, by: str, now: datetime) -> None:
    """The staff room's screen shows nothing from now on."""
    _set_staff_room_link(db, old, None, by=by, now=now)


def _set_staff_room_link(db: Database, old: str, new: str | None, *, by: str, now: datetime) -> None:
    """Write the link, or None for none. A second tap, which still names the earlier link, changes nothing."""
    with write(db):
        changed = db.execute(
            """
            update programme set staff_room_link = :new, staff_room_opened = null
             where coalesce(staff_room_link, '') = :old""",
            {"new": new, "old": old},
        )
        if changed.rowcount:
            journal.note(db, "programme.staff_room_link", actor=by, now=now, given=int(new is not None))


def note_staff_room_opened(db: Database, *, now: datetime) -> None:
    """Note that a screen has the staff room's link open. The first time counts; a new link begins anew."""
    with write(db):
        noted = db.execute(
            """
            update programme set staff_room_opened = :now
             where staff_room_link is not null and staff_room_opened is null""",
            {"now": clock.to_text(now)},
        )
        if noted.rowcount:
            journal.note(db, "programme.staff_room_opened", actor=journal.STAFF_ROOM, now=now)
