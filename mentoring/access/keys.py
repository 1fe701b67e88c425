"""The keys that concerns and backups are encrypted to: of the owners, and the recovery key on paper (P15).

The box keeps public halves, and the owners' private halves locked with their passwords. The recovery key's private
half is shown once, when it is made, and kept nowhere; what follows from it is the key that backups are signed with.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlite_utils import Database

from mentoring.access import staff
from mentoring.access.staff import Role, Staff
from mentoring.basics import clock, forms, sealing, signing
from mentoring.basics.forms import Fault
from mentoring.basics.sealing import Key
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

OWNERS = frozenset({Role.SAFEGUARDING_LEAD, Role.DEPUTY})
# Which words of the recovery key are typed from the paper before it counts as printed.
ASKED_WORDS = (3, 11, 19)
_HASHER = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)


class Wrong(StrEnum):
    """Why a key cannot be removed."""

    LAST_READER = "key.last_reader"


@dataclass(frozen=True)
class OnPaper:
    """The recovery key as the box knows it: `confirmed` once somebody has typed from the paper."""

    public: str
    made: datetime
    confirmed: datetime | None


# rules


def asked_of(words: str) -> str:
    """The three words that are asked for, as they are compared: lower case, one space between."""
    typed = forms.words(words)
    return " ".join(typed[place - 1] for place in ASKED_WORDS) if len(typed) >= max(ASKED_WORDS) else ""


def fingerprint(recipients: Iterable[str]) -> str:
    """A short hash of a set of public keys, to compare whom something is sealed to."""
    return hashlib.sha256("\n".join(sorted(recipients)).encode()).hexdigest()[:16]


# memory


def on_paper(db: Database) -> OnPaper | None:
    """The recovery key and whether it was typed from paper, or None when none was made yet."""
    found = row(db, "select public, made, confirmed from keys where staff_id is null and ended is null")
    if found is None:
        return None
    confirmed = clock.from_text(found["confirmed"]) if found["confirmed"] else None
    return OnPaper(found["public"], clock.from_text(found["made"]), confirmed)


def unlocked(db: Database, staff_id: int, *, password: str) -> Key | None:
    """This owner's pair, or None where they have none. Raises `WrongKey` for another password."""
    locked = _locked(db, staff_id)
    return sealing.unlock(locked, password) if locked else None


def recipients(db: Database) -> list[str]:
    """The public halves of all good keys, the recovery key's among them: to whom everything is sealed now."""
    return [each["public"] for each in rows(db, "select public from keys where ended is null order by id")]


def recovery(db: Database) -> str | None:
    """The recovery key's public half, or None when none was made yet: nothing is sealed before that."""
    found = row(db, "select public from keys where staff_id is null and ended is null")
    return found["public"] if found else None


def signing_keys(db: Database) -> dict[str, bytes]:
    """What this box signs with, by the public half of the recovery key it follows from: one or none."""
    found = rows(
        db,
        """
        select public, secret from signing_keys join keys on keys.id = key_id
         where staff_id is null and ended is null""",
    )
    return {each["public"]: each["secret"] for each in found}


def signing_key(db: Database) -> bytes | None:
    """What this box signs its backups with; None while there is no recovery key that it can sign for."""
    return next(iter(signing_keys(db).values()), None)


def remember_signing_key(db: Database, known: Mapping[str, bytes]) -> None:
    """Keep the signing key of the recovery key there is, out of those that somebody knows by its public half."""
    for public, secret in known.items():
        db.execute(
            """
            insert or replace into signing_keys (key_id, secret)
            select id, :secret from keys where staff_id is null and ended is null and public = :public""",
            {"public": public, "secret": secret},
        )


def was_on_paper(db: Database) -> bool:
    """Whether any recovery key was ever confirmed: after that only a reader of concerns may replace it."""
    return row(db, "select 1 from keys where staff_id is null and confirmed is not null") is not None


def readers(db: Database) -> list[Staff]:
    """The staff who can open what is sealed from now on: all owners with a key. The recovery key opens it too."""
    return [each for each in staff.everyone(db) if each.role in OWNERS and public_of(db, each.id)]


