"""Leaving is one act: what was a mentor's ends whole, and on the same day all of it that can come back comes back."""

import sqlite3
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from mentoring.basics.forms import Fault
from mentoring.lunch import attendance, duty
from mentoring.people import badge_register, mentors, photos
from mentoring.people.mentors import MentorState, NewMentor
from mentoring.planning import availability, calendars, cover, leaving, rota
from mentoring.planning.availability import ApartWhy, Days, Means, Why
from mentoring.planning.cover import Kind, State
from mentoring.planning.leaving import Code, Lost, NotBack
from mentoring.privacy import erasure, holds
from mentoring.privacy.holds import Held
from mentoring.privacy.tombstones import Whose
from mentoring.school import school_year
from mentoring.store.database import rows
from mentoring.store.journal import touched
from tests.conftest import THURSDAY, TUESDAY, Cast, at
from tests.mentoring.conftest import Another, AtOnce

MORNING = at("09:00")
BY = "staff 1"
EARLY, MENU_AFTER = timedelta(minutes=15), timedelta(minutes=1)
NEXT_TUESDAY = TUESDAY + timedelta(days=7)


def _leave(db: Database, mentor_id: int, now: Any = MORNING) -> Code:
    found = leaving.preview(db, mentor_id, now=now)
    assert found
    return leaving.leave(db, mentor_id, seen=leaving.mark(found), by=BY, now=now).code


def _scan(db: Database, number: int, now: Any) -> duty.Scan:
    return duty.scan(db, number=number, now=now, early=EARLY, menu_after=MENU_AFTER)


