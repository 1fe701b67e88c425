"""Writes the rota as CSV, and reads a changed one back, all or nothing; each fault has row and column."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.basics.brought_files import Columns, Note, RowFault, Sheet
from mentoring.basics.forms import folded
from mentoring.basics.spreadsheets import csv_of, disarmed
from mentoring.people import mentors
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning import availability, rota
from mentoring.planning.availability import Availability
from mentoring.planning.optimiser.term_files import ALSO_CALLED, ROTA_COLUMNS, date_in, time_in
from mentoring.planning.rota import Broken, Cell, PlannedCell
from mentoring.school import school_year
from mentoring.school.school_year import DropIn, at_the_same_time, monday_of

# words

COLUMNS = Columns(ROTA_COLUMNS, also=ALSO_CALLED, leaves_out=True)
FARTHEST = timedelta(days=400)  # a file is of one school year


class Wrong(StrEnum):
    """What can be wrong with a rota's file, beside what is wrong with any file of a term."""

    NO_DROP_IN = "rota_file.no_drop_in"
    SAME_NAME = "rota_file.same_name"
    NOT_ON_LIST = "rota_file.not_on_list"
    FAR = "rota_file.far"
    NOT_HELD = "rota_file.not_held"
    NONE_THAT_DAY = "rota_file.none_that_day"
    CLOSED = "rota_file.closed"
    BEGUN = "rota_file.begun"
    TWICE = "rota_file.twice"
    NOT_ACTIVE = "rota_file.not_active"
    SAME_TIME = "rota_file.same_time"
    TOO_MANY = "rota_file.too_many"
    PINNED = "rota_file.pinned"


@dataclass(frozen=True)
class Written:
    """Whom a file puts on one drop-in instead of those before, and the rules that this newly breaks."""

    drop_in: DropIn
    before: tuple[Mentor, ...]
    after: tuple[Mentor, ...]
    broken: tuple[Broken, ...]


@dataclass(frozen=True)
class RotaFile:
    """The drop-ins that a file would change, or what is wrong with it; never both. `notes`: how it was read.
    `more_faults` are counted beyond those in `faults`.
    """

    changes: tuple[Written, ...] = ()
    faults: tuple[RowFault, ...] = ()
    more_faults: int = 0
    notes: tuple[Note, ...] = ()

    @property
    def plan(self) -> tuple[PlannedCell, ...]:
        """The changes as the rota takes them."""
        return tuple(
            PlannedCell(
                each.drop_in.slot_id,
                each.drop_in.date,
                tuple(mentor.id for mentor in each.after),
                each.drop_in.version,
            )
            for each in self.changes
        )


@dataclass(frozen=True)
class Term:
    """What a file is read against: the drop-ins of its weeks, and everybody who was ever a mentor."""

    cells: tuple[Cell, ...]
    mentors: tuple[Mentor, ...]
    said: Mapping[int, Availability]
    zone: str
    now: datetime


@dataclass(frozen=True)
class _Row:
    number: int
    mentor: Mentor | None


# rules


def names_of(mentors: Iterable[Mentor]) -> dict[int, str]:
    """How each mentor is written: by their full name, and with their number where two have the same."""
    everyone = list(mentors)
    often = Counter(each.full_name.casefold() for each in everyone)
    return {
        each.id: each.full_name if often[each.full_name.casefold()] == 1 else f"{each.full_name} ({each.id})"
        for each in everyone
    }


def rota_text(cells: Iterable[Cell], names: Mapping[int, str], *, zone: str) -> str:
    """These drop-ins as CSV: one row a filled place, sorted; nothing in it starts a formula."""
    filled = [
        (
            drop_in.date.isoformat(),
            clock.hour(drop_in.starts, zone),
            disarmed(drop_in.room),
            disarmed(names[due.mentor.id]),
        )
        for each in cells
        for drop_in in (each.drop_in,)
        for due in each.due
    ]
    return csv_of(ROTA_COLUMNS, sorted(filled), end="\n")


def days_in(content: bytes) -> tuple[date, date] | None:
    """The first and the last day that a file names, or None where it names none."""
    sheet = Sheet(content, COLUMNS)
    days = [day for row, cells in sheet.rows if (day := date_in(sheet, row, "date", cells["date"]))]
    return (min(days), max(days)) if days else None


