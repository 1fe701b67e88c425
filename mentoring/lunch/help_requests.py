"""Help requests: asked, taken, done, and forgotten. No identity exists here: no name, no address, no time (P7).

Nothing in this file writes to the journal (P8).
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.store.database import row, rows, write

# words

COLOURS = ("Blue", "Green", "Red", "Yellow", "Purple", "Orange", "Pink", "Silver")
ANIMALS = ("Bird", "Cat", "Dog", "Fish", "Panda", "Rabbit", "Shrimp", "Snail", "Squirrel", "Turtle")
WORDS = tuple(f"{colour} {animal}" for colour in COLOURS for animal in ANIMALS)
# How every id of a request begins, so that a search of a file's bytes recognises one that nobody remembers.
ID_PREFIX = "request-"


class Topic(StrEnum):
    """What a request is about: exactly eight topics, from the guidance on school peer mentoring."""

    SCHOOLWORK = "schoolwork"
    FRIENDSHIPS = "friendships"
    PEER_PRESSURE = "peer_pressure"
    FAMILY = "family"
    BULLYING = "bullying"
    COMPANY = "company"
    SOMETHING_ELSE = "something_else"
    RATHER_NOT_SAY = "rather_not_say"


class Outcome(StrEnum):
    """How a talk ended, as the mentor saw it."""

    TALKED = "talked"
    COMING_BACK = "coming_back"
    TOLD_STAFF = "told_staff"
    OTHER = "other"


@dataclass(frozen=True)
class Ticket:
    """What the pupil gets: a word by which they are called. `spent`: its page was left and is not shown again."""

    id: str
    word: str
    spent: bool


@dataclass(frozen=True)
class Called:
    """What the mentor gets: the word to call, and the topic."""

    id: str
    word: str
    topic: Topic


@dataclass(frozen=True)
class Ended:
    """A talk that a mentor has just ended, and its request as it was before; `outcome` is None: nobody was found."""

    id: str
    word: str
    topic: Topic
    outcome: Outcome | None
    place: int
    missed: int


@dataclass(frozen=True)
class Waiting:
    """One waiting request, with what is needed to choose the next one."""

    id: str
    wish: int | None


# The forms by which the bytes of any request are recognised. An id stands in the row and in each index of the table;
# in a row the topic follows the ticket word with nothing between them.
FORMS = (
    f"{ID_PREFIX}[A-Za-z0-9_-]{{16}}".encode(),
    f" (?:{'|'.join(ANIMALS)})(?: [0-9]{{1,6}})?(?:{'|'.join(Topic)})".encode(),
)


# rules


def is_passed_on(topic: Topic) -> bool:
    """Whether a talk about this cannot end before an adult was told (P3)."""
    return topic is Topic.BULLYING


def ticket_word(used: frozenset[str], *, pick: int) -> str:
    """A word not used in this drop-in. `pick` is a random number, so that the words do not show the order of asking.

    After eighty the words come again with a number: "Blue Turtle 2".
    """
    lap = 1
    while True:
        free = [word for word in (WORDS if lap == 1 else [f"{word} {lap}" for word in WORDS]) if word not in used]
        if free:
            return free[pick % len(free)]
        lap += 1


def next_for(waiting: Iterable[Waiting], *, mentor_id: int, on_duty: frozenset[int]) -> str | None:
    """The request this mentor calls next, in the order of asking; a request for another mentor on duty is skipped."""
    for each in waiting:
        if each.wish in (None, mentor_id) or each.wish not in on_duty:
            return each.id
    return None


# memory


def _ticket(found: Row) -> Ticket:
    return Ticket(found["id"], found["ticket"], bool(found["spent"]))


def _waiting(db: Database, drop_in_id: int) -> list[Waiting]:
    found = rows(
        db,
        "select id, wish from help_requests where drop_in_id = :id and state = 'asked' order by place",
        id=drop_in_id,
    )
    return [Waiting(each["id"], each["wish"]) for each in found]


def columns(db: Database) -> list[str]:
    """The columns of a request, from the schema itself (P14)."""
    return [each["name"] for each in rows(db, "select name from pragma_table_info('help_requests')")]


def ticket(db: Database, ticket_id: str) -> Ticket | None:
    """One ticket, or None."""
    found = row(db, "select * from help_requests where id = :id", id=ticket_id)
    return _ticket(found) if found else None


def called_by(db: Database, mentor_id: int, *, drop_in_id: int) -> Called | None:
    """The request this mentor has taken and not finished."""
    found = row(
        db,
        "select * from help_requests where drop_in_id = :id and taken_by = :mentor and state = 'taken'",
        id=drop_in_id,
        mentor=mentor_id,
    )
    return Called(found["id"], found["ticket"], Topic(found["topic"])) if found else None


def is_somebody_for(db: Database, mentor_id: int, *, drop_in_id: int, on_duty: frozenset[int]) -> bool:
    """Whether somebody waits whom this mentor may call."""
    return next_for(_waiting(db, drop_in_id), mentor_id=mentor_id, on_duty=on_duty) is not None


def asked_about(db: Database, drop_in_id: int) -> dict[Topic, int]:
    """How many asked about each topic on one drop-in, those who changed their mind left out."""
    found = rows(
        db,
        """
        select topic, count(*) as asked from help_requests
         where drop_in_id = :id and state <> 'withdrawn' group by topic""",
        id=drop_in_id,
    )
    return {Topic(each["topic"]): each["asked"] for each in found}


def waiting_words(db: Database, *, drop_in_id: int) -> list[str]:
    """The words that wait, in the order of asking."""
    found = rows(
        db,
        "select ticket from help_requests where drop_in_id = :id and state = 'asked' order by place",
        id=drop_in_id,
    )
    return [each["ticket"] for each in found]


def living(db: Database) -> set[bytes]:
    """What `FORMS` recognise of the requests that are not forgotten yet."""
    found = rows(db, "select id, substr(ticket, instr(ticket, ' ')) || topic as words from help_requests")
    return {text.encode() for each in found for text in each}


def _last_place(db: Database, drop_in_id: int) -> int:
    found = row(db, "select coalesce(max(place), 0) as last from help_requests where drop_in_id = :id", id=drop_in_id)
    return int(found["last"]) if found else 0


def _used_words(db: Database, drop_in_id: int) -> frozenset[str]:
    found = rows(db, "select ticket from help_requests where drop_in_id = :id", id=drop_in_id)
    return frozenset(each["ticket"] for each in found)


def _taken(db: Database, request_id: str, *, mentor_id: int) -> Row | None:
    return row(
        db,
        "select * from help_requests where id = :id and taken_by = :mentor and state = 'taken'",
        id=request_id,
        mentor=mentor_id,
    )


def _ended(before: Row, outcome: Outcome | None) -> Ended:
    topic = Topic(before["topic"])
    return Ended(before["id"], before["ticket"], topic, outcome, before["place"], before["missed"])


def put_back(db: Database, mentor_id: int, *, drop_in_id: int) -> None:
    """A pupil this mentor had called waits again; inside the change that ends the duty."""
    db.execute(
        """
        update help_requests set state = 'asked', taken_by = null
         where drop_in_id = :drop_in and taken_by = :mentor and state = 'taken'""",
        {"drop_in": drop_in_id, "mentor": mentor_id},
    )


# actions


def ask(db: Database, *, drop_in_id: int, topic: Topic, wish: int | None, key: str) -> Ticket:
    """Ask for help. The same `key` gives the same ticket, so that a second tap is no second request (P26)."""
    with write(db):
        if before := row(db, "select * from help_requests where key = :key", key=key):
            return _ticket(before)
        values = {
            "id": ID_PREFIX + secrets.token_urlsafe(12),
            "key": key,
            "drop_in_id": drop_in_id,
            "place": _last_place(db, drop_in_id) + 1,
            "ticket": ticket_word(_used_words(db, drop_in_id), pick=secrets.randbelow(2**30)),
            "topic": topic,
            "wish": wish,
        }
        db.execute(
            """
            insert into help_requests (id, key, drop_in_id, place, ticket, topic, wish, state)
            values (:id, :key, :drop_in_id, :place, :ticket, :topic, :wish, 'asked')""",
            values,
        )
    return Ticket(str(values["id"]), str(values["ticket"]), spent=False)


def spend(db: Database, ticket_id: str) -> None:
    """The pupil has left the ticket's page; nobody comes back to it (P10)."""
    with write(db):
        db.execute("update help_requests set spent = 1 where id = :id", {"id": ticket_id})


