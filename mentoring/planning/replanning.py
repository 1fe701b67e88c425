"""Changes of the weekly pattern together with the drop-ins they touch: written as one, and taken back as one."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.basics.forms import Fault, tidy
from mentoring.people import mentors
from mentoring.people.mentors import Mentor
from mentoring.planning import rota
from mentoring.planning.rota import Broken
from mentoring.school import school_year, touched
from mentoring.school.school_year import (
    AddClosure,
    ChangeSlot,
    DropIn,
    EndSlot,
    HalfTermForm,
    PatternChange,
    Slot,
    SlotForm,
)
from mentoring.school.touched import Answer, Choice, Pattern, Touched, Why, id_of
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

_KEPT = 50  # changes older than the newest fifty can no longer be taken back
_TABLES = ("half_terms", "closures", "slots")
_COLUMNS = ("slot_id", "date", "room", "starts", "ends", "adult_id", "places", "closed")


class Wrong(StrEnum):
    """What stands in the way of a change of the pattern or of taking it back."""

    ANSWERS = "replanning.answers"
    TOO_LATE = "replanning.too_late"


@dataclass(frozen=True)
class Asked:
    """The change waits for answers: what it touches, who is due there, and what is proposed, by drop-in id.

    `broken` are the rules that a proposed move would newly break. `mark` tells this question from a later one. `ending`
    is the slot that the change ends; ending one is asked about even if it touches nothing that is planned.
    """

    touched: tuple[Touched, ...]
    due: Mapping[int, tuple[Mentor, ...]]
    proposed: Mapping[int, Answer]
    broken: Mapping[int, tuple[Broken, ...]]
    mark: str
    ending: Slot | None = None


@dataclass(frozen=True)
class AskedOfLetters:
    """A week would be closed as a whole: it waits for whether the letters of the weeks after it shift."""

    shift: bool  # as it is set now


@dataclass(frozen=True)
class Done:
    """The change is written, with how many drop-ins moved, were called off, and were kept."""

    moved: int = 0
    called_off: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Answers:
    """What somebody chose for the drop-ins that a page asked about, and why those called off are.

    `for_all` is one answer in place of `chosen`.
    """

    mark: str
    chosen: Mapping[int, Answer]
    reason: str
    for_all: Choice | None = None


class Made(StrEnum):
    """What a change did to a row of the pattern."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True)
class Difference:
    """The row of the pattern that a change is about: its table, its columns, and what was done to it."""

    table: str
    made: Made
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A change of the pattern that its maker can still take back.

    `what` is the row it is about, None for one of drop-ins or of weeks A and B alone; `drop_ins` counts those it moved
    or called off.
    """

    id: int
    at: datetime
    what: Difference | None
    drop_ins: int


class _RollBack(Exception):
    """Ends a transaction without writing; `outcome` is what the caller answers."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome


# rules


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference | None:
    """The row that differs between two snapshots of the pattern; None where only weeks A and B do, or nothing.

    A slot that gets another time ends and is added anew: that is one change, of the new row.
    """
    for table in _TABLES:
        old, new = before[table], after[table]
        added = [new[each] for each in new.keys() - old.keys()]
        other = [each for row_id, each in new.items() if row_id in old and each != old[row_id]]
        ended = [old[each] for each in old.keys() - new.keys()] + [each for each in other if each.get("ended")]
        if added:
            return Difference(table, Made.CHANGED if ended else Made.ADDED, added[0])
        if other or ended:
            return Difference(table, Made.ENDED if ended else Made.CHANGED, (ended or other)[0])
    return None


# memory


def pattern(db: Database) -> Pattern:
    """What drop-ins come from, as it stands now."""
    return Pattern(tuple(school_year.every_slot(db)), school_year.timetable(db))


def outside(db: Database, *, now: datetime) -> tuple[Touched, ...]:
    """The planned drop-ins that take place though the pattern does not have them, such as those that were kept."""
    found = touched.touched(school_year.planned(db, now=now), before=None, after=pattern(db), now=now)
    return _possible(db, [each for each in found if not each.is_off and each.why is not Why.CLOSED])


