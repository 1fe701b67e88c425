"""Tables as people save them: every program's bytes give the same rows; what was done to read them is noted."""

import pytest

from mentoring.basics import brought_files
from mentoring.basics.brought_files import Columns, Note, RowFault, Said, Sheet, Wrong

PLAIN = "name,year,note\r\nZoë,10,\r\nBen,9,late\r\n"
COLUMNS = Columns(("name", "year"), ("note",))
SCHOOLS = Columns(
    ("given", "family", "year"),
    also={"given": ("forename", "first_name"), "family": ("surname",)},
    pairs={"pupil": ("family", "given"), "name": ("family", "given")},
    refused={"upn": Wrong.COLUMN_UNKNOWN},
    leaves_out=True,
)
ROWS = [(2, {"name": "Zoë", "year": "10", "note": ""}), (3, {"name": "Ben", "year": "9", "note": "late"})]


def sheet(text: str, columns: Columns = SCHOOLS) -> Sheet:
    return Sheet(text.encode(), columns)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        ("\ufeff\ufeff" + PLAIN).encode(),
        PLAIN.encode("utf-16"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace(",", ";").encode("utf-8-sig"),
        ("sep=;\r\n" + PLAIN.replace(",", ";")).encode("utf-8-sig"),
        ('"SEP=|"\n' + PLAIN.replace(",", "|")).encode(),
        ("sep=\t\r" + PLAIN.replace(",", "\t").replace("\r\n", "\r")).encode(),
        PLAIN.replace("\r\n", "\n").encode(),
        PLAIN.replace("\r\n", "\r").encode(),
        PLAIN.replace("\r\n", ",,,\r\n").encode() + b",,,,,\r\n" * 3,
        ('"' + PLAIN.replace(",", '","').replace("\r\n", '"\r\n"')).encode()[:-1],
    ],
    ids=[
        "plain", "mark", "two marks", "UTF-16", "UTF-16 big-endian", "Unicode text", "semicolons", "sep",
        "sep in quotes",
        "sep tab", "LF", "CR", "empty columns and rows", "quotes",
    ],
)  # fmt: skip
def test_the_same_rows_come_from_every_program(content: bytes):
    read = Sheet(content, COLUMNS)
    assert (read.faults, read.rows, read.notes) == ([], ROWS, [])


def test_empty_rows_before_the_header_are_counted():
    read = sheet("\n,,\nname,year\nZoë,10\n", COLUMNS)
    assert read.rows == [(4, {"name": "Zoë", "year": "10"})]


@pytest.mark.parametrize("title", ["Peer mentors 2026", "Peer mentors 2026;;", '"Mentors, 2026";;'])
def test_rows_above_the_header_are_left_out_and_noted(title: str):
    read = sheet(f"{title}\n\nname;year;note\nZoë;10;\n", COLUMNS)
    assert (read.faults, read.rows) == ([], [(4, {"name": "Zoë", "year": "10", "note": ""})])
    assert read.notes == [Note(Said.ABOVE, 1)]
    assert sheet(f"{title}\nPupil;Year\n").notes[0] == Note(Said.ABOVE, 1)


def test_a_header_is_looked_for_in_the_first_rows_and_else_the_first_row_is_taken_for_it():
    header = "given,family,year\nAva,Okoro,10\n"
    assert len(sheet("Mentors,,\n" * 9 + header).rows) == 1
    assert {each.code for each in sheet("Mentors,,\n" * 10 + header).faults} == {Wrong.COLUMN_MISSING}
    [fault] = sheet("name,years\n" * 3, Columns(("name", "year"), leaves_out=True)).faults
    assert (fault.row, fault.column) == (1, "year")


def test_a_comma_in_quotation_marks_is_no_delimiter():
    assert sheet('"Pupil";Given;Year\n"Okoro; x";Ava;10', Columns(("pupil", "given", "year"))).faults == []
    assert sheet('"a, b, c";Year\nx;10', Columns(("a_b_c", "year"))).faults == []


