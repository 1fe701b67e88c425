"""Pupils who ask while processes are killed; and what is found after: each answer, one row a key (P25, P26)."""

import os
import random
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil

from benchmarks.school import Door, School, doors_open, fill
from mentoring.basics.forms import browser_key
from mentoring.store import journal
from mentoring.store.database import open_database, rows

PATIENCE = 300.0  # seconds until an answer must have come, on a machine that is busy with much else
OPENINGS = 5
VICTIMS = ("kiosk", "kiosk", "admin", "badges.reader", "keeper")


class Pupils(threading.Thread):
    """One pupil after another asks, each with one key until it is answered; every second one taps twice."""

    def __init__(self, kiosk: str, name: str = "pupil") -> None:
        super().__init__(name=name, daemon=True)
        self.kiosk = kiosk
        self.tickets: dict[str, str] = {}
        self.wrong: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        """Ask until told to stop."""
        for number in range(1_000_000):
            if self.over.is_set():
                return
            key = f"{self.name} {number}"
            ticket = self.tickets[key] = self._ask(key)
            if number % 2 and (again := self._ask(key)) != ticket:
                self.wrong.append(f"{key}: {ticket}, then {again}")

    def _ask(self, key: str) -> str:
        deadline = time.monotonic() + PATIENCE
        form = urlencode({"topic": "company", "mentor": "anyone", "key": key}).encode()
        headers = {"Content_Type": "application/x-www-form-urlencoded", "Origin": self.kiosk}
        while time.monotonic() < deadline:
            door = Door(self.kiosk)
            try:
                status, headers_back, _ = door.send("POST", "/ask", form, **headers)
                if status == 303:
                    return urlsplit(headers_back["location"]).path
            except (OSError, HTTPException):
                time.sleep(0.05)
            finally:
                door.line.close()
        self.wrong.append(f"{key}: no answer within {PATIENCE:.0f} s")
        return ""

    def get_on(self) -> None:
        """Wait until five more have been answered."""
        goal, deadline = len(self.tickets) + 5, time.monotonic() + PATIENCE
        while len(self.tickets) < goal:
            assert time.monotonic() < deadline, "the kiosk did not come back"
            time.sleep(0.02)


@contextmanager
def asking(kiosk: str, crowd: int = 1) -> Iterator[list[Pupils]]:
    """So many pupils at once, until the block ends."""
    pupils = [Pupils(kiosk, f"pupil {number}") for number in range(crowd)]
    for each in pupils:
        each.start()
    try:
        yield pupils
    finally:
        for each in pupils:
            each.over.set()
        for each in pupils:
            each.join()


def ports() -> tuple[int, int]:
    """Two free ports, for doors that come back at the same address."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def kill(school: School, module: str) -> bool:
    """Kill one process of a school; false if it is not running now."""
    try:
        os.kill(school.keeper if module == "keeper" else school.pid(module), signal.SIGKILL)
    except (StopIteration, ProcessLookupError, psutil.NoSuchProcess, IndexError):
        return False
    return True


def lost(data: Path, pupils: list[Pupils], asked_before: int) -> list[str]:
    """What is wrong in the file: an answer that is not in it, a key with two rows, a broken journal or page."""
    with closing(open_database(data / "programme.db")) as db:
        found = [] if db.execute("pragma integrity_check").fetchone()[0] == "ok" else ["the file is damaged"]
        found += ["the journal has a fault"] if journal.touched(db) is not None else []
        kept = {each["key"]: f"/ticket/{each['id']}" for each in rows(db, "select key, id from help_requests")}
        [(count,)] = rows(db, "select count(*) from help_requests")
    tickets = {browser_key(key): ticket for each in pupils for key, ticket in each.tickets.items()}
    found += [fault for each in pupils for fault in each.wrong]
    found += [f"lost: {ticket}" for key, ticket in tickets.items() if kept.get(key) != ticket]
    if count != asked_before + len(tickets):
        found.append(f"{count} rows for {asked_before} + {len(tickets)} keys")
    return found


def asked(data: Path) -> int:
    """How many requests are in the file."""
    with closing(open_database(data / "programme.db")) as db:
        [(count,)] = rows(db, "select count(*) from help_requests")
    return int(count)


@dataclass
class Round:
    """One lunch behind its doors with processes killed: how often each, how many answers, and what was wrong."""

    killed: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    wrong: list[str] = field(default_factory=list)


def _opened(ending: ExitStack, data: Path, board: str, own_ports: tuple[int, int]) -> School:
    """The school's doors, closed when `ending` is. Where the machine is too busy for them to open, tried again."""
    for _ in range(OPENINGS - 1):
        with suppress(SystemExit):
            return ending.enter_context(doors_open(data, board, ports=own_ports))
    return ending.enter_context(doors_open(data, board, ports=own_ports))


def _left(family: list[psutil.Process]) -> list[str]:
    """Who of a dead keeper's processes still runs after a minute, by their command lines; a busy box has that long."""
    _, left = psutil.wait_procs(family, timeout=60)
    found = []
    for each in left:
        with suppress(psutil.NoSuchProcess):
            found.append(" ".join(each.cmdline()[-3:]))
    return found


def killed_under_load(
    done: Round, base: Path, chance: random.Random, *, most: int, seconds: float, crowd: int, over: threading.Event
) -> None:
    """Kill a random process of the school, again and again, while a crowd asks; then see that nothing is lost.

    `base` is an empty folder to keep the school in. It ends after `most` kills, so many seconds, or when `over` is set.
    What happens is counted in `done` as it happens.
    """
    data, own_ports = base / "data", ports()
    board = fill(data)
    before, ends = asked(data), time.monotonic() + seconds
    with asking(f"http://127.0.0.1:{own_ports[0]}", crowd) as pupils:
        while done.killed.total() < most and time.monotonic() < ends and not over.is_set():
            with ExitStack() as ending:
                school = _opened(ending, data, board, own_ports)
                family = psutil.Process(school.keeper).children(recursive=True)
                while done.killed.total() < most and time.monotonic() < ends and not over.is_set():
                    over.wait(chance.uniform(0.2, 2))
                    victim = chance.choice(VICTIMS)
                    done.killed[victim] += kill(school, victim)
                    if victim == "keeper":
                        done.wrong += [f"the keeper died, and {each} lives on" for each in _left(family)]
                        break
                    family = psutil.Process(school.keeper).children(recursive=True)
        with ExitStack() as ending:
            _opened(ending, data, board, own_ports)
            for each in pupils:
                each.get_on()
                each.over.set()
            for each in pupils:
                each.join()
    done.answers = sum(len(each.tickets) for each in pupils)
    done.wrong += lost(data, pupils, before)
