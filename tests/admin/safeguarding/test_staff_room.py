"""The staff room's screen: where an adult is needed and who is going, by a long link and with no log-in (P5)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from admin.safeguarding import alert_bar, staff_room
from mentoring.access.staff import Role
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import About, Through
from mentoring.school import programme
from tests.both_doors import LoggedIn, Wall, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, Cast
from tests.walking import Finger, page

NEEDED = "An adult is needed: Library 2, since 12:40"


@pytest.fixture
def link(db: Database, wall: Wall) -> str:
    """The address of the screen."""
    programme.give_staff_room_link(db, "", by="staff 1", now=wall.moment)
    return f"/staff-room/{programme.load(db).staff_room_link}"


def call(db: Database, wall: Wall, *, key: str = "one", mentor_id: int | None = None) -> None:
    """Somebody calls an adult to Library 2."""
    about = About.ABUSE if mentor_id else About.RED_TILE
    alerts.call_an_adult(db, key=key, room="Library 2", about=about, mentor_id=mentor_id, now=wall.moment)


def test_it_shows_where_an_adult_is_needed_and_nothing_of_whom_or_what(
    staff_door: FlaskClient, db: Database, wall: Wall, cast: Cast, link: str
):
    assert "No adult is needed now" in page(staff_door.get(link)).text
    call(db, wall, mentor_id=cast.amira)
    shown = page(staff_door.get(link))
    assert NEEDED in shown.text
    told = staff_door.get(f"{link}.json").get_json()
    assert told["rooms"] == [{"room": "Library 2", "since": "12:40"}]
    for words in ("abuse", "hurt", "Amira", "mentor"):
        assert words not in shown.text.lower()
        assert words not in told["calls"].lower()


def test_what_it_has_fetched_is_told(
    staff_door: FlaskClient, kiosk_door: FlaskClient, db: Database, wall: Wall, link: str
):
    address = kiosk_door.post("/alert").headers["Location"]
    assert "We are telling them." in page(kiosk_door.get(address)).text
    staff_door.get(f"{link}.json")
    assert "We have told them: the staff room." in page(kiosk_door.get(address)).text
    assert [each["actor"] for each in db["journal"].rows_where("what = 'alert.told'")] == ["staff-room screen"]


FOR = "Somebody in the staff room, for Mr Adeyemi,"


@pytest.fixture
def trusted(lead: FlaskClient, link: str) -> FlaskClient:
    """A screen in the staff room that the lead has marked as trusted, and logged out of."""
    lead.post("/programme/staff-room/trust", data={"form_key": form_key(lead)})
    lead.post("/log-out", data={"form_key": form_key(lead)})
    return lead


def tap(door: FlaskClient, link: str, *, way: str = "going") -> None:
    """Mr Adeyemi's name is tapped for the first call, and confirmed on that screen."""
    answer = door.post(f"{link}/{way}", data={"alert": "1", "staff": "2", "sure": "yes"})
    assert answer.status_code == 303


def kinds(db: Database) -> list[tuple[str, str]]:
    """What the trail says of alerts, and of whom."""
    return [(each["what"], each["actor"]) for each in db["journal"].rows_where("what like 'alert.%'")]


def test_whoever_has_the_link_answers_no_call_and_everybody_reads_so(
    staff_door: FlaskClient, lead: FlaskClient, kiosk_door: FlaskClient, db: Database, wall: Wall, link: str
):
    """A stranger taps a name: the kiosk, Today, the bar, the screen itself and the mentor's page say what that is."""
    address = kiosk_door.post("/alert").headers["Location"]
    finger = Finger(staff_door)
    finger.open(link)
    asked = finger.press("Mr Adeyemi").text
    assert "Mr Adeyemi is going to Library 2?" in asked
    assert "Others are asked too until you confirm it" in asked
    assert db["alert_going"].count == 0, "the first tap chose a name and nothing more"
    after = finger.press("Yes, Mr Adeyemi is going").text
    assert finger.taps == 2
    assert NEEDED in after
    assert f"{FOR} said “I am going”: passed on until Mr Adeyemi confirms it." in after
    shown = page(kiosk_door.get(address)).text
    assert f"{FOR} says they are coming. That is not sure yet. Go and find Mr Adeyemi in Room 12." in shown
    assert "Mr Adeyemi is coming." not in shown
    assert kiosk_door.get(f"{address}/state").get_json()["coming"] == ""
    today = page(lead.get("/")).text
    assert f"{FOR} is going to Library 2, since 12:40" in today
    [line] = lead.get("/now.json").get_json()["alerts"]
    assert line["passed"] == f"{FOR} said “I am going”: passed on until Mr Adeyemi confirms it."
    assert [each["acknowledged"] for each in db["alerts"].rows] == [None]
    assert kinds(db)[-1] == ("alert.said_for", "staff-room screen")


