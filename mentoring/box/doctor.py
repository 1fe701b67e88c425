"""The doctor: checks each part of the box and says its state and what to do about it. Changes nothing."""

import os
import shlex
import shutil
import socket
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from sqlite_utils import Database

from mentoring.access import keys, staff
from mentoring.access.keys import OnPaper
from mentoring.basics import clock
from mentoring.basics.settings import Settings
from mentoring.box import backups, remembered_head, restoring
from mentoring.box.backups import Standing, Trouble
from mentoring.lunch import close_of_day
from mentoring.lunch.close_of_day import SelfTest
from mentoring.school import clock_doubt, school_year
from mentoring.school.clock_doubt import Doubt
from mentoring.store import folder_lock, writable
from mentoring.store.database import (
    CannotWrite,
    DatabaseTrouble,
    EarlierVersion,
    open_database,
    open_to_read,
    row,
)
from mentoring.store.migrations import schema_fault

# words

LITTLE_SPACE, NO_SPACE = 1 << 30, 200 << 20
LARGE_LOG = 64 << 20
CLOSES_WITHIN = timedelta(hours=1)
# What the doors' children need, by the names they import: the reader, the sheet maker, the planner.
LIBRARIES = ("cv2", "zxingcpp", "pyzbar", "reportlab", "pypdfium2", "PIL", "ortools")
PROGRAMS = (
    ("chromium", "the kiosk's browser"),
    ("caddy", "staff pages for other machines"),
    ("age", "opening a backup without Drop-in"),
)
# What brings dead badges back, for whoever has the papers and sticks of the old box.
FETCH_KEY = (
    "Fetch badge-key.age, which lies beside every backup, put it beside the backup that was restored, and restore that"
    " again; or copy badge.key from the old box."
)
KEY_LOST = (
    f"{FETCH_KEY} Without any copy: dropin badges OUT.pdf --new-key makes a new one, and all badges are printed anew."
)
_CLOSE_DAY = "Run: dropin close-day"
DOUBTS = {
    Doubt.TOO_EARLY: "before this program was made",
    Doubt.BEHIND: "earlier than what was written last",
    Doubt.RESTED: "very long after what was written before",
    Doubt.MOVED: "and was set by ten minutes or more while Drop-in ran",
}


class State(StrEnum):
    """How one part is: well, worth a look, or in need of somebody."""

    OK = "ok"
    LOOK = "look"
    BAD = "bad"


@dataclass(frozen=True)
class Check:
    """One part of the box: how it is, a remedy in everybody's words, and what whoever looks after the box does."""

    name: str
    state: State
    words: str
    remedy: str = ""
    technical: str = ""

    @property
    def do(self) -> str:
        """The whole remedy."""
        return " ".join(each for each in (self.remedy, self.technical) if each)


class SecondPlace(StrEnum):
    """Whether backups are kept in a second place, and where that is."""

    NONE = "none"
    MISSING = "missing"
    SAME_DISK = "same_disk"
    NOT_COPIED = "not_copied"
    OTHER_DISK = "other_disk"


# rules


def size(count: int) -> str:
    """Bytes as a person reads them."""
    if count >= 1 << 30:
        return f"{count / (1 << 30):.1f} GB"
    return f"{count // (1 << 20)} MB" if count >= 1 << 20 else f"{-(-count // 1024)} KB"


def disk(free: int) -> Check:
    """Whether the disk has enough free space."""
    if free < NO_SPACE:
        return Check("Disk", State.BAD, f"only {size(free)} are free.", "Free space: the lunch cannot be written down.")
    if free < LITTLE_SPACE:
        return Check("Disk", State.LOOK, f"{size(free)} are free.", "Free some space soon.")
    return Check("Disk", State.OK, f"{size(free)} are free.")


def database(trouble: str, way_back: str) -> Check:
    """Whether the database is undamaged; `trouble` is empty when it is."""
    if trouble:
        return Check("Programme", State.BAD, trouble, _restored(way_back), way_back)
    return Check("Programme", State.OK, "its file is whole.")


def older_copy(way_back: str) -> Check:
    """What is said of a database that lacks the row with which this box's trail ended last."""
    words = "its file is an older copy than the one this box wrote last: what was done since is missing."
    return Check("Copy", State.BAD, words, _restored(way_back), way_back)


def _restored(way_back: str) -> str:
    return "The newest backup brings it back." if way_back else "There is no backup on this box."


def cannot_write(why: str) -> Check:
    """The disk or the folder takes no writing; `why` says what it is and what to do."""
    return Check("Writing", State.BAD, "it is refused.", technical=why)


