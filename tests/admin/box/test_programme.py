"""Programme: what set-up settled, and what is still missing."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.access import accounts, keys, second_factor, staff
from mentoring.access.accounts import Printed
from mentoring.access.staff import Role
from mentoring.box import doctor
from mentoring.box.doctor import SecondPlace
from mentoring.privacy import papers
from mentoring.privacy.papers import Paper, mark
from mentoring.school import programme
from mentoring.school.programme import NEVER_A_SECRET
from tests.both_doors import JSON, SPRING_1, Wall, form_key
from tests.conftest import Cast, at
from tests.walking import Finger, page

SCHOOL = {
    "school": "Harbour Academy",
    "name": "Listeners",
    "staffed_days": ["Mon", "Wed"],
    "staffed_from": "08:15",
    "staffed_until": "15:30",
}


def test_the_programme_says_what_is_never_switched_off(lead: FlaskClient):
    shown = page(lead.get("/programme")).text
    assert "Harbour School" in shown
    assert NEVER_A_SECRET in shown
    assert "Outside these hours" in shown


def test_no_page_holds_a_password(lead: FlaskClient, db: Database):
    [*members] = db["staff"].rows
    for path in ("/staff", "/programme", "/"):
        shown = lead.get(path).get_data(as_text=True)
        assert [each for each in members if each["password"] in shown] == []
        assert "argon2" not in shown


# The finish line


def test_the_finish_line_says_what_is_missing_and_where_it_is_done(lead: FlaskClient):
    shown = page(lead.get("/programme"))
    assert "Set-up: 5 steps to the finish line" in shown.text
    assert "Before the first lunch: 4 steps to the finish line" in shown.text
    assert "Term dates Until the box knows them, it holds drop-ins in the holidays. Do it" in shown.text
    assert "Deputy Add somebody who answers an alert when the lead cannot. Do it" in shown.text
    assert "Safeguarding lead Add your school's safeguarding lead, who reads concerns. Do it" in shown.text
    led = [each.href for each in shown.targets if each.words == "Do it"]
    assert led == [
        *("/school-year#half-terms", "/staff", "/staff", "/recovery-key", "/privacy"),
        *("/staff", "/channels", "/box#how-it-is", "/privacy#periods"),
    ]


def test_the_finish_line_is_reached(lead: FlaskClient, db: Database):
    finger, on_paper = Finger(lead), keys.make_recovery(db, by="staff 1", now=at("12:00")).words.split()
    third = {"name": "Mrs Rahman", "email": "rahman@harbour.example", "room": "", "phone": ""}
    staff.add(db, **third, password="five warm socks", role=Role.SAFEGUARDING_LEAD, by="staff 1", now=at("12:00"))
    finger.open("/recovery-key")
    finger.press("It is on paper", word3=on_paper[2], word11=on_paper[10], word19=on_paper[18])
    deputy = {"name": "Mrs Lindqvist", "email": "lindqvist@harbour.example", "room": "", "phone": ""}
    made = accounts.invite(db, **deputy, role=Role.DEPUTY, by="staff 1", now=at("12:00"))
    assert isinstance(made, Printed)
    assert "Set-up: 3 steps to the finish line" in finger.open("/programme").text, "they have not chosen a password"
    accounts.take_up(db, made.code, password="five warm socks", now=at("12:00"))
    assert "Set-up: 2 steps to the finish line" in finger.open("/programme").text
    for paper in Paper:
        assert papers.sign(db, paper, "Dr Bello", seen=mark(db), by="staff 1", now=at("12:00")) is None
    assert "Set-up: 1 step to the finish line" in finger.open("/programme").text
    finger.open("/school-year")
    finger.press("Add the half term", **SPRING_1)
    reached = finger.open("/programme")
    assert "Set-up: finished" in reached.text
    waits = finger.open("/").text
    assert "Set-up" not in waits
    assert (
        "Before the first lunch: 4 steps are still to do Phones of those who read concerns, Who hears a call," in waits
    )


def test_the_second_part_is_reached_too(
    lead: FlaskClient, staff_app: Flask, db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    finger = Finger(lead)
    db["staff"].update(cast.adeyemi, {"role": "deputy"})
    secret = second_factor.begin(db, cast.adeyemi)
    second_factor.confirm(db, cast.adeyemi, second_factor.code_at(secret, now=at("12:00")), now=at("12:00"))
    assert "Before the first lunch: 3 steps to the finish line" in finger.open("/programme").text
    assert "The staff room has an address now." in finger.press("Make an address for the staff room").text
    screen = f"/staff-room/{programme.load(db).staff_room_link}.json"
    lead.get(screen)
    waits = "Open the staff room's address on its screen: no screen has it open yet."
    assert waits in finger.open("/programme").text, "the lead who tries it is no screen in the staff room"
    assert "/programme#staff-room" in [each.href for each in finger.page.targets if each.words == "Do it"]
    staff_app.test_client().get(screen)
    assert "Before the first lunch: 2 steps to the finish line" in finger.open("/programme").text
    finger.open("/privacy")
    assert "Each period holds as it stands below" in finger.press("We have looked at all periods").text
    assert "only our proposal" not in finger.page.text
    assert "Backups are on this box alone: have them kept on a stick" in finger.open("/programme").text
    monkeypatch.setattr(doctor, "second_place_of", lambda _settings, **_: SecondPlace.OTHER_DISK)
    assert "Before the first lunch: finished" in finger.open("/programme").text
    assert "Before the first lunch" not in finger.open("/").text


def test_a_day_to_look_again_that_is_none_is_told(lead: FlaskClient, db: Database):
    answer = lead.post("/privacy/periods", data={"review": "soon", "form_key": form_key(lead)})
    assert answer.status_code == 422
    assert page(answer).fields("review")[0] == "soon"
    assert db["retention_periods"].count == 0


def test_a_lost_badge_moves_the_finish_line(lead: FlaskClient, db: Database):
    db["mentors"].update(3, {"state": "left"})
    lead.post("/mentors/1/badge/revoke", data={"form_key": form_key(lead)})
    assert "Badges Print the first badges. Do it" in page(lead.get("/programme")).text


# The school


def test_the_school_and_its_hours_are_changed_and_count_at_once(
    lead: FlaskClient, kiosk_door: FlaskClient, db: Database, wall: Wall
):
    answer = lead.post("/programme/school", data={**SCHOOL, "form_key": form_key(lead)})
    shown = page(lead.get(answer.headers["Location"]))
    assert "Saved." in shown.text
    assert shown.fields("school") == ["Harbour Academy"]
    assert shown.fields("staffed_days") == ["Mon", "Wed"]
    assert [*db["journal"].rows][-1]["what"] == "programme.changed"
    wall.shows("14:00")
    assert kiosk_door.post("/alert", headers=JSON).get_json() == {"stored": False}
    wall.shows("14:00", date(2027, 1, 13))
    assert kiosk_door.post("/alert", headers=JSON).get_json() == {"stored": True}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"school": " "}, "This is missing or longer than 60 letters: write it as pupils say it."),
        ({"name": "P" * 61}, "This is missing or longer than 60 letters: write it as pupils say it."),
        ({"staffed_from": "early"}, "This is not a time: write hours and minutes such as 08:30."),
        ({"staffed_until": ""}, "This is not a time: write hours and minutes such as 08:30."),
        ({"staffed_until": "08:00"}, "This is not after the start: choose a later time."),
        ({"staffed_days": []}, "This is empty: choose at least one day."),
        ({"staffed_days": ["Someday"]}, "This is empty: choose at least one day."),
    ],
)
def test_a_fault_in_the_school_form_keeps_what_was_typed_and_changes_nothing(
    lead: FlaskClient, db: Database, wrong: dict[str, object], says: str
):
    [before] = db["programme"].rows
    given = {**SCHOOL, **wrong}
    answer = lead.post("/programme/school", data={**given, "form_key": form_key(lead)})
    shown = page(answer)
    assert answer.status_code == 422
    assert says in shown.text
    kept = {name: shown.fields(name)[0] for name in ("school", "name", "staffed_from", "staffed_until")}
    assert kept == {name: given[name] for name in kept}
    assert [*db["programme"].rows] == [before]


def test_an_older_page_saves_only_what_it_changed_of_the_programme(lead: FlaskClient, db: Database):
    shown = page(lead.get("/programme"))
    school, minutes = (dict(form.fields) for form in shown.forms if form.action.endswith(("/school", "/passing-on")))
    days = {"staffed_days": shown.fields("staffed_days")}
    lead.post("/programme/school", data={**school, "staffed_until": "17:00", "staffed_days": ["Mon"]})
    lead.post("/programme/school", data={**school, **days, "name": "Listeners"})
    lead.post("/programme/passing-on", data={**minutes, "deputy_after": "2"})
    lead.post("/programme/passing-on", data={**minutes, "everyone_after": "9"})
    [known] = db["programme"].rows
    kept = [known[name] for name in ("name", "staffed_until", "staffed_days", "deputy_after", "everyone_after")]
    assert kept == ["Listeners", "17:00", "Mon", 2, 9]


# When nobody answers an alert


def test_the_minutes_after_which_an_alert_is_passed_on_are_the_schools(lead: FlaskClient, db: Database):
    finger = Finger(lead)
    assert finger.open("/programme").fields("deputy_after") == ["3"]
    assert finger.page.fields("everyone_after") == ["6"]
    given = {"deputy_after": "2", "everyone_after": "10", "form_key": form_key(lead)}
    assert lead.post("/programme/passing-on", data=given).status_code == 303
    assert finger.open("/programme").fields("everyone_after") == ["10"]
    [*_, last] = db["journal"].rows
    assert (last["what"], last["about"]) == ("programme.passing_on", '{"deputy": 2, "everyone": 10}')


@pytest.mark.parametrize(
    ("deputy", "everyone", "says"),
    [
        ("0", "6", "This is not a number of minutes: write a whole number from 1 to 60."),
        ("61", "62", "This is not a number of minutes"),
        ("", "6", "This is not a number of minutes"),
        ("soon", "6", "This is not a number of minutes"),
        ("\u0663", "6", "This is not a number of minutes"),
        ("3", "3", "This is not later than the deputy: write more minutes than for the deputy."),
        ("6", "3", "This is not later than the deputy"),
    ],
)
def test_wrong_minutes_are_said_and_kept_on_the_page(
    lead: FlaskClient, db: Database, deputy: str, everyone: str, says: str
):
    given = {"deputy_after": deputy, "everyone_after": everyone, "form_key": form_key(lead)}
    answer = lead.post("/programme/passing-on", data=given)
    shown = page(answer)
    assert answer.status_code == 422
    assert says in shown.text
    assert (shown.fields("deputy_after"), shown.fields("everyone_after")) == ([deputy], [everyone])
    assert shown.fields("school") == ["Harbour School"]
    [programme] = db["programme"].rows
    assert (programme["deputy_after"], programme["everyone_after"]) == (3, 6)
