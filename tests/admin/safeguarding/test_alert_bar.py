"""The alert bar: on every staff page while an adult is needed, until a named adult goes (P5)."""

import sqlite3
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from admin.safeguarding import alert_bar
from admin.safeguarding.sentences import ALERT_ABOUT
from mentoring.access import staff
from mentoring.access.staff import Role
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import About, Alert, Through
from tests.admin.table import ROUTES
from tests.both_doors import LoggedIn, Wall, failures, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, Cast
from tests.walking import Finger, Page, page

NO_PAGES = (".json", ".png", ".csv", ".svg", ".zip")
PLACES = {
    "<int:mentor_id>": "1",
    "<int:staff_id>": "2",
    "<int:slot_id>/<on>": "1/2027-01-12",
    "<any(mentors, staff):home>/<int:person_id>": "mentors/1",
}


def address(rule: str) -> str:
    """One page of those that a rule stands for."""
    for place, example in PLACES.items():
        rule = rule.replace(place, example)
    return rule


BY_ROLE = [
    (address(rule), who)
    for method, rule, _, nobody, status, who in ROUTES
    if method == "GET" and nobody == 303 and status == 200 and not rule.endswith(NO_PAGES)
]
OWN_PAGES = [path for path, _ in BY_ROLE]
WORDS = "A pupil asks for an adult Library 2"
GO = "I am going to"


def is_quiet(shown: Page) -> bool:
    """Whether the bar is not there to see."""
    [bar] = [given for given in shown.all("div") if given.get("id") == "alerts"]
    return "hidden" in bar


def call(
    db: Database,
    wall: Wall,
    *,
    key: str = "one",
    room: str = "Library 2",
    about: About = About.RED_TILE,
    mentor_id: int | None = None,
) -> Alert:
    """Somebody calls an adult now."""
    return alerts.call_an_adult(db, key=key, room=room, about=about, mentor_id=mentor_id, now=wall.moment)


def test_the_walk_knows_every_page(staff_app: Flask):
    assert len(OWN_PAGES) >= 8


def bar_of(shown: Page) -> dict[str, str]:
    [bar] = [given for given in shown.all("div") if given.get("id") == "alerts"]
    return bar


def test_the_bar_is_on_every_page_while_an_adult_is_needed(lead: FlaskClient, kiosk_door: FlaskClient):
    def is_quiet(_method: str, path: str) -> None:
        quiet = page(lead.get(path))
        assert WORDS not in quiet.text
        assert "hidden" in bar_of(quiet)

    def is_loud(_method: str, path: str) -> None:
        loud = page(lead.get(path))
        assert "hidden" not in bar_of(loud)
        assert WORDS in loud.text
        assert "I am going to Library 2" in {each.words for each in loud.targets}

    rows = [("GET", path) for path in OWN_PAGES]
    assert failures(is_quiet, rows) == {}
    kiosk_door.post("/alert", data={"key": "one"})
    assert failures(is_loud, rows) == {}


def test_a_page_with_the_bar_has_told_staff(lead: FlaskClient, kiosk_door: FlaskClient, db: Database, cast: Cast):
    """Each page is asked for at the same school, that nobody on the staff has heard of the alert."""
    kiosk_door.post("/alert", data={"key": "one"})

    def check(_method: str, path: str) -> None:
        assert [each["told"] for each in db["alerts"].rows] == [None]
        lead.get(path)
        assert [each["told"] is not None for each in db["alerts"].rows] == [True]
        assert [*db["journal"].rows][-1]["actor"] == f"staff {cast.okafor}"

    with closing(sqlite3.connect(":memory:")) as school:
        db.conn.backup(school)
        rows = [("GET", path) for path in OWN_PAGES]
        assert failures(check, rows, then=lambda: school.backup(db.conn)) == {}


def test_the_bar_is_there_when_a_form_comes_back_with_a_fault(lead: FlaskClient, kiosk_door: FlaskClient):
    key = form_key(lead)
    kiosk_door.post("/alert")
    for path in ("/mentors/new", "/staff", "/school-year/slots", "/badges"):
        answer = lead.post(path, data={"form_key": key})
        assert answer.status_code == 422
        assert WORDS in page(answer).text


