"""Programme and staff: what set-up settled, and the adults a pupil can find."""

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.programme import NEVER_A_SECRET
from tests.conftest import OKAFOR_EMAIL
from tests.kiosk.both_doors import form_key
from tests.kiosk.walking import Finger, page

LINDQVIST = {
    "name": "Mrs Lindqvist",
    "email": "lindqvist@harbour.example",
    "password": "five warm socks",
    "role": "deputy",
    "room": "Room 9",
    "phone": "209",
}


def test_the_programme_says_what_is_never_switched_off(lead: FlaskClient):
    shown = page(lead.get("/programme")).text
    assert "Harbour School" in shown
    assert NEVER_A_SECRET in shown
    assert "Outside these hours" in shown


def test_staff_are_listed_and_one_is_added_who_can_log_in(lead: FlaskClient, staff_door: FlaskClient):
    finger = Finger(lead)
    shown = finger.open("/staff").text
    assert "Ms Okafor Lead Room 4" in shown
    assert "Mr Adeyemi Helper Room 12 212" in shown
    added = finger.press("Add", **LINDQVIST).text
    assert "Added." in added
    assert "Mrs Lindqvist Deputy Room 9 209" in added
    fields = {"email": LINDQVIST["email"], "password": LINDQVIST["password"]}
    assert staff_door.post("/log-in", data=fields).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "This is missing"),
        ({"email": "lindqvist"}, "This is not an e-mail address"),
        ({"email": OKAFOR_EMAIL.upper()}, "This is already somebody's"),
        ({"password": "short"}, "This is shorter than 10 characters"),
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
    assert shown.fields("password") == [""]
    assert db["staff"].count == 2


def test_there_is_always_exactly_one_lead(lead: FlaskClient, db: Database):
    lead.post("/staff", data={**LINDQVIST, "role": "lead", "form_key": form_key(lead)})
    assert db["staff"].count_where("role = 'lead'") == 1
    assert "lead" not in page(lead.get("/staff")).fields("role")


def test_no_page_holds_a_password(lead: FlaskClient, db: Database):
    [*members] = db["staff"].rows
    for path in ("/staff", "/programme", "/"):
        shown = lead.get(path).get_data(as_text=True)
        assert [each for each in members if each["password"] in shown] == []
        assert "argon2" not in shown
