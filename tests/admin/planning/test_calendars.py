"""Calendars: what a calendar program gets behind a link, read by two parsers that are not ours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from flask.testing import FlaskClient
from sqlite_utils import Database

from admin.planning.calendars import _zone
from mentoring.planning import calendars, rota
from mentoring.school import school_year
from mentoring.school.school_year import DropIn, NewSlot
from tests.both_doors import Wall, form_key, log_in
from tests.conftest import FIRST_OF_SEPTEMBER, ZONE, Cast, at
from tests.walking import Finger, inline, page

BY = "staff 1"
LONDON = ZoneInfo(ZONE)


@dataclass(frozen=True)
class Read:
    """One event as a parser understood it; the times are in UTC."""

    uid: str
    sequence: int
    status: str
    starts: datetime
    ends: datetime
    room: str
    words: str


def by_icalendar(text: bytes) -> list[Read]:
    return [
        Read(
            str(each["uid"]),
            int(each["sequence"]),
            str(each["status"]),
            each.decoded("dtstart").astimezone(UTC),
            each.decoded("dtend").astimezone(UTC),
            str(each["location"]),
            str(each.get("description", "")),
        )
        for each in icalendar.Calendar.from_ical(text).walk("VEVENT")
    ]


def by_vobject(text: bytes) -> list[Read]:
    def said(each: Any, name: str) -> str:
        return str(each.contents[name][0].value) if name in each.contents else ""

    return [
        Read(
            said(each, "uid"),
            int(said(each, "sequence")),
            said(each, "status"),
            each.dtstart.value.astimezone(UTC),
            each.dtend.value.astimezone(UTC),
            said(each, "location"),
            said(each, "description"),
        )
        for each in vobject.readOne(text.decode()).contents.get("vevent", [])
    ]


PARSERS = pytest.mark.parametrize("parse", [by_icalendar, by_vobject], ids=["icalendar", "vobject"])
Parse = Callable[[bytes], list[Read]]


def fetched(door: FlaskClient, link: str) -> bytes:
    answer = door.get(f"/calendar/{link}.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return answer.get_data()


@pytest.fixture
def amiras(db: Database, cast: Cast, wall: Wall) -> str:
    """The link of Amira's calendar."""
    return calendars.give_link(db, cast.amira, by=BY, now=wall.moment)


# What stands in it


@PARSERS
def test_a_parser_reads_the_duty(staff_door: FlaskClient, amiras: str, parse: Parse):
    [duty] = parse(fetched(staff_door, amiras))
    assert (duty.starts, duty.ends) == (at("12:30"), at("13:15"))
    assert (duty.room, duty.status, duty.words) == ("Library 2", "CONFIRMED", "With: One mentor.")
    assert duty.uid.endswith(".drop-in")


@PARSERS
def test_twenty_to_one_stays_through_both_clock_changes(
    staff_door: FlaskClient, db: Database, cast: Cast, parse: Parse
):
    began = at("09:00", FIRST_OF_SEPTEMBER)
    school_year.add_slot(db, NewSlot(6, "12:40", "13:20", "Music", ""), adult_id=cast.adeyemi, by=BY, now=began)
    sundays = [date(2026, 10, 18), date(2026, 10, 25), date(2027, 3, 21), date(2027, 3, 28)]
    for day in sundays:
        rota.set_due(db, school_year.on_day(db, day)[0], [cast.ben], by=BY, now=began)
    link = calendars.give_link(db, cast.ben, by=BY, now=began)
    read = [each.starts for each in parse(fetched(staff_door, link)) if each.room == "Music"]
    assert [f"{each:%Y-%m-%d %H:%M}" for each in read] == [
        "2026-10-18 11:40",
        "2026-10-25 12:40",
        "2027-03-21 12:40",
        "2027-03-28 11:40",
    ]


