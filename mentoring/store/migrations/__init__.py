"""Migrations: a file each, appended to `IN_ORDER`, never edited once released; each runs completely or not at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database, Migrations

from mentoring.store.database import OURS, DatabaseTrouble, write
from mentoring.store.migrations import m001_version_0_2

IN_ORDER = (m001_version_0_2,)
NAMES = tuple(each.__name__.rpartition(".")[2] for each in IN_ORDER)
MIGRATIONS = Migrations("drop-in")
for _name, _each in zip(NAMES, IN_ORDER, strict=True):
    MIGRATIONS(name=_name)(_each.migrate)


def migrate(db: Database) -> None:
    """Bring the file to this version, before the doors open. Raises `DatabaseTrouble` for a newer file."""
    with _alone(db):
        later = {each.name for each in MIGRATIONS.applied(db)} - {*NAMES}
        if later or db.execute("pragma user_version").fetchone()[0] > len(NAMES):
            raise DatabaseTrouble("This programme was written by a newer Drop-in: install that version, start again.")
        if not MIGRATIONS.pending(db):
            return
        db.execute("pragma journal_mode = wal")
        with write(db):
            MIGRATIONS.apply(db)
            db.execute(f"pragma application_id = {OURS}")
            db.execute(f"pragma user_version = {len(NAMES)}")


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
