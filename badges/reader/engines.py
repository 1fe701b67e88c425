"""The off-the-shelf decoders behind one interface: a grey picture in, texts and their places out."""

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


class Found(NamedTuple):
    """Where a square's middle is, its text (empty: not read), and how far it reaches from its middle at most."""

    x: float
    y: float
    text: str
    reach: float = 0.0


def zxing(grey: Grey, *, inverted: bool = False, unread: bool = False) -> list[Found]:
    """The first engine, 0.7 ms a frame; `inverted` has it look for light squares on dark too, for half as much more.

    With `unread` also the squares it sees and cannot read, their text empty: in none of 105 frames without a square,
    in 11 of 13 that a still picture's steps then read.
    """
    # QRCodeModel2, not QRCode: that would mean Micro QR too, which gave the one phantom reading.
    return [
        _found(square)
        for square in zxingcpp.read_barcodes(
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
    return in_order(_found(square) for square in squares)


def drawn_anew(clean: Grey) -> list[Found]:
    """The text of one square that we drew, black and white and upright, by the first engine in 0.04 ms."""
    return [
        _found(square)
        for square in zxingcpp.read_barcodes(
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
        Found(
            square.rect.left + square.rect.width / 2,
            square.rect.top + square.rect.height / 2,
            square.data.decode("ascii"),
            max(square.rect.width, square.rect.height) / 2,
        )
        for square in squares
        if square.data.isascii()  # zbar changes other bytes more often than not
    ]


def in_order(found: Iterable[Found]) -> list[str]:
    """Sorted left to right, without empty or binary payloads, and each square once however many engines read it.

    The same text in two places stays twice: one of the two badges is a copy, and staff want to know.
    """
    squares: list[Found] = []
    for each in sorted(found):
        if each.text and _is_text(each.text) and not any(_is_same(each, other) for other in squares):
            squares.append(each)
    return [each.text for each in squares]


def _is_same(one: Found, other: Found) -> bool:
    near = max(one.reach, other.reach)
    return one.text == other.text and abs(one.x - other.x) < near and abs(one.y - other.y) < near


def _found(square: zxingcpp.Barcode) -> Found:
    at = square.position
    corners = (at.top_left, at.top_right, at.bottom_left, at.bottom_right)
    x, y = sum(corner.x for corner in corners) / 4, sum(corner.y for corner in corners) / 4
    text = str(square.text) if square.valid else ""
    return Found(x, y, text, max(max(abs(corner.x - x), abs(corner.y - y)) for corner in corners))


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate: the payload is bytes, not text
        return False
    return True
