"""Mentors: who they are. Whether they are fit for duty is in `fitness.py`; staff are in `mentoring/access/staff.py`."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics import forms
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
_AGREES = {"yes": True, "no": False}  # said in no other word: it shows a name in public (P12)
_TYPED = ("given_name", "family_name", "year_group", "display_name", "email")
_WAS = {"yes": True, "no": False}
FIELDS = ("given_name", "family_name", "year_group", "display_name", "experienced", "email", "shows_name")
_COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
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


class Consent(StrEnum):
    """Whether a mentor agreed that screens in rooms and hallways show their name (P12)."""

    NOT_ASKED = "not_asked"
    PROPOSED = "proposed"  # a file says that they agreed; nobody has confirmed it
    AGREED = "agreed"
    REFUSED = "refused"


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
    consent: Consent
    state: MentorState
    has_badge: bool

    @property
    def full_name(self) -> str:
        """As staff know them; never on a kiosk or a board."""
        return f"{self.given_name} {self.family_name}"

    @property
    def shows_name(self) -> bool:
        """Whether the mentor agreed that their name is shown (P12)."""
        return self.consent is Consent.AGREED

    @property
    def public_name(self) -> str:
        """What a screen in a room or a hallway may show: the name of those who agreed (P12)."""
        return self.display_name if self.shows_name else "A mentor"


_CONSENT = {True: Consent.AGREED, False: Consent.REFUSED, None: Consent.NOT_ASKED}


@dataclass(frozen=True)
class InPublic:
    """One entry of a public list of people: a name, or how many have none. `mark` is for the circle before it."""

    mark: str
    words: str


@dataclass(frozen=True)
class NewMentor:
    """What a form or a file says of one mentor, normalised. A file can only propose a consent (P12)."""

    given_name: str
    family_name: str
    year_group: str
    display_name: str
    experienced: bool = False
    email: str = ""
    consent: Consent = Consent.NOT_ASKED


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


def in_public(who: Iterable[Mentor]) -> list[InPublic]:
    """These people on a screen in a room or a hallway, or on a poster: names of those who agreed, the others counted.

    `Gita` and `one more mentor`; without any name `One mentor` or `Two mentors` (P12).
    """
    people = list(who)
    named = [InPublic(each.display_name[:1], each.display_name) for each in people if each.shows_name]
    others = len(people) - len(named)
    if not others:
        return named
    count = _COUNTS[others] if others < len(_COUNTS) else str(others)
    some = "mentor" if others == 1 else "mentors"
    if named:
        return [*named, InPublic(f"+{others}", f"{count} more {some}")]
    return [InPublic(str(others), f"{count.capitalize()} {some}")]


def name_key(mentor: "Mentor | NewMentor") -> tuple[str, str]:
    """Given and family name for comparing: accents, dashes, apostrophes and case make no other name."""
    return folded(mentor.given_name), folded(mentor.family_name)


def year_key(mentor: "Mentor | NewMentor") -> str:
    """The year group for comparing; one that was kept before year groups were numbers is compared as it is written."""
    return year_of(mentor.year_group) or mentor.year_group.casefold()


def after_form(known: Consent, *, shown: bool, ticked: bool) -> Consent:
    """The consent after a form with one tick, which was set when the form was made if `shown`.

    Ticked it is given, a tick taken out withdraws it, and a tick that nobody touched changes nothing.
    """
    if ticked == shown:
        return known
    return Consent.AGREED if ticked else Consent.REFUSED


def new_mentor(given: Mapping[str, str]) -> NewMentor | list[Fault]:
    """One mentor from a form or a row of a file, or all that is wrong with it. `shows_name` is `yes` for consent."""
    text = {name: tidy(given.get(name) or "") for name in FIELDS}
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
    said = {"experienced": yes_of(text["experienced"]), "shows_name": _AGREES.get(text["shows_name"].lower())}
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
        consent=_CONSENT[said["shows_name"]],
    )


def form_of(mentor: Mentor) -> dict[str, str]:
    """What the form of a mentor shows, by field, without the consent: `after_form` compares that one itself."""
    typed = {name: getattr(mentor, name) for name in _TYPED}
    state = {} if mentor.state is MentorState.LEFT else {"state": mentor.state}
    return {**typed, "experienced": "yes" if mentor.experienced else "", **state}


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
        consent=Consent(found["consent"]),
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
        "consent": new.consent,
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
        note_consent(db, {mentor_id: new.consent}, by=by, now=now)
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


def set_consent(db: Database, mentor_id: int, consent: Consent) -> None:
    """Write whether a mentor's name is shown, inside a change that notes it."""
    db.execute("update mentors set consent = :consent where id = :id", {"consent": consent, "id": mentor_id})


def note_consent(db: Database, new: Mapping[int, Consent], *, by: str, now: datetime) -> None:
    """Note in the journal who agreed, who refused and of whom a file says so, by the mentor's id."""
    for consent in (Consent.AGREED, Consent.REFUSED, Consent.PROPOSED):
        ids = sorted(mentor_id for mentor_id, each in new.items() if each is consent)
        if ids:
            journal.note(db, f"consent.{consent}", actor=by, now=now, mentors=ids)


def edit(db: Database, mentor_id: int, given: Mapping[str, str], *, by: str, now: datetime) -> list[Fault]:
    """Change what is known of a mentor by a form, as far as its page changed it; empty when it is saved.

    Pausing asks for no reason, and none is kept (P6). `agreed_before` is `yes` or `no`, whether the form showed the
    name as agreed to; without it that is what is stored. Without `state` the state stays. Leaving and coming back are
    actions of their own (`mentoring/planning/leaving.py`): a form with a state is refused for a mentor who has left.
    Raises `ValueError` for LEFT, `LookupError` for a mentor who is not there.
    """
    if given.get("state") == MentorState.LEFT:
        raise ValueError("a mentor leaves by an act of its own, which ends what was theirs")
    with write(db):
        known = mentor(db, mentor_id)
        if known is None:
            raise LookupError(f"there is no mentor {mentor_id}")
        merged = forms.as_changed(given, form_of(known))
        new, state = new_mentor(merged), MentorState(merged["state"]) if "state" in merged else None
        if isinstance(new, list):
            return new
        if state is not None and known.state is MentorState.LEFT:
            return [Fault("state", Wrong.HAS_LEFT, {"name": known.display_name})]
        if has_namesake(db, new, but=mentor_id):
            return [ALREADY_THERE]
        shown = _WAS.get(given.get("agreed_before", ""), known.shows_name)
        consent = after_form(known.consent, shown=shown, ticked=new.consent is Consent.AGREED)
        db.execute(
            """
            update mentors
               set given_name = :given_name, family_name = :family_name, display_name = :display_name,
                   year_group = :year_group, experienced = :experienced, email = :email,
                   consent = :consent, state = coalesce(:state, state)
             where id = :id""",
            {**_values(new), "consent": consent, "state": state, "id": mentor_id},
        )
        journal.note(db, "mentor.edited", actor=by, now=now, mentor=mentor_id, state=state or known.state)
        if consent is not known.consent:
            note_consent(db, {mentor_id: consent}, by=by, now=now)
    return []
