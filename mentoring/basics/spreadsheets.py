"""Writes CSV for spreadsheet programs; no cell that a person typed can start a formula (P23)."""

import csv
import io
from collections.abc import Iterable

# words

# A spreadsheet runs a text that begins so, full-width characters too. It gets an apostrophe in front; a text that
# begins with an apostrophe gets a second one, so that the original can be restored.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001

# rules


def starts_a_formula(text: str) -> bool:
    """Whether a spreadsheet would run this text instead of showing it."""
    return text.startswith(FORMULA)


def disarmed(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it."""
    return f"'{text}" if starts_a_formula(text) or text.startswith("'") else text


def as_typed(text: str) -> str:
    """The text that `disarmed` was given, from what it made of it; any other text as it is."""
    bare = text[1:]
    return bare if text.startswith("'") and (starts_a_formula(bare) or bare.startswith("'")) else text


def csv_of(columns: Iterable[str], lines: Iterable[Iterable[object]], *, end: str = "\r\n") -> str:
    """A table as CSV text. The caller uses `disarmed` for cells that a person typed."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text, lineterminator=end)
    sheet.writerow(columns)
    sheet.writerows(lines)
    return text.getvalue()
