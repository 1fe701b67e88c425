"""Erasure: deletes what the box stores about one person, so that an older backup does not bring it back (P19).

Tombstones are in a small file beside the database, not in it, so that a restore does not remove them: an id, a date,
whether it was a mentor or a member of staff, and the id of their programme, nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from sqlite_utils import Database

from mentoring.access import keys, staff
from mentoring.access.staff import Role, Staff
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.planning import leaving
from mentoring.privacy import data_map, holds
from mentoring.privacy.data_map import TABLES
from mentoring.privacy.holds import Held
from mentoring.privacy.tombstones import Tombstone, Whose, Why, keep_tombstones, merge, tombstones
from mentoring.safeguarding import alerts
from mentoring.school import programme
from mentoring.store import journal, wiping
from mentoring.store.database import StillRead, row, rows, write

# words

WHO = "erasure"


class Wrong(StrEnum):
    """Why somebody cannot be erased now."""

    NOBODY = "erasure.nobody"
    ERASED_ALREADY = "erasure.erased_already"
    HELD = "erasure.held"
    CLASS_HELD = "erasure.class_held"
    ON_DUTY = "erasure.on_duty"
    DUE_NOW = "erasure.due_now"
    ONESELF = "erasure.oneself"
    IS_LEAD = "erasure.is_lead"
    ON_THE_WAY = "erasure.on_the_way"
    WITHIN_CALL = "erasure.within_call"


@dataclass(frozen=True)
class Gone:
    """How many rows of one table were removed or blanked, in the words of the papers."""

    table: str
    holds: str
    rows: int


@dataclass(frozen=True)
class Erased:
    """What an erasure removed, and what it kept with the reason. `wiped`: their bytes are gone from the file too."""

    whose: Whose
    id: int
    removed: tuple[Gone, ...]
    kept: tuple[str, ...]
    wiped: bool


@dataclass(frozen=True)
class Back:
    """Somebody whom a backup brings back, and the day on which they were erased."""

    whose: Whose
    id: int
    name: str
    erased: date


# rules


def is_lost(whose: Whose, table: str) -> bool:
    """Whether an erasure removes or blanks rows of this table."""
    known = data_map.BY_NAME.get(table)
    return known is not None and bool(known.mentor if whose is Whose.MENTOR else known.staff)


# memory


def erased_on(db: Database, whose: Whose) -> dict[int, datetime]:
    """Who was erased, by id, and when."""
    found = rows(db, "select person_id, at from erased where whom = :whose", whose=whose)
    return {each["person_id"]: clock.from_text(each["at"]) for each in found}


def kept_because(db: Database, whose: Whose) -> tuple[str, ...]:
    """What stays after an erasure, and why, in the words of the map, for each table that refers to such a person."""
    about = {*columns_about(db, whose), "journal"}
    return tuple(dict.fromkeys(each.kept for each in TABLES if each.kept and each.name in about))


def refused_because(db: Database, whose: Whose, person_id: int, *, by: str, now: datetime) -> Fault | None:
    """Why this person cannot be erased now, with what would help; None when they can."""
    name = name_of(db, whose, person_id)
    if name is None:
        return Fault(whose, Wrong.NOBODY)
    if person_id in erased_on(db, whose):
        return Fault(whose, Wrong.ERASED_ALREADY)
    if hold := holds.on(db, Held(whose), person_id):
        return Fault(whose, Wrong.HELD, {"begun": hold.begun})
    if held := holds.classes(db) & _classes_of(whose):
        return Fault(whose, Wrong.CLASS_HELD, {"classes": tuple(sorted(data_map.BY_CODE[each].name for each in held))})
    if whose is Whose.MENTOR:
        return _on_duty(db, person_id, now=now)
    return _still_needed(db, person_id, by=by, now=now)


def _classes_of(whose: Whose) -> set[str]:
    changed = {each.in_class for each in TABLES if (each.mentor if whose is Whose.MENTOR else each.staff)}
    return changed - {"decisions"}


def name_of(db: Database, whose: Whose, person_id: int) -> str | None:
    """This person's name, or None."""
    found = row(
        db,
        """
        select given_name || ' ' || family_name as name from mentors where :whose = 'mentor' and id = :id
         union all
        select name from staff where :whose = 'staff' and id = :id""",
        whose=whose,
        id=person_id,
    )
    return found["name"] if found else None


def _on_duty(db: Database, mentor_id: int, *, now: datetime) -> Fault | None:
    if row(db, "select 1 from duties where mentor_id = :id and ended is null", id=mentor_id):
        return Fault("mentor", Wrong.ON_DUTY)
    on_now = """
        select 1 from due join taking_place on taking_place.id = drop_in_id
         where mentor_id = :id and starts <= :now and ends > :now"""
    if row(db, on_now, id=mentor_id, now=clock.to_text(now)):
        return Fault("mentor", Wrong.DUE_NOW)
    return None


