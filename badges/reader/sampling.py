"""Rectifies a square and samples its modules, also on bent paper. Finds nothing and decodes nothing.

Places on the square are in modules from its upper left corner: the finder pattern there covers 0 to 7 both ways.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from qrcode import util

from badges.reader.finding import FinderPattern, Points, Triple
from badges.reader.pictures import Grey

Floats = npt.NDArray[np.float32]

MARGIN = 2  # modules of the quiet zone that are laid flat too
QUIET = 4  # modules of white around a square drawn anew
_DRAWN = 3  # pixels a module of a square drawn anew
_WIDEST = 57  # modules to a side up to which a module is laid flat at the finer of two scales
_SMALLEST = 21  # modules a side; the one size without a mark near its fourth corner
_ROUGH = 3  # pixels a module while the size is not known
_LEAST = 0.1  # likeness below which a size is not looked at again
_LARGEST_VERSION = 40
_CORNERS = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
_FINDER = np.array([(0, 0), (7, 0), (7, 7), (0, 7)], np.float32)


@dataclass(frozen=True)
class Flat:
    """A square laid flat: `modules` to a side, `scale` pixels each, MARGIN around, how sure its size is, and the
    homography from modules on the square to the picture it was taken from."""

    picture: Floats
    modules: int
    scale: int
    likeness: float
    place: npt.NDArray[Any]

    @property
    def corners(self) -> Points:
        """Where its corners are in the picture it was taken from, each beside the next."""
        return np.asarray(cv2.perspectiveTransform((_CORNERS * self.modules)[None], self.place)[0], np.float32)


def lay_flat(grey: Grey, triple: Triple, most: int, least: float = _LEAST) -> list[Flat]:
    """The square with these finder patterns, rectified in each size it may have, the likeliest first."""
    rough = []
    for modules in _sizes(triple):
        own, seen = _pairs(triple, modules)
        place, _ = cv2.findHomography(own, seen)
        if place is not None:
            likeness = _warped(grey, place, modules, triple.corner.module, _ROUGH).likeness
            rough.append((likeness, modules, place, own, seen))
    rough.sort(key=lambda each: -each[0])
    return [_laid(grey, triple, *each[1:]) for each in rough[:most] if each[0] > least]


def _laid(grey: Grey, triple: Triple, modules: int, place: npt.NDArray[Any], own: Points, seen: Points) -> Flat:
    """The square at full scale, with the mark near its fourth corner in its place where it has one."""
    scale = 8 if modules <= _WIDEST else 5
    flat = _warped(grey, place, modules, triple.corner.module, scale)
    if modules == _SMALLEST:
        return flat
    mark = _alignment(flat, place)
    if mark is None:
        return flat
    own_mark, seen_mark = mark
    place, _ = cv2.findHomography(np.vstack([own, *[own_mark] * 6]), np.vstack([seen, *[seen_mark] * 6]))
    return flat if place is None else _warped(grey, place, modules, triple.corner.module, scale)


def unbent(flat: Flat, spread: float) -> Flat:
    """The flat square with its grid straightened.

    Edges between modules lie on the grid's lines, so the phase of the edges around a place, at the grid's own
    frequency, tells how far the grid is displaced there, in parts of a module. `spread` is the neighbourhood in
    modules.
    """
    size, scale = flat.picture.shape[0], flat.scale
    nodes = size // scale
    ramp = np.arange(size, dtype=np.float32)
    turn = 2 * np.pi * (ramp + 0.5) / scale
    shifts = []
    for axis in (0, 1):
        edges = np.abs(cv2.Sobel(flat.picture, cv2.CV_32F, 1 - axis, axis, ksize=3))
        wave = [edges * (each if axis == 0 else each[:, None]) for each in (np.cos(turn), np.sin(turn))]
        by_module = [cv2.resize(each, (nodes, nodes), interpolation=cv2.INTER_AREA) for each in wave]
        real, imaginary = (cv2.GaussianBlur(each, (0, 0), spread) for each in by_module)
        phase = np.arctan2(imaginary, real)[MARGIN:-MARGIN, MARGIN:-MARGIN]
        phase = np.unwrap(np.unwrap(phase, axis=0), axis=1)
        shifts.append(np.pad(phase, MARGIN, mode="edge").astype(np.float32) * (scale / (2 * np.pi)))
    across, along = (cv2.resize(each, (size, size), interpolation=cv2.INTER_LINEAR) for each in shifts)
    straight = cv2.remap(
        flat.picture, ramp[None, :] + across, ramp[:, None] + along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return measured(straight, flat.modules, scale, flat.place)


def levels(flat: Flat) -> Floats:
    """The grey of each module: the mean of its middle."""
    part = flat.scale // 2 | 1
    middles = cv2.blur(flat.picture, (part, part))
    first = MARGIN * flat.scale + flat.scale // 2
    return np.asarray(middles[first :: flat.scale, first :: flat.scale][: flat.modules, : flat.modules], np.float32)


def decisions(level: Floats) -> Iterator[npt.NDArray[np.bool_]]:
    """Which modules are dark, by several thresholds."""
    sharp = level * 1.6 - cv2.blur(level, (3, 3)) * 0.6
    for each in (level, sharp):
        yield each < cv2.GaussianBlur(each, (0, 0), 3)
        kernel = np.ones((7, 7), np.uint8)
        between = (cv2.dilate(each, kernel) + cv2.erode(each, kernel)) / 2
        yield each < cv2.blur(between, (5, 5))
    yield level < (float(level.min()) + float(level.max())) / 2


def drawn(dark: npt.NDArray[np.bool_]) -> Grey:
    """Draw the square anew in black and white, with the fixed patterns of its size corrected."""
    truth, known = pattern(len(dark))
    clean = np.where(known, truth, dark)
    framed = np.pad(np.where(clean, 0, 255).astype(np.uint8), QUIET, constant_values=255)
    return framed.repeat(_DRAWN, axis=0).repeat(_DRAWN, axis=1)


@cache
def pattern(modules: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """The fixed patterns of this size as two arrays: which modules are dark, and which are the same in every square."""
    dark, known = np.zeros((2, modules, modules), bool)
    dark[6, :] = dark[:, 6] = np.arange(modules) % 2 == 0
    known[6, :] = known[:, 6] = True
    for row, column in ((0, 0), (0, modules - 7), (modules - 7, 0)):
        known[max(0, row - 1) : row + 8, max(0, column - 1) : column + 8] = True
        dark[max(0, row - 1) : row + 8, max(0, column - 1) : column + 8] = False
        dark[row : row + 7, column : column + 7] = _rings(7)
    marks = util.pattern_position((modules - 17) // 4)
    for row, column in product(marks, marks):
        if not known[row, column] or row == 6 < column < modules - 7 or column == 6 < row < modules - 7:
            known[row - 2 : row + 3, column - 2 : column + 3] = True
            dark[row - 2 : row + 3, column - 2 : column + 3] = _rings(5)
    return dark, known


def _rings(size: int) -> npt.NDArray[np.bool_]:
    """A finder pattern (7 modules) or an alignment pattern (5)."""
    away = np.abs(np.arange(size) - size // 2)
    return np.asarray(np.maximum(away[:, None], away[None, :]) != size // 2 - 1)


def _sizes(triple: Triple) -> list[int]:
    """Modules to a side as estimated from the finder patterns, and the sizes next to that."""
    rough = []
    for finder in (triple.right, triple.below):
        leg = np.array([finder.x - triple.corner.x, finder.y - triple.corner.y])
        length = float(np.hypot(*leg))
        module = (_extent(triple.corner, leg / length) + _extent(finder, leg / length)) / 2
        rough.append(7 + length / module)
    version = (sum(rough) / 2 - 17) / 4
    near = sorted(range(1, _LARGEST_VERSION + 1), key=lambda each: abs(each - version))[:3]
    return [17 + 4 * each for each in near]


def _extent(finder: FinderPattern, along: npt.NDArray[Any]) -> float:
    """A module's length in a direction."""
    if finder.corners is None:
        return finder.module / float(max(abs(along)))
    square = finder.corners - finder.corners.mean(0)
    sides = np.roll(square, -1, axis=0) - square
    lengths = [abs(float(side @ along)) for side in sides]
    return max((sum(sorted(lengths)[2:]) / 2) / 7, 0.5)


