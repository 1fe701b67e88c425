"""Plan: a proposal beside today's rota, from the real planner in its own process."""

import time
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from admin.planning.plan import found_words
from admin.planning.proposals import KEPT, Proposal, task_of
from mentoring.people import mentors
from mentoring.people.mentors import NewMentor
from mentoring.planning import availability, rota, rota_file
from mentoring.planning.availability import ApartWhy, Days, Means
from mentoring.planning.optimiser.task import Aim, Found, Place, Settled, Together
from mentoring.school import school_year
from mentoring.school.school_year import HalfTerm
from tests.both_doors import Wall
from tests.conftest import THURSDAY, TUESDAY, ZONE, Cast, at, until
from tests.walking import Finger, page

FORTNIGHT = (date(2027, 1, 11), date(2027, 1, 22))


@pytest.fixture
def half(db: Database, cast: Cast, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> int:
    """Two weeks to plan, four mentors more, and the real seconds: the planner's child has no others."""
    monkeypatch.setattr("mentoring.basics.clock.ticks", time.monotonic)
    school_year.add_half_term(db, HalfTerm(0, "Spring 1", *FORTNIGHT), by="staff 1", now=at("09:00"))
    for name, experienced in (("Dana", True), ("Ewan", False), ("Farah", True), ("Gita", False)):
        mentors.add(db, NewMentor(name, "Lee", "10", name, experienced=experienced), by="staff 1", now=at("09:00"))
    return school_year.half_terms(db)[0].id


def ask(lead: FlaskClient, half: int, keep: str = "no") -> str:
    """The address of a plan that is finished."""
    finger = Finger(lead)
    shown = finger.open(f"/rota/plan?half={half}")
    form = next(each for each in shown.forms if ("half", str(half)) in each.fields)
    answer = lead.post("/rota/plan", data={**dict(form.fields), "keep": keep, "seconds": "20"})
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert until(lambda: lead.get(f"{address}.json").get_json()["done"]), "the planner did not end"
    return address


def test_a_plan_stands_beside_todays_rota_until_it_is_used(lead: FlaskClient, db: Database, cast: Cast, half: int):
    before = [[each.mentor.id for each in cell.due] for cell in rota.glance(db, *FORTNIGHT)]
    finger = Finger(lead)
    shown = finger.open(ask(lead, half))
    assert "Nothing better exists: every aim is proved." in shown.text
    assert "Places that stay empty 0 now 5; proved best" in shown.text
    assert "Chidi Okonkwo kept as set by hand" in shown.text
    assert "Tue 12 January" not in shown.text, "what has begun is left as it is"
    assert [[each.mentor.id for each in cell.due] for cell in rota.glance(db, *FORTNIGHT)] == before
    used = finger.press("Use this plan")
    assert "The plan is the rota now." in used.text
    cells = rota.glance(db, *FORTNIGHT)
    assert [len(cell.due) for cell in cells] == [2, 2, 2, 2]
    assert not any(cell.broken for cell in cells)
    assert cast.chidi in [each.mentor.id for each in cells[1].due]
    assert "Undo my last change (3 drop-ins)" in used.text
    finger.press("Undo my last change")
    assert [[each.mentor.id for each in cell.due] for cell in rota.glance(db, *FORTNIGHT)] == before


def test_planning_again_leaves_a_good_rota_as_it_is(lead: FlaskClient, db: Database, half: int):
    finger = Finger(lead)
    finger.open(ask(lead, half))
    finger.press("Use this plan")
    shown = finger.open(ask(lead, half, keep="yes")).text
    assert "Mentors moved from where they are now 0 proved best" in shown
    assert "0 of 3 drop-ins change." in shown


def test_a_plan_that_is_out_of_date_changes_nothing(lead: FlaskClient, db: Database, cast: Cast, half: int):
    address = ask(lead, half)
    [stored] = school_year.on_day(db, date(2027, 1, 19))
    rota.set_due(db, stored, [cast.amira], by="staff 2", now=at("12:41"))
    finger = Finger(lead)
    finger.open(address)
    refused = finger.press("Use this plan")
    assert finger.answer.status_code == 409
    assert "The plan began before 19 January changed: plan again, which takes the change in." in refused.text
    assert [len(cell.due) for cell in rota.glance(db, *FORTNIGHT)] == [2, 1, 1, 0]


def test_a_place_that_stays_empty_has_its_cause(lead: FlaskClient, db: Database, half: int):
    for mentor in mentors.mentors(db):
        days = Days(starts=date(2027, 1, 19), ends=date(2027, 1, 19))
        availability.add(db, mentor.id, Means.NOT_FREE, days, by="staff 1", now=at("09:00"))
    shown = page(lead.get(ask(lead, half)))
    assert "2 places stay empty" in shown.text
    assert "Tue 19 January 2027, 12:30, Library 2, place 1 of 2: nobody is free that day." in shown.text
    assert "Some places nobody can take" in shown.text


def test_stopping_keeps_the_best_so_far(lead: FlaskClient, half: int):
    finger = Finger(lead)
    form = next(each for each in finger.open(f"/rota/plan?half={half}").forms if ("half", str(half)) in each.fields)
    answer = lead.post("/rota/plan", data={**dict(form.fields), "keep": "no"})
    address, key = answer.headers["Location"], dict(form.fields)["form_key"]
    assert lead.post(f"{address}/stop", data={"form_key": key}).status_code == 303
    shown = page(lead.get(address))
    assert "Use this plan" in shown.text
    assert "Places that stay empty 0" in shown.text


def test_a_plan_is_forgotten_after_half_an_hour(staff_app: Flask, lead: FlaskClient, half: int, wall: Wall):
    address = ask(lead, half)
    plans = staff_app.extensions["proposals"]
    plan_id = address.rsplit("/", 1)[1]
    assert isinstance(plans.find(plan_id, now=wall.moment), Proposal)
    assert plans.find(plan_id, now=wall.moment + KEPT) is None
    assert lead.get("/rota/plan/nobodys").status_code == 404


def test_without_drop_ins_or_mentors_the_page_says_what_to_do_first(lead: FlaskClient, db: Database, cast: Cast):
    for each in (cast.amira, cast.ben, cast.chidi):
        db["mentors"].update(each, {"state": "left"})
    assert "First, put the mentors on the list" in page(lead.get("/rota/plan")).text
    db["mentors"].update(cast.amira, {"state": "active"})
    for each in (*school_year.on_day(db, TUESDAY), *school_year.on_day(db, THURSDAY)):
        db["drop_ins"].update(each.id, {"closed": "Snow"})
    weekend = HalfTerm(0, "Spring 1", date(2027, 1, 16), date(2027, 1, 17))
    school_year.add_half_term(db, weekend, by="staff 1", now=at("12:40"))
    assert "There is nothing to plan here" in page(lead.get("/rota/plan")).text


def test_whoever_is_pinned_and_not_active_is_named_before_anything_is_planned(
    lead: FlaskClient, db: Database, cast: Cast, half: int
):
    db["mentors"].update(cast.chidi, {"state": "left"})
    finger = Finger(lead)
    shown = finger.open(f"/rota/plan?half={half}")
    assert "First, put somebody else in the place of whoever is pinned there" in shown.text
    form = next(each for each in shown.forms if ("half", str(half)) in each.fields)
    assert lead.post("/rota/plan", data=dict(form.fields)).status_code == 422
    pressed = finger.press("Thu 14 January, Library 2")
    assert "Thursday 14 January" in pressed.text


# What the planner is told


def test_the_planner_is_told_what_the_box_knows(db: Database, cast: Cast, half: int):
    availability.add(db, cast.ben, Means.NOT_FREE, Days(day=0, week="B"), by="staff 1", now=at("09:00"))
    availability.add(db, cast.ben, Means.PREFERS, Days(day=3), by="staff 1", now=at("09:00"))
    trip = Days(starts=date(2027, 1, 20), ends=date(2027, 1, 21))
    availability.add(db, cast.ben, Means.NOT_FREE, trip, by="staff 1", now=at("09:00"))
    availability.keep_apart(db, cast.ben, cast.chidi, ApartWhy.KIN, by="staff 1", now=at("09:00"))
    asked = rota.to_plan(db, *FORTNIGHT, now=at("12:40"))
    task = task_of(asked, names=rota_file.names_of(mentors.mentors(db)), zone=ZONE, keep=True)
    ben = next(each for each in task.mentors if each.key == str(cast.ben))
    assert (ben.name, ben.experienced, ben.cap, ben.apart) == ("Ben Osei", False, 2, {str(cast.chidi)})
    assert ben.unavailable.week_days == {("B", 0)}
    assert ben.unavailable.dates == {date(2027, 1, 20), date(2027, 1, 21)}
    assert ben.prefers.weekdays == {3}
    coming = [each for each in task.lunches if not each.key.startswith("earlier")]
    assert [(each.date, f"{each.start:%H:%M}", each.places, each.block) for each in coming] == [
        (day, "12:30", 2, "Spring 1") for day in (THURSDAY, date(2027, 1, 19), date(2027, 1, 21))
    ]


def test_earlier_duties_of_a_planned_week_count_in_its_cap_and_all_others_as_numbers(
    db: Database, cast: Cast, half: int
):
    names = rota_file.names_of(mentors.mentors(db))
    asked = rota.to_plan(db, *FORTNIGHT, now=at("12:40"))
    task = task_of(asked, names=names, zone=ZONE, keep=False)
    [earlier] = [each for each in task.lunches if each.key.startswith("earlier")]
    assert (earlier.date, earlier.places) == (TUESDAY, 2)
    assert {each for each in task.pinned if each.lunch == earlier.key} == {
        Place(earlier.key, str(cast.amira)),
        Place(earlier.key, str(cast.ben)),
    }
    assert not task.duties
    next_week = rota.to_plan(db, date(2027, 1, 18), FORTNIGHT[1], now=at("12:40") + timedelta(days=4))
    task = task_of(next_week, names=names, zone=ZONE, keep=False)
    assert dict(task.duties) == {str(each): 1 for each in (cast.amira, cast.ben, cast.chidi)}
    assert task.together == (Together(str(cast.amira), str(cast.ben), 1),)


def test_how_far_it_is_is_said_in_words():
    settled = (Settled("", Aim.UNFILLED, 0, 0), Settled("", Aim.REPEATS, 12, 9), Settled("", Aim.PREFERENCES, 3, 8))
    assert found_words(Found(frozenset(), settled)) == [
        "Places that stay empty: 0, proved",
        "Pairs that meet again: 12, at least 9",
        "Preferences met: 3, at most 8",
    ]