def _everything(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All that a leaving touches, without what only counts upwards."""
    wanted = {
        "mentors": "select * from mentors order by id",
        "badges": "select * from badges order by id",
        "calendar_links": "select * from calendar_links order by id",
        "due": "select * from due order by drop_in_id, mentor_id",
        "availability": "select mentor_id, means, day, week, starts, ends, why, reason from availability order by 1, 2",
        "caps": "select * from caps",
        "apart": "select * from apart",
        "covers": "select id, drop_in_id, mentor_id, kind, asked, state, taken_by, back_drop_in_id from cover_requests",
        "leavings": "select * from leavings",
    }
    return {name: [tuple(each) for each in rows(db, sql)] for name, sql in wanted.items()}


@pytest.fixture
def amiras(db: Database, cast: Cast, another: Another) -> str:
    """Amira has all that a mentor can have: a calendar, days, a cap, a "not with", coming drop-ins; its link."""
    availability.add(db, cast.amira, Means.NOT_FREE, Days(day=3), why=Why.EXAM, reason="Maths", by=BY, now=MORNING)
    availability.set_cap(db, cast.amira, 3, by=BY, now=MORNING)
    availability.keep_apart(db, cast.amira, cast.chidi, ApartWhy.KIN, by=BY, now=MORNING)
    [later] = school_year.on_day(db, NEXT_TUESDAY)
    rota.set_due(db, later, [cast.amira, cast.ben], by=BY, now=MORNING)
    return calendars.give_link(db, cast.amira, by=BY, now=MORNING)


def _cover_of(db: Database, drop_in_id: int, mentor_id: int) -> int:
    asked = cover.ask(db, drop_in_id, mentor_id, Kind.TRIP, by=BY, now=MORNING).request
    assert asked
    return asked.id


def _id(db: Database, day: date) -> int:
    [drop_in] = school_year.on_day(db, day)
    assert drop_in.id
    return drop_in.id


def _take_and_swap(db: Database, cast: Cast) -> tuple[int, int]:
    """Amira takes Chidi's Thursday, and swaps a Tuesday with Ben: both wait for the lead. The two requests."""
    request = _cover_of(db, _id(db, THURSDAY), cast.chidi)
    assert cover.take(db, request, cast.amira, by=BY, now=MORNING).code == "taken"
    [later] = school_year.on_day(db, NEXT_TUESDAY)
    rota.set_due(db, later, [cast.ben], by=BY, now=MORNING)
    [today] = school_year.on_day(db, TUESDAY)
    rota.set_due(db, today, [cast.amira], by=BY, now=MORNING)
    there = _id(db, NEXT_TUESDAY)
    swap = cover.swap(
        db, mentor_id=cast.ben, gives=there, other_id=cast.amira, other_gives=cast.drop_in, by=BY, now=MORNING
    )
    assert swap.code == "taken"
    assert swap.request
    return request, swap.request.id


# What it ends


def test_what_leaving_ends_is_told_before_and_nothing_is_done(db: Database, cast: Cast, amiras: str):
    request = _cover_of(db, _id(db, NEXT_TUESDAY), cast.amira)
    before = list(db.conn.iterdump())
    told = leaving.preview(db, cast.amira, now=MORNING)
    assert told
    assert [(each.drop_in.date, [one.id for one in each.partners], each.empty) for each in told.places] == [
        (TUESDAY, [cast.ben], 1),
        (NEXT_TUESDAY, [cast.ben], 1),
    ]
    assert (told.mentor.has_badge, told.calendar, told.photo, told.said) == (True, True, False, 3)
    assert [each.id for each in told.asked] == [request]
    assert (told.taken, told.on_duty_until) == ((), None)
    assert list(db.conn.iterdump()) == before


def test_nothing_of_a_mentor_who_has_left_is_alive(db: Database, cast: Cast, amiras: str):
    photos.keep(db, cast.amira, b"a face", by=BY, now=MORNING)
    request = _cover_of(db, _id(db, NEXT_TUESDAY), cast.amira)
    assert _leave(db, cast.amira) is Code.LEFT
    mentor = mentors.mentor(db, cast.amira)
    assert mentor
    assert (mentor.state, mentor.has_badge) == (MentorState.LEFT, False)
    assert _scan(db, cast.numbers[cast.amira], at("12:40")).code == "not_valid"
    assert calendars.find(db, amiras, now=MORNING) is None
    assert not rows(db, "select 1 from due where mentor_id = :id", id=cast.amira)
    assert availability.of_a_mentor(db, cast.amira) == {"availability": [], "caps": [], "apart": []}
    assert not photos.is_kept(db, cast.amira)
    found = cover.by_id(db, request)
    assert found
    assert found.state is State.WITHDRAWN
    assert cover.live(db, now=MORNING) == []
    [today] = duty.rooms(db, now=MORNING, early=EARLY)
    assert [each.id for each in today.due] == [cast.ben]
    kinds = [each["what"] for each in rows(db, "select what from journal order by id")]
    assert kinds.count("mentor.left") == kinds.count("badge.revoked") == kinds.count("calendar.ended") == 1
    assert touched(db) is None


def test_the_partners_calendars_and_the_programmes_are_told(db: Database, cast: Cast, amiras: str):
    bens, all_of_it = (calendars.give_link(db, each, by=BY, now=MORNING) for each in (cast.ben, None))
    _leave(db, cast.amira)
    for link in (bens, all_of_it):
        found = calendars.find(db, link, now=MORNING)
        assert found
        assert cast.amira not in {each.id for event in found.events for each in event.mentors}


def test_a_cover_they_took_waits_for_somebody_else_and_a_swap_ends(db: Database, cast: Cast):
    request, swap = _take_and_swap(db, cast)
    _leave(db, cast.amira)
    told = {each["id"]: (each["state"], each["taken_by"]) for each in rows(db, "select * from cover_requests")}
    assert told == {request: ("open", None), swap: ("withdrawn", cast.amira)}
    assert list(rota.placed(db, _id(db, NEXT_TUESDAY))) == [cast.ben]


def test_who_came_and_then_left_is_still_told_to_have_come(db: Database, cast: Cast):
    for mentor in (cast.amira, cast.ben):
        _scan(db, cast.numbers[mentor], at("12:30"))
    duty.end(db, cast.amira, drop_in_id=cast.drop_in, now=at("12:50"))
    assert _leave(db, cast.amira, at("12:55")) is Code.LEFT
    told = attendance.of_mentor(db, cast.amira, since=MORNING, now=at("14:00"))
    assert [each.outcome for each in told] == ["came"]


def test_the_running_drop_in_is_free_when_they_never_came(db: Database, cast: Cast):
    assert _leave(db, cast.amira, at("12:40")) is Code.LEFT
    assert list(rota.placed(db, cast.drop_in)) == [cast.ben]


# What stands in the way


def test_a_mentor_on_duty_does_not_leave_before_it_has_ended(db: Database, cast: Cast):
    _scan(db, cast.numbers[cast.amira], at("12:30"))
    before = _everything(db)
    assert _leave(db, cast.amira, at("12:40")) is Code.ON_DUTY
    assert leaving.on_duty_until(db, cast.amira, now=at("12:40")) == at("13:15")
    assert _everything(db) == before
    assert _leave(db, cast.amira, at("13:15")) is Code.LEFT


def test_what_changed_since_the_page_was_opened_is_looked_at_again(db: Database, cast: Cast, amiras: str):
    seen = leaving.preview(db, cast.amira, now=MORNING)
    assert seen
    [later] = school_year.on_day(db, NEXT_TUESDAY)
    rota.set_due(db, later, [cast.amira, cast.chidi], by=BY, now=MORNING)
    before = _everything(db)
    assert leaving.leave(db, cast.amira, seen=leaving.mark(seen), by=BY, now=MORNING).code is Code.CHANGED
    assert _everything(db) == before


def test_two_leads_at_once_and_a_second_tap_are_one_leaving(db: Database, cast: Cast, amiras: str, at_once: AtOnce):
    found = leaving.preview(db, cast.amira, now=MORNING)
    assert found
    seen = leaving.mark(found)
    answers = at_once(4, lambda own: leaving.leave(own, cast.amira, seen=seen, by=BY, now=MORNING).code)
    assert sorted(answers) == [Code.ALREADY_LEFT] * 3 + [Code.LEFT]
    assert len(rows(db, "select 1 from journal where what = 'mentor.left'")) == 1
    before = _everything(db)
    assert leaving.leave(db, cast.amira, seen=seen, by=BY, now=at("10:00")).code is Code.ALREADY_LEFT
    assert _everything(db) == before


def test_nobodys_number_cannot_leave(db: Database):
    assert leaving.preview(db, 4242, now=MORNING) is None
    with pytest.raises(LookupError):
        leaving.leave(db, 4242, seen="", by=BY, now=MORNING)


def test_editing_makes_nobody_a_leaver_and_no_leaver_a_mentor(db: Database, cast: Cast):
    ben = {"given_name": "Ben", "family_name": "Osei", "year_group": "10"}
    with pytest.raises(ValueError, match="leaves by an act"):
        mentors.edit(db, cast.ben, {**ben, "state": "left"}, by=BY, now=MORNING)
    _leave(db, cast.ben)
    stale = mentors.edit(db, cast.ben, {**ben, "state": "active"}, by=BY, now=MORNING)
    assert stale == [Fault("state", mentors.Wrong.HAS_LEFT, {"name": "Ben O."})]
    assert mentors.edit(db, cast.ben, ben, by=BY, now=MORNING) == []
    known = mentors.mentor(db, cast.ben)
    assert known
    assert (known.state, known.display_name) == (MentorState.LEFT, "Ben")


# Taken back


def test_taken_back_the_same_day_all_is_as_it_was(db: Database, cast: Cast, amiras: str):
    own = _cover_of(db, _id(db, NEXT_TUESDAY), cast.amira)
    availability.let_together(db, cast.amira, cast.chidi, by=BY, now=MORNING)
    cover.take(db, own, cast.chidi, by=BY, now=MORNING)
    before = _everything(db)
    assert before["covers"][0][5] == "taken"
    _leave(db, cast.amira)
    assert _everything(db) != before
    back = leaving.take_back(db, cast.amira, by=BY, now=at("11:00"))
    assert (back.code, back.lost) == (Code.CAME_BACK, ())
    assert _everything(db) == before
    assert calendars.find(db, amiras, now=at("11:00")) is not None
    assert _scan(db, cast.numbers[cast.amira], at("12:31")).code == "waiting_for_pair"
    kinds = [each["what"] for each in rows(db, "select what from journal order by id")]
    for kind in ("mentor.came_back", "badge.good_again", "calendar.good_again"):
        assert kinds.count(kind) == 1
    assert touched(db) is None


def test_a_cover_and_a_swap_they_took_are_theirs_again(db: Database, cast: Cast):
    _take_and_swap(db, cast)
    before = _everything(db)
    _leave(db, cast.amira)
    back = leaving.take_back(db, cast.amira, by=BY, now=at("11:00"))
    assert (back.code, back.lost) == (Code.CAME_BACK, ())
    assert _everything(db) == before


def test_a_paused_mentor_comes_back_paused(db: Database, cast: Cast, amiras: str):
    mentors.set_state(db, cast.amira, MentorState.PAUSED)
    before = _everything(db)
    _leave(db, cast.amira)
    assert leaving.take_back(db, cast.amira, by=BY, now=MORNING).lost == ()
    assert _everything(db) == before


def test_what_cannot_come_back_is_named(db: Database, cast: Cast, amiras: str, another: Another):
    photos.keep(db, cast.amira, b"a face", by=BY, now=MORNING)
    request = _cover_of(db, _id(db, THURSDAY), cast.chidi)
    availability.let_together(db, cast.amira, cast.chidi, by=BY, now=MORNING)
    cover.take(db, request, cast.amira, by=BY, now=MORNING)
    _leave(db, cast.amira)
    dana = another("Dana")
    [later] = school_year.on_day(db, NEXT_TUESDAY)
    rota.set_due(db, later, [cast.ben, dana], by=BY, now=MORNING)
    assert cover.take(db, request, dana, by=BY, now=MORNING).code == "taken"
    badge_register.issue_missing(db, [cast.amira], by=BY, now=MORNING)
    calendars.give_link(db, cast.amira, by=BY, now=MORNING)
    back = leaving.take_back(db, cast.amira, by=BY, now=at("14:00"))
    assert back.code is Code.CAME_BACK
    assert {(each.why, each.drop_in.date if each.drop_in else None) for each in back.lost} == {
        (Lost.OVER, TUESDAY),
        (Lost.FILLED, NEXT_TUESDAY),
        (Lost.COVER, THURSDAY),
        (Lost.BADGE, None),
        (Lost.CALENDAR, None),
        (Lost.PHOTO, None),
    }


def test_nobody_is_put_beside_whom_they_are_kept_apart_from(db: Database, cast: Cast, amiras: str):
    _leave(db, cast.amira)
    [later] = school_year.on_day(db, NEXT_TUESDAY)
    rota.set_due(db, later, [cast.chidi], by=BY, now=MORNING)
    back = leaving.take_back(db, cast.amira, by=BY, now=MORNING)
    assert [each.why for each in back.lost] == [Lost.APART]
    assert isinstance(back.lost[0], NotBack)
    assert list(rota.placed(db, _id(db, NEXT_TUESDAY))) == [cast.chidi]


def test_a_request_its_owner_took_back_stays_taken_back(db: Database, cast: Cast):
    request = _cover_of(db, _id(db, THURSDAY), cast.chidi)
    cover.take(db, request, cast.amira, by=BY, now=MORNING)
    _leave(db, cast.amira)
    cover.undo(db, request, cast.chidi, by="mentor 3", now=MORNING)
    back = leaving.take_back(db, cast.amira, by=BY, now=MORNING)
    assert [each.why for each in back.lost] == [Lost.COVER]
    found = cover.by_id(db, request)
    assert found
    assert found.state is State.WITHDRAWN


def test_taking_back_twice_and_by_two_leads_at_once_is_once(db: Database, cast: Cast, amiras: str, at_once: AtOnce):
    before = _everything(db)
    _leave(db, cast.amira)
    answers = at_once(4, lambda own: leaving.take_back(own, cast.amira, by=BY, now=MORNING).code)
    assert sorted(answers) == [Code.CAME_BACK] + [Code.NOT_LEFT] * 3
    assert _everything(db) == before


@pytest.mark.parametrize(
    ("left", "back", "code"),
    [
        (at("09:00"), at("23:59:59"), Code.CAME_BACK),
        (at("23:59:00"), at("00:01", TUESDAY + timedelta(days=1)), Code.TOO_LATE),
        # In summer the school's day turns an hour before the day of UTC does.
        (at("23:30", date(2027, 6, 1)), at("23:59", date(2027, 6, 1)), Code.CAME_BACK),
        (at("00:30", date(2027, 6, 2)), at("08:00", date(2027, 6, 2)), Code.CAME_BACK),
        (at("23:30", date(2027, 6, 1)), at("00:30", date(2027, 6, 2)), Code.TOO_LATE),
    ],
)
def test_it_can_be_taken_back_on_the_schools_own_day_alone(db: Database, cast: Cast, left: Any, back: Any, code: Code):
    _leave(db, cast.chidi, left)
    assert leaving.may_be_taken_back(db, cast.chidi, now=back) is (code is Code.CAME_BACK)
    assert leaving.take_back(db, cast.chidi, by=BY, now=back).code is code


def test_a_namesake_who_came_meanwhile_stands_in_the_way(db: Database, cast: Cast, amiras: str):
    _leave(db, cast.amira)
    mentors.add(db, NewMentor("Amira", "Khan", "11", "Amira"), by=BY, now=MORNING)
    assert leaving.take_back(db, cast.amira, by=BY, now=MORNING).code is Code.NAMESAKE
    assert leaving.put_back_on_list(db, cast.amira, by=BY, now=MORNING).code is Code.NAMESAKE


def test_leaving_again_on_the_same_day_can_be_taken_back_again(db: Database, cast: Cast, amiras: str):
    before = _everything(db)
    for _ in range(2):
        assert _leave(db, cast.amira) is Code.LEFT
        assert leaving.take_back(db, cast.amira, by=BY, now=MORNING).lost == ()
    assert _everything(db) == before


def test_on_a_later_day_a_leaver_is_put_on_the_list_again_with_nothing_else(db: Database, cast: Cast, amiras: str):
    _leave(db, cast.amira)
    wednesday = at("09:00", TUESDAY + timedelta(days=1))
    assert leaving.put_back_on_list(db, cast.amira, by=BY, now=wednesday).code is Code.CAME_BACK
    assert leaving.put_back_on_list(db, cast.amira, by=BY, now=wednesday).code is Code.NOT_LEFT
    known = mentors.mentor(db, cast.amira)
    assert known
    assert (known.state, known.has_badge) == (MentorState.ACTIVE, False)
    assert db["leavings"].count == 0


# Hold, retention, erasure, and a crash


def test_under_a_legal_hold_nothing_is_forgotten(db: Database, cast: Cast, amiras: str):
    holds.begin(db, Held.MENTOR, str(cast.amira), "A case of law", by=BY, now=MORNING)
    known = availability.of_a_mentor(db, cast.amira)
    assert known == {"availability": [], "caps": [], "apart": []}
    _leave(db, cast.amira)
    assert availability.entries(db, cast.amira) != []
    assert badge_register.good_number(db, cast.amira) is None
    assert leaving.take_back(db, cast.amira, by=BY, now=MORNING).lost == ()
    assert len(availability.entries(db, cast.amira)) == 1


@pytest.mark.parametrize("whom", ["amira", "chidi"])
def test_an_erasure_takes_what_was_ended_along(db: Database, cast: Cast, amiras: str, data: Path, whom: str):
    _leave(db, cast.amira)
    assert db["leavings"].count == 1
    erasure.erase(db, Whose.MENTOR, getattr(cast, whom), folder=data, by=BY, now=at("18:00"))
    assert db["leavings"].count == 0


@pytest.mark.parametrize("act", ["leave", "take_back"])
def test_what_is_interrupted_is_not_done(
    db: Database, cast: Cast, amiras: str, act: str, monkeypatch: pytest.MonkeyPatch
):
    if act == "take_back":
        _leave(db, cast.amira)
    before = _everything(db)
    seen = leaving.preview(db, cast.amira, now=MORNING)
    assert seen

    def breaks(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(calendars, "end_link" if act == "leave" else "good_again", breaks)
    with suppress(sqlite3.OperationalError):
        if act == "leave":
            leaving.leave(db, cast.amira, seen=leaving.mark(seen), by=BY, now=MORNING)
        else:
            leaving.take_back(db, cast.amira, by=BY, now=MORNING)
    assert _everything(db) == before
