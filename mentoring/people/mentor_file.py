"""Files that a school brings: mentors as CSV. All or nothing; each fault says row, column and remedy."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from mentoring.basics import forms
from mentoring.basics.brought_files import RowFault
from mentoring.basics.forms import Fault
from mentoring.people import mentors
from mentoring.people.mentors import MentorState, NewMentor
from mentoring.store import journal
from mentoring.store.database import write

# words

NEEDED = ("given_name", "family_name", "year_group")
OPTIONAL = ("display_name", "experienced", "email")
LARGEST_FILE = 2 * 1024 * 1024
MOST_FAULTS = 50


@dataclass(frozen=True)
class MentorFile:
    """What a file would add, or what is wrong with it; never both."""

    mentors: tuple[NewMentor, ...]
    faults: tuple[RowFault, ...]


# rules


def read_mentors(content: bytes, *, known: Sequence[tuple[str, str, str]] = ()) -> MentorFile:
    """The mentors in a CSV file. `known` are the given names, family names and years that are on the list already.

    UTF-8 with or without a byte-order mark; commas, semicolons or tabs between the columns, as the header shows.
    """
    text = _text(content)
    if isinstance(text, RowFault):
        return MentorFile((), (text,))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [forms.tidy(name).lower().replace(" ", "_") for name in next(lines, [])]
        if faults := _header_faults(header):
            return MentorFile((), faults)
        return _rows(lines, header, known)
    except csv.Error as error:
        fault = RowFault(
            lines.line_num, "1", f"the row cannot be taken apart ({error})", "look for a stray quotation mark"
        )
        return MentorFile((), (fault,))


def _text(content: bytes) -> str | RowFault:
    if not content.strip():
        return RowFault(1, "1", "the file is empty", "export it again with its header")
    if len(content) > LARGEST_FILE:
        return RowFault(1, "1", "the file is larger than 2 MB", "bring the mentors alone")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        row = before.count(b"\n") + 1
        column = before[before.rfind(b"\n") + 1 :].count(b",") + 1
        return RowFault(row, str(column), "a letter is not written as UTF-8", "save the file as “CSV UTF-8”")


def _delimiter(text: str) -> str:
    header = text.splitlines()[0] if text else ""
    return max(",;\t", key=header.count)


def _header_faults(header: list[str]) -> tuple[RowFault, ...]:
    faults = [
        RowFault(
            1, name, "the column is missing", f"the columns are {','.join(NEEDED)} and perhaps {','.join(OPTIONAL)}"
        )
        for name in NEEDED
        if name not in header
    ]
    faults += [
        RowFault(1, name or str(number), "the column is not known", "take it out, or name it as the guide does")
        for number, name in enumerate(header, 1)
        if name not in NEEDED + OPTIONAL
    ]
    faults += [
        RowFault(1, name, "the column is there twice", "keep one")
        for name in set(header)
        if header.count(name) > 1 and name
    ]
    return tuple(faults)


def _rows(lines: Iterator[list[str]], header: list[str], known: Sequence[tuple[str, str, str]]) -> MentorFile:
    mentors: list[NewMentor] = []
    faults: list[RowFault] = []
    seen = {tuple(text.casefold() for text in each): 0 for each in known}
    for row, cells in enumerate(lines, 2):
        if not any(cell.strip() for cell in cells):
            continue
        checked = _row(header, cells)
        if isinstance(checked, NewMentor):
            name = (checked.given_name.casefold(), checked.family_name.casefold(), checked.year_group.casefold())
            if name in seen:
                where = f"in row {seen[name]}" if seen[name] else "on the list"
                checked = [Fault("family_name", f"this mentor is already {where}", "take the row out, or add a letter")]
            else:
                seen[name] = row
                mentors.append(checked)
        if isinstance(checked, list):
            faults += [RowFault(row, each.field, each.what, each.remedy) for each in checked]
        if len(faults) >= MOST_FAULTS:
            break
    if not mentors and not faults:
        faults.append(RowFault(2, "given_name", "there is nobody in the file", "write one mentor a row"))
    return MentorFile(() if faults else tuple(mentors), tuple(faults))


def _row(header: list[str], cells: list[str]) -> NewMentor | list[Fault]:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        return [
            Fault(
                str(len(header) + 1),
                "there are more cells than columns",
                "put a cell with a comma into quotation marks",
            )
        ]
    return mentors.new_mentor(dict(zip(header, cells, strict=False)))


# actions


def bring_mentors(db: Database, content: bytes, *, by: str, now: datetime, dry_run: bool) -> MentorFile:
    """Add every mentor in the file, or none. An import agrees to a shown name for nobody (P12)."""
    with write(db):
        here = [each for each in mentors.mentors(db) if each.state is not MentorState.LEFT]
        file = read_mentors(content, known=[(each.given_name, each.family_name, each.year_group) for each in here])
        if file.faults or dry_run:
            return file
        ids = [mentors.remember(db, new) for new in file.mentors]
        journal.note(db, "mentor.imported", actor=by, now=now, mentors=ids)
    return file
