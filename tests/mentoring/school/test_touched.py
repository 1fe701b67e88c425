"""What a change of the weekly pattern touches: a pure rule over the pattern before and after."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from mentoring.basics import clock
from mentoring.school.school_year import Closure, DropIn, HalfTerm, Slot, Timetable, drop_in_of, letter_of
from mentoring.school.touched import (
    Answer,
    Choice,
    Pattern,
    Touched,
    Why,
    alike,
    fitting,
    key_of,
    mark,
    proposed,
    touched,
)
from tests.conftest import ZONE

MONDAY = date(2027, 1, 11)
NOW = clock.at(MONDAY, "09:00", ZONE)
ONE_A = Slot(1, 0, "12:30", "13:15", "Room 1", "A", 1, "Ms Okafor")
TWO_B = Slot(2, 0, "12:30", "13:15", "Room 2", "B", 1, "Ms Okafor")
EVERY = Slot(3, 0, "12:30", "13:15", "Library 2", "", 1, "Ms Okafor")
TEN_LATER = replace(EVERY, id=4, start="12:40", until="13:25", begins=MONDAY)
SPRING = HalfTerm(1, "Spring 1", date(2027, 1, 4), date(2027, 2, 12))
YEAR = Timetable(ZONE, date(2027, 1, 4), (SPRING,), ())
WEEKS = [MONDAY + timedelta(weeks=week) for week in range(5)]
SNOW = Closure(1, "Snow", date(2027, 1, 18), date(2027, 1, 22))


def plan(*slots: Slot, year: Timetable = YEAR) -> list[DropIn]:
    """Every drop-in that these slots have in the five weeks, stored."""
    found = [
        each
        for day in WEEKS
        for slot in slots
        if (each := drop_in_of(slot, day, letter=letter_of(day, year), year=year))
    ]
    return [replace(each, id=number) for number, each in enumerate(found, 1)]


def ask(
    before: Pattern | None, after: Pattern, planned: list[DropIn], now: datetime = NOW
) -> dict[date, tuple[Why, list[tuple[str, date]]]]:
    return {
        each.drop_in.date: (each.why, [(to.room, to.date) for to in each.moves])
        for each in touched(planned, before=before, after=after, now=now)
    }


def test_an_ended_slot_touches_all_that_is_planned_from_it_and_the_slot_ten_minutes_later_is_the_move():
    planned = plan(EVERY)
    before, after = Pattern((EVERY,), YEAR), Pattern((replace(EVERY, ended=MONDAY), TEN_LATER), YEAR)
    assert ask(before, after, planned) == {day: (Why.SLOT, [("Library 2", day)]) for day in WEEKS}
    [first, *_] = touched(planned, before=before, after=after, now=NOW)
    assert [to.starts for to in first.moves] == [clock.at(MONDAY, "12:40", ZONE)]


def test_a_slot_that_is_added_later_is_the_move_for_those_kept_or_called_off_when_the_first_one_ended():
    planned = plan(EVERY)
    planned[1] = replace(planned[1], closed="The slot ends")
    ended = replace(EVERY, ended=MONDAY)
    before, after = Pattern((ended,), YEAR), Pattern((ended, TEN_LATER), YEAR)
    assert ask(before, before, planned) == {}
    assert ask(before, after, planned) == {day: (Why.SLOT, [("Library 2", day)]) for day in WEEKS}
    found = touched(planned, before=before, after=after, now=NOW)
    answers = proposed(found)
    assert [answers[each.drop_in.id or 0].choice for each in found] == [Choice.MOVE, Choice.KEEP, *[Choice.MOVE] * 3]


def test_a_week_of_snow_that_shifts_the_letters_touches_the_weeks_after_it_and_the_other_room_is_the_move():
    planned = plan(ONE_A, TWO_B)
    assert [each.room for each in planned] == ["Room 2", "Room 1", "Room 2", "Room 1", "Room 2"]
    before = Pattern((ONE_A, TWO_B), YEAR)
    after = Pattern((ONE_A, TWO_B), replace(YEAR, closures=(SNOW,), closed_weeks_shift=True))
    assert ask(before, after, planned) == {
        WEEKS[1]: (Why.CLOSED, []),
        WEEKS[2]: (Why.WEEK, [("Room 1", WEEKS[2])]),
        WEEKS[3]: (Why.WEEK, [("Room 2", WEEKS[3])]),
        WEEKS[4]: (Why.WEEK, [("Room 1", WEEKS[4])]),
    }


def test_a_week_of_snow_in_a_printed_calendar_touches_that_week_alone():
    after = Pattern((ONE_A, TWO_B), replace(YEAR, closures=(SNOW,)))
    assert ask(Pattern((ONE_A, TWO_B), YEAR), after, plan(ONE_A, TWO_B)) == {WEEKS[1]: (Why.CLOSED, [])}


def test_opening_again_asks_about_a_drop_in_whose_week_has_shifted_meanwhile():
    planned = plan(ONE_A, TWO_B)
    closed = Pattern((ONE_A, TWO_B), replace(YEAR, closures=(SNOW,)))
    opened = Pattern((ONE_A, TWO_B), replace(YEAR, week_a=MONDAY))
    assert ask(closed, opened, planned)[WEEKS[1]] == (Why.WEEK, [("Room 2", WEEKS[1])])


def test_a_shorter_half_term_touches_what_is_planned_in_the_days_that_it_loses():
    after = Pattern((EVERY,), replace(YEAR, half_terms=(replace(SPRING, ends=date(2027, 2, 5)),)))
    assert ask(Pattern((EVERY,), YEAR), after, plan(EVERY)) == {WEEKS[4]: (Why.TERM, [])}


def test_no_move_leads_into_the_past_a_closed_day_a_planned_drop_in_or_a_room_in_use():
    wednesday = replace(EVERY, id=5, day=2)
    tuesday = replace(EVERY, id=6, day=1)
    sharing = replace(EVERY, id=7, day=2, start="12:50", until="13:30")
    planned = [*plan(EVERY)[:1], replace(drop_in(wednesday), id=9)]
    ended = Pattern((replace(EVERY, ended=MONDAY), tuesday, wednesday, sharing), YEAR)
    before = Pattern((EVERY, tuesday, wednesday, sharing), YEAR)
    assert ask(before, ended, planned) == {MONDAY: (Why.SLOT, [("Library 2", date(2027, 1, 12))])}
    on_wednesday = clock.at(date(2027, 1, 13), "09:00", ZONE)
    assert ask(before, ended, planned, now=on_wednesday) == {MONDAY: (Why.SLOT, [])}
    inset = replace(YEAR, closures=(Closure(1, "INSET day", date(2027, 1, 12), date(2027, 1, 12)),))
    assert ask(before, replace(ended, year=inset), planned) == {MONDAY: (Why.SLOT, [])}


def drop_in(slot: Slot) -> DropIn:
    day = MONDAY + timedelta(days=slot.day)
    found = drop_in_of(slot, day, letter="B", year=YEAR)
    assert found is not None
    return found


def test_without_a_pattern_before_all_that_stands_outside_the_pattern_is_found():
    now = Pattern((replace(EVERY, ended=WEEKS[3]),), YEAR)
    assert ask(None, now, plan(EVERY)) == {day: (Why.SLOT, []) for day in WEEKS[3:]}


@pytest.mark.parametrize(
    ("why", "is_off", "moves", "choices"),
    [
        (Why.SLOT, False, True, (Choice.MOVE, Choice.CALL_OFF, Choice.KEEP)),
        (Why.TERM, False, False, (Choice.CALL_OFF, Choice.KEEP)),
        (Why.CLOSED, False, False, (Choice.CALL_OFF,)),
        (Why.SLOT, True, True, (Choice.MOVE, Choice.KEEP)),
    ],
)
def test_what_can_be_chosen(why: Why, *, is_off: bool, moves: bool, choices: tuple[Choice, ...]):
    planned = replace(drop_in(EVERY), id=1)
    assert Touched(planned, why, (drop_in(TEN_LATER),) if moves else (), is_off).choices == choices


def test_two_never_move_to_one_place_and_every_one_needs_an_answer():
    to = drop_in(TEN_LATER)
    two = [Touched(replace(drop_in(each), id=each.id), Why.SLOT, (to,)) for each in (ONE_A, EVERY) if each is EVERY]
    two.append(Touched(replace(two[0].drop_in, id=8), Why.SLOT, (to,)))
    assert [each.choice for each in proposed(two).values()] == [Choice.MOVE, Choice.CALL_OFF]
    move = Answer(Choice.MOVE, key_of(to))
    assert fitting(two, {3: move, 8: Answer(Choice.KEEP)})
    assert not fitting(two, {3: move, 8: move})
    assert not fitting(two, {3: move})
    assert not fitting(two, {3: Answer(Choice.MOVE, (99, MONDAY)), 8: Answer(Choice.KEEP)})
    assert set(alike(two, Choice.CALL_OFF).values()) == {Answer(Choice.CALL_OFF)}
    assert alike(two, Choice.MOVE) == proposed(two)


def test_the_mark_of_a_question_differs_once_a_drop_in_has_changed():
    asked = Touched(replace(drop_in(EVERY), id=1), Why.SLOT, (drop_in(TEN_LATER),))
    changed = replace(asked, drop_in=replace(asked.drop_in, version=1))
    assert mark([asked]) == mark([replace(asked)])
    assert len({mark([asked]), mark([changed]), mark([replace(asked, moves=())])}) == 3
