"""Staff: their accounts, their passwords (Argon2id), and their log-ins in the staff pages."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlite_utils import Database

from mentoring import clock, journal, programme
from mentoring.database import insert, row, rows, write
from mentoring.people import Fault, tidy
from mentoring.programme import NotSetUp

# words

SHORTEST_PASSWORD = 10
# OWASP's floor for Argon2id: 26 ms a log-in here, where the library's own default costs 207 ms and 64 MB.
_HASHER = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)
# A name that does not exist is checked against this, so that it answers in the same time as one that does (P21).
_NOBODY = _HASHER.hash(secrets.token_hex(16))


class Role(StrEnum):
    """What a member of staff is to the programme. There is always exactly one lead."""

    LEAD = "lead"
    DEPUTY = "deputy"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    HELPER = "helper"
    IT = "it"


@dataclass(frozen=True)
class Staff:
    """A member of staff who can log in, and whom a pupil can find on foot."""

    id: int
    name: str
    email: str
    role: Role
    room: str
    phone: str

    @property
    def where(self) -> str:
        """Name and room as a pupil can follow them."""
        return f"{self.name} in {self.room}" if self.room else self.name


@dataclass(frozen=True)
class LoggedIn:
    """Who is behind a page. `idle` means: alerts only, until the password is given again (P5)."""

    staff: Staff
    idle: bool


# rules


def password_fault(password: str, *, name: str, email: str) -> Fault | None:
    """What is wrong with a new password, or None."""
    if len(password) < SHORTEST_PASSWORD:
        return Fault("password", f"is shorter than {SHORTEST_PASSWORD} characters", "three words in a row are easy")
    if password.lower() in (name.lower(), email.lower()):
        return Fault("password", "is your name or address", "choose words nobody would guess")
    return None


def new_staff_faults(*, school: str, name: str, email: str, password: str) -> list[Fault]:
    """All that is wrong with what set-up was given; empty when nothing is."""
    faults = [
        Fault(field, "is missing", f"write the {meaning}")
        for field, meaning, text in (("school", "school's name", school), ("name", "lead's name", name))
        if not tidy(text)
    ]
    if "@" not in email or len(tidy(email).split()) != 1:
        faults.append(Fault("email", "is not an e-mail address", "write one such as name@school.example"))
    if fault := password_fault(password, name=name, email=email):
        faults.append(fault)
    return faults


def still_good(
    *, started: datetime, last_click: datetime, now: datetime, idle_minutes: int, hours: int
) -> tuple[bool, bool]:
    """Whether a log-in still stands, and whether it has idled. A page's own polling is no click."""
    stands = started <= now + timedelta(minutes=1) and now < started + timedelta(hours=hours)
    return stands, now >= last_click + timedelta(minutes=idle_minutes)


# memory


def _staff(found: Row) -> Staff:
    return Staff(found["id"], found["name"], found["email"], Role(found["role"]), found["room"], found["phone"])


def everyone(db: Database) -> list[Staff]:
    """All staff, the lead first."""
    found = rows(db, "select * from staff order by role <> 'lead', role <> 'deputy', name")
    return [_staff(each) for each in found]


def by_id(db: Database, staff_id: int) -> Staff | None:
    """One member of staff, or None."""
    found = row(db, "select * from staff where id = :id", id=staff_id)
    return _staff(found) if found else None


def by_email(db: Database, email: str) -> Staff | None:
    """One member of staff by address, or None."""
    found = row(db, "select * from staff where email = :email", email=tidy(email))
    return _staff(found) if found else None


def lead(db: Database) -> Staff:
    """The lead. Raises `NotSetUp` on a new box."""
    found = row(db, "select * from staff where role = 'lead'")
    if found is None:
        raise NotSetUp("The programme is not set up yet. Set it up with: dropin init, or in the browser.")
    return _staff(found)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def remember(db: Database, *, name: str, email: str, password: str, role: Role, room: str = "", phone: str = "") -> int:
    """Write one account, inside a change that notes it."""
    account = {
        "name": tidy(name),
        "email": tidy(email),
        "password": _HASHER.hash(password),
        "role": role,
        "room": tidy(room),
        "phone": tidy(phone),
    }
    return insert(db, "staff", account)


