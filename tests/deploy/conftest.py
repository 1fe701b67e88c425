"""The proxy for real: Debian's Caddy with our own Caddyfile before the staff pages' own process, on free ports."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest

from benchmarks.proxy import PATIENCE, Proxy, free_port, proxy_before, until
from mentoring.planning import calendars
from mentoring.store.database import open_database
from tests.conftest import Cast, at

ROOT = Path(__file__).resolve().parents[2]
NAME, OTHER_NAME = "drop-in.harbour.example", "box.harbour.example"


@dataclass(frozen=True)
class Answer:
    """What came back; header names in lower case, the cookies apart because there may be several."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...]

    @property
    def text(self) -> str:
        """The body as words."""
        return self.body.decode()


@dataclass(frozen=True)
class Box:
    """A box on the school's network: the proxy, the staff door behind it, and the secrets in its addresses."""

    proxy: Proxy
    data: Path
    admin_port: int
    board: str
    calendar: str

    def ask(self, method: str, path: str, body: bytes | None = None, *, host: str = NAME, **headers: str) -> Answer:
        """One question over TLS, on a connection of its own."""
        line = HTTPConnection(NAME, timeout=PATIENCE)
        with closing(line):
            line.sock = self.proxy.connected(NAME)
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method, path, body, {"Host": host, **named})
            return read(line.getresponse())

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """A form, as a page sends it."""
        form = urlencode(fields).encode()
        return self.ask("POST", path, form, Content_Type="application/x-www-form-urlencoded", **headers)


def read(answer: HTTPResponse) -> Answer:
    """The whole answer."""
    body = answer.read()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, headers, body, tuple(answer.headers.get_all("Set-Cookie", [])))


@contextmanager
def door_open(data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The staff pages as the box's unit runs them: told of the proxy."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DROPIN_")}
    told = {"DROPIN_DATA": str(data), "DROPIN_ADMIN_PORT": str(port), "DROPIN_PROXY": "1"}
    told |= {"DROPIN_ADMIN_NAMES": f"{NAME}, {OTHER_NAME}", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "admin"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**kept, **told}) as process:
        try:
            until(lambda: listens(port))
            yield process
        finally:
            process.terminate()
            try:
                process.wait(15)
            finally:
                process.kill()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def closed_box(written_school: tuple[Path, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """The cast's programme behind the proxy, its staff door not open yet."""
    data = tmp_path_factory.mktemp("box")
    shutil.copy(written_school[0], data)
    (data / "badge.key").write_text(bytes(range(32)).hex() + "\n", encoding="ascii")
    with closing(open_database(data / "programme.db")) as db:
        calendars.give_link(db, None, by="staff 1", now=at("12:00", date(2026, 9, 1)))
        [programme] = db["programme"].rows
        board, calendar = f"/board/{programme['board_link']}", f"/calendar/{calendars.link_of(db, None)}.ics"
    admin_port = free_port()
    with proxy_before(admin_port, NAME, OTHER_NAME) as proxy:
        yield Box(proxy, data, admin_port, board, calendar)


@pytest.fixture(scope="module")
def box(closed_box: Box) -> Iterator[Box]:
    """The same with its door open."""
    with door_open(closed_box.data, closed_box.admin_port):
        yield closed_box
