"""The badge's square sized by measurement: how far, tilted, blurred and covered candidates of one size still read

For each square drawn, the worst grade of a trouble at which it still reads is found by halving; the tables give the
grade that nine of ten squares bear. Seeded; a few minutes of CPU time. A size is the printed side with its quiet zone,
which is what a card has room for.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import qrcode
from qrcode.util import MODE_ALPHA_NUM, QRData

from badges.code import ALPHABET
from badges.reader.steps import read_still
from benchmarks.reading import sensor, zxing

Picture = np.ndarray[Any, Any]
Read = Callable[[Picture], Sequence[str]]

SEED = 20261123
EACH = 12  # squares of each candidate
BORNE = 10  # per cent that may fail
SIZE = 40.0  # mm: what a CR80 card has room for
SIZES = (20.0, 25.0, 30.0, 40.0)
QUIET = 8  # modules of white, on both sides together
HELD = 300.0  # mm from the camera while tilted, blurred and covered
WIDE = 2 * np.tan(np.radians(30))  # mm seen at a distance of one mm, by a lens of 60 degrees
FINE = 12  # pixels a module as drawn, before the camera sees it
FRAME = 272  # pixels: the part of the camera's picture that is looked at
LEVELS = {
    "L": qrcode.ERROR_CORRECT_L,
    "M": qrcode.ERROR_CORRECT_M,
    "Q": qrcode.ERROR_CORRECT_Q,
    "H": qrcode.ERROR_CORRECT_H,
}
# Grades of each trouble, the mildest first.
MODULE_PIXELS = np.geomspace(4, 0.6, 33)
TILTS = np.arange(0, 82, 2.5)  # degrees
BLURS = np.arange(0, 4.1, 0.125)  # pixels of standard deviation
COVERS = np.arange(0, 0.66, 0.02)  # of the square's area, never on a finder pattern


@dataclass(frozen=True)
class Candidate:
    """A kind of square: characters, version, level of correction."""

    length: int
    version: int
    level: str

    def __str__(self) -> str:
        return f"{self.length} | {self.version}-{self.level}"

    @property
    def modules(self) -> int:
        """To a side, without the quiet zone."""
        return 17 + 4 * self.version

    def module(self, size: float) -> float:
        """A module's side in mm, on a square printed `size` mm wide."""
        return size / (self.modules + QUIET)

    def drawn(self, text: str) -> Picture:
        """The square with its quiet zone, FINE pixels a module."""
        square = qrcode.QRCode(self.version, LEVELS[self.level], border=QUIET // 2, mask_pattern=2)
        square.add_data(QRData(text, mode=MODE_ALPHA_NUM))
        square.make(fit=False)
        modules = np.where(np.array(square.get_matrix()), 30, 225).astype(np.float32)
        return np.kron(modules, np.ones((FINE, FINE), np.float32))


CANDIDATES = (
    Candidate(10, 1, "H"),
    Candidate(12, 1, "Q"),
    Candidate(16, 1, "L"),
    Candidate(16, 1, "M"),
    Candidate(16, 1, "Q"),
    Candidate(20, 1, "L"),
    Candidate(20, 1, "M"),
    Candidate(16, 2, "Q"),
    Candidate(16, 2, "H"),
    Candidate(20, 2, "H"),
    Candidate(20, 3, "H"),
)


def seen(square: Picture, pixels: float, rng: np.random.Generator, *, tilt: float = 0.0, blur: float = 0.0) -> Picture:
    """The square as the camera has it, `pixels` a module, turned a little; `tilt` in degrees, `blur` in pixels."""
    half = pixels * len(square) / FINE / 2
    turn, axis = rng.normal(0, 0.2), rng.uniform(0, 2 * np.pi)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    along = np.array([np.cos(axis), np.sin(axis)])
    how_far = corners @ along
    lean = np.radians(tilt)
    flat = corners - np.outer(how_far * (1 - np.cos(lean)), along)
    flat = flat / (1 + how_far * np.sin(lean) / (pixels * HELD / SIZE * len(square) / FINE))[:, None]
    round_about = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    placed = (flat @ round_about + FRAME / 2 + rng.uniform(-0.5, 0.5, 2)).astype(np.float32)
    own = np.array([(0, 0), (len(square), 0), (len(square), len(square)), (0, len(square))], np.float32)
    place = cv2.getPerspectiveTransform(own, placed * 4)
    big = cv2.warpPerspective(square, place, (FRAME * 4, FRAME * 4), borderValue=110)
    frame = cv2.resize(big, (FRAME, FRAME), interpolation=cv2.INTER_AREA)
    return sensor(cv2.GaussianBlur(frame, (0, 0), float(np.hypot(0.5, blur))), rng)


def covered(square: Picture, share: float, rng: np.random.Generator) -> Picture:
    """The square with one round spot over `share` of its modules, away from its finder patterns."""
    left = QUIET // 2 * FINE
    side = len(square) - 2 * left
    y, x = np.mgrid[0:side, 0:side]
    finder = 8 * FINE
    free = ~((y < finder) & (x < finder) | (y < finder) & (x >= side - finder) | (y >= side - finder) & (x < finder))
    at = rng.uniform(0.4, 0.9, 2) * side
    away = np.where(free, np.hypot(x - at[0], y - at[1]), np.inf)
    spot = away <= np.sort(away, axis=None)[int(share * side * side)] if share else np.zeros_like(free)
    spoilt = square.copy()
    spoilt[left : left + side, left : left + side][spot & free] = rng.choice([30, 130, 240])
    return spoilt


def borne(read: Read, candidate: Candidate, grades: Sequence[float], show: Callable[..., Picture]) -> float:
    """The grade that all but BORNE per cent of the squares bear; nan where they do not bear the mildest."""
    last = [_last(read, candidate, grades, show, number) for number in range(EACH)]
    place = int(np.percentile(last, BORNE, method="lower"))
    return float(grades[place]) if place >= 0 else float("nan")


def _last(read: Read, candidate: Candidate, grades: Sequence[float], show: Callable[..., Picture], number: int) -> int:
    """The place of the last grade that this square bears, by halving; -1 for none."""
    letters = np.random.default_rng([SEED, number]).choice(list(ALPHABET), candidate.length - 2)
    text = "PM" + "".join(letters)
    square = candidate.drawn(text)

    def reads(place: int) -> bool:
        rng = np.random.default_rng([SEED, number])
        return text in read(show(candidate, square, float(grades[place]), rng))

    low, high = -1, len(grades)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if reads(middle) else (low, middle)
    return low


def _pixels(candidate: Candidate, width: int, distance: float = HELD) -> float:
    """Pixels a module for a camera `width` pixels wide, on a square SIZE wide."""
    return candidate.module(SIZE) * width / (WIDE * distance)


def _far(_candidate: Candidate, square: Picture, pixels: float, rng: np.random.Generator) -> Picture:
    return seen(square, pixels, rng)


def _tilted(candidate: Candidate, square: Picture, tilt: float, rng: np.random.Generator) -> Picture:
    return seen(square, _pixels(candidate, 640), rng, tilt=tilt)


def _blurred(candidate: Candidate, square: Picture, blur: float, rng: np.random.Generator) -> Picture:
    return seen(square, _pixels(candidate, 640), rng, blur=blur)


def _covered(candidate: Candidate, square: Picture, share: float, rng: np.random.Generator) -> Picture:
    return seen(covered(square, share, rng), _pixels(candidate, 640), rng)


def ours(frame: Picture) -> list[str]:
    """Our reader, with a still picture's budget."""
    return read_still(frame, time.process_time)


def furthest(module: float, width: int, pixels: float) -> float:
    """Centimetres at which a module of so many mm still has so many pixels."""
    return module * width / (WIDE * pixels) / 10


def main() -> None:
    """Print both tables."""
    readers: dict[str, Read] = {"ours": ours, "zxing-cpp": zxing}
    least: dict[tuple[Candidate, str], float] = {}
    print(f"Squares printed {SIZE:.0f} mm wide; ours / zxing-cpp alone. Tilt, blur and cover {HELD / 10:.0f} cm away")
    print("from a camera 640 pixels wide.\n")
    print("| characters | version, level | mm a module | pixels a module | furthest at 640, cm | at 1280, cm", end="")
    print(" | tilt, degrees | blur, pixels | covered |\n" + "|---" * 9 + "|")
    for each in CANDIDATES:
        for name, read in readers.items():
            least[each, name] = borne(read, each, MODULE_PIXELS.tolist(), _far)
        cells = [" / ".join(f"{least[each, name]:.2f}" for name in readers)]
        for width in (640, 1280):
            cells.append(" / ".join(f"{furthest(each.module(SIZE), width, least[each, name]):.0f}" for name in readers))
        for show, grades, form in (
            (_tilted, TILTS, "{:.0f}"),
            (_blurred, BLURS, "{:.2f}"),
            (_covered, COVERS, "{:.0%}"),
        ):
            cells.append(" / ".join(form.format(borne(read, each, grades.tolist(), show)) for read in readers.values()))
        print(
            f"| {each.length} | {each.version}-{each.level} | {each.module(SIZE):.2f} | " + " | ".join(cells) + " |",
            flush=True,
        )
    print("\nFurthest, in cm, by the size printed; our reader, 640 / 1280 pixels.\n")
    print("| characters | version, level | " + " | ".join(f"{size:.0f} mm" for size in SIZES) + " |")
    print("|---" * (2 + len(SIZES)) + "|")
    for each in CANDIDATES:
        by_size = [
            " / ".join(f"{furthest(each.module(size), width, least[each, 'ours']):.0f}" for width in (640, 1280))
            for size in SIZES
        ]
        print(f"| {each} | " + " | ".join(by_size) + " |")


if __name__ == "__main__":
    main()