def withdraw(db: Database, ticket_id: str) -> None:
    """The pupil changed their mind: the request ends without a question."""
    with write(db):
        db.execute(
            """
            update help_requests set state = 'withdrawn', spent = 1
             where id = :id and spent = 0 and state in ('asked', 'taken')""",
            {"id": ticket_id},
        )


def call_next(db: Database, mentor_id: int, *, drop_in_id: int, on_duty: frozenset[int]) -> Called | None:
    """Take the next request. A mentor has at most one: a second tap returns the same one."""
    with write(db):
        if called := called_by(db, mentor_id, drop_in_id=drop_in_id):
            return called
        chosen = next_for(_waiting(db, drop_in_id), mentor_id=mentor_id, on_duty=on_duty)
        if chosen is None:
            return None
        db.execute(
            "update help_requests set state = 'taken', taken_by = :mentor where id = :id",
            {"mentor": mentor_id, "id": chosen},
        )
        return called_by(db, mentor_id, drop_in_id=drop_in_id)


def finish(db: Database, request_id: str, *, mentor_id: int, outcome: Outcome) -> Ended | None:
    """Store how a talk ended; None when this mentor has no such talk."""
    with write(db):
        before = _taken(db, request_id, mentor_id=mentor_id)
        if before is None:
            return None
        db.execute(
            "update help_requests set state = 'done', outcome = :outcome where id = :id",
            {"outcome": outcome, "id": request_id},
        )
    return _ended(before, outcome)


def cannot_find(db: Database, request_id: str, *, mentor_id: int) -> Ended | None:
    """Nobody answered to the word: the request waits once more, behind the others; the second time it ends."""
    with write(db):
        before = _taken(db, request_id, mentor_id=mentor_id)
        if before is None:
            return None
        db.execute(
            """
            update help_requests
               set state = :state, taken_by = null, missed = missed + 1, place = :place
             where id = :id""",
            {
                "state": "asked" if before["missed"] == 0 else "not_found",
                "place": _last_place(db, before["drop_in_id"]) + 1,
                "id": request_id,
            },
        )
    return _ended(before, None)


def take_back(db: Database, ended: Ended, *, mentor_id: int) -> None:
    """Undo the end of a talk: the request is with this mentor again, at its former place.

    Nothing changes once another mentor has called it, its pupil has left, or this mentor has called somebody else.
    """
    with write(db):
        db.execute(
            """
            update help_requests
               set state = 'taken', taken_by = :mentor, outcome = '', place = :place, missed = :missed
             where id = :id
               and ((state = 'done' and taken_by = :mentor)
                    or (state in ('asked', 'not_found') and missed = :missed + 1))
               and not exists (select 1 from help_requests as other
                                where other.drop_in_id = help_requests.drop_in_id
                                  and other.taken_by = :mentor and other.state = 'taken')""",
            {"id": ended.id, "mentor": mentor_id, "place": ended.place, "missed": ended.missed},
        )
