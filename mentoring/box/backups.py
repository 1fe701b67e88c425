"""Backups: the programme without its requests, sealed, kept by age, made while the doors write (P29).

A backup is one file, `drop-in-2027-01-12T1300Z.age`: the database as it was at one moment, made in memory without help
requests, log-ins and the topics of a half term that is not over, signed, gzipped, and sealed in age's own format. A
small file beside it, readable without a key, has the id and hash of the newest row of the paper trail.
"""

import errno
import hashlib
import json
import os
import re
import shlex
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from mentoring.access import keys
from mentoring.basics import clock, sealing
from mentoring.basics.settings import Settings
from mentoring.box import labels
from mentoring.box.labels import CHUNK, LARGEST, Label, Source
from mentoring.lunch import counts, help_requests
from mentoring.privacy import tombstones
from mentoring.privacy.tombstones import TOMBSTONES
from mentoring.school import clock_doubt, programme
from mentoring.store import journal, traces, writable
from mentoring.store.atomic_files import NotAFile, read_small, reading, write_atomically, writing_atomically
from mentoring.store.database import copy_programme, rows
from mentoring.store.scratch import MEMORY, scratch
from mentoring.store.traces import Wanted

# words

_NAME = re.compile(r"(drop-in|before-restore)-([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}Z)(?:\.tar)?\.age")
MOMENT = "%Y-%m-%dT%H%MZ"
HOURLY = "drop-in"
SET_ASIDE = "before-restore"
BADGE_KEY = "badge-key.age"
HOUR = timedelta(hours=1)
# How long the copy in the second place may lag behind before Today says so: the hourly job tries every two minutes.
COPYING = timedelta(minutes=10)
# Kept by age: each hour of a day, each day of a week, each week of five, each month of a year.
AGES = (
    (timedelta(days=1), "%Y-%m-%d %H"),
    (timedelta(days=7), "%Y-%m-%d"),
    (timedelta(weeks=5), "%G week %V"),
    (timedelta(days=366), "%Y-%m"),
)
# What is in no backup, or not all of it: help requests, log-ins, topics that are still counted, and what a box signs
# with, since whoever opens a backup must not be able to sign another.
LEFT_OUT = {"help_requests": "false", "log_ins": "false", "topics": counts.OVER, "signing_keys": "false"}
# How long the data that a restore replaced are kept, so that the restore can be undone.
SET_ASIDE_DAYS = 7


class NoRecoveryKey(Exception):
    """There is no recovery key yet, or none that this box can sign for: nobody might open a backup, or believe it."""


class CannotKeep(Exception):
    """No backup can be written to this folder now; `why` says what is wrong with it."""

    def __init__(self, why: "Trouble", place: Path) -> None:
        super().__init__(f"{place}: {why}")
        self.why, self.place = why, place


class TracesLeft(Exception):
    """Requests were still in the image after they had been taken out; it was thrown away (P8)."""


class Trouble(StrEnum):
    """Why there is no backup, or no new one, in the order it is looked for."""

    NO_KEY = "there is no recovery key"
    MISSING = "the folder is not there"
    READ_ONLY = "nothing can be written there"
    FULL = "there is no space left"
    LATE = "the last one is too old"
    NONE_YET = "there is none yet"
    SAME_DISK = "the second place is on the same disk as the programme"
    NOT_COPIED = "the newest backup is not in the second place"


@dataclass(frozen=True)
class Backup:
    """One sealed file, and the moment of the data in it."""

    path: Path
    made: datetime

    @property
    def beside(self) -> Path:
        """The small file with the end of the trail."""
        return self.path.with_suffix(".json")


@dataclass(frozen=True)
class Head:
    """Where the paper trail ended at one moment: the newest row's id and hash."""

    id: int
    hash: str
    made: datetime


@dataclass(frozen=True)
class Image:
    """The database at one moment as a backup contains it. It is not encrypted, so it is never written to a disk."""

    file: BinaryIO
    head: tuple[int, str] | None
    version: int
    programme: str
    recipients: tuple[str, ...]
    signing_key: bytes | None

    def chunks(self) -> Iterator[bytes]:
        """The database's bytes, piece by piece, from the beginning."""
        self.file.seek(0)
        while chunk := self.file.read(CHUNK):
            yield chunk


@dataclass(frozen=True)
class Standing:
    """The state of the backups: the newest of each place, and what is wrong, if anything."""

    newest: Backup | None
    trouble: Trouble | None
    place: Path


