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

MEMORY = 3 << 30  # bytes of address space; a year's plan uses a few hundred million
_TO_WRITE = 0.5  # seconds kept for writing the result, and for starting and ending this process
_TO_ANSWER = 0.3  # seconds before the deadline at which the child ends the search and sends its plan
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Question:
    """A question to the child: a task, and a deadline in `clock.ticks`, which is the same in all processes."""

    task: Task
    until: float


QUESTION = TypeAdapter(Question)
FOUND = TypeAdapter(Found)
PLAN = TypeAdapter(Plan)


class OptimiserRun:
    """Plans one task in a child process, within `seconds` in all, even if the child hangs.

    `best` is the best rota so far and is never empty; `plan` is set when `is_over`.
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
        """Whether the plan is ready."""
        return self._ended.is_set()

    def begin(self) -> None:
        """Start `run` on a new thread."""
        threading.Thread(target=self.run, daemon=True).start()

    def stop(self) -> None:
        """Stop the search; the best rota so far becomes the plan."""
        self.is_stopped = True

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds` for the plan; returns whether it is ready."""
        return self._ended.wait(seconds)

    def run(self, progress: Callable[[Found], None] = lambda _: None) -> Plan:
        """Run the search. Calls `progress` with the best rota at least once a second; an exception from it ends the
        child.

        Raises ChildDied if the child ended by itself.
        """
        deadline = self._began + self._seconds - _TO_WRITE
        question = QUESTION.dump_json(Question(self.task, deadline - _TO_ANSWER))

        def receive(word: bytes) -> None:
            self.best = FOUND.validate_json(word)
            progress(self.best)

        # The child's own limit must not end it while it starts; `_watch` ends it at the deadline.
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
        """The best rota so far as a plan."""
        return tell(self.task, self.best, seconds=clock.ticks() - self._began)

    def _watch(self, child: Child, deadline: float) -> None:
        """Kill the child when it is stopped or the time is up, also while it is still starting."""
        while not self._ended.wait(_LOOK_SECONDS):
            pid = child.pid
            if pid is not None and (self.is_stopped or clock.ticks() >= deadline):
                os.kill(pid, signal.SIGKILL)
                return
