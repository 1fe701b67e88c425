"""`make soak`: processes killed again and again while pupils ask; nothing confirmed may be lost (P25, P26)

Then a fault is injected at every write of a lunch, the reader gets fuzzed pictures for ten minutes (P24), and slow
clients connect to the staff pages' proxy.
`python -m benchmarks.soak SECONDS` gives the lunch and the reader so many seconds each.
"""

import os
import random
import signal
import sqlite3
import sys
import time
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import psutil

from badges.code import load_key, make
from benchmarks import faults, fuzz, power_cut, slow_clients
from benchmarks.demo import OWN_PAGE, example_school

SECONDS = 120
SEED = 20261121


def main() -> None:
    """Ask and scan for two minutes while processes are killed at random; then count what was confirmed."""
    given = int(sys.argv[1]) if len(sys.argv) > 1 else None
    seconds = given or SECONDS
    chance, kept, killed, lost_answers = random.Random(SEED), set(), 0, 0
    with example_school() as (process, told):
        deadline = time.monotonic() + seconds
        kill_at = time.monotonic() + 2
        number = 0
        while time.monotonic() < deadline:
            number += 1
            key = f"soak-{number}"
            confirmed, retries = _until_answered(told["kiosk"], key)
            lost_answers += retries
            if confirmed:
                kept.add(key)
            if time.monotonic() > kill_at:
                children = psutil.Process(process.pid).children(recursive=True)
                victim = chance.choice(children)
                os.kill(victim.pid, signal.SIGKILL)
                killed += 1
                kill_at = time.monotonic() + chance.uniform(0.5, 3)
        time.sleep(6)
        rows = _rows(Path(told["data"]) / "programme.db")
        _scan_once(told)
    print(f"{len(kept)} requests confirmed, {lost_answers} answers asked for again, {killed} processes killed")
    print(f"{rows} rows for them: {'none lost, none twice' if rows == len(kept) else 'WRONG'}")
    violations = 0
    for sweep in (faults, power_cut):
        print(f"\n## {sweep.__doc__.splitlines()[0]}\n", flush=True)
        violations += sweep.sweep()
    print(f"\n## {fuzz.__doc__.splitlines()[0]}\n", flush=True)
    violations += fuzz.sweep(given or fuzz.SECONDS)
    print(f"\n## {slow_clients.__doc__.splitlines()[0]}\n", flush=True)
    violations += slow_clients.main()
    sys.exit(rows != len(kept) or violations > 0)


def _until_answered(kiosk: str, key: str) -> tuple[bool, int]:
    """Ask with one key until an answer comes, as the kiosk's page does."""
    form = urlencode({"topic": "company", "mentor": "anyone", "key": key}).encode()
    for retries in range(200):
        try:
            with urlopen(Request(f"{kiosk}/ask", form, OWN_PAGE), timeout=5) as answer:
                return "/ticket/" in answer.url, retries
        except (HTTPError, URLError, HTTPException, OSError):
            time.sleep(0.1)
    raise SystemExit("the kiosk did not come back within 20 s")


def _rows(database: Path) -> int:
    with sqlite3.connect(database) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        total: int = connection.execute("select count(*) from help_requests").fetchone()[0] - 3  # the example's own
    connection.close()
    return total


def _scan_once(told: dict[str, Any]) -> None:
    """Scan a typed badge at the end, to see that the kiosk works again."""
    data = Path(told["data"])
    with sqlite3.connect(data / "programme.db") as connection:
        number = connection.execute("select number from badges where mentor_id = 2").fetchone()[0]
    connection.close()
    form = urlencode({"code": make(number, load_key(data / "badge.key"))}).encode()
    with urlopen(
        Request(f"{told['kiosk']}/scan", form, OWN_PAGE | {"Accept": "application/json"}), timeout=5
    ) as answer:
        print("a scan after it all:", answer.read().decode().split('"page"')[0])


if __name__ == "__main__":
    main()
