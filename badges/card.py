"""One badge drawn on paper: the name on a sea-green tile, the square beside or below it. Knows no page and no printer.

A card's origin is its lower left corner; lengths are in millimetres and type sizes in points. It is drawn in lines and
letters only (but for a school's logo), so that it prints as sharp as the printer can.
"""

import math
import re
from dataclasses import dataclass

import qrcode
from qrcode.util import MODE_ALPHA_NUM, QRData
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from badges.code import grouped
from badges.lettering import Lines, fit, write
from badges.sheet import Card
from badges.typefaces import BOLD, REGULAR

INK = HexColor("#1f2933")
SEA = HexColor("#0a5f5f")
DEEP_SEA = HexColor("#085353")
DEEPER_SEA = HexColor("#064747")
SKY = HexColor("#dcecf2")

MODULES = 21
QUIET = 4
ACROSS = MODULES + 2 * QUIET
FOUND = "If you find this badge, please bring it to reception."

_MASK = 2  # any mask is legal, and the search for the best costs five times the drawing


@dataclass(frozen=True)
class Box:
    """A rectangle on the card."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.bottom + self.height


@dataclass(frozen=True)
class Face:
    """The layout of a card of one size. `square` includes the quiet zone; the text is drawn on the `tile`."""

    width: float
    height: float
    module: float
    square: Box
    tile: Box
    words: Box

    @property
    def scale(self) -> float:
        """How large the type is, against that of a bank card."""
        return min(max(self.words.height / 41.4, 0.75), 1.7)


def face(width: float, height: float, *, bleed: float = 0) -> Face:
    """The layout of a card of this size in mm, with the largest square that leaves enough room for the name.

    A larger square can be read from farther away. Its quiet zone may touch the card's edge: the dark part is then four
    modules inside, which is enough where the cut is a little off. With a bleed the tile's colour continues past the
    edges that are cut; without one it stops before the label's edges.
    """
    is_small = height < 45
    edge = 1.5 if is_small else 2.5
    pad = 2.2 if is_small else 3.8
    under = 3.3 if is_small else 5.2  # for the code
    if width >= 1.2 * height:
        module = _twentieths(min((height - under) / ACROSS, max(0.52 * width / ACROSS, 1.2), 2.0))
        zone = module * ACROSS
        square = Box(width - zone - (0.3 if is_small else 0.9), under + (height - under - zone) / 2, zone, zone)
        tile = Box(edge, edge, square.left - edge - 0.4, height - 2 * edge)
    else:
        module = _twentieths(min((width - 2 * edge) / ACROSS, 0.5 * height / ACROSS, 2.5))
        zone = module * ACROSS
        square = Box((width - zone) / 2, under + 3 * edge, zone, zone)
        tile = Box(2 * edge, square.top + 0.4, width - 4 * edge, height - square.top - 0.4 - 2 * edge)
    words = Box(tile.left + pad, tile.bottom + pad, tile.width - 2 * pad, tile.height - 2 * pad)
    if bleed:
        tile = Box(-bleed, -bleed, square.left - 0.4 + bleed, height + 2 * bleed)
    return Face(width, height, module, square, tile, words)


def draw_front(canvas: Canvas, card: Card, look: Face, *, promise: bool, logo: ImageReader | None) -> Lines:
    """The whole front, its lower left corner at the canvas's origin; with the promise where the card has no back.

    Returns the name as it is drawn.
    """
    _draw_tile(canvas, "front", look.tile)
    words, scale = look.words, look.scale
    top, bottom = words.top, words.bottom
    if logo is not None:
        top = _draw_logo(canvas, logo, words, height=8.5 * scale) - 2.5 * scale
    programme = fit(card.programme, REGULAR, width=words.width, largest=8.5 * scale, smallest=6, most_lines=2)
    write(canvas, programme, SKY, left=words.left, width=words.width, top=top)
    top -= programme.height / mm
    if promise:
        sentence = fit(card.sentence, REGULAR, width=words.width, largest=7.5 * scale, smallest=5.5, most_lines=5)
        bottom += sentence.height / mm
        write(canvas, sentence, SKY, left=words.left, width=words.width, top=bottom)
    name = _name(card.name, look, room=top - bottom - 5 * scale)
    write(canvas, name, white, left=words.left, width=words.width, top=(top + bottom + name.height / mm) / 2)
    draw_square(canvas, card.code, look)
    _draw_code(canvas, card.code, look)
    return name


def draw_back(canvas: Canvas, card: Card, look: Face) -> None:
    """The back: the promise (P4) large, and to whom the badge belongs."""
    over = max(0, -look.tile.left)
    edge = -over if over else 2.5
    _draw_tile(canvas, "back", Box(edge, edge, look.width - 2 * edge, look.height - 2 * edge))
    scale = min(max(look.height / 54, 0.7), 1.9)
    left, width = 7 * scale, look.width - 14 * scale
    top, bottom = look.height - 8 * scale, 8 * scale
    whose = fit(card.name, BOLD, width=width, largest=11 * scale, smallest=6, most_lines=2)
    write(canvas, whose, white, left=left, width=width, top=top, centred=True)
    top -= whose.height / mm + 1.8 * scale
    programme = fit(card.programme, REGULAR, width=width, largest=8 * scale, smallest=6, most_lines=2)
    write(canvas, programme, SKY, left=left, width=width, top=top, centred=True)
    top -= programme.height / mm
    found = fit(FOUND, REGULAR, width=width, largest=7.5 * scale, smallest=6, most_lines=2)
    bottom += found.height / mm
    write(canvas, found, SKY, left=left, width=width, top=bottom, centred=True)
    promise = fit(card.sentence, BOLD, width=width, largest=14 * scale, smallest=7, most_lines=5)
    write(canvas, promise, white, left=left, width=width, top=(top + bottom + promise.height / mm) / 2, centred=True)


def matrix(code: str) -> list[list[bool]]:
    """The square's modules, top row first, True where dark: version 1, level H, alphanumeric mode."""
    square = qrcode.QRCode(version=1, error_correction=qrcode.ERROR_CORRECT_H, border=0, mask_pattern=_MASK)
    square.add_data(QRData(code, mode=MODE_ALPHA_NUM))
    square.make(fit=False)
    if square.version != 1 or len(square.modules) != MODULES:
        raise ValueError(f"{code} does not fit the smallest square")
    return [[bool(dark) for dark in row] for row in square.modules]