def public_of(db: Database, staff_id: int) -> str | None:
    """The public half of this owner's key, or None."""
    found = row(db, "select public from keys where staff_id = :id and ended is null", id=staff_id)
    return found["public"] if found else None


def _locked(db: Database, staff_id: int) -> bytes | None:
    found = row(db, "select locked from keys where staff_id = :id and ended is null", id=staff_id)
    return found["locked"] if found else None


def remember(db: Database, staff_id: int | None, key: Key, locked: bytes | None, *, by: str, now: datetime) -> None:
    """Store a new key in place of an earlier one, inside a transaction."""
    end(db, staff_id, by=by, now=now)
    values = {"staff_id": staff_id, "public": key.public, "locked": locked, "made": clock.to_text(now)}
    journal.note(db, "key.made", actor=by, now=now, key=insert(db, "keys", values), staff=staff_id)


def end(db: Database, staff_id: int | None, *, by: str, now: datetime) -> None:
    """Remove this owner's key, inside a transaction: nothing is sealed to it from now on.

    The next owner who opens the records encrypts again what was sealed to it.
    """
    ended = db.execute(
        "update keys set ended = :now, locked = null where staff_id is :id and ended is null",
        {"now": clock.to_text(now), "id": staff_id},
    )
    db.execute("delete from signing_keys where key_id in (select id from keys where ended is not null)")
    if ended.rowcount:
        journal.note(db, "key.ended", actor=by, now=now, staff=staff_id)


def shut_without(db: Database, staff_id: int) -> int:
    """How many sealed entries no owner could open if this key were removed; may be too many, never too few.

    Everything is sealed to all keys that are good at that moment. So an older key opens whatever this one opens, and a
    younger one what is sealed to just today's keys, or was written since it was made.
    """
    good = rows(db, "select staff_id, made from keys where ended is null and staff_id is not null order by id")
    if all(each["staff_id"] != staff_id for each in good) or good[0]["staff_id"] != staff_id:
        return 0
    since = next((each["made"] for each in good[1:]), None)
    mark = fingerprint(recipients(db))
    found = row(
        db,
        """
        select count(*) as shut from (
               select at, sealed_to from concern_entries
                union all select at, sealed_to from concern_drafts
                union all select at, sealed_to from concern_receipts)
         where :since is null or (sealed_to <> :mark and at <= :since)""",
        since=since,
        mark=mark,
    )
    return int(found["shut"]) if found else 0


def last_reader_fault(db: Database, member: Staff) -> Fault | None:
    """Why this owner's key cannot be removed now: only the recovery key could open the records. Else None."""
    shut = shut_without(db, member.id)
    if not shut:
        return None
    return Fault("role", Wrong.LAST_READER, {"texts": shut})


# actions


def make_recovery(db: Database, *, by: str, now: datetime) -> Key:
    """Make a recovery key, to be shown once and printed. An earlier one opens nothing that is sealed after this."""
    key = sealing.new_key()
    # A slow hash of three of the 24 words: enough to recognise the paper, and of no use for guessing the rest.
    asked = _HASHER.hash(asked_of(key.words))
    with write(db):
        remember(db, None, key, None, by=by, now=now)
        db.execute(
            "update keys set asked_words = :asked where staff_id is null and ended is null",
            {"asked": asked},
        )
        remember_signing_key(db, {key.public: signing.key_of(key)})
    return key


def confirm_recovery(db: Database, typed: Sequence[str], *, by: str, now: datetime) -> bool:
    """Whether these are the words asked for, in their order; if so, the key counts as printed from now on."""
    found = row(db, "select id, asked_words, confirmed from keys where staff_id is null and ended is null")
    if found is None or found["asked_words"] is None:
        return False
    try:
        _HASHER.verify(found["asked_words"], " ".join(forms.words(" ".join(typed))))
    except VerificationError:
        return False
    with write(db):
        db.execute(
            "update keys set confirmed = :now where id = :id and confirmed is null",
            {"now": clock.to_text(now), "id": found["id"]},
        )
        if found["confirmed"] is None:
            journal.note(db, "key.confirmed", actor=by, now=now, key=found["id"])
    return True


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
