"""Adds mentors from a CSV file that a school uploads, all or none; each fault has row, column and remedy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from mentoring.basics.brought_files import RowFault, Sheet
from mentoring.people import mentors
from mentoring.people.mentors import MentorState, NewMentor
from mentoring.store import journal
from mentoring.store.database import write

# words

NEEDED = ("given_name", "family_name", "year_group")
OPTIONAL = ("display_name", "experienced", "email")
DELIMITERS = ",;\t"


class Wrong(StrEnum):
    """What can be wrong with a file of mentors, beside what is wrong with one mentor or with any file."""

    ON_THE_LIST = "mentor_file.on_the_list"
    IN_ANOTHER_ROW = "mentor_file.in_another_row"
    NOBODY = "mentor_file.nobody"


@dataclass(frozen=True)
class MentorFile:
    """What a file would add, or what is wrong with it; never both."""

    mentors: tuple[NewMentor, ...]
    faults: tuple[RowFault, ...]


# rules


def read_mentors(content: bytes, *, known: Sequence[tuple[str, str, str]] = ()) -> MentorFile:
    """The mentors in a CSV file. `known` are the given names, family names and years that are on the list already.

    Commas, semicolons or tabs stand between the columns. After `MOST_FAULTS` faults the rest is not looked at.
    """
    sheet = Sheet(content, NEEDED, OPTIONAL, delimiters=DELIMITERS)
    on_the_list = {tuple(text.casefold() for text in each) for each in known}
    found: dict[tuple[str, ...], int] = {}
    new: list[NewMentor] = []
    for row, cells in sheet.until_full():
        checked = mentors.new_mentor(cells)
        if isinstance(checked, list):
            for fault in checked:
                sheet.add(row, fault.field, fault.code, fault.values)
        elif (name := _name(checked)) in on_the_list:
            sheet.add(row, "family_name", Wrong.ON_THE_LIST)
        elif name in found:
            sheet.add(row, "family_name", Wrong.IN_ANOTHER_ROW, {"other": found[name]})
        else:
            found[name] = row
            new.append(checked)
    if not new and not sheet.faults:
        sheet.add(2, "given_name", Wrong.NOBODY)
    return MentorFile(() if sheet.faults else tuple(new), tuple(sorted(sheet.faults, key=lambda each: each.row)))


def _name(mentor: NewMentor) -> tuple[str, ...]:
    return (mentor.given_name.casefold(), mentor.family_name.casefold(), mentor.year_group.casefold())


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
