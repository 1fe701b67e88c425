"""Attendance: came, late, excused or not come; and today's gaps."""

from datetime import datetime, timedelta

import pytest
from sqlite_utils import Database

from mentoring.lunch import attendance, duty
from mentoring.lunch.attendance import Attended, Gap
from mentoring.planning import cover, replanning, rota
from mentoring.planning.cover import Kind
from mentoring.planning.replanning import Done
from mentoring.school import school_year
from mentoring.school.school_year import ChangeSlot, DropIn, NewSlot
from mentoring.store.database import rows
from tests.conftest import Cast, at
from tests.mentoring.conftest import Another

EARLY, MENU_AFTER = timedelta(minutes=15), timedelta(seconds=60)
LEAD, NINE, OVER = "staff 1", at("09:00"), at("13:15")


def _scan(db: Database, cast: Cast, mentor: int, hour: str) -> None:
    duty.scan(db, number=cast.numbers[mentor], now=at(hour), early=EARLY, menu_after=MENU_AFTER)


def _gaps(db: Database, *, now: datetime) -> list[Gap]:
    return attendance.gaps(db, duty.rooms(db, now=now, early=EARLY), now=now, limits=rota.limits(db))


def _outcomes(db: Database, drop_in: DropIn) -> dict[int, Attended]:
    return {each.mentor.id: each.outcome for each in attendance.of_drop_in(db, drop_in, now=OVER)}


@pytest.mark.parametrize(
    ("arrived", "excused", "outcome"),
    [
        (at("12:20"), None, Attended.CAME),
        (at("12:35"), None, Attended.CAME),
        (at("12:35:01"), None, Attended.LATE),
        (None, None, Attended.NO_SHOW),
        (None, at("12:29"), Attended.EXCUSED),
        (None, at("12:30"), Attended.NO_SHOW),
        (at("12:31"), at("09:00"), Attended.CAME),
    ],
)
def test_what_duties_and_excuses_say(arrived: datetime | None, excused: datetime | None, outcome: Attended):
    told = attendance.attended(starts=at("12:30"), arrived=arrived, excused=excused, late_after=timedelta(minutes=5))
    assert told == outcome


def test_nothing_is_said_before_the_end_and_who_came_and_who_did_not_after_it(db: Database, cast: Cast, lunch: DropIn):
    _scan(db, cast, cast.amira, "12:36")
    assert attendance.of_drop_in(db, lunch, now=at("13:14")) == []
    assert _outcomes(db, lunch) == {cast.amira: Attended.LATE, cast.ben: Attended.NO_SHOW}


def test_an_excuse_counts_with_its_kind_also_when_somebody_covered(db: Database, cast: Cast, lunch: DropIn):
    asked = cover.ask(db, cast.drop_in, cast.ben, Kind.ILL, by=LEAD, now=NINE)
    assert asked.request is not None
    assert _outcomes(db, lunch)[cast.ben] == Attended.EXCUSED
    cover.take(db, asked.request.id, cast.chidi, by="mentor 3", now=NINE)
    cover.approve(db, asked.request.id, by=LEAD, now=NINE)
    _scan(db, cast, cast.chidi, "12:29")
    told = {each.mentor.id: (each.outcome, each.kind) for each in attendance.of_drop_in(db, lunch, now=OVER)}
    assert told == {
        cast.amira: (Attended.NO_SHOW, None),
        cast.ben: (Attended.EXCUSED, Kind.ILL),
        cast.chidi: (Attended.CAME, None),
    }
    [mine] = attendance.of_mentor(db, cast.ben, since=NINE, now=OVER)
    assert mine.outcome == Attended.EXCUSED


def test_an_excuse_taken_back_is_none(db: Database, cast: Cast, lunch: DropIn):
    asked = cover.ask(db, cast.drop_in, cast.ben, Kind.TRIP, by=LEAD, now=NINE)
    assert asked.request is not None
    cover.undo(db, asked.request.id, cast.ben, by="mentor 2", now=NINE)
    assert _outcomes(db, lunch)[cast.ben] == Attended.NO_SHOW


def test_the_lead_corrects_and_takes_the_correction_back(db: Database, cast: Cast, lunch: DropIn):
    def correct(mentor: int, now: datetime) -> object:
        return attendance.correct(db, cast.drop_in, mentor, Attended.EXCUSED, by=LEAD, now=now)

    assert correct(cast.ben, at("13:14")) is not None
    assert correct(cast.chidi, OVER) is not None
    assert correct(cast.ben, OVER) is None
    ben = attendance.of_drop_in(db, lunch, now=OVER)[1]
    assert (ben.outcome, ben.read, ben.corrected) == (Attended.EXCUSED, Attended.NO_SHOW, True)
    for _ in range(2):
        attendance.undo_correction(db, cast.drop_in, cast.ben, by=LEAD, now=OVER)
    assert _outcomes(db, lunch)[cast.ben] == Attended.NO_SHOW
    assert len(rows(db, "select 1 from journal where what = 'attendance.uncorrected'")) == 1


