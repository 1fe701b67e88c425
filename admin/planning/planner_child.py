"""The planner's child process: a task in as JSON, the best rota so far again and again, and at last the plan.

Started by name (`admin/planning/planner.py`), imported by nobody: it loads the optimiser, which a door never does.
"""

import threading
from collections.abc import Callable

from admin.planning.planner import FOUND, PLAN, QUESTION
from badges.child import serve
from mentoring.basics import clock
from mentoring.planning.planner.solver import plan
from mentoring.planning.planner.task import Found

HEARTBEAT_SECONDS = 0.5


class _Voice:
    """Says the best so far: each better one at once, and the same again while there is nothing new."""

    def __init__(self, say: Callable[[bytes], None]) -> None:
        self._say = say
        self._turn = threading.Lock()  # the solver's threads and the heartbeat share one pipe
        self._latest = b""
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True)
        self._heart.start()

    def tell(self, found: Found) -> None:
        """One more thing found."""
        word = FOUND.dump_json(found)
        with self._turn:
            self._latest = word
            self._say(word)

    def close(self) -> None:
        """Nothing is said after this."""
        self._over.set()
        self._heart.join()

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_SECONDS):
            with self._turn:
                if self._latest:
                    self._say(self._latest)


def answer(question: bytes, say: Callable[[bytes], None]) -> bytes:
    """The plan for a question, with the way there."""
    asked = QUESTION.validate_json(question)
    voice = _Voice(say)
    try:
        return PLAN.dump_json(plan(asked.task, seconds=asked.until - clock.ticks(), ticks=clock.ticks, say=voice.tell))
    finally:
        voice.close()


if __name__ == "__main__":
    serve(answer)
