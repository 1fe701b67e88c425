"""Sets text on a badge: in a font that has its letters, as large as fits, in its reading direction.

A text is set in Atkinson Hyperlegible Next if that font has all its letters, else as a whole in DejaVu Sans, such as
Vietnamese, Greek, Cyrillic, Hebrew, Arabic, Urdu. For a letter that neither font has, an empty box is printed.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from arabic_reshaper import reshape
from bidi import get_base_level, get_display
from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

REGULAR = "AtkinsonHyperlegibleNext-Regular"
BOLD = "AtkinsonHyperlegibleNext-Bold"
FALLBACK = {REGULAR: "DejaVuSans", BOLD: "DejaVuSans-Bold"}

_FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
# The fallback lacks two forms of the Urdu he, which look like the Arabic ones.
_URDU_HE = str.maketrans({"\ufba6": "\ufee9", "\ufba7": "\ufeea"})
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")


@dataclass(frozen=True)
class Lines:
    """A text set in a width: its lines in reading order, the font, its size in points, and if it runs right to left."""

    lines: tuple[str, ...]
    font: str
    size: float
    leftward: bool = False

    @property
    def leading(self) -> float:
        """From one line to the next, in points."""
        return self.size * (1.08 if self.font in (BOLD, FALLBACK[BOLD]) else 1.25)

    @property
    def height(self) -> float:
        """From the first line's capitals to the last one's baseline, in points."""
        return self.size * 0.72 + self.leading * (len(self.lines) - 1)


def load_fonts() -> None:
    """Register the fonts with the drawing library, once a process."""
    for font in (REGULAR, BOLD, *FALLBACK.values()):
        if font not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(font, _FONTS / f"{font}.ttf"))


@lru_cache(maxsize=256)  # the same words stand on every badge of a sheet
def fit(text: str, font: str, *, width: float, largest: float, smallest: float, most_lines: int) -> Lines:
    """The text as large as it fits a width in millimetres in so many lines; at the smallest size it is cut instead."""
    text, font = _spelt(_one_line(text), font)
    leftward = bool(text) and get_base_level(text) == 1
    size = largest
    while size >= smallest:
        lines = _wrapped(text, _measure(font, size, width))
        if lines is not None and len(lines) <= most_lines:
            return Lines(tuple(lines), font, size, leftward)
        size -= 0.5
    return Lines(tuple(_cut(text, _measure(font, smallest, width), most_lines)), font, smallest, leftward)


def flow(text: str, font: str, *, width: float, size: float) -> list[Lines]:
    """A text of any length in one size: each of its paragraphs in as many lines as it takes, nothing left out."""
    found = []
    for paragraph in text.split("\n"):
        spelt, named = _spelt(_one_line(paragraph), font)
        fits = _measure(named, size, width)
        lines = _wrapped(spelt, fits)
        if lines is None:
            lines = _wrapped(" ".join(piece for word in spelt.split() for piece in _pieces(word, fits)), fits) or [
                spelt
            ]
        found.append(Lines(tuple(lines), named, size, bool(spelt) and get_base_level(spelt) == 1))
    return found


def write(
    canvas: Canvas, text: Lines, colour: Color, *, left: float, width: float, top: float, centred: bool = False
) -> None:
    """Write the lines into a column, both in millimetres, the first line's capitals touching `top`."""
    canvas.setFillColor(colour)
    canvas.setFont(text.font, text.size)
    baseline = top * mm - text.size * 0.72
    for line in text.lines:
        shown = _as_seen(line)
        if centred:
            canvas.drawCentredString((left + width / 2) * mm, baseline, shown)
        elif text.leftward:
            canvas.drawRightString((left + width) * mm, baseline, shown)
        else:
            canvas.drawString(left * mm, baseline, shown)
        baseline -= text.leading


def _one_line(text: str) -> str:
    """The text on one line with single spaces, without control characters and direction marks."""
    return "".join(letter for letter in " ".join(text.split()) if unicodedata.category(letter)[0] != "C")


def _as_seen(line: str) -> str:
    """The line's letters in the order and shape in which they are drawn: Arabic joined, right-to-left runs reversed."""
    return str(get_display(reshape(line).translate(_URDU_HE) if _ARABIC.search(line) else line))


def _spelt(text: str, font: str) -> tuple[str, str]:
    """The text in NFC and a font with all its letters. If neither font has them all, accents are left out as needed."""
    text = unicodedata.normalize("NFC", text)
    for each in (font, FALLBACK[font]):
        glyphs = pdfmetrics.getFont(each).face.charToGlyph
        if all(ord(letter) in glyphs for letter in _as_seen(text)):
            return text, each
    glyphs = pdfmetrics.getFont(FALLBACK[font]).face.charToGlyph
    spelt = ""
    for letter, marks in re.findall(r"(.)([\u0300-\u036f]*)", unicodedata.normalize("NFD", text)):
        forms = (unicodedata.normalize("NFC", letter + kept) for kept in (marks, *marks, ""))
        spelt += next((form for form in forms if len(form) == 1 and ord(form) in glyphs), letter)
    return spelt, FALLBACK[font]


def _measure(font: str, size: float, width: float) -> Callable[[str], bool]:
    """Whether a line of this font and size fits the width."""
    return lambda line: bool(pdfmetrics.stringWidth(_as_seen(line), font, size) <= width * mm)


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


def _pieces(word: str, fits: Callable[[str], bool]) -> list[str]:
    """Split a word that is wider than its line into pieces that fit."""
    pieces, start = [], 0
    while start < len(word):
        length = min(len(word) - start, 200)  # no line holds more, and a longer one is slow to measure
        while length > 1 and not fits(word[start : start + length]):
            length -= max(1, length // 12)
        pieces.append(word[start : start + length])
        start += length
    return pieces


def _cut(text: str, fits: Callable[[str], bool], most_lines: int) -> list[str]:
    """As many lines as are allowed, the last ended by an ellipsis."""
    lines: list[str] = []
    rest = text
    while len(lines) < most_lines - 1 and " " in rest:
        end = max((place for place, letter in enumerate(rest) if letter == " " and fits(rest[:place])), default=0)
        if not end:
            break
        lines.append(rest[:end])
        rest = rest[end + 1 :]
    keep = next((n for n in range(len(rest), 0, -1) if fits(rest[:n] + "…")), 0)
    return [*lines, rest[:keep].rstrip() + "…"]
