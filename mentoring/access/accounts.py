"""Creates, activates, recovers, changes and ends accounts. Nobody knows another person's password (P21).

A printed code lets somebody choose a password, once and within a week: for a new account, and for a lost password.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.access import keys, second_factor, staff
from mentoring.access.staff import Role, Staff
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.school import school_year
from mentoring.school.school_year import Slot
from mentoring.store import journal
from mentoring.store.database import insert, row, write

# words

PRINTED_CODE_DAYS = 7


class Wrong(StrEnum):
    """Why an account cannot be changed or ended."""

    IS_LEAD = "account.is_lead"
    OWN_ACCOUNT = "account.own"
    NOBODY_STAYS = "account.nobody_stays"
    NOT_YOUR_PASSWORD = "account.not_your_password"  # noqa: S105 # a code, not a password
    LEAD_IS_HANDED_OVER = "account.lead_is_handed_over"
    LEADS_NEW_ROLE = "account.leads_new_role"
    NO_PASSWORD_YET = "account.no_password_yet"  # noqa: S105 # a code, not a password


@dataclass(frozen=True)
class Printed:
    """A printed code as it is shown once, to the person who made it."""

    staff_id: int
    code: str
    until: datetime


@dataclass(frozen=True)
class Account:
    """The state of one account. `code_until` is when a printed code expires that has not been used yet."""

    member: Staff
    has_password: bool
    has_factor: bool
    codes_left: int
    code_until: datetime | None


# rules


def needs_factor(role: Role, *, all_need_one: bool) -> bool:
    """Whether a person of this role must have a second factor: always for a role that opens concerns."""
    return all_need_one or role in keys.OWNERS


def leaving_fault(member: Staff, *, takes_over: Staff | None, by_id: int) -> Fault | None:
    """Why this account cannot be ended, or None."""
    if member.role is Role.LEAD:
        return Fault("role", Wrong.IS_LEAD)
    if member.id == by_id:
        return Fault("role", Wrong.OWN_ACCOUNT)
    if takes_over is None or takes_over.id == member.id:
        return Fault("takes_over", Wrong.NOBODY_STAYS)
    return None


# memory


def all_need_a_code(db: Database) -> bool:
    """Whether the school wants a second factor of everybody."""
    found = row(db, "select all_need_a_code from programme")
    return bool(found and found["all_need_a_code"])


def owes_factor(db: Database, member: Staff) -> bool:
    """Whether this person must set up a second factor before anything else."""
    needs_one = needs_factor(member.role, all_need_one=False) or all_need_a_code(db)
    return needs_one and not second_factor.is_on(db, member.id)


def _printed(db: Database, staff_id: int, *, now: datetime) -> Row | None:
    return row(
        db,
        "select * from printed_codes where staff_id = :id and ended is null and until > :now",
        id=staff_id,
        now=clock.to_text(now),
    )


def account(db: Database, member: Staff, *, now: datetime) -> Account:
    """The state of one account."""
    printed = _printed(db, member.id, now=now)
    return Account(
        member,
        has_password=staff.has_password(db, member.id),
        has_factor=second_factor.is_on(db, member.id),
        codes_left=second_factor.codes_left(db, member.id),
        code_until=clock.from_text(printed["until"]) if printed else None,
    )


def accounts(db: Database, *, now: datetime) -> list[Account]:
    """The state of all accounts, the lead's first."""
    return [account(db, member, now=now) for member in staff.everyone(db)]


def owner_of(db: Database, code: str, *, now: datetime) -> Staff | None:
    """The owner of this printed code; None when it is unknown, used, replaced or expired."""
    found = row(
        db,
        "select staff_id from printed_codes where code_hash = :hash and ended is null and until > :now",
        hash=second_factor.hash_of(code),
        now=clock.to_text(now),
    )
    return staff.by_id(db, found["staff_id"]) if found else None


def within_call(db: Database, staff_id: int) -> list[Slot]:
    """The weekly slots at which this person is the adult within call."""
    return [slot for slot in school_year.slots(db) if slot.adult_id == staff_id]


