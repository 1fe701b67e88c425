"""When the programme is missing or damaged the staff pages and the board say so in words, and heal (P27)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.basics.settings import Settings
from mentoring.school import programme
from mentoring.store.writable import Unwritable
from tests.both_doors import JSON, Scan, Wall, form_key, log_in
from tests.conftest import Cast
from tests.walking import Finger, inline, page

RIGHT = "The clock is right"
PAGES = ["/", "/mentors", "/rota", "/badges", "/programme", "/staff", "/now.json", "/log-in", "/set-up", "/board/one"]
DAMAGE = {
    "rubbish": lambda _: b"not a database at all " * 500,
    "nothing": lambda _: b"",
    "rubbish at the head": lambda whole: bytes(100) + whole[100:],
    "rubbish behind the first page": lambda whole: whole[:4096] + b"\xaa" * (len(whole) - 4096),
    "another program's": lambda whole: whole[:68] + b"else" + whole[72:],
}


def says_in_words(door: FlaskClient, path: str) -> None:
    answer = door.get(path)
    shown = page(answer)
    assert answer.status_code == 503
    says = "Ask at reception" if path.startswith("/board") else "Run lunch from the printed sheet"
    assert says in shown.text
    assert "The box cannot reach its memory." in shown.text
    assert "/static/js/again.js" in [each.get("src") for each in shown.all("script")], "it tries again by itself"
    assert "Traceback" not in shown.text
    assert inline(shown) == []
    assert "Content-Security-Policy" in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert door.get(path, headers=JSON).get_json()["error"].startswith("The box cannot reach its memory.")


@pytest.mark.parametrize("path", PAGES)
def test_a_missing_programme_is_said_and_heals_by_itself(lead: FlaskClient, box: Settings, path: str):
    kept = box.database.rename(box.data / "elsewhere")
    says_in_words(lead, path)
    assert not box.database.exists(), "no empty programme is made in silence"
    kept.rename(box.database)
    assert lead.get("/").status_code == 200


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=[*DAMAGE])
def test_a_damaged_programme_is_said_and_heals_by_itself(
    lead: FlaskClient, data: Path, damage: Callable[[bytes], bytes]
):
    file = data / "programme.db"
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    says_in_words(lead, "/")
    assert lead.post("/log-in", data={"email": "a", "password": "b"}).status_code == 503
    file.write_bytes(whole)
    assert lead.get("/").status_code == 200


def test_a_table_that_is_gone_is_said_on_a_strict_page(lead: FlaskClient, db: Database):
    db.execute("alter table alerts rename to gone")
    says_in_words(lead, "/mentors")


@pytest.mark.usefixtures("impatient")
def test_a_locked_programme_is_said_and_heals_by_itself(lead: FlaskClient, db: Database):
    slot = {"day": "Wed", "start": "12:30", "until": "13:15", "room": "Room 7", "form_key": form_key(lead)}
    db.execute("begin immediate")
    answer = lead.post("/school-year/slots", data=slot)
    db.rollback()
    assert answer.status_code == 503
    assert "The box cannot reach its memory." in page(answer).text
    assert lead.post("/school-year/slots", data=slot).status_code == 303


@pytest.mark.parametrize(
    ("why", "says"), [(Unwritable.FULL, "is full: free some space"), (Unwritable.READ_ONLY, "make it writable for")]
)
def test_a_disk_that_takes_no_writing_is_said_and_heals_by_itself(
    staff_door: FlaskClient, unwritable: Callable[[Unwritable], Callable[[], None]], why: Unwritable, says: str
):
    put_right = unwritable(why)
    for path in ("/", "/log-in"):
        says_in_words(staff_door, path)
        shown = page(staff_door.get(path)).text
        assert says in shown
        assert "No backup need be restored." in shown
    put_right()
    log_in(staff_door)
    assert staff_door.get("/").status_code == 200


def test_the_doors_own_health_needs_no_programme(staff_door: FlaskClient, box: Settings):
    box.database.unlink()
    assert staff_door.get("/healthz").get_json() == {"ok": True}


def test_the_words_of_the_machine_are_never_on_a_page(
    lead: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def breaks() -> None:
        raise RuntimeError("the words of the machine")

    monkeypatch.setattr("mentoring.basics.clock.now", breaks)
    answer = lead.get("/mentors")
    assert answer.status_code == 500
    assert "Something went wrong here." in page(answer).text
    assert "machine" not in page(answer).text
    assert "the words of the machine" in caplog.text


# The clock


@pytest.fixture
def link(db: Database) -> str:
    [programme] = db["programme"].rows
    return f"/board/{programme['board_link']}"


def test_a_clock_without_a_battery_is_said_and_cannot_be_called_right(staff_app: Flask, wall: Wall, link: str):
    wall.shows("12:40", date(1970, 1, 6))
    lead = log_in(staff_app.test_client())
    for path in ("/", "/mentors", "/rota"):
        shown = page(lead.get(path))
        assert "This box's clock says Tuesday 6 January 1970, 12:40:00. If that is wrong, set it" in shown.text
        assert RIGHT not in {each.words for each in shown.targets}
    lead.post("/programme/clock", data={"form_key": form_key(lead)})
    assert "This box's clock says" in page(lead.get("/")).text
    assert lead.get(link).status_code == lead.get(f"{link}.json").status_code == 503
    wall.shows("12:40")
    assert "This box's clock says" not in page(log_in(lead).get("/")).text
    assert lead.get(link).status_code == lead.get(f"{link}.json").status_code == 200


@pytest.mark.parametrize(("hour", "unsure"), [("10:40:00", False), ("10:39:59", True)])
def test_a_clock_hours_behind_what_was_written_last_is_doubted(
    staff_app: Flask, scan: Scan, cast: Cast, wall: Wall, link: str, hour: str, *, unsure: bool
):
    scan(cast.amira)
    wall.shows(hour)
    shown = page(log_in(staff_app.test_client()).get("/"))
    assert (f"This box's clock says Tuesday 12 January 2027, {hour}." in shown.text) is unsure
    assert (RIGHT in {each.words for each in shown.targets}) is unsure
    for path in (link, f"{link}.json"):
        assert staff_app.test_client().get(path).status_code == (503 if unsure else 200)


def test_one_tap_says_that_the_clock_is_right_and_everything_goes_on(
    staff_app: Flask, kiosk_door: FlaskClient, scan: Scan, cast: Cast, wall: Wall, link: str, db: Database
):
    scan(cast.amira)
    wall.shows("09:00")
    assert kiosk_door.get("/").status_code == 503
    lead = log_in(staff_app.test_client())
    finger = Finger(lead)
    finger.open("/mentors")
    after = finger.press(RIGHT)
    assert finger.taps == 1
    assert "This box's clock says" not in after.text
    assert [kiosk_door.get("/").status_code, lead.get(link).status_code] == [200, 200]
    [said] = db["journal"].rows_where("what = 'clock.confirmed'")
    assert said["actor"] == f"staff {cast.okafor}"


def test_the_page_of_a_box_whose_clock_is_doubted_still_shows_alerts(
    staff_app: Flask, kiosk_door: FlaskClient, wall: Wall
):
    wall.shows("12:40", date(1970, 1, 6))
    kiosk_door.post("/alert")
    shown = page(log_in(staff_app.test_client()).get("/"))
    assert "A pupil asks for an adult" in shown.text


@pytest.mark.parametrize("link", ["board_link", "staff_room_link"])
def test_a_screen_that_is_opened_while_the_clock_is_wrong_speaks_to_its_readers_and_tries_again(
    staff_door: FlaskClient, db: Database, wall: Wall, link: str
):
    programme.give_staff_room_link(db, "", by="staff 1", now=wall.moment)
    known = programme.load(db)
    address = f"/board/{known.board_link}" if link == "board_link" else f"/staff-room/{known.staff_room_link}"
    wall.shows("12:40", date(1970, 1, 2))
    for path in (address, "/board/replaced" if link == "board_link" else "/staff-room/replaced"):
        answer = staff_door.get(path)
        if answer.status_code == 200:
            continue  # an alert has no date that would be wrong
        shown = page(answer)
        assert ("Ask at reception" if link == "board_link" else "look in at the drop-in room") in shown.text
        assert [each["data-again"] for each in shown.all("body")] == [path]
        assert [each["src"] for each in shown.all("script")] == ["/static/js/again.js"]
        assert f"15;url={path}" in [each.get("content") for each in shown.all("meta")]
    wall.shows("12:40")
    assert staff_door.get(address).status_code == 200


def test_an_answer_to_a_tap_that_fails_leads_back_to_the_screen(staff_door: FlaskClient, db: Database, wall: Wall):
    programme.give_staff_room_link(db, "", by="staff 1", now=wall.moment)
    screen = f"/staff-room/{programme.load(db).staff_room_link}"
    shown = page(staff_door.get(f"{screen}/going"))
    assert [each["data-again"] for each in shown.all("body")] == [screen]
