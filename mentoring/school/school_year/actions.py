"""The actions on the school year: change slots, half terms, closures, and single drop-ins."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from mentoring.basics import clock, forms
from mentoring.basics.forms import Fault, tidy
from mentoring.school.school_year.memory import (
    anchor,
    anchor_week,
    between,
    by_id,
    closures,
    end_duties,
    first_duty_between,
    half_terms,
    on_day,
    set_closed,
    slots,
    stored,
    this_week,
    timetable,
    touch,
    touch_days,
    zone,
)
from mentoring.school.school_year.rules import (
    half_term_faults,
    half_term_form,
    is_same_time,
    monday_of,
    new_slot,
    overlaps,
    reason_faults,
    school_week_before,
    slot_form,
    why_closed,
)
from mentoring.school.school_year.words import (
    AddClosure,
    AddHalfTerm,
    AddSlot,
    ChangeHalfTerm,
    ChangeSlot,
    DropIn,
    EndSlot,
    HalfTerm,
    HalfTermForm,
    NewSlot,
    PatternChange,
    RemoveClosure,
    RemoveHalfTerm,
    SetClosedWeeks,
    SetWeek,
    SlotForm,
    Wrong,
)
from mentoring.store import journal
from mentoring.store.database import insert, write

# actions

BEGUN = Fault("drop_in", Wrong.BEGUN)


def add_slot(db: Database, new: NewSlot, *, adult_id: int, by: str, now: datetime) -> int | Fault:
    """Add a weekly slot, from today on, and return its id. Two slots never use one room at one time.

    The first slot of a week A or B makes this week a week A, until `SetWeek` says otherwise.
    """
    with write(db):
        return _add_slot(db, AddSlot(new, adult_id), begins=clock.school_day(now, zone(db)), by=by, now=now)


def add_half_term(db: Database, new: HalfTerm, *, by: str, now: datetime) -> None:
    """Add one half term; once there is one, no drop-in is outside a half term."""
    with write(db):
        write_change(db, AddHalfTerm(new), by=by, now=now)


def change_of(db: Database, form: SlotForm | HalfTermForm, *, now: datetime) -> PatternChange | list[Fault]:
    """The change that a form asks for, as far as its page changed anything, or all that is wrong with it.

    Inside the change that writes it, so that nothing it compares with is changed in between.
    """
    return _slot_change(db, form) if isinstance(form, SlotForm) else _half_term_change(db, form, now=now)


def _slot_change(db: Database, form: SlotForm) -> ChangeSlot | list[Fault]:
    known = next((each for each in slots(db) if each.id == form.slot_id), None)
    merged = forms.as_changed(form.given, slot_form(known) if known else {})
    checked = new_slot(merged)
    if isinstance(checked, list):
        return checked
    return ChangeSlot(form.slot_id, checked, forms.number(merged.get("adult", "")))


def _half_term_change(db: Database, form: HalfTermForm, *, now: datetime) -> PatternChange | list[Fault]:
    others = {each.id: each for each in half_terms(db)}
    known = others.pop(form.half_term_id, None) if form.half_term_id else None
    merged = forms.as_changed(form.given, half_term_form(known) if known else {})
    texts = (merged.get(name, "") for name in ("name", "starts", "ends"))
    checked = half_term_faults(*texts, known=[*others.values()], today=clock.school_day(now, zone(db)))
    if isinstance(checked, list):
        return checked
    return AddHalfTerm(checked) if form.half_term_id is None else ChangeHalfTerm(replace(checked, id=form.half_term_id))


def write_change(db: Database, change: PatternChange, *, by: str, now: datetime) -> Fault | None:
    """Write one change of the pattern, inside a larger change that decides about the drop-ins planned already.

    A drop-in of today that has begun stays what it is.
    """
    today = clock.school_day(now, zone(db))
    for begun in between(db, today, today):
        if begun.starts <= now and not begun.closed:
            stored(db, begun)
    outcome = _written(db, change, today=today, by=by, now=now)
    return outcome if isinstance(outcome, Fault) else None


def _written(db: Database, change: PatternChange, *, today: date, by: str, now: datetime) -> int | Fault | None:
    match change:
        case AddSlot():
            return _add_slot(db, change, begins=today, by=by, now=now)
        case ChangeSlot():
            return _change_slot(db, change, today=today, by=by, now=now)
        case EndSlot():
            _end_slot(db, change.slot_id, today=today, by=by, now=now)
        case SetWeek():
            _set_week(db, change.letter, today=today, by=by, now=now)
        case SetClosedWeeks():
            _set_closed_weeks(db, shift=change.shift, by=by, now=now)
        case AddHalfTerm():
            _add_half_term(db, change.new, by=by, now=now)
        case ChangeHalfTerm():
            return _change_half_term(db, change.new, by=by, now=now)
        case RemoveHalfTerm():
            _remove_half_term(db, change.half_term_id, by=by, now=now)
        case AddClosure():
            return _add_closure(db, change, by=by, now=now)
        case RemoveClosure():
            _remove_closure(db, change.closure_id, by=by, now=now)
    return None


def _add_slot(db: Database, change: AddSlot, *, begins: date, by: str, now: datetime) -> int | Fault:
    for other in slots(db):
        if overlaps(change.new, other=other):
            taken = {"day": other.day_name, "start": other.start, "until": other.until, "room": other.room}
            return Fault("start", Wrong.ROOM_TAKEN, taken)
    if change.new.week and anchor(db) is None:
        anchor_week(db, monday_of(clock.school_day(now, zone(db))))
    slot_id = insert_slot(db, change.new, adult_id=change.adult_id, begins=begins)
    journal.note(db, "slot.added", actor=by, now=now, slot=slot_id)
    return slot_id


def _change_slot(db: Database, change: ChangeSlot, *, today: date, by: str, now: datetime) -> int | Fault | None:
    """At the same time and place the slot stays, with its adult and its places as they are said now.

    Otherwise it ends and another begins; one whose drop-in of today has begun changes from tomorrow on, so that nobody
    is expected twice today.
    """
    known = next((each for each in slots(db) if each.id == change.slot_id), None)
    if known is None:
        return Fault("day", Wrong.NOT_THERE)
    if is_same_time(change.new, other=known):
        _equip_slot(db, change, by=by, now=now)
        return None
    begun = any(each.slot_id == change.slot_id and each.starts <= now for each in between(db, today, today))
    _end_slot(db, change.slot_id, today=today, by=by, now=now)
    begins = today + timedelta(days=1) if begun else today
    return _add_slot(db, AddSlot(change.new, change.adult_id), begins=begins, by=by, now=now)


def _equip_slot(db: Database, change: ChangeSlot, *, by: str, now: datetime) -> None:
    values = {"id": change.slot_id, "places": change.new.places, "adult": change.adult_id}
    changed = db.execute(
        """
        update slots set places = :places, adult_id = :adult
         where id = :id and (places <> :places or adult_id <> :adult)""",
        values,
    )
    if changed.rowcount:
        told = {"slot": change.slot_id, "places": change.new.places, "staff": change.adult_id}
        journal.note(db, "slot.changed", actor=by, now=now, **told)


def _end_slot(db: Database, slot_id: int, *, today: date, by: str, now: datetime) -> None:
    ended = db.execute(
        "update slots set ended = :today where id = :id and ended is null",
        {"today": today.isoformat(), "id": slot_id},
    )
    if ended.rowcount:
        journal.note(db, "slot.ended", actor=by, now=now, slot=slot_id)


def _set_week(db: Database, letter: str, *, today: date, by: str, now: datetime) -> None:
    monday, year = monday_of(today), timetable(db)
    anchor_week(db, monday)
    if this_week(db, now=now) != letter:
        anchor_week(db, school_week_before(monday, year.half_terms, year.shifting))
    journal.note(db, "programme.week", actor=by, now=now, week=letter)


def _set_closed_weeks(db: Database, *, shift: bool, by: str, now: datetime) -> None:
    changed = db.execute(
        "update programme set closed_weeks_shift = :shift where closed_weeks_shift <> :shift", {"shift": int(shift)}
    )
    if changed.rowcount:
        journal.note(db, "programme.closed_weeks", actor=by, now=now, letters="shift" if shift else "stay")


def _half_term_values(new: HalfTerm) -> dict[str, str]:
    return {"name": new.name, "starts": new.starts.isoformat(), "ends": new.ends.isoformat()}


def _add_half_term(db: Database, new: HalfTerm, *, by: str, now: datetime) -> None:
    half_term_id = insert(db, "half_terms", _half_term_values(new))
    journal.note(db, "half_term.added", actor=by, now=now, half_term=half_term_id)


def _change_half_term(db: Database, new: HalfTerm, *, by: str, now: datetime) -> Fault | None:
    changed = db.execute(
        "update half_terms set name = :name, starts = :starts, ends = :ends where id = :id",
        {**_half_term_values(new), "id": new.id},
    )
    if not changed.rowcount:
        return Fault("name", Wrong.NOT_THERE)
    journal.note(db, "half_term.changed", actor=by, now=now, half_term=new.id)
    return None


def _remove_half_term(db: Database, half_term_id: int, *, by: str, now: datetime) -> None:
    removed = db.execute("delete from half_terms where id = :id", {"id": half_term_id})
    if removed.rowcount:
        journal.note(db, "half_term.removed", actor=by, now=now, half_term=half_term_id)


def _add_closure(db: Database, change: AddClosure, *, by: str, now: datetime) -> Fault | None:
    """A day on which a mentor was on duty cannot be closed, nor today while a drop-in runs: that lunch takes place."""
    new = change.new
    if came := first_duty_between(db, new.starts, new.ends):
        return Fault("starts", Wrong.MENTORS_CAME, {"day": came})
    today = clock.school_day(now, zone(db))
    if new.starts <= today <= new.ends and any(each.starts <= now < each.ends for each in on_day(db, today)):
        return Fault("starts", Wrong.RUNNING)
    if any(each.starts <= new.ends and new.starts <= each.ends for each in closures(db)):
        return Fault("starts", Wrong.CLOSED_ALREADY)
    values = {"reason": new.reason, "starts": new.starts.isoformat(), "ends": new.ends.isoformat()}
    closure_id = insert(db, "closures", values)
    touch_days(db, new.starts, new.ends, by=by, now=now)
    journal.note(db, "closure.added", actor=by, now=now, closure=closure_id)
    if change.shift is not None:
        _set_closed_weeks(db, shift=change.shift, by=by, now=now)
    return None


def _remove_closure(db: Database, closure_id: int, *, by: str, now: datetime) -> None:
    gone = next((each for each in closures(db) if each.id == closure_id), None)
    if gone is None:
        return
    db.execute("delete from closures where id = :id", {"id": closure_id})
    touch_days(db, gone.starts, gone.ends, by=by, now=now)
    journal.note(db, "closure.removed", actor=by, now=now, closure=closure_id)


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


def store_drop_in(db: Database, drop_in: DropIn) -> int:
    """Store the drop-in, so that rows can refer to it; returns its id."""
    with write(db):
        return stored(db, drop_in)


def set_adult(db: Database, drop_in: DropIn, staff_id: int, *, by: str, now: datetime) -> None:
    """Set another adult within call, for this one drop-in (P1)."""
    with write(db):
        drop_in_id = stored(db, drop_in)
        db.execute("update drop_ins set adult_id = :adult where id = :id", {"adult": staff_id, "id": drop_in_id})
        journal.note(db, "drop_in.adult", actor=by, now=now, drop_in=drop_in_id, staff=staff_id)
