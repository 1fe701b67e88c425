"""Straightens a square on bent paper by fitting a bent grid to the marks that every square has. Reads no text.

The grid has twelve parameters: x and y of its four corners, and of how far the middles of its upper and of its left
edge bulge, as on a mug or a wrist. Coordinate descent moves them until the fixed marks lie where they must, and the
other modules are clearly dark or clearly light.
"""

from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from badges.reader.budget import Budget
from badges.reader.pictures import Grey
from badges.reader.sampling import MARGIN, Flat, Floats, measured, pattern

_CORNERS = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
_NUMBERS = 12  # x and y for each corner, for the upper edge's middle and for the left edge's
_FIRST = (
    9,
    10,
    4,
    5,
    8,
    11,
)  # bulges across the edges, the corner without a finder, bulges along the edges
_FAR = np.arange(-4.0, 4.5, 0.5)  # modules: how far the first six are moved at first
_STEPS = (0.4, 0.2, 0.1)  # modules: how far each parameter is moved then
_ROUNDS = 4  # of each step, at most
_MOST_PLACES = 800  # modules looked at for each guess, which takes 0.05 ms
_KNOWN = 2.0  # the weight of a known module; one that is only clearly dark or light has 1
_BETTER = 0.003  # a smaller gain in score ends the rounds


class Sheet:
    """The picture around one square, and where its modules are for given parameters, in modules."""

    def __init__(self, grey: Grey, flat: Flat) -> None:
        self._flat = flat
        ends = flat.corners
        reach = 0.25 * float(np.ptp(ends, axis=0).max()) + 4
        low = np.maximum(np.floor(ends.min(0) - reach), 0).astype(int)
        high = np.ceil(ends.max(0) + reach).astype(int) + 1
        self._part = np.ascontiguousarray(grey[low[1] : high[1], low[0] : high[0]])
        self._ends = (ends - low).astype(np.float32)
        sides = self._ends[[1, 3]] - self._ends[0]
        self._right, self._down = sides / flat.modules
        module = float(np.sqrt(abs(sides[0, 0] * sides[1, 1] - sides[0, 1] * sides[1, 0]))) / flat.modules
        self._contrast = _contrast(self._part, max(module, 1.0))
        self._places, self._signs = _places(flat.modules)

    def score(self, numbers: npt.NDArray[np.float64]) -> float:
        """How well these parameters fit the picture, at most 1."""
        seen = self._seen(self._places, numbers)
        level = cv2.remap(self._contrast, seen[:, 0], seen[:, 1], cv2.INTER_LINEAR).ravel()
        known = len(self._signs)
        met = _KNOWN * float(self._signs @ level[:known]) / known + float(np.abs(level[known:]).mean())
        return met / (1 + _KNOWN)

    def laid_flat(self, numbers: npt.NDArray[np.float64]) -> Flat:
        """The square laid flat by these parameters."""
        flat, scale = self._flat, self._flat.scale
        size = (flat.modules + 2 * MARGIN) * scale
        ramp = ((np.arange(size) + 0.5) / scale - MARGIN) / flat.modules
        own = np.stack(np.meshgrid(ramp, ramp), -1).reshape(-1, 2).astype(np.float32)
        x, y = self._seen(own, numbers).T.reshape(2, size, size)
        picture = cv2.remap(self._part, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return measured(picture.astype(np.float32), flat.modules, scale, flat.place)

    def _seen(self, own: Floats, numbers: npt.NDArray[np.float64]) -> Floats:
        moved = np.outer(numbers[0::2], self._right) + np.outer(numbers[1::2], self._down)
        place = cv2.getPerspectiveTransform(_CORNERS, self._ends + moved[:4].astype(np.float32))
        seen = cv2.perspectiveTransform(own[None], place)[0]
        arch = 4 * own * (1 - own)
        return np.asarray(seen + arch[:, :1] * moved[4] + arch[:, 1:] * moved[5], np.float32)


def straightened(grey: Grey, flat: Flat, budget: Budget) -> Flat:
    """The square laid flat again, with its bend taken out; the square as it was where no better fit is found."""
    sheet = Sheet(grey, flat)
    numbers = np.zeros(_NUMBERS)
    best = sheet.score(numbers)

    def tried(place: int, by: float) -> bool:
        nonlocal best, numbers
        guess = numbers.copy()
        guess[place] += by
        score = sheet.score(guess)
        if score <= best:
            return False
        best, numbers = score, guess
        return True

    for place in _FIRST:
        start = numbers[place]
        for far in _FAR:
            tried(place, start + far - numbers[place])
    for step in _STEPS:
        for _ in range(_ROUNDS):
            before = best
            for place in range(_NUMBERS):
                tried(place, step) or tried(place, -step)
            if best - before < _BETTER or budget.over:
                break
    return sheet.laid_flat(numbers)


def _contrast(part: Grey, module: float) -> Floats:
    """Local contrast of each pixel: 1 where it is as dark as its surroundings get, -1 as light."""
    fine = cv2.GaussianBlur(part.astype(np.float32), (0, 0), 0.3 * module + 0.2)
    around = cv2.GaussianBlur(fine, (0, 0), 3 * module)
    away = around - fine
    spread = np.sqrt(cv2.GaussianBlur(away * away, (0, 0), 3 * module)) + 4
    return np.asarray(np.clip(away / spread, -1, 1), np.float32)


@cache
def _places(modules: int) -> tuple[Floats, Floats]:
    """Middles of modules, as parts of the square's side: first those known in every square, then of the others as many
    as there is time for; and for the known ones 1 where they are dark, -1 where they are light."""
    truth, known = pattern(modules)
    rows, columns = np.nonzero(known)
    signs = np.where(truth[known], 1, -1).astype(np.float32)
    other_rows, other_columns = np.nonzero(~known)
    every = max(1, len(other_rows) // max(1, _MOST_PLACES - len(rows)))
    all_rows, all_columns = np.append(rows, other_rows[::every]), np.append(columns, other_columns[::every])
    own: npt.NDArray[Any] = (np.column_stack([all_columns, all_rows]) + 0.5) / modules
    return own.astype(np.float32), signs
