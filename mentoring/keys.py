"""Keys: who can open what is sealed: the safeguarding lead, the deputy, and the recovery key on paper (P15).

The box keeps public halves, and the owners' private halves locked with their passwords. The recovery key's private
half is shown once, when it is made, and kept nowhere.
"""

from datetime import datetime

from sqlite_utils import Database

from mentoring import clock, journal, sealing
from mentoring.database import insert, row, rows, write
from mentoring.sealing import Key
from mentoring.staff import Role

# words

OWNERS = frozenset({Role.SAFEGUARDING_LEAD, Role.DEPUTY})

# memory


def recipients(db: Database) -> list[str]:
    """The public halves of all good keys, the recovery key's among them: to whom everything is sealed now."""
    return [each["public"] for each in rows(db, "select public from keys where ended is null order by id")]


def recovery(db: Database) -> str | None:
    """The recovery key's public half, or None when none was made yet: nothing is sealed before that."""
    found = row(db, "select public from keys where staff_id is null and ended is null")
    return found["public"] if found else None


def public_of(db: Database, staff_id: int) -> str | None:
    """The public half of this owner's key, or None."""
    found = row(db, "select public from keys where staff_id = :id and ended is null", id=staff_id)
    return found["public"] if found else None


def _locked(db: Database, staff_id: int) -> bytes | None:
    found = row(db, "select locked from keys where staff_id = :id and ended is null", id=staff_id)
    return found["locked"] if found else None


def remember(db: Database, staff_id: int | None, key: Key, locked: bytes | None, *, by: str, now: datetime) -> None:
    """Write down a new key, inside a change; whoever had one has this one from now on."""
    end(db, staff_id, by=by, now=now)
    values = {"staff_id": staff_id, "public": key.public, "locked": locked, "made": clock.to_text(now)}
    journal.note(db, "key.made", actor=by, now=now, key=insert(db, "keys", values), staff=staff_id)


def end(db: Database, staff_id: int | None, *, by: str, now: datetime) -> None:
    """Take this owner's key out, inside a change: what is sealed from now on is not for it, and its lock is gone.

    What was sealed to it before is sealed anew by the next owner who opens the records.
    """
    ended = db.execute(
        "update keys set ended = :now, locked = null where staff_id is :id and ended is null",
        {"now": clock.to_text(now), "id": staff_id},
    )
    if ended.rowcount:
        journal.note(db, "key.ended", actor=by, now=now, staff=staff_id)


# actions


def make_recovery(db: Database, *, by: str, now: datetime) -> Key:
    """A new recovery key, to be shown once and printed. An earlier one opens nothing that is sealed from now on."""
    key = sealing.new_key()
    with write(db):
        remember(db, None, key, None, by=by, now=now)
    return key


def ensure(db: Database, staff_id: int, *, password: str, by: str, now: datetime) -> Key:
    """This owner's pair, opened with the password that was just checked; made when there is none yet.

    Raises `WrongKey` when there is one that this password does not open.
    """
    if locked := _locked(db, staff_id):
        return sealing.unlock(locked, password)
    key = sealing.new_key()
    kept = sealing.lock(key, password)
    with write(db):
        if _locked(db, staff_id) is None:
            remember(db, staff_id, key, kept, by=by, now=now)
    return key if public_of(db, staff_id) == key.public else ensure(db, staff_id, password=password, by=by, now=now)


def relock(db: Database, staff_id: int, *, old: str, new: str) -> None:
    """Lock this owner's key with a new password, inside the change that sets it. Nothing where there is no key.

    Raises `WrongKey` when the old password does not open it.
    """
    if locked := _locked(db, staff_id):
        kept = sealing.lock(sealing.unlock(locked, old), new)
        db.execute(
            "update keys set locked = :locked where staff_id = :id and ended is null", {"locked": kept, "id": staff_id}
        )
