"""On duty: the staff room's screen, and the week on paper."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.lunch import duty
from mentoring.lunch.help_requests import WORDS
from mentoring.planning import rota
from mentoring.school import school_year
from mentoring.school.school_year import DropIn, HalfTerm, NewSlot
from tests.both_doors import Scan, Wall, log_in
from tests.conftest import ADEYEMI_EMAIL, TUESDAY, Cast, at
from tests.walking import Page, page


def piece(door: FlaskClient, **headers: str) -> Page:
    """What the page's script gets."""
    answer = door.get("/on-duty.json", headers=headers)
    assert answer.status_code == 200
    return Page(answer.get_json()["who"])


def test_it_shows_who_is_in_and_who_is_missing(lead: FlaskClient, scan: Scan, cast: Cast):
    scan(cast.amira)
    for shown in (page(lead.get("/on-duty")), piece(lead)):
        assert "Amira Khan in since 12:40" in shown.text
        assert "Ben Osei due, not in yet" in shown.text
        assert "Within call: Mr Adeyemi, Room 12, 212" in shown.text


@pytest.mark.usefixtures("pair")
def test_whoever_has_left_is_told_with_the_time_and_is_not_missing(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall
):
    wall.passes(120)
    duty.end(db, cast.ben, drop_in_id=cast.drop_in, now=wall.moment)
    for shown in (page(lead.get("/on-duty")), piece(lead)):
        assert "Amira Khan in since 12:40" in shown.text
        assert "Ben Osei left at 12:42" in shown.text
        assert "not in yet" not in shown.text


def test_a_helper_sees_it_too(staff_app: Flask, scan: Scan, cast: Cast):
    scan(cast.ben)
    helper = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    assert "Ben Osei in since 12:40" in page(helper.get("/on-duty")).text


def test_it_follows_a_scan_and_is_a_304_until_then(lead: FlaskClient, scan: Scan, cast: Cast):
    tag = lead.get("/on-duty.json").headers["ETag"]
    assert lead.get("/on-duty.json", headers={"If-None-Match": tag}).status_code == 304
    scan(cast.amira)
    assert "Amira Khan in since" in piece(lead, **{"If-None-Match": tag}).text


def test_its_own_looking_keeps_no_log_in_awake_and_an_idle_one_sees_no_names(
    lead: FlaskClient, scan: Scan, cast: Cast, wall: Wall
):
    scan(cast.amira)
    for _ in range(16):
        wall.passes(60)
        lead.get("/on-duty.json")
    assert lead.get("/on-duty.json").get_json() == {"who": ""}
    assert lead.get("/on-duty").status_code == 303


def test_a_drop_in_called_off_is_said_with_its_reason(lead: FlaskClient, db: Database, lunch: DropIn, wall: Wall):
    school_year.close_drop_in(db, lunch, "Burst pipe", by="staff 1", now=at("09:00"))
    assert "Called off Library 2, 12:30 to 13:15 Burst pipe" in piece(lead).text


def test_empty_places_are_counted(lead: FlaskClient, db: Database, cast: Cast):
    db["drop_ins"].update(cast.drop_in, {"places": 4})
    assert "2 of 4 places empty" in piece(lead).text


def test_a_day_without_a_drop_in_says_when_the_next_is(lead: FlaskClient, wall: Wall):
    wall.shows("12:40", date(2027, 1, 13))
    shown = page(log_in(lead).get("/on-duty"))
    assert "Nobody is on duty The next drop-in is on Thursday 14 January at 12:30, in Library 2." in shown.text


def test_nothing_about_pupils_is_on_it(lead: FlaskClient, kiosk_door: FlaskClient, pair: None):
    before = lead.get("/on-duty.json").get_data()
    for pupil in range(6):
        kiosk_door.post("/ask", data={"topic": "bullying", "mentor": "anyone", "key": f"pupil {pupil}"})
    assert lead.get("/on-duty.json").get_data() == before
    assert [word for word in WORDS if word in before.decode()] == []


# The week on paper


