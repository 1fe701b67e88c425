"""The SQL of concerns: numbers, days and states in clear, everything else encrypted."""

from collections.abc import Mapping
from datetime import date, datetime
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.access import keys
from mentoring.access.keys import fingerprint
from mentoring.basics import clock, sealing
from mentoring.basics.sealing import Key, WrongKey
from mentoring.safeguarding.concerns.rules import digest, read
from mentoring.safeguarding.concerns.words import Concern, Draft, Entry, HandOver, Kind, NoRecoveryKey, State
from mentoring.store.database import insert, row, rows

# memory

_CONCERNS = """
    select concerns.*, count(concern_entries.id) as entries, max(concern_entries.at) as last,
           coalesce(max(concern_entries.id), 0) as last_entry
      from concerns left join concern_entries on concern_entries.concern_id = concerns.id"""
_DRAFTS = "select concern_drafts.*, staff.name as by from concern_drafts join staff on staff.id = staff_id"
# The tables with sealed content, each with the column that identifies a row.
SEALED = {"concern_entries": "id", "concern_drafts": "id", "concern_receipts": "hand_over_id"}


def _concern(found: Row) -> Concern:
    return Concern(
        id=found["id"],
        opened=date.fromisoformat(found["opened"]),
        state=State(found["state"]),
        alert_id=found["alert_id"],
        held=bool(found["held"]),
        written_by=found["staff_id"],
        entries=found["entries"],
        last=clock.from_text(found["last"]) if found["last"] else None,
        last_entry=found["last_entry"],
    )


def everything(db: Database) -> list[Concern]:
    """All records, the newest first, those that are handed over among them."""
    return [_concern(each) for each in rows(db, f"{_CONCERNS} group by concerns.id order by concerns.id desc")]


def by_id(db: Database, concern_id: int) -> Concern | None:
    """What is stored unencrypted about one record, or None."""
    found = row(db, f"{_CONCERNS} where concerns.id = :id group by concerns.id", id=concern_id)
    return _concern(found) if found else None


def written_by(db: Database, staff_id: int) -> list[Concern]:
    """The records this adult began, the newest first: numbers and days, for their receipts."""
    found = rows(
        db, f"{_CONCERNS} where concerns.staff_id = :id group by concerns.id order by concerns.id desc", id=staff_id
    )
    return [_concern(each) for each in found]


def alerts_with_a_record(db: Database) -> set[int]:
    """The alerts that somebody has written down."""
    return {each["alert_id"] for each in rows(db, "select alert_id from concerns where alert_id is not null")}


def concern_of_key(db: Database, key: str) -> int | None:
    """The record that this page's form began, or None."""
    found = row(db, "select id from concerns where key = :key", key=key)
    return found["id"] if found else None


def entry_of_key(db: Database, key: str) -> int | None:
    """The entry that this page's form wrote, or None."""
    found = row(db, "select id from concern_entries where key = :key", key=key)
    return found["id"] if found else None


def recipients(db: Database) -> list[str]:
    """To whom everything is sealed now. Raises `NoRecoveryKey` before there is one on paper."""
    if keys.recovery(db) is None:
        raise NoRecoveryKey
    return keys.recipients(db)


def new_concern(db: Database, *, key: str, opened: date, staff_id: int, alert_id: int | None) -> int:
    """Write an empty record, inside a change that writes its first entry; its number."""
    values = {"key": key, "opened": opened.isoformat(), "staff_id": staff_id, "state": State.OPEN, "alert_id": alert_id}
    return insert(db, "concerns", values)


def new_entry(
    db: Database, *, concern_id: int, key: str, at: datetime, staff_id: int, kind: Kind, opened: bytes
) -> tuple[int, str]:
    """Seal one entry and write it, inside a change that notes it; its number and its hash."""
    to, mark = recipients(db), digest(opened)
    values = {
        "concern_id": concern_id,
        "key": key,
        "at": clock.to_text(at),
        "staff_id": staff_id,
        "kind": kind,
        "digest": mark,
        "sealed": sealing.seal(opened, to),
        "sealed_to": fingerprint(to),
    }
    return insert(db, "concern_entries", values), mark


def entries_of(db: Database, concern_id: int, key: Key) -> list[Entry]:
    """The entries of a record in the order written, each opened where this key opens it."""
    found = rows(
        db,
        """
        select concern_entries.*, staff.name from concern_entries join staff on staff.id = staff_id
         where concern_id = :id order by concern_entries.id""",
        id=concern_id,
    )
    return [_entry(each, key) for each in found]


