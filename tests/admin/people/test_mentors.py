"""Mentors: the list, adding and changing, and a badge that is replaced or revoked."""

from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database
from werkzeug.datastructures import MultiDict

from badges import code
from mentoring.access.staff import Role
from tests.both_doors import JSON, KEY, LoggedIn, Scan, form_key
from tests.conftest import Cast
from tests.walking import Finger, page

DANA = {"given_name": "Dana", "family_name": "Kowalska", "year_group": "10"}


@pytest.fixture
def finger(lead: FlaskClient) -> Finger:
    return Finger(lead)


def test_a_mentor_is_added_from_a_name_and_a_year(finger: Finger, db: Database):
    finger.open("/")
    finger.press("Mentors")
    finger.press("Add a mentor")
    added = finger.press("Add", **DANA)
    assert "Added." in added.text
    assert "Dana Kowalska Not fit for duty: has no good badge" in added.text
    dana = [*db["mentors"].rows][-1]
    assert (dana["display_name"], dana["consent"], dana["state"]) == ("Dana", "not_asked", "active")
    assert "Dana Kowalska" in finger.open("/mentors").text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"given_name": " "}, "This is missing: write the given name."),
        ({"family_name": ""}, "This is missing: write the family name."),
        ({"year_group": ""}, "This is missing: write the year group, such as 10."),
        ({"family_name": "K" * 61}, "This is longer than 60 letters: shorten it."),
        ({"email": "dana"}, "This has no @: write a whole address or leave it empty."),
        ({"given_name": "amira", "family_name": "KHAN", "year_group": "11"}, "This is already on the list"),
    ],
)
def test_a_fault_is_said_beside_its_field_and_what_was_typed_is_kept(
    lead: FlaskClient, db: Database, wrong: dict[str, str], says: str
):
    given = {**DANA, "display_name": "Dee", "email": "d@harbour.example", "experienced": "yes", **wrong}
    answer = lead.post("/mentors/new", data={**given, "form_key": form_key(lead)})
    shown = page(answer)
    assert answer.status_code == 422
    assert says in shown.text
    assert {name: shown.fields(name) for name in given} == {name: [value] for name, value in given.items()}
    assert shown.fields("shows_name") == []
    assert db["mentors"].count == 3


def test_a_namesake_in_another_year_is_another_person(finger: Finger, db: Database):
    finger.open("/mentors/new")
    finger.press("Add", given_name="Amira", family_name="Khan", year_group="9")
    assert db["mentors"].count == 4


def test_a_second_tap_adds_nobody_twice(lead: FlaskClient, db: Database):
    fields = {**DANA, "form_key": form_key(lead)}
    assert [lead.post("/mentors/new", data=fields).status_code for _ in range(2)] == [303, 422]
    assert db["mentors"].count == 4


def test_the_page_of_a_mentor_holds_what_is_known(lead: FlaskClient, cast: Cast):
    shown = page(lead.get(f"/mentors/{cast.amira}"))
    assert "Amira Khan Fit for duty" in shown.text
    assert "Tue 12 January, 12:30, Library 2" not in shown.text  # it has begun
    assert [shown.fields(name) for name in ("given_name", "year_group", "experienced", "shows_name", "state")] == [
        ["Amira"],
        ["11"],
        ["yes"],
        ["yes"],
        ["active"],
    ]
    assert page(lead.get(f"/mentors/{cast.chidi}")).text.count("Thu 14 January, 12:30, Library 2") == 1


def test_a_mentor_is_changed(finger: Finger, db: Database, cast: Cast):
    finger.open(f"/mentors/{cast.ben}")
    changed = finger.press("Save", display_name="Benny", shows_name="yes", state="paused")
    assert "Saved." in changed.text
    assert "Not fit for duty: stepping back for a while" in changed.text
    ben = db["mentors"].get(cast.ben)
    assert (ben["display_name"], ben["consent"], ben["state"]) == ("Benny", "agreed", "paused")
    assert ben["given_name"] == "Ben"


def test_an_older_page_saves_only_what_it_changed(lead: FlaskClient, db: Database, cast: Cast):
    newer, older = Finger(lead), Finger(lead)
    for tab in (newer, older):
        tab.open(f"/mentors/{cast.ben}")
    newer.press("Save", state="paused", experienced="yes", display_name="Benny")
    saved = older.press("Save", email="ben@harbour.example")
    assert "Saved." in saved.text
    ben = db["mentors"].get(cast.ben)
    assert (ben["state"], ben["experienced"], ben["display_name"]) == ("paused", 1, "Benny")
    assert ben["email"] == "ben@harbour.example"


