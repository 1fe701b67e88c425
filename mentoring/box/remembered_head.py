"""Where the paper trail ended, remembered in a small file beside the database (P17).

A database that does not hold this row is an older copy, or another one, that somebody renamed into place. The file is
written at most once a minute, so the newest copy that is taken for the right one is a minute old. It proves nothing
against somebody who replaces the whole folder or deletes the file: the heads on paper and beside backups do.
"""

import json
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.box import trail
from mentoring.box.backups import Head
from mentoring.store import journal
from mentoring.store.atomic_files import NotAFile, read_small, write_atomically
from mentoring.store.journal import Touched

# words

FILE = "trail-head.json"


# memory


def remembered(folder: Path) -> Head | None:
    """The row that is remembered in the programme's folder, or None when there is none or it cannot be read."""
    try:
        told = json.loads(read_small(folder / FILE))
        return Head(int(told["id"]), str(told["hash"]), clock.from_text(told["made"]))
    except (OSError, NotAFile, ValueError, KeyError, TypeError):
        return None


def fault(db: Database, folder: Path) -> Touched | None:
    """The remembered row, when the database does not hold it although no restore and no retention took it out."""
    head = remembered(folder)
    return trail.head_fault(db, head.id, head.hash, made=head.made) if head else None


# actions


def remember(db: Database, folder: Path, *, now: datetime) -> bool:
    """Remember the newest row of the trail, if it is another one. False, and nothing is written, for an older copy."""
    if fault(db, folder):
        return False
    last, head = remembered(folder), journal.head(db)
    if head and (last is None or (last.id, last.hash) != head):
        told = {"id": head[0], "hash": head[1], "made": clock.to_text(now)}
        write_atomically(folder / FILE, json.dumps(told).encode())
    return True


def forget(folder: Path) -> None:
    """Forget the row: another database is about to be put in place."""
    (folder / FILE).unlink(missing_ok=True)
