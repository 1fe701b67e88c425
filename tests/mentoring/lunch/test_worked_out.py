"""A solver that has read all that was told after each drop-in, and knows the rules, works out no small count (P9)."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.access import staff
from mentoring.basics import clock
from mentoring.lunch import counts, small_numbers
from mentoring.lunch.counts import Told
from mentoring.lunch.help_requests import Topic
from mentoring.lunch.small_numbers import Block
from mentoring.school import school_year
from mentoring.school.school_year import HalfTerm, NewSlot
from mentoring.store import migrations
from mentoring.store.database import open_database, without_fsync, write
from tests.conftest import ZONE
from tests.mentoring.lunch.knowing import Knowing, Term

MONDAY = date(2027, 1, 4)
TOPICS = list(Topic)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Database]:
    """A lunch on each school day."""
    with closing(open_database(tmp_path / "programme.db", create=True)) as db:
        migrations.migrate(db)
        now = clock.at(MONDAY, "08:00", ZONE)
        staff.set_up(db, school="H", name="Ms Okafor", email="o@h.example", password="three wet turtles", room="4",
                     by="staff 1", now=now)  # fmt: skip
        with without_fsync(db):
            school_year.add_half_term(
                db, HalfTerm(0, "Spring 1", MONDAY, MONDAY + timedelta(days=46)), by="staff 1", now=now
            )
            with write(db):
                for weekday in range(5):
                    new = NewSlot(weekday, "12:30", "13:15", "Library 2", "")
                    school_year.insert_slot(db, new, adult_id=1, begins=MONDAY)
                db.execute("insert into mentors values (1, 'Amira', 'Khan', 'Amira', '11', 1, '', 'agreed', 'active')")
                db.execute("insert into badges (id, mentor_id, number, issued) values (1, 1, 7, '2027-01-04')")
            yield db


def close(db: Database, day: date, topics: Sequence[int], *, came: bool) -> None:
    """One lunch is over, and this was asked."""
    [lunch] = school_year.on_day(db, day)
    with write(db):
        drop_in_id = school_year.stored(db, lunch)
        if came:
            db.execute(
                "insert into duties (drop_in_id, mentor_id, badge_id, started) values (?, 1, 1, ?)",
                [drop_in_id, clock.to_text(lunch.starts)],
            )
        about = {topic: asked for topic, asked in zip(TOPICS, topics, strict=True) if asked}
        counts.count_in(db, drop_in_id, about, now=lunch.ends)


def lived(
    db: Database, lunches: Sequence[Sequence[int]], came: Sequence[bool], thresholds: Sequence[int] = ()
) -> tuple[Term, list[list[Told]]]:
    """A half term as it was, and all that was told after each of its days. `thresholds`: one a week."""
    term = Term([sum(each) for each in lunches], list(came))
    days = [MONDAY + timedelta(days=7 * (number // 5) + number % 5) for number in range(len(lunches))]
    ever = []
    for number, (day, topics) in enumerate(zip(days, lunches, strict=True)):
        if thresholds and number % 5 == 0:
            counts.set_threshold(
                db, thresholds[number // 5 % len(thresholds)], by="staff 1", now=clock.at(day, "09:00", ZONE)
            )
        close(db, day, topics, came=came[number])
        ever.append(counts.told(db))
        blocks = [*db["blocks"].rows]
        if len(blocks) > len(term.begins):
            term.begins.append(number)
            term.thresholds.append(blocks[-1]["threshold"])
    after = MONDAY + timedelta(days=47)
    counts.end_what_is_over(db, today=after, now=clock.at(after, "00:10", ZONE))
    ever.append(counts.told(db))
    held = [day for day, is_in in zip(days, came, strict=True) if is_in]
    term.told = [was_told(next((day for day in held if day >= days[begin]), None), ever) for begin in term.begins]
    [half] = counts.told(db)
    term.topics = [sum(each) for each in zip(*lunches, strict=True)]
    term.topics_told = list(half.topics.values()) if half.topics is not None else None
    term.topics_threshold = half.threshold
    return term, ever


def was_told(first: date | None, ever: Sequence[Sequence[Told]]) -> int | None:
    """What was ever told of the block whose first day that is: never two different numbers."""
    said = {block.asked for all_of_it in ever for half in all_of_it for block in half.blocks if block.first == first}
    assert len(said) < 2
    return next(iter(said), None)


def known(term: Term, *, below: int = 6, seed: int = 1) -> list[str]:
    knowing = Knowing(term)
    return knowing.known(knowing.small(below=below), chance=random.Random(seed))


Lunch = Callable[[random.Random, int], list[int]]


def some(chance: random.Random, most: int, weights: Sequence[int] = (9, 7, 1, 3, 3, 6, 1, 4)) -> list[int]:
    asked = chance.choices(range(8), weights=weights, k=chance.randint(0, most))
    return [asked.count(each) for each in range(8)]


TERMS: dict[str, Lunch] = {
    "a busy school": lambda chance, _: some(chance, 7),
    "a quiet school": lambda chance, _: some(chance, 2),
    "all ones": lambda _, number: [int(each == number % 8) for each in range(8)],
    "one child a week": lambda _, number: [int(number % 5 == 2 and each == 4) for each in range(8)],
    "always the same topic": lambda _, number: [0, 1 + number % 2, 0, 0, 0, 0, 0, 0],
    "four and one": lambda _, number: [4, 1, 0, 0, 0, 0, 0, 0] if number % 2 else [0, 0, 0, 4, 1, 0, 0, 0],
    "nothing or one": lambda chance, number: [chance.randint(0, 1) if each == number % 2 else 0 for each in range(8)],
    "exactly six": lambda _, number: [3, 3, 0, 0, 0, 0, 0, 0] if number % 3 else [0] * 8,
    "exactly seven, then nothing": lambda _, number: [1, 1, 1, 1, 1, 1, 1, 0] if number < 6 else [0] * 8,
    "one on the last day": lambda _, number: [1, 1, 1, 1, 1, 1, 1, 1] if number < 9 else [int(number == 19), *[0] * 7],
    "five at the end": lambda _, number: [7, 7, 7, 7, 7, 7, 5, 5] if number == 0 else [5 * (number == 19), *[0] * 7],
}


@pytest.mark.parametrize("name", TERMS)
def test_nothing_small_can_be_worked_out(school: Database, name: str):
    chance = random.Random(name)
    term, _ = lived(school, [TERMS[name](chance, number) for number in range(20)], [True] * 20)
    assert term.topics_told is not None
    assert known(term) == []


@pytest.mark.parametrize("seed", range(4))
def test_nor_when_nobody_came_on_some_days_and_the_threshold_goes_up_and_down(school: Database, seed: int):
    chance = random.Random(seed)
    came = [chance.random() < 0.8 for _ in range(20)]
    lunches = [some(chance, 5) if each else [0] * 8 for each in came]
    term, _ = lived(school, lunches, came, thresholds=[6, 12, 6, 8])
    assert known(term, seed=seed) == []


def test_the_lowest_threshold_keeps_what_it_promises(school: Database):
    chance = random.Random(5)
    term, _ = lived(school, [some(chance, 3) for _ in range(20)], [True] * 20, thresholds=[3])
    assert [each for each in term.told if each]
    assert known(term, below=3) == []


def test_the_solver_finds_what_a_topics_table_without_a_gap_lets_out(school: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(small_numbers, "KEPT_BACK", 0)
    term, _ = lived(school, [[2] * 8 for _ in range(12)] + [[1, *[0] * 7]], [True] * 13)
    assert "drop-ins 12 to 12" in known(term)


def test_the_solver_finds_a_single_gap(school: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(small_numbers, "KEPT_BACK", 0)
    monkeypatch.setattr(small_numbers, "told_blocks", tell_the_newest_too)
    term, _ = lived(school, [[2, 2, 2, 2, 2, 2, 2, int(number == 3)] for number in range(12)], [True] * 12)
    assert "topics 7 and 7" in known(term)


def tell_the_newest_too(blocks: Sequence[Block], *, threshold: int) -> list[Block]:
    return [each for each in blocks if small_numbers.may_be_told(each.asked, threshold=threshold)]


def test_what_was_told_is_told_again_alike(school: Database):
    """Between any two reports there are whole blocks, and nothing else."""
    chance = random.Random(3)
    _, ever = lived(school, [some(chance, 6) for _ in range(20)], [True] * 20)
    for earlier, later in pairwise(ever):
        was, now = ([block for half in each for block in half.blocks] for each in (earlier, later))
        assert now[: len(was)] == was
        assert len(now) - len(was) < 2
