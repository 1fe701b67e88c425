"""The command line as a process: one command to its end, both doors while they run, and what a refusal looks like."""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from admin.command_line.main import main

DROPIN = str(Path(sys.executable).with_name("dropin"))
INIT = ["init", "--school", "Harbour School", "--lead", "Ms Okafor", "--email", "okafor@harbour.example"]
SLOT = ["--day", "Wed", "--start", "12:30", "--end", "13:15", "--room", "Room 7"]


LONGEST_SECONDS = 120.0
# Every command is a process of its own, forked from one that has loaded the product: loading it takes a second, and
# the tests run some two hundred commands. `test_wheel` starts the installed script itself.
_FORKS = multiprocessing.get_context("forkserver")
_LAST_SECONDS = 15.0  # for the end of one that goes on until it is told
_FORKS.set_forkserver_preload(["pytest", "tests.contracts.commands"])


def dropin(
    *arguments: str | Path, data: Path | None = None, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    command = [*map(str, arguments), *(["--data", str(data)] if data else [])]
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("in", "out", "err")]
        streams[0].write_text(typed, encoding="utf-8")
        process = _FORKS.Process(target=_run, args=(command, clean_environment() | environment, streams))
        process.start()
        process.join(LONGEST_SECONDS)
        process.kill()
        process.join()
        said, words = (each.read_text(encoding="utf-8") for each in streams[1:])
    assert process.exitcode is not None
    return subprocess.CompletedProcess(["dropin", *command], process.exitcode, said, words)


@contextlib.contextmanager
def running(*arguments: str, environment: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """A command that goes on until the block ends: the number of its process, and the first line it said."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "out"
        os.mkfifo(said)
        quiet = Path(os.devnull)
        process = _FORKS.Process(target=_run, args=([*arguments], environment, [quiet, said, quiet]))
        process.start()
        try:
            with said.open(encoding="utf-8") as lines:
                assert process.pid is not None
                yield process.pid, lines.readline()
        finally:
            process.terminate()
            process.join(_LAST_SECONDS)
            process.kill()  # one that does not end would be waited for for ever
            process.join()


def _run(command: list[str], environment: Mapping[str, str], streams: list[Path]) -> None:
    """The command in its own process, with the three standard streams on files."""
    for number, (file, how) in enumerate(zip(streams, (os.O_RDONLY, *2 * [os.O_WRONLY | os.O_CREAT]), strict=True)):
        os.dup2(os.open(file, how), number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode, encoding="utf-8") for number, mode in enumerate("rww"))
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["dropin", *command]
    main()


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
