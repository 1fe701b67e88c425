"""The actions of the rota: an edit by hand, a move, a plan; each in one transaction, and undone as one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlite_utils import Database

from mentoring.basics import forms
from mentoring.basics.forms import Fault, tidy
from mentoring.people import mentors
from mentoring.people.mentors import Mentor
from mentoring.planning.rota.memory import (
    at_that_time,
    before_change,
    conflict,
    forget_change,
    keep_change,
    keep_reason,
    last_change,
    limits,
    placed,
    warnings,
    write_due,
)
from mentoring.planning.rota.rules import busy_fault, in_two_places, limits_form, limits_of, pair_fault, with_pins_kept
from mentoring.planning.rota.words import Broken, PlannedCell, Stale, Warned, Wrong
from mentoring.school import school_year
from mentoring.school.school_year import DropIn
from mentoring.store import journal
from mentoring.store.database import write

# actions

_Wanted = Mapping[DropIn, Mapping[int, bool]]
LONGEST_REASON = 200
TOO_LATE = Fault("change", Wrong.TOO_LATE)


def set_due(
    db: Database,
    drop_in: DropIn,
    mentor_ids: Sequence[int],
    *,
    seen: int | None = None,
    despite: str = "",
    by: str,
    now: datetime,
) -> Fault | None:
    """Set who is due on one drop-in, in place of those before; mentors who are new there are pinned.

    With `seen`, the version a page showed, it answers `Conflict` when somebody changed the drop-in since, and `Warned`
    when the pair would newly break a rule and `despite` gives no reason. Without it, as from the command line, only
    what is not allowed even with a reason is refused. None: done.
    """
    with write(db):
        stored = _stored(db, drop_in)
        if seen is not None and stored.version != seen:
            return conflict(db, stored)
        if len(set(mentor_ids)) != len(mentor_ids):
            return pair_fault([mentors.mentor(db, each) for each in mentor_ids], places=len(mentor_ids))
        before = placed(db, _id(stored))
        wanted = {stored: {each: before.get(each, True) for each in mentor_ids}}
        return _edit(db, wanted, warn=seen is not None, despite=despite, by=by, now=now)


def pin(db: Database, drop_in: DropIn, mentor_id: int, *, pinned: bool, by: str, now: datetime) -> Fault | None:
    """Say that no plan moves this mentor from this drop-in, or that one may again."""
    with write(db):
        stored = _stored(db, drop_in)
        before = placed(db, _id(stored))
        if mentor_id not in before:
            return Fault("mentor", Wrong.NOT_DUE)
        if before[mentor_id] != pinned:
            _write(db, {stored: {**before, mentor_id: pinned}}, by=by, now=now)
    return None


def move(
    db: Database,
    mentor_id: int,
    *,
    here: DropIn,
    there: DropIn,
    instead_of: int | None = None,
    seen: tuple[int, int],
    despite: str = "",
    by: str,
    now: datetime,
) -> Fault | None:
    """Move a mentor from one drop-in to another; whom they replace there, if anybody, comes here: a swap by the lead.

    `seen` are the two versions the page showed. Answers as `set_due` does.
    """
    with write(db):
        cells = [_stored(db, each) for each in (here, there)]
        if changed := next((cell for cell, was in zip(cells, seen, strict=True) if cell.version != was), None):
            return conflict(db, changed)
        if cells[0] == cells[1]:
            return None
        before = [placed(db, _id(cell)) for cell in cells]
        if mentor_id not in before[0] or (instead_of is not None and instead_of not in before[1]):
            return Fault("mentor", Wrong.NOT_DUE)
        if mentor_id in before[1] or instead_of in before[0]:
            return Fault("mentor", Wrong.ON_BOTH)
        left = {each: pinned for each, pinned in before[0].items() if each != mentor_id}
        stay = {each: pinned for each, pinned in before[1].items() if each != instead_of}
        back = {} if instead_of is None else {instead_of: True}
        wanted = {cells[0]: {**left, **back}, cells[1]: {**stay, mentor_id: True}}
        return _edit(db, wanted, warn=True, despite=despite, by=by, now=now)


def apply_plan(db: Database, plan: Sequence[PlannedCell], *, by: str, now: datetime) -> Fault | None:
    """Put a whole plan in the place of what is there: all of it, or `Stale` and nothing.

    Drop-ins that have begun and pinned mentors stay as they are. It is undone as one.
    """
    with write(db):
        found = [(cell, school_year.find(db, cell.slot_id, cell.date)) for cell in plan]
        if stale := tuple(
            cell for cell, stored in found if stored is None or stored.closed or stored.version != cell.seen
        ):
            return Stale("plan", Wrong.STALE, {"days": tuple(each.date for each in stale)}, cells=stale)
        ahead = [(cell, _stored(db, stored)) for cell, stored in found if stored is not None and stored.starts > now]
        wanted = {stored: with_pins_kept(placed(db, _id(stored)), cell.mentor_ids) for cell, stored in ahead}
        return _edit(db, wanted, warn=False, despite="", by=by, now=now)


def undo(db: Database, change_id: int, *, by: str, now: datetime) -> Fault | None:
    """Undo this person's newest change, while nothing else has changed its drop-ins. Doing it twice counts once."""
    with write(db):
        change = last_change(db, by=by)
        if change is None or change.id != change_id:
            return TOO_LATE if before_change(db, change_id) else None
        wanted = {school_year.by_id(db, each): due for each, due in before_change(db, change_id).items()}
        if any(stored.ends <= now for stored in wanted):
            return TOO_LATE
        if fault := _fault(db, wanted):
            return fault
        for stored, due in wanted.items():
            write_due(db, _id(stored), due, by=by, now=now)
        forget_change(db, change_id)
        journal.note(db, "rota.undone", actor=by, now=now, change=change_id, drop_ins=list(change.drop_in_ids))
    return None


