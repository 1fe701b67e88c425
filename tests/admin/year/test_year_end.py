"""The year's end: shown first, done once, and what is lost is named before."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.lunch import duty
from mentoring.people import mentors
from tests.both_doors import Scan, Wall, form_key, log_in
from tests.conftest import Cast
from tests.walking import Finger, page

JULY = date(2027, 7, 21)


@pytest.fixture
def july(lead: FlaskClient, wall: Wall) -> FlaskClient:
    """The lead, at the end of the year."""
    wall.shows("15:00", JULY)
    return log_in(lead)


def test_a_dry_run_shows_who_leaves_and_who_moves_up_and_changes_nothing(july: FlaskClient, db: Database):
    before = [*db["mentors"].rows]
    shown = page(july.get("/school-year/end?year_group=11"))
    assert "The end of the school year 2026/27" in shown.text
    assert "1 mentor leaves Amira Khan" in shown.text
    assert "2 mentors move up Ben Osei: 10 to 11 Chidi Okonkwo: 10 to 11" in shown.text
    assert "Lost: 1 badge stops working, 0 coming duties become free" in shown.text
    assert [*db["mentors"].rows] == before


def test_what_is_lost_counts_the_coming_duties(lead: FlaskClient, wall: Wall, cast: Cast):
    wall.shows("09:00")
    shown = page(log_in(lead).get(f"/school-year/end?mentor={cast.amira}&mentor={cast.chidi}"))
    assert "2 badges stop working, 2 coming duties become free" in shown.text


def test_the_year_is_ended_once_badges_are_dead_and_totals_stay(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall, scan: Scan, pair: None
):
    wall.shows("15:00", JULY)
    finger = Finger(log_in(lead))
    finger.open("/school-year/end?year_group=11")
    ended = finger.press("End the year 2026/27, 1 mentor leaves")
    assert "The year is ended." in ended.text
    assert "Ended on Wed 21 July 2027" in ended.text
    assert scan(cast.amira)["outcome"] == "not_valid"
    assert {each.display_name: (each.year_group, each.state) for each in mentors.mentors(db)} == {
        "Amira": ("11", "left"),
        "Ben O.": ("11", "active"),
        "Chidi": ("11", "active"),
    }
    assert len(duty.past(db, cast.amira, most=9)) == 1
    again = finger.open("/school-year/end?year_group=11")
    assert "It has been ended." in again.text
    assert "End the year" not in {each.words for each in again.targets}


def test_a_second_tap_moves_nobody_twice(july: FlaskClient, db: Database):
    shown = page(july.get("/school-year/end"))
    given = {"mark": shown.fields("mark")[0], "form_key": form_key(july)}
    for _ in range(2):
        assert july.post("/school-year/end", data=given).status_code == 303
    assert [each["year_group"] for each in db["mentors"].rows] == ["12", "11", "11"]


def test_what_has_changed_since_it_was_shown_is_shown_anew(july: FlaskClient, db: Database, cast: Cast):
    finger = Finger(july)
    finger.open("/school-year/end?year_group=11")
    db["mentors"].update(cast.ben, {"year_group": "11"})
    shown = finger.press("End the year")
    assert finger.answer.status_code == 409
    assert "The list has changed since it was shown, so nothing was done." in shown.text
    assert "2 mentors leave" in shown.text
    assert db["year_ends"].count == 0
    assert "The year is ended." in finger.press("End the year 2026/27, 2 mentors leave").text


def test_a_year_group_that_cannot_be_read_is_told_before(july: FlaskClient, db: Database, cast: Cast):
    db["mentors"].update(cast.chidi, {"year_group": "Sixth form"})
    shown = page(july.get("/school-year/end?year_group=11"))
    assert "1 is unclear" in shown.text
    assert "Chidi Okonkwo : Sixth form" in shown.text


def test_without_mentors_the_page_says_what_to_do_first(july: FlaskClient, db: Database):
    db.execute("update mentors set state = 'left'")
    assert "Put your mentors on the list first" in page(july.get("/school-year/end")).text


def test_while_a_leaver_is_on_duty_the_page_says_who_and_has_no_button(
    lead: FlaskClient, db: Database, cast: Cast, pair: None
):
    shown = page(lead.get(f"/school-year/end?mentor={cast.amira}"))
    assert "Amira Khan: on duty now." in shown.text
    assert "End the year" not in " ".join(each.words for each in shown.targets)
    given = {"mentor": str(cast.amira), "mark": shown.fields("mark")[0], "form_key": form_key(lead)}
    answer = lead.post("/school-year/end", data=given)
    assert answer.status_code == 409
    assert "Amira Khan: on duty now." in page(answer).text
    assert db["year_ends"].count == 0
