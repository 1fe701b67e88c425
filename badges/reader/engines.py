"""The off-the-shelf decoders behind one interface: a grey picture in, texts and their places out."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import zxingcpp

from badges.reader.pictures import Grey

try:
    from pyzbar import pyzbar
except (
    ImportError,
    OSError,
):  # without the system's libzbar there is one engine less
    pyzbar = None


Corners = tuple[tuple[float, float], ...]


class Found(NamedTuple):
    """Where a square's middle is, its text (empty: not read), how far it reaches from its middle at most, and its four
    corners, each beside the next; at whichever of them it begins."""

    x: float
    y: float
    text: str
    reach: float
    corners: Corners

    @property
    def side(self) -> float:
        """The longest of its four sides: a tilt makes the others shorter."""
        ends = zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True)
        return max(math.dist(one, other) for one, other in ends)

    def moved(self, *, by: tuple[float, float] = (0.0, 0.0), times: float = 1.0) -> "Found":
        """The same square in a picture that is `times` as large and begins `by` to the left of this one and above."""
        left, top = by
        corners = tuple((x * times + left, y * times + top) for x, y in self.corners)
        return Found(self.x * times + left, self.y * times + top, self.text, self.reach * times, corners)


def square(text: str, corners: Corners) -> Found:
    """A square with these corners; its middle is theirs."""
    across, down = zip(*corners, strict=True)
    x, y = sum(across) / 4, sum(down) / 4
    reach = max(max(abs(each - x) for each in across), max(abs(each - y) for each in down))
    return Found(x, y, text, reach, corners)


def zxing(grey: Grey, *, inverted: bool = False, unread: bool = False) -> list[Found]:
    """The first engine, 0.7 ms a frame; `inverted` has it look for light squares on dark too, for half as much more.

    With `unread` also the squares it sees and cannot read, their text empty: in none of 105 frames without a square,
    in 11 of 13 that a still picture's steps then read.
    """
    # QRCodeModel2, not QRCode: that would mean Micro QR too, which gave the one phantom reading.
    return [
        _found(each)
        for each in zxingcpp.read_barcodes(
            grey,
            formats=zxingcpp.BarcodeFormat.QRCodeModel2,
            text_mode=zxingcpp.TextMode.Plain,
            try_invert=inverted,
            return_errors=unread,
        )
    ]


def upright(crop: Grey) -> list[str]:
    """The texts in a crop of a page just drawn, its squares upright and clean: a badge's takes 0.1 ms.

    For reading back what the same process drew; a camera frame needs the whole reader.
    """
    squares = zxingcpp.read_barcodes(
        crop,
        formats=zxingcpp.BarcodeFormat.QRCodeModel2,
        text_mode=zxingcpp.TextMode.Plain,
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return in_order(_found(each) for each in squares)


def drawn_anew(clean: Grey) -> list[Found]:
    """The text of one square that we drew, black and white and upright, by the first engine in 0.04 ms."""
    return [
        _found(each)
        for each in zxingcpp.read_barcodes(
            clean,
            formats=zxingcpp.BarcodeFormat.QRCodeModel2,
            text_mode=zxingcpp.TextMode.Plain,
            binarizer=zxingcpp.Binarizer.BoolCast,
            try_rotate=False,
            try_downscale=False,
            try_invert=False,
        )
    ]


def zbar(grey: Grey) -> list[Found]:
    """The last engine: slow, but it finds squares in another way."""
    if pyzbar is None:
        return []
    try:
        squares = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    except ValueError:  # pyzbar cannot say what one of a set of linked squares is
        return []
    return [
        square(each.data.decode("ascii"), tuple((float(corner.x), float(corner.y)) for corner in each.polygon))
        for each in squares
        if each.data.isascii() and len(each.polygon) == 4  # zbar changes other bytes more often than not
    ]


def in_order(found: Iterable[Found]) -> list[str]:
    """The texts, left to right, of each square once."""
    return [each.text for each in once(found)]


def once(found: Iterable[Found]) -> list[Found]:
    """Sorted left to right, without empty or binary payloads, and each square once however many engines read it.

    The same text in two places stays twice: one of the two badges is a copy, and staff want to know.
    """
    squares: list[Found] = []
    for each in sorted(found):
        if each.text and _is_text(each.text) and not any(_is_same(each, other) for other in squares):
            squares.append(each)
    return squares


def _is_same(one: Found, other: Found) -> bool:
    near = max(one.reach, other.reach)
    return one.text == other.text and abs(one.x - other.x) < near and abs(one.y - other.y) < near


def _found(seen: zxingcpp.Barcode) -> Found:
    at = seen.position
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    return square(str(seen.text) if seen.valid else "", tuple((float(each.x), float(each.y)) for each in corners))


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate: the payload is bytes, not text
        return False
    return True
