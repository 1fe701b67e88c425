"""Whoever has read everything that was ever told, knows the rules by heart, and can solve equations.

Shares no code with what it tries to break: it reads what was told after each drop-in, as a lead could have kept it, and
is even given where blocks begin. It answers with every sum of counts that can only be what it is.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

MOST = 60  # more than anybody asks in one drop-in of these tests


@dataclass
class Term:
    """One half term, as it was and as it was told. Drop-ins and topics are counted from 0.

    `begins`: the drop-in that each block begins at; `thresholds`: what held when it began; `told`: its count if it was
    ever told, or None.
    """

    asked: list[int]
    came: list[bool]
    begins: list[int] = field(default_factory=list)
    thresholds: list[int] = field(default_factory=list)
    told: list[int | None] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)
    topics_told: list[int | None] | None = None
    topics_threshold: int = 6


class Knowing:
    """The equations of one half term. Unknown are the drop-ins' counts and then the topics' counts."""

    def __init__(self, term: Term) -> None:
        self.term = term
        self.width = len(term.asked) + len(term.topics)
        self.truth = np.array([*term.asked, *term.topics])
        self.rows: list[np.ndarray] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.most = np.full(self.width, float(MOST))
        self._blocks()
        if term.topics_told is not None:
            self._topics(term.topics_told)
            both = self.marked(range(len(term.asked))) - self.marked(range(len(term.asked), self.width))
            self._say(both, 0, 0)
        truth = np.array(self.rows) @ self.truth
        assert np.all(truth >= self.low)
        assert np.all(truth <= self.high), "the truth itself must be possible"

    def marked(self, places: Sequence[int] | range) -> np.ndarray:
        mark = np.zeros(self.width)
        mark[list(places)] = 1
        return mark

    def _say(self, sum_of: np.ndarray, low: float, high: float) -> None:
        self.rows.append(sum_of)
        self.low.append(low)
        self.high.append(high)

    def _blocks(self) -> None:
        term = self.term
        ends = [*term.begins[1:], len(term.asked)]
        for begin, end, smallest, told in zip(term.begins, ends, term.thresholds, term.told, strict=True):
            for place in range(begin + 1, end):
                if term.came[place]:  # else it would have begun a block of its own
                    self._say(self.marked(range(begin, place)), 0, smallest)
            whole = self.marked(range(begin, end))
            if told is not None:
                self._say(whole, told, told)
            elif end < len(term.asked):
                self._say(whole, smallest + 1, np.inf)

    def _topics(self, told: Sequence[int | None]) -> None:
        first = len(self.term.asked)
        hidden = [each for each, count in enumerate(told) if count is None]
        for each, count in enumerate(told):
            if count is not None:
                self._say(self.marked([first + each]), count, count)
            elif len(hidden) > 2:
                self.most[first + each] = self.term.topics_threshold
            else:  # one of the two smallest: of equals the first is the smaller
                larger = [count - (each > other) for other, count in enumerate(told) if count is not None]
                self.most[first + each] = min([*larger, MOST])

    def another(self, towards: np.ndarray, *more: LinearConstraint) -> np.ndarray | None:
        """A world in which the same was told, as far as it goes in that direction; None when there is none."""
        found = milp(
            towards,
            integrality=np.ones(self.width),
            bounds=Bounds(np.zeros(self.width), self.most),
            constraints=[LinearConstraint(np.array(self.rows), self.low, self.high), *more],
        )
        return None if found.x is None else np.round(found.x)

    def known(self, targets: dict[str, np.ndarray], *, chance: random.Random) -> list[str]:
        """Those of the targets that are the same in every possible world."""
        left = dict(targets)
        for _ in range(4):  # a few odd worlds clear most of them at once
            world = self.another(np.array([chance.uniform(-1, 1) for _ in range(self.width)]))
            assert world is not None
            left = {name: each for name, each in left.items() if each @ world == each @ self.truth}
        return [name for name, each in left.items() if self._is_known(each)]

    def _is_known(self, target: np.ndarray) -> bool:
        value = target @ self.truth
        lower, higher = self.another(target), self.another(-target)
        assert lower is not None
        assert higher is not None
        return bool(target @ lower == value == target @ higher)

    def small(self, *, below: int) -> dict[str, np.ndarray]:
        """What must not be known: each run of drop-ins, each topic and two together, where they are under `below`."""
        lunches, topics = len(self.term.asked), len(self.term.topics)
        targets = {
            f"drop-ins {first} to {last}": self.marked(range(first, last + 1))
            for first in range(lunches)
            for last in range(first, lunches)
        }
        targets |= {
            f"topics {one} and {other}": self.marked({lunches + one, lunches + other})
            for one in range(topics)
            for other in range(one, topics)
        }
        targets["all that is left of the topics"] = self.marked(
            [lunches + each for each, told in enumerate(self.term.topics_told or []) if told is None]
        )
        return {name: each for name, each in targets.items() if 0 < each @ self.truth < below}
