"""Close of day: counts requests, then deletes their rows, their order and their bytes (P8).

In this order: count and delete in one change; rewrite the file (VACUUM); truncate the write-ahead log; then search
the raw bytes of every file of the programme, and store what was found.

The search knows the ids and keys of the requests just deleted, and recognises any other request by its form: an id, or
a ticket word with the topic behind it (`help_requests.FORMS`). It cannot recognise a key alone of a request that was
deleted earlier, nor anything in a file that is compressed or sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.lunch import counts, help_requests
from mentoring.school import school_year
from mentoring.store import journal, traces
from mentoring.store.database import insert, rewrite, row, rows, write
from mentoring.store.traces import Wanted

# words


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
    """The drop-ins that are over and not closed. Every one gets closed, so that being closed does not show who came.

    One that was counted already, but has requests or an open duty again, is not closed: a wrong clock counted it early.
    """
    found = rows(
        db,
        """
        select id from drop_ins
         where ends <= :now
           and (id not in (select drop_in_id from visits)
                or id in (select drop_in_id from help_requests)
                or id in (select drop_in_id from duties where ended is null))
         order by ends, id""",
        now=clock.to_text(now),
    )
    return [each["id"] for each in found]


def has_left_over(db: Database, *, now: datetime) -> bool:
    """Whether there are requests of a drop-in that is over and was counted already."""
    found = row(
        db,
        """
        select 1 from help_requests
         where drop_in_id in (select id from drop_ins where ends <= :now)
           and drop_in_id in (select drop_in_id from visits)""",
        now=clock.to_text(now),
    )
    return found is not None


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


def _found_traces(db: Database) -> bool:
    last = latest_self_test(db)
    return last is not None and last.traces > 0


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


def look(db: Database, folder: Path, marks: Sequence[bytes] = ()) -> tuple[int, int]:
    """How many bytes of the folder's files were searched, and how many traces of forgotten requests are in them.

    What is of a request that is not forgotten yet is no trace; it is read after the search, for one that was asked
    meanwhile.
    """
    looked, found = traces.look_in_a_child(folder, Wanted(tuple(marks), help_requests.FORMS))
    return looked, len(found - help_requests.living(db))


# actions


def take_back(db: Database, *, now: datetime) -> None:
    """Undo the closing of drop-ins that are still to come: a clock that ran ahead closed them.

    Nobody was on duty and nobody asked, so their closing added nothing to any count. All of them are closed again when
    they are over, whether somebody asks or not, so that being closed again does not show who came.
    """
    early = """
        drop_in_id in (select id from drop_ins where ends > :now and id not in (select drop_in_id from duties))
        and asked = 0"""
    values = {"now": clock.to_text(now)}
    if row(db, f"select 1 from visits where {early}", **values) is None:  # noqa: S608 # our own words
        return
    with write(db):
        db.execute(f"delete from visits where {early}", values)  # noqa: S608 # as above
        journal.note(db, "drop_in.closed_early", actor=counts.WHO, now=now)


def close(db: Database, *, folder: Path, now: datetime) -> SelfTest | None:
    """Close every drop-in that is over. Safe to run twice: the second time there is nothing to do, and None.

    After a search that found something it looks again.

    Raises `StillRead` when a reader kept the log open; the counts are stored, and the next run erases the bytes.
    """
    over, again = waiting(db, now=now), _found_traces(db)
    marks = _marks(db, over)
    if over or again:
        with write(db):
            for drop_in_id in over:
                if counts.count_in(db, drop_in_id, help_requests.asked_about(db, drop_in_id), now=now):
                    journal.note(db, "drop_in.closed", actor=counts.WHO, now=now, drop_in=drop_in_id)
                _end_forgotten_duties(db, drop_in_id)
                db.execute("delete from help_requests where drop_in_id = :id", {"id": drop_in_id})
            # Until this row is filled in, the erasure is not finished: after a crash here the next run finishes it.
            insert(db, "self_tests", {"at": clock.to_text(now)})
    counts.end_what_is_over(db, today=clock.school_day(now, school_year.zone(db)), now=now)
    unfinished = _unfinished(db)
    if unfinished is None:
        return None
    rewrite(db)
    looked, found = look(db, folder, marks)
    outcome = SelfTest(now, looked if over or again else None, found)
    with write(db):
        db.execute(
            "update self_tests set at = :at, looked = :looked, traces = :traces where traces is null",
            {"at": clock.to_text(now), "looked": outcome.looked, "traces": outcome.traces},
        )
    return outcome
