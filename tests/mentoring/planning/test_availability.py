"""Availability: when a mentor cannot come or would like to, how often, and with whom never."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from mentoring.basics.forms import Fault
from mentoring.planning import availability
from mentoring.planning.availability import ApartWhy, Availability, Days, Entry, Means, Why
from mentoring.store.database import rows
from tests.conftest import THURSDAY, TUESDAY, Cast, at

TUESDAYS, TUESDAYS_OF_B = Days(day=1), Days(day=1, week="B")
MOCKS = Days(starts=TUESDAY - timedelta(days=1), ends=TUESDAY + timedelta(days=3))


def _entry(days: Days, means: Means = Means.NOT_FREE, number: int = 1) -> Entry:
    return Entry(number, 1, means, days)


@pytest.mark.parametrize(
    ("days", "letter", "free"),
    [
        (TUESDAYS, "A", False),
        (TUESDAYS, "", False),
        (Days(day=2), "A", True),
        (TUESDAYS_OF_B, "A", True),
        (TUESDAYS_OF_B, "B", False),
        (TUESDAYS_OF_B, "", True),
        (Days(starts=TUESDAY, ends=TUESDAY), "A", False),
        (Days(starts=THURSDAY, ends=THURSDAY), "A", True),
        (MOCKS, "A", False),
        (Days(starts=TUESDAY - timedelta(days=9), ends=TUESDAY - timedelta(days=1)), "A", True),
        (Days(starts=TUESDAY + timedelta(days=1), ends=TUESDAY + timedelta(days=9)), "A", True),
    ],
)
def test_a_mentor_is_free_unless_one_of_their_days_says_otherwise(days: Days, letter: str, *, free: bool):
    entry = _entry(days)
    assert availability.not_free_because([entry], TUESDAY, letter=letter) == (None if free else entry)


def test_a_wish_keeps_nobody_away_and_an_exam_is_no_wish():
    wish, exam = _entry(TUESDAYS, Means.PREFERS), _entry(MOCKS, number=2)
    assert availability.not_free_because([wish], TUESDAY, letter="") is None
    assert availability.prefers([wish], TUESDAY, letter="")
    assert not availability.prefers([exam], TUESDAY, letter="")


_DATES = st.dates(date(2026, 9, 1), date(2027, 8, 31))
_SOME_DAYS = st.one_of(
    st.builds(Days, day=st.integers(0, 6), week=st.sampled_from(("", "A", "B"))),
    st.builds(lambda first, more: Days(starts=first, ends=first + timedelta(days=more)), _DATES, st.integers(0, 30)),
)


@given(_SOME_DAYS, _DATES, st.sampled_from(("A", "B")))
def test_days_written_for_a_file_are_the_same_days(days: Days, day: date, letter: str):
    """Read as the rota's files are defined, the texts name the date exactly when the rule says so."""
    name = f"{day:%a}"
    texts = availability.as_texts([_entry(days)], Means.NOT_FREE)
    named = bool({day.isoformat(), name, f"{letter}-{name}"} & set(texts))
    assert named is availability.covers(days, day, letter=letter)


@pytest.mark.parametrize(
    ("given_days", "expected"),
    [
        ({"day": "Tue"}, TUESDAYS),
        ({"day": "tuesday", "week": "b"}, TUESDAYS_OF_B),
        ({"starts": "2027-01-12"}, Days(starts=TUESDAY, ends=TUESDAY)),
        ({"starts": "2027-01-11", "ends": "2027-01-15"}, MOCKS),
        ({}, ["day"]),
        ({"day": "Tue", "starts": "2027-01-12"}, ["day"]),
        ({"day": "Noday", "week": "C"}, ["day", "week"]),
        ({"starts": "soon", "ends": "later"}, ["starts", "ends"]),
        ({"starts": "2027-01-12", "ends": "2027-01-11"}, ["ends"]),
    ],
)
def test_days_from_a_form_are_checked(given_days: dict[str, str], expected: Days | list[str]):
    checked = availability.new_days(given_days)
    assert ([each.field for each in checked] if isinstance(checked, list) else checked) == expected


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (TUESDAYS, "every Tuesday"),
        (TUESDAYS_OF_B, "Tuesdays of week B"),
        (Days(starts=TUESDAY, ends=TUESDAY), "12 January"),
        (MOCKS, "11 January to 15 January"),
    ],
)
def test_days_are_said_as_a_lead_says_them(days: Days, words: str):
    assert days.words == words


