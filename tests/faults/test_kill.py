"""A lunch that is killed at any moment: nothing confirmed is lost, nothing is half, a retry is one row (P25, P26)."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
import pytest

from benchmarks import faults, lunch_steps
from benchmarks.camera import frame
from benchmarks.school import Door, School, doors_open, fill
from mentoring.basics.forms import browser_key
from mentoring.store import journal
from mentoring.store.database import open_database, rows

KILLS = 40
SEED = 20270112
BEN = 2


@pytest.fixture(scope="module")
def before_lunch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme on whose lunch nothing has happened yet."""
    folder = tmp_path_factory.mktemp("before")
    lunch_steps.set_up(folder)
    return folder / "programme.db"


def _act(folder: Path, *, lines: int, then: float) -> dict[str, str]:
    """Run the lunch's actions in a child process, killed `then` seconds after `lines` actions were confirmed."""
    command = [sys.executable, "-m", "benchmarks.lunch_steps", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        said = "".join(process.stdout.readline() for _ in range(lines))
        time.sleep(then)
        process.kill()
        return faults.parsed(said + process.stdout.read())


def _kill_and_finish(folder: Path, before_lunch: Path, *, lines: int, then: float) -> list[str]:
    """All violations, after the kill and after the lunch went on to its end."""
    folder.mkdir()
    shutil.copy(before_lunch, folder)
    confirmed = _act(folder, lines=lines, then=then)
    found = faults.violations(folder, confirmed)
    after: list[str] = []
    lunch_steps.act(folder, done=len(confirmed), say=after.append)
    return found + faults.violations_at_the_end(
        folder, confirmed, faults.parsed("".join(f"{line}\n" for line in after))
    )


def test_a_lunch_killed_at_any_moment_loses_nothing_confirmed_and_goes_on(before_lunch: Path, tmp_path: Path):
    chance = random.Random(SEED)
    moments = [(place % len(lunch_steps.ACTIONS), chance.uniform(0, 0.03)) for place in range(KILLS)]
    with ThreadPoolExecutor(2) as pool:
        killed = [
            (lines, then, pool.submit(_kill_and_finish, tmp_path / str(place), before_lunch, lines=lines, then=then))
            for place, (lines, then) in enumerate(moments)
        ]
        assert {(lines, then): found for lines, then, each in killed if (found := each.result())} == {}


def test_what_would_be_a_loss_is_seen(before_lunch: Path, tmp_path: Path):
    """The check itself: it finds a confirmed request that is gone, and a duty without its journal row."""
    shutil.copy(before_lunch, tmp_path)
    confirmed = _act(tmp_path, lines=4, then=0)
    assert faults.violations(tmp_path, confirmed) == []
    with closing(open_database(tmp_path / "programme.db")) as db:
        db.execute("delete from help_requests where key = :key", {"key": browser_key("second")})
        db.execute("delete from duties where mentor_id = :mentor", {"mentor": BEN})
    assert faults.violations(tmp_path, confirmed) == [
        "lost: ask second",
        "lost: scan Ben",
        "half: a duty without its journal row",
    ]


class Pupils(threading.Thread):
    """One pupil after another asks, each with one key until it is answered; every second one taps twice."""

    def __init__(self, kiosk: str) -> None:
        super().__init__()
        self.kiosk = kiosk
        self.tickets: dict[str, str] = {}
        self.wrong: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        for number in range(10_000):
            if self.over.is_set():
                return
            key = f"pupil {number}"
            ticket = self.tickets[key] = self._ask(key)
            if number % 2 and (again := self._ask(key)) != ticket:
                self.wrong.append(f"{key}: {ticket}, then {again}")

    def _ask(self, key: str) -> str:
        deadline = time.monotonic() + 30
        form = urlencode({"topic": "company", "mentor": "anyone", "key": key}).encode()
        while time.monotonic() < deadline:
            door = Door(self.kiosk)
            try:
                kind = "application/x-www-form-urlencoded"
                status, headers, _ = door.send("POST", "/ask", form, Content_Type=kind)
                if status == 303:
                    return urlsplit(headers["location"]).path
            except (OSError, HTTPException):
                time.sleep(0.05)
            finally:
                door.line.close()
        self.wrong.append(f"{key}: no answer within 30 s")
        return ""

    def get_on(self) -> None:
        """Wait until five more have been answered."""
        goal, deadline = len(self.tickets) + 5, time.monotonic() + 30
        while len(self.tickets) < goal:
            assert time.monotonic() < deadline, "the kiosk did not come back"
            time.sleep(0.02)


@contextmanager
def _asking(kiosk: str) -> Iterator[Pupils]:
    pupils = Pupils(kiosk)
    pupils.start()
    try:
        yield pupils
    finally:
        pupils.over.set()
        pupils.join()


def _ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _kill(school: School, module: str) -> None:
    os.kill(school.pid(module), signal.SIGKILL)


def _answers(url: str) -> bool:
    door = Door(url)
    try:
        return door.send("GET", "/healthz")[0] == 200
    except (OSError, HTTPException):
        return False
    finally:
        door.line.close()


def _scan_a_picture(school: School) -> str:
    door = Door(school.kiosk)
    try:
        body = frame(school.code(BEN))
        return door.send("POST", "/scan", body, Content_Type="image/jpeg", Accept="application/json")[2]
    finally:
        door.line.close()


def test_whatever_dies_in_mid_lunch_nothing_confirmed_is_lost_and_the_lunch_goes_on(tmp_path: Path):
    data, ports = tmp_path / "data", _ports()
    board = fill(data)
    with closing(open_database(data / "programme.db")) as db:
        [(asked_before,)] = rows(db, "select count(*) from help_requests")
    with doors_open(data, board, ports=ports) as school, _asking(school.kiosk) as pupils:
        pupils.get_on()
        for _ in range(3):
            _kill(school, "kiosk")
            pupils.get_on()
        assert "page" in _scan_a_picture(school)
        _kill(school, "badges.reader")
        _until(lambda: "Hello Ben" in _scan_a_picture(school))
        _kill(school, "admin")
        _until(lambda: _answers(school.admin))
        family = psutil.Process(school.keeper).children(recursive=True)
        os.kill(school.keeper, signal.SIGKILL)
        _, left = psutil.wait_procs(family, timeout=10)
        assert left == [], "when the keeper dies, so do its children"
        with doors_open(data, board, ports=ports):
            pupils.get_on()
            pupils.over.set()
            pupils.join()
    assert pupils.wrong == []
    with closing(open_database(data / "programme.db")) as db:
        assert db.execute("pragma integrity_check").fetchone()[0] == "ok"
        assert journal.touched(db) is None
        kept = {each["key"]: f"/ticket/{each['id']}" for each in rows(db, "select key, id from help_requests")}
        on_duty = rows(db, "select mentor_id from duties where ended is null")
    assert {browser_key(key): ticket for key, ticket in pupils.tickets.items()}.items() <= kept.items()
    assert len(kept) == asked_before + len(pupils.tickets), "one row a key"
    assert sorted(each["mentor_id"] for each in on_duty)[-1] == BEN
    assert len(on_duty) == 2
