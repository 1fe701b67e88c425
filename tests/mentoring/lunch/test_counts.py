"""Counts: drop-ins into blocks, topics into half terms, each cut once and for all (P8, P9)."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.basics.forms import Fault
from mentoring.lunch import close_of_day, counts
from mentoring.lunch.counts import Told, label, plain_name, threshold_faults
from mentoring.lunch.help_requests import Topic
from mentoring.school import school_year
from mentoring.school.school_year import HalfTerm
from mentoring.store import journal
from mentoring.store.database import rows
from tests.conftest import THURSDAY, TUESDAY, Cast, at
from tests.mentoring.lunch.closed_lunches import close, due, lunch, lunches

SPRING_1 = HalfTerm(0, "Spring 1", date(2027, 1, 4), date(2027, 2, 12))
SPRING_2 = HalfTerm(0, "Spring 2", date(2027, 2, 22), date(2027, 3, 26))
AUTUMN = HalfTerm(1, "Autumn 1", date(2026, 9, 3), date(2026, 10, 23))
BY = "staff 1"

pytestmark = pytest.mark.usefixtures("quick_look")


@pytest.fixture
def halves(db: Database) -> None:
    for each in (SPRING_1, SPRING_2):
        school_year.add_half_term(db, each, by=BY, now=at("08:00"))


def asked(told: list[Told]) -> list[list[int]]:
    return [[block.asked for block in each.blocks] for each in told]


@pytest.mark.parametrize(
    ("day", "name", "ends"),
    [
        (date(2026, 10, 23), "2026-09-03 Autumn 1", date(2026, 10, 23)),
        (date(2026, 10, 24), "2026 whole year", date(2027, 8, 31)),
        (date(2026, 8, 31), "2025 whole year", date(2026, 8, 31)),
    ],
)
def test_topics_are_counted_by_half_term_or_else_by_school_year(day: date, name: str, ends: date):
    assert label(day, [AUTUMN]) == (name, ends)


def test_a_half_term_is_called_as_people_call_it():
    assert plain_name("2026-09-03 Autumn 1") == "Autumn 1"
    assert plain_name("2026 whole year") == "Whole year"


@pytest.mark.parametrize(("text", "good"), [("3", True), ("20", True), ("2", False), ("21", False), ("", False)])
def test_a_smallest_number_is_three_to_twenty(text: str, *, good: bool):
    assert (threshold_faults(text) == []) is good


@pytest.mark.parametrize("text", ["six", "-6", "6.5", "٦", "9" * 30])
def test_a_smallest_number_that_is_none_is_a_fault_in_words(text: str):
    [fault] = threshold_faults(text)
    assert fault == Fault("threshold", counts.Wrong.THRESHOLD, {"least": 3, "most": 20})


def test_a_full_block_is_told_after_the_next_lunch(db: Database, cast: Cast, data: Path, halves: None):
    assert asked(lunches(db, cast, data, TUESDAY, 4)) == [[]]
    assert asked(lunches(db, cast, data, TUESDAY + timedelta(weeks=1), 4)) == [[]]
    assert asked(lunches(db, cast, data, TUESDAY + timedelta(weeks=2), 1)) == [[8]]
    [half] = counts.told(db)
    assert (half.asked, half.drop_ins, half.topics) == (8, 2, None)


def test_a_lunch_nobody_was_on_duty_at_does_not_let_the_block_before_it_out(
    db: Database, cast: Cast, data: Path, halves: None
):
    lunches(db, cast, data, TUESDAY, 9)
    lunch(db, cast, THURSDAY, came=False)
    assert asked(close(db, data, THURSDAY)) == [[]]


def test_a_fetch_between_two_lunches_of_a_week_shows_nothing_new(db: Database, cast: Cast, data: Path, halves: None):
    before = lunches(db, cast, data, TUESDAY, 9, 1)
    lunch(db, cast, TUESDAY + timedelta(days=9), Topic.COMPANY)
    assert counts.told(db) == before


def test_topics_are_told_once_the_half_term_is_over(db: Database, cast: Cast, data: Path, halves: None):
    lunches(db, cast, data, TUESDAY, 8, 2, 3, 1, 0)
    assert not close_of_day.is_due(db, now=at("23:00", SPRING_1.ends))
    [half] = counts.told(db)
    assert half.topics is None
    day_after = SPRING_1.ends + timedelta(days=1)
    assert close_of_day.is_time(db, now=at("00:30", day_after), wait=timedelta(minutes=10))
    [half] = close(db, data, day_after)
    assert half.topics is not None
    assert (half.topics[Topic.FAMILY], half.topics[Topic.COMPANY]) == (14, None)
    assert not close_of_day.is_due(db, now=at("14:00", day_after)), "said once"
    assert rows(db, "select what from journal where what = 'counts.half_term_over'")
    assert journal.touched(db) is None


def test_what_comes_after_the_end_of_a_half_term_is_counted_in_the_next_whatever_it_is_called(
    db: Database, cast: Cast, data: Path, halves: None
):
    """Even when the lead makes the half term longer afterwards: else two reports would differ by one lunch."""
    before = lunches(db, cast, data, TUESDAY, 8, 2, 3, 1, 0)
    [half] = close(db, data, SPRING_1.ends + timedelta(days=1))
    db.execute("update half_terms set ends = '2027-02-20' where name = 'Spring 1'")
    told = lunches(db, cast, data, date(2027, 2, 16), 9)
    assert told[0] == half
    assert asked(told) == [*asked(before), []]
    assert [each.name for each in told] == ["Spring 1", "Spring 1"]
    keys = [each["key"] for each in rows(db, "select key from stretches order by id")]
    assert keys == ["2027-01-04 Spring 1", "2027-01-04 Spring 1 (2)"]


def test_half_terms_made_anew_each_week_do_not_cut_topics_by_the_week(db: Database, cast: Cast, data: Path):
    for week in range(4):
        day = TUESDAY + timedelta(weeks=week)
        school_year.add_half_term(db, HalfTerm(0, f"Week {week}", day, day), by=BY, now=at("08:00"))
        lunches(db, cast, data, day, 9)
    told = counts.told(db)
    assert [each.name for each in told] == ["Week 2", "Week 3"]
    assert told[0].last - told[0].first == timedelta(days=14)


def test_a_box_that_was_off_at_the_end_of_a_half_term_counts_its_last_lunch_into_it(
    db: Database, cast: Cast, data: Path, halves: None
):
    lunches(db, cast, data, TUESDAY, 8, 8, 8, 8)
    last = date(2027, 2, 9)
    due(db, cast, last)
    lunch(db, cast, last, *[Topic.BULLYING] * 9)
    [half] = close(db, data, date(2027, 2, 23))
    assert half.topics is not None
    assert (half.last, half.topics[Topic.FAMILY]) == (last, 32)
    assert sum(each["asked"] for each in rows(db, "select asked from topics")) == 41


def test_a_higher_threshold_hides_at_once_and_a_lower_one_brings_nothing_back(
    db: Database, cast: Cast, data: Path, halves: None
):
    lunches(db, cast, data, TUESDAY, 8, 12, 0)
    counts.set_threshold(db, 10, by=BY, now=at("09:00"))
    assert asked(counts.told(db)) == [[12]]
    counts.set_threshold(db, 3, by=BY, now=at("09:00"))
    assert asked(counts.told(db)) == [[8, 12]]
    told = lunches(db, cast, data, TUESDAY + timedelta(weeks=3), 4, 4)
    assert asked(told) == [[8, 12]], "the block that had begun wants seven, not four"


def test_a_window_shows_topics_only_of_whole_half_terms(db: Database, cast: Cast, data: Path, halves: None):
    lunches(db, cast, data, TUESDAY, 8, 8, 8, 8)
    [half] = close(db, data, SPRING_1.ends + timedelta(days=1))
    assert half.within(half.first, half.last) == half
    less = half.within(half.first + timedelta(days=1), half.last)
    assert (less.topics, [each.asked for each in less.blocks]) == (None, [8, 8])


def test_what_was_counted_by_an_older_version_is_never_told(db: Database, cast: Cast, data: Path, halves: None):
    db.execute("insert into topics values ('2027-01-04 Spring 1', 'family', 100)")
    lunches(db, cast, data, TUESDAY, 8, 8, 8, 8)
    [half] = close(db, data, SPRING_1.ends + timedelta(days=1))
    assert half.topics is not None
    assert half.topics[Topic.FAMILY] == 32


def test_blocks_and_topics_meet_in_nothing_finer_than_a_half_term(db: Database):
    names = [each["name"] for each in rows(db, "select name from pragma_table_info('blocks')")]
    assert names == ["id", "stretch_id", "first", "last", "drop_ins", "asked", "threshold"]