def _pairs(triple: Triple, modules: int) -> tuple[Points, Points]:
    """Points on the square and in the picture: the finder patterns' middles, and those of their corners that agree."""
    centres = np.array([(3.5, 3.5), (modules - 3.5, 3.5), (3.5, modules - 3.5)], np.float32)
    rough = cv2.getAffineTransform(centres, triple.centres)
    own, seen = [centres], [triple.centres]
    for finder, at in zip((triple.corner, triple.right, triple.below), centres, strict=True):
        places = _FINDER + at - 3.5
        guesses = (places @ rough[:, :2].T + rough[:, 2]).astype(np.float32)
        if finder.corners is None:
            continue
        ways = [np.roll(order, turn, axis=0) for order in (finder.corners, finder.corners[::-1]) for turn in range(4)]
        best = min(ways, key=lambda way: float(np.abs(way - guesses).sum()))
        if float(np.abs(best - guesses).max()) < 3 * finder.module:
            own.append(places)
            seen.append(best)
    if len(own) == 1:  # no corner is known: the square is taken for a parallelogram
        own.append(np.array([(modules - 3.5, modules - 3.5)], np.float32))
        seen.append((own[-1] @ rough[:, :2].T + rough[:, 2]).astype(np.float32))
    return np.vstack(own), np.vstack(seen)


