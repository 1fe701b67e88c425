"""Staff: who they are, their passwords (Argon2id), and their log-ins in the staff pages."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlite_utils import Database

from mentoring.access import second_factor, staff
from mentoring.basics import clock, forms
from mentoring.basics.forms import Fault, tidy, unbroken
from mentoring.school import programme
from mentoring.school.programme import NotSetUp
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

SHORTEST_PASSWORD = 10
# OWASP's minimum for Argon2id: 26 ms a log-in here; the library's default takes 207 ms and 64 MB.
_KIBIBYTES, _PASSES = 19456, 2
_HASHER = PasswordHasher(memory_cost=_KIBIBYTES, time_cost=_PASSES, parallelism=1)
# A name that does not exist is checked against this hash of a random password, so that it answers in the same time as
# one that does (P21). It is written out, because making it would take each process 50 ms at its start.
_NOBODY = (
    f"$argon2id$v=19$m={_KIBIBYTES},t={_PASSES},p=1$cqjGqn0akAzhYCokbtUfzQ$kR214RGHhwjfx/a5EHzGsDjSBwzrYYW4nedY97gm+BA"
)
# The stored password of an account whose owner has not chosen one yet: no password opens it.
NO_PASSWORD = ""  # empty, so not a password
KNOWN_DAYS = 180
FINDABLE = ("name", "room", "phone")  # what pupils need to find an adult


class Wrong(StrEnum):
    """What can be wrong with an account's name, address and password."""

    SHORT = "staff.short"
    GUESSED = "staff.guessed"
    NO_NAME = "staff.no_name"
    NO_LEAD = "staff.no_lead"
    NO_NAME_FOR_PUPILS = "staff.no_name_for_pupils"
    NO_SCHOOL = "staff.no_school"
    NO_ADDRESS = "staff.no_address"
    EMAIL_TAKEN = "staff.email_taken"


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
        """Name and room as a pupil can follow them, neither broken where a line ends."""
        return f"{unbroken(self.name)} in {unbroken(self.room)}" if self.room else unbroken(self.name)


@dataclass(frozen=True)
class Browser:
    """One browser in which somebody is logged in, without its token."""

    started: datetime
    last_click: datetime
    is_this: bool


@dataclass(frozen=True)
class LoggedIn:
    """Who is logged in. `idle`: only alerts are shown until the password is given again (P5)."""

    staff: Staff
    idle: bool


# rules


def password_fault(password: str, *, name: str, email: str) -> Fault | None:
    """What is wrong with a new password, or None."""
    if len(password) < SHORTEST_PASSWORD:
        return Fault("password", Wrong.SHORT, {"least": SHORTEST_PASSWORD})
    if password.lower() in (name.lower(), email.lower()):
        return Fault("password", Wrong.GUESSED)
    return None


def account_faults(*, name: str, email: str) -> list[Fault]:
    """All that is wrong with a name and an address to log in with; empty when nothing is."""
    return ([] if tidy(name) else [Fault("name", Wrong.NO_NAME)]) + _address_faults(email)


def _address_faults(email: str) -> list[Fault]:
    return [] if "@" in email and len(tidy(email).split()) == 1 else [Fault("email", Wrong.NO_ADDRESS)]


def new_staff_faults(*, school: str, name: str, email: str, password: str) -> list[Fault]:
    """All that is wrong with what set-up was given; empty when nothing is."""
    faults = [] if tidy(school) else [Fault("school", Wrong.NO_SCHOOL)]
    faults += [] if tidy(name) else [Fault("name", Wrong.NO_LEAD)]
    faults += _address_faults(email)
    if fault := password_fault(password, name=name, email=email):
        faults.append(fault)
    return faults


def form_of(member: Staff) -> dict[str, str]:
    """What the form of an adult shows, by field."""
    return {name: getattr(member, name) for name in FINDABLE}


def still_good(
    *, started: datetime, last_click: datetime, now: datetime, idle_minutes: int, hours: int
) -> tuple[bool, bool]:
    """Whether a log-in is still valid, and whether it is idle. A page's polling does not count as use."""
    stands = started <= now + timedelta(minutes=1) and now < started + timedelta(hours=hours)
    return stands, now >= last_click + timedelta(minutes=idle_minutes)


# memory


def _staff(found: Row) -> Staff:
    return Staff(found["id"], found["name"], found["email"], Role(found["role"]), found["room"], found["phone"])


def everyone(db: Database) -> list[Staff]:
    """All staff who have not left, the lead first."""
    found = rows(db, "select * from staff where ended is null order by role <> 'lead', role <> 'deputy', name")
    return [_staff(each) for each in found]