def said_time(moment: datetime, zone: str) -> str:
    """A moment in the school's time, with its date."""
    return f"{clock.wall(moment, zone):%d %B %Y, %H:%M}"


def lead(*, is_made: bool, has_lead: bool) -> Check:
    """Whether somebody is the lead: without one, every page asks for the set-up."""
    if is_made and not has_lead:
        return Check("Lead", State.BAD, "nobody is the lead.", "Restore a backup that has one.", "Run: dropin restore")
    return Check("Lead", State.OK, "there is one." if has_lead else "the programme is not set up yet.")


def log(length: int) -> Check:
    """Whether the write-ahead log is of an ordinary size."""
    if length > LARGE_LOG:
        return Check(
            "Log", State.LOOK, f"it holds {size(length)}.", "Something reads for very long: start the box again."
        )
    return Check("Log", State.OK, f"{size(length)}.")


def backed_up(standing: Standing, zone: str) -> Check:
    """Whether the last backup is young enough, and the next can be made."""
    if standing.newest is None:
        words = "there is none yet."
    else:
        words = f"the last one is of {said_time(standing.newest.made, zone)}."
    match standing.trouble:
        # What is wrong with the second place alone, its own check says.
        case None | Trouble.SAME_DISK | Trouble.NOT_COPIED:
            return Check("Backups", State.OK, words)
        case Trouble.NO_KEY:
            return Check("Backups", State.BAD, words, "Make the recovery key first, on the staff pages.")
        case Trouble.NONE_YET:
            return Check("Backups", State.LOOK, words, "The first is made within the hour while Drop-in runs.")
        case Trouble.LATE:
            return Check("Backups", State.BAD, words, "Keep Drop-in running, or back up now.", "Run: dropin backup")
        case _:
            return Check("Backups", State.BAD, words, f"In {standing.place} {standing.trouble}: put that right.")


def second_place(place: SecondPlace, folder: Path | None = None) -> Check:
    """Whether backups are also kept on a second disk."""
    name, setting = "Second place", f"DROPIN_BACKUP_DIR is {folder}."
    match place:
        case SecondPlace.NONE:
            remedy = "Have them kept on a stick or a share too, so that one outlives this disk."
            technical = "Set DROPIN_BACKUP_DIR to a folder there."
            return Check(name, State.LOOK, "backups are kept on this box alone.", remedy, technical)
        case SecondPlace.MISSING:
            words = "the stick or share for backups is not there: they are kept on this box alone."
            return Check(name, State.BAD, words, "Plug the stick in, or connect the share.", setting)
        case SecondPlace.SAME_DISK:
            words = "the second place is on the same disk as the programme: a broken disk takes both."
            return Check(name, State.LOOK, words, "Is the stick plugged in, or the share connected?", setting)
        case SecondPlace.NOT_COPIED:
            remedy = "It is copied within minutes while Drop-in runs. If this stays, try another stick."
            technical = f"Run: dropin backup. {setting}"
            return Check(name, State.LOOK, "the newest backup is not there.", remedy, technical)
        case SecondPlace.OTHER_DISK:
            return Check(name, State.OK, "backups are kept on another disk too.")


def forgetting(
    last: SelfTest | None, *, now: datetime, traces: int | None = 0, waits: bool = False, is_late: bool = False
) -> Check:
    """Whether requests were deleted and no trace of them is left.

    `traces` is what a search just found, None when it could not be made; `waits` whether a drop-in is over and not
    closed, `is_late` whether it should have been closed by now. Neither says whether anybody asked.
    """
    if traces:
        remedy = "Take away copies that somebody made in the folder, then close the day again."
        return Check("Forgetting", State.BAD, "traces of requests are in the folder.", remedy, _CLOSE_DAY)
    if waits:
        words = "a drop-in is over and not closed: its requests are not forgotten."
        return Check("Forgetting", State.BAD if is_late else State.LOOK, words, technical=_CLOSE_DAY)
    if traces is None:
        return Check("Forgetting", State.LOOK, "the files could not be looked through.", "Try again in a minute.")
    if last is None:
        return Check("Forgetting", State.LOOK, "no day was closed yet.", "The first drop-in's end does it.")
    if last.traces:
        words = f"{last.traces} traces of requests were found on {last.at:%d %B}."
        return Check("Forgetting", State.BAD, words, technical=_CLOSE_DAY)
    words = f"the last look, on {last.at:%d %B %Y}, found nothing."
    return Check("Forgetting", State.OK if now - last.at < timedelta(days=60) else State.LOOK, words)


