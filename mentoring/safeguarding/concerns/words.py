"""The words of concerns: a record and its entries, what each kind of entry says, drafts, hand-overs and receipts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

# words

ALWAYS_ONE_OF = ("words", "what")
UNKNOWN_CHILD = "not known"
# Frequent outcomes. Each needs a reason, also the decision not to refer (P16).
OUTCOMES = (
    "Decided not to refer",
    "Referred to children's social care",
    "Support in school",
    "Goes on in the school's own child-protection system",
    "No further action",
)


class Wrong(StrEnum):
    """What is wrong with an entry of a record, or with a receipt."""

    EMPTY = "concern.empty"
    LONG = "concern.long"
    NO_CHILD = "concern.no_child"
    NO_ACCOUNT = "concern.no_account"
    HANDED_OVER = "concern.handed_over"
    NO_OTHER_RECORD = "concern.no_other_record"
    NO_ENTRY = "concern.no_entry"
    NOT_ON_RECEIPT = "concern.not_on_receipt"
    NO_PAST_DAY = "concern.no_past_day"


class NoRecoveryKey(Exception):
    """There is no recovery key on paper yet. Without one nothing is sealed: a lost password would lose every record."""


class State(StrEnum):
    """A record is open until it has an outcome and a reason, and handed over once its text is gone from here."""

    OPEN = "open"
    CLOSED = "closed"
    HANDED_OVER = "handed_over"


class Kind(StrEnum):
    """What an entry is. A record is added to, never edited: a correction says what it corrects (P16)."""

    FIRST = "first"
    ADDED = "added"
    CORRECTION = "correction"
    DECISION = "decision"
    OUTCOME = "outcome"
    PASSED_ON = "passed_on"
    LINK = "link"


@dataclass(frozen=True)
class Field:
    """One thing an entry says. `rows` is how tall its box is; one row is a line."""

    name: str
    words: str
    hint: str = ""
    rows: int = 1
    required: bool = False


# What the safeguarding guidance requires in a record: a clear summary, what was done, what was decided and why.
FIELDS: Mapping[Kind, tuple[Field, ...]] = MappingProxyType(
    {
        Kind.FIRST: (
            Field("child", "The child", "their name, as far as you know it"),
            Field("unknown", "The child's name is not known"),
            Field("words", "The child's own words", "as they said them; do not put them right", 4),
            Field("what", "What you saw or heard", "facts, not what you make of them", 6),
            Field("where", "Where"),
            Field("when", "When", "the day and about what time"),
            Field("told", "Who has been told", "and when", 2),
            Field("action", "What you did", "first aid, staying with them, a call", 3),
            Field("decision", "What was decided, and why", "if anything was", 3),
        ),
        Kind.ADDED: (
            Field("what", "What is new", rows=6, required=True),
            Field("words", "The child's own words", "if there are any", 3),
            Field("told", "Who has been told", rows=2),
            Field("action", "What was done", rows=3),
        ),
        Kind.CORRECTION: (
            Field("corrects", "Which entry it corrects", required=True),
            Field("what", "What is right", "the earlier entry stays as it was written", 4, required=True),
        ),
        Kind.DECISION: (
            Field("decision", "What was decided", rows=3, required=True),
            Field("why", "Why", rows=3, required=True),
        ),
        Kind.OUTCOME: (
            Field("outcome", "Outcome", required=True),
            Field("why", "The reason", "“decided not to refer because …” included", 4, required=True),
        ),
        Kind.PASSED_ON: (
            Field("to", "Passed to", "person and body", required=True),
            Field("how", "How", "telephone, e-mail, in person", required=True),
            Field("reference", "Their receipt or reference", "none yet? leave it empty and add it later"),
            Field("date", "On which day"),
        ),
        Kind.LINK: (
            Field("other", "The other record's number", required=True),
            Field("why", "What links them", rows=2, required=True),
        ),
    }
)


@dataclass(frozen=True)
class Entry:
    """One entry, opened. `fields` is None where this key does not open it; `genuine` is False where its bytes are
    not those that were sealed when it was written.
    """

    id: int
    at: datetime
    by: str
    kind: Kind
    fields: Mapping[str, str] | None
    genuine: bool = True


@dataclass(frozen=True)
class Concern:
    """What is stored unencrypted about a record: numbers, days and states."""

    id: int
    opened: date
    state: State
    alert_id: int | None
    held: bool
    written_by: int
    entries: int
    last: datetime | None
    last_entry: int


@dataclass(frozen=True)
class Record:
    """A record, opened: its entries in the order written, and the records it is linked to."""

    concern: Concern
    entries: tuple[Entry, ...]
    links: tuple[int, ...]

    @property
    def child(self) -> str:
        """Whom it is about, by the first entry that says so."""
        said = (each.fields.get("child", "") for each in self.entries if each.fields)
        return next((name for name in said if name), "")


@dataclass(frozen=True)
class Draft:
    """What somebody was writing when they stopped. Its text is sealed like any entry's."""

    id: int
    by: str
    written_by: int
    at: datetime
    kind: Kind
    concern_id: int | None
    alert_id: int | None


@dataclass(frozen=True)
class Receipt:
    """What the school's own system said when it took the records."""

    system: str
    reference: str
    date: str


@dataclass(frozen=True)
class HandOver:
    """Records drawn up for the school's own system. `taken` maps each to its last entry in the papers."""

    id: int
    at: datetime
    by: str
    pdf_sha256: str
    csv_sha256: str
    taken: Mapping[int, int]
    entries: int
    has_receipt: bool
    shredded: datetime | None
    wiped: bool


class Stands(StrEnum):
    """What stands in the way of shredding a record."""

    NO_RECEIPT = "no_receipt"
    HELD = "held"
    NOT_CLOSED = "not_closed"
    ADDED_SINCE = "added_since"
    DRAFT = "draft"


@dataclass(frozen=True)
class SealedAnew:
    """The progress of sealing everything to today's owners: done just now, still to do, not readable by this key."""

    done: int
    waiting: int
    closed: int