@PARSERS
@pytest.mark.parametrize("room", ["Room 7; behind, the \\hall", "Ystafell Ŵ, " + "é" * 27, "A:B", "N\\new", "\\,;"])
def test_any_room_comes_back_as_it_was_typed(
    staff_door: FlaskClient, db: Database, cast: Cast, amiras: str, room: str, parse: Parse
):
    db["drop_ins"].update(cast.drop_in, {"room": room})
    [duty] = parse(fetched(staff_door, amiras))
    assert duty.room == room


@PARSERS
def test_a_duty_taken_away_is_cancelled_under_its_name_with_a_higher_sequence(
    staff_door: FlaskClient, db: Database, cast: Cast, lunch: DropIn, amiras: str, wall: Wall, parse: Parse
):
    [before] = parse(fetched(staff_door, amiras))
    rota.set_due(db, lunch, [cast.ben], by=BY, now=wall.moment)
    [after] = parse(fetched(staff_door, amiras))
    assert (after.uid, after.status) == (before.uid, "CANCELLED")
    assert after.sequence > before.sequence


def test_lines_end_and_fold_as_the_standard_says(staff_door: FlaskClient, db: Database, cast: Cast, amiras: str):
    db["drop_ins"].update(cast.drop_in, {"room": "ŵ" * 40})
    text = fetched(staff_door, amiras)
    assert text.endswith(b"\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert max(map(len, text.split(b"\r\n"))) <= 75
    for line in text.split(b"\r\n"):
        line.decode()  # no letter is cut in two


def test_each_event_says_when_it_was_changed(
    staff_door: FlaskClient, db: Database, cast: Cast, lunch: DropIn, amiras: str, wall: Wall
):
    wall.passes(60)
    rota.set_due(db, lunch, [cast.amira, cast.chidi], by=BY, now=wall.moment)
    [event] = icalendar.Calendar.from_ical(fetched(staff_door, amiras)).walk("VEVENT")
    assert event.decoded("last-modified") == event.decoded("dtstamp") == wall.moment


def test_the_zone_is_described_with_the_true_moments_of_its_changes(staff_door: FlaskClient, amiras: str):
    [zone] = icalendar.Calendar.from_ical(fetched(staff_door, amiras)).walk("VTIMEZONE")
    told = {
        (each.name, each.decoded("dtstart"), each.decoded("tzoffsetfrom"), each.decoded("tzoffsetto"))
        for each in zone.subcomponents
    }
    none, hour = timedelta(), timedelta(hours=1)
    assert str(zone["tzid"]) == ZONE
    assert told == {
        ("STANDARD", datetime(2027, 1, 1), none, none),  # noqa: DTZ001 # wall-clock, as the format has it
        ("DAYLIGHT", datetime(2027, 3, 28, 1), none, hour),  # noqa: DTZ001
        ("STANDARD", datetime(2027, 10, 31, 2), hour, none),  # noqa: DTZ001
    }


@pytest.mark.parametrize("name", ["Europe/London", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"])
def test_every_onset_of_a_zone_is_a_change_of_its_offset(name: str):
    zone = ZoneInfo(name)
    block = _zone(name, date(2026, 9, 1), date(2027, 7, 1))
    for each in block.subcomponents[1:]:
        onset = (each.decoded("dtstart") - each.decoded("tzoffsetfrom")).replace(tzinfo=UTC)
        minute_before = onset - timedelta(minutes=1)
        assert onset.astimezone(zone).utcoffset() == each.decoded("tzoffsetto")
        assert minute_before.astimezone(zone).utcoffset() == each.decoded("tzoffsetfrom")
        assert each.decoded("tzoffsetto") != each.decoded("tzoffsetfrom")
    assert len(block.subcomponents) == (1 if name == "Asia/Kolkata" else 5)


@PARSERS
def test_the_programmes_calendar_has_every_drop_in_with_the_names_of_those_who_agreed(
    staff_door: FlaskClient, db: Database, wall: Wall, parse: Parse
):
    read = parse(fetched(staff_door, calendars.give_link(db, None, by=BY, now=wall.moment)))
    assert [each.words for each in read] == ["Due: Amira and one more mentor.", "Due: Chidi."]
    assert len({each.uid for each in read}) == 2


def test_no_calendar_holds_a_family_name_a_year_or_an_address(staff_door: FlaskClient, db: Database, wall: Wall):
    text = fetched(staff_door, calendars.give_link(db, None, by=BY, now=wall.moment)).decode()
    assert [each for each in ("Khan", "Osei", "Okonkwo", "Ben", "harbour") if each in text] == []


@PARSERS
def test_a_calendar_without_a_duty_is_a_calendar(
    staff_door: FlaskClient, db: Database, cast: Cast, wall: Wall, parse: Parse
):
    db["due"].delete_where("mentor_id = ?", [cast.chidi])
    db["once_due"].delete_where("mentor_id = ?", [cast.chidi])
    assert parse(fetched(staff_door, calendars.give_link(db, cast.chidi, by=BY, now=wall.moment))) == []


# Its link


def test_unchanged_duties_are_a_304(
    staff_door: FlaskClient, db: Database, cast: Cast, lunch: DropIn, amiras: str, wall
):
    tag = staff_door.get(f"/calendar/{amiras}.ics").headers["ETag"]
    wall.passes(86_400)
    asked = {"If-None-Match": tag}
    assert staff_door.get(f"/calendar/{amiras}.ics", headers=asked).status_code == 304
    rota.set_due(db, lunch, [cast.amira], by=BY, now=wall.moment)
    assert staff_door.get(f"/calendar/{amiras}.ics", headers=asked).status_code == 200


@pytest.mark.parametrize("wrong", ["nobodys", "", "%00", "x" * 3_000])
def test_a_wrong_link_is_a_404(staff_door: FlaskClient, lead: FlaskClient, amiras: str, wrong: str):
    for door in (staff_door, lead):
        assert door.get(f"/calendar/{wrong}.ics").status_code == 404
        assert door.get(f"/calendar/{amiras.swapcase()}.ics").status_code == 404


def test_a_link_is_given_and_revoked_on_the_mentors_page(
    lead: FlaskClient, staff_door: FlaskClient, db: Database, cast: Cast
):
    finger = Finger(lead)
    finger.open(f"/mentors/{cast.ben}")
    given = finger.press("Give a calendar address")
    link = calendars.link_of(db, cast.ben)
    assert f"http://localhost/calendar/{link}.ics" in given.text
    assert len(given.all("path")) >= 1
    assert inline(given) == []
    assert fetched(staff_door, str(link))
    after = finger.press("Revoke the address")
    assert str(link) not in after.text
    assert staff_door.get(f"/calendar/{link}.ics").status_code == 404
    finger.press("Give a calendar address")
    assert calendars.link_of(db, cast.ben) not in (None, link)


def test_a_link_is_given_and_revoked_on_the_programmes_page(lead: FlaskClient, staff_door: FlaskClient, db: Database):
    finger = Finger(lead)
    finger.open("/programme")
    assert f"/calendar/{calendars.link_of(db, None)}.ics" not in finger.page.text
    given = finger.press("Give a calendar address")
    link = calendars.link_of(db, None)
    assert f"/calendar/{link}.ics" in given.text
    finger.press("Revoke the address")
    assert staff_door.get(f"/calendar/{link}.ics").status_code == 404


def test_whoever_left_gets_no_calendar(lead: FlaskClient, db: Database, cast: Cast, amiras: str):
    db["mentors"].update(cast.amira, {"state": "left"})
    assert lead.get(f"/calendar/{amiras}.ics").status_code == 404
    assert "Calendar" not in page(lead.get(f"/mentors/{cast.amira}")).text
    assert lead.post(f"/mentors/{cast.amira}/calendar", data={"form_key": form_key(lead)}).status_code == 404


def test_fetching_a_calendar_keeps_no_log_in_awake_and_sets_no_cookie(lead: FlaskClient, amiras: str, wall: Wall):
    for _ in range(16):
        wall.passes(60)
        assert "Set-Cookie" not in lead.get(f"/calendar/{amiras}.ics").headers
    assert lead.get("/").status_code == 303
    assert form_key(log_in(lead))
