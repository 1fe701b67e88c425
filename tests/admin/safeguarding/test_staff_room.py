"""The staff room's screen: where an adult is needed and who is going, by a long link and with no log-in (P5)."""

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import About
from mentoring.school import programme
from tests.both_doors import Wall, form_key
from tests.conftest import Cast
from tests.walking import Finger, page

NEEDED = "An adult is needed: Library 2, since 12:40"


@pytest.fixture
def link(db: Database, wall: Wall) -> str:
    """The address of the screen."""
    programme.give_staff_room_link(db, "", by="staff 1", now=wall.moment)
    return f"/staff-room/{programme.load(db).staff_room_link}"


def call(db: Database, wall: Wall, *, key: str = "one", mentor_id: int | None = None) -> None:
    """Somebody calls an adult to Library 2."""
    about = About.ABUSE if mentor_id else About.RED_TILE
    alerts.call_an_adult(db, key=key, room="Library 2", about=about, mentor_id=mentor_id, now=wall.moment)


def test_it_shows_where_an_adult_is_needed_and_nothing_of_whom_or_what(
    staff_door: FlaskClient, db: Database, wall: Wall, cast: Cast, link: str
):
    assert "No adult is needed now" in page(staff_door.get(link)).text
    call(db, wall, mentor_id=cast.amira)
    shown = page(staff_door.get(link))
    assert NEEDED in shown.text
    told = staff_door.get(f"{link}.json").get_json()
    assert told["rooms"] == [{"room": "Library 2", "since": "12:40"}]
    for words in ("abuse", "hurt", "Amira", "mentor"):
        assert words not in shown.text.lower()
        assert words not in told["calls"].lower()


def test_what_it_has_fetched_is_told(
    staff_door: FlaskClient, kiosk_door: FlaskClient, db: Database, wall: Wall, link: str
):
    address = kiosk_door.post("/alert").headers["Location"]
    assert "We are telling them." in page(kiosk_door.get(address)).text
    staff_door.get(f"{link}.json")
    assert "We have told them." in page(kiosk_door.get(address)).text
    assert [each["actor"] for each in db["journal"].rows_where("what = 'alert.told'")] == ["staff-room screen"]


def test_two_taps_say_who_is_going_and_the_kiosk_says_so(
    staff_door: FlaskClient, kiosk_door: FlaskClient, db: Database, cast: Cast, link: str
):
    address = kiosk_door.post("/alert").headers["Location"]
    finger = Finger(staff_door)
    finger.open(link)
    asked = finger.press("Mr Adeyemi")
    assert "Mr Adeyemi is going to Library 2?" in asked.text
    assert db["alert_going"].count == 0, "the first tap chose a name and nothing more"
    after = finger.press("Yes, Mr Adeyemi is going").text
    assert finger.taps == 2
    assert "No adult is needed now" in after
    assert "Mr Adeyemi is going to Library 2, since 12:40" in after
    assert "Mr Adeyemi is coming." in page(kiosk_door.get(address)).text
    [answer] = db["journal"].rows_where("what = 'alert.acknowledged'")
    assert (answer["actor"], answer["about"]) == ("staff-room screen", f'{{"alert": 1, "staff": {cast.adeyemi}}}')


def test_a_mistaken_tap_is_taken_back_on_the_same_screen_within_a_minute(
    staff_door: FlaskClient, db: Database, wall: Wall, cast: Cast, link: str
):
    call(db, wall)
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=wall.moment, at_staff_room=True)
    finger = Finger(staff_door)
    wall.passes(60)
    finger.open(link)
    assert NEEDED in finger.press("Mr Adeyemi is not going after all").text
    assert [each["acknowledged"] for each in db["alerts"].rows] == [None]


