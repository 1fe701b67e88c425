"""The duty board: who is on duty, where, open or not; and nothing about pupils, ever (P12)."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.lunch.help_requests import WORDS
from mentoring.people import mentors
from mentoring.people.mentors import Consent, NewMentor
from mentoring.planning import rota
from mentoring.school import school_year
from mentoring.school.programme import CHILDLINE
from mentoring.school.school_year import AddClosure, Closure, DropIn, NewSlot
from tests.both_doors import Scan, Wall, form_key, log_in
from tests.conftest import TUESDAY, Cast, at, change_pattern
from tests.walking import Finger, inline, leads_elsewhere, page


@pytest.fixture
def link(db: Database) -> str:
    [programme] = db["programme"].rows
    return f"/board/{programme['board_link']}"


def board(door: FlaskClient, link: str) -> dict[str, Any]:
    answer = door.get(f"{link}.json")
    assert answer.status_code == 200
    return answer.get_json()


# Its address


def test_the_link_is_long_random_and_needs_no_log_in(staff_door: FlaskClient, link: str):
    assert len(link.removeprefix("/board/")) >= 20
    assert staff_door.get(link).status_code == 200
    assert staff_door.get(f"{link}.json").status_code == 200


@pytest.mark.parametrize("wrong", ["nobodys", "-", "%00", "é", "x" * 3_000, "", ".json"])
def test_a_wrong_link_is_a_404(staff_door: FlaskClient, lead: FlaskClient, wrong: str):
    for door in (staff_door, lead):
        assert door.get(f"/board/{wrong}").status_code == 404
        assert door.get(f"/board/{wrong}.json").status_code == 404


def test_almost_the_link_is_not_the_link(staff_door: FlaskClient, link: str):
    for almost in (link[:-1], f"{link}x", link.swapcase().replace("/BOARD/", "/board/")):
        assert staff_door.get(almost).status_code == 404
        assert staff_door.get(f"{almost}.json").status_code == 404


def test_a_replaced_link_is_dead_at_once(lead: FlaskClient, staff_door: FlaskClient, link: str):
    finger = Finger(lead)
    shown = finger.open("/programme")
    assert link in shown.text
    after = finger.press("New address")
    assert link not in after.text
    assert staff_door.get(link).status_code == staff_door.get(f"{link}.json").status_code == 404
    [new] = [each.href for each in after.targets if each.href.startswith("/board/")]
    assert staff_door.get(new).status_code == 200


# Its data


def test_the_data_has_the_promised_shape(staff_door: FlaskClient, link: str, pair: None):
    told = board(staff_door, link)
    assert told.keys() == {"as_of", "rooms", "next"}
    as_of = datetime.fromisoformat(told["as_of"])
    assert as_of == at("12:40")
    assert as_of.utcoffset() is not None
    [room] = told["rooms"]
    assert room.keys() >= {"room", "state", "mentors", "from", "until"}
    assert {name: room[name] for name in ("room", "state", "mentors", "from", "until")} == {
        "room": "Library 2",
        "state": "open",
        "mentors": ["Amira", "A mentor"],
        "from": "12:30",
        "until": "13:15",
    }
    assert all(each.keys() >= {"date", "from", "until", "room", "mentors"} for each in told["next"])
    first = {name: told["next"][0][name] for name in ("date", "from", "until", "room", "mentors")}
    assert first == {
        "date": "2027-01-14",
        "from": "12:30",
        "until": "13:15",
        "room": "Library 2",
        "mentors": ["Chidi"],
    }


def test_the_time_of_the_data_is_the_schools_own_with_its_offset(staff_door: FlaskClient, link: str, wall: Wall):
    wall.shows("12:40", date(2026, 10, 13))
    told = board(staff_door, link)
    assert told["as_of"] == "2026-10-13T12:40:00+01:00"
    assert (told["rooms"][0]["from"], told["rooms"][0]["state"]) == ("12:30", "opening")


def test_the_board_follows_the_room_over_a_lunch(
    staff_door: FlaskClient,
    kiosk_door: FlaskClient,
    scan: Scan,
    cast: Cast,
    link: str,
    wall: Wall,
    codes: Mapping[int, str],
):
    def now() -> tuple[str, list[str]]:
        [room] = board(staff_door, link)["rooms"]
        assert page(staff_door.get(link)).all("section")[0]["class"].split() == ["room", room["state"]]
        return room["state"], room["mentors"]

    wall.shows("09:00")
    assert now() == ("closed", [])
    wall.shows("12:15")
    assert now() == ("opening", [])
    wall.shows("12:25")
    scan(cast.amira)
    assert now() == ("opening", ["Amira"])
    wall.shows("12:31")
    scan(cast.ben)
    assert now() == ("open", ["Amira", "A mentor"])
    wall.shows("12:50")
    finger = Finger(kiosk_door)
    finger.open("/scan")
    finger.press("Go", code=codes[cast.amira])
    finger.press("End my duty")
    finger.press("Yes, end my duty")
    assert now() == ("paused", ["A mentor"])
    wall.shows("12:55")
    scan(cast.amira)
    assert now() == ("open", ["A mentor", "Amira"])
    wall.shows("13:14:59")
    assert now()[0] == "open"
    wall.shows("13:15")
    assert now() == ("closed", [])


def test_a_room_whose_lunch_is_over_is_still_on_the_board(staff_door: FlaskClient, link: str, wall: Wall):
    wall.shows("15:00")
    told = board(staff_door, link)
    assert [(each["room"], each["state"], each["mentors"]) for each in told["rooms"]] == [("Library 2", "closed", [])]
    assert told["next"][0]["date"] == "2027-01-14"


def test_a_closed_room_says_in_large_when_and_where_the_next_drop_in_is(
    staff_door: FlaskClient, link: str, db: Database, cast: Cast, wall: Wall
):
    wall.shows("15:00")
    assert large(staff_door, link) == {"Library 2": (["Thursday 12:30", "Library 2"], "The next drop-in, with Chidi.")}
    assert "Closed Drop-in · Library 2 Thursday 12:30 Library 2" in page(staff_door.get(link)).text
    later = NewSlot(1, "15:30", "16:00", "Room 7", "")
    school_year.add_slot(db, later, adult_id=cast.adeyemi, by="staff 1", now=at("09:00"))
    assert large(staff_door, link)["Room 7"] == (["Today 15:30", "Room 7"], "Until 16:00.")
    wall.shows("17:00")
    assert [*large(staff_door, link)] == ["Library 2", "Room 7"], "the soonest first"
    assert large(staff_door, link)["Room 7"] == (["Tue 19 January 15:30", "Room 7"], "The next drop-in.")


def test_a_room_whose_next_drop_in_is_not_planned_says_so(
    staff_door: FlaskClient, link: str, db: Database, lunch: DropIn, wall: Wall
):
    wall.shows("12:20")
    school_year.close_drop_in(db, lunch, "Trip", by="staff 1", now=wall.moment)
    closed = AddClosure(Closure(0, "Building work", date(2027, 1, 13), date(2027, 7, 30)))
    assert change_pattern(db, closed, now=wall.moment) is None
    assert large(staff_door, link) == {"Library 2": ([], "Called off today. The next one is not planned yet.")}
    wall.shows("12:40", date(2027, 1, 13))
    assert large(staff_door, link) == {"Library 2": ([], "The next drop-in is not planned yet.")}


def test_a_lunch_that_ends_at_midnight_is_told_in_words(staff_door: FlaskClient, link: str, db: Database, cast: Cast):
    db["drop_ins"].update(cast.drop_in, {"ends": clock.to_text(at("00:00", date(2027, 1, 13)))})
    [room] = board(staff_door, link)["rooms"]
    assert (room["until"], room["line"]) == ("00:00", "Mentors are on their way. Until midnight.")


def large(door: FlaskClient, link: str) -> dict[str, tuple[list[str], str]]:
    """The large entries and the sentence of each room."""
    rooms = board(door, link)["rooms"]
    return {each["room"]: ([entry["words"] for entry in each["large"]], each["line"]) for each in rooms}


def test_several_rooms_stand_beside_each_other(staff_door: FlaskClient, link: str, db: Database, cast: Cast):
    second = NewSlot(1, "12:45", "13:15", "Room 7", "")
    school_year.add_slot(db, second, adult_id=cast.adeyemi, by="staff 1", now=at("09:00"))
    assert [each["room"] for each in board(staff_door, link)["rooms"]] == ["Library 2", "Room 7"]
    assert page(staff_door.get(link)).all("main")[0]["class"] == "rooms-2"


def test_three_rooms_at_once_one_of_them_with_three_places(
    staff_door: FlaskClient, link: str, db: Database, cast: Cast, scan: Scan
):
    for room, places in (("Music", 3), ("The Hub", 2)):
        new = NewSlot(1, "12:30", "13:15", room, "", places)
        school_year.add_slot(db, new, adult_id=cast.adeyemi, by="staff 1", now=at("09:00"))
    music = next(each for each in school_year.on_day(db, TUESDAY) if each.room == "Music")
    agrees = NewMentor("Dana", "Kowalska", "9", "Dana", consent=Consent.AGREED)
    dana = mentors.add(db, agrees, by="staff 1", now=at("09:00"))
    assert isinstance(dana, int)
    rota.set_due(db, music, [cast.chidi, dana], by="staff 1", now=at("09:00"))
    scan(cast.chidi)
    told = {each["room"]: (each["state"], each["mentors"]) for each in board(staff_door, link)["rooms"]}
    assert told == {"Library 2": ("opening", []), "Music": ("opening", ["Chidi"]), "The Hub": ("opening", [])}
    assert page(staff_door.get(link)).all("main")[0]["class"] == "rooms-3"


def test_a_drop_in_called_off_is_said_at_once_without_its_reason(
    staff_door: FlaskClient, link: str, db: Database, lunch: DropIn, wall: Wall
):
    wall.shows("12:20")
    before = staff_door.get(f"{link}.json").headers["ETag"]
    school_year.close_drop_in(db, lunch, "Burst pipe", by="staff 1", now=wall.moment)
    asked = {"If-None-Match": before}
    assert staff_door.get(f"{link}.json", headers=asked).status_code == 200
    [room] = board(staff_door, link)["rooms"]
    assert (room["state"], room["mentors"], room["heading"]) == ("closed", [], "Not today")
    assert "Burst" not in staff_door.get(link).get_data(as_text=True) + staff_door.get(f"{link}.json").text
    wall.shows("12:40", date(2027, 1, 13))
    assert board(staff_door, link)["rooms"][0]["heading"] == "Closed", "only that day"


def test_the_next_drop_ins_are_listed_and_a_closed_one_is_none_of_them(
    staff_door: FlaskClient, link: str, db: Database, cast: Cast, wall: Wall
):
    assert "Thursday 12:30 Chidi" in page(staff_door.get(link)).text
    [thursday] = school_year.on_day(db, date(2027, 1, 14))
    school_year.close_drop_in(db, thursday, "INSET day", by="staff 1", now=wall.moment)
    told = [each["date"] for each in board(staff_door, link)["next"]]
    assert told == ["2027-01-19", "2027-01-21", "2027-01-26"]
    shown = page(staff_door.get(link)).text
    assert "Thursday 12:30" not in shown
    assert "Tue 19 January 12:30" in shown


@pytest.mark.usefixtures("pair")
def test_who_did_not_agree_is_counted_and_agreeing_is_shown_at_once(
    staff_door: FlaskClient, link: str, db: Database, cast: Cast
):
    assert board(staff_door, link)["rooms"][0]["mentors"] == ["Amira", "A mentor"]
    for content in (staff_door.get(link), staff_door.get(f"{link}.json")):
        assert "one more mentor" in content.get_data(as_text=True)
        assert "Ben" not in content.get_data(as_text=True)
    db["mentors"].update(cast.ben, {"consent": "agreed"})
    assert board(staff_door, link)["rooms"][0]["mentors"] == ["Amira", "Ben O."]
    db["mentors"].update(cast.amira, {"consent": "refused"})
    db["mentors"].update(cast.ben, {"consent": "refused"})
    assert "2 Two mentors Here to listen" in page(staff_door.get(link)).text


def test_no_board_holds_a_family_name_a_year_or_an_address(staff_door: FlaskClient, link: str, pair: None):
    everything = staff_door.get(link).get_data(as_text=True) + staff_door.get(f"{link}.json").get_data(as_text=True)
    assert [each for each in ("Khan", "Osei", "Okonkwo", "@") if each in everything] == []


# What proves that it is fresh


def test_the_tag_is_of_everything_but_the_time(staff_door: FlaskClient, link: str, wall: Wall):
    first = staff_door.get(f"{link}.json")
    wall.passes(30)
    second = staff_door.get(f"{link}.json")
    assert first.get_json()["as_of"] != second.get_json()["as_of"]
    assert first.headers["ETag"] == second.headers["ETag"]


def test_the_tag_changes_with_a_scan(staff_door: FlaskClient, link: str, scan: Scan, cast: Cast):
    tags = [staff_door.get(f"{link}.json").headers["ETag"]]
    for mentor in (cast.amira, cast.ben):
        scan(mentor)
        tags.append(staff_door.get(f"{link}.json").headers["ETag"])
    assert len(set(tags)) == 3


def test_an_unchanged_board_is_a_304_without_a_body(staff_door: FlaskClient, link: str, wall: Wall, scan: Scan, cast):
    tag = staff_door.get(f"{link}.json").headers["ETag"]
    wall.passes(25)
    same = staff_door.get(f"{link}.json", headers={"If-None-Match": tag})
    assert (same.status_code, same.get_data(), same.headers["ETag"]) == (304, b"", tag)
    scan(cast.amira)
    assert staff_door.get(f"{link}.json", headers={"If-None-Match": tag}).status_code == 200


# Nothing about pupils, ever


@pytest.mark.usefixtures("pair")
def test_pupils_who_ask_change_nothing_on_the_board(
    staff_door: FlaskClient, kiosk_door: FlaskClient, link: str, wall: Wall, cast: Cast, codes: Mapping[int, str]
):
    def picture() -> tuple[bytes, bytes, str]:
        data = staff_door.get(f"{link}.json")
        return staff_door.get(link).get_data(), data.get_data(), data.headers["ETag"]

    wall.passes(60)
    before = picture()
    for pupil in range(12):
        topic = ("bullying", "family", "rather_not_say")[pupil % 3]
        kiosk_door.post("/ask", data={"topic": topic, "mentor": "anyone", "key": f"pupil {pupil}"})
    assert picture() == before
    finger = Finger(kiosk_door)
    finger.open("/scan")
    finger.press("Go", code=codes[cast.amira])
    finger.press("Call next")
    assert picture() == before
    finger.press("We talked")
    kiosk_door.post("/alert")
    assert picture() == before
    shown = (before[0] + before[1]).decode()
    assert [word for word in WORDS if word in shown] == []
    assert [word for word in ("waiting", "asked", "request", "bullying") if word in shown.lower()] == []


def test_the_plain_page_says_whom_to_find_any_time(staff_door: FlaskClient, link: str):
    shown = page(staff_door.get(link))
    assert f"Any time: Ms Okafor, Room 4 · Childline {CHILDLINE}" in shown.text
    assert "Tuesday 12 January" in shown.text
    assert "12:40" in shown.text
    assert inline(shown) == leads_elsewhere(shown) == []
    assert [each.href for each in shown.targets] == []


def test_the_plain_page_says_that_it_cannot_be_trusted_when_it_is_old(staff_door: FlaskClient, link: str):
    shown = page(staff_door.get(link))
    [unsure] = [given for given in shown.all("div") if given.get("id") == "unsure"]
    assert "hidden" in unsure
    assert "Ask at reception" in shown.text


def test_a_name_with_markup_is_text_on_the_board(staff_door: FlaskClient, link: str, db: Database, cast: Cast, pair):
    db["mentors"].update(cast.amira, {"display_name": "<img src=x onerror=alert(1)>"})
    shown = page(staff_door.get(link))
    assert "<img src=x onerror=alert(1)>" in shown.text
    assert shown.all("img") == []
    assert "<img src=x onerror=alert(1)>" in json.dumps(board(staff_door, link))


def test_looking_at_the_board_writes_nothing(staff_door: FlaskClient, link: str, db: Database, wall: Wall):
    before = db.execute("pragma data_version").fetchone()[0]
    for _ in range(10):
        wall.passes(1)
        staff_door.get(f"{link}.json")
        staff_door.get(link)
    assert db.execute("pragma data_version").fetchone()[0] == before


def test_the_board_is_the_same_whoever_looks(staff_door: FlaskClient, lead: FlaskClient, link: str):
    assert staff_door.get(link).get_data() == lead.get(link).get_data()
    assert "Set-Cookie" not in staff_door.get(link).headers


def test_a_log_in_is_not_kept_awake_by_the_board(lead: FlaskClient, link: str, wall: Wall):
    for _ in range(16):
        wall.passes(60)
        lead.get(f"{link}.json")
    assert lead.get("/").status_code == 303
    assert form_key(log_in(lead))


def test_the_board_of_a_day_without_a_drop_in(staff_door: FlaskClient, link: str, wall: Wall):
    wall.shows("12:40", date(2027, 1, 16))
    told = board(staff_door, link)
    assert [(each["state"], each["from"], each["until"]) for each in told["rooms"]] == [("closed", None, None)]
    assert TUESDAY.isoformat() not in {each["date"] for each in told["next"]}
    assert "Closed" in page(staff_door.get(link)).text
