"""The SQL of the school year, and how drop-ins are made from slots."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.school.school_year.rules import drop_in_of, is_in_the_way, letter_of, monday_of, why_closed
from mentoring.school.school_year.words import LOOK_AHEAD_DAYS, Closure, DropIn, HalfTerm, Slot, Timetable
from mentoring.store.database import row, rows

# memory

_FIRST_LOOK_DAYS = 28


def _slot(found: Row) -> Slot:
    return Slot(
        found["id"],
        found["day"],
        found["start"],
        found["until"],
        found["room"],
        found["week"],
        found["adult_id"],
        found["adult"],
        found["places"],
        date.fromisoformat(found["begins"]),
        date.fromisoformat(found["ended"]) if found["ended"] else None,
    )


def slots(db: Database) -> list[Slot]:
    """The weekly pattern as it stands now."""
    found = rows(
        db,
        """
        select slots.*, staff.name as adult
          from slots
          join staff on staff.id = slots.adult_id
         where slots.ended is null
         order by day, start, room""",
    )
    return [_slot(each) for each in found]


def every_slot(db: Database) -> list[Slot]:
    """The weekly pattern with the slots that have ended: those may give drop-ins of days before."""
    found = rows(
        db, "select slots.*, staff.name as adult from slots join staff on staff.id = slots.adult_id order by slots.id"
    )
    return [_slot(each) for each in found]


def half_terms(db: Database) -> list[HalfTerm]:
    """The half terms, in order."""
    found = rows(db, "select * from half_terms order by starts")
    return [
        HalfTerm(each["id"], each["name"], date.fromisoformat(each["starts"]), date.fromisoformat(each["ends"]))
        for each in found
    ]


def closures(db: Database) -> list[Closure]:
    """The closed days, in order."""
    found = rows(db, "select * from closures order by starts")
    return [
        Closure(each["id"], each["reason"], date.fromisoformat(each["starts"]), date.fromisoformat(each["ends"]))
        for each in found
    ]


def zone(db: Database) -> str:
    """The school's time zone."""
    found = row(db, "select zone from programme")
    return str(found["zone"]) if found else "Europe/London"


def timetable(db: Database) -> Timetable:
    """Half terms, closures and weeks A and B, in one statement: read once a request, and passed down from there."""
    found = rows(
        db,
        """
        select programme.zone, programme.week_a, programme.closed_weeks_shift, stretches.*
          from programme
          left join (select 'half_term' as kind, id, name as words, starts, ends from half_terms
                      union all
                     select 'closure', id, reason, starts, ends from closures) as stretches
         order by stretches.starts""",
    )
    if not found:
        return Timetable(zone(db), None, (), ())
    stretches = [
        (each["kind"], each["id"], each["words"], date.fromisoformat(each["starts"]), date.fromisoformat(each["ends"]))
        for each in found
        if each["kind"]
    ]
    return Timetable(
        zone=found[0]["zone"],
        week_a=date.fromisoformat(found[0]["week_a"]) if found[0]["week_a"] else None,
        half_terms=tuple(HalfTerm(*each) for kind, *each in stretches if kind == "half_term"),
        closures=tuple(Closure(*each) for kind, *each in stretches if kind == "closure"),
        closed_weeks_shift=bool(found[0]["closed_weeks_shift"]),
    )


def anchor(db: Database) -> date | None:
    """The Monday of a week A, or None while the school has no two-week timetable."""
    found = row(db, "select week_a from programme")
    return date.fromisoformat(found["week_a"]) if found and found["week_a"] else None


def this_week(db: Database, *, now: datetime) -> str | None:
    """The letter of the week we are in, or None while the school has no two-week timetable."""
    year = timetable(db)
    return letter_of(clock.school_day(now, year.zone), year) or None


def letters(db: Database, days: Iterable[date], *, year: Timetable | None = None) -> dict[date, str]:
    """`A` or `B` for each of these days; all empty while the school has no two-week timetable."""
    return _letters(days, year or timetable(db))


def _letters(days: Iterable[date], year: Timetable) -> dict[date, str]:
    wanted = set(days)
    if year.week_a is None:
        return dict.fromkeys(wanted, "")
    of_week = {monday: letter_of(monday, year) for monday in {monday_of(day) for day in wanted}}
    return {day: of_week[monday_of(day)] for day in wanted}


# Each of these reads the timetable itself unless `year` passes the one that the request has read already.


def on_day(db: Database, day: date, *, year: Timetable | None = None) -> list[DropIn]:
    """The drop-ins that take place on one date, in order of time: from the slots, or as they are stored."""
    return [each for each in between(db, day, day, year=year) if not each.closed]


def closed_on(db: Database, day: date, *, year: Timetable | None = None) -> list[DropIn]:
    """The closed drop-ins of one date; each says why."""
    return [each for each in between(db, day, day, year=year) if each.closed]


def between(db: Database, first: date, last: date, *, year: Timetable | None = None) -> list[DropIn]:
    """All drop-ins of these days in order of time, the closed ones too.

    What is stored goes before the weekly pattern: where a stored drop-in has a room, the pattern adds no second one.
    """
    year = year or timetable(db)
    found = rows(
        db,
        """
        select slots.id as slot_id, slots.day, slots.week, slots.begins, slots.ended, slots.start, slots.until,
               slots.room as usual_room, slots.adult_id as usual_adult_id, slots.places as usual_places,
               drop_ins.id, drop_ins.date, drop_ins.room, drop_ins.starts, drop_ins.ends, drop_ins.adult_id,
               drop_ins.places, drop_ins.version, drop_ins.closed
          from slots
          left join drop_ins on drop_ins.slot_id = slots.id and drop_ins.date between :first and :last
         order by slots.start, slots.room""",
        first=first.isoformat(),
        last=last.isoformat(),
    )
    slots = [_usual(each) for each in {each["slot_id"]: each for each in found}.values()]
    known = {(each.slot_id, each.date): each for each in (remembered(row) for row in found if row["id"] is not None)}
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)] if slots else []
    week_of = _letters(days, year)
    there = [
        drop_in
        for day in days
        for slot in slots
        if (drop_in := _drop_in(slot, known.get((slot.id, day)), day, week_of[day], year))
    ]
    return [each for each in there if each.id is not None or not is_in_the_way(each, known.values())]


def _usual(found: Row) -> Slot:
    return Slot(
        found["slot_id"],
        found["day"],
        found["start"],
        found["until"],
        found["usual_room"],
        found["week"],
        found["usual_adult_id"],
        "",
        found["usual_places"],
        date.fromisoformat(found["begins"]),
        date.fromisoformat(found["ended"]) if found["ended"] else None,
    )


def _drop_in(slot: Slot, known: DropIn | None, day: date, letter: str, year: Timetable) -> DropIn | None:
    """One slot's drop-in of one date: as it is stored, else from the slot; None on a day without one."""
    if known is None:
        return drop_in_of(slot, day, letter=letter, year=year)
    return known if known.closed else replace(known, closed=why_closed(day, year.closures))


def coming(db: Database, *, now: datetime, most: int, year: Timetable | None = None) -> list[DropIn]:
    """The next drop-ins that have not begun, soonest first."""
    return list(islice((each for each in _ahead(db, now=now, year=year) if each.starts > now), most))


def next_in(db: Database, rooms: Collection[str], *, now: datetime, year: Timetable | None = None) -> dict[str, DropIn]:
    """The next drop-in that has not begun in each of these rooms; a room without one is left out."""
    found: dict[str, DropIn] = {}
    for each in _ahead(db, now=now, year=year):
        if each.room in rooms and each.starts > now:
            found.setdefault(each.room, each)
        if len(found) == len(rooms):
            break
    return found


def running_and_coming(db: Database, *, now: datetime, most: int, year: Timetable | None = None) -> list[DropIn]:
    """The drop-ins that are not over, soonest first."""
    return list(islice(_ahead(db, now=now, year=year), most))


def _ahead(db: Database, *, now: datetime, year: Timetable | None) -> Iterator[DropIn]:
    """The drop-ins that are not over and not closed. Reads the next weeks first, later ones only if needed."""
    year = year or timetable(db)
    today = clock.school_day(now, year.zone)
    for first, beyond in pairwise((0, _FIRST_LOOK_DAYS, LOOK_AHEAD_DAYS)):
        found = between(db, today + timedelta(days=first), today + timedelta(days=beyond - 1), year=year)
        yield from (each for each in found if not each.closed and each.ends > now)


def by_id(db: Database, drop_in_id: int) -> DropIn:
    """One remembered drop-in. Raises `LookupError` when it is not there."""
    found = by_ids(db, [drop_in_id])
    if drop_in_id not in found:
        raise LookupError(f"there is no drop-in {drop_in_id}")
    return found[drop_in_id]


def by_ids(db: Database, ids: Iterable[int]) -> dict[int, DropIn]:
    """These remembered drop-ins by id, in one statement; what is not there is left out."""
    found = rows(
        db,
        """
        select drop_ins.id, slot_id, date, room, drop_ins.starts, drop_ins.ends, adult_id, places, version,
               coalesce(closed, closures.reason, '') as closed
          from drop_ins
          left join closures on date between closures.starts and closures.ends
         where drop_ins.id in (select value from json_each(:ids))""",
        ids=json.dumps(sorted(set(ids))),
    )
    return {each["id"]: remembered(each) for each in found}


def remembered(found: Row) -> DropIn:
    """A drop-in from its row."""
    return DropIn(
        id=found["id"],
        slot_id=found["slot_id"],
        date=date.fromisoformat(found["date"]),
        room=found["room"],
        starts=clock.from_text(found["starts"]),
        ends=clock.from_text(found["ends"]),
        adult_id=found["adult_id"],
        places=found["places"],
        version=found["version"],
        closed=found["closed"] or "",
    )


def planned(db: Database, *, now: datetime) -> list[DropIn]:
    """The stored drop-ins that have not begun and that no mentor came to yet, in order of time.

    `closed` says here why one was called off by itself; a closed day does not count.
    """
    found = rows(
        db,
        """
        select * from drop_ins
         where starts > :now and id not in (select drop_in_id from duties)
         order by starts, id""",
        now=clock.to_text(now),
    )
    return [remembered(each) for each in found]