def read_rota(content: bytes, term: Term) -> RotaFile:
    """What a file would change. A drop-in it does not name stays; a row without a mentor leaves a place empty."""
    sheet = Sheet(content, COLUMNS)
    wanted = _rows(sheet, term)
    if not sheet.rows and not sheet.faults:
        sheet.add(2, "date", Wrong.NO_DROP_IN)
    after = {cell.drop_in: [row.mentor for row in rows if row.mentor] for cell, rows in wanted}
    for cell, rows in wanted:
        _check(sheet, cell, rows, after, term)
    if sheet.faults:
        faults = tuple(sorted(sheet.faults, key=lambda each: each.row))
        return RotaFile(faults=faults, more_faults=sheet.more_faults, notes=tuple(sheet.notes))
    changed = [cell for cell, _ in wanted if _ids(after[cell.drop_in]) != {each.mentor.id for each in cell.due}]
    return RotaFile(
        tuple(
            Written(
                cell.drop_in,
                tuple(each.mentor for each in cell.due),
                tuple(after[cell.drop_in]),
                _newly_broken(cell, after, term),
            )
            for cell in changed
        ),
        notes=tuple(sheet.notes),
    )


def _ids(mentors: Iterable[Mentor]) -> set[int]:
    return {each.id for each in mentors}


def _rows(sheet: Sheet, term: Term) -> list[tuple[Cell, list[_Row]]]:
    """The file's rows by drop-in; what names no drop-in or nobody is a fault."""
    names = _by_name(names_of(term.mentors))
    mentors = {each.id: each for each in term.mentors}
    by_day: dict[date, list[Cell]] = {}
    for each in term.cells:
        by_day.setdefault(each.drop_in.date, []).append(each)
    written: dict[str, list[Mentor]] = {}
    for mentor in term.mentors:
        written.setdefault(mentor.full_name.casefold(), []).append(mentor)
    found: dict[DropIn, tuple[Cell, list[_Row]]] = {}
    for row, cells in sheet.rows:
        cell = _cell(sheet, row, cells, by_day, term)
        name = cells["mentor"]
        named = mentors.get(names.get(name.casefold()) or names.get(folded(name), 0))
        if name and named is None:
            if alike := written.get(name.casefold()):
                example = {"name": alike[0].full_name, "id": alike[0].id}
                sheet.add(row, "mentor", Wrong.SAME_NAME, {"mentors": len(alike), "given": name[:40], **example})
            else:
                sheet.add(row, "mentor", Wrong.NOT_ON_LIST, {"given": name[:40]})
        if cell:
            found.setdefault(cell.drop_in, (cell, []))[1].append(_Row(row, named))
    return list(found.values())


def _by_name(names: Mapping[int, str]) -> dict[str, int]:
    """The mentors' ids by name as it is written, and by the folded name where only one has it."""
    often = Counter(folded(name) for name in names.values())
    alike = {folded(name): each for each, name in names.items() if often[folded(name)] == 1}
    return alike | {name.casefold(): each for each, name in names.items()}


def _cell(
    sheet: Sheet, row: int, cells: Mapping[str, str], by_day: Mapping[date, Sequence[Cell]], term: Term
) -> Cell | None:
    """The drop-in that a row names."""
    day: date | None = date_in(sheet, row, "date", cells["date"])
    start: time | None = time_in(sheet, row, "start", cells["start"])
    if day is None or start is None:
        return None
    if abs(day - clock.school_day(term.now, term.zone)) > FARTHEST:
        sheet.add(row, "date", Wrong.FAR, {"day": day})
        return None
    room = cells["room"].casefold()
    that_day = by_day.get(day, [])
    then = [each for each in that_day if clock.hour(each.drop_in.starts, term.zone) == f"{start:%H:%M}"]
    here = [each for each in then if each.drop_in.room.casefold() == room]
    if not here:
        column = "room" if then else "start" if that_day else "date"
        known = sorted({each.drop_in.room for each in then} or {_hour(each, term) for each in that_day})
        sheet.add(row, column, Wrong.NOT_HELD if known else Wrong.NONE_THAT_DAY, {"known": tuple(known)})
        return None
    if here[0].drop_in.closed:
        sheet.add(row, "date", Wrong.CLOSED, {"reason": here[0].drop_in.closed})
        return None
    return here[0]


