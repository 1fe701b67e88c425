"""Opens the SQLite file, and begins and commits every change. Holds no SQL of any noun."""

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from mentoring.store import writable
from mentoring.store.writable import Unwritable

# Marks the file as ours (SQLite's application_id), so that another program's database is never written to.
OURS = 0x64726F70
_one_writer = threading.Lock()
CHECKPOINT_TRIES = 100


class DatabaseTrouble(Exception):
    """The programme's file cannot be used; the message says why and what to do."""


class StillRead(Exception):
    """A reader kept the write-ahead log open, so it could not be truncated; the caller must try again later."""


class NoDatabase(DatabaseTrouble):
    """There is no programme in that folder yet. None is created without being asked for (P27)."""


class EarlierVersion(DatabaseTrouble):
    """The file was made with version 0.1, whose tables this version does not know; it is left as it is (P27)."""

    def __init__(self) -> None:
        super().__init__(
            "This programme was made with version 0.1: export its mentors and its rota with that version, "
            "set up anew with this one in an empty folder, and import them."
        )


class CannotWrite(DatabaseTrouble):
    """The file is there and nothing says that it is damaged, but nothing can be written; the message says why."""

    def __init__(self, why: Unwritable, folder: Path) -> None:
        super().__init__(_UNWRITABLE[why].format(folder=folder))


_UNWRITABLE = {
    Unwritable.MISSING: "The folder {folder} is not there: name the right one, or mount its disk.",
    Unwritable.FULL: (
        "The disk with {folder} is full: free some space on it, and everything goes on. No backup need be restored."
    ),
    Unwritable.READ_ONLY: (
        "Nothing can be written in {folder}: make it writable for the user that runs Drop-in, or mount its disk for"
        " writing. No backup need be restored."
    ),
}
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def open_database(path: Path, *, create: bool = False) -> Database:
    """Open the programme's file. Raises `NoDatabase` when it is missing and `create` was not said, `EarlierVersion`
    when it was made with version 0.1, `CannotWrite` when nothing can be written beside it.

    One connection serves one request or one command; it is not shared between threads.
    """
    if not create and not path.exists():
        raise NoDatabase(f"There is no programme in {path.parent}. Make one with: dropin init, or restore a backup.")
    if create and path.parent.is_dir():
        _make_private(path)
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=5.0, isolation_level=None)
    except sqlite3.DatabaseError as error:
        raise cannot_write(path, error) or DatabaseTrouble(f"{path} cannot be opened: {error}.") from error
    try:
        _prepare(connection, create=create)
    except EarlierVersion:
        connection.close()
        raise
    except sqlite3.DatabaseError as error:
        connection.close()
        unusable = DatabaseTrouble(f"{path} cannot be used: {error}. Restore a backup, or ask for help.")
        raise cannot_write(path, error) or unusable from error
    return Database(connection)


