"""The drill's page: one tap, every screen says that it is practice, and the figures are kept (P5)."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.access import staff
from mentoring.access.staff import Role
from mentoring.safeguarding import alerts
from mentoring.school import programme
from tests.both_doors import Wall, factor_for, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, PASSWORD, Cast
from tests.walking import page

PRACTICE = "DRILL: this is practice."


def _post(door: FlaskClient, path: str, **given: str) -> int:
    return door.post(path, data={**given, "form_key": form_key(door)}).status_code


def _cells(lead: FlaskClient) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lead.get("/drill/drills.csv").get_data().decode("utf-8-sig"))))


def test_a_drill_walks_from_a_tap_to_i_am_going_and_its_figures_stay(
    lead: FlaskClient, staff_app: Flask, wall: Wall, db: Database
):
    adeyemi = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    assert "No drill has been held yet." in page(lead.get("/drill")).text
    key = form_key(lead)
    assert lead.post("/drill", data={"room": "Library 2", "form_key": key}).status_code == 303
    wall.passes(1)
    assert "A drill runs: Library 2, since 12:40" in page(lead.get("/drill")).text
    wall.passes(1)
    [told] = adeyemi.get("/now.json").get_json()["alerts"]
    assert told["what"] == f"{PRACTICE} A pupil asks for an adult"
    assert PRACTICE in page(adeyemi.get("/")).text
    wall.passes(28)
    assert _post(adeyemi, "/alerts/1/going") == 303
    assert "This is a drill: the kiosk there shows nothing of it." in page(adeyemi.get("/?going=1")).text
    shown = page(lead.get("/drill")).text
    assert "A drill runs" not in shown
    assert "Ms Okafor 1 s" in shown
    assert "Mr Adeyemi 2 s" in shown
    assert "30 s Mr Adeyemi" in shown
    stays = "The drill in Library 2 was answered. It stays on Today and on the staff room's screen until somebody taps"
    assert stays in shown
    assert _post(adeyemi, "/alerts/1/dealt-with") == 303
    assert stays not in page(lead.get("/drill")).text
    [row] = _cells(lead)
    assert row == {
        "started": "2027-01-12 12:40:00",
        "room": "Library 2",
        "started_by": "Ms Okafor",
        "on_a_screen_after_seconds": "1",
        "screens": "Ms Okafor 1 s; Mr Adeyemi 2 s",
        "went_on_to": "nobody further",
        "first_message_after_seconds": "",
        "last_message_after_seconds": "",
        "messages_sent": "0",
        "messages_not_sent": "0",
        "answered_after_seconds": "30",
        "answered_by": "Mr Adeyemi",
        "stopped_by": "",
    }


def test_the_page_follows_a_drill_by_itself_until_the_log_in_idles(lead: FlaskClient, wall: Wall):
    _post(lead, "/drill", room="Library 2")
    assert "A drill runs" in lead.get("/drill.json").get_json()["drill"]
    tag = lead.get("/drill.json").headers["ETag"]
    assert lead.get("/drill.json", headers={"If-None-Match": tag}).status_code == 304
    wall.passes(16 * 60)
    assert lead.get("/drill.json").get_json() == {"drill": ""}


def test_a_drill_is_stopped_and_says_so(lead: FlaskClient, wall: Wall):
    _post(lead, "/drill", room="Library 2")
    wall.passes(200)
    assert _post(lead, "/drill/1/stop") == 303
    shown = page(lead.get("/drill")).text
    assert "nobody stopped by Ms Okafor after 3 min 20 s" in shown
    assert lead.get("/now.json").get_json()["alerts"] == []
    assert "is going" not in " ".join(lead.get("/now.json").get_json()["notices"])


def test_a_second_tap_starts_no_second_drill(lead: FlaskClient, db: Database):
    for _ in range(2):
        assert _post(lead, "/drill", room="Library 2") == 303
    assert (db["drills"].count, db["alerts"].count) == (1, 1)


def test_a_drill_without_a_room_is_refused_in_words(lead: FlaskClient, db: Database):
    answer = lead.post("/drill", data={"room": "", "form_key": form_key(lead)})
    assert answer.status_code == 422
    assert "This is missing or longer than 60 letters: choose where the practice is." in page(answer).text
    assert db["alerts"].count == 0


def test_the_kiosk_shows_nothing_of_a_drill(lead: FlaskClient, kiosk_door: FlaskClient):
    quiet = [kiosk_door.get(path).get_data() for path in ("/", "/about")]
    _post(lead, "/drill", room="Library 2")
    assert [kiosk_door.get(path).get_data() for path in ("/", "/about")] == quiet
    _post(lead, "/alerts/1/going")
    assert [kiosk_door.get(path).get_data() for path in ("/", "/about")] == quiet


def test_the_staff_rooms_screen_says_that_it_is_practice(lead: FlaskClient, staff_door: FlaskClient, db: Database):
    _post(lead, "/programme/staff-room")
    link = programme.load(db).staff_room_link
    _post(lead, "/drill", room="Library 2")
    assert f"{PRACTICE} An adult is needed: Library 2" in page(staff_door.get(f"/staff-room/{link}")).text


def test_a_drill_and_a_real_call_are_two_lines_and_two_answers(
    lead: FlaskClient, kiosk_door: FlaskClient, db: Database
):
    _post(lead, "/drill", room="Library 2")
    kiosk_door.post("/alert")
    drill, real = lead.get("/now.json").get_json()["alerts"]
    assert (PRACTICE in drill["what"], PRACTICE in real["what"]) == (True, False)
    _post(lead, f"/alerts/{drill['id']}/going")
    assert [each.drill for each in alerts.waiting(db)] == [False]


@pytest.mark.parametrize("role", [Role.DEPUTY, Role.SAFEGUARDING_LEAD])
def test_the_deputy_and_the_safeguarding_lead_may_hold_one(
    staff_app: Flask, db: Database, wall: Wall, cast: Cast, role: Role
):
    who = {"name": "Mrs Lindqvist", "email": "l@harbour.example", "password": PASSWORD, "room": "", "phone": ""}
    member = staff.add(db, **who, role=role, by="staff 1", now=wall.moment)
    assert isinstance(member, int)
    door = log_in(staff_app.test_client(), "l@harbour.example", code=factor_for(db, member)[0])
    assert _post(door, "/drill", room="Library 2") == 303
    assert door.get("/channels").status_code == 200


def test_today_reminds_of_a_drill_once_a_term(lead: FlaskClient, staff_app: Flask, wall: Wall):
    helper = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    words = "It is time for a drill"
    assert words in page(lead.get("/")).text
    assert words not in page(helper.get("/")).text
    _post(lead, "/drill", room="Library 2")
    _post(lead, "/drill/1/stop")
    assert words not in page(lead.get("/")).text
    wall.passes(101 * 24 * 3_600)
    assert words in page(log_in(staff_app.test_client()).get("/")).text


def test_no_cell_of_the_figures_can_start_a_formula(lead: FlaskClient, db: Database, cast: Cast):
    db["staff"].update(cast.okafor, {"name": "=cmd()"})
    _post(lead, "/drill", room="@Library")
    lead.get("/")
    _post(lead, "/drill/1/stop")
    [row] = _cells(lead)
    assert (row["room"], row["started_by"], row["stopped_by"]) == ("'@Library", "'=cmd()", "'=cmd()")
    assert row["screens"].startswith("'=cmd()")
