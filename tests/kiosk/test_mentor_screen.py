"""The mentor's screen: who waits, one step at a time, on a token that stands in for a cookie."""

from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from kiosk import sentences
from mentoring.lunch import duty
from mentoring.lunch.duty import RoomState
from mentoring.people import badge_register
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import ALWAYS_PASSED_ON
from mentoring.school.programme import NEVER_A_SECRET
from tests.both_doors import JSON, Wall, form_key
from tests.conftest import Cast
from tests.walking import Finger, Page, inline, page

CLOSED = "This screen has closed. Please show your badge again."
STEPS = {
    "": {},
    "/next": {},
    "/finished": {"outcome": "talked"},
    "/cannot-find": {"request": "one"},
    "/take-back": {},
    "/tell-staff": {},
    "/ending": {},
    "/end": {},
}


@pytest.fixture
def screens(pair: None, kiosk_door: FlaskClient, wall: Wall, codes: Mapping[int, str]) -> "Screens":
    wall.passes(60)
    return Screens(kiosk_door, codes)


class Screens:
    """Opens mentors' screens, and presses what stands on them."""

    def __init__(self, door: FlaskClient, codes: Mapping[int, str]) -> None:
        self._door, self._codes = door, codes

    def open(self, mentor: int) -> Finger:
        """A finger on this mentor's screen, after a scan."""
        finger = Finger(self._door)
        finger.open("/scan")
        finger.press("Go", code=self._codes[mentor])
        return finger

    def token(self, mentor: int) -> str:
        """The token on this mentor's screen, and nothing pressed yet."""
        return self.open(mentor).page.fields("token")[0]

    def step(self, path: str, token: str, **fields: str) -> Page:
        answer = self._door.post(f"/mentor{path}", data={"token": token, **fields})
        assert answer.status_code == 200
        return page(answer)


def ask(door: FlaskClient, *topics: str, mentor: str = "anyone") -> list[str]:
    """Pupils ask, one after another; their words."""
    words = []
    for topic in topics:
        fields = {"topic": topic, "mentor": mentor, "key": f"pupil {topic} {mentor}"}
        ticket = page(door.post("/ask", data=fields, follow_redirects=True)).text
        words.append(" ".join(ticket.partition("You are ")[2].split()[:2]))
    return words


# Who waits


def test_the_screen_shows_the_words_in_the_order_of_asking_and_no_topics(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast
):
    words = ask(kiosk_door, "bullying", "family", "schoolwork")
    shown = screens.open(cast.amira).page.text
    assert [shown.index(word) for word in words] == sorted(shown.index(word) for word in words)
    assert [topic for topic in ("ullying", "Family", "Schoolwork") if topic in shown] == []


def test_calling_the_next_shows_that_ones_topic_and_no_other(kiosk_door: FlaskClient, screens: Screens, cast: Cast):
    first, second = ask(kiosk_door, "family", "schoolwork")
    called = screens.open(cast.amira).press("Call next")
    assert f"Say this name {first} What is it about? Family" in called.text
    assert [each for each in called.all("details") if "open" in each] == [], "only a touch shows it"
    assert second not in called.text
    assert "Schoolwork" not in called.text


def test_two_mentors_never_call_the_same_pupil(kiosk_door: FlaskClient, screens: Screens, cast: Cast):
    first, second = ask(kiosk_door, "family", "schoolwork")
    assert first in screens.open(cast.amira).press("Call next").text
    assert second in screens.open(cast.ben).press("Call next").text


def test_a_wish_is_kept_while_that_mentor_is_here(kiosk_door: FlaskClient, screens: Screens, cast: Cast):
    [wished] = ask(kiosk_door, "family", mentor=str(cast.amira))
    [anyone] = ask(kiosk_door, "company")
    assert anyone in screens.open(cast.ben).press("Call next").text
    assert wished in screens.open(cast.amira).press("Call next").text


def test_who_was_called_stays_on_the_screen_until_it_is_finished(kiosk_door: FlaskClient, screens: Screens, cast: Cast):
    first, _ = ask(kiosk_door, "family", "schoolwork")
    screens.open(cast.amira).press("Call next")
    again = screens.open(cast.amira).page
    assert first in again.text
    assert "Call next" not in {each.words for each in again.targets}