def last_change(db: Database, *, by: str, now: datetime) -> Change | None:
    """This person's newest change of the pattern, while nothing has changed since what it changed."""
    found = row(db, "select * from pattern_changes where by = :by order by id desc limit 1", by=by)
    if found is None:
        return None
    was, drop_ins = json.loads(found["pattern"]), json.loads(found["drop_ins"])
    if not _is_untouched(db, was, drop_ins, now=now):
        return None
    what = difference(was["before"], was["after"])
    return Change(found["id"], clock.from_text(found["at"]), what, len(drop_ins))


def _possible(db: Database, found: Sequence[Touched]) -> tuple[Touched, ...]:
    """The same without the moves that would put somebody in two rooms at one time."""
    due = {id_of(each.drop_in): rota.placed(db, id_of(each.drop_in)).keys() for each in found}
    return tuple(
        replace(
            each,
            moves=tuple(
                to
                for to in each.moves
                if due[id_of(each.drop_in)].isdisjoint(rota.at_that_time(db, to, but=due.keys()))
            ),
        )
        for each in found
    )


def _people(db: Database, found: Sequence[Touched]) -> dict[int, tuple[Mentor, ...]]:
    known = {each.id: each for each in mentors.mentors(db)}
    return {id_of(each.drop_in): tuple(known[one] for one in rota.placed(db, id_of(each.drop_in))) for each in found}


def _asked(db: Database, found: tuple[Touched, ...], *, ending: Slot | None = None) -> Asked:
    due, proposed = _people(db, found), touched.proposed(found)
    broken = {
        id_of(each.drop_in): rota.warnings(db, replace(to, id=each.drop_in.id), due[id_of(each.drop_in)])
        for each in found
        if (to := touched.target(each, proposed[id_of(each.drop_in)]))
    }
    return Asked(found, due, proposed, broken, touched.mark(found), ending)


def _snapshot(db: Database) -> dict[str, Any]:
    """The rows of the pattern: tables by row id, and the programme's two settings of weeks A and B."""
    tables = {
        table: {str(each["id"]): dict(each) for each in rows(db, f"select * from {table}")}  # noqa: S608 # ours
        for table in _TABLES
    }
    weeks = row(db, "select week_a, closed_weeks_shift from programme")
    return {**tables, "weeks": dict(weeks) if weeks else {}}


