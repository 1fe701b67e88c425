"""Supervises the two web processes: starts them, restarts one that ends, and stops both. Also runs the timed jobs."""

import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from admin.safeguarding.posting import Post
from mentoring.basics import clock
from mentoring.basics.settings import Settings
from mentoring.box import backups, doctor, remembered_head
from mentoring.lunch import close_of_day, duty
from mentoring.privacy import retention
from mentoring.safeguarding import alerts
from mentoring.school import clock_doubt, school_year
from mentoring.school.clock_doubt import Doubt
from mentoring.store import wiping
from mentoring.store.database import Changes, DatabaseTrouble, StillRead, empty_log, open_database

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_SECONDS = 0.2
CLOSING_SECONDS = 20.0
TRY_AGAIN_SECONDS = 120.0  # after a failed backup; each attempt reads the whole database
PASSING_ON_SECONDS = 1.0
REMEMBERING_SECONDS = 60.0
EMPTYING_SECONDS = 10.0  # what a copy of the database without its log may lack
READY_SECONDS = 30.0
STOP_SECONDS = 5.0
LONGEST_PAUSE = 5.0
_PACKAGE_ROOT = Path(__file__).resolve().parents[2]


class CannotOpen(Exception):
    """A web process cannot be started; the message says why."""


@dataclass
class Door:
    """One web process (the kiosk or the staff pages). It ends when `write_end`, our end of its pipe, is closed."""

    module: str
    host: str
    port: int
    process: subprocess.Popen[bytes] | None = None
    write_end: int = -1
    pause: float = 0.0
    begun: float = 0.0

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        return f"http://{self.near}:{self.port}"

    @property
    def near(self) -> str:
        """The host to reach it by from this machine: loopback if it listens on all addresses."""
        return "127.0.0.1" if self.host in ("0.0.0.0", "") else self.host  # noqa: S104 # compared, not bound


@dataclass
class Timer:
    """When a job is due again, every so many seconds."""

    seconds: float
    at: float = field(default_factory=lambda: clock.ticks())

    def is_due(self) -> bool:
        """Whether it is time. If so, the next time is so many seconds from now."""
        if clock.ticks() <= self.at:
            return False
        self.at = clock.ticks() + self.seconds
        return True


@dataclass
class BackupThread:
    """Makes backups on a thread of its own, so that a slow disk delays neither alerts nor the restart of a process."""

    next_try: float = 0.0
    thread: threading.Thread | None = None

    def look(self, settings: Settings) -> None:
        """Start a backup thread, unless one is running or the last one was too recent."""
        if clock.ticks() > self.next_try and not (self.thread and self.thread.is_alive()):
            self.thread = threading.Thread(target=self._back_up, args=(settings,), daemon=True)
            self.thread.start()

    def end(self) -> None:
        """Wait up to 5 seconds for a running backup. An unfinished file is never taken for a backup."""
        if self.thread is not None:
            self.thread.join(STOP_SECONDS)

    def _back_up(self, settings: Settings) -> None:
        self.next_try = clock.ticks() + TRY_AGAIN_SECONDS
        if _back_up(settings):
            self.next_try = clock.ticks() + CLOSING_SECONDS


@dataclass
class ClockWatch:
    """Notices when somebody sets the clock while this process runs.

    `trusted` is `clock.offset` of when the clock was last in no doubt; None from a doubt until an adult has ended it.
    """

    trusted: float | None = None

    def is_still(self) -> bool:
        """Whether the clock was not set since it was trusted. Otherwise no job that goes by its time may run."""
        return self.trusted is None or not clock_doubt.has_moved(self.trusted, clock.offset())

    def begin(self, settings: Settings) -> None:
        """Look at the whole journal for a very long rest, before anything goes by the clock."""
        with contextlib.closing(open_database(settings.database)) as db:
            now, self.trusted = clock.now(), clock.offset()
            if doubt := clock_doubt.look_back(db, now=now, longest_rest=settings.longest_rest):
                self._doubt(doubt, now=now, zone=school_year.zone(db))

    def look(self, settings: Settings) -> str:
        """Note it when the clock was set; trust it again when it is in no doubt. Returns a failure in words, or empty.

        A clock that shows by itself that it is wrong, such as one in 1970, is trusted again as soon as it is set back.
        """
        if self.trusted is not None and self.is_still():
            return ""
        try:
            with contextlib.closing(open_database(settings.database)) as db:
                now, offset = clock.now(), clock.offset()
                doubt = clock_doubt.doubt(db, now=now, longest_rest=settings.longest_rest)
                if self.trusted is not None and doubt not in clock_doubt.SHOWN_BY_THE_CLOCK:
                    clock_doubt.begin(db, Doubt.MOVED, now=now)
                    self._doubt(Doubt.MOVED, now=now, zone=school_year.zone(db))
                elif doubt is None:
                    self.trusted = offset
        except (DatabaseTrouble, sqlite3.Error, OSError) as error:
            return f"The clock could not be looked at just now: {error}."
        return ""

    def _doubt(self, doubt: Doubt, *, now: datetime, zone: str) -> None:
        self.trusted = None
        check = doctor.time_of_day(now=now, doubt=doubt, zone=zone)
        print(f"{check.name}: {check.words} {check.do}", file=sys.stderr)  # noqa: T201