def test_while_nobody_waits_the_screen_says_so(screens: Screens, cast: Cast):
    finger = screens.open(cast.amira)
    assert "Nobody is waiting." in finger.page.text
    assert "Nobody is waiting." in finger.press("Look again").text
    assert "My next duties" not in finger.page.text


# How it ends


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("We talked", "talked"),
        ("They are coming back", "coming_back"),
        ("I told a member of staff myself", "told_staff"),
        ("Something else", "other"),
    ],
)
def test_a_talk_ends_with_one_tap(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database, words: str, outcome: str
):
    ask(kiosk_door, "family")
    finger = screens.open(cast.amira)
    finger.press("Call next")
    ended = finger.press(words).text
    calls_nobody = "Noted. This calls nobody. " if outcome == "told_staff" else ""
    assert f": “{words}”. {calls_nobody}Take it back" in ended
    assert db["alerts"].count == 0
    assert "Nobody is waiting." in ended
    assert [(each["state"], each["outcome"]) for each in db["help_requests"].rows] == [("done", outcome)]


@pytest.mark.parametrize("outcome", ["", "Talked", "ignored", None])
def test_a_talk_cannot_end_in_any_other_way(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database, outcome: str | None
):
    ask(kiosk_door, "family")
    finger = screens.open(cast.amira)
    called = finger.press("Call next")
    fields = {"token": called.fields("token")[0], "request": called.fields("request")[0]}
    answer = kiosk_door.post("/mentor/finished", data=fields | ({"outcome": outcome} if outcome is not None else {}))
    assert answer.status_code == 400
    assert [each["state"] for each in db["help_requests"].rows] == ["taken"]


def test_a_mentor_finishes_no_talk_of_anothers(kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database):
    ask(kiosk_door, "family")
    request = screens.open(cast.amira).press("Call next").fields("request")[0]
    screens.step("/finished", screens.token(cast.ben), outcome="talked", request=request)
    screens.step("/cannot-find", screens.token(cast.ben), request=request)
    assert [(each["state"], each["taken_by"]) for each in db["help_requests"].rows] == [("taken", cast.amira)]


def test_who_cannot_be_found_waits_once_more_behind_the_others(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database
):
    first, second = ask(kiosk_door, "family", "schoolwork")
    finger = screens.open(cast.amira)
    finger.press("Call next")
    told, _, waiting = finger.press("I cannot find them").text.partition("Waiting in the room")
    assert f"{first} was not found and waits again." in told
    assert waiting.index(second) < waiting.index(first)
    assert second in finger.press("Call next").text
    finger.press("We talked")
    assert first in finger.press("Call next").text
    ended = finger.press("I cannot find them").text
    assert f"{first} was not found. Take it back" in ended
    assert "Nobody is waiting." in ended
    assert sorted(each["state"] for each in db["help_requests"].rows) == ["done", "not_found"]


@pytest.mark.parametrize("words", [*(words for words, _ in sentences.OUTCOMES.values()), "I cannot find them"])
@pytest.mark.parametrize(("seconds", "back"), [(9, True), (10, False)])
def test_for_ten_seconds_an_end_is_taken_back(
    kiosk_door: FlaskClient,
    screens: Screens,
    cast: Cast,
    db: Database,
    wall: Wall,
    words: str,
    seconds: int,
    *,
    back: bool,
):
    [word] = ask(kiosk_door, "family")
    finger = screens.open(cast.amira)
    finger.press("Call next")
    before = list(db["help_requests"].rows)
    finger.press(words)
    wall.passes(seconds)
    after = finger.press("Take it back").text
    assert (f"Say this name {word}" in after) is back
    assert ("That cannot be taken back any more." in after) is not back
    assert (list(db["help_requests"].rows) == before) is back
    finger.press("Close")
    assert "Take it back" not in screens.open(cast.amira).page.text


