"""Wiping: what was forgotten leaves the file's bytes too. Owed with the change, done after it, and never lost."""

from datetime import datetime

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.store.database import insert, rewrite, row, write

# memory


def is_owed(db: Database) -> bool:
    """Whether something was forgotten whose bytes still lie in the file."""
    return row(db, "select 1 from wipes where done is null") is not None


def owe(db: Database, *, now: datetime) -> None:
    """Remember, inside the change that forgets, that the file must be rewritten: a struck box does it when it wakes."""
    insert(db, "wipes", {"at": clock.to_text(now)})


# actions


def finish(db: Database, *, now: datetime) -> bool:
    """Rewrite the file if that is owed; whether it was. Raises `StillRead` while somebody reads the old bytes."""
    if not is_owed(db):
        return False
    rewrite(db)
    with write(db):
        db.execute("update wipes set done = :now where done is null", {"now": clock.to_text(now)})
    return True
