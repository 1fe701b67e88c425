"""Cover for the lead: what waits, done for a mentor, the last fortnight, and today's gaps."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.lunch import duty
from mentoring.planning import availability, cover, rota
from mentoring.planning.availability import Days, Means
from mentoring.planning.cover import Kind, Request, State
from mentoring.planning.rota import Limits
from mentoring.school import school_year
from tests.both_doors import Scan, Wall, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, THURSDAY, Cast
from tests.walking import Finger, Page, page

NEXT_TUESDAY = date(2027, 1, 19)


@pytest.fixture
def finger(lead: FlaskClient) -> Finger:
    return Finger(lead)


@pytest.fixture
def thursday(db: Database, cast: Cast, wall: Wall) -> int:
    """Amira and Chidi are due on Thursday; the drop-in's id."""
    [drop_in] = school_year.on_day(db, THURSDAY)
    assert rota.set_due(db, drop_in, [cast.amira, cast.chidi], by="staff 1", now=wall.moment) is None
    return school_year.on_day(db, THURSDAY)[0].id or 0


@pytest.fixture
def request_of_chidi(db: Database, cast: Cast, thursday: int, wall: Wall) -> Request:
    answer = cover.ask(db, thursday, cast.chidi, Kind.ILL, by="mentor 3", now=wall.moment)
    assert answer.request
    return answer.request


def send(door: FlaskClient, path: str, **fields: object) -> Page:
    answer = door.post(path, data={**fields, "form_key": form_key(door)}, follow_redirects=True)
    return page(answer)


def state(db: Database, request: Request) -> State:
    found = cover.by_id(db, request.id)
    assert found
    return found.state


# What waits


def test_an_empty_page_says_where_requests_come_from(finger: Finger):
    finger.open("/")
    assert "Nobody has asked. Mentors ask at the kiosk" in finger.press("Cover").text


def test_the_lead_says_yes_and_the_rota_changes(
    finger: Finger, db: Database, cast: Cast, thursday: int, request_of_chidi: Request, wall: Wall
):
    cover.take(db, request_of_chidi.id, cast.ben, by="mentor 2", now=wall.moment)
    assert "Ben O. would come for Chidi" in finger.open("/").text
    assert "Chidi Okonkwo cannot come: not well. Ben Osei would come." in finger.press("Say yes or no").text
    assert "Done. The rota has changed." in finger.press("Yes").text
    assert set(rota.placed(db, thursday)) == {cast.amira, cast.ben}
    assert "Nobody has asked." in finger.page.text


def test_what_breaks_a_rule_says_which_and_wants_a_reason(
    finger: Finger, db: Database, cast: Cast, thursday: int, request_of_chidi: Request, wall: Wall
):
    availability.add(db, cast.ben, Means.NOT_FREE, Days(day=3), by="staff 1", now=wall.moment)
    cover.take(db, request_of_chidi.id, cast.ben, by="mentor 2", now=wall.moment)
    finger.open("/cover")
    warned = finger.press("Yes")
    assert finger.answer.status_code == 422
    assert "Ben O. is not free (every Thursday)" in warned.text
    assert state(db, request_of_chidi) is State.TAKEN
    finger.press("Yes", despite="He offered")
    assert set(rota.placed(db, thursday)) == {cast.amira, cast.ben}
    assert rota.reasons(db, thursday) == ["He offered"]


def test_no_leaves_the_place_open_and_a_change_of_mind_ends_it(
    finger: Finger, db: Database, cast: Cast, request_of_chidi: Request, wall: Wall
):
    cover.take(db, request_of_chidi.id, cast.ben, by="mentor 2", now=wall.moment)
    finger.open("/cover")
    assert "Said no. The place waits for somebody else." in finger.press("No").text
    assert state(db, request_of_chidi) is State.OPEN
    finger.press("They can come after all")
    assert state(db, request_of_chidi) is State.WITHDRAWN


