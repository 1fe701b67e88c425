"""Runs the optimiser in a child process: starts it, reads its progress, stops it, and keeps the best rota so far."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import TypeAdapter

from badges.child import Child, ChildDied, TookTooLong
from mentoring.basics import clock
from mentoring.planning.optimiser.first_rota import first_found
from mentoring.planning.optimiser.reasons import tell
from mentoring.planning.optimiser.task import Found, Plan, Task

MEMORY = 3 << 30  # bytes of address space, of which a year's term touches a few hundred million
_TO_WRITE = 0.5  # seconds kept for writing the file, and for starting and ending this process
_TO_ANSWER = 0.3  # seconds before the deadline at which the child stops by itself and sends its plan
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Question:
    """The question to the child: a task, and a deadline in `clock.ticks`, which all processes of a box share."""

    task: Task
    until: float


QUESTION = TypeAdapter(Question)
FOUND = TypeAdapter(Found)
PLAN = TypeAdapter(Plan)


class OptimiserRun:
    """Plans one task in a child process, in so many seconds from `run` to its return, whatever the child does.

    `best` is the best rota so far, from the first moment on; `plan` is there when `is_over`.
    """

    def __init__(self, task: Task, *, seconds: float) -> None:
        self.task = task
        self.best: Found = first_found(task)
        self.plan: Plan | None = None
        self.is_stopped = False
        self._seconds = seconds
        self._began = clock.ticks()
        self._ended = threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether the plan is there."""
        return self._ended.is_set()

    def begin(self) -> None:
        """Run on a thread of its own."""
        threading.Thread(target=self.run, daemon=True).start()

    def stop(self) -> None:
        """End the planning; the best so far becomes the plan."""
        self.is_stopped = True

    def wait(self, seconds: float) -> bool:
        """Until the plan is there, or so long; whether it is."""
        return self._ended.wait(seconds)

    def run(self, progress: Callable[[Found], None] = lambda _: None) -> Plan:
        """Plan, and call `progress` with the best so far at least once a second; what it raises ends the child.

        Raises ChildDied where the child ended of itself.
        """
        deadline = self._began + self._seconds - _TO_WRITE
        question = QUESTION.dump_json(Question(self.task, deadline - _TO_ANSWER))

        def receive(word: bytes) -> None:
            self.best = FOUND.validate_json(word)
            progress(self.best)

        # The child always gets enough time to start; `_watch` ends it at the deadline.
        with Child("admin.planning.optimiser_child", seconds=max(self._seconds, 1.0), memory=MEMORY) as child:
            child.start()
            watch = threading.Thread(target=self._watch, args=(child, deadline), daemon=True)
            watch.start()
            try:
                self.plan = PLAN.validate_json(child.ask(question, receive))
            except (ChildDied, TookTooLong):
                if not self.is_stopped and clock.ticks() < deadline:
                    raise
                self.plan = self.as_it_is()
            finally:
                self._ended.set()
                watch.join()
        return self.plan

    def as_it_is(self) -> Plan:
        """The best so far as a plan."""
        return tell(self.task, self.best, seconds=clock.ticks() - self._began)

    def _watch(self, child: Child, deadline: float) -> None:
        """End the child when it is stopped or its time is up, also while it still loads."""
        while not self._ended.wait(_LOOK_SECONDS):
            pid = child.pid
            if pid is not None and (self.is_stopped or clock.ticks() >= deadline):
                os.kill(pid, signal.SIGKILL)
                return
