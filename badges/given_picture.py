"""Opens an uploaded logo or photograph safely and re-encodes it, so that nothing but its pixels is kept."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_SIDE = 600  # pixels kept: enough for a badge and a staff room screen
_SMALLEST_SIDE = 32
_MOST_PIXELS = 4 * 1024 * 1024
Image.MAX_IMAGE_PIXELS = None  # we check the size ourselves, before anything is decoded


class NotTaken(ValueError):
    """The picture cannot be taken; the message says why and what to do."""


def written_anew(picture: bytes) -> bytes:
    """The picture as a PNG of at most LARGEST_SIDE pixels a side. Raises NotTaken with words for the lead."""
    if b"<svg" in picture[:4096].lower():
        raise NotTaken("This is an SVG drawing, which can hold programs: save it as PNG and choose that file.")
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as opened:  # reads the header and no more
            _refuse_strange(opened)
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except UnidentifiedImageError:
        raise NotTaken("This is not a PNG or JPEG picture: save it as PNG and choose that file.") from None
    except (OSError, SyntaxError, ValueError, MemoryError) as trouble:
        if isinstance(trouble, NotTaken):
            raise
        raise NotTaken("The picture is damaged: save it again as PNG and choose that file.") from None
    upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    anew = io.BytesIO()
    Image.frombytes("RGBA", upright.size, upright.tobytes()).save(anew, "PNG")  # pixels only, no metadata
    return anew.getvalue()


def _refuse_strange(opened: Image.Image) -> None:
    width, height = opened.size
    if opened.mode == "CMYK":
        raise NotTaken("The picture is in printers' colours (CMYK): save it as RGB or PNG and choose that file.")
    if width * height > _MOST_PIXELS:
        raise NotTaken(f"The picture has {width} x {height} pixels, more than four million: save it smaller.")
    if min(width, height) < _SMALLEST_SIDE:
        raise NotTaken(f"The picture is {width} x {height} pixels: choose one of at least {_SMALLEST_SIDE} a side.")