def former(db: Database) -> list[Staff]:
    """The staff whose account was ended; past records still show their names."""
    return [_staff(each) for each in rows(db, "select * from staff where ended is not null order by name")]


def by_id(db: Database, staff_id: int) -> Staff | None:
    """One member of staff, also one who has left, or None."""
    found = row(db, "select * from staff where id = :id", id=staff_id)
    return _staff(found) if found else None


def by_ids(db: Database, ids: Iterable[int]) -> dict[int, Staff]:
    """These members of staff by id, also those who have left, in one statement; unknown ids are left out."""
    found = rows(
        db, "select * from staff where id in (select value from json_each(:ids))", ids=json.dumps(sorted(set(ids)))
    )
    return {each["id"]: _staff(each) for each in found}


def by_email(db: Database, email: str) -> Staff | None:
    """One member of staff by e-mail address, or None; those who have left have no address."""
    found = row(db, "select * from staff where email = :email and ended is null", email=tidy(email))
    return _staff(found) if found else None


def is_set_up(db: Database) -> bool:
    """Whether the first lead has been made."""
    return row(db, "select 1 from staff where role = 'lead'") is not None


def lead(db: Database) -> Staff:
    """The lead. Raises `NotSetUp` on a new box."""
    found = row(db, "select * from staff where role = 'lead'")
    if found is None:
        raise NotSetUp("The programme is not set up yet. Set it up with: dropin init, or in the browser.")
    return _staff(found)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def remember(
    db: Database, *, name: str, email: str, password: str | None, role: Role, room: str = "", phone: str = ""
) -> int:
    """Write one account, inside a change that notes it; without a password, it waits for its owner to choose one."""
    account = {
        "name": tidy(name),
        "email": tidy(email),
        "password": NO_PASSWORD if password is None else _HASHER.hash(password),
        "role": role,
        "room": tidy(room),
        "phone": tidy(phone),
    }
    return insert(db, "staff", account)


def has_password(db: Database, staff_id: int) -> bool:
    """Whether the owner of this account has chosen a password."""
    return (
        row(db, "select 1 from staff where id = :id and password <> :none", id=staff_id, none=NO_PASSWORD) is not None
    )


def with_password(db: Database) -> list[Staff]:
    """All staff who have not left and have chosen a password, the lead first."""
    found = rows(
        db,
        """
        select * from staff where ended is null and password <> :none
         order by role <> 'lead', role <> 'deputy', name""",
        none=NO_PASSWORD,
    )
    return [_staff(each) for each in found]


def set_password(db: Database, staff_id: int, password: str, *, keep: str = "") -> None:
    """Write a new password, inside a change that notes it; all log-ins end but the one with the token `keep`."""
    db.execute("update staff set password = :hash where id = :id", {"hash": _HASHER.hash(password), "id": staff_id})
    forget_log_ins(db, staff_id, keep=keep)


def forget_log_ins(db: Database, staff_id: int, *, keep: str = "") -> int:
    """End every log-in of this person but one, inside a change that says why; how many there were."""
    ended = db.execute(
        "delete from log_ins where staff_id = :id and token_hash <> :keep", {"id": staff_id, "keep": _hash(keep)}
    )
    return int(ended.rowcount)


def forget_browsers(db: Database, staff_id: int) -> None:
    """Forget all known browsers of this person, inside a change."""
    db.execute("delete from known_browsers where staff_id = :id", {"id": staff_id})


