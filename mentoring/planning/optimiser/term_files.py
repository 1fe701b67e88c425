"""Reads a term to plan from two CSV files and writes its rota as a third; each fault has row, column and remedy."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from mentoring.basics.brought_files import Columns, Note, RowFault, Sheet
from mentoring.basics.cells import date_of, time_of, yes_of
from mentoring.basics.forms import folded
from mentoring.basics.spreadsheets import csv_of, starts_a_formula
from mentoring.planning.optimiser.task import Days, Lunch, Plan, Rostered, Task
from mentoring.school.programme import DAY_NAMES, DAYS

# words

MENTOR_COLUMNS = ("mentor", "experienced", "max_per_week", "unavailable", "apart", "prefers")
LUNCH_COLUMNS = ("date", "start", "end", "room", "places", "week")
OPTIONAL_LUNCH_COLUMNS = ("block",)
ROTA_COLUMNS = ("date", "start", "room", "mentor")
# Other names of these columns, as people write them.
ALSO_CALLED = {
    "date": ("day",),
    "start": ("start_time", "starts", "from", "time"),
    "end": ("end_time", "ends", "until", "to"),
    "room": ("place", "location"),
    "mentor": ("mentor_name", "name", "pupil", "student"),
}
MOST_PLACES = 20  # mentors on one drop-in; more is a typing mistake
MOST_DUTIES = 99  # a week
LONGEST = 100  # letters of a name or a room
_LIKE_A_DATE = re.compile(r"\d{1,4}([-/. ])(?:\d{1,2}|[A-Za-z]{3})\1\d{1,4}", re.ASCII)
_NUMBER = re.compile(r"\d{1,3}")


class Wrong(StrEnum):
    """What can be wrong with a term's files, beside what is wrong with any file."""

    SAME_MENTOR = "term_file.same_mentor"
    NOBODY = "term_file.nobody"
    ENDS_FIRST = "term_file.ends_first"
    NO_WEEK = "term_file.no_week"
    NO_DROP_IN = "term_file.no_drop_in"
    SAME_DROP_IN = "term_file.same_drop_in"
    ROOM_TAKEN = "term_file.room_taken"
    EMPTY_CELL = "term_file.empty_cell"
    LONG = "term_file.long"
    FORMULA = "term_file.formula"
    SEMICOLON = "term_file.semicolon"
    NOT_YES_OR_NO = "term_file.not_yes_or_no"
    NO_NUMBER = "term_file.no_number"
    NO_DATE = "term_file.no_date"
    NO_TIME = "term_file.no_time"
    NO_DAY = "term_file.no_day"
    APART_FROM_SELF = "term_file.apart_from_self"
    NOT_IN_FILE = "term_file.not_in_file"


@dataclass(frozen=True)
class FileFault:
    """One thing that is wrong in one of the files."""

    file: str
    fault: RowFault


@dataclass(frozen=True)
class FileNote:
    """How one column or row of one of the files was read."""

    file: str
    note: Note


@dataclass(frozen=True)
class TermFiles:
    """The task that both files make, or what is wrong with them; never both. `notes`: how they were read.
    `more_faults` are counted beyond those in `faults`.
    """

    task: Task | None
    faults: tuple[FileFault, ...]
    notes: tuple[FileNote, ...] = ()
    more_faults: int = 0


# rules


def read_term(mentors: bytes, lunches: bytes, *, mentor_file: str, lunch_file: str) -> TermFiles:
    """The task in two CSV files, named as they shall be called in faults; everything wrong with either at once."""
    people = Sheet(mentors, Columns(MENTOR_COLUMNS, also=ALSO_CALLED))
    term = Sheet(lunches, Columns(LUNCH_COLUMNS, OPTIONAL_LUNCH_COLUMNS, also=ALSO_CALLED))
    rostered = _mentors(people)
    drop_ins = _lunches(term)
    sheets = ((mentor_file, people), (lunch_file, term))
    faults = tuple(
        FileFault(name, fault) for name, sheet in sheets for fault in sorted(sheet.faults, key=lambda each: each.row)
    )
    notes = tuple(FileNote(name, note) for name, sheet in sheets for note in sheet.notes)
    more = people.more_faults + term.more_faults
    return TermFiles(None if faults else Task(tuple(rostered), tuple(drop_ins)), faults, notes, more)