@pytest.mark.parametrize("path", ["/mentors/999", "/nowhere", "/board/nobodys"])
def test_a_page_that_is_not_there_shows_the_bar_or_tells_nobody(
    lead: FlaskClient, kiosk_door: FlaskClient, db: Database, path: str
):
    kiosk_door.post("/alert")
    answer = lead.get(path)
    assert answer.status_code == 404
    told = [each["told"] is not None for each in db["alerts"].rows]
    assert told == [WORDS in page(answer).text]


def test_a_refused_form_shows_the_bar_or_tells_nobody(lead: FlaskClient, kiosk_door: FlaskClient, db: Database):
    kiosk_door.post("/alert")
    answer = lead.post("/mentors/new", data={})
    assert answer.status_code == 403
    told = [each["told"] is not None for each in db["alerts"].rows]
    assert told == [WORDS in page(answer).text]


def test_one_tap_says_who_is_going_and_quiets_the_bar(lead: FlaskClient, kiosk_door: FlaskClient, db: Database):
    kiosk_door.post("/alert")
    finger = Finger(lead)
    finger.open("/mentors")
    after = finger.press("I am going")
    assert finger.taps == 1
    assert "You are going to Library 2. The kiosk there says that you are coming." in after.text
    assert is_quiet(after)
    assert lead.get("/now.json").get_json()["alerts"] == []
    assert [each["acknowledged_by"] for each in db["alerts"].rows] == [1]


def test_the_first_adult_counts(lead: FlaskClient, kiosk_door: FlaskClient, staff_app: Flask, db: Database, cast: Cast):
    address = kiosk_door.post("/alert").headers["Location"]
    adeyemi = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    for door in (adeyemi, lead, lead):
        assert door.post("/alerts/1/going", data={"form_key": form_key(door)}).status_code == 303
    assert "Mr Adeyemi is coming." in page(kiosk_door.get(address)).text
    assert [each["acknowledged_by"] for each in db["alerts"].rows] == [cast.adeyemi]
    assert [each["actor"] for each in db["journal"].rows_where("what = 'alert.acknowledged'")] == [
        f"staff {cast.adeyemi}"
    ]


def test_each_room_has_its_own_line_and_its_own_answer(lead: FlaskClient, db: Database, wall: Wall):
    for tap, room in enumerate(("Library 2", "Hall", "Library 2")):
        call(db, wall, key=f"tap {tap}", room=room)
    lines = lead.get("/now.json").get_json()["alerts"]
    what = "A pupil asks for an adult"
    assert lines == [
        {
            "id": 1,
            "what": what,
            "where": "Library 2, 2 calls since 12:40",
            "go": "I am going to Library 2",
            "passed": "",
        },
        {"id": 2, "what": what, "where": "Hall, 12:40", "go": f"{GO} Hall", "passed": ""},
    ]
    shown = page(lead.get("/")).text
    assert shown.count("A pupil asks for an adult") == 2
    assert f"{what} {lines[0]['where']} I am going to Library 2" in shown
    lead.post("/alerts/1/going", data={"form_key": form_key(lead)})
    assert [each["id"] for each in lead.get("/now.json").get_json()["alerts"]] == [2]
    assert [each["acknowledged"] is not None for each in db["alerts"].rows] == [True, False, True]


def test_many_taps_in_one_room_are_one_line_that_still_says_what_mentors_passed_on(
    lead: FlaskClient, db: Database, wall: Wall, cast: Cast
):
    for tap in range(11):
        call(db, wall, key=f"tap {tap}")
        wall.passes(10)
    call(db, wall, key="told", about=About.SELF_HARM, mentor_id=cast.amira)
    [line] = lead.get("/now.json").get_json()["alerts"]
    assert line["what"] == "A pupil asks for an adult. A mentor asks for an adult: self-harm, told by Amira"
    assert line["where"] == "Library 2, 12 calls since 12:40"


@pytest.mark.parametrize("about", About)
def test_the_bar_says_what_where_and_which_mentor_told(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall, about: About
):
    mentor = None if about is About.RED_TILE else cast.amira
    alerts.call_an_adult(db, key="k", room="Library 2", about=about, mentor_id=mentor, now=wall.moment)
    [told] = lead.get("/now.json").get_json()["alerts"]
    assert told["what"] == ALERT_ABOUT[about]
    assert told["where"] == ("Library 2, 12:40" if mentor is None else "Library 2, 12:40, told by Amira")
    assert f"{told['what']} {told['where']}" in page(lead.get("/")).text
    assert told.keys() == {"id", "what", "where", "go", "passed"}


def test_an_alert_is_on_the_next_answer_of_every_staff_screen(
    lead: FlaskClient, kiosk_door: FlaskClient, staff_app: Flask
):
    adeyemi = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    tags = [door.get("/now.json").headers["ETag"] for door in (lead, adeyemi)]
    kiosk_door.post("/alert")
    for door, tag in zip((lead, adeyemi), tags, strict=True):
        answer = door.get("/now.json", headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert len(answer.get_json()["alerts"]) == 1


def test_an_alert_stays_until_somebody_goes_however_long_it_takes(
    lead: FlaskClient, kiosk_door: FlaskClient, wall: Wall
):
    kiosk_door.post("/alert")
    wall.passes(7 * 3_600)
    [told] = lead.get("/now.json").get_json()["alerts"]
    assert f"{told['what']} {told['where']}" == f"{WORDS}, 12:40"


def test_an_adult_whose_log_in_has_idled_can_still_say_i_am_going(
    lead: FlaskClient, kiosk_door: FlaskClient, db: Database, wall: Wall, cast: Cast
):
    key = form_key(lead)
    kiosk_door.post("/alert")
    wall.passes(16 * 60)
    assert lead.get("/now.json").get_json()["idle"] is True
    lead.post("/alerts/1/going", data={"form_key": key})
    assert [each["acknowledged_by"] for each in db["alerts"].rows] == [cast.okafor]


def test_the_second_adult_is_told_who_went_first_and_is_down_as_going_too(
    lead: FlaskClient, staff_app: Flask, db: Database, wall: Wall, cast: Cast
):
    call(db, wall)
    adeyemi = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    key = form_key(adeyemi)
    lead.post("/alerts/1/going", data={"form_key": form_key(lead)})
    wall.passes(60)
    shown = page(adeyemi.post("/alerts/1/going", data={"form_key": key}, follow_redirects=True)).text
    assert "Ms Okafor went first at 12:40; you are down as going too." in shown
    assert "Ms Okafor is going to Library 2, since 12:40" in shown
    assert "Mr Adeyemi is going too, since 12:41." in shown
    assert [each["acknowledged_by"] for each in db["alerts"].rows] == [cast.okafor]


def test_today_says_for_ten_minutes_who_is_going_and_others_can_go_too(
    lead: FlaskClient, staff_app: Flask, db: Database, wall: Wall
):
    call(db, wall)
    lead.post("/alerts/1/going", data={"form_key": form_key(lead)})
    wall.passes(9 * 60)
    adeyemi = Finger(log_in(staff_app.test_client(), ADEYEMI_EMAIL))
    assert "Ms Okafor is going to Library 2, since 12:40" in adeyemi.open("/").text
    assert "you are down as going too" in adeyemi.press("I am going too").text
    wall.passes(61)
    assert "is going to Library 2" not in adeyemi.open("/").text


def test_an_adult_who_cannot_go_after_all_hands_it_back_to_everybody(
    lead: FlaskClient, kiosk_door: FlaskClient, db: Database, wall: Wall
):
    address = kiosk_door.post("/alert").headers["Location"]
    finger = Finger(lead)
    finger.open("/")
    lead.post("/alerts/1/going", data={"form_key": form_key(lead)})
    finger.open("/")
    after = finger.press("I cannot go after all")
    assert not is_quiet(after)
    assert "Ms Okafor cannot go after all." in after.text
    [line] = lead.get("/now.json").get_json()["alerts"]
    assert line["passed"] == "Ms Okafor cannot go after all."
    shown = page(kiosk_door.get(address)).text
    assert "Ms Okafor is coming" not in shown
    assert "Ms Okafor cannot come after all." in shown
    assert [each["what"] for each in db["journal"].rows_where("what like 'alert.%'")][-1] == "alert.handed_back"


def test_a_name_that_was_tapped_by_mistake_is_taken_back_by_anybody_with_a_name_of_their_own(
    lead: FlaskClient, db: Database, wall: Wall, cast: Cast
):
    call(db, wall)
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=wall.moment, through=Through.TRUSTED_SCREEN)
    finger = Finger(lead)
    finger.open("/")
    assert not is_quiet(finger.press("Mr Adeyemi is not going"))
    trail = [(each["what"], each["actor"]) for each in db["journal"].rows_where("what like 'alert.%'")]
    assert ("alert.answered_for", "trusted screen") in trail
    assert ("alert.taken_back", f"staff {cast.okafor}") in trail


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (2, ""),
        (3, "Not answered for 3 minutes: passed to the deputy."),
        (6, "Not answered for 6 minutes: passed to all staff."),
        (75, "Not answered for more than an hour: passed to all staff."),
    ],
)
def test_the_bar_says_when_nobody_has_answered_and_whom_it_went_to(
    lead: FlaskClient, db: Database, wall: Wall, minutes: int, says: str
):
    call(db, wall)
    wall.passes(60 * minutes)
    alerts.take_steps(db, now=wall.moment)
    lead = log_in(lead)
    [line] = lead.get("/now.json").get_json()["alerts"]
    assert line["passed"] == says
    assert says in page(lead.get("/mentors")).text


