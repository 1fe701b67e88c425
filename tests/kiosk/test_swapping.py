"""Cover and swaps on the mentor's screen: said with a tap, agreed by two badges, and never a reason in the room."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.people import badge_register, mentors
from mentoring.people.mentors import NewMentor
from mentoring.planning import availability, cover, rota
from mentoring.planning.availability import ApartWhy
from mentoring.planning.cover import Kind, State
from mentoring.planning.rota import Limits
from mentoring.school import school_year
from tests.both_doors import Scan, Wall, form_key, picture
from tests.conftest import THURSDAY, Cast
from tests.walking import Finger, Page, inline, page

CLOSED = "This screen has closed. Please show your badge again."
NEXT_TUESDAY = date(2027, 1, 19)
TUE, THU = "On Tuesday 19 January at 12:30", "On Thursday at 12:30"

Open = Callable[[int], Finger]


@pytest.fixture
def due(db: Database, cast: Cast, wall: Wall) -> Mapping[date, int]:
    """Amira and Chidi on Thursday, Ben and Amira next Tuesday; the drop-ins' ids."""
    by_date = {}
    for day, pair in ((THURSDAY, [cast.amira, cast.chidi]), (NEXT_TUESDAY, [cast.amira, cast.ben])):
        [drop_in] = school_year.on_day(db, day)
        assert rota.set_due(db, drop_in, pair, by="staff 1", now=wall.moment) is None
        by_date[day] = school_year.on_day(db, day)[0].id or 0
    return by_date


@pytest.fixture
def screen(due: Mapping[date, int], pair: None, kiosk_door: FlaskClient, wall: Wall, codes: Mapping[int, str]) -> Open:
    """Opens the screen of a mentor who is on duty."""
    wall.passes(60)

    def opened(mentor: int) -> Finger:
        finger = Finger(kiosk_door)
        finger.open("/scan")
        finger.press("Go", code=codes[mentor])
        return finger

    return opened


def let_small_ones_pass(db: Database, wall: Wall) -> None:
    rota.change_limits(db, rota.limits_form(Limits(small_swaps_pass=True)), by="staff 1", now=wall.moment)


def who(db: Database, drop_in: int) -> set[int]:
    return set(rota.placed(db, drop_in))


# I cannot make this one


def test_two_taps_and_a_kind_ask_for_cover_and_can_be_taken_back(
    screen: Open, cast: Cast, db: Database, due: Mapping[date, int], wall: Wall
):
    finger = screen(cast.amira)
    assert [each.words for each in finger.press("My next duties").targets][:2] == [f"{THU}Library 2", f"{TUE}Library 2"]
    finger.press(THU)
    assert "You cannot come on Thursday at 12:30. That is all right." in finger.press("I can't make this one").text
    told = finger.press("I am not well").text
    assert "Others can now offer to come on Thursday at 12:30. Ms Okafor can see it too." in told
    [request] = cover.live(db, now=wall.moment)
    assert (request.drop_in.id, request.mentor.id, request.kind) == (due[THURSDAY], cast.amira, Kind.ILL)
    assert "Nobody has said yes yet." in finger.press("My next duties").text
    finger.press(THU)
    assert "Taken back. Everything is as it was before." in finger.press("Take it back").text
    assert cover.live(db, now=wall.moment) == []


@pytest.mark.parametrize("kind", Kind)
def test_no_reason_is_ever_shown_in_the_room(screen: Open, cast: Cast, db: Database, due, wall: Wall, kind: Kind):
    cover.ask(db, due[THURSDAY], cast.chidi, kind, by="mentor 3", now=wall.moment)
    finger = screen(cast.ben)
    shown = finger.press("Places to take")
    assert f"{THU}Library 2, instead of Chidi" in {each.words for each in shown.targets}
    for walk in (shown, finger.press(THU), finger.press("My next duties")):
        assert [word for word in ("exam", "ill", "well", "trip") if word in walk.text.lower().split()] == []


def test_the_same_tap_sent_again_is_one_request(screen: Open, cast: Cast, db: Database, due, kiosk_door: FlaskClient):
    finger = screen(cast.amira)
    finger.press("My next duties")
    finger.press(THU)
    token = finger.press("I can't make this one").fields("token")[0]
    fields = {"token": token, "drop_in": str(due[THURSDAY]), "kind": "exam"}
    first, again = (page(kiosk_door.post("/mentor/away", data=fields)).text for _ in range(2))
    assert first == again
    assert db["cover_requests"].count == 1
    assert CLOSED in page(kiosk_door.post("/mentor/away", data={**fields, "kind": "trip"})).text


