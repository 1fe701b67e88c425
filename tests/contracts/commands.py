"""The command line as a process: one command to its end, both doors while they run, and what a refusal looks like."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

DROPIN = str(Path(sys.executable).with_name("dropin"))
INIT = ["init", "--school", "Harbour School", "--lead", "Ms Okafor", "--email", "okafor@harbour.example"]
SLOT = ["--day", "Wed", "--start", "12:30", "--end", "13:15", "--room", "Room 7"]
PATIENCE = 20.0  # seconds in which, even on a busy machine, what died is up again or what was left behind is gone


def dropin(
    *arguments: str | Path, data: Path | None = None, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [DROPIN, *map(str, arguments), *(["--data", str(data)] if data else [])],
        input=typed,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=clean_environment() | environment,
    )


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("DROPIN_")}


def is_refused(done: subprocess.CompletedProcess[str], status: int, *says: str) -> None:
    """Fails unless the command said one sentence on standard error, and nothing else."""
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("dropin: ")
    assert done.stderr.count("\n") == 1
    assert done.stderr.rstrip().endswith(".")
    assert [each for each in says if each not in done.stderr] == []


class Doors:
    """`dropin demo` or `dropin run` as a process, and what it started."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [DROPIN, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=clean_environment() | environment,
        )
        self.seen: set[psutil.Process] = set()

    def children(self) -> dict[str, psutil.Process]:
        """The doors by their module, and the reader where one runs."""
        found = {}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                found[child.cmdline()[-1]] = child
                self.seen.add(child)
        return found

    def end(self, how: signal.Signals) -> tuple[int, str]:
        """Send a signal; the exit and what was said on standard error meanwhile."""
        self.children()
        self.process.send_signal(how)
        said = self.process.communicate(timeout=15)[1]
        return self.process.returncode, said

    def are_gone(self) -> bool:
        return not [each for each in self.seen if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]

    def __enter__(self) -> "Doors":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=15)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()


def until(holds: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
    """Whether it comes to hold in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
