"""A square to scan: an address as an SVG drawing that stands in a page, for a phone to open what a laptop shows."""

from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4  # modules left empty around it, as the standard asks


def drawn(address: str, *, words: str = "The address as a square to scan") -> Markup:
    """The square of one address, dark on white whatever stands behind it; what it says stands beside it.

    `words` are ours, never a person's.
    """
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(address)
    code.make(fit=True)
    side = len(code.modules) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(code.modules) for x, dark in enumerate(row) if dark
    )
    return Markup(  # noqa: S704 # numbers and our own words alone; the address is only in the modules
        f'<svg class="square" viewBox="0 0 {side} {side}" role="img" aria-label="{words}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )
