"""A lunch cut off at a random moment: killed, kept out by another writer, or with no room for a file to grow (P25, P26)

`cut_off` does one: it checks what was confirmed, finishes the lunch, and checks again.
"""

import os
import random
import resource
import shutil
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks import faults, lunch_steps
from benchmarks.faults import Fault, Outcome

LATEST_KILL = 0.03  # seconds after an answer; an action takes less
LONGEST_LOCK = 6.0  # seconds; a connection waits five for a lock
LARGEST_FILE = 480_000  # bytes; a lunch's file stays below


class Kind(StrEnum):
    """How a lunch is cut off."""

    KILL = "killed at a random moment"
    LOCK = "another writer held the lock"
    NO_ROOM = "no room for a file to grow"


@dataclass(frozen=True)
class Cut:
    """One cut: after how many confirmed actions, and how many seconds after or long (bytes of the largest file)."""

    kind: Kind
    lines: int
    amount: float


def kill(chance: random.Random) -> Cut:
    """A kill at a random moment of the lunch."""
    return Cut(Kind.KILL, chance.randrange(len(lunch_steps.ACTIONS)), chance.uniform(0, LATEST_KILL))


def any_trouble(chance: random.Random, calls: dict[str, int]) -> Cut | Fault:
    """A random kill or fault. `calls` says how often a lunch makes each call that strace can make fail."""
    dice = chance.random()
    if calls and dice < 0.3:
        [call] = chance.choices(list(calls), list(calls.values()))
        return Fault(call, chance.choice(list(faults.FAULTS)), chance.randint(1, calls[call]))
    if dice < 0.34:
        return Cut(Kind.LOCK, chance.randrange(len(lunch_steps.ACTIONS)), chance.uniform(0, LONGEST_LOCK))
    if dice < 0.4:
        return Cut(Kind.NO_ROOM, 0, chance.randrange(LARGEST_FILE))
    return kill(chance)


def attempt(base: Path, each: Cut | Fault) -> Outcome:
    """One kill or fault in a copy of the programme in `base`."""
    return faults.inject_fault(base, each) if isinstance(each, Fault) else cut_off(base, each)


def cut_off(base: Path, each: Cut) -> Outcome:
    """Copy the programme, cut its lunch off, check; then finish the lunch, and check again."""
    with tempfile.TemporaryDirectory(prefix="cuts-") as name:
        folder = Path(name)
        shutil.copy(base / "programme.db", folder)
        confirmed = confirmed_until(folder, each)
        hit = each.kind is Kind.LOCK or len(confirmed) < len(lunch_steps.ACTIONS)
        return Outcome(hit, faults.check_and_finish(folder, confirmed))


def confirmed_until(folder: Path, each: Cut) -> dict[str, str]:
    """Run the lunch in a process of its own, cut off; what it had confirmed, each action with its answer."""
    room = int(each.amount) if each.kind is Kind.NO_ROOM else resource.RLIM_INFINITY
    child, reading = faults.begin_lunch(folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))
    with open(reading, encoding="utf-8") as lines:
        said = "".join(lines.readline() for _ in range(each.lines))
        if each.kind is Kind.KILL:
            time.sleep(each.amount)
            os.kill(child, signal.SIGKILL)
        elif each.kind is Kind.LOCK:
            with _lock_held(folder):
                time.sleep(each.amount)
        said += lines.read()
    os.waitpid(child, 0)
    return faults.parsed(said)


@contextmanager
def _lock_held(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "programme.db", timeout=30, isolation_level=None)) as writer:
        writer.execute("begin immediate")
        yield
        writer.execute("rollback")
