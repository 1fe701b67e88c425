"""Cells of a table that other programs open: whatever a person typed stays a text there (P23)."""

import csv
import io
from collections.abc import Iterable

# words

# What a spreadsheet would run (wide letters too, where its language has them). The apostrophe that hides it gets a
# second where there was one before, so that what is written can be read back as it was.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001

# rules


def starts_a_formula(text: str) -> bool:
    """Whether a spreadsheet would run this text instead of showing it."""
    return text.startswith(FORMULA)


def disarmed(text: str) -> str:
    """The text as a spreadsheet may have it."""
    return f"'{text}" if starts_a_formula(text) or text.startswith("'") else text


def csv_of(columns: Iterable[str], lines: Iterable[Iterable[object]], *, end: str = "\r\n") -> str:
    """A table as CSV text. What a person typed is `disarmed` by whoever knows which cells those are."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text, lineterminator=end)
    sheet.writerow(columns)
    sheet.writerows(lines)
    return text.getvalue()
