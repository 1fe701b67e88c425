"""The rota: who is due on which drop-in."""

from datetime import timedelta

import pytest
from sqlite_utils import Database

from mentoring import people, rota, school_year
from mentoring.database import rows, write
from mentoring.people import Mentor, MentorState
from mentoring.school_year import DropIn
from tests.conftest import THURSDAY, TUESDAY, Cast, at


def _mentor(number: int, state: MentorState = MentorState.ACTIVE) -> Mentor:
    return Mentor(
        id=number,
        given_name="Mentor",
        family_name=str(number),
        display_name=f"Mentor {number}",
        year_group="10",
        experienced=False,
        email="",
        shows_name=True,
        state=state,
        has_badge=True,
    )


AMIRA, BEN, CHIDI = _mentor(1), _mentor(2), _mentor(3)


@pytest.mark.parametrize(
    ("chosen", "what"),
    [
        ([], None),
        ([AMIRA], None),
        ([AMIRA, BEN], None),
        ([AMIRA, None], "is not on the list"),
        ([None], "is not on the list"),
        ([AMIRA, BEN, CHIDI], "is one too many"),
        ([AMIRA, AMIRA], "is there twice"),
        ([AMIRA, _mentor(2, MentorState.PAUSED)], "Mentor 2 is not active now"),
        ([_mentor(1, MentorState.LEFT)], "Mentor 1 is not active now"),
    ],
)
def test_a_pair_is_at_most_two_different_active_mentors(chosen: list[Mentor | None], what: str | None):
    fault = rota.pair_fault(chosen)
    assert (fault.what if fault else None) == what


def test_a_pair_takes_the_place_of_whoever_was_due(db: Database, cast: Cast, lunch: DropIn):
    assert rota.set_due(db, lunch, [cast.chidi, cast.ben], by="staff 1", now=at("09:00")) is None
    assert {mentor.id for mentor in rota.due(db, lunch)} == {cast.chidi, cast.ben}
    assert rota.set_due(db, lunch, [], by="staff 1", now=at("09:00")) is None
    assert rota.due(db, lunch) == []


@pytest.mark.parametrize("who", [["amira", "amira"], ["amira", "nobody"], ["amira", "ben", "chidi"]])
def test_a_pair_that_is_refused_leaves_the_rota_as_it_was(db: Database, cast: Cast, lunch: DropIn, who: list[str]):
    trail = len(rows(db, "select id from journal"))
    chosen = [getattr(cast, name, 4242) for name in who]
    assert rota.set_due(db, lunch, chosen, by="staff 1", now=at("09:00")) is not None
    assert [mentor.id for mentor in rota.due(db, lunch)] == [cast.amira, cast.ben]
    assert len(rows(db, "select id from journal")) == trail


def test_one_drop_ins_rota_says_nothing_of_the_next(db: Database):
    [next_week] = school_year.on_day(db, TUESDAY + timedelta(weeks=1))
    assert rota.due(db, next_week) == []
    assert next_week.id is None


def test_a_stale_page_sets_the_rota_of_the_same_drop_in(db: Database, cast: Cast):
    [stale] = school_year.on_day(db, TUESDAY + timedelta(weeks=1))
    for pair in ([cast.amira], [cast.ben]):
        rota.set_due(db, stale, pair, by="staff 1", now=at("09:00"))
    [next_week] = school_year.on_day(db, TUESDAY + timedelta(weeks=1))
    assert [mentor.id for mentor in rota.due(db, next_week)] == [cast.ben]


def test_a_mentors_next_duties_come_soonest_first_and_leave_out_the_one_that_runs(db: Database, cast: Cast):
    [thursday] = school_year.on_day(db, THURSDAY)
    rota.set_due(db, thursday, [cast.amira], by="staff 1", now=at("09:00"))
    dates = [each.date for each in rota.next_duties(db, cast.amira, now=at("09:00"))]
    assert dates == [TUESDAY, THURSDAY]
    assert [each.date for each in rota.next_duties(db, cast.amira, now=at("12:30"))] == [THURSDAY]
    assert len(rota.next_duties(db, cast.amira, now=at("09:00"), most=1)) == 1


def test_a_mentor_who_left_stays_on_the_rota_until_somebody_changes_it(db: Database, cast: Cast, lunch: DropIn):
    with write(db):
        db.execute("update mentors set state = 'left' where id = :id", {"id": cast.ben})
    assert [mentor.state for mentor in rota.due(db, lunch)] == ["active", "left"]
    assert people.mentor(db, cast.ben) is not None


def test_nobody_is_due_in_two_rooms_at_once(db: Database, cast: Cast):
    music = school_year.NewSlot(1, "12:45", "13:30", "Music room", "")
    school_year.add_slot(db, music, adult_id=cast.okafor, by="staff 1", now=at("09:00"))
    [_, there] = school_year.on_day(db, TUESDAY)
    fault = rota.set_due(db, there, [cast.amira], by="staff 1", now=at("09:00"))
    assert fault is not None
    assert "Library 2 at the same time" in fault.what
    assert rota.set_due(db, there, [cast.chidi], by="staff 1", now=at("09:00")) is None
