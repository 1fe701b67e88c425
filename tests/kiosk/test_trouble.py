"""When something is missing the screen says in words what still works and whom to find, and heals by itself (P27)."""

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.basics.settings import Settings
from mentoring.school.programme import CHILDLINE
from mentoring.store import migrations
from mentoring.store.database import open_database
from mentoring.store.writable import Unwritable
from tests.both_doors import JSON, Scan, Wall
from tests.conftest import Cast
from tests.walking import Finger, inline, page

PAGES = ["/", "/ask", "/scan", "/alert", "/state", "/ticket/one", "/alert/one"]


def says_in_words(door: FlaskClient, path: str) -> None:
    """Fails for an answer that is not a 503 page that helps."""
    answer = door.get(path)
    shown = page(answer)
    assert answer.status_code == 503
    assert "This screen cannot remember anything right now." in shown.text
    assert "Please find a mentor or any adult in the room." in shown.text
    assert CHILDLINE in shown.text
    assert "Traceback" not in shown.text
    assert inline(shown) == []
    assert "Content-Security-Policy" in answer.headers
    assert door.get(path, headers=JSON).get_json()["error"].startswith("This screen cannot remember")


@pytest.mark.parametrize("path", PAGES)
def test_a_missing_programme_is_said_and_heals_by_itself(kiosk_door: FlaskClient, data: Path, path: str):
    kept = (data / "programme.db").rename(data / "elsewhere")
    says_in_words(kiosk_door, path)
    assert not (data / "programme.db").exists(), "no empty programme is made in silence"
    kept.rename(data / "programme.db")
    assert kiosk_door.get("/").status_code == 200


DAMAGE = {
    "rubbish": lambda _: b"not a database at all " * 500,
    "nothing": lambda _: b"",
    "rubbish at the head": lambda whole: bytes(100) + whole[100:],
    "rubbish behind the first page": lambda whole: whole[:4096] + b"\xaa" * (len(whole) - 4096),
    "another program's": lambda whole: whole[:68] + b"else" + whole[72:],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=[*DAMAGE])
def test_a_damaged_programme_is_said_and_heals_by_itself(
    kiosk_door: FlaskClient, data: Path, damage: Callable[[bytes], bytes]
):
    file = data / "programme.db"
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    says_in_words(kiosk_door, "/")
    fields = {"topic": "family", "mentor": "anyone", "key": "k"}
    assert kiosk_door.post("/ask", data=fields).status_code == 503
    assert kiosk_door.post("/alert", headers=JSON).status_code == 503
    file.write_bytes(whole)
    assert kiosk_door.post("/ask", data=fields).status_code == 303


@pytest.mark.usefixtures("impatient")
def test_a_locked_programme_is_said_and_heals_by_itself(kiosk_door: FlaskClient, db: Database):
    fields = {"topic": "family", "mentor": "anyone", "key": "k"}
    db.execute("begin immediate")
    answers = [kiosk_door.post("/ask", data=fields), kiosk_door.post("/alert", data={"key": "k"})]
    db.rollback()
    assert [answer.status_code for answer in answers] == [503, 503]
    assert "Please find a mentor or any adult in the room." in page(answers[0]).text
    assert "Your message could NOT be saved." in page(answers[1]).text
    assert (db["help_requests"].count, db["alerts"].count) == (0, 0)
    assert kiosk_door.post("/ask", data=fields).status_code == 303


def test_a_disk_that_takes_nothing_more_is_said_with_whom_to_find_and_heals_by_itself(
    kiosk_door: FlaskClient, unwritable: Callable[[Unwritable], Callable[[], None]]
):
    put_right = unwritable(Unwritable.FULL)
    says_in_words(kiosk_door, "/")
    shown = page(kiosk_door.get("/")).text
    assert "The adult to find is Mr Adeyemi in Room 12." in shown
    assert "is full: free some space on it" in shown
    assert "dropin restore" not in shown
    answer = kiosk_door.post("/alert", headers=JSON)
    assert (answer.status_code, answer.get_json()["stored"]) == (503, False)
    assert "Go to Mr Adeyemi in Room 12 now" in " ".join(answer.get_json()["error"].split())
    put_right()
    assert kiosk_door.get("/").status_code == 200


def test_the_doors_own_health_needs_no_programme(kiosk_door: FlaskClient, data: Path):
    (data / "programme.db").unlink()
    assert kiosk_door.get("/healthz").get_json() == {"ok": True}


