"""Which steps are tried on a picture, in which order, and within which budget of CPU time.

A still picture gets every step its budget allows. A live frame gets the first steps, and the more expensive ones in
turn, frame after frame. Time that empty frames do not use is saved for a frame that shows something like a finder
pattern. A Session keeps the next step and the time saved from frame to frame, and nothing of any picture (P11).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from badges.reader import stages
from badges.reader.budget import ENDLESS, Budget, Clock, stopped
from badges.reader.engines import Found, in_order, once, zbar, zxing
from badges.reader.pictures import Grey
from badges.reader.reflections import without_reflections
from badges.reader.squares import BENT, GLANCE, LIVE, STILL, apart, half_hidden, scene, squares

LIVE_SHARE = 2.5  # CPU milliseconds that a frame of 640x480 has for the expensive steps; larger frames in proportion
MOST_SAVED = 60.0  # CPU milliseconds that may be saved up
LIVE_BUDGET = 100.0  # CPU milliseconds of any one frame, on a slow box too
CLOSER_BUDGET = 60.0  # and for a part of the frame in which the engine sees a square it cannot read
STILL_BUDGET = 150.0  # CPU milliseconds of a still picture, whatever its size
SQUARES, CLOSER = "squares", "closer"

_FRAME = 640 * 480


@dataclass(frozen=True)
class Step:
    """One thing to try. `cost` is what it takes, in CPU milliseconds for 640x480 without a code."""

    name: str
    prepare: Callable[[Grey], Grey | None]
    read: Callable[[Grey, Budget], list[Found]]
    cost: float

    def __call__(self, grey: Grey, budget: Budget = ENDLESS) -> list[Found]:
        """What is found, with places in the coordinates of the given picture."""
        prepared = self.prepare(grey)
        if prepared is None:
            return []
        larger = prepared.shape[1] / grey.shape[1]
        return [each.moved(times=1 / larger) for each in self.read(prepared, budget)]


def _as_it_is(grey: Grey) -> Grey:
    return grey


def _zxing(grey: Grey, _budget: Budget) -> list[Found]:
    return zxing(grey)


def _zxing_both(grey: Grey, _budget: Budget) -> list[Found]:
    return zxing(grey, inverted=True, unread=True)


def _zxing_unread(grey: Grey, _budget: Budget) -> list[Found]:
    return zxing(grey, unread=True)


def _zbar(grey: Grey, _budget: Budget) -> list[Found]:
    return zbar(grey)


def _squares(grey: Grey, budget: Budget) -> list[Found]:
    """Our own search for the likeliest square, also on bent paper."""
    return squares(scene(grey), BENT, budget=budget)


def _many_squares(grey: Grey, budget: Budget) -> list[Found]:
    """Our own search for all squares, in every size each may have."""
    return squares(scene(grey), STILL, budget=budget)


def _half_hidden(grey: Grey, budget: Budget) -> list[Found]:
    """A square that shows two of its finder patterns."""
    return half_hidden(scene(grey), STILL, budget)


PLAIN = Step("plain", _as_it_is, _zxing_both, 1.0)
CRISP = Step("sharpened and doubled", stages.sharpened_and_doubled, _zxing_unread, 3.5)
# Ordered by how much a step reads for its time. Of 181 degraded photographs and squares that PLAIN and CRISP do not
# read, these read 60.
STILL_STEPS = (
    CRISP,
    Step("thresholded", stages.thresholded, _zxing, 1.5),
    Step("doubled", stages.doubled, _zxing, 2.5),
    Step("squares, lit evenly", stages.lit_evenly, _squares, 6.0),
    Step("squares, sharpened", stages.sharpened_wide, _squares, 6.0),
    Step("zbar", _as_it_is, _zbar, 11.0),
    Step("half hidden, doubled and sharpened", stages.doubled_and_sharpened, _half_hidden, 20.0),
    Step("squares", _as_it_is, _many_squares, 10.0),
    Step("half hidden", _as_it_is, _half_hidden, 6.0),
)
LIVE_STEPS = (
    Step("thresholded", stages.thresholded, _zxing, 1.5),
    Step("doubled", stages.doubled, _zxing, 2.5),
    Step("squares, lit evenly", stages.lit_evenly, _squares, 6.0),
    Step("squares, sharpened", stages.sharpened_wide, _squares, 6.0),
    Step("half hidden, doubled and sharpened", stages.doubled_and_sharpened, _half_hidden, 20.0),
)


def read_still(grey: Grey, clock: Clock = stopped) -> list[str]:
    """The texts of the squares in one picture, left to right; empty where nothing reads."""
    return in_order(look_still(grey, clock))


def look_still(grey: Grey, clock: Clock = stopped) -> list[Found]:
    """The squares in one picture, left to right; empty where nothing reads."""
    budget = Budget(STILL_BUDGET, clock)
    seen = PLAIN(grey)
    if _read(seen):
        return _whole(grey, seen, budget)
    smaller = stages.brightened(stages.reduced(grey))
    return _in_size(grey, smaller, _whole(smaller, _thorough(smaller, budget), budget))


def _thorough(grey: Grey, budget: Budget) -> list[Found]:
    """What the first step that reads anything finds; a step that would exceed the budget is left out."""
    for step in STILL_STEPS:
        if step.cost * grey.size / _FRAME <= budget.left and (found := _read(step(grey, budget))):
            return found
    return []


def _read(found: list[Found]) -> list[Found]:
    return [each for each in found if each.text]


def _whole(grey: Grey, seen: list[Found], budget: Budget) -> list[Found]:
    """All squares of a picture of which some are read: those too that the step which read them could not read.

    Those that nothing reads come last, their text empty. A reflection of one that is read is left out.
    """
    read = _read(seen)
    if not read:
        return []
    others = squares(scene(grey), LIVE, read, budget, seen=True)
    read = once([*read, *_read(others)])
    unread = [each for each in (*seen, *others) if not each.text and apart(each, read)]
    return [*without_reflections(grey, read), *unread]


def _in_size(grey: Grey, smaller: Grey, found: list[Found]) -> list[Found]:
    return [each.moved(times=grey.shape[1] / smaller.shape[1]) for each in found]


class Session:
    """One camera's frames, in their order.

    `tried` names the steps the last frame was given; `promising` says whether it shows something like a finder pattern,
    of a square that nothing reads.
    """

    def __init__(self, clock: Clock = stopped) -> None:
        self._clock = clock
        self.tried: list[str] = []
        self.promising = False
        self._next = 0
        self._saved = MOST_SAVED

    def read(self, grey: Grey) -> list[str]:
        """The texts of the squares in the next frame, left to right; empty where nothing reads."""
        return in_order(self.look(grey))

    def look(self, grey: Grey) -> list[Found]:
        """The squares in the next frame, as `look_still` has them."""
        self.tried, self.promising = [], False
        self._saved = min(self._saved + LIVE_SHARE, MOST_SAVED)
        budget = Budget(LIVE_BUDGET, self._clock)
        seen = self._tries(PLAIN, grey, budget)
        if _read(seen):
            return _whole(grey, seen, budget)
        smaller = stages.brightened(stages.reduced(grey))
        return _in_size(grey, smaller, _whole(smaller, self._thorough(smaller, budget), budget))

    def _thorough(self, grey: Grey, budget: Budget) -> list[Found]:
        """What the further steps see in a frame of which the first reads nothing."""
        found = self._tries(CRISP, grey, budget)
        if _read(found):
            return found
        if unread := [each for each in found if not each.text]:
            found = self._closer(grey, unread[0])
        if not found:
            view = scene(grey)
            self.promising = promising = bool(unread) or view.promising
            self.tried.append(SQUARES)
            effort = LIVE if promising else GLANCE
            found = (
                squares(view, effort, budget=budget)
                or half_hidden(view, effort, budget)
                or self._in_turn(grey, budget, promising=promising)
            )
        return found

    def _tries(self, step: Step, grey: Grey, budget: Budget) -> list[Found]:
        self.tried.append(step.name)
        return step(grey, budget)

    def _closer(self, grey: Grey, unread: Found) -> list[Found]:
        """A still picture's steps on the part of the frame where the engine sees a square it cannot read."""
        self.tried.append(CLOSER)
        reach = 1.5 * unread.reach + 10
        left, top = (max(0, int(each - reach)) for each in (unread.x, unread.y))
        part = grey[top : int(unread.y + reach) + 1, left : int(unread.x + reach) + 1]
        if part.size == 0:
            return []
        found = _thorough(np.ascontiguousarray(part), Budget(CLOSER_BUDGET, self._clock))
        return [each.moved(by=(left, top)) for each in found]

    def _in_turn(self, grey: Grey, budget: Budget, *, promising: bool) -> list[Found]:
        """The expensive steps, continuing after the last frame's, as far as the saved time allows.

        A frame that is not promising spends its own share only.
        """
        keep = 0.0 if promising else MOST_SAVED - LIVE_SHARE
        for _ in LIVE_STEPS:
            step = LIVE_STEPS[self._next]
            if self._saved <= keep or step.cost > self._saved or budget.over:
                break
            self._saved -= step.cost
            self._next = (self._next + 1) % len(LIVE_STEPS)
            if found := self._tries(step, grey, budget):
                return found
        return []
