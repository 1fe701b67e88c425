"""The alert bar: on every staff page while an adult is needed, until a named adult goes (P5)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring import alerts
from mentoring.alerts import About
from tests.admin.test_guards import ROUTES
from tests.conftest import ADEYEMI_EMAIL, Cast
from tests.kiosk.both_doors import Wall, form_key, log_in
from tests.kiosk.walking import Finger, page

NO_PAGES = (".json", ".png", ".csv")
OWN_PAGES = [
    rule.replace("<int:mentor_id>", "1").replace("<int:slot_id>/<on>", "1/2027-01-12")
    for method, rule, _, nobody, status, _ in ROUTES
    if method == "GET" and nobody == 303 and status == 200 and not rule.endswith(NO_PAGES)
]
WORDS = "A pupil asks for an adult. Library 2"


def test_the_walk_knows_every_page(staff_app: Flask):
    assert len(OWN_PAGES) >= 8


@pytest.mark.parametrize("path", OWN_PAGES)
def test_the_bar_is_on_every_page_while_an_adult_is_needed(lead: FlaskClient, kiosk_door: FlaskClient, path: str):
    quiet = page(lead.get(path))
    assert WORDS not in quiet.text
    [bar] = [given for given in quiet.all("div") if given.get("id") == "alerts"]
    assert "hidden" in bar
    kiosk_door.post("/alert", data={"key": "one"})
    loud = page(lead.get(path))
    [bar] = [given for given in loud.all("div") if given.get("id") == "alerts"]
    assert "hidden" not in bar
    assert WORDS in loud.text
    assert "I am going" in {each.words for each in loud.targets}


@pytest.mark.parametrize("path", OWN_PAGES)
def test_a_page_with_the_bar_has_told_staff(
    lead: FlaskClient, kiosk_door: FlaskClient, db: Database, cast: Cast, path: str
):
    kiosk_door.post("/alert", data={"key": "one"})
    assert [each["told"] for each in db["alerts"].rows] == [None]
    lead.get(path)
    assert [each["told"] is not None for each in db["alerts"].rows] == [True]
    assert [*db["journal"].rows][-1]["actor"] == f"staff {cast.okafor}"


def test_the_bar_is_there_when_a_form_comes_back_with_a_fault(lead: FlaskClient, kiosk_door: FlaskClient):
    key = form_key(lead)
    kiosk_door.post("/alert")
    for path in ("/mentors/new", "/staff", "/school-year/slots", "/badges"):
        answer = lead.post(path, data={"form_key": key})
        assert answer.status_code == 422
        assert WORDS in page(answer).text


@pytest.mark.parametrize("path", ["/mentors/999", "/nowhere", "/board/nobodys"])
def test_a_page_that_is_not_there_shows_the_bar_or_tells_nobody(
    lead: FlaskClient, kiosk_door: FlaskClient, db: Database, path: str
):
    kiosk_door.post("/alert")
    answer = lead.get(path)
    assert answer.status_code == 404
    told = [each["told"] is not None for each in db["alerts"].rows]
    assert told == [WORDS in page(answer).text]


def test_a_refused_form_shows_the_bar_or_tells_nobody(lead: FlaskClient, kiosk_door: FlaskClient, db: Database):
    kiosk_door.post("/alert")
    answer = lead.post("/mentors/new", data={})
    assert answer.status_code == 403
    told = [each["told"] is not None for each in db["alerts"].rows]
    assert told == [WORDS in page(answer).text]


def test_one_tap_says_who_is_going_and_quiets_the_bar(lead: FlaskClient, kiosk_door: FlaskClient, db: Database):
    kiosk_door.post("/alert")
    finger = Finger(lead)
    finger.open("/mentors")
    after = finger.press("I am going")
    assert finger.taps == 1
    assert WORDS not in after.text
    assert lead.get("/now.json").get_json()["alerts"] == []
    assert [each["acknowledged_by"] for each in db["alerts"].rows] == [1]


def test_the_first_adult_counts(lead: FlaskClient, kiosk_door: FlaskClient, staff_app: Flask, db: Database, cast: Cast):
    address = kiosk_door.post("/alert").headers["Location"]
    adeyemi = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    for door in (adeyemi, lead, lead):
        assert door.post("/alerts/1/going", data={"form_key": form_key(door)}).status_code == 303
    assert "Mr Adeyemi is coming." in page(kiosk_door.get(address)).text
    assert [each["acknowledged_by"] for each in db["alerts"].rows] == [cast.adeyemi]
    assert [each["actor"] for each in db["journal"].rows_where("what = 'alert.acknowledged'")] == [
        f"staff {cast.adeyemi}"
    ]


def test_each_alert_has_its_own_line_and_its_own_answer(lead: FlaskClient, kiosk_door: FlaskClient):
    for tap in ("one", "two", "three"):
        kiosk_door.post("/alert", data={"key": tap})
    assert page(lead.get("/")).text.count(WORDS) == 3
    lead.post("/alerts/2/going", data={"form_key": form_key(lead)})
    assert [each["id"] for each in lead.get("/now.json").get_json()["alerts"]] == [1, 3]


@pytest.mark.parametrize("about", About)
def test_the_bar_says_what_where_and_which_mentor_told(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall, about: About
):
    mentor = None if about is About.RED_TILE else cast.amira
    alerts.call_an_adult(db, key="k", room="Library 2", about=about, mentor_id=mentor, now=wall.moment)
    [told] = lead.get("/now.json").get_json()["alerts"]
    assert told["words"].endswith("Library 2, 12:40" if mentor is None else "Library 2, 12:40, told by Amira")
    assert told["words"] in page(lead.get("/")).text
    assert told.keys() == {"id", "words"}


def test_an_alert_is_on_the_next_answer_of_every_staff_screen(
    lead: FlaskClient, kiosk_door: FlaskClient, staff_app: Flask
):
    adeyemi = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    tags = [door.get("/now.json").headers["ETag"] for door in (lead, adeyemi)]
    kiosk_door.post("/alert")
    for door, tag in zip((lead, adeyemi), tags, strict=True):
        answer = door.get("/now.json", headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert len(answer.get_json()["alerts"]) == 1


def test_an_alert_stays_until_somebody_goes_however_long_it_takes(
    lead: FlaskClient, kiosk_door: FlaskClient, wall: Wall
):
    kiosk_door.post("/alert")
    wall.passes(7 * 3_600)
    assert [each["words"] for each in lead.get("/now.json").get_json()["alerts"]] == [f"{WORDS}, 12:40"]


def test_an_adult_whose_log_in_has_idled_can_still_say_i_am_going(
    lead: FlaskClient, kiosk_door: FlaskClient, db: Database, wall: Wall, cast: Cast
):
    key = form_key(lead)
    kiosk_door.post("/alert")
    wall.passes(16 * 60)
    assert lead.get("/now.json").get_json()["idle"] is True
    lead.post("/alerts/1/going", data={"form_key": key})
    assert [each["acknowledged_by"] for each in db["alerts"].rows] == [cast.okafor]


def test_going_to_an_alert_that_is_not_there_changes_nothing(lead: FlaskClient, db: Database):
    before = db["journal"].count
    assert lead.post("/alerts/999/going", data={"form_key": form_key(lead)}).status_code in (303, 404)
    assert db["journal"].count == before


def test_nobody_hears_of_an_alert_without_a_log_in(staff_door: FlaskClient, kiosk_door: FlaskClient, db: Database):
    kiosk_door.post("/alert")
    for path in OWN_PAGES:
        answer = staff_door.get(path, follow_redirects=True)
        assert WORDS not in answer.get_data(as_text=True)
    assert staff_door.get("/now.json").status_code == 303
    assert [each["told"] for each in db["alerts"].rows] == [None]
