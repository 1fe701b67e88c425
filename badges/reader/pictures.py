"""Opens a picture: JPEG or PNG bytes to a grey array, or NotAPicture.

Width and height are read from the header before any decoder runs: a 48 kB PNG took 2.3 GB and 9.7 s to open.
"""

import struct

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]

MOST_PIXELS = 4 * 1024 * 1024  # in memory; also told to OpenCV itself before it loads
LARGEST_PHOTO = 64 * 1024 * 1024  # pixels of a JPEG, which can be opened at half, a quarter or an eighth of its size
LONGEST_SIDE = 16_384  # pixels

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the JPEG segments that begin a frame and give its size
_STAND_ALONE = {0x01, *range(0xD0, 0xD9)}  # JPEG markers without a length
_SCAN = 0xDA
_REDUCED = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}


class NotAPicture(ValueError):
    """These bytes cannot be opened as a picture; the message says why."""


def open_picture(data: bytes) -> Grey:
    """The picture in grey, at most MOST_PIXELS large; a larger photo is opened at a half, a quarter or an eighth.

    Raises NotAPicture for anything that is not a whole JPEG or PNG of a sensible size.
    """
    width, height, is_jpeg = _size(data)
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise NotAPicture(f"The picture says it is {width} by {height} pixels, which cannot be.")
    if width * height > (LARGEST_PHOTO if is_jpeg else MOST_PIXELS):
        raise NotAPicture(f"The picture is too large: {width} by {height} pixels.")
    shrink = next(by for by in _REDUCED if -(-width // by) * -(-height // by) <= MOST_PIXELS)
    try:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), _REDUCED[shrink])
    except cv2.error:
        grey = None
    if grey is None:
        raise NotAPicture("The picture is damaged.")
    return np.asarray(grey, np.uint8)


def _size(data: bytes) -> tuple[int, int, bool]:
    """Width, height, and whether it is a JPEG (else a PNG), as the header gives them."""
    if data.startswith(_PNG):
        return *_png_size(data), False
    if data.startswith(_JPEG):
        return *_jpeg_size(data), True
    raise NotAPicture("The file is neither a JPEG nor a PNG picture.")


def _png_size(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR" or len(data) < 24:
        raise NotAPicture("The picture is damaged: it has no header.")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walk the segments to the first frame's size, and see that the picture was not cut short."""
    size = None
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # padding
            place += 1
        elif marker in _STAND_ALONE:
            place += 2
        elif marker == _SCAN and size:
            # A decoder would fill the missing part with grey without an error.
            if data.find(b"\xff\xd9", place) < 0:
                raise NotAPicture("The picture is damaged: it has no end.")
            return size
        else:
            if marker in _FRAMES:
                if size:
                    raise NotAPicture("The picture is damaged: it has two sizes.")
                height, width = struct.unpack_from(">HH", data, place + 5)
                size = width, height
            place += 2 + int.from_bytes(data[place + 2 : place + 4])
    raise NotAPicture("The picture is damaged: it has no header.")
