"""Legal holds: what must not be deleted for now, why, and who decided it. They stop retention and erasure (P19)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics import clock, forms
from mentoring.basics.forms import Fault, tidy
from mentoring.privacy import data_map
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

LONGEST_REASON = 200


class Wrong(StrEnum):
    """What can be wrong with a legal hold that is asked for."""

    NOTHING_CHOSEN = "hold.nothing_chosen"
    CANNOT_BE_HELD = "hold.cannot_be_held"
    NO_REASON = "hold.no_reason"
    LONG_REASON = "hold.long_reason"
    NOBODY = "hold.nobody"


class Held(StrEnum):
    """What a hold covers: one mentor, one member of staff, or a whole class of data."""

    MENTOR = "mentor"
    STAFF = "staff"
    CLASS = "class"


@dataclass(frozen=True)
class Hold:
    """One legal hold. `name` says whom or what it covers; `begun_by` and `ended_by` as the journal names them."""

    id: int
    what: Held
    person_id: int | None
    code: str
    name: str
    reason: str
    begun: datetime
    begun_by: str
    ended: datetime | None
    ended_by: str


# rules


def hold_faults(what: str, key: str, reason: str) -> list[Fault]:
    """What is wrong with a hold that is asked for; empty when nothing is."""
    faults = []
    if what not in set(Held) or not key or (what != Held.CLASS and not forms.number(key)):
        faults.append(Fault("what", Wrong.NOTHING_CHOSEN))
    elif what == Held.CLASS and (key not in data_map.BY_CODE or not data_map.BY_CODE[key].can_be_held):
        faults.append(Fault("what", Wrong.CANNOT_BE_HELD))
    if not tidy(reason):
        faults.append(Fault("reason", Wrong.NO_REASON))
    if len(tidy(reason)) > LONGEST_REASON:
        faults.append(Fault("reason", Wrong.LONG_REASON, {"most": LONGEST_REASON}))
    return faults


# memory

_HOLDS = """
    select holds.*, mentors.given_name || ' ' || mentors.family_name as mentor_name, staff.name as staff_name
      from holds
      left join mentors on mentors.id = holds.mentor_id
      left join staff on staff.id = holds.staff_id"""


def _hold(found: Row) -> Hold:
    code = found["class"] or ""
    what = Held.CLASS if code else Held.MENTOR if found["mentor_id"] else Held.STAFF
    return Hold(
        id=found["id"],
        what=what,
        person_id=found["mentor_id"] or found["staff_id"],
        code=code,
        name=found["mentor_name"] or found["staff_name"] or (data_map.BY_CODE[code].name if code else ""),
        reason=found["reason"],
        begun=clock.from_text(found["begun"]),
        begun_by=found["begun_by"],
        ended=clock.from_text(found["ended"]) if found["ended"] else None,
        ended_by=found["ended_by"] or "",
    )


def every(db: Database) -> list[Hold]:
    """All holds: those in force first, then the newest."""
    return [_hold(each) for each in rows(db, f"{_HOLDS} order by holds.ended is not null, holds.id desc")]


def standing(db: Database) -> list[Hold]:
    """The holds in force now."""
    return [each for each in every(db) if each.ended is None]


def on(db: Database, what: Held, person_id: int) -> Hold | None:
    """The hold in force on this person, or None."""
    return next((each for each in standing(db) if each.what is what and each.person_id == person_id), None)


def classes(db: Database) -> frozenset[str]:
    """The codes of the classes of data that are held as a whole."""
    return frozenset(each.code for each in standing(db) if each.code)


def _is_known(db: Database, what: Held, value: int | str) -> bool:
    if what is Held.CLASS:
        return True
    table = "select 1 from mentors where id = :id" if what is Held.MENTOR else "select 1 from staff where id = :id"
    return row(db, table, id=value) is not None


# actions


def begin(db: Database, what: Held, key: str, reason: str, *, by: str, now: datetime) -> int | list[Fault]:
    """Hold a person's data or a class of data from now on; its id. What is held already has one hold."""
    if faults := hold_faults(what, key, reason):
        return faults
    column = {Held.MENTOR: "mentor_id", Held.STAFF: "staff_id", Held.CLASS: "class"}[what]
    value = key if what is Held.CLASS else forms.number(key)
    with write(db):
        if not _is_known(db, what, value):
            return [Fault("what", Wrong.NOBODY)]
        same = [each for each in standing(db) if each.what is what and (each.code or each.person_id) == value]
        if same:
            return same[0].id
        begun = {column: value, "reason": tidy(reason), "begun": clock.to_text(now), "begun_by": by}
        hold_id = insert(db, "holds", begun)
        journal.note(db, "hold.begun", actor=by, now=now, hold=hold_id, **{what: value})
    return hold_id


def end(db: Database, hold_id: int, *, by: str, now: datetime) -> bool:
    """End a hold: retention goes on at its next run. Whether it stood."""
    with write(db):
        ended = db.execute(
            "update holds set ended = :now, ended_by = :by where id = :id and ended is null",
            {"now": clock.to_text(now), "by": by, "id": hold_id},
        )
        if ended.rowcount:
            journal.note(db, "hold.ended", actor=by, now=now, hold=hold_id)
    return bool(ended.rowcount)
