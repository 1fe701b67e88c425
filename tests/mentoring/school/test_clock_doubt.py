"""When the box's clock is in doubt: a table, properties, and the journal that remembers it."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from mentoring.school import clock_doubt
from mentoring.school.clock_doubt import Doubt, Known, doubt_of, has_moved
from mentoring.store import journal
from mentoring.store.database import open_database, row, write
from tests.conftest import at

NOW = at("12:40")
REST = timedelta(days=150)
moments = st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, tz=UTC))
rests = st.integers(60, 366).map(lambda days: timedelta(days=days))


def wrote(db: Database, now: datetime) -> None:
    with write(db):
        journal.note(db, "test", actor="staff 1", now=now)


def doubt(db: Database, now: datetime) -> Doubt | None:
    return clock_doubt.doubt(db, now=now, longest_rest=REST)


def look_back(db: Database, now: datetime) -> Doubt | None:
    return clock_doubt.look_back(db, now=now, longest_rest=REST)


# The rule


@pytest.mark.parametrize(
    ("now", "known", "found"),
    [
        (NOW, Known(), None),
        (NOW, Known(NOW - timedelta(minutes=1)), None),
        (datetime(1970, 1, 1, 0, 10, tzinfo=UTC), Known(), Doubt.TOO_EARLY),
        (datetime(1970, 1, 1, 0, 10, tzinfo=UTC), Known(NOW, Doubt.MOVED), Doubt.TOO_EARLY),
        (NOW, Known(NOW + timedelta(hours=2)), None),
        (NOW, Known(NOW + timedelta(hours=2, seconds=1)), Doubt.BEHIND),
        (NOW, Known(NOW - REST), None),
        (NOW, Known(NOW - REST - timedelta(seconds=1)), Doubt.RESTED),
        (NOW, Known(NOW, Doubt.MOVED), Doubt.MOVED),
        (NOW + timedelta(days=8 * 365), Known(NOW), Doubt.RESTED),
    ],
)
def test_when_the_clock_is_in_doubt(now: datetime, known: Known, found: Doubt | None):
    assert doubt_of(known, now=now, longest_rest=REST) is found


@given(last=moments, now=moments, rest=rests)
def test_an_undoubted_clock_stands_between_the_last_row_and_the_longest_rest_after_it(
    last: datetime, now: datetime, rest: timedelta
):
    is_sure = doubt_of(Known(last), now=now, longest_rest=rest) is None
    assert is_sure == (now >= clock_doubt.OLDEST_NOW and last - timedelta(hours=2) <= now <= last + rest)


@given(last=moments, now=moments, rest=rests, noted=st.sampled_from([Doubt.MOVED, Doubt.RESTED]))
def test_no_time_ends_a_doubt_that_was_noted(last: datetime, now: datetime, rest: timedelta, noted: Doubt):
    assert doubt_of(Known(last, noted), now=now, longest_rest=rest) is not None


@given(offset=st.floats(0, 2e9), moved=st.floats(-4e8, 4e8))
def test_ten_minutes_either_way_are_a_move(offset: float, moved: float):
    after = offset + moved
    assert has_moved(offset, after) == (abs(after - offset) >= 600) == has_moved(after, offset)


@pytest.mark.parametrize(("moved", "found"), [(599.9, False), (600, True), (-599.9, False), (-600, True), (3600, True)])
def test_nine_minutes_are_none(moved: float, *, found: bool):
    assert has_moved(1_000, 1_000 + moved) is found


def test_summer_time_moves_nothing():
    """The hours in which British clocks change, minute by minute, each beside the minute before it."""
    for day in (date(2027, 3, 28), date(2027, 10, 31)):
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        for minute in range(180):
            now = start + timedelta(minutes=minute)
            assert doubt_of(Known(now - timedelta(minutes=1)), now=now, longest_rest=REST) is None


# The journal


def test_an_adult_ends_a_doubt_and_the_next_one_is_new(db: Database):
    assert doubt(db, NOW) is None
    clock_doubt.begin(db, Doubt.MOVED, now=NOW)
    clock_doubt.begin(db, Doubt.RESTED, now=NOW)
    assert doubt(db, NOW) is Doubt.MOVED
    assert row(db, "select count(*) as rows from journal where what = 'clock.doubted'")["rows"] == 1
    clock_doubt.confirm(db, by="staff 1", now=NOW)
    assert doubt(db, NOW) is None
    clock_doubt.begin(db, Doubt.RESTED, now=NOW)
    assert doubt(db, NOW) is Doubt.RESTED


def test_an_adult_can_say_that_the_clock_is_right_after_one_that_ran_ahead(db: Database):
    wrote(db, datetime(2031, 1, 1, tzinfo=UTC))
    assert doubt(db, NOW) is Doubt.BEHIND
    clock_doubt.confirm(db, by="staff 1", now=NOW)
    assert doubt(db, NOW) is None


def test_rows_written_after_a_long_rest_do_not_hide_it(db: Database):
    later = NOW + timedelta(days=8 * 365)
    assert doubt(db, later) is Doubt.RESTED
    wrote(db, later)
    assert doubt(db, later) is None, "the cheap look sees the last row alone"
    assert look_back(db, later) is Doubt.RESTED
    assert doubt(db, later) is Doubt.RESTED
    clock_doubt.confirm(db, by="staff 1", now=later)
    assert look_back(db, later + REST) is None


@settings(max_examples=25)
@given(steps=st.lists(st.integers(-2, 100), min_size=1, max_size=8))
def test_a_journal_without_a_long_rest_is_in_no_doubt_and_nothing_is_written(steps: list[int]):
    db = Database(sqlite3.connect(":memory:"))
    db.conn.row_factory = sqlite3.Row
    db.execute("create table journal (id integer primary key, at text, what text, about text)")
    days = [sum(steps[: number + 1]) for number in range(len(steps))]
    for day in days:
        moment = (NOW + timedelta(days=day)).isoformat(timespec="seconds")
        db.execute("insert into journal (at, what, about) values (?, 'test', '{}')", [moment])
    assert look_back(db, NOW + timedelta(days=max(days))) is None


def test_the_rows_about_the_clock_are_found_by_an_index(db: Database):
    plan = db.execute(
        "explain query plan select id from journal where what in ('clock.doubted', 'clock.confirmed')"
    ).fetchall()
    assert "journal_of_the_clock" in " ".join(each["detail"] for each in plan)


def test_what_is_noted_is_known_to_the_next_process(db: Database, data: Path):
    clock_doubt.begin(db, Doubt.MOVED, now=NOW)
    with closing(open_database(data / "programme.db")) as another:
        assert doubt(another, NOW) is Doubt.MOVED