@pytest.mark.parametrize("kind", ["Exam", "tired", "ill "])
def test_there_are_four_kinds_and_no_other(screen: Open, cast: Cast, db: Database, due, kiosk_door, kind: str):
    token = screen(cast.amira).page.fields("token")[0]
    fields = {"token": token, "drop_in": str(due[THURSDAY]), "kind": kind}
    assert kiosk_door.post("/mentor/away", data=fields).status_code == 400
    assert db["cover_requests"].count == 0


@pytest.mark.parametrize("path", ["duty", "away", "swap"])
@pytest.mark.parametrize("drop_in", ["0", "-1", "999", "", "Thursday", "running", "bens"])
def test_only_ones_own_coming_duty_can_be_given(
    screen: Open, cast: Cast, db: Database, due, kiosk_door: FlaskClient, wall: Wall, path: str, drop_in: str
):
    [other] = school_year.on_day(db, date(2027, 1, 21))
    rota.set_due(db, other, [cast.ben], by="staff 1", now=wall.moment)
    bens = school_year.on_day(db, date(2027, 1, 21))[0].id
    named = {"running": str(cast.drop_in), "bens": str(bens)}
    fields = {"token": screen(cast.amira).page.fields("token")[0], "drop_in": named.get(drop_in, drop_in)}
    shown = page(kiosk_door.post(f"/mentor/{path}", data={**fields, "kind": "exam"})).text
    assert "That has changed in the meantime. Please look at your next duties again." in shown
    assert db["cover_requests"].count == 0


# Places to take


def test_a_place_is_taken_with_one_tap_and_waits_for_the_lead(
    screen: Open, cast: Cast, db: Database, due: Mapping[date, int], wall: Wall
):
    cover.ask(db, due[THURSDAY], cast.chidi, Kind.TRIP, by="mentor 3", now=wall.moment)
    finger = screen(cast.ben)
    finger.press("Places to take")
    told = finger.press(THU).text
    assert "You will come instead of Chidi once Ms Okafor says yes. Until then nothing changes." in told
    assert who(db, due[THURSDAY]) == {cast.amira, cast.chidi}
    assert "You will come instead of Chidi" in finger.press("My next duties").text
    finger.press(THU)
    assert "Others can offer to come on Thursday at 12:30." in finger.press("Take it back").text
    assert [each.state for each in cover.live(db, now=wall.moment)] == [State.OPEN]


def test_where_the_school_lets_small_ones_pass_it_is_done_at_once(
    screen: Open, cast: Cast, db: Database, due: Mapping[date, int], wall: Wall
):
    let_small_ones_pass(db, wall)
    cover.ask(db, due[THURSDAY], cast.chidi, Kind.TRIP, by="mentor 3", now=wall.moment)
    finger = screen(cast.ben)
    finger.press("Places to take")
    told = finger.press(THU)
    assert "Done. Thank you. You are coming on Thursday at 12:30." in told.text
    assert "Take it back" not in {each.words for each in told.targets}
    assert who(db, due[THURSDAY]) == {cast.amira, cast.ben}


def test_whom_the_lead_keeps_apart_is_offered_nothing_and_told_no_reason(
    screen: Open, cast: Cast, db: Database, due: Mapping[date, int], wall: Wall
):
    availability.keep_apart(db, cast.amira, cast.ben, ApartWhy.CONFLICT, by="staff 1", now=wall.moment)
    cover.ask(db, due[THURSDAY], cast.chidi, Kind.TRIP, by="mentor 3", now=wall.moment)
    shown = screen(cast.ben).press("Places to take").text
    assert "There is no place for you to take right now." in shown
    assert "apart" not in shown


def test_of_two_doors_that_race_for_one_place_one_has_it_and_the_other_is_told(
    screen: Open,
    cast: Cast,
    db: Database,
    due: Mapping[date, int],
    wall: Wall,
    lead: FlaskClient,
    kiosk_door: FlaskClient,
):
    dana = another_mentor(db, wall)
    for _ in range(5):
        rota.set_due(db, school_year.by_id(db, due[THURSDAY]), [cast.amira, cast.chidi], by="staff 1", now=wall.moment)
        asked = cover.ask(db, due[THURSDAY], cast.chidi, Kind.TRIP, by="mentor 3", now=wall.moment).request
        assert asked
        token, key, ready = screen(cast.ben).page.fields("token")[0], form_key(lead), Barrier(2)

        def at_the_kiosk(token: str = token, request: int = asked.id, ready: Barrier = ready) -> str:
            ready.wait()
            return page(kiosk_door.post("/mentor/take", data={"token": token, "request": request})).text

        def at_the_desk(key: str = key, request: int = asked.id, ready: Barrier = ready) -> int:
            ready.wait()
            return lead.post(f"/cover/{request}/take", data={"mentor": dana, "form_key": key}).status_code

        with ThreadPoolExecutor(2) as both:
            told, status = both.submit(at_the_kiosk), both.submit(at_the_desk)
        found = cover.by_id(db, asked.id)
        assert found
        assert found.taken_by
        if found.taken_by.id == dana:
            assert ("Somebody else was first." in told.result(), status.result()) == (True, 303)
            assert who(db, due[THURSDAY]) == {cast.amira, dana}
        else:
            assert ("You will come instead of Chidi" in told.result(), status.result()) == (True, 422)
            assert who(db, due[THURSDAY]) == {cast.amira, cast.chidi}
            cover.undo(db, asked.id, cast.chidi, by="mentor 3", now=wall.moment)