def test_an_older_page_with_a_fault_shows_how_it_stands_now_with_what_was_typed(
    lead: FlaskClient, db: Database, cast: Cast
):
    newer, older = Finger(lead), Finger(lead)
    for tab in (newer, older):
        tab.open(f"/mentors/{cast.ben}")
    newer.press("Save", state="paused", year_group="11")
    shown = older.press("Save", email="ben", year_group="12")
    assert "This has no @" in shown.text
    kept = [shown.fields(name) for name in ("state", "email", "year_group")]
    assert kept == [["paused"], ["ben"], ["12"]]
    older.press("Save", email="ben@harbour.example")
    ben = db["mentors"].get(cast.ben)
    assert (ben["state"], ben["email"], ben["year_group"]) == ("paused", "ben@harbour.example", "12")


def test_a_fault_while_changing_keeps_what_was_typed_and_changes_nothing(lead: FlaskClient, db: Database, cast: Cast):
    before = db["mentors"].get(cast.ben)
    given = {"given_name": "Benjamin", "family_name": "", "year_group": "10", "display_name": "Benny"}
    fields = {**given, "state": "active", "form_key": form_key(lead)}
    answer = lead.post(f"/mentors/{cast.ben}", data=fields)
    shown = page(answer)
    assert answer.status_code == 422
    assert {name: shown.fields(name) for name in given} == {name: [value] for name, value in given.items()}
    assert db["mentors"].get(cast.ben) == before


def test_the_state_that_was_chosen_is_kept_beside_a_fault(lead: FlaskClient, cast: Cast):
    fields = {"given_name": "Ben", "family_name": "", "year_group": "10", "state": "paused"}
    answer = lead.post(f"/mentors/{cast.ben}", data={**fields, "form_key": form_key(lead)})
    assert answer.status_code == 422
    assert page(answer).fields("state") == ["paused"]


def test_nobody_is_changed_into_anothers_namesake(lead: FlaskClient, db: Database, cast: Cast):
    fields = {"given_name": "Amira", "family_name": "Khan", "year_group": "11", "state": "active"}
    answer = lead.post(f"/mentors/{cast.ben}", data={**fields, "form_key": form_key(lead)})
    assert answer.status_code == 422
    assert "This is already on the list" in page(answer).text
    assert db["mentors"].get(cast.ben)["given_name"] == "Ben"


@pytest.mark.parametrize("state", ["", "gone", "ACTIVE"])
def test_a_state_that_does_not_exist_is_refused(lead: FlaskClient, cast: Cast, state: str):
    fields = {**DANA, "state": state, "form_key": form_key(lead)}
    assert lead.post(f"/mentors/{cast.ben}", data=fields).status_code == 400


@pytest.mark.parametrize("path", ["/mentors/999", "/badges/999/replace", "/mentors/999/badge/revoke"])
def test_a_mentor_who_does_not_exist_is_a_404(lead: FlaskClient, db: Database, path: str):
    before = db["journal"].count
    fields = {**DANA, "state": "active", "form_key": form_key(lead)}
    assert lead.post(path, data=fields).status_code == 404
    assert lead.get("/mentors/999").status_code == 404
    assert lead.get("/mentors/amira").status_code == 404
    assert db["journal"].count == before


@pytest.mark.parametrize("press", ["Replace it and print", "Revoke it"])
def test_a_badge_that_ended_is_not_valid_at_the_kiosk(
    finger: Finger, scan: Scan, cast: Cast, codes: Mapping[int, str], press: str
):
    finger.open(f"/mentors/{cast.amira}")
    finger.press(press)
    assert scan(cast.amira)["outcome"] == "not_valid"
    assert scan(cast.ben)["outcome"] == "waiting_for_pair"


def test_a_replaced_badge_is_another_good_one(finger: Finger, kiosk_door: FlaskClient, cast: Cast, db: Database):
    finger.open(f"/mentors/{cast.amira}")
    assert "The square was read back" in finger.press("Replace it and print").text
    assert "Fit for duty" in finger.open(f"/mentors/{cast.amira}").text
    [good] = db["badges"].rows_where("mentor_id = ? and ended is null", [cast.amira])
    assert good["number"] != cast.numbers[cast.amira]
    assert good["printed"] is None
    answer = kiosk_door.post("/scan", data={"code": code.make(good["number"], KEY)}, headers=JSON)
    assert answer.get_json()["outcome"] == "waiting_for_pair"


