"""Restoring: replaces the programme's database by a sealed backup, completely or not at all (P29).

The new file is made and checked beside the old one; one rename replaces the old one. The old data are sealed first and
kept for a week, so that nothing that should be forgotten stays readable.
"""

import gzip
import io
import os
import sqlite3
import tarfile
import zlib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from mentoring.access import keys, second_factor
from mentoring.basics import sealing
from mentoring.basics.sealing import Key, WrongKey
from mentoring.box import backups
from mentoring.privacy import erasure, tombstones
from mentoring.privacy.tombstones import Tombstone
from mentoring.store import journal
from mentoring.store.atomic_files import sync_folder, write_atomically
from mentoring.store.database import OURS, DatabaseTrouble, EarlierVersion, open_database, refuse_version_0_1, write
from mentoring.store.folder_lock import InUse
from mentoring.store.migrations import migrate

# words

_AGE = b"age-encryption.org/v1\n"
_SQLITE = b"SQLite format 3\x00"
_NO_MATCH = "No matching keys found"
LARGEST = 1 << 30
FRESH = ".restoring"
_DAMAGED = "The database inside this backup is damaged: take another backup."
_IN_USE = "Somebody is using the programme now: end that, then restore again."


class NotABackup(Exception):
    """This file cannot become the programme; the message says why."""


class TrailTouched(Exception):
    """A row of the trail inside the backup was changed or is missing; the message says which."""


@dataclass(frozen=True)
class Restored:
    """What a restore did: where the trail ends now, and the sealed file with the data from before.

    `spared` is the lead's name, who was erased later but is the only lead that the backup knows.
    """

    head: tuple[int, str] | None
    aside: Path | None
    spared: str | None = None


# rules


