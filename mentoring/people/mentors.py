"""Mentors: who they are. Whether they are fit for duty is in `fitness.py`; staff are in `mentoring/access/staff.py`."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics.cells import date_of, yes_of
from mentoring.basics.forms import LONGEST_NAME, Fault, folded, tidy
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words


class Wrong(StrEnum):
    """What can be wrong with what is written of a mentor."""

    NO_GIVEN_NAME = "mentor.no_given_name"
    NO_FAMILY_NAME = "mentor.no_family_name"
    NO_YEAR_GROUP = "mentor.no_year_group"
    NOT_A_YEAR = "mentor.not_a_year"
    MADE_A_DATE = "mentor.made_a_date"
    LONG = "mentor.long"
    NO_ADDRESS = "mentor.no_address"
    NOT_YES_OR_NO = "mentor.not_yes_or_no"
    HAS_LEFT = "mentor.has_left"
    ALREADY_THERE = "mentor.already_there"


OLDEST_YEAR_GROUP = 14  # in Northern Ireland; 13 in England and Wales
_CONSENT = {"yes": True, "no": False}  # said in no other word: it shows a name in public (P12)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = f"(?:{'|'.join(_MONTHS)})[a-z]*"
_YEAR_GROUP = re.compile(
    r"(?:y(?:ea)?rs?|year ?group|y)?[ .]*0?(\d{1,2})(?:st|nd|rd|th|[ /.-]?[a-z]{1,3}\d?)?", re.ASCII
)
_MADE_A_DATE = re.compile(rf"{_MONTH}[-/. ]\d{{1,4}}|\d{{1,2}}[-/. ]?{_MONTH}(?:[-/. ]\d{{2,4}})?", re.ASCII)


class MentorState(StrEnum):
    """A mentor is active, pauses for a while, or has left."""

    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


@dataclass(frozen=True)
class Mentor:
    """An older pupil, trained, who wears a badge and listens."""

    id: int
    given_name: str
    family_name: str
    display_name: str
    year_group: str
    experienced: bool
    email: str
    shows_name: bool
    state: MentorState
    has_badge: bool

    @property
    def full_name(self) -> str:
        """As staff know them; never on a kiosk or a board."""
        return f"{self.given_name} {self.family_name}"

    @property
    def public_name(self) -> str:
        """What a screen in a room or a hallway may show: the name of those who agreed (P12)."""
        return self.display_name if self.shows_name else "A mentor"


@dataclass(frozen=True)
class NewMentor:
    """What a form or a file says of one mentor, normalised. A file never gives consent to show a name (P12)."""

    given_name: str
    family_name: str
    year_group: str
    display_name: str
    experienced: bool = False
    email: str = ""
    shows_name: bool = False


# rules


def year_of(text: str) -> str | None:
    """The year group in `10`, `Year 10`, `Yr 10`, `Y10` or `10A` (a form), as a number; None for anything else."""
    found = _YEAR_GROUP.fullmatch(tidy(text).lower())
    if found is None or _is_a_date(text) or not 1 <= int(found[1]) <= OLDEST_YEAR_GROUP:
        return None
    return str(int(found[1]))


def _is_a_date(text: str) -> bool:
    """Whether this is what a spreadsheet makes of `10-11`: `Oct-11`, `10-Nov` or a whole date."""
    return _MADE_A_DATE.fullmatch(text.lower()) is not None or date_of(text) is not None


def name_key(mentor: "Mentor | NewMentor") -> tuple[str, str]:
    """Given and family name for comparing: accents, dashes, apostrophes and case make no other name."""
    return folded(mentor.given_name), folded(mentor.family_name)


def year_key(mentor: "Mentor | NewMentor") -> str:
    """The year group for comparing; one that was kept before year groups were numbers is compared as it is written."""
    return year_of(mentor.year_group) or mentor.year_group.casefold()


def new_mentor(given: Mapping[str, str]) -> NewMentor | list[Fault]:
    """One mentor from a form or a row of a file, or all that is wrong with it."""
    text = {name: tidy(given.get(name) or "") for name in NewMentor.__dataclass_fields__}
    faults = [
        Fault(field, code)
        for field, code in (
            ("given_name", Wrong.NO_GIVEN_NAME),
            ("family_name", Wrong.NO_FAMILY_NAME),
            ("year_group", Wrong.NO_YEAR_GROUP),
        )
        if not text[field]
    ]
    faults += [
        Fault(field, Wrong.LONG, {"most": LONGEST_NAME})
        for field in ("given_name", "family_name", "display_name", "year_group", "email")
        if len(text[field]) > LONGEST_NAME
    ]
    year = year_of(text["year_group"])
    if year is None and 0 < len(text["year_group"]) <= LONGEST_NAME:
        code = Wrong.MADE_A_DATE if _is_a_date(text["year_group"]) else Wrong.NOT_A_YEAR
        faults.append(Fault("year_group", code, {"given": text["year_group"][:20]}))
    if text["email"] and "@" not in text["email"]:
        faults.append(Fault("email", Wrong.NO_ADDRESS))
    said = {"experienced": yes_of(text["experienced"]), "shows_name": _CONSENT.get(text["shows_name"].lower())}
    for field, answer in said.items():
        if text[field] and answer is None:
            faults.append(Fault(field, Wrong.NOT_YES_OR_NO, {"given": text[field][:20]}))
    if faults or year is None:
        return faults
    return NewMentor(
        given_name=text["given_name"],
        family_name=text["family_name"],
        year_group=year,
        display_name=text["display_name"] or text["given_name"],
        experienced=said["experienced"] is True,
        email=text["email"],
        shows_name=said["shows_name"] is True,
    )


# memory

# Every mentor with whether they have a good badge, for other nouns to join too; `from_row` reads what it selects.
MENTORS = """
    select mentors.*,
           exists (select 1 from badges where mentor_id = mentors.id and ended is null) as has_badge
      from mentors"""


def from_row(found: Row) -> Mentor:
    """A mentor from a row of `MENTORS`."""
    return Mentor(
        id=found["id"],
        given_name=found["given_name"],
        family_name=found["family_name"],
        display_name=found["display_name"],
        year_group=found["year_group"],
        experienced=bool(found["experienced"]),
        email=found["email"],
        shows_name=bool(found["shows_name"]),
        state=MentorState(found["state"]),
        has_badge=bool(found["has_badge"]),
    )


def mentors(db: Database) -> list[Mentor]:
    """All mentors, active first, then by name."""
    found = rows(db, f"{MENTORS} order by state, given_name collate nocase, family_name collate nocase, id")
    return [from_row(each) for each in found]


def mentor(db: Database, mentor_id: int) -> Mentor | None:
    """One mentor, or None."""
    found = row(db, f"{MENTORS} where mentors.id = :id", id=mentor_id)
    return from_row(found) if found else None


def by_ids(db: Database, ids: Iterable[int]) -> dict[int, Mentor]:
    """These mentors by id, in one statement; whoever is not there is left out."""
    sql = f"{MENTORS} where mentors.id in (select value from json_each(:ids))"  # noqa: S608 # our own statement
    found = rows(db, sql, ids=json.dumps(sorted(set(ids))))
    return {each["id"]: from_row(each) for each in found}


def has_namesake(db: Database, new: NewMentor | Mentor, *, but: int) -> bool:
    """Whether somebody else on the list, who has not left, has this name and year group. `but`: the mentor's own id."""
    wanted = (name_key(new), year_key(new))
    others = (each for each in mentors(db) if each.state is not MentorState.LEFT and each.id != but)
    return any((name_key(each), year_key(each)) == wanted for each in others)


