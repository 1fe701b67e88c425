"""The sheet maker's child process: cards in, pages out as PDF, every square read back from the finished page."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import cv2
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from badges.card import Box, Face, draw_back, draw_front, face
from badges.child import serve
from badges.given_picture import NotTaken, trimmed_logo, written_anew
from badges.lettering import Lines
from badges.names import shown
from badges.read_back import Expected, Unreadable, page_picture, read_back
from badges.sheet import TRUE, Card, Kind, Printer, Remark
from badges.stationery import SHEETS, Sheet
from badges.typefaces import BOLD, REGULAR, load_fonts, missing, package_for

_LINE = HexColor("#d9d2c5")
_MARK = HexColor("#1f2933")
_MARK_GAP, _MARK_LENGTH = 0.3, 2.5  # mm: the gap between the colour and the mark, and the mark's length

Pages = list[list[tuple[int, Card]]]


def make_pdf(
    pages: Pages,
    sheet: Sheet,
    *,
    two_sided: bool,
    printer: Printer,
    logo: bytes,
    drawn: Callable[[Card, Lines], None] = lambda *_: None,
) -> bytes:
    """The cards in their places, page by page; the same cards give the same bytes. `drawn` gets each name as drawn."""
    file = io.BytesIO()
    canvas = _begun(file, sheet, f"Badges: {pages[0][0][1].programme}")
    picture = ImageReader(io.BytesIO(logo)) if logo else None
    look = front_of(sheet)
    for placed in pages:
        _correct(canvas, sheet, printer)
        for place, card in placed:
            with _at(canvas, sheet, place):
                if sheet.fold:
                    draw_back(canvas, card, look)
                    canvas.translate(sheet.width / 2 * mm, 0)
                drawn(card, draw_front(canvas, card, look, promise=not (two_sided or sheet.fold), logo=picture))
        _draw_marks(canvas, sheet)
        canvas.showPage()
        if two_sided:
            _correct(canvas, sheet, printer)
            for place, card in placed:
                row, column = divmod(place, sheet.columns)
                with _at(canvas, sheet, (row + 1) * sheet.columns - 1 - column):  # turned over on its long edge
                    draw_back(canvas, card, look)
            canvas.showPage()
    canvas.save()
    return file.getvalue()


def make_calibration_page(sheet: Sheet, printer: Printer) -> bytes:
    """Two corners to measure between, the labels' outlines, and what to do with them."""
    file = io.BytesIO()
    canvas = _begun(file, sheet, "Calibration page")
    _correct(canvas, sheet, printer)
    canvas.setStrokeColor(_LINE)
    canvas.setLineWidth(0.3)
    for place in range(sheet.places):
        with _at(canvas, sheet, place):
            canvas.roundRect(0, 0, sheet.width * mm, sheet.height * mm, 2 * mm)
    canvas.setStrokeColor(_MARK)
    canvas.setFillColor(_MARK)
    for x in (TRUE.left, TRUE.left + TRUE.across):
        for down in (TRUE.top, TRUE.top + TRUE.down):
            y = sheet.page_height - down
            canvas.line((x - 6) * mm, y * mm, (x + 6) * mm, y * mm)
            canvas.line(x * mm, (y - 6) * mm, x * mm, (y + 6) * mm)
    canvas.setFont(REGULAR, 11)
    words = (
        f"Printed at 100 % on paper that is not a label sheet; then hold it before a sheet of {sheet.name.upper()}.",
        "Do the outlines lie on the labels? Then there is nothing to do.",
        "If not, measure with a ruler, to half a millimetre, and type the four lengths in:",
        f"A  from the left edge of the paper to the middle of the upper left cross (meant: {TRUE.left:g} mm)",
        f"B  from the upper edge of the paper to the middle of the same cross (meant: {TRUE.top:g} mm)",
        f"C  from that cross to the upper right one (meant: {TRUE.across:g} mm)",
        f"D  from the upper left cross to the lower left one (meant: {TRUE.down:g} mm)",
    )
    lines = canvas.beginText(30 * mm, (sheet.page_height - 40) * mm)
    lines.setLeading(17)
    lines.textLines("\n".join(words))
    canvas.drawText(lines)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def front_of(sheet: Sheet) -> Face:
    """The layout of the sheet's cards; for a folded strip, the layout of its front half."""
    return face(sheet.width / (2 if sheet.fold else 1), sheet.height, bleed=sheet.bleed)


def squares_on(placed: Sequence[tuple[int, Card]], sheet: Sheet, printer: Printer) -> list[Expected]:
    """Which badge's square is to be found where on the page as the PDF has it, in millimetres from its top left."""
    look = front_of(sheet)
    found = []
    for place, card in placed:
        left, top = sheet.corner(place)
        left += look.square.left + (sheet.width / 2 if sheet.fold else 0)
        top += sheet.height - look.square.top
        x, y = printer.shift(left), printer.shift(top, is_down=True)
        right = printer.shift(left + look.square.width)
        foot = printer.shift(top + look.square.height, is_down=True)
        found.append(Expected(card.name, card.code, Box(x, y, right - x, foot - y)))
    return found


def remarks(cards: Sequence[Card], names: Sequence[Lines]) -> Iterator[Remark]:
    """What people should look at before these badges are printed; `names` are those of the cards as drawn."""
    for number, (card, name) in enumerate(zip(cards, names, strict=True)):
        said, emoji = shown(card.name)
        drawn = " ".join(name.lines)
        if not said:
            yield Remark(number, Kind.NOTHING, drawn)
        if name.is_cut:
            yield Remark(number, Kind.CUT, drawn)
        if lacking := missing(said, BOLD):
            yield Remark(number, Kind.NO_FONT, drawn, lacking, package_for(lacking))
        if emoji and said:
            yield Remark(number, Kind.LEFT_OUT, drawn, emoji)


