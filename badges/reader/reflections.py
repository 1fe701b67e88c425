"""Tells a badge's reflection from a copy of it: the two have the same text, and one is the other's mirror image."""

import cv2
import numpy as np
import numpy.typing as npt

from badges.reader.engines import Found
from badges.reader.pictures import Grey

_PATCH = 63  # pixels to a side at which two squares are compared: 3 a module of a badge
_ENDS = np.array([(0, 0), (_PATCH, 0), (_PATCH, _PATCH), (0, _PATCH)], np.float32)


def without_reflections(grey: Grey, found: list[Found]) -> list[Found]:
    """Of the squares with one text the largest, and those that are no mirror image of it; in their order."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: -one.side):
        first = next((other for other in kept if other.text == each.text), None)
        if first is None or not is_mirrored(_patch(grey, first), _patch(grey, each)):
            kept.append(each)
    return [each for each in found if each in kept]


def is_mirrored(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> bool:
    """Whether two patches of one square are alike when one of them is mirrored rather than as they are, in any turn."""
    as_it_is, mirrored = (max(_likeness(one, np.rot90(way, turn)) for turn in range(4)) for way in (other, other.T))
    return mirrored > as_it_is


def _patch(grey: Grey, square: Found) -> npt.NDArray[np.float32]:
    """The square, rectified from its corners. The corners' order is the engine's own: it proves no direction."""
    place = cv2.getPerspectiveTransform(np.array(_clockwise(square), np.float32), _ENDS)
    return np.asarray(cv2.warpPerspective(grey, place, (_PATCH, _PATCH), flags=cv2.INTER_AREA), np.float32)


def _clockwise(square: Found) -> list[tuple[float, float]]:
    """Its corners, clockwise as the picture shows them."""
    return sorted(square.corners, key=lambda each: float(np.arctan2(each[1] - square.y, each[0] - square.x)))


def _likeness(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    """The correlation of two patches."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
