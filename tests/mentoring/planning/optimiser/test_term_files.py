"""A term's two files: read whole or not at all, each fault by row, column and remedy; and the rota, written whole."""

import csv
import io
from datetime import date, time

import pytest

from mentoring.basics import brought_files
from mentoring.planning.optimiser.first_rota import first_found
from mentoring.planning.optimiser.reasons import tell
from mentoring.planning.optimiser.task import Days, Lunch, Place, Rostered, Task
from mentoring.planning.optimiser.term_files import TermFiles, read_term, rota_csv

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


def faults(mentors: str | bytes = MENTORS, lunches: str | bytes = LUNCHES) -> list[str]:
    term = read(mentors, lunches)
    assert term.task is None
    return [str(each) for each in term.faults]


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
    ("row", "told"),
    [
        (",yes,2,,,", "column mentor: the cell is empty, write the mentor"),
        ("amira,yes,2,,,", "column mentor: amira is in row 2 already, take one out, or add a letter"),
        ("=1+1,yes,2,,,", "column mentor: “=1+1” begins as a formula does, begin with a letter or a number"),
        ("Dee,maybe,2,,,", "column experienced: “maybe” is neither yes nor no, write yes or no"),
        ("Dee,yes,two,,,", "column max_per_week: “two” cannot be, write a whole number from 0 to 99"),
        ("Dee,yes,-1,,,", "column max_per_week: “-1” cannot be, write a whole number from 0 to 99"),
        ("Dee,yes,2.5,,,", "column max_per_week: “2.5” cannot be, write a whole number from 0 to 99"),
        (
            "Dee,yes,2,Someday,,",
            "column unavailable: “Someday” is no day, write 2027-01-12, Mon or A-Mon, with ; between",
        ),
        ("Dee,yes,2,C-Mon,,", "column unavailable: “C-Mon” is no day"),
        ("Dee,yes,2,2027-02-30,,", "column unavailable: “2027-02-30” is no date, write it as 2027-01-12"),
        ("Dee,yes,2,,Zoe,", "column apart: “Zoe” is not in the file, write the name as in the column mentor"),
        ("Dee,yes,2,,Dee,", "column apart: Dee cannot be kept from themselves, take the name out"),
        ("Dee,yes,2,,,12/01/2027", "column prefers: “12/01/2027” is no day"),
        ("Dee,yes,2,Mon,,Tue,Wed", "column 7: there are more cells than columns, put ; between several"),
    ],
)
def test_a_wrong_mentor_is_told_by_row_and_column(row: str, told: str):
    [fault] = faults(mentor_rows("Amira,yes,2,,,", row))
    assert fault.startswith(f"m.csv: row 3, {told}")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2027-02-30,12:30,13:15,Hall,2,A", "column date: “2027-02-30” is no date, write it as 2027-01-12"),
        ("20270112,12:30,13:15,Hall,2,A", "column date: “20270112” is no date, write it as 2027-01-12"),
        ("2027-01-12,12.30,13:15,Hall,2,A", "column start: “12.30” is no time, write hours and minutes such as 12:30"),
        ("2027-01-12,12:30,24:00,Hall,2,A", "column end: “24:00” is no time, write hours and minutes such as 12:30"),
        ("2027-01-12,13:15,13:15,Hall,2,A", "column end: 13:15 is not after the start, 13:15, write a later time"),
        ("2027-01-12,12:30,13:15,,2,A", "column room: the cell is empty, write the room"),
        ("2027-01-12,12:30,13:15,Hall,0,A", "column places: “0” cannot be, write a whole number from 1 to 20"),
        ("2027-01-12,12:30,13:15,Hall,99,A", "column places: “99” cannot be, write a whole number from 1 to 20"),
        ("2027-01-12,12:30,13:15,Hall,²,A", "column places: “²” cannot be, write a whole number from 1 to 20"),
        ("2027-01-12,12:30,13:15,Hall,2,C", "column week: “C” is no week, write A or B, or leave it empty"),
        ("2027-01-11,12:30,13:00,hall,2,A", "column date: this drop-in is in row 2 already, take one out"),
        (
            "2027-01-11,13:00,14:00,Hall,2,A",
            "column room: Hall is taken from 12:30 to 13:15 by row 2, choose another room or time",
        ),
    ],
)
def test_a_wrong_drop_in_is_told_by_row_and_column(row: str, told: str):
    [fault] = faults(lunches=lunch_rows("2027-01-11,12:30,13:15,Hall,2,A", row))
    assert fault == f"d.csv: row 3, {told}"


def test_everything_wrong_with_both_files_is_told_at_once():
    told = faults(mentor_rows("Dee,perhaps,-1,Someday,Zoe,"), lunch_rows("2027-02-30,1,2,Hall,0,Z"))
    assert len([each for each in told if each.startswith("m.csv: row 2")]) == 4
    assert len([each for each in told if each.startswith("d.csv: row 2")]) == 5


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "row 1, column 1: the file is empty, export it again with its header"),
        ("mentor,experienced\nZo\xeb,yes\n".encode("latin-1"), "row 2, column 1: a letter is not written as UTF-8"),
        ("a,b\n".encode("utf-16"), "row 1, column 1: a letter is not written as UTF-8"),
        (b"mentor\0\n", "row 1, column 1: there is a zero byte"),
        (MENTORS.splitlines()[0].encode(), "row 2, column mentor: there is nobody in the file"),
        (MENTORS.encode() + b'"Dee,yes\n', "row 5, column 1: the row cannot be taken apart"),
        (b"x" * (brought_files.LARGEST_FILE + 1), "row 1, column 1: the file is larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content: bytes, told: str):
    [fault] = faults(content)
    assert fault.startswith(f"m.csv: {told}")


def test_missing_and_strange_columns_are_all_named():
    told = faults("mentor;experienced\n", "date,start,end,room,room,colour\n")
    assert [each.split(":")[1].split("column ")[1] for each in told] == [
        *("mentor", "experienced", "max_per_week", "unavailable", "apart", "prefers", "mentor;experienced"),
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
