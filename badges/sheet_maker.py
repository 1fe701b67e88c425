"""The sheet maker's child process: cards in, pages of them out as PDF."""

import io
import json
from collections.abc import Callable, Sequence

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from badges.card import draw, load_fonts
from badges.child import serve
from badges.sheet import SHEETS, Card, Sheet

_LINE = HexColor("#d9d2c5")
_MARK = HexColor("#1f2933")
_MARK_GAP, _MARK_LENGTH = 1.5, 4.0  # mm from the cards, and long


def make_pdf(cards: Sequence[Card], sheet: Sheet) -> bytes:
    """The cards in order, row by row, on as many pages as they need; the same cards give the same bytes."""
    load_fonts()
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(sheet.page_width * mm, sheet.page_height * mm), invariant=True, lang="en-GB")
    canvas.setTitle(f"Badges: {cards[0].programme}")
    canvas.setSubject(sheet.title)
    canvas.setCreator("Drop-in")
    for first in range(0, len(cards), sheet.places):
        _draw_page(canvas, cards[first : first + sheet.places], sheet)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def answer(question: bytes, _say: Callable[[bytes], None]) -> bytes:
    """A PDF for JSON with the sheet's name and the cards."""
    asked = json.loads(question)
    return make_pdf([Card(**card) for card in asked["cards"]], SHEETS[asked["sheet"]])


def _draw_page(canvas: Canvas, cards: Sequence[Card], sheet: Sheet) -> None:
    for place, card in enumerate(cards):
        row, column = divmod(place, sheet.columns)
        canvas.saveState()
        canvas.translate(
            (sheet.left + column * sheet.pitch_x) * mm,
            (sheet.page_height - sheet.top - row * sheet.pitch_y - sheet.height) * mm,
        )
        _draw_edge(canvas, sheet)
        draw(canvas, card)
        canvas.restoreState()
    _draw_marks(canvas, sheet)


def _draw_edge(canvas: Canvas, sheet: Sheet) -> None:
    canvas.setStrokeColor(_LINE)
    canvas.setLineWidth(0.25)
    canvas.rect(0, 0, sheet.width * mm, sheet.height * mm, stroke=1, fill=0)


def _draw_marks(canvas: Canvas, sheet: Sheet) -> None:
    """Where the guillotine cuts: short lines in the margins, outside every card."""
    across = _edges(sheet.left, sheet.pitch_x, sheet.width, sheet.columns)
    down = [sheet.page_height - edge for edge in _edges(sheet.top, sheet.pitch_y, sheet.height, sheet.rows)]
    near, far = _MARK_GAP, _MARK_GAP + _MARK_LENGTH
    marks = [
        (x, y + side * near, x, y + side * far) for x in across for side, y in ((1, max(down)), (-1, min(down)))
    ] + [(x + side * near, y, x + side * far, y) for y in down for side, x in ((1, max(across)), (-1, min(across)))]
    canvas.setStrokeColor(_MARK)
    canvas.setLineWidth(0.3)
    canvas.lines([tuple(end * mm for end in mark) for mark in marks])


def _edges(start: float, pitch: float, length: float, count: int) -> list[float]:
    """Both edges of each card along one side of the page, shared ones once."""
    return sorted({round(start + n * pitch + end, 3) for n in range(count) for end in (0, length)})


if __name__ == "__main__":
    serve(answer)
