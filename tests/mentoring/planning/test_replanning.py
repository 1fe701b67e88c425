"""A change of the weekly pattern: what is off stays off, and changes are taken back one after the other."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlite_utils import Database

from mentoring.planning import calendars, replanning, rota
from mentoring.planning.replanning import Answers, Asked, Done, Made
from mentoring.school import school_year
from mentoring.school.school_year import AddSlot, ChangeSlot, DropIn, EndSlot, NewSlot, PatternChange, SetWeek
from mentoring.school.touched import Answer, Choice, key_of
from tests.conftest import TUESDAY, Cast, at

NOW, BY = at("09:00"), "staff 1"
NEXT = TUESDAY + timedelta(weeks=1)
SAME = NewSlot(1, "12:30", "13:15", "Library 2", "")
LATER = replace(SAME, start="12:45", until="13:30")


def do(
    db: Database, what: PatternChange, *, for_all: Choice | None = None, but: dict[int, Answer] | None = None
) -> None:
    """Make a change, answered as proposed or with one answer for all, and otherwise as `but` says by drop-in id."""
    asked = replanning.change(db, what, by=BY, now=NOW)
    assert isinstance(asked, Asked)
    answers = Answers(asked.mark, {**asked.proposed, **(but or {})}, "The slot ends", for_all)
    assert isinstance(replanning.change(db, what, answers=answers, by=BY, now=NOW), Done)


def told(db: Database) -> list[tuple[str, str, str]]:
    """Time, room and why it is off, of all that is known of Tuesday."""
    return [(f"{each.starts:%H:%M}", each.room, each.closed) for each in school_year.between(db, TUESDAY, TUESDAY)]


def undo(db: Database) -> bool:
    """Take back the newest change, if that is offered."""
    newest = replanning.last_change(db, by=BY, now=NOW)
    return newest is not None and replanning.undo(db, newest.id, by=BY, now=NOW) is None


SLOT = {"id": 1, "day": 1, "start": "12:30", "room": "Library 2", "places": 2, "ended": None}
NO_ROWS: dict[str, dict[str, dict[str, object]]] = {"half_terms": {}, "closures": {}, "slots": {}}


def rows_of(table: str, *rows: dict[str, object]) -> dict[str, dict[str, dict[str, object]]]:
    return {**NO_ROWS, table: {str(each["id"]): each for each in rows}}


@pytest.mark.parametrize(
    ("table", "before", "after", "made", "row_id"),
    [
        ("slots", [], [SLOT], Made.ADDED, 1),
        ("slots", [SLOT], [{**SLOT, "places": 3}], Made.CHANGED, 1),
        ("slots", [SLOT], [{**SLOT, "ended": "2027-01-12"}], Made.ENDED, 1),
        ("slots", [SLOT], [{**SLOT, "ended": "2027-01-12"}, {**SLOT, "id": 2}], Made.CHANGED, 2),
        ("closures", [], [{"id": 4, "reason": "INSET"}], Made.ADDED, 4),
        ("closures", [{"id": 4, "reason": "INSET"}], [], Made.ENDED, 4),
        ("half_terms", [{"id": 5, "name": "Spring 1"}], [{"id": 5, "name": "Spring"}], Made.CHANGED, 5),
    ],
)
def test_the_last_change_is_known_by_the_row_that_differs(
    table: str, before: list[dict[str, object]], after: list[dict[str, object]], made: Made, row_id: int
):
    found = replanning.difference(rows_of(table, *before), rows_of(table, *after))
    assert found is not None
    assert (found.table, found.made, found.row["id"]) == (table, made, row_id)


def test_a_change_of_the_letters_alone_is_about_no_row():
    assert replanning.difference(NO_ROWS, NO_ROWS) is None


@pytest.fixture
def off(db: Database, lunch: DropIn) -> DropIn:
    """Tuesday's drop-in, called off by itself."""
    assert school_year.close_drop_in(db, lunch, "School trip", by=BY, now=NOW) is None
    return lunch


