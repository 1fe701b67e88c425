"""The rota at a glance, changed by hand."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.planning import availability, rota
from mentoring.planning.availability import ApartWhy, Days, Means
from mentoring.school import school_year
from mentoring.school.school_year import AddClosure, Closure, HalfTerm, NewSlot
from tests.both_doors import Wall, factor_for, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, THURSDAY, TUESDAY, Cast, at, change_pattern
from tests.walking import Finger, page

NEXT_TUESDAY = date(2027, 1, 19)
SPRING_2 = (date(2027, 2, 22), date(2027, 3, 26))


def due_on(db: Database, day: date) -> list[int]:
    [stored] = school_year.on_day(db, day)
    return [each.id for each in rota.due(db, stored)]


def post(door: FlaskClient, path: str, **fields: object):
    return door.post(path, data={**fields, "form_key": form_key(door)})


# Who is due


def test_weeks_go_down_and_days_across(lead: FlaskClient, cast: Cast):
    shown = page(lead.get("/rota"))
    assert [each for each in ("Mon", "Tue", "Fri", "Sat") if f" {each} " in shown.text.split("today")[0]] == [
        "Mon",
        "Tue",
        "Fri",
    ]
    assert "Tue 12 Jan today 12:30 Library 2, Tue 12 January Amira Khan pinned Ben Osei pinned" in shown.text
    assert "12:30 Library 2, Thu 14 January Chidi Okonkwo pinned Nobody yet" in shown.text
    assert len(shown.all("tr")) == 1 + 6, "the next six weeks, while no half term is known"
    assert "21 places empty" in shown.text


def test_another_half_term_is_chosen_and_what_is_over_is_folded(lead: FlaskClient, db: Database, wall: Wall):
    for name, starts, ends in (("Spring 1", date(2027, 1, 4), date(2027, 2, 12)), ("Spring 2", *SPRING_2)):
        school_year.add_half_term(db, HalfTerm(0, name, starts, ends), by="staff 1", now=wall.moment)
    finger = Finger(lead)
    shown = finger.open("/rota")
    assert "4 Jan to 12 Feb 2027" in shown.text
    assert "Tue 12 Jan" in shown.text
    assert "Tue 5 Jan" not in shown.text
    assert "Tue 5 Jan" in finger.press("The week before").text
    assert "Tue 23 Feb" in finger.press("Spring 2").text
    assert "Tue 12 Jan" not in finger.page.text
    assert "Plan Spring 2" in finger.press("Plan").text


def test_week_letters_rooms_and_closed_days_are_shown(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    for slot in (NewSlot(1, "12:30", "13:15", "Room 7", ""), NewSlot(4, "12:30", "13:15", "Library 2", "B")):
        school_year.add_slot(db, slot, adult_id=cast.adeyemi, by="staff 1", now=wall.moment)
    inset = Closure(0, "INSET day", date(2027, 1, 19), date(2027, 1, 19))
    assert change_pattern(db, AddClosure(inset), now=wall.moment) is None
    shown = page(lead.get("/rota")).text
    assert "11 Jan Week A" in shown
    assert "18 Jan Week B" in shown
    assert "12:30 Library 2, Tue 19 January Closed: INSET day" in shown
    assert "12:30 Room 7, Tue 12 January Nobody yet Nobody yet" in shown
    assert "12:30 Library 2, Fri 22 January" in shown


def test_rules_that_are_broken_are_named_to_leads_alone(staff_app: Flask, lead: FlaskClient, db: Database, cast: Cast):
    availability.keep_apart(db, cast.amira, cast.ben, ApartWhy.CONFLICT, by="staff 1", now=at("09:00"))
    helper = log_in(staff_app.test_client(), ADEYEMI_EMAIL)
    for path, words in (("/rota", "kept apart"), (f"/rota/{cast.slot}/{TUESDAY}", "Amira and Ben O. are kept apart")):
        assert words in page(lead.get(path)).text
        assert "apart" not in page(helper.get(path)).text
    assert "Ben Osei" in page(helper.get(f"/rota/{cast.slot}/{TUESDAY}")).text
    assert not page(helper.get(f"/rota/{cast.slot}/{TUESDAY}")).fields("mentor")


def test_a_pair_is_set_by_hand(lead: FlaskClient, db: Database, cast: Cast):
    finger = Finger(lead)
    finger.open("/rota")
    shown = finger.press("12:30 Library 2, Tue 19 January")
    assert [each["label"] for each in shown.all("optgroup")][:2] == ["Free", "Free"]
    assert shown.text.index("Amira Khan, experienced") < shown.text.index("Ben Osei")
    answer = post(lead, "/rota/due", slot=cast.slot, date=NEXT_TUESDAY, seen=0, mentor=[cast.amira, cast.chidi])
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"#d{cast.slot}-{NEXT_TUESDAY}")
    assert "Saved." in page(lead.get(answer.headers["Location"])).text
    assert due_on(db, NEXT_TUESDAY) == [cast.amira, cast.chidi]


def test_a_broken_rule_is_named_and_wants_a_reason(lead: FlaskClient, db: Database, cast: Cast):
    availability.add(db, cast.ben, Means.NOT_FREE, Days(day=1), by="staff 1", now=at("09:00"))
    finger = Finger(lead)
    shown = finger.open(f"/rota/{cast.slot}/{NEXT_TUESDAY}")
    assert "Ben Osei: not free" in shown.text
    given = {"slot": cast.slot, "date": NEXT_TUESDAY, "seen": 0, "mentor": [cast.amira, cast.ben]}
    answer = post(lead, "/rota/due", **given)
    assert answer.status_code == 422
    assert "Ben O. is not free (every Tuesday)" in page(answer).text
    assert page(answer).fields("mentor")[:2] == [str(cast.amira), str(cast.ben)], "what was chosen is kept"
    assert due_on(db, NEXT_TUESDAY) == []
    assert post(lead, "/rota/due", **given, despite="He asked to come").status_code == 303
    assert due_on(db, NEXT_TUESDAY) == [cast.amira, cast.ben]
    assert "“He asked to come”" in page(lead.get(f"/rota/{cast.slot}/{NEXT_TUESDAY}")).text


def test_the_second_of_two_leads_is_told_and_loses_nothing(
    staff_app: Flask, lead: FlaskClient, db: Database, cast: Cast
):
    db["staff"].update(cast.adeyemi, {"role": "deputy"})
    second = log_in(staff_app.test_client(), ADEYEMI_EMAIL, code=factor_for(db, cast.adeyemi)[0])
    seen = page(second.get(f"/rota/{cast.slot}/{TUESDAY}")).fields("seen")[0]
    first = {"slot": cast.slot, "date": TUESDAY, "seen": seen, "mentor": [cast.amira]}
    assert post(lead, "/rota/due", **first).status_code == 303
    answer = post(second, "/rota/due", slot=cast.slot, date=TUESDAY, seen=seen, mentor=[cast.chidi, cast.amira])
    assert answer.status_code == 409
    shown = page(answer)
    assert "This drop-in was changed by Ms Okafor at 12:40 while you looked at it" in shown.text
    assert "Now due: Amira Khan." in shown.text
    assert shown.fields("mentor")[:2] == [str(cast.chidi), str(cast.amira)]
    assert due_on(db, TUESDAY) == [cast.amira]
    again = {"slot": cast.slot, "date": TUESDAY, "seen": shown.fields("seen")[0], "mentor": [cast.chidi, cast.amira]}
    assert post(second, "/rota/due", **again).status_code == 303
    assert due_on(db, TUESDAY) == [cast.amira, cast.chidi]


# Moving, pinning, taking back


def place(db: Database, day: date, mentor: int | str = "") -> str:
    [stored] = school_year.on_day(db, day)
    return f"{stored.slot_id}.{day}.{stored.version}.{mentor}"


def test_a_mentor_moves_to_an_empty_place_and_the_change_is_taken_back(lead: FlaskClient, db: Database, cast: Cast):
    answer = post(lead, "/rota/move", here=place(db, TUESDAY, cast.ben), there=place(db, THURSDAY))
    assert answer.status_code == 303
    assert (due_on(db, TUESDAY), due_on(db, THURSDAY)) == ([cast.amira], [cast.ben, cast.chidi])
    finger = Finger(lead)
    assert "Moved." in finger.open(answer.headers["Location"]).text
    shown = finger.press("Undo my last change (Tue 12 January and Thu 14 January)")
    assert "Your last change is taken back." in shown.text
    assert (due_on(db, TUESDAY), due_on(db, THURSDAY)) == ([cast.amira, cast.ben], [cast.chidi])


def test_two_mentors_change_places_by_keyboard(lead: FlaskClient, db: Database, cast: Cast):
    finger = Finger(lead)
    finger.open(f"/rota/{cast.slot}/{TUESDAY}")
    here, there = place(db, TUESDAY, cast.ben), place(db, THURSDAY, cast.chidi)
    form = next(each for each in finger.page.forms if each.action == "/rota/move")
    assert {name for name, _ in form.fields} == {"form_key", "here", "there"}
    assert "Moved." in finger.press("Move", here=here, there=there).text
    assert (due_on(db, TUESDAY), due_on(db, THURSDAY)) == ([cast.amira, cast.chidi], [cast.ben])


def test_a_move_that_breaks_a_rule_wants_a_reason(lead: FlaskClient, db: Database, cast: Cast):
    given = {"here": place(db, TUESDAY, cast.amira), "there": place(db, THURSDAY)}
    finger = Finger(lead)
    answer = post(lead, "/rota/move", **given)
    assert answer.status_code == 422
    assert "Nobody of them is experienced" in page(answer).text
    finger.page, finger.path = page(answer), "/rota/move"
    assert "Moved." in finger.press("Move with this reason", despite="Mr Adeyemi sits in").text
    assert due_on(db, TUESDAY) == [cast.ben]
    stored = school_year.on_day(db, TUESDAY)[0].id
    assert rota.reasons(db, stored) == ["Mr Adeyemi sits in"]


def test_a_move_from_an_old_page_is_refused(lead: FlaskClient, db: Database, cast: Cast):
    given = {"here": place(db, TUESDAY, cast.ben), "there": place(db, THURSDAY)}
    post(lead, "/rota/due", slot=cast.slot, date=TUESDAY, mentor=[cast.ben])
    answer = post(lead, "/rota/move", **given)
    assert answer.status_code == 409
    assert "was changed by Ms Okafor" in page(answer).text
    assert (due_on(db, TUESDAY), due_on(db, THURSDAY)) == ([cast.ben], [cast.chidi])


@pytest.mark.parametrize(
    "wrong", ["", "1", "1.2027-01-14.0", "1.2027-13-01.0.", "a.2027-01-12.0.1", "1.2027-01-12.0.1.2"]
)
def test_a_place_that_is_none_is_refused(lead: FlaskClient, db: Database, cast: Cast, wrong: str):
    there = place(db, THURSDAY)
    assert post(lead, "/rota/move", here=wrong, there=there).status_code == 400
    assert post(lead, "/rota/move", here=place(db, TUESDAY), there=there).status_code == 400, "nobody moves"


def test_what_is_over_cannot_be_changed(staff_app: Flask, db: Database, cast: Cast, wall: Wall):
    wall.shows("13:15")
    lead, here, there = log_in(staff_app.test_client()), place(db, TUESDAY, cast.ben), place(db, THURSDAY)
    assert "Undo my last change (Thu 14 January)" in page(lead.get("/rota")).text
    assert post(lead, "/rota/due", slot=cast.slot, date=TUESDAY, mentor=[cast.ben]).status_code == 404
    assert post(lead, "/rota/move", here=here, there=there).status_code == 404
    wall.shows("13:15", THURSDAY)
    lead = log_in(staff_app.test_client())
    assert "Undo" not in page(lead.get("/rota")).text
    shown = page(lead.get(f"/rota/{cast.slot}/{TUESDAY}"))
    assert "It is over. What happened stays as it was." in shown.text
    assert not shown.fields("mentor")


def test_a_pin_is_set_and_taken_out(lead: FlaskClient, db: Database, cast: Cast):
    stored = school_year.on_day(db, TUESDAY)[0].id
    finger = Finger(lead)
    finger.open(f"/rota/{cast.slot}/{TUESDAY}")
    assert "Unpinned: a plan may move this mentor." in finger.press("Unpin Ben Osei").text
    assert rota.placed(db, stored) == {cast.amira: True, cast.ben: False}
    finger.open(f"/rota/{cast.slot}/{TUESDAY}")
    finger.press("Pin Ben Osei")
    assert rota.placed(db, stored) == {cast.amira: True, cast.ben: True}
    gone = post(lead, "/rota/pin", slot=cast.slot, date=TUESDAY, mentor=cast.chidi, pinned="yes")
    assert gone.status_code == 409
    assert "A mentor is not due there any more" in page(gone).text


def test_a_change_is_taken_back_only_while_nothing_followed(lead: FlaskClient, db: Database, cast: Cast):
    post(lead, "/rota/due", slot=cast.slot, date=TUESDAY, mentor=[cast.ben])
    change = page(lead.get("/rota")).fields("change")[0]
    [stored] = school_year.on_day(db, TUESDAY)
    rota.set_due(db, stored, [cast.amira], by="staff 2", now=at("12:41"))
    answer = post(lead, "/rota/undo", change=change)
    assert answer.status_code == 409
    assert "This change can no longer be taken back" in page(answer).text
    assert due_on(db, TUESDAY) == [cast.amira]


# Wrong choices


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
        for form in page(post(lead, f"/school-year/slots/{slot.id}/end")).forms:
            lead.post(f"/school-year/slots/{slot.id}/end", data=dict(form.fields))
    wall.shows("09:00", date(2027, 1, 25))
    shown = page(log_in(lead).get("/rota"))
    assert "First, add a weekly slot" in shown.text
    assert shown.target("Add a weekly slot").href == "/school-year#slots"
