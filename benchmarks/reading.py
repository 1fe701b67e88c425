"""Reading squares: ours beside what a user would choose instead, on photographs, spoilt cards and presentations

Everything but the photographs is drawn here, seeded: our own cards as a webcam sees them. Where DROPIN_PHOTOS (or
../shared/photos) holds photographs with a .txt beside each, they are read too. `--phantoms N` sets how many frames
of noise and texture are searched for squares that are not there.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import zxingcpp
from pyzbar import pyzbar

from badges import code
from badges.reader.pictures import NotAPicture, open_picture
from badges.reader.steps import Session, read_still
from badges.sheet import Card, print_cards

Picture = np.ndarray[Any, Any]
Read = Callable[[Picture], Sequence[str]]
Frames = list[tuple[tuple[str, ...], Picture]]  # the texts in each, of which one must be read and no other may be

SEED = 20260921
CARDS = 20
EACH = 15  # frames of each way to spoil a card
PRESENTATIONS = 60
STEADY = 4  # the first frame of a presentation in which the badge is held
EMPTY = 20
PHANTOMS = 60
DOTS = 200 / 25.4  # dots a millimetre at which the cards are drawn
CARD = (85.6, 54.0)
WIDTH, HEIGHT = 640, 480
# What is in a photograph and not in the truth beside it: a square drawn within a square, of which only the outer is
# named, and a word mistyped.
ALSO_THERE = {
    "qrcode-2/13": "The 2005 USGS aerial photography of the Washington Monument is censored.",
    "qrcode-2/16": "[内側QRコード] *ダブルQR* http://d-qr.net/ex/",
}


# Pictures


def cards() -> list[tuple[str, Picture]]:
    """Each badge's code with the picture of its card, grey."""
    key = b"k" * 32
    codes = [code.make(number, key) for number in range(CARDS)]
    pdf = pypdfium2.PdfDocument(print_cards([Card("Amira", "Peer mentors", each, "") for each in codes], "cr80"))
    found = []
    for index, text in enumerate(codes):
        page = pdf[index // 10].render(scale=DOTS * 25.4 / 72, grayscale=True).to_numpy().squeeze()
        top, left = 13.5 + index % 10 // 2 * 54, 19.4 + index % 2 * 85.6
        rows = slice(int(top * DOTS), int((top + CARD[1]) * DOTS))
        found.append((text, page[rows, int(left * DOTS) : int((left + CARD[0]) * DOTS)].copy()))
    pdf.close()
    return found


def background(rng: np.random.Generator, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    """A room nobody knows: soft shapes, hard edges, lettering."""
    room = cv2.resize(rng.uniform(40, 210, (4, 5)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(rng.integers(5, 25))):
        x, y, w, h = (int(each) for each in rng.integers(0, width, 4))
        cv2.rectangle(room, (x, y), (x + w // 4, y + h // 4), float(rng.uniform(0, 255)), -1)
    room = np.clip(room, 0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(0, 12))):
        at = int(rng.integers(0, width)), int(rng.integers(0, height))
        words = "".join(chr(each) for each in rng.integers(65, 91, 9))
        cv2.putText(room, words, at, cv2.FONT_HERSHEY_SIMPLEX, float(rng.uniform(0.4, 2)), 20, 2)
    return cv2.GaussianBlur(room, (0, 0), 1).astype(np.float32)


@dataclass(frozen=True)
class View:
    """Where a card is held: pixels a millimetre, turn and tilts in radians, middle in pixels, bend in modules."""

    scale: float
    turn: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)
    middle: tuple[float, float] = (WIDTH / 2, HEIGHT / 2)
    bend: float = 0.0
    folds: float = 0.0


def seen(card: Picture, view: View, room: Picture, rng: np.random.Generator) -> Picture:
    """The card in the room as a camera maps it, before light and lens spoil it."""
    mm_wide, mm_high = card.shape[1] / DOTS, card.shape[0] / DOTS
    corners = np.array([(x * mm_wide, y * mm_high) for x, y in [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]])
    cos, sin = np.cos(view.turn), np.sin(view.turn)
    flat = corners @ np.array([[cos, sin], [-sin, cos]])
    away = 1 + (flat[:, 0] * np.sin(view.tilt[0]) + flat[:, 1] * np.sin(view.tilt[1])) / 150
    flat = flat * np.cos(view.tilt) / away[:, None]
    placed = (flat * view.scale + view.middle).astype(np.float32) * 2
    own = np.array(
        [(0, 0), (card.shape[1], 0), (card.shape[1], card.shape[0]), (0, card.shape[0])],
        np.float32,
    )
    back = cv2.getPerspectiveTransform(placed, own)
    y, x = np.mgrid[0 : HEIGHT * 2, 0 : WIDTH * 2].astype(np.float32)
    u, v = (
        cv2.perspectiveTransform(np.stack([x, y], -1).reshape(1, -1, 2), back).reshape(*x.shape, 2).transpose(2, 0, 1)
    )
    if view.bend:
        along = (u / card.shape[1] - 0.65) * 2
        u = u + (np.sign(along) * along**2 * view.bend * 1.4 * DOTS).astype(np.float32)
        v = v + (along**2 * view.bend * 1.4 * DOTS).astype(np.float32)
    if view.folds:
        cloth = rng.normal(0, 1, (2, 6, 8)).astype(np.float32) * view.folds * 1.4 * DOTS
        shift = [cv2.resize(each, (x.shape[1], x.shape[0]), interpolation=cv2.INTER_CUBIC) for each in cloth]
        u, v = u + shift[0], v + shift[1]
    paper = cv2.remap(card.astype(np.float32), u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR)
    inside = (u >= 0) & (v >= 0) & (u < card.shape[1] - 1) & (v < card.shape[0] - 1)
    big = np.where(inside, paper * 0.85 + 20, cv2.resize(room, (WIDTH * 2, HEIGHT * 2)))
    return cv2.resize(big, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


def moved(frame: Picture, length: float, angle: float) -> Picture:
    """Blurred along a straight path of `length` pixels."""
    size = int(length) | 1
    line = np.zeros((size, size), np.float32)
    half = np.array([np.cos(angle), np.sin(angle)]) * (size - 1) / 2
    middle = (size - 1) / 2
    ends = [tuple(round(middle + sign * each) for each in half) for sign in (-1, 1)]
    cv2.line(line, ends[0], ends[1], 1.0)
    return cv2.filter2D(frame, -1, line / line.sum())


def sensor(frame: Picture, rng: np.random.Generator, *, noise: float = 2.0, quality: int = 85) -> Picture:
    """What leaves the camera: noise, whole levels of grey, JPEG."""
    grey = np.clip(frame + rng.normal(0, noise, frame.shape), 0, 255).astype(np.uint8)
    return cv2.imdecode(cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE)


def blob(rng: np.random.Generator, middle: tuple[float, float], size: float) -> Picture:
    """A soft ellipse of ones somewhere near `middle`."""
    shape = np.zeros((HEIGHT, WIDTH), np.float32)
    at = tuple(int(each + rng.normal(0, size * 0.8)) for each in middle)
    axes = int(size * rng.uniform(0.3, 0.9)), int(size * rng.uniform(0.3, 0.9))
    cv2.ellipse(shape, at, axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
    return cv2.GaussianBlur(shape, (0, 0), max(1.0, size * rng.uniform(0.05, 0.5)))


def square_middle(view: View) -> tuple[float, float]:
    """Where the square on a flat card is."""
    right, down = 22 * view.scale, 0.0
    return (
        view.middle[0] + right * np.cos(view.turn) - down * np.sin(view.turn),
        view.middle[1] + right * np.sin(view.turn) + down * np.cos(view.turn),
    )


def some_view(rng: np.random.Generator, low: float = 2.0, high: float = 5.0, **how: Any) -> View:
    """A card held more or less upright at some distance."""
    middle = WIDTH / 2 + rng.uniform(-60, 60), HEIGHT / 2 + rng.uniform(-40, 40)
    tilt = how.pop("tilt", tuple(rng.uniform(-0.4, 0.4, 2)))
    return View(float(rng.uniform(low, high)), float(rng.normal(0, 0.5)), tilt, middle, **how)


def spoilt(kind: str, card: Picture, rng: np.random.Generator) -> Picture:
    """One card under one kind of trouble, some of them mild and some hopeless."""
    room = background(rng)

    def shown(view: View) -> Picture:
        return seen(card, view, room, rng)

    view = some_view(rng)
    match kind:
        case "tilt":
            return sensor(shown(some_view(rng, tilt=tuple(rng.uniform(0.5, 1.15, 2) * rng.choice([-1, 1], 2)))), rng)
        case "blur":
            return sensor(cv2.GaussianBlur(shown(view), (0, 0), view.scale * rng.uniform(0.4, 1.4)), rng)
        case "motion":
            return sensor(moved(shown(view), view.scale * 1.4 * rng.uniform(0.8, 3), rng.uniform(0, np.pi)), rng)
        case "glare":
            shine = sum(blob(rng, square_middle(view), 14 * view.scale) for _ in range(2))
            return sensor(shown(view) + shine * rng.uniform(100, 260), rng)
        case "dark":
            return sensor(shown(view) * rng.uniform(0.02, 0.12) + 4, rng, noise=rng.uniform(0.5, 3), quality=95)
        case "shadow":
            shade = sum(blob(rng, square_middle(view), 18 * view.scale) for _ in range(2))
            return sensor(shown(view) * (1 - 0.45 * np.clip(shade, 0, 2)), rng, noise=3)
        case "small":
            return sensor(shown(some_view(rng, 0.75, 1.5)), rng)
        case "jpeg":
            return sensor(shown(some_view(rng, 1.4, 3)), rng, noise=6, quality=int(rng.integers(5, 20)))
        case "occlusion":
            frame, thumb = shown(view), np.clip(blob(rng, square_middle(view), 11 * view.scale) * 2, 0, 1)
            return sensor(frame * (1 - thumb) + rng.uniform(0, 255) * thumb, rng)
        case "curved":
            return sensor(shown(some_view(rng, 2.5, 5, bend=float(rng.uniform(-4, 4)), folds=0.25)), rng)
    raise ValueError(kind)


KINDS = ("tilt", "blur", "motion", "glare", "dark", "shadow", "small", "jpeg", "occlusion", "curved")


def _swing(index: int) -> float:
    """How far from its place the badge is: the hand slows down, holds still, and takes it away."""
    return float(max(0.0, 1 - index / STEADY) ** 2 + max(0.0, (index - 9) / 3) ** 2)


def presentation(card: Picture, rng: np.random.Generator) -> list[Picture]:
    """Twelve frames of one badge: swung in, held from frame STEADY on, taken away; the exposure settles meanwhile."""
    room, view = background(rng), some_view(rng, 1.5, 4)
    away = rng.uniform(0, 2 * np.pi)
    path = np.array([np.cos(away), np.sin(away)]) * 420
    light, noise, soft = np.exp(rng.normal(-0.3, 0.7)), rng.uniform(1, 8), rng.uniform(0.1, 0.8)
    shine = sum(blob(rng, square_middle(view), 12 * view.scale) for _ in range(2)) * rng.choice([0, 0, 0, 150])
    frames = []
    for index in range(12):
        far, speed = _swing(index), abs(_swing(index + 1) - _swing(index)) * 420 * 0.12
        middle = np.array(view.middle) + path * far + rng.normal(0, 1.5, 2)
        turn = view.turn + far + rng.normal(0, 0.01)
        frame = seen(card, View(view.scale, turn, view.tilt, (middle[0], middle[1])), room, rng)
        frame = cv2.GaussianBlur(frame, (0, 0), view.scale * soft * (1 + far))
        if speed > 1:
            frame = moved(frame, speed, away)
        exposure = np.clip(light ** (0.8**index), 0.03, 3)
        frames.append(sensor((frame + np.roll(shine, int(far * 200), axis=1)) * exposure, rng, noise=noise))
    return frames


def empty_frames(rng: np.random.Generator, width: int, height: int) -> list[Picture]:
    """Rooms without a square, some grainy."""
    return [sensor(background(rng, width, height), rng, noise=rng.uniform(1, 12)) for _ in range(EMPTY)]


def textures(rng: np.random.Generator, count: int) -> Iterator[Picture]:
    """Noise of every grain, blocks like modules, stripes and rooms: no square in any of them."""
    for index in range(count):
        match index % 4:
            case 0:
                grain = rng.normal(128, 60, (HEIGHT, WIDTH)).astype(np.float32)
                yield np.clip(cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.3, 6)) * 3 - 256, 0, 255).astype(np.uint8)
            case 1:
                size = int(rng.integers(3, 14))
                blocks = rng.choice([30, 220], (HEIGHT // size + 1, WIDTH // size + 1)).astype(np.uint8)
                yield np.kron(blocks, np.ones((size, size), np.uint8))[:HEIGHT, :WIDTH].copy()
            case 2:
                wave = np.add.outer(np.arange(HEIGHT) * rng.normal(), np.arange(WIDTH) * rng.normal())
                yield ((np.sin(wave * rng.uniform(0.2, 2)) > 0) * 200 + 20).astype(np.uint8)
            case _:
                yield sensor(background(rng), rng, noise=rng.uniform(1, 12))


def spot(shape: tuple[int, ...], rng: np.random.Generator) -> Picture:
    """Soft ones somewhere in the middle of a picture of this shape, up to a fifth of its shorter side wide."""
    spotted = np.zeros(shape, np.float32)
    at = tuple(int(each) for each in rng.uniform(0.25, 0.75, 2) * shape[::-1])
    axes = tuple(max(1, int(each)) for each in rng.uniform(0.02, 0.1, 2) * min(shape))
    cv2.ellipse(spotted, at, axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
    return cv2.GaussianBlur(spotted, (0, 0), min(shape) * float(rng.uniform(0.003, 0.03)))


def rolled(frame: Picture, much: float) -> Picture:
    """As if the paper were rolled round an upright can, seen a little from above."""
    height, width = frame.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    across = (x / width - 0.5) * 2
    u = np.arcsin(np.clip(across * np.sin(much), -1, 1)) / much
    bulge = (np.cos(across * much) - 1) * height * 0.3
    own = ((u + 1) / 2 * width).astype(np.float32), (y + bulge).astype(np.float32)
    return cv2.remap(frame, *own, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def harder(photo: Picture, kind: int, rng: np.random.Generator) -> Picture:
    """A photograph spoilt, at most WIDTH pixels wide: shone on, stained, rolled, far away, out of focus or dim."""
    less = min(1.0, WIDTH / max(photo.shape)) * (rng.uniform(0.4, 0.8) if kind == 3 else 1)
    frame = cv2.resize(photo, None, fx=less, fy=less, interpolation=cv2.INTER_AREA).astype(np.float32)
    match kind:
        case 0:
            frame += sum(spot(frame.shape, rng) for _ in range(3)) * rng.uniform(100, 250)
        case 1:
            for _ in range(int(rng.integers(2, 6))):
                stain = np.clip(spot(frame.shape, rng) * 2, 0, 1)
                frame = frame * (1 - stain) + rng.uniform(0, 255) * stain
        case 2:
            frame = rolled(frame, float(rng.uniform(0.4, 1.1)))
        case 3:
            room = background(rng)
            top, left = (int(rng.integers(0, max(1, a - b))) for a, b in zip(room.shape, frame.shape, strict=True))
            part = frame[: HEIGHT - top, : WIDTH - left]
            room[top : top + part.shape[0], left : left + part.shape[1]] = part
            frame = room
        case 4:
            frame = cv2.GaussianBlur(frame, (0, 0), min(frame.shape) / 240 * float(rng.uniform(0.8, 2)))
        case _:
            frame = frame * rng.uniform(0.05, 0.3) + 8
    return sensor(frame, rng, noise=float(rng.uniform(1, 6)), quality=int(rng.integers(60, 95)))


def photographs() -> Frames | None:
    """The photographs with their truth, or None where there are none."""
    folder = Path(os.environ.get("DROPIN_PHOTOS", "../shared/photos"))
    frames = []
    for place in sorted([*folder.rglob("*.png"), *folder.rglob("*.jpg")]):
        if (truth := place.with_suffix(".txt")).exists():
            try:
                name = f"{place.parent.name}/{place.stem}"
                texts = truth.read_text("utf-8", "replace"), *([ALSO_THERE[name]] if name in ALSO_THERE else ())
                frames.append((texts, open_picture(place.read_bytes())))
            except NotAPicture as trouble:
                print(f"{place.name} is left out: {trouble}")
    return frames or None


# Readers


def zxing(frame: Picture) -> list[str]:
    """The one line a user would write."""
    return [each.text for each in zxingcpp.read_barcodes(frame, formats=zxingcpp.BarcodeFormat.QRCodeModel2)]


def zbar(frame: Picture) -> list[str]:
    """The other line a user would write."""
    try:
        return [each.data.decode("utf-8", "replace") for each in pyzbar.decode(frame, [pyzbar.ZBarSymbol.QRCODE])]
    except ValueError:
        return []


def opencv(frame: Picture) -> list[str]:
    """OpenCV's own detector."""
    try:
        found, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(frame)
    except (cv2.error, UnicodeDecodeError):
        return []
    return [each for each in texts if each] if found else []


def all_engines(frame: Picture) -> list[str]:
    """All off-the-shelf engines one after another, until one reads."""
    sharp = cv2.addWeighted(frame, 2.5, cv2.GaussianBlur(frame, (0, 0), 2), -1.5, 0)
    double = cv2.resize(frame, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    adaptive = cv2.adaptiveThreshold(frame, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 31, 5)
    tries: list[tuple[Read, Picture]] = [
        *((zxing, each) for each in (frame, sharp, double, cv2.medianBlur(frame, 3), adaptive)),
        *((zbar, each) for each in (frame, sharp, double)),
        (opencv, frame),
    ]
    return next((texts for read, each in tries if (texts := read(each))), [])


class Live:
    """Ours as the kiosk has it: one memory for as long as a camera's frames follow each other."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Another camera."""
        self._session = Session(time.process_time)

    def __call__(self, frame: Picture) -> list[str]:
        return self._session.read(frame)


def still(frame: Picture) -> list[str]:
    """Ours with a still picture's budget."""
    return read_still(frame, time.process_time)


# Figures


@dataclass
class Score:
    """How many of how many were read, how many texts were wrong, and CPU milliseconds a frame."""

    read: int = 0
    wrong: int = 0
    of: int = 0
    ms: float = 0.0

    def __str__(self) -> str:
        return f"{self.read / max(1, self.of):.1%} ({self.wrong}, {self.ms:.1f})"


def same(one: str, other: str) -> bool:
    """The same text, spaces and line ends aside: the photographs' truths were typed."""
    return one.split() == other.split()


def scored(read: Read, frames: Frames) -> Score:
    """Each frame on its own."""
    score = Score(of=len(frames))
    began = time.process_time()
    for there, frame in frames:
        if isinstance(read, Live):
            read.forget()
        right = [any(same(each, text) for text in there) for each in read(frame)]
        score.read += any(right)
        score.wrong += not all(right)
    score.ms = (time.process_time() - began) * 1000 / max(1, len(frames))
    return score


def presented(read: Read, shown: list[tuple[str, list[Picture]]]) -> Score:
    """Whether each presentation was read by its first steady frame; the reader keeps its memory throughout."""
    score = Score(of=len(shown))
    began = time.process_time()
    for text, frames in shown:
        texts = [each for frame in frames[: STEADY + 1] for each in read(frame)]
        score.read += text in texts
        score.wrong += any(each != text for each in texts)
    score.ms = (time.process_time() - began) * 1000 / max(1, len(shown) * (STEADY + 1))
    return score


def cost(read: Read, frames: list[Picture]) -> float:
    """CPU milliseconds a frame without a code, the frames following each other."""
    began = time.process_time()
    for frame in frames:
        read(frame)
    return (time.process_time() - began) * 1000 / len(frames)


def main(arguments: Sequence[str] = ()) -> None:
    """Print one table: the share read (wrong texts, CPU milliseconds a frame)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--phantoms", type=int, default=PHANTOMS)
    phantoms = parser.parse_args(arguments).phantoms
    rng = np.random.default_rng(SEED)
    drawn = cards()
    photos = photographs()
    if photos is None:
        print("No photographs: DROPIN_PHOTOS names no folder that has any, so their column is left out.\n")
    synthetic = [
        ((text,), spoilt(kind, card, rng)) for kind in KINDS for text, card in [drawn[n % CARDS] for n in range(EACH)]
    ]
    shown = [(text, presentation(card, rng)) for text, card in [drawn[n % CARDS] for n in range(PRESENTATIONS)]]
    empty = {size: empty_frames(rng, *size) for size in [(640, 480), (1280, 720)]}
    columns = ["synthetic", "presentations", "no code 640x480", "no code 1280x720", f"phantoms in {phantoms}"]
    spoilt_photos = [(texts, harder(frame, n % 6, rng)) for n, (texts, frame) in enumerate(photos or [])]
    print("Share read (frames with a wrong text, CPU milliseconds a frame)\n")
    if photos:
        columns = ["photographs", "photographs made harder", *columns]
    print("| reader | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    readers: dict[str, Read] = {
        "ours, live": Live(),
        "ours, still": still,
        "pyzbar": zbar,
        "OpenCV": opencv,
        "zxing-cpp, one line": zxing,
        "all off the shelf": all_engines,
    }
    for name, read in readers.items():
        cells = [str(scored(read, frames)) for frames in (photos, spoilt_photos) if frames]
        cells += [str(scored(read, synthetic)), str(presented(read, shown))]
        cells += [f"{cost(read, frames):.1f} ms" for frames in empty.values()]
        cells.append(str(sum(bool(read(frame)) for frame in textures(np.random.default_rng(SEED), phantoms))))
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
