"""A term's two files on the command line: each fault is one line with file, row, column, what is wrong and a remedy."""

import pytest

from admin.faults import FAULTS
from admin.frame.faults import row_of
from mentoring.basics import brought_files
from mentoring.planning.optimiser.task import Lunch
from mentoring.planning.optimiser.term_files import read_term

MENTORS_HEADER = "mentor,experienced,max_per_week,unavailable,apart,prefers"
MENTORS = f"""{MENTORS_HEADER}
Amira,yes,2,2027-01-12;Fri,Ben; Chidi,A-Mon
Ben,no,1,,,
Chidi,YES,0, b-tuesday ;,,Mon;Wed
"""
LUNCHES = """date,start,end,room,places,week,block
2027-01-11,12:30,13:15,Library 2,2,A,Spring 1
"""


def faults(mentors: str | bytes = MENTORS, lunches: str = LUNCHES) -> list[str]:
    content = mentors.encode() if isinstance(mentors, str) else mentors
    term = read_term(content, lunches.encode(), mentor_file="m.csv", lunch_file="d.csv")
    return [f"{each.file}: {row_of(each.fault, known=FAULTS)}" for each in term.faults]


def mentor_rows(*rows: str) -> str:
    return "\n".join((MENTORS_HEADER, *rows)) + "\n"


def lunch_rows(*rows: str) -> str:
    return "\n".join(("date,start,end,room,places,week", *rows)) + "\n"


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
        ("Dee,yes,2,,,30/02/2027", "column prefers: “30/02/2027” is no date"),
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


def test_a_drop_in_is_compared_with_those_of_its_room_and_day_alone(monkeypatch: pytest.MonkeyPatch):
    compared: list[Lunch] = []
    monkeypatch.setattr(Lunch, "meets", lambda _, other: compared.append(other) or False)
    days = [
        f"2027-{month:02d}-{day:02d},12:30,13:15,Hall {day % 3},2,A" for month in range(1, 13) for day in range(1, 29)
    ]
    assert faults(lunches=lunch_rows(*days, days[0])) == []
    assert len(compared) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "row 1, column 1: the file is empty, export it again with its header"),
        ("mentor,experienced\nZo\xeb,yes\n".encode("latin-1"), "row 2, column 1: a letter is not written as UTF-8"),
        ("é,b\n".encode("utf-16-be"), "row 1, column 1: a letter is not written as UTF-8"),
        (b"mentor\0\n", "row 1, column 1: there is a zero byte"),
        (MENTORS.splitlines()[0].encode(), "row 2, column mentor: there is nobody in the file"),
        (MENTORS.encode() + b'"Dee,yes\n', "row 5, column 1: the row cannot be taken apart"),
        (
            MENTORS_HEADER.encode() + b",x" * 45,
            "row 1, column 51: there are 51 columns, and 50 are the most",
        ),
        (
            mentor_rows("Dee,yes,2," + "x" * 10_001 + ",,").encode(),
            "row 2, column unavailable: the cell has 10001 letters",
        ),
        (b"x" * (brought_files.LARGEST_FILE + 1), "row 1, column 1: the file is larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content: bytes, told: str):
    [fault] = faults(content)
    assert fault.startswith(f"m.csv: {told}")