def _print(db: Database, staff_id: int, *, forgets_factor: bool, now: datetime) -> Printed:
    """A new printed code, inside a transaction; an earlier one no longer works."""
    code, until = second_factor.on_paper(4), now + timedelta(days=PRINTED_CODE_DAYS)
    _end_printed(db, staff_id, now=now)
    values = {
        "staff_id": staff_id,
        "code_hash": second_factor.hash_of(code),
        "made": clock.to_text(now),
        "until": clock.to_text(until),
        "forgets_factor": forgets_factor,
    }
    insert(db, "printed_codes", values)
    return Printed(staff_id, code, until)


def _end_printed(db: Database, staff_id: int, *, now: datetime) -> None:
    db.execute(
        "update printed_codes set ended = :now where staff_id = :id and ended is null",
        {"now": clock.to_text(now), "id": staff_id},
    )


def _set_role(db: Database, member: Staff, role: Role, *, by: str, now: datetime) -> None:
    """Write a new role, inside a transaction; all log-ins end. A role that may not open concerns loses the key."""
    db.execute("update staff set role = :role where id = :id", {"role": role, "id": member.id})
    if role not in keys.OWNERS:
        keys.end(db, member.id, by=by, now=now)
    staff.forget_log_ins(db, member.id)
    journal.note(db, "staff.role", actor=by, now=now, staff=member.id, role=role)


# actions


def invite(
    db: Database, *, name: str, email: str, role: Role, room: str, phone: str, by: str, now: datetime
) -> Printed | Fault:
    """Add a member of staff, with a printed code to choose a password with."""
    with write(db):
        if staff.by_email(db, email):
            return Fault("email", staff.Wrong.EMAIL_TAKEN)
        staff_id = staff.remember(db, name=name, email=email, password=None, role=role, room=room, phone=phone)
        journal.note(db, "staff.added", actor=by, now=now, staff=staff_id, role=role)
        return _print(db, staff_id, forgets_factor=False, now=now)


def print_code(db: Database, staff_id: int, *, forgets_factor: bool, by: str, now: datetime) -> Printed:
    """Make a new printed code for somebody who lost their first code, their password, or also their phone.

    Nothing of theirs changes before it is used; an earlier printed code no longer works.
    """
    with write(db):
        journal.note(db, "staff.code_printed", actor=by, now=now, staff=staff_id, forgets_factor=int(forgets_factor))
        return _print(db, staff_id, forgets_factor=forgets_factor, now=now)


def take_up(db: Database, code: str, *, password: str, now: datetime) -> Staff | Fault | None:
    """Choose a password with a printed code, which works once. None when it is not valid.

    The new password cannot open a key that the old one locked: the key is removed, and the next log-in makes another.
    """
    with write(db):
        member = owner_of(db, code, now=now)
        if member is None:
            return None
        if fault := staff.password_fault(password, name=member.name, email=member.email):
            return fault
        printed, by = _printed(db, member.id, now=now), journal.staff(member.id)
        _end_printed(db, member.id, now=now)
        if printed and printed["forgets_factor"]:
            second_factor.forget(db, member.id, by=by, now=now)
        staff.set_password(db, member.id, password)
        staff.forget_browsers(db, member.id)
        keys.end(db, member.id, by=by, now=now)
        journal.note(db, "staff.password", actor=by, now=now, staff=member.id, how="printed code")
    return member


def recover(
    db: Database, *, email: str, recovery_code: str, app_code: str, password: str, now: datetime
) -> Staff | Fault | None:
    """Choose a new password with one's own recovery code and a code from the app; None when either is wrong.

    Both are needed: the recovery code on paper alone is not enough.
    """
    member = staff.by_email(db, email)
    staff_id = member.id if member else None
    has_app = second_factor.is_from_app(db, staff_id, app_code, now=now)
    has_paper = second_factor.is_from_paper(db, staff_id, recovery_code)
    if member is None or not has_app or not has_paper:
        return None
    if fault := staff.password_fault(password, name=member.name, email=member.email):
        return fault
    by = journal.staff(member.id)
    with write(db):
        spent = second_factor.spend(db, member.id, app_code, now=now)
        if not (spent and second_factor.spend(db, member.id, recovery_code, now=now)):
            return None
        staff.set_password(db, member.id, password)
        staff.forget_browsers(db, member.id)
        keys.end(db, member.id, by=by, now=now)
        journal.note(db, "staff.password", actor=by, now=now, staff=member.id, how="recovery code")
    return member


