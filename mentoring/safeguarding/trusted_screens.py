"""Trusted screens: browsers that show the staff room's screen, on which a tapped name counts at once (P5).

Of any other browser with the staff room's link nobody knows who taps there.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words


@dataclass(frozen=True)
class TrustedScreen:
    """One browser that the lead has marked as trusted, and since when. Its token is not kept, only a hash of it."""

    id: int
    since: datetime


# rules


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# memory


def in_use(db: Database, link: str) -> list[TrustedScreen]:
    """The screens that are trusted for this link of the staff room; with another link none of them is."""
    found = rows(db, "select id, since from trusted_screens where link = :link order by id", link=_hash(link))
    return [TrustedScreen(each["id"], clock.from_text(each["since"])) for each in found]


def is_trusted(db: Database, link: str, token: str) -> bool:
    """Whether the browser with this token is trusted for this link of the staff room."""
    known = "select 1 from trusted_screens where token = :token and link = :link"
    return bool(token and link) and row(db, known, token=_hash(token), link=_hash(link)) is not None


# actions


def trust(db: Database, link: str, *, by: str, now: datetime) -> str:
    """Trust one browser for this link of the staff room; its token. What was trusted for an earlier link is deleted."""
    token = secrets.token_urlsafe(24)
    with write(db):
        db.execute("delete from trusted_screens where link <> :link", {"link": _hash(link)})
        values = {"token": _hash(token), "link": _hash(link), "since": clock.to_text(now)}
        screen_id = insert(db, "trusted_screens", values)
        journal.note(db, "screen.trusted", actor=by, now=now, screen=screen_id)
    return token


def end(db: Database, screen_id: int, *, by: str, now: datetime) -> None:
    """Trust a browser no more."""
    with write(db):
        if db.execute("delete from trusted_screens where id = :id", {"id": screen_id}).rowcount:
            journal.note(db, "screen.trust_ended", actor=by, now=now, screen=screen_id)
