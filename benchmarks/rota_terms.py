"""Terms to plan, of any size, by a seed: what the rota's benchmark measures on"""

import csv
import random
from datetime import date, time, timedelta
from pathlib import Path

from mentoring.planning.optimiser.task import Days, Lunch, Rostered, Task
from mentoring.planning.optimiser.term_files import LUNCH_COLUMNS, MENTOR_COLUMNS, OPTIONAL_LUNCH_COLUMNS
from mentoring.school.programme import DAYS

_HALF_TERMS = (
    date(2026, 9, 7),
    date(2026, 11, 2),
    date(2027, 1, 4),
    date(2027, 2, 22),
    date(2027, 4, 12),
    date(2027, 6, 7),
)


def term(*, mentors: int, lunches: int, blocks: int, seed: int) -> Task:
    """A task with so many mentors, and drop-ins of two places shared out among so many half terms."""
    dice = random.Random(seed)
    shares = [lunches // blocks + (n < lunches % blocks) for n in range(blocks)]
    drop_ins = [each for n, share in enumerate(shares) for each in _half_term(n, share)]
    names = [f"Mentor {n:03}" for n in range(1, mentors + 1)]
    days = sorted({each.date for each in drop_ins})
    return Task(
        mentors=tuple(_mentor(name, n, names, days, dice) for n, name in enumerate(names)), lunches=tuple(drop_ins)
    )


def write_files(task: Task, mentors: Path, lunches: Path) -> None:
    """The task as the two files that `dropin rota plan` reads."""
    with mentors.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(MENTOR_COLUMNS)
        for each in task.mentors:
            known = "yes" if each.experienced else "no"
            apart = ";".join(sorted(each.apart))
            lines.writerow((each.name, known, each.cap, _said(each.unavailable), apart, _said(each.prefers)))
    with lunches.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow((*LUNCH_COLUMNS, *OPTIONAL_LUNCH_COLUMNS))
        for each in task.lunches:
            start, end = f"{each.start:%H:%M}", f"{each.end:%H:%M}"
            lines.writerow((each.date, start, end, each.room, each.places, each.week, each.block))


def _said(days: Days) -> str:
    weekdays = [DAYS[day] for day in sorted(days.weekdays)]
    week_days = [f"{week}-{DAYS[day]}" for week, day in sorted(days.week_days)]
    return ";".join([*map(str, sorted(days.dates)), *weekdays, *week_days])


def _half_term(number: int, share: int) -> list[Lunch]:
    """One lunch a school day, then a second room, then a third, over at most seven weeks."""
    days = [_HALF_TERMS[number] + timedelta(days=7 * week + day) for week in range(6) for day in range(5)]
    drop_ins = [(day, room) for room in ("Library 2", "Room 7", "Hall") for day in days][:share]
    return [
        Lunch(
            key=f"{day} {room}",
            date=day,
            start=time(12, 30),
            end=time(13, 15),
            room=room,
            places=2,
            week="AB"[(day - _HALF_TERMS[0]).days // 7 % 2],
            block=f"half term {number + 1}",
        )
        for day, room in sorted(drop_ins)
    ]


def _mentor(name: str, number: int, names: list[str], days: list[date], dice: random.Random) -> Rostered:
    weekdays = dice.sample(range(5), dice.choice((0, 1, 1, 2)))
    return Rostered(
        key=name,
        name=name,
        experienced=number % 2 == 0,
        cap=dice.choice((1, 2, 2)),
        unavailable=Days(
            dates=frozenset(dice.sample(days, min(3, len(days)))),
            weekdays=frozenset(weekdays),
            week_days=frozenset({("AB"[dice.randrange(2)], dice.randrange(5))}),
        ),
        apart=frozenset({dice.choice(names)} - {name}) if dice.random() < 0.15 else frozenset(),
        prefers=Days(weekdays=frozenset(dice.sample(range(5), dice.choice((0, 1, 2))))),
    )