def opened(content: bytes, key: Key, *, is_whole: bool | None = None) -> bytes:
    """The database inside a backup. Raises `NotABackup`, or `WrongKey` when it was sealed to others.

    `is_whole` is what the file beside it says: whether these are the bytes that were written.
    """
    if not content.startswith(_AGE):
        raise NotABackup("This is no backup of Drop-in: it does not begin as one.")
    try:
        packed = sealing.unseal(content, key)
        with gzip.open(io.BytesIO(packed)) as file:
            image = file.read(LARGEST + 1)
    except WrongKey as error:
        if str(error.__cause__) == _NO_MATCH and is_whole is not False:
            raise
        raise NotABackup("This file is damaged or was cut short: take another backup.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise NotABackup("What is sealed in this file is no backup of Drop-in.") from error
    if not image.startswith(_SQLITE) or int.from_bytes(image[68:72]) != OURS or len(image) > LARGEST:
        raise NotABackup("What is sealed in this file is no programme of Drop-in.")
    return image


# memory


def _files(database: Path) -> list[Path]:
    """The database and what SQLite keeps beside it."""
    return [database.with_name(database.name + tail) for tail in ("", "-wal", "-shm")]


def sweep(database: Path) -> None:
    """Remove the files that a restore left behind when it was killed."""
    for path in _files(database.with_name(database.name + FRESH)):
        path.unlink(missing_ok=True)


def look_through(db: Database) -> None:
    """Raises `NotABackup` when the database is damaged, `EarlierVersion`, `TrailTouched` when its trail is."""
    try:
        found = db.execute("pragma integrity_check").fetchone()[0]
    except sqlite3.DatabaseError:
        found = "unreadable"
    if found != "ok":
        raise NotABackup(_DAMAGED)
    refuse_version_0_1(db.conn)
    if fault := journal.touched(db):
        raise TrailTouched(f"The paper trail inside this backup was touched at row {fault.row}: {fault.words}")


def _fresh(
    image: bytes, database: Path, *, places: Iterable[Path], now: datetime, actor: str, even_so: bool
) -> tuple[tuple[int, str] | None, str | None]:
    """Write the new file beside the old one, migrated and noted in the trail; its head, and who was spared."""
    path = database.with_name(database.name + FRESH)
    write_atomically(path, image)
    try:
        opened_now = open_database(path)
    except EarlierVersion:
        raise
    except DatabaseTrouble as error:
        raise NotABackup(_DAMAGED) from error
    with closing(opened_now) as db:  # closing the last connection merges the log into the file and deletes it
        try:
            look_through(db)
        except TrailTouched:
            if not even_so:
                raise
        db.execute("pragma journal_mode = wal").fetchone()
        before = journal.head(db)
        migrate(db)
        with write(db):
            journal.note(db, "backup.restored", actor=actor, now=now, head=before[0] if before else None)
            second_factor.end_codes(db, now=now)  # the backup cannot know which of them were used since
        spared = _bury_again(db, places, now=now)
        return journal.head(db), spared


def _bury_again(db: Database, places: Iterable[Path], *, now: datetime) -> str | None:
    """Erase again everybody who has a tombstone in one of these folders (P19)."""
    known: tuple[Tombstone, ...] = ()
    for folder in places:
        known = tombstones.merge(known, tombstones.tombstones(folder))
    erasure.bury_again(db, known, now=now)
    spared = erasure.spared(db, known)
    return spared.name if spared else None


def _present(database: Path) -> tuple[bytes, list[str], bool]:
    """What is in the programme's place now: its content, the keys that open it, and whether the database is sound.

    A sound one is read without its requests, as for every backup. Raises `InUse`; and `EarlierVersion`, because a
    programme of version 0.1 must not be replaced before its mentors and rota are exported.
    """
    as_it_lies = _packed(database)  # before it is opened: opening a damaged one may change it
    try:
        with closing(open_database(database)) as db:
            if db.execute("pragma integrity_check").fetchone()[0] == "ok":
                return backups.image(db).content, keys.recipients(db), True
    except EarlierVersion:
        raise
    except (sqlite3.Error, DatabaseTrouble) as error:
        if "locked" in str(error):
            raise InUse(_IN_USE) from error
    return as_it_lies, [], False


def _packed(database: Path) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in _files(database):
            if path.exists():
                tar.add(path, arcname=path.name)
    return packed.getvalue()


def _set_aside(database: Path, folder: Path, *, to: list[str], now: datetime) -> Path | None:
    """Seal what is in the programme's place now, to the keys that opened it and to `to`; None when nothing is there.

    A damaged database is kept unchanged in a tar file; its log is removed, because it belongs to no other database.
    """
    if not database.exists():
        for path in _files(database)[1:]:
            path.unlink(missing_ok=True)
        return None
    content, recipients, works = _present(database)
    name = backups.name_of(now, kind=backups.SET_ASIDE)
    aside = folder / (name if works else name.replace(".age", ".tar.age"))
    folder.mkdir(mode=0o700, exist_ok=True)
    write_atomically(aside, backups.sealed(content, sorted({*recipients, *to})))
    left = [path for path in _files(database)[1:] if path.exists()]
    if works and left:  # whoever closes it last takes these away, so somebody else has it open
        raise InUse(_IN_USE)
    for path in left:
        path.unlink()
    return aside


# actions


def check(image: bytes) -> None:
    """Look a backup through without keeping anything of it. Raises what `restore` raises."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        memory.row_factory = sqlite3.Row
        memory.deserialize(image)
        look_through(Database(memory))


def restore(
    image: bytes, database: Path, *, folder: Path, beside: Path, actor: str, now: datetime, even_so: bool = False
) -> Restored:
    """Put this image in the programme's place. The caller must have locked the folder: `folder_lock.locked`.

    `folder` is where this box keeps its backups; `beside` is where the backup lay, on a stick perhaps, with its
    tombstones.
    Killed at any moment it leaves the old programme or the new one. Raises `NotABackup`, `TrailTouched`, `InUse`,
    `DatabaseTrouble` for another version, OSError for a disk that takes nothing more; then nothing has changed.
    """
    sweep(database)
    try:
        places = (database.parent, folder, beside)
        head, spared = _fresh(image, database, places=places, now=now, actor=actor, even_so=even_so)
        path = database.with_name(database.name + FRESH)
        with closing(open_database(path)) as db:
            to = keys.recipients(db)
        aside = _set_aside(database, folder, to=to, now=now)
        os.replace(path, database)
    except BaseException:
        sweep(database)
        raise
    sync_folder(database.parent)
    return Restored(head, aside, spared)
