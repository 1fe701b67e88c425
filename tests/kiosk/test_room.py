"""The first page: the room in words, the promise, and the way on, whatever the hour."""

from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.lunch import duty
from mentoring.school import school_year
from mentoring.school.programme import CHILDLINE, NEVER_A_SECRET
from mentoring.school.school_year import EndSlot
from tests.both_doors import Scan, Wall
from tests.conftest import TUESDAY, Cast, at, change_pattern
from tests.walking import Finger, inline, page

ROOT = Path(__file__).resolve().parents[2]
BOBBY = "<b>Bobby</b><img src=x onerror=alert(1)>"


def test_while_nobody_is_in_yet_mentors_are_on_their_way(kiosk_door: FlaskClient):
    first = page(kiosk_door.get("/")).text
    assert "Mentors are on their way" in first
    assert "You can ask already. No name needed" in first


@pytest.mark.usefixtures("pair")
def test_an_open_room_says_until_when_and_who_is_here(kiosk_door: FlaskClient):
    first = page(kiosk_door.get("/")).text
    assert "Open until 13:15" in first
    assert "Library 2" in first
    assert "Amira" in first


@pytest.mark.usefixtures("pair")
def test_who_did_not_agree_is_counted_without_a_name(kiosk_door: FlaskClient):
    first = page(kiosk_door.get("/")).text
    assert "one more mentor" in first
    assert "Ben" not in first


def test_a_lunch_that_ends_at_midnight_is_open_until_midnight(kiosk_door: FlaskClient, scan: Scan, cast: Cast, db):
    db["drop_ins"].update(cast.drop_in, {"ends": clock.to_text(at("00:00", date(2027, 1, 13)))})
    scan(cast.amira)
    assert scan(cast.ben)["say"].endswith("You are on duty with Amira until midnight.")
    assert "Open until midnight" in page(kiosk_door.get("/")).text


@pytest.mark.usefixtures("pair")
def test_a_room_that_lost_its_pair_says_they_are_on_their_way_back(
    kiosk_door: FlaskClient, wall: Wall, db: Database, cast: Cast
):
    wall.passes(60)
    duty.end(db, cast.amira, drop_in_id=cast.drop_in, now=wall.moment)
    assert "Mentors are on their way back" in page(kiosk_door.get("/")).text


@pytest.mark.parametrize(
    ("hour", "day", "says"),
    [
        ("12:20", TUESDAY, ["Opens at 12:30", "The drop-in opens today at 12:30, in Library 2."]),
        ("09:00", TUESDAY, ["Closed now", "The drop-in opens today at 12:30, in Library 2."]),
        ("14:00", TUESDAY, ["Closed now", "The drop-in opens on Thursday at 12:30, in Library 2."]),
        ("14:00", date(2027, 1, 13), ["Closed now", "The drop-in opens tomorrow at 12:30, in Library 2."]),
        ("03:00", date(2027, 1, 16), ["Closed now", "The drop-in opens on Tuesday at 12:30, in Library 2."]),
    ],
)
def test_a_closed_room_says_when_it_opens_and_whom_to_find(
    kiosk_door: FlaskClient, wall: Wall, hour: str, day: date, says: list[str]
):
    wall.shows(hour, day)
    closed = page(kiosk_door.get("/"))
    assert [each for each in says if each not in closed.text] == []
    assert "Find " in closed.text
    assert " in Room " in closed.text
    assert CHILDLINE in closed.text
    assert {each.href for each in closed.targets} >= {"/alert", "/scan"}
    assert "/ask" not in {each.href for each in closed.targets}


def test_a_school_without_slots_is_no_dead_end(kiosk_door: FlaskClient, db: Database, wall: Wall):
    for slot in school_year.slots(db):
        change_pattern(db, EndSlot(slot.id), now=at("09:00", date(2027, 1, 11)))
    wall.shows("12:40", date(2027, 1, 19))
    closed = page(kiosk_door.get("/")).text
    assert "The next drop-in is not planned yet." in closed
    assert "Find Ms Okafor in Room 4, or any adult." in closed


