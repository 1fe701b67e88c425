"""Today answers in ten seconds: is lunch covered, who is in, who is missing, what waits."""

from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.access import staff
from mentoring.access.staff import Role
from mentoring.lunch import close_of_day, duty
from mentoring.people import badge_register
from mentoring.school import school_year
from tests.both_doors import Scan, Wall, form_key, log_in
from tests.conftest import TUESDAY, Cast, at
from tests.walking import Finger, page


def today(door: FlaskClient) -> str:
    return page(door.get("/")).text


def test_today_names_the_day_the_room_and_the_hours(lead: FlaskClient):
    shown = today(lead)
    assert "Tuesday 12 January" in shown
    assert "Harbour School" in shown
    assert "Library 2, 12:30 to 13:15" in shown


def test_who_is_due_and_not_in_is_missing(lead: FlaskClient):
    shown = today(lead)
    assert "Opening" in shown
    assert "Amira due, not in yet" in shown
    assert "Ben O. due, not in yet" in shown


def test_who_is_in_is_shown_with_the_time(staff_door: FlaskClient, scan: Scan, cast: Cast, wall: Wall):
    wall.shows("12:28")
    scan(cast.amira)
    lead = log_in(staff_door)
    shown = today(lead)
    assert "Amira in since 12:28" in shown
    assert "Ben O. due, not in yet" in shown
    wall.shows("12:33")
    scan(cast.ben)
    shown = today(lead)
    assert "Open Library 2" in shown
    assert "not in yet" not in shown


@pytest.mark.usefixtures("pair")
def test_a_pair_that_lost_one_is_paused(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    wall.passes(60)
    duty.end(db, cast.ben, drop_in_id=cast.drop_in, now=wall.moment)
    shown = today(lead)
    assert "Paused: a pair is missing" in shown
    assert "Ben O. left at 12:41" in shown
    assert "12:30, Library 2: Ben O. left at 12:41" in shown
    assert "not in yet" not in shown


def test_an_empty_place_is_a_gap_with_a_way_to_fill_it(lead: FlaskClient, db: Database, cast: Cast):
    db["due"].delete((cast.drop_in, cast.ben))
    finger = Finger(lead)
    shown = finger.open("/").text
    assert "A place is empty" in shown
    finger.press("Choose who is due")
    assert finger.path == "/rota"
    db["due"].delete((cast.drop_in, cast.amira))
    assert "Both places are empty" in today(lead)


def test_what_comes_shows_its_gaps(lead: FlaskClient):
    shown = today(lead)
    assert "Thu 14 January 12:30 Chidi needs one more" in shown
    assert "Tue 19 January 12:30 needs a pair" in shown
    assert "Thu 14 January needs one more" in shown.partition("Waiting for you")[2]


def test_what_waits_stands_before_what_is_coming(lead: FlaskClient):
    shown = today(lead)
    assert shown.index("Waiting for you") < shown.index("Coming up")


def test_a_mentor_without_a_printed_badge_waits_for_the_lead(lead: FlaskClient, db: Database, cast: Cast, wall: Wall):
    assert "3 mentors have no printed badge yet" in today(lead)
    mark = page(lead.get("/")).all("main")[0]["data-today"]
    badge_register.note_printed(db, cast.numbers, by="staff 1", now=wall.moment)
    assert page(lead.get("/")).all("main")[0]["data-today"] != mark
    assert "printed badge" not in today(lead)
    lead.post(f"/mentors/{cast.amira}/badge/revoke", data={"form_key": form_key(lead)})
    assert "1 mentor has no printed badge yet Amira" in today(lead)


def test_a_school_without_a_deputy_is_told(lead: FlaskClient, db: Database, wall: Wall):
    missing = "Term dates, Deputy, Safeguarding lead, Recovery key, Privacy papers"
    assert f"Set-up: 5 steps are still to do {missing}" in today(lead)
    staff.add(
        db,
        name="Mrs Lindqvist",
        email="l@harbour.example",
        password="five warm socks",
        role=Role.DEPUTY,
        room="",
        phone="",
        by="staff 1",
        now=wall.moment,
    )
    assert "Deputy" not in today(lead)


def test_a_day_without_a_drop_in_names_the_next(staff_door: FlaskClient, wall: Wall):
    wall.shows("10:00", date(2027, 1, 13))
    shown = today(log_in(staff_door))
    assert "No drop-in today" in shown
    assert "The next is on Thursday 14 January at 12:30, in Library 2." in shown


def test_after_lunch_it_is_over_and_the_next_is_named(staff_door: FlaskClient, db: Database, data: Path, wall: Wall):
    wall.shows("13:15")
    shown = today(log_in(staff_door))
    assert "No drop-in today" not in shown
    assert "Today's drop-in is over The next is on Thursday 14 January at 12:30, in Library 2." in shown
    close_of_day.close(db, folder=data, now=at("13:30"))
    wall.shows("14:00")
    assert "Today's drop-in is over" in today(log_in(staff_door))


def test_the_hours_are_those_on_the_schools_wall(staff_door: FlaskClient, wall: Wall):
    wall.shows("12:40", date(2027, 7, 13))
    assert wall.moment.hour == 11
    assert "Library 2, 12:30 to 13:15" in today(log_in(staff_door))


# The adult of the day


def test_another_adult_may_be_within_call_for_the_day(
    lead: FlaskClient, kiosk_door: FlaskClient, db: Database, cast: Cast
):
    finger = Finger(lead)
    assert finger.open("/").fields("adult") == [str(cast.adeyemi)]
    changed = finger.press("Change", adult=str(cast.okafor))
    assert changed.fields("adult") == [str(cast.okafor)]
    assert "Ms Okafor in Room 4" in page(kiosk_door.get("/alert")).text
    [next_week] = school_year.on_day(db, date(2027, 1, 19))
    assert next_week.adult_id == cast.adeyemi


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"slot": "1", "date": "2027-01-12", "adult": "999"}, 400),
        ({"slot": "1", "date": "2027-01-12", "adult": "Ms Okafor"}, 400),
        ({"slot": "1", "date": "someday", "adult": "1"}, 400),
        ({"slot": "1", "date": "2027-01-13", "adult": "1"}, 404),
        ({"slot": "", "date": "2027-01-12", "adult": "1"}, 404),
    ],
)
def test_an_adult_or_a_drop_in_that_is_not_there_is_refused(
    lead: FlaskClient, db: Database, fields: dict[str, str], status: int
):
    assert lead.post("/today/adult", data={**fields, "form_key": form_key(lead)}).status_code == status
    [lunch] = school_year.on_day(db, TUESDAY)
    assert lunch.adult_id == 2


