"""Adds mentors from a CSV file that a school uploads, all or none; each fault has row, column and remedy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from mentoring.basics.brought_files import Columns, Note, RowFault, Sheet
from mentoring.people import mentors
from mentoring.people.mentors import MentorState, NewMentor
from mentoring.store import journal
from mentoring.store.database import write

# words


class Wrong(StrEnum):
    """What can be wrong with a file of mentors, beside what is wrong with one mentor or with any file."""

    ON_THE_LIST = "mentor_file.on_the_list"
    IN_ANOTHER_ROW = "mentor_file.in_another_row"
    NOBODY = "mentor_file.nobody"
    PUPIL_NUMBER = "mentor_file.pupil_number"
    CONSENT = "mentor_file.consent"


def _names(text: str) -> list[str]:
    return text.split()


# Names of columns as the systems of schools in the United Kingdom write them, the most fitting first.
COLUMNS = Columns(
    needed=("given_name", "family_name", "year_group"),
    optional=("display_name", "experienced", "email"),
    also={
        "given_name": _names(
            "forename first_name firstname legal_forename legal_first_name given_names forenames first_names given "
            "pupil_forename pupil_first_name student_forename student_first_name"
        ),
        "family_name": _names(
            "surname last_name lastname legal_surname legal_last_name family familyname pupil_surname pupil_last_name "
            "student_surname student_last_name preferred_surname preferred_last_name chosen_surname"
        ),
        "year_group": _names(
            "year yr yeargroup yr_group nc_year ncyear nc_year_group actual_nc_year national_curriculum_year "
            "curriculum_year year_taught_in current_year current_year_group school_year"
        ),
        "display_name": _names(
            "preferred_forename preferred_first_name preferred_name chosen_forename chosen_name known_as shown_name "
            "name_shown name_on_badge badge_name nickname"
        ),
        "experienced": _names("experience is_experienced experienced_mentor"),
        "email": _names(
            "e_mail email_address e_mail_address school_email school_email_address student_email pupil_email "
            "primary_email work_email mail"
        ),
    },
    pairs=dict.fromkeys(
        _names(
            "name full_name legal_name pupil pupil_name student student_name mentor mentor_name surname_forename "
            "surname_forenames surname_first_name last_name_first_name family_name_given_name name_surname_forename "
            "legal_surname_legal_forename preferred_surname_preferred_forename"
        ),
        ("family_name", "given_name"),
    ),
    refused={
        **dict.fromkeys(
            _names("upn upn_number unique_pupil_number former_upn temporary_upn uln unique_learner_number"),
            Wrong.PUPIL_NUMBER,
        ),
        "shows_name": Wrong.CONSENT,
    },
    leaves_out=True,
)


@dataclass(frozen=True)
class MentorFile:
    """What a file would add, or what is wrong with it; never both. `notes`: how it was read."""

    mentors: tuple[NewMentor, ...]
    faults: tuple[RowFault, ...]
    notes: tuple[Note, ...] = ()


# rules


def read_mentors(content: bytes, *, known: Sequence[tuple[str, str, str]] = ()) -> MentorFile:
    """The mentors in a CSV file. `known` are the given names, family names and years that are on the list already.

    After `MOST_FAULTS` faults the rest is not looked at.
    """
    sheet = Sheet(content, COLUMNS)
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
    return MentorFile(
        () if sheet.faults else tuple(new), tuple(sorted(sheet.faults, key=lambda each: each.row)), tuple(sheet.notes)
    )


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