def another_mentor(db: Database, wall: Wall) -> int:
    """Dana, a mentor with a good badge who is free."""
    dana = mentors.add(db, NewMentor("Dana", "Kowalska", "10", "Dana"), by="staff 1", now=wall.moment)
    assert isinstance(dana, int)
    badge_register.issue_missing(db, [dana], by="staff 1", now=wall.moment)
    return dana


# A swap by two badges


def to_badge(finger: Finger, duty: str) -> Page:
    finger.press("My next duties")
    finger.press(duty)
    return finger.press("Swap with another mentor")


def test_two_badges_and_two_duties_are_a_swap_that_waits_for_the_lead(
    screen: Open, cast: Cast, db: Database, due: Mapping[date, int], wall: Wall, codes: Mapping[int, str]
):
    finger = screen(cast.ben)
    assert "Now the other mentor shows their badge." in to_badge(finger, TUE).text
    chosen = finger.press("Go", code=codes[cast.chidi])
    assert "Chidi, you would come on Tuesday 19 January at 12:30. Which duty would you give in return?" in chosen.text
    asked = finger.press(THU).text
    assert (
        "Do you both agree? Chidi will come on Tuesday 19 January at 12:30. Ben O. will come on Thursday at 12:30."
        in asked
    )
    assert db["cover_requests"].count == 0
    assert "You will swap with Chidi once Ms Okafor says yes." in finger.press("Yes, we both agree").text
    assert who(db, due[THURSDAY]) == {cast.amira, cast.chidi}
    [request] = cover.live(db, now=wall.moment)
    assert request.is_swap
    assert "Taken back." in finger.press("Take it back").text
    assert cover.live(db, now=wall.moment) == []


def test_a_small_swap_passes_at_once_and_a_lost_answer_asked_again_is_the_same(
    screen: Open, cast: Cast, db: Database, due, wall: Wall, codes, kiosk_door: FlaskClient
):
    let_small_ones_pass(db, wall)
    finger = screen(cast.ben)
    to_badge(finger, TUE)
    finger.press("Go", code=codes[cast.chidi])
    token = finger.press(THU).fields("token")[0]
    first, again = (page(kiosk_door.post("/mentor/swap/agree", data={"token": token})).text for _ in range(2))
    assert "Done. Thank you both. You are not coming on Tuesday 19 January at 12:30: Chidi is." in first
    assert first == again
    assert who(db, due[THURSDAY]) == {cast.amira, cast.ben}
    assert who(db, due[NEXT_TUESDAY]) == {cast.amira, cast.chidi}
    assert db["cover_requests"].count == 1


@pytest.mark.parametrize("passes", [False, True])
def test_the_other_may_just_take_it(
    screen: Open, cast: Cast, db: Database, due, wall: Wall, codes, kiosk_door: FlaskClient, *, passes: bool
):
    if passes:
        let_small_ones_pass(db, wall)
    finger = screen(cast.ben)
    to_badge(finger, TUE)
    finger.press("Go", code=codes[cast.chidi])
    token = finger.press("I will just take it").fields("token")[0]
    first, again = (page(kiosk_door.post("/mentor/swap/agree", data={"token": token})).text for _ in range(2))
    assert first == again
    assert ("Chidi is." if passes else "Chidi will come instead of you once Ms Okafor says yes.") in first
    assert (who(db, due[NEXT_TUESDAY]) == {cast.amira, cast.chidi}) is passes
    assert db["cover_requests"].count == 1


def test_a_take_that_cannot_be_leaves_nobody_excused(screen: Open, cast: Cast, db: Database, due, wall: Wall, codes):
    finger = screen(cast.ben)
    to_badge(finger, TUE)
    finger.press("Go", code=codes[cast.chidi])
    finger.press("I will just take it")
    badge_register.revoke(db, cast.chidi, by="staff 1", now=wall.moment)
    assert "That does not work here. Ms Okafor can help." in finger.press("Yes, we both agree").text
    assert cover.live(db, now=wall.moment) == []


