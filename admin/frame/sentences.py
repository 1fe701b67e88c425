"""Texts of the staff pages that depend on a date or a state."""

from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import cast

from admin.frame.faults import AnyFault, Known, Words
from mentoring.access.staff import Role
from mentoring.basics import brought_files, clock, toml_pages
from mentoring.basics.brought_files import Note, Said
from mentoring.box.backups import Trouble

ROLE_WORDS = MappingProxyType(
    {
        Role.LEAD: "Lead",
        Role.DEPUTY: "Deputy",
        Role.SAFEGUARDING_LEAD: "Safeguarding lead",
        Role.HELPER: "Helper",
        Role.IT: "IT",
    }
)
TROUBLES = {
    400: ("That request could not be understood.", "Nothing was changed. Go back and try again."),
    403: (
        "This page is out of date, or not yours to use.",
        "Nothing was changed. Open it again, or ask the lead to.",
    ),
    404: ("There is nothing at this address.", "It may have been replaced. Start again from the first page."),
    405: ("There is nothing at this address.", "Start again from the first page."),
    413: ("That is too large.", "Nothing was changed. Send something smaller than 4 MB."),
    429: (
        "Too many tries.",
        "Wait one minute, then try again. Your password still works. "
        "If this stays, somebody guesses from elsewhere: log in on your usual computer, or at the box itself.",
    ),
    500: (
        "Something went wrong here.",
        "Nothing was half done. Try again; if it stays, ask whoever looks after the box.",
    ),
    503: ("The box cannot reach its memory.", "Run lunch from the printed sheet, and ask whoever looks after the box."),
}


# What a screen that nobody is logged in on says instead of an error, by the first part of its address.
SCREENS = {
    "board": ("Ask at reception", "This screen cannot tell who is on duty right now."),
    "staff-room": (
        "This screen has lost the box",
        "Alerts cannot reach it. Keep a staff page open, and look in at the drop-in room.",
    ),
}

NO_BADGE_KEY = (
    "The badge key is missing or damaged: no badge can be printed or read.",
    "Nothing was changed. Ask whoever looks after the box: “For IT” on “The box” says what to fetch.",
)

# The messages after a change that pages of any area use, by the value of `said` in the address.
SAID = {
    "added": "Added.",
    "saved": "Saved.",
    "ended": "Ended. What has already happened stays on record.",
}


def _columns(fault: AnyFault, _subject: str, *, what: str) -> Words:
    needed, optional = (",".join(cast(tuple[str, ...], fault.values[name])) for name in ("needed", "optional"))
    columns = f"{needed} and perhaps {optional}" if optional else needed
    return what, f"the columns are {columns}"


def note_words(note: Note) -> str:
    """How one column or row of a file was read, as a sentence."""
    if note.code is Said.HEADER_AGAIN:
        return f"Row {note.row} repeats the header and is left out."
    if note.code is Said.ABOVE:
        return f"Row {note.row} is above the header and is left out."
    if note.code is Said.LEFT_OUT:
        return f"The column “{note.column}” is left out."
    if note.code is Said.SPLIT:
        return f"The column “{note.column}” is taken apart at its comma: {note.meant[0]}, then {note.meant[1]}."
    return f"The column “{note.column}” is read as {note.meant[0]}."