def time_of_day(*, now: datetime, doubt: Doubt | None, zone: str) -> Check:
    """Whether the clock can be trusted."""
    words = f"it says {said_time(now, zone)}"
    if doubt is None:
        return Check("Clock", State.OK, f"{words}.")
    remedy = "Set it, or say on Today that it is right: until then the kiosk waits, and nothing is closed or forgotten."
    return Check("Clock", State.BAD, f"{words}, {DOUBTS[doubt]}.", remedy)


def badge_key(mode: int | None, path: Path) -> Check:
    """Whether the badge key's file exists and only its owner can read it."""
    if mode is None:
        words = "it is not there: no printed badge can be read, and none can be printed."
        technical = f"{path} is missing. {KEY_LOST}"
        return Check("Badge key", State.BAD, words, "It is fetched from beside a backup.", technical)
    if mode & 0o077:
        remedy = f"Run: chmod 600 {shlex.quote(str(path))}"
        return Check("Badge key", State.BAD, "others on this machine can read it.", technical=remedy)
    return Check("Badge key", State.OK, "it is there, for this programme's eyes alone.")


def paper(key: OnPaper | None, *, signs: bool = True) -> Check:
    """Whether the recovery key is on paper, and the box signs backups for it."""
    if key is None:
        return Check(
            "Recovery key", State.BAD, "none was made.", "Make it on the staff pages: nothing is backed up before."
        )
    if not signs:
        return Check("Recovery key", State.BAD, "this box cannot sign backups for it.", "Make another.")
    if key.confirmed is None:
        return Check("Recovery key", State.LOOK, "nobody has typed from its paper.", "Do so on the staff pages.")
    return Check("Recovery key", State.OK, f"its paper was tried on {key.confirmed:%d %B %Y}.")


def folder(mode: int, path: Path) -> Check:
    """Whether others on this machine can look into the programme's folder."""
    if mode & 0o077:
        remedy = f"Run: chmod 700 {shlex.quote(str(path))}"
        return Check("Folder", State.LOOK, "others on this machine may look into it.", technical=remedy)
    return Check("Folder", State.OK, "nobody else on this machine can look into it.")


def doors(*, is_running: bool, silent: list[int], taken: list[int]) -> Check:
    """Whether both doors answer; while they do not run, whether their ports are free."""
    if is_running and silent:
        return Check(
            "Doors", State.BAD, f"nothing answers on port {silent[0]}.", technical="Look at what dropin run says."
        )
    if is_running:
        return Check("Doors", State.OK, "both are open.")
    if taken:
        return Check(
            "Doors",
            State.BAD,
            f"another program has port {taken[0]}.",
            technical="End it, or set DROPIN_KIOSK_PORT or DROPIN_ADMIN_PORT.",
        )
    return Check("Doors", State.LOOK, "they are closed; their ports are free.", technical="Run: dropin run")


def found_or_not(name: str, missing: list[str], *, there: str, remedy: str = "", technical: str = "") -> Check:
    """Whether all of several things are there."""
    if missing:
        return Check(name, State.LOOK, f"not found: {', '.join(missing)}.", remedy, technical)
    return Check(name, State.OK, there)


# memory


def _trouble_of(db: Database) -> str:
    if db.execute("pragma integrity_check").fetchone()[0] != "ok":
        return "its file is damaged."
    fault = schema_fault(db.conn)
    return f"its file is not as Drop-in makes it: {fault}; no backup of it can be restored." if fault else ""


def _forgetting(db: Database, settings: Settings, *, now: datetime) -> Check:
    allowed = timedelta(minutes=settings.close_after_minutes) + CLOSES_WITHIN
    try:
        traces = close_of_day.look(db, settings.data)[1]
    except (OSError, subprocess.SubprocessError):
        traces = None
    return forgetting(
        close_of_day.latest_self_test(db),
        now=now,
        traces=traces,
        waits=bool(close_of_day.waiting(db, now=now)),
        is_late=bool(close_of_day.waiting(db, now=now - allowed)),
    )


def _from_the_programme(db: Database, settings: Settings, *, now: datetime) -> list[Check]:
    standing = backups.standing(db, folder=settings.backups, second=settings.second_backups, now=now)
    zone = school_year.zone(db)
    return [
        lead(is_made=row(db, "select 1 from programme") is not None, has_lead=staff.is_set_up(db)),
        backed_up(standing, zone),
        paper(keys.on_paper(db), signs=keys.signing_key(db) is not None),
        _forgetting(db, settings, now=now),
        time_of_day(now=now, doubt=clock_doubt.doubt(db, now=now, longest_rest=settings.longest_rest), zone=zone),
    ]