def test_an_idled_log_in_reads_at_once_that_it_is_going(lead: FlaskClient, db: Database, wall: Wall):
    key = form_key(lead)
    call(db, wall)
    wall.passes(16 * 60)
    answer = lead.post("/alerts/1/going", data={"form_key": key})
    assert answer.status_code == 200
    assert "You are going to Library 2." in page(answer).text


def test_going_to_an_alert_that_is_not_there_changes_nothing(lead: FlaskClient, db: Database):
    before = db["journal"].count
    assert lead.post("/alerts/999/going", data={"form_key": form_key(lead)}).status_code in (303, 404)
    assert db["journal"].count == before


# By role


@pytest.mark.parametrize("role", Role)
def test_every_page_and_answer_tells_each_role_what_it_may_read(
    as_role: LoggedIn, db: Database, wall: Wall, cast: Cast, role: Role
):
    """One call waits and one was just answered: both were made by Amira, and the pair of the room is missing."""
    for key, room in (("waits", "Library 2"), ("answered", "Hall")):
        call(db, wall, key=key, room=room, about=About.ABUSE, mentor_id=cast.amira)
    alerts.acknowledge(db, 2, by=cast.okafor, now=wall.moment)
    door, in_full = as_role(role), role in alert_bar.READ.roles
    secrets = {"Amira", ALERT_ABOUT[About.ABUSE]}

    def check(_method: str, path: str) -> None:
        shown = page(door.get(path, follow_redirects=True)).text
        assert "Library 2, 12:40" in shown
        assert {each for each in secrets if each in shown} == (secrets if in_full else set())

    # The guide's example of a list of mentors has an Amira of its own.
    assert failures(check, [("GET", path) for path, who in BY_ROLE if role in who and path != "/guide"]) == {}
    assert failures(check, [("GET", "/mentors/999")]) == {}
    told = door.get("/now.json").get_json()
    said = " ".join([*(f"{each['what']} {each['where']}" for each in told["alerts"]), *told["notices"]])
    assert "Ms Okafor is going" in said
    assert "No pair has formed in Library 2 yet." in said
    assert {each for each in {*secrets, "Missing", "Ben"} if each in said} == (
        {*secrets, "Missing", "Ben"} if in_full else set()
    )


