"""The page that hides it all: a quiz over somebody's shoulder, and not a word of help in it."""

import re

import pytest
from flask.testing import FlaskClient

from kiosk.about import QUIZ
from tests.both_doors import Wall
from tests.walking import Finger, page

TELLING = ["help", "talk", "mentor", "adult", "safe", "secret", "drop-in", "childline", "listen", "ask", "ticket"]
TELLING += ["mentors", "adults", "secrets", "someone", "worried", "bullying"]


@pytest.mark.parametrize("path", ["/ask", "/about", "/alert", "/"])
def test_one_tap_hides_any_page(kiosk_door: FlaskClient, path: str):
    finger = Finger(kiosk_door)
    finger.open(path)
    assert "Library quiz" in finger.press("Hide this").text
    assert finger.path == "/quiz"
    finger.press("Library home")
    assert finger.path == "/"


def test_the_quiz_walks_round(kiosk_door: FlaskClient):
    finger = Finger(kiosk_door)
    first = finger.open("/quiz").text
    for number, question in enumerate(QUIZ, 1):
        shown = finger.page.text
        assert question.words in shown
        assert f"Question {number} of {len(QUIZ)}" in shown
        assert [answer for answer in question.answers if answer not in shown] == []
        assert f"The last answer was: {question.answers[0]}" in finger.press(question.answers[number % 4]).text
    assert finger.page.text.startswith(first.partition("Question")[0].strip())


def test_the_right_answer_is_not_always_in_the_same_place(kiosk_door: FlaskClient):
    places = set()
    for before, question in enumerate(QUIZ):
        shown = page(kiosk_door.get(f"/quiz?after={before}"))
        tiles = [each.words for each in shown.targets if each.words in question.answers]
        places.add(tiles.index(question.answers[0]))
    assert len(places) > 1


@pytest.mark.parametrize("after", range(len(QUIZ) + 1))
def test_the_quiz_never_mentions_help(kiosk_door: FlaskClient, after: int):
    shown = page(kiosk_door.get(f"/quiz?after={after}"))
    seen = f"{shown.text} {shown.silent}".lower()
    assert [word for word in TELLING if re.search(rf"\b{word}\b", seen)] == []
    assert {each.href.partition("?")[0] for each in shown.targets} == {"/quiz", "/"}


@pytest.mark.parametrize("after", ["-1", "x", "7", "99", "999", "9" * 30, "²", "1.5", "<b>"])
def test_any_number_of_questions_back_is_a_question(kiosk_door: FlaskClient, after: str):
    answer = kiosk_door.get("/quiz", query_string={"after": after})
    assert answer.status_code == 200
    assert any(question.words in page(answer).text for question in QUIZ)


def test_the_quiz_is_the_same_whatever_the_room_is(kiosk_door: FlaskClient, wall: Wall):
    running = kiosk_door.get("/quiz").get_data()
    wall.shows("20:00")
    assert kiosk_door.get("/quiz").get_data() == running
