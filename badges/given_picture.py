"""Opens an uploaded logo or photograph safely and re-encodes it, so that nothing but its pixels is kept.

A logo is printed on a white plate: what could not be seen there is refused, and margins are cut off.
"""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_SIDE = 600  # pixels kept: enough for a badge and a staff room screen
_SMALLEST_SIDE = 32
_DARK = 148  # grey, 0 to 255: from here down a contrast of 3:1 with white (WCAG 2.2, 1.4.11)
_FAINT = 245  # grey: what is paler is margin
_LEAST_SEEN = 0.2  # of what a logo without a ground shows
_LEAST_DARK = 0.005  # of a logo with a white ground
_LEAST_MARGIN = 0.04  # of a side; narrower margins are left alone
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


def trimmed_logo(picture: bytes) -> tuple[bytes, bool]:
    """A logo written anew without wide margins, and if any were cut off. Raises NotTaken with words for the lead."""
    anew = written_anew(picture)
    with Image.open(io.BytesIO(anew)) as logo:
        on_white = Image.alpha_composite(Image.new("RGBA", logo.size, "white"), logo).convert("L")
        _refuse_unseen(on_white, logo.getchannel("A"))
        inside = on_white.point([255] * _FAINT + [0] * (256 - _FAINT)).getbbox() or (0, 0, *logo.size)
        wide, high = inside[2] - inside[0], inside[3] - inside[1]
        if max(1 - wide / logo.width, 1 - high / logo.height) < _LEAST_MARGIN:
            return anew, False
        if min(wide, high) < _SMALLEST_SIDE:
            raise NotTaken(
                f"Without its margins the picture is {wide} x {high} pixels: choose one of at least "
                f"{_SMALLEST_SIDE} a side."
            )
        cut = io.BytesIO()
        logo.crop(inside).save(cut, "PNG")
        return cut.getvalue(), True


def _refuse_unseen(on_white: Image.Image, solid: Image.Image) -> None:
    """Refuse a logo of which next to nothing is dark enough to be seen on white."""
    dark = sum(on_white.histogram()[: _DARK + 1])
    shown = sum(solid.histogram()[128:])
    has_ground = shown > 0.98 * on_white.width * on_white.height
    if dark < (_LEAST_DARK if has_ground else _LEAST_SEEN) * shown or not dark:
        raise NotTaken(
            "The logo is white or pale, and is printed on white: nobody would see it. Choose one in dark colours, or "
            "one with a dark ground."
        )


def _refuse_strange(opened: Image.Image) -> None:
    width, height = opened.size
    if opened.mode == "CMYK":
        raise NotTaken("The picture is in printers' colours (CMYK): save it as RGB or PNG and choose that file.")
    if width * height > _MOST_PIXELS:
        raise NotTaken(f"The picture has {width} x {height} pixels, more than four million: save it smaller.")
    if min(width, height) < _SMALLEST_SIDE:
        raise NotTaken(f"The picture is {width} x {height} pixels: choose one of at least {_SMALLEST_SIDE} a side.")
