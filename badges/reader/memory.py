"""What is tried on a picture, and in which order; and what one camera's frames tell about the next.

A still picture is read by itself, with every step its budget allows. A live frame gets the first steps and a share of
the dearer ones; the frames that follow it get the others. From frame to frame a Session keeps which step read last,
and for a square seen but not read the grey of its modules: numbers, never a picture (P11).
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from badges.reader import stages
from badges.reader.engines import Found, in_order, zbar, zxing
from badges.reader.pictures import Grey
from badges.reader.sampling import Floats
from badges.reader.squares import LIVE, STILL, Seen, half_hidden, scene, squares, text_of

LIVE_BUDGET = 12.0  # CPU milliseconds a frame of 640x480 without a code; larger frames in proportion
STILL_BUDGET = 110.0

_FRAME = 640 * 480
_CHEAP = 8.0  # what the first steps of every live frame cost together
_SUMMABLE = 0.4  # likeness; less is a grid that lies beside its square
_SAME = 0.5  # correlation of two views of one square; two badges of one school have 0.2
_FORGET = 10  # frames


@dataclass(frozen=True)
class Step:
    """One thing to try. `cost` is what it takes, in CPU milliseconds for 640x480 without a code."""

    name: str
    prepare: Callable[[Grey], Grey | None]
    read: Callable[[Grey], list[Found]]
    cost: float

    def __call__(self, grey: Grey) -> list[Found]:
        """What is found, in the places of the picture as it came."""
        prepared = self.prepare(grey)
        if prepared is None:
            return []
        larger = prepared.shape[1] / grey.shape[1]
        return [
            Found(each.x / larger, each.y / larger, each.text, each.reach / larger)
            for each in self.read(prepared)
            if each.text
        ]


def _as_it_is(grey: Grey) -> Grey:
    return grey


def _zxing_both(grey: Grey) -> list[Found]:
    return zxing(grey, inverted=True)


def _squares(grey: Grey) -> list[Found]:
    view = scene(grey)
    found = [seen.found(seen.text) for seen in squares(view, STILL) if seen.text]
    return found or _list(half_hidden(view, STILL))


def _squares_briefly(grey: Grey) -> list[Found]:
    view = scene(grey)
    found = [seen.found(seen.text) for seen in squares(view, LIVE) if seen.text]
    return found or _list(half_hidden(view, LIVE))


def _list(found: Found | None) -> list[Found]:
    return [] if found is None else [found]


PLAIN = Step("plain", _as_it_is, _zxing_both, 1.0)
CRISP = Step("sharpened and doubled", stages.sharpened_and_doubled, zxing, 3.5)
STILL_STEPS = (
    CRISP,
    Step("doubled", stages.doubled, zxing, 2.5),
    Step("sharpened", stages.sharpened, zxing, 1.6),
    Step("squares", _as_it_is, _squares, 10.0),
    Step("halved and sharpened", stages.halved_and_sharpened, zxing, 0.5),
    Step("equalised", stages.equalised, zxing, 3.0),
    Step("squares, sharpened", stages.sharpened_wide, _squares, 14.0),
    Step("squares, lit evenly", stages.lit_evenly, _squares, 12.0),
    Step("squares, doubled and sharpened", stages.doubled_and_sharpened, _squares, 35.0),
    Step("thresholded", stages.thresholded, zxing, 1.5),
    Step("softened", stages.softened, zxing, 1.5),
    Step("zbar", _as_it_is, zbar, 11.0),
)
LIVE_STEPS = (
    Step("sharpened", stages.sharpened, zxing, 1.6),
    Step("doubled", stages.doubled, zxing, 2.5),
    Step("halved and sharpened", stages.halved_and_sharpened, zxing, 0.5),
    Step("squares, sharpened", stages.sharpened_wide, _squares_briefly, 6.0),
    Step("equalised", stages.equalised, zxing, 3.0),
    Step("squares, lit evenly", stages.lit_evenly, _squares_briefly, 6.0),
    Step("thresholded", stages.thresholded, zxing, 1.5),
)


def read_still(grey: Grey) -> list[str]:
    """The texts of the squares in one picture, left to right, each once; empty where nothing reads."""
    found = PLAIN(grey)
    grey = stages.brightened(grey)
    left = STILL_BUDGET * max(1.0, _FRAME / grey.size)
    for step in STILL_STEPS:
        cost = step.cost * grey.size / _FRAME
        if found:
            break
        if cost <= left:
            left -= cost
            found = step(grey)
    return in_order([*found, *_others(grey, found)])


def _others(grey: Grey, found: list[Found]) -> list[Found]:
    """Squares beside those that were found, which the engine could not read."""
    return [seen.found(seen.text) for seen in squares(scene(grey), LIVE, found) if seen.text] if found else []


@dataclass
class _Sum:
    """Several views of one square that could not be read, added up."""

    total: Floats
    age: int = 0

    def add(self, even: Floats, weight: float) -> None:
        self.total = self.total * 0.9 + even * weight
        self.age = 0

    def grey(self) -> Floats:
        return np.asarray(cv2.normalize(self.total, None, 0, 255, cv2.NORM_MINMAX), np.float32)


class Session:
    """One camera's frames, in their order. `tried` names the steps the last frame was given."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self._next = 0
        self._helped: Step | None = None
        self._sums: list[_Sum] = []

    def read(self, grey: Grey) -> list[str]:
        """The texts of the squares in the next frame, left to right, each once; empty where nothing reads."""
        self.tried = []
        found = self._tries(PLAIN, grey)
        if not found:
            grey = stages.brightened(grey)
            found = self._tries(CRISP, grey) or self._by_squares(grey) or self._by_steps(grey)
        found = [*found, *_others(grey, found)]
        if found:
            self._sums.clear()
        return in_order(found)

    def _tries(self, step: Step, grey: Grey) -> list[Found]:
        self.tried.append(step.name)
        return step(grey)

    def _by_squares(self, grey: Grey) -> list[Found]:
        self.tried.append("squares")
        found: list[Found] = []
        view = scene(grey)
        for seen in squares(view, LIVE):
            text = seen.text or self._summed(seen)
            if text:
                found.append(seen.found(text))
        for each in self._sums:
            each.age += 1
        self._sums = [each for each in self._sums if each.age < _FORGET]
        return found or _list(half_hidden(view, LIVE))

    def _by_steps(self, grey: Grey) -> list[Found]:
        """The step that helped last, then as many as the budget allows, beginning where the last frame left off."""
        left = LIVE_BUDGET - _CHEAP
        turn = [LIVE_STEPS[(self._next + index) % len(LIVE_STEPS)] for index in range(len(LIVE_STEPS))]
        if self._helped is not None:
            turn = [self._helped, *(each for each in turn if each is not self._helped)]
        for step in turn:
            if step.cost > left:
                break
            left -= step.cost
            self._next = (LIVE_STEPS.index(step) + 1) % len(LIVE_STEPS)
            if found := self._tries(step, grey):
                self._helped = step
                return found
        return []

    def _summed(self, seen: Seen) -> str | None:
        """The text of a square from what this frame and those before it show of it together."""
        if seen.likeness < _SUMMABLE:
            return None
        even = _even(seen.level)
        for each in self._sums:
            if each.total.shape == even.shape and _alike(each.total, even) > _SAME:
                each.add(even, seen.likeness)
                return text_of(each.grey(), mend=True)
        self._sums.append(_Sum(even * seen.likeness))
        return None


def _even(level: Floats) -> Floats:
    """Grey levels less what lies around, all of one strength: light changes from frame to frame."""
    less = level - cv2.GaussianBlur(level, (0, 0), 3)
    return np.asarray(less / (float(less.std()) + 1e-6), np.float32)


def _alike(one: Floats, other: Floats) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