def test_a_revoked_mentor_is_not_fit_and_can_be_given_a_badge(finger: Finger, cast: Cast):
    finger.open(f"/mentors/{cast.amira}")
    revoked = finger.press("Revoke it")
    assert "Not fit for duty: has no good badge" in revoked.text
    assert "Print a badge" in {each.words for each in revoked.targets}


def test_every_change_is_in_the_journal_by_number_and_never_by_name(finger: Finger, cast: Cast, db: Database):
    last = db["journal"].count
    finger.open("/mentors/new")
    finger.press("Add", **DANA)
    finger.open(f"/mentors/{cast.amira}")
    finger.press("Save", display_name="Mira")
    finger.press("Replace it and print")
    finger.open(f"/mentors/{cast.amira}")
    finger.press("Revoke it")
    rows = [*db["journal"].rows_where("id > ?", [last])]
    assert [each["what"] for each in rows] == ["mentor.added", "mentor.edited", "badge.replaced", "badge.revoked"]
    assert {each["actor"] for each in rows} == {f"staff {cast.okafor}"}
    assert [name for name in ("Dana", "Kowalska", "Mira") if name in str(rows)] == []


def test_an_empty_list_says_what_will_be_here(finger: Finger, db: Database):
    with db.conn:
        for table in ("due", "badges", "mentors"):
            db[table].delete_where()
    assert "Your mentors will be listed here" in finger.open("/mentors").text
    assert "Badges are printed here" in finger.open("/badges").text


# Whose name may be shown


def test_many_ticks_are_saved_at_once(lead: FlaskClient, finger: Finger, db: Database, cast: Cast):
    db.execute("update mentors set consent = 'not_asked'")
    assert "3 mentors are shown without a name" in finger.open("/").text
    shown = page(lead.get("/mentors?tick=everybody"))
    assert shown.fields("agreed") == [str(cast.amira), str(cast.ben), str(cast.chidi)]
    sent = [("form_key", form_key(lead)), *(("listed", each) for each in shown.fields("listed"))]
    answer = lead.post("/mentors", data=MultiDict([*sent, ("agreed", str(cast.amira)), ("agreed", str(cast.chidi))]))
    assert (
        "Saved. The kiosk and the board show the names that are ticked."
        in page(lead.get(answer.headers["Location"])).text
    )
    assert [each["consent"] for each in db["mentors"].rows] == ["agreed", "not_asked", "agreed"]
    assert "1 has not been asked yet." in finger.open("/mentors").text
    assert "agreed to have their names shown" in finger.open("/trail").text


def test_whoever_is_not_ticked_said_no_only_when_everybody_was_asked(lead: FlaskClient, finger: Finger, db: Database):
    db.execute("update mentors set consent = 'not_asked'")
    finger.open("/mentors")
    finger.press("Save the ticks")
    assert {each["consent"] for each in db["mentors"].rows} == {"not_asked"}
    assert "not been asked" not in finger.press("Save the ticks", all_asked="yes").text
    assert {each["consent"] for each in db["mentors"].rows} == {"refused"}
    assert "on every screen" not in finger.open("/").text


def test_a_name_that_was_taken_back_meanwhile_stays_hidden(lead: FlaskClient, finger: Finger, db: Database, cast: Cast):
    finger.open("/mentors")
    db["mentors"].update(cast.amira, {"consent": "refused"})
    finger.press("Save the ticks")
    assert [each["consent"] for each in db["mentors"].rows] == ["refused", "refused", "agreed"]
    finger.open("/mentors")
    db["mentors"].update(cast.ben, {"consent": "agreed"})
    fields = {"agreed": str(cast.ben), "listed": f"{cast.ben} not_asked", "form_key": form_key(lead)}
    assert lead.post("/mentors", data=fields).status_code == 303, "the list says what is so already"
    late = lead.post("/mentors", data={**fields, "agreed": "", "all_asked": "yes"})
    assert late.status_code == 409
    assert "Ben Osei: changed since this page was opened" in page(late).text
    assert db["mentors"].get(cast.ben)["consent"] == "agreed"


@pytest.mark.parametrize("listed", ["1", "x agreed", "1 perhaps", "1 agreed 2"])
def test_a_list_that_no_page_sends_is_refused(lead: FlaskClient, listed: str):
    assert lead.post("/mentors", data={"listed": listed, "form_key": form_key(lead)}).status_code == 400


def test_whoever_only_looks_at_mentors_sees_no_ticks(as_role: LoggedIn):
    shown = page(as_role(Role.SAFEGUARDING_LEAD).get("/mentors"))
    assert (shown.fields("listed"), shown.fields("agreed")) == ([], [])
    assert "Ben Osei 10 A mentor" in shown.text
