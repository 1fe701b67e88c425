"""A lunch under load: each figure beside its promise, on the example school behind the doors of `dropin run`"""

import json
import os
import random
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks import glance
from benchmarks.camera import frame
from benchmarks.school import Door, School, Wrong, demo_in_its_lunch, school_in_its_lunch

ASKS = 300
SCANS = 20
IDLE_SECONDS = 25  # longer than the keeper's pause between two looks at the day
SETTLE_SECONDS = 25  # the first look at a new file, such as a backup, sets its time of access (relatime)
BOARDS = 200
BOARD_SECONDS = 20
PUPILS = 100
PUPIL_SECONDS = 60  # five minutes in a tenth of the time and a bit; `python -m benchmarks.lunch 300` takes them all
SLOW_PUPILS, SLOW_SECONDS = 33, 20
SLOW_CARD = 20_000  # microseconds a sync, as a tired SD card takes
SEED = 20270112
BEN = 2


def share(values: list[float], part: float) -> float:
    """The value that this part of all values does not pass."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else float("nan")


@dataclass
class Table:
    """One row a figure, printed as it is known."""

    missed: int = 0

    def row(self, what: str, measured: str, promise: str = "", *, kept: bool | None = None) -> None:
        """`kept` is left out where a figure has no promise."""
        self.missed += kept is False
        print(
            f"| {what} | {measured} | {promise} | {'' if kept is None else 'yes' if kept else '**no**'} |", flush=True
        )

    def times(self, what: str, milliseconds: list[float], most: float | None = None) -> None:
        """A row of many latencies; `most` is what p95 may be."""
        measured = f"p50 {share(milliseconds, 0.5):.0f} ms, p95 {share(milliseconds, 0.95):.0f} ms"
        if most is None:
            self.row(what, measured)
        else:
            self.row(what, measured, f"p95 <= {most:.0f} ms", kept=share(milliseconds, 0.95) <= most)


@dataclass
class Stopwatch:
    """Milliseconds of each tap, by what was tapped."""

    taps: dict[str, list[float]] = field(default_factory=dict)

    @contextmanager
    def tap(self, what: str) -> Iterator[None]:
        """Time one tap, until the next page is there."""
        began = time.perf_counter()
        yield
        self.taps.setdefault(what, []).append(1000 * (time.perf_counter() - began))

    @property
    def all(self) -> list[float]:
        """Every tap."""
        return [each for taps in self.taps.values() for each in taps]


# what is measured


def ask(door: Door, watch: Stopwatch) -> None:
    """One pupil: a topic, then anyone, then the ticket's page."""
    key = secrets.token_urlsafe(12)
    with watch.tap("topic"):
        status, _, text = door.post("/ask", topic="company", key=key)
    if status != 200 or key not in text:
        raise Wrong(f"POST /ask without a mentor: {status}")
    with watch.tap("mentor"):
        status, headers, _ = door.post("/ask", topic="company", mentor="anyone", key=key)
        place = urlsplit(headers.get("location", "")).path
        if status != 303 or "/ticket/" not in place:
            raise Wrong(f"POST /ask: {status} to {place}")
        text = door.get(place)
    if "You are" not in text:
        raise Wrong("the ticket does not say who you are")


def taps(table: Table, school: School, where: str) -> None:
    """(a) From a tap to the next page, one pupil after another."""
    watch, door = Stopwatch(), Door(school.kiosk)
    for _ in range(ASKS):
        ask(door, watch)
    table.times(f"tap on a topic to the next page, {where}", watch.taps["topic"], 150)
    table.times(f"tap on a mentor to the ticket's page, {where} ({ASKS} pupils)", watch.taps["mentor"], 150)