def test_the_other_badge_may_be_held_to_the_camera_and_other_frames_use_nothing_up(
    screen: Open, cast: Cast, kiosk_door: FlaskClient, amiras_card: np.ndarray, pairs_cards: np.ndarray
):
    token = to_badge(screen(cast.ben), TUE).fields("token")[0]

    def frame(grey: np.ndarray) -> dict[str, str]:
        given = {"content_type": "image/jpeg", "headers": {"X-Token": token}}
        return kiosk_door.post("/mentor/swap/badge", data=picture(grey, ".jpg"), **given).get_json()

    nothing = np.full((480, 640), 200, np.uint8)
    assert [frame(nothing)["outcome"] for _ in range(3)] == ["unreadable"] * 3
    bens = np.ascontiguousarray(pairs_cards[:, pairs_cards.shape[1] // 2 :])
    own = frame(bens)
    assert (own["page"], own["say"]) == (None, "That is your own badge. Now the other mentor shows theirs.")
    assert frame(amiras_card)["outcome"] == "menu"


@pytest.mark.parametrize("token", ["", "nobodys"])
def test_a_frame_without_a_good_token_is_not_even_read(screen: Open, kiosk_door: FlaskClient, token: str):
    given = {"content_type": "image/jpeg", "headers": {"X-Token": token}}
    answer = kiosk_door.post("/mentor/swap/badge", data=b"no picture", **given).get_json()
    assert CLOSED in answer["page"]


@pytest.mark.parametrize("whose", ["own", "dead", "no badge"])
def test_only_another_mentors_good_badge_goes_on(
    screen: Open, cast: Cast, db: Database, wall: Wall, codes: Mapping[int, str], lead: FlaskClient, whose: str
):
    if whose == "dead":
        badge_register.revoke(db, cast.chidi, by="staff 1", now=wall.moment)
    finger = screen(cast.ben)
    to_badge(finger, TUE)
    code = {"own": codes[cast.ben], "dead": codes[cast.chidi], "no badge": "PM00 0000"}[whose]
    says = {
        "own": "That is your own badge.",
        "dead": "This badge cannot swap. Ms Okafor can help.",
        "no badge": "That is not a mentor badge.",
    }[whose]
    assert says in finger.press("Go", code=code).text
    told = page(lead.get("/")).text
    assert ("A badge that is not good any more was shown Chidi" in told) is (whose == "dead")


def test_the_second_badge_starts_no_duty_and_is_no_refusal(
    screen: Open, cast: Cast, db: Database, codes: Mapping[int, str], lead: FlaskClient
):
    finger, before = screen(cast.ben), db["duties"].count
    to_badge(finger, TUE)
    finger.press("Go", code=codes[cast.chidi])
    assert db["duties"].count == before
    assert "showed their badge" not in page(lead.get("/")).text


def test_nobody_agrees_for_whoever_has_not_shown_a_badge(screen: Open, cast: Cast, due, kiosk_door: FlaskClient, db):
    for path, fields in (
        ("swap/agree", {"other_id": str(cast.chidi)}),
        ("swap/choose", {"other_gives": str(due[THURSDAY]), "other_id": str(cast.chidi)}),
        ("swap/badge", {"code": "x"}),
    ):
        token = screen(cast.ben).page.fields("token")[0]
        assert CLOSED in page(kiosk_door.post(f"/mentor/{path}", data={"token": token, **fields})).text
    assert db["cover_requests"].count == 0


def test_who_is_due_there_already_cannot_come_there_again(screen: Open, cast: Cast, codes: Mapping[int, str]):
    finger = screen(cast.ben)
    to_badge(finger, TUE)
    assert "That does not work here. Ms Okafor can help." in finger.press("Go", code=codes[cast.amira]).text


# What it keeps to as the rest of the screen does


def test_an_open_screen_says_nothing_more_once_the_duty_has_ended(screen: Open, cast: Cast, wall: Wall):
    finger = screen(cast.amira)
    wall.shows("13:15")
    assert CLOSED in finger.press("My next duties").text


def test_names_are_shown_as_text_and_only_of_those_who_agreed(screen: Open, cast: Cast, db: Database, due, wall: Wall):
    name = "<b>Bobby</b><img src=x onerror=alert(1)>"
    db["mentors"].update(cast.chidi, {"display_name": name})
    cover.ask(db, due[THURSDAY], cast.chidi, Kind.TRIP, by="mentor 3", now=wall.moment)
    shown = screen(cast.ben).press("Places to take")
    assert name in shown.text
    assert inline(shown) == shown.all("img") == []
    db["mentors"].update(cast.chidi, {"consent": "refused"})
    shown = screen(cast.ben).press("Places to take")
    assert name not in shown.text
    assert "instead of another mentor" in shown.text


def test_a_mentor_who_waits_for_nothing_sees_no_button_for_it(pair: None, scan: Scan, kiosk_door, codes, cast, wall):
    wall.passes(60)
    shown = page(kiosk_door.post("/scan", data={"code": codes[cast.ben]}))
    assert {"My next duties", "Places to take"} & {each.words for each in shown.targets} == set()
