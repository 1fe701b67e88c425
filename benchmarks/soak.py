"""`make soak`: random kills and injected faults over every write of the main actions, under load (P25, P26)

`python -m benchmarks.soak [COUNT] [--seed SEED]`: two kinds at once, until COUNT are done or Ctrl-C. Lunches are cut
off one after another: killed at a random moment, refused a write by the system (through strace), refused room, or kept
out by another writer. Beside them the example school's processes are killed while pupils ask at the kiosk. Each
confirmed answer must be found, with one row a key, and each lunch must go on to its end.
"""

import argparse
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from benchmarks import cuts, faults, lunch_steps
from benchmarks.cuts import Cut
from benchmarks.faults import Fault, Outcome
from benchmarks.pupils import Round, killed_under_load

COUNT = 10_000
WORKERS = 3  # more than the cores: a lunch that waits for a lock costs nothing
CROWD = 3
ROUND_KILLS, ROUND_SECONDS = 60, 600.0  # one lunch behind its doors; the example school's lasts two hours
TELL_SECONDS = 60.0


@dataclass
class Tally:
    """What was done so far. Two threads add to it: one the lunches cut off, one the rounds under load."""

    hits: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    cut_wrong: list[str] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)

    @property
    def killed(self) -> Counter[str]:
        """Processes killed under load, by name."""
        return sum((each.killed for each in self.rounds), Counter())

    @property
    def wrong(self) -> list[str]:
        """Every violation, in words."""
        return self.cut_wrong + [fault for each in self.rounds for fault in each.wrong]

    @property
    def done(self) -> int:
        """Kills and faults that hit something."""
        return self.hits.total() + self.killed.total()

    def add(self, each: Cut | Fault, outcome: Outcome) -> None:
        """Count one lunch that was cut off."""
        if outcome.hit:
            self.hits[each.fault if isinstance(each, Fault) else each.kind] += 1
        else:
            self.missed += 1
        self.cut_wrong += [f"{each}: {'; '.join(outcome.violations)}"] if outcome.violations else []


def _doors(tally: Tally, seed: int, over: threading.Event) -> None:
    """Lunch after lunch behind the doors, in a thread of its own."""
    while not over.is_set():
        chance, done = random.Random(f"{seed} doors {len(tally.rounds)}"), Round()
        tally.rounds.append(done)
        with tempfile.TemporaryDirectory(prefix="soak-") as name:
            try:
                killed_under_load(
                    done, Path(name), chance, most=ROUND_KILLS, seconds=ROUND_SECONDS, crowd=CROWD, over=over
                )
            except (Exception, SystemExit) as error:  # noqa: BLE001 # told with the rest at the end
                done.wrong.append(f"under load, round {len(tally.rounds)}: {type(error).__name__}: {error}")
                return


def _lunches(tally: Tally, seed: int, count: int, base: Path, over: threading.Event) -> None:
    """Cut off lunches until `count` kills and faults are done, never more at once than the workers can take."""
    chance, calls = random.Random(f"{seed} lunches"), faults.places(base) if shutil.which("strace") else {}
    began = told = time.monotonic()
    running: dict[Future[Outcome], Cut | Fault] = {}
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"), initializer=os.setpgrp) as pool:
        while tally.done < count and not over.is_set():
            while len(running) < WORKERS + 1:
                each = cuts.any_trouble(chance, calls)
                running[pool.submit(cuts.attempt, base, each)] = each
            for future in wait(running, timeout=1, return_when=FIRST_COMPLETED).done:
                tally.add(running.pop(future), future.result())
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                print(f"{tally.done} of {count} after {told - began:.0f} s, {len(tally.wrong)} violations", flush=True)
        for future, each in running.items():
            tally.add(each, future.result())


def soak(count: int, seed: int) -> int:
    """Do so many kills and faults, or as many as there are until Ctrl-C; print a table. Returns the violations."""
    tally, over, began = Tally(), threading.Event(), time.monotonic()
    signal.signal(signal.SIGINT, lambda *_: over.set())
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    print(f"seed {seed}; Ctrl-C ends it with what was done", flush=True)
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        lunch_steps.set_up(Path(name))
        doors = threading.Thread(target=_doors, args=(tally, seed, over))
        doors.start()
        try:
            _lunches(tally, seed, count, Path(name), over)
        finally:
            over.set()
            doors.join()
    _print(tally, time.monotonic() - began)
    return len(tally.wrong)


def _print(tally: Tally, seconds: float) -> None:
    answers = sum(each.answers for each in tally.rounds)
    print("\n| kill or fault | done |\n|---|---|")
    for what, done in tally.hits.most_common():
        print(f"| a lunch: {what} | {done} |")
    for what, done in tally.killed.most_common():
        print(f"| under load: {what} killed | {done} |")
    print(
        f"\n{tally.done} kills and faults in {seconds:.0f} s ({tally.missed} more came after the lunch's end); "
        f"{answers} answers at the kiosk in {len(tally.rounds)} lunches under load; {len(tally.wrong)} violations"
    )
    for each in tally.wrong[:50]:
        print(f"- {each}")


def main() -> None:
    """From the command line; exit 1 on any violation."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description="Random kills and injected faults.")
    parser.add_argument("count", nargs="?", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**8))
    given = parser.parse_args()
    sys.exit(soak(given.count, given.seed) > 0)


if __name__ == "__main__":
    main()
