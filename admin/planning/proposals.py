"""Proposed rotas: the optimiser's input, the progress of each run, and how to stop one.

Kept in memory for half an hour. The rota changes only when somebody uses a proposal.
"""

import secrets
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations

from admin.planning.optimiser_process import OptimiserRun
from badges.child import ChildDied
from mentoring.basics import clock
from mentoring.planning.optimiser.task import Days, Lunch, Place, Plan, Rostered, Task, Together, by_lunch
from mentoring.planning.rota import DropInToPlan, Earlier, PlannedCell, ToPlan
from mentoring.school.programme import DAYS
from mentoring.school.school_year import monday_of

KEPT = timedelta(minutes=30)
MOST = 4


@dataclass
class Proposal:
    """One proposal: the drop-ins as they were when it began, and the optimiser's run."""

    id: str
    began: datetime
    half: int
    asked: ToPlan
    planning: OptimiserRun
    fault: str = ""
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def plan(self) -> Plan | None:
        """The plan, once the run is over, else None."""
        return self.planning.plan if self.done.is_set() else None

    @property
    def cells(self) -> list[PlannedCell]:
        """The plan as the rota takes it, with every pinned mentor who is in the task."""
        on = by_lunch(self.plan.places) if self.plan else {}
        return [
            PlannedCell(
                each.drop_in.slot_id,
                each.drop_in.date,
                tuple(int(mentor) for mentor in on.get(key_of(each), ())),
                each.drop_in.version,
            )
            for each in self.asked.drop_ins
        ]

    def work(self) -> None:
        """Run the optimiser and set `fault` if it failed. Sets `done` in every case."""
        try:
            self.planning.run()
        except ChildDied:
            self.fault = "The planner ended before it had a plan. Nothing was changed. Plan again."
        finally:
            self.done.set()


class Proposals:
    """The proposals of the last half hour. A new one stops the others, because one run uses both cores."""

    def __init__(self) -> None:
        self._plans: dict[str, Proposal] = {}
        self._change = threading.Lock()

    def begin(self, asked: ToPlan, task: Task, *, half: int, seconds: float, now: datetime) -> Proposal:
        """Start to plan on a new thread."""
        new = self.keep(
            Proposal(secrets.token_urlsafe(12), now, half, asked, OptimiserRun(task, seconds=seconds)), now=now
        )
        threading.Thread(target=new.work, daemon=True).start()
        return new

    def keep(self, new: Proposal, *, now: datetime) -> Proposal:
        """Add a proposal, stop the others, and drop the oldest beyond four."""
        with self._change:
            for each in self._plans.values():
                each.planning.stop()
            kept = [each for each in self._plans.values() if now - each.began < KEPT][-(MOST - 1) :]
            self._plans = {each.id: each for each in (*kept, new)}
        return new

    def find(self, plan_id: str, *, now: datetime) -> Proposal | None:
        """The proposal with this id; None after half an hour."""
        found = self._plans.get(plan_id)
        return found if found and now - found.began < KEPT else None


def key_of(each: DropInToPlan) -> str:
    """The key of a drop-in in the optimiser's task."""
    return f"{each.drop_in.slot_id} {each.drop_in.date}"


def task_of(asked: ToPlan, *, names: Mapping[int, str], zone: str, keep: bool) -> Task:
    """The rota as a task for the optimiser. With `keep`, it also moves as few mentors as possible from today's places.

    Earlier duties in a planned week become drop-ins with all places pinned, so that they count toward the weekly cap.
    Other earlier duties are only counted.
    """
    known = {each.id for each in asked.mentors}
    lunches = [_lunch(each, zone) for each in asked.drop_ins]
    block_of = {monday_of(each.date): each.block for each in reversed(lunches)}
    near = [each for each in asked.earlier if monday_of(each.date) in block_of and known & set(each.mentor_ids)]
    far = [each for each in asked.earlier if monday_of(each.date) not in block_of]
    fixed, fixed_places = _fixed(near, block_of, known, zone)
    today = {Place(key_of(each), str(one)) for each in asked.drop_ins for one in each.due if one in known}
    pinned = {Place(key_of(each), str(one)) for each in asked.drop_ins for one in each.pinned if one in known}
    return Task(
        mentors=tuple(
            Rostered(
                key=str(each.id),
                name=names[each.id],
                experienced=each.experienced,
                cap=each.cap,
                unavailable=_days(each.unavailable),
                apart=frozenset(str(other) for other in each.apart & known),
                prefers=_days(each.prefers),
            )
            for each in asked.mentors
        ),
        lunches=(*fixed, *lunches),
        pinned=frozenset(pinned | fixed_places),
        duties=Counter(str(one) for each in far for one in each.mentor_ids if one in known),
        together=_together(far, known),
        today=frozenset(today | fixed_places) if keep else None,
    )


def _lunch(each: DropInToPlan, zone: str) -> Lunch:
    drop_in = each.drop_in
    start, end = (clock.wall(moment, zone).time() for moment in (drop_in.starts, drop_in.ends))
    return Lunch(key_of(each), drop_in.date, start, end, drop_in.room, drop_in.places, each.week, each.block)


def _fixed(
    near: Iterable[Earlier], block_of: Mapping[date, str], known: set[int], zone: str
) -> tuple[list[Lunch], set[Place]]:
    lunches, places = [], set()
    for number, each in enumerate(near):
        key, there = f"earlier:{number}", [one for one in each.mentor_ids if one in known]
        start, end = (clock.wall(moment, zone).time() for moment in (each.starts, each.ends))
        lunches.append(Lunch(key, each.date, start, end, key, len(there), block=block_of[monday_of(each.date)]))
        places |= {Place(key, str(one)) for one in there}
    return lunches, places


def _together(far: Iterable[Earlier], known: set[int]) -> tuple[Together, ...]:
    times = Counter(pair for each in far for pair in combinations([one for one in each.mentor_ids if one in known], 2))
    return tuple(Together(str(one), str(other), n) for (one, other), n in sorted(times.items()))


def _days(texts: Iterable[str]) -> Days:
    dates, weekdays, week_days = set(), set(), set()
    for text in texts:
        if text in DAYS:
            weekdays.add(DAYS.index(text))
        elif text[:2] in ("A-", "B-"):
            week_days.add((text[0], DAYS.index(text[2:])))
        else:
            dates.add(date.fromisoformat(text))
    return Days(frozenset(dates), frozenset(weekdays), frozenset(week_days))
