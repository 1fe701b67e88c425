"""Restoring: replaces the programme's database by a sealed backup, completely or not at all (P29).

Nothing in or beside a backup is believed because it is there: the box that made it signed it, and its schema is
compared with the one of its version before anything in it is used. The new file is made and checked beside the old one;
one rename replaces the old one. The old data are sealed first and kept for a week, so that nothing that should be
forgotten stays readable.
"""

import os
import sqlite3
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from mentoring.access import keys, second_factor
from mentoring.basics import sealing, signing
from mentoring.basics.sealing import Key, WrongKey
from mentoring.box import backups, labels, remembered_head
from mentoring.box.labels import CHUNK, LARGEST, NotABackup, Packed, Source, Unpacking
from mentoring.privacy import erasure, tombstones
from mentoring.privacy.erasure import Back
from mentoring.privacy.tombstones import Tombstone
from mentoring.store import journal
from mentoring.store.atomic_files import NotAFile, reading, sync_folder, writing_atomically
from mentoring.store.database import DatabaseTrouble, EarlierVersion, open_database, refuse_version_0_1, write
from mentoring.store.folder_lock import InUse
from mentoring.store.migrations import migrate, schema_fault
from mentoring.store.scratch import scratch

# words

_AGE = b"age-encryption.org/v1\n"
_NO_MATCH = "No matching keys found"
FRESH = ".restoring"
_DAMAGED = "The database inside this backup is damaged: take another backup."
_CUT_SHORT = "This file is damaged or was cut short: take another backup."
_IN_USE = "Somebody is using the programme now: end that, then restore again."


class TrailTouched(Exception):
    """A row of the trail inside the backup was changed or is missing; the message says which."""


class NotSigned(Exception):
    """No box that is known here signed this; the message says what, and whose signature it has."""


class NotAsked(Exception):
    """Nobody agreed that these people are erased again; nothing has changed."""

    def __init__(self, back: Sequence[Back]) -> None:
        super().__init__(", ".join(each.name for each in back))
        self.back = tuple(back)


@dataclass(frozen=True)
class Opener:
    """What opens a backup and what it is believed by: signing keys by the public half of their recovery key."""

    key: Key
    signing_keys: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True)
class Even:
    """What an adult said to take all the same: a trail that was touched, files that no known box signed."""

    touched: bool = False
    unsigned: bool = False


NOTHING = Even()


@dataclass(frozen=True)
class Looked:
    """What a backup is: when it was made and the fingerprint of the box that signed it, or None for one not signed.

    `badge_key` is the SHA-256 of the badge key that goes with it, or empty.
    """

    made: str
    signed_by: str | None
    badge_key: str


@dataclass(frozen=True)
class Restored:
    """What a restore did: what the backup was, where the trail ends now, and the sealed file with the data from before.

    `buried` are those who were erased again; `spared` is the name of the lead, who was erased later but is the only
    lead that the backup knows.
    """

    looked: Looked
    head: tuple[int, str] | None
    aside: Path | None
    buried: tuple[Back, ...] = ()
    spared: str | None = None


# rules


def opener(key: Key, ours: Mapping[str, bytes]) -> Opener:
    """An opener by this key: it believes what this box signed, and what a box signed whose recovery key it is."""
    return Opener(key, {**ours, key.public: signing.key_of(key)})


def looked(packed: Packed, opener: Opener, *, even: Even) -> Looked:
    """Who made a backup. Raises `NotSigned`, unless that is to be taken all the same."""
    signed, by = packed.signed, labels.signer(packed, opener.signing_keys.values())
    if by is not None and signed is not None:
        return Looked(signed.label.made, signing.fingerprint(by), signed.label.badge_key)
    if not even.unsigned:
        raise NotSigned(
            "This backup is not signed by the box that this recovery key was made on"
            + (f", but says it is by the box {signed.by}." if signed and signed.by else ": it has no signature.")
        )
    return Looked(signed.label.made if signed else "", None, signed.label.badge_key if signed else "")


# memory


def unpacked(path: Path, opener: Opener, into: BinaryIO, *, is_whole: bool | None = None) -> Packed:
    """Write the database inside a backup to `into`, piece by piece. Raises `NotABackup`, or `WrongKey`, and OSError.

    `is_whole` is what the file beside it says: whether these are the bytes that were written.
    """
    unpacking = Unpacking(into)
    try:
        with reading(path, most=LARGEST) as file:
            if file.read(len(_AGE)) != _AGE:
                raise NotABackup("This is no backup of Drop-in: it does not begin as one.")
            file.seek(0)
            sealing.unseal_stream(file, unpacking, opener.key)
    except NotAFile as error:
        raise NotABackup(f"This is no backup of Drop-in: {error}") from error
    except WrongKey as error:
        if str(error.__cause__) == _NO_MATCH and is_whole is not False:
            raise
        raise NotABackup(_CUT_SHORT) from error
    return unpacking.done()


