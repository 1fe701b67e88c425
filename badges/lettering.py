"""Sets text on paper in fonts that have its letters, as large as fits, in its reading direction and script's shape.

Latin, Greek and Cyrillic are set as text; scripts whose letters join or change place are shaped and drawn as outlines.
For a letter that no font has, an empty box is printed.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from bidi import get_base_level
from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import FILL_NON_ZERO, Canvas

from badges.names import JOINERS, one_line, shown
from badges.typefaces import BOLD, FALLBACK, Run, base_font, is_tall, outline, runs, shaped
from badges.typefaces import width as width_of

_LONGEST = 200  # letters on a line; a longer one is slow to measure
_VIRAMA = 9  # the combining class of the sign that joins two consonants
_HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # may be broken after any letter
_WORD = re.compile(rf"[{_HAN}]\s*|[^\s{_HAN}-]+-*\s*|-+\s*")


@dataclass(frozen=True)
class Lines:
    """A text set in a width: its lines in reading order, the font, its size in points, and how it is to be read.

    `tall`: its script has signs above and below the letters. `is_cut`: not all of it is there.
    """

    lines: tuple[str, ...]
    font: str
    size: float
    leftward: bool = False
    tall: bool = False
    is_cut: bool = False

    @property
    def leading(self) -> float:
        """From one line to the next, in points."""
        if self.tall:
            return self.size * 1.35
        return self.size * (1.08 if self.font in (BOLD, FALLBACK[BOLD]) else 1.25)

    @property
    def rise(self) -> float:
        """From the first line's baseline to its top, in points."""
        return self.size * (0.95 if self.tall else 0.72)

    @property
    def height(self) -> float:
        """From the first line's top to the last one's baseline, or to the signs below it, in points."""
        return self.rise + self.leading * (len(self.lines) - 1) + (0.3 * self.size if self.tall else 0)


@lru_cache(maxsize=512)  # the same words stand on every badge of a sheet
def fit(
    text: str, font: str, *, width: float, largest: float, smallest: float, most_lines: int, room: float = math.inf
) -> Lines:
    """The text as large as it fits a width and a height (`room`), both in millimetres, in so many lines.

    It is cut only at the smallest size.
    """
    said, _ = shown(text)
    named = base_font(said, font)
    one = _set(said, [said], font, smallest)
    size = largest
    while size >= smallest:
        lines = _wrapped(said, _measure(named, size, width))
        if lines is not None and len(lines) <= most_lines:
            whole = replace(one, lines=tuple(lines), size=size)
            if whole.height <= room * mm:
                return whole
        size -= 0.5
    more = math.inf if room == math.inf else (room * mm - one.height) // one.leading
    count = int(min(most_lines, 1 + max(0, more)))
    fits = _measure(named, smallest, width)
    lines = _wrapped(said, fits)
    if lines is not None and len(lines) <= count:
        return replace(one, lines=tuple(lines))
    return replace(one, lines=tuple(_cut(said, fits, count)), is_cut=True)


def flow(text: str, font: str, *, width: float, size: float) -> list[Lines]:
    """A text of any length in one size: each of its paragraphs in as many lines as it takes, nothing left out."""
    found = []
    for paragraph in text.split("\n"):
        said = one_line(paragraph)
        fits = _measure(base_font(said, font), size, width)
        lines = _wrapped(said, fits)
        if lines is None:
            lines = _wrapped(" ".join(piece for word in said.split() for piece in _pieces(word, fits)), fits) or [said]
        found.append(_set(said, lines, font, size))
    return found


def write(
    canvas: Canvas, text: Lines, colour: Color, *, left: float, width: float, top: float, centred: bool = False
) -> None:
    """Write the lines into a column, both in millimetres, the first line's capitals touching `top`."""
    canvas.setFillColor(colour)
    baseline = top * mm - text.rise
    for line in text.lines:
        spare = width * mm - _width(line, text.font, text.size)
        x = left * mm + (spare / 2 if centred else spare if text.leftward else 0)
        for run in runs(line, text.font):
            _draw(canvas, run, text.size, x, baseline)
            x += width_of(run, text.size)
        baseline -= text.leading


def _set(said: str, lines: list[str], font: str, size: float) -> Lines:
    leftward = bool(said) and get_base_level(said) == 1
    font = base_font(said, font)
    return Lines(tuple(lines), font, size, leftward=leftward, tall=is_tall(said, font))


def _draw(canvas: Canvas, run: Run, size: float, x: float, y: float) -> None:
    """Draw a run from its left end on, as text or as the outlines of its glyphs; lengths in points."""
    if run.is_plain:
        canvas.setFont(run.face.name, size)
        canvas.drawString(x, y, run.text)
        return
    scale = size / run.face.units
    path = canvas.beginPath()
    for glyph in shaped(run)[0]:
        for kind, lengths in outline(run.face, glyph.number):
            starts = ((x + glyph.x * scale), (y + glyph.y * scale))
            getattr(path, kind)(*(starts[n % 2] + length * scale for n, length in enumerate(lengths)))
    canvas.drawPath(path, stroke=0, fill=1, fillMode=FILL_NON_ZERO)


def _width(line: str, font: str, size: float) -> float:
    return sum(width_of(run, size) for run in runs(line, font))


def _measure(font: str, size: float, width: float) -> Callable[[str], bool]:
    """Whether a line of this font and size fits the width. None holds more letters than _LONGEST."""
    return lambda line: len(line) <= _LONGEST and _width(line, font, size) <= width * mm


def _wrapped(text: str, fits: Callable[[str], bool]) -> list[str] | None:
    """The text in lines that fit, broken at spaces and after hyphens; None where a single word does not."""
    lines = [""]
    for word in _WORD.findall(text):
        if not fits(word.strip()):
            return None
        if not fits((lines[-1] + word).strip()):
            lines.append("")
        lines[-1] += word
    return [line.strip() for line in lines]


def _pieces(word: str, fits: Callable[[str], bool]) -> list[str]:
    """Split a word that is wider than its line into pieces that fit."""
    pieces, start = [], 0
    while start < len(word):
        length = min(len(word) - start, _LONGEST)
        while length > 1 and not fits(word[start : start + length]):
            length -= max(1, length // 12)
        pieces.append(word[start : start + length])
        start += length
    return pieces


def _cut(text: str, fits: Callable[[str], bool], most_lines: int) -> list[str]:
    """As many lines as are allowed, broken as `_wrapped` does, the last ended by an ellipsis."""
    lines, rest = [""], _WORD.findall(text)
    while rest:
        if fits((lines[-1] + rest[0]).strip()):
            lines[-1] += rest.pop(0)
        elif lines[-1] and len(lines) < most_lines:
            lines.append("")
        else:
            break
    last = lines[-1] + "".join(rest)
    lengths = (length for length in range(min(len(last), _LONGEST), 0, -1) if _ends_here(last, length))
    keep = next((length for length in lengths if fits(last[:length].rstrip() + "…")), 0)
    return [*(line.strip() for line in lines[:-1]), last[:keep].rstrip() + "…"]


def _ends_here(text: str, length: int) -> bool:
    """Whether the text may be cut after so many letters: not between a letter and a sign that belongs to it."""
    after = text[length : length + 1]
    joined = text[length - 1] in JOINERS or unicodedata.combining(text[length - 1]) == _VIRAMA
    return not joined and not (after and (unicodedata.category(after)[0] == "M" or after in JOINERS))
