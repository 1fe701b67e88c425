"""Wiping: rewrites the file so that no deleted byte stays. Recorded with the deletion and done after it."""

from datetime import datetime

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.store.database import insert, rewrite, row, write

# memory


def is_owed(db: Database) -> bool:
    """Whether rows were deleted whose bytes may still be in the file."""
    return row(db, "select 1 from wipes where done is null") is not None


def owe(db: Database, *, now: datetime) -> None:
    """Record, inside the transaction that deletes, that the file must be rewritten, also after a crash."""
    insert(db, "wipes", {"at": clock.to_text(now)})


# actions


def finish(db: Database, *, now: datetime) -> bool:
    """Rewrite the file if that was recorded; True if it was. Raises `StillRead` while a reader keeps the log open."""
    if not is_owed(db):
        return False
    rewrite(db)
    with write(db):
        db.execute("update wipes set done = :now where done is null", {"now": clock.to_text(now)})
    return True
