"""Fuzzed pictures for the reader: broken files, noise, degraded and foreign squares; no crash, no false reading (P24)

`python -m benchmarks.fuzz SECONDS` runs it alone. Each picture comes with the texts that are in it; any other text is a
false reading. After every few pictures, and after each that broke the child, a good badge must read within a second.
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import psutil
import zxingcpp

from badges import code
from badges.card import matrix
from badges.reader import Reader
from benchmarks import reading

SECONDS = 600
SEED = 20261122
GOOD = code.make(123_456, bytes(range(32)))
GOOD_EVERY = 25  # pictures between two good badges
SLOWEST = 1.0  # seconds until the good badge has been read (P24)
MOST_MEMORY = 300 * 1024 * 1024  # bytes of the child in use
ROUND = {"texture": 22, "broken file": 5, "spoilt card": 1, "mutated square": 4, "foreign": 1}
FOREIGN = ("MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417", "Code128", "QRCodeModel2")

Picture = np.ndarray[Any, Any]


@dataclass
class Tally:
    """Counts of what was shown, and what went wrong."""

    shown: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    empty: int = 0
    ended: int = 0
    largest: int = 0
    slowest: float = 0.0
    wrongs: list[str] = field(default_factory=list)


def sweep(seconds: float = SECONDS) -> int:
    """Show pictures for so long, print one table; the number of violations."""
    tally, end = Tally(), time.monotonic() + seconds
    good = _encoded(_on_desk(_drawn(np.array(matrix(GOOD), bool))), ".jpg")
    with _in_silence(), Reader() as reader:
        reader.start()
        for number, (kind, picture, texts) in enumerate(pictures()):
            child = reader.pid
            reading_of = reader.read(picture, live=number % 5 > 0)
            tally.shown[kind] += 1
            tally.read[kind] += bool(reading_of.texts)
            tally.empty += not texts
            tally.largest = max(tally.largest, _memory(reader.pid))
            if phantoms := set(reading_of.texts) - texts:
                tally.wrongs.append(f"{kind} {number} (seed {SEED}): {sorted(phantoms)} is not in the picture")
            if broke := reader.pid != child and number > 0:
                tally.ended += 1
            if broke or number % GOOD_EVERY == 0:
                _good_badge(reader, good, tally, number)
            if time.monotonic() > end:
                break
    if tally.largest > MOST_MEMORY:
        tally.wrongs.append(f"the child took {tally.largest >> 20} MB")
    _print(tally)
    return len(tally.wrongs)


def pictures() -> Iterator[tuple[str, bytes, set[str]]]:
    """An endless iterator of: a kind of picture, the encoded picture, and the texts in it."""
    chance, rng = random.Random(SEED), np.random.default_rng(SEED)
    cards = reading.cards()
    kinds = [kind for kind, times in ROUND.items() for _ in range(times)]
    textures = iter(())
    for number in range(sys.maxsize):
        kind = kinds[number % len(kinds)]
        text, card = cards[int(rng.integers(len(cards)))]
        ending = chance.choice((".jpg", ".png"))
        match kind:
            case "texture":
                texture = next(textures, None)
                if texture is None:
                    textures = reading.textures(rng, 40)
                    texture = next(textures)
                yield kind, _encoded(texture, ending), set()
            case "broken file":
                whole = _encoded(_on_desk(_drawn(np.array(matrix(text), bool))), ending)
                yield kind, broken(whole, chance), {text}
            case "spoilt card":
                spoilt = reading.spoilt(chance.choice(reading.KINDS), card, rng)
                yield kind, _encoded(spoilt, ending), {text}
            case "mutated square":
                modules = np.array(matrix(text), bool)
                turned = rng.random(modules.shape) < rng.choice([0.02, 0.08, 0.15, 0.5])
                yield kind, _encoded(_on_desk(_drawn(modules ^ turned)), ending), {text}
            case _:
                yield kind, _encoded(_on_desk(foreign(chance)), ending), {"OTHER"}


@contextmanager
def _in_silence() -> Iterator[None]:
    """Without the libraries' messages about broken files; the child inherits standard error."""
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def broken(data: bytes, chance: random.Random) -> bytes:
    """A file with bytes changed, left out, put in or said twice."""
    piece = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        # The first bytes give the picture's size, so they are changed more often than others.
        place = chance.randrange(min(len(piece), chance.choice((40, 700, len(piece)))))
        length = chance.choice((1, 1, 4, 100))
        match chance.randrange(4):
            case 0:
                piece[place : place + length] = chance.randbytes(length)
            case 1:
                del piece[place : place + length]
            case 2:
                piece[place:place] = chance.randbytes(length)
            case _:
                piece[place:place] = piece[place : place + length]
        if not piece:
            break
    return bytes(piece)


def foreign(chance: random.Random) -> Picture:
    """A symbol of another kind, or a square that is not ours."""
    kind = getattr(zxingcpp.BarcodeFormat, chance.choice(FOREIGN))
    return np.array(zxingcpp.create_barcode("OTHER", kind).to_image(scale=chance.randrange(2, 6)))


def _drawn(modules: np.ndarray[Any, Any]) -> Picture:
    square = np.pad(np.where(modules, 20, 235).astype(np.uint8), 4, constant_values=235)
    return np.kron(square, np.ones((6, 6), np.uint8))


def _on_desk(card: Picture) -> Picture:
    frame = np.full((reading.HEIGHT, reading.WIDTH), 110, np.uint8)
    height, width = min(card.shape[0], frame.shape[0]), min(card.shape[1], frame.shape[1])
    top, left = (frame.shape[0] - height) // 2, (frame.shape[1] - width) // 2
    frame[top : top + height, left : left + width] = card[:height, :width]
    return frame


def _encoded(grey: Picture, ending: str) -> bytes:
    return cv2.imencode(ending, grey)[1].tobytes()


def _memory(pid: int | None) -> int:
    try:
        return psutil.Process(pid).memory_info().rss if pid else 0
    except psutil.NoSuchProcess:
        return 0


def _good_badge(reader: Reader, good: bytes, tally: Tally, number: int) -> None:
    began = time.monotonic()
    texts = reader.read(good, live=True).texts
    took = time.monotonic() - began
    tally.slowest = max(tally.slowest, took)
    if texts != (GOOD,) or took > SLOWEST:
        tally.wrongs.append(f"after picture {number} the good badge read {texts} in {took:.2f} s")


def _print(tally: Tally) -> None:
    print("| shown to the reader | pictures | a text read |\n|---|---|---|")
    for kind, count in tally.shown.items():
        print(f"| {kind} | {count} | {tally.read[kind]} |")
    print(
        f"\n{tally.empty} pictures without a square, {tally.ended} times the child was ended and replaced, "
        f"{tally.largest >> 20} MB at most, the good badge read in {tally.slowest:.2f} s at most"
    )
    print("\n".join(tally.wrongs[:20]) or "no text that was not in the picture, no crash")


def main() -> None:
    """From the command line: seconds, unless all of SECONDS."""
    sys.exit(sweep(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS) > 0)


if __name__ == "__main__":
    main()
