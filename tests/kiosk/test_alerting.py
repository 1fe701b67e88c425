"""The red tile: an adult, now. Each thing the screen says is said only once it is true (P5)."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.safeguarding import alerts
from mentoring.school.programme import CHILDLINE
from tests.both_doors import JSON, Wall, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, TUESDAY, Cast
from tests.walking import Finger, page

SATURDAY = date(2027, 1, 16)
SAVED, TELLING, TOLD = "Your message is saved.", "We are telling them.", "We have told them"


OF_MENTORS = ("mentor_heading", "mentor_also", "coming")


def call(door: FlaskClient, key: str = "one tap") -> str:
    """Raise an alert; where its page is."""
    answer = door.post("/alert", data={"key": key})
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_two_taps_call_an_adult(kiosk_door: FlaskClient, db: Database):
    finger = Finger(kiosk_door)
    finger.open("/")
    finger.press("Someone is not safe: get an adult")
    called = finger.press("Yes, get an adult now")
    assert finger.taps == 2
    assert SAVED in called.text
    assert [(each["about"], each["room"]) for each in db["alerts"].rows] == [("red_tile", "Library 2")]


@pytest.mark.parametrize("path", ["/", "/ask", "/scan"])
def test_the_red_tile_is_always_there(kiosk_door: FlaskClient, wall: Wall, path: str):
    assert "/alert" in {each.href for each in page(kiosk_door.get(path)).targets}
    wall.shows("23:00")
    assert "/alert" in {each.href for each in page(kiosk_door.get(path)).targets}


def test_at_every_moment_it_says_whom_to_find_on_foot(kiosk_door: FlaskClient):
    sure = page(kiosk_door.get("/alert")).text
    called = page(kiosk_door.get(call(kiosk_door))).text
    for words in (sure, called):
        assert "Mr Adeyemi in Room 12" in words
        assert "any adult" in words
        assert CHILDLINE in words


def test_it_is_saved_then_told_then_somebody_is_coming(
    kiosk_door: FlaskClient, lead: FlaskClient, db: Database, wall: Wall
):
    address = call(kiosk_door)

    def says() -> str:
        return page(kiosk_door.get(address)).text

    def state() -> tuple[bool, str]:
        now = kiosk_door.get(f"{address}/state").get_json()
        assert all(" ".join(each["words"].split()) in says() for each in now["steps"] if each["name"] not in OF_MENTORS)
        return now["told"], now["coming"]

    wall.passes(5)
    assert SAVED in says()
    assert TELLING in says()
    assert TOLD not in says()
    assert state() == (False, "")

    assert lead.get("/now.json").get_json()["alerts"]
    assert "We have told them: Ms Okafor." in says()
    assert "is coming" not in says()
    assert state() == (True, "")

    [alert] = db["alerts"].rows
    lead.post(f"/alerts/{alert['id']}/going", data={"form_key": form_key(lead)})
    assert "Ms Okafor is coming. Stay here, or go to any adult." in says()
    assert "Find Mr Adeyemi" not in says()
    assert TOLD in says()
    assert "You can also find Mr Adeyemi in Room 12." in says()
    assert state() == (True, "Ms Okafor")


def test_nobody_is_sent_to_the_room_that_the_adult_is_coming_from(kiosk_door: FlaskClient, staff_app: Flask):
    address = call(kiosk_door)
    adeyemi = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    adeyemi.post("/alerts/1/going", data={"form_key": form_key(adeyemi)})
    shown = page(kiosk_door.get(address)).text
    assert "Mr Adeyemi is coming. Stay here, or go to any adult." in shown
    assert "Room 12" not in shown
    assert "You can also find Ms Okafor in Room 4." in shown


def test_the_clock_of_the_callers_page_stops_while_an_adult_is_awaited(
    kiosk_door: FlaskClient, lead: FlaskClient, wall: Wall
):
    address, key = call(kiosk_door), form_key(lead)

    def awaited() -> bool:
        says = kiosk_door.get(f"{address}/state").get_json()["awaited"]
        main = page(kiosk_door.get(address)).all("main")[0]
        assert ("data-awaited" in main) == says
        return bool(says)

    wall.passes(3599)
    assert awaited()
    wall.passes(1)
    assert not awaited(), "nobody waits for an hour"
    lead.post("/alerts/1/going", data={"form_key": key})
    wall.passes(600)
    assert awaited(), "so long the adult may say that they cannot come after all"
    wall.passes(1)
    assert not awaited()


def test_an_adult_who_says_that_it_is_dealt_with_is_no_longer_awaited(
    kiosk_door: FlaskClient, lead: FlaskClient, db: Database, wall: Wall
):
    address = call(kiosk_door)
    lead.post("/alerts/1/going", data={"form_key": form_key(lead)})
    assert kiosk_door.get(f"{address}/state").get_json()["awaited"]
    alerts.deal_with(db, 1, by=1, now=wall.moment)
    assert not kiosk_door.get(f"{address}/state").get_json()["awaited"]


def test_without_a_script_the_callers_page_looks_again_while_an_adult_is_awaited(kiosk_door: FlaskClient, wall: Wall):
    address = call(kiosk_door)
    assert 'http-equiv="refresh" content="5"' in kiosk_door.get(address).get_data(as_text=True)
    wall.passes(3600)
    assert ';url=/"' in kiosk_door.get(address).get_data(as_text=True)


def test_while_no_screen_has_shown_it_the_kiosk_never_says_told_and_sends_one_on_foot(
    kiosk_door: FlaskClient, db: Database, wall: Wall
):
    address = call(kiosk_door)
    wall.passes(19)
    assert TELLING in page(kiosk_door.get(address)).text
    for _ in range(3):
        wall.passes(120)
        alerts.take_steps(db, now=wall.moment)
        shown = page(kiosk_door.get(address)).text
        assert "No screen has shown it yet. Go and find Mr Adeyemi in Room 12." in shown
        assert TOLD not in shown
        assert "passed it to" not in shown


def test_the_page_says_to_whom_it_was_passed_on_until_somebody_is_coming(
    kiosk_door: FlaskClient, lead: FlaskClient, db: Database, wall: Wall
):
    address = call(kiosk_door)
    lead.get("/")
    for minutes, whom in ((3, "the deputy"), (6, "all staff")):
        wall.passes(180)
        assert [each.level for each in alerts.take_steps(db, now=wall.moment)] != [], minutes
        shown = page(kiosk_door.get(address)).text
        assert TOLD in shown
        assert f"Nobody has answered yet. We have passed it to {whom} too." in shown
    lead.post("/alerts/1/going", data={"form_key": form_key(lead)})
    shown = page(kiosk_door.get(address)).text
    assert "Ms Okafor is coming." in shown
    assert "Nobody has answered yet" not in shown


def test_the_first_page_tells_the_room_nothing_of_a_call(
    kiosk_door: FlaskClient, lead: FlaskClient, db: Database, wall: Wall
):
    def shows() -> tuple[bytes, str]:
        return kiosk_door.get("/").get_data(), kiosk_door.get("/state").get_json()["shows"]

    quiet = shows()
    assert "Need an adult? Mr Adeyemi, Room 12" in page(kiosk_door.get("/")).text
    call(kiosk_door)
    assert shows() == quiet
    wall.passes(20)
    assert shows() == quiet, "although no screen has shown it"
    wall.passes(160)
    alerts.take_steps(db, now=wall.moment)
    lead.get("/")
    assert shows() == quiet, "although nobody has answered"
    lead.post("/alerts/1/going", data={"form_key": form_key(lead)})
    assert shows() == quiet
    alerts.cannot_go(db, 1, staff_id=1, actor="staff 1", now=wall.moment)
    assert shows() == quiet


def test_the_closed_page_tells_the_room_nothing_of_a_call(kiosk_door: FlaskClient, wall: Wall):
    wall.shows("10:00")
    before = kiosk_door.get("/").get_data()
    call(kiosk_door)
    wall.passes(20)
    assert kiosk_door.get("/").get_data() == before


@pytest.mark.parametrize("path", ["/log-in", "/healthz", "/board/nobodys.json", "/set-up", "/nowhere"])
def test_a_page_that_shows_no_alert_tells_nobody(
    kiosk_door: FlaskClient, staff_door: FlaskClient, lead: FlaskClient, path: str
):
    address = call(kiosk_door)
    staff_door.get(path)
    staff_door.get("/now.json")
    assert TELLING in page(kiosk_door.get(address)).text
    lead.get("/healthz")
    lead.get("/log-in")
    assert TELLING in page(kiosk_door.get(address)).text


def test_the_first_adult_who_goes_is_named(kiosk_door: FlaskClient, lead: FlaskClient, staff_app, db: Database):
    address = call(kiosk_door)
    [alert] = db["alerts"].rows
    adeyemi = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    for door in (adeyemi, lead):
        door.post(f"/alerts/{alert['id']}/going", data={"form_key": form_key(door)})
    assert "Mr Adeyemi is coming." in page(kiosk_door.get(address)).text


def test_the_same_tap_twice_is_one_alert(kiosk_door: FlaskClient, db: Database):
    assert call(kiosk_door) == call(kiosk_door)
    assert db["alerts"].count == 1


def test_no_number_of_taps_is_refused(kiosk_door: FlaskClient, db: Database):
    addresses = {call(kiosk_door, f"tap {tap}") for tap in range(60)}
    assert len(addresses) == db["alerts"].count == 60


def test_a_tap_without_a_key_is_an_alert_all_the_same(kiosk_door: FlaskClient, db: Database):
    assert kiosk_door.post("/alert").status_code == 303
    assert kiosk_door.post("/alert", headers=JSON).get_json() == {"stored": True}
    assert db["alerts"].count == 2


def test_a_program_is_answered_in_json(kiosk_door: FlaskClient, db: Database):
    answer = kiosk_door.post("/alert", data={"key": "k"}, headers=JSON)
    assert (answer.status_code, answer.get_json()) == (200, {"stored": True})
    assert db["alerts"].count == 1


@pytest.mark.parametrize(
    ("hour", "day", "staffed"),
    [
        ("08:29:59", TUESDAY, False),
        ("08:30", TUESDAY, True),
        ("12:40", TUESDAY, True),
        ("15:59:59", TUESDAY, True),
        ("16:00", TUESDAY, False),
        ("03:00", TUESDAY, False),
        ("12:40", SATURDAY, False),
        ("08:30", date(2026, 10, 13), True),
        ("08:29", date(2026, 10, 13), False),
    ],
)
def test_outside_staffed_hours_it_shows_people_and_numbers_and_keeps_nothing(
    kiosk_door: FlaskClient, db: Database, wall: Wall, hour: str, day: date, *, staffed: bool
):
    wall.shows(hour, day)
    as_data = kiosk_door.post("/alert", data={"key": "a"}, headers=JSON)
    answer = kiosk_door.post("/alert", data={"key": "b"})
    assert (as_data.status_code, as_data.get_json()) == (200, {"stored": staffed})
    assert answer.status_code == (303 if staffed else 200)
    assert db["alerts"].count == (2 if staffed else 0)
    if not staffed:
        for shown in (page(answer).text, page(kiosk_door.get("/alert")).text):
            assert "999" in shown
            assert f"Childline {CHILDLINE}" in shown
            assert "Ms Okafor in Room 4" in shown
            assert "Mr Adeyemi in Room 12, telephone 212" in shown
            assert "Nothing was saved here." in shown


def test_a_drop_in_outside_the_hours_is_staffed_while_it_runs(
    kiosk_door: FlaskClient, db: Database, wall: Wall, cast: Cast
):
    db["slots"].update(cast.slot, {"day": 5, "start": "17:00", "until": "18:00"})
    wall.shows("17:30", SATURDAY)
    assert call(kiosk_door)
    wall.shows("18:00", SATURDAY)
    assert kiosk_door.post("/alert", headers=JSON).get_json() == {"stored": False}


def test_a_box_whose_clock_cannot_be_believed_calls_all_the_same(kiosk_door: FlaskClient, db: Database, wall: Wall):
    wall.shows("12:40", date(1970, 1, 6))
    assert kiosk_door.get("/").status_code == 503
    assert call(kiosk_door)
    assert db["alerts"].count == 1


# When it cannot be kept


@pytest.fixture
def full_disk(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From then on the file cannot grow by a page: the store itself says that the disk is full."""
    connect = sqlite3.connect

    def fill() -> None:
        with closing(connect(data / "programme.db")) as db:
            pages = db.execute("pragma page_count").fetchone()[0]

        def cramped(*given: Any, **named: Any) -> sqlite3.Connection:
            connection = connect(*given, **named)
            connection.execute(f"pragma max_page_count = {pages}")
            return connection

        monkeypatch.setattr(sqlite3, "connect", cramped)

    return fill


