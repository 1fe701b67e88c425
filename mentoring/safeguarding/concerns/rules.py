"""The rules of concerns: what an entry must say, how it is sealed, what stands in the way of shredding."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from mentoring.basics import clock, sealing
from mentoring.basics.forms import Fault
from mentoring.basics.spreadsheets import csv_of, disarmed
from mentoring.safeguarding.concerns.words import (
    ALWAYS_ONE_OF,
    FIELDS,
    Concern,
    Entry,
    HandOver,
    Kind,
    Record,
    Stands,
    State,
    Wrong,
)

# rules

LONGEST = 100_000  # characters; a longer field would never fit a printed paper
CSV_COLUMNS = ("record", "entry", "written", "by", "kind", "field", "text")


def fields_of(kind: Kind, given: Mapping[str, str]) -> dict[str, str]:
    """The fields of this kind from a form, without any others; with normalised ends of lines."""
    texts = {each.name: given.get(each.name, "") for each in FIELDS[kind]}
    tidied = {name: text.replace("\r\n", "\n").replace("\r", "\n").strip() for name, text in texts.items()}
    return {name: text for name, text in tidied.items() if text}


def faults(kind: Kind, fields: Mapping[str, str]) -> list[Fault]:
    """What is missing or wrong in an entry before it can be saved; empty when it may be."""
    found = [Fault(each.name, Wrong.EMPTY) for each in FIELDS[kind] if each.required and not fields.get(each.name)]
    found += [
        Fault(each.name, Wrong.LONG, {"most": LONGEST})
        for each in FIELDS[kind]
        if len(fields.get(each.name, "")) > LONGEST
    ]
    if kind is Kind.FIRST:
        if not fields.get("child") and not fields.get("unknown"):
            found.append(Fault("child", Wrong.NO_CHILD))
        if not any(fields.get(name) for name in ALWAYS_ONE_OF):
            found.append(Fault("what", Wrong.NO_ACCOUNT))
    return found


def is_past_day(text: str, *, today: date) -> bool:
    """Whether this names a day, `2027-01-13`, that is not still to come."""
    try:
        return date.fromisoformat(text) <= today
    except ValueError:
        return False


def is_empty(fields: Mapping[str, str]) -> bool:
    """Whether nothing was typed that is worth keeping."""
    return not any(text for name, text in fields.items() if name not in ("unknown", "corrects"))


def content(kind: str, fields: Mapping[str, str], *, concern: int | None, at: datetime, by: str) -> bytes:
    """An entry as it is sealed: padded JSON that can be understood without this program when the stock tool opens it.

    The random `seal` prevents that somebody confirms a guess of the words by its hash.
    """
    said = {"concern": concern, "written": clock.to_text(at), "by": by, "kind": str(kind)}
    return sealing.padded(
        json.dumps({**said, "fields": dict(fields), "seal": secrets.token_hex(16)}, ensure_ascii=False, indent=1)
    )


def read(opened: bytes) -> tuple[str, dict[str, str]]:
    """Who wrote an opened entry, and what it says."""
    said = json.loads(opened)
    return said["by"], said["fields"]


def digest(opened: bytes) -> str:
    """The hash that the journal keeps of an entry, so that a replaced text is noticed (P16)."""
    return hashlib.sha256(opened).hexdigest()


def opens_again(kind: Kind) -> bool:
    """Whether an entry of this kind opens a closed record again: what is new needs a new outcome."""
    return kind in (Kind.ADDED, Kind.DECISION)


def stands_in_the_way(concern: Concern, hand_over: HandOver, *, drafts: int) -> list[Stands]:
    """Why this record cannot be shredded yet; empty when it can (P18)."""
    return [
        reason
        for reason, stands in (
            (Stands.NO_RECEIPT, not hand_over.has_receipt),
            (Stands.HELD, concern.held),
            (Stands.NOT_CLOSED, concern.state is not State.CLOSED),
            (Stands.ADDED_SINCE, concern.last_entry > hand_over.taken.get(concern.id, 0)),
            (Stands.DRAFT, drafts > 0),
        )
        if stands
    ]


def labelled(entry: Entry) -> list[tuple[str, str]]:
    """What an entry says, each thing with its words, as papers and pages show it."""
    said = entry.fields or {}
    return [(each.words, said[each.name]) for each in FIELDS[entry.kind] if said.get(each.name)]


def csv_text(records: Sequence[Record], kinds: Mapping[Kind, str], *, wall: Callable[[datetime], str]) -> str:
    """The records for another system, one row a field; nothing in it starts a formula."""
    lines = (
        (record.concern.id, entry.id, *map(disarmed, (wall(entry.at), entry.by, kinds[entry.kind], words, said)))
        for record in records
        for entry in record.entries
        for words, said in labelled(entry)
    )
    return csv_of(CSV_COLUMNS, lines)
