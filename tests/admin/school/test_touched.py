"""A change of slots, weeks, closed days or term dates asks about the drop-ins that are planned, and all follows it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.access import staff
from mentoring.access.staff import Role
from mentoring.lunch import duty
from mentoring.planning import calendars, cover, rota
from mentoring.planning.cover import Kind
from mentoring.school import school_year
from mentoring.school.school_year import NewSlot
from mentoring.store.database import rows
from tests.both_doors import SPRING_1, Wall, form_key, log_in
from tests.conftest import PASSWORD, TUESDAY, Cast, at
from tests.walking import Finger, Page, page

LATER = {"day": "Tue", "start": "12:40", "until": "13:25", "room": "Library 2", "week": "", "places": "2"}
NEXT = TUESDAY + timedelta(weeks=1)
EARLY, MENU_AFTER = timedelta(minutes=15), timedelta(seconds=60)
SNOW_WEEK = {"reason": "Snow", "starts": "2027-01-18", "ends": "2027-01-22"}


@pytest.fixture(autouse=True)
def _morning(wall: Wall) -> None:
    wall.shows("09:00")


def post(door: FlaskClient, path: str, **fields: object):
    return door.post(path, data={**fields, "form_key": form_key(door)})


def asked(door: FlaskClient, path: str, **fields: object) -> Page:
    """The question that a change leads to."""
    answer = post(door, path, **fields)
    assert answer.status_code == 200
    return page(answer)


def answered(door: FlaskClient, shown: Page, path: str, **choices: object) -> str:
    """The question sent with these choices in place of what it proposes."""
    form = next(each for each in shown.forms if ("mark") in dict(each.fields))
    answer = door.post(path, data={**dict(form.fields), **choices})
    assert answer.status_code == 303
    return page(door.get(answer.location)).text


def on_board(door: FlaskClient, db: Database) -> Mapping[str, Any]:
    [programme] = db["programme"].rows
    told = door.get(f"/board/{programme['board_link']}.json").get_json()
    return {
        (each.get("date", "today"), each["from"], each["room"]): sorted(each["mentors"])
        for each in (*told["rooms"], *told["next"])
    }


def in_calendar(door: FlaskClient, link: str) -> list[tuple[str, str, str, int]]:
    text = door.get(f"/calendar/{link}.ics").get_data()
    return [
        (f"{each.decoded('dtstart'):%m-%d %H:%M}", str(each["uid"]), str(each["status"]), int(each["sequence"]))
        for each in icalendar.Calendar.from_ical(text).walk("VEVENT")
    ]


def letters(db: Database, cast: Cast, wall: Wall) -> None:
    """Two rooms on Wednesdays, week A and week B, planned for three weeks; this is a week A."""
    for room, letter in (("Room 1", "A"), ("Room 2", "B")):
        new = NewSlot(2, "12:30", "13:15", room, letter)
        school_year.add_slot(db, new, adult_id=cast.adeyemi, by="staff 1", now=wall.moment)
    for day in (date(2027, 1, 13), date(2027, 1, 20), date(2027, 1, 27)):
        [drop_in] = school_year.on_day(db, day)
        rota.set_due(db, drop_in, [cast.amira, cast.chidi], by="staff 1", now=wall.moment)


def wednesdays(db: Database) -> dict[date, list[tuple[str, int]]]:
    days = (date(2027, 1, 13), date(2027, 1, 20), date(2027, 1, 27))
    return {day: [(each.room, len(rota.due(db, each))) for each in school_year.on_day(db, day)] for day in days}


# A slot with another time


def test_a_slot_ten_minutes_later_takes_its_people_calendars_and_cover_along(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall
):
    link = calendars.give_link(db, cast.amira, by="staff 1", now=wall.moment)
    [(_, uid, _, sequence)] = in_calendar(lead, link)
    request = cover.ask(db, cast.drop_in, cast.ben, Kind.EXAM, by="staff 1", now=wall.moment).request
    path = f"/school-year/slots/{cast.slot}/change"
    shown = asked(lead, path, **LATER)
    assert "1 planned drop-in is touched" in shown.text
    assert (
        "Amira and Ben O. its weekly slot ends." in shown.text.replace(". ", " ", 1) or "Amira and Ben O." in shown.text
    )
    assert db["slots"].count == 2  # nothing is written until the answer
    undo = "Undo my last change: slot Tuesday 12:40, Library 2, changed (with 1 drop-in), Tue 12 January"
    assert undo in answered(lead, shown, path)
    today = {key: who for key, who in on_board(lead, db).items() if key[0] == "today"}
    assert list(today) == [("today", "12:40", "Library 2")]
    assert in_calendar(lead, link) == [("01-12 12:40", uid, "CONFIRMED", sequence + 1)]
    assert [each.id for each in cover.live(db, now=wall.moment)] == [request.id if request else 0]
    assert "12:40" in page(lead.get("/cover")).text
    poster = page(lead.get("/rota/poster")).text
    assert "12:40" in poster
    assert [each["what"] for each in db["journal"].rows][-3:] == ["slot.ended", "slot.added", "drop_in.moved"]
    assert "moved the drop-in of 2027-01-12 with the weekly pattern" in page(lead.get("/trail")).text


def test_another_adult_and_more_places_keep_the_slot_and_whoever_is_due_and_are_taken_back(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall
):
    rota.set_due(db, school_year.on_day(db, NEXT)[0], [cast.ben, cast.chidi], by="staff 1", now=wall.moment)
    school_year.set_adult(db, school_year.on_day(db, NEXT)[0], cast.okafor, by="staff 1", now=wall.moment)
    school_year.close_drop_in(db, school_year.on_day(db, NEXT)[0], "A trip", by="staff 1", now=wall.moment)
    before = [*db["slots"].rows], [*db["due"].rows]
    same = {"day": "Tue", "start": "12:30", "until": "13:15", "room": "Library 2", "week": ""}
    path = f"/school-year/slots/{cast.slot}/change"
    assert post(lead, path, **same, places=3, adult=cast.okafor).status_code == 303
    [slot] = [each for each in school_year.slots(db) if each.id == cast.slot]
    assert (slot.places, slot.adult) == (3, "Ms Okafor")
    both = {each.date: each for each in school_year.between(db, TUESDAY, NEXT) if each.slot_id == cast.slot}
    assert {day: (each.places, each.adult_id, each.closed) for day, each in both.items()} == {
        TUESDAY: (3, cast.okafor, ""),
        NEXT: (3, cast.okafor, "A trip"),
    }
    assert [*db["due"].rows] == before[1]
    assert "set a weekly slot to 3 places, with Ms Okafor within call" in page(lead.get("/trail")).text
    finger = Finger(lead)
    finger.open("/school-year")
    finger.press("Undo my last change")
    assert [*db["slots"].rows] == before[0]
    assert {each["adult_id"] for each in db["drop_ins"].rows if each["date"] == str(TUESDAY)} == {cast.adeyemi}
    assert {each["places"] for each in db["drop_ins"].rows} == {2}


def test_fewer_places_send_nobody_away(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    same = {"day": "Tue", "start": "12:30", "until": "13:15", "room": "Library 2", "adult": cast.adeyemi}
    path = f"/school-year/slots/{cast.slot}/change"
    post(lead, path, **same, places=4)
    [drop_in] = school_year.on_day(db, TUESDAY)
    rota.set_due(db, drop_in, [cast.amira, cast.ben, cast.chidi], by="staff 1", now=wall.moment)
    post(lead, path, **same, places=2)
    assert [each.places for each in school_year.on_day(db, TUESDAY)] == [3]
    assert [each.places for each in school_year.on_day(db, NEXT)] == [2]


@pytest.mark.parametrize("by_itself", [True, False])
def test_a_drop_in_that_moves_takes_the_new_adult_unless_one_was_set_for_it(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall, *, by_itself: bool
):
    lee = {"name": "Mrs Lee", "email": "lee@harbour.example", "role": Role.HELPER, "room": "", "phone": "1"}
    other_adult = staff.add(db, **lee, password=PASSWORD, by="staff 1", now=wall.moment)
    assert isinstance(other_adult, int)
    if by_itself:
        school_year.set_adult(db, school_year.by_id(db, cast.drop_in), other_adult, by="staff 1", now=wall.moment)
    path = f"/school-year/slots/{cast.slot}/change"
    shown = asked(lead, path, **LATER, adult=cast.okafor)
    answered(lead, shown, path)
    assert school_year.by_id(db, cast.drop_in).adult_id == (other_adult if by_itself else cast.okafor)


def test_it_cannot_be_taken_back_once_another_adult_was_set_for_the_day(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall
):
    path = f"/school-year/slots/{cast.slot}/change"
    answered(lead, asked(lead, path, **LATER, adult=cast.adeyemi), path)
    assert "Undo my last change" in page(lead.get("/school-year")).text
    school_year.set_adult(db, school_year.by_id(db, cast.drop_in), cast.okafor, by="staff 1", now=wall.moment)
    assert "Undo my last change" not in page(lead.get("/school-year")).text


def test_the_end_of_a_slot_is_asked_once_and_a_second_tap_ends_it_once(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall
):
    rota.set_due(db, school_year.by_id(db, cast.drop_in), [], by="staff 1", now=wall.moment)
    school_year.close_drop_in(db, school_year.by_id(db, cast.drop_in), "A trip", by="staff 1", now=wall.moment)
    path = f"/school-year/slots/{cast.slot}/end"
    shown = asked(lead, path)
    assert "End Tue 12:30 to 13:15, Library 2? " in shown.text
    assert "Nobody is planned on it." in shown.text
    assert len(school_year.slots(db)) == 2
    fields = dict(next(each for each in shown.forms if "mark" in dict(each.fields)).fields)
    assert [lead.post(path, data=fields).status_code for _ in range(2)] == [303, 303]
    assert [each["what"] for each in db["journal"].rows].count("slot.ended") == 1
    finger = Finger(lead)
    finger.open("/school-year")
    finger.press("Undo my last change")
    assert len(school_year.slots(db)) == 2


def test_the_whole_change_is_taken_back_as_one(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    link = calendars.give_link(db, cast.amira, by="staff 1", now=wall.moment)
    before = (on_board(lead, db), [*db["slots"].rows])
    [(when, uid, status, sequence)] = in_calendar(lead, link)
    path = f"/school-year/slots/{cast.slot}/change"
    answered(lead, asked(lead, path, **LATER), path)
    finger = Finger(lead)
    finger.open("/school-year")
    assert "Taken back" in finger.press("Undo my last change").text
    assert (on_board(lead, db), [*db["slots"].rows]) == before
    assert in_calendar(lead, link) == [(when, uid, status, sequence + 2)]
    assert [*db["journal"].rows][-1]["what"] == "pattern.undone"
    assert "Undo my last change" not in page(lead.get("/school-year")).text


def test_ending_a_slot_and_adding_the_later_one_by_hand_leaves_one_drop_in_on_the_board(
    lead: FlaskClient, db: Database, cast: Cast
):
    path = f"/school-year/slots/{cast.slot}/end"
    answered(lead, asked(lead, path), path, **{f"for-{cast.drop_in}": "keep"})
    assert "Tue 12 January, 12:30" in page(lead.get("/school-year")).text
    shown = asked(lead, "/school-year/slots", **LATER)
    answered(lead, shown, "/school-year/slots")
    assert [key for key in on_board(lead, db) if key[0] == "today"] == [("today", "12:40", "Library 2")]
    assert len(rota.due(db, school_year.by_id(db, cast.drop_in))) == 2


def test_a_drop_in_that_was_kept_has_the_room_alone(lead: FlaskClient, db: Database, cast: Cast):
    path = f"/school-year/slots/{cast.slot}/change"
    text = answered(lead, asked(lead, path, **LATER), path, **{f"for-{cast.drop_in}": "keep"})
    assert "Planned, though the weekly slots have changed" in text
    assert [key for key in on_board(lead, db) if key[0] == "today"] == [("today", "12:30", "Library 2")]
    shown = page(lead.get("/school-year/planned"))
    answered(lead, shown, "/school-year/planned")
    assert [key for key in on_board(lead, db) if key[0] == "today"] == [("today", "12:40", "Library 2")]
    assert lead.get("/school-year/planned").status_code == 303


def test_called_off_is_on_no_board_and_cancelled_in_calendars_and_needs_a_reason(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall
):
    link = calendars.give_link(db, cast.amira, by="staff 1", now=wall.moment)
    path = f"/school-year/slots/{cast.slot}/end"
    shown = asked(lead, path)
    fields = {name: value for form in shown.forms for name, value in form.fields}
    silent = lead.post(path, data={**fields, "off_reason": " "})
    assert silent.status_code == 422
    assert "missing or longer than 80 letters" in page(silent).text
    answered(lead, shown, path, off_reason="The library is painted")
    assert "2027-01-12" not in {key[0] for key in on_board(lead, db)}
    assert school_year.on_day(db, TUESDAY) == []
    assert [each[2] for each in in_calendar(lead, link)] == ["CANCELLED"]
    assert "The library is painted" in page(lead.get("/school-year")).text


def test_what_runs_or_has_a_mentor_is_never_touched(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    wall.shows("12:20")
    duty.scan(db, number=cast.numbers[cast.amira], now=wall.moment, early=EARLY, menu_after=MENU_AFTER)
    path = f"/school-year/slots/{cast.slot}/end"
    answered(lead, asked(log_in(lead), path), path)
    assert "12:30" in {key[1] for key in on_board(lead, db)}
    wall.shows("12:45")
    closed = post(log_in(lead), "/school-year/closures", reason="Snow", starts="2027-01-12", ends="")
    assert closed.status_code == 422


def test_a_slot_that_changes_while_its_drop_in_runs_changes_from_tomorrow(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall
):
    rota.set_due(db, school_year.by_id(db, cast.drop_in), [], by="staff 1", now=wall.moment)
    wall.shows("12:45")
    path = f"/school-year/slots/{cast.slot}/change"
    assert post(log_in(lead), path, **{**LATER, "start": "13:20", "until": "13:50"}).status_code == 303
    assert [f"{at_hour.starts:%H:%M}" for at_hour in school_year.on_day(db, TUESDAY)] == ["12:30"]
    assert [f"{at_hour.starts:%H:%M}" for at_hour in school_year.on_day(db, NEXT)] == ["13:20"]


def test_a_question_answered_after_the_plan_has_changed_is_asked_again(lead: FlaskClient, db: Database, cast: Cast):
    path = f"/school-year/slots/{cast.slot}/end"
    shown = asked(lead, path)
    rota.set_due(db, school_year.by_id(db, cast.drop_in), [cast.ben], by="staff 2", now=at("09:01"))
    fields = {name: value for form in shown.forms for name, value in form.fields}
    again = lead.post(path, data=fields)
    assert again.status_code == 200
    assert "The plan has changed meanwhile" in page(again).text
    assert len(school_year.slots(db)) == 2


def test_it_cannot_be_taken_back_once_somebody_has_changed_the_drop_in(lead: FlaskClient, db: Database, cast: Cast):
    path = f"/school-year/slots/{cast.slot}/change"
    answered(lead, asked(lead, path, **LATER), path)
    [change] = rows(db, "select id from pattern_changes")
    rota.set_due(db, school_year.by_id(db, cast.drop_in), [cast.ben], by="staff 2", now=at("09:01"))
    assert "Undo my last change" not in page(lead.get("/school-year")).text
    late = post(lead, "/school-year/undo", change=change["id"])
    assert late.status_code == 409
    assert "Something has changed since" in page(late).text
    assert post(lead, "/school-year/undo", change=99).status_code == 303  # taken back already


def test_nobody_moves_into_two_rooms_at_one_time(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    new = NewSlot(1, "13:20", "13:50", "Room 7", "")
    school_year.add_slot(db, new, adult_id=cast.adeyemi, by="staff 1", now=wall.moment)
    other = next(each for each in school_year.on_day(db, TUESDAY) if each.room == "Room 7")
    rota.set_due(db, other, [cast.ben], by="staff 1", now=wall.moment)
    shown = asked(lead, f"/school-year/slots/{cast.slot}/change", **{**LATER, "start": "13:00", "until": "13:45"})
    assert "Move to" not in shown.text


@pytest.mark.parametrize("answer", ["move", "move 1 x", "sell", "move a 2027-01-12"])
def test_no_other_answer_is_taken(lead: FlaskClient, db: Database, cast: Cast, answer: str):
    path = f"/school-year/slots/{cast.slot}/end"
    fields = {name: value for form in asked(lead, path).forms for name, value in form.fields}
    refused = lead.post(path, data={**fields, f"for-{cast.drop_in}": answer})
    assert refused.status_code in (400, 422)
    assert lead.post(path, data={**fields, "all": "sell"}).status_code == 400
    assert len(school_year.slots(db)) == 2


# Weeks A and B


def test_a_week_of_snow_asks_first_whether_the_letters_shift(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    letters(db, cast, wall)
    shown = asked(lead, "/school-year/closures", **SNOW_WEEK)
    assert "A whole week is closed" in shown.text
    assert db["closures"].count == 0
    shown = asked(lead, "/school-year/closures", **SNOW_WEEK, closed_weeks="stay")
    assert "1 planned drop-in is touched" in shown.text
    assert "Not held: the school is closed" in shown.text
    answered(lead, shown, "/school-year/closures")
    assert wednesdays(db)[date(2027, 1, 27)] == [("Room 1", 2)]


def test_letters_that_shift_after_snow_hold_one_room_not_both(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    letters(db, cast, wall)
    link = calendars.give_link(db, cast.chidi, by="staff 1", now=wall.moment)
    shown = asked(lead, "/school-year/closures", **SNOW_WEEK, closed_weeks="shift")
    assert "2 planned drop-ins are touched" in shown.text
    answered(lead, shown, "/school-year/closures")
    assert wednesdays(db) == {
        date(2027, 1, 13): [("Room 1", 2)],
        date(2027, 1, 20): [],
        date(2027, 1, 27): [("Room 2", 2)],
    }
    assert [each[0] for each in in_calendar(lead, link) if each[2] == "CANCELLED"] == ["01-20 12:30"]
    finger = Finger(lead)
    finger.open("/school-year")
    finger.press("Undo my last change")
    assert wednesdays(db) == {
        date(2027, 1, 13): [("Room 1", 2)],
        date(2027, 1, 20): [("Room 2", 2)],
        date(2027, 1, 27): [("Room 1", 2)],
    }
    assert not [each for each in in_calendar(lead, link) if each[2] == "CANCELLED"]
    assert "as in a calendar printed before" in page(lead.get("/school-year")).text


def test_the_other_letter_for_this_week_moves_what_is_planned(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    letters(db, cast, wall)
    shown = asked(lead, "/school-year/week", week="B")
    assert "3 planned drop-ins are touched" in shown.text
    assert "Kept, it is held at the same time as Wed 20 January, 12:30 to 13:15, Room 1: each wants" in shown.text
    answered(lead, shown, "/school-year/week", all="move")
    assert list(wednesdays(db).values()) == [[("Room 2", 2)], [("Room 1", 2)], [("Room 2", 2)]]
    assert asked(lead, "/school-year/week", week="A").text.count("Move to Wed") == 3


# Term dates


def test_a_shorter_half_term_is_asked_about_and_what_is_kept_stands_on_the_rota(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall
):
    post(lead, "/school-year/half-terms", **SPRING_1)
    rota.set_due(db, school_year.on_day(db, NEXT)[0], [cast.amira], by="staff 1", now=wall.moment)
    [half] = school_year.half_terms(db)
    path = f"/school-year/half-terms/{half.id}/change"
    shown = asked(lead, path, **{**SPRING_1, "ends": "2027-01-15"})
    assert "Tue 19 January, 12:30 to 13:15, Library 2" in shown.text
    assert "it is outside the term dates" in shown.text
    answered(lead, shown, path, **{name: "keep" for form in shown.forms for name, _ in form.fields if "for-" in name})
    assert "Tue 19 January" in page(lead.get("/school-year")).text
    assert "Amira" in page(lead.get("/rota?half=1")).text.partition("Thu 14")[2]
    assert school_year.half_terms(db)[0].ends == date(2027, 1, 15)


def test_a_shorter_half_term_calls_off_what_it_loses(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    post(lead, "/school-year/half-terms", **SPRING_1)
    rota.set_due(db, school_year.on_day(db, NEXT)[0], [cast.amira], by="staff 1", now=wall.moment)
    path = f"/school-year/half-terms/{school_year.half_terms(db)[0].id}/change"
    answered(lead, asked(lead, path, **{**SPRING_1, "ends": "2027-01-15"}), path)
    assert school_year.on_day(db, NEXT) == []
    assert str(NEXT) not in {key[0] for key in on_board(lead, db)}


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/school-year/slots/99/change", LATER),
        ("/school-year/half-terms/99/change", SPRING_1),
        ("/school-year/slots/1/change", {**LATER, "start": "noon"}),
        ("/school-year/slots/1/change", {**LATER, "day": "Thu"}),
        ("/school-year/half-terms/1/change", {**SPRING_1, "ends": "2026-12-24"}),
        ("/school-year/closed-weeks", {"closed_weeks": "perhaps"}),
    ],
)
def test_what_cannot_be_changed_is_said(lead: FlaskClient, db: Database, path: str, fields: dict[str, str]):
    post(lead, "/school-year/half-terms", **SPRING_1)
    assert post(lead, path, **fields).status_code in (400, 422)
    assert db["pattern_changes"].count == 1