def _make_private(path: Path) -> None:
    """Create the file, empty, with mode 0600; SQLite gives the files that it makes beside it the same mode."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise cannot_write(path, error) or DatabaseTrouble(f"{path} cannot be made: {error.strerror}.") from error
    try:
        os.fchmod(file, 0o600)
    finally:
        os.close(file)


def open_to_read(path: Path) -> Database:
    """Open the file to read it, also where nothing can be written: then without what is still in the log.

    Raises `DatabaseTrouble`, and later reads may raise `sqlite3.Error`.
    """
    try:
        return open_database(path)
    except CannotWrite:
        # "immutable" opens a file in write-ahead mode without the shared memory that would have to be made beside it.
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    try:
        _prepare(connection, create=False)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise DatabaseTrouble(f"{path} cannot be read: {error}.") from error
    return Database(connection)


def cannot_write(path: Path, error: BaseException) -> CannotWrite | None:
    """What to say when this error came from a disk or a folder that takes no writing; None when it came from elsewhere.

    `path` is the programme's file. What SQLite says is not enough: on a full disk it calls opening an I/O error.
    """
    if isinstance(error, CannotWrite):
        return error
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    number = error.errno if isinstance(error, OSError) else 0
    if code == sqlite3.SQLITE_FULL or number in _NO_SPACE:
        return CannotWrite(Unwritable.FULL, path.parent)
    if code == sqlite3.SQLITE_READONLY or number == errno.EROFS:
        return CannotWrite(Unwritable.READ_ONLY, path.parent)
    if not isinstance(error, sqlite3.OperationalError | PermissionError):
        return None
    why = writable.why_not(path.parent)
    if why is None and path.exists() and not os.access(path, os.R_OK | os.W_OK):
        why = Unwritable.READ_ONLY
    return CannotWrite(why, path.parent) if why in (Unwritable.FULL, Unwritable.READ_ONLY) else None


def _prepare(connection: sqlite3.Connection, *, create: bool) -> None:
    """Set up a connection: fsync at each commit (P25), and overwrite deleted bytes (P8)."""
    for pragma in (
        "synchronous = full",
        "secure_delete = on",
        "foreign_keys = on",
        "temp_store = memory",
        "trusted_schema = off",
        "recursive_triggers = on",  # else "replace into" would not fire the journal's delete triggers
    ):
        connection.execute(f"pragma {pragma}")
    connection.row_factory = sqlite3.Row
    if connection.execute("pragma application_id").fetchone()[0] == OURS:
        refuse_version_0_1(connection)
    elif connection.execute("select 1 from sqlite_schema").fetchone():
        raise sqlite3.DatabaseError("it is another program's database")
    elif not create:
        raise sqlite3.DatabaseError("the file is empty")


def refuse_version_0_1(connection: sqlite3.Connection) -> None:
    """Raises `EarlierVersion` for a database of version 0.1, told by the name of its first migration."""
    first = "select 1 from _sqlite_migrations where migration_set = 'drop-in' and name = 'm001_programme'"
    if connection.execute(first).fetchone():
        raise EarlierVersion


def is_sound(db: Database) -> bool:
    """Whether every page of the file is as SQLite left it; a large file takes a moment."""
    try:
        return bool(db.execute("pragma quick_check").fetchone()[0] == "ok")
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False


def is_damage(error: BaseException) -> bool:
    """Whether this error means that the file is missing or damaged, and not that it is locked or the disk is full."""
    is_trouble = isinstance(error, DatabaseTrouble) and not isinstance(error, CannotWrite)
    return is_trouble or type(error) is sqlite3.DatabaseError


@contextmanager
def write(db: Database) -> Iterator[None]:
    """A transaction: committed and on disk when the block ends, rolled back when it raises.

    A lock in the process, then `BEGIN IMMEDIATE`: writers wait for each other, and no write is lost.
    """
    with _one_writer:
        db.execute("begin immediate")
        try:
            yield
        except BaseException:
            db.rollback()
            raise
        db.commit()


@contextmanager
def without_fsync(db: Database) -> Iterator[None]:
    """Writes without fsync inside the block, for data that nobody relies on yet, such as the example school."""
    db.execute("pragma synchronous = off")
    try:
        yield
    finally:
        db.execute("pragma synchronous = full")


def rewrite(db: Database) -> None:
    """VACUUM, then truncate the write-ahead log: until then deleted bytes stay in both.

    Raises `StillRead` when a reader keeps the log open.
    """
    db.execute("vacuum")
    for _ in range(CHECKPOINT_TRIES):
        busy, left, _moved = db.execute("pragma wal_checkpoint(truncate)").fetchone()
        if not busy and left <= 0:  # -1: no log is kept, such as in a file just restored
            return
        time.sleep(0.05)
    raise StillRead


def empty_log(path: Path) -> bool:
    """Move the write-ahead log into the file and truncate it; whether it is empty. Waits for nobody.

    A file that somebody copies without its log then lacks nothing. Where the log is empty, nothing is written.
    """
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or not log.stat().st_size:
        return True
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=0)) as raw:
        raw.execute("pragma synchronous = full")
        raw.execute("pragma wal_checkpoint(passive)").fetchone()  # most pages, while others may write
        busy: int = raw.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
    return not busy


def run(db: Database, text: str) -> None:
    """Run the SQL statements in a text one by one, each ending in a semicolon at the end of a line, in the open change.

    Not `executescript`, which would first commit that change.
    """
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
    if statement.strip():
        raise ValueError(f"the last statement has no end: {statement}")


def copy_programme(path: Path, copy: Database, *, only: Mapping[str, str]) -> None:
    """Copy the programme in this file into an empty database, as it is at one moment: schema, rows, mark and version.

    `only` gives tables of which not every row is copied, each with the SQL condition of those that are; `live` is the
    programme there. Rows that are left out are never in the copy's pages. Writers are not held up.
    """
    copy.execute("attach :uri as live", {"uri": f"{path.resolve().as_uri()}?mode=ro"})
    copy.execute("begin")
    schema = copy.execute(
        """
        select type, name, sql from live.sqlite_schema
         where sql is not null and name not glob 'sqlite_*' order by type <> 'table', rowid"""
    ).fetchall()
    tables = [each["name"] for each in schema if each["type"] == "table"]
    for each in schema[: len(tables)]:
        copy.execute(each["sql"])
    for table in tables:
        where = only.get(table, "true")
        copy.execute(f'insert into main."{table}" select * from live."{table}" where {where}')  # noqa: S608 # our own
    for each in schema[len(tables) :]:
        copy.execute(each["sql"])
    for pragma in ("application_id", "user_version"):
        copy.execute(f"pragma main.{pragma} = {copy.execute(f'pragma live.{pragma}').fetchone()[0]}")
    copy.execute("commit")
    copy.execute("detach live")


def rows(db: Database, sql: str, **values: Any) -> list[sqlite3.Row]:
    """All rows of one statement."""
    return db.execute(sql, values).fetchall()


def row(db: Database, sql: str, **values: Any) -> sqlite3.Row | None:
    """The first row of one statement, or None."""
    found: sqlite3.Row | None = db.execute(sql, values).fetchone()
    return found


def insert(db: Database, table: str, values: Mapping[str, Any]) -> int:
    """Write one new row, inside a change; returns its id. `table` and the names are ours, never a person's."""
    names = list(values)
    sql = f"insert into {table} ({', '.join(names)}) values ({', '.join(':' + name for name in names)})"  # noqa: S608
    return int(db.execute(sql, dict(values)).lastrowid or 0)


class Changes:
    """Counts changes to the file by any process, so that a caller can keep a cached answer while there are none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._watching: sqlite3.Connection | None = None

    def count(self) -> int:
        """A number that differs after each change. Raises `DatabaseTrouble` or `sqlite3.Error`."""
        with self._lock:
            if self._watching is None:
                if not self._path.exists():
                    raise NoDatabase(f"There is no programme in {self._path.parent}.")
                self._watching = sqlite3.connect(
                    f"{self._path.resolve().as_uri()}?mode=rw", uri=True, check_same_thread=False, isolation_level=None
                )
            return int(self._watching.execute("pragma data_version").fetchone()[0])

    def close(self) -> None:
        """Stop watching."""
        with self._lock:
            if self._watching is not None:
                self._watching.close()
                self._watching = None
