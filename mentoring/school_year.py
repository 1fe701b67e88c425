"""The school year: weekly slots, and the drop-ins that come from them, on the school's own wall clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from sqlite3 import Row

from sqlite_utils import Database

from mentoring import clock, journal
from mentoring.database import insert, row, rows, write
from mentoring.people import Fault, tidy
from mentoring.programme import DAY_NAMES, DAYS, HOUR

# words

# How far ahead the next drop-in is looked for: a summer holiday and a little.
LOOK_AHEAD_DAYS = 70


@dataclass(frozen=True)
class Slot:
    """The weekly pattern that drop-ins come from. `day` is 0 for Monday; the hours are `HH:MM` on the wall."""

    id: int
    day: int
    start: str
    until: str
    room: str
    week: str
    adult_id: int
    adult: str

    @property
    def day_name(self) -> str:
        """`Mon` to `Sun`."""
        return DAYS[self.day]


@dataclass(frozen=True)
class HalfTerm:
    """A stretch of school between two holidays, its first and last day included."""

    id: int
    name: str
    starts: date
    ends: date


@dataclass(frozen=True)
class NewSlot:
    """What a form or a command says of one slot, checked."""

    day: int
    start: str
    until: str
    room: str
    week: str


@dataclass(frozen=True)
class DropIn:
    """One lunchtime in one room. `id` is None until something is remembered of it; times are aware, in UTC."""

    id: int | None
    slot_id: int
    date: date
    room: str
    starts: datetime
    ends: datetime
    adult_id: int


# rules


def new_slot(given: Mapping[str, str]) -> NewSlot | list[Fault]:
    """A slot from a form or a command, or all that is wrong with it."""
    text = {name: tidy(given.get(name) or "") for name in NewSlot.__dataclass_fields__}
    day = next((each for each in DAYS if text["day"].lower() in (each.lower(), DAY_NAMES[each].lower())), "")
    faults = []
    if not day:
        faults.append(Fault("day", f"is “{text['day'][:20]}”", "choose one of " + " ".join(DAYS)))
    for field in ("start", "until"):
        if not HOUR.fullmatch(text[field]):
            faults.append(Fault(field, f"is “{text[field][:20]}”", "write hours and minutes such as 12:30"))
    if not faults and text["until"] <= text["start"]:
        faults.append(Fault("until", "is not after the start", "choose a later time on the same day"))
    if not 0 < len(text["room"]) <= 40:
        faults.append(Fault("room", "is missing or longer than 40 letters", "write it as pupils say it: Library 2"))
    if text["week"].upper() not in ("", "A", "B"):
        faults.append(Fault("week", f"is “{text['week'][:20]}”", "choose A, B, or leave it empty for every week"))
    if faults:
        return faults
    return NewSlot(DAYS.index(day), text["start"], text["until"], text["room"], text["week"].upper())


def monday_of(day: date) -> date:
    """The Monday of that day's week."""
    return day - timedelta(days=day.weekday())


def is_school_time(day: date, half_terms: Sequence[HalfTerm]) -> bool:
    """Whether the school is open that day; while no half term is known, always."""
    return not half_terms or any(each.starts <= day <= each.ends for each in half_terms)


