"""Staff: made with a printed code, changed, handed over and ended; nobody knows another person's password (P21)."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.access import accounts, second_factor, staff
from mentoring.access.staff import Role
from mentoring.basics import clock
from mentoring.school import school_year
from tests.both_doors import Wall, factor_for, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, OKAFOR_EMAIL, PASSWORD, THURSDAY, ZONE, Cast, at
from tests.walking import Finger, page

LINDQVIST = {
    "name": "Mrs Lindqvist",
    "email": "lindqvist@harbour.example",
    "role": "it",
    "room": "Room 9",
    "phone": "209",
}
SOCKS = "five warm socks"
ON_PAPER = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")


def printed(text: str) -> str:
    [code] = ON_PAPER.findall(text)
    return str(code)


def chooses(app: Flask, code: str, password: str = SOCKS) -> int:
    """Somebody types a printed code, then a password, on a computer of their own."""
    answer = app.test_client().post("/welcome", data={"code": code, "password": password, "again": password})
    return answer.status_code


def gets_in(app: Flask, email: str, password: str, code: str = "") -> bool:
    answer = app.test_client().post("/log-in", data={"email": email, "password": password, "code": code})
    return answer.status_code == 303


def test_somebody_is_added_and_chooses_a_password_that_nobody_else_knows(
    lead: FlaskClient, staff_app: Flask, db: Database
):
    finger = Finger(lead)
    assert "Ms Okafor okafor@harbour.example Lead Room 4" in finger.open("/staff").text
    paper = finger.press("Add", **LINDQVIST).text
    code = printed(paper)
    assert "for Mrs Lindqvist" in paper
    assert "until Tuesday 19 January" in paper
    assert "Mrs Lindqvist lindqvist@harbour.example IT Room 9 209 has a printed code" in finger.open("/staff").text
    assert not gets_in(staff_app, LINDQVIST["email"], "")
    theirs = Finger(staff_app.test_client())
    theirs.open("/welcome")
    assert "Welcome, Mrs Lindqvist" in theirs.press("Go on", code=f" {code.lower().replace('-', ' ')} ").text
    used = "The printed code is used up and opens nothing any more"
    assert used in theirs.press("Keep this password", password=SOCKS, again=SOCKS).text
    theirs.press("Log in", email=LINDQVIST["email"], password=SOCKS)
    assert theirs.path == "/box"
    everything = "\n".join(db.conn.iterdump())
    assert code not in everything
    assert second_factor.plain(code) not in everything
    assert SOCKS not in everything


def test_a_printed_code_works_once_and_for_a_week(lead: FlaskClient, staff_app: Flask, wall: Wall):
    finger = Finger(lead)
    finger.open("/staff")
    code = printed(finger.press("Add", **LINDQVIST).text)
    assert chooses(staff_app, code) == 303
    assert chooses(staff_app, code, "six cold socks") == 422
    assert not gets_in(staff_app, LINDQVIST["email"], "six cold socks")
    finger.open("/staff")
    late = printed(finger.press("Add", **LINDQVIST | {"email": "late@harbour.example"}).text)
    wall.shows("12:40", date(2027, 1, 19))
    assert chooses(staff_app, late) == 422


def test_a_new_printed_code_kills_the_one_before(lead: FlaskClient, staff_app: Flask, cast: Cast):
    finger = Finger(lead)
    finger.open(f"/staff/{cast.adeyemi}")
    first = printed(finger.press("Print a code").text)
    finger.open(f"/staff/{cast.adeyemi}")
    second = printed(finger.press("Print a code").text)
    assert chooses(staff_app, first) == 422
    assert gets_in(staff_app, ADEYEMI_EMAIL, PASSWORD), "until a code is used, nothing of theirs changes"
    assert chooses(staff_app, second) == 303
    assert not gets_in(staff_app, ADEYEMI_EMAIL, PASSWORD)
    assert gets_in(staff_app, ADEYEMI_EMAIL, SOCKS)


def test_a_new_password_ends_every_log_in(lead: FlaskClient, staff_app: Flask, cast: Cast):
    theirs = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    finger = Finger(lead)
    finger.open(f"/staff/{cast.adeyemi}")
    chooses(staff_app, printed(finger.press("Print a code").text))
    assert theirs.get("/").headers["Location"] == "/log-in"


@pytest.mark.parametrize("phone_too", [True, False])
def test_a_printed_code_brings_the_password_back_and_the_phone_only_when_it_was_said(
    lead: FlaskClient, staff_app: Flask, db: Database, cast: Cast, *, phone_too: bool
):
    codes = factor_for(db, cast.adeyemi)
    fields = {"form_key": form_key(lead), **({"phone_too": "yes"} if phone_too else {})}
    chooses(staff_app, printed(page(lead.post(f"/staff/{cast.adeyemi}/code", data=fields)).text))
    assert gets_in(staff_app, ADEYEMI_EMAIL, SOCKS) is phone_too
    assert second_factor.is_on(db, cast.adeyemi) is not phone_too
    assert phone_too or gets_in(staff_app, ADEYEMI_EMAIL, SOCKS, codes[0])


def test_nobody_prints_a_code_for_themselves(lead: FlaskClient, cast: Cast, db: Database):
    answer = lead.post(f"/staff/{cast.okafor}/code", data={"form_key": form_key(lead)})
    assert (answer.status_code, db["printed_codes"].count) == (422, 0)
    assert "your own password is changed on your own page" in page(answer).text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "This is missing"),
        ({"email": "lindqvist"}, "This is not an e-mail address"),
        ({"email": OKAFOR_EMAIL.upper()}, "This is already somebody's"),
        ({"role": "lead"}, "This is not on the list"),
        ({"role": "boss"}, "This is not on the list"),
        ({"role": ""}, "This is not on the list"),
    ],
)
def test_a_fault_is_said_and_what_was_typed_is_kept(lead: FlaskClient, db: Database, wrong: dict[str, str], says: str):
    given = LINDQVIST | wrong
    answer = lead.post("/staff", data={**given, "form_key": form_key(lead)})
    shown = page(answer)
    assert answer.status_code == 422
    assert says in shown.text
    kept = {name: shown.fields(name) for name in ("name", "email", "room", "phone")}
    assert kept == {name: [given[name]] for name in kept}
    assert db["staff"].count == 2


def test_an_older_page_saves_only_what_it_changed_of_an_adult(lead: FlaskClient, db: Database, cast: Cast):
    newer, older = Finger(lead), Finger(lead)
    for tab in (newer, older):
        tab.open(f"/staff/{cast.adeyemi}")
    newer.press("Save", new_room="Room 30")
    assert "Saved." in older.press("Save", new_phone="555").text
    found = db["staff"].get(cast.adeyemi)
    assert (found["room"], found["phone"]) == ("Room 30", "555")


def test_there_is_always_exactly_one_lead(lead: FlaskClient, db: Database, cast: Cast):
    key = form_key(lead)
    lead.post("/staff", data={**LINDQVIST, "role": "lead", "form_key": key})
    for staff_id, what, fields in (
        (cast.adeyemi, "role", {"role": "lead"}),
        (cast.okafor, "role", {"role": "helper"}),
        (cast.okafor, "end", {"takes_over": str(cast.adeyemi)}),
        (cast.adeyemi, "lead", {"role": "lead"}),
    ):
        answer = lead.post(f"/staff/{staff_id}/{what}", data={**fields, "form_key": key})
        assert answer.status_code == 422
        assert staff.lead(db).id == cast.okafor
    assert "lead" not in page(lead.get("/staff")).fields("role")


def test_the_lead_is_handed_over_in_one_step(lead: FlaskClient, staff_app: Flask, db: Database, cast: Cast):
    finger = Finger(lead)
    finger.open(f"/staff/{cast.adeyemi}")
    finger.press("Hand the lead over", role="helper")
    assert finger.path == "/log-in", "both log in anew"
    assert {each.name: each.role for each in staff.everyone(db)} == {"Mr Adeyemi": "lead", "Ms Okafor": "helper"}
    assert log_in(staff_app.test_client(), ADEYEMI_EMAIL).get("/mentors").status_code == 200
    assert log_in(staff_app.test_client(), OKAFOR_EMAIL).get("/mentors").status_code == 403


def test_the_lead_is_not_handed_to_somebody_who_cannot_log_in(lead: FlaskClient, db: Database, cast: Cast):
    finger = Finger(lead)
    finger.open("/staff")
    finger.press("Add", **LINDQVIST)
    finger.open("/staff/3")
    assert "has not chosen a password yet" in finger.press("Hand the lead over", role="deputy").text
    assert staff.lead(db).id == cast.okafor


def test_another_role_holds_from_the_next_click(lead: FlaskClient, staff_app: Flask, cast: Cast):
    theirs = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    finger = Finger(lead)
    finger.open(f"/staff/{cast.adeyemi}")
    assert "Changed. They log in anew." in finger.press("Change", role="it").text
    assert theirs.get("/").headers["Location"] == "/log-in"
    assert log_in(theirs, ADEYEMI_EMAIL).get("/rota").status_code == 403


# Leaving


def test_whoever_leaves_is_gone_at_once_and_their_name_stays(
    lead: FlaskClient, staff_app: Flask, db: Database, cast: Cast
):
    theirs = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    factor_for(db, cast.adeyemi)
    finger = Finger(lead)
    shown = finger.open(f"/staff/{cast.adeyemi}")
    assert "Mr Adeyemi is the adult within call at: Tue 12:30, Library 2 Thu 12:30, Library 2" in shown.text
    ended = finger.press("End the account", takes_over=str(cast.okafor))
    assert "The account is ended." in ended.text
    assert "No longer here: Mr Adeyemi." in ended.text
    assert theirs.get("/").headers["Location"] == "/log-in"
    assert not gets_in(staff_app, ADEYEMI_EMAIL, PASSWORD)
    assert {each.adult_id for each in school_year.slots(db)} == {cast.okafor}
    assert [each.adult_id for each in school_year.on_day(db, THURSDAY)] == [cast.okafor]
    assert staff.by_id(db, cast.adeyemi).name == "Mr Adeyemi"
    assert (db["second_factors"].count, db["recovery_codes"].count) == (0, 0)
    assert lead.get(f"/staff/{cast.adeyemi}").status_code == 404
    assert "Mr Adeyemi" not in page(lead.get("/")).text


def test_what_was_keeps_the_adult_who_was_there(db: Database, cast: Cast):
    accounts.end(
        db,
        staff.by_id(db, cast.adeyemi),
        takes_over=staff.lead(db),
        by_id=cast.okafor,
        now=clock.at(date(2027, 1, 13), "12:00", ZONE),
    )
    assert school_year.by_id(db, cast.drop_in).adult_id == cast.adeyemi


@pytest.mark.parametrize("takes_over", ["", "2", "99"])
def test_nobody_leaves_a_slot_without_an_adult(lead: FlaskClient, db: Database, cast: Cast, takes_over: str):
    fields = {"takes_over": takes_over, "form_key": form_key(lead)}
    answer = lead.post(f"/staff/{cast.adeyemi}/end", data=fields)
    assert answer.status_code == 422
    assert "choose who is within call instead" in page(answer).text
    assert len(staff.everyone(db)) == 2


def test_an_address_is_free_again_when_its_owner_has_left(lead: FlaskClient, db: Database, cast: Cast):
    accounts.end(db, staff.by_id(db, cast.adeyemi), takes_over=staff.lead(db), by_id=cast.okafor, now=at("12:00"))
    finger = Finger(lead)
    finger.open("/staff")
    assert "A code for Mrs Lindqvist" in finger.press("Add", **LINDQVIST | {"email": ADEYEMI_EMAIL}).text


# A second factor for everybody


def test_the_school_can_ask_a_code_of_everybody(lead: FlaskClient, staff_app: Flask, db: Database, cast: Cast):
    theirs = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    assert theirs.get("/").status_code == 200
    lead.post("/staff/second-factor", data={"asks": "yes", "form_key": form_key(lead)})
    assert theirs.get("/").headers["Location"] == "/me/second-factor"
    assert lead.get("/staff").headers["Location"] == "/me/second-factor"
    assert theirs.get("/now.json").status_code == 200
    factor_for(db, cast.adeyemi)
    assert theirs.get("/").status_code == 200


def test_an_owner_is_led_to_set_up_a_factor_and_can_do_nothing_else_but_answer_alerts(
    staff_app: Flask, db: Database, kiosk_door: FlaskClient
):
    account = {"name": "Mrs Lindqvist", "email": LINDQVIST["email"], "password": PASSWORD, "room": "", "phone": ""}
    staff.add(db, **account, role=Role.SAFEGUARDING_LEAD, by="staff 1", now=at("12:00"))
    kiosk_door.post("/alert")
    finger = Finger(log_in(staff_app.test_client(), LINDQVIST["email"]))
    shown = finger.open("/")
    assert finger.path == "/me/second-factor"
    assert "A pupil asks for an adult" in shown.text
    assert [each.words for each in shown.targets if each.words in ("Today", "Mentors", "Staff")] == []
    finger.press("I am going")
    assert db["alerts"].get(1)["acknowledged_by"] == 3
