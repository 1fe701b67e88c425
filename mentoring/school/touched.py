"""What a change of slots, weeks A and B, closed days or term dates touches of the drop-ins that are planned already."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from mentoring.school.school_year import (
    DropIn,
    Slot,
    Timetable,
    at_the_same_time,
    drop_in_of,
    is_in_the_way,
    is_school_time,
    letter_of,
    monday_of,
    why_closed,
)

# words

_WEEK_DAYS = 7
MOST_MOVES = 6


class Why(StrEnum):
    """Why the pattern no longer has a planned drop-in."""

    SLOT = "slot"  # its slot has ended
    WEEK = "week"  # its slot is of the other week
    CLOSED = "closed"  # the school is closed that day
    TERM = "term"  # the day is in no half term


class Choice(StrEnum):
    """What becomes of a touched drop-in."""

    MOVE = "move"
    CALL_OFF = "call_off"
    KEEP = "keep"


@dataclass(frozen=True)
class Pattern:
    """All that drop-ins come from: every slot, the ended ones too, and the school's year."""

    slots: Sequence[Slot]
    year: Timetable


@dataclass(frozen=True)
class Touched:
    """A planned drop-in that the pattern does not have after the change.

    `moves` are the drop-ins of the new pattern in the same week that nobody has planned yet, the best match first. With
    `is_off` it was called off or on a closed day already before the change. `instead` are those of its own day that
    the change brings in its place: if it is not held, one of them is not held either.
    """

    drop_in: DropIn
    why: Why
    moves: tuple[DropIn, ...] = ()
    is_off: bool = False
    instead: tuple[DropIn, ...] = ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be chosen. What is off stays so or moves; nothing is held on a closed day."""
        move = (Choice.MOVE,) if self.moves else ()
        if self.is_off:
            return (*move, Choice.KEEP)
        return (*move, Choice.CALL_OFF) if self.why is Why.CLOSED else (*move, Choice.CALL_OFF, Choice.KEEP)

    @property
    def beside(self) -> tuple[DropIn, ...]:
        """What the new pattern holds at the same time in other rooms: with this one kept, both are held."""
        kept = Choice.KEEP in self.choices and not self.is_off
        return tuple(
            to
            for to in self.moves
            if kept and at_the_same_time(to, self.drop_in) and to.room.lower() != self.drop_in.room.lower()
        )


@dataclass(frozen=True)
class Answer:
    """What somebody chose for one touched drop-in; with MOVE, the slot's id and the date that it moves to."""

    choice: Choice
    to: tuple[int, date] | None = None


# rules


def touched(planned: Sequence[DropIn], *, before: Pattern | None, after: Pattern, now: datetime) -> tuple[Touched, ...]:
    """The planned drop-ins that a change of the pattern touches, in order of time.

    A drop-in is touched when the pattern had it before the change and does not have it after; or when the pattern did
    not have it before either, such as one that was kept, and the change brings something it can move to. With `before`
    None all planned drop-ins that the pattern does not have are answered. `planned` have not begun; `closed` says why
    one was called off by itself.
    """
    lost = [(each, why) for each in planned if (why := why_not(each, after))]
    standing = [each for each in planned if not why_not(each, after) and not each.closed]
    found = []
    for each, why in lost:
        was = why_not(each, before) if before else None
        moves = _moves(each, planned, standing, after, now=now)
        new = moves if was is None or before is None else _without(moves, _moves(each, planned, (), before, now=now))
        stays_closed = was is Why.CLOSED and why is Why.CLOSED
        is_lost = was is None or (was is Why.CLOSED and not stays_closed)
        is_off = bool(each.closed) or stays_closed
        if (is_lost and not each.closed) or new:
            instead = _instead(each, moves, before) if before and was is None else ()
            found.append(Touched(each, why, moves, is_off, instead))
    return tuple(found)


def why_not(drop_in: DropIn, pattern: Pattern) -> Why | None:
    """Why the pattern does not have this drop-in, or None: it has it, at this time in this room."""
    slot = next((each for each in pattern.slots if each.id == drop_in.slot_id), None)
    if slot is None or slot.day != drop_in.date.weekday() or (slot.ended is not None and slot.ended <= drop_in.date):
        return Why.SLOT
    if not is_school_time(drop_in.date, pattern.year.half_terms):
        return Why.TERM
    if why_closed(drop_in.date, pattern.year.closures):
        return Why.CLOSED
    letter = letter_of(drop_in.date, pattern.year)
    return None if drop_in_of(slot, drop_in.date, letter=letter, year=pattern.year) else Why.WEEK