def answer(question: bytes, say: Callable[[bytes], None]) -> bytes:
    """Answer one question: a line of JSON and a body in; a PDF or PNG out, or `!` and words for a refusal."""
    line, _, body = question.partition(b"\n")
    asked = json.loads(line)
    try:
        return _KINDS[asked["kind"]](asked, body, say)
    except (NotTaken, Unreadable) as trouble:
        return b"!" + str(trouble).encode()


def _sheet(asked: dict[str, Any], logo: bytes, say: Callable[[bytes], None]) -> bytes:
    cards, sheet, printer = (
        [Card(**card) for card in asked["cards"]],
        SHEETS[asked["sheet"]],
        Printer(**asked["printer"]),
    )
    two_sided, pages = asked["two_sided"], list(_pages(cards, sheet, asked["start"]))
    say(b"0")
    names: list[Lines] = []
    pdf = make_pdf(
        pages, sheet, two_sided=two_sided, printer=printer, logo=logo, drawn=lambda _, name: names.append(name)
    )
    for remark in remarks(cards, names):
        say(json.dumps(asdict(remark)).encode())
    read = 0
    fronts = [squares_on(placed, sheet, printer) for placed in pages]
    for count in read_back(pdf, fronts, every=2 if two_sided else 1):
        read += count
        say(str(read).encode())
    return pdf


def _calibration(asked: dict[str, Any], _body: bytes, _say: Callable[[bytes], None]) -> bytes:
    return make_calibration_page(SHEETS[asked["sheet"]], Printer(**asked["printer"]))


def _picture(asked: dict[str, Any], pdf: bytes, _say: Callable[[bytes], None]) -> bytes:
    return page_picture(pdf, asked["page"])


def _written_anew(_asked: dict[str, Any], picture: bytes, _say: Callable[[bytes], None]) -> bytes:
    return written_anew(picture)


def _logo(_asked: dict[str, Any], picture: bytes, _say: Callable[[bytes], None]) -> bytes:
    logo, was_trimmed = trimmed_logo(picture)
    return (b"trimmed" if was_trimmed else b"whole") + b"\n" + logo


_KINDS = {
    "sheet": _sheet,
    "logo": _logo,
    "calibration": _calibration,
    "picture": _picture,
    "written anew": _written_anew,
}


def _pages(cards: Sequence[Card], sheet: Sheet, start: int) -> Iterator[list[tuple[int, Card]]]:
    """The cards with their places, page by page, the first from label `start` on."""
    taken = start - 1
    placed = [(taken + number, card) for number, card in enumerate(cards)]
    for page in range(sheet.pages(len(cards), start=start)):
        yield [(at - page * sheet.places, card) for at, card in placed if at // sheet.places == page]


def _begun(file: io.BytesIO, sheet: Sheet, title: str) -> Canvas:
    load_fonts()
    canvas = Canvas(file, pagesize=(sheet.page_width * mm, sheet.page_height * mm), invariant=True, lang="en-GB")
    canvas.setTitle(title)
    canvas.setSubject(sheet.title)
    canvas.setCreator("Drop-in")
    canvas.setViewerPreference("PrintScaling", "None")  # a viewer that fits to the page would move every label
    return canvas


def _correct(canvas: Canvas, sheet: Sheet, printer: Printer) -> None:
    """Shift and scale this page by the printer's calibration."""
    left, top = printer.shift(0), printer.shift(0, is_down=True)
    wide, high = printer.shift(1) - left, printer.shift(1, is_down=True) - top
    canvas.transform(wide, 0, 0, high, left * mm, (sheet.page_height * (1 - high) - top) * mm)


@contextmanager
def _at(canvas: Canvas, sheet: Sheet, place: int) -> Iterator[None]:
    """A context in which the canvas's origin is this card's lower left corner."""
    left, top = sheet.corner(place)
    canvas.saveState()
    canvas.translate(left * mm, (sheet.page_height - top - sheet.height) * mm)
    yield
    canvas.restoreState()


def _draw_marks(canvas: Canvas, sheet: Sheet) -> None:
    """Where to cut and to fold: short lines outside every card."""
    if sheet.fold:
        canvas.setStrokeColor(_LINE)
        canvas.setLineWidth(0.4)
        canvas.setDash(2, 3)
        canvas.line(sheet.width / 2 * mm, 0, sheet.width / 2 * mm, sheet.page_height * mm)
        canvas.line(0, sheet.height * mm, sheet.width * mm, sheet.height * mm)
        return
    if not sheet.bleed or sheet.places == 1:
        return
    corners = [sheet.corner(place) for place in range(sheet.places)]
    across = sorted({x + end for x, _ in corners for end in (0, sheet.width)})
    down = sorted({sheet.page_height - y - end for _, y in corners for end in (0, sheet.height)})
    near = sheet.bleed + _MARK_GAP
    far = near + _MARK_LENGTH
    marks = [(x, y + side * near, x, y + side * far) for x in across for side, y in ((1, down[-1]), (-1, down[0]))]
    marks += [(x + side * near, y, x + side * far, y) for y in down for side, x in ((1, across[-1]), (-1, across[0]))]
    canvas.setStrokeColor(_MARK)
    canvas.setLineWidth(0.3)
    canvas.lines([tuple(end * mm for end in mark) for mark in marks])


if __name__ == "__main__":
    cv2.setNumThreads(1)
    serve(answer)