# rules


def name_of(made: datetime, *, kind: str = HOURLY) -> str:
    """The file name of a backup of that moment, valid on every file system."""
    return f"{kind}-{made.astimezone(UTC):{MOMENT}}.age"


def made_at(name: str, *, kind: str = HOURLY) -> datetime | None:
    """When a file of this name was made, or None when it is none of ours."""
    found = _NAME.fullmatch(name)
    if found is None or found[1] != kind:
        return None
    try:
        return datetime.strptime(found[2], MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def to_keep(moments: Iterable[datetime], *, now: datetime, longest: timedelta) -> set[datetime]:
    """Which backups stay: the newest of each hour, day, week and month while they are young enough for it.

    The newest of all always stays. So does one dated in the future, because then the clock is probably wrong.
    """
    known = sorted(moments)
    kept = {each for each in known if each > now} | set(known[-1:])
    for age, bucket in AGES:
        newest = {each.strftime(bucket): each for each in known if now - min(age, longest) <= each <= now}
        kept |= set(newest.values())
    return kept


def is_due(newest: datetime | None, *, now: datetime, changed: bool) -> bool:
    """Whether it is time for the next: an hour after the last, and only when something has changed since."""
    return changed and (newest is None or now - newest >= HOUR)


# memory


@contextmanager
def image(db: Database) -> Iterator[Image]:
    """A copy of the database as a backup contains it, made only in memory.

    It is copied as it is at one moment: a reader of a write-ahead log delays no writer. What is left out is never
    written to the copy: the difference between two backups of one half term, a day apart, would otherwise show what was
    asked on that day. Raises `TracesLeft`, OSError and `sqlite3.Error`.
    """
    marks = [text.encode() for each in rows(db, "select id, key from help_requests") for text in each]
    with scratch() as (memory, file):
        copy = Database(memory)
        _fill(copy, db)
        made = Image(
            file,
            journal.head(copy),
            copy.execute("pragma user_version").fetchone()[0],
            programme.mark(copy),
            tuple(keys.recipients(copy)),
            keys.signing_key(db),
        )
        if traces.traces_in_file(file, Wanted(tuple(marks), help_requests.FORMS)):
            raise TracesLeft
        yield made


def _fill(copy: Database, db: Database) -> None:
    try:
        copy_programme(Path(db.execute("pragma database_list").fetchone()["file"]), copy, only=LEFT_OUT)
    except sqlite3.OperationalError as error:
        if "full" not in str(error):
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(MEMORY)) from error


def seal(made: Image, target: sealing.Writable, *, to: Iterable[str], badge_key: bytes = b"", now: datetime) -> None:
    """Write an image signed, gzipped and sealed: `age -d FILE | gunzip` gives the database again."""
    hashed = hashlib.sha256()
    for chunk in made.chunks():
        hashed.update(chunk)
    label = Label(
        made.programme,
        clock.to_text(now),
        made.version,
        ":".join(map(str, made.head or ())),
        hashed.hexdigest(),
        hashlib.sha256(badge_key).hexdigest() if badge_key else "",
    )
    signed = labels.sign(label, made.signing_key)
    sealing.seal_stream(Source(labels.pack(signed, made.chunks())), target, sorted(to))


def listed(folder: Path, *, kind: str = HOURLY) -> list[Backup]:
    """The backups in a folder, the oldest first; none where there is no such folder, or it cannot be read."""
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError:
        return []
    return [Backup(folder / name, made) for name in names if (made := made_at(name, kind=kind))]


def head_of(backup: Backup) -> Head | None:
    """Where the trail ended in this backup, or None when the file beside it is missing or unreadable."""
    try:
        told = json.loads(read_small(backup.beside))
        return Head(int(told["head"][0]), str(told["head"][1]), clock.from_text(told["made"]))
    except (OSError, NotAFile, ValueError, KeyError, TypeError, IndexError):
        return None


def is_whole(path: Path) -> bool | None:
    """Whether these are the bytes that were written; None when the file beside it is missing or unreadable.

    It tells a damaged file from a wrong key, and is no proof: the file beside it has no signature.
    """
    try:
        told = json.loads(read_small(path.with_suffix(".json")))
        hashing = hashlib.sha256()
        with reading(path, most=LARGEST) as file:
            while chunk := file.read(CHUNK):
                hashing.update(chunk)
        return bool(told["sha256"] == hashing.hexdigest())
    except (OSError, NotAFile, ValueError, KeyError, TypeError):
        return None


