"""Close of day: counts requests, then deletes their rows, their order and their bytes (P8).

In this order: count and delete in one change; rewrite the file (VACUUM); truncate the write-ahead log; then search
the raw bytes of every file of the programme, and store what was found.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.lunch import counts, help_requests
from mentoring.school import school_year
from mentoring.store import journal
from mentoring.store.database import insert, rewrite, row, rows, write

# words

LOOK_SECONDS = 120
_PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True)
class SelfTest:
    """The result of searching the files for traces of deleted requests: `traces` should be 0.

    `looked` counts bytes; None when the box crashed before it could look: then the marks to look for are lost.
    """

    at: datetime
    looked: int | None
    traces: int


# memory


def waiting(db: Database, *, now: datetime) -> list[int]:
    """The drop-ins that are over and not closed. Every one gets closed, so that being closed does not show who came."""
    found = rows(
        db,
        "select id from drop_ins where ends <= :now and id not in (select drop_in_id from visits) order by ends, id",
        now=clock.to_text(now),
    )
    return [each["id"] for each in found]


def is_due(db: Database, *, now: datetime) -> bool:
    """Whether there is something to close, an erasure that a crash interrupted, or a half term that is over."""
    today = clock.school_day(now, school_year.zone(db))
    return bool(waiting(db, now=now)) or _unfinished(db) is not None or counts.is_one_over(db, today=today)


def is_time(db: Database, *, now: datetime, wait: timedelta) -> bool:
    """Whether the box should close the day by itself: something is due, and the last drop-in of today is well over."""
    today = school_year.on_day(db, clock.school_day(now, school_year.zone(db)))
    return is_due(db, now=now - wait) and all(each.ends + wait <= now for each in today)


def _unfinished(db: Database) -> int | None:
    found = row(db, "select id from self_tests where traces is null order by id desc limit 1")
    return found["id"] if found else None


def latest_self_test(db: Database) -> SelfTest | None:
    """The newest self-test, or None before the first."""
    found = row(db, "select * from self_tests where traces is not null order by id desc limit 1")
    return SelfTest(clock.from_text(found["at"]), found["looked"], found["traces"]) if found else None


def _marks(db: Database, drop_in_ids: list[int]) -> list[bytes]:
    """The texts to search for: ids and keys of these requests, kept in memory until the search ends."""
    found = [
        each
        for drop_in_id in drop_in_ids
        for each in rows(db, "select id, key from help_requests where drop_in_id = :id", id=drop_in_id)
    ]
    return [text.encode() for each in found for text in (each["id"], each["key"])]


def _end_forgotten_duties(db: Database, drop_in_id: int) -> None:
    db.execute(
        """
        update duties set assumed = 1, ended = (select ends from drop_ins where id = :id)
         where drop_in_id = :id and ended is null""",
        {"id": drop_in_id},
    )


def _look(folder: Path, marks: list[bytes]) -> tuple[int, int]:
    """What `self_test` finds, in a process of its own: looking here would drop the locks this process holds."""
    seen = subprocess.run(
        [sys.executable, "-P", "-m", "mentoring.store.traces", str(folder.resolve())],
        input=b"\n".join(marks),
        capture_output=True,
        check=True,
        timeout=LOOK_SECONDS,
        env={**os.environ, "PYTHONPATH": _PACKAGE_ROOT},
    )
    told = json.loads(seen.stdout)
    return told["looked"], told["traces"]


# actions


def close(db: Database, *, folder: Path, now: datetime) -> SelfTest | None:
    """Close every drop-in that is over. Safe to run twice: the second time there is nothing to do, and None.

    Raises `StillRead` when a reader kept the log open; the counts are stored, and the next run erases the bytes.
    """
    over = waiting(db, now=now)
    marks = _marks(db, over)
    if over:
        with write(db):
            for drop_in_id in over:
                counts.count_in(db, drop_in_id, help_requests.asked_about(db, drop_in_id), now=now)
                _end_forgotten_duties(db, drop_in_id)
                db.execute("delete from help_requests where drop_in_id = :id", {"id": drop_in_id})
                journal.note(db, "drop_in.closed", actor=counts.WHO, now=now, drop_in=drop_in_id)
            # Until this row is filled in, the erasure is not finished: after a crash here the next run finishes it.
            insert(db, "self_tests", {"at": clock.to_text(now)})
    counts.end_what_is_over(db, today=clock.school_day(now, school_year.zone(db)), now=now)
    unfinished = _unfinished(db)
    if unfinished is None:
        return None
    rewrite(db)
    looked, found = _look(folder, marks)
    outcome = SelfTest(now, looked if over else None, found)
    with write(db):
        db.execute(
            "update self_tests set at = :at, looked = :looked, traces = :traces where traces is null",
            {"at": clock.to_text(now), "looked": outcome.looked, "traces": outcome.traces},
        )
    return outcome
