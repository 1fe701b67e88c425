"""A school's logo: a picture is taken and written anew; anything else is refused in words, without harm."""

import io
import itertools
import struct
import zlib

import pypdfium2
import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from badges.sheet import LARGEST_PICTURE, Card, PictureTrouble, checked_logo, checked_picture, print_cards
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
    with pypdfium2.PdfDocument(print_cards(cards[:2], name, logo=checked_logo(encoded(size=size)).picture)) as pdf:
        assert "Amira" in pdf[0].get_textpage().get_text_bounded()


def a_crest(colour: str, ground: str, *, box: tuple[int, int, int, int] = (0, 0, 299, 199)) -> bytes:
    """A PNG of 300 x 200 pixels with a ring of this colour inside the box, on this ground."""
    logo = Image.new("RGBA", (300, 200), ground)
    ImageDraw.Draw(logo).ellipse(box, outline=colour, width=20)
    file = io.BytesIO()
    logo.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("colour", "ground"),
    [
        ("white", "#ffffff00"),
        ("#fff8dc", "#ffffff00"),
        ("white", "white"),
        ("#ffe08a", "white"),
        ("white", "#00000000"),
    ],
)
def test_a_logo_that_nobody_would_see_on_its_white_plate_is_refused(colour: str, ground: str):
    with pytest.raises(PictureTrouble, match="white or pale"):
        checked_logo(a_crest(colour, ground))


def test_a_white_logo_with_a_little_dark_in_it_is_refused_too():
    logo = Image.open(io.BytesIO(a_crest("white", "#ffffff00")))
    logo.paste("black", (0, 90, 30, 100))
    file = io.BytesIO()
    logo.save(file, "PNG")
    with pytest.raises(PictureTrouble, match="white or pale"):
        checked_logo(file.getvalue())


@pytest.mark.parametrize(
    ("colour", "ground"), [("#0a5f5f", "#ffffff00"), ("white", "#0a5f5f"), ("black", "white"), ("#c0392b", "white")]
)
def test_a_logo_that_is_seen_is_taken_as_it_is(colour: str, ground: str):
    logo = checked_logo(a_crest(colour, ground))
    assert not logo.trimmed
    with Image.open(io.BytesIO(logo.picture)) as kept:
        assert kept.size == (300, 200)


@pytest.mark.parametrize("ground", ["white", "#ffffff00", "#fdfdfd"])
def test_wide_margins_are_cut_off(ground: str):
    logo = checked_logo(a_crest("black", ground, box=(100, 80, 199, 139)))
    assert logo.trimmed
    with Image.open(io.BytesIO(logo.picture)) as kept:
        assert kept.size == (100, 60)


def test_a_logo_that_is_tiny_without_its_margins_is_refused():
    with pytest.raises(PictureTrouble, match="20 x 20 pixels"):
        checked_logo(a_crest("black", "white", box=(100, 80, 119, 99)))
