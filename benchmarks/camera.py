"""What a kiosk's camera sees: 1280x720, nothing or a printed badge, as JPEG."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2

from badges.sheet import Card, print_cards

FRAME = (720, 1280)
GREY = (96, 104, 110)
FRAMES_A_SECOND = 30  # Chromium plays a file of JPEGs at this rate


def frame(code: str | None) -> bytes:
    """One frame: the badge with this code in the middle, as large as it is printed at 110 dpi, or nothing."""
    seen = np.full((*FRAME, 3), GREY, np.uint8)
    if code is not None:
        card = _card(code)
        height, width = card.shape[:2]
        top, left = (FRAME[0] - height) // 2, (FRAME[1] - width) // 2
        seen[top : top + height, left : left + width] = card
    return bytes(cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, 90])[1])


def film(path: Path, code: str, *, empty_seconds: float, badge_seconds: float) -> None:
    """A file that Chromium plays as its camera: nothing at first, then the badge, from one frame to the next whole."""
    nothing, badge = frame(None), frame(code)
    path.write_bytes(nothing * int(empty_seconds * FRAMES_A_SECOND) + badge * int(badge_seconds * FRAMES_A_SECOND))


def _card(code: str) -> np.ndarray[Any, Any]:
    document = pypdfium2.PdfDocument(print_cards([Card("Ben", "Peer mentors", code, "")], "cr80"))
    page = document[0].render(scale=110 / 72).to_numpy()[:, :, :3].copy()
    document.close()
    dots = 110 / 25.4
    return page[int(13.5 * dots) : int(67.5 * dots), int(19.4 * dots) : int(105 * dots)]
