"""The SQL of the school year, and how drop-ins are made from slots."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.school.school_year.rules import is_school_time, monday_of, week_letter, why_closed
from mentoring.school.school_year.words import LOOK_AHEAD_DAYS, Closure, DropIn, HalfTerm, Slot, Timetable
from mentoring.store.database import row, rows

# memory


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
    """Half terms, closures and weeks A and B, read once for many days."""
    return Timetable(zone(db), anchor(db), half_terms(db), closures(db))


def anchor(db: Database) -> date | None:
    """The Monday of a week A, or None while the school has no two-week timetable."""
    found = row(db, "select week_a from programme")
    return date.fromisoformat(found["week_a"]) if found and found["week_a"] else None


def _letter(day: date, year: Timetable) -> str:
    return week_letter(day, week_a=year.week_a, half_terms=year.half_terms, closures=year.closures)


def this_week(db: Database, *, now: datetime) -> str | None:
    """The letter of the week we are in, or None while the school has no two-week timetable."""
    year = timetable(db)
    return _letter(clock.school_day(now, year.zone), year) if year.week_a else None


def letters(db: Database, days: Iterable[date]) -> dict[date, str]:
    """`A` or `B` for each of these days; all empty while the school has no two-week timetable."""
    year, wanted = timetable(db), set(days)
    if year.week_a is None:
        return dict.fromkeys(wanted, "")
    of_week = {monday: _letter(monday, year) for monday in {monday_of(day) for day in wanted}}
    return {day: of_week[monday_of(day)] for day in wanted}


def on_day(db: Database, day: date) -> list[DropIn]:
    """The drop-ins that are held on one date, in order of time: from the slots, or as they are remembered."""
    return _held(db, day, timetable(db))


def closed_on(db: Database, day: date) -> list[DropIn]:
    """The drop-ins that would be held on one date but are not; each says why."""
    return [each for each in _on_day(db, day, timetable(db)) if each.closed]


def between(db: Database, first: date, last: date) -> list[DropIn]:
    """All drop-ins of these days in order of time, the closed ones too."""
    year = timetable(db)
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [each for day in days for each in _on_day(db, day, year)]


def _held(db: Database, day: date, year: Timetable) -> list[DropIn]:
    return [each for each in _on_day(db, day, year) if not each.closed]


def _on_day(db: Database, day: date, year: Timetable) -> list[DropIn]:
    closed = why_closed(day, year.closures)
    found = rows(
        db,
        """
        select slots.id as slot_id, slots.start, slots.until,
               drop_ins.id, drop_ins.starts, drop_ins.ends,
               coalesce(drop_ins.room, slots.room) as room,
               coalesce(drop_ins.adult_id, slots.adult_id) as adult_id,
               coalesce(drop_ins.places, slots.places) as places,
               coalesce(drop_ins.version, 0) as version,
               coalesce(drop_ins.closed, '') as closed
          from slots
          left join drop_ins on drop_ins.slot_id = slots.id and drop_ins.date = :date
         where drop_ins.id is not null
            or (:in_term and slots.day = :day and slots.week in ('', :letter)
                and slots.begins <= :date and (slots.ended is null or slots.ended > :date))
         order by slots.start, slots.room""",
        date=day.isoformat(),
        day=day.weekday(),
        letter=_letter(day, year),
        in_term=is_school_time(day, year.half_terms),
    )
    return [
        DropIn(
            id=each["id"],
            slot_id=each["slot_id"],
            date=day,
            room=each["room"],
            starts=clock.from_text(each["starts"]) if each["id"] else clock.at(day, each["start"], year.zone),
            ends=clock.from_text(each["ends"]) if each["id"] else clock.at(day, each["until"], year.zone),
            adult_id=each["adult_id"],
            places=each["places"],
            version=each["version"],
            closed=each["closed"] or closed,
        )
        for each in found
    ]


def coming(db: Database, *, now: datetime, most: int) -> list[DropIn]:
    """The next drop-ins that have not begun, soonest first."""
    return list(islice((each for each in _ahead(db, now=now) if each.starts > now), most))


def running_and_coming(db: Database, *, now: datetime, most: int) -> list[DropIn]:
    """The drop-ins that are not over, soonest first."""
    return list(islice(_ahead(db, now=now), most))


def _ahead(db: Database, *, now: datetime) -> Iterator[DropIn]:
    year = timetable(db)
    today = clock.school_day(now, year.zone)
    for ahead in range(LOOK_AHEAD_DAYS if row(db, "select 1 from slots") else 0):
        yield from (each for each in _held(db, today + timedelta(days=ahead), year) if each.ends > now)


def by_id(db: Database, drop_in_id: int) -> DropIn:
    """One remembered drop-in. Raises `LookupError` when it is not there."""
    found = row(
        db,
        """
        select drop_ins.id, slot_id, date, room, drop_ins.starts, drop_ins.ends, adult_id, places, version,
               coalesce(closed, closures.reason, '') as closed
          from drop_ins
          left join closures on date between closures.starts and closures.ends
         where drop_ins.id = :id""",
        id=drop_in_id,
    )
    if found is None:
        raise LookupError(f"there is no drop-in {drop_in_id}")
    return remembered(found)


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


def find(db: Database, slot_id: int, day: date) -> DropIn | None:
    """The drop-in of one slot on one date, closed or not; or None."""
    return next((each for each in _on_day(db, day, timetable(db)) if each.slot_id == slot_id), None)


def anchor_week(db: Database, monday: date) -> None:
    """Say that this Monday begins a week A, inside a change."""
    db.execute("update programme set week_a = :monday", {"monday": monday.isoformat()})


def stored(db: Database, drop_in: DropIn) -> int:
    """The drop-in's id, written down the first time something is remembered of it; inside a change."""
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
    """Let the drop-in's version grow, inside the change of who is due on it: pages and calendars tell by it."""
    db.execute(
        """
        update drop_ins set version = version + 1, changed_by = :by, changed = :now where id = :id""",
        {"by": by, "now": clock.to_text(now), "id": drop_in_id},
    )


def touch_days(db: Database, first: date, last: date, *, by: str, now: datetime) -> None:
    """Let the version of every remembered drop-in of these days grow: they close, or are held after all."""
    db.execute(
        """
        update drop_ins set version = version + 1, changed_by = :by, changed = :now
         where date between :first and :last""",
        {"by": by, "now": clock.to_text(now), "first": first.isoformat(), "last": last.isoformat()},
    )


def give_adult(db: Database, staff_id: int, *, to: int, now: datetime) -> None:
    """Somebody else is within call wherever this adult would have been from now on, inside a change."""
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
    """Write why one drop-in is closed, or that it is held after all; inside a change."""
    db.execute("update drop_ins set closed = :reason where id = :id", {"reason": reason, "id": drop_in_id})


def end_duties(db: Database, drop_in_id: int, *, now: datetime) -> None:
    """Whoever came early to a drop-in that closes may go; inside a change."""
    db.execute(
        "update duties set ended = :now where drop_in_id = :id and ended is null",
        {"now": clock.to_text(now), "id": drop_in_id},
    )