def _hour(cell: Cell, term: Term) -> str:
    return clock.hour(cell.drop_in.starts, term.zone)


def _check(
    sheet: Sheet, cell: Cell, rows: Sequence[_Row], after: Mapping[DropIn, Sequence[Mentor]], term: Term
) -> None:
    """Add the faults that are not allowed even with a reason, each at its row."""
    drop_in, was = cell.drop_in, {each.mentor.id for each in cell.due}
    placed = [(each.number, each.mentor) for each in rows if each.mentor]
    now_due = _ids(mentor for _, mentor in placed)
    if drop_in.starts <= term.now and now_due != was:
        sheet.add(rows[0].number, "date", Wrong.BEGUN)
        return
    elsewhere = [
        (each.drop_in.room, _ids(after.get(each.drop_in, [due.mentor for due in each.due])))
        for each in term.cells
        if at_the_same_time(drop_in, each.drop_in) and drop_in != each.drop_in
    ]
    seen: set[int] = set()
    for row, mentor in placed:
        if mentor.id in seen:
            sheet.add(row, "mentor", Wrong.TWICE, {"name": mentor.full_name})
        seen.add(mentor.id)
        if mentor.state is not MentorState.ACTIVE and mentor.id not in was:
            sheet.add(row, "mentor", Wrong.NOT_ACTIVE, {"name": mentor.full_name})
        for room, there in elsewhere:
            if mentor.id in there:
                sheet.add(row, "mentor", Wrong.SAME_TIME, {"name": mentor.full_name, "room": room})
    if len(placed) > drop_in.places:
        sheet.add(placed[drop_in.places][0], "mentor", Wrong.TOO_MANY, {"places": drop_in.places})
    for due in cell.due:
        if due.pinned and due.mentor.id not in now_due:
            sheet.add(rows[0].number, "mentor", Wrong.PINNED, {"name": due.mentor.full_name})


def _newly_broken(cell: Cell, after: Mapping[DropIn, Sequence[Mentor]], term: Term) -> tuple[Broken, ...]:
    counts: Counter[int] = Counter()
    for other in term.cells:
        if other.drop_in != cell.drop_in and monday_of(other.drop_in.date) == monday_of(cell.drop_in.date):
            counts.update(_ids(after.get(other.drop_in, [each.mentor for each in other.due])))
    chosen = after[cell.drop_in]
    known = {each.same_as for each in cell.broken}
    found = rota.broken(cell.drop_in, chosen, known=term.said, letter=cell.week, that_week=counts)
    return tuple(each for each in found if each.same_as not in known)


# memory


def term_of(db: Database, content: bytes, *, now: datetime) -> Term:
    """What a file is read against: whole weeks, so that a week's duties are all counted."""
    zone = school_year.zone(db)
    today = clock.school_day(now, zone)
    first, last = days_in(content) or (today, today)
    first, last = max(first, today - FARTHEST), min(last, today + FARTHEST)
    cells = rota.glance(db, monday_of(first), monday_of(last) + timedelta(days=6)) if first <= last else []
    return Term(tuple(cells), tuple(mentors.mentors(db)), availability.everyone(db), zone, now)


# actions


def bring_rota(db: Database, content: bytes, *, by: str, now: datetime, dry_run: bool) -> RotaFile:
    """Put what a file says in the place of what is there, all of it or nothing; it is taken back as one change."""
    file = read_rota(content, term_of(db, content, now=now))
    return file if file.faults or dry_run else use_file(db, file, by=by, now=now)


def use_file(db: Database, file: RotaFile, *, by: str, now: datetime) -> RotaFile:
    """Make the changes of a file that was read, unless a drop-in of them has changed since; then it has a fault."""
    if fault := rota.apply_plan(db, file.plan, by=by, now=now):
        return replace(file, changes=(), faults=(RowFault(1, "date", fault.code, fault.values),))
    return file