def draw_square(canvas: Canvas, code: str, look: Face) -> None:
    """Draw the square as one path of runs of dark modules; four modules around it stay empty (the quiet zone)."""
    path = canvas.beginPath()
    size = look.module
    left = look.square.left + size * QUIET
    top = look.square.top - size * QUIET
    for row, modules in enumerate(matrix(code)):
        for start, length in _runs(modules):
            path.rect((left + size * start) * mm, (top - size * (row + 1)) * mm, size * length * mm, size * mm)
    canvas.setFillColor(black)
    canvas.drawPath(path, stroke=0, fill=1)


def _name(text: str, look: Face, *, room: float) -> Lines:
    """The name as large as the tile has room for, in mm: in as few lines as leave it nearly as large as three do."""
    largest = 27 * look.scale
    found = [
        fit(text, BOLD, width=look.words.width, largest=largest, smallest=7, most_lines=lines, room=room)
        for lines in (1, 2, 3)
    ]
    best = max((each.size for each in found if not each.is_cut), default=0)
    return next((each for each in found if not each.is_cut and each.size >= 0.75 * best), found[-1])


def _draw_tile(canvas: Canvas, name: str, tile: Box) -> None:
    """The coloured tile, with two circles that touch: a pair of mentors. The PDF stores it once."""
    if not canvas.hasForm(name):
        canvas.beginForm(name, tile.left * mm, tile.bottom * mm, (tile.left + tile.width) * mm, tile.top * mm)
        _compose_tile(canvas, tile)
        canvas.endForm()
    canvas.doForm(name)


def _compose_tile(canvas: Canvas, tile: Box) -> None:
    shape = canvas.beginPath()
    corner = 3 if tile.left >= 0 else 0  # with a bleed the corner is cut off, so it is not rounded
    shape.roundRect(tile.left * mm, tile.bottom * mm, tile.width * mm, tile.height * mm, corner * mm)
    canvas.clipPath(shape, stroke=0, fill=0)
    canvas.setFillColor(SEA)
    canvas.rect(tile.left * mm, tile.bottom * mm, tile.width * mm, tile.height * mm, stroke=0, fill=1)
    radius = 0.35 * min(tile.height, 1.2 * tile.width)
    low, middle = tile.bottom + 0.42 * radius, tile.left + tile.width * 0.72
    circles = [(middle - 0.56 * radius, low), (middle + 0.56 * radius, low)]
    canvas.setFillColor(DEEP_SEA)
    for x, y in circles:
        canvas.circle(x * mm, y * mm, radius * mm, stroke=0, fill=1)
    shared = canvas.beginPath()
    shared.circle(circles[0][0] * mm, circles[0][1] * mm, radius * mm)
    canvas.clipPath(shared, stroke=0, fill=0)
    canvas.setFillColor(DEEPER_SEA)
    canvas.circle(circles[1][0] * mm, circles[1][1] * mm, radius * mm, stroke=0, fill=1)


def _draw_logo(canvas: Canvas, logo: ImageReader, words: Box, *, height: float) -> float:
    """The school's logo on a white plate at the top of the words; returns where the plate ends."""
    wide, high = logo.getSize()
    pad = 1.2
    size = min((words.width - 2 * pad) / wide, (height - 2 * pad) / high)
    plate = Box(words.left, words.top - high * size - 2 * pad, wide * size + 2 * pad, high * size + 2 * pad)
    canvas.setFillColor(white)
    canvas.roundRect(
        plate.left * mm, plate.bottom * mm, plate.width * mm, plate.height * mm, pad * mm, stroke=0, fill=1
    )
    place = ((plate.left + pad) * mm, (plate.bottom + pad) * mm, wide * size * mm, high * size * mm)
    canvas.drawImage(logo, *place, mask="auto")
    return plate.bottom


def _draw_code(canvas: Canvas, code: str, look: Face) -> None:
    """The code for typing, just below the square's quiet zone."""
    dark = MODULES * look.module
    text = fit(grouped(code), REGULAR, width=dark, largest=min(9.5, 6.5 * look.module), smallest=5, most_lines=1)
    middle = look.square.left + look.square.width / 2
    write(canvas, text, INK, left=middle - dark / 2, width=dark, top=look.square.bottom - 0.2, centred=True)


def _runs(modules: list[bool]) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules in a row."""
    row = "".join("#" if dark else "." for dark in modules)
    return [(run.start(), len(run[0])) for run in re.finditer("#+", row)]


def _twentieths(length: float) -> float:
    """The length, cut to twentieths of a millimetre."""
    return math.floor(length * 20) / 20
