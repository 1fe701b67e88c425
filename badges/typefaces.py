"""Which font has a letter, and how a text of one font is shaped: its glyphs, their places and their outlines.

Fonts are looked for in this order: Atkinson Hyperlegible Next, DejaVu Sans, the Noto fonts of this package, and those
that Debian's packages `fonts-noto-core` and `fonts-noto-cjk` put on the box.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import uharfbuzz as hb
from bidi import get_display
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from badges.names import JOINERS

REGULAR = "AtkinsonHyperlegibleNext-Regular"
BOLD = "AtkinsonHyperlegibleNext-Bold"
FALLBACK = {REGULAR: "DejaVuSans", BOLD: "DejaVuSans-Bold"}
OURS = Path(__file__).resolve().parent.parent / "static" / "fonts"
INSTALLED = Path("/usr/share/fonts")

_NATIVE = frozenset({*FALLBACK, *FALLBACK.values()})  # those that the PDF embeds; the others are drawn as outlines
_SIMPLIFIED = 2  # which font of the collection: Japanese, Korean, simplified Chinese, ...
_LEVEL = re.compile(r"Level\(\s*(\d+)")
_TURNED = frozenset({"R", "AL", "AN"})


@dataclass(frozen=True)
class Typeface:
    """One font. `name`: of its file, without the ending. `native`: the PDF library can set it as text."""

    name: str
    font: hb.Font
    units: int
    native: bool

    def has(self, letter: str) -> bool:
        """Whether the font has this letter. What is invisible needs no glyph."""
        return letter in JOINERS or self.font.get_nominal_glyph(ord(letter)) is not None


@dataclass(frozen=True)
class Run:
    """Neighbouring letters of one font and direction, in reading order."""

    text: str
    face: Typeface
    leftward: bool

    @property
    def is_plain(self) -> bool:
        """Whether the letters stand side by side as they are, so that the PDF library can set them as text."""
        return self.face.native and not self.leftward and not any(map(unicodedata.combining, self.text))


@dataclass(frozen=True)
class Glyph:
    """One glyph of a shaped run and its place from the run's left end, in units of the font."""

    number: int
    x: float
    y: float


def load_fonts() -> None:
    """Register the fonts that are embedded with the drawing library, once a process."""
    for name in _NATIVE:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, OURS / f"{name}.ttf"))


@lru_cache(maxsize=4096)
def runs(line: str, font: str) -> tuple[Run, ...]:
    """The line's runs from left to right, as they are drawn."""
    if line.isascii():
        return (Run(line, _ours(font), leftward=False),)
    levels, faces = _levels(line), _faces(line, font)
    pieces: list[tuple[int, list[str], Typeface]] = []
    for letter, level, face in zip(line, levels, faces, strict=True):
        if pieces and pieces[-1][0] == level and pieces[-1][2] is face:
            pieces[-1][1].append(letter)
        else:
            pieces.append((level, [letter], face))
    return tuple(Run("".join(text), face, bool(level % 2)) for level, text, face in _reordered(pieces))


def base_font(text: str, font: str) -> str:
    """The embedded font for a text: this one, or the fallback where only that has a letter, so that names match."""
    fallback = FALLBACK.get(font, font)
    return fallback if any(font_having(letter, font) is _ours(fallback) for letter in set(text)) else font


def missing(text: str, font: str) -> str:
    """The letters of the text that no font on this box has, each once."""
    return "".join(dict.fromkeys(letter for letter in text if not letter.isspace() and not font_having(letter, font)))


def package_for(letters: str) -> str:
    """The package of Debian in which the fonts for these letters are; empty if they are on this box already."""
    is_far_east = any(unicodedata.east_asian_width(letter) in "WF" for letter in letters)
    package, folder = ("fonts-noto-cjk", "opentype") if is_far_east else ("fonts-noto-core", "truetype")
    return "" if any((INSTALLED / folder / "noto").glob("NotoSans*")) else package


def is_tall(text: str, font: str) -> bool:
    """Whether a letter comes from a font whose signs stand above the capitals or below the line."""
    return any(face is not None and not face.native for face in (font_having(letter, font) for letter in set(text)))


def width(run: Run, size: float) -> float:
    """How wide the run is at this size, both in points."""
    if run.is_plain:
        return float(pdfmetrics.stringWidth(run.text, run.face.name, size))
    return shaped(run)[1] * size / run.face.units


@lru_cache(maxsize=4096)
def shaped(run: Run) -> tuple[tuple[Glyph, ...], float]:
    """The run's glyphs, letters joined and signs placed as its script asks, and its width in units of the font."""
    buffer = hb.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.leftward else "ltr"
    hb.shape(run.face.font, buffer)
    glyphs, x = [], 0.0
    for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(Glyph(glyph.codepoint, x + place.x_offset, float(place.y_offset)))
        x += place.x_advance
    return tuple(glyphs), x


