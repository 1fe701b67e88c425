"""A term's two files: read whole or not at all, each fault by row, column and remedy; and the rota, written whole."""

import csv
import io
from datetime import date, time
from enum import StrEnum

import pytest

from mentoring.basics import brought_files
from mentoring.basics.brought_files import RowFault
from mentoring.planning.optimiser.first_rota import first_found
from mentoring.planning.optimiser.reasons import tell
from mentoring.planning.optimiser.task import Days, Lunch, Place, Rostered, Task
from mentoring.planning.optimiser.term_files import TermFiles, Wrong, read_term, rota_csv

MENTORS = """mentor,experienced,max_per_week,unavailable,apart,prefers
Amira,yes,2,2027-01-12;Fri,Ben; Chidi,A-Mon
Ben,no,1,,,
Chidi,YES,0, b-tuesday ;,,Mon;Wed
"""
LUNCHES = """date,start,end,room,places,week,block
2027-01-11,12:30,13:15,Library 2,2,A,Spring 1
2027-01-11,13:15,14:00,Library 2,1,a,Spring 1
2027-01-11,12:30,13:15,"Hall, upper",2,,
"""


def read(mentors: str | bytes = MENTORS, lunches: str | bytes = LUNCHES) -> TermFiles:
    first, second = (each.encode() if isinstance(each, str) else each for each in (mentors, lunches))
    return read_term(first, second, mentor_file="m.csv", lunch_file="d.csv")


def faults(mentors: str | bytes = MENTORS, lunches: str | bytes = LUNCHES) -> list[tuple[str, RowFault]]:
    term = read(mentors, lunches)
    assert term.task is None
    return [(each.file, each.fault) for each in term.faults]


def mentor_rows(*rows: str) -> str:
    return "\n".join((MENTORS.splitlines()[0], *rows)) + "\n"


def lunch_rows(*rows: str) -> str:
    return "\n".join(("date,start,end,room,places,week", *rows)) + "\n"


def test_every_cell_is_read():
    task = read().task
    assert task is not None
    assert task.mentors == (
        Rostered(
            "Amira",
            "Amira",
            experienced=True,
            cap=2,
            unavailable=Days(dates=frozenset({date(2027, 1, 12)}), weekdays=frozenset({4})),
            apart=frozenset({"Ben", "Chidi"}),
            prefers=Days(week_days=frozenset({("A", 0)})),
        ),
        Rostered("Ben", "Ben", experienced=False, cap=1),
        Rostered(
            "Chidi",
            "Chidi",
            experienced=True,
            cap=0,
            unavailable=Days(week_days=frozenset({("B", 1)})),
            prefers=Days(weekdays=frozenset({0, 2})),
        ),
    )
    first = Lunch(
        "2027-01-11 12:30 Library 2", date(2027, 1, 11), time(12, 30), time(13, 15), "Library 2", 2, "A", "Spring 1"
    )
    assert task.lunches[0] == first
    assert [(each.room, each.week, each.block) for each in task.lunches[1:]] == [
        ("Library 2", "A", "Spring 1"),
        ("Hall, upper", "", ""),
    ]


@pytest.mark.parametrize(
    ("mentors", "lunches"),
    [
        (b"\xef\xbb\xbf" + MENTORS.encode(), b"\xef\xbb\xbf" + LUNCHES.encode()),
        (MENTORS.replace("\n", "\r\n"), LUNCHES.replace("\n", "\r\n")),
        (MENTORS + "\n , ,\n", LUNCHES + ",,,,,,\n"),
        (MENTORS, LUNCHES.replace("date,start", " Date , Start")),
    ],
)
def test_what_spreadsheets_do_to_a_file_changes_nothing(mentors: str | bytes, lunches: str | bytes):
    assert read(mentors, lunches).task == read().task


