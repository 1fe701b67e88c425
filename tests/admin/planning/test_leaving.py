"""A mentor leaves on a page that says first what it ends; on the same day their page takes it back."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.people import photos
from mentoring.planning import availability, calendars, cover, leaving, rota
from mentoring.planning.availability import Days, Means
from mentoring.planning.cover import Kind
from mentoring.school import school_year
from tests.both_doors import Scan, Wall, a_logo, form_key, log_in
from tests.conftest import THURSDAY, TUESDAY, Cast, at
from tests.walking import Finger, page

BY = "staff 1"
MORNING = at("09:00")


@pytest.fixture
def morning(lead: FlaskClient, wall: Wall) -> Finger:
    """The lead's finger, before lunch."""
    wall.shows("09:00")
    return Finger(log_in(lead))


@pytest.fixture
def amiras(db: Database, cast: Cast) -> str:
    """Amira has a calendar, a photo, a day she cannot come, and cover to give and to take; her link."""
    availability.add(db, cast.amira, Means.NOT_FREE, Days(day=0), by=BY, now=MORNING)
    photos.keep(db, cast.amira, a_logo(), by=BY, now=MORNING)
    cover.ask(db, cast.drop_in, cast.amira, Kind.ILL, by=BY, now=MORNING)
    [thursday] = school_year.on_day(db, THURSDAY)
    assert thursday.id
    asked = cover.ask(db, thursday.id, cast.chidi, Kind.TRIP, by=BY, now=MORNING).request
    assert asked
    cover.take(db, asked.id, cast.amira, by=BY, now=MORNING)
    return calendars.give_link(db, cast.amira, by=BY, now=MORNING)


def test_the_page_says_what_ends_and_changes_nothing(morning: Finger, db: Database, cast: Cast, amiras: str):
    before = list(db.conn.iterdump())
    morning.open(f"/mentors/{cast.amira}")
    shown = morning.press("Amira has left")
    for said in (
        "Amira Khan has left Nothing is done until the last button.",
        "The badge stops working",
        "The calendar's secret address leads nowhere",
        "The photo for the staff room is wiped",
        "Days, the most duties a week and “not with” are forgotten.",
        "The cover asked for on Tue 12 January, 12:30, Library 2 ends.",
        "The place of Chidi Okonkwo on Thu 14 January, 12:30, Library 2 waits for somebody else again.",
        "Tue 12 January, 12:30, Library 2 Ben Osei stays, 1 of 2 places empty",
    ):
        assert said in shown.text, said
    assert "not well" not in shown.text
    assert [each for each in db.conn.iterdump() if "log_ins" not in each] == [
        each for each in before if "log_ins" not in each
    ]


def test_one_button_ends_it_all(
    morning: Finger, staff_door: FlaskClient, db: Database, cast: Cast, amiras: str, scan: Scan, wall: Wall
):
    assert staff_door.get(f"/calendar/{amiras}.ics").status_code == 200
    morning.open(f"/mentors/{cast.amira}/leaving")
    left = morning.press("Amira has left")
    assert "Noted. The badge and any calendar have ended, and coming drop-ins are free." in left.text
    assert "Not fit for duty: no longer a mentor, has no good badge" in left.text
    assert left.fields("state") == []
    assert staff_door.get(f"/calendar/{amiras}.ics").status_code == 404
    [board] = db["programme"].rows
    assert "Amira" not in staff_door.get(f"/board/{board['board_link']}").text
    assert "Amira" not in morning.open("/rota").text
    assert "Amira" not in morning.open("/cover").text
    wall.shows("12:40")
    refused = scan(cast.amira)
    assert refused["outcome"] == "not_valid"
    assert "left" not in refused["say"]
    said = page(log_in(staff_door).get("/trail")).text
    assert "noted that Amira Khan has left" in said


def test_taken_back_the_same_day_it_is_as_before(
    morning: Finger, staff_door: FlaskClient, db: Database, cast: Cast, scan: Scan, wall: Wall
):
    link = calendars.give_link(db, cast.amira, by=BY, now=MORNING)
    morning.open(f"/mentors/{cast.amira}/leaving")
    left = morning.press("Amira has left")
    assert "Until the end of the day it can be taken back" in left.text
    back = morning.press("Take it back")
    assert "Taken back. All is as it was before." in back.text
    assert "Amira Khan Fit for duty" in back.text
    assert staff_door.get(f"/calendar/{link}.ics").status_code == 200
    assert "Amira" in morning.open("/rota").text
    wall.shows("12:40")
    assert scan(cast.amira)["outcome"] == "waiting_for_pair"


def test_what_did_not_come_back_is_named(morning: Finger, db: Database, cast: Cast, amiras: str, wall: Wall):
    morning.open(f"/mentors/{cast.amira}/leaving")
    morning.press("Amira has left")
    [today] = school_year.on_day(db, TUESDAY)
    rota.set_due(db, today, [cast.ben, cast.chidi], by=BY, now=MORNING)
    back = morning.press("Take it back")
    assert "Taken back, save for this" in back.text
    assert "Tue 12 January, 12:30, Library 2: others have its places now." in back.text
    assert "The photo: it was wiped at once." in back.text
    assert "The cover on Tue 12 January, 12:30, Library 2: it was changed meanwhile." in back.text
    assert "Amira Khan Fit for duty" in morning.open(f"/mentors/{cast.amira}").text