# actions


def change(db: Database, staff_id: int, *, name: str, room: str, phone: str, by: str, now: datetime) -> Fault | None:
    """Where pupils find this adult, and what they call them."""
    if not tidy(name):
        return Fault("name", "is missing", "write it as pupils say it")
    with write(db):
        changed = db.execute(
            "update staff set name = :name, room = :room, phone = :phone where id = :id",
            {"name": tidy(name), "room": tidy(room), "phone": tidy(phone), "id": staff_id},
        )
        if changed.rowcount:
            journal.note(db, "staff.changed", actor=by, now=now, staff=staff_id)
    return None


def set_up(
    db: Database, *, school: str, name: str, email: str, password: str, room: str, by: str, now: datetime
) -> bool:
    """Make the programme and its lead. False when someone was first: set-up happens once."""
    with write(db):
        if programme.is_set_up(db):
            return False
        programme.remember(db, school=tidy(school))
        lead_id = remember(db, name=name, email=email, password=password, role=Role.LEAD, room=room)
        journal.note(db, "programme.set_up", actor=by, now=now, staff=lead_id)
    return True


def add(
    db: Database,
    *,
    name: str,
    email: str,
    password: str,
    role: Role,
    room: str,
    phone: str,
    by: str,
    now: datetime,
) -> int | Fault:
    """One more member of staff, with an address of their own."""
    with write(db):
        if by_email(db, email):
            return Fault("email", "is already somebody's", "each member of staff has an address of their own")
        staff_id = remember(db, name=name, email=email, password=password, role=role, room=room, phone=phone)
        journal.note(db, "staff.added", actor=by, now=now, staff=staff_id, role=role)
    return staff_id


def log_in(db: Database, *, email: str, password: str, now: datetime) -> str | None:
    """A new log-in's token, or None. A wrong name and a wrong password answer alike, in words and in time."""
    found = row(db, "select id, password from staff where email = :email", email=tidy(email))
    try:
        _HASHER.verify(found["password"] if found else _NOBODY, password)
    except VerificationError:
        return None
    if found is None:
        return None
    token, at = secrets.token_urlsafe(32), clock.to_text(now)
    with write(db):
        db.execute("delete from log_ins where started < :gone", {"gone": clock.to_text(now - timedelta(days=2))})
        insert(db, "log_ins", {"token_hash": _hash(token), "staff_id": found["id"], "started": at, "last_click": at})
        journal.note(db, "staff.logged_in", actor=journal.staff(found["id"]), now=now)
    return token


def who(db: Database, token: str, *, now: datetime, idle_minutes: int, hours: int) -> LoggedIn | None:
    """Who holds this token, or None when it stands no longer."""
    found = row(db, "select * from log_ins where token_hash = :hash", hash=_hash(token))
    if found is None:
        return None
    stands, idle = still_good(
        started=clock.from_text(found["started"]),
        last_click=clock.from_text(found["last_click"]),
        now=now,
        idle_minutes=idle_minutes,
        hours=hours,
    )
    member = by_id(db, found["staff_id"])
    return LoggedIn(member, idle) if stands and member else None


def clicked(db: Database, token: str, *, now: datetime) -> None:
    """Remember that a person, not a page, was here; at most one write a minute."""
    minute_ago = clock.to_text(now - timedelta(minutes=1))
    found = row(db, "select last_click from log_ins where token_hash = :hash", hash=_hash(token))
    if found is not None and found["last_click"] < minute_ago:
        with write(db):
            db.execute(
                "update log_ins set last_click = :now where token_hash = :hash",
                {"now": clock.to_text(now), "hash": _hash(token)},
            )


def log_out(db: Database, token: str) -> None:
    """End this log-in."""
    with write(db):
        db.execute("delete from log_ins where token_hash = :hash", {"hash": _hash(token)})
