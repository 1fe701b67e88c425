"""What a hundred log-ins leave in memory: the staff process before, while and after sixteen hands log in"""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import psutil

from benchmarks.demo import OWN_PAGE, example_school

HANDS, LOG_INS, PROMISED = 16, 100, 90


def main() -> None:
    """Print one table. Takes about two minutes: each name may be tried eight times a minute."""
    with example_school() as (process, told):
        [staff_door] = [
            each for each in psutil.Process(process.pid).children(recursive=True) if each.cmdline()[-1] == "admin"
        ]
        people = [each for each in told["staff"] if each["totp_secret"] is None]
        print("| log-ins | resident memory of the staff process (MB) | promised |")
        print("|---|---|---|")
        done, says = itertools.count(1), threading.Lock()

        def one_hand(number: int) -> None:
            door = build_opener(HTTPCookieProcessor(CookieJar()))
            for _ in range(number, LOG_INS, HANDS):
                _log_in(door, told["admin"], people[number % len(people)])
                with says:
                    if (turn := next(done)) % 20 == 0 and turn < LOG_INS:
                        _row(turn, staff_door)

        _row(0, staff_door)
        with ThreadPoolExecutor(HANDS) as hands:
            list(hands.map(one_hand, range(HANDS)))
        time.sleep(2)
        _row(LOG_INS, staff_door)


def _row(log_ins: int, process: psutil.Process) -> None:
    print(f"| {log_ins} | {process.memory_info().rss / 1024**2:.0f} | {PROMISED} |", flush=True)


def _log_in(door: OpenerDirector, admin: str, person: dict[str, str]) -> None:
    """One log-in, tried again until its minute allows it."""
    fields = urlencode({"email": person["email"], "password": person["password"]}).encode()
    while True:
        try:
            with door.open(Request(f"{admin}/log-in", fields, OWN_PAGE)) as answer:
                assert "/log-in" not in answer.url
                return
        except HTTPError as refused:
            if refused.code != 429:
                raise
            time.sleep(2)


if __name__ == "__main__":
    main()