def test_it_is_passed_on_until_that_person_confirms_it_where_they_are_logged_in(
    staff_door: FlaskClient, staff_app: Flask, kiosk_door: FlaskClient, db: Database, wall: Wall, link: str
):
    address = kiosk_door.post("/alert").headers["Location"]
    tap(staff_door, link)
    for minutes, level in ((3, "the deputy"), (6, "all staff")):
        wall.passes(180)
        assert alerts.take_steps(db, now=wall.moment), minutes
        said = page(staff_door.get(link)).text
        assert f"Not confirmed for {minutes} minutes: passed to {level}." in said
        assert f"Nobody is sure to come yet. We have passed it to {level} too." in page(kiosk_door.get(address)).text
    adeyemi = Finger(log_in(staff_app.test_client(), ADEYEMI_EMAIL))
    adeyemi.open("/")
    assert "You are going to Library 2." in adeyemi.press("I am going").text
    assert "Mr Adeyemi is coming." in page(kiosk_door.get(address)).text
    shown = page(staff_door.get(link)).text
    assert "Mr Adeyemi is going to Library 2, since 12:46" in shown
    assert "Somebody in the staff room" not in shown
    assert [each["through"] for each in db["alert_going"].rows] == ["log_in"]
    assert kinds(db)[-1][0] == "alert.acknowledged"


@pytest.mark.parametrize("role", Role)
def test_every_role_reads_it_and_whoever_looks_after_people_takes_it_back(
    staff_door: FlaskClient, as_role: LoggedIn, db: Database, wall: Wall, link: str, role: Role
):
    door = as_role(role)
    call(db, wall)
    tap(staff_door, link)
    finger = Finger(door)
    assert f"{FOR} said “I am going”" in finger.open("/").text
    if role not in alert_bar.TAKE_BACK.roles:
        assert "Mr Adeyemi is not going" not in finger.page.text
        return
    after = finger.press("Mr Adeyemi is not going").text
    assert "Somebody in the staff room" not in after
    assert "cannot go after all" not in after, "Mr Adeyemi never said so"
    assert kinds(db)[-1][0] == "alert.taken_back"


def test_a_stranger_with_the_link_changes_nothing_that_somebody_said_with_a_log_in(
    staff_door: FlaskClient, lead: FlaskClient, kiosk_door: FlaskClient, db: Database, cast: Cast, link: str
):
    address = kiosk_door.post("/alert").headers["Location"]
    lead.post("/alerts/1/going", data={"form_key": form_key(lead)})
    for name in (cast.okafor, cast.adeyemi):
        staff_door.post(f"{link}/going", data={"alert": 1, "staff": name, "sure": "yes"})
    staff_door.post(f"{link}/not-going", data={"alert": 1, "staff": cast.okafor})
    assert "Ms Okafor is coming." in page(kiosk_door.get(address)).text
    assert f"{FOR} is going too." in page(staff_door.get(link)).text
    assert f"{FOR} is going too, since 12:40." in page(lead.get("/")).text
    lead.post("/alerts/1/not-going", data={"form_key": form_key(lead)})
    assert [each["acknowledged"] for each in db["alerts"].rows] == [None], "who is only said to go is not the next"


def test_a_mistaken_tap_is_taken_back_on_the_same_screen_within_a_minute(
    staff_door: FlaskClient, kiosk_door: FlaskClient, db: Database, wall: Wall, link: str
):
    address = kiosk_door.post("/alert").headers["Location"]
    tap(staff_door, link)
    finger = Finger(staff_door)
    wall.passes(60)
    finger.open(link)
    after = finger.press("Mr Adeyemi is not going after all").text
    assert NEEDED in after
    assert "Somebody in the staff room" not in after
    assert "cannot come after all" not in page(kiosk_door.get(address)).text, "Mr Adeyemi never said so"
    assert kinds(db)[-1] == ("alert.taken_back", "staff-room screen")


@pytest.mark.parametrize(("seconds", "through"), [(61, Through.LINK), (5, Through.LOG_IN), (5, Through.TRUSTED_SCREEN)])
def test_later_or_for_an_answer_from_elsewhere_it_is_taken_back_on_today_alone(
    staff_door: FlaskClient, db: Database, wall: Wall, cast: Cast, link: str, seconds: int, through: Through
):
    call(db, wall)
    if through is Through.LINK:
        alerts.say_for(db, 1, staff_id=cast.adeyemi, now=wall.moment)
    else:
        alerts.acknowledge(db, 1, by=cast.adeyemi, now=wall.moment, through=through)
    wall.passes(seconds)
    assert "not going after all" not in page(staff_door.get(link)).text
    tap(staff_door, link, way="not-going")
    assert [each["back"] for each in db["alert_going"].rows] == [None]


# A trusted screen


def test_on_a_trusted_screen_a_tapped_name_counts_at_once(
    trusted: FlaskClient, kiosk_door: FlaskClient, db: Database, wall: Wall, link: str
):
    address = kiosk_door.post("/alert").headers["Location"]
    finger = Finger(trusted)
    assert "It is trusted: a name that is tapped here counts at once." in finger.open(link).text
    assert "Others are asked too" not in finger.press("Mr Adeyemi").text
    after = finger.press("Yes, Mr Adeyemi is going").text
    assert "No adult is needed now" in after
    assert "Mr Adeyemi is going to Library 2, since 12:40" in after
    assert "Mr Adeyemi is coming." in page(kiosk_door.get(address)).text
    wall.passes(360)
    assert alerts.take_steps(db, now=wall.moment) == []
    assert [each["through"] for each in db["alert_going"].rows] == ["trusted_screen"]
    assert kinds(db)[-1] == ("alert.answered_for", "trusted screen")


def test_a_trusted_screen_takes_its_own_taps_back_within_a_minute(
    trusted: FlaskClient, db: Database, wall: Wall, link: str
):
    call(db, wall)
    tap(trusted, link)
    finger = Finger(trusted)
    finger.open(link)
    assert NEEDED in finger.press("Mr Adeyemi is not going after all").text
    assert [each["acknowledged"] for each in db["alerts"].rows] == [None]


def test_no_other_browser_with_the_link_is_trusted(
    trusted: FlaskClient, staff_door: FlaskClient, db: Database, wall: Wall, link: str
):
    call(db, wall)
    for token in ("", "x", db.execute("select token from trusted_screens").fetchone()[0]):
        staff_door.set_cookie(staff_room.COOKIE, token, path=staff_room.COOKIE_PATH)
        tap(staff_door, link)
    assert [each["acknowledged"] for each in db["alerts"].rows] == [None]


def test_a_new_link_and_the_end_of_trust_make_a_screen_like_any_other(
    lead: FlaskClient, db: Database, wall: Wall, link: str
):
    def trusts() -> bool:
        known = programme.load(db).staff_room_link
        return "It is trusted" in page(lead.get(f"/staff-room/{known}")).text

    finger = Finger(lead)
    finger.open("/programme")
    assert "Trusted since Tue 12 January, 12:40" in finger.press("Trust this screen").text
    assert trusts()
    finger.press("New address for the staff room")
    assert not trusts()
    assert "None is trusted." in finger.page.text
    finger.press("Trust this screen")
    assert trusts()
    assert "Trusted no more." in finger.press("Trust it no more").text
    assert not trusts()
    assert db["trusted_screens"].count == 0


def test_the_cookie_of_a_trusted_screen_goes_to_its_page_alone(lead: FlaskClient, link: str):
    answer = lead.post("/programme/staff-room/trust", data={"form_key": form_key(lead)})
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith(staff_room.COOKIE)]
    assert {"HttpOnly", "Path=/staff-room", "SameSite=Strict"} <= set(cookie.split("; "))
    assert cookie.split("=")[1].split(";")[0] not in page(answer).text


# Many answers


def test_many_answers_by_the_link_are_told_on_every_staff_page_and_to_whoever_can_give_another_link(
    staff_door: FlaskClient, lead: FlaskClient, staff_app: Flask, db: Database, wall: Wall, link: str
):
    def told(door: FlaskClient) -> list[str]:
        return [each for each in door.get("/now.json").get_json()["notices"] if "staff room's link" in each]

    call(db, wall)
    for number in range(alerts.BURST):
        assert told(lead) == [], number
        tap(staff_door, link)
        tap(staff_door, link, way="not-going")
        wall.passes(5)
    adeyemi = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    words = "4 answers came by the staff room's link within 10 minutes, and nobody has confirmed them."
    assert [each.startswith(words) for each in (*told(lead), *told(adeyemi))] == [True, True]
    waits = "4 answers came by the staff room's link today, and nobody confirmed them"
    assert waits in page(lead.get("/")).text
    assert waits not in page(adeyemi.get("/")).text
    wall.passes(600)
    assert told(log_in(lead)) == []
    assert waits in page(lead.get("/")).text


