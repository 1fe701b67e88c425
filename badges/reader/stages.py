"""Reading a square: ways to prepare a grey picture, tried in order until one of them reads. Knows no file format."""

from collections.abc import Callable, Iterable

import cv2
import numpy as np
import zxingcpp

from badges.reader.pictures import Grey

try:
    from pyzbar import pyzbar
except (ImportError, OSError):  # the wheel is there but the system's libzbar may not be: one engine less
    pyzbar = None

Stage = Callable[[Grey], Grey | None]
Found = tuple[float, float, str]  # where its middle is, and the text

_SMALL = 1280 * 800  # pixels; a larger picture gains nothing from doubling that its time would be worth
_DIM = 64  # levels of grey between the darkest and the brightest pixel; the engine gives up below 24


def plain(grey: Grey) -> Grey | None:
    """The picture as it came."""
    return grey


def sharpened(grey: Grey) -> Grey | None:
    """Out of focus: a blur of half a module reads 12 times in 100 before this, always after."""
    soft = cv2.GaussianBlur(grey, (0, 0), 2.0)
    return np.asarray(cv2.addWeighted(grey, 2.5, soft, -1.5, 0), np.uint8)


def doubled(grey: Grey) -> Grey | None:
    """Far away: modules of one to two pixels. None where the picture is large already."""
    if grey.size > _SMALL:
        return None
    return np.asarray(cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def stretched(grey: Grey) -> Grey | None:
    """In the dark: the little range there is becomes the whole. None where there is enough to read by."""
    darkest, brightest, _, _ = cv2.minMaxLoc(grey)
    if brightest - darkest > _DIM:
        return None
    return np.asarray(cv2.normalize(grey, None, 0, 255, cv2.NORM_MINMAX), np.uint8)


def equalised(grey: Grey) -> Grey | None:
    """Bright here and dark there: each neighbourhood is given the full range of grey."""
    return np.asarray(cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(grey), np.uint8)


def thresholded(grey: Grey) -> Grey | None:
    """A shadow or a shine across the square: black or white by what lies around."""
    calm = cv2.medianBlur(grey, 3)
    black_or_white = cv2.adaptiveThreshold(
        calm, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, blockSize=31, C=5
    )
    return np.asarray(black_or_white, np.uint8)


LIVE: tuple[Stage, ...] = (plain, sharpened, doubled, stretched)
STILL: tuple[Stage, ...] = (*LIVE, equalised, thresholded)


def read(grey: Grey, *, live: bool) -> list[str]:
    """The texts of the squares in the picture, left to right, each once; empty where nothing reads."""
    for stage in LIVE if live else STILL:
        prepared = stage(grey)
        if prepared is not None and (texts := _in_order(_zxing(prepared))):
            return texts
    return [] if live else _in_order(_zbar(grey))


def _zxing(grey: Grey) -> Iterable[Found]:
    # QRCodeModel2, not QRCode: that would mean Micro QR too, which gave the one phantom reading.
    for square in zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormat.QRCodeModel2, text_mode=zxingcpp.TextMode.Plain
    ):
        at = square.position
        corners = (at.top_left, at.top_right, at.bottom_left, at.bottom_right)
        yield sum(corner.x for corner in corners) / 4, sum(corner.y for corner in corners) / 4, square.text


def _zbar(grey: Grey) -> Iterable[Found]:
    if pyzbar is None:
        return
    try:
        squares = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    except ValueError:  # pyzbar cannot say what one of a set of linked squares is
        return
    for square in squares:
        if square.data.isascii():  # zbar changes other bytes more often than not
            left, top, width, height = square.rect
            yield left + width / 2, top + height / 2, square.data.decode("ascii")


def _in_order(found: Iterable[Found]) -> list[str]:
    """Left to right, no text twice, and none that is empty or no text at all."""
    return list(dict.fromkeys(text for _, _, text in sorted(found) if text and _is_text(text)))


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character: a payload of bytes
        return False
    return True
