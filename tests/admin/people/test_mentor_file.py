"""Mentors from a file: seen first, then all of them or nobody."""

import base64
import io

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from mentoring.people import mentors
from mentoring.people.mentors import NewMentor
from tests.both_doors import Wall, form_key
from tests.walking import Page, page

HEADER = "given_name,family_name,year_group"
GOOD = f"{HEADER},display_name\r\nDana,Kowalska,10,Dee\r\nEli,Fox,9,\r\n"


def look(door: FlaskClient, content: str | bytes) -> TestResponse:
    """Send a file to be looked at."""
    sent = content if isinstance(content, bytes) else content.encode()
    fields = {"form_key": form_key(door), "file": (io.BytesIO(sent), "mentors.csv")}
    return door.post("/mentors/import", data=fields, content_type="multipart/form-data")


def use(door: FlaskClient, seen: Page) -> TestResponse:
    """Press "Add them" on the page that showed what the file would do."""
    form = seen.target("Add them").form
    assert form
    return door.post(form.action, data=dict(form.fields))


def names(db: Database) -> list[str]:
    return [each["given_name"] for each in db["mentors"].rows]


def test_a_file_is_chosen_from_the_list_of_mentors(lead: FlaskClient):
    assert "/mentors/import" in {each.href for each in page(lead.get("/mentors")).targets}
    shown = page(lead.get("/mentors/import"))
    assert HEADER in shown.text
    assert [each["type"] for each in shown.all("input") if each.get("name") == "file"] == ["file"]


def test_looking_at_a_file_adds_nobody_and_says_whom_it_would_add(lead: FlaskClient, db: Database):
    before = names(db), db["journal"].count
    answer = look(lead, GOOD)
    shown = page(answer)
    assert answer.status_code == 200
    assert "This would add 2 mentors Dana Kowalska, 10 Eli Fox, 9" in shown.text
    assert (names(db), db["journal"].count) == before


def test_using_the_file_adds_everybody_and_leads_to_the_list(lead: FlaskClient, db: Database):
    answer = use(lead, page(look(lead, GOOD)))
    assert answer.status_code == 303
    shown = page(lead.get(answer.headers["Location"])).text
    assert "What the file says is done." in shown
    assert "Dana Kowalska" in shown
    dana, eli = [*db["mentors"].rows][-2:]
    assert (dana["display_name"], eli["display_name"]) == ("Dee", "Eli")
    assert [*db["journal"].rows][-1]["what"] == "mentor.imported"


def test_an_import_agrees_to_a_shown_name_for_nobody(lead: FlaskClient, db: Database):
    use(lead, page(look(lead, GOOD)))
    assert [each["consent"] for each in db["mentors"].rows][-2:] == ["not_asked", "not_asked"]