def test_one_tap_for_many_calls_from_a_room_is_one_answer(staff_door: FlaskClient, db: Database, wall: Wall, link: str):
    for key in range(20):
        call(db, wall, key=str(key))
    tap(staff_door, link)
    assert alerts.taps_by_link(db, since=wall.moment) == 1


def test_an_unchanged_screen_is_answered_304_and_any_step_is_news(
    staff_door: FlaskClient, db: Database, wall: Wall, cast: Cast, link: str
):
    def tag() -> str:
        return staff_door.get(f"{link}.json").headers["ETag"]

    quiet = tag()
    wall.passes(30)
    assert staff_door.get(f"{link}.json", headers={"If-None-Match": quiet}).status_code == 304
    call(db, wall)
    called = tag()
    tap(staff_door, link)
    said_for = tag()
    wall.passes(61)
    undone_no_more = tag()
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=wall.moment)
    assert len({quiet, called, said_for, undone_no_more, tag()}) == 5


def test_it_says_what_has_become_of_a_call_that_nobody_answers(
    staff_door: FlaskClient, db: Database, wall: Wall, link: str
):
    call(db, wall)
    wall.passes(180)
    alerts.take_steps(db, now=wall.moment)
    assert "Not answered for 3 minutes: passed to the deputy." in page(staff_door.get(link)).text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 400),
        ({"alert": "1"}, 400),
        ({"alert": "1", "staff": "999"}, 400),
        ({"alert": "999", "staff": "1", "sure": "yes"}, 404),
        ({"alert": "x", "staff": "1", "sure": "yes"}, 404),
    ],
)
def test_a_tap_that_names_nobody_or_nothing_changes_nothing(
    staff_door: FlaskClient, db: Database, wall: Wall, link: str, fields: dict[str, str], status: int
):
    call(db, wall)
    assert staff_door.post(f"{link}/going", data=fields).status_code == status
    assert db["alert_going"].count == 0


# The link


@pytest.mark.parametrize("path", ["", ".json"])
def test_nobodys_link_shows_nothing_and_tells_nobody(
    staff_door: FlaskClient, db: Database, wall: Wall, link: str, path: str
):
    call(db, wall)
    for address in ("/staff-room/x", f"{link}x", "/staff-room/None"):
        assert staff_door.get(address + path).status_code == 404
    assert staff_door.post("/staff-room/x/going", data={"alert": 1, "staff": 1, "sure": "yes"}).status_code == 404
    assert [each["told"] for each in db["alerts"].rows] == [None]


def test_without_a_link_there_is_no_such_screen(staff_door: FlaskClient, db: Database):
    assert programme.load(db).staff_room_link == ""
    for address in ("/staff-room/", "/staff-room/None", "/staff-room/.json"):
        assert staff_door.get(address).status_code == 404


def test_the_lead_makes_replaces_and_ends_it(lead: FlaskClient, staff_door: FlaskClient, db: Database):
    finger = Finger(lead)
    finger.open("/programme")
    assert "The staff room has an address now." in finger.press("Make an address for the staff room").text
    first = programme.load(db).staff_room_link
    assert len(first) >= 32
    assert f"/staff-room/{first}" in finger.page.text
    assert "has a new address" in finger.press("New address for the staff room").text
    second = programme.load(db).staff_room_link
    assert [staff_door.get(f"/staff-room/{each}").status_code for each in (first, second)] == [404, 200]
    assert "The staff room's screen shows nothing from now on." in finger.press("End it").text
    assert staff_door.get(f"/staff-room/{second}").status_code == 404
    lead.post("/programme/staff-room", data={"old": second, "form_key": form_key(lead)})
    assert programme.load(db).staff_room_link == "", "a second tap on an old page changes nothing"


@pytest.mark.parametrize(
    ("path", "given", "anchor"),
    [
        ("/programme/staff-room", {"old": ""}, "staff-room"),
        ("/programme/staff-room/end", {"old": ""}, "staff-room"),
        ("/programme/board-link", {"old": ""}, "board"),
        ("/programme/passing-on", {"deputy_after": "2", "everyone_after": "4"}, "passing-on"),
    ],
)
def test_a_change_on_the_programme_page_leads_back_to_where_it_was_made(
    lead: FlaskClient, path: str, given: dict[str, str], anchor: str
):
    to = lead.post(path, data={**given, "form_key": form_key(lead)}).headers["Location"]
    assert to.endswith(f"#{anchor}")
    assert f'id="{anchor}"' in lead.get(to).get_data(as_text=True)


def test_a_box_that_is_not_set_up_has_no_such_screen(staff_door: FlaskClient, db: Database, link: str):
    db.execute("update staff set role = 'helper'")
    assert staff_door.get(link).status_code == 404