def files(database: Path) -> list[Path]:
    """The database and what SQLite keeps beside it."""
    return [database.with_name(database.name + tail) for tail in ("", "-wal", "-shm")]


def sweep(database: Path) -> None:
    """Remove the files that a restore left behind when it was killed."""
    fresh = database.with_name(database.name + FRESH)
    for path in (*files(fresh), fresh.with_name(f".{fresh.name}.part")):
        path.unlink(missing_ok=True)


def look_at_schema(connection: sqlite3.Connection) -> None:
    """Raises `NotABackup` when the schema is not the one of its version, `DatabaseTrouble` for another version.

    Runs before anything else that reads the database: a view or a trigger of a stranger's must not run.
    """
    try:
        connection.execute("pragma trusted_schema = off")
        if connection.execute(
            "select 1 from sqlite_schema where (type, name) = ('table', '_sqlite_migrations')"
        ).fetchone():
            refuse_version_0_1(connection)
        fault = schema_fault(connection)
    except sqlite3.DatabaseError as error:
        raise NotABackup(_DAMAGED) from error
    if fault:
        raise NotABackup(f"The database inside this backup is not as Drop-in makes it: {fault}.")


def look_through(db: Database) -> None:
    """Raises `NotABackup` when the database is damaged, `TrailTouched` when its trail is."""
    try:
        found = db.execute("pragma integrity_check").fetchone()[0]
    except sqlite3.DatabaseError:
        found = "unreadable"
    if found != "ok":
        raise NotABackup(_DAMAGED)
    if fault := journal.touched(db):
        raise TrailTouched(f"The paper trail inside this backup was touched at row {fault.row}: {fault.words}")


def _open_fresh(path: Path) -> Database:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        look_at_schema(raw)
    try:
        return open_database(path)
    except EarlierVersion:
        raise
    except DatabaseTrouble as error:
        raise NotABackup(_DAMAGED) from error


def signing_keys_here(database: Path) -> Mapping[str, bytes]:
    """What this box signs with; nothing where its programme is missing or cannot be read. Changes nothing there."""
    if not database.exists():
        return {}
    try:
        with closing(_read_only(database)) as raw:
            return keys.signing_keys(Database(raw))
    except sqlite3.Error:
        return {}


def _read_only(database: Path) -> sqlite3.Connection:
    """Open the database so that nothing is written: where no log stands beside it, none is made either."""
    how = "mode=ro" if files(database)[1].exists() else "mode=ro&immutable=1"
    raw = sqlite3.connect(f"{database.resolve().as_uri()}?{how}", uri=True, isolation_level=None)
    raw.row_factory = sqlite3.Row
    return raw


def _buried(ours: Path, beside: Sequence[Path], opener: Opener, *, even: Even) -> tuple[Tombstone, ...]:
    """Whom no backup may bring back: the box's own tombstones, and those beside backups that are signed.

    Raises `NotSigned` for tombstones that would bury somebody else, and that no known box signed.
    """
    known = tombstones.tombstones(ours)
    for folder in beside:
        told, is_signed = tombstones.tombstones_beside(folder, opener.signing_keys.values())
        merged = tombstones.merge(known, told)
        if merged != known and not is_signed and not even.unsigned:
            raise NotSigned(
                f"{folder / tombstones.TOMBSTONES} would erase people, and is not signed by the box that this recovery"
                " key was made on."
            )
        known = merged
    return known


def _renew(db: Database, opener: Opener, *, actor: str, now: datetime, even: Even) -> None:
    """Look the new database through, bring it to this version, and note the restore in its trail."""
    try:
        look_through(db)
    except TrailTouched:
        if not even.touched:
            raise
    db.execute("pragma journal_mode = wal").fetchone()
    before = journal.head(db)
    migrate(db)
    with write(db):
        journal.note(db, "backup.restored", actor=actor, now=now, head=before[0] if before else None)
        second_factor.end_codes(db, now=now)  # the backup cannot know which of them were used since
        keys.remember_signing_key(db, opener.signing_keys)


def _bury_again(
    db: Database, known: Sequence[Tombstone], *, may_bury: Callable[[Sequence[Back]], bool], now: datetime
) -> tuple[tuple[Back, ...], str | None]:
    """Erase again everybody who has a tombstone (P19), once somebody said yes: who they are, and a lead spared."""
    back = erasure.come_back(db, known)
    if back and not may_bury(back):
        raise NotAsked(back)
    erasure.bury_again(db, known, now=now)
    left, spared = erasure.come_back(db, known), erasure.spared(db, known)
    return tuple(each for each in back if each not in left), spared.name if spared else None


