"""The page that hides it all: a quiz over somebody's shoulder, and not a word of help in it."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from kiosk.quiz import ANSWERS, QUESTIONS, ROUND
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


def test_every_question_has_four_answers_of_which_one_is_right():
    assert len(QUESTIONS) % ROUND == 0
    assert [each.words for each in QUESTIONS if len(set(each.answers)) != ANSWERS or not each.fact] == []
    assert len({each.words for each in QUESTIONS}) == len(QUESTIONS)


def test_the_right_answers_stand_in_all_places_about_as_often():
    places = [each.right for each in QUESTIONS]
    assert all(5 <= places.count(place) <= 10 for place in range(ANSWERS))


def test_a_round_shows_right_and_wrong_counts_and_ends_with_the_score(kiosk_door: FlaskClient):
    finger = Finger(kiosk_door)
    finger.open("/quiz")
    for number in range(1, ROUND + 1):
        [question] = [each for each in QUESTIONS if each.words in finger.page.text]
        assert f"Question {number} of {ROUND}" in finger.page.text
        chosen = question.right if number % 2 else (question.right + 1) % ANSWERS
        told = finger.press(question.answers[chosen]).text
        assert ("That is right." in told) == bool(number % 2)
        assert (f"Not quite. It is: {question.answers[question.right]}" in told) == (number % 2 == 0)
        assert question.fact in told
        assert f"{(number + 1) // 2} of {number} right." in told
        finger.press("Next question" if number < ROUND else "How did I do?")
    assert f"You had {ROUND // 2} of {ROUND} right." in finger.page.text
    assert f"Question 1 of {ROUND}" in finger.press("Another round").text


def test_a_round_has_other_questions_than_the_one_before_it_and_than_yesterdays(kiosk_door: FlaskClient, wall: Wall):
    def first() -> str:
        return page(kiosk_door.get("/quiz")).text

    today = first()
    again = page(kiosk_door.get(page(kiosk_door.get(f"/quiz?number={ROUND + 1}")).target("Another round").href)).text
    wall.shows("12:40", date(2027, 1, 13))
    assert len({today, again, first()}) == 2  # tomorrow begins where today's second round did
    assert first() == again


def test_the_quiz_never_mentions_help(kiosk_door: FlaskClient):
    for number in range(len(QUESTIONS)):
        for answer in ("", "&answer=1"):
            shown = page(kiosk_door.get(f"/quiz?first={number}&number=1{answer}"))
            seen = f"{shown.text} {shown.silent}".lower().partition("touch the screen")[0]
            assert [word for word in TELLING if re.search(rf"\b{word}\b", seen)] == []
            assert {each.href.partition("?")[0] for each in shown.targets if each.href} == {"/quiz", "/"}


@pytest.mark.parametrize("name", ["first", "number", "right", "answer"])
@pytest.mark.parametrize("given", ["-1", "x", "7", "99", "999", "9" * 30, "²", "1.5", "<b>", "0"])
def test_any_number_in_the_address_is_a_page_of_the_quiz(kiosk_door: FlaskClient, name: str, given: str):
    answer = kiosk_door.get("/quiz", query_string={name: given})
    assert answer.status_code == 200
    assert "Library quiz" in page(answer).text
    assert not re.search(r"-\d|1[1-9] of 10|[2-9]\d of 10", page(answer).text)


def test_nothing_of_the_quiz_is_kept(kiosk_door: FlaskClient):
    before = kiosk_door.get("/quiz").get_data()
    answer = kiosk_door.get("/quiz?first=0&number=3&right=2&answer=1")
    assert "Set-Cookie" not in answer.headers
    assert kiosk_door.get("/quiz").get_data() == before


def test_the_quiz_is_the_same_whatever_the_room_is(kiosk_door: FlaskClient, wall: Wall):
    running = kiosk_door.get("/quiz").get_data()
    wall.shows("20:00")
    assert kiosk_door.get("/quiz").get_data() == running
