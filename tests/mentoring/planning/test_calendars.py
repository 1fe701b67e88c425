"""Calendars: a secret link, and the events behind it as values."""

from datetime import date, datetime

import pytest
from sqlite_utils import Database

from mentoring.planning import calendars, cover, rota
from mentoring.planning.cover import Kind
from mentoring.school import school_year
from mentoring.school.school_year import AddClosure, Closure, DropIn, NewSlot, RemoveClosure
from mentoring.store.database import rows, write
from tests.conftest import FIRST_OF_SEPTEMBER, THURSDAY, TUESDAY, ZONE, Cast, at, change_pattern

BY, NINE = "staff 1", at("09:00")


def _events(db: Database, link: str) -> list[calendars.Event]:
    found = calendars.find(db, link, now=NINE)
    assert found is not None
    return list(found.events)


def test_a_mentor_has_one_long_link_until_it_is_revoked(db: Database, cast: Cast):
    first, again = (calendars.give_link(db, cast.ben, by=BY, now=NINE) for _ in range(2))
    assert first == again
    assert len(first) >= 32
    for was_there in (True, False):
        assert calendars.revoke_link(db, cast.ben, by=BY, now=NINE) is was_there
    assert calendars.find(db, first, now=NINE) is None
    assert calendars.give_link(db, cast.ben, by=BY, now=NINE) != first
    assert rows(db, "select 1 from journal where about like :link", link=f"%{first}%") == []


def test_a_link_is_one_persons_and_the_programmes_is_another(db: Database, cast: Cast):
    links = {calendars.give_link(db, who, by=BY, now=NINE) for who in (cast.amira, cast.ben, None)}
    assert len(links) == 3
    calendars.revoke_link(db, cast.ben, by=BY, now=NINE)
    assert calendars.link_of(db, None) in links
    with pytest.raises(LookupError):
        calendars.give_link(db, 4242, by=BY, now=NINE)
    assert calendars.find(db, "no such link", now=NINE) is None


def test_an_event_is_on_the_wall_clock_with_its_zone(db: Database, cast: Cast):
    [event] = _events(db, calendars.give_link(db, cast.ben, by=BY, now=NINE))
    assert (event.starts, event.ends, event.zone) == (
        datetime(2027, 1, 12, 12, 30),  # noqa: DTZ001 # wall-clock, beside its zone
        datetime(2027, 1, 12, 13, 15),  # noqa: DTZ001
        ZONE,
    )
    assert (event.room, {each.id for each in event.mentors}) == ("Library 2", {cast.amira, cast.ben})


def test_twenty_to_one_stays_twenty_to_one_in_a_calendar_through_both_clock_changes(db: Database, cast: Cast):
    club = NewSlot(6, "12:40", "13:20", "Music room", "")
    school_year.add_slot(db, club, adult_id=cast.adeyemi, by=BY, now=at("09:00", FIRST_OF_SEPTEMBER))
    sundays = [date(2026, 10, 18), date(2026, 10, 25), date(2027, 3, 21), date(2027, 3, 28)]
    for day in sundays:
        rota.set_due(db, school_year.on_day(db, day)[0], [cast.chidi], by=BY, now=at("09:00", FIRST_OF_SEPTEMBER))
    events = _events(db, calendars.give_link(db, cast.chidi, by=BY, now=NINE))
    told = [f"{each.starts:%Y-%m-%d %H:%M}" for each in events if each.room == "Music room"]
    assert told == [f"{day} 12:40" for day in sundays]


def test_an_events_name_stays_and_its_sequence_grows_with_each_change(db: Database, cast: Cast, lunch: DropIn):
    link = calendars.give_link(db, cast.amira, by=BY, now=NINE)
    [before] = _events(db, link)
    rota.set_due(db, lunch, [cast.amira, cast.chidi], by=BY, now=NINE)
    [after] = _events(db, link)
    assert (after.uid, after.sequence, after.cancelled) == (before.uid, before.sequence + 1, False)


def test_a_duty_taken_away_stays_as_cancelled_and_comes_back_under_its_name(db: Database, cast: Cast, lunch: DropIn):
    link = calendars.give_link(db, cast.ben, by=BY, now=NINE)
    [before] = _events(db, link)
    rota.set_due(db, lunch, [cast.amira], by=BY, now=NINE)
    [gone] = _events(db, link)
    assert (gone.uid, gone.cancelled) == (before.uid, True)
    assert gone.sequence > before.sequence
    rota.set_due(db, lunch, [cast.amira, cast.ben], by=BY, now=NINE)
    [back] = _events(db, link)
    assert (back.uid, back.cancelled) == (before.uid, False)
    assert back.sequence > gone.sequence


def test_a_cover_moves_the_event_from_one_calendar_to_the_other(db: Database, cast: Cast):
    links = [calendars.give_link(db, who, by=BY, now=NINE) for who in (cast.ben, cast.chidi)]
    asked = cover.ask(db, cast.drop_in, cast.ben, Kind.EXAM, by=BY, now=NINE)
    assert asked.request is not None
    cover.take(db, asked.request.id, cast.chidi, by=BY, now=NINE)
    cover.approve(db, asked.request.id, by=BY, now=NINE)
    told = [{each.starts.date(): each.cancelled for each in _events(db, link)} for link in links]
    assert told == [{TUESDAY: True}, {TUESDAY: False, THURSDAY: False}]


def test_a_closed_day_is_cancelled_in_every_calendar_and_comes_back(db: Database, cast: Cast):
    links = [calendars.give_link(db, who, by=BY, now=NINE) for who in (cast.ben, None)]
    assert change_pattern(db, AddClosure(Closure(0, "Snow", TUESDAY, TUESDAY)), by=BY, now=NINE) is None
    [closure] = school_year.closures(db)
    was = [_events(db, link)[0] for link in links]
    assert [each.cancelled for each in was] == [True, True]
    change_pattern(db, RemoveClosure(closure.id), by=BY, now=NINE)
    events = [_events(db, link)[0] for link in links]
    assert [each.cancelled for each in events] == [False, False]
    assert all(now.sequence > then.sequence for now, then in zip(events, was, strict=True))


def test_the_programmes_calendar_has_each_drop_in_once_with_all_who_are_due(db: Database, cast: Cast, lunch: DropIn):
    link = calendars.give_link(db, None, by=BY, now=NINE)
    assert [len(each.mentors) for each in _events(db, link)] == [2, 1]
    rota.set_due(db, lunch, [], by=BY, now=NINE)
    assert [each.cancelled for each in _events(db, link)] == [True, False]


def test_a_mentor_who_left_has_no_calendar(db: Database, cast: Cast):
    link = calendars.give_link(db, cast.ben, by=BY, now=NINE)
    with write(db):
        db.execute("update mentors set state = 'left' where id = :id", {"id": cast.ben})
    assert calendars.find(db, link, now=NINE) is None
