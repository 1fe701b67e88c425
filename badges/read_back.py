"""Reads squares back from a finished page before anybody prints it; a page with an unreadable square is refused.

Each square is read as rendered at 300 dots an inch and at 150, then as a camera may see it: out of focus, tilted and
with a glare. The reader is the one that the kiosk uses.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2

from badges.card import ACROSS, MODULES, QUIET, Box
from badges.reader.engines import upright
from badges.reader.pictures import Grey
from badges.reader.steps import read_still

_MM = 72 / 25.4  # points
_DOTS = 8  # pixels a module in the pictures that are out of focus, tilted or with a glare
_SIDE = _DOTS * ACROSS
_BLUR = 0.03 * _DOTS * MODULES  # three parts in a hundred of the square's side, as a standard deviation
_TILT = math.radians(25)
_GLARE = 0.10  # of the square's area
_PREVIEW = 110  # dots an inch


@dataclass(frozen=True)
class Expected:
    """A square that must read: whose it is, its code, and where it lies, in millimetres from the page's top left."""

    name: str
    code: str
    where: Box


class Unreadable(Exception):
    """A square did not read back; the message names the badge."""


def read_back(pdf: bytes, fronts: Sequence[Sequence[Expected]], *, every: int) -> Iterator[int]:
    """Read each front's squares on every `every`-th page, and say after each page how many they were.

    Raises Unreadable at the first square that does not read as its own code in each of the five pictures.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        for number, expected in enumerate(fronts):
            page = document[number * every]
            fine, coarse = Rendered(page, expected, 300), Rendered(page, expected, 150)
            for each in expected:
                _check(each, fine.cut(each.where), coarse.cut(each.where))
            page.close()
            yield len(expected)


def page_picture(pdf: bytes, number: int) -> bytes:
    """One page as a PNG to look at."""
    with pypdfium2.PdfDocument(pdf) as document:
        pixels = document[number].render(scale=_PREVIEW / 72, rev_byteorder=False).to_numpy()
        return bytes(cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 6])[1])


class Rendered:
    """That part of a page which holds its squares, in grey."""

    def __init__(self, page: pypdfium2.PdfPage, expected: Sequence[Expected], dots: int) -> None:
        self._scale = dots / 25.4
        width, height = page.get_size()
        self._left = max(0.0, min(each.where.left for each in expected) - 1)
        self._top = max(0.0, min(each.where.bottom for each in expected) - 1)
        right = max(0.0, width / _MM - max(each.where.left + each.where.width for each in expected) - 1)
        foot = max(0.0, height / _MM - max(each.where.bottom + each.where.height for each in expected) - 1)
        crop = (self._left * _MM, foot * _MM, right * _MM, self._top * _MM)
        self._grey: Grey = page.render(scale=dots / 72, grayscale=True, crop=crop).to_numpy().squeeze()

    def cut(self, where: Box) -> Grey:
        """One square with its quiet zone."""
        x, y = (where.left - self._left) * self._scale, (where.bottom - self._top) * self._scale
        right, foot = x + where.width * self._scale, y + where.height * self._scale
        cut = self._grey[max(0, round(y)) : round(foot), max(0, round(x)) : round(right)]
        return np.ascontiguousarray(cut)


def _check(expected: Expected, fine: Grey, coarse: Grey) -> None:
    """Read one square in each of the five pictures; raises Unreadable for the first that fails."""
    near = cv2.resize(fine, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    pictures = {
        "as it is printed": fine,
        "at 150 dots an inch": coarse,
        "out of focus": cv2.GaussianBlur(near, (0, 0), _BLUR),
        "turned aside": cv2.warpPerspective(near, _TURNED, (_SIDE, _SIDE), borderValue=255),
        "under a shine": np.maximum(near, _SHINE),
    }
    for how, grey in pictures.items():
        if not _reads(grey, expected.code):
            raise Unreadable(
                f"The badge of {expected.name} does not read {how}, so no sheet was made. Choose a larger label, or "
                "print the others without it and replace this badge."
            )


def _reads(grey: Grey, code: str) -> bool:
    """Whether this picture reads as the code and nothing else, by the first engine or by the whole reader."""
    return upright(grey) == [code] or read_still(grey) == [code]


def _turned() -> npt.NDArray[np.float64]:
    """The homography of a picture turned 25 degrees about its vertical axis, seen from three times its width."""
    half, far = _SIDE / 2, 3 * _SIDE
    corners = ((-half, -half), (half, -half), (half, half), (-half, half))
    seen = []
    for x, y in corners:
        depth = far + x * math.sin(_TILT)
        seen.append((half + x * math.cos(_TILT) * far / depth, half + y * far / depth))
    flat = np.array(corners, np.float32) + np.float32(half)
    return np.asarray(cv2.getPerspectiveTransform(flat, np.array(seen, np.float32)))


def _shine() -> Grey:
    """A white spot over a tenth of the square, near its middle, that leaves the three finder patterns uncovered."""
    spot = np.zeros((_SIDE, _SIDE), np.uint8)
    middle = round((QUIET + 0.58 * MODULES) * _DOTS)
    cv2.circle(spot, (middle, middle), round(math.sqrt(_GLARE / math.pi) * MODULES * _DOTS), 255, -1)
    return np.asarray(cv2.GaussianBlur(spot, (0, 0), _DOTS / 2), np.uint8)


_TURNED = _turned()
_SHINE = _shine()
