"""The actions on the school year: change slots, half terms, closures, and single drop-ins."""

from datetime import date, datetime

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.basics.forms import Fault, tidy
from mentoring.school.school_year.memory import (
    anchor,
    anchor_week,
    by_id,
    closures,
    end_duties,
    first_duty_between,
    half_terms,
    set_closed,
    slots,
    stored,
    this_week,
    touch,
    touch_days,
    zone,
)
from mentoring.school.school_year.rules import (
    monday_of,
    overlaps,
    places_fault,
    reason_faults,
    school_week_before,
    why_closed,
)
from mentoring.school.school_year.words import MOST_PLACES, PAIR, Closure, DropIn, HalfTerm, NewSlot, Wrong
from mentoring.store import journal
from mentoring.store.database import insert, write

# actions

BEGUN = Fault("drop_in", Wrong.BEGUN)


def add_slot(db: Database, new: NewSlot, *, adult_id: int, by: str, now: datetime) -> int | Fault:
    """Add a weekly slot, from today on. Two slots never use one room at one time.

    The first slot of a week A or B makes this week a week A, until `set_week` says otherwise.
    """
    with write(db):
        for other in slots(db):
            if overlaps(new, other=other):
                taken = {"day": other.day_name, "start": other.start, "until": other.until, "room": other.room}
                return Fault("start", Wrong.ROOM_TAKEN, taken)
        today = clock.school_day(now, zone(db))
        if new.week and anchor(db) is None:
            anchor_week(db, monday_of(today))
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
        "places": new.places,
        "adult_id": adult_id,
        "begins": begins.isoformat(),
        "ended": ended.isoformat() if ended else None,
    }
    return insert(db, "slots", values)


def add_half_term(db: Database, new: HalfTerm, *, by: str, now: datetime) -> None:
    """Add one half term; once there is one, no drop-in is outside a half term."""
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


def add_closure(db: Database, new: Closure, *, by: str, now: datetime) -> int | Fault:
    """Add closed days: there is no drop-in on them, and a week wholly closed is neither week A nor B.

    A day on which a mentor was on duty cannot be closed: that lunch took place.
    """
    with write(db):
        if came := first_duty_between(db, new.starts, new.ends):
            return Fault("starts", Wrong.MENTORS_CAME, {"day": came})
        if any(each.starts <= new.ends and new.starts <= each.ends for each in closures(db)):
            return Fault("starts", Wrong.CLOSED_ALREADY)
        values = {"reason": new.reason, "starts": new.starts.isoformat(), "ends": new.ends.isoformat()}
        closure_id = insert(db, "closures", values)
        touch_days(db, new.starts, new.ends, by=by, now=now)
        journal.note(db, "closure.added", actor=by, now=now, closure=closure_id)
    return closure_id


def remove_closure(db: Database, closure_id: int, *, by: str, now: datetime) -> None:
    """Take one closure back; whoever was due on these days is due again."""
    with write(db):
        gone = next((each for each in closures(db) if each.id == closure_id), None)
        if gone is None:
            return
        db.execute("delete from closures where id = :id", {"id": closure_id})
        touch_days(db, gone.starts, gone.ends, by=by, now=now)
        journal.note(db, "closure.removed", actor=by, now=now, closure=closure_id)


def close_drop_in(db: Database, drop_in: DropIn, reason: str, *, by: str, now: datetime) -> Fault | None:
    """Close one drop-in that has not begun, with a reason. Who was due is kept for when it opens again."""
    if faults := reason_faults(reason):
        return faults[0]
    with write(db):
        if now >= drop_in.starts:
            return BEGUN
        drop_in_id = stored(db, drop_in)
        if by_id(db, drop_in_id).closed:
            return Fault("drop_in", Wrong.CALLED_OFF_ALREADY)
        set_closed(db, drop_in_id, tidy(reason))
        end_duties(db, drop_in_id, now=now)
        touch(db, drop_in_id, by=by, now=now)
        journal.note(db, "drop_in.called_off", actor=by, now=now, drop_in=drop_in_id)
    return None


def reopen_drop_in(db: Database, drop_in: DropIn, *, by: str, now: datetime) -> Fault | None:
    """Open a closed drop-in again, so that it takes place, while it has not begun; those who were due are due again."""
    with write(db):
        if now >= drop_in.starts:
            return BEGUN
        drop_in_id = stored(db, drop_in)
        if day_off := why_closed(drop_in.date, closures(db)):
            return Fault("drop_in", Wrong.CLOSED_DAY, {"reason": day_off})
        if not by_id(db, drop_in_id).closed:
            return None
        set_closed(db, drop_in_id, None)
        touch(db, drop_in_id, by=by, now=now)
        journal.note(db, "drop_in.reopened", actor=by, now=now, drop_in=drop_in_id)
    return None


def set_places(db: Database, slot_id: int, places: int, *, by: str, now: datetime) -> Fault | None:
    """Set how many mentors this slot needs, for all drop-ins that have not begun."""
    if not PAIR <= places <= MOST_PLACES:
        return places_fault(str(places))
    with write(db):
        changed = db.execute(
            "update slots set places = :places where id = :id and ended is null", {"places": places, "id": slot_id}
        )
        if changed.rowcount:
            db.execute(
                "update drop_ins set places = :places where slot_id = :id and starts > :now",
                {"places": places, "id": slot_id, "now": clock.to_text(now)},
            )
            journal.note(db, "slot.places", actor=by, now=now, slot=slot_id, places=places)
    return None


def store_drop_in(db: Database, drop_in: DropIn) -> int:
    """Store the drop-in, so that rows can refer to it; returns its id."""
    with write(db):
        return stored(db, drop_in)


def set_week(db: Database, letter: str, *, by: str, now: datetime) -> None:
    """Say that the week we are in is a week A, or a week B."""
    with write(db):
        monday = monday_of(clock.school_day(now, zone(db)))
        anchor_week(db, monday)
        if this_week(db, now=now) != letter:
            anchor_week(db, school_week_before(monday, half_terms(db), closures(db)))
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
    """Set another adult within call, for this one drop-in (P1)."""
    with write(db):
        drop_in_id = stored(db, drop_in)
        db.execute("update drop_ins set adult_id = :adult where id = :id", {"adult": staff_id, "id": drop_in_id})
        journal.note(db, "drop_in.adult", actor=by, now=now, drop_in=drop_in_id, staff=staff_id)
