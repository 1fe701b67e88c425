"""Today's sheet: lunch runs from paper, without the box (P30)."""

from datetime import date

from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.people import badge_register
from mentoring.school.programme import CHILDLINE, NEVER_A_SECRET
from mentoring.store import journal
from tests.both_doors import Wall, log_in
from tests.conftest import Cast
from tests.walking import Finger, page


def test_one_click_from_today_leads_to_the_sheet(lead: FlaskClient):
    finger = Finger(lead)
    finger.open("/")
    sheet = finger.press("Print today's sheet")
    assert finger.path == "/today/sheet"
    assert "Print" in {each["id"].title() for each in sheet.all("button") if "id" in each}


def test_the_sheet_says_who_is_due_where_and_which_adult_is_within_call(lead: FlaskClient):
    sheet = page(lead.get("/today/sheet")).text
    assert "Tuesday 12 January 2027" in sheet
    assert "Harbour School, Peer mentors" in sheet
    assert "Library 2, 12:30 to 13:15" in sheet
    assert "Adult within call: Mr Adeyemi in Room 12, 212" in sheet
    assert "Amira Khan" in sheet
    assert "Ben Osei" in sheet
    assert "Chidi" not in sheet


def test_the_sheet_has_a_line_for_each_place(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    before = len(page(lead.get("/today/sheet")).all("tr"))
    db["drop_ins"].update(cast.drop_in, {"places": 4})
    assert len(page(lead.get("/today/sheet")).all("tr")) == before + 2


def test_the_sheet_has_the_promise_the_numbers_and_the_blank_forms(lead: FlaskClient):
    sheet = page(lead.get("/today/sheet")).text
    assert NEVER_A_SECRET in sheet
    for who in ("Ms Okafor, Room 4", "Mr Adeyemi, Room 12, 212", f"Childline, {CHILDLINE}", "999"):
        assert who in sheet
    assert "Who asked (a word each, no names; tear off and destroy after lunch)" in sheet
    assert "Concern (for an adult to write" in sheet


def test_the_sheet_holds_the_head_of_the_paper_trail(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    heads = []
    for _ in range(2):
        shown = page(lead.get("/today/sheet")).text
        row, link = journal.head(db)
        assert shown.endswith(f"Paper trail: row {row}, {link}")
        heads.append(link)
        badge_register.revoke(db, cast.amira, by="staff 1", now=wall.moment)
    assert len(set(heads)) == 2


def test_an_empty_place_is_a_line_to_write_on(lead: FlaskClient, db: Database, cast: Cast):
    def lines() -> int:
        return len(page(lead.get("/today/sheet")).all("tr"))

    full = lines()
    db["due"].delete((cast.drop_in, cast.ben))
    assert lines() == full
    assert "Ben Osei" not in page(lead.get("/today/sheet")).text


def test_pupils_who_ask_change_nothing_on_the_sheet(lead: FlaskClient, kiosk_door: FlaskClient):
    before = lead.get("/today/sheet").get_data()
    kiosk_door.post("/ask", data={"topic": "bullying", "mentor": "anyone", "key": "k"})
    assert lead.get("/today/sheet").get_data() == before


def test_a_day_without_a_drop_in_has_the_numbers_all_the_same(staff_door: FlaskClient, wall: Wall):
    wall.shows("10:00", date(2027, 1, 13))
    sheet = page(log_in(staff_door).get("/today/sheet")).text
    assert "No drop-in today" in sheet
    assert f"Childline, {CHILDLINE}" in sheet