def test_a_file_that_says_who_agreed_is_confirmed_once_on_the_list(lead: FlaskClient, db: Database):
    content = f"{HEADER},shows_name\nDana,Kowalska,10,yes\nEli,Fox,9,no\nFay,Lee,9,\nAmira,Khan,11,yes\n"
    shown = page(look(lead, content))
    assert "1 agreed to be named, says the file A file alone agrees for nobody." in shown.text
    answer = use(lead, shown)
    listed = page(lead.get(answer.headers["Location"]))
    assert "Look at the ticks below, and save them." in listed.text
    assert "A file says yes for 1" in listed.text
    assert "1 has not been asked yet." in listed.text
    public = {each.given_name: each.public_name for each in mentors.mentors(db)}
    assert (public["Dana"], public["Eli"]) == ("A mentor", "A mentor")
    form = listed.target("Save the ticks").form
    assert form
    assert lead.post("/mentors", data=MultiDict(form.fields)).status_code == 303
    public = {each.given_name: each.public_name for each in mentors.mentors(db)}
    assert (public["Dana"], public["Eli"], public["Fay"]) == ("Dana", "A mentor", "A mentor")
    assert "A file says yes" not in page(lead.get("/mentors")).text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (f"{HEADER}\nDana,,10\n", ["one thing", "2 family_name is missing write the family name"]),
        (f"{HEADER}\nDana,,\n", ["2 things", "2 family_name is missing", "2 year_group is missing"]),
        (
            f"{HEADER}\nDana,Fox,Oct-11\n",
            ["2 year_group is “Oct-11”, which a spreadsheet made of two numbers such as 10-11"],
        ),
        (f"{HEADER}\nDana,Fox,ten\n", ["2 year_group is “ten” write the year group as a number, such as 10"]),
        (f"{HEADER}\nDana,Fox,10\ndana,fox,10\n", ["3 family_name this mentor is already in row 2"]),
        (f"{HEADER}\n", ["2 given_name there is nobody in the file"]),
        ("clan\nLee\n", ["3 things", "1 given_name the column is missing", "The column “clan” is left out."]),
        (f"{HEADER},UPN\nDana,Fox,10,A1\n", ["1 UPN a pupil's number (UPN, ULN) is never kept here delete the column"]),
        (b"given_name,family_name,year_group\nZo\xeb,Fox,9\n", ["2 1 a letter is not written as UTF-8"]),
        (b"", ["1 1 the file is empty"]),
    ],
)
def test_each_fault_names_its_row_and_column_and_nobody_is_added(
    lead: FlaskClient, db: Database, content: str | bytes, says: list[str]
):
    answer = look(lead, content)
    shown = page(answer)
    assert answer.status_code == 422
    assert "Nothing was added: the file has" in shown.text
    assert [each for each in says if each not in shown.text] == []
    assert "Add them" not in {each.words for each in shown.targets}
    assert len(names(db)) == 3


def test_a_file_with_more_faults_than_are_shown_says_how_many_there_are(lead: FlaskClient):
    shown = page(look(lead, f"{HEADER}\n" + "Dana,,10\n" * 90))
    assert "Nothing was added: the file has 90 things to put right; the first 50 are shown" in shown.text


def test_no_file_at_all_is_a_fault_in_words(lead: FlaskClient):
    answer = lead.post("/mentors/import", data={"form_key": form_key(lead)})
    assert answer.status_code == 422
    assert "the file is empty" in page(answer).text


def test_somebody_added_meanwhile_stays_as_they_are(lead: FlaskClient, db: Database, wall: Wall):
    seen = page(look(lead, GOOD))
    mentors.add(db, NewMentor("Eli", "Fox", "9", "Eli"), by="staff 2", now=wall.moment)
    assert use(lead, seen).status_code == 303
    assert names(db) == ["Amira", "Ben", "Chidi", "Eli", "Dana"]


def test_a_second_tap_adds_nobody_twice(lead: FlaskClient, db: Database):
    seen = page(look(lead, GOOD))
    assert [use(lead, seen).status_code for _ in range(2)] == [303, 303]
    assert len(names(db)) == 5


def test_whoever_is_here_already_is_named_and_there_is_nothing_to_use(lead: FlaskClient):
    shown = page(look(lead, f"{HEADER}\nAmira,Khan,Yr 11\n"))
    assert "1 already here, unchanged Amira Khan, 11" in shown.text
    assert not {"Add them", "Use the file"} & {each.words for each in shown.targets}


@pytest.mark.parametrize(("answer", "years"), [("moved_up", ["12"]), ("another", ["11", "12"])])
def test_one_who_may_have_moved_up_is_asked_about(lead: FlaskClient, db: Database, answer: str, years: list[str]):
    shown = page(look(lead, f"{HEADER}\nAmira,Khan,12\n"))
    assert "Amira Khan: year 11 on the list, year 12 in row 2" in shown.text
    form = shown.target("Use the file").form
    assert form
    unsaid = lead.post(form.action, data=dict(form.fields))
    assert unsaid.status_code == 422
    assert "Amira Khan: year 11 on the list" in page(unsaid).text
    assert lead.post(form.action, data=dict(form.fields) | {"who-2-1": answer}).status_code == 303
    assert [each["year_group"] for each in db["mentors"].rows if each["given_name"] == "Amira"] == years


def test_one_who_has_left_is_left_out_unless_it_is_another_person(lead: FlaskClient, db: Database):
    db["mentors"].update(2, {"state": "left"})
    shown = page(look(lead, f"{HEADER}\nBen,Osei,10\nDana,Lee,10\n"))
    assert "Ben Osei: has left, year 10 then, year 10 in row 2" in shown.text
    assert "/mentors/2" in {each.href for each in shown.targets}
    form = shown.target("Use the file").form
    assert form
    assert ("who-2-2", "left_out") in [*form.fields]
    assert lead.post(form.action, data=dict(form.fields)).status_code == 303
    assert names(db) == ["Amira", "Ben", "Chidi", "Dana"]
    assert lead.post(form.action, data=dict(form.fields) | {"who-2-2": "another"}).status_code == 303
    assert names(db)[4:] == ["Ben"]


def test_a_no_for_somebody_who_is_shown_is_said_before_it_counts(lead: FlaskClient, db: Database):
    shown = page(look(lead, f"{HEADER},shows_name\nAmira,Khan,11,no\nDana,Lee,10,\n"))
    assert "1 no longer shown by name, says the file" in shown.text
    form = shown.target("Use the file").form
    assert form
    assert mentors.mentors(db)[0].shows_name
    assert lead.post(form.action, data=dict(form.fields)).status_code == 303
    assert [each.shows_name for each in mentors.mentors(db) if each.given_name == "Amira"] == [False]


def test_the_list_goes_out_for_a_spreadsheet_and_comes_in_again(lead: FlaskClient, db: Database):
    assert "/mentors/import/mentors.csv" in {each.href for each in page(lead.get("/mentors/import")).targets}
    content = lead.get("/mentors/import/mentors.csv").get_data()
    columns = f"{HEADER},display_name,experienced,email,shows_name\r\n"
    assert content.startswith(columns.encode("utf-8-sig"))
    assert "3 already here, unchanged" in page(look(lead, content)).text
    db["mentors"].update(2, {"state": "left"})
    assert "Osei" not in lead.get("/mentors/import/mentors.csv").get_data(as_text=True)


@pytest.mark.parametrize("carried", ["", "not base64!", "é", base64.b64encode(b"name\nDana").decode()])
def test_what_was_never_looked_at_is_checked_all_the_same(lead: FlaskClient, db: Database, carried: str):
    answer = lead.post("/mentors/import/use", data={"carried": carried, "form_key": form_key(lead)})
    assert answer.status_code == 422
    assert len(names(db)) == 3


def test_a_long_file_is_shown_by_its_first_names(lead: FlaskClient, db: Database):
    rows = "\n".join(f"Pat{number},Lee,10" for number in range(15))
    shown = page(look(lead, f"{HEADER}\n{rows}\n"))
    assert "This would add 15 mentors" in shown.text
    assert "and 3 more" in shown.text
    use(lead, shown)
    assert len(names(db)) == 18


@pytest.mark.parametrize("year", ["10", "x" * 61])
def test_a_name_with_markup_is_shown_as_text(lead: FlaskClient, year: str):
    shown = page(look(lead, f"{HEADER}\n<img src=x onerror=alert(1)>,Lee,{year}\n"))
    assert shown.all("img") == []
    assert ("<img src=x onerror=alert(1)> Lee, 10" in shown.text) is (year == "10")


def test_an_empty_list_is_there_to_fill_in(lead: FlaskClient, db: Database):
    assert "/mentors/import/template.csv" in {each.href for each in page(lead.get("/mentors/import")).targets}
    content = lead.get("/mentors/import/template.csv").get_data()
    assert content.startswith("\ufeffgiven_name,family_name,year_group,display_name,experienced,email".encode())
    assert content.count(b"\n") == 1
    before = db["mentors"].count
    filled = content + b"Sam,Lee,10" + b"," * (content.count(b",") - 2) + b"\r\n"
    assert "This would add 1 mentor" in page(look(lead, filled)).text
    assert "nobody" in page(look(lead, content)).text.lower()
    assert db["mentors"].count == before
