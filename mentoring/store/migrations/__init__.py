"""Migrations: a file each, appended to `IN_ORDER`, never edited once released; each runs completely or not at all."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from sqlite_utils import Database, Migrations

from mentoring.store.database import OURS, DatabaseTrouble, write
from mentoring.store.migrations import m001_version_0_2

IN_ORDER = (m001_version_0_2,)
NAMES = tuple(each.__name__.rpartition(".")[2] for each in IN_ORDER)
NEWER = "This programme was written by a newer Drop-in: install that version, start again."
MIGRATIONS = Migrations("drop-in")
for _name, _each in zip(NAMES, IN_ORDER, strict=True):
    MIGRATIONS(name=_name)(_each.migrate)


def migrate(db: Database) -> None:
    """Bring the file to this version, before the doors open. Raises `DatabaseTrouble` for a newer file."""
    with _alone(db):
        later = {each.name for each in MIGRATIONS.applied(db)} - {*NAMES}
        if later or db.execute("pragma user_version").fetchone()[0] > len(NAMES):
            raise DatabaseTrouble(NEWER)
        if not MIGRATIONS.pending(db):
            return
        db.execute("pragma journal_mode = wal")
        with write(db):
            MIGRATIONS.apply(db)
            db.execute(f"pragma application_id = {OURS}")
            db.execute(f"pragma user_version = {len(NAMES)}")


def schema_fault(connection: sqlite3.Connection) -> str:
    """How the schema of a file differs from the one that the migrations up to its version make; empty when it does not.

    Tables, indexes, triggers and views are compared by name, by table and by their SQL. Reads `sqlite_schema` alone, so
    that nothing in a file of unknown origin runs. Raises `DatabaseTrouble` for a newer file.
    """
    version = int(connection.execute("pragma user_version").fetchone()[0])
    if version > len(NAMES):
        raise DatabaseTrouble(NEWER)
    there, made = _objects(connection), _made_by(version)
    for (kind, name), (table, sql) in there.items():
        if (kind, name) not in made:
            return f"the {kind} {name} is not one of version {version}"
        if (table, sql) != made[kind, name]:
            return f"the {kind} {name} is not as version {version} makes it"
    missing = next((each for each in made if each not in there), None)
    return f"the {missing[0]} {missing[1]} of version {version} is missing" if missing else ""


def _objects(connection: sqlite3.Connection) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Each object of the schema by kind and name, with its table and SQL.

    What sqlite-utils makes for its own list of migrations differs between its versions: its SQL is left out.
    """
    found = connection.execute("select type, name, tbl_name, sql from sqlite_schema order by rowid").fetchall()
    return {
        (kind, name): (table, "" if table == "_sqlite_migrations" and kind in ("table", "index") else sql or "")
        for kind, name, table, sql in found
    }


def _made_by(version: int) -> Mapping[tuple[str, str], tuple[str, str]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        if version:
            MIGRATIONS.apply(Database(memory), stop_before=NAMES[version : version + 1])
        return _objects(memory)


@contextmanager
def _alone(db: Database) -> Iterator[None]:
    """One process of the box migrates at a time: the change to a write-ahead log cannot wait its turn by itself."""
    file = db.execute("pragma database_list").fetchone()[2]
    folder = os.open(os.path.dirname(file), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