def _entry(found: Row, key: Key) -> Entry:
    at, kind = clock.from_text(found["at"]), Kind(found["kind"])
    try:
        opened = sealing.unseal(found["sealed"], key)
    except WrongKey:
        return Entry(found["id"], at, found["name"], kind, None)
    if digest(opened) != found["digest"]:
        return Entry(found["id"], at, found["name"], kind, None, genuine=False)
    by, fields = read(opened)
    return Entry(found["id"], at, by, kind, fields)


def sealed_entries(db: Database, concern_id: int) -> list[tuple[int, bytes]]:
    """The entries of a record as they are stored (sealed), for the stock tool."""
    found = rows(db, "select id, sealed from concern_entries where concern_id = :id order by id", id=concern_id)
    return [(each["id"], each["sealed"]) for each in found]


def set_state(db: Database, concern_id: int, state: State) -> None:
    """Write what a record has become, inside a change that notes it."""
    db.execute("update concerns set state = :state where id = :id", {"state": state, "id": concern_id})


def set_held(db: Database, concern_id: int, *, held: bool) -> bool:
    """Write that a record is under legal hold, or no more; whether that changed anything. Inside a change."""
    values = {"held": int(held), "id": concern_id}
    return bool(db.execute("update concerns set held = :held where id = :id and held <> :held", values).rowcount)


def link(db: Database, one: int, other: int) -> None:
    """Write that two records belong together, inside a change that notes it."""
    for pair in ((one, other), (other, one)):
        db.execute(
            "insert or ignore into concern_links (concern_id, other_id) values (:one, :other)",
            {"one": pair[0], "other": pair[1]},
        )


def links_of(db: Database, concern_id: int) -> tuple[int, ...]:
    """The records that belong to this one."""
    found = rows(db, "select other_id from concern_links where concern_id = :id order by other_id", id=concern_id)
    return tuple(each["other_id"] for each in found)


# Drafts


def _draft(found: Row) -> Draft:
    return Draft(
        found["id"],
        found["by"],
        found["staff_id"],
        clock.from_text(found["at"]),
        Kind(found["kind"]),
        found["concern_id"],
        found["alert_id"],
    )


def drafts(db: Database) -> list[Draft]:
    """All that somebody began to write and did not save, oldest first."""
    return [_draft(each) for each in rows(db, f"{_DRAFTS} order by concern_drafts.id")]


def draft(db: Database, draft_id: int) -> Draft | None:
    """One draft, or None."""
    found = row(db, f"{_DRAFTS} where concern_drafts.id = :id", id=draft_id)
    return _draft(found) if found else None


def drafts_of(db: Database, concern_id: int) -> int:
    """How many drafts wait to be added to a record."""
    found = row(db, "select count(*) as waiting from concern_drafts where concern_id = :id", id=concern_id)
    return int(found["waiting"]) if found else 0


def draft_fields(db: Database, draft_id: int, key: Key) -> Mapping[str, str] | None:
    """What a draft says, or None where this key does not open it."""
    found = row(db, "select sealed from concern_drafts where id = :id", id=draft_id)
    try:
        return read(sealing.unseal(found["sealed"], key))[1] if found else None
    except WrongKey:
        return None


def has_draft(db: Database, key: str) -> bool:
    """Whether this page's form has left a draft already."""
    return row(db, "select id from concern_drafts where key = :key", key=key) is not None


def keep_draft(
    db: Database,
    *,
    key: str,
    staff_id: int,
    at: datetime,
    kind: Kind,
    concern_id: int | None,
    alert_id: int | None,
    opened: bytes,
) -> None:
    """Seal what is typed so far and write it in the place of what was typed before, inside a change."""
    to = recipients(db)
    db.execute(
        """
        insert into concern_drafts (key, staff_id, at, kind, concern_id, alert_id, sealed, sealed_to)
        values (:key, :staff, :at, :kind, :concern, :alert, :sealed, :sealed_to)
        on conflict (key) do update set at = excluded.at, sealed = excluded.sealed, sealed_to = excluded.sealed_to""",
        {
            "key": key,
            "staff": staff_id,
            "at": clock.to_text(at),
            "kind": kind,
            "concern": concern_id,
            "alert": alert_id,
            "sealed": sealing.seal(opened, to),
            "sealed_to": fingerprint(to),
        },
    )


def forget_draft(db: Database, *, key: str = "", draft_id: int = 0) -> bool:
    """Delete a draft, by its page's key or by its number; whether there was one. Inside a change."""
    gone = db.execute("delete from concern_drafts where key = :key or id = :id", {"key": key, "id": draft_id})
    return bool(gone.rowcount)


# Sealed again