@pytest.mark.parametrize("role", Role)
def test_only_who_looks_after_people_takes_back_anothers_answer_and_everybody_their_own(
    as_role: LoggedIn, db: Database, wall: Wall, cast: Cast, role: Role
):
    door = as_role(role)
    me, key = next(each.id for each in staff.everyone(db) if each.role is role), form_key(door)
    other = cast.adeyemi if role is Role.LEAD else cast.okafor
    call(db, wall)
    alerts.acknowledge(db, 1, by=other, now=wall.moment)
    alerts.acknowledge(db, 1, by=me, now=wall.moment)

    def take_back(staff_id: int) -> int:
        return door.post("/alerts/1/not-going", data={"staff": staff_id, "form_key": key}).status_code

    may = role in alert_bar.TAKE_BACK.roles
    shown = page(door.get("/", follow_redirects=True))
    assert any(each.words.endswith(" is not going") for each in shown.targets) == may
    assert take_back(other) == (303 if may else 403)
    assert take_back(me) == 303
    assert [each.staff_id for each in alerts.going(db, 1)] == ([] if may else [other])


def test_what_is_dealt_with_goes_from_today_and_says_what_is_owed_next(
    lead: FlaskClient, db: Database, wall: Wall, cast: Cast
):
    for key in ("first", "again"):
        call(db, wall, key=key, about=About.ABUSE, mentor_id=cast.amira)
    finger = Finger(lead)
    finger.open("/")
    finger.press("I am going to Library 2")
    assert "I cannot go after all" in finger.page.text
    shown = finger.press("Dealt with")
    assert "Dealt with: Library 2, 12:40" in shown.text
    assert "A word with Amira, who passed it on, before they go: how are they?" in shown.text
    assert shown.target("Write it down").href == "/concerns/new?alert=1"
    again = page(lead.get("/"))
    assert "Dealt with" not in again.text
    assert "I cannot go after all" not in again.text
    assert "Nothing is written down yet" in again.text, "it still waits for its record"
    assert not any("is going" in each for each in lead.get("/now.json").get_json()["notices"])
    assert alerts.cannot_go(db, 1, staff_id=cast.okafor, actor="staff 1", now=wall.moment) is False
    assert [each["what"] for each in db["journal"].rows].count("alert.dealt_with") == 2
    finger.open("/?dealt=99")
    assert "Dealt with" not in finger.page.text


@pytest.mark.parametrize("role", [Role.HELPER, Role.SAFEGUARDING_LEAD])
def test_who_went_or_looks_after_people_says_that_a_call_is_dealt_with(
    as_role: LoggedIn, db: Database, wall: Wall, cast: Cast, role: Role
):
    door = as_role(role)
    key, may = {"form_key": form_key(door)}, role in alert_bar.TAKE_BACK.roles
    call(db, wall)
    assert door.post("/alerts/1/dealt-with", data=key).headers["Location"] == "/", "it waits: nothing is done"
    alerts.acknowledge(db, 1, by=cast.okafor, now=wall.moment)
    assert any(each.words == "Dealt with" for each in page(door.get("/")).targets) == may
    assert door.post("/alerts/1/dealt-with", data=key).status_code == (303 if may else 403)
    alert = alerts.by_id(db, 1)
    assert alert
    assert (alert.dealt_with is not None) == may


def test_it_reads_room_and_time_alone():
    assert Role.IT not in alert_bar.READ.roles | alert_bar.TAKE_BACK.roles
    assert alert_bar.TAKE_BACK.roles <= alert_bar.READ.roles


def test_nobody_hears_of_an_alert_without_a_log_in(staff_door: FlaskClient, kiosk_door: FlaskClient, db: Database):
    kiosk_door.post("/alert")
    for path in OWN_PAGES:
        answer = staff_door.get(path, follow_redirects=True)
        assert ALERT_ABOUT[About.RED_TILE] not in answer.get_data(as_text=True)
    assert staff_door.get("/now.json").status_code == 303
    assert [each["told"] for each in db["alerts"].rows] == [None]