def test_a_request_that_was_taken_back_meanwhile_is_said_so(
    finger: Finger, db: Database, cast: Cast, request_of_chidi: Request, wall: Wall
):
    cover.take(db, request_of_chidi.id, cast.ben, by="mentor 2", now=wall.moment)
    finger.open("/cover")
    cover.undo(db, request_of_chidi.id, cast.chidi, by="mentor 3", now=wall.moment)
    assert "Somebody was first, or it was taken back." in finger.press("Yes").text
    assert finger.answer.status_code == 422


def test_a_request_that_nobody_took_waits_on_today_too(finger: Finger, request_of_chidi: Request):
    assert "Chidi cannot come Thu 14 January, Library 2" in finger.open("/").text.partition("Waiting for you")[2]
    finger.press("Find cover")
    assert finger.path == "/cover"


# For a mentor


def test_a_mentor_who_told_the_lead_is_excused(finger: Finger, db: Database, cast: Cast, thursday: int, wall: Wall):
    finger.open("/cover")
    asked = finger.press("They cannot come", place=f"{thursday}:{cast.chidi}", kind="exam")
    assert "Chidi Okonkwo cannot come: an exam. Nobody has said yes so far." in asked.text
    assert [each.state for each in cover.live(db, now=wall.moment)] == [State.OPEN]


def test_whom_the_lead_puts_in_needs_no_second_yes(
    finger: Finger, db: Database, cast: Cast, thursday: int, request_of_chidi: Request
):
    assert finger.open("/cover").fields("mentor") == [str(cast.ben)]
    finger.press("Put them in")
    assert set(rota.placed(db, thursday)) == {cast.amira, cast.ben}


def test_who_was_asked_comes_later_next_time(lead: FlaskClient, db: Database, cast: Cast, request_of_chidi: Request):
    send(lead, f"/cover/{request_of_chidi.id}/asked", mentor=cast.ben)
    assert [each["mentor_id"] for each in db["cover_asked"].rows] == [cast.ben]


def test_two_are_swapped_by_the_leads_own_hand(finger: Finger, db: Database, cast: Cast, thursday: int, wall: Wall):
    [tuesday] = school_year.on_day(db, NEXT_TUESDAY)
    rota.set_due(db, tuesday, [cast.ben], by="staff 1", now=wall.moment)
    [tuesday] = school_year.on_day(db, NEXT_TUESDAY)
    finger.open("/cover")
    finger.press("Swap them", place=f"{thursday}:{cast.chidi}", other=f"{tuesday.id}:{cast.ben}")
    assert set(rota.placed(db, thursday)) == {cast.amira, cast.ben}
    assert set(rota.placed(db, tuesday.id or 0)) == {cast.chidi}


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("ask", {"place": "1", "kind": "exam"}, 400),
        ("ask", {"place": "x:1", "kind": "exam"}, 400),
        ("ask", {"place": "999:1", "kind": "exam"}, 404),
        ("ask", {"place": "1:1", "kind": "tired"}, 400),
        ("ask", {"place": "1:1", "kind": "exam"}, 422),
        ("ask", {"place": f"{'9' * 20}:1", "kind": "exam"}, 400),
        ("swap", {"place": "1:1", "other": "1:2"}, 422),
        ("7/take", {"mentor": "999"}, 400),
        ("7/take", {"mentor": "1"}, 422),
        ("7/asked", {"mentor": "1"}, 404),
        ("7/approve", {}, 422),
        ("7/withdraw", {}, 404),
        ("attended", {"place": "1:1", "outcome": "lazy"}, 400),
        ("attended", {"place": "1:1", "outcome": "came"}, 422),
    ],
)
def test_what_cannot_be_is_refused(lead: FlaskClient, db: Database, path: str, fields: dict[str, str], status: int):
    answer = lead.post(f"/cover/{path}", data={**fields, "form_key": form_key(lead)})
    assert answer.status_code == status
    assert db["cover_requests"].count == db["attendance_corrections"].count == 0


