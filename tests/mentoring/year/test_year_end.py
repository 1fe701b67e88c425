"""The end of a school year: leavers go, year groups move up, totals stay."""

from datetime import date, timedelta

import pytest
from sqlite_utils import Database

from mentoring.lunch import duty
from mentoring.people import badge_register, mentors
from mentoring.people.mentors import MentorState
from mentoring.planning import availability, calendars, leaving, rota
from mentoring.planning.availability import Days, Means
from mentoring.school import school_year
from mentoring.store.database import rows, write
from mentoring.store.journal import touched
from mentoring.year import year_end
from tests.conftest import THURSDAY, Cast, at

JULY = at("15:00", date(2027, 7, 21))
BY = "staff 1"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("9", "10"),
        ("Year 9", "Year 10"),
        ("10B", "11B"),
        ("Y12", "Y13"),
        ("09", "10"),
        ("13", None),
        ("Year 13", None),
        ("0", None),
        ("Sixth form", None),
        ("Y9 to Y10", None),
        ("2027", None),
    ],
)
def test_a_year_group_moves_up_as_it_is_written_or_not_at_all(before: str, after: str | None):
    assert year_end.next_year_group(before) == after


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2027, 7, 21), 2026), (date(2027, 9, 6), 2026), (date(2028, 2, 29), 2026), (date(2028, 3, 1), 2027)],
)
def test_the_year_that_ends_is_the_one_that_runs_or_has_just_run(day: date, year: int):
    assert year_end.year_that_ends(day) == year


def test_a_dry_run_shows_what_would_happen_and_does_nothing(db: Database, cast: Cast):
    before = list(db.conn.iterdump())
    shown = year_end.preview(db, year_groups=["11"], now=JULY)
    assert [each.id for each in shown.leavers] == [cast.amira]
    assert [(each.mentor.id, each.to) for each in shown.moves] == [(cast.ben, "11"), (cast.chidi, "11")]
    assert (shown.unclear, shown.done) == ((), None)
    assert list(db.conn.iterdump()) == before


def test_leavers_have_left_their_badges_are_dead_and_the_others_moved_up(db: Database, cast: Cast):
    link = calendars.give_link(db, cast.amira, by=BY, now=JULY)
    availability.add(db, cast.amira, Means.NOT_FREE, Days(day=1), by=BY, now=JULY)
    done = year_end.end_year(db, year_groups=["11"], mentor_ids=[cast.chidi], by=BY, now=JULY)
    assert {each.id for each in done.leavers} == {cast.amira, cast.chidi}
    known = {each.id: each for each in mentors.mentors(db)}
    assert known[cast.amira].state == known[cast.chidi].state == MentorState.LEFT
    assert (known[cast.ben].year_group, known[cast.amira].year_group) == ("11", "11")
    assert badge_register.good_number(db, cast.amira) is None
    assert badge_register.good_number(db, cast.ben) is not None
    assert calendars.find(db, link, now=JULY) is None
    assert availability.entries(db, cast.amira) == []
    assert len(rows(db, "select 1 from journal where what = 'badge.revoked'")) == 2
    assert touched(db) is None


def test_done_twice_is_done_once(db: Database, cast: Cast):
    for after in (timedelta(0), timedelta(days=50)):
        done = year_end.end_year(db, mentor_ids=[cast.amira], by=BY, now=JULY + after)
    assert (done.leavers, done.moves, done.done) == ((), (), JULY)
    assert {each.year_group for each in mentors.mentors(db)} == {"11"}
    assert len(rows(db, "select 1 from journal where what = 'year.ended'")) == 1


def test_what_was_done_stays_counted_and_what_was_to_come_is_free(db: Database, cast: Cast):
    duty.scan(
        db,
        number=cast.numbers[cast.amira],
        now=at("12:30"),
        early=timedelta(minutes=15),
        menu_after=timedelta(minutes=1),
    )
    year_end.end_year(db, mentor_ids=[cast.amira, cast.chidi], by=BY, now=at("14:00"))
    assert len(duty.past(db, cast.amira, most=9)) == 1
    assert {each["mentor_id"] for each in rows(db, "select mentor_id from due")} == {cast.amira, cast.ben}
    [thursday] = school_year.on_day(db, THURSDAY)
    assert rota.due(db, thursday) == []


def test_a_year_group_that_cannot_be_read_stays_and_is_told(db: Database, cast: Cast):
    with write(db):
        db.execute("update mentors set year_group = 'Sixth form' where id = :id", {"id": cast.ben})
    done = year_end.end_year(db, by=BY, now=JULY)
    assert [each.id for each in done.unclear] == [cast.ben]
    ben = mentors.mentor(db, cast.ben)
    assert ben is not None
    assert ben.year_group == "Sixth form"


def test_while_a_leaver_is_on_duty_the_year_is_not_ended(db: Database, cast: Cast):
    now = at("12:40")
    duty.scan(
        db, number=cast.numbers[cast.amira], now=now, early=timedelta(minutes=15), menu_after=timedelta(minutes=1)
    )
    before = list(db.conn.iterdump())
    told = year_end.end_year(db, mentor_ids=[cast.amira, cast.chidi], by=BY, now=now)
    assert ([each.id for each in told.on_duty], told.done) == ([cast.amira], None)
    assert list(db.conn.iterdump()) == before
    ended = year_end.end_year(db, mentor_ids=[cast.amira, cast.chidi], by=BY, now=at("13:15"))
    assert len(ended.leavers) == 2


def test_what_was_not_seen_is_not_done(db: Database, cast: Cast):
    seen = year_end.preview(db, year_groups=["11"], now=JULY).mark
    mentors.set_state(db, cast.amira, MentorState.LEFT)
    before = list(db.conn.iterdump())
    assert year_end.end_year(db, year_groups=["11"], seen=seen, by=BY, now=JULY).differs
    assert list(db.conn.iterdump()) == before


def test_a_leaver_of_the_years_end_can_be_taken_back_the_same_day(db: Database, cast: Cast):
    year_end.end_year(db, year_groups=["11"], by=BY, now=JULY)
    assert leaving.take_back(db, cast.amira, by=BY, now=JULY).code == "came_back"
    amira = mentors.mentor(db, cast.amira)
    assert amira
    assert (amira.state, amira.year_group, amira.has_badge) == (MentorState.ACTIVE, "11", True)
