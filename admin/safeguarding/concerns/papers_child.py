"""The hand-over's child process: opened records in as JSON, a chronology on paper out as PDF; text and nothing else.

Started by name (`hand_overs.py`), imported by nobody: it loads the drawing library, which a door never does.
"""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from badges.child import serve
from badges.lettering import BOLD, REGULAR, Lines, flow, load_fonts, write

WIDTH, HEIGHT = 210.0, 297.0  # mm, A4
LEFT, TOP, FOOT = 20.0, 22.0, 20.0
COLUMN = WIDTH - 2 * LEFT
_INK, _QUIET, _LINE = HexColor("#1f2933"), HexColor("#46525e"), HexColor("#d9d2c5")
_POINT = 25.4 / 72  # mm


@dataclass(frozen=True)
class _Placed:
    """Lines, what they are drawn in, and how far above them the line before ends, in millimetres."""

    text: Lines
    quiet: bool
    before: float


def chronology(asked: dict[str, Any]) -> bytes:
    """The records as a PDF, each on its own page: what was written, when and by whom, in that order."""
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
    """A text line by line, so that it can go on over the page."""
    for paragraph in flow(text, font, width=COLUMN, size=size):
        for line in paragraph.lines:
            yield _Placed(Lines((line,), paragraph.font, paragraph.size, paragraph.leftward), quiet, before)
            before = paragraph.size * 0.5 * _POINT


def _sheets(placed: Iterator[_Placed]) -> list[list[tuple[Lines, bool, float]]]:
    """The lines page by page, each with how far it stands below the upper edge."""
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
    """What stands on each page: whose it is, that it is confidential, and which page of how many."""
    for words, top in ((f"Confidential. {asked['school']}. {asked['made']}", 10.0), (page, HEIGHT - 12)):
        [text, *_] = flow(words, REGULAR, width=COLUMN, size=8.5)
        write(canvas, text, _QUIET, left=LEFT, width=COLUMN, top=HEIGHT - top)
    canvas.setStrokeColor(_LINE)
    canvas.line(LEFT * mm, (HEIGHT - 16) * mm, (WIDTH - LEFT) * mm, (HEIGHT - 16) * mm)


def answer(question: bytes, say: Callable[[bytes], None]) -> bytes:  # noqa: ARG001 # a short work says nothing on the way
    """The PDF for one hand-over."""
    return chronology(json.loads(question))


if __name__ == "__main__":
    serve(answer)