def _still_needed(db: Database, staff_id: int, *, by: str, now: datetime) -> Fault | None:
    member = staff.by_id(db, staff_id)
    if by == journal.staff(staff_id):
        return Fault("staff", Wrong.ONESELF)
    if member and member.role is Role.LEAD:
        return Fault("staff", Wrong.IS_LEAD)
    on_the_way = """
        select 1 from alert_going join alerts on alerts.id = alert_id
         where staff_id = :id and back is null and through <> 'link' and acknowledged between :since and :now"""
    since = clock.to_text(now - alerts.ANSWER_SHOWN)
    if row(db, on_the_way, id=staff_id, since=since, now=clock.to_text(now)):
        return Fault("staff", Wrong.ON_THE_WAY)
    if member and (fault := keys.last_reader_fault(db, member)):
        return replace(fault, field="staff")
    waiting = row(
        db,
        """
        select count(*) as slots from (
               select id from slots where adult_id = :id and ended is null
                union all
               select id from drop_ins where adult_id = :id and ends > :now)""",
        id=staff_id,
        now=clock.to_text(now),
    )
    if waiting and waiting["slots"]:
        return Fault("staff", Wrong.WITHIN_CALL, {"drop_ins": waiting["slots"]})
    return None


def _blank(db: Database, whose: Whose, person_id: int) -> None:
    """Reserve an id that a restored backup does not contain, so that no new person ever gets it."""
    blank = {
        Whose.MENTOR: """
            insert into mentors (id, given_name, family_name, display_name, year_group, experienced, email, consent,
                                 state)
            values (:id, '', '', '', '', 0, '', 'refused', 'left') on conflict do nothing""",
        Whose.STAFF: """
            insert into staff (id, name, email, password, role, room, phone, ended)
            values (:id, '', 'nobody-' || :id || '@gone.invalid', '', 'helper', '', '', '') on conflict do nothing""",
    }
    db.execute(blank[whose], {"id": person_id})


def _bury(db: Database, whose: Whose, person_id: int, why: Why, *, by: str, now: datetime) -> list[Gone]:
    """Erase one person from every table of the data map, inside a change; what was removed or blanked."""
    _blank(db, whose, person_id)
    values = {"id": person_id, "now": clock.to_text(now)}
    before = _rows_about(db, whose, person_id)
    if whose is Whose.MENTOR:
        leaving.leaves(db, person_id, by=by, now=now)
    removed = []
    for table in TABLES:
        statements = table.mentor if whose is Whose.MENTOR else table.staff
        changed = sum(db.execute(each, values).rowcount for each in statements)
        # `leaving.leaves` removed some rows already: they count as removed here.
        gone = max(changed, before.get(table.name, 0) - _rows_about(db, whose, person_id).get(table.name, 0))
        if statements and gone:
            removed.append(Gone(table.name, table.holds, gone))
    db.execute(
        """
        insert into erased (whom, person_id, at, by, why) values (:whose, :id, :now, :by, :why)
        on conflict (whom, person_id) do update set at = excluded.at, by = excluded.by, why = excluded.why""",
        {**values, "whose": whose, "by": by, "why": why},
    )
    db.execute("delete from leavers where whom = :whose and person_id = :id", {"whose": whose, "id": person_id})
    wiping.owe(db, now=now)
    journal.note(db, f"{whose}.erased", actor=by, now=now, why=why, **{whose: person_id})
    return removed


def _come_back(db: Database, all_of_them: Iterable[Tombstone]) -> list[Tombstone]:
    """The tombstones of this programme whose person is not erased here; ids of another programme mean other people."""
    mark = programme.mark(db)
    gone = {(whose, each) for whose in Whose for each in erased_on(db, whose)}
    return [each for each in all_of_them if mark and each.programme == mark and (each.whose, each.id) not in gone]


def come_back(db: Database, all_of_them: Iterable[Tombstone]) -> list[Back]:
    """Whom `bury_again` would erase, with their names as they stand here; numbers that nobody has are left out."""
    names = {
        (whose, each["id"]): each["name"]
        for whose, sql in (
            (Whose.MENTOR, "select id, given_name || ' ' || family_name as name from mentors"),
            (Whose.STAFF, "select id, name from staff"),
        )
        for each in rows(db, sql)
    }
    back = [each for each in _come_back(db, all_of_them) if (each.whose, each.id) in names]
    return [Back(each.whose, each.id, names[each.whose, each.id], each.on) for each in back]