def _warped(grey: Grey, place: npt.NDArray[Any], modules: int, module: float, scale: int) -> Flat:
    size = (modules + 2 * MARGIN) * scale
    to_own = np.array([[1 / scale, 0, 0.5 / scale - MARGIN], [0, 1 / scale, 0.5 / scale - MARGIN], [0, 0, 1]])
    fine = scale > _ROUGH and module > 1.6 * scale
    source = cv2.GaussianBlur(grey, (0, 0), module / scale / 2.5) if fine else grey
    picture = cv2.warpPerspective(
        source,
        place @ to_own,
        (size, size),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return measured(picture.astype(np.float32), modules, scale, place)


def measured(picture: Floats, modules: int, scale: int, place: npt.NDArray[Any]) -> Flat:
    """The flat square with its likeness: how well the marks that every square has are seen in it, at most 1."""
    flat = Flat(picture, modules, scale, 0.0, place)
    level = levels(flat)
    level = cv2.GaussianBlur(level, (0, 0), 3) - level
    truth, known = pattern(modules)
    marks = np.where(truth, 1, -1)[known]
    found = level[known]
    likeness = float(marks @ found) / (float(np.linalg.norm(found)) * np.sqrt(len(marks)) + 1e-6)
    return Flat(picture, modules, scale, likeness, place)


def _alignment(flat: Flat, place: npt.NDArray[Any]) -> tuple[Points, Points] | None:
    """The alignment pattern near the fourth corner: its place on the square and where it is seen in the picture."""
    scale, at = flat.scale, flat.modules - 6.5
    mark = np.kron(np.where(_rings(5), 0, 255).astype(np.float32), np.ones((scale, scale), np.float32))
    reach = 2.5 + 3.5 + flat.modules * 0.03
    low = int((at + MARGIN - reach) * scale)
    window = flat.picture[low : low + int(2 * reach * scale), low : low + int(2 * reach * scale)]
    if min(window.shape) < mark.shape[0]:
        return None
    score = cv2.matchTemplate(window, mark, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(score)
    if best < 0.6:
        return None
    here = np.array([x, y], np.float32) / scale + low / scale - MARGIN + 2.5
    seen = cv2.perspectiveTransform(here.reshape(1, 1, 2), place).reshape(1, 2)
    return np.array([[at, at]], np.float32), np.asarray(seen, np.float32)
