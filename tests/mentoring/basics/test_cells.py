"""Dates, times and yes or no as people and spreadsheet programs write them."""

from datetime import date, time

import pytest

from mentoring.basics.cells import date_of, time_of, yes_of

OCTOBER_26 = date(2026, 10, 26)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-26", "26/10/2026", "26.10.2026", "26-10-2026", "2026/10/26", "2026-10-26 00:00:00", "26-Oct-26",
        "26-OCT-2026", "26 Oct 26",
    ],
)  # fmt: skip
def test_a_date_is_read_with_its_year_first_or_last(text: str):
    assert date_of(text) == OCTOBER_26


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10/26/2026",
        "26/10/26",
        "20261026",
        "26/10-2026",
        "30/02/2026",
        "2026-10-26 12:30",
        "26-Okt-26",
        "30-Feb-26",
        "26-Oct-1926",
        "Oct-26",
        "２６/10/2026",
        "Monday",
    ],
)
def test_what_is_no_date_or_not_surely_one_is_none(text: str):
    assert date_of(text) is None


def test_the_day_comes_before_the_month():
    assert date_of("2/11/2026") == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("12:30", time(12, 30)), ("12:30:00", time(12, 30)), ("9:05", time(9, 5)), ("00:00", time(0)),
        ("1:15 PM", time(13, 15)), ("12:30 p.m.", time(12, 30)), ("12:05am", time(0, 5)),
    ],
)  # fmt: skip
def test_a_time_is_read_with_seconds_that_are_nought(text: str, hour: time):
    assert time_of(text) == hour


@pytest.mark.parametrize("text", ["", "12.30", "24:00", "12:60", "12:30:30", "13:00 PM", "0:30 am", "noon", "123:00"])
def test_what_is_no_time_is_none(text: str):
    assert time_of(text) is None


@pytest.mark.parametrize("text", ["yes", "Y", "TRUE", "1", "x", "Yes.", "✓"])
def test_yes_is_read_as_people_write_it(text: str):
    assert yes_of(text) is True


@pytest.mark.parametrize("text", ["no", "N", "False", "0", "✗"])
def test_no_is_read_as_people_write_it(text: str):
    assert yes_of(text) is False


@pytest.mark.parametrize("text", ["", "maybe", "2", "yes and no"])
def test_what_is_neither_is_none(text: str):
    assert yes_of(text) is None
