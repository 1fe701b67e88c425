"""The rota on paper and as a file."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.planning import availability, rota
from mentoring.planning.availability import ApartWhy
from mentoring.school import school_year
from tests.conftest import THURSDAY, TUESDAY, Cast, at
from tests.walking import Finger, page

HEADER = "date,start,room,mentor\n"
THURSDAYS = HEADER + "2027-01-14,12:30,Library 2,Amira Khan\n2027-01-14,12:30,Library 2,Chidi Okonkwo\n"


def bring(lead: FlaskClient, text: str | bytes) -> Finger:
    """A finger on the page that says what the file would do."""
    finger = Finger(lead)
    finger.open("/rota/bring")
    finger.press("Look at it first", file=(io.BytesIO(text.encode() if isinstance(text, str) else text), "rota.csv"))
    return finger


def due_on_thursday(db: Database) -> list[int]:
    return [each.id for each in rota.due(db, school_year.on_day(db, THURSDAY)[0])]


def test_the_poster_shows_the_names_of_those_who_agreed(lead: FlaskClient, cast: Cast):
    shown = page(lead.get("/rota/poster")).text
    assert "12:30 Library 2 Amira and one more mentor" in shown
    assert "12:30 Library 2 Chidi" in shown
    assert "Khan" not in shown
    assert "Ben" not in shown


def test_a_slip_says_when_where_and_with_whom(lead: FlaskClient, cast: Cast):
    shown = page(lead.get("/rota/slips")).text
    assert "Amira Khan Tue 12 January, 12:30 to 13:15, Library 2 with Ben O." in shown
    assert "Chidi Okonkwo Thu 14 January, 12:30 to 13:15, Library 2" in shown


def test_the_rota_goes_out_as_the_contract_has_it(lead: FlaskClient, cast: Cast):
    answer = lead.get("/rota/rota.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.get_data(as_text=True) == (
        f"\ufeff{HEADER}"
        "2027-01-12,12:30,Library 2,Amira Khan\n"
        "2027-01-12,12:30,Library 2,Ben Osei\n2027-01-14,12:30,Library 2,Chidi Okonkwo\n"
    )


def test_what_went_out_comes_in_and_changes_nothing(lead: FlaskClient, cast: Cast):
    text = lead.get("/rota/rota.csv").get_data(as_text=True)
    assert "The file changes nothing" in bring(lead, text).page.text


def as_uk_excel_saves(text: str) -> bytes:
    """A spreadsheet's CSV UTF-8: a mark, CR LF, dates with the day first."""
    return re.sub(r"(?m)^(\d+)-(\d+)-(\d+)", r"\3/\2/\1", text).replace("\n", "\r\n").encode("utf-8-sig")


@pytest.mark.parametrize(
    "saved",
    [
        as_uk_excel_saves,
        lambda text: text.replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig"),
        lambda text: text.replace(",", "\t").replace("12:30", "12:30:00").encode("utf-16"),
    ],
    ids=["as Excel in the UK", "semicolons", "Unicode text"],
)
def test_what_a_spreadsheet_saved_again_comes_in_and_changes_nothing(
    lead: FlaskClient, cast: Cast, saved: Callable[[str], bytes]
):
    text = lead.get("/rota/rota.csv").get_data().decode("utf-8-sig")
    shown = bring(lead, saved(text)).page.text
    assert "The file changes nothing" in shown
    assert "How the file is read" not in shown


def test_a_column_of_notes_is_left_out_and_said(lead: FlaskClient, cast: Cast):
    shown = bring(lead, THURSDAYS.replace("mentor\n", "mentor,Notes\n")).page.text
    assert "The column “Notes” is left out." in shown


def test_a_file_is_looked_at_then_used_and_taken_back(lead: FlaskClient, db: Database, cast: Cast):
    finger = bring(lead, THURSDAYS)
    assert "Thu 14 January 12:30, Library 2 Chidi Okonkwo Amira Khan, Chidi Okonkwo" in finger.page.text
    assert due_on_thursday(db) == [cast.chidi], "a look changes nothing"
    used = finger.press("Change 1 drop-in")
    assert "The file is the rota now." in used.text
    assert due_on_thursday(db) == [cast.amira, cast.chidi]
    finger.press("Undo my last change (Thu 14 January)")
    assert due_on_thursday(db) == [cast.chidi]


def test_the_rules_that_a_file_would_break_are_named_before(lead: FlaskClient, db: Database, cast: Cast):
    availability.keep_apart(db, cast.amira, cast.chidi, ApartWhy.KIN, by="staff 1", now=at("09:00"))
    assert "Amira and Chidi are kept apart" in bring(lead, THURSDAYS).page.text


def test_a_rota_that_changed_meanwhile_is_shown_again(lead: FlaskClient, db: Database, cast: Cast):
    finger = bring(lead, THURSDAYS)
    rota.set_due(db, school_year.on_day(db, THURSDAY)[0], [cast.chidi, cast.ben], by="staff 2", now=at("12:41"))
    shown = finger.press("Change 1 drop-in")
    assert finger.answer.status_code == 422
    assert "Ben Osei is pinned there and not in the file" in shown.text
    stored = school_year.on_day(db, THURSDAY)[0]
    rota.pin(db, stored, cast.ben, pinned=False, by="staff 2", now=at("12:42"))
    finger = bring(lead, THURSDAYS)
    rota.pin(db, stored, cast.ben, pinned=True, by="staff 2", now=at("12:42"))
    rota.pin(db, stored, cast.ben, pinned=False, by="staff 2", now=at("12:42"))
    shown = finger.press("Change 1 drop-in")
    assert finger.answer.status_code == 409
    assert "The rota changed since you looked." in shown.text
    finger.press("Change 1 drop-in")
    assert due_on_thursday(db) == [cast.amira, cast.chidi]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "1 1 the file is empty"),
        ("date,start,mentor\n", "1 room the column is missing"),
        (HEADER, "2 date there is no drop-in in the file"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_remedy(lead: FlaskClient, cast: Cast, text: str, says: str):
    finger = bring(lead, text)
    assert finger.answer.status_code == 422
    assert says in finger.page.text


@pytest.mark.parametrize("carried", ["", "%%%", "ZGF0ZQ=="])
def test_what_is_carried_is_read_again_before_it_is_used(lead: FlaskClient, db: Database, cast: Cast, carried: str):
    before = [each.due for each in rota.glance(db, TUESDAY, THURSDAY)]
    key = page(lead.get("/rota/bring")).fields("form_key")[0]
    assert lead.post("/rota/bring/use", data={"carried": carried, "form_key": key}).status_code == 422
    assert [each.due for each in rota.glance(db, TUESDAY, THURSDAY)] == before