class Outline:
    """Collects a glyph's outline as moves, lines and cubic curves, in units of the font."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, tuple[float, ...]]] = []
        self._at = (0.0, 0.0)

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 # these are the names that a pen has
        """Begin a contour."""
        self._step("moveTo", point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        """A straight line."""
        self._step("lineTo", point)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        """A cubic curve."""
        self._step("curveTo", *points)

    def qCurveTo(self, by: tuple[float, float], to: tuple[float, float]) -> None:  # noqa: N802
        """A quadratic curve, as the cubic one of the same shape."""
        (x, y), (u, v), (a, b) = self._at, by, to
        self._step(
            "curveTo", (x + (u - x) * 2 / 3, y + (v - y) * 2 / 3), (a + (u - a) * 2 / 3, b + (v - b) * 2 / 3), to
        )

    def closePath(self) -> None:  # noqa: N802
        """End a contour."""
        self.steps.append(("close", ()))

    def _step(self, kind: str, *points: tuple[float, float]) -> None:
        self.steps.append((kind, tuple(length for point in points for length in point)))
        self._at = points[-1]


@lru_cache(maxsize=2048)
def outline(face: Typeface, glyph: int) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """A glyph's outline: names of path operations of the PDF library with their coordinates, in units of the font."""
    pen = Outline()
    face.font.draw_glyph_with_pen(glyph, pen)
    return tuple(pen.steps)


def _levels(line: str) -> list[int]:
    """The embedding level of each letter by the Unicode bidirectional algorithm (UAX 9): odd where read leftwards."""
    if not any(unicodedata.bidirectional(letter) in _TURNED for letter in line):
        return [0] * len(line)
    # The library tells its levels in this form only: one for each byte, the paragraph's last.
    of_bytes = [int(level) for level in _LEVEL.findall(str(get_display(line, debug=True)))]
    starts = [0]
    for letter in line:
        starts.append(starts[-1] + len(letter.encode()))
    if len(of_bytes) != starts[-1] + 1:
        raise ValueError("the levels do not belong to this line")
    return [of_bytes[start] for start in starts[:-1]]


def _reordered(pieces: list[tuple[int, list[str], Typeface]]) -> list[tuple[int, list[str], Typeface]]:
    """The pieces from left to right: each sequence of at least a level reversed, highest level first (UAX 9, L2)."""
    highest = max((level for level, _, _ in pieces), default=0)
    for limit in range(highest, 0, -1):
        start = 0
        while start < len(pieces):
            end = start
            while end < len(pieces) and pieces[end][0] >= limit:
                end += 1
            pieces[start:end] = pieces[start:end][::-1]
            start = end + 1
    return pieces


def _faces(text: str, font: str) -> list[Typeface]:
    """The font of each letter: one for a whole word if it can be, else letter by letter, signs with their letter."""
    found: list[Typeface] = []
    for word in re.findall(r"\s+|\S+", text):
        whole = _whole(word, font)
        for letter in word:
            stays = bool(found and unicodedata.combining(letter) and found[-1].has(letter))
            found.append(whole or (found[-1] if stays else font_having(letter, font) or _ours(font)))
    return found


def _whole(word: str, font: str) -> Typeface | None:
    """The first font that one of the letters would be set in and that has them all."""
    candidates = dict.fromkeys((_ours(font), *(font_having(letter, font) for letter in dict.fromkeys(word))))
    return next((face for face in candidates if face and all(map(face.has, word))), None)


@lru_cache(maxsize=4096)
def font_having(letter: str, font: str) -> Typeface | None:
    return next((face for face in _all_faces(letter, font) if face.has(letter)), None)


def _all_faces(letter: str, font: str) -> Iterator[Typeface]:
    """The fonts to look for a letter in, in order. Arabic letters are sought in DejaVu last: it lacks some of Urdu."""
    embedded = (_ours(font), _ours(FALLBACK.get(font, font)))
    is_arabic = unicodedata.bidirectional(letter) == "AL"
    yield from () if is_arabic else embedded
    for path in sorted(OURS.glob("NotoSans*")):
        yield _typeface(path)
    style = "Bold" if font.endswith("Bold") else "Regular"
    for path in sorted((INSTALLED / "truetype" / "noto").glob(f"NotoSans*-{style}.ttf")):
        yield _typeface(path)
    for path in (INSTALLED / "opentype" / "noto").glob(f"NotoSansCJK-{style}.ttc"):
        yield _typeface(path)
    yield from embedded


@lru_cache(maxsize=8)
def _ours(name: str) -> Typeface:
    return _typeface(OURS / f"{name}.ttf")


@lru_cache(maxsize=256)
def _typeface(path: Path) -> Typeface:
    face = hb.Face(hb.Blob.from_file_path(str(path)), _SIMPLIFIED if path.suffix == ".ttc" else 0)
    return Typeface(path.stem, hb.Font(face), face.upem, path.stem in _NATIVE)
