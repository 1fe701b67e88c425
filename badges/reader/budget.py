"""How much CPU time one picture may still cost. Whoever runs the reader hands it a clock; here none is read."""

from collections.abc import Callable

Clock = Callable[[], float]  # CPU seconds, as time.process_time gives them


def stopped() -> float:
    """A clock that stands still, by which every budget lasts for ever."""
    return 0.0


class Budget:
    """So many CPU milliseconds from now on. What is under way when they are over is finished, nothing is begun."""

    def __init__(self, ms: float, clock: Clock = stopped) -> None:
        self._clock = clock
        self._end = 1000 * clock() + ms

    @property
    def left(self) -> float:
        """CPU milliseconds; below zero when they are over."""
        return self._end - 1000 * self._clock()

    @property
    def over(self) -> bool:
        """Whether nothing more is to be begun."""
        return self.left <= 0


ENDLESS = Budget(float("inf"))
