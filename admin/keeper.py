"""Keeps the two doors: starts them, watches them, starts again the one that dies, stops both in order."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from admin.posting import Post
from mentoring import alerts, clock, close_of_day, retention
from mentoring.database import Changes, DatabaseTrouble, StillRead, open_database
from mentoring.settings import Settings

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_SECONDS = 0.2
CLOSING_SECONDS = 20.0
PASSING_ON_SECONDS = 1.0
READY_SECONDS = 30.0
STOP_SECONDS = 5.0
LONGEST_PAUSE = 5.0
_PACKAGE_ROOT = Path(__file__).resolve().parent.parent


class CannotOpen(Exception):
    """A door cannot be opened; the message says why."""


@dataclass
class Door:
    """One door's process. It holds the reading end of a pipe and ends when the writing end, here, is gone."""

    module: str
    host: str
    port: int
    process: subprocess.Popen[bytes] | None = None
    lifeline: int = -1
    pause: float = 0.0
    begun: float = 0.0

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://{self.near}:{self.port}"

    @property
    def near(self) -> str:
        """The address this box itself reaches it at: one that listens everywhere listens on loopback too."""
        return "127.0.0.1" if self.host in ("0.0.0.0", "") else self.host  # noqa: S104 # compared, not bound


def doors(settings: Settings) -> tuple[Door, Door]:
    """The kiosk's and the staff's door, where they may listen. Raises `CannotOpen` where a port is taken."""
    kiosk = Door("kiosk", "127.0.0.1", settings.kiosk_port or _free_port())
    admin = Door("admin", settings.admin_host, settings.admin_port or _free_port())
    for door in (kiosk, admin):
        _check_free(door)
    return kiosk, admin


def keep_open(settings: Settings, both: tuple[Door, Door], *, ready: Callable[[Door, Door], None]) -> None:
    """Keep both doors open until SIGTERM or Ctrl-C. `ready` is called once both answer. Raises `CannotOpen`."""
    for ending in ENDINGS:  # said aloud: a shell that started us in the background has told us to ignore Ctrl-C
        signal.signal(ending, _stop)
    # Kept open as long as the doors are: else each request would be the last to close the file, and pay for emptying
    # its log (5 syncs instead of one), and a look at the clock would write.
    kept = Changes(settings.database)
    post = Post(settings.database)
    try:
        kept.count()
        for door in both:
            _open(door, settings)
        _wait_until_ready(*both)
        ready(*both)
        closing = passing_on = clock.ticks()
        trouble = ""
        while True:
            time.sleep(LOOK_SECONDS)
            for door in both:
                _look_after(door, settings)
            post.tend()
            if clock.ticks() > passing_on:
                passing_on = clock.ticks() + PASSING_ON_SECONDS
                before, trouble = trouble, _pass_on_alerts(settings)
                if trouble not in ("", before):  # said once, not each second for as long as it lasts
                    print(trouble, file=sys.stderr)  # noqa: T201
            if clock.ticks() > closing:
                closing = clock.ticks() + CLOSING_SECONDS
                _close_the_day(settings)
                _forget(settings)
    except KeyboardInterrupt:
        print("Closing the doors.", file=sys.stderr)  # noqa: T201 # the command line speaks here
    finally:
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        _close(*both)
        post.close()
        kept.close()


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _check_free(door: Door) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((door.host, door.port))
        except OSError as error:
            raise CannotOpen(
                f"The {door.module} cannot listen on {door.host}:{door.port}: {error.strerror}."
                f" Is Drop-in running already? Choose another with DROPIN_{door.module.upper()}_PORT."
            ) from error


def _open(door: Door, settings: Settings) -> None:
    reading, door.lifeline = os.pipe()
    door.begun = clock.ticks()
    door.process = subprocess.Popen(
        [sys.executable, "-P", "-m", door.module],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),  # our own standard output is for whoever called us
        pass_fds=(reading,),
        env={
            **os.environ,
            "PYTHONPATH": str(_PACKAGE_ROOT),
            "DROPIN_LIFELINE": str(reading),
            "DROPIN_DATA": str(settings.data.resolve()),
            f"DROPIN_{door.module.upper()}_PORT": str(door.port),
        },
    )
    os.close(reading)


def _look_after(door: Door, settings: Settings) -> None:
    """Start a door again that died: at once the first time, then with longer pauses while it keeps dying."""
    if door.process is None or door.process.poll() is None:
        return
    now = clock.ticks()
    if now - door.begun > READY_SECONDS:
        door.pause = 0.0
    if now - door.begun < door.pause:
        return
    code = door.process.returncode
    print(f"The {door.module} ended ({code}) and is started again.", file=sys.stderr)  # noqa: T201
    os.close(door.lifeline)
    door.pause = min(LONGEST_PAUSE, max(0.5, door.pause * 2))
    _open(door, settings)


def _close_the_day(settings: Settings) -> None:
    """Forget the requests once the last drop-in is over. What stands in the way now is tried again at the next look."""
    try:
        db = open_database(settings.database)
        try:
            now = clock.now()
            if close_of_day.is_time(db, now=now, wait=timedelta(minutes=settings.close_after_minutes)):
                close_of_day.close(db, folder=settings.data, now=now)
        finally:
            db.close()
    except (DatabaseTrouble, sqlite3.Error, OSError, subprocess.SubprocessError, StillRead) as error:
        print(f"The day could not be closed yet: {error or 'somebody is still reading'}.", file=sys.stderr)  # noqa: T201


def _forget(settings: Settings) -> None:
    """Forget once a day what has had its time. What stands in the way now is tried again at the next look (P19)."""
    try:
        db = open_database(settings.database)
        try:
            now = clock.now()
            if retention.is_time(db, now=now):
                retention.run(db, folder=settings.data, now=now)
        finally:
            db.close()
    except (DatabaseTrouble, sqlite3.Error, OSError, StillRead) as error:
        print(f"Not all could be forgotten yet: {error or 'somebody is still reading'}.", file=sys.stderr)  # noqa: T201


def _pass_on_alerts(settings: Settings) -> str:
    """Pass on what nobody has answered. What stands in the way is the answer, and is tried again a second later."""
    try:
        db = open_database(settings.database)
        try:
            alerts.take_steps(db, now=clock.now())
        finally:
            db.close()
    except Exception as error:  # noqa: BLE001 # of all that this process does, keeping the doors open comes first
        return f"Alerts could not be passed on just now: {error}."
    return ""


def _wait_until_ready(*doors: Door) -> None:
    deadline = clock.ticks() + READY_SECONDS
    for door in doors:
        while not _answers(door):
            if door.process is not None and door.process.poll() is not None:
                raise CannotOpen(f"The {door.module} ended as it started; what it said stands above.")
            if clock.ticks() > deadline:
                raise CannotOpen(f"The {door.module} did not answer within {READY_SECONDS:.0f} seconds.")
            time.sleep(0.05)


def _answers(door: Door) -> bool:
    asking = http.client.HTTPConnection(door.near, door.port, timeout=2)
    try:
        asking.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        return asking.getresponse().status == 200
    except OSError:
        return False
    finally:
        asking.close()


def _close(*doors: Door) -> None:
    running = [door for door in doors if door.process is not None]
    for door in running:
        if door.process is not None:
            door.process.terminate()
    for door in running:
        if door.process is not None:
            try:
                door.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                door.process.kill()
                door.process.wait()
            os.close(door.lifeline)