def change_password(db: Database, member: Staff, *, old: str, new: str, keep: str, now: datetime) -> Fault | None:
    """Change one's own password. Every other log-in ends; the key is locked with the new password."""
    if not staff.fits(db, member.id, old):
        return Fault("old", Wrong.NOT_YOUR_PASSWORD)
    if fault := staff.password_fault(new, name=member.name, email=member.email):
        return fault
    with write(db):
        keys.relock(db, member.id, old=old, new=new)
        staff.set_password(db, member.id, new, keep=keep)
        by = journal.staff(member.id)
        journal.note(db, "staff.password", actor=by, now=now, staff=member.id, how="old password")
    return None


def make_key(db: Database, member: Staff, *, password: str, now: datetime) -> None:
    """Make a key for a person who opens concerns and has just given password and code, unless they have one (P15)."""
    if member.role in keys.OWNERS and second_factor.is_on(db, member.id) and not keys.public_of(db, member.id):
        keys.ensure(db, member.id, password=password, by=journal.staff(member.id), now=now)


def change_role(db: Database, member: Staff, role: Role, *, by: str, now: datetime) -> Fault | None:
    """Change somebody's role. The lead's role can only be handed over; the last reader of concerns stays one."""
    if Role.LEAD in (member.role, role):
        return Fault("role", Wrong.LEAD_IS_HANDED_OVER)
    if member.role is not role:
        with write(db):
            if role not in keys.OWNERS and (fault := keys.last_reader_fault(db, member)):
                return fault
            _set_role(db, member, role, by=by, now=now)
    return None


def hand_over(db: Database, to: Staff, *, role: Role, by: str, now: datetime) -> Fault | None:
    """Make somebody else the lead and give the old lead this role, in one transaction: there is always one lead."""
    if role is Role.LEAD:
        return Fault("role", Wrong.LEADS_NEW_ROLE)
    if not staff.has_password(db, to.id):
        return Fault("lead", Wrong.NO_PASSWORD_YET)
    with write(db):
        old = staff.lead(db)
        if old.id == to.id:
            return None
        if fault := keys.last_reader_fault(db, to):
            return replace(fault, field="lead")
        _set_role(db, old, role, by=by, now=now)
        _set_role(db, to, Role.LEAD, by=by, now=now)
    return None


def end(db: Database, member: Staff, *, takes_over: Staff | None, by_id: int, now: datetime) -> Fault | None:
    """End an account: its log-ins end, `takes_over` is within call in their place; past records keep their name."""
    by = journal.staff(by_id)
    with write(db):
        fault = leaving_fault(member, takes_over=takes_over, by_id=by_id) or keys.last_reader_fault(db, member)
        if fault or takes_over is None:
            return fault
        school_year.give_adult(db, member.id, to=takes_over.id, now=now)
        keys.end(db, member.id, by=by, now=now)
        second_factor.forget(db, member.id, by=by, now=now)
        _end_printed(db, member.id, now=now)
        staff.forget_log_ins(db, member.id)
        staff.forget_browsers(db, member.id)
        db.execute(
            "update staff set ended = :now, password = :none where id = :id and ended is null",
            {"now": clock.to_text(now), "none": staff.NO_PASSWORD, "id": member.id},
        )
        journal.note(db, "staff.ended", actor=by, now=now, staff=member.id, within_call=takes_over.id)
    return None


def ask_all_for_codes(db: Database, *, asks: bool, by: str, now: datetime) -> None:
    """Set whether everybody needs a second factor, or only those who open concerns."""
    with write(db):
        changed = db.execute(
            "update programme set all_need_a_code = :asks where all_need_a_code <> :asks", {"asks": int(asks)}
        )
        if changed.rowcount:
            journal.note(db, "staff.all_need_a_code", actor=by, now=now, asks=int(asks))
