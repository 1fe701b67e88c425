"""The register of badges: which number belongs to whom, when it was printed, replaced or revoked.

A badge counts as printed once somebody who saw the paper has said so, not when its sheet was made or opened.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

# Badge numbers are random, so that a code does not show when or after whom it was issued. Their range follows from the
# three characters that a code has for them.
NUMBERS = 2**15


# memory


def good_number(db: Database, mentor_id: int) -> int | None:
    """The number of the mentor's good badge, or None."""
    found = row(db, "select number from badges where mentor_id = :id and ended is null", id=mentor_id)
    return found["number"] if found else None


def good_badge(db: Database, mentor_id: int) -> int | None:
    """The id of the mentor's good badge, or None."""
    found = row(db, "select id from badges where mentor_id = :id and ended is null", id=mentor_id)
    return found["id"] if found else None


def owner(db: Database, number: int) -> int | None:
    """The mentor whose good badge bears this number, or None."""
    found = row(db, "select mentor_id from badges where number = :number and ended is null", number=number)
    return found["mentor_id"] if found else None


def printed(db: Database, mentor_ids: list[int]) -> dict[int, datetime]:
    """When each of these mentors' good badges was printed last; those never printed are left out."""
    found = rows(db, "select mentor_id, printed from badges where ended is null and printed is not null")
    return {
        each["mentor_id"]: clock.from_text(each["printed"]) for each in found if each["mentor_id"] in set(mentor_ids)
    }


def any_issued(db: Database) -> bool:
    """Whether any badge was ever issued; if so, the key that made them must not be replaced."""
    return row(db, "select 1 from badges") is not None


def _free_number(db: Database) -> int:
    while True:
        number = secrets.randbelow(NUMBERS)
        if row(db, "select 1 from badges where number = :number", number=number) is None:
            return number


def _issue(db: Database, mentor_id: int, now: datetime) -> int:
    number = _free_number(db)
    return insert(db, "badges", {"mentor_id": mentor_id, "number": number, "issued": clock.to_text(now)})


def _end(db: Database, mentor_id: int, how: str, now: datetime) -> bool:
    ended = db.execute(
        "update badges set ended = :now, ended_how = :how where mentor_id = :id and ended is null",
        {"now": clock.to_text(now), "how": how, "id": mentor_id},
    )
    return bool(ended.rowcount)


# actions


def issue_missing(db: Database, mentor_ids: list[int], *, by: str, now: datetime) -> dict[int, int]:
    """A good badge for each of these mentors, issued where there is none; revokes nothing. Mentor id to number."""
    with write(db):
        for mentor_id in mentor_ids:
            if good_number(db, mentor_id) is None:
                badge_id = _issue(db, mentor_id, now)
                journal.note(db, "badge.issued", actor=by, now=now, mentor=mentor_id, badge=badge_id)
        return {mentor_id: number for mentor_id in mentor_ids if (number := good_number(db, mentor_id)) is not None}


def note_sheet(db: Database, mentor_ids: list[int], *, by: str, now: datetime) -> None:
    """Note in the journal that a sheet with the badges of these mentors was handed out, to be printed."""
    with write(db):
        journal.note(db, "badge.sheet", actor=by, now=now, mentors=mentor_ids)


def note_printed(db: Database, numbers: Mapping[int, int], *, by: str, now: datetime) -> list[int]:
    """Remember that these badges, by mentor id, were printed well, as somebody says who has seen the paper.

    Those that have ended since they were drawn are left out. Returns the ids of the mentors whose badge it noted.
    """
    with write(db):
        noted = [mentor_id for mentor_id, number in numbers.items() if good_number(db, mentor_id) == number]
        for mentor_id in noted:
            db.execute(
                "update badges set printed = :now where mentor_id = :id and ended is null",
                {"now": clock.to_text(now), "id": mentor_id},
            )
        if noted:
            journal.note(db, "badge.printed", actor=by, now=now, mentors=noted)
    return noted


def replace(db: Database, mentor_id: int, *, number: int | None, by: str, now: datetime) -> None:
    """A new badge for a lost one; the old badge is refused from now on.

    `number` is the badge that the page showed as good: a second tap finds another number and changes nothing.
    """
    with write(db):
        if good_number(db, mentor_id) != number:
            return
        _end(db, mentor_id, "replaced", now)
        badge_id = _issue(db, mentor_id, now)
        journal.note(db, "badge.replaced", actor=by, now=now, mentor=mentor_id, badge=badge_id)


def revoke(db: Database, mentor_id: int, *, by: str, now: datetime) -> bool:
    """End the mentor's good badge. Returns whether there was one."""
    with write(db):
        return revoked(db, mentor_id, by=by, now=now)


def revoked(db: Database, mentor_id: int, *, by: str, now: datetime) -> bool:
    """End the mentor's good badge inside a change; whether there was one."""
    there_was = _end(db, mentor_id, "revoked", now)
    if there_was:
        journal.note(db, "badge.revoked", actor=by, now=now, mentor=mentor_id)
    return there_was


def good_again(db: Database, badge_id: int, *, by: str, now: datetime) -> bool:
    """Make a revoked badge good again, inside a change; False when the mentor has another good badge."""
    again = db.execute(
        """
        update badges set ended = null, ended_how = null
         where id = :id and ended_how = 'revoked'
           and not exists (select 1 from badges as other
                            where other.mentor_id = badges.mentor_id and other.ended is null)""",
        {"id": badge_id},
    )
    if again.rowcount:
        found = row(db, "select mentor_id from badges where id = :id", id=badge_id)
        journal.note(
            db, "badge.good_again", actor=by, now=now, mentor=found["mentor_id"] if found else None, badge=badge_id
        )
    return bool(again.rowcount)