def scans(table: Table, school: School) -> None:
    """(b) A badge to its outcome, and to the board that shows the room open; Amira is in, Ben comes and goes."""
    door, board = Door(school.kiosk), Door(school.admin)
    code, form = school.code(BEN), "application/x-www-form-urlencoded"
    door.get("/scan")
    time.sleep(3)  # the reader's child loads its engines with the scan page
    for what, body, kind in (
        ("a typed code", f"code={code}".encode(), form),
        ("a picture of a card, 1280x720", frame(code), "image/jpeg"),
    ):
        answers, shown = [], []
        for _ in range(SCANS):
            began = time.perf_counter()
            _, _, text = door.send("POST", "/scan", body, Content_Type=kind, Accept="application/json")
            answers.append(1000 * (time.perf_counter() - began))
            outcome = json.loads(text)
            if outcome["outcome"] != "on_duty":
                raise Wrong(f"a scan of Ben's: {text[:200]}")
            _until(board, urlsplit(school.board).path + ".json", "open")
            shown.append(1000 * (time.perf_counter() - began))
            token = re.search(r'name="token" value="([^"]+)"', outcome["page"])
            assert token is not None
            door.post("/mentor/end", token=token[1])
            _until(board, urlsplit(school.board).path + ".json", "opening", "paused")
        table.times(f"scan of {what}, to its answer", answers)
        worst = max(shown) + 1000
        measured = f"p95 {share(shown, 0.95):.0f} ms; at most {worst:.0f} ms with a second between two looks"
        table.row(f"scan of {what}, to board.json (looked at each 50 ms)", measured, "<= 1500 ms", kept=worst <= 1500)


def _until(board: Door, path: str, *states: str) -> None:
    for _ in range(100):
        if json.loads(board.get(path))["rooms"][0]["state"] in states:
            return
        time.sleep(0.05)
    raise Wrong(f"the board never showed {states[0]}")


def idle(table: Table, school: School, where: str) -> None:
    """(c) What is written while no page is open, once the keeper has looked at what was written before."""
    time.sleep(SETTLE_SECONDS)
    pids = {"keeper": school.keeper, "kiosk": school.pid("kiosk"), "admin": school.pid("admin")}
    before, looked = {name: _written(pid) for name, pid in pids.items()}, _files(school.data)
    changes = 0
    ends = time.monotonic() + IDLE_SECONDS
    while time.monotonic() < ends:
        time.sleep(0.05)
        now = _files(school.data)
        changes, looked = changes + (now != looked), now
    wrote = {
        name: [after - was for after, was in zip(_written(pid), before[name], strict=True)]
        for name, pid in pids.items()
    }
    told = "; ".join(f"{name} {chars} B written, {disk} B to disk" for name, (chars, disk) in wrote.items())
    nothing = not changes and not any(disk for _, disk in wrote.values())
    what = f"{IDLE_SECONDS} s with no page open, {where}"
    table.row(what, f"{told}; {changes} changes of files in the folder", "nothing", kept=nothing)


def _written(pid: int) -> tuple[int, int]:
    """Characters a process wrote, to pipes and screens too, and bytes it sent towards the disk."""
    lines = Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines()
    io = {name: int(value) for name, value in (each.split(": ") for each in lines)}
    return io["wchar"], io["write_bytes"]


def _files(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Each file and the folder itself: a file that came and went is seen by the folder's own time."""
    found = {}
    for path in (folder, *folder.rglob("*")):
        try:
            known = path.stat()
        except FileNotFoundError:
            continue
        found[str(path)] = (known.st_ino, known.st_size if path != folder else 0, known.st_mtime_ns)
    return found


def boards(table: Table, school: School) -> None:
    """(d) Two hundred boards; and whether a person still gets a word in between."""
    admin, person = psutil.Process(school.pid("admin")), Stopwatch()
    with _watching(school, BOARD_SECONDS) as watching:
        time.sleep(2)
        began, spent = time.monotonic(), sum(admin.cpu_times()[:2])
        failed = 0
        while time.monotonic() - began < BOARD_SECONDS - 4:
            try:
                with person.tap("log-in page"):
                    Door(school.admin).get("/log-in")
            except (OSError, Wrong):
                failed += 1
            time.sleep(0.5)
        share_of_core = 100 * (sum(admin.cpu_times()[:2]) - spent) / (time.monotonic() - began)
    seen = watching.found
    answers = " ".join(f"{count} x {status}" for status, count in seen["statuses"].items())
    table.row(
        f"{BOARDS} boards each second: the admin door",
        f"{share_of_core:.0f} % of one core",
        "<= 15 %",
        kept=share_of_core <= 15,
    )
    table.times(f"{BOARDS} boards each second: an answer ({answers})", seen["ms"])
    table.row(
        f"{BOARDS} boards: questions without an answer within 5 s", str(seen["errors"]), "0", kept=not seen["errors"]
    )
    table.times(f"beside {BOARDS} boards: the log-in page on a new connection ({failed} failed)", person.all)


@dataclass
class Watching:
    """The boards' process, and what it told when it ended."""

    found: dict[str, object] = field(default_factory=dict)


@contextmanager
def _watching(school: School, seconds: float) -> Iterator[Watching]:
    command = [sys.executable, "-m", "benchmarks.boards", f"{school.board}.json", str(BOARDS), str(seconds)]
    watching = Watching()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield watching
        watching.found.update(json.loads(process.communicate(timeout=60)[0]))


def crowd(school: School, pupils: int, seconds: float) -> tuple[Stopwatch, int, int]:
    """So many pupils at seeded moments; the taps, the failures, and the rows they left."""
    chance, watch, failures = random.Random(SEED), Stopwatch(), []
    own = threading.local()
    before = school.one("select count(*) from help_requests")

    def one(at: float) -> None:
        time.sleep(max(0.0, at - time.monotonic()))
        if not hasattr(own, "door"):
            own.door = Door(school.kiosk)
        try:
            ask(own.door, watch)
        except (OSError, Wrong) as error:
            failures.append(error)

    begins = time.monotonic()
    moments = sorted(begins + chance.uniform(0, seconds) for _ in range(pupils))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, moments))
    return watch, len(failures), school.one("select count(*) from help_requests") - before


