"""The actions on concerns: begin, add, keep a draft, open, encrypt again, hand over, shred."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from mentoring.access.keys import fingerprint
from mentoring.access.staff import Staff
from mentoring.basics import clock, forms, sealing
from mentoring.basics.forms import Fault, tidy
from mentoring.basics.sealing import Key, WrongKey
from mentoring.safeguarding.concerns import memory
from mentoring.safeguarding.concerns.rules import (
    content,
    faults,
    fields_of,
    is_empty,
    is_past_day,
    opens_again,
    stands_in_the_way,
)
from mentoring.safeguarding.concerns.words import Draft, Kind, Receipt, Record, SealedAnew, Stands, State, Wrong
from mentoring.school import school_year
from mentoring.store import journal
from mentoring.store.database import StillRead, rewrite, write

# actions


def begin(
    db: Database, given: Mapping[str, str], *, key: str, writer: Staff, alert_id: int | None = None, now: datetime
) -> int | list[Fault]:
    """Write down a concern: sealed and on disk when its number is returned. The same `key` is the same record.

    Raises `NoRecoveryKey` before there is one.
    """
    fields = fields_of(Kind.FIRST, given)
    with write(db):
        if before := memory.concern_of_key(db, key):
            return before
        if found := faults(Kind.FIRST, fields):
            return found
        number = _begin(db, fields, key=key, writer=writer, by=writer.name, alert_id=alert_id, now=now)
        memory.forget_draft(db, key=key)
    return number


def _begin(
    db: Database,
    fields: Mapping[str, str],
    *,
    key: str,
    writer: Staff,
    by: str,
    alert_id: int | None,
    now: datetime,
) -> int:
    today = clock.school_day(now, school_year.zone(db))
    number = memory.new_concern(db, key=key, opened=today, staff_id=writer.id, alert_id=alert_id)
    journal.note(db, "concern.begun", actor=journal.staff(writer.id), now=now, concern=number, alert=alert_id)
    _write(db, number, Kind.FIRST, fields, key=key, writer=writer, by=by, now=now)
    return number


def _write(
    db: Database,
    concern_id: int,
    kind: Kind,
    fields: Mapping[str, str],
    *,
    key: str,
    writer: Staff,
    by: str,
    now: datetime,
) -> int:
    opened = content(kind, fields, concern=concern_id, at=now, by=by)
    entry, digest = memory.new_entry(
        db, concern_id=concern_id, key=key, at=now, staff_id=writer.id, kind=kind, opened=opened
    )
    ids = {"concern": concern_id, "entry": entry, "kind": kind.value, "digest": digest}
    journal.note(db, "concern.added", actor=journal.staff(writer.id), now=now, **ids)
    return entry


def add(
    db: Database, concern_id: int, kind: Kind, given: Mapping[str, str], *, key: str, writer: Staff, now: datetime
) -> int | list[Fault]:
    """Add an entry to a record: an outcome closes it, something new opens it again. The same `key` gives one entry."""
    fields = fields_of(kind, given)
    with write(db):
        if before := memory.entry_of_key(db, key):
            return before
        concern = memory.by_id(db, concern_id)
        if concern is None or concern.state is State.HANDED_OVER:
            return [Fault("what", Wrong.HANDED_OVER)]
        if found := faults(kind, fields) or _points_nowhere(db, concern_id, kind, fields):
            return found
        entry = _write(db, concern_id, kind, fields, key=key, writer=writer, by=writer.name, now=now)
        if kind is Kind.OUTCOME:
            memory.set_state(db, concern_id, State.CLOSED)
        elif opens_again(kind):
            memory.set_state(db, concern_id, State.OPEN)
        elif kind is Kind.LINK:
            memory.link(db, concern_id, int(fields["other"]))
        memory.forget_draft(db, key=key)
    return entry


def _points_nowhere(db: Database, concern_id: int, kind: Kind, fields: Mapping[str, str]) -> list[Fault]:
    """Whether a link names another record, and a correction an entry of this one."""
    if kind is Kind.LINK:
        other = forms.number(fields["other"])
        if other == concern_id or memory.by_id(db, other) is None:
            return [Fault("other", Wrong.NO_OTHER_RECORD)]
    own = {number for number, _ in memory.sealed_entries(db, concern_id)}
    if kind is Kind.CORRECTION and forms.number(fields["corrects"]) not in own:
        return [Fault("corrects", Wrong.NO_ENTRY)]
    return []


def hold(db: Database, concern_id: int, *, held: bool, by: Staff, now: datetime) -> None:
    """Put a record under legal hold, so that it is not shredded, or take the hold away."""
    with write(db):
        if memory.set_held(db, concern_id, held=held):
            what = "concern.held" if held else "concern.released"
            journal.note(db, what, actor=journal.staff(by.id), now=now, concern=concern_id)


# Drafts


def keep_draft(
    db: Database,
    kind: Kind,
    given: Mapping[str, str],
    *,
    key: str,
    writer: Staff,
    concern_id: int | None = None,
    alert_id: int | None = None,
    now: datetime,
) -> bool:
    """Keep what is typed so far, sealed; False when there is nothing to keep, or it was saved meanwhile."""
    fields = fields_of(kind, given)
    if is_empty(fields):
        return False
    with write(db):
        if memory.concern_of_key(db, key) or memory.entry_of_key(db, key):
            return False
        if not memory.has_draft(db, key):
            ids = {"concern": concern_id, "alert": alert_id}
            journal.note(db, "concern.draft_begun", actor=journal.staff(writer.id), now=now, **ids)
        memory.keep_draft(
            db,
            key=key,
            staff_id=writer.id,
            at=now,
            kind=kind,
            concern_id=concern_id,
            alert_id=alert_id,
            opened=content(kind, fields, concern=concern_id, at=now, by=writer.name),
        )
    return True


def drop_draft(db: Database, *, key: str = "", draft_id: int = 0, by: Staff, now: datetime) -> bool:
    """Delete an unfinished account: its writer by its page's key, an owner by its number."""
    with write(db):
        if not memory.forget_draft(db, key=key, draft_id=draft_id):
            return False
        journal.note(db, "concern.draft_dropped", actor=journal.staff(by.id), now=now, draft=draft_id or None)
    return True