@dataclass
class Renewal:
    """When to start the kiosk's process anew: after each close of day, as soon as no drop-in runs.

    Ids and words of tickets stay in the memory of a process, in freed strings too, until it ends (P8).
    """

    closed: datetime | None = None

    def is_due(self, settings: Settings) -> bool:
        """Whether a day was closed, by whomever, since the last call that said so. A failure counts as no."""
        try:
            with contextlib.closing(open_database(settings.database)) as db:
                last = close_of_day.latest_self_test(db)
                if last is None or last.at == self.closed:
                    return False
                early = timedelta(minutes=settings.scan_early_minutes)
                if duty.running(db, now=clock.now(), early=early):
                    return False
        except (DatabaseTrouble, sqlite3.Error):
            return False
        self.closed = last.at
        return True


def doors(settings: Settings) -> tuple[Door, Door]:
    """The kiosk's and the staff pages' processes, not started. Raises CannotOpen if a port is taken."""
    kiosk = Door("kiosk", "127.0.0.1", settings.kiosk_port or _free_port())
    admin = Door("admin", settings.admin_host, settings.admin_port or _free_port())
    for door in (kiosk, admin):
        _check_free(door)
    return kiosk, admin


def keep_open(
    settings: Settings,
    both: tuple[Door, Door],
    *,
    lock: int,
    ready: Callable[[Door, Door], None],
    prepare: Callable[[], object] | None = None,
) -> None:
    """Run both web processes until SIGTERM, SIGHUP or Ctrl-C. `ready` is called once both answer. Raises CannotOpen.

    `lock` is the file descriptor of the data folder's lock. The processes inherit it, so the lock lasts until the last
    of them ends. `prepare` is given when the file could not be written yet: it is called until it raises nothing.
    """
    settings = settings.model_copy(update={f"{each.module}_port": each.port for each in both})
    for ending in ENDINGS:  # set explicitly: a process started in the background of a shell ignores SIGINT
        signal.signal(ending, _stop)
    # An open connection keeps the write-ahead log. Without one, each request would close the last connection, which
    # empties the log (5 fsyncs instead of 1), and even reading would write.
    kept, backup_thread, watch = Changes(settings.database), BackupThread(), ClockWatch()
    post = Post(settings.database, mail_ports=settings.own_mail_ports)
    try:
        _keep_log(kept)
        # Done before any job, and again each second where the disk refuses it now.
        owed = _left_to_do([*([prepare] if prepare else []), partial(watch.begin, settings)])
        for door in both:
            _open(door, settings, lock)
        _wait_until_ready(*both)
        ready(*both)
        closing, passing_on = Timer(CLOSING_SECONDS), Timer(PASSING_ON_SECONDS)
        remembering, emptying = Timer(REMEMBERING_SECONDS), Timer(EMPTYING_SECONDS)
        trouble, is_older, renewal = "", False, Renewal()
        renewal.is_due(settings)  # what was closed before these processes were started
        while True:
            time.sleep(LOOK_SECONDS)
            for door in both:
                _look_after(door, settings, lock)
            post.tend()
            if passing_on.is_due():
                _keep_log(kept)
                owed = _left_to_do(owed)
                before, trouble = trouble, _pass_on_alerts(settings) or watch.look(settings)
                if trouble not in ("", before):  # report a failure once, not every second
                    print(trouble, file=sys.stderr)  # noqa: T201
            if emptying.is_due():
                _empty_log(settings)
            if remembering.is_due():
                is_older = _remember_the_trail(settings, was_older=is_older)
            if not owed and watch.is_still() and closing.is_due():
                close_the_day(settings)
                if renewal.is_due(settings):
                    _renew(both[0], settings, lock)
                forget(settings)
            if watch.is_still():
                backup_thread.look(settings)
    except KeyboardInterrupt:
        print("Closing the doors.", file=sys.stderr)  # noqa: T201 # output of the command line
    finally:
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        _close(*both)
        backup_thread.end()
        post.close()
        kept.close()


def _keep_log(kept: Changes) -> None:
    """Open the connection that keeps the log, unless the disk refuses; the caller tries again a second later."""
    with contextlib.suppress(DatabaseTrouble, sqlite3.Error):
        kept.count()


def _empty_log(settings: Settings) -> None:
    """Empty the write-ahead log, unless the disk refuses or somebody is writing; the caller tries again."""
    with contextlib.suppress(sqlite3.Error, OSError):
        empty_log(settings.database)


def _left_to_do(steps: list[Callable[[], object]]) -> list[Callable[[], object]]:
    """Do these steps in their order; the first that fails and those after it are returned."""
    for place, step in enumerate(steps):
        try:
            step()
        except (DatabaseTrouble, sqlite3.Error, OSError):
            return steps[place:]
    return []


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


