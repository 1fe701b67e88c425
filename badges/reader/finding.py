"""Finds where a QR code may lie by the three finder patterns in its corners. Reads no text.

Any straight line through the middle of a finder pattern is dark, light, dark, light, dark in widths 1:1:3:1:1
(ISO/IEC 18004). The picture's rows and columns are enough: the proportion stays whatever way the square is turned.
"""

from collections.abc import Iterator
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
_DOWN = np.array([-3, -2, -1, 0, 1, 2, 3], np.float32)  # modules from a finder pattern's middle
_DOWN_DARK = np.array([1, 0, 1, 1, 1, 0, 1], np.uint8)
_TALL = (0.5, 0.7, 0.85, 1.0, 1.2, 1.45, 2.0)
_MOST_CROSSINGS = 1_500  # in noise there are thousands, and none is a finder pattern
_MOST_EYES = 10
_MOST_DOUBT = 0.7  # 36 squares that only this search finds had at most 0.52; half of the room pictures exceed it
_MOST_WHOLE = 7  # finder patterns looked at for pairs: each costs 0.2 ms
_RIGHT_ANGLE = np.array([(0, 0), (7, 0), (7, 7)], np.float32)
_SMALLEST, _LARGEST = 14, 170  # modules between two finder patterns, in the smallest and in the largest QR code


@dataclass(frozen=True)
class FinderPattern:
    """One finder pattern: its middle, the length of a module near it, and its four outer corners where they show."""

    x: float
    y: float
    module: float
    corners: Points | None = None


@dataclass(frozen=True)
class Triple:
    """Three finder patterns that may belong to one square: at its corner, to the right of it, and below it."""

    corner: FinderPattern
    right: FinderPattern
    below: FinderPattern
    doubt: float

    @property
    def centres(self) -> Points:
        """The three middles."""
        return np.array([(finder.x, finder.y) for finder in (self.corner, self.right, self.below)], np.float32)

    @property
    def middle(self) -> tuple[float, float]:
        """The square's middle, halfway between the two finder patterns that face each other."""
        return (self.right.x + self.below.x) / 2, (self.right.y + self.below.y) / 2

    @property
    def reach(self) -> float:
        """How far the square reaches from its middle, up and down or to the sides."""
        return max(abs(self.right.x - self.below.x), abs(self.right.y - self.below.y)) / 2


def black_and_white(grey: Grey, part: int = 8) -> Grey:
    """The picture by a local threshold, dark as 1; the neighbourhood is the shorter side divided by `part`."""
    block = max(15, min(grey.shape) // part) | 1
    darkest, brightest, _, _ = cv2.minMaxLoc(grey)
    less = max(1.0, 0.03 * (brightest - darkest))
    return np.asarray(
        cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, less), np.uint8
    )


def finders(dark: Grey) -> list[FinderPattern]:
    """The finder patterns in a black and white picture, the surest first."""
    seen = _crossings(dark)
    if len(seen) > _MOST_CROSSINGS:
        return []
    return _gathered(seen[_crossed_down(dark, seen)])


def triples(found: list[FinderPattern], dark: Grey, most: int) -> list[Triple]:
    """The sets of three finder patterns that may be one square's, the likeliest first."""
    if len(found) < 3:
        return []
    threes = np.array(list(combinations(range(len(found)), 3)))
    order, doubt = _doubts(np.array([(finder.x, finder.y, finder.module) for finder in found]), threes)
    chosen = np.argsort(doubt, kind="stable")[:most]
    chosen = chosen[np.isfinite(doubt[chosen])]
    made = []
    for each in chosen:
        corner, right, below = (_with_corners(found[finder], dark) for finder in order[each])
        made.append(Triple(corner, right, below, float(doubt[each])))
    return made


def whole_finders(found: list[FinderPattern], dark: Grey) -> list[FinderPattern]:
    """Those of the surest finder patterns whose dark ring stands alone and has four corners."""
    return [
        finder for finder in (_with_corners(each, dark) for each in found[:_MOST_WHOLE]) if finder.corners is not None
    ]


