"""QR codes as SVG, so that a phone can open an address that a laptop shows."""

from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4  # modules of margin on each side (ISO/IEC 18004)


def drawn(address: str, *, words: str = "The address as a square to scan") -> Markup:
    """The QR code of an address as SVG, black on white. The page shows the address as text beside it.

    `words` is the label for screen readers. It is not escaped, so it must be a fixed text.
    """
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(address)
    code.make(fit=True)
    side = len(code.modules) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(code.modules) for x, dark in enumerate(row) if dark
    )
    return Markup(  # noqa: S704 # numbers and fixed texts only; the address is in the path alone
        f'<svg class="square" viewBox="0 0 {side} {side}" role="img" aria-label="{words}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )
