"""A fault at every write of a lunch: I/O error, full disk, kill; nothing confirmed lost, nothing half (P25, P26, P8)"""

import ctypes
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from benchmarks import lunch_steps
from mentoring.basics.forms import browser_key
from mentoring.store import journal
from mentoring.store.database import open_database

CALLS = ("pwrite64", "fdatasync", "ftruncate", "openat", "unlink")
FAULTS = {
    "I/O error, once": ("error=EIO", ""),
    "I/O error from then on": ("error=EIO", "+"),
    "disk full, once": ("error=ENOSPC", ""),
    "disk full from then on": ("error=ENOSPC", "+"),
    "kill": ("signal=KILL", ""),
}
SET_PTRACER, ANYBODY = 0x59616D61, -1
ASKED, PAIR = len(lunch_steps.ASKED), 2


@dataclass(frozen=True)
class Fault:
    """One fault to inject: at which call of which kind, and how."""

    call: str
    fault: str
    place: int


@dataclass(frozen=True)
class Outcome:
    """The result of one injected fault. `hit` is false when the lunch ended before that call."""

    hit: bool
    violations: tuple[str, ...]


# what must hold


def violations(folder: Path, confirmed: dict[str, str]) -> list[str]:
    """The violations in a file after a fault, given the answer of each confirmed action."""
    with closing(open_database(folder / "programme.db")) as db:
        connection = db.conn
        found = [] if _one(connection, "pragma integrity_check") == "ok" else ["the file is damaged"]
        found += ["a foreign key points nowhere" for _ in connection.execute("pragma foreign_key_check")]
        found += ["the journal has a fault"] if journal.touched(db) is not None else []
        closed = bool(_one(connection, "select count(*) from visits"))
        found += [f"lost: {name}" for name, answer in confirmed.items() if not _kept(connection, name, answer, closed)]
        found += [f"half: {what}" for what, sql in _HALVES.items() if _one(connection, sql)]
        if closed and _counts(connection) != (0, ASKED, ASKED):
            found.append(f"close of day counted {_counts(connection)}")
    return found