def test_staff_who_were_told_stay_told_and_are_told_once(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database
):
    [word] = ask(kiosk_door, "bullying")
    finger = screens.open(cast.amira)
    finger.press("Call next")
    assert f"{word}: “We talked”. Staff stay told. Take it back" in finger.press("We talked").text
    again = finger.press("Take it back")
    assert "Passed on to Mr Adeyemi, at 12:41. It is saved." in again.text
    assert "Pass it on to staff" not in again.text
    finger.press("They are coming back")
    assert [each["about"] for each in db["alerts"].rows] == ["bullying"]
    assert [(each["state"], each["outcome"]) for each in db["help_requests"].rows] == [("done", "coming_back")]


def test_a_tap_that_arrives_late_ends_no_talk_that_was_taken_back(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database
):
    ask(kiosk_door, "family")
    finger = screens.open(cast.amira)
    called = finger.press("Call next")
    fields = {name: called.fields(name)[0] for name in ("token", "request")}
    for _ in range(2):
        ended = screens.step("/finished", outcome="talked", **fields)
    for _ in range(2):
        again = screens.step("/take-back", ended.fields("token")[0])
        assert "Say this name" in again.text
    assert CLOSED in screens.step("/finished", outcome="talked", **fields).text
    assert [each["state"] for each in db["help_requests"].rows] == ["taken"]


def test_an_end_can_be_taken_back_on_the_own_screen_alone_and_after_another_page_too(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast
):
    [word] = ask(kiosk_door, "family")
    finger = screens.open(cast.amira)
    finger.press("Call next")
    finger.press("We talked")
    assert "Take it back" not in screens.open(cast.ben).page.text
    assert "Say this name" not in screens.step("/take-back", screens.token(cast.ben)).text
    finger.press("What to say")
    finger.press("Back to my screen")
    assert word in finger.press("Take it back").text


def test_a_talk_about_bullying_is_passed_on_first(kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database):
    ask(kiosk_door, "bullying")
    finger = screens.open(cast.amira)
    called = finger.press("Call next")
    assert "This is always passed on. Tell staff now." in called.text
    told = finger.press("Pass it on to staff")
    assert "Thank you, Amira. You did the right thing." in told.text
    assert [(each["about"], each["mentor_id"]) for each in db["alerts"].rows] == [("bullying", cast.amira)]
    assert "always passed on" not in finger.press("Back to my screen").text
    finger.press("We talked")
    assert db["alerts"].count == 1


@pytest.mark.parametrize("words", [words for words, _ in sentences.OUTCOMES.values()])
def test_a_talk_about_bullying_cannot_end_before_it_was_passed_on(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database, words: str
):
    ask(kiosk_door, "bullying")
    finger = screens.open(cast.amira)
    finger.press("Call next")
    assert "Passed on to Mr Adeyemi, at 12:41. It is saved." in finger.press(words).text
    assert [(each["about"], each["mentor_id"]) for each in db["alerts"].rows] == [("bullying", cast.amira)]
    assert [each["state"] for each in db["help_requests"].rows] == ["done"]


def test_who_could_not_be_found_has_talked_of_nothing(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database
):
    ask(kiosk_door, "bullying")
    finger = screens.open(cast.amira)
    finger.press("Call next")
    finger.press("I cannot find them")
    assert db["alerts"].count == 0


def test_another_worry_in_a_talk_about_bullying_is_a_call_of_its_own(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database
):
    ask(kiosk_door, "bullying")
    finger = screens.open(cast.amira)
    request = finger.press("Call next").fields("request")[0]
    for about in ("bullying", "self_harm"):
        screens.step("/tell-staff", screens.token(cast.amira), about=about, request=request)
    assert [each["about"] for each in db["alerts"].rows] == ["bullying", "self_harm"]


def test_staff_are_told_again_in_the_same_talk_by_the_button_that_always_tells_them(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database
):
    ask(kiosk_door, "bullying")
    finger = screens.open(cast.amira)
    for words in ("Call next", "Pass it on to staff", "Back to my screen", "Tell staff now"):
        finger.press(words)
    finger.press("Yes, tell staff now", about="bullying")
    assert db["alerts"].count == 2


@pytest.mark.parametrize("topic", ["family", "rather_not_say"])
def test_any_other_topic_raises_nothing_by_itself(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database, topic: str
):
    ask(kiosk_door, topic, "bullying")
    assert "always passed on" not in screens.open(cast.amira).press("Call next").text
    assert db["alerts"].count == 0