# What holds for everybody


def test_the_school_settles_what_holds_for_all(finger: Finger, db: Database):
    finger.open("/cover")
    finger.press("Save", duties_a_week="3", late_after="10", gaps_before="20", small_swaps_pass="yes")
    assert rota.limits(db) == Limits(3, 10, 20, small_swaps_pass=True)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("duties_a_week", "0", "This is 0: choose 1 to 5 duties a week."),
        ("late_after", "99", "This is 99: choose 0 to 30 minutes."),
        ("gaps_before", "soon", "This is “soon”: write a whole number."),
        ("gaps_before", "", "This is “”: write a whole number."),
        ("gaps_before", "²", "This is “²”: write a whole number."),
    ],
)
def test_a_number_out_of_bounds_is_said_at_its_field(finger: Finger, db: Database, field: str, text: str, says: str):
    finger.open("/cover")
    given = {"duties_a_week": "2", "late_after": "5", "gaps_before": "15", field: text}
    shown = finger.press("Save", **given)
    assert says in shown.text
    assert shown.fields(field) == [text]
    assert rota.limits(db) == Limits()


# How it went


@pytest.fixture
def after_lunch(scan: Scan, db: Database, cast: Cast, wall: Wall) -> None:
    """Amira came, Ben did not, and lunch is over."""
    wall.shows("12:31")
    scan(cast.amira)
    wall.shows("13:20")


@pytest.mark.usefixtures("after_lunch")
def test_how_it_went_is_told_apart_and_the_leads_word_can_be_undone(staff_door: FlaskClient, cast: Cast):
    finger = Finger(log_in(staff_door))
    told = finger.open("/cover").text.partition("The last fortnight")[2]
    assert "Amira Khan came" in told
    assert "Ben Osei did not come" in told
    corrected = finger.press("Set it right", place=f"1:{cast.ben}", outcome="excused").text
    assert "Ben Osei excused, as you said; by itself the box says: did not come" in corrected
    assert "Ben Osei did not come" in finger.press("Undo this correction").text


@pytest.mark.usefixtures("after_lunch")
def test_a_mentors_page_tells_it_too_and_the_correction_comes_back_there(staff_door: FlaskClient, cast: Cast):
    finger = Finger(log_in(staff_door))
    assert "Tue 12 January did not come" in finger.open(f"/mentors/{cast.ben}").text
    assert "Tue 12 January excused, as you said" in finger.press("Set it right", outcome="excused").text
    assert finger.path == f"/mentors/{cast.ben}"
    finger.press("Undo this correction")
    assert finger.path == f"/mentors/{cast.ben}"
    assert "Tue 12 January did not come" in finger.page.text


# Today's gaps


@pytest.mark.parametrize(("hour", "named"), [("12:14", False), ("12:15", True), ("13:14", True), ("13:15", False)])
def test_gaps_are_named_from_a_quarter_of_an_hour_before(
    staff_door: FlaskClient, wall: Wall, hour: str, *, named: bool
):
    wall.shows(hour)
    shown = page(log_in(staff_door).get("/")).text
    assert ("12:30, Library 2: Amira and Ben O. are not in yet" in shown) is named


def test_one_button_puts_somebody_in_for_whoever_is_missing(
    finger: Finger, scan: Scan, db: Database, cast: Cast, lunch: school_year.DropIn
):
    scan(cast.amira)
    assert "12:30, Library 2: Ben O. is not in yet" in finger.open("/").text
    assert "Put in. They can scan in now." in finger.press("Put Chidi in for Ben O.").text
    assert {each.id for each in rota.due(db, lunch)} == {cast.amira, cast.chidi}
    assert scan(cast.chidi)["outcome"] == "on_duty"
    assert " in for " not in "".join(each.words for each in finger.open("/").targets)