def check(db: Database, wanted: Mapping[int, Mapping[int, bool]]) -> Fault | tuple[Broken, ...]:
    """What forbids that these be due on these remembered drop-ins, or the rules it would newly break."""
    cells = {school_year.by_id(db, drop_in_id): due for drop_in_id, due in wanted.items()}
    return _fault(db, cells) or _new_warnings(db, cells)


def put_in_place(db: Database, wanted: Mapping[int, Mapping[int, bool]], *, by: str, now: datetime) -> None:
    """Write who is due where `check` forbade nothing, inside a larger change such as a swap.

    The rota's own undo does not reach it: the larger change has its own.
    """
    for drop_in_id, due in wanted.items():
        write_due(db, drop_in_id, due, by=by, now=now)
        journal.note(db, "rota.due", actor=by, now=now, drop_in=drop_in_id, mentors=sorted(due))


def override(db: Database, drop_in_id: int, broken: Sequence[Broken], reason: str, *, by: str, now: datetime) -> None:
    """Keep why rules are broken on purpose, inside the change that breaks them; the journal holds its id alone."""
    rules = ",".join(sorted({each.rule for each in broken}))
    override_id = keep_reason(db, drop_in_id, rules, tidy(reason), by=by, now=now)
    journal.note(db, "rota.override", actor=by, now=now, drop_in=drop_in_id, override=override_id, rules=rules)


def change_limits(db: Database, given: Mapping[str, str], *, by: str, now: datetime) -> list[Fault]:
    """Change the limits of all duties by a form, as far as its page changed them; empty when it is saved."""
    with write(db):
        wanted = limits_of(forms.as_changed(given, limits_form(limits(db))))
        if isinstance(wanted, list):
            return wanted
        db.execute(
            """
            update programme
               set duties_a_week = :duties_a_week, late_after = :late_after, gaps_before = :gaps_before,
                   small_swaps_pass = :small_swaps_pass""",
            asdict(wanted),
        )
        journal.note(db, "rota.limits", actor=by, now=now)
    return []


def _new_warnings(db: Database, wanted: _Wanted) -> tuple[Broken, ...]:
    """The rules that these pairs would break and that are not broken there already; inside a change."""
    found = []
    for stored, due in wanted.items():
        monday = school_year.monday_of(stored.date)
        others = {
            _id(other): list(who)
            for other, who in wanted.items()
            if other != stored and school_year.monday_of(other.date) == monday
        }
        was = warnings(db, stored, _mentors(db, placed(db, _id(stored))))
        will = warnings(db, stored, _mentors(db, due), instead=others)
        known = {each.same_as for each in was}
        found += [each for each in will if each.same_as not in known]
    return tuple(found)


def _id(stored: DropIn) -> int:
    assert stored.id is not None  # noqa: S101 # a stored drop-in has an id
    return stored.id


def _stored(db: Database, drop_in: DropIn) -> DropIn:
    return school_year.by_id(db, school_year.stored(db, drop_in))


def _mentors(db: Database, due: Mapping[int, bool]) -> list[Mentor]:
    return [mentor for each in due if (mentor := mentors.mentor(db, each))]


def _edit(db: Database, wanted: _Wanted, *, warn: bool, despite: str, by: str, now: datetime) -> Fault | None:
    """Write an edit that nothing forbids and whose warnings have a reason, so that it can be taken back."""
    wanted = {stored: due for stored, due in wanted.items() if due != placed(db, _id(stored))}
    if fault := _fault(db, wanted):
        return fault
    broken = _new_warnings(db, wanted) if warn else ()
    if broken and not tidy(despite):
        return Warned("mentor", Wrong.NEEDS_REASON, broken=broken)
    if len(tidy(despite)) > LONGEST_REASON:
        return Fault("despite", Wrong.LONG_REASON, {"most": LONGEST_REASON})
    _write(db, wanted, by=by, now=now)
    for stored in wanted if broken else ():
        override(db, _id(stored), broken, despite, by=by, now=now)
    return None


def _write(db: Database, wanted: _Wanted, *, by: str, now: datetime) -> None:
    before = {_id(stored): placed(db, _id(stored)) for stored in wanted}
    for stored, due in wanted.items():
        write_due(db, _id(stored), due, by=by, now=now)
        journal.note(db, "rota.due", actor=by, now=now, drop_in=stored.id, mentors=sorted(due))
    if before:
        keep_change(db, before, by=by, now=now)


def _fault(db: Database, wanted: _Wanted) -> Fault | None:
    """What is never allowed: a closed drop-in, somebody not active, too many, one mentor in two rooms at one time."""
    changing = {_id(stored) for stored in wanted}
    for stored, due in wanted.items():
        if fault := _fault_of(db, stored, due, changing):
            return replace(fault, values={**fault.values, "on": stored.date}) if len(wanted) > 1 else fault
    return in_two_places([(stored, _mentors(db, due)) for stored, due in wanted.items()])


def _fault_of(db: Database, stored: DropIn, due: Mapping[int, bool], changing: Collection[int]) -> Fault | None:
    if stored.closed:
        return Fault("drop_in", Wrong.CLOSED, {"reason": stored.closed})
    chosen = [mentors.mentor(db, each) for each in due]
    busy = at_that_time(db, stored, but=changing)
    return pair_fault(chosen, places=stored.places) or busy_fault([each for each in chosen if each], busy)
