"""The school year: weekly slots and their places, term dates, closed days, and one drop-in that is called off."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.planning import rota
from mentoring.school import school_year
from mentoring.school.school_year import NewSlot
from tests.both_doors import SPRING_1, Wall, form_key, log_in
from tests.conftest import TUESDAY, Cast
from tests.walking import Finger, page

SNOW = {"reason": "Snow", "starts": "2027-01-18", "ends": "2027-01-20"}


LUNCH = {"day": "Tue", "start": "12:30", "until": "13:15", "room": "Library 2", "week": ""}


def post(door: FlaskClient, path: str, **fields: object):
    return door.post(path, data={**fields, "form_key": form_key(door)})


# Weekly slots


def test_a_slot_is_added(lead: FlaskClient, db: Database, cast: Cast):
    finger = Finger(lead)
    finger.open("/school-year")
    typed = {"day": "Wed", "start": "12:45", "until": "13:15", "room": "Room 7", "adult": str(cast.adeyemi)}
    added = finger.press("Add the slot", **typed)
    assert "Added." in added.text
    assert "Wed 12:45 to 13:15, Room 7" in added.text
    assert "Wed 13 January" in page(lead.get("/rota")).text
    assert [*db["slots"].rows][-1]["adult_id"] == cast.adeyemi


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"day": "Someday"}, "This is “Someday”: choose one of Mon Tue Wed Thu Fri Sat Sun."),
        ({"start": "noon"}, "This is “noon”: write hours and minutes such as 12:30."),
        ({"until": "24:00"}, "This is “24:00”: write hours and minutes such as 12:30."),
        ({"until": "12:30"}, "This is not after the start: choose a later time on the same day."),
        ({"room": " "}, "This is missing or longer than 40 letters"),
        ({"day": "Tue", "room": "library 2"}, "This overlaps Tue 12:30 to 13:15 in Library 2"),
    ],
)
def test_a_fault_in_a_slot_is_said_and_what_was_typed_is_kept(
    lead: FlaskClient, db: Database, cast: Cast, wrong: dict[str, str], says: str
):
    given = {"day": "Wed", "start": "12:30", "until": "13:20", "room": "Room 7", "week": "B", "places": "3"}
    given |= {"adult": str(cast.adeyemi), **wrong}
    answer = post(lead, "/school-year/slots", **given)
    shown = page(answer)
    assert answer.status_code == 422
    assert says in shown.text
    kept = {name: shown.fields(name)[-1] for name in given if name != "day" or given["day"] != "Someday"}
    assert kept == {name: given[name] for name in kept}
    assert db["slots"].count == 2


def test_an_ended_slot_brings_no_more_drop_ins(lead: FlaskClient, cast: Cast):
    finger = Finger(lead)
    finger.open("/school-year")
    asked = finger.press("End it")
    assert "End Tue 12:30 to 13:15, Library 2?" in asked.text
    assert "Nobody is planned on it." in asked.text
    assert "Tue 19 January" in page(lead.get("/rota")).text
    finger.open("/school-year")
    finger.press("End it")
    ended = finger.press("End the slot")
    assert "Ended. What has already happened stays on record." in ended.text
    rota = page(lead.get("/rota")).text
    assert "Tue 19 January" not in rota
    assert "Thu 14 January" in rota


def test_the_week_may_be_put_right(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    assert "This week is" not in page(lead.get("/school-year")).text
    school_year.add_slot(
        db, NewSlot(4, "12:30", "13:15", "Library 2", "B"), adult_id=cast.adeyemi, by="staff 1", now=wall.moment
    )
    finger = Finger(lead)
    shown = finger.open("/school-year")
    assert "This week is week A." in shown.text
    assert "Fri 22 January" in page(lead.get("/rota")).text
    shown = finger.press("No, it is week B")
    assert "This week is week B." in shown.text
    rota = page(lead.get("/rota")).text
    assert "Fri 15 January" in rota
    assert "Fri 22 January" not in rota


@pytest.mark.parametrize("week", ["", "C", "a", None])
def test_there_is_no_other_week(lead: FlaskClient, week: str | None):
    assert post(lead, "/school-year/week", **({} if week is None else {"week": week})).status_code == 400


# Half terms


def test_a_half_term_is_added_and_there_are_no_drop_ins_outside_it(lead: FlaskClient, db: Database):
    assert "Tue 26 January" in page(lead.get("/rota")).text
    finger = Finger(lead)
    finger.open("/school-year")
    added = finger.press("Add the half term", **SPRING_1)
    assert "Added." in added.text
    assert "Spring 1 Mon 4 January to Fri 22 January 2027" in added.text
    rota = page(lead.get("/rota")).text
    assert "Tue 19 January" in rota
    assert "Tue 26 January" not in rota
    assert [*db["journal"].rows][-1]["what"] == "half_term.added"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "This is missing or too long: such as Autumn 1."),
        ({"name": "S" * 41}, "This is missing or too long: such as Autumn 1."),
        ({"starts": "soon"}, "This is not a date: choose a day."),
        ({"ends": ""}, "This is not a date: choose a day."),
        ({"ends": "2027-02-20"}, "This is before the first day: choose a later day."),
        ({"starts": "2027-01-22"}, "This overlaps another half term: end that one first, or choose other days."),
        ({"starts": "2026-12-01"}, "This overlaps another half term: end that one first, or choose other days."),
    ],
)
def test_a_fault_in_a_half_term_keeps_what_was_typed_and_adds_nothing(
    lead: FlaskClient, db: Database, wrong: dict[str, str], says: str
):
    key = form_key(lead)
    lead.post("/school-year/half-terms", data={**SPRING_1, "form_key": key})
    given = {"name": "Spring 2", "starts": "2027-02-22", "ends": "2027-03-26", **wrong}
    answer = lead.post("/school-year/half-terms", data={**given, "form_key": key})
    shown = page(answer)
    assert answer.status_code == 422
    assert says in shown.text
    assert {name: shown.fields(name)[-1] for name in given} == given
    assert db["half_terms"].count == 1


def test_half_terms_that_follow_each_other_do_not_overlap(lead: FlaskClient, db: Database):
    key = form_key(lead)
    for half_term in (SPRING_1, {"name": "Spring 2", "starts": "2027-01-23", "ends": "2027-03-26"}):
        assert lead.post("/school-year/half-terms", data={**half_term, "form_key": key}).status_code == 303
    assert db["half_terms"].count == 2


def test_an_older_page_saves_only_what_it_changed_of_a_half_term(lead: FlaskClient, db: Database):
    newer, older = Finger(lead), Finger(lead)
    newer.open("/school-year")
    newer.press("Add the half term", **SPRING_1)
    older.open("/school-year")
    newer.press("Change the half term", ends="2027-02-12")
    older.press("Change the half term", name="First of spring")
    [half_term] = db["half_terms"].rows
    assert (half_term["name"], half_term["ends"]) == ("First of spring", "2027-02-12")


def test_a_half_term_is_taken_back_and_the_drop_ins_are_there_again(lead: FlaskClient, db: Database):
    finger = Finger(lead)
    finger.open("/school-year")
    finger.press("Add the half term", **SPRING_1)
    back = finger.press("Take it back")
    assert "Saved." in back.text
    assert "Undo my last change: half term Spring 1, ended" in back.text
    assert back.text.count("Spring 1") == 1
    assert db["half_terms"].count == 0
    assert "Tue 26 January" in page(lead.get("/rota")).text


# Places


def test_a_slot_is_given_its_places_and_its_coming_drop_ins_have_them(lead: FlaskClient, db: Database, cast: Cast):
    assert post(lead, f"/school-year/slots/{cast.slot}/change", **LUNCH, places=4).status_code == 303
    assert {each.places for each in school_year.slots(db)} == {2, 4}
    [next_tuesday] = school_year.on_day(db, date(2027, 1, 19))
    assert next_tuesday.places == 4


def test_an_older_page_saves_only_what_it_changed_of_a_slot(lead: FlaskClient, db: Database, cast: Cast):
    newer, older = Finger(lead), Finger(lead)
    for tab in (newer, older):
        tab.open("/school-year")
    newer.press("Change the slot", adult=str(cast.okafor))
    assert "Saved." in older.press("Change the slot", places="4").text
    [slot] = [each for each in school_year.slots(db) if each.id == cast.slot]
    assert (slot.adult_id, slot.places) == (cast.okafor, 4)


def test_an_older_page_is_told_that_its_slot_is_another_one_now(lead: FlaskClient, db: Database):
    older = Finger(lead)
    older.open("/school-year")
    newer = Finger(lead)
    newer.open("/school-year")
    assert "Saved." in newer.press("Change the slot", room="Room 7").text
    before = school_year.slots(db)
    assert "This is no longer there: look at what is listed now." in older.press("Change the slot", places="4").text
    assert school_year.slots(db) == before


@pytest.mark.parametrize("places", ["1", "7", "two", "-2"])
def test_places_that_cannot_be_are_said(lead: FlaskClient, db: Database, cast: Cast, places: str):
    answer = post(lead, f"/school-year/slots/{cast.slot}/change", **LUNCH, places=places)
    assert answer.status_code == 422
    assert "choose 2 to 6: mentors come in pairs" in page(answer).text
    assert {each.places for each in school_year.slots(db)} == {2}


def test_a_slot_is_added_with_its_places(lead: FlaskClient, db: Database, cast: Cast):
    post(lead, "/school-year/slots", day="Wed", start="12:30", until="13:15", room="Room 7", places=3)
    assert [each.places for each in school_year.slots(db) if each.room == "Room 7"] == [3]


# Closed days


def test_closed_days_are_added_and_taken_back(lead: FlaskClient, db: Database, cast: Cast):
    finger = Finger(lead)
    finger.open("/school-year")
    added = finger.press("Add closed days", **SNOW)
    assert "Snow Mon 18 January to Wed 20 January 2027" in added.text
    assert school_year.on_day(db, date(2027, 1, 19)) == []
    assert "Tue 19 January 12:30 Called off: Snow" in finger.open("/").text
    finger.open("/school-year")
    back = finger.press("Take it back").text
    assert "Undo my last change: closed days, Snow, ended" in back
    assert back.count("Snow") == 1
    assert len(school_year.on_day(db, date(2027, 1, 19))) == 1


def test_one_closed_day_needs_no_last_day(lead: FlaskClient, db: Database):
    post(lead, "/school-year/closures", reason="INSET day", starts="2027-01-19", ends="")
    assert [(each.starts, each.ends) for each in school_year.closures(db)] == [(date(2027, 1, 19), date(2027, 1, 19))]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reason": " "}, "This is missing or longer than 80 letters: such as INSET day."),
        ({"starts": ""}, "This is not a date: choose a day."),
        ({"ends": "2027-01-17"}, "This is before the first day: choose a later day."),
    ],
)
def test_a_fault_in_closed_days_keeps_what_was_typed(lead: FlaskClient, db: Database, wrong: dict[str, str], says: str):
    given = SNOW | wrong
    answer = post(lead, "/school-year/closures", **given)
    shown = page(answer)
    assert answer.status_code == 422
    assert says in shown.text
    assert [shown.fields(name)[0] for name in ("starts", "ends")] == [given["starts"], given["ends"]]
    assert given["reason"] in shown.fields("reason")
    assert school_year.closures(db) == []


@pytest.mark.usefixtures("pair")
def test_a_day_on_which_mentors_came_cannot_be_closed(lead: FlaskClient, db: Database):
    answer = post(lead, "/school-year/closures", reason="Snow", starts="2027-01-11", ends="2027-01-13")
    assert answer.status_code == 422
    assert "This covers Tuesday 12 January, when mentors came: leave that day out." in page(answer).text
    assert school_year.closures(db) == []


# One drop-in


def test_today_is_called_off_with_a_reason_and_held_after_all(
    lead: FlaskClient, db: Database, kiosk_door: FlaskClient, wall: Wall, cast: Cast
):
    wall.shows("12:20")
    finger = Finger(log_in(lead))
    finger.open("/")
    gone = finger.press("Cancel Library 2 today", reason="Burst <pipe>")
    assert finger.path == "/"
    assert "Called off. The board, the kiosk" in gone.text
    assert "Library 2, 12:30 to 13:15 Burst <pipe>" in gone.text
    assert "closed" in kiosk_door.get("/").get_data(as_text=True).lower()
    assert school_year.on_day(db, TUESDAY) == []
    back = finger.press("Hold it after all")
    assert "Held after all." in back.text
    assert [each.id for each in rota.due(db, school_year.on_day(db, TUESDAY)[0])] == [cast.amira, cast.ben]


def test_what_has_begun_is_not_called_off(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    wall.shows("12:30")
    assert "Cancel today" not in page(log_in(lead).get("/")).text
    answer = post(lead, "/school-year/drop-ins/call-off", drop_in=f"{cast.slot} {TUESDAY}", reason="Snow")
    assert answer.status_code == 422
    assert "This has begun: what happened stays as it was." in page(answer).text
    assert len(school_year.on_day(db, TUESDAY)) == 1


def test_a_coming_drop_in_is_called_off_and_listed_with_its_reason(lead: FlaskClient, db: Database, cast: Cast):
    finger = Finger(lead)
    finger.open("/school-year")
    shown = finger.press("Call it off", drop_in=f"{cast.slot} 2027-01-19", reason="School trip")
    assert "Tue 19 January, 12:30, Library 2 School trip" in shown.text
    assert f"{cast.slot} 2027-01-19" in shown.fields("drop_in")
    assert "Tue 19 January 12:30 Called off: School trip" in page(lead.get("/")).text
    finger.press("Hold it after all")
    assert len(school_year.on_day(db, date(2027, 1, 19))) == 1


def test_a_drop_in_is_not_called_off_without_a_reason(lead: FlaskClient, db: Database, cast: Cast):
    answer = post(lead, "/school-year/drop-ins/call-off", drop_in=f"{cast.slot} 2027-01-19", reason="  ")
    shown = page(answer)
    assert answer.status_code == 422
    assert "This is missing or longer than 80 letters" in shown.text
    assert f"{cast.slot} 2027-01-19" in shown.fields("drop_in")
    assert len(school_year.on_day(db, date(2027, 1, 19))) == 1


@pytest.mark.parametrize(
    ("drop_in", "status"),
    [("", 400), ("1", 400), ("1 tomorrow", 400), ("x 2027-01-19", 400), ("1 2027-01-20", 404), ("999 2027-01-19", 404)],
)
@pytest.mark.parametrize("path", ["call-off", "hold"])
def test_what_is_no_drop_in_is_refused(lead: FlaskClient, path: str, drop_in: str, status: int):
    assert post(lead, f"/school-year/drop-ins/{path}", drop_in=drop_in, reason="Snow").status_code == status
