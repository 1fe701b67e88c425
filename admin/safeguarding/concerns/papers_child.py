"""The hand-over's child process: reads decrypted records as JSON and returns a chronology as PDF.

`hand_overs.py` starts it by name and nothing imports it, so the web processes never load the PDF library.
"""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from badges.child import serve
from badges.lettering import Lines, flow, write
from badges.typefaces import BOLD, REGULAR, load_fonts

WIDTH, HEIGHT = 210.0, 297.0  # mm, A4
LEFT, TOP, FOOT = 20.0, 22.0, 20.0
COLUMN = WIDTH - 2 * LEFT
_INK, _QUIET, _LINE = HexColor("#1f2933"), HexColor("#46525e"), HexColor("#d9d2c5")
_POINT = 25.4 / 72  # one point in mm


@dataclass(frozen=True)
class _Placed:
    """One line of text to draw. `before`: the space above it in mm."""

    text: Lines
    quiet: bool
    before: float


def chronology(asked: dict[str, Any]) -> bytes:
    """The records as a PDF, each beginning on a new page: when each entry was written, by whom, and its text."""
    load_fonts()
    sheets = [sheet for record in asked["records"] for sheet in _sheets(_placed(asked, record))]
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH * mm, HEIGHT * mm), invariant=True, lang="en-GB")
    canvas.setTitle(f"Concerns, hand-over by {asked['by']}")
    for number, sheet in enumerate(sheets, 1):
        _head(canvas, asked, f"Page {number} of {len(sheets)}")
        for text, quiet, top in sheet:
            write(canvas, text, _QUIET if quiet else _INK, left=LEFT, width=COLUMN, top=(HEIGHT - top))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _placed(asked: dict[str, Any], record: dict[str, Any]) -> Iterator[_Placed]:
    yield from _text(f"Concern {record['number']}", BOLD, 17, before=0)
    yield from _text(record["about"], REGULAR, 10, before=2, quiet=True)
    for entry in record["entries"]:
        yield from _text(f"{entry['at']}, {entry['kind']}", BOLD, 11.5, before=7)
        yield from _text(f"Written by {entry['by']}. Entry {entry['number']}.", REGULAR, 9, before=1.2, quiet=True)
        for label, said in entry["said"]:
            yield from _text(label, BOLD, 9.5, before=3)
            yield from _text(said, REGULAR, 10.5, before=1)
    yield from _text(asked["mark"], REGULAR, 8, before=9, quiet=True)


def _text(text: str, font: str, size: float, *, before: float, quiet: bool = False) -> Iterator[_Placed]:
    """A text as single lines, so that it can continue on the next page."""
    for paragraph in flow(text, font, width=COLUMN, size=size):
        for line in paragraph.lines:
            yield _Placed(replace(paragraph, lines=(line,)), quiet, before)
            before = paragraph.size * 0.5 * _POINT


def _sheets(placed: Iterator[_Placed]) -> list[list[tuple[Lines, bool, float]]]:
    """The lines of each page, each with its distance in mm from the upper edge."""
    sheets: list[list[tuple[Lines, bool, float]]] = [[]]
    top = TOP
    for each in placed:
        tall = each.text.size * _POINT
        top += each.before
        if top + tall > HEIGHT - FOOT and sheets[-1]:
            sheets.append([])
            top = TOP
        sheets[-1].append((each.text, each.quiet, top))
        top += tall
    return sheets


def _head(canvas: Canvas, asked: dict[str, Any], page: str) -> None:
    """Draw what every page has: the school, that it is confidential, and the page number."""
    for words, top in ((f"Confidential. {asked['school']}. {asked['made']}", 10.0), (page, HEIGHT - 12)):
        [text, *_] = flow(words, REGULAR, width=COLUMN, size=8.5)
        write(canvas, text, _QUIET, left=LEFT, width=COLUMN, top=HEIGHT - top)
    canvas.setStrokeColor(_LINE)
    canvas.line(LEFT * mm, (HEIGHT - 16) * mm, (WIDTH - LEFT) * mm, (HEIGHT - 16) * mm)


def answer(question: bytes, say: Callable[[bytes], None]) -> bytes:  # noqa: ARG001 # there is no progress to report
    """The PDF of one hand-over, given as JSON."""
    return chronology(json.loads(question))


if __name__ == "__main__":
    serve(answer)