def _as_they_are(db: Database, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What is stored of these drop-ins, by id, with a hash of who is due (`due`), so that no mentor is named in it.

    The version is left out: it rises when a change is taken back, too.
    """
    found = rows(
        db,
        """
        select *, (select group_concat(mentor_id) from (select mentor_id from due where drop_in_id = drop_ins.id
                                                         order by mentor_id)) as mentors
          from drop_ins
         where id in (select value from json_each(:ids))""",
        ids=json.dumps(list(ids)),
    )
    return {
        each["id"]: {
            **{column: each[column] for column in _COLUMNS},
            "due": hashlib.sha256(f"{each['id']}: {each['mentors']}".encode()).hexdigest()[:16],
        }
        for each in found
    }


def _is_untouched(db: Database, was: Mapping[str, Any], drop_ins: Mapping[str, Any], *, now: datetime) -> bool:
    """Whether the pattern and the drop-ins are as the change left them, and none of these has begun."""
    if _snapshot(db) != was["after"] or _planned_on_new_slots(db, was, drop_ins):
        return False
    current = _as_they_are(db, map(int, drop_ins))
    return all(
        current[int(drop_in_id)] == each["after"]
        and min(each["after"]["starts"], each["before"]["starts"]) > clock.to_text(now)
        for drop_in_id, each in drop_ins.items()
    )


def _planned_on_new_slots(db: Database, was: Mapping[str, Any], drop_ins: Mapping[str, Any]) -> bool:
    """Whether somebody planned on a slot that the change added: it cannot go any more."""
    new = was["after"]["slots"].keys() - was["before"]["slots"].keys()
    found = rows(
        db,
        "select id from drop_ins where slot_id in (select value from json_each(:slots))",
        slots=json.dumps([int(each) for each in new]),
    )
    return any(str(each["id"]) not in drop_ins for each in found)


def _restore(db: Database, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Write the pattern's rows as they were before."""
    for table in _TABLES:
        for row_id in after[table].keys() - before[table].keys():
            db.execute(f"delete from {table} where id = :id", {"id": int(row_id)})  # noqa: S608 # our own name
        for row_id, values in before[table].items():
            if row_id not in after[table]:
                insert(db, table, values)
            elif values != after[table][row_id]:
                columns = ", ".join(f"{name} = :{name}" for name in values)
                db.execute(f"update {table} set {columns} where id = :id", values)  # noqa: S608 # our own names
    db.execute("update programme set week_a = :week_a, closed_weeks_shift = :closed_weeks_shift", before["weeks"])


def _taking_place(db: Database) -> set[int]:
    return {each["id"] for each in rows(db, "select id from taking_place")}


# actions


def change(
    db: Database,
    what: PatternChange | SlotForm | HalfTermForm,
    *,
    answers: Answers | None = None,
    by: str,
    now: datetime,
) -> list[Fault] | AskedOfLetters | Asked | Done:
    """Change the pattern, and with it the planned drop-ins that it touches.

    Without answers it asks, and nothing is written, when it touches any; with answers to a question that is no longer
    the same, it asks again. What has begun, and what a mentor came to, is never touched.
    """
    return _in_one(db, what, answers, by=by, now=now)


def settle(db: Database, *, answers: Answers, by: str, now: datetime) -> list[Fault] | Asked | Done:
    """Decide about the planned drop-ins that the pattern does not have, without changing the pattern."""
    outcome = _in_one(db, None, answers, by=by, now=now)
    assert not isinstance(outcome, AskedOfLetters)  # noqa: S101 # the pattern stays
    return outcome


def question(db: Database, *, now: datetime) -> Asked:
    """What `settle` decides about."""
    return _asked(db, outside(db, now=now))


def undo(db: Database, change_id: int, *, by: str, now: datetime) -> Fault | None:
    """Take back this person's newest change of the pattern, with its drop-ins. Doing it twice counts once."""
    try:
        with write(db):
            _take_back(db, change_id, by=by, now=now)
    except _RollBack as rolled_back:
        fault: Fault = rolled_back.outcome
        return fault
    return None


def _take_back(db: Database, change_id: int, *, by: str, now: datetime) -> None:
    found = row(db, "select * from pattern_changes where id = :id", id=change_id)
    if found is None:
        return
    newest = last_change(db, by=by, now=now)
    if newest is None or newest.id != change_id:
        raise _RollBack(Fault("change", Wrong.TOO_LATE))
    was, drop_ins = json.loads(found["pattern"]), json.loads(found["drop_ins"])
    taking_place, columns = _taking_place(db), ", ".join(f"{name} = :{name}" for name in _COLUMNS)
    for drop_in_id, each in drop_ins.items():
        values = {**{name: each["before"][name] for name in _COLUMNS}, "id": int(drop_in_id)}
        db.execute(f"update drop_ins set {columns} where id = :id", values)  # noqa: S608 # our own names
    _restore(db, was["before"], was["after"])
    back = sorted({*map(int, drop_ins), *(taking_place ^ _taking_place(db))})
    for drop_in_id in back:
        school_year.touch(db, drop_in_id, by=by, now=now)
    if any(_clashes(db, each) for each in school_year.by_ids(db, back).values() if not each.closed):
        raise _RollBack(Fault("change", Wrong.TOO_LATE))
    db.execute("delete from pattern_changes where id = :id", {"id": change_id})
    journal.note(db, "pattern.undone", actor=by, now=now, change=change_id, drop_ins=sorted(map(int, drop_ins)))


def _clashes(db: Database, drop_in: DropIn) -> bool:
    """Whether somebody who is due there is due in another room at that time."""
    return not rota.placed(db, id_of(drop_in)).keys().isdisjoint(rota.at_that_time(db, drop_in))


def _in_one(
    db: Database,
    what: PatternChange | SlotForm | HalfTermForm | None,
    answers: Answers | None,
    *,
    by: str,
    now: datetime,
) -> list[Fault] | AskedOfLetters | Asked | Done:
    try:
        with write(db):
            return _written(db, _change_of(db, what, now=now), answers, by=by, now=now)
    except _RollBack as rolled_back:
        outcome: list[Fault] | AskedOfLetters | Asked = rolled_back.outcome
        return outcome


def _change_of(
    db: Database, what: PatternChange | SlotForm | HalfTermForm | None, *, now: datetime
) -> PatternChange | None:
    if not isinstance(what, SlotForm | HalfTermForm):
        return what
    found = school_year.change_of(db, what, now=now)
    if isinstance(found, list):
        raise _RollBack(found)
    return found


def _written(db: Database, what: PatternChange | None, answers: Answers | None, *, by: str, now: datetime) -> Done:
    before, was = pattern(db), _snapshot(db)
    planned = school_year.planned(db, now=now)
    rows_before = _as_they_are(db, map(id_of, planned))
    if isinstance(what, AddClosure) and what.shift is None and _closes_a_week(what, before):
        raise _RollBack(AskedOfLetters(before.year.closed_weeks_shift))
    if what is None:
        found = outside(db, now=now)
    else:
        if fault := school_year.write_change(db, what, by=by, now=now):
            raise _RollBack([fault])
        after = pattern(db)
        found = _possible(db, touched.touched(planned, before=before, after=after, now=now))
    ending = _ending(what, before)
    if (found or ending) and (answers is None or answers.mark != touched.mark(found)):
        raise _RollBack(_asked(db, found, ending=ending))
    if isinstance(what, ChangeSlot):
        _equip(db, planned, before, after, what.slot_id, by=by, now=now)
    chosen = _settled(db, found, answers, before, by=by, now=now)
    _keep(db, was, _changed(db, rows_before, chosen), by=by, now=now)
    return Done(*(sum(each.choice is choice for each in chosen.values()) for choice in Choice))


def _ending(what: PatternChange | None, before: Pattern) -> Slot | None:
    """The slot that this change ends, if it has not ended yet."""
    if not isinstance(what, EndSlot):
        return None
    return next((each for each in before.slots if each.id == what.slot_id and each.ended is None), None)


def _equip(
    db: Database, planned: Iterable[DropIn], before: Pattern, after: Pattern, slot_id: int, *, by: str, now: datetime
) -> None:
    """Give the planned drop-ins of a slot that stays its new adult and places, whoever is due.

    An adult who was set for one day by itself stays.
    """
    old, new = (next((each for each in known.slots if each.id == slot_id), None) for known in (before, after))
    if old is None or new is None or new.ended is not None:
        return
    for each in planned:
        if each.slot_id != slot_id:
            continue
        drop_in_id = id_of(each)
        adult_id = _adult_of(each, before, new.adult_id)
        places = each.places if old.places == new.places else max(new.places, len(rota.placed(db, drop_in_id)))
        if (adult_id, places) != (each.adult_id, each.places):
            school_year.equip(db, drop_in_id, adult_id=adult_id, places=places, by=by, now=now)


def _adult_of(drop_in: DropIn, before: Pattern, usual: int) -> int:
    """The adult after a change: the slot's `usual` one, unless another was set for this drop-in by itself."""
    was = next((each.adult_id for each in before.slots if each.id == drop_in.slot_id), drop_in.adult_id)
    return usual if drop_in.adult_id == was else drop_in.adult_id


def _closes_a_week(what: AddClosure, known: Pattern) -> bool:
    return known.year.week_a is not None and school_year.is_whole_week(what.new, known.year.half_terms)


def _settled(
    db: Database,
    found: Sequence[Touched],
    answers: Answers | None,
    before: Pattern,
    *,
    by: str,
    now: datetime,
) -> Mapping[int, Answer]:
    """Do what was chosen for each touched drop-in; the answers by drop-in id."""
    chosen = _chosen(found, answers)
    reason = tidy(answers.reason) if answers else ""
    if not touched.fitting(found, chosen):
        raise _RollBack([Fault("answers", Wrong.ANSWERS)])
    off = [
        each for each in found if each.why is not Why.CLOSED and chosen[id_of(each.drop_in)].choice is Choice.CALL_OFF
    ]
    if faults := school_year.reason_faults(reason) if off else []:
        raise _RollBack(faults)
    if fault := rota.in_two_places(_moving(db, found, chosen)):
        raise _RollBack([fault])
    off_as = touched.off_as(found, chosen)
    for each in found:
        answer = chosen[id_of(each.drop_in)]
        to = touched.target(each, answer) or off_as.get(id_of(each.drop_in))
        moved = replace(to, adult_id=_adult_of(each.drop_in, before, to.adult_id)) if to else None
        _settle(db, each, answer, moved, reason, by=by, now=now)
    return chosen


def _changed(
    db: Database, before: Mapping[int, Mapping[str, Any]], chosen: Mapping[int, Answer]
) -> dict[str, dict[str, Any]]:
    """The drop-ins that were changed or decided about, with what was stored of them and what is now."""
    after = _as_they_are(db, before)
    decided = {drop_in_id for drop_in_id, answer in chosen.items() if answer.choice is not Choice.KEEP}
    return {
        str(drop_in_id): {"before": was, "after": after[drop_in_id]}
        for drop_in_id, was in before.items()
        if drop_in_id in decided or any(was[column] != after[drop_in_id][column] for column in _COLUMNS)
    }


def _moving(
    db: Database, found: Sequence[Touched], chosen: Mapping[int, Answer]
) -> list[tuple[DropIn, Sequence[Mentor]]]:
    due = _people(db, found)
    return [
        (to, due[id_of(each.drop_in)])
        for each in found
        if (to := touched.target(each, chosen[id_of(each.drop_in)])) is not None
    ]


def _chosen(found: Sequence[Touched], answers: Answers | None) -> Mapping[int, Answer]:
    if answers is None:
        return {}
    return touched.alike(found, answers.for_all) if answers.for_all else answers.chosen


def _settle(
    db: Database, each: Touched, answer: Answer, to: DropIn | None, reason: str, *, by: str, now: datetime
) -> None:
    """Move one drop-in to `to`, call it off or keep it. One that is off, or is called off, stays off where it moves."""
    drop_in_id, old = id_of(each.drop_in), each.drop_in
    if to:
        places = max(to.places, len(rota.placed(db, drop_in_id)))
        school_year.move(db, drop_in_id, to, places=places, by=by, now=now)
        journal.note(
            db, "drop_in.moved", actor=by, now=now, drop_in=drop_in_id, slot=old.slot_id, day=old.date.isoformat()
        )
    if answer.choice is Choice.CALL_OFF and each.why is not Why.CLOSED:
        school_year.set_closed(db, drop_in_id, reason)
        school_year.touch(db, drop_in_id, by=by, now=now)
        journal.note(db, "drop_in.called_off", actor=by, now=now, drop_in=drop_in_id)
    elif to and answer.choice is Choice.KEEP:
        school_year.set_closed(db, drop_in_id, old.closed)
    elif answer.choice is Choice.KEEP and not each.is_off:
        journal.note(db, "drop_in.kept", actor=by, now=now, drop_in=drop_in_id)


def _keep(db: Database, was: Mapping[str, Any], changed: Mapping[str, Any], *, by: str, now: datetime) -> None:
    """Remember how it was before, so that it can be taken back."""
    after = _snapshot(db)
    if after == was and not changed:
        return
    values = {
        "at": clock.to_text(now),
        "by": by,
        "pattern": json.dumps({"before": was, "after": after}),
        "drop_ins": json.dumps(changed),
    }
    change_id = insert(db, "pattern_changes", values)
    db.execute("delete from pattern_changes where id <= :last", {"last": change_id - _KEPT})