def test_without_the_badge_key_no_badge_reads_and_everything_else_goes_on(
    kiosk_door: FlaskClient, data: Path, scan: Scan, cast
):
    kept = (data / "badge.key").rename(data / "elsewhere")
    answer = kiosk_door.post("/scan", data={"code": "PM"})
    assert answer.status_code == 503
    assert "No badge can be read just now. It is not your fault." in page(answer).text
    assert not (data / "badge.key").exists(), "no new key is made in silence"
    fields = {"topic": "family", "mentor": "anyone", "key": "k"}
    assert kiosk_door.post("/ask", data=fields).status_code == 303
    assert kiosk_door.post("/alert").status_code == 303
    kept.rename(data / "badge.key")
    assert scan(cast.amira)["outcome"] == "waiting_for_pair"


@pytest.mark.usefixtures("wall")
@pytest.mark.parametrize("path", PAGES)
def test_a_box_that_is_not_set_up_says_so(tmp_path: Path, open_kiosk: Callable[[Settings], Flask], path: str):
    box = Settings(data=tmp_path)
    with closing(open_database(box.database, create=True)) as db:
        migrations.migrate(db)
    door = open_kiosk(box).test_client()
    answer = door.get(path)
    shown = page(answer)
    assert answer.status_code == 503
    assert "This drop-in is not set up yet. Staff: open the staff pages on this box to begin." in shown.text
    assert inline(shown) == []
    assert door.get("/healthz").status_code == 200


def test_the_words_of_the_machine_are_never_on_a_page(
    kiosk_door: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def breaks() -> None:
        raise RuntimeError("the words of the machine")

    monkeypatch.setattr("mentoring.basics.clock.now", breaks)
    answer = kiosk_door.get("/")
    shown = page(answer)
    assert answer.status_code == 500
    assert "Something went wrong here. If you need somebody now, find any adult." in shown.text
    assert "machine" not in shown.text
    assert "the words of the machine" in caplog.text
    assert "Content-Security-Policy" in answer.headers


# The clock


def test_a_clock_without_a_battery_is_said_and_the_red_tile_works(kiosk_door: FlaskClient, db: Database, wall: Wall):
    wall.shows("12:40", date(1970, 1, 6))
    for path in ("/", "/ask", "/scan", "/state", "/ticket/one", "/about", "/about/mentors", "/quiz"):
        answer = kiosk_door.get(path)
        shown = page(answer)
        assert answer.status_code == 503
        assert "This screen does not know what time it is." in shown.text
        assert "Please find a mentor or any adult in the room." in shown.text
        assert "/alert" in {each.href for each in shown.targets}
    finger = Finger(kiosk_door)
    finger.open("/")
    finger.press("Someone is not safe: get an adult")
    assert "Your message is saved." in finger.press("Yes, get an adult now").text
    assert kiosk_door.post("/alert", headers=JSON).get_json() == {"stored": True}
    assert db["alerts"].count == 2


def test_a_clock_without_a_battery_starts_nothing(
    kiosk_door: FlaskClient, db: Database, wall: Wall, cast: Cast, codes: Mapping[int, str]
):
    wall.shows("12:40", date(1970, 1, 6))
    asked = {"topic": "family", "mentor": "anyone", "key": "k"}
    assert kiosk_door.post("/ask", data=asked).status_code == 503
    answer = kiosk_door.post("/scan", data={"code": codes[cast.amira]}, headers=JSON)
    assert answer.status_code == 503
    assert answer.get_json()["error"].startswith("This screen does not know what time it is.")
    assert (db["help_requests"].count, db["duties"].count) == (0, 0)
    wall.shows("12:40")
    assert kiosk_door.post("/ask", data=asked).status_code == 303


@pytest.mark.parametrize(("hour", "status"), [("12:39:59", 200), ("10:40", 200), ("10:39:59", 503), ("03:00", 503)])
def test_a_clock_hours_behind_what_was_written_last_is_doubted(
    kiosk_door: FlaskClient, scan: Scan, cast: Cast, wall: Wall, hour: str, status: int
):
    scan(cast.amira)
    wall.shows(hour)
    assert kiosk_door.get("/").status_code == status
    assert kiosk_door.post("/alert", headers=JSON).get_json() == {"stored": True}
    wall.shows("12:41")
    assert kiosk_door.get("/").status_code == 200


def test_what_is_wrong_with_the_whole_box_is_left_by_itself_and_what_was_done_wrong_is_not(
    kiosk_door: FlaskClient, data: Path
):
    def comes_back(path: str) -> bool:
        return any("data-comes-back" in each for each in page(kiosk_door.get(path)).all("main"))

    assert not comes_back("/nowhere")
    kept = (data / "programme.db").rename(data / "elsewhere")
    assert comes_back("/")
    assert kiosk_door.get("/state").status_code == 503
    kept.rename(data / "programme.db")
    assert not comes_back("/")
    assert kiosk_door.get("/state").status_code == 200