def not_sealed_to(db: Database, mark: str) -> list[tuple[str, int]]:
    """Everything that is not sealed to just the keys with this fingerprint: its table, and its number."""
    return [
        (table, each[0])
        for table, number in SEALED.items()
        for each in rows(db, f"select {number} from {table} where sealed_to <> :mark order by {number}", mark=mark)  # noqa: S608 # our own names
    ]


def sealed_at(db: Database, table: str, number: int) -> bytes:
    """The sealed content of that row."""
    found = row(db, f"select sealed from {table} where {SEALED[table]} = :number", number=number)  # noqa: S608
    return bytes(found["sealed"]) if found else b""


def seal_at(db: Database, table: str, number: int, opened: bytes, to: list[str]) -> None:
    """Seal the same content to other keys, inside a change that notes it."""
    db.execute(
        f"update {table} set sealed = :sealed, sealed_to = :mark where {SEALED[table]} = :number",  # noqa: S608
        {"sealed": sealing.seal(opened, to), "mark": fingerprint(to), "number": number},
    )


# Hand-overs

_HAND_OVERS = """
    select concern_hand_overs.*, staff.name as by, concern_receipts.hand_over_id is not null as has_receipt
      from concern_hand_overs join staff on staff.id = concern_hand_overs.staff_id
      left join concern_receipts on concern_receipts.hand_over_id = concern_hand_overs.id"""


def _hand_over(db: Database, found: Row) -> HandOver:
    taken = rows(db, "select * from concern_handed where hand_over_id = :id order by concern_id", id=found["id"])
    return HandOver(
        id=found["id"],
        at=clock.from_text(found["at"]),
        by=found["by"],
        pdf_sha256=found["pdf_sha256"],
        csv_sha256=found["csv_sha256"],
        taken={each["concern_id"]: each["last_entry"] for each in taken},
        entries=sum(each["entries"] for each in taken),
        has_receipt=bool(found["has_receipt"]),
        shredded=clock.from_text(found["shredded"]) if found["shredded"] else None,
        wiped=found["wiped"] is not None,
    )


def hand_overs(db: Database) -> list[HandOver]:
    """All hand-overs, the newest first."""
    return [_hand_over(db, each) for each in rows(db, f"{_HAND_OVERS} order by concern_hand_overs.id desc")]


def hand_over(db: Database, hand_over_id: int) -> HandOver | None:
    """One hand-over, or None."""
    found = row(db, f"{_HAND_OVERS} where concern_hand_overs.id = :id", id=hand_over_id)
    return _hand_over(db, found) if found else None


def new_hand_over(db: Database, *, at: datetime, staff_id: int, pdf: str, csv: str, taken: list[Concern]) -> int:
    """Write what papers were drawn up of which records, inside a change that notes it; its number."""
    values = {"at": clock.to_text(at), "staff_id": staff_id, "pdf_sha256": pdf, "csv_sha256": csv}
    number = insert(db, "concern_hand_overs", values)
    for each in taken:
        handed = {"hand_over_id": number, "concern_id": each.id, "entries": each.entries}
        insert(db, "concern_handed", {**handed, "last_entry": each.last_entry})
    return number


def new_receipt(db: Database, hand_over_id: int, *, at: datetime, staff_id: int, opened: bytes) -> None:
    """Seal what the other system said and write it, inside a change that notes it."""
    to = recipients(db)
    values = {"hand_over_id": hand_over_id, "at": clock.to_text(at), "staff_id": staff_id}
    insert(db, "concern_receipts", {**values, "sealed": sealing.seal(opened, to), "sealed_to": fingerprint(to)})


def receipt(db: Database, hand_over_id: int, key: Key) -> Mapping[str, str] | None:
    """What the other system said, or None where there is none or this key does not open it."""
    found = row(db, "select sealed from concern_receipts where hand_over_id = :id", id=hand_over_id)
    try:
        return read(sealing.unseal(found["sealed"], key))[1] if found else None
    except WrongKey:
        return None


def forget_entries(db: Database, concern_id: int) -> int:
    """Delete the sealed text of a record, inside a change that notes it; how many entries it had."""
    return int(db.execute("delete from concern_entries where concern_id = :id", {"id": concern_id}).rowcount)


def set_shredded(db: Database, hand_over_id: int, *, at: datetime) -> None:
    """Write that the records of a hand-over are gone, inside a change that notes it."""
    db.execute(
        "update concern_hand_overs set shredded = :at where id = :id", {"at": clock.to_text(at), "id": hand_over_id}
    )


def set_wiped(db: Database, *, at: datetime) -> None:
    """Write that no byte is left of what was shredded, inside a change."""
    db.execute(
        "update concern_hand_overs set wiped = :at where shredded is not null and wiped is null",
        {"at": clock.to_text(at)},
    )