def test_two_kept_apart_are_found_whichever_is_named_first():
    known = {one: Availability(one, (), 2, frozenset({3 - one})) for one in (1, 2)}
    assert availability.kept_apart([2, 1, 9], known) == [(1, 2)]
    assert availability.kept_apart([1, 9], known) == []


def test_what_a_mentor_says_is_remembered_once_and_can_be_forgotten(db: Database, cast: Cast):
    first, again = (
        availability.add(db, cast.amira, Means.NOT_FREE, MOCKS, why=Why.EXAM, by="staff 1", now=at("09:00"))
        for _ in range(2)
    )
    assert isinstance(first, int)
    assert first == again
    assert availability.entries(db, cast.amira) == [Entry(first, cast.amira, Means.NOT_FREE, MOCKS, Why.EXAM, "")]
    for _ in range(2):
        availability.remove(db, first, by="staff 1", now=at("09:00"))
    assert availability.entries(db, cast.amira) == []
    trail = [each["what"] for each in rows(db, "select what from journal where what like 'availability.%'")]
    assert trail == ["availability.added", "availability.removed"]


def test_a_reason_is_kept_with_the_entry_and_never_in_the_journal(db: Database, cast: Cast):
    availability.add(db, cast.ben, Means.NOT_FREE, TUESDAYS, reason="Orchestra", by="staff 1", now=at("09:00"))
    assert [each.reason for each in availability.entries(db, cast.ben)] == ["Orchestra"]
    assert rows(db, "select 1 from journal where about like '%rchestra%'") == []


def test_a_cap_is_the_schools_unless_a_mentor_agreed_on_their_own(db: Database, cast: Cast):
    assert availability.set_cap(db, cast.amira, 1, by="staff 1", now=at("09:00")) is None
    known = availability.everyone(db)
    assert (known[cast.amira].cap, known[cast.ben].cap) == (1, 2)
    assert availability.set_cap(db, cast.amira, None, by="staff 1", now=at("09:00")) is None
    assert availability.everyone(db)[cast.amira].cap == 2
    assert isinstance(availability.set_cap(db, cast.amira, 6, by="staff 1", now=at("09:00")), Fault)


def test_two_are_kept_apart_both_ways_until_they_may_be_together(db: Database, cast: Cast):
    assert availability.keep_apart(db, cast.ben, cast.amira, ApartWhy.KIN, by="staff 1", now=at("09:00")) is None
    known = availability.everyone(db)
    assert known[cast.amira].apart == {cast.ben}
    assert known[cast.ben].apart == {cast.amira}
    [told] = availability.apart(db)
    assert (told.why, told.set_by) == (ApartWhy.KIN, "staff 1")
    availability.let_together(db, cast.amira, cast.ben, by="staff 1", now=at("09:00"))
    assert availability.everyone(db)[cast.ben].apart == frozenset()


def test_nobody_is_kept_apart_from_themselves_or_from_nobody(db: Database, cast: Cast):
    for other in (cast.amira, 4242):
        assert availability.keep_apart(db, cast.amira, other, ApartWhy.OTHER, by="staff 1", now=at("09:00"))
    assert availability.add(db, 4242, Means.PREFERS, TUESDAYS, by="staff 1", now=at("09:00")) == availability.NOBODY
    assert availability.set_cap(db, 4242, 2, by="staff 1", now=at("09:00")) == availability.NOBODY
