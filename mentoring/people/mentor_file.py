"""Brings a school's list of mentors, all of it or nothing: new ones, those who are here, and those who moved up."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sqlite_utils import Database

from mentoring.basics.brought_files import MOST_FAULTS, Columns, Note, RowFault, Sheet
from mentoring.basics.cells import yes_of
from mentoring.basics.forms import Fault
from mentoring.basics.spreadsheets import csv_of, disarmed
from mentoring.people import consent, mentors
from mentoring.people.mentors import Consent, Mentor, MentorState, NewMentor
from mentoring.store import journal
from mentoring.store.database import write

# words


class Wrong(StrEnum):
    """What can be wrong with a file of mentors, beside what is wrong with one mentor or with any file."""

    OTHER_YEAR = "mentor_file.other_year"
    HAS_LEFT = "mentor_file.has_left"
    SEVERAL = "mentor_file.several"
    IN_ANOTHER_ROW = "mentor_file.in_another_row"
    NOBODY = "mentor_file.nobody"
    PUPIL_NUMBER = "mentor_file.pupil_number"


def _names(text: str) -> list[str]:
    return text.split()


# Names of columns as the systems of schools in the United Kingdom write them, the most fitting first.
COLUMNS = Columns(
    needed=("given_name", "family_name", "year_group"),
    optional=("display_name", "experienced", "email", "shows_name"),
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
            "curriculum_year year_taught_in current_year current_year_group school_year reg form reg_group form_group "
            "registration_group registration_form tutor_group"
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
        "shows_name": _names("show_name may_show_name name_may_be_shown agrees_to_show_name agreed_to_show_name"),
    },
    pairs=dict.fromkeys(
        _names(
            "name full_name legal_name pupil pupil_name student student_name mentor mentor_name surname_forename "
            "surname_forenames surname_first_name last_name_first_name family_name_given_name name_surname_forename "
            "legal_surname_legal_forename preferred_surname_preferred_forename"
        ),
        ("family_name", "given_name"),
    ),
    refused=dict.fromkeys(
        _names("upn upn_number unique_pupil_number former_upn temporary_upn uln unique_learner_number"),
        Wrong.PUPIL_NUMBER,
    ),
    instead={"given_name": "display_name"},  # a list of preferred names alone
    leaves_out=True,
)


class Answer(StrEnum):
    """Who a row is, where somebody on the list has its name and is in another year, or somebody who has left has it.

    `MOVED_UP` is said only of the one, `LEFT_OUT` only of the other: the row is left out, and who has left stays so.
    """

    MOVED_UP = "moved_up"
    ANOTHER = "another"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Namesake:
    """A row with the name of one mentor, who is on the list in another year, or has left."""

    row: int
    new: NewMentor
    mentor: Mentor

    @property
    def has_left(self) -> bool:
        """Whether the mentor has left, in whatever year."""
        return self.mentor.state is MentorState.LEFT

    def takes(self, answer: Answer | None) -> bool:
        """Whether this answers who the row is."""
        return answer is Answer.ANOTHER or answer is (Answer.LEFT_OUT if self.has_left else Answer.MOVED_UP)


@dataclass(frozen=True)
class MentorFile:
    """What a file would do, or what is wrong with it; never both. `notes`: how it was read. `more_faults` are counted
    beyond those in `faults`.

    `asked`: rows of which nobody has said yet who they are; until then nothing is done. `left_out`: rows of those who
    have left and stay so. `consents`: the consents that the file changes of those on the list, by id. `withdrawn`:
    those of them whose name is shown and then no longer is.
    """

    mentors: tuple[NewMentor, ...] = ()
    faults: tuple[RowFault, ...] = ()
    more_faults: int = 0
    notes: tuple[Note, ...] = ()
    unchanged: tuple[Mentor, ...] = ()
    moved: tuple[Namesake, ...] = ()
    asked: tuple[Namesake, ...] = ()
    left_out: tuple[Namesake, ...] = ()
    consents: Mapping[int, Consent] = field(default_factory=dict)
    withdrawn: tuple[Mentor, ...] = ()

    @property
    def proposed(self) -> int:
        """How many more mentors the file says agreed that their name is shown; it shows none of them (P12)."""
        said = (*(each.consent for each in self.mentors), *self.consents.values())
        return sum(each is Consent.PROPOSED for each in said)

    @property
    def refused(self) -> int:
        """Of how many on the list, whose name is not shown now either, the file says no."""
        return sum(each is Consent.REFUSED for each in self.consents.values()) - len(self.withdrawn)


# rules


def read_mentors(
    content: bytes,
    *,
    known: Sequence[Mentor] = (),
    answers: Mapping[tuple[int, int], Answer] = MappingProxyType({}),
    otherwise: Answer | None = None,
) -> MentorFile:
    """What a file would do to the list. `known`: who is on it, and who has left.

    `answers` say by row and id of a mentor who the row is; `otherwise` says it for all others.
    """
    sheet = Sheet(content, COLUMNS)
    found = _people(sheet)
    if not found and not sheet.faults:
        sheet.add(2, "given_name", Wrong.NOBODY)
    file = _compared(sheet, found, known, lambda row, mentor: answers.get((row, mentor.id), otherwise))
    if sheet.faults:
        file = MentorFile(faults=tuple(sorted(sheet.faults, key=lambda each: each.row)), more_faults=sheet.more_faults)
    return replace(file, notes=tuple(sheet.notes))


def _compared(
    sheet: Sheet,
    found: Sequence[tuple[int, NewMentor]],
    known: Iterable[Mentor],
    answer: Callable[[int, Mentor], Answer | None],
) -> MentorFile:
    """Who of those in a file is new, who is on the list already, who may have moved up, and who has left."""
    here, gone = _by_name(known)
    often = Counter(mentors.name_key(new) for _, new in found)
    added, unchanged = list[NewMentor](), list[Mentor]()
    answered: dict[Answer | None, list[Namesake]] = {None: [], **{each: [] for each in Answer}}
    here_too: list[tuple[Mentor, NewMentor]] = []
    for row, new in found:
        name = mentors.name_key(new)
        alike = here.get(name, [])
        same = _of_the_year(alike, new)
        left = _of_the_year(gone.get(name, []), new) or ([] if alike else gone.get(name, []))
        if same:
            unchanged += same[:1]
            here_too.append((same[0], new))
        elif not alike and not left:
            added.append(new)
        elif not left and (len(alike) > 1 or often[name] > 1):
            sheet.add(row, "family_name", Wrong.SEVERAL, {"name": alike[0].full_name})
        else:
            namesake = Namesake(row, new, (left or alike)[-1])
            said = answer(row, namesake.mentor)
            answered[said if namesake.takes(said) else None].append(namesake)
    moved = answered[Answer.MOVED_UP]
    here_too += [(each.mentor, each.new) for each in moved]
    consents = _consents(here_too)
    return MentorFile(
        mentors=(*added, *(each.new for each in answered[Answer.ANOTHER])),
        unchanged=tuple(unchanged),
        moved=tuple(moved),
        asked=tuple(answered[None]),
        left_out=tuple(answered[Answer.LEFT_OUT]),
        consents=consents,
        withdrawn=tuple(each for each, _ in here_too if each.shows_name and each.id in consents),
    )


_ByName = dict[tuple[str, str], list[Mentor]]


def _by_name(known: Iterable[Mentor]) -> tuple[_ByName, _ByName]:
    """Those on the list, and those who have left, by name."""
    here, gone = _ByName(), _ByName()
    for each in known:
        (gone if each.state is MentorState.LEFT else here).setdefault(mentors.name_key(each), []).append(each)
    return here, gone


def _of_the_year(known: Iterable[Mentor], new: NewMentor) -> list[Mentor]:
    return [each for each in known if mentors.year_key(each) == new.year_group]


def _consents(here: Iterable[tuple[Mentor, NewMentor]]) -> dict[int, Consent]:
    """What the rows of those on the list change: a no withdraws any consent, a yes is proposed until it is settled."""
    return {
        mentor.id: new.consent
        for mentor, new in here
        if new.consent not in (Consent.NOT_ASKED, mentor.consent)
        and (new.consent is Consent.REFUSED or mentor.consent in consent.OPEN)
    }


def refused_if_asked(file: MentorFile) -> MentorFile:
    """The same, with a fault for each row of which nobody has said who it is."""
    faults = tuple(
        RowFault(each.row, "family_name", Wrong.HAS_LEFT, {"name": each.mentor.full_name})
        if each.has_left
        else RowFault(
            each.row, "year_group", Wrong.OTHER_YEAR, {"name": each.mentor.full_name, "year": each.mentor.year_group}
        )
        for each in sorted(file.asked, key=lambda each: each.row)[:MOST_FAULTS]
    )
    more = len(file.asked) - len(faults)
    return MentorFile(faults=faults, more_faults=more, notes=file.notes) if faults else file


def _people(sheet: Sheet) -> list[tuple[int, NewMentor]]:
    """Each row's mentor, with the row; what is wrong with one, and the second of two, is a fault in the sheet."""
    found: list[tuple[int, NewMentor]] = []
    seen: dict[tuple[tuple[str, str], str], int] = {}
    for row, cells in sheet.rows:
        checked = _new_mentor(cells)
        if isinstance(checked, list):
            for fault in checked:
                sheet.add(row, fault.field, fault.code, fault.values)
            continue
        person = (mentors.name_key(checked), checked.year_group)
        if person in seen:
            sheet.add(row, "family_name", Wrong.IN_ANOTHER_ROW, {"other": seen[person]})
        else:
            seen[person] = row
            found.append((row, checked))
    return found


