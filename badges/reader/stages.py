"""Ways to prepare a grey picture so that the first engine sees what it could not. Each reads nothing by itself."""

import cv2
import numpy as np

from badges.reader.pictures import Grey

_SMALL = 1280 * 800  # pixels; a larger picture gains nothing from doubling that its time would be worth
_DIM = 100  # levels of grey between the darkest and the brightest place; the engine gives up below 24


def reduced(grey: Grey) -> Grey:
    """A large picture at the size the steps are meant for: the engine has seen the whole of it before."""
    if grey.size <= _SMALL:
        return grey
    less = float(np.sqrt(_SMALL / grey.size))
    size = int(grey.shape[1] * less), int(grey.shape[0] * less)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def brightened(grey: Grey) -> Grey:
    """In the dark: the little range there is becomes the whole, before anything else is tried; 4 of 60 dim cards more.

    Noise is no range, so it is measured on a smaller picture. As it came where there is enough to read by.
    """
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    darkest, brightest, _, _ = cv2.minMaxLoc(small)
    if not 0 < brightest - darkest < _DIM:
        return grey
    stretch = 200.0 / (brightest - darkest)
    return np.asarray(cv2.convertScaleAbs(cv2.max(grey, darkest), None, stretch, 25 - darkest * stretch), np.uint8)


def doubled(grey: Grey) -> Grey | None:
    """Far away: modules of one to two pixels. 4 of 110 frames that the steps before leave. None where the picture is
    large already."""
    if grey.size > _SMALL:
        return None
    return np.asarray(cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def sharpened_and_doubled(grey: Grey) -> Grey | None:
    """Far away and a little out of focus, as badges are: of 32 frames of held badges the engine cannot read it reads
    20, sharpening alone 11 and doubling alone 14. A large picture is sharpened only."""
    sharp = _sharp(grey, 2.0, 1.5)
    double = doubled(sharp)
    return sharp if double is None else double


def sharpened_wide(grey: Grey) -> Grey | None:
    """Far out of focus: 10 of 225 frames that nothing before has read, by our own search."""
    return _sharp(grey, 3.0, 3.0)


def doubled_and_sharpened(grey: Grey) -> Grey | None:
    """Far away, for our own search, which needs three pixels a module: 10 of 225 frames that nothing before reads."""
    double = doubled(grey)
    return None if double is None else _sharp(double, 3.0, 2.0)


def lit_evenly(grey: Grey) -> Grey | None:
    """Light that changes across the picture is divided out: 3 of 225 frames that nothing before has read."""
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    light = cv2.resize(cv2.GaussianBlur(small, (0, 0), 6), grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, light, scale=128), np.uint8)


def thresholded(grey: Grey) -> Grey | None:
    """A shadow or a shine across the square: black or white by what lies around; 2 of 225 frames for 1 ms."""
    calm = cv2.medianBlur(grey, 3)
    return np.asarray(
        cv2.adaptiveThreshold(calm, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, blockSize=31, C=5), np.uint8
    )


def _sharp(grey: Grey, width: float, much: float) -> Grey:
    soft = cv2.GaussianBlur(grey, (0, 0), width)
    return np.asarray(cv2.addWeighted(grey, 1 + much, soft, -much, 0), np.uint8)