def _programme(settings: Settings, *, now: datetime) -> list[Check]:
    way_back = backups.way_back(settings, now=now)
    try:
        with closing(open_database(settings.database)) as db:
            trouble = _trouble_of(db)
            older = [older_copy(way_back)] if not trouble and remembered_head.fault(db, settings.data) else []
            return [database(trouble, way_back), *older, *_from_the_programme(db, settings, now=now)]
    except EarlierVersion as error:
        return [Check("Programme", State.BAD, str(error))]
    except CannotWrite as error:
        return [cannot_write(str(error)), *_as_far_as_it_reads(settings, way_back, now=now)]
    except (DatabaseTrouble, sqlite3.Error) as error:
        return [database(f"it cannot be read: {error}", way_back)]


def _as_far_as_it_reads(settings: Settings, way_back: str, *, now: datetime) -> list[Check]:
    """The programme where nothing can be written: what is in its file, without what is still in the log."""
    try:
        with closing(open_to_read(settings.database)) as db:
            is_all = not _size(settings.database.with_name(settings.database.name + "-wal"))
            whole = database(_trouble_of(db), way_back) if is_all else _UNSEEN
            return [whole, *_from_the_programme(db, settings, now=now)]
    except (DatabaseTrouble, sqlite3.Error) as error:
        return [Check("Programme", State.LOOK, f"it cannot be read before that is put right: {error}")]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


# actions


def _mode(path: Path) -> int | None:
    return path.stat().st_mode & 0o777 if path.exists() else None


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, port)) == 0


def _doors(settings: Settings) -> Check:
    ports = [each for each in (settings.kiosk_port, settings.admin_port) if each]
    hosts = {settings.admin_port: "127.0.0.1" if settings.admin_host in ("0.0.0.0", "") else settings.admin_host}  # noqa: S104
    there = [each for each in ports if _answers(hosts.get(each, "127.0.0.1"), each)]
    silent = [each for each in ports if each not in there]
    # Where nothing could be written when the doors opened, there is no lock to look at.
    unlocked = not (settings.data / folder_lock.LOCK).exists() and writable.why_not(settings.data) is not None
    is_running = folder_lock.is_locked(settings.data) or (unlocked and len(ports) == len(there))
    return doors(is_running=is_running, silent=silent, taken=there)


def second_place_of(settings: Settings, *, now: datetime, slack: timedelta = timedelta()) -> SecondPlace:
    """Whether this box keeps its backups in a second place. `slack`: how long copying a new one may take."""
    second = settings.second_backups
    if second is None:
        return SecondPlace.NONE
    if not second.is_dir():
        return SecondPlace.MISSING
    if backups.is_on_same_disk(second, settings.data):
        return SecondPlace.SAME_DISK
    is_copied = backups.is_copied(settings.backups, second, now=now, slack=slack)
    return SecondPlace.OTHER_DISK if is_copied else SecondPlace.NOT_COPIED


def examine(settings: Settings, *, now: datetime) -> list[Check]:
    """Check every part of the box, the most important first."""
    if not settings.data.is_dir():
        return [Check("Folder", State.BAD, f"{settings.data} is not there.", "Name the right one with --data.")]
    if not os.access(settings.data, os.R_OK | os.X_OK):
        words = f"this user may not look into {settings.data}."
        return [Check("Folder", State.BAD, words, "Run it as the user that runs Drop-in, with: sudo -u")]
    wal = settings.database.with_name(settings.database.name + "-wal")
    halves = settings.database.with_name(settings.database.name + restoring.FRESH)
    return [
        *_programme(settings, now=now),
        disk(shutil.disk_usage(settings.data).free),
        log(_size(wal)),
        second_place(second_place_of(settings, now=now), settings.second_backups),
        badge_key(_mode(settings.badge_key), settings.badge_key),
        folder(_mode(settings.data) or 0, settings.data),
        *([Check("Restore", State.LOOK, "one stopped half way.", "Restore again.")] if halves.exists() else []),
        _doors(settings),
        found_or_not(
            "Libraries",
            [each for each in LIBRARIES if find_spec(each) is None],
            there="reader, sheet maker and planner have theirs.",
            technical="Run: make setup",
        ),
        found_or_not(
            "Camera",
            [] if list(Path("/dev").glob("video*")) else ["a camera"],
            there="there is one.",
            remedy="Plug it in; until then codes are typed or scanned.",
        ),
        found_or_not(
            "Programs",
            [f"{name} ({use})" for name, use in PROGRAMS if shutil.which(name, path=_PATH) is None],
            there="browser, proxy and age are there.",
            technical="Install what is wanted here.",
        ),
        Check("Version", State.OK, f"Drop-in {version('drop-in')}."),
    ]


_UNSEEN = Check(
    "Programme", State.LOOK, "the log has more than the file.", "Whether it is whole is seen when that is put right."
)
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/bin", "/usr/bin", "/bin"])