@pytest.mark.parametrize("for_all", [None, *Choice])
@pytest.mark.parametrize("new", [LATER, replace(SAME, room="Room 9")])
def test_a_day_that_was_called_off_stays_off_at_the_new_time_or_in_the_new_room(
    db: Database, cast: Cast, off: DropIn, new: NewSlot, for_all: Choice | None
):
    link, before = calendars.give_link(db, cast.amira, by=BY, now=NOW), told(db)
    do(db, ChangeSlot(cast.slot, new, cast.adeyemi), for_all=for_all)
    assert told(db) == [(new.start, new.room, "School trip")]
    found = calendars.find(db, link, now=NOW)
    assert found is not None
    assert [(f"{each.starts:%H:%M}", each.cancelled) for each in found.events] == [(new.start, True)]
    assert [f"{each.starts:%H:%M}" for each in school_year.on_day(db, NEXT)] == [new.start]
    assert undo(db)
    assert told(db) == before


@pytest.mark.parametrize("for_all", [Choice.MOVE, Choice.CALL_OFF])
def test_a_day_that_was_called_off_stays_off_when_its_slot_is_of_weeks_a_from_now_on(
    db: Database, cast: Cast, off: DropIn, for_all: Choice
):
    do(db, ChangeSlot(cast.slot, replace(LATER, week="A"), cast.adeyemi), for_all=for_all)
    assert told(db) == [("12:45", "Library 2", "School trip")]


def test_what_is_called_off_with_the_change_is_not_held_at_the_new_time(db: Database, cast: Cast, lunch: DropIn):
    do(db, ChangeSlot(cast.slot, LATER, cast.adeyemi), for_all=Choice.CALL_OFF)
    assert told(db) == [("12:45", "Library 2", "The slot ends")]
    assert rota.placed(db, cast.drop_in).keys() == {cast.amira, cast.ben}


def test_a_day_that_was_called_off_stays_off_when_the_letters_change(db: Database, cast: Cast, off: DropIn):
    do(db, ChangeSlot(cast.slot, replace(SAME, week="A"), cast.adeyemi))
    school_year.add_slot(db, replace(SAME, room="Room 9", week="B"), adult_id=cast.adeyemi, by=BY, now=NOW)
    do(db, SetWeek("B"))
    assert told(db) == [("12:30", "Room 9", "School trip")]


def test_a_day_that_was_called_off_is_held_after_all_when_that_is_chosen(db: Database, cast: Cast, off: DropIn):
    change = ChangeSlot(cast.slot, LATER, cast.adeyemi)
    asked = replanning.change(db, change, by=BY, now=NOW)
    assert isinstance(asked, Asked)
    do(db, change, but={cast.drop_in: Answer(Choice.MOVE, key_of(asked.touched[0].moves[0]))})
    assert told(db) == [("12:45", "Library 2", "")]


def test_another_slot_of_the_day_is_held_when_one_is_called_off(db: Database, cast: Cast, lunch: DropIn):
    school_year.add_slot(db, replace(LATER, room="Room 9"), adult_id=cast.adeyemi, by=BY, now=NOW)
    do(db, EndSlot(cast.slot), for_all=Choice.CALL_OFF)
    assert told(db) == [("12:30", "Library 2", "The slot ends"), ("12:45", "Room 9", "")]


def two_changes(db: Database, cast: Cast) -> None:
    """End the slot with its drop-in called off; then add one and let the drop-in take place there."""
    do(db, EndSlot(cast.slot), for_all=Choice.CALL_OFF)
    add = AddSlot(LATER, cast.adeyemi)
    asked = replanning.change(db, add, by=BY, now=NOW)
    assert isinstance(asked, Asked)
    do(db, add, but={cast.drop_in: Answer(Choice.MOVE, key_of(asked.touched[0].moves[0]))})


def test_two_changes_are_taken_back_one_after_the_other_and_each_time_the_version_rises(
    db: Database, cast: Cast, lunch: DropIn
):
    before, versions = told(db), [school_year.by_id(db, cast.drop_in).version]
    two_changes(db, cast)
    for _ in range(2):
        versions.append(school_year.by_id(db, cast.drop_in).version)
        assert undo(db)
    versions.append(school_year.by_id(db, cast.drop_in).version)
    assert told(db) == before
    assert versions == sorted(set(versions))
    assert not undo(db)


def test_the_change_before_is_not_taken_back_while_somebody_else_is_due(db: Database, cast: Cast, lunch: DropIn):
    two_changes(db, cast)
    assert undo(db)
    with db.conn:
        db.execute("delete from due where mentor_id = :ben", {"ben": cast.ben})
    assert not undo(db)
