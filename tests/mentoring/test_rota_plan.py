"""The planner: every rule kept, every aim proved best, beside a checker that shares no code with it."""

import random
import time
from dataclasses import replace
from datetime import date, timedelta
from datetime import time as clock_time

import pytest

from mentoring.rota_plan import plan
from mentoring.rota_task import Aim, Days, Lunch, Place, Plan, Rostered, Task, Together
from tests.mentoring import rota_checker

MONDAY = date(2027, 1, 11)
WEEK = "AB"


def planned(task: Task, seconds: float = 60) -> Plan:
    return plan(task, seconds=seconds, ticks=time.monotonic)


def lunch(
    day: int, *, hour: int = 12, room: str = "Library 2", places: int = 2, block: str = "", end: int = 0
) -> Lunch:
    """A drop-in so many days after the Monday; weeks A and B take turns."""
    on = MONDAY + timedelta(days=day)
    return Lunch(
        key=f"{on} {hour} {room}",
        date=on,
        start=clock_time(hour, 30),
        end=clock_time(end or hour + 1, 15),
        room=room,
        places=places,
        week=WEEK[day // 7 % 2],
        block=block,
    )


def mentor(name: str, *, experienced: bool = True, cap: int = 5, **more: object) -> Rostered:
    return Rostered(key=name, name=name, experienced=experienced, cap=cap, **more)  # type: ignore[arg-type]


AMIRA, BEN, CHIDI, DEE = (mentor(name) for name in ("Amira", "Ben", "Chidi", "Dee"))


def on(rota: Plan, at: Lunch) -> set[str]:
    return {each.mentor for each in rota.places if each.lunch == at.key}


# The same optimum as trying every rota


def small_term(seed: int) -> Task:
    """A term small enough to try every rota of; pins, a past and a rota of today come in one of three each."""
    dice = random.Random(seed)
    names = [f"M{n}" for n in range(dice.randint(2, 5))]
    days = sorted(dice.sample([0, 1, 2, 3, 4, 7, 8, 9], dice.randint(1, 4)))
    blocks = dice.choice((1, 1, 2))
    lunches = []
    for number, day in enumerate(days):
        block = f"b{number * blocks // len(days)}"
        lunches.append(lunch(day, places=dice.choice((1, 2, 2, 2, 3)), block=block))
        if dice.random() < 0.3:
            lunches.append(
                lunch(day, room="Hall", hour=dice.choice((12, 12, 14)), places=dice.choice((1, 2)), block=block)
            )

    def days_of(chance: float) -> Days:
        return Days(
            dates=frozenset(each.date for each in lunches if dice.random() < chance),
            weekdays=frozenset(day for day in range(5) if dice.random() < chance / 3),
            week_days=frozenset((week, day) for week in WEEK for day in range(5) if dice.random() < chance / 3),
        )

    mentors = tuple(
        mentor(
            name,
            experienced=dice.random() < 0.6,
            cap=dice.choice((0, 1, 1, 2, 3, 5)),
            unavailable=days_of(0.25),
            prefers=days_of(0.25),
            apart=frozenset(dice.sample(names, 1)) - {name} if dice.random() < 0.3 else frozenset(),
        )
        for name in names
    )
    task = Task(mentors, tuple(lunches))
    if dice.random() < 0.3:
        task = replace(task, pinned=some_places(dice, task, 0.15))
    if dice.random() < 0.3:
        pairs = [(one, other) for one in names for other in names if one < other and dice.random() < 0.4]
        task = replace(
            task,
            duties={name: dice.randint(0, 3) for name in names},
            together=tuple(Together(one, other, dice.randint(1, 2)) for one, other in pairs),
        )
    if dice.random() < 0.3:
        task = replace(task, today=some_places(dice, task, 0.4) | task.pinned)
    return task


def some_places(dice: random.Random, task: Task, chance: float) -> frozenset[Place]:
    return frozenset(
        Place(each.key, who.key) for each in task.lunches for who in task.mentors if dice.random() < chance
    )


def few_enough(task: Task) -> bool:
    return all(rota_checker.count(task, block) <= 400 for block in task.blocks)


@pytest.mark.parametrize("seed", range(0, 400, 20))
def test_twenty_small_terms_at_a_time_are_planned_as_well_as_can_be(seed: int):
    for each in range(seed, seed + 20):
        task = small_term(each)
        if not few_enough(task):
            continue
        rota = planned(task)
        assert rota_checker.broken(task, rota_checker.held(rota.places)) == [], each
        assert all(aim.is_proved for aim in rota.settled), each
        before: rota_checker.Held = {}
        for block in task.blocks:
            here = {at.key for at in task.lunches if at.block == block}
            on_them = {key: who for key, who in rota_checker.held(rota.places).items() if key in here}
            reached = rota_checker.worth(task, before | on_them, block)
            assert reached == rota_checker.best(task, block, before), each
            told = {aim.aim: aim.best for aim in rota.settled if aim.block == block}
            signed = (told[Aim.UNFILLED], told[Aim.SPREAD], told[Aim.REPEATS], -told[Aim.PREFERENCES])
            assert (*signed, told.get(Aim.MOVED, 0)) == reached if task.today is not None else signed == reached[:4]
            before |= on_them