def fits(db: Database, staff_id: int | None, password: str) -> bool:
    """Whether this is their password. Takes as long for an unknown person (P21)."""
    found = row(db, "select password from staff where id = :id and ended is null", id=staff_id)
    try:
        _HASHER.verify(found["password"] if found and found["password"] else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(found and found["password"])


def browsers(db: Database, staff_id: int, *, this: str) -> list[Browser]:
    """Where somebody is logged in, the newest first; `this` is the token of whoever asks."""
    found = rows(db, "select * from log_ins where staff_id = :id order by last_click desc", id=staff_id)
    return [
        Browser(
            clock.from_text(each["started"]), clock.from_text(each["last_click"]), each["token_hash"] == _hash(this)
        )
        for each in found
    ]


def is_known(db: Database, token: str, staff_id: int | None, *, now: datetime) -> bool:
    """Whether this browser has been logged in as this person before: wrong guesses from elsewhere do not delay it."""
    found = row(
        db,
        """
        select 1 from known_browsers
         where token_hash = :hash and staff_id = :id and last_used > :since""",
        hash=_hash(token),
        id=staff_id,
        since=clock.to_text(now - timedelta(days=KNOWN_DAYS)),
    )
    return found is not None


# actions


def change(db: Database, staff_id: int, given: Mapping[str, str], *, by: str, now: datetime) -> Fault | None:
    """Change name, room and phone of this adult by a form, as far as its page changed them."""
    with write(db):
        member = by_id(db, staff_id)
        merged = forms.as_changed(given, form_of(member) if member else {})
        texts = {name: tidy(merged.get(name, "")) for name in FINDABLE}
        if not texts["name"]:
            return Fault("name", Wrong.NO_NAME_FOR_PUPILS)
        changed = db.execute(
            "update staff set name = :name, room = :room, phone = :phone where id = :id and ended is null",
            {**texts, "id": staff_id},
        )
        if changed.rowcount:
            journal.note(db, "staff.changed", actor=by, now=now, staff=staff_id)
    return None


def set_up(
    db: Database, *, school: str, name: str, email: str, password: str, room: str, by: str, now: datetime
) -> bool:
    """Make the programme and its lead. False when it is set up already: set-up happens once."""
    with write(db):
        if staff.is_set_up(db):
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
    """Add a member of staff; their e-mail address must be unused."""
    with write(db):
        if by_email(db, email):
            return Fault("email", Wrong.EMAIL_TAKEN)
        staff_id = remember(db, name=name, email=email, password=password, role=role, room=room, phone=phone)
        journal.note(db, "staff.added", actor=by, now=now, staff=staff_id, role=role)
    return staff_id


def log_in(db: Database, *, email: str, password: str, now: datetime, code: str = "") -> str | None:
    """A new log-in's token, or None. A wrong name, password or code gives the same answer in the same time.

    Name, password and code are all checked before the answer, and nothing is written unless all are right.
    """
    found = by_email(db, email)
    staff_id = found.id if found else None
    is_right = fits(db, staff_id, password)
    has_code = second_factor.accepts(db, staff_id, code, now=now)
    if staff_id is None or not is_right or not has_code:
        return None
    token, at = secrets.token_urlsafe(32), clock.to_text(now)
    with write(db):
        if not second_factor.spend(db, staff_id, code, now=now):
            return None  # somebody else was first with the same code
        db.execute("delete from log_ins where started < :gone", {"gone": clock.to_text(now - timedelta(days=2))})
        insert(db, "log_ins", {"token_hash": _hash(token), "staff_id": staff_id, "started": at, "last_click": at})
        journal.note(db, "staff.logged_in", actor=journal.staff(staff_id), now=now)
    return token


def check(db: Database, staff_id: int, *, password: str, code: str, now: datetime) -> bool:
    """Whether somebody who is logged in gives their password and a fresh code; the code is spent. No factor: False.

    The caller must slow guesses, as the log-in page does.
    """
    is_right = fits(db, staff_id, password)
    has_code = second_factor.is_on(db, staff_id) and second_factor.accepts(db, staff_id, code, now=now)
    if not is_right or not has_code:
        return False
    with write(db):
        return second_factor.spend(db, staff_id, code, now=now)


def know_browser(db: Database, staff_id: int, old: str, *, now: datetime) -> str:
    """Remember this browser for half a year; returns its new token, which replaces the old one."""
    token, since = secrets.token_urlsafe(32), clock.to_text(now - timedelta(days=KNOWN_DAYS))
    with write(db):
        db.execute(
            "delete from known_browsers where token_hash = :old or last_used < :since",
            {"old": _hash(old), "since": since},
        )
        values = {"token_hash": _hash(token), "staff_id": staff_id, "last_used": clock.to_text(now)}
        insert(db, "known_browsers", values)
    return token


def end_others(db: Database, staff_id: int, *, keep: str, now: datetime) -> int:
    """End every log-in of this person but the one that asks; how many there were."""
    with write(db):
        ended = forget_log_ins(db, staff_id, keep=keep)
        if ended:
            journal.note(db, "staff.others_ended", actor=journal.staff(staff_id), now=now, count=ended)
    return ended


def who(db: Database, token: str, *, now: datetime, idle_minutes: int, hours: int) -> LoggedIn | None:
    """Who is logged in with this token, or None when it is not valid."""
    found = row(
        db,
        """
        select staff.*, log_ins.started, log_ins.last_click
          from log_ins
          join staff on staff.id = log_ins.staff_id
         where token_hash = :hash""",
        hash=_hash(token),
    )
    if found is None:
        return None
    stands, idle = still_good(
        started=clock.from_text(found["started"]),
        last_click=clock.from_text(found["last_click"]),
        now=now,
        idle_minutes=idle_minutes,
        hours=hours,
    )
    return LoggedIn(_staff(found), idle) if stands else None  # the end of an account ends its log-ins


def clicked(db: Database, token: str, *, now: datetime) -> None:
    """Note that a person used the log-in; writes at most once a minute."""
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
