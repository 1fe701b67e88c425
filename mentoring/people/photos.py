"""Photographs of mentors for the staff room's screen alone: only of those who agreed, for a year at a time (P12)."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.store import journal
from mentoring.store.database import row, rows, write

# words

# After this the mentor is asked again; until then the picture is not shown.
AGREED_FOR = timedelta(days=365)


# memory


def picture(db: Database, mentor_id: int, *, now: datetime) -> bytes:
    """The mentor's photograph as a PNG, or nothing: where there is none, or they agreed too long ago."""
    found = row(
        db,
        "select picture from photos where mentor_id = :id and agreed > :since",
        id=mentor_id,
        since=clock.to_text(now - AGREED_FOR),
    )
    return bytes(found["picture"]) if found else b""


def agreed(db: Database, mentor_id: int) -> datetime | None:
    """When the mentor agreed to the photograph that is kept, or None."""
    found = row(db, "select agreed from photos where mentor_id = :id", id=mentor_id)
    return clock.from_text(found["agreed"]) if found else None


def is_kept(db: Database, mentor_id: int) -> bool:
    """Whether there is a photograph of this mentor."""
    return row(db, "select 1 from photos where mentor_id = :id", id=mentor_id) is not None


def shown(db: Database, *, now: datetime) -> frozenset[int]:
    """The ids of the mentors whose photograph may be shown now."""
    found = rows(db, "select mentor_id from photos where agreed > :since", since=clock.to_text(now - AGREED_FOR))
    return frozenset(each["mentor_id"] for each in found)


# actions


def keep(db: Database, mentor_id: int, picture: bytes, *, by: str, now: datetime) -> None:
    """Keep a photograph, which the caller has checked and re-encoded; the mentor has agreed to it today."""
    with write(db):
        db.execute(
            """
            insert into photos (mentor_id, picture, agreed) values (:mentor, :picture, :now)
            on conflict (mentor_id) do update set picture = :picture, agreed = :now""",
            {"mentor": mentor_id, "picture": picture, "now": clock.to_text(now)},
        )
        journal.note(db, "photo.kept", actor=by, now=now, mentor=mentor_id)


def remove(db: Database, mentor_id: int, *, by: str, now: datetime) -> None:
    """Take a photograph away; a second tap takes nothing more."""
    with write(db):
        if db.execute("delete from photos where mentor_id = :mentor", {"mentor": mentor_id}).rowcount:
            journal.note(db, "photo.removed", actor=by, now=now, mentor=mentor_id)