def rota_csv(task: Task, plan: Plan) -> str:
    """The rota as CSV: one row a filled place, sorted."""
    lunches = {each.key: each for each in task.lunches}
    names = {each.key: each.name for each in task.mentors}
    filled = [
        (lunch.date.isoformat(), f"{lunch.start:%H:%M}", lunch.room, names[each.mentor])
        for each in plan.places
        for lunch in (lunches[each.lunch],)
    ]
    return csv_of(ROTA_COLUMNS, sorted(filled), end="\n")


def outcome(plan: Plan) -> dict[str, Any]:
    """The plan as one JSON object, for a program that reads what `dropin rota plan` prints."""
    return {
        "status": plan.status.value,
        "unfilled": plan.figures.unfilled,
        "spread": plan.figures.spread,
        "repeats": plan.figures.repeats,
        "preferences": plan.figures.preferences,
        "seconds": plan.seconds,
        "why": list(plan.why),
    }


def outcome_line(plan: Plan) -> str:
    """The same as one line of JSON."""
    return json.dumps(outcome(plan), ensure_ascii=False)


def _mentors(sheet: Sheet) -> list[Rostered]:
    found: list[Rostered] = []
    seen: dict[str, int] = {}
    names = {folded(cells["mentor"]): cells["mentor"] for _, cells in sheet.rows}
    names |= {cells["mentor"]: cells["mentor"] for _, cells in sheet.rows}
    for row, cells in sheet.rows:
        name = _text(sheet, row, "mentor", cells["mentor"])
        if name.casefold() in seen:
            sheet.add(row, "mentor", Wrong.SAME_MENTOR, {"name": name, "other": seen[name.casefold()]})
        seen.setdefault(name.casefold(), row)
        found.append(
            Rostered(
                key=name,
                name=name,
                experienced=_yes(sheet, row, cells["experienced"]),
                cap=_number(sheet, row, "max_per_week", cells["max_per_week"], 0, MOST_DUTIES),
                unavailable=_days(sheet, row, "unavailable", cells["unavailable"]),
                apart=_apart(sheet, row, name, cells["apart"], names),
                prefers=_days(sheet, row, "prefers", cells["prefers"]),
            )
        )
    if not found and not sheet.faults:
        sheet.add(2, "mentor", Wrong.NOBODY)
    return found


def _lunches(sheet: Sheet) -> list[Lunch]:
    found: list[Lunch] = []
    taken: dict[tuple[str, date], list[tuple[int, Lunch]]] = {}
    for row, cells in sheet.rows:
        before = sheet.wrong
        day = date_in(sheet, row, "date", cells["date"])
        start, end = (time_in(sheet, row, column, cells[column]) for column in ("start", "end"))
        if start and end and end <= start:
            sheet.add(row, "end", Wrong.ENDS_FIRST, {"start": cells["start"], "end": cells["end"]})
        room = _text(sheet, row, "room", cells["room"])
        places = _number(sheet, row, "places", cells["places"], 1, MOST_PLACES)
        week = cells["week"].upper()
        if week not in ("", "A", "B"):
            sheet.add(row, "week", Wrong.NO_WEEK, {"given": cells["week"][:20]})
        if sheet.wrong == before and day and start and end:
            key = f"{day.isoformat()} {start:%H:%M} {room}"
            lunch = Lunch(key, day, start, end, room, places, week, cells.get("block", ""))
            here = taken.setdefault((room.casefold(), day), [])
            if _is_free(sheet, row, lunch, here):
                here.append((row, lunch))
            found.append(lunch)
    if not found and not sheet.faults:
        sheet.add(2, "date", Wrong.NO_DROP_IN)
    return found