def test_without_the_column_all_is_one_block():
    task = read(MENTORS, lunch_rows("2027-01-11,12:30,13:15,Hall,2,", "2027-03-01,12:30,13:15,Hall,2,")).task
    assert task is not None
    assert task.blocks == ("",)


@pytest.mark.parametrize(
    ("row", "column", "code", "values"),
    [
        (",yes,2,,,", "mentor", Wrong.EMPTY_CELL, {"column": "mentor"}),
        ("amira,yes,2,,,", "mentor", Wrong.SAME_MENTOR, {"name": "amira", "other": 2}),
        ("=1+1,yes,2,,,", "mentor", Wrong.FORMULA, {"given": "=1+1"}),
        ("Dee,maybe,2,,,", "experienced", Wrong.NOT_YES_OR_NO, {"given": "maybe"}),
        ("Dee,yes,two,,,", "max_per_week", Wrong.NO_NUMBER, {"given": "two", "least": 0, "most": 99}),
        ("Dee,yes,-1,,,", "max_per_week", Wrong.NO_NUMBER, {"given": "-1", "least": 0, "most": 99}),
        ("Dee,yes,2.5,,,", "max_per_week", Wrong.NO_NUMBER, {"given": "2.5", "least": 0, "most": 99}),
        ("Dee,yes,2,Someday,,", "unavailable", Wrong.NO_DAY, {"given": "Someday"}),
        ("Dee,yes,2,C-Mon,,", "unavailable", Wrong.NO_DAY, {"given": "C-Mon"}),
        ("Dee,yes,2,2027-02-30,,", "unavailable", Wrong.NO_DATE, {"given": "2027-02-30"}),
        ("Dee,yes,2,,Zoe,", "apart", Wrong.NOT_IN_FILE, {"name": "Zoe"}),
        ("Dee,yes,2,,Dee,", "apart", Wrong.APART_FROM_SELF, {"name": "Dee"}),
        ("Dee,yes,2,,,30/02/2027", "prefers", Wrong.NO_DATE, {"given": "30/02/2027"}),
        ("Dee,yes,2,Mon,,Tue,Wed", "7", brought_files.Wrong.MORE_CELLS, {}),
    ],
)
def test_a_wrong_mentor_is_told_by_row_and_column(row: str, column: str, code: StrEnum, values: dict[str, object]):
    assert faults(mentor_rows("Amira,yes,2,,,", row)) == [("m.csv", RowFault(3, column, code, values))]


_TIMES = {"start": time(12, 30), "end": time(13, 15)}


@pytest.mark.parametrize(
    ("row", "column", "code", "values"),
    [
        ("2027-02-30,12:30,13:15,Hall,2,A", "date", Wrong.NO_DATE, {"given": "2027-02-30"}),
        ("20270112,12:30,13:15,Hall,2,A", "date", Wrong.NO_DATE, {"given": "20270112"}),
        ("2027-01-12,12.30,13:15,Hall,2,A", "start", Wrong.NO_TIME, {"given": "12.30"}),
        ("2027-01-12,12:30,24:00,Hall,2,A", "end", Wrong.NO_TIME, {"given": "24:00"}),
        ("2027-01-12,13:15,13:15,Hall,2,A", "end", Wrong.ENDS_FIRST, {"start": "13:15", "end": "13:15"}),
        ("2027-01-12,12:30,13:15,,2,A", "room", Wrong.EMPTY_CELL, {"column": "room"}),
        ("2027-01-12,12:30,13:15,Hall,0,A", "places", Wrong.NO_NUMBER, {"given": "0", "least": 1, "most": 20}),
        ("2027-01-12,12:30,13:15,Hall,99,A", "places", Wrong.NO_NUMBER, {"given": "99", "least": 1, "most": 20}),
        ("2027-01-12,12:30,13:15,Hall,²,A", "places", Wrong.NO_NUMBER, {"given": "²", "least": 1, "most": 20}),
        ("2027-01-12,12:30,13:15,Hall,2,C", "week", Wrong.NO_WEEK, {"given": "C"}),
        ("2027-01-11,12:30,13:00,hall,2,A", "date", Wrong.SAME_DROP_IN, {"other": 2}),
        ("2027-01-11,13:00,14:00,Hall,2,A", "room", Wrong.ROOM_TAKEN, {"room": "Hall", **_TIMES, "other": 2}),
    ],
)
def test_a_wrong_drop_in_is_told_by_row_and_column(row: str, column: str, code: StrEnum, values: dict[str, object]):
    found = faults(lunches=lunch_rows("2027-01-11,12:30,13:15,Hall,2,A", row))
    assert found == [("d.csv", RowFault(3, column, code, values))]