def pairs(found: list[FinderPattern], dark: Grey, most: int) -> list[Triple]:
    """Every square that two whole finder patterns may belong to, with the hidden third computed from them."""
    whole = combinations(whole_finders(found, dark), 2)
    two = [each for each in whole if max(e.module for e in each) < 1.5 * min(e.module for e in each)]
    return [triple for one, other in two[:most] for triple in _completed(one, other)]


def _completed(one: FinderPattern, other: FinderPattern) -> Iterator[Triple]:
    """The squares that may have these two finder patterns.

    In the coordinates of the first, whose sides are 7 long, the other lies along a side, and then the square may be on
    either side with its corner at either of the two, or it lies across the diagonal.
    """
    assert one.corners is not None  # noqa: S101 - pairs() asks for whole finder patterns only
    to_own = cv2.getAffineTransform(one.corners[:3], _RIGHT_ANGLE)
    to_seen = cv2.getAffineTransform(_RIGHT_ANGLE, one.corners[:3])
    away = to_own[:, :2] @ np.array([other.x - one.x, other.y - one.y])
    far, near = max(abs(away)), min(abs(away))
    if not _SMALLEST * 0.6 < far < _LARGEST:
        return
    if near < 0.35 * far:
        for hand in (1, -1):
            aside = to_seen[:, :2] @ (np.array([-away[1], away[0]]) * hand)
            for corner, neighbour in ((one, other), (other, one)):
                third = FinderPattern(corner.x + aside[0], corner.y + aside[1], corner.module)
                yield _ordered(corner, neighbour, third)
    elif near > 0.6 * far:
        for along in (np.array([away[0], 0.0]), np.array([0.0, away[1]])):
            step = to_seen[:, :2] @ along
            yield _ordered(FinderPattern(one.x + step[0], one.y + step[1], one.module), one, other)


def _ordered(corner: FinderPattern, one: FinderPattern, other: FinderPattern) -> Triple:
    """The three finder patterns as a Triple, in clockwise order."""
    turn = (one.x - corner.x) * (other.y - corner.y) - (one.y - corner.y) * (other.x - corner.x)
    return Triple(corner, one, other, 1.0) if turn > 0 else Triple(corner, other, one, 1.0)


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