def open_draft(db: Database, draft_id: int, *, key: Key, by: Staff, now: datetime) -> Mapping[str, str] | None:
    """What an unfinished account says; the journal notes that it was opened. None if missing or sealed to others."""
    fields = memory.draft_fields(db, draft_id, key)
    if fields is not None:
        with write(db):
            journal.note(db, "concern.draft_viewed", actor=journal.staff(by.id), now=now, draft=draft_id)
    return fields


def take_over(db: Database, draft_id: int, *, key: Key, writer: Staff, now: datetime) -> int | None:
    """Turn an unfinished account into a record, or an entry of one, word for word; the record's number.

    None when it is gone, or was sealed to others.
    """
    with write(db):
        draft, fields = memory.draft(db, draft_id), memory.draft_fields(db, draft_id, key)
        if draft is None or fields is None:
            return None
        concern = memory.by_id(db, draft.concern_id) if draft.concern_id else None
        page, by = f"taken over {draft.id} {clock.to_text(draft.at)}", _begun_by(db, draft, writer)
        if concern is not None and concern.state is not State.HANDED_OVER:
            number = concern.id
            _write(db, number, Kind.ADDED, _as_added(fields), key=page, writer=writer, by=by, now=now)
            memory.set_state(db, number, State.OPEN)
        else:
            number = _begin(db, fields, key=page, writer=writer, by=by, alert_id=draft.alert_id, now=now)
        memory.forget_draft(db, draft_id=draft_id)
        ids = {"draft": draft_id, "concern": number}
        journal.note(db, "concern.draft_taken_over", actor=journal.staff(writer.id), now=now, **ids)
    return number


def _begun_by(db: Database, draft: Draft, writer: Staff) -> str:
    wall = clock.wall(draft.at, school_year.zone(db))
    return f"{writer.name}, from an unfinished account by {draft.by} of {wall:%d %B %Y, %H:%M}"