def test_nobody_is_missed_on_a_closed_drop_in(db: Database, cast: Cast, lunch: DropIn):
    school_year.close_drop_in(db, lunch, "Fire drill", by=LEAD, now=NINE)
    assert attendance.of_mentor(db, cast.ben, since=NINE, now=OVER) == []
    assert attendance.of_drop_in(db, school_year.by_id(db, cast.drop_in), now=OVER) == []


def test_gaps_are_named_from_a_quarter_of_an_hour_before_to_the_end(db: Database, cast: Cast, another: Another):
    dilan = another("Dilan")
    cover.ask(db, cast.drop_in, cast.ben, Kind.ILL, by=LEAD, now=NINE)
    assert _gaps(db, now=at("12:14:59")) == []
    [gap] = _gaps(db, now=at("12:15"))
    assert (gap.empty, [each.id for each in gap.missing]) == (1, [cast.amira])
    assert [each.id for each in gap.could] == [cast.chidi, dilan]
    _scan(db, cast, cast.amira, "12:20")
    [gap] = _gaps(db, now=at("12:40"))
    assert (gap.empty, gap.missing) == (1, ())
    assert _gaps(db, now=OVER) == []


def test_there_is_no_gap_once_all_are_in(db: Database, cast: Cast):
    for mentor in (cast.amira, cast.ben):
        _scan(db, cast, mentor, "12:25")
    assert _gaps(db, now=at("12:30")) == []


def test_who_has_left_is_not_missing_and_their_place_is_a_gap_only_without_a_pair(
    db: Database, cast: Cast, lunch: DropIn
):
    rota.set_due(db, lunch, [cast.amira, cast.ben, cast.chidi], by=LEAD, now=NINE)
    three = ChangeSlot(cast.slot, NewSlot(1, "12:30", "13:15", "Library 2", "", places=3), cast.adeyemi)
    assert isinstance(replanning.change(db, three, by=LEAD, now=NINE), Done)
    rota.set_due(db, school_year.by_id(db, cast.drop_in), [cast.amira, cast.ben, cast.chidi], by=LEAD, now=NINE)
    for mentor in (cast.amira, cast.ben, cast.chidi):
        _scan(db, cast, mentor, "12:25")
    duty.end(db, cast.amira, drop_in_id=cast.drop_in, now=at("12:40"))
    assert _gaps(db, now=at("12:41")) == [], "two are there still"
    duty.end(db, cast.ben, drop_in_id=cast.drop_in, now=at("12:50"))
    [gap] = _gaps(db, now=at("12:51"))
    assert (gap.empty, gap.missing) == (0, ())
    assert [(mentor.id, ended) for mentor, ended in gap.left] == [(cast.amira, at("12:40")), (cast.ben, at("12:50"))]
    _scan(db, cast, cast.amira, "12:52")
    assert _gaps(db, now=at("12:53")) == []


def test_who_left_and_was_replaced_came_all_the_same(db: Database, cast: Cast, lunch: DropIn):
    for mentor in (cast.amira, cast.ben):
        _scan(db, cast, mentor, "12:25")
    duty.end(db, cast.amira, drop_in_id=cast.drop_in, now=at("12:40"))
    rota.set_due(db, lunch, [cast.ben, cast.chidi], despite="in her place", by=LEAD, now=at("12:41"))
    assert _outcomes(db, lunch) == {
        cast.amira: Attended.CAME,
        cast.ben: Attended.CAME,
        cast.chidi: Attended.NO_SHOW,
    }
    [mine] = attendance.of_mentor(db, cast.amira, since=NINE, now=OVER)
    assert mine.outcome == Attended.CAME
    assert attendance.correct(db, cast.drop_in, cast.amira, Attended.LATE, by=LEAD, now=OVER) is None


def test_how_early_gaps_are_named_is_the_schools_to_say(db: Database, cast: Cast, lunch: DropIn):
    rota.set_due(db, lunch, [cast.amira], by=LEAD, now=NINE)
    rota.change_limits(db, rota.limits_form(rota.Limits(gaps_before=45)), by=LEAD, now=NINE)
    [gap] = _gaps(db, now=at("11:45"))
    assert gap.empty == 1