def test_the_adult_of_the_day_is_whom_to_find(kiosk_door: FlaskClient, wall: Wall, db: Database, cast: Cast):
    assert "Mr Adeyemi in Room 12" in page(kiosk_door.get("/alert")).text
    [lunch] = school_year.on_day(db, TUESDAY)
    school_year.set_adult(db, lunch, cast.okafor, by="staff 1", now=wall.moment)
    assert "Ms Okafor in Room 4" in page(kiosk_door.get("/alert")).text


# P4: one source, and where it stands on the kiosk


@pytest.mark.usefixtures("pair")
def test_the_promise_stands_before_a_pupil_asks(kiosk_door: FlaskClient, wall: Wall):
    assert NEVER_A_SECRET == "Mentors listen. They cannot keep secrets about someone's safety."
    finger = Finger(kiosk_door)
    assert NEVER_A_SECRET in finger.open("/").text
    assert NEVER_A_SECRET in finger.press("Talk to someone").text
    assert NEVER_A_SECRET in finger.press("Bullying").text
    wall.shows("14:00")
    assert NEVER_A_SECRET in finger.open("/").text


@pytest.mark.usefixtures("pair")
def test_the_promise_stands_on_the_mentors_screen(kiosk_door: FlaskClient, scan: Scan, cast: Cast, wall: Wall):
    wall.passes(60)
    assert NEVER_A_SECRET in page_of(scan(cast.amira))


def page_of(answer: dict[str, str]) -> str:
    return answer["page"].replace("&#39;", "'")


def test_the_promise_has_one_source():
    rooms = [ROOT / room for room in ("kiosk", "admin", "badges", "mentoring", "static")]
    files = [path for room in rooms for path in room.rglob("*") if path.suffix in (".py", ".html", ".js", ".css")]
    sources = [path.relative_to(ROOT).as_posix() for path in files if "cannot keep secrets" in path.read_text("utf-8")]
    assert sources == ["mentoring/school/programme.py"]


# What the page asks by itself


def test_the_mark_changes_when_the_page_would(kiosk_door: FlaskClient, scan: Scan, cast: Cast, wall: Wall):
    def mark() -> str:
        answer = kiosk_door.get("/state")
        assert answer.get_json()["shows"] == page(kiosk_door.get("/")).all("main")[0]["data-mark"]
        return str(answer.get_json()["shows"])

    marks = [mark()]
    scan(cast.amira)
    marks.append(mark())
    scan(cast.ben)
    marks.append(mark())
    wall.shows("13:15")
    marks.append(mark())
    wall.shows("12:20", date(2027, 1, 14))
    marks.append(mark())
    assert len(set(marks)) == 5


def test_the_mark_of_a_room_that_stays_the_same_is_not_sent_twice(kiosk_door: FlaskClient, wall: Wall):
    first = kiosk_door.get("/state")
    wall.passes(30)
    again = kiosk_door.get("/state", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_a_pupils_request_changes_nothing_on_the_first_page(kiosk_door: FlaskClient):
    before = kiosk_door.get("/").get_data(), kiosk_door.get("/state").get_data()
    kiosk_door.post("/ask", data={"topic": "family", "mentor": "anyone", "key": "k"})
    assert (kiosk_door.get("/").get_data(), kiosk_door.get("/state").get_data()) == before


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize("path", ["/", "/ask"])
def test_a_name_with_markup_is_shown_as_text(kiosk_door: FlaskClient, db: Database, cast: Cast, path: str):
    db["mentors"].update(cast.amira, {"display_name": BOBBY})
    db["drop_ins"].update(cast.drop_in, {"room": BOBBY})
    db["staff"].update(cast.adeyemi, {"name": BOBBY, "room": BOBBY})
    pages = [page(kiosk_door.get(path)), page(kiosk_door.post("/ask", data={"topic": "family", "key": "k"}))]
    pages += [page(kiosk_door.get("/alert")), page(kiosk_door.get("/scan"))]
    assert any(BOBBY in each.text for each in pages)
    assert [fault for each in pages for fault in (*each.all("img"), *inline(each))] == []


@pytest.mark.parametrize("path", ["/", "/ask", "/scan", "/alert", "/state", "/healthz"])
def test_a_request_reads_the_clock_once(kiosk_door: FlaskClient, wall: Wall, path: str):
    kiosk_door.get(path)
    assert wall.reads == 1