# What the page asks by itself


def test_the_mark_of_today_changes_when_the_page_would(lead: FlaskClient, scan: Scan, cast: Cast, wall: Wall):
    def mark() -> str:
        told = lead.get("/now.json").get_json()["today"]
        assert told == page(lead.get("/")).all("main")[0]["data-today"]
        return str(told)

    marks = [mark()]
    scan(cast.amira)
    marks.append(mark())
    scan(cast.ben)
    marks.append(mark())
    lead.post("/today/adult", data={"slot": "1", "date": "2027-01-12", "adult": "1", "form_key": form_key(lead)})
    marks.append(mark())
    assert len(set(marks)) == 4
    wall.passes(30)
    assert mark() == marks[-1]


def test_todays_mark_stays_while_pupils_ask(lead: FlaskClient, kiosk_door: FlaskClient):
    before = lead.get("/now.json").get_json()
    kiosk_door.post("/ask", data={"topic": "bullying", "mentor": "anyone", "key": "k"})
    assert lead.get("/now.json").get_json() == before


def test_an_unchanged_answer_is_not_sent_twice(lead: FlaskClient):
    first = lead.get("/now.json")
    again = lead.get("/now.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_the_pages_own_asking_writes_nothing(lead: FlaskClient, db: Database, wall: Wall):
    before = db.execute("pragma data_version").fetchone()[0]
    for _ in range(20):
        wall.passes(1)
        lead.get("/now.json")
    assert db.execute("pragma data_version").fetchone()[0] == before


@pytest.mark.parametrize("path", ["/", "/mentors", "/rota", "/now.json", "/log-in", "/healthz"])
def test_a_request_reads_the_clock_once(lead: FlaskClient, wall: Wall, path: str):
    wall.reads = 0
    lead.get(path)
    assert wall.reads == 1


def test_the_time_of_a_scan_is_the_rooms_not_the_pages(lead: FlaskClient, scan: Scan, cast: Cast, wall: Wall):
    scan(cast.amira)
    assert wall.moment == at("12:40")
    wall.shows("12:50")
    assert "Amira in since 12:40" in today(lead)


# Badges that were refused, and what was forgotten


def test_a_refused_badge_waits_for_the_lead_with_its_owner_and_the_hour(
    lead: FlaskClient, scan: Scan, cast: Cast, wall: Wall
):
    assert "showed their badge" not in today(lead)
    scan(cast.chidi)
    wall.passes(60)
    scan(cast.chidi)
    waiting = today(lead).partition("Waiting for you")[2]
    assert waiting.count("Somebody who is not due showed their badge Chidi, 12:40") == 1
    finger = Finger(lead)
    finger.open("/")
    finger.press("See")
    assert finger.path == f"/mentors/{cast.chidi}"


@pytest.mark.parametrize(
    ("hour", "change", "says"),
    [
        ("12:40", {"state": "paused"}, "Somebody who is not fit for duty showed their badge Amira, 12:40"),
        ("09:00", {}, "A badge was shown outside the drop-in Amira, 09:00"),
    ],
)
def test_a_refused_badge_says_why_to_staff_alone(
    staff_door: FlaskClient,
    scan: Scan,
    cast: Cast,
    db: Database,
    wall: Wall,
    hour: str,
    change: dict[str, str],
    says: str,
):
    if change:
        db["mentors"].update(cast.amira, change)
    wall.shows(hour)
    scan(cast.amira)
    assert says in today(log_in(staff_door))


def test_a_dead_badge_that_was_shown_is_told(lead: FlaskClient, scan: Scan, cast: Cast):
    lead.post(f"/mentors/{cast.amira}/badge/revoke", data={"form_key": form_key(lead)})
    scan(cast.amira)
    assert "A badge that is not good any more was shown Amira, 12:40" in today(lead)


def test_a_copy_that_was_held_up_beside_its_badge_is_told_once_an_hour(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall
):
    for _ in range(2):
        duty.note_copy(db, number=cast.numbers[cast.amira], now=wall.moment)
        wall.passes(60)
    told = "The same badge was held up twice at once: one is a copy Amira, 12:40"
    assert today(lead).count(told) == 1


def test_yesterdays_refusals_are_not_todays(staff_door: FlaskClient, scan: Scan, cast: Cast, wall: Wall):
    scan(cast.chidi)
    wall.shows("00:00", date(2027, 1, 13))
    assert "showed their badge" not in today(log_in(staff_door))


def test_today_says_what_close_of_day_found(staff_door: FlaskClient, db: Database, data: Path, wall: Wall):
    assert "The first close of day is still to come." in today(log_in(staff_door))
    wall.shows("13:30")
    close_of_day.close(db, folder=data, now=wall.moment)
    for hour, day, says in (
        ("13:31", TUESDAY, "Today's requests were forgotten at 13:30, checked."),
        ("08:00", date(2027, 1, 13), "Yesterday's requests were forgotten at 13:30, checked."),
        ("08:00", date(2027, 1, 14), "Tue 12 January: requests were forgotten at 13:30, checked."),
    ):
        wall.shows(hour, day)
        assert says in today(log_in(staff_door))


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({"looked": 1, "traces": 3}, "but traces of them were found. Ask whoever looks after the box."),
        ({"looked": None, "traces": 0}, "at 12:30; the box stopped before it could check."),
    ],
)
def test_a_close_of_day_that_was_not_clean_is_said(
    lead: FlaskClient, db: Database, found: dict[str, int | None], says: str
):
    db["self_tests"].insert({"at": at("12:30").isoformat(timespec="seconds"), **found})
    assert says in today(lead)


