"""One badge drawn on paper: the name on a sea-green tile, the square beside it. Knows no page and no printer.

A card is 85.6 x 54 mm (CR80, as a bank card), its origin the lower left corner; lengths are in millimetres and
type sizes in points. It is drawn in lines and letters only, so that it prints as sharp as the printer can.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import qrcode
from qrcode.util import MODE_ALPHA_NUM, QRData
from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from badges.code import grouped
from badges.sheet import Card

REGULAR = "AtkinsonHyperlegibleNext-Regular"
BOLD = "AtkinsonHyperlegibleNext-Bold"

INK = HexColor("#1f2933")
SEA = HexColor("#0a5f5f")
DEEP_SEA = HexColor("#085353")
DEEPER_SEA = HexColor("#064747")
SKY = HexColor("#dcecf2")

MODULE = 1.4  # 29 modules with the quiet zone make 40.6 mm: as large as a card and a name allow
_MODULES = 21
_QUIET = 4
_MASK = 2  # any mask is legal, and the search for the best costs five times the drawing

_WIDTH, _HEIGHT = 85.6, 54.0
_SQUARE_LEFT = _WIDTH - 0.9 - MODULE * (_MODULES + 2 * _QUIET)
_SQUARE_BOTTOM = 10.8
_CODE_WIDTH = 38.0
_TILE = 2.5  # from the edge: a cut half a millimetre off does not show
_TILE_WIDTH = _SQUARE_LEFT - _TILE - 0.4
_TILE_HEIGHT = _HEIGHT - 2 * _TILE
_TEXT_LEFT = _TILE + 3.8
_TEXT_WIDTH = _TILE_WIDTH - 2 * 3.8
_FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"


@dataclass(frozen=True)
class Lines:
    """A text set in a width: its lines, and their size in points."""

    lines: tuple[str, ...]
    size: float


def load_fonts() -> None:
    """Make the two fonts known to the drawing library; once a process."""
    for font in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(font, _FONTS / f"{font}.ttf"))


def draw(canvas: Canvas, card: Card) -> None:
    """Draw the whole card with its lower left corner at the canvas's origin."""
    _draw_tile(canvas)
    programme = fit(card.programme, REGULAR, largest=8.5, smallest=6.5, most_lines=2)
    _draw_lines(canvas, programme, REGULAR, SKY, top=_HEIGHT - _TILE - 4.2)
    name = fit(card.name, BOLD, largest=27, smallest=10, most_lines=2)
    _draw_lines(canvas, name, BOLD, white, top=_HEIGHT - _TILE - 14.2)
    sentence = fit(card.sentence, REGULAR, largest=7.5, smallest=6, most_lines=4)
    _draw_lines(canvas, sentence, REGULAR, SKY, bottom=_TILE + 4.2)
    draw_square(canvas, card.code)
    _draw_code(canvas, card.code)


def matrix(code: str) -> list[list[bool]]:
    """The square's modules, top row first, True where dark: version 1, level H, alphanumeric mode."""
    square = qrcode.QRCode(version=1, error_correction=qrcode.ERROR_CORRECT_H, border=0, mask_pattern=_MASK)
    square.add_data(QRData(code, mode=MODE_ALPHA_NUM))
    square.make(fit=False)
    if square.version != 1 or len(square.modules) != _MODULES:
        raise ValueError(f"{code} does not fit the smallest square")
    return [[bool(dark) for dark in row] for row in square.modules]


def draw_square(canvas: Canvas, code: str) -> None:
    """The square as one path: runs of dark modules, with nothing around them for the width of four."""
    path = canvas.beginPath()
    left = _SQUARE_LEFT + MODULE * _QUIET
    top = _SQUARE_BOTTOM + MODULE * (_QUIET + _MODULES)
    for row, modules in enumerate(matrix(code)):
        for start, length in _runs(modules):
            path.rect((left + MODULE * start) * mm, (top - MODULE * (row + 1)) * mm, MODULE * length * mm, MODULE * mm)
    canvas.setFillColor(black)
    canvas.drawPath(path, stroke=0, fill=1)


def fit(text: str, font: str, *, largest: float, smallest: float, most_lines: int) -> Lines:
    """The text as large as it fits the tile's width in so many lines; at the smallest size it is cut instead."""
    text = _spelt(_one_line(text), font)
    size = largest
    while size >= smallest:
        lines = _wrapped(text, _measure(font, size))
        if lines is not None and len(lines) <= most_lines:
            return Lines(tuple(lines), size)
        size -= 0.5
    return Lines(tuple(_cut(text, _measure(font, smallest), most_lines)), smallest)