def pupils(table: Table, school: School, seconds: float) -> None:
    """(e) A hundred pupils beside the boards."""
    with _watching(school, seconds + 2) as watching:
        time.sleep(1)
        watch, failures, rows = crowd(school, PUPILS, seconds)
    what = f"{PUPILS} pupils in {seconds:.0f} s beside {BOARDS} boards"
    table.times(f"{what}: a tap to the next page", watch.all, 300)
    table.row(f"{what}: errors, rows", f"{failures}, {rows}", f"0, {PUPILS}", kept=(failures, rows) == (0, PUPILS))
    table.times(f"{what}: a board's answer ({watching.found['errors']} without)", watching.found["ms"])  # type: ignore[arg-type]


def slow_card(table: Table, school: School) -> None:
    """(f) The same on a card that takes 20 ms a sync, strace standing in for the card."""
    what = f"{SLOW_PUPILS} pupils in {SLOW_SECONDS} s"
    if shutil.which("strace") is None:
        table.row(f"{what} on a slow card", "left out: strace is not installed")
        return
    for delay, words, most in ((0, "strace attached, no delay", None), (SLOW_CARD, "a slow card, 20 ms a sync", 300)):
        with _strace(school, delay):
            watch, failures, rows = crowd(school, SLOW_PUPILS, SLOW_SECONDS)
        table.times(f"{what}, {words}: tap on a topic", watch.taps["topic"], most)
        table.times(f"{what}, {words}: tap on a mentor ({failures} errors, {rows} rows)", watch.taps["mentor"], most)


@contextmanager
def _strace(school: School, delay: int) -> Iterator[None]:
    syncs = "fdatasync,fsync"
    inject = ["-e", f"inject={syncs}:delay_exit={delay}"] if delay else []
    doors = ["-p", str(school.pid("kiosk")), "-p", str(school.pid("admin"))]
    command = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={syncs}", *inject, *doors]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as strace:
        time.sleep(1)
        if strace.poll() is not None:
            raise SystemExit("strace could not watch the doors")
        try:
            yield
        finally:
            strace.terminate()


def badge(table: Table, school: School) -> None:
    """(g) From the camera's first frame with the whole badge to the name on the screen, in a real Chromium."""
    if not Path(glance.CHROMIUM).exists():
        table.row("badge before the camera to the name on the screen", "left out: Chromium is not installed")
        return
    found = glance.glances(school)
    table.times(f"first frame with the whole badge to the name ({len(found)} scans, Chromium)", found, 700)


def main(seconds: float = PUPIL_SECONDS) -> int:
    """Print one table; how many promises it did not keep."""
    table = Table()
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print("| figure | measured | promise | kept |\n|---|---|---|---|")
    parts: tuple[Callable[[Table, School], None], ...] = (
        lambda table, school: idle(table, school, "`dropin run` just begun"),
        lambda table, school: taps(table, school, "`dropin run`"),
        scans,
        boards,
        lambda table, school: idle(table, school, "after the boards"),
        lambda table, school: pupils(table, school, seconds),
        slow_card,
        badge,
    )
    with school_in_its_lunch() as school:
        for part in parts:
            part(table, school)
    with demo_in_its_lunch() as school:
        taps(table, school, "`dropin demo`")
        idle(table, school, "`dropin demo`")
    print(f"\nload average after: {os.getloadavg()[0]:.1f}; {table.missed} promises not kept")
    return table.missed


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else PUPIL_SECONDS)
