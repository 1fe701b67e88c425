"""Asking for someone: three taps, no typing, no name; and nothing of it for the next pupil."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.basics.settings import Settings
from mentoring.lunch import duty
from mentoring.lunch.help_requests import ANIMALS, COLOURS
from tests.both_doors import Scan, Wall
from tests.conftest import TUESDAY, Cast
from tests.walking import Finger, page

TOPICS = ["schoolwork", "friendships", "peer_pressure", "family", "bullying", "company"]
TOPICS += ["something_else", "rather_not_say"]
WORD = re.compile(rf"You are ((?:{'|'.join(COLOURS)}) (?:{'|'.join(ANIMALS)}))\b")


def ask(door: FlaskClient, **fields: str) -> str:
    """Ask, and say where it led."""
    answer = door.post("/ask", data={"topic": "friendships", "mentor": "anyone", "key": "one pupil", **fields})
    assert answer.status_code == 303
    return answer.headers["Location"]


def word_at(door: FlaskClient, address: str) -> str:
    found = WORD.search(page(door.get(address)).text)
    assert found, "the ticket does not say who the pupil is"
    return found[1]


# Three taps


@pytest.mark.usefixtures("pair")
def test_three_taps_lead_to_a_ticket(kiosk_door: FlaskClient, db: Database):
    finger = Finger(kiosk_door)
    finger.open("/")
    finger.press("Talk to someone")
    finger.press("Friendships")
    ticket = finger.press("Anyone")
    assert finger.taps == 3
    assert finger.answer.status_code == 200
    found = WORD.search(ticket.text)
    assert found
    assert [each["ticket"] for each in db["help_requests"].rows] == [found[1]]


def test_where_no_name_can_be_shown_nobody_is_asked_for_whom(
    kiosk_door: FlaskClient, db: Database, cast: Cast, scan: Scan
):
    scan(cast.ben)  # who did not agree to be named
    finger = Finger(kiosk_door)
    finger.open("/ask")
    ticket = finger.press("Friendships")
    assert WORD.search(ticket.text)
    assert [each["wish"] for each in db["help_requests"].rows] == [None]


def test_the_topics_are_eight_plain_buttons_of_one_size(kiosk_door: FlaskClient):
    form = page(kiosk_door.get("/ask"))
    buttons = [given for given in form.all("button") if given.get("name") == "topic"]
    assert [given["value"] for given in buttons] == TOPICS
    assert len({given["class"] for given in buttons}) == 1


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_without_a_mentor_asks_whom_next(kiosk_door: FlaskClient, db: Database, topic: str):
    answer = kiosk_door.post("/ask", data={"topic": topic, "key": "one pupil"})
    whom = page(answer)
    assert answer.status_code == 200
    assert whom.fields("topic") == [topic]
    assert whom.fields("key") == ["one pupil"]
    assert "anyone" in whom.fields("mentor")
    assert db["help_requests"].count == 0


def test_a_topic_without_a_key_is_given_one(kiosk_door: FlaskClient):
    [key] = page(kiosk_door.post("/ask", data={"topic": "family"})).fields("key")
    assert len(key) >= 12


def test_each_page_makes_a_key_of_its_own(kiosk_door: FlaskClient):
    keys = {page(kiosk_door.get("/ask")).fields("key")[0] for _ in range(5)}
    assert len(keys) == 5


@pytest.mark.parametrize(
    "topic", ["", "homework", "Schoolwork", "schoolwork ", "'; drop table help_requests", "ß" * 900]
)
@pytest.mark.parametrize("further", [{}, {"mentor": "anyone"}])
def test_an_unknown_topic_is_refused(kiosk_door: FlaskClient, db: Database, topic: str, further: dict[str, str]):
    assert kiosk_door.post("/ask", data={"topic": topic, "key": "k", **further}).status_code == 400
    assert db["help_requests"].count == 0


def test_no_topic_at_all_is_refused(kiosk_door: FlaskClient):
    assert kiosk_door.post("/ask", data={"mentor": "anyone", "key": "k"}).status_code == 400


@pytest.mark.parametrize("mentor", ["", "0", "-1", "999", "Amira", "1.0", "1 or 1=1", "9" * 30, "²", "\x00"])
def test_an_unknown_mentor_is_refused(kiosk_door: FlaskClient, db: Database, mentor: str):
    answer = kiosk_door.post("/ask", data={"topic": "family", "mentor": mentor, "key": "k"})
    assert answer.status_code == 400
    assert "That did not work." in page(answer).text
    assert db["help_requests"].count == 0


@pytest.mark.usefixtures("pair")
def test_a_pupil_may_wish_for_a_mentor_who_agreed_to_be_named(kiosk_door: FlaskClient, cast: Cast, db: Database):
    finger = Finger(kiosk_door)
    finger.open("/ask")
    whom = finger.press("Family")
    assert whom.fields("mentor") == ["anyone", str(cast.amira)]
    assert "Ben" not in whom.text
    finger.press("Amira")
    assert [each["wish"] for each in db["help_requests"].rows] == [cast.amira]


def test_the_ticket_says_nothing_of_what_it_is_about(kiosk_door: FlaskClient):
    ticket = page(kiosk_door.get(ask(kiosk_door, topic="bullying")))
    assert "ullying" not in kiosk_door.get(ask(kiosk_door, topic="bullying")).get_data(as_text=True)
    assert "Take a seat" in ticket.text
    assert [each.words for each in ticket.targets] == [
        "I have changed my mind",
        "Someone is not safe: get an adult",
        "Done",
        "Hide this",
    ]


def test_asking_writes_no_journal_and_no_log(
    kiosk_door: FlaskClient, db: Database, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    before = db["journal"].count
    kiosk_door.get(ask(kiosk_door))
    assert db["journal"].count == before
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")


# From the first minute to the last


@pytest.mark.parametrize(
    ("hour", "day", "can_ask"),
    [
        ("12:14", TUESDAY, False),
        ("12:15", TUESDAY, False),
        ("12:29:59", TUESDAY, False),
        ("12:30", TUESDAY, True),
        ("13:14:59", TUESDAY, True),
        ("13:15", TUESDAY, False),
        ("23:59", TUESDAY, False),
        ("12:40", date(2027, 1, 13), False),
        ("12:40", date(2027, 1, 14), True),
        ("12:40", date(2026, 10, 13), True),
    ],
)
def test_a_pupil_can_ask_from_the_first_minute_to_the_last(
    kiosk_door: FlaskClient, db: Database, wall: Wall, hour: str, day: date, *, can_ask: bool
):
    wall.shows(hour, day)
    fields = {"topic": "family", "mentor": "anyone", "key": "one pupil"}
    answer = kiosk_door.post("/ask", data=fields)
    assert db["help_requests"].count == can_ask
    if can_ask:
        assert answer.status_code == 303
        assert WORD.search(page(kiosk_door.get(answer.headers["Location"])).text)
    else:
        assert answer.status_code == 200
        assert "Find " in page(answer).text
        assert page(answer).fields("topic") == page(kiosk_door.get("/ask")).fields("topic") == []


def test_what_is_wrong_with_a_question_is_not_asked_while_it_is_closed(kiosk_door: FlaskClient, wall: Wall):
    wall.shows("13:15")
    assert kiosk_door.post("/ask", data={"topic": "homework"}).status_code == 200


@pytest.mark.usefixtures("pair")
def test_a_pupil_can_ask_while_the_room_is_paused(kiosk_door: FlaskClient, wall: Wall, db: Database, cast: Cast):
    wall.passes(60)
    duty.end(db, cast.ben, drop_in_id=cast.drop_in, now=wall.moment)
    wall.passes(1)
    assert "on their way back" in page(kiosk_door.get("/")).text
    assert ask(kiosk_door).startswith("/ticket/")


def test_a_pupil_can_ask_before_any_mentor_is_there(kiosk_door: FlaskClient):
    whom = page(kiosk_door.post("/ask", data={"topic": "family", "key": "k"}))
    assert "Mentors are on their way. You can ask already" in whom.text
    assert ask(kiosk_door).startswith("/ticket/")


# The same key, and the next pupil


def test_a_second_tap_is_no_second_request(kiosk_door: FlaskClient, db: Database):
    assert ask(kiosk_door) == ask(kiosk_door) == ask(kiosk_door)
    assert db["help_requests"].count == 1


def test_two_keys_are_two_tickets_with_two_words(kiosk_door: FlaskClient):
    first, second = ask(kiosk_door, key="one"), ask(kiosk_door, key="two")
    assert first != second
    assert word_at(kiosk_door, first) != word_at(kiosk_door, second)


def test_done_leads_home_and_the_ticket_is_gone(kiosk_door: FlaskClient):
    finger = Finger(kiosk_door)
    address = ask(kiosk_door)
    finger.open(address)
    finger.press("Done")
    assert finger.path == "/"
    assert kiosk_door.get(address).headers["Location"] == "/"
    assert ask(kiosk_door) == "/"


def test_a_pupils_page_says_after_20_seconds_that_it_closes_and_the_ticket_that_the_place_is_kept(
    kiosk_door: FlaskClient,
):
    for path, words in (("/ask", "This page closes soon."), (ask(kiosk_door), "Your place is kept.")):
        [main] = page(kiosk_door.get(path)).all("main")
        assert (main["data-warn"], main["data-home"]) == ("20", "40")
        assert words in main["data-closes"]
        assert main["data-closes"] in kiosk_door.get(path).text.partition("<main")[0]


def test_a_ticket_nobody_touches_is_gone_after_40_seconds(kiosk_door: FlaskClient, wall: Wall):
    address = ask(kiosk_door)
    wall.passes(40)
    answer = kiosk_door.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert ask(kiosk_door) == "/"


def test_a_ticket_that_is_looked_at_lives_40_seconds_more(kiosk_door: FlaskClient, wall: Wall):
    address = ask(kiosk_door)
    for _ in range(4):
        wall.passes(39)
        assert kiosk_door.get(address).status_code == 200
    wall.passes(40)
    assert kiosk_door.get(address).status_code == 303


def test_the_same_key_gives_the_same_address_until_the_ticket_dies(kiosk_door: FlaskClient, wall: Wall):
    address = ask(kiosk_door)
    wall.passes(39)
    assert ask(kiosk_door) == address
    wall.passes(40)
    assert ask(kiosk_door) == "/"


def test_a_dead_ticket_stays_dead_when_the_kiosk_starts_again(
    kiosk_door: FlaskClient, wall: Wall, box: Settings, open_kiosk: Callable[[Settings], Flask]
):
    address = ask(kiosk_door)
    wall.passes(40)
    assert kiosk_door.get(address).status_code == 303
    again = open_kiosk(box).test_client()
    assert again.get(address).headers["Location"] == "/"
    assert ask(again) == "/"


def test_a_lost_answer_is_given_again_after_the_kiosk_started_again(
    kiosk_door: FlaskClient, box: Settings, open_kiosk: Callable[[Settings], Flask], db: Database
):
    assert ask(open_kiosk(box).test_client()) == ask(kiosk_door)
    assert db["help_requests"].count == 1


def test_a_spent_key_never_leads_to_another_pupils_ticket(kiosk_door: FlaskClient, db: Database):
    kiosk_door.post(f"{ask(kiosk_door)}/done")
    theirs = ask(kiosk_door, key="the next pupil")
    assert ask(kiosk_door) == "/"
    assert ask(kiosk_door, topic="bullying") == "/"
    assert ask(kiosk_door, key="the next pupil") == theirs
    assert db["help_requests"].count == 2


def test_a_pupil_who_changed_their_mind_waits_no_longer(kiosk_door: FlaskClient, db: Database):
    finger = Finger(kiosk_door)
    finger.open(ask(kiosk_door))
    finger.press("I have changed my mind")
    assert finger.path == "/"
    assert [each["state"] for each in db["help_requests"].rows] == ["withdrawn"]
    assert ask(kiosk_door) == "/"


def test_who_has_pressed_done_cannot_be_withdrawn_by_the_next(kiosk_door: FlaskClient, db: Database):
    address = ask(kiosk_door)
    kiosk_door.post(f"{address}/done")
    kiosk_door.post(f"{address}/withdraw")
    assert [each["state"] for each in db["help_requests"].rows] == ["asked"]


@pytest.mark.parametrize("ticket", ["nobodys", "..", "%00", "x" * 3_000])
def test_an_address_that_is_nobodys_leads_home(kiosk_door: FlaskClient, ticket: str):
    assert kiosk_door.get(f"/ticket/{ticket}", follow_redirects=True).status_code in (200, 404)
    assert kiosk_door.post(f"/ticket/{ticket}/done", follow_redirects=True).status_code in (200, 404)


def test_the_81st_ticket_of_a_lunch_has_a_number(kiosk_door: FlaskClient):
    for pupil in range(80):
        ask(kiosk_door, key=f"pupil {pupil}")
    last = page(kiosk_door.get(ask(kiosk_door, key="pupil 81"))).text
    assert re.search(rf"{WORD.pattern} 2\b", last)


def test_the_first_page_after_a_ticket_is_the_first_page_before_it(kiosk_door: FlaskClient):
    before = kiosk_door.get("/").get_data()
    finger = Finger(kiosk_door)
    finger.open(ask(kiosk_door))
    finger.press("Done")
    assert finger.answer.get_data() == before


def test_the_scan_of_a_mentor_changes_no_ticket(kiosk_door: FlaskClient, scan: Scan, cast: Cast):
    address = ask(kiosk_door)
    word = word_at(kiosk_door, address)
    scan(cast.amira)
    assert word_at(kiosk_door, address) == word
