"""Excel workbooks that somebody brings: read as CSV in a child, or named as what they are."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlite_utils import Database

from admin.frame import workbook_child, workbooks
from admin.frame.workbook_child import table_of
from admin.frame.workbooks import Brought, brought
from badges.child import ChildDied
from mentoring.basics import brought_files
from mentoring.basics.brought_files import Columns, Sheet, Wrong
from mentoring.people.mentor_file import read_mentors
from tests.both_doors import form_key
from tests.conftest import Cast
from tests.walking import Finger

MIDNIGHT = datetime(2026, 10, 26)  # noqa: DTZ001 # a cell of a spreadsheet has no zone
HEADER = ("given_name", "family_name", "year_group")


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def lines(content: bytes) -> list[str]:
    """The lines after the one that names the delimiter."""
    return str(table_of(content)["csv"]).splitlines()[1:]


def test_each_kind_of_cell_is_the_text_that_the_readers_understand():
    cells = ("Zoë", 10, 10.0, 2.5, True, False, None, "a;b, c", "x")
    [line] = lines(workbook(cells))
    assert line == 'Zoë,10,10,2.5,yes,no,,"a;b, c",x'
    times = (date(2026, 10, 26), MIDNIGHT, MIDNIGHT.replace(hour=12, minute=30), time(12, 30))
    [line] = lines(workbook((*times, timedelta(hours=12, minutes=30))))
    assert line == "2026-10-26,2026-10-26,2026-10-26 12:30,12:30:00,12:30:00"


def test_rows_keep_their_numbers():
    book = Workbook()
    book.active.append(HEADER)
    book.active["A4"] = "Ava"
    [fault, *_] = read_mentors(str(table_of(saved(book))["csv"]).encode()).faults
    assert (fault.row, fault.column) == (4, "family_name")


def test_a_header_of_any_letters_is_taken_apart_at_its_cells():
    content = str(table_of(workbook(("a;b;c;d", "year"), ("x", 10)))["csv"]).encode()
    assert Sheet(content, Columns(("a_b_c_d", "year"))).rows == [(2, {"a_b_c_d": "x", "year": "10"})]


def test_the_first_sheet_that_is_shown_and_has_anything_is_read_and_the_others_are_named():
    book = Workbook()
    book.create_sheet("Old").sheet_state = "hidden"
    book["Old"].append(("secret",))
    for name in ("Mentors", "Notes"):
        book.create_sheet(name).append((name,))
    found = table_of(saved(book))
    assert (found["csv"], found["sheet"], found["left_out"]) == ("sep=,\r\nMentors\r\n", "Mentors", ["Notes"])
    assert (
        Brought(b"", "Mentors", ("Notes",)).words == "Of the workbook the sheet “Mentors” is read; left out: “Notes”."
    )


def test_an_empty_workbook_is_an_empty_file():
    assert table_of(saved(Workbook())) == {"csv": "", "sheet": "", "left_out": []}


def test_what_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook_child, "load_workbook", None)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        for number in range(5):
            parts.writestr(f"xl/{number}.xml", b" " * (16 * 1024 * 1024))
    assert table_of(bomb.getvalue()) == {}
    parts_only = io.BytesIO()
    with zipfile.ZipFile(parts_only, "w") as parts:
        for number in range(2_001):
            parts.writestr(str(number), b"")
    assert table_of(parts_only.getvalue()) == {}


def test_a_sheet_with_too_many_rows_is_read_no_further_than_the_reader_needs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook_child, "MOST_ROWS", 3)
    content = workbook(HEADER, *[("Ava", f"Lee {number}", 10) for number in range(50)])
    assert len(lines(content)) == 5
    monkeypatch.setattr(workbook_child, "LARGEST_FILE", 60)
    assert len(lines(content)) < 5


def test_a_sheet_that_lies_of_its_size_is_read_by_its_cells():
    content = workbook(HEADER, ("Ava", "Okoro", 10))
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b'<dimension ref="A1:C2"', b'<dimension ref="A1:A1"'))
    assert lines(changed.getvalue()) == [",".join(HEADER), "Ava,Okoro,10"]


# Through the door, with the child


def test_a_workbook_brought_to_the_page_is_read(lead: FlaskClient, db: Database):
    finger = Finger(lead)
    finger.open("/mentors/import")
    content = workbook(("Forename", "Surname", "Year"), ("Ava", "Okoro", 10), (None, None, None), ("Ben", "Tate", "Y9"))
    shown = finger.press("Look at it first", file=(io.BytesIO(content), "mentors.xlsx")).text
    assert "This would add 2 mentors Ava Okoro, 10 Ben Tate, 9" in shown
    finger.press("Add them")
    assert [each["family_name"] for each in db["mentors"].rows][-2:] == ["Okoro", "Tate"]


@pytest.mark.parametrize("content", [workbook(HEADER)[:-40], b"PK\x03\x04" + b"x" * 60], ids=["cut", "no ZIP"])
def test_a_workbook_that_cannot_be_read_is_named(content: bytes):
    assert [each.code for each in Sheet(brought(content).content, Columns(("a",))).faults] == [Wrong.WORKBOOK]


def test_what_is_no_workbook_or_is_too_large_starts_no_child(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbooks, "Child", None)
    for content in (b"", b"a,b\n", b"\xd0\xcf\x11\xe0", b"PK\x03\x04" + b"x" * brought_files.LARGEST_FILE):
        assert brought(content) == Brought(content)


def test_a_child_that_dies_leaves_the_file_to_be_named(monkeypatch: pytest.MonkeyPatch):
    def dies(*_: object) -> bytes:
        raise ChildDied

    monkeypatch.setattr(workbooks.Child, "ask", dies)
    assert brought(b"PK\x03\x04") == Brought(b"PK\x03\x04")


def test_an_old_workbook_is_named_with_the_remedy(lead: FlaskClient, cast: Cast):
    fields = {"form_key": form_key(lead), "file": (io.BytesIO(b"\xd0\xcf\x11\xe0" + b"\0" * 600), "rota.xls")}
    answer = lead.post("/rota/bring", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "the file is an old Excel workbook (.xls), or one with a password" in answer.get_data(as_text=True)
    assert "save its sheet as “CSV UTF-8”, and bring that file" in answer.get_data(as_text=True)
