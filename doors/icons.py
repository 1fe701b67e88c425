"""The folder of static files, and the icons that templates show."""

from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"


@cache
def icon(name: str) -> str:
    """One of the vendored Lucide icons as SVG text, hidden from screen readers: a word always stands beside it."""
    svg = (STATIC / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return svg.replace("<svg", '<svg class="icon" aria-hidden="true" focusable="false"', 1)