def test_ending_a_duty_pauses_the_room_and_puts_the_pupil_back(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database
):
    [word] = ask(kiosk_door, "family")
    finger = screens.open(cast.amira)
    finger.press("Call next")
    asked = finger.press("End my duty").text
    assert f"The room will pause. Nobody is waiting. {word} will wait again." in asked
    assert [each["ended"] for each in db["duties"].rows] == [None, None]
    assert f"Say this name {word}" in finger.press("No, I stay").text
    finger.press("End my duty")
    assert "Your duty has ended. How was that for you?" in finger.press("Yes, end my duty").text
    assert "Thank you, Amira." in finger.press("Good").text
    assert "Mentors are on their way back" in finger.open("/").text
    assert [each["ended"] is not None for each in db["duties"].rows] == [True, False]
    alone = screens.open(cast.ben).page  # one mentor is no pair: the word waits, and cannot be called yet
    assert word in alone.text
    assert "Call next" not in alone.text


def test_a_duty_that_is_over_already_is_not_asked_about(screens: Screens, cast: Cast, wall: Wall):
    wall.shows("13:14")
    finger = screens.open(cast.amira)
    wall.shows("13:16")
    assert "Your duty has ended. How was that for you?" in finger.press("End my duty").text


@pytest.mark.parametrize(
    ("state", "stays_open", "waiting", "called", "words"),
    [
        ("open", False, 2, "", "The room will pause. Two are waiting."),
        ("open", False, 1, "", "The room will pause. One is waiting."),
        ("open", True, 0, "", "The room stays open. Nobody is waiting."),
        ("open", True, 11, "Red Cat", "The room stays open. 11 are waiting. Red Cat will wait again."),
        ("opening", False, 3, "", "Three are waiting."),
        ("paused", False, 0, "", "Nobody is waiting."),
    ],
)
def test_before_a_duty_ends_the_screen_says_what_that_means(
    state: str, waiting: int, called: str, words: str, *, stays_open: bool
):
    said = sentences.ending(RoomState(state), stays_open=stays_open, waiting=waiting, called=called)
    assert said == words


# Tell staff now (P3)


def test_tell_staff_now_is_two_taps_and_reaches_staff(screens: Screens, cast: Cast, db: Database, lead: FlaskClient):
    finger = screens.open(cast.amira)
    finger.press("Tell staff now")
    assert db["alerts"].count == 0
    told = finger.press("Yes, tell staff now")
    assert "Passed on to Mr Adeyemi, at 12:41. It is saved." in told.text
    assert "We are telling them." in told.text
    assert [(each["about"], each["mentor_id"]) for each in db["alerts"].rows] == [("anything_else", cast.amira)]
    [alert] = lead.get("/now.json").get_json()["alerts"]
    assert alert["where"].endswith(", told by Amira")
    state = told.all("main")[0]["data-state"]
    assert finger.open(state) is not None
    now = finger.answer.get_json()
    assert (now["told"], now["coming"]) == (True, "")


def test_after_i_am_going_the_mentors_page_heads_with_who_is_coming(
    screens: Screens, cast: Cast, lead: FlaskClient, kiosk_door: FlaskClient
):
    finger = screens.open(cast.amira)
    finger.press("Tell staff now")
    told = finger.press("Yes, tell staff now")
    assert "Thank you, Amira. You did the right thing." in told.text
    assert "data-awaited" in told.all("main")[0]
    lead.post("/alerts/1/going", data={"form_key": form_key(lead)})
    steps = kiosk_door.get(told.all("main")[0]["data-state"]).get_json()["steps"]
    says = {each["name"]: each["words"] for each in steps}
    assert says["mentor_heading"] == "Ms Okafor is coming.\nStay with the pupil, or go to any adult together."
    assert says["mentor_also"] == "Thank you, Amira. You did the right thing."


@pytest.mark.parametrize("about", ALWAYS_PASSED_ON)
def test_what_it_is_about_stands_one_step_further_and_is_confirmed(
    screens: Screens, cast: Cast, db: Database, about: str
):
    finger = screens.open(cast.amira)
    asked = finger.press("Tell staff now")
    choices = [each for each in asked.all("input") if each["type"] == "radio"]
    assert [each["value"] for each in choices] == list(ALWAYS_PASSED_ON)
    assert [each for each in asked.all("details") if "open" in each] == [], "only a touch shows them"
    assert {each.words for each in asked.targets} == {"Yes, tell staff now", "Back", "Hide this"}, (
        "a choice alone sends nothing"
    )
    finger.press("Yes, tell staff now", about=about)
    assert [each["about"] for each in db["alerts"].rows] == [about]


@pytest.mark.parametrize("about", ["red_tile", "boredom", "Bullying", "bullying "])
def test_what_is_not_on_the_list_is_refused(kiosk_door: FlaskClient, screens: Screens, cast: Cast, db, about: str):
    answer = kiosk_door.post("/mentor/tell-staff", data={"token": screens.token(cast.amira), "about": about})
    assert answer.status_code == 400
    assert db["alerts"].count == 0


def test_telling_staff_again_after_a_lost_answer_is_one_alert(screens: Screens, cast: Cast, db: Database):
    token = screens.token(cast.amira)
    first = screens.step("/tell-staff", token, about="abuse")
    again = screens.step("/tell-staff", token, about="abuse")
    assert first.text == again.text
    assert db["alerts"].count == 1


def test_a_mentor_who_changed_their_mind_goes_back(screens: Screens, cast: Cast, db: Database):
    finger = screens.open(cast.amira)
    finger.press("Tell staff now")
    assert "Nobody is waiting." in finger.press("Back").text
    assert db["alerts"].count == 0


def test_the_receipt_is_there_at_each_later_scan_with_who_is_coming_and_never_what_it_was(
    screens: Screens, cast: Cast, db: Database, lead: FlaskClient, wall: Wall
):
    finger = screens.open(cast.amira)
    assert "You have passed it on" not in finger.page.text
    finger.press("Tell staff now")
    finger.press("Yes, tell staff now", about="abuse")
    assert "Passed on to Mr Adeyemi, at 12:41." in finger.press("Back to my screen").text
    wall.passes(25)
    again = screens.open(cast.amira).page
    assert "Passed on to Mr Adeyemi, at 12:41. It is saved." in again.text
    assert "No screen has shown it yet. Go and find Mr Adeyemi in Room 12." in again.text
    assert again.all("main")[0]["data-state"].startswith("/alert/"), "it stays true while it is open"
    lead.get("/")
    assert "We have told them: Ms Okafor." in screens.open(cast.amira).page.text
    lead.post("/alerts/1/going", data={"form_key": form_key(lead)})
    at_last = screens.open(cast.amira).page.text
    assert "Ms Okafor is coming." in at_last
    assert "abuse" not in at_last.lower()
    assert "You have passed it on" not in screens.open(cast.ben).page.text, "it is Amira's alone"
    alerts.deal_with(db, 1, by=cast.okafor, now=wall.moment)
    assert "Passed on" not in screens.open(cast.amira).page.text, "it is over"


def test_a_mentor_whose_duty_runs_past_the_staffed_hours_can_always_tell_staff(
    screens: Screens, cast: Cast, db: Database, wall: Wall, kiosk_door: FlaskClient
):
    db["programme"].update(1, {"staffed_until": "12:35"})
    wall.shows("13:14")
    finger = screens.open(cast.amira)
    finger.press("Tell staff now")
    wall.shows("13:15:30")
    assert kiosk_door.post("/alert", headers=JSON).get_json() == {"stored": False}
    assert "Passed on to Ms Okafor, at 13:15." in finger.press("Yes, tell staff now").text
    assert db["alerts"].count == 1


def test_what_to_say_opens_from_the_screen_with_nothing_of_anybody(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast
):
    [word] = ask(kiosk_door, "family")
    finger = screens.open(cast.amira)
    shown = finger.press("What to say")
    for words in ("Tell me.", "Explain.", "Describe.", NEVER_A_SECRET, "Mr Adeyemi in Room 12"):
        assert words in shown.text
    assert word not in shown.text
    assert "Amira" not in shown.text
    assert word in finger.press("Back to my screen").text


# One token, one step


