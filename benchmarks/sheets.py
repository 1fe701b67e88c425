"""Sheets of badges: what a thousand cost, and how many of a thousand squares read when they are spoilt in turn"""

import math
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pypdfium2
import zxingcpp

from badges import code
from badges.card import ACROSS, MODULES, QUIET
from badges.read_back import Rendered
from badges.reader.steps import read_still
from badges.sheet import TRUE, Card, print_cards
from badges.sheet_maker import make_pdf, squares_on
from badges.stationery import SHEETS, Sheet
from badges.typefaces import load_fonts
from mentoring.school.programme import NEVER_A_SECRET

Grey = np.ndarray
KEY = bytes(range(32))
FINDER = 8  # modules: a finder pattern and its white rim


def badges(count: int) -> list[Card]:
    """So many badges of one school."""
    return [
        Card(f"Amira {number}", "Harbour School Peer Mentoring", code.make(number, KEY), NEVER_A_SECRET)
        for number in range(count)
    ]


def squares(sheet: Sheet, cards: list[Card]) -> Iterator[tuple[str, Grey]]:
    """Each square with its code, cut from the pages as they are rendered at 150 dots an inch."""
    pages = [list(enumerate(cards[at : at + sheet.places])) for at in range(0, len(cards), sheet.places)]
    with pypdfium2.PdfDocument(make_pdf(pages, sheet, two_sided=False, printer=TRUE, logo=b"")) as pdf:
        for number, placed in enumerate(pages):
            expected = squares_on(placed, sheet, TRUE)
            page = Rendered(pdf[number], expected, 150)
            yield from ((each.code, page.cut(each.where)) for each in expected)


def blurred(grey: Grey, _chance: random.Random) -> Grey:
    """By 3 % of the square's side, as a standard deviation."""
    return cv2.GaussianBlur(grey, (0, 0), 0.03 * len(grey) * MODULES / ACROSS)


def tilted(grey: Grey, chance: random.Random) -> Grey:
    """Turned 25 degrees aside or back, seen from three times its width."""
    side, turn = len(grey), math.radians(25)
    half, far, is_aside = side / 2, 3 * side, chance.random() < 0.5
    seen = []
    for x, y in ((-half, -half), (half, -half), (half, half), (-half, half)):
        depth = far + (x if is_aside else y) * math.sin(turn)
        narrow_x, narrow_y = (math.cos(turn), 1.0) if is_aside else (1.0, math.cos(turn))
        seen.append((half + x * narrow_x * far / depth, half + y * narrow_y * far / depth))
    flat = np.array(((0, 0), (side, 0), (side, side), (0, side)), np.float32)
    return cv2.warpPerspective(
        grey, cv2.getPerspectiveTransform(flat, np.array(seen, np.float32)), (side, side), borderValue=255
    )


def glared(grey: Grey, chance: random.Random) -> Grey:
    """A white spot over a tenth of the square, anywhere off its finder patterns."""
    module = len(grey) / ACROSS
    radius = math.sqrt(0.1 / math.pi) * MODULES
    while True:
        x, y = chance.uniform(radius, MODULES - radius), chance.uniform(radius, MODULES - radius)
        finders = ((0, 0), (MODULES - FINDER, 0), (0, MODULES - FINDER))
        gaps = [math.dist((x, y), (min(max(x, a), a + FINDER), min(max(y, b), b + FINDER))) for a, b in finders]
        if min(gaps) > radius:
            break
    middle = (round((QUIET + x) * module), round((QUIET + y) * module))
    return cv2.circle(grey.copy(), middle, round(radius * module), 255, -1)


def halved(grey: Grey, _chance: random.Random) -> Grey:
    """At half the size."""
    return cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def as_a_webcam(grey: Grey) -> Grey:
    """At six pixels a module, before it is spoilt."""
    return cv2.resize(grey, (6 * ACROSS, 6 * ACROSS), interpolation=cv2.INTER_AREA)


SPOILT: dict[str, Callable[[Grey, random.Random], Grey]] = {
    "3 % blur": blurred,
    "25 degrees": tilted,
    "10 % glare": glared,
    "50 % scale": halved,
}


def one_line(grey: Grey) -> list[str]:
    """What a program with one line of zxing-cpp reads."""
    return [each.text for each in zxingcpp.read_barcodes(grey)]


def cost(sheet: str, cards: list[Card]) -> tuple[float, float]:
    """CPU seconds and the peak of memory (MB) of the child that makes and reads back these badges."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    print_cards(cards, sheet)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


def main(count: int = 1000) -> None:
    """Print both tables."""
    cv2.setNumThreads(1)
    load_fonts()
    cards = badges(count)
    print(f"| sheet | {count} badges, drawn and read back (CPU s) | peak so far (MB) |\n|---|---|---|")
    for name in SHEETS:
        seconds, size = cost(name, cards)
        print(f"| {name} | {seconds:.1f} | {size:.0f} |", flush=True)
    print(f"\n| squares read of {count}, ours / one line of zxing-cpp | {' | '.join(SPOILT)} |")
    print("|---|" + "---|" * len(SPOILT))
    for name, sheet in SHEETS.items():
        chance, ours, theirs = random.Random(name), dict.fromkeys(SPOILT, 0), dict.fromkeys(SPOILT, 0)
        for text, grey in squares(sheet, cards):
            for how, spoil in SPOILT.items():
                spoilt = spoil(as_a_webcam(grey), chance)
                ours[how] += read_still(spoilt) == [text]
                theirs[how] += one_line(spoilt) == [text]
        print(f"| {name} | {' | '.join(f'{ours[how]} / {theirs[how]}' for how in SPOILT)} |", flush=True)


if __name__ == "__main__":
    began = time.perf_counter()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    print(f"\n{time.perf_counter() - began:.0f} s")
