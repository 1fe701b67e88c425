"""Weekly slots, and the drop-ins that come from them, on the school's own wall clock."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.lunch import duty
from mentoring.planning import rota
from mentoring.school import school_year
from mentoring.school.school_year import (
    AddClosure,
    ChangeSlot,
    DropIn,
    EndSlot,
    NewSlot,
    RemoveClosure,
    SetWeek,
    Slot,
    Wrong,
    new_slot,
    overlaps,
    week_letter,
)
from mentoring.store.database import rows, write
from tests.conftest import FIRST_OF_SEPTEMBER, THURSDAY, TUESDAY, ZONE, Cast, at, change_pattern
from tests.mentoring.conftest import AtOnce

TUESDAY_LUNCH = {"day": "Tue", "start": "12:30", "until": "13:15", "room": "Library 2", "week": ""}
EARLY, MENU_AFTER = timedelta(minutes=15), timedelta(seconds=60)
SUNDAY_CLUB = NewSlot(6, "12:40", "13:20", "Music room", "")


def _slot(new: NewSlot) -> Slot:
    return Slot(1, new.day, new.start, new.until, new.room, new.week, 1, "Ms Okafor")


# New slots


@pytest.mark.parametrize(
    ("given", "slot"),
    [
        ({}, NewSlot(1, "12:30", "13:15", "Library 2", "")),
        ({"day": "tuesday"}, NewSlot(1, "12:30", "13:15", "Library 2", "")),
        ({"day": " SUN "}, NewSlot(6, "12:30", "13:15", "Library 2", "")),
        ({"start": "00:00", "until": "23:59"}, NewSlot(1, "00:00", "23:59", "Library 2", "")),
        ({"room": "  Library   2 "}, NewSlot(1, "12:30", "13:15", "Library 2", "")),
        ({"week": "b"}, NewSlot(1, "12:30", "13:15", "Library 2", "B")),
    ],
)
def test_a_slot_is_a_day_two_hours_and_a_room(given: dict[str, str], slot: NewSlot):
    assert new_slot({**TUESDAY_LUNCH, **given}) == slot


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"day": ""}, ["day"]),
        ({"day": "2"}, ["day"]),
        ({"day": "Lundi"}, ["day"]),
        ({"start": "9:30"}, ["start"]),
        ({"start": "24:00"}, ["start"]),
        ({"start": "12:60"}, ["start"]),
        ({"start": "12:30:00"}, ["start"]),
        ({"start": "١٢:٣٠"}, ["start"]),
        ({"until": "quarter past"}, ["until"]),
        ({"until": "12:30"}, ["until"]),
        ({"until": "12:29"}, ["until"]),
        ({"room": ""}, ["room"]),
        ({"room": "R" * 41}, ["room"]),
        ({"week": "C"}, ["week"]),
        ({"day": "", "start": "", "until": "", "room": "", "week": "?"}, ["day", "start", "until", "room", "week"]),
    ],
)
def test_all_that_is_wrong_with_a_slot_is_said_at_once_with_a_remedy(given: dict[str, str], fields: list[str]):
    faults = new_slot({**TUESDAY_LUNCH, **given})
    assert isinstance(faults, list)
    assert [fault.field for fault in faults] == fields
    assert {fault.code for fault in faults} <= set(Wrong)


@pytest.mark.parametrize(
    ("first", "other", "clash"),
    [
        (NewSlot(1, "12:30", "13:15", "Library 2", ""), NewSlot(1, "12:30", "13:15", "Library 2", ""), True),
        (NewSlot(1, "12:30", "13:15", "Library 2", ""), NewSlot(1, "13:00", "13:30", "library 2", ""), True),
        (NewSlot(1, "12:00", "14:00", "Library 2", ""), NewSlot(1, "12:30", "13:15", "Library 2", ""), True),
        (NewSlot(1, "12:30", "13:15", "Library 2", "A"), NewSlot(1, "12:30", "13:15", "Library 2", ""), True),
        (NewSlot(1, "12:30", "13:15", "Library 2", "A"), NewSlot(1, "12:30", "13:15", "Library 2", "A"), True),
        (NewSlot(1, "12:30", "13:15", "Library 2", "A"), NewSlot(1, "12:30", "13:15", "Library 2", "B"), False),
        (NewSlot(1, "12:30", "13:15", "Library 2", ""), NewSlot(1, "13:15", "14:00", "Library 2", ""), False),
        (NewSlot(1, "12:30", "13:15", "Library 2", ""), NewSlot(2, "12:30", "13:15", "Library 2", ""), False),
        (NewSlot(1, "12:30", "13:15", "Library 2", ""), NewSlot(1, "12:30", "13:15", "Library 3", ""), False),
    ],
)
def test_two_slots_overlap_when_they_want_one_room_at_one_time(first: NewSlot, other: NewSlot, *, clash: bool):
    assert overlaps(first, other=_slot(other)) is clash
    assert overlaps(other, other=_slot(first)) is clash


def test_an_overlapping_slot_is_a_fault_and_adds_nothing(db: Database, cast: Cast):
    new = NewSlot(1, "13:00", "13:30", "library 2", "")
    fault = school_year.add_slot(db, new, adult_id=cast.okafor, by="staff 1", now=at("09:00"))
    assert isinstance(fault, Fault)
    taken = {"day": "Tue", "start": "12:30", "until": "13:15", "room": "Library 2"}
    assert fault == Fault("start", Wrong.ROOM_TAKEN, taken)
    assert len(school_year.slots(db)) == 2


def test_a_slot_that_two_hands_add_at_once_is_added_once(db: Database, cast: Cast, at_once: AtOnce):
    def add(mine: Database) -> int | Fault:
        return school_year.add_slot(mine, SUNDAY_CLUB, adult_id=cast.okafor, by="staff 1", now=at("09:00"))

    answers = at_once(4, add)
    assert sorted(isinstance(answer, int) for answer in answers) == [False, False, False, True]
    assert len(school_year.slots(db)) == 3


# Drop-ins come from slots


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 10, 18), "11:40"),
        (date(2026, 10, 25), "12:40"),
        (date(2026, 11, 1), "12:40"),
        (date(2027, 3, 21), "12:40"),
        (date(2027, 3, 28), "11:40"),
        (date(2027, 4, 4), "11:40"),
    ],
)
def test_twenty_to_one_stays_twenty_to_one_through_both_clock_changes(db: Database, cast: Cast, day: date, utc: str):
    school_year.add_slot(db, SUNDAY_CLUB, adult_id=cast.adeyemi, by="staff 1", now=at("09:00", FIRST_OF_SEPTEMBER))
    for _ in ("from the slot", "as remembered"):
        [club] = school_year.on_day(db, day)
        assert (clock.hour(club.starts, ZONE), clock.hour(club.ends, ZONE)) == ("12:40", "13:20")
        assert f"{club.starts:%H:%M}" == utc
        with write(db):
            school_year.stored(db, club)


@pytest.mark.parametrize(
    ("day", "letter"),
    [
        (date(2026, 8, 31), "B"),
        (date(2026, 9, 6), "B"),
        (date(2026, 9, 7), "A"),
        (date(2026, 9, 13), "A"),
        (date(2026, 9, 14), "B"),
        (date(2026, 9, 21), "A"),
        (date(2026, 12, 28), "A"),
        (date(2027, 1, 4), "B"),
        (date(2027, 1, 12), "A"),
    ],
)
def test_weeks_a_and_b_take_turns_from_the_anchor_and_not_from_the_calendar(day: date, letter: str):
    assert week_letter(day, week_a=date(2026, 9, 7), half_terms=[]) == letter


def test_every_week_is_a_week_a_while_no_anchor_is_set():
    assert {week_letter(TUESDAY + timedelta(weeks=n), week_a=None, half_terms=[]) for n in range(4)} == {"A"}


def test_a_slot_of_week_b_has_a_drop_in_every_second_week(db: Database, cast: Cast):
    with write(db):
        db.execute("update programme set week_a = '2027-01-11'")
    in_week_b = NewSlot(4, "12:30", "13:15", "Library 2", "B")
    school_year.add_slot(db, in_week_b, adult_id=cast.okafor, by="staff 1", now=at("09:00"))
    fridays = [date(2027, 1, 15) + timedelta(weeks=n) for n in range(4)]
    assert [len(school_year.on_day(db, friday)) for friday in fridays] == [0, 1, 0, 1]


def test_a_slot_gives_no_drop_in_before_the_day_it_was_added(db: Database, cast: Cast):
    school_year.add_slot(db, SUNDAY_CLUB, adult_id=cast.okafor, by="staff 1", now=at("09:00"))
    assert school_year.on_day(db, date(2027, 1, 10)) == []
    assert len(school_year.on_day(db, date(2027, 1, 17))) == 1


def test_a_day_without_a_slot_has_no_drop_in(db: Database):
    assert school_year.on_day(db, date(2027, 1, 13)) == []


def test_a_drop_in_is_remembered_once_however_often_it_is_stored(db: Database, at_once: AtOnce):
    [later] = school_year.on_day(db, TUESDAY + timedelta(weeks=1))
    assert later.id is None

    def store(mine: Database) -> int:
        with write(mine):
            return school_year.stored(mine, later)

    ids = at_once(4, store)
    assert len(set(ids)) == 1
    [remembered] = school_year.on_day(db, TUESDAY + timedelta(weeks=1))
    assert remembered.id == ids[0]
    assert (remembered.starts, remembered.ends, remembered.room) == (later.starts, later.ends, later.room)


def test_an_ended_slot_gives_no_more_drop_ins_and_keeps_those_that_were_remembered(db: Database, cast: Cast):
    change_pattern(db, EndSlot(cast.slot), now=at("09:00", date(2027, 1, 5)))
    assert [slot.day_name for slot in school_year.slots(db)] == ["Thu"]
    assert len(school_year.on_day(db, date(2026, 12, 29))) == 1
    assert school_year.on_day(db, date(2027, 1, 5)) == []
    assert [each.id for each in school_year.on_day(db, TUESDAY)] == [cast.drop_in]
    assert school_year.on_day(db, date(2027, 1, 19)) == []


def test_ending_a_slot_twice_keeps_the_first_day(db: Database, cast: Cast):
    for day in (date(2027, 1, 5), date(2027, 1, 8)):
        change_pattern(db, EndSlot(cast.slot), now=at("09:00", day))
    assert [each["ended"] for each in rows(db, "select ended from slots where ended is not null")] == ["2027-01-05"]


# What comes next


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (at("09:00"), [TUESDAY, THURSDAY, date(2027, 1, 19)]),
        (at("12:29:59"), [TUESDAY, THURSDAY, date(2027, 1, 19)]),
        (at("12:30"), [THURSDAY, date(2027, 1, 19), date(2027, 1, 21)]),
        (at("23:59", THURSDAY), [date(2027, 1, 19), date(2027, 1, 21), date(2027, 1, 26)]),
    ],
)
def test_the_next_drop_ins_are_those_that_have_not_begun_soonest_first(db: Database, now: datetime, days: list[date]):
    assert [each.date for each in school_year.coming(db, now=now, most=3)] == days


def test_the_next_drop_in_is_found_across_a_holiday(db: Database):
    with write(db):
        db.execute("update slots set begins = '2027-03-16'")
    [first] = school_year.coming(db, now=at("15:00", THURSDAY), most=1)
    assert first.date == date(2027, 3, 16)


def test_the_next_drop_in_of_each_room_is_found_and_a_room_without_one_is_left_out(db: Database, cast: Cast):
    music = NewSlot(0, "12:30", "13:15", "Music", "")
    school_year.add_slot(db, music, adult_id=cast.okafor, by="staff 1", now=at("09:00"))
    found = school_year.next_in(db, ["Library 2", "Music", "Attic"], now=at("12:30"))
    assert {room: each.date for room, each in found.items()} == {"Library 2": THURSDAY, "Music": date(2027, 1, 18)}


def test_no_slots_means_nothing_comes(db: Database):
    for slot in school_year.slots(db):
        change_pattern(db, EndSlot(slot.id), now=at("15:00", THURSDAY))
    assert school_year.coming(db, now=at("15:00", THURSDAY), most=3) == []


def test_another_adult_for_one_day_changes_that_day_alone(db: Database, cast: Cast):
    [later] = school_year.on_day(db, TUESDAY + timedelta(weeks=1))
    school_year.set_adult(db, later, cast.okafor, by="staff 1", now=at("09:00"))
    adults = [school_year.on_day(db, TUESDAY + timedelta(weeks=n))[0].adult_id for n in range(3)]
    assert adults == [cast.adeyemi, cast.okafor, cast.adeyemi]


def test_a_drop_in_is_found_by_its_slot_and_its_day(db: Database, cast: Cast):
    found = school_year.find(db, cast.slot, TUESDAY)
    assert found is not None
    assert found.id == cast.drop_in
    assert school_year.find(db, cast.slot, THURSDAY) is None
    assert rota.due(db, found)


def test_what_is_remembered_still_comes_after_the_last_slot_has_ended(db: Database, cast: Cast):
    now = at("09:00", date(2027, 1, 8))
    for slot in school_year.slots(db):
        change_pattern(db, EndSlot(slot.id), now=now)
    assert [each.date for each in school_year.coming(db, now=now, most=9)] == [TUESDAY, THURSDAY]


def test_the_first_slot_of_a_week_letter_says_which_week_this_is_until_told_otherwise(db: Database, cast: Cast):
    assert school_year.this_week(db, now=at("09:00")) is None
    friday = school_year.NewSlot(4, "12:30", "13:15", "Library 2", "B")
    school_year.add_slot(db, friday, adult_id=cast.okafor, by="staff 1", now=at("09:00"))
    assert school_year.this_week(db, now=at("09:00")) == "A"
    assert school_year.on_day(db, date(2027, 1, 15)) == []
    change_pattern(db, SetWeek("B"), now=at("09:00"))
    assert [each.room for each in school_year.on_day(db, date(2027, 1, 15))] == ["Library 2"]
    assert school_year.on_day(db, date(2027, 1, 22)) == []


def _half_terms(*days: tuple[date, date]) -> list[school_year.HalfTerm]:
    return [school_year.HalfTerm(n, f"Part {n}", first, last) for n, (first, last) in enumerate(days)]


AUTUMN = _half_terms(
    (date(2026, 9, 3), date(2026, 10, 23)),
    (date(2026, 11, 2), date(2026, 12, 18)),
    (date(2027, 1, 4), date(2027, 2, 12)),
)


@pytest.mark.parametrize(
    ("day", "letter"),
    [
        (date(2026, 9, 7), "A"),
        (date(2026, 10, 19), "A"),
        (date(2026, 11, 2), "B"),  # one week of holiday does not count
        (date(2026, 11, 9), "A"),
        (date(2026, 12, 14), "B"),
        (date(2027, 1, 4), "A"),  # nor do two
        (date(2026, 9, 3), "B"),  # and backwards, from before the anchor
    ],
)
def test_the_letters_go_on_after_a_holiday_where_they_stopped(day: date, letter: str):
    assert week_letter(day, week_a=date(2026, 9, 7), half_terms=AUTUMN) == letter


def test_there_is_no_drop_in_in_the_holidays(db: Database, cast: Cast):
    spring = school_year.HalfTerm(0, "Spring 1", date(2027, 1, 4), date(2027, 2, 12))
    school_year.add_half_term(db, spring, by="staff 1", now=at("09:00"))
    assert len(school_year.on_day(db, date(2027, 2, 9))) == 1
    assert school_year.on_day(db, date(2027, 2, 16)) == []
    [known] = school_year.half_terms(db)
    with write(db):
        school_year.write_change(db, school_year.RemoveHalfTerm(known.id), by="staff 1", now=at("09:00"))
    assert len(school_year.on_day(db, date(2027, 2, 16))) == 1


@pytest.mark.parametrize(
    ("name", "starts", "ends", "fields"),
    [
        ("Autumn 1", "2026-09-03", "2026-10-23", set()),
        ("", "2026-09-03", "2026-10-23", {"name"}),
        ("Autumn 1", "3 September", "2026-10-23", {"starts"}),
        ("Autumn 1", "2026-10-23", "2026-09-03", {"ends"}),
        ("Autumn 1", "2026-10-01", "2026-11-03", {"starts"}),
        ("Autumn 1", "2029-09-03", "2029-10-23", set()),
        ("Autumn 1", "2062-09-03", "2062-10-23", {"starts", "ends"}),
        ("Autumn 1", "0001-01-01", "0001-02-01", {"starts", "ends"}),
        ("Autumn 1", "2027-09-03", "2028-10-23", {"ends"}),
    ],
)
def test_a_half_term_is_checked(name: str, starts: str, ends: str, fields: set[str]):
    known = AUTUMN[1:]
    checked = school_year.half_term_faults(name, starts, ends, known=known, today=TUESDAY)
    assert {each.field for each in checked} == fields if isinstance(checked, list) else fields == set()


@pytest.mark.parametrize(
    ("name", "starts", "ends", "wrong"),
    [
        ("autumn  1", "2027-06-07", "2027-07-16", [school_year.Wrong.HALF_TERM_NAMESAKE]),
        ("Autumn 2", "2027-06-07", "2027-07-16", []),
        ("Autumn 1", "2027-08-30", "2027-10-22", []),
    ],
)
def test_a_half_terms_name_is_used_once_in_a_school_year(
    name: str, starts: str, ends: str, wrong: list[school_year.Wrong]
):
    known = [school_year.HalfTerm(1, "Autumn 1", date(2026, 9, 1), date(2026, 10, 23))]
    checked = school_year.half_term_faults(name, starts, ends, known=known, today=TUESDAY)
    assert ([each.code for each in checked] if isinstance(checked, list) else []) == wrong


def test_this_week_can_be_said_to_be_the_other_one_right_after_a_holiday(db: Database, cast: Cast):
    for each in AUTUMN:
        school_year.add_half_term(db, each, by="staff 1", now=at("09:00"))
    for letter in ("B", "A", "B"):
        change_pattern(db, SetWeek(letter), now=at("09:00", date(2027, 1, 4)))
        assert school_year.this_week(db, now=at("09:00", date(2027, 1, 4))) == letter
        assert school_year.this_week(db, now=at("09:00", date(2027, 1, 11))) != letter


# Closed days


SPRING = school_year.HalfTerm(0, "Spring 1", date(2027, 1, 4), date(2027, 2, 12))
LATER = TUESDAY + timedelta(weeks=1)


def _close(db: Database, first: date, last: date | None = None, reason: str = "INSET day") -> int:
    closed = AddClosure(school_year.Closure(0, reason, first, last or first))
    assert change_pattern(db, closed, now=at("09:00")) is None
    return max(each.id for each in school_year.closures(db))


@pytest.mark.parametrize(
    ("reason", "starts", "ends", "fields"),
    [
        ("INSET day", "2027-01-18", "", set()),
        ("Snow", "2027-01-18", "2027-01-22", set()),
        ("", "2027-01-18", "", {"reason"}),
        ("R" * 81, "2027-01-18", "", {"reason"}),
        ("INSET day", "Monday", "", {"starts", "ends"}),
        ("INSET day", "2027-01-18", "2027-01-17", {"ends"}),
        ("INSET day", "2027-01-10", "2027-01-13", {"starts"}),
        ("INSET day", "2027-01-18", "9999-12-31", {"ends"}),
        ("INSET day", "2027-01-18", "2028-01-18", {"ends"}),
    ],
)
def test_closed_days_are_checked(reason: str, starts: str, ends: str, fields: set[str]):
    known = [school_year.Closure(1, "INSET day", TUESDAY, TUESDAY)]
    checked = school_year.closure_faults(reason, starts, ends, known=known, today=TUESDAY)
    assert {each.field for each in checked} == fields if isinstance(checked, list) else fields == set()


def test_a_closed_day_has_no_drop_in_and_says_why(db: Database):
    school_year.add_half_term(db, SPRING, by="staff 1", now=at("09:00"))
    closure = _close(db, LATER)
    assert school_year.on_day(db, LATER) == []
    assert [each.closed for each in school_year.closed_on(db, LATER)] == ["INSET day"]
    assert LATER not in {each.date for each in school_year.coming(db, now=at("09:00"), most=9)}
    change_pattern(db, RemoveClosure(closure), now=at("09:00"))
    assert len(school_year.on_day(db, LATER)) == 1
    assert school_year.closed_on(db, LATER) == []


def test_a_closed_day_in_the_holidays_closes_no_drop_in(db: Database):
    school_year.add_half_term(db, SPRING, by="staff 1", now=at("09:00"))
    _close(db, date(2027, 2, 16))
    assert school_year.closed_on(db, date(2027, 2, 16)) == []


def test_whoever_was_due_on_a_closed_day_is_due_again_when_it_opens(db: Database, cast: Cast, lunch: DropIn):
    closure = _close(db, TUESDAY)
    assert rota.due(db, lunch) == []
    assert TUESDAY not in {each.date for each in rota.next_duties(db, cast.amira, now=at("09:00"))}
    change_pattern(db, RemoveClosure(closure), now=at("09:00"))
    assert {each.id for each in rota.due(db, lunch)} == {cast.amira, cast.ben}


def test_a_day_on_which_mentors_came_cannot_be_closed(db: Database, cast: Cast):
    duty.scan(db, number=cast.numbers[cast.amira], now=at("12:20"), early=EARLY, menu_after=MENU_AFTER)
    snow = AddClosure(school_year.Closure(0, "Snow", date(2027, 1, 11), THURSDAY))
    fault = change_pattern(db, snow, now=at("14:00"))
    assert isinstance(fault, Fault)
    assert fault == Fault("starts", Wrong.MENTORS_CAME, {"day": TUESDAY})


def test_a_week_wholly_closed_is_no_week_a_or_b_and_one_open_day_makes_it_one():
    snow = school_year.Closure(0, "Snow", date(2026, 9, 14), date(2026, 9, 18))
    one_day_left = school_year.Closure(0, "Snow", date(2026, 9, 14), date(2026, 9, 17))
    monday = date(2026, 9, 21)
    anchor = date(2026, 9, 7)
    assert week_letter(monday, week_a=anchor, half_terms=AUTUMN, closures=[snow]) == "B"
    assert week_letter(monday, week_a=anchor, half_terms=AUTUMN, closures=[one_day_left]) == "A"
    assert week_letter(monday, week_a=anchor, half_terms=[], closures=[snow]) == "B"


@given(
    holidays=st.lists(st.tuples(st.integers(1, 7), st.integers(1, 5)), min_size=1, max_size=6),
    behind=st.integers(0, 3),
)
def test_the_letters_take_turns_over_school_weeks_whatever_the_holidays(holidays: list[tuple[int, int]], behind: int):
    """Half terms of some weeks with holidays of some weeks between them; every school week is counted, no other is."""
    monday, halves, school_weeks = date(2026, 9, 7), [], []
    for weeks, off in holidays:
        halves.append((monday, monday + timedelta(weeks=weeks - 1, days=4)))
        school_weeks += [monday + timedelta(weeks=week) for week in range(weeks)]
        monday += timedelta(weeks=weeks + off)
    anchor = school_weeks[min(behind, len(school_weeks) - 1)]
    told = [week_letter(each, week_a=anchor, half_terms=_half_terms(*halves)) for each in school_weeks]
    start = school_weeks.index(anchor) % 2
    assert told == ["AB"[(number + start) % 2] for number in range(len(school_weeks))]


# One drop-in closed


def test_one_drop_in_closes_with_a_reason_and_opens_again_with_whoever_was_due(db: Database, cast: Cast, lunch: DropIn):
    assert school_year.close_drop_in(db, lunch, " Fire  drill ", by="staff 1", now=at("09:00")) is None
    assert school_year.on_day(db, TUESDAY) == []
    [closed] = school_year.closed_on(db, TUESDAY)
    assert (closed.closed, closed.version) == ("Fire drill", lunch.version + 1)
    assert rota.due(db, closed) == []
    assert school_year.reopen_drop_in(db, closed, by="staff 1", now=at("12:29")) is None
    [stored] = school_year.on_day(db, TUESDAY)
    assert {each.id for each in rota.due(db, stored)} == {cast.amira, cast.ben}
    assert stored.version == lunch.version + 2
    noted = [each["what"] for each in rows(db, "select what from journal where what glob 'drop_in.*' order by id")]
    assert noted == ["drop_in.called_off", "drop_in.reopened"]


def test_closing_wants_a_reason_and_a_drop_in_that_has_not_begun(db: Database, lunch: DropIn):
    no_reason = school_year.close_drop_in(db, lunch, " ", by="staff 1", now=at("09:00"))
    begun = school_year.close_drop_in(db, lunch, "Fire drill", by="staff 1", now=at("12:30"))
    assert no_reason is not None
    assert begun is not None
    assert (no_reason.field, begun.code) == ("reason", Wrong.BEGUN)
    assert school_year.close_drop_in(db, lunch, "Fire drill", by="staff 1", now=at("12:29")) is None
    too_late = school_year.reopen_drop_in(db, lunch, by="staff 1", now=at("12:30"))
    assert too_late is not None
    assert too_late.code == Wrong.BEGUN


def test_a_closed_drop_in_never_opens_on_a_scan(db: Database, cast: Cast, lunch: DropIn):
    def scan(hour: str) -> duty.ScanCode:
        number = cast.numbers[cast.amira]
        return duty.scan(db, number=number, now=at(hour), early=EARLY, menu_after=MENU_AFTER).code

    assert scan("12:20") == duty.ScanCode.WAITING_FOR_PAIR
    school_year.close_drop_in(db, lunch, "Fire drill", by="staff 1", now=at("12:25"))
    assert scan("12:31") == duty.ScanCode.NO_DROP_IN
    assert duty.rooms(db, now=at("12:31"), early=EARLY) == []
    closed = school_year.by_id(db, cast.drop_in)
    assert duty.room(db, closed, now=at("12:31"), early=EARLY).state == duty.RoomState.CLOSED
    assert [each["ended"] for each in rows(db, "select ended from duties")] == [clock.to_text(at("12:25"))]


def test_a_drop_in_on_a_closed_day_opens_only_with_its_day(db: Database, lunch: DropIn):
    _close(db, TUESDAY)
    fault = school_year.reopen_drop_in(db, lunch, by="staff 1", now=at("09:00"))
    assert fault is not None
    assert fault == Fault("drop_in", Wrong.CLOSED_DAY, {"reason": "INSET day"})


# Places and rooms


@pytest.mark.parametrize(("places", "fields"), [("", []), ("2", []), ("6", []), ("1", ["places"]), ("7", ["places"])])
def test_a_slot_has_two_to_six_places(places: str, fields: list[str]):
    checked = new_slot({**TUESDAY_LUNCH, "places": places})
    assert [each.field for each in checked] == fields if isinstance(checked, list) else fields == []
    if isinstance(checked, NewSlot):
        assert checked.places == int(places or 2)


def test_more_places_hold_from_the_next_drop_in_on(db: Database, cast: Cast):
    three = NewSlot(1, "12:30", "13:15", "Library 2", "", 3)
    change_pattern(db, ChangeSlot(cast.slot, three, cast.adeyemi), now=at("12:35"))
    [running], [coming] = school_year.on_day(db, TUESDAY), school_year.on_day(db, LATER)
    assert (running.places, coming.places) == (2, 3)
    assert rota.set_due(db, coming, [cast.amira, cast.ben, cast.chidi], by="staff 1", now=at("12:35")) is None


def test_a_room_with_three_places_is_open_at_two(db: Database, cast: Cast):
    db["drop_ins"].update(cast.drop_in, {"places": 3})
    [lunch] = school_year.on_day(db, TUESDAY)
    rota.set_due(db, lunch, [cast.amira, cast.ben, cast.chidi], by="staff 1", now=at("09:00"))
    for mentor, hour in ((cast.amira, "12:28"), (cast.chidi, "12:31")):
        duty.scan(db, number=cast.numbers[mentor], now=at(hour), early=EARLY, menu_after=MENU_AFTER)
    [room] = duty.rooms(db, now=at("12:32"), early=EARLY)
    assert room.state == duty.RoomState.OPEN
    assert [each.id for each in room.missing] == [cast.ben]


def test_all_drop_ins_of_a_stretch_come_in_order_with_their_letters(db: Database, cast: Cast):
    with write(db):
        db.execute("update programme set week_a = '2027-01-11'")
    stored = school_year.between(db, TUESDAY, TUESDAY + timedelta(days=9))
    assert [each.date for each in stored] == [TUESDAY, THURSDAY, LATER, THURSDAY + timedelta(weeks=1)]
    assert list(school_year.letters(db, [each.date for each in stored]).values()).count("A") == 2