def _crossed_down(dark: Grey, seen: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Whether each crossing has the proportions 1:1:3:1:1 in its column too; a tilt may make it taller or flatter."""
    x, y, module = np.rint(seen[:, 0]).astype(int), seen[:, 1], seen[:, 2]
    fits = np.zeros(len(seen), bool)
    for tall in _TALL:
        at = np.rint(y[:, None] + module[:, None] * tall * _DOWN).astype(int)
        inside = (at >= 0) & (at < dark.shape[0])
        fits |= (inside & (dark[np.clip(at, 0, dark.shape[0] - 1), x[:, None]] == _DOWN_DARK)).all(1)
    return fits


def _gathered(seen: npt.NDArray[Any]) -> list[FinderPattern]:
    """The crossings of one finder pattern merged, the one with most crossings first."""
    groups: list[tuple[float, FinderPattern]] = []
    while len(seen) and len(groups) < 4 * _MOST_EYES:
        near = np.hypot(*(seen[:, :2] - seen[0, :2]).T) < 2.5 * seen[0, 2]
        x, y, module = np.median(seen[near], 0)
        groups.append(
            (np.count_nonzero(near) / max(module, 1.0) ** 2, FinderPattern(float(x), float(y), float(module)))
        )
        seen = seen[~near]
    groups.sort(key=lambda each: -each[0])
    apart: list[FinderPattern] = []
    for _, finder in groups:
        if all(np.hypot(finder.x - other.x, finder.y - other.y) > 4 * other.module for other in apart):
            apart.append(finder)
    return apart[:_MOST_EYES]


def _with_corners(finder: FinderPattern, dark: Grey) -> FinderPattern:
    """The finder pattern with the corners of its dark ring, where the ring is whole and stands alone."""
    reach = int(finder.module * 6.5) + 2
    left, top = max(0, int(finder.x) - reach), max(0, int(finder.y) - reach)
    window = np.ascontiguousarray(dark[top : int(finder.y) + reach, left : int(finder.x) + reach])
    contours, _ = cv2.findContours(window, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    for contour in sorted(contours, key=lambda each: float(-cv2.contourArea(each))):
        area = cv2.contourArea(contour)
        if area > 85 * finder.module**2:
            continue
        if area < 20 * finder.module**2:
            break
        moments = cv2.moments(contour)
        middle = moments["m10"] / moments["m00"] + left, moments["m01"] / moments["m00"] + top
        if np.hypot(middle[0] - finder.x, middle[1] - finder.y) > finder.module:
            continue
        corners = _quadrangle(contour)
        if corners is not None and area > 0.8 * cv2.contourArea(corners):
            centre = corners.mean(0)
            grown = centre + (corners - centre) * (1 + 0.5 / max(1.0, np.sqrt(area) / 2))
            return FinderPattern(
                *_crossing(grown, left, top), finder.module, (grown + np.array([left, top])).astype(np.float32)
            )
    return finder


def _quadrangle(contour: npt.NDArray[Any]) -> Points | None:
    """The four corners of a contour that is nearly a quadrangle."""
    hull = cv2.convexHull(contour)
    if len(hull) < 4:
        return None
    corners = cv2.approxPolyN(hull, 4, ensure_convex=True)
    return np.asarray(corners, np.float32).reshape(-1, 2) if corners is not None and corners.size == 8 else None


def _crossing(corners: Points, left: int, top: int) -> tuple[float, float]:
    """Where the diagonals of a quadrangle meet: its middle, also when tilted."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = (corners + np.array([left, top])).tolist()
    across = (cx - ax) * (dy - by) - (cy - ay) * (dx - bx)
    part = ((bx - ax) * (dy - by) - (by - ay) * (dx - bx)) / across if across else 0.5
    return ax + part * (cx - ax), ay + part * (cy - ay)


def _doubts(
    finder: npt.NDArray[np.float64], threes: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Each three in order (corner, right, below), and how unlike the finder patterns of one square they are.

    Infinite where no square, however tilted, has such finder patterns.
    """
    at, module = finder[threes, :2], finder[threes, 2]
    facing = np.stack([np.hypot(*(at[:, (k + 1) % 3] - at[:, (k + 2) % 3]).T) for k in range(3)], 1)
    corner = facing.argmax(1)
    order = np.take_along_axis(threes, (corner[:, None] + np.arange(3)) % 3, 1)
    at = finder[order, :2]
    legs = at[:, 1:] - at[:, :1]
    lengths = np.hypot(legs[..., 0], legs[..., 1])
    longest, shortest = lengths.max(1), np.maximum(lengths.min(1), 1e-3)
    cosine = np.abs((legs[:, 0] * legs[:, 1]).sum(1)) / (longest * shortest)
    stretch, uneven = longest / shortest, module.max(1) / module.min(1)
    doubt = cosine + np.log(stretch) + np.log(uneven) + 0.002 * longest / module.min(1)
    never = (doubt > _MOST_DOUBT) | (uneven > 2) | (cosine > 0.75) | (stretch > 2.5)
    never |= (shortest < _SMALLEST * 0.5 * module.min(1)) | (longest > _LARGEST * 1.5 * module.max(1))
    doubt[never] = np.inf
    mirrored = legs[:, 0, 0] * legs[:, 1, 1] - legs[:, 0, 1] * legs[:, 1, 0] < 0
    order[mirrored] = order[mirrored][:, [0, 2, 1]]
    return order, doubt