FAULTS: Known = {
    toml_pages.Wrong.LARGE: ("the file is larger than {most} KB", "write several files"),
    toml_pages.Wrong.NOT_UTF8: ("a letter is not written as UTF-8", "save the file as UTF-8"),
    toml_pages.Wrong.NOT_TOML: (
        "this is no TOML from column {column} on",
        "look for a missing quotation mark, bracket or equals sign, here or on the line before",
    ),
    toml_pages.Wrong.UNKNOWN: ("{name} is not known", "look for a slip in the name, or delete the line"),
    toml_pages.Wrong.MISSING: ("{name} is missing", "write it"),
    toml_pages.Wrong.NOT_TEXT: ("{name} is no text", "put it in quotation marks"),
    toml_pages.Wrong.NOT_NUMBER: ("{name} is no whole number", "write one without quotation marks"),
    toml_pages.Wrong.NOT_TRUTH: ("{name} is neither true nor false", "write true or false, without quotation marks"),
    toml_pages.Wrong.NOT_TEXTS: ("{name} is no list of texts", "write at least one, as in [“one”, “two”]"),
    toml_pages.Wrong.NOT_TABLES: ("{name} is not written as [[{name}]]", "write that line above each of them"),
    toml_pages.Wrong.NO_CHOICE: ("{name} is “{given}”", "write one of these: {options}"),
    toml_pages.Wrong.LONG: ("{name} is longer than {most} letters", "shorten it"),
    toml_pages.Wrong.MANY: ("{name} has more than {most} texts", "leave some out"),
    toml_pages.Wrong.RANGE: ("{name} is {given}", "write a number from {least} to {most}"),
    brought_files.Wrong.EMPTY: ("the file is empty", "export it again with its header"),
    brought_files.Wrong.TOO_LARGE: ("the file is larger than 2 MB", "bring a part of it alone"),
    brought_files.Wrong.WORKBOOK: (
        "the file is a workbook that cannot be read here",
        "save its sheet as “CSV UTF-8”, and bring that file",
    ),
    brought_files.Wrong.OLD_WORKBOOK: (
        "the file is an old Excel workbook (.xls), or one with a password",
        "save its sheet as “CSV UTF-8”, and bring that file",
    ),
    brought_files.Wrong.NOT_UTF8: ("a letter is not written as UTF-8", "save the file as “CSV UTF-8”"),
    brought_files.Wrong.ZERO_BYTE: ("there is a zero byte", "save the file as “CSV UTF-8”"),
    brought_files.Wrong.QUOTES: ("the row cannot be taken apart ({error})", "look for a stray quotation mark"),
    brought_files.Wrong.COLUMN_MISSING: partial(_columns, what="the column is missing"),
    brought_files.Wrong.COLUMN_UNKNOWN: partial(_columns, what="the column is not known"),
    brought_files.Wrong.COLUMN_TWICE: ("the column is there twice", "keep one"),
    brought_files.Wrong.COLUMN_NAMELESS: ("the column has no name", "write one into the header, or empty the column"),
    brought_files.Wrong.NO_COMMA: ("“{given}” has no comma", "write the family name, a comma, then the given name"),
    brought_files.Wrong.MANY_COLUMNS: (
        "there are {columns} columns, and {most} are the most",
        "delete the columns that are not asked for",
    ),
    brought_files.Wrong.MANY_ROWS: ("there are more than {most} rows", "bring a part of the file alone"),
    brought_files.Wrong.LONG_CELL: (
        "the cell has {letters} letters, and {most} are the most",
        "look for a stray quotation mark",
    ),
    brought_files.Wrong.MORE_CELLS: (
        "there are more cells than columns",
        "put ; between several, and a cell with a comma into quotation marks",
    ),
}


def short_day(value: date) -> str:
    """`12 Jan`."""
    return f"{value.day} {value:%b}"


def day(value: date) -> str:
    """`Tue 12 January`."""
    return f"{value:%a} {value.day} {value:%B}"


def long_day(value: date) -> str:
    """`Tuesday 12 January`."""
    return f"{value:%A} {value.day} {value:%B}"


def when(value: date, hour: str, *, today: date) -> str:
    """`Today 12:30`, `Tomorrow 12:30`, `Thursday 12:30`, `Thu 14 January 12:30`."""
    ahead = (value - today).days
    near = {0: "Today", 1: "Tomorrow"}
    return f"{near.get(ahead, f'{value:%A}' if ahead < 7 else day(value))} {hour}"


def backup_trouble(why: Trouble, place: Path) -> str:
    """What is wrong with the backups, and the remedy. The state returns to good without any other action."""
    return {
        Trouble.NO_KEY: "No backup yet: make the recovery key first.",
        Trouble.NONE_YET: "No backup yet: the first is made within the hour.",
        Trouble.MISSING: f"No backup can be written: {place} is not there. Plug the stick in, or make the folder.",
        Trouble.READ_ONLY: f"No backup can be written to {place}: it takes no new file.",
        Trouble.FULL: f"No backup can be written: {place} is full.",
        Trouble.LATE: "The last backup is too old. Ask whoever looks after the box.",
        Trouble.SAME_DISK: f"The second place for backups, {place}, is on the same disk as the programme: is the stick"
        " plugged in, or the share connected?",
        Trouble.NOT_COPIED: f"The newest backup is not in the second place, {place}. If this stays, try another stick,"
        " or look at the share.",
    }[why]


def since(moment: datetime, *, zone: str, now: datetime) -> str:
    """A local time, `12:41`; with its date if that is not today."""
    on = clock.school_day(moment, zone)
    hour = clock.hour(moment, zone)
    return hour if on == clock.school_day(now, zone) else f"{day(on)}, {hour}"