def test_a_row_that_repeats_the_header_is_left_out_and_noted():
    read = sheet("Given,Family,Year\nAva,Okoro,10\ngiven,FAMILY,year\nBen,Tate,10\n")
    assert [row for row, _ in read.rows] == [2, 4]
    assert read.notes == [Note(Said.HEADER_AGAIN, 3)]


def test_other_names_of_columns_are_read_and_what_nobody_asked_for_is_noted():
    read = sheet("Surname,First Name,Forename,Year,Reg\nOkoro,A,Ava,10,10A\n")
    assert read.rows == [(2, {"family": "Okoro", "given": "Ava", "year": "10"})]
    assert read.notes == [
        Note(Said.READ_AS, 1, "Surname", ("family",)),
        Note(Said.LEFT_OUT, 1, "First Name"),
        Note(Said.READ_AS, 1, "Forename", ("given",)),
        Note(Said.LEFT_OUT, 1, "Reg"),
    ]


def test_a_column_with_both_names_is_two():
    read = sheet('Pupil,Year\n"Okoro, Ava",10\n')
    assert read.rows == [(2, {"family": "Okoro", "given": "Ava", "year": "10"})]
    assert read.notes == [Note(Said.SPLIT, 1, "Pupil", ("family", "given"))]
    assert sheet("Pupil,Year\nAva Okoro,10\n").faults == [RowFault(2, "Pupil", Wrong.NO_COMMA, {"given": "Ava Okoro"})]


def test_a_column_with_both_names_is_left_out_where_each_has_its_own():
    read = sheet('Name,Given,Family,Year\n"Okoro, Ava",Ava,Okoro,10\n')
    assert (read.faults, read.notes) == ([], [Note(Said.LEFT_OUT, 1, "Name")])


@pytest.mark.parametrize(
    ("text", "columns", "fault"),
    [
        ("given,family,year,UPN\n", SCHOOLS, (1, "UPN", Wrong.COLUMN_UNKNOWN)),
        ("given,family,year,Given\n", SCHOOLS, (1, "Given", Wrong.COLUMN_TWICE)),
        ("Forename,family,year,Forename\n", SCHOOLS, (1, "Forename", Wrong.COLUMN_TWICE)),
        ("given,family,Yr\n", SCHOOLS, (1, "year", Wrong.COLUMN_MISSING)),
        ("name,year,Colour\n", COLUMNS, (1, "Colour", Wrong.COLUMN_UNKNOWN)),
        ("name,,year\nAva,,10\nBen,x,9\n", COLUMNS, (3, "2", Wrong.COLUMN_NAMELESS)),
        ("name,year,,\nAva,10,,\nBen,9,,x\n", COLUMNS, (3, "3", Wrong.MORE_CELLS)),
    ],
)
def test_what_cannot_be_read_is_a_fault(text: str, columns: Columns, fault: tuple[int, str, Wrong]):
    [found] = sheet(text, columns).faults
    assert (found.row, found.column, found.code) == fault


def test_half_a_letter_of_utf_16_is_found_at_its_place():
    [fault] = Sheet((PLAIN + "Amy;10").encode("utf-16") + b"\x00", COLUMNS).faults
    assert (fault.row, fault.code) == (4, Wrong.NOT_UTF8)


@pytest.mark.parametrize("text", ["Zoë", "name"])
def test_utf_16_without_a_mark_is_refused(text: str):
    [fault] = Sheet(text.encode("utf-16-le"), COLUMNS).faults
    assert fault.code in (Wrong.NOT_UTF8, Wrong.ZERO_BYTE)


def test_as_many_empty_columns_as_a_spreadsheet_has_are_no_columns():
    assert sheet("name,year" + "," * 16_382 + "\nZoë,10\n", COLUMNS).faults == []
    assert [each.code for each in sheet("name,year" + "," * 16_383, COLUMNS).faults] == [Wrong.MANY_COLUMNS]


def test_no_file_has_more_notes_than_anybody_reads():
    assert len(sheet("given,family,year\n" * 5_000).notes) == brought_files.MOST_NOTES