def _open(door: Door, settings: Settings, lock: int) -> None:
    reading, door.write_end = os.pipe()
    door.begun = clock.ticks()
    door.process = subprocess.Popen(
        [sys.executable, "-P", "-m", door.module],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),  # standard output is kept for the line of JSON that programs read
        pass_fds=(reading, lock),
        env={
            **os.environ,
            "PYTHONPATH": str(_PACKAGE_ROOT),
            "DROPIN_PARENT_PIPE": str(reading),
            "DROPIN_DATA": str(settings.data.resolve()),
            "DROPIN_KIOSK_PORT": str(settings.kiosk_port),
            "DROPIN_ADMIN_PORT": str(settings.admin_port),
        },
    )
    os.close(reading)


def _look_after(door: Door, settings: Settings, lock: int) -> None:
    """Restart a process that has ended: at once the first time, then after pauses of up to 5 seconds."""
    if door.process is None or door.process.poll() is None:
        return
    now = clock.ticks()
    if now - door.begun > READY_SECONDS:
        door.pause = 0.0
    if now - door.begun < door.pause:
        return
    code = door.process.returncode
    print(f"The {door.module} ended ({code}) and is started again.", file=sys.stderr)  # noqa: T201
    os.close(door.write_end)
    door.pause = min(LONGEST_PAUSE, max(0.5, door.pause * 2))
    _open(door, settings, lock)


def _renew(door: Door, settings: Settings, lock: int) -> None:
    """End a web process and start it again at once."""
    _close(door)
    _open(door, settings, lock)


def _said(error: BaseException, otherwise: str = "") -> str:
    """What an error says, without the full stop of a sentence."""
    return str(error).removesuffix(".") or otherwise


def close_the_day(settings: Settings) -> None:
    """Close the day once the last drop-in is over, unless the clock is in doubt.

    A failure is printed, and tried again after 20 seconds.
    """
    try:
        db = open_database(settings.database)
        try:
            now = clock.now()
            if clock_doubt.doubt(db, now=now, longest_rest=settings.longest_rest):
                return
            close_of_day.take_back(db, now=now)
            if close_of_day.is_time(db, now=now, wait=timedelta(minutes=settings.close_after_minutes)):
                close_of_day.close(db, folder=settings.data, now=now)
        finally:
            db.close()
    except (DatabaseTrouble, sqlite3.Error, OSError, subprocess.SubprocessError, StillRead) as error:
        print(f"The day could not be closed yet: {_said(error, 'somebody is still reading')}.", file=sys.stderr)  # noqa: T201


def _back_up(settings: Settings) -> bool:
    """Make the hourly backup if it is due; returns whether nothing failed. A failure is printed, never raised."""
    try:
        with contextlib.closing(open_database(settings.database)) as db:
            backups.make_if_due(
                db,
                folder=settings.backups,
                second=settings.second_backups,
                badge_key=settings.badge_key,
                now=clock.now(),
                longest=timedelta(days=settings.backup_days),
                longest_rest=settings.longest_rest,
            )
    except (DatabaseTrouble, sqlite3.Error, OSError, backups.CannotKeep, backups.TracesLeft, ValueError) as error:
        print(f"No backup could be made yet: {_said(error, 'traces of requests were left in it')}.", file=sys.stderr)  # noqa: T201
        return False
    return True


def forget(settings: Settings) -> None:
    """Run retention if it is due, once a day (P19), unless the clock is in doubt.

    A failure is printed, and tried again after 20 seconds.
    """
    try:
        db = open_database(settings.database)
        try:
            now = clock.now()
            if clock_doubt.doubt(db, now=now, longest_rest=settings.longest_rest):
                wiping.finish(db, now=now)  # what was deleted already has no more to do with the time
            elif retention.is_time(db, now=now):
                retention.run(db, folder=settings.data, now=now)
        finally:
            db.close()
    except (DatabaseTrouble, sqlite3.Error, OSError, StillRead) as error:
        print(f"Not all could be forgotten yet: {_said(error, 'somebody is still reading')}.", file=sys.stderr)  # noqa: T201


def _pass_on_alerts(settings: Settings) -> str:
    """Pass unanswered alerts on. Returns the failure in words, or empty; the caller tries again a second later."""
    try:
        db = open_database(settings.database)
        try:
            alerts.take_steps(db, now=clock.now())
        finally:
            db.close()
    except Exception as error:  # noqa: BLE001 # whatever fails here, the web processes must keep running
        return f"Alerts could not be passed on just now: {_said(error)}."
    return ""


def _remember_the_trail(settings: Settings, *, was_older: bool) -> bool:
    """Remember where the trail ends. Returns whether the database is an older copy; prints it the first time."""
    try:
        with contextlib.closing(open_database(settings.database)) as db:
            is_older = not remembered_head.remember(db, settings.data, now=clock.now())
    except (DatabaseTrouble, sqlite3.Error, OSError):
        return was_older  # the other jobs say what is wrong
    if is_older and not was_older:
        way_back = backups.way_back(settings, now=clock.now())
        check = doctor.older_copy(way_back)
        print(f"Programme: {check.words} {check.do}", file=sys.stderr)  # noqa: T201
    return is_older


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
            os.close(door.write_end)