def test_the_day_after_it_is_refused_in_words_and_the_list_takes_them_back(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall
):
    found = leaving.preview(db, cast.chidi, now=MORNING)
    assert found
    leaving.leave(db, cast.chidi, seen=leaving.mark(found), by=BY, now=MORNING)
    wall.shows("08:30", TUESDAY + timedelta(days=1))
    finger = Finger(log_in(lead))
    answer = lead.post(f"/mentors/{cast.chidi}/leaving/take-back", data={"form_key": form_key(lead)})
    assert answer.status_code == 409
    assert "Chidi left on an earlier day, and what ended then is forgotten." in page(answer).text
    shown = finger.open(f"/mentors/{cast.chidi}")
    assert "Take it back" not in {each.words for each in shown.targets}
    back = finger.press("Put Chidi back on the list")
    assert "On the list again." in back.text
    assert "Not fit for duty: has no good badge" in back.text
    assert back.fields("state") == ["active"]


def test_a_mentor_on_duty_cannot_leave_and_the_page_says_until_when(
    lead: FlaskClient, db: Database, cast: Cast, pair: None
):
    shown = page(lead.get(f"/mentors/{cast.amira}/leaving"))
    assert "Amira is on duty until 13:15, and nobody leaves while on duty." in shown.text
    assert "Amira has left" not in {each.words for each in shown.targets}
    given = {"mark": "whatever", "form_key": form_key(lead)}
    answer = lead.post(f"/mentors/{cast.amira}/leaving", data=given)
    assert answer.status_code == 409
    assert "Amira is on duty until 13:15" in page(answer).text
    assert db["mentors"].get(cast.amira)["state"] == "active"


def test_what_changed_since_is_shown_anew(morning: Finger, db: Database, cast: Cast):
    morning.open(f"/mentors/{cast.chidi}/leaving")
    calendars.give_link(db, cast.chidi, by=BY, now=MORNING)
    shown = morning.press("Chidi has left")
    assert morning.answer.status_code == 409
    assert "Something has changed since this was shown, so nothing was done." in shown.text
    assert "The calendar's secret address" in shown.text
    assert "Noted." in morning.press("Chidi has left").text


def test_a_second_tap_and_a_second_lead_are_told_the_same(lead: FlaskClient, db: Database, cast: Cast):
    shown = page(lead.get(f"/mentors/{cast.chidi}/leaving"))
    given = {"mark": shown.fields("mark")[0], "form_key": form_key(lead)}
    for _ in range(2):
        assert lead.post(f"/mentors/{cast.chidi}/leaving", data=given).status_code == 303
    assert lead.get(f"/mentors/{cast.chidi}/leaving").status_code == 303
    for _ in range(2):
        assert lead.post(f"/mentors/{cast.chidi}/leaving/take-back", data=given).status_code == 303
    kinds = [each["what"] for each in db["journal"].rows]
    assert (kinds.count("mentor.left"), kinds.count("mentor.came_back")) == (1, 1)


def test_a_namesake_stands_in_the_way_in_words(morning: Finger, lead: FlaskClient, db: Database, cast: Cast):
    morning.open(f"/mentors/{cast.ben}/leaving")
    morning.press("Ben O. has left")
    morning.open("/mentors/new")
    morning.press("Add", given_name="Ben", family_name="Osei", year_group="10")
    morning.open(f"/mentors/{cast.ben}")
    refused = morning.press("Take it back")
    assert morning.answer.status_code == 409
    assert "another Ben Osei of year 10 is on the list now" in refused.text


@pytest.mark.parametrize("state", ["left", "nobody"])
def test_the_form_of_a_mentor_sets_no_such_state(lead: FlaskClient, db: Database, cast: Cast, state: str):
    fields = {"given_name": "Ben", "family_name": "Osei", "year_group": "10", "state": state}
    assert lead.post(f"/mentors/{cast.ben}", data={**fields, "form_key": form_key(lead)}).status_code == 400
    assert db["mentors"].get(cast.ben)["state"] == "active"


def test_a_page_from_before_makes_no_leaver_a_mentor_again(
    morning: Finger, lead: FlaskClient, db: Database, cast: Cast
):
    morning.open(f"/mentors/{cast.ben}/leaving")
    morning.press("Ben O. has left")
    fields = {"given_name": "Ben", "family_name": "Osei", "year_group": "11", "state": "active"}
    assert lead.post(f"/mentors/{cast.ben}", data={**fields, "form_key": form_key(lead)}).status_code == 422
    ben = db["mentors"].get(cast.ben)
    assert (ben["state"], ben["year_group"]) == ("left", "10")


@pytest.mark.parametrize("path", ["leaving", "leaving/take-back", "leaving/put-back"])
def test_nobodys_number_leads_nowhere(lead: FlaskClient, path: str):
    assert lead.post(f"/mentors/4242/{path}", data={"form_key": form_key(lead)}).status_code == 404
