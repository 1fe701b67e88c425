"""Anything may be held to the camera: the worst it gets is words, and the next good badge reads."""

import contextlib
import io
import os
import signal
import struct
import sys
import time
import zlib
from collections.abc import Iterator

import cv2
import numpy as np
import psutil
import pypdfium2
import pytest
import qrcode
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode import base, util

from badges import code
from badges.card import matrix
from badges.reader import LARGEST_FRAME, Reader, engines
from badges.reader.pictures import NotAPicture, open_picture
from badges.sheet import Card, print_cards
from tests.conftest import share


def square(text: str, *, scale: int = 6) -> np.ndarray:
    """A square on white, `scale` pixels a module."""
    drawn = qrcode.QRCode(border=4)
    drawn.add_data(text)
    drawn.make()
    modules = np.where(np.array(drawn.get_matrix()), 0, 255).astype(np.uint8)
    return np.kron(modules, np.ones((scale, scale), np.uint8))


def encoded(grey: np.ndarray, kind: str = ".png") -> bytes:
    return cv2.imencode(kind, grey)[1].tobytes()


def png_that_says(width: int, height: int) -> bytes:
    """A tiny file whose header promises a huge picture."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(min(width, 20_000) * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_that_says(width: int, height: int) -> bytes:
    whole = encoded(square("x"), ".jpg")
    frame = whole.index(b"\xff\xc0") + 5
    return whole[:frame] + struct.pack(">HH", height, width) + whole[frame + 4 :]


GOOD = encoded(square("PM000123456789AB"))

HOSTILE = {
    "nothing": b"",
    "one byte": b"\x89",
    "words": b"this is not a picture",
    "noise": bytes(range(256)) * 40,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    "gif": b"GIF89a" + bytes(100),
    "bmp": encoded(square("x"), ".bmp"),
    "half a png": GOOD[: len(GOOD) // 2],
    "png header only": GOOD[:33],
    "png magic only": GOOD[:8],
    "half a jpeg": encoded(square("x"), ".jpg")[:2_000],
    "jpeg magic only": b"\xff\xd8\xff",
    "jpeg of padding": b"\xff\xd8" + b"\xff" * 10_000,
    "png bomb": png_that_says(20_000, 20_000),
    "png of no width": png_that_says(0, 100),
    "png of the largest number": png_that_says(2**31 - 1, 2**31 - 1),
    "png one pixel too wide": png_that_says(16_385, 1),
    "png over four million pixels": png_that_says(2_049, 2_048),
    "jpeg bomb": jpeg_that_says(65_535, 65_535),
    "jpeg of no height": jpeg_that_says(100, 0),
    "too many bytes": b"\xff\xd8\xff" + bytes(LARGEST_FRAME),
}


@pytest.mark.parametrize("live", [True, False], ids=["live", "still"])
def test_a_page_of_ten_reads_whole_and_left_to_right(reader: Reader, cards: list[Card], live: bool):  # noqa: FBT001
    with pypdfium2.PdfDocument(print_cards(cards, "cr80")) as pdf:
        page = pdf[0].render(scale=150 / 72, grayscale=True).to_numpy()
    reading = reader.read(encoded(page.squeeze()), live=live)
    assert reading.error is None
    assert set(reading.texts[:5]) == {card.code for card in cards[::2]}
    assert set(reading.texts[5:]) == {card.code for card in cards[1::2]}
    assert len(reading.texts) == 10


@pytest.mark.parametrize("kind", [".png", ".jpg"])
def test_two_badges_come_left_to_right(reader: Reader, kind: str):
    for order in (["amira", "ben"], ["ben", "amira"]):
        pair = np.hstack([square(text) for text in order])
        assert list(reader.read(encoded(pair, kind), live=True).texts) == order


@pytest.mark.parametrize("live", [True, False])
def test_the_same_badge_in_two_places_is_said_twice_because_one_is_a_copy(reader: Reader, *, live: bool):
    assert reader.read(encoded(np.hstack([square("amira")] * 2)), live=live).texts == ("amira", "amira")
    assert reader.read(encoded(square("amira")), live=live).texts == ("amira",)


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_held_up_the_next_badge_reads(reader: Reader, name: str):
    reading = reader.read(HOSTILE[name], live=True)
    assert reading.texts == ()
    assert reading.error
    assert reader.read(GOOD, live=True).texts == ("PM000123456789AB",)


def test_the_very_next_frame_after_foreign_squares_reads(reader: Reader):
    def held_up(card: np.ndarray) -> bytes:
        frame = np.full((720, 1280), 104, np.uint8)
        top, left = (720 - len(card)) // 2, (1280 - len(card)) // 2
        frame[top : top + len(card), left : left + len(card)] = card
        return encoded(frame, ".jpg")

    for text in ("https://shop.example/offer", "PM00 not one of ours", "x" * 300):
        for _ in range(3):
            assert reader.read(held_up(square(text, scale=8)), live=True).texts == (text,)
        first = reader.pid
        assert reader.read(held_up(square("PM000123456789AB", scale=4)), live=True).texts == ("PM000123456789AB",)
        assert reader.pid == first


def test_a_picture_without_a_square_is_no_error(reader: Reader):
    reading = reader.read(encoded(np.full((480, 640), 90, np.uint8)), live=False)
    assert (reading.texts, reading.error) == ((), None)
    assert reading.ms > 0


def test_a_photograph_of_twelve_million_pixels_reads(reader: Reader):
    photo = np.full((3_000, 4_000), 200, np.uint8)
    badge = square("amira", scale=20)
    photo[500 : 500 + len(badge), 700 : 700 + len(badge)] = badge
    assert reader.read(encoded(photo, ".jpg"), live=False).texts == ("amira",)


def test_four_million_pixels_pass_every_stage_within_the_memory_allowed(reader: Reader):
    noise = np.random.default_rng(1).integers(0, 255, (2_048, 2_048), dtype=np.uint8)
    reading = reader.read(encoded(noise, ".png"), live=False)
    assert (reading.texts, reading.error) == ((), None)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda grey: cv2.GaussianBlur(grey, (0, 0), 3),
        lambda grey: 255 - grey,
        lambda grey: np.rot90(grey),
        lambda grey: cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA),
        lambda grey: np.kron(grey, np.ones((8, 8), np.uint8)),
        lambda grey: (grey * 0.05).astype(np.uint8),
    ],
    ids=["blurred", "inverted", "turned", "far away", "close up", "dark"],
)
def test_a_badge_in_bad_conditions_reads(reader: Reader, spoil):
    spoilt = np.ascontiguousarray(spoil(square("PM000123456789AB")))
    assert reader.read(encoded(spoilt), live=True).texts == ("PM000123456789AB",)


def linked_square(text: str) -> np.ndarray:
    """The first of two squares that belong together ("structured append"), which crashes other readers."""
    return square_that_begins([(3, 4), (0, 4), (1, 4), (0, 8)], text)


def square_in_another_alphabet(text: str, alphabet: int) -> np.ndarray:
    """A square that says in which alphabet its bytes are to be read ("ECI")."""
    return square_that_begins([(7, 4), (alphabet, 8)], text)


def square_that_begins(start: list[tuple[int, int]], text: str) -> np.ndarray:
    """A square with these numbers, of so many bits each, before its text."""
    data = util.QRData(text, mode=util.MODE_ALPHA_NUM)
    bits = util.BitBuffer()
    for value, length in [*start, (data.mode, 4), (len(text), 9)]:
        bits.put(value, length)
    data.write(bits)
    blocks = base.rs_blocks(2, qrcode.ERROR_CORRECT_M)
    while len(bits) < 8 * sum(block.data_count for block in blocks):
        bits.put(0, 1)
    drawn = qrcode.QRCode(version=2, error_correction=qrcode.ERROR_CORRECT_M)
    drawn.data_cache = util.create_bytes(bits, blocks)
    drawn.make(fit=False)
    modules = np.where(np.array(drawn.get_matrix()), 0, 255).astype(np.uint8)
    return np.kron(modules, np.ones((6, 6), np.uint8))


@pytest.mark.parametrize(
    "strange",
    [
        square(b"\xff\xfe\x00\x80"),
        square(bytes(range(256))),
        linked_square("PM000123456789AB"),
        square_in_another_alphabet("PM000123456789AB", 3),
        square_in_another_alphabet("PM000123456789AB", 26),
        square_in_another_alphabet("PM000123456789AB", 100),  # no alphabet there is
    ],
)
def test_squares_of_bytes_and_of_linked_sets_break_nothing(reader: Reader, strange: np.ndarray):
    reader.read(encoded(strange), live=False)
    first = reader.pid
    engines.in_order(engines.zbar(strange))  # the last engine, which the first would have spared the work
    assert reader.read(GOOD, live=False).texts == ("PM000123456789AB",)
    assert reader.pid == first


@pytest.mark.parametrize("live", [True, False], ids=["live", "still"])
@pytest.mark.parametrize("kind", ["MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417", "Code128", "EAN13"])
def test_other_symbols_are_nothing(reader: Reader, kind: str, *, live: bool):
    content = {"MicroQRCode": "PM00012", "EAN13": "4006381333931"}.get(kind, "PM000123456789AB")
    symbol = np.array(zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, kind)).to_image(scale=4))
    assert reader.read(encoded(np.pad(symbol, 40, constant_values=255)), live=live).texts == ()
    assert reader.read(GOOD, live=live).texts == ("PM000123456789AB",)


@pytest.mark.parametrize("text", ["https://shop.example/offer", "PM00000000", "PM00 not one of ours", "x" * 300])
def test_a_foreign_square_is_read_and_is_no_badge(reader: Reader, text: str):
    assert reader.read(encoded(square(text)), live=True).texts == (text,)
    with pytest.raises(code.NotABadge):
        code.read(text, b"k" * 32)


@pytest.mark.parametrize("live", [True, False], ids=["live", "still"])
def test_a_sheet_of_sixty_is_read_as_far_as_it_is_seen(reader: Reader, *, live: bool):
    names = {f"PM{number:014}" for number in range(60)}
    squares = [square(text, scale=3) for text in sorted(names)]
    page = np.vstack([np.hstack(squares[row : row + 10]) for row in range(0, 60, 10)])
    texts = reader.read(encoded(page), live=live).texts
    assert len(texts) == len({*texts})
    assert {*texts} == names
    assert reader.read(GOOD, live=live).texts == ("PM000123456789AB",)


def test_in_a_video_of_noise_there_is_no_badge(reader: Reader):
    rng = np.random.default_rng(7)
    for grain in (0.1, 1, 3) * 10:
        noise = cv2.GaussianBlur(rng.uniform(0, 255, (480, 640)).astype(np.float32), (0, 0), grain)
        noise = cv2.normalize(noise, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
        assert reader.read(encoded(noise, ".jpg"), live=True).texts == ()
    assert reader.read(GOOD, live=True).texts == ("PM000123456789AB",)


@pytest.mark.parametrize("turned", [0.03, 0.2, 0.5])
def test_a_square_with_modules_turned_over_is_itself_or_nothing(reader: Reader, turned: float):
    rng = np.random.default_rng(int(100 * turned))
    modules = np.array(matrix("PM00012345"))
    for _ in range(10):
        spoilt = np.pad(np.where(modules ^ (rng.random(modules.shape) < turned), 0, 255), 4, constant_values=255)
        picture = np.kron(spoilt.astype(np.uint8), np.ones((6, 6), np.uint8))
        assert {*reader.read(encoded(picture), live=False).texts} <= {"PM00012345"}


@pytest.fixture
def fresh() -> Iterator[Reader]:
    with Reader(seconds=2) as reader:
        yield reader


def test_a_reader_that_is_killed_is_replaced_within_a_second(fresh: Reader):
    fresh.read(GOOD, live=True)
    first = fresh.pid
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert fresh.read(GOOD, live=True).texts == ("PM000123456789AB",)
    assert fresh.pid != first


def test_a_reader_that_takes_too_long_says_so(fresh: Reader):
    fresh.read(GOOD, live=True)
    psutil.Process(fresh.pid).suspend()
    began = time.monotonic()
    reading = fresh.read(GOOD, live=True)
    assert reading.texts == ()
    assert "too long" in reading.error
    assert time.monotonic() - began < 4
    assert fresh.read(GOOD, live=True).texts == ("PM000123456789AB",)


def test_a_reader_without_enough_memory_says_so():
    large = encoded(square("PM000123456789AB", scale=60))  # what a small one needs may lie there since the start
    with Reader(memory=1 << 20) as reader:
        assert reader.read(large, live=True).texts == ()


def test_an_idle_reader_is_small(fresh: Reader):
    fresh.read(GOOD, live=True)
    assert psutil.Process(fresh.pid).memory_full_info().pss < 70 * 1024 * 1024


def test_the_doors_side_loads_no_engine():
    heavy = "{'cv2', 'numpy', 'zxingcpp', 'reportlab', 'qrcode'}"
    script = f"import badges.code, badges.reader, badges.sheet, sys; sys.exit(bool({heavy} & {{*sys.modules}}))"
    process = psutil.Popen([sys.executable, "-c", script])
    assert process.wait() == 0


@given(st.binary(max_size=400), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", GOOD[:40]]))
@settings(max_examples=share(300))
def test_any_bytes_are_a_picture_or_refused(body: bytes, start: bytes):
    with contextlib.suppress(NotAPicture):
        assert open_picture(start + body).ndim == 2


@given(st.integers(0, len(GOOD)), st.binary(min_size=1, max_size=20))
def test_a_damaged_png_is_a_picture_or_refused(place: int, damage: bytes):
    data = io.BytesIO(GOOD)
    data.seek(place)
    data.write(damage)
    with contextlib.suppress(NotAPicture):
        assert open_picture(data.getvalue()).ndim == 2