@pytest.mark.usefixtures("pair")
def test_one_button_puts_somebody_in_for_whoever_has_left_while_a_pair_is_missing(
    finger: Finger, scan: Scan, db: Database, cast: Cast, lunch: school_year.DropIn, wall: Wall
):
    wall.shows("12:50")
    duty.end(db, cast.ben, drop_in_id=cast.drop_in, now=wall.moment)
    assert "12:30, Library 2: Ben O. left at 12:50 Who could step in" in finger.open("/").text
    finger.press("Put Chidi in for Ben O.")
    assert {each.id for each in rota.due(db, lunch)} == {cast.amira, cast.chidi}
    assert scan(cast.chidi)["room"] == "open"
    shown = finger.open("/").text
    assert "Ben O. left at 12:50" in shown
    assert "Who could step in" not in shown


def test_an_empty_place_is_filled_beside_who_is_due(finger: Finger, db: Database, cast: Cast, lunch):
    db["due"].delete((cast.drop_in, cast.ben))
    assert "1 place is empty" in finger.open("/").text
    finger.press("Put Chidi in")
    assert {each.id for each in rota.due(db, lunch)} == {cast.amira, cast.chidi}


def test_who_was_excused_stays_excused_when_somebody_steps_in(
    staff_door: FlaskClient, db: Database, cast: Cast, lunch, wall: Wall
):
    wall.shows("12:20")
    cover.ask(db, cast.drop_in, cast.ben, Kind.ILL, by="mentor 2", now=wall.moment)
    finger = Finger(log_in(staff_door))
    shown = finger.open("/").text
    assert "1 place is empty" in shown
    assert "Ben O. cannot come" in shown
    finger.press("Put Chidi in")
    assert {each.id for each in rota.due(db, lunch)} == {cast.amira, cast.chidi}
    wall.shows("13:20")
    assert "Ben Osei excused (not well)" in page(log_in(staff_door).get("/cover")).text


def test_stepping_in_that_breaks_a_rule_wants_a_reason(finger: Finger, db: Database, cast: Cast, lunch):
    finger.open("/")
    warned = finger.press("Put Chidi in for Amira")
    assert finger.answer.status_code == 422
    assert "Nobody of them is experienced: choose somebody else, or give a reason." in warned.text
    assert {each.id for each in rota.due(db, lunch)} == {cast.amira, cast.ben}
    finger.press("Put Chidi in for Amira", despite="An adult sits in")
    assert {each.id for each in rota.due(db, lunch)} == {cast.ben, cast.chidi}


def test_a_page_that_is_old_meets_the_change_of_another(finger: Finger, db: Database, cast: Cast, lunch, wall: Wall):
    finger.open("/")
    rota.set_due(db, lunch, [cast.amira], by="staff 2", now=wall.moment)
    shown = finger.press("Put Chidi in for Amira").text
    assert "Mr Adeyemi" in shown
    assert {each.id for each in rota.due(db, lunch)} == {cast.amira}


def test_a_helper_sees_the_gap_and_nobodys_reason(
    staff_app: Flask, db: Database, cast: Cast, request_of_chidi: Request, wall: Wall
):
    cover.take(db, request_of_chidi.id, cast.ben, by="mentor 2", now=wall.moment)
    shown = page(log_in(staff_app.test_client(), ADEYEMI_EMAIL).get("/"))
    assert "are not in yet" in shown.text
    assert "Who could step in" in shown.text
    assert [words for words in ("not well", "Say yes or no", "Put ") if words in shown.text] == []


def test_todays_mark_changes_with_what_waits(lead: FlaskClient, db: Database, cast: Cast, thursday: int, wall: Wall):
    def mark() -> str:
        return str(lead.get("/now.json").get_json()["today"])

    before = mark()
    asked = cover.ask(db, thursday, cast.chidi, Kind.ILL, by="mentor 3", now=wall.moment)
    assert asked.request
    cover.take(db, asked.request.id, cast.ben, by="mentor 2", now=wall.moment)
    after = mark()
    assert before != after
    assert mark() == after == page(lead.get("/")).all("main")[0]["data-today"]