def _is_sound(database: Path) -> bool:
    """Whether the database is undamaged, found out without changing a byte of it. Raises `InUse`."""
    try:
        with closing(_read_only(database)) as raw:
            return bool(raw.execute("pragma integrity_check").fetchone()[0] == "ok")
    except sqlite3.Error as error:
        _refuse_locked(error)
        return False


def _refuse_locked(error: Exception) -> None:
    if "locked" in str(error):
        raise InUse(_IN_USE) from error


def _tarred(paths: Sequence[Path]) -> Iterator[bytes]:
    """These files as they lie, as a tar file, piece by piece."""
    for path in paths:
        info = tarfile.TarInfo(path.name)
        with path.open("rb") as file:
            info.size = left = os.fstat(file.fileno()).st_size
            yield info.tobuf()
            while left and (chunk := file.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk
        yield bytes(left + -info.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _seal_present(database: Path, aside: Path, *, to: Sequence[str], now: datetime) -> Path | None:
    """Seal a sound database, without its requests, as for every backup; None where it cannot be read after all.

    Raises `InUse`; and `EarlierVersion`, because a programme of version 0.1 must not be replaced before its mentors and
    rota are exported.
    """
    try:
        with closing(open_database(database)) as db, backups.image(db) as made, writing_atomically(aside) as file:
            backups.seal(made, file, to={*made.recipients, *to}, now=now)
    except EarlierVersion:
        raise
    except (sqlite3.Error, DatabaseTrouble) as error:
        _refuse_locked(error)
        return None
    return aside


def _set_aside(database: Path, folder: Path, *, to: Sequence[str], now: datetime) -> Path | None:
    """Seal what is in the programme's place now, to the keys that opened it and to `to`; None when nothing is there.

    A damaged database is kept unchanged in a tar file; its log is removed, because it belongs to no other database.
    """
    aside = None
    if database.exists():
        name = backups.name_of(now, kind=backups.SET_ASIDE)
        folder.mkdir(mode=0o700, exist_ok=True)
        if _is_sound(database):
            aside = _seal_present(database, folder / name, to=to, now=now)
        if aside is not None and any(path.exists() for path in files(database)[1:]):
            raise InUse(_IN_USE)  # whoever closes it last takes these away, so somebody else has it open
        if aside is None:
            aside = folder / name.replace(".age", ".tar.age")
            there = [path for path in files(database) if path.exists()]
            with writing_atomically(aside) as file:
                sealing.seal_stream(Source(labels.zipped(_tarred(there))), file, to)
    for path in files(database)[1:]:
        path.unlink(missing_ok=True)
    return aside


# actions


def check(backup: Path, opener: Opener, *, even: Even = NOTHING, is_whole: bool | None = None) -> Looked:
    """Look a backup through without keeping anything of it. Raises what `restore` raises."""
    with scratch() as (memory, file):
        packed = unpacked(backup, opener, file, is_whole=is_whole)
        file.flush()
        found = looked(packed, opener, even=even)
        look_at_schema(memory)
        look_through(Database(memory))
    return found


def restore(
    backup: Path,
    database: Path,
    *,
    opener: Opener,
    folder: Path,
    may_bury: Callable[[Sequence[Back]], bool],
    actor: str,
    now: datetime,
    even: Even = NOTHING,
    is_whole: bool | None = None,
) -> Restored:
    """Put this backup in the programme's place. The caller must have locked the folder: `folder_lock.locked`.

    `folder` is where this box keeps its backups. `may_bury` is asked once whether those whom the backup brings back are
    erased again. Killed at any moment it leaves the old programme or the new one. Raises `NotABackup`, `NotSigned`,
    `NotAsked`, `TrailTouched`, `InUse`, `DatabaseTrouble` for another version, OSError for a disk that takes nothing
    more; then nothing has changed.
    """
    sweep(database)
    fresh = database.with_name(database.name + FRESH)
    try:
        with writing_atomically(fresh) as file:
            found = looked(unpacked(backup, opener, file, is_whole=is_whole), opener, even=even)
        known = _buried(database.parent, (folder, backup.parent), opener, even=even)
        with closing(_open_fresh(fresh)) as db:  # closing the last connection merges the log into the file
            _renew(db, opener, actor=actor, now=now, even=even)
            buried, spared = _bury_again(db, known, may_bury=may_bury, now=now)
            head, to = journal.head(db), keys.recipients(db)
        aside = _set_aside(database, folder, to=to, now=now)
        remembered_head.forget(database.parent)
        os.replace(fresh, database)
    except BaseException:
        sweep(database)
        raise
    sync_folder(database.parent)
    return Restored(found, head, aside, buried, spared)