@pytest.mark.parametrize("first", STEPS)
@pytest.mark.parametrize("second", STEPS)
def test_a_token_is_good_for_one_step(screens: Screens, cast: Cast, first: str, second: str):
    token = screens.token(cast.amira)
    before = screens.step(first, token, **STEPS[first])
    after = screens.step(second, token, **STEPS[second])
    if first == second:
        assert after.text == before.text
    else:
        assert CLOSED in after.text
        assert after.fields("token") == []


def test_a_retried_call_calls_nobody_else(kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database):
    ask(kiosk_door, "family", "schoolwork")
    token = screens.token(cast.amira)
    assert screens.step("/next", token).text == screens.step("/next", token).text
    assert sorted(each["state"] for each in db["help_requests"].rows) == ["asked", "taken"]


def test_a_retried_end_thanks_again_and_ends_once(screens: Screens, cast: Cast, db: Database, wall: Wall):
    token = screens.token(cast.amira)
    assert "Your duty has ended." in screens.step("/end", token).text
    ended = [each["ended"] for each in db["duties"].rows]
    wall.passes(5)
    assert "Your duty has ended." in screens.step("/end", token).text
    assert [each["ended"] for each in db["duties"].rows] == ended


@pytest.mark.parametrize("mood", ["", "0", "6", "good", "1.0", "²", "-1"])
def test_there_are_five_faces_and_no_other(kiosk_door: FlaskClient, screens: Screens, cast: Cast, db, mood: str):
    felt = screens.step("/end", screens.token(cast.amira))
    assert sorted(felt.fields("mood")) == ["1", "2", "3", "4", "5"]
    answer = kiosk_door.post("/mentor/felt", data={"token": felt.fields("token")[0], "mood": mood})
    assert answer.status_code == 400
    assert {each["mood"] for each in db["duties"].rows} == {None}


def test_the_faces_stand_in_order_from_hard_to_good_between_two_labels(screens: Screens, cast: Cast):
    felt = screens.step("/end", screens.token(cast.amira))
    assert felt.fields("mood") == ["1", "2", "3", "4", "5"]
    assert "A hard duty Hard A bit hard All right Good Really good A good duty" in felt.text


@pytest.mark.parametrize(
    ("words", "mood"), [("Really good", 5), ("Good", 4), ("All right", 3), ("A bit hard", 2), ("Hard", 1)]
)
def test_how_the_duty_was_is_kept_for_the_lead(
    screens: Screens, cast: Cast, db: Database, lead: FlaskClient, words: str, mood: int
):
    finger = screens.open(cast.amira)
    finger.press("End my duty")
    finger.press("Yes, end my duty")
    thanks = finger.press(words).text
    assert "Thank you, Amira. See you next time." in thanks
    assert ("That sounds hard. You can talk to Mr Adeyemi in Room 12 about it." in thanks) is (mood < 3)
    assert {each["mentor_id"]: each["mood"] for each in db["duties"].rows} == {cast.amira: mood, cast.ben: None}
    assert f"felt {words.lower()}" in page(lead.get(f"/mentors/{cast.amira}")).text


def test_who_would_rather_not_say_leaves_no_mood(screens: Screens, cast: Cast, db: Database):
    finger = screens.open(cast.amira)
    finger.press("End my duty")
    finger.press("Yes, end my duty")
    finger.press("Rather not say")
    assert finger.path == "/"
    assert {each["mood"] for each in db["duties"].rows} == {None}


def test_a_retried_face_thanks_again_and_the_first_one_counts(screens: Screens, cast: Cast, db: Database):
    token = screens.step("/end", screens.token(cast.amira)).fields("token")[0]
    assert screens.step("/felt", token, mood="4").text == screens.step("/felt", token, mood="4").text
    assert [each["mood"] for each in db["duties"].rows] == [4, None]


def test_a_used_token_is_soon_forgotten(screens: Screens, cast: Cast, wall: Wall):
    token = screens.token(cast.amira)
    screens.step("", token)
    wall.passes(20)
    assert CLOSED in screens.step("", token).text


