"""Where a square may lie: the three eyes in its corners, found by ourselves. Nothing here reads a text.

An eye crosses any straight line through its middle as dark, light, dark, light, dark in widths 1:1:3:1:1. Lines
along the picture's rows and columns are enough: the widths keep their proportion however the square is turned.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from badges.reader.pictures import Grey

Points = npt.NDArray[np.float32]

_WIDTHS = np.array([1, 1, 3, 1, 1], np.float32)
_SLACK = np.array([0.75, 0.75, 1.1, 0.75, 0.75], np.float32)  # of a module; blur thins the light ring
_MOST_CROSSINGS = 1_500  # in noise there are thousands, and none is an eye
_MOST_EYES = 14
_SMALLEST, _LARGEST = 14, 170  # modules from eye to eye, in the smallest and the largest square there is


@dataclass(frozen=True)
class Eye:
    """One finder pattern: its middle, the length of a module near it, and its four outer corners where they show."""

    x: float
    y: float
    module: float
    corners: Points | None = None


@dataclass(frozen=True)
class Triple:
    """Three eyes that may belong to one square: at its corner, to the right of it, and below it."""

    corner: Eye
    right: Eye
    below: Eye
    doubt: float

    @property
    def centres(self) -> Points:
        """The three middles."""
        return np.array([(eye.x, eye.y) for eye in (self.corner, self.right, self.below)], np.float32)


def black_and_white(grey: Grey, part: int = 8) -> Grey:
    """Dark is 1, by what lies around within a `part` of the shorter side."""
    block = max(15, min(grey.shape) // part) | 1
    darkest, brightest, _, _ = cv2.minMaxLoc(grey)
    less = max(1.0, 0.03 * (brightest - darkest))
    return np.asarray(
        cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, less), np.uint8
    )


def eyes(dark: Grey) -> list[Eye]:
    """The eyes in a black and white picture, the surest first."""
    across, down = _crossings(dark), _crossings(np.ascontiguousarray(dark.T))[:, [1, 0, 2]]
    if not 0 < len(across) <= _MOST_CROSSINGS or not 0 < len(down) <= _MOST_CROSSINGS:
        return []
    module = np.minimum(across[:, None, 2], down[None, :, 2])
    meet = np.abs(across[:, None, :2] - down[None, :, :2]).max(2) < np.maximum(module, 1.5)
    meet &= np.maximum(across[:, None, 2], down[None, :, 2]) < 2 * module
    first, second = np.nonzero(meet)
    seen = np.column_stack([down[second, 0], across[first, 1], (across[first, 2] + down[second, 2]) / 2])
    return [_with_corners(eye, dark) for eye in _gathered(seen)]


def triples(found: list[Eye], most: int) -> list[Triple]:
    """Which three eyes may be one square's, the likeliest first."""
    likely = [made for three in combinations(found, 3) if (made := _triple(three)) is not None]
    return sorted(likely, key=lambda each: each.doubt)[:most]


