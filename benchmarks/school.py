"""The example school's lunch behind the doors that a school runs: filled by `dropin demo`, kept by `dropin run`."""

import json
import os
import re
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil

from admin.command_line import example_school as example
from badges.code import create_key, load_key, make
from benchmarks.demo import DROPIN, example_school
from mentoring.basics import clock
from mentoring.school import programme
from mentoring.store.database import open_database
from mentoring.store.migrations import migrate


class Wrong(Exception):
    """A door answered what it should not have; the message says what."""


@dataclass
class Door:
    """One client of one door, on one kept connection."""

    url: str
    line: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        self.line = HTTPConnection(parts.hostname or "", parts.port, timeout=10)

    def send(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """One question, as a page of ours sends it; status, headers and text of the answer."""
        given = {"Sec_Fetch_Site": "same-origin", **headers}
        self.line.request(method, path, body, {name.replace("_", "-"): value for name, value in given.items()})
        answer = self.line.getresponse()
        text = answer.read().decode()
        # Of two with one name, the first: the log-in comes before what only knows the browser.
        return answer.status, {name.lower(): value for name, value in reversed(answer.getheaders())}, text

    def get(self, path: str) -> str:
        """A page, which must be there."""
        status, _, text = self.send("GET", path)
        if status != 200:
            raise Wrong(f"GET {path}: {status}")
        return text

    def post(self, path: str, **fields: str) -> tuple[int, dict[str, str], str]:
        """A form, as a page sends it."""
        form = urlencode(fields).encode()
        return self.send("POST", path, form, Content_Type="application/x-www-form-urlencoded", Accept="text/html")


@dataclass(frozen=True)
class School:
    """A running school: its keeper, its addresses and its folder."""

    keeper: int
    kiosk: str
    admin: str
    board: str
    data: Path

    def pid(self, module: str) -> int:
        """The process of one door, or of the reader's child."""
        children = psutil.Process(self.keeper).children(recursive=True)
        return next(child.pid for child in children if child.cmdline()[-1] == module)

    def code(self, mentor: int) -> str:
        """What is printed under this mentor's square."""
        number = self.one("select number from badges where mentor_id = ? and ended is null", mentor)
        return make(int(number), load_key(self.data / "badge.key"))

    def one(self, sql: str, *values: object) -> int:
        """One number out of the programme's file."""
        with closing(sqlite3.connect(self.data / "programme.db")) as connection:
            return int(connection.execute(sql, values).fetchone()[0])


@contextmanager
def school_in_its_lunch() -> Iterator[School]:
    """The example school's folder, its doors kept by `dropin run` on free ports."""
    with tempfile.TemporaryDirectory(prefix="lunch-") as name:
        data = Path(name) / "data"
        board = fill(data)
        with doors_open(data, board, before=as_on_a_box()) as school:
            yield school


def as_on_a_box() -> list[str]:
    """What to put before a command so that root runs it under another user's id, as a box does; nothing for others.

    When root opens a write-ahead log, SQLite gives it to the database's owner: a write of its inode each second.
    """
    command = ["unshare", "--user", "--map-user=1000"]
    is_root = os.geteuid() == 0
    return command if is_root and subprocess.run([*command, "true"], check=False).returncode == 0 else []


def fill(data: Path) -> str:
    """Have the example school, in its lunch, written into a new folder; the board's path."""
    data.mkdir()
    with closing(open_database(data / "programme.db", create=True)) as db:
        migrate(db)
        example.found(db, folder=data, now=clock.now())
        create_key(data / "badge.key")
        return f"/board/{programme.load(db).board_link}"


@contextmanager
def doors_open(
    data: Path, board: str, *, ports: tuple[int, int] = (0, 0), before: Sequence[str] = (), **settings: str
) -> Iterator[School]:
    """`dropin run` on a folder that holds a programme; the ports are the kiosk's and the staff pages', 0 for any.

    It is in a process group of its own: a terminal's Ctrl-C ends the measurement, which then ends the school.
    """
    own = {"DROPIN_KIOSK_PORT": str(ports[0]), "DROPIN_ADMIN_PORT": str(ports[1]), **settings}
    command = [*before, DROPIN, "run", "--data", str(data)]
    with (
        tempfile.NamedTemporaryFile("r", prefix="words-") as words,
        open(words.name, "w") as said,
        subprocess.Popen(command, stderr=said, env={**os.environ, **own}, process_group=0) as process,
    ):
        try:
            kiosk, admin = _addresses(Path(words.name), process)
            yield School(process.pid, kiosk, admin, admin + board, data)
        finally:
            process.terminate()
            try:
                process.wait(20)
            finally:
                process.kill()


@contextmanager
def demo_in_its_lunch() -> Iterator[School]:
    """The same under `dropin demo`, whose keeper has the file open itself from the start."""
    with example_school(before=as_on_a_box()) as (process, told):
        yield School(process.pid, told["kiosk"], told["admin"], told["board"], Path(told["data"]))


def _addresses(words: Path, process: subprocess.Popen[bytes]) -> tuple[str, str]:
    for _ in range(2400):
        if found := re.search(r"Kiosk: (\S+)  Staff pages: (\S+)", words.read_text()):
            return found[1], found[2]
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit(f"the school did not open: {json.dumps(words.read_text()[-500:])}")
