"""The kiosk's cameras at both doors: what the scan page found is told to staff, and one is chosen with a code."""

import re

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.lunch import cameras
from tests.both_doors import JSON, Wall, picture
from tests.walking import Finger, page

FOUND = {"name": ["HD <b>Webcam</b>", "Lid", "IR"], "state": ["dark", "untried", "infrared"]}


def tell(door: FlaskClient, *states: str, read: str = "") -> None:
    answer = door.post("/scan/cameras", data={**FOUND, "state": [*states, "infrared"], "read": read})
    assert answer.status_code == 204


def test_the_scan_page_opens_the_camera_that_last_read_a_badge(kiosk_door: FlaskClient):
    assert 'data-kept=""' in kiosk_door.get("/scan").text
    tell(kiosk_door, "sees", "untried", read="Lid")
    assert 'data-kept="Lid"' in kiosk_door.get("/scan").text
    tell(kiosk_door, "sees", "dark", read="HD <b>Webcam</b>")
    assert 'data-kept="HD &lt;b&gt;Webcam&lt;/b&gt;"' in kiosk_door.get("/scan").text


@pytest.mark.parametrize("fields", [{}, {"name": "x"}, {"state": "sees"}, {"name": ["x"] * 500, "state": ["y"] * 900}])
def test_whatever_is_told_of_cameras_breaks_nothing(kiosk_door: FlaskClient, fields: dict[str, object], db: Database):
    assert kiosk_door.post("/scan/cameras", data=fields).status_code == 204
    assert cameras.known(db) == []


def test_every_state_has_words_on_the_page_and_names_the_other_ways_in(kiosk_door: FlaskClient):
    shown = page(kiosk_door.get("/scan"))
    [line] = re.findall(r'<p class="camera-words"[^>]*>', kiosk_door.get("/scan").text)
    said = re.findall(r'data-(\w+)="([^"]*)"', line)
    assert {state for state, _ in said} == {*cameras.State} - {cameras.State.SEES, cameras.State.UNTRIED}
    assert all("Type the code under the square, or use the scanner." in words for _, words in said)
    assert "camera-words" not in shown.text


def test_today_tells_while_no_camera_sees_and_the_box_names_them(kiosk_door: FlaskClient, lead: FlaskClient):
    tell(kiosk_door, "dark", "untried")
    assert "The kiosk's camera" not in page(lead.get("/")).text.partition("Waiting for you")[2]
    tell(kiosk_door, "dark", "still")
    assert "The kiosk's camera shows only black" in page(lead.get("/")).text
    shown = page(lead.get("/box")).text
    assert "HD <b>Webcam</b> Shows only black" in shown
    assert "Lid Shows a picture that has stopped" in shown
    assert "IR Infrared: sees no badges, so it is passed over" in shown
    tell(kiosk_door, "dark", "sees", read="Lid")
    assert "Lid Sees. It is opened first" in page(lead.get("/box")).text
    assert "shows only black" not in page(lead.get("/")).text


def test_a_camera_is_chosen_at_the_kiosk_with_a_code_from_the_box_once(kiosk_door: FlaskClient, lead: FlaskClient):
    tell(kiosk_door, "sees", "sees")
    finger = Finger(lead)
    finger.open("/box")
    shown = finger.press("Choose one at the kiosk").text
    [typed] = re.findall(r"PM\w\w \w{4} \w\w", shown)
    hand = Finger(kiosk_door)
    hand.open("/scan")
    assert "Which camera sees the badges?" in hand.press("Go", code=typed.lower()).text
    chosen = hand.press("Use this one", name="Lid").text
    assert "This camera will be used from now on." in chosen
    assert 'data-kept="Lid"' in kiosk_door.get("/scan").text
    hand.open("/scan")
    assert "That code is not right." in hand.press("Go", code=typed).text
    late = kiosk_door.post("/scan/camera", data={"code": typed, "name": "HD <b>Webcam</b>"})
    assert "That code has been used." in page(late).text
    assert 'data-kept="Lid"' in kiosk_door.get("/scan").text


def test_a_code_for_the_camera_is_guessed_no_quicker_than_a_badge(kiosk_door: FlaskClient, wall: Wall):
    for number in range(20):
        kiosk_door.post("/scan", data={"code": f"PM{number:08}"})
    assert wall.paused > 5


def test_a_picture_says_whether_something_is_held_up(kiosk_door: FlaskClient, amiras_card: np.ndarray):
    def held(grey: np.ndarray) -> bool:
        answer = kiosk_door.post("/scan", data=picture(grey, ".png"), content_type="image/png", headers=JSON)
        return bool(answer.get_json()["held"])

    assert not held(np.full((480, 640), 90, np.uint8))
    hidden = amiras_card.copy()
    hidden[180:300] = 230  # a thumb across the square
    assert held(hidden)
    assert held(amiras_card)
