"""Parses what people and spreadsheet programs write in a cell: a date, a time of day, yes or no."""

import re
from datetime import date, time

# words

# Year first as in ISO 8601, or last as a spreadsheet writes it in the United Kingdom: day, month, year. A spreadsheet
# adds a midnight to a date that it keeps as a moment.
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?: 00:00(?::00)?)?", re.ASCII)
# As Excel saves its format `d-mmm-yy`: the day first, and a year of two digits is one from 2000 on.
_MONTH_NAMED = re.compile(r"(\d{1,2})([- ])([a-z]{3})\2(?:20)?(\d{2})", re.ASCII | re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00(?:\.0+)?)?(?: ?([ap])\.?m\.?)?", re.ASCII | re.IGNORECASE)
YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "☑"})
NO = frozenset({"no", "n", "false", "0", "✗", "✘", "☐"})

# rules


def date_of(text: str) -> date | None:
    """The date in a cell: `2026-10-26`, `26/10/2026` with the day first, or `26-Oct-26`; None for anything else."""
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found[1], found[3], found[4]
    elif found := _YEAR_LAST.fullmatch(text):
        day, month, year = found[1], found[3], found[4]
    elif (found := _MONTH_NAMED.fullmatch(text)) and (name := found[3].lower()) in _MONTHS:
        day, month, year = found[1], str(_MONTHS.index(name) + 1), f"20{found[4]}"
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None  # 2027-02-30 has the form of a date and is none


def time_of(text: str) -> time | None:
    """The time of day in a cell, in whole minutes: `12:30`, `9:05`, `12:30:00`, `1:15 PM`; None for anything else."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return time(hour, minute) if hour < 24 and minute < 60 else None


def yes_of(text: str) -> bool | None:
    """Yes or no as people write it: `Y`, `TRUE`, `1`, `x`; None for anything else, an empty cell too."""
    given = text.casefold().rstrip(".!")
    return True if given in YES else False if given in NO else None
