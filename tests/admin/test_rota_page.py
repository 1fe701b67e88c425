"""The rota by hand: weekly slots, and who is due on each drop-in."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring import rota, school_year
from mentoring.school_year import NewSlot
from tests.conftest import THURSDAY, TUESDAY, Cast
from tests.kiosk.both_doors import Wall, form_key, log_in
from tests.kiosk.walking import Finger, page

NEXT_TUESDAY = date(2027, 1, 19)


def due_on(db: Database, day: date) -> list[int]:
    [held] = school_year.on_day(db, day)
    return [each.id for each in rota.due(db, held)]


def post(door: FlaskClient, path: str, **fields: object):
    return door.post(path, data={**fields, "form_key": form_key(door)})


# Who is due


def test_the_rota_shows_the_next_drop_ins_and_their_pairs(lead: FlaskClient, cast: Cast):
    shown = page(lead.get("/rota"))
    assert shown.text.index("Tue 12 January") < shown.text.index("Thu 14 January") < shown.text.index("Tue 19 January")
    assert "12:30 to 13:15, Library 2" in shown.text
    assert shown.fields("mentor")[:4] == [str(cast.amira), str(cast.ben), str(cast.chidi), ""]


def test_a_pair_is_set_by_hand(lead: FlaskClient, db: Database, cast: Cast):
    fields = {"slot": cast.slot, "date": NEXT_TUESDAY, "mentor": [cast.ben, cast.chidi]}
    answer = post(lead, "/rota/due", **fields)
    assert answer.status_code == 303
    assert "Saved." in page(lead.get(answer.headers["Location"])).text
    assert due_on(db, NEXT_TUESDAY) == [cast.ben, cast.chidi]


def test_a_place_may_stay_empty(lead: FlaskClient, db: Database, cast: Cast):
    post(lead, "/rota/due", slot=cast.slot, date=TUESDAY, mentor=[cast.amira, ""])
    assert due_on(db, TUESDAY) == [cast.amira]
    post(lead, "/rota/due", slot=cast.slot, date=TUESDAY, mentor=["", ""])
    assert due_on(db, TUESDAY) == []


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        (["1", "1"], "A mentor is there twice: a pair is two people."),
        (["1", "999"], "A mentor is not on the list: choose a mentor from the list."),
        (["1", "2", "3"], "A mentor is one too many: a drop-in has 2 places."),
    ],
)
def test_what_is_no_pair_is_said_and_changes_nothing(
    lead: FlaskClient, db: Database, cast: Cast, chosen: list[str], says: str
):
    answer = post(lead, "/rota/due", slot=cast.slot, date=THURSDAY, mentor=chosen)
    assert answer.status_code in (404, 422)
    answer = post(lead, "/rota/due", slot=cast.slot, date=TUESDAY, mentor=chosen)
    assert answer.status_code == 422
    assert says in page(answer).text
    assert due_on(db, TUESDAY) == [cast.amira, cast.ben]


def test_who_steps_back_is_not_offered_and_not_taken(lead: FlaskClient, db: Database, cast: Cast):
    db["mentors"].update(cast.chidi, {"state": "paused"})
    answer = post(lead, "/rota/due", slot=cast.slot, date=TUESDAY, mentor=[cast.chidi])
    assert answer.status_code == 422
    assert "Chidi is not active now" in page(answer).text


@pytest.mark.parametrize(
    ("slot", "day", "status"),
    [(1, "", 400), (1, "tomorrow", 400), (1, "2027-13-01", 400), (1, "2027-01-13", 404), (999, "2027-01-12", 404)],
)
def test_what_is_no_drop_in_is_refused(lead: FlaskClient, slot: int, day: str, status: int):
    assert post(lead, "/rota/due", slot=slot, date=day, mentor=["1"]).status_code == status


def test_a_new_pair_counts_at_the_kiosk_at_once(lead: FlaskClient, scan, cast: Cast):
    assert scan(cast.chidi)["outcome"] == "not_due"
    post(lead, "/rota/due", slot=cast.slot, date=TUESDAY, mentor=[cast.amira, cast.chidi])
    assert scan(cast.chidi)["outcome"] == "waiting_for_pair"
    assert scan(cast.ben)["outcome"] == "not_due"


# Weekly slots


def test_a_slot_is_added(lead: FlaskClient, db: Database, cast: Cast):
    finger = Finger(lead)
    finger.open("/rota")
    typed = {"day": "Wed", "start": "12:45", "until": "13:15", "room": "Room 7", "adult": str(cast.adeyemi)}
    added = finger.press("Add the slot", **typed)
    assert "Added." in added.text
    assert "Wed 12:45 to 13:15, Room 7" in added.text
    assert "Wed 13 January" in added.text
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
    given = {"day": "Wed", "start": "12:30", "until": "13:20", "room": "Room 7", "week": "B"}
    given |= {"adult": str(cast.adeyemi), **wrong}
    answer = post(lead, "/rota/slots", **given)
    shown = page(answer)
    assert answer.status_code == 422
    assert says in shown.text
    kept = {name: shown.fields(name)[-1] for name in given if name != "day" or given["day"] != "Someday"}
    assert kept == {name: given[name] for name in kept}
    assert db["slots"].count == 2


def test_an_ended_slot_brings_no_more_drop_ins(lead: FlaskClient, cast: Cast):
    finger = Finger(lead)
    finger.open("/rota")
    ended = finger.press("End it")
    assert "Ended. What has already happened stays on record." in ended.text
    assert "Tue 19 January" not in ended.text
    assert "Thu 14 January" in ended.text


def test_without_slots_the_page_says_what_to_do_first(lead: FlaskClient, db: Database, wall: Wall):
    for slot in school_year.slots(db):
        post(lead, f"/rota/slots/{slot.id}/end")
    wall.shows("09:00", date(2027, 1, 25))
    assert "First, add a weekly slot below" in page(log_in(lead).get("/rota")).text


def test_the_week_may_be_put_right(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    assert "This week is" not in page(lead.get("/rota")).text
    school_year.add_slot(
        db, NewSlot(4, "12:30", "13:15", "Library 2", "B"), adult_id=cast.adeyemi, by="staff 1", now=wall.moment
    )
    finger = Finger(lead)
    shown = finger.open("/rota")
    assert "This week is week A." in shown.text
    assert "Fri 22 January" in shown.text
    shown = finger.press("No, it is week B")
    assert "This week is week B." in shown.text
    assert "Fri 15 January" in shown.text
    assert "Fri 22 January" not in shown.text


@pytest.mark.parametrize("week", ["", "C", "a", None])
def test_there_is_no_other_week(lead: FlaskClient, week: str | None):
    assert post(lead, "/rota/week", **({} if week is None else {"week": week})).status_code == 400
