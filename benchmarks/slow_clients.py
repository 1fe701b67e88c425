"""Slow clients at the staff door (as in a slowloris attack), and how soon the board and the kiosk still answer

A quarter of them send nothing, a quarter never finish their headers, a quarter never finish a form, a quarter never
read the answer; whoever is disconnected connects again at once. Each measured request is made on a new connection.
`python -m benchmarks.slow_clients CALLERS SECONDS` takes another number of clients, or more time.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.lunch import Table, share
from benchmarks.proxy import Proxy, proxy_before
from benchmarks.school import School, doors_open, fill

CALLERS = 200
MANY = 1200  # more than the staff door's limit of connections
SECONDS = 20.0
PATIENCE = 10.0
NAME = "drop-in.school.example"
MOST = 1000  # milliseconds, p95


@dataclass
class Asker:
    """A client that sends the same request again and again, each on a new connection."""

    connect: Callable[[], HTTPConnection]
    path: str
    milliseconds: list[float] = field(default_factory=list)
    unanswered: int = 0

    def ask(self) -> None:
        """Send one request; one without an answer counts with all the time it waited."""
        began = time.perf_counter()
        try:
            with closing(self.connect()) as connection:
                connection.request("GET", self.path)
                answer = connection.getresponse()
                answer.read()
                self.unanswered += answer.status != 200
        except (OSError, HTTPException):
            self.unanswered += 1
        self.milliseconds.append(1000 * (time.perf_counter() - began))

    def ask_until(self, ends: float) -> None:
        """With a tenth of a second in between."""
        while time.monotonic() < ends:
            self.ask()
            time.sleep(0.1)


def by_proxy(proxy: Proxy) -> HTTPConnection:
    """A new connection over TLS."""
    connection = HTTPConnection(NAME, timeout=PATIENCE)
    connection.sock = proxy.connected(NAME)
    connection.sock.settimeout(PATIENCE)
    return connection


def straight(url: str) -> HTTPConnection:
    """A new connection to a door itself."""
    parts = urlsplit(url)
    return HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)


@contextmanager
def slow_clients(port: int, callers: int, seconds: float, *name: str) -> Iterator[dict[str, int]]:
    """So many slow clients at this port, in a process of their own; yields a dict that gets its counts at the end."""
    told: dict[str, int] = {}
    if not callers:
        yield told
        return
    command = [
        sys.executable,
        "-m",
        "benchmarks.slow_client_process",
        "127.0.0.1",
        str(port),
        str(callers),
        str(seconds),
        *name,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        time.sleep(3)
        yield told
        told.update(json.loads(process.communicate(timeout=seconds + 60)[0]))


def measure(table: Table, school: School, proxy: Proxy | None, callers: int, seconds: float) -> None:
    """One row for the board, one for the kiosk. The promise is about the proxy, and up to `CALLERS`."""
    promised = proxy is not None and callers <= CALLERS
    board = urlsplit(school.board).path + ".json"
    by_way = (lambda: by_proxy(proxy)) if proxy else (lambda: straight(school.admin))
    askers = {"board": Asker(by_way, board), "kiosk": Asker(lambda: straight(school.kiosk), "/")}
    port, name = (proxy.port, (NAME,)) if proxy else (urlsplit(school.admin).port or 0, ())
    with slow_clients(port, callers, seconds + 5, *name) as told:
        ends = time.monotonic() + seconds
        asking = [threading.Thread(target=each.ask_until, args=(ends,)) for each in askers.values()]
        for each in asking:
            each.start()
        for each in asking:
            each.join()
    where = "at the proxy" if proxy else "straight at the staff door"
    who = f"{callers} slow clients {where}" if callers else f"no slow client {where}"
    there = f"; {told['connected']} connected, {told['cuts']} cut off, {told['refused']} refused" if told else ""
    for what, asker in askers.items():
        times = asker.milliseconds
        measured = f"p50 {share(times, 0.5):.0f} ms, p95 {share(times, 0.95):.0f} ms, most {max(times):.0f} ms"
        measured += f"; {asker.unanswered} of {len(times)} without an answer"
        kept = share(times, 0.95) <= MOST and not asker.unanswered if promised else None
        table.row(f"{who}: {what}{there}", measured, f"p95 <= {MOST} ms, all answered" if promised else "", kept=kept)


def main(callers: int = CALLERS, seconds: float = SECONDS) -> int:
    """Print one table; how many promises it did not keep."""
    table = Table()
    print("| who, and what is asked | measured | promise | kept |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="slow-") as folder:
        data = Path(folder) / "data"
        opened = doors_open(data, fill(data), DROPIN_PROXY="1", DROPIN_ADMIN_NAMES=NAME)
        with opened as school, proxy_before(urlsplit(school.admin).port or 0, NAME) as proxy:
            for many in (0, callers, max(MANY, callers)):
                measure(table, school, proxy, many, seconds)
            for many in (0, callers, max(MANY, callers)):
                measure(table, school, None, many, seconds)
    print(f"\n{table.missed} promises not kept")
    return table.missed


if __name__ == "__main__":
    given = [float(each) for each in sys.argv[1:]]
    sys.exit(main(int(given[0]) if given else CALLERS, given[1] if len(given) > 1 else SECONDS) > 0)