@pytest.mark.parametrize(("seconds", "at_staff_room"), [(61, True), (5, False)])
def test_later_or_for_an_answer_from_elsewhere_it_is_taken_back_on_today_alone(
    staff_door: FlaskClient, db: Database, wall: Wall, cast: Cast, link: str, seconds: int, *, at_staff_room: bool
):
    call(db, wall)
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=wall.moment, at_staff_room=at_staff_room)
    wall.passes(seconds)
    shown = page(staff_door.get(link)).text
    assert "Mr Adeyemi is going to Library 2" in shown
    assert "not going after all" not in shown
    staff_door.post(f"{link}/not-going", data={"alert": 1, "staff": cast.adeyemi})
    assert [each["acknowledged_by"] for each in db["alerts"].rows] == [cast.adeyemi]


def test_an_unchanged_screen_is_answered_304_and_any_step_is_news(
    staff_door: FlaskClient, db: Database, wall: Wall, cast: Cast, link: str
):
    def tag() -> str:
        return staff_door.get(f"{link}.json").headers["ETag"]

    quiet = tag()
    wall.passes(30)
    assert staff_door.get(f"{link}.json", headers={"If-None-Match": quiet}).status_code == 304
    call(db, wall)
    called = tag()
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=wall.moment, at_staff_room=True)
    answered = tag()
    wall.passes(61)
    assert len({quiet, called, answered, tag()}) == 4


def test_it_says_what_has_become_of_a_call_that_nobody_answers(
    staff_door: FlaskClient, db: Database, wall: Wall, link: str
):
    call(db, wall)
    wall.passes(180)
    alerts.take_steps(db, now=wall.moment)
    assert "Not answered for 3 minutes: passed to the deputy." in page(staff_door.get(link)).text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 400),
        ({"alert": "1"}, 400),
        ({"alert": "1", "staff": "999"}, 400),
        ({"alert": "999", "staff": "1", "sure": "yes"}, 404),
        ({"alert": "x", "staff": "1", "sure": "yes"}, 404),
    ],
)
def test_a_tap_that_names_nobody_or_nothing_changes_nothing(
    staff_door: FlaskClient, db: Database, wall: Wall, link: str, fields: dict[str, str], status: int
):
    call(db, wall)
    assert staff_door.post(f"{link}/going", data=fields).status_code == status
    assert db["alert_going"].count == 0


# The link


@pytest.mark.parametrize("path", ["", ".json"])
def test_nobodys_link_shows_nothing_and_tells_nobody(
    staff_door: FlaskClient, db: Database, wall: Wall, link: str, path: str
):
    call(db, wall)
    for address in ("/staff-room/x", f"{link}x", "/staff-room/None"):
        assert staff_door.get(address + path).status_code == 404
    assert staff_door.post("/staff-room/x/going", data={"alert": 1, "staff": 1, "sure": "yes"}).status_code == 404
    assert [each["told"] for each in db["alerts"].rows] == [None]


def test_without_a_link_there_is_no_such_screen(staff_door: FlaskClient, db: Database):
    assert programme.load(db).staff_room_link == ""
    for address in ("/staff-room/", "/staff-room/None", "/staff-room/.json"):
        assert staff_door.get(address).status_code == 404


def test_the_lead_makes_replaces_and_ends_it(lead: FlaskClient, staff_door: FlaskClient, db: Database):
    finger = Finger(lead)
    finger.open("/programme")
    finger.press("Make an address for the staff room")
    first = programme.load(db).staff_room_link
    assert len(first) >= 32
    assert f"/staff-room/{first}" in finger.page.text
    finger.press("New address for the staff room")
    second = programme.load(db).staff_room_link
    assert [staff_door.get(f"/staff-room/{each}").status_code for each in (first, second)] == [404, 200]
    assert "The staff room's screen shows nothing from now on." in finger.press("End it").text
    assert staff_door.get(f"/staff-room/{second}").status_code == 404
    lead.post("/programme/staff-room", data={"old": second, "form_key": form_key(lead)})
    assert programme.load(db).staff_room_link == "", "a second tap on an old page changes nothing"


def test_a_box_that_is_not_set_up_has_no_such_screen(staff_door: FlaskClient, db: Database, link: str):
    db.execute("update staff set role = 'helper'")
    assert staff_door.get(link).status_code == 404