def _new_mentor(cells: Mapping[str, str]) -> NewMentor | list[Fault]:
    """One row's mentor. The column of the shown name takes any word for yes or no; a yes is only proposed (P12)."""
    said = yes_of(cells.get("shows_name", ""))
    found = mentors.new_mentor(cells if said is None else {**cells, "shows_name": "yes" if said else "no"})
    if isinstance(found, NewMentor) and found.consent is Consent.AGREED:
        return replace(found, consent=Consent.PROPOSED)
    return found


def mentors_text(known: Iterable[Mentor]) -> str:
    """The mentors as CSV with the columns of an import, which reads it back; nothing in it starts a formula."""
    lines = (
        (
            disarmed(each.given_name),
            disarmed(each.family_name),
            disarmed(each.year_group),
            disarmed(each.display_name),
            "yes" if each.experienced else "no",
            disarmed(each.email),
            {Consent.AGREED: "yes", Consent.REFUSED: "no"}.get(each.consent, ""),
        )
        for each in known
    )
    return csv_of(COLUMNS.asked, lines)


def template() -> str:
    """A file of mentors with its columns and nobody in it, as CSV."""
    return csv_of(COLUMNS.asked, ())


# actions


def bring_mentors(
    db: Database,
    content: bytes,
    *,
    answers: Mapping[tuple[int, int], Answer] = MappingProxyType({}),
    otherwise: Answer | None = None,
    by: str,
    now: datetime,
    dry_run: bool,
) -> MentorFile:
    """Do all that the file says, or nothing. Whoever is on the list already stays as they are, but for the year of
    those who moved up. An import agrees to a shown name for nobody: where the file says so it is proposed, of those
    on the list too as long as nobody has settled it, and shown after somebody has confirmed it. A no counts at once,
    for those who had agreed too (P12).
    """
    with write(db):
        file = read_mentors(content, known=mentors.mentors(db), answers=answers, otherwise=otherwise)
        if file.faults or file.asked or dry_run:
            return file
        if file.mentors:
            ids = [mentors.remember(db, new) for new in file.mentors]
            journal.note(db, "mentor.imported", actor=by, now=now, mentors=ids)
            new = {mentor_id: each.consent for mentor_id, each in zip(ids, file.mentors, strict=True)}
            mentors.note_consent(db, new, by=by, now=now)
        for each in file.moved:
            mentors.move_up(db, each.mentor.id, each.new.year_group)
        if file.moved:
            journal.note(db, "mentor.moved_up", actor=by, now=now, mentors=[each.mentor.id for each in file.moved])
        for mentor_id, said in file.consents.items():
            mentors.set_consent(db, mentor_id, said)
        mentors.note_consent(db, file.consents, by=by, now=now)
    return file