@pytest.mark.parametrize(("seconds", "lives"), [(299, True), (300, False), (3_000, False)])
def test_a_token_dies_after_300_seconds(screens: Screens, cast: Cast, wall: Wall, seconds: int, *, lives: bool):
    token = screens.token(cast.amira)
    wall.seconds += seconds
    assert (CLOSED not in screens.step("", token).text) is lives


@pytest.mark.parametrize("token", ["", "nobodys", "\x00", "x" * 5_000])
@pytest.mark.parametrize("step", STEPS)
def test_without_a_token_nothing_happens(screens: Screens, db: Database, step: str, token: str):
    assert CLOSED in screens.step(step, token, about="abuse", **STEPS[step]).text
    assert db["alerts"].count == 0
    assert [each["ended"] for each in db["duties"].rows] == [None, None]


def test_the_next_pupil_finds_no_token_of_a_mentors(kiosk_door: FlaskClient, screens: Screens, cast: Cast):
    finger = screens.open(cast.amira)
    assert "token" not in finger.press("Close").text
    assert CLOSED in page(kiosk_door.post("/mentor")).text
    assert kiosk_door.get("/mentor").status_code == 405


# Who may call


def test_a_mentor_whose_duty_has_ended_cannot_call(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database, wall: Wall
):
    [word] = ask(kiosk_door, "family")
    token = screens.token(cast.amira)
    duty.end(db, cast.amira, drop_in_id=cast.drop_in, now=wall.moment)
    wall.passes(1)
    refused = screens.step("/next", token).text
    assert CLOSED in refused
    assert word not in refused
    assert [each["state"] for each in db["help_requests"].rows] == ["asked"]


def test_nobody_calls_once_the_drop_in_is_over(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database, wall: Wall
):
    wall.shows("13:14")
    ask(kiosk_door, "family")
    token = screens.token(cast.amira)
    wall.shows("13:15")
    assert CLOSED in screens.step("/next", token).text
    assert [each["state"] for each in db["help_requests"].rows] == ["asked"]


def test_a_screen_left_open_shows_nobody_once_the_drop_in_is_over(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, wall: Wall
):
    wall.shows("13:14")
    [word] = ask(kiosk_door, "family")
    token = screens.token(cast.amira)
    wall.shows("13:16")
    assert word not in screens.step("", token).text


def test_a_screen_left_open_shows_nobody_once_the_duty_has_ended(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database, wall: Wall
):
    [word] = ask(kiosk_door, "family")
    token = screens.token(cast.amira)
    duty.end(db, cast.amira, drop_in_id=cast.drop_in, now=wall.moment)
    wall.passes(1)
    assert word not in screens.step("", token).text


@pytest.mark.parametrize("how", ["revoked", "paused", "left"])
def test_a_mentor_who_is_not_fit_any_more_cannot_call(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database, wall: Wall, how: str
):
    [word] = ask(kiosk_door, "family")
    token = screens.token(cast.amira)
    if how == "revoked":
        badge_register.revoke(db, cast.amira, by="staff 1", now=wall.moment)
    else:
        db["mentors"].update(cast.amira, {"state": how})
    assert f"Say this name {word}" not in screens.step("/next", token).text
    assert [each["state"] for each in db["help_requests"].rows] == ["asked"]


def test_a_dead_badge_opens_no_screen(screens: Screens, cast: Cast, db: Database, wall: Wall):
    badge_register.revoke(db, cast.amira, by="staff 1", now=wall.moment)
    assert screens.open(cast.amira).page.fields("token") == []


def test_a_name_with_markup_is_shown_as_text_on_every_step(
    kiosk_door: FlaskClient, screens: Screens, cast: Cast, db: Database
):
    name = "<b>Bobby</b><img src=x onerror=alert(1)>"
    db["mentors"].update(cast.amira, {"display_name": name})
    ask(kiosk_door, "bullying")
    finger = screens.open(cast.amira)
    walk = [finger.page]
    walk += [finger.press(words) for words in ("Call next", "Pass it on to staff", "Back to my screen")]
    walk += [finger.press(words) for words in ("End my duty", "Yes, end my duty")]
    walk.append(finger.press("Good"))
    assert [name in each.text for each in walk] == [True] * 4 + [False] * 2 + [True]
    assert [fault for each in walk for fault in (*each.all("img"), *inline(each))] == []