def _as_added(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of an unfinished outcome or correction as an entry of kind ADDED, with the same words."""
    known = fields_of(Kind.ADDED, fields)
    rest = [text for name, text in fields.items() if name not in known]
    return {**known, "what": "\n".join(filter(None, (known.get("what", ""), *rest)))}


# Opened


def note_unlocked(db: Database, *, by: Staff, now: datetime) -> None:
    """Write down that an owner has unlocked the records, with a password and a code."""
    with write(db):
        journal.note(db, "concern.unlocked", actor=journal.staff(by.id), now=now)


def open_record(db: Database, concern_id: int, *, key: Key, by: Staff, now: datetime) -> Record | None:
    """A record with everything this key opens in it, or None. The journal notes that it was opened (P16)."""
    concern = memory.by_id(db, concern_id)
    if concern is None:
        return None
    record = Record(concern, tuple(memory.entries_of(db, concern_id, key)), memory.links_of(db, concern_id))
    with write(db):
        journal.note(db, "concern.viewed", actor=journal.staff(by.id), now=now, concern=concern_id)
    return record


def open_all(db: Database, *, key: Key, by: Staff, now: datetime) -> list[Record]:
    """All records for the list, which shows whom each is about; one note in the journal for all of them."""
    found = [Record(each, tuple(memory.entries_of(db, each.id, key)), ()) for each in memory.everything(db)]
    with write(db):
        ids = [each.concern.id for each in found]
        journal.note(db, "concern.listed", actor=journal.staff(by.id), now=now, concerns=ids)
    return found


def seal_anew(db: Database, *, key: Key, by: Staff, now: datetime, most: int) -> SealedAnew:
    """Encrypt up to `most` entries, drafts and receipts again, to today's owners and nobody else (P15).

    Raises `NoRecoveryKey`.
    """
    done: dict[str, list[int]] = {}
    closed = 0
    with write(db):
        to = memory.recipients(db)
        found = memory.not_sealed_to(db, fingerprint(to))
        for table, number in found:
            if sum(map(len, done.values())) == most:
                break
            try:
                opened = sealing.unseal(memory.sealed_at(db, table, number), key)
            except WrongKey:
                closed += 1
                continue
            memory.seal_at(db, table, number, opened, to)
            done.setdefault(table.removeprefix("concern_"), []).append(number)
        if done:
            journal.note(db, "concern.sealed_anew", actor=journal.staff(by.id), now=now, **done)
    sealed = sum(map(len, done.values()))
    return SealedAnew(sealed, len(found) - sealed, closed)


def waits_to_be_sealed(db: Database) -> int:
    """How much is not sealed to just today's owners. Raises `NoRecoveryKey`."""
    return len(memory.not_sealed_to(db, fingerprint(memory.recipients(db))))


# Handed over


def draw_up(db: Database, records: list[Record], *, pdf: str, csv: str, by: Staff, now: datetime) -> int:
    """Remember which papers were drawn up of which records, by the hashes of both papers; the hand-over's number."""
    taken = [
        replace(each.concern, entries=len(each.entries), last_entry=max(entry.id for entry in each.entries))
        for each in records
    ]
    with write(db):
        number = memory.new_hand_over(db, at=now, staff_id=by.id, pdf=pdf, csv=csv, taken=taken)
        ids = [each.id for each in taken]
        journal.note(
            db, "concern.drawn_up", actor=journal.staff(by.id), now=now, hand_over=number, concerns=ids, pdf=pdf
        )
    return number


def note_receipt(db: Database, hand_over_id: int, receipt: Receipt, *, by: Staff, now: datetime) -> list[Fault]:
    """Keep what the other system said when it took the records, sealed; once, the first counts."""
    given = {"system": tidy(receipt.system), "reference": tidy(receipt.reference), "date": tidy(receipt.date)}
    found = [Fault(name, Wrong.NOT_ON_RECEIPT) for name in given if not given[name]]
    today = clock.school_day(now, school_year.zone(db))
    if given["date"] and not is_past_day(given["date"], today=today):
        found.append(Fault("date", Wrong.NO_PAST_DAY))
    if found:
        return found
    with write(db):
        hand_over = memory.hand_over(db, hand_over_id)
        if hand_over is not None and not hand_over.has_receipt:
            opened = content("receipt", given, concern=None, at=now, by=by.name)
            memory.new_receipt(db, hand_over_id, at=now, staff_id=by.id, opened=opened)
            journal.note(db, "concern.receipt", actor=journal.staff(by.id), now=now, hand_over=hand_over_id)
    return []


def in_the_way(db: Database, hand_over_id: int) -> dict[int, list[Stands]]:
    """What stands in the way of shredding each record of a hand-over; an empty list for those already shredded."""
    hand_over = memory.hand_over(db, hand_over_id)
    if hand_over is None:
        return {}
    found = {}
    for number in hand_over.taken:
        concern = memory.by_id(db, number)
        if concern is not None and concern.state is not State.HANDED_OVER:
            found[number] = stands_in_the_way(concern, hand_over, drafts=memory.drafts_of(db, number))
    return found


def shred(db: Database, hand_over_id: int, *, by: Staff, now: datetime) -> dict[int, list[Stands]]:
    """Delete the text of a hand-over's records, all or none, and wipe its bytes; what prevented it by record, else {}.

    The numbers, days, hashes and the receipt stay (P18).
    """
    with write(db):
        stands = in_the_way(db, hand_over_id)
        if any(stands.values()):
            return {number: reasons for number, reasons in stands.items() if reasons}
        gone = 0
        for number in stands:
            memory.set_state(db, number, State.HANDED_OVER)
            gone += memory.forget_entries(db, number)
        memory.set_shredded(db, hand_over_id, at=now)
        actor, ids = journal.staff(by.id), list(stands)
        journal.note(db, "concern.shredded", actor=actor, now=now, hand_over=hand_over_id, concerns=ids, entries=gone)
    wipe(db, now=now)
    return {}


def wipe(db: Database, *, now: datetime) -> bool:
    """Overwrite every byte of what was shredded, in the file and in its log; False when a reader kept the log open."""
    if all(each.wiped or each.shredded is None for each in memory.hand_overs(db)):
        return True
    try:
        rewrite(db)
    except StillRead:
        return False
    with write(db):
        memory.set_wiped(db, at=now)
    return True
