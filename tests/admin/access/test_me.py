"""Me: one's own password, second factor and log-ins (P21)."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.access import keys, second_factor, staff
from mentoring.access.second_factor import code_at
from mentoring.access.staff import Role
from mentoring.basics import sealing
from tests.both_doors import Wall, factor_for, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, OKAFOR_EMAIL, PASSWORD, Cast, at
from tests.walking import Finger, page

SOCKS = "five warm socks"
ON_PAPER = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}\b")
DSL = "lindqvist@harbour.example"


def gets_in(app: Flask, password: str, code: str = "", email: str = OKAFOR_EMAIL) -> bool:
    answer = app.test_client().post("/log-in", data={"email": email, "password": password, "code": code})
    return answer.status_code == 303


def secret_of(db: Database, staff_id: int) -> str:
    return str(db["second_factors"].get(staff_id)["secret"])


def test_a_factor_is_set_up_from_the_page_alone(lead: FlaskClient, staff_app: Flask, wall: Wall):
    finger = Finger(lead)
    finger.open("/me")
    setting_up = finger.press("Set it up")
    assert "This box's clock says 12:40:00." in setting_up.text
    assert "The secret as a square to scan" in lead.get("/me/second-factor").get_data(as_text=True)
    secret = re.search(r"Type this secret instead: ((?:[A-Z2-7]{4} ?)+)", setting_up.text)[1].replace(" ", "")
    shown = finger.press("Turn it on", code=code_at(secret, now=wall.moment), password=PASSWORD).text
    codes = ON_PAPER.findall(shown)
    assert len(codes) == 10
    assert "recovery codes of Ms Okafor" in shown
    assert not gets_in(staff_app, PASSWORD)
    wall.passes(30)
    assert gets_in(staff_app, PASSWORD, code_at(secret, now=wall.moment))
    assert gets_in(staff_app, PASSWORD, codes[4])
    again = page(lead.get("/me"))
    assert "9 of your recovery codes are left." in again.text
    assert codes[0] not in again.text
    assert lead.get("/me/second-factor").headers["Location"] == "/me"


@pytest.mark.parametrize(
    ("password", "right_code", "says"),
    [("wrong", True, "This is not your password"), (PASSWORD, False, "This does not fit")],
)
def test_a_factor_wants_the_password_and_a_code(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall, password: str, *, right_code: bool, says: str
):
    lead.get("/me/second-factor")
    code = code_at(secret_of(db, cast.okafor), now=wall.moment) if right_code else "000000"
    answer = lead.post("/me/second-factor", data={"password": password, "code": code, "form_key": form_key(lead)})
    assert answer.status_code == 422
    assert says in page(answer).text
    assert not second_factor.is_on(db, cast.okafor)


def test_an_owner_who_has_set_it_up_has_a_key_at_once(
    staff_app: Flask, db: Database, wall: Wall, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sealing, "_PASSES", 1)
    monkeypatch.setattr(sealing, "_KIBIBYTES", 8)
    account = {"name": "Mrs Lindqvist", "email": DSL, "password": PASSWORD, "room": "", "phone": ""}
    member = staff.add(db, **account, role=Role.SAFEGUARDING_LEAD, by="staff 1", now=at("12:00"))
    finger = Finger(log_in(staff_app.test_client(), DSL))
    finger.open("/")
    assert keys.public_of(db, member) is None
    finger.press("Turn it on", code=code_at(secret_of(db, member), now=wall.moment), password=PASSWORD)
    assert keys.public_of(db, member)
    assert "Ms Okafor" in finger.press("I have them, go on").text
    assert finger.path == "/"
    assert "It stays on" in finger.open("/me").text
    wall.passes(60)
    fields = {"password": PASSWORD, "code": code_at(secret_of(db, member), now=wall.moment)}
    door = log_in(staff_app.test_client(), DSL, code=code_at(secret_of(db, member), now=wall.moment))
    wall.passes(60)
    fields["code"] = code_at(secret_of(db, member), now=wall.moment)
    assert door.post("/me/second-factor/remove", data={**fields, "form_key": form_key(door)}).status_code == 422
    assert second_factor.is_on(db, member)


def test_new_recovery_codes_want_password_and_code(lead: FlaskClient, db: Database, cast: Cast):
    codes = factor_for(db, cast.okafor)
    key = form_key(lead)
    for fields in ({"password": "wrong", "code": codes[0]}, {"password": PASSWORD, "code": "000000"}):
        assert lead.post("/me/recovery-codes", data={**fields, "form_key": key}).status_code == 422
    shown = page(lead.post("/me/recovery-codes", data={"password": PASSWORD, "code": codes[0], "form_key": key})).text
    assert len(set(ON_PAPER.findall(shown)) - set(codes)) == 10
    assert second_factor.codes_left(db, cast.okafor) == 10


def test_who_needs_none_may_turn_it_off(lead: FlaskClient, staff_app: Flask, db: Database, cast: Cast):
    codes = factor_for(db, cast.okafor)
    finger = Finger(lead)
    finger.open("/me")
    assert "asks for no code any more" in finger.press("Turn it off", password=PASSWORD, code=codes[0]).text
    assert gets_in(staff_app, PASSWORD)


def test_another_password_ends_all_other_log_ins(lead: FlaskClient, staff_app: Flask):
    laptop = log_in(staff_app.test_client())
    finger = Finger(lead)
    finger.open("/me")
    assert (
        "All other log-ins of yours are ended." in finger.press("Change it", old=PASSWORD, new=SOCKS, again=SOCKS).text
    )
    assert laptop.get("/").headers["Location"] == "/log-in"
    assert not gets_in(staff_app, PASSWORD)
    assert gets_in(staff_app, SOCKS)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"old": "wrong"}, "This is not your password"),
        ({"new": "short", "again": "short"}, "This is shorter than 10 characters"),
        ({"new": OKAFOR_EMAIL, "again": OKAFOR_EMAIL}, "This is your name or address"),
        ({"again": "six cold socks"}, "This is not the same"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said_beside_it(
    lead: FlaskClient, staff_app: Flask, wrong: dict[str, str], says: str
):
    fields = {"old": PASSWORD, "new": SOCKS, "again": SOCKS, **wrong, "form_key": form_key(lead)}
    answer = lead.post("/me/password", data=fields)
    assert answer.status_code == 422
    assert says in page(answer).text
    assert gets_in(staff_app, PASSWORD)


def test_a_stolen_page_does_not_guess_the_password(lead: FlaskClient):
    fields = {"old": "wrong", "new": SOCKS, "again": SOCKS, "form_key": form_key(lead)}
    answers = [lead.post("/me/password", data=fields).status_code for _ in range(9)]
    assert set(answers[:6]) == {422}
    assert answers[-1] == 429


def test_all_other_log_ins_are_ended_at_a_tap(lead: FlaskClient, staff_app: Flask):
    finger = Finger(lead)
    assert "Here, since 12:40" in finger.open("/me").text
    laptop, others = log_in(staff_app.test_client()), log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    assert "Elsewhere, since 12:40" in finger.open("/me").text
    finger.press("End all others")
    assert "Elsewhere" not in finger.open("/me").text
    assert laptop.get("/").headers["Location"] == "/log-in"
    assert others.get("/").status_code == 200


# Without one's password


def test_a_forgotten_password_is_chosen_anew_with_paper_and_phone(
    staff_app: Flask, db: Database, cast: Cast, wall: Wall
):
    codes = factor_for(db, cast.okafor)
    finger = Finger(staff_app.test_client())
    finger.open("/log-in")
    finger.press("I cannot log in")
    given = {"email": OKAFOR_EMAIL, "password": SOCKS, "again": SOCKS, "app_code": "000000"}
    wrong = finger.press("Keep this password", **given, recovery_code=codes[0])
    assert "do not go together" in wrong.text
    assert wrong.fields("recovery_code") == [codes[0]]
    given["app_code"] = code_at(secret_of(db, cast.okafor), now=wall.moment)
    assert "Your new password holds." in finger.press("Keep this password", **given, recovery_code=codes[0]).text
    assert gets_in(staff_app, SOCKS, codes[1])


def test_forgetting_answers_alike_whoever_it_is(staff_door: FlaskClient, db: Database, cast: Cast):
    factor_for(db, cast.okafor)
    given = {"password": SOCKS, "again": SOCKS, "app_code": "000000", "recovery_code": "7Q4M-9XRT-2B6K"}
    pages = set()
    for email in (OKAFOR_EMAIL, ADEYEMI_EMAIL, "nobody@harbour.example"):
        answer = staff_door.post("/forgotten", data={**given, "email": email})
        assert answer.status_code == 422
        pages.add(answer.get_data(as_text=True).replace(email, "WHO"))
    assert len(pages) == 1


@pytest.mark.parametrize("path", ["/welcome", "/forgotten"])
def test_guesses_wait_there_too(staff_door: FlaskClient, path: str):
    answers = [staff_door.post(path, data={"code": "7Q4M-9XRT-2B6K-WE3C", "email": "x@y.example"}) for _ in range(9)]
    assert [each.status_code for each in answers] == [422] * 8 + [429]