def _draw_tile(canvas: Canvas) -> None:
    """The coloured tile, with two circles that meet: a pair of mentors."""
    canvas.saveState()
    tile = canvas.beginPath()
    tile.roundRect(_TILE * mm, _TILE * mm, _TILE_WIDTH * mm, _TILE_HEIGHT * mm, 3 * mm)
    canvas.clipPath(tile, stroke=0, fill=0)
    canvas.setFillColor(SEA)
    canvas.rect(0, 0, _SQUARE_LEFT * mm, _HEIGHT * mm, stroke=0, fill=1)
    canvas.setFillColor(DEEP_SEA)
    canvas.circle(22 * mm, 8 * mm, 17 * mm, stroke=0, fill=1)
    canvas.circle(41 * mm, 8 * mm, 17 * mm, stroke=0, fill=1)
    shared = canvas.beginPath()
    shared.circle(22 * mm, 8 * mm, 17 * mm)
    canvas.clipPath(shared, stroke=0, fill=0)
    canvas.setFillColor(DEEPER_SEA)
    canvas.circle(41 * mm, 8 * mm, 17 * mm, stroke=0, fill=1)
    canvas.restoreState()


def _draw_lines(canvas: Canvas, text: Lines, font: str, colour: Color, *, top: float = 0, bottom: float = 0) -> None:
    """Lines of text in the tile, hanging from `top` or standing on `bottom`."""
    leading = text.size * (1.08 if font == BOLD else 1.25)
    capitals = text.size * 0.72
    baseline = top * mm - capitals if top else bottom * mm + leading * (len(text.lines) - 1)
    canvas.setFillColor(colour)
    canvas.setFont(font, text.size)
    for line in text.lines:
        canvas.drawString(_TEXT_LEFT * mm, baseline, line)
        baseline -= leading


def _draw_code(canvas: Canvas, code: str) -> None:
    text = grouped(code)
    size = min(9.5, 9.5 * _CODE_WIDTH * mm / pdfmetrics.stringWidth(text, REGULAR, 9.5))
    canvas.setFillColor(INK)
    canvas.setFont(REGULAR, size)
    canvas.drawCentredString((_SQUARE_LEFT + MODULE * (_QUIET + _MODULES / 2)) * mm, 8.2 * mm, text)


def _runs(modules: list[bool]) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules in a row."""
    row = "".join("#" if dark else "." for dark in modules)
    return [(run.start(), len(run[0])) for run in re.finditer("#+", row)]


def _one_line(text: str) -> str:
    """Letters and single spaces: no control character, nothing that turns the direction of what follows."""
    return "".join(letter for letter in " ".join(text.split()) if unicodedata.category(letter)[0] != "C")


def _spelt(text: str, font: str) -> str:
    """The text in letters the font has: where it lacks one, with fewer of its accents rather than none.

    A letter of a script the font does not know stays, and is drawn as the font's empty box: seen, not lost.
    """
    glyphs = pdfmetrics.getFont(font).face.charToGlyph
    spelt = ""
    for letter, marks in re.findall(r"(.)([\u0300-\u036f]*)", unicodedata.normalize("NFD", text)):
        forms = (unicodedata.normalize("NFC", letter + kept) for kept in (marks, *marks, ""))
        spelt += next((form for form in forms if len(form) == 1 and ord(form) in glyphs), letter)
    return spelt


def _measure(font: str, size: float) -> Callable[[str], bool]:
    """Whether a line of this font and size fits the tile."""
    return lambda line: bool(pdfmetrics.stringWidth(line, font, size) <= _TEXT_WIDTH * mm)


def _wrapped(text: str, fits: Callable[[str], bool]) -> list[str] | None:
    """The text in lines that fit, broken at spaces and after hyphens; None where a single word does not."""
    lines = [""]
    for word in re.findall(r"[^\s-]+-*\s*|-+\s*", text):
        if not fits(word.strip()):
            return None
        if not fits((lines[-1] + word).strip()):
            lines.append("")
        lines[-1] += word
    return [line.strip() for line in lines]


def _cut(text: str, fits: Callable[[str], bool], most_lines: int) -> list[str]:
    """As many lines as are allowed, the last ended by an ellipsis."""
    lines: list[str] = []
    rest = text
    while len(lines) < most_lines - 1 and " " in rest:
        end = max((place for place in _spaces(rest) if fits(rest[:place])), default=0)
        if not end:
            break
        lines.append(rest[:end])
        rest = rest[end + 1 :]
    keep = next((n for n in range(len(rest), 0, -1) if fits(rest[:n] + "…")), 0)
    return [*lines, rest[:keep].rstrip() + "…"]


def _spaces(text: str) -> list[int]:
    return [place for place, letter in enumerate(text) if letter == " "]