def test_everything_wrong_with_both_files_is_told_at_once():
    told = faults(mentor_rows("Dee,perhaps,-1,Someday,Zoe,"), lunch_rows("2027-02-30,1,2,Hall,0,Z"))
    assert [(file, fault.row) for file, fault in told] == [("m.csv", 2)] * 4 + [("d.csv", 2)] * 5


@pytest.mark.parametrize(
    ("content", "row", "column", "code"),
    [
        (b"", 1, "1", brought_files.Wrong.EMPTY),
        ("mentor,experienced\nZo\xeb,yes\n".encode("latin-1"), 2, "1", brought_files.Wrong.NOT_UTF8),
        ("é,b\n".encode("utf-16-be"), 1, "1", brought_files.Wrong.NOT_UTF8),
        (b"mentor\0\n", 1, "1", brought_files.Wrong.ZERO_BYTE),
        (MENTORS.splitlines()[0].encode(), 2, "mentor", Wrong.NOBODY),
        (MENTORS.encode() + b'"Dee,yes\n', 5, "1", brought_files.Wrong.QUOTES),
        (b"x" * (brought_files.LARGEST_FILE + 1), 1, "1", brought_files.Wrong.TOO_LARGE),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_why(content: bytes, row: int, column: str, code: StrEnum):
    [(_, fault)] = faults(content)
    assert (fault.row, fault.column, fault.code) == (row, column, code)


def test_missing_and_strange_columns_are_all_named():
    told = faults("mentor|experienced\n", "date,start,end,room,room,colour\n")
    assert [fault.column for _, fault in told] == [
        *("mentor", "experienced", "max_per_week", "unavailable", "apart", "prefers", "mentor|experienced"),
        *("places", "week", "room", "colour"),
    ]


def test_the_rota_is_sorted_and_has_one_row_a_filled_place():
    task = read().task
    assert task is not None
    plan = tell(task, first_found(Task(task.mentors, task.lunches)), seconds=0)
    rows = list(csv.reader(io.StringIO(rota_csv(task, plan))))
    assert rows[0] == ["date", "start", "room", "mentor"]
    assert rows[1:] == sorted(rows[1:])
    assert len(rows) - 1 == len(plan.places) == 5 - plan.figures.unfilled
    assert all(Place(f"{day} {start} {room}", who) in plan.places for day, start, room, who in rows[1:])


def test_both_files_are_read_as_a_spreadsheet_saved_them_and_what_was_done_is_noted():
    plain = read()
    people = MENTORS.replace("mentor,", "Name,").replace("2027-01-12", "12/01/2027").replace("yes", "TRUE")
    drop_ins = "sep=;\r\n" + LUNCHES.replace(",", ";").replace("2027-01-11", "11/01/2027").replace("12:30", "12:30:00")
    drop_ins = drop_ins.replace("Hall; upper", "Hall, upper") + LUNCHES.splitlines()[0].replace(",", ";")
    saved = read(people.encode("utf-16"), drop_ins)
    assert saved.task == plain.task
    assert [(each.file, each.note.code, each.note.row) for each in saved.notes] == [
        ("m.csv", brought_files.Said.READ_AS, 1),
        ("d.csv", brought_files.Said.HEADER_AGAIN, 5),
    ]
