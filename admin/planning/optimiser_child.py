"""The optimiser's child process: reads a task as JSON, reports the best rota so far, and returns the plan.

`optimiser_process.py` starts it by name and nothing imports it, so the web processes never load the optimiser.
"""

import threading
from collections.abc import Callable

from admin.planning.optimiser_process import FOUND, PLAN, QUESTION
from badges.child import serve
from mentoring.basics import clock
from mentoring.planning.optimiser.solver import plan
from mentoring.planning.optimiser.task import Found

HEARTBEAT_SECONDS = 0.5


class _Progress:
    """Sends the best rota so far: each better one at once, and the latest again every half second."""

    def __init__(self, say: Callable[[bytes], None]) -> None:
        self._say = say
        self._turn = threading.Lock()  # the solver's threads and the heartbeat share one pipe
        self._latest = b""
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True)
        self._heart.start()

    def tell(self, found: Found) -> None:
        """Send a new best rota."""
        word = FOUND.dump_json(found)
        with self._turn:
            self._latest = word
            self._say(word)

    def close(self) -> None:
        """Stop sending."""
        self._over.set()
        self._heart.join()

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_SECONDS):
            with self._turn:
                if self._latest:
                    self._say(self._latest)


def answer(question: bytes, say: Callable[[bytes], None]) -> bytes:
    """Answer one question with a plan. `say` is called with each progress message."""
    asked = QUESTION.validate_json(question)
    voice = _Progress(say)
    try:
        return PLAN.dump_json(plan(asked.task, seconds=asked.until - clock.ticks(), ticks=clock.ticks, say=voice.tell))
    finally:
        voice.close()


if __name__ == "__main__":
    serve(answer)