def _crossings(dark: Grey) -> npt.NDArray[np.float32]:
    """x, y and module of each place where a row runs 1:1:3:1:1, dark first."""
    height, width = dark.shape
    framed = np.zeros((height, width + 2), np.uint8)
    framed[:, 1:-1] = dark
    flat = framed.ravel()
    change = np.flatnonzero(flat[1:] != flat[:-1]) + 1  # dark begins at even places: each row begins and ends light
    if len(change) < 6:
        return np.empty((0, 3), np.float32)
    length = np.diff(change)
    # Only where the third run is the widest of five is the whole comparison worth its time.
    likely = np.flatnonzero((length[2:-2:2] > 1.4 * length[1:-3:2]) & (length[2:-2:2] > 1.4 * length[3:-1:2])) * 2
    starts = change[likely]
    runs = length[likely[:, None] + np.arange(5)]
    total = runs.sum(1)
    module = (total / 7).astype(np.float32)
    fits = (np.abs(runs - module[:, None] * _WIDTHS) <= np.maximum(module[:, None] * _SLACK, 0.6)).all(1)
    fits &= (total >= 7) & (starts // (width + 2) == (starts + total - 1) // (width + 2))
    starts, runs, module = starts[fits], runs[fits], module[fits]
    middle = starts % (width + 2) - 1 + runs[:, 0] + runs[:, 1] + (runs[:, 2] - 1) / 2
    return np.column_stack([middle, starts // (width + 2), module]).astype(np.float32)


def _gathered(seen: npt.NDArray[Any]) -> list[Eye]:
    """Crossings of the same eye become one, the eye most often crossed first."""
    groups: list[tuple[float, Eye]] = []
    while len(seen) and len(groups) < 4 * _MOST_EYES:
        near = np.hypot(*(seen[:, :2] - seen[0, :2]).T) < 2.5 * seen[0, 2]
        x, y, module = np.median(seen[near], 0)
        groups.append((np.count_nonzero(near) / max(module, 1.0) ** 2, Eye(float(x), float(y), float(module))))
        seen = seen[~near]
    groups.sort(key=lambda each: -each[0])
    apart: list[Eye] = []
    for _, eye in groups:
        if all(np.hypot(eye.x - other.x, eye.y - other.y) > 4 * other.module for other in apart):
            apart.append(eye)
    return apart[:_MOST_EYES]


def _with_corners(eye: Eye, dark: Grey) -> Eye:
    """The eye with the corners of its dark ring, where the ring is whole and stands alone."""
    reach = int(eye.module * 6.5) + 2
    left, top = max(0, int(eye.x) - reach), max(0, int(eye.y) - reach)
    window = np.ascontiguousarray(dark[top : int(eye.y) + reach, left : int(eye.x) + reach])
    contours, _ = cv2.findContours(window, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    for contour in sorted(contours, key=lambda each: float(-cv2.contourArea(each))):
        area = cv2.contourArea(contour)
        if area > 85 * eye.module**2:
            continue
        if area < 20 * eye.module**2:
            break
        moments = cv2.moments(contour)
        middle = moments["m10"] / moments["m00"] + left, moments["m01"] / moments["m00"] + top
        if np.hypot(middle[0] - eye.x, middle[1] - eye.y) > eye.module:
            continue
        corners = _quadrangle(contour)
        if corners is not None and area > 0.8 * cv2.contourArea(corners):
            centre = corners.mean(0)
            grown = centre + (corners - centre) * (1 + 0.5 / max(1.0, np.sqrt(area) / 2))
            return Eye(*_crossing(grown, left, top), eye.module, (grown + (left, top)).astype(np.float32))
    return eye


def _quadrangle(contour: npt.NDArray[Any]) -> Points | None:
    """The four corners of a contour that is nearly a quadrangle."""
    hull = cv2.convexHull(contour)
    if len(hull) < 4:
        return None
    corners = cv2.approxPolyN(hull, 4, ensure_convex=True)
    return np.asarray(corners, np.float32).reshape(-1, 2) if corners is not None and corners.size == 8 else None


def _crossing(corners: Points, left: int, top: int) -> tuple[float, float]:
    """Where the diagonals of a quadrangle meet: its middle, also when tilted."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = (corners + (left, top)).tolist()
    across = (cx - ax) * (dy - by) - (cy - ay) * (dx - bx)
    part = ((bx - ax) * (dy - by) - (by - ay) * (dx - bx)) / across if across else 0.5
    return ax + part * (cx - ax), ay + part * (cy - ay)


def _triple(three: tuple[Eye, ...]) -> Triple | None:
    """The three in order, or None where no square, however tilted, has such eyes."""
    modules = [eye.module for eye in three]
    if max(modules) > 2 * min(modules):
        return None
    at = np.array([(eye.x, eye.y) for eye in three])
    sides = [float(np.hypot(*(at[(k + 1) % 3] - at[(k + 2) % 3]))) for k in range(3)]
    corner = int(np.argmax(sides))
    one, other = three[(corner + 1) % 3], three[(corner + 2) % 3]
    legs = at[(corner + 1) % 3] - at[corner], at[(corner + 2) % 3] - at[corner]
    lengths = [float(np.hypot(*leg)) for leg in legs]
    if not (min(lengths) > _SMALLEST * 0.5 * min(modules) and max(lengths) < _LARGEST * 1.5 * max(modules)):
        return None
    cosine = abs(float(legs[0] @ legs[1])) / (lengths[0] * lengths[1])
    stretch = max(lengths) / min(lengths)
    if cosine > 0.75 or stretch > 2.5:
        return None
    doubt = cosine + np.log(stretch) + np.log(max(modules) / min(modules)) + 0.002 * max(lengths) / min(modules)
    turns_right = legs[0][0] * legs[1][1] - legs[0][1] * legs[1][0] > 0
    return Triple(three[corner], *((one, other) if turns_right else (other, one)), doubt=float(doubt))
