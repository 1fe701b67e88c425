"""A budget of CPU time for one picture. The clock is an argument; this file reads none."""

from collections.abc import Callable

Clock = Callable[[], float]  # CPU seconds, as time.process_time gives them


def stopped() -> float:
    """A clock that always says 0, so that a budget never ends."""
    return 0.0


class Budget:
    """A number of CPU milliseconds from now on. A step that has begun is finished; none begins after they are used."""

    def __init__(self, ms: float, clock: Clock = stopped) -> None:
        self._clock = clock
        self._end = 1000 * clock() + ms

    @property
    def left(self) -> float:
        """The CPU milliseconds left; negative when more were used."""
        return self._end - 1000 * self._clock()

    @property
    def over(self) -> bool:
        """Whether no further step may begin."""
        return self.left <= 0


ENDLESS = Budget(float("inf"))