def proposed(found: Iterable[Touched]) -> dict[int, Answer]:
    """What is proposed for each touched drop-in, by its id: a move on its own day, each to another; else off.

    What was off already stays off.
    """
    taken: set[tuple[int, date]] = set()
    answers = {}
    for each in found:
        same_day = (key_of(to) for to in each.moves if to.date == each.drop_in.date and key_of(to) not in taken)
        if each.is_off:
            answer = Answer(Choice.KEEP)
        elif to := next(same_day, None):
            answer = Answer(Choice.MOVE, to)
            taken.add(to)
        else:
            answer = Answer(Choice.CALL_OFF)
        answers[id_of(each.drop_in)] = answer
    return answers


def alike(found: Sequence[Touched], choice: Choice) -> dict[int, Answer]:
    """One answer for all: what is proposed (MOVE), or off, or kept, each as far as it can be chosen."""
    answers = proposed(found)
    if choice is Choice.MOVE:
        return answers
    can = {id_of(each.drop_in): Answer(choice) for each in found if choice in each.choices}
    return {**answers, **can}


def target(each: Touched, answer: Answer) -> DropIn | None:
    """The drop-in of the new pattern that this one becomes, or None."""
    return next((to for to in each.moves if key_of(to) == answer.to), None)


def off_as(found: Iterable[Touched], answers: Mapping[int, Answer]) -> dict[int, DropIn]:
    """What each drop-in that is called off, or was and stays so, takes with it: by its id, one of its day each."""
    taken = {answer.to for answer in answers.values()}
    off = {}
    for each in found:
        choice = answers[id_of(each.drop_in)].choice
        is_off = choice is Choice.CALL_OFF or (choice is Choice.KEEP and each.drop_in.closed)
        if is_off and (to := next((to for to in each.instead if key_of(to) not in taken), None)):
            off[id_of(each.drop_in)] = to
            taken.add(key_of(to))
    return off


def fitting(found: Sequence[Touched], answers: Mapping[int, Answer]) -> bool:
    """Whether there is an answer that can be chosen for each touched drop-in, and no two move to the same place."""
    chosen = [(each, answers.get(id_of(each.drop_in))) for each in found]
    moves = [answer.to for _, answer in chosen if answer and answer.to]
    return len(set(moves)) == len(moves) and all(answer and _is_open(each, answer) for each, answer in chosen)


def mark(found: Iterable[Touched]) -> str:
    """A short hash of what a page asked: it differs as soon as anything of it has changed."""
    told = [
        (each.drop_in.id, each.drop_in.version, each.why, each.is_off, [key_of(to) for to in each.moves])
        for each in found
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def id_of(drop_in: DropIn) -> int:
    """The id of a stored drop-in."""
    assert drop_in.id is not None  # noqa: S101 # planned drop-ins are stored
    return drop_in.id


def _is_open(each: Touched, answer: Answer) -> bool:
    if answer.choice is Choice.MOVE:
        return target(each, answer) is not None
    return answer.choice in each.choices


def key_of(drop_in: DropIn) -> tuple[int, date]:
    """The slot's id and the date, which are one drop-in's alone."""
    return drop_in.slot_id, drop_in.date


def _instead(drop_in: DropIn, moves: Iterable[DropIn], before: Pattern) -> tuple[DropIn, ...]:
    """Those of the same day whose slot is new, or was of the other week."""
    return tuple(to for to in moves if to.date == drop_in.date and why_not(to, before) in (Why.SLOT, Why.WEEK))


def _without(moves: Iterable[DropIn], known: Collection[DropIn]) -> tuple[DropIn, ...]:
    there = {key_of(each) for each in known}
    return tuple(each for each in moves if key_of(each) not in there)


def _moves(
    drop_in: DropIn, planned: Sequence[DropIn], standing: Collection[DropIn], pattern: Pattern, *, now: datetime
) -> tuple[DropIn, ...]:
    """Where it could go in its week. Best: the same day, then the same room, then the nearest time."""
    stored = {key_of(each) for each in planned}
    there = [
        replace(each, closed="")
        for each in _week(monday_of(drop_in.date), pattern)
        if not each.closed and each.starts > now and key_of(each) not in stored and not is_in_the_way(each, standing)
    ]
    there.sort(
        key=lambda to: (
            abs((to.date - drop_in.date).days),
            to.room.lower() != drop_in.room.lower(),
            abs(to.starts - drop_in.starts),
        )
    )
    return tuple(there[:MOST_MOVES])


def _week(monday: date, pattern: Pattern) -> Iterator[DropIn]:
    letter = letter_of(monday, pattern.year)
    for ahead in range(_WEEK_DAYS):
        day = monday + timedelta(days=ahead)
        for slot in pattern.slots:
            if found := drop_in_of(slot, day, letter=letter, year=pattern.year):
                yield found
