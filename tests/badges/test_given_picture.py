"""A school's logo: a picture is taken and written anew; anything else is refused in words, without harm."""

import io
import itertools
import struct
import zlib

import pypdfium2
import pytest
from PIL import Image, PngImagePlugin

from badges.sheet import LARGEST_PICTURE, Card, PictureTrouble, checked_picture, print_cards
from badges.stationery import SHEETS


def encoded(mode: str = "RGB", size: tuple[int, int] = (300, 200), kind: str = "PNG", **more: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 90).save(file, kind, **more)
    return file.getvalue()


def bomb() -> bytes:
    """A small PNG that says it is 20,000 pixels a side."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_picture_of_any_kind_of_pixel_is_taken(mode: str):
    with Image.open(io.BytesIO(checked_picture(encoded(mode)))) as logo:
        assert (logo.format, logo.mode, logo.size) == ("PNG", "RGBA", (300, 200))


def test_a_large_photograph_is_made_smaller_and_set_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter by the telephone
    with Image.open(io.BytesIO(checked_picture(encoded(size=(2000, 1000), kind="JPEG", exif=exif)))) as logo:
        assert logo.size == (300, 600)


def test_nothing_but_pixels_is_kept():
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "where the picture was taken, and by whom")
    assert b"by whom" in encoded(pnginfo=words)
    assert b"by whom" not in checked_picture(encoded(pnginfo=words))


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (bomb(), "more than four million"),
        (
            b'<?xml version="1.0"?><svg xmlns="http://x/svg"><script>alert(1)</script></svg>',
            "SVG drawing",
        ),
        (encoded("CMYK", kind="JPEG"), "CMYK"),
        (encoded(size=(1, 1)), "1 x 1 pixels"),
        (encoded(size=(4000, 31)), "4000 x 31"),
        (b"", "not a PNG or JPEG"),
        (b"GIF89a" + bytes(100), "not a PNG or JPEG"),
        (b"%PDF-1.7", "not a PNG or JPEG"),
        (encoded()[:120], "damaged"),
        (encoded(kind="JPEG")[:400], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "not a PNG or JPEG"),
        (bytes(LARGEST_PICTURE + 1), "larger than 2 MB"),
    ],
)
def test_anything_else_is_refused_in_words(picture: bytes, says: str):
    with pytest.raises(PictureTrouble, match=says):
        checked_picture(picture)


LOGOS = [(300, 300), (600, 60), (60, 600)]


# Every sheet with one of the logos in turn, and one sheet with all of them.
@pytest.mark.parametrize(
    ("name", "size"), sorted({*zip(SHEETS, itertools.cycle(LOGOS)), *(("cr80", each) for each in LOGOS)})
)
def test_every_sheet_takes_a_logo_and_still_reads(name: str, size: tuple[int, int], cards: list[Card]):
    with pypdfium2.PdfDocument(print_cards(cards[:2], name, logo=checked_picture(encoded(size=size)))) as pdf:
        assert "Amira" in pdf[0].get_textpage().get_text_bounded()