def spared(db: Database, all_of_them: Iterable[Tombstone]) -> Staff | None:
    """The lead, when a tombstone names them: `bury_again` left them, since nobody could be the lead instead."""
    of_staff = {each.id for each in _come_back(db, all_of_them) if each.whose is Whose.STAFF}
    return next((each for each in staff.everyone(db) if each.role is Role.LEAD and each.id in of_staff), None)


def _pass_on_lead(db: Database, old: Staff, *, without: set[int], now: datetime) -> bool:
    """Make the deputy the lead, or else the safeguarding lead, inside a change; False when there is neither.

    Nobody else: only a person may decide to make a helper the lead, and a restore must not.
    """
    others = [
        each
        for role in (Role.DEPUTY, Role.SAFEGUARDING_LEAD)
        for each in staff.everyone(db)
        if each.role is role and each.id not in without and staff.has_password(db, each.id)
    ]
    if not others:
        return False
    for member, role in ((old, Role.HELPER), (others[0], Role.LEAD)):
        db.execute("update staff set role = :role where id = :id", {"role": role, "id": member.id})
        staff.forget_log_ins(db, member.id)
        journal.note(db, "staff.role", actor=WHO, now=now, staff=member.id, role=role)
    return True


def _rows_about(db: Database, whose: Whose, person_id: int) -> dict[str, int]:
    """How many rows of each table have a column that refers to this person."""
    found: dict[str, int] = {}
    for table, columns in columns_about(db, whose).items():
        wanted = " or ".join(f'"{column}" = :id' for column in columns)
        one = row(db, f'select count(*) as n from "{table}" where {wanted}', id=person_id)  # noqa: S608 # the schema's names
        found[table] = one["n"] if one else 0
    return found


def columns_about(db: Database, whose: Whose) -> dict[str, tuple[str, ...]]:
    """From the live schema: each table with the columns that refer to a mentor, or to a member of staff."""
    home = {Whose.MENTOR: "mentors", Whose.STAFF: "staff"}[whose]
    found = rows(
        db,
        """
        select tables.name as name, leads."from" as "column"
          from sqlite_schema as tables, pragma_foreign_key_list(tables.name) as leads
         where tables.type = 'table' and leads."table" = :home order by tables.rowid, leads.id""",
        home=home,
    )
    columns: dict[str, tuple[str, ...]] = {home: ("id",)}
    for each in found:
        columns[each["name"]] = (*columns.get(each["name"], ()), each["column"])
    return columns


# actions


def erase(
    db: Database,
    whose: Whose,
    person_id: int,
    *,
    folder: Path,
    by: str,
    now: datetime,
    why: Why = Why.ASKED,
    wipe: bool = True,
) -> Erased | Fault:
    """Remove or blank everything about one person; counts stay. Refused, in words, under a legal hold.

    The tombstone is on disk before the transaction commits: after a crash in between, the next run erases again.
    Without `wipe` the caller erases several and rewrites the file once, with `wiping.finish`.
    """
    with write(db):
        if fault := refused_because(db, whose, person_id, by=by, now=now):
            return fault
        known = tombstones(folder)
        removed = _bury(db, whose, person_id, why, by=by, now=now)
        keep_tombstones(folder, merge(known, [Tombstone(whose, person_id, now.date(), programme.mark(db))]))
    return Erased(whose, person_id, tuple(removed), kept_because(db, whose), wiped=wipe and _wiped(db, now=now))


def _wiped(db: Database, *, now: datetime) -> bool:
    try:
        return wiping.finish(db, now=now)
    except StillRead:
        return False


def bury_again(db: Database, all_of_them: Iterable[Tombstone], *, now: datetime) -> int:
    """Erase again everybody whom an older backup has brought back; returns how many. Called before a door opens.

    An id the backup does not know is reserved: otherwise a new person could get it and be erased by mistake.
    There is always a lead: one who has a tombstone passes the lead on first, or stays while nobody can take it.
    Raises `StillRead` while a reader keeps the log open; the erasure itself is done.
    """
    with write(db):
        back = _come_back(db, all_of_them)
        without = {each.id for each in back if each.whose is Whose.STAFF}
        if (lead := spared(db, back)) and not _pass_on_lead(db, lead, without=without, now=now):
            back = [each for each in back if (each.whose, each.id) != (Whose.STAFF, lead.id)]
        for each in back:
            _bury(db, each.whose, each.id, Why.RESTORED, by=WHO, now=now)
    wiping.finish(db, now=now)
    return len(back)


def lay(db: Database, folder: Path) -> None:
    """Write a tombstone for everybody the database lists as erased, so that a lost file is made again."""
    mark = programme.mark(db)
    known = [
        Tombstone(whose, number, at.date(), mark) for whose in Whose for number, at in erased_on(db, whose).items()
    ]
    there = tombstones(folder)
    if set(merge(there, known)) != set(there):
        keep_tombstones(folder, merge(there, known))