def violations_at_the_end(folder: Path, before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The violations after the lunch went on to its end: one row a key, the same answers, no byte left."""
    found = violations(folder, {**before, "close": "done"})
    for name in lunch_steps.KEYED:
        if name in before and after[name] not in (before[name], "is closed"):
            found.append(f"another answer: {name}")
    with closing(open_database(folder / "programme.db")) as db:
        ends = {what: _one(db.conn, f"select count(*) from {what}") for what in ("duties", "alerts", "visits")}
        traces = _one(db.conn, "select sum(traces) from self_tests")
    if ends != {"duties": PAIR, "alerts": 1, "visits": 1}:
        found.append(f"rows at the end: {ends}")
    if traces:
        found.append("the self-test found traces")
    marks = [browser_key(key) for key in lunch_steps.ASKED]
    marks += [each[name] for each in (before, after) for name in lunch_steps.KEYED[:ASKED] if name in each]
    for path in folder.iterdir():
        content = path.read_bytes()
        found += [f"bytes left in {path.name}" for mark in marks if mark != "is closed" and mark.encode() in content]
    return found


_HALVES = {
    "a duty without its journal row": """
        select (select count(*) from duties) <> (select count(*) from journal where what = 'duty.started')""",
    "an end of duty without its journal row": """
        select (select count(*) from duties where ended is not null and not assumed)
            <> (select count(*) from journal where what = 'duty.ended')""",
    "an alert without its journal row": """
        select (select count(*) from alerts) <> (select count(*) from journal where what = 'alert.raised')""",
    "a close of day without its journal row": """
        select (select count(*) from visits) <> (select count(*) from journal where what = 'drop_in.closed')""",
    "a close of day without its self-test": """
        select (select count(*) from visits) <> (select count(*) from self_tests)""",
    "places with a hole": "select coalesce(max(place), 0) <> count(*) from help_requests",
    "a key twice": "select count(*) <> count(distinct key) from help_requests",
    "a mentor on duty twice": "select count(*) <> count(distinct mentor_id) from duties",
    "a taken request nobody took": "select count(*) from help_requests where (state = 'taken') and taken_by is null",
}


def _kept(connection: sqlite3.Connection, name: str, answer: str, closed: bool) -> bool:  # noqa: FBT001
    """Whether what this action confirmed is in the file; requests are nowhere once the day is closed."""
    what, _, whom = name.partition(" ")
    if what == "ask":
        mine = "select id from help_requests where key = ?"
        return closed or _one(connection, mine, browser_key(whom)) == answer
    if what == "scan":
        mine = "select 1 from duties join mentors on mentors.id = mentor_id where display_name = ?"
        return bool(_one(connection, mine, whom))
    if what == "call":
        mine = "select 1 from help_requests where id = ? and state in ('taken', 'done') and taken_by is not null"
        return closed or bool(_one(connection, mine, answer))
    if what == "finish":
        return closed or bool(_one(connection, "select 1 from help_requests where state = 'done'"))
    if what == "alert":
        return _one(connection, "select id from alerts where key = ?", browser_key(lunch_steps.ALERT)) == int(answer)
    if what == "end":
        return bool(
            _one(connection, "select 1 from duties where mentor_id = ? and ended is not null", lunch_steps.AMIRA)
        )
    return closed and not _one(connection, "select count(*) from self_tests where traces is null")


def _counts(connection: sqlite3.Connection) -> tuple[object, ...]:
    tables = ("count(*) from help_requests", "sum(asked) from visits", "sum(asked) from topics")
    return tuple(_one(connection, f"select {each}") for each in tables)


def _one(connection: sqlite3.Connection, sql: str, *values: object) -> object:
    found = connection.execute(sql, values).fetchone()
    return found[0] if found else None


# the sweep


def parsed(lines: str) -> dict[str, str]:
    """The confirmed actions, each with its answer; an incomplete last line does not count."""
    return dict(line.strip().split(": ", 1) for line in lines.splitlines(keepends=True) if line.endswith("\n"))


def inject_fault(base: Path, each: Fault) -> Outcome:
    """Copy the programme, inject one fault into its lunch, check; then finish the lunch, and check again."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        shutil.copy(base / "programme.db", folder)
        fault, onwards = FAULTS[each.fault]
        before, log = _under_strace(folder, f"inject={each.call}:{fault}:when={each.place}{onwards}", each.call)
        # A kill is only in the log as the end of the process.
        hit = "(INJECTED)" in log or "killed by SIGKILL" in log
        return Outcome(hit, check_and_finish(folder, before))


def check_and_finish(folder: Path, before: dict[str, str]) -> tuple[str, ...]:
    """The violations after a fault, given what was confirmed before it, and again after the lunch has gone on."""
    found: list[str] = []
    after: list[str] = []
    try:
        found += violations(folder, before)
        lunch_steps.act(folder, done=len(before), say=after.append)
        found += violations_at_the_end(folder, before, parsed("".join(f"{line}\n" for line in after)))
    except (Exception, SystemExit) as error:  # noqa: BLE001 # whatever it is, the lunch does not go on
        return (*found, f"{type(error).__name__}: {error}")
    found += [f"left behind: {path.name}" for path in folder.iterdir() if path.name != "programme.db"]
    return tuple(found)


def begin_lunch(folder: Path, first: Callable[[], object]) -> tuple[int, int]:
    """Fork a process that calls `first` and then runs the lunch; its id, and the pipe with its confirmed lines."""
    reading, says = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            first()
            lunch_steps.act(folder, say=lambda line: os.write(says, f"{line}\n".encode()) and None)
        finally:
            os._exit(0)
    os.close(says)
    return child, reading


def _under_strace(folder: Path, what: str, *calls: str) -> tuple[dict[str, str], str]:
    """Run the lunch in a child process that waits until strace is attached to it; its confirmed lines and the log."""
    waits, goes = os.pipe()
    child, reading = begin_lunch(folder, lambda: _wait_for_strace(waits))
    files = [argument for end in ("", "-wal", "-shm") for argument in ("-P", f"{folder / 'programme.db'}{end}")]
    command = ["strace", "-p", str(child), *files, "-P", str(folder), "-e", f"trace={','.join(calls)}", "-e", what]
    # The log is a file: nobody reads it before the end, and a full pipe would stop both processes.
    with (
        tempfile.NamedTemporaryFile("r", prefix="strace-") as log,
        subprocess.Popen([*command, "-o", log.name], stderr=subprocess.PIPE, text=True) as strace,
    ):
        assert strace.stderr is not None
        first = strace.stderr.readline()
        if "attached" not in first:
            os.kill(child, 9)
            raise SystemExit(f"strace cannot watch our own process: {first}")
        os.write(goes, b".")
        with open(reading, encoding="utf-8") as lines:
            said = lines.read()
        os.waitpid(child, 0)
        strace.wait()
        written = log.read()
    os.close(waits)
    os.close(goes)
    return parsed(said), written


def _wait_for_strace(waits: int) -> None:
    ctypes.CDLL(None).prctl(SET_PTRACER, ctypes.c_ulong(ANYBODY), 0, 0, 0)
    os.read(waits, 1)


def places(base: Path) -> dict[str, int]:
    """How often a lunch without faults makes each call on the programme's files."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        shutil.copy(base / "programme.db", folder)
        _, log = _under_strace(folder, "signal=none", *CALLS)
    made = Counter(line.partition("(")[0] for line in log.splitlines())
    return {call: made[call] for call in CALLS}


def all_faults(counted: dict[str, int], every: int) -> Iterator[Fault]:
    """A fault at every call, or at every n-th; and one after the last, which must not hit."""
    for call, most in counted.items():
        for fault in FAULTS:
            for place in (*range(1, most + 1, every), most + 1):
                yield Fault(call, fault, place)


def sweep(every: int = 1) -> int:
    """Inject every fault, print one table; the number of violations."""
    if shutil.which("strace") is None:
        print("The sweep over every write needs strace (apt-get install strace): left out.")
        return 0
    began = time.monotonic()
    hits: Counter[tuple[str, str]] = Counter()
    bad: dict[Fault, tuple[str, ...]] = {}
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        base = Path(name)
        lunch_steps.set_up(base)
        counted = places(base)
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as pool:
            planned = list(all_faults(counted, every))
            for each, outcome in zip(
                planned, pool.map(inject_fault, [base] * len(planned), planned, chunksize=8), strict=True
            ):
                hits[each.call, each.fault] += outcome.hit
                if outcome.violations:
                    bad[each] = outcome.violations
    _print(counted, hits, bad)
    print(f"\n{sum(hits.values())} faults in {time.monotonic() - began:.0f} s, {len(bad)} violations")
    return len(bad)


def _print(counted: dict[str, int], hits: Counter[tuple[str, str]], bad: dict[Fault, tuple[str, ...]]) -> None:
    print("| call | calls in a lunch | fault | faults hit | violations |\n|---|---|---|---|---|")
    for (call, fault), hit in hits.items():
        wrong = sum(each.call == call and each.fault == fault for each in bad)
        print(f"| {call} | {counted[call]} | {fault} | {hit} | {wrong} |")
    for each, found in bad.items():
        print(f"- {each.call} {each.place}, {each.fault}: {'; '.join(found)}")


def main() -> None:
    """Print the table; exit 1 on any violation."""
    sys.exit(1 if sweep(int(sys.argv[1]) if len(sys.argv) > 1 else 1) else 0)


if __name__ == "__main__":
    main()