def week_letter(day: date, *, week_a: date | None, half_terms: Sequence[HalfTerm]) -> str:
    """`A` or `B`, counted in school weeks from the Monday of a week A; `A` while no anchor is set.

    A week with no school day in it does not count: after one week or three of holiday the letters go on where they
    stopped.
    """
    if week_a is None:
        return "A"
    first, last = sorted((week_a, monday_of(day)))
    mondays = (first + timedelta(weeks=week) for week in range((last - first).days // 7))
    counted = sum(
        any(is_school_time(monday + timedelta(days=ahead), half_terms) for ahead in range(5)) for monday in mondays
    )
    return "A" if counted % 2 == 0 else "B"


def half_term_faults(name: str, starts: str, ends: str, *, known: Sequence[HalfTerm]) -> HalfTerm | list[Fault]:
    """One half term from a form, or all that is wrong with it."""
    faults = [] if 0 < len(tidy(name)) <= 40 else [Fault("name", "is missing or too long", "such as Autumn 1")]
    days = []
    for field, text in (("starts", starts), ("ends", ends)):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            faults.append(Fault(field, "is not a date", "choose a day"))
    if len(days) == 2 and days[1] < days[0]:
        faults.append(Fault("ends", "is before the first day", "choose a later day"))
    if len(days) == 2 and any(each.starts <= days[1] and days[0] <= each.ends for each in known):
        faults.append(Fault("starts", "overlaps another half term", "end that one first, or choose other days"))
    return faults or HalfTerm(0, tidy(name), days[0], days[1])


def _school_week_before(monday: date, half_terms: Sequence[HalfTerm]) -> date:
    for back in range(1, 60):
        earlier = monday - timedelta(weeks=back)
        if any(is_school_time(earlier + timedelta(days=ahead), half_terms) for ahead in range(5)):
            return earlier
    return monday - timedelta(weeks=1)


def overlaps(first: NewSlot, *, other: Slot) -> bool:
    """Whether two slots would want one room at one time."""
    return (
        first.day == other.day
        and first.room.lower() == other.room.lower()
        and (not first.week or not other.week or first.week == other.week)
        and first.start < other.until
        and other.start < first.until
    )


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
    """The half terms the school has told the box of, in order."""
    found = rows(db, "select * from half_terms order by starts")
    return [
        HalfTerm(each["id"], each["name"], date.fromisoformat(each["starts"]), date.fromisoformat(each["ends"]))
        for each in found
    ]


def zone(db: Database) -> str:
    """The school's time zone."""
    found = row(db, "select zone from programme")
    return str(found["zone"]) if found else "Europe/London"


def this_week(db: Database, *, now: datetime) -> str | None:
    """The letter of the week we are in, or None while the school has no two-week timetable."""
    week_a = _anchor(db)
    today = clock.school_day(now, zone(db))
    return week_letter(today, week_a=week_a, half_terms=half_terms(db)) if week_a else None


def _anchor(db: Database) -> date | None:
    found = row(db, "select week_a from programme")
    return date.fromisoformat(found["week_a"]) if found and found["week_a"] else None


def on_day(db: Database, day: date) -> list[DropIn]:
    """The drop-ins of one date, in order of time: from the slots, or as they are remembered."""
    known = half_terms(db)
    letter, wall_zone = week_letter(day, week_a=_anchor(db), half_terms=known), zone(db)
    found = rows(
        db,
        """
        select slots.id as slot_id, slots.start, slots.until,
               drop_ins.id, drop_ins.starts, drop_ins.ends,
               coalesce(drop_ins.room, slots.room) as room,
               coalesce(drop_ins.adult_id, slots.adult_id) as adult_id
          from slots
          left join drop_ins on drop_ins.slot_id = slots.id and drop_ins.date = :date
         where drop_ins.id is not null
            or (:is_open and slots.day = :day and slots.week in ('', :letter)
                and slots.begins <= :date and (slots.ended is null or slots.ended > :date))
         order by slots.start, slots.room""",
        date=day.isoformat(),
        day=day.weekday(),
        letter=letter,
        is_open=is_school_time(day, known),
    )
    return [
        DropIn(
            id=each["id"],
            slot_id=each["slot_id"],
            date=day,
            room=each["room"],
            starts=clock.from_text(each["starts"]) if each["id"] else clock.at(day, each["start"], wall_zone),
            ends=clock.from_text(each["ends"]) if each["id"] else clock.at(day, each["until"], wall_zone),
            adult_id=each["adult_id"],
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
    today = clock.school_day(now, zone(db))
    for ahead in range(LOOK_AHEAD_DAYS if row(db, "select 1 from slots") else 0):
        yield from (each for each in on_day(db, today + timedelta(days=ahead)) if each.ends > now)


def by_id(db: Database, drop_in_id: int) -> DropIn:
    """One remembered drop-in. Raises `LookupError` when it is not there."""
    found = row(db, "select * from drop_ins where id = :id", id=drop_in_id)
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
    )


def find(db: Database, slot_id: int, day: date) -> DropIn | None:
    """The drop-in of one slot on one date, or None."""
    return next((each for each in on_day(db, day) if each.slot_id == slot_id), None)


def _anchor_week(db: Database, monday: date) -> None:
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
    }
    db.execute(
        """
        insert into drop_ins (slot_id, date, room, starts, ends, adult_id)
        values (:slot_id, :date, :room, :starts, :ends, :adult_id)
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


# actions


def add_slot(db: Database, new: NewSlot, *, adult_id: int, by: str, now: datetime) -> int | Fault:
    """Add a weekly slot, from today on. Two slots never want one room at one time.

    The first slot of a week A or B makes this week a week A, until `set_week` says otherwise.
    """
    with write(db):
        for other in slots(db):
            if overlaps(new, other=other):
                taken = f"{other.day_name} {other.start} to {other.until}"
                return Fault("start", f"overlaps {taken} in {other.room}", "choose another time or room")
        today = clock.school_day(now, zone(db))
        if new.week and _anchor(db) is None:
            _anchor_week(db, monday_of(today))
        slot_id = insert_slot(db, new, adult_id=adult_id, begins=today)
        journal.note(db, "slot.added", actor=by, now=now, slot=slot_id)
    return slot_id


def insert_slot(db: Database, new: NewSlot, *, adult_id: int, begins: date, ended: date | None = None) -> int:
    """Write one slot's row, inside a change that notes it. From the day `ended` on it gives no drop-in."""
    values = {
        "day": new.day,
        "start": new.start,
        "until": new.until,
        "room": new.room,
        "week": new.week,
        "adult_id": adult_id,
        "begins": begins.isoformat(),
        "ended": ended.isoformat() if ended else None,
    }
    return insert(db, "slots", values)


def add_half_term(db: Database, new: HalfTerm, *, by: str, now: datetime) -> None:
    """Tell the box of one half term; from the first one on there are no drop-ins outside them."""
    with write(db):
        values = {"name": new.name, "starts": new.starts.isoformat(), "ends": new.ends.isoformat()}
        half_term_id = insert(db, "half_terms", values)
        journal.note(db, "half_term.added", actor=by, now=now, half_term=half_term_id)


def remove_half_term(db: Database, half_term_id: int, *, by: str, now: datetime) -> None:
    """Take one half term back."""
    with write(db):
        removed = db.execute("delete from half_terms where id = :id", {"id": half_term_id})
        if removed.rowcount:
            journal.note(db, "half_term.removed", actor=by, now=now, half_term=half_term_id)


def hold(db: Database, drop_in: DropIn) -> int:
    """Write the drop-in down, so that something can be remembered of it; its id."""
    with write(db):
        return stored(db, drop_in)


def set_week(db: Database, letter: str, *, by: str, now: datetime) -> None:
    """Say that the week we are in is a week A, or a week B."""
    with write(db):
        monday = monday_of(clock.school_day(now, zone(db)))
        _anchor_week(db, monday)
        if this_week(db, now=now) != letter:
            _anchor_week(db, _school_week_before(monday, half_terms(db)))
        journal.note(db, "programme.week", actor=by, now=now, week=letter)


def end_slot(db: Database, slot_id: int, *, by: str, now: datetime) -> None:
    """No more drop-ins come from this slot; those that were remembered stay."""
    with write(db):
        ended = db.execute(
            "update slots set ended = :today where id = :id and ended is null",
            {"today": clock.school_day(now, zone(db)).isoformat(), "id": slot_id},
        )
        if ended.rowcount:
            journal.note(db, "slot.ended", actor=by, now=now, slot=slot_id)


def set_adult(db: Database, drop_in: DropIn, staff_id: int, *, by: str, now: datetime) -> None:
    """Another adult is within call, for this one drop-in (P1)."""
    with write(db):
        drop_in_id = stored(db, drop_in)
        db.execute("update drop_ins set adult_id = :adult where id = :id", {"adult": staff_id, "id": drop_in_id})
        journal.note(db, "drop_in.adult", actor=by, now=now, drop_in=drop_in_id, staff=staff_id)
