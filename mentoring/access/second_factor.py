"""The second factor: codes from an app on a phone (TOTP), each good once, and ten recovery codes on paper (P21)."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from datetime import datetime

import pyotp
from sqlite_utils import Database

from mentoring.basics import clock, forms
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

SECONDS = 30
STEPS_OFF = 1  # a phone's clock may be one step before or behind the box's
RECOVERY_CODES = 10
# Letters and digits that are not confused on paper: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
# Somebody without a factor is checked against this, so that all checks take the same time.
_NOBODYS = pyotp.random_base32()

# rules


def plain(code: str) -> str:
    """A code as it is compared: letters and digits alone, capitals, and digits where a letter was read for one."""
    return forms.code(code[:200]).upper().translate(_MISREAD)


def on_paper(groups: int) -> str:
    """A new code for paper: so many groups of four."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(groups))


def hash_of(code: str) -> str:
    """The hash of a printed code as it is stored; with 60 bits or more a code needs no slow hash."""
    return hashlib.sha256(plain(code).encode()).hexdigest()


def code_at(secret: str, *, now: datetime) -> str:
    """The code that the app shows now."""
    return pyotp.HOTP(secret).at(int(now.timestamp()) // SECONDS)


def step_of(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """The 30-second step of this code; None unless it is of this secret, near now, and later than step `after`."""
    here, found = int(now.timestamp()) // SECONDS, None
    for step in range(here - STEPS_OFF, here + STEPS_OFF + 1):
        is_same = hmac.compare_digest(pyotp.HOTP(secret).at(step).encode(), code.encode())
        if is_same and step > after:
            found = step
    return found


def address(secret: str, *, email: str, school: str) -> str:
    """The otpauth address that the square for the phone's app contains."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=f"Drop-in {school}")


# memory


def is_on(db: Database, staff_id: int) -> bool:
    """Whether this person has a second factor."""
    return (
        row(db, "select 1 from second_factors where staff_id = :id and confirmed is not null", id=staff_id) is not None
    )


def who_has_one(db: Database, staff_ids: Iterable[int]) -> frozenset[int]:
    """Those of these people who log in with a second factor."""
    found = rows(
        db,
        """
        select staff_id from second_factors
         where confirmed is not null and staff_id in (select value from json_each(:ids))""",
        ids=json.dumps([*staff_ids]),
    )
    return frozenset(each["staff_id"] for each in found)


def codes_left(db: Database, staff_id: int) -> int:
    """How many recovery codes are not used yet."""
    found = row(db, "select count(*) as left from recovery_codes where staff_id = :id and used is null", id=staff_id)
    return int(found["left"]) if found else 0


def is_from_app(db: Database, staff_id: int | None, code: str, *, now: datetime) -> bool:
    """Whether this is a fresh code from this person's app. Writes nothing; takes as long for an unknown person."""
    factor = row(db, "select * from second_factors where staff_id = :id and confirmed is not null", id=staff_id)
    secret, after = (factor["secret"], factor["last_step"]) if factor else (_NOBODYS, 0)
    step = step_of(secret, plain(code), now=now, after=after)
    return factor is not None and step is not None


def is_from_paper(db: Database, staff_id: int | None, code: str) -> bool:
    """Whether this is one of this person's recovery codes, not used yet. Writes nothing."""
    found = row(
        db,
        "select 1 from recovery_codes where code_hash = :hash and staff_id = :id and used is null",
        hash=hash_of(code),
        id=staff_id,
    )
    return found is not None


def accepts(db: Database, staff_id: int | None, code: str, *, now: datetime) -> bool:
    """Whether this code is valid, from the app or from paper. A person without a factor needs none. Writes nothing."""
    from_app, from_paper = is_from_app(db, staff_id, code, now=now), is_from_paper(db, staff_id, code)
    return from_app or from_paper or staff_id is None or not is_on(db, staff_id)


def spend(db: Database, staff_id: int, code: str, *, now: datetime) -> bool:
    """Mark a code as used, inside the change it allows; False when it is not valid or was used already."""
    factor = row(db, "select * from second_factors where staff_id = :id and confirmed is not null", id=staff_id)
    if factor is None:
        return True
    given = plain(code)
    step = step_of(factor["secret"], given, now=now, after=factor["last_step"])
    if step is not None:
        db.execute("update second_factors set last_step = :step where staff_id = :id", {"step": step, "id": staff_id})
        return True
    used = db.execute(
        "update recovery_codes set used = :now where code_hash = :hash and staff_id = :id and used is null",
        {"now": clock.to_text(now), "hash": hash_of(given), "id": staff_id},
    )
    if used.rowcount:
        journal.note(db, "staff.recovery_code", actor=journal.staff(staff_id), now=now)
    return bool(used.rowcount)


def end_codes(db: Database, *, now: datetime) -> None:
    """Make all earlier codes invalid, inside a transaction: an app's next code is valid, recovery codes are not."""
    step = int(now.timestamp()) // SECONDS
    db.execute("update second_factors set last_step = max(last_step, :step)", {"step": step})
    db.execute("delete from recovery_codes")
    db.execute("delete from printed_codes")


def forget(db: Database, staff_id: int, *, by: str, now: datetime) -> None:
    """Remove the factor and its recovery codes, inside a change."""
    gone = db.execute("delete from second_factors where staff_id = :id", {"id": staff_id})
    db.execute("delete from recovery_codes where staff_id = :id", {"id": staff_id})
    if gone.rowcount:
        journal.note(db, "staff.factor_off", actor=by, now=now, staff=staff_id)


def _remember_codes(db: Database, staff_id: int, codes: Iterable[str], *, now: datetime) -> None:
    db.execute("delete from recovery_codes where staff_id = :id", {"id": staff_id})
    for code in codes:
        insert(db, "recovery_codes", {"code_hash": hash_of(code), "staff_id": staff_id, "made": clock.to_text(now)})


# actions


def begin(db: Database, staff_id: int) -> str:
    """The secret that this person's app is to learn; the same again until a code has confirmed it."""
    with write(db):
        db.execute(
            "insert or ignore into second_factors (staff_id, secret) values (:id, :secret)",
            {"id": staff_id, "secret": pyotp.random_base32()},
        )
    found = row(db, "select secret from second_factors where staff_id = :id", id=staff_id)
    return str(found["secret"]) if found else ""


def confirm(db: Database, staff_id: int, code: str, *, now: datetime) -> list[str] | None:
    """Turn the factor on with a code from the app: log-ins then ask for one. Returns the recovery codes, shown once."""
    codes = [on_paper(3) for _ in range(RECOVERY_CODES)]
    with write(db):
        begun = row(db, "select * from second_factors where staff_id = :id and confirmed is null", id=staff_id)
        step = step_of(begun["secret"], plain(code), now=now, after=0) if begun else None
        if step is None:
            return None
        db.execute(
            "update second_factors set confirmed = :now, last_step = :step where staff_id = :id",
            {"now": clock.to_text(now), "step": step, "id": staff_id},
        )
        _remember_codes(db, staff_id, codes, now=now)
        journal.note(db, "staff.factor_on", actor=journal.staff(staff_id), now=now)
    return codes


def new_codes(db: Database, staff_id: int, *, now: datetime) -> list[str]:
    """Ten new recovery codes, to be shown once; the old ones no longer work."""
    codes = [on_paper(3) for _ in range(RECOVERY_CODES)]
    with write(db):
        _remember_codes(db, staff_id, codes, now=now)
        journal.note(db, "staff.recovery_codes", actor=journal.staff(staff_id), now=now)
    return codes


def remove(db: Database, staff_id: int, *, now: datetime) -> None:
    """Remove one's own factor; the caller has checked that this person may be without one."""
    with write(db):
        forget(db, staff_id, by=journal.staff(staff_id), now=now)
