"""Times are UTC in the store and wall-clock in the school."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.basics import clock

LONDON = "Europe/London"
moments = st.integers(0, 4_102_444_800).flatmap(
    lambda seconds: st.timezones().map(lambda zone: datetime.fromtimestamp(seconds, zone))
)


def test_now_is_aware_in_utc_and_whole_in_seconds():
    now = clock.now()
    assert now.tzinfo is UTC
    assert now.microsecond == 0


@given(moments)
def test_a_stored_moment_comes_back(moment: datetime):
    assert clock.from_text(clock.to_text(moment)) == moment.astimezone(UTC)


@given(moments, moments)
def test_stored_moments_sort_as_the_moments_do(first: datetime, second: datetime):
    earlier = first.astimezone(UTC) < second.astimezone(UTC)
    assert (clock.to_text(first) < clock.to_text(second)) == earlier


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2027, 1, 12, 23, 59, tzinfo=UTC), date(2027, 1, 12)),
        (datetime(2027, 6, 30, 22, 59, tzinfo=UTC), date(2027, 6, 30)),
        (datetime(2027, 6, 30, 23, 0, tzinfo=UTC), date(2027, 7, 1)),
        (datetime(2027, 1, 12, 12, 0, tzinfo=timezone(timedelta(hours=14))), date(2027, 1, 11)),
    ],
)
def test_the_school_day_is_the_date_on_the_schools_wall(moment: datetime, day: date):
    assert clock.school_day(moment, LONDON) == day


@pytest.mark.parametrize("day", [date(2026, 10, 24), date(2026, 10, 25), date(2027, 3, 27), date(2027, 3, 28)])
def test_twenty_to_one_stays_twenty_to_one_through_both_clock_changes(day: date):
    moment = clock.at(day, "12:40", LONDON)
    assert clock.hour(moment, LONDON) == "12:40"
    assert clock.school_day(moment, LONDON) == day
    assert moment.tzinfo is UTC


def test_ticks_only_go_forward():
    first = clock.ticks()
    assert clock.ticks() >= first