def test_on_a_full_disk_it_says_that_it_could_not_be_saved_and_whom_to_find(
    kiosk_door: FlaskClient, db: Database, full_disk: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    full_disk()
    kept = 0
    while (answer := kiosk_door.post("/alert", data={"key": f"tap {kept}"})).status_code == 303:
        kept += 1
        assert kept < 400
    shown = page(answer)
    assert answer.status_code == 503
    assert "Your message could NOT be saved." in shown.text
    assert "Nobody has been told. Go to Mr Adeyemi in Room 12 now, or to any adult." in shown.text
    assert "is saved" not in shown.text
    assert CHILDLINE in shown.text
    as_data = kiosk_door.post("/alert", data={"key": "as data"}, headers=JSON)
    assert (as_data.status_code, as_data.get_json()["stored"]) == (503, False)
    assert db["alerts"].count == kept, "what was confirmed is on disk, and nothing else"
    monkeypatch.undo()  # somebody made room: the clock is the real one again, and so is the box
    assert shown.fields("key") == [f"tap {kept}"], "the same tap, to try again"


def test_without_any_memory_it_still_says_that_it_could_not_be_saved(kiosk_door: FlaskClient, data: Path):
    (data / "programme.db").unlink()
    shown = page(kiosk_door.post("/alert", data={"key": "k"})).text
    assert "Your message could NOT be saved." in shown
    assert "Nobody has been told. Go to any adult now." in shown


def test_an_alert_nobody_raised_has_no_page(kiosk_door: FlaskClient):
    assert kiosk_door.get("/alert/nobodys").status_code == 404
    assert kiosk_door.get("/alert/nobodys/state", headers=JSON).status_code == 404


def test_the_alert_keeps_nothing_of_who_tapped(kiosk_door: FlaskClient, db: Database):
    call(kiosk_door, "a key the browser made")
    [alert] = db["alerts"].rows
    assert alert["mentor_id"] is None
    assert "browser" not in str(alert)