# No pair after ten minutes (P1)


def notices(door: FlaskClient) -> list[str]:
    return list(door.get("/now.json").get_json()["notices"])


def test_the_lead_is_told_when_no_pair_has_formed_after_ten_minutes(
    lead: FlaskClient, scan: Scan, db: Database, cast: Cast, wall: Wall
):
    wall.shows("12:39:59")
    assert notices(lead) == []
    wall.shows("12:40")
    [told] = notices(lead)
    assert told.startswith("No pair has formed in Library 2 yet. Missing: Amira, Ben O.")
    scan(cast.ben)
    assert notices(lead) == ["No pair has formed in Library 2 yet. Missing: Amira."]
    duty.end(db, cast.ben, drop_in_id=cast.drop_in, now=wall.moment)
    assert notices(lead) == ["No pair has formed in Library 2 yet. Missing: Amira. Left: Ben O."]
    scan(cast.ben)
    scan(cast.amira)
    assert notices(lead) == []


def test_a_drop_in_nobody_is_due_on_is_told_too(lead: FlaskClient, db: Database, cast: Cast):
    db["due"].delete_where("drop_in_id = ?", [cast.drop_in])
    assert notices(lead) == ["No pair has formed in Library 2 yet. Nobody was due."]


@pytest.mark.usefixtures("pair")
def test_a_pair_that_was_there_and_broke_is_no_pair_that_never_came(
    lead: FlaskClient, db: Database, cast: Cast, wall: Wall
):
    wall.passes(60)
    duty.end(db, cast.ben, drop_in_id=cast.drop_in, now=wall.moment)
    assert notices(lead) == []
