"""Reading badges: ours beside one line of zxing-cpp and pyzbar, on cards drawn by us and then spoilt (seeded)"""

import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pypdfium2
import zxingcpp
from pyzbar import pyzbar

from badges import code
from badges.reader import stages
from badges.sheet import Card, print_cards

CARDS = 20
SEED = 20260921


def cards() -> list[tuple[str, np.ndarray[Any, Any]]]:
    """Each badge's code with the picture of its card at 110 dpi, grey."""
    key = b"k" * 32
    codes = [code.make(number, key) for number in range(CARDS)]
    pdf = pypdfium2.PdfDocument(print_cards([Card("Amira", "Peer mentors", each, "") for each in codes], "cr80"))
    dots, found = 110 / 25.4, []
    for index, text in enumerate(codes):
        page = pdf[index // 10].render(scale=110 / 72, grayscale=True).to_numpy()
        top, left = 13.5 + index % 10 // 2 * 54, 19.4 + index % 2 * 85.6
        found.append(
            (text, page[int(top * dots) : int((top + 54) * dots), int(left * dots) : int((left + 85.6) * dots)])
        )
    pdf.close()
    return found


def spoilt(card: np.ndarray[Any, Any], rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """A webcam's view: 640x480, the card smaller, turned, out of focus, dim and noisy."""
    scale, turn = rng.uniform(0.35, 1.0), rng.uniform(-40, 40)
    height, width = card.shape[:2]
    placed = cv2.getRotationMatrix2D((width / 2, height / 2), turn, scale)
    placed[:, 2] += (320 - width / 2, 240 - height / 2)
    frame = cv2.warpAffine(card, placed, (640, 480), borderMode=cv2.BORDER_CONSTANT, borderValue=(110,))
    frame = cv2.GaussianBlur(frame, (0, 0), rng.uniform(0.3, 2.2))
    dim = frame * rng.uniform(0.25, 1.0) + rng.normal(0, rng.uniform(1, 8), frame.shape)
    return np.clip(dim, 0, 255).astype(np.uint8)


def main() -> None:
    """Print one table: the share read, and the CPU time a frame."""
    rng = np.random.default_rng(SEED)
    frames = [(text, spoilt(card.reshape(card.shape[:2]), rng)) for text, card in cards() for _ in range(10)]
    readers: dict[str, Callable[[np.ndarray[Any, Any]], list[str]]] = {
        "pyzbar": lambda frame: [
            found.data.decode("ascii", "replace") for found in pyzbar.decode(frame, symbols=[pyzbar.ZBarSymbol.QRCODE])
        ],
        "zxing-cpp": lambda frame: [
            found.text for found in zxingcpp.read_barcodes(frame, formats=zxingcpp.BarcodeFormat.QRCodeModel2)
        ],
        "ours (live)": lambda frame: list(stages.read(frame, live=True)),
    }
    print(f"{len(frames)} frames of 640x480\n\n| reader | read | wrong | CPU a frame (ms) |\n|---|---|---|---|")
    for name, read in readers.items():
        right = wrong = 0
        began = time.process_time()
        for text, frame in frames:
            texts = read(frame)
            right += text in texts
            wrong += any(each != text for each in texts)
        spent = (time.process_time() - began) / len(frames) * 1000
        print(f"| {name} | {right / len(frames):.1%} | {wrong} | {spent:.1f} |")


if __name__ == "__main__":
    main()