def test_the_week_has_every_drop_in_its_mentors_and_its_adult(lead: FlaskClient, db: Database, cast: Cast):
    school_year.add_slot(
        db, NewSlot(1, "12:30", "13:15", "Music", "", 3), adult_id=cast.okafor, by="staff 1", now=at("09:00")
    )
    shown = page(lead.get("/on-duty/week")).text
    assert "Mon 11 January to Fri 15 January 2027" in shown
    assert "12:30 to 13:15 Library 2 Amira Khan Ben Osei Mr Adeyemi" in shown
    assert "12:30 to 13:15 Music nobody yet nobody yet nobody yet Ms Okafor" in shown
    assert "Thu 14 January 12:30 to 13:15 Library 2 Chidi Okonkwo nobody yet Mr Adeyemi" in shown
    assert "Where they are Ms Okafor, Room 4 Mr Adeyemi, Room 12, 212" in shown


def test_a_week_with_a_drop_in_at_its_end_is_headed_up_to_that_day(lead: FlaskClient, db: Database, cast: Cast):
    school_year.add_slot(
        db, NewSlot(5, "10:00", "11:00", "Music", "", 2), adult_id=cast.okafor, by="staff 1", now=at("09:00")
    )
    assert "Mon 11 January to Sat 16 January 2027" in page(lead.get("/on-duty/week")).text


def test_a_closed_drop_in_is_on_paper_with_its_reason(lead: FlaskClient, db: Database, lunch: DropIn):
    school_year.close_drop_in(db, lunch, "School trip", by="staff 1", now=at("09:00"))
    shown = page(lead.get("/on-duty/week")).text
    assert "Library 2 No drop-in: School trip" in shown
    assert "Amira" not in shown


def test_another_week_is_one_link_away(lead: FlaskClient, db: Database, cast: Cast):
    [next_tuesday] = school_year.on_day(db, date(2027, 1, 19))
    rota.set_due(db, next_tuesday, [cast.ben], by="staff 1", now=at("09:00"))
    shown = page(lead.get("/on-duty/week"))
    after = page(lead.get(shown.target("Week after").href))
    assert "Tue 19 January 12:30 to 13:15 Library 2 Ben Osei nobody yet" in after.text
    assert "Mon 11 January" in page(lead.get(after.target("Week before").href)).text


@pytest.mark.parametrize(
    ("of", "links"),
    [
        ("2027-01-12", {"Week before": "2027-01-04", "Week after": "2027-01-18"}),
        ("2027-01-04", {"Week after": "2027-01-11"}),
        ("2027-01-22", {"Week before": "2027-01-11"}),
        ("2020-06-01", {"Week after": "2027-01-04"}),
        ("2031-06-01", {"Week before": "2027-01-18"}),
    ],
)
def test_the_weeks_end_where_the_school_year_does(lead: FlaskClient, db: Database, of: str, links: dict[str, str]):
    spring = HalfTerm(0, "Spring 1", date(2027, 1, 4), date(2027, 1, 22))
    assert school_year.add_half_term(db, spring, by="staff 1", now=at("09:00")) is None
    shown = page(lead.get(f"/on-duty/week?of={of}"))
    found = {each.words: each.href for each in shown.targets if each.words in ("Week before", "Week after")}
    assert found == {words: f"/on-duty/week?of={monday}" for words, monday in links.items()}


def test_without_half_terms_the_weeks_go_from_the_first_slot_to_ten_weeks_ahead(lead: FlaskClient):
    def links(of: str) -> set[str]:
        return {each.words for each in page(lead.get(f"/on-duty/week?of={of}")).targets} & {"Week before", "Week after"}

    assert links("2026-08-31") == {"Week after"}
    assert links("2026-09-07") == {"Week before", "Week after"}
    assert links("2027-03-22") == {"Week before"}


def test_any_day_of_a_week_leads_to_its_monday(lead: FlaskClient):
    assert "Mon 11 January to" in page(lead.get(f"/on-duty/week?of={TUESDAY}")).text


@pytest.mark.parametrize("of", ["soon", "2027-02-30", "0001-01-01", "9999-12-31", "20270112x"])
def test_what_is_no_week_is_refused(lead: FlaskClient, of: str):
    assert lead.get(f"/on-duty/week?of={of}").status_code == 400


def test_a_week_in_the_holidays_says_so(lead: FlaskClient):
    assert "No drop-in this week." in page(lead.get("/on-duty/week?of=2020-01-06")).text