def _values(new: NewMentor) -> dict[str, str | int]:
    return {
        "given_name": new.given_name,
        "family_name": new.family_name,
        "display_name": new.display_name,
        "year_group": new.year_group,
        "experienced": int(new.experienced),
        "email": new.email,
        "shows_name": int(new.shows_name),
    }


# actions

ALREADY_THERE = Fault("family_name", Wrong.ALREADY_THERE)


def add(db: Database, new: NewMentor, *, by: str, now: datetime) -> int | Fault:
    """Put one mentor on the list; the same person twice is a fault, so that a double tap adds one."""
    with write(db):
        if has_namesake(db, new, but=0):
            return ALREADY_THERE
        mentor_id = remember(db, new)
        journal.note(db, "mentor.added", actor=by, now=now, mentor=mentor_id)
    return mentor_id


def remember(db: Database, new: NewMentor) -> int:
    """Write one mentor's row, inside a change that notes it."""
    return insert(db, "mentors", {**_values(new), "state": "active"})


def move_up(db: Database, mentor_id: int, year_group: str) -> None:
    """Write a mentor's year group, inside a change that notes it."""
    db.execute("update mentors set year_group = :year where id = :id", {"year": year_group, "id": mentor_id})


def set_state(db: Database, mentor_id: int, state: MentorState) -> None:
    """Write a mentor's state, inside a change that notes it."""
    db.execute("update mentors set state = :state where id = :id", {"state": state, "id": mentor_id})


def edit(
    db: Database, mentor_id: int, new: NewMentor, state: MentorState | None, *, by: str, now: datetime
) -> Fault | None:
    """Change what is known of a mentor. Pausing asks for no reason, and none is kept (P6).

    With `state` None the state stays. Leaving and coming back are actions of their own
    (`mentoring/planning/leaving.py`): a form with a state is refused for a mentor who has left since it was made.
    Raises `ValueError` for LEFT, `LookupError` for a mentor who is not there.
    """
    if state is MentorState.LEFT:
        raise ValueError("a mentor leaves by an act of its own, which ends what was theirs")
    with write(db):
        known = mentor(db, mentor_id)
        if state is not None and known is not None and known.state is MentorState.LEFT:
            return Fault("state", Wrong.HAS_LEFT, {"name": known.display_name})
        if has_namesake(db, new, but=mentor_id):
            return ALREADY_THERE
        changed = db.execute(
            """
            update mentors
               set given_name = :given_name, family_name = :family_name, display_name = :display_name,
                   year_group = :year_group, experienced = :experienced, email = :email,
                   shows_name = :shows_name,
                   state = coalesce(:state, state)
             where id = :id""",
            {**_values(new), "state": state, "id": mentor_id},
        )
        if not changed.rowcount:
            raise LookupError(f"there is no mentor {mentor_id}")
        edited = mentor(db, mentor_id)
        journal.note(db, "mentor.edited", actor=by, now=now, mentor=mentor_id, state=edited.state if edited else None)
    return None