def move(db: Database, drop_in_id: int, to: DropIn, *, places: int, by: str, now: datetime) -> None:
    """Let a stored drop-in take place as another that is not stored, inside a change: all that refers to it follows."""
    values = {
        "slot_id": to.slot_id,
        "date": to.date.isoformat(),
        "room": to.room,
        "starts": clock.to_text(to.starts),
        "ends": clock.to_text(to.ends),
        "adult_id": to.adult_id,
        "places": places,
        "id": drop_in_id,
    }
    db.execute(
        """
        update drop_ins
           set slot_id = :slot_id, date = :date, room = :room, starts = :starts, ends = :ends, adult_id = :adult_id,
               places = :places, closed = null
         where id = :id""",
        values,
    )
    touch(db, drop_in_id, by=by, now=now)


def find(db: Database, slot_id: int, day: date, *, year: Timetable | None = None) -> DropIn | None:
    """The drop-in of one slot on one date, closed or not; or None."""
    return next((each for each in between(db, day, day, year=year) if each.slot_id == slot_id), None)


def anchor_week(db: Database, monday: date) -> None:
    """Say that this Monday begins a week A, inside a change."""
    db.execute("update programme set week_a = :monday", {"monday": monday.isoformat()})


def stored(db: Database, drop_in: DropIn) -> int:
    """The drop-in's id, which is stored the first time a row refers to it; inside a change."""
    if drop_in.id is not None:
        return drop_in.id
    values = {
        "slot_id": drop_in.slot_id,
        "date": drop_in.date.isoformat(),
        "room": drop_in.room,
        "starts": clock.to_text(drop_in.starts),
        "ends": clock.to_text(drop_in.ends),
        "adult_id": drop_in.adult_id,
        "places": drop_in.places,
    }
    db.execute(
        """
        insert into drop_ins (slot_id, date, room, starts, ends, adult_id, places)
        values (:slot_id, :date, :room, :starts, :ends, :adult_id, :places)
        on conflict (slot_id, date) do nothing""",
        values,
    )
    found = row(
        db,
        "select id from drop_ins where slot_id = :slot_id and date = :date",
        slot_id=values["slot_id"],
        date=values["date"],
    )
    assert found is not None  # noqa: S101 # just written
    return int(found["id"])


def touch(db: Database, drop_in_id: int, *, by: str, now: datetime) -> None:
    """Increase the drop-in's version, inside the change of who is due on it: pages and calendars compare it."""
    db.execute(
        """
        update drop_ins set version = version + 1, changed_by = :by, changed = :now where id = :id""",
        {"by": by, "now": clock.to_text(now), "id": drop_in_id},
    )


def touch_days(db: Database, first: date, last: date, *, by: str, now: datetime) -> None:
    """Increase the version of every stored drop-in of these days, when they close or open again."""
    db.execute(
        """
        update drop_ins set version = version + 1, changed_by = :by, changed = :now
         where date between :first and :last""",
        {"by": by, "now": clock.to_text(now), "first": first.isoformat(), "last": last.isoformat()},
    )


def equip(db: Database, drop_in_id: int, *, adult_id: int, places: int, by: str, now: datetime) -> None:
    """Write the adult within call and the places of a stored drop-in, inside a change."""
    db.execute(
        "update drop_ins set adult_id = :adult, places = :places where id = :id",
        {"adult": adult_id, "places": places, "id": drop_in_id},
    )
    touch(db, drop_in_id, by=by, now=now)


def give_adult(db: Database, staff_id: int, *, to: int, now: datetime) -> None:
    """Put `to` within call wherever this adult would have been from now on, inside a change."""
    db.execute("update slots set adult_id = :to where adult_id = :old and ended is null", {"to": to, "old": staff_id})
    db.execute(
        "update drop_ins set adult_id = :to where adult_id = :old and ends > :now",
        {"to": to, "old": staff_id, "now": clock.to_text(now)},
    )


def first_duty_between(db: Database, first: date, last: date) -> date | None:
    """The first of these days on which a mentor was on duty, or None."""
    found = row(
        db,
        """
        select min(date) as date from drop_ins
         where date between :first and :last and id in (select drop_in_id from duties)""",
        first=first.isoformat(),
        last=last.isoformat(),
    )
    return date.fromisoformat(found["date"]) if found and found["date"] else None


def set_closed(db: Database, drop_in_id: int, reason: str | None) -> None:
    """Write why one drop-in is closed, or with None that it takes place; inside a change."""
    db.execute("update drop_ins set closed = :reason where id = :id", {"reason": reason, "id": drop_in_id})


def end_duties(db: Database, drop_in_id: int, *, now: datetime) -> None:
    """End the duties of those who came early to a drop-in that closes, inside a change."""
    db.execute(
        "update duties set ended = :now where drop_in_id = :id and ended is null",
        {"now": clock.to_text(now), "id": drop_in_id},
    )