def newest(folder: Path, *, now: datetime) -> Backup | None:
    """The newest backup that is not dated in the future; such a date comes from a wrong clock."""
    return next((each for each in reversed(listed(folder)) if each.made <= now), None)


def fault_of(folder: Path, *, wants: int = 0) -> Trouble | None:
    """Why this folder cannot take a backup of `wants` bytes, checked without writing; None when nothing is wrong."""
    why = writable.why_not(folder, wants=wants)
    return Trouble[why.name] if why else None


def _changed(db: Database, last: Backup | None) -> bool:
    """Whether the trail has a newer row. Requests write none, so a backup's time does not reveal one (P8)."""
    head = head_of(last) if last else None
    return (head.id, head.hash) != journal.head(db) if head else True


class _Hashing:
    """A file to write to that knows the SHA-256 of what was written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def write(self, content: bytes) -> None:
        self._hash.update(content)
        self._file.write(content)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def _keep(made: Image, folder: Path, *, badge_key: Path, now: datetime, kind: str) -> Backup:
    """Write one backup and the files beside it, the sealed file last: without it there is no backup."""
    backup = Backup(folder / name_of(now, kind=kind), now.replace(second=0, microsecond=0))
    badge = badge_key.read_bytes() if badge_key.exists() else b""
    _keep_beside(folder, badge=badge, buried=tombstones.tombstones(badge_key.parent), made=made)
    with writing_atomically(backup.path) as file:
        hashing = _Hashing(file)
        seal(made, hashing, to=made.recipients, badge_key=badge, now=now)
        told = {
            "made": clock.to_text(now),
            "head": made.head,
            "version": made.version,
            "sha256": hashing.hexdigest(),
        }
        write_atomically(backup.beside, json.dumps(told).encode())
    return backup


def _keep_beside(folder: Path, *, badge: bytes, buried: tuple[tombstones.Tombstone, ...], made: Image) -> None:
    """Write what all backups of a folder share: the sealed badge key, and whom none may bring back."""
    if badge:
        write_atomically(folder / BADGE_KEY, sealing.seal(badge, list(made.recipients)))
    if buried and made.signing_key:
        write_atomically(folder / TOMBSTONES, tombstones.signed_text(buried, made.signing_key).encode())


def copy(backup: Backup, folder: Path) -> None:
    """Copy a backup to the second place, with the files beside it. Raises `CannotKeep`."""
    if trouble := fault_of(folder):
        raise CannotKeep(trouble, folder)
    beside = [backup.beside, *(backup.path.with_name(name) for name in (BADGE_KEY, TOMBSTONES))]
    try:
        for path in [*(each for each in beside if each.exists()), backup.path]:
            with path.open("rb") as here, writing_atomically(folder / path.name) as there:
                shutil.copyfileobj(here, there)
    except OSError as error:
        raise CannotKeep(fault_of(folder, wants=1 << 20) or Trouble.READ_ONLY, folder) from error


def forget_old(folder: Path, *, now: datetime, longest: timedelta) -> int:
    """Delete the backups that are too old and files left half written. Returns how many backups were deleted."""
    there, aside = listed(folder), listed(folder, kind=SET_ASIDE)
    kept = to_keep([each.made for each in there], now=now, longest=longest)
    old = [each for each in there if each.made not in kept]
    old += [each for each in aside if each.made < now - timedelta(days=SET_ASIDE_DAYS)]
    for each in old:
        each.path.unlink(missing_ok=True)
        each.beside.unlink(missing_ok=True)
    for half in folder.glob(".*.part"):
        if half.stat().st_mtime < (now - HOUR).timestamp():  # nobody is writing it any more
            half.unlink(missing_ok=True)
    return len(old)


def standing(db: Database, *, folder: Path, second: Path | None, now: datetime) -> Standing:
    """The state of the backups, with the worst trouble if there are several."""
    found = standing_of_files(folder=folder, second=second, now=now)
    if keys.signing_key(db) is None:
        return replace(found, trouble=Trouble.NO_KEY, place=folder)
    is_well_here = found.trouble in (None, Trouble.SAME_DISK, Trouble.NOT_COPIED)
    if is_well_here and is_old(found, now=now) and _changed(db, found.newest):
        return replace(found, trouble=Trouble.LATE)
    return found


def standing_of_files(*, folder: Path, second: Path | None, now: datetime) -> Standing:
    """The state of the backups from their folders alone; reads nothing from the database."""
    last = newest(folder, now=now)
    if folder.exists() and (trouble := fault_of(folder)):
        return Standing(last, trouble, folder)
    if second is not None and (trouble := fault_of(second)):
        return Standing(last, trouble, second)
    if last is None:
        return Standing(None, Trouble.NONE_YET, folder)
    if second is not None and is_on_same_disk(second, folder.parent):
        return Standing(last, Trouble.SAME_DISK, second)
    if second is not None and not is_copied(folder, second, now=now, slack=COPYING):
        return Standing(last, Trouble.NOT_COPIED, second)
    return Standing(last, None, folder)


def is_copied(folder: Path, second: Path, *, now: datetime, slack: timedelta = timedelta()) -> bool:
    """Whether the newest backup is in the second place too; False where there is no backup.

    A backup younger than `slack` may still be missing there, if the one before it is not.
    """
    known = [each for each in listed(folder) if each.made <= now]
    settled = sum(each.made <= now - slack for each in known)
    return any((second / each.path.name).exists() for each in known[max(0, settled - 1) :])


def is_on_same_disk(second: Path, data: Path) -> bool:
    """Whether a second place is on the disk that holds the programme, as an empty mount point is."""
    try:
        return second.stat().st_dev == data.stat().st_dev
    except OSError:
        return False


def is_old(standing: Standing, *, now: datetime) -> bool:
    """Whether the newest backup is late, if anything was written since."""
    return standing.newest is not None and now - standing.newest.made > 2 * HOUR


def way_back(settings: Settings, *, now: datetime) -> str:
    """The newest backup there is and the exact command that restores it, or nothing where there is none."""
    last = newest_of(settings.backups, settings.second_backups, now=now)
    return f"{made_words(last)}: {restore_command(last.path, data=settings.data)}" if last else ""


def newest_of(folder: Path, second: Path | None, *, now: datetime) -> Backup | None:
    """The newest backup in either place, or None."""
    found = [last for place in (folder, second) if place is not None and (last := newest(place, now=now))]
    return max(found, key=lambda each: each.made, default=None)


def made_words(backup: Backup) -> str:
    """When a backup was made, in words."""
    return f"The newest backup is of {backup.made:%d %B %Y, %H:%M} UTC"


def restore_command(file: Path | None, *, data: Path) -> str:
    """The command that restores a backup into the folder `data`, to be pasted anywhere; without a file it says FILE."""
    given = shlex.quote(str(file.absolute())) if file else "FILE"
    return f"dropin restore --data {shlex.quote(str(data.absolute()))} {given}"


# actions


def make(db: Database, *, folder: Path, badge_key: Path, now: datetime, kind: str = HOURLY) -> Backup:
    """Write one backup to this folder now. Raises `NoRecoveryKey`, `CannotKeep` or `TracesLeft`."""
    if keys.signing_key(db) is None:
        raise NoRecoveryKey
    if trouble := fault_of(folder):
        raise CannotKeep(trouble, folder)
    try:
        with image(db) as made:
            return _keep(made, folder, badge_key=badge_key, now=now, kind=kind)
    except OSError as error:
        if error.filename == str(MEMORY):
            raise CannotKeep(fault_of(MEMORY) or Trouble.FULL, MEMORY) from error
        raise CannotKeep(fault_of(folder, wants=1 << 20) or Trouble.READ_ONLY, folder) from error


def make_if_due(
    db: Database,
    *,
    folder: Path,
    second: Path | None,
    badge_key: Path,
    now: datetime,
    longest: timedelta,
    longest_rest: timedelta,
) -> Backup | None:
    """Write the hourly backup in both places and delete the old ones; writes nothing when nothing is due.

    Raises `CannotKeep` or `TracesLeft`. While the clock is in doubt none is made and none deleted: ages would be wrong.
    """
    if keys.signing_key(db) is None or clock_doubt.doubt(db, now=now, longest_rest=longest_rest):
        return None
    last, made = newest(folder, now=now), None
    if is_due(last.made if last else None, now=now, changed=_changed(db, last)):
        folder.mkdir(mode=0o700, exist_ok=True)
        last = made = make(db, folder=folder, badge_key=badge_key, now=now)
    forget_old(folder, now=now, longest=longest)
    if second is not None and last is not None and not (second / last.path.name).exists():
        copy(last, second)
        forget_old(second, now=now, longest=longest)
    return made