def _is_free(sheet: Sheet, row: int, lunch: Lunch, here: list[tuple[int, Lunch]]) -> bool:
    """Whether none of the drop-ins in the same room on the same day is at the same time; else a fault in the sheet."""
    for other_row, other in here:
        if not other.meets(lunch):
            continue
        if other.start == lunch.start:
            sheet.add(row, "date", Wrong.SAME_DROP_IN, {"other": other_row})
        else:
            taken = {"room": lunch.room, "start": other.start, "end": other.end, "other": other_row}
            sheet.add(row, "room", Wrong.ROOM_TAKEN, taken)
        return False
    return True


def _text(sheet: Sheet, row: int, column: str, text: str) -> str:
    if not text:
        sheet.add(row, column, Wrong.EMPTY_CELL, {"column": column})
    elif len(text) > LONGEST:
        sheet.add(row, column, Wrong.LONG, {"letters": len(text), "most": LONGEST})
    elif starts_a_formula(text):
        sheet.add(row, column, Wrong.FORMULA, {"given": text[:20]})
    elif ";" in text:
        sheet.add(row, column, Wrong.SEMICOLON, {"given": text[:20]})
    return text


def _yes(sheet: Sheet, row: int, text: str) -> bool:
    said = yes_of(text)
    if said is None:
        sheet.add(row, "experienced", Wrong.NOT_YES_OR_NO, {"given": text[:20]})
    return said is True


def _number(sheet: Sheet, row: int, column: str, text: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        sheet.add(row, column, Wrong.NO_NUMBER, {"given": text[:20], "least": least, "most": most})
        return least
    return int(text)


def date_in(sheet: Sheet, row: int, column: str, text: str) -> date | None:
    """The date in a cell; None is a fault in the sheet."""
    day = date_of(text)
    if day is None:
        sheet.add(row, column, Wrong.NO_DATE, {"given": text[:20]})
    return day


def time_in(sheet: Sheet, row: int, column: str, text: str) -> time | None:
    """The hour in a cell; None is a fault in the sheet."""
    hour = time_of(text)
    if hour is None:
        sheet.add(row, column, Wrong.NO_TIME, {"given": text[:20]})
    return hour


def _days(sheet: Sheet, row: int, column: str, text: str) -> Days:
    dates, weekdays, week_days = set(), set(), set()
    for each in _several(text):
        week, _, name = each.rpartition("-")
        if _LIKE_A_DATE.fullmatch(each):
            if day := date_in(sheet, row, column, each):
                dates.add(day)
        elif (weekday := _weekday(name)) is not None and week.upper() in ("A", "B"):
            week_days.add((week.upper(), weekday))
        elif (weekday := _weekday(each)) is not None:
            weekdays.add(weekday)
        else:
            sheet.add(row, column, Wrong.NO_DAY, {"given": each[:20]})
    return Days(frozenset(dates), frozenset(weekdays), frozenset(week_days))


def _weekday(text: str) -> int | None:
    return next((n for n, day in enumerate(DAYS) if text.lower() in (day.lower(), DAY_NAMES[day].lower())), None)


def _apart(sheet: Sheet, row: int, name: str, text: str, names: Mapping[str, str]) -> frozenset[str]:
    others = [names.get(other) or names.get(folded(other), other) for other in _several(text)]
    for other in others:
        if other == name:
            sheet.add(row, "apart", Wrong.APART_FROM_SELF, {"name": name})
        elif other not in names:
            sheet.add(row, "apart", Wrong.NOT_IN_FILE, {"name": other[:40]})
    return frozenset(others)


def _several(text: str) -> list[str]:
    return [part for each in text.split(";") if (part := each.strip())]
