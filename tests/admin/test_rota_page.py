"""The rota by hand: who is due on each drop-in."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring import rota, school_year
from tests.conftest import THURSDAY, TUESDAY, Cast
from tests.kiosk.both_doors import Wall, form_key, log_in
from tests.kiosk.walking import page

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


def test_without_slots_the_page_says_what_to_do_first(lead: FlaskClient, db: Database, wall: Wall):
    for slot in school_year.slots(db):
        post(lead, f"/school-year/slots/{slot.id}/end")
    wall.shows("09:00", date(2027, 1, 25))
    shown = page(log_in(lead).get("/rota"))
    assert "First, add a weekly slot" in shown.text
    assert shown.target("Add a weekly slot").href == "/school-year#slots"
