"""The privacy papers: the record of processing and the impact assessment, from the live schema and the periods (P14).

What is written here is our draft for the school's data protection officer, who decides and signs. A sign-off stores
a fingerprint of all that it is based on, so that the page says when that has changed since.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.basics.forms import Fault, tidy
from mentoring.basics.spreadsheets import csv_of, disarmed
from mentoring.privacy import data_map, retention
from mentoring.privacy.data_map import NOT_ABOUT_A_PERSON, TABLES
from mentoring.privacy.retention import Kept
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

LONGEST_WORDS = 300
FILE = "programme.db"


class Wrong(StrEnum):
    """Why a paper is not signed."""

    WORDS = "paper.words"
    OLDER_PAPER = "paper.older_paper"


class Paper(StrEnum):
    """The two papers that are signed."""

    RECORD = "record"
    ASSESSMENT = "assessment"


class Grade(StrEnum):
    """A grade of likelihood or of severity."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class Processing:
    """One row of the record of processing: a class of data, what it holds, and where it lies in the live store."""

    kept: Kept
    data: str
    where: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it lies, in one text."""
        return "; ".join(self.where)


@dataclass(frozen=True)
class Risk:
    """One way in which somebody could come to harm, what is done about it, and what risk is left."""

    what: str
    likelihood: Grade
    severity: Grade
    measures: tuple[str, ...]
    left: str


@dataclass(frozen=True)
class SignOff:
    """That somebody signed a paper. `stands`: nothing it is based on has changed since."""

    paper: Paper
    at: datetime
    by: str
    words: str
    stands: bool


RISKS = (
    Risk(  # P7, P8, P10
        "Somebody finds out which pupil asked for help, from the box",
        Grade.LOW,
        Grade.HIGH,
        (
            "A request has no name, year, text, address, device or time; the kiosk sets no cookie",
            "At close of day requests become two counts that never cross; rows, order and bytes are gone, and the box "
            "searches its own files for them",
            "No request is ever in a backup, an export, the journal or a log",
        ),
        "While lunch runs, today's topics and ticket words are in the file: whoever reads it in that hour sees what "
        "was asked, not by whom",
    ),
    Risk(  # P10 and the school's own part
        "Somebody finds out who asked by standing there, by a camera in the corridor or by having seen the screen",
        Grade.MEDIUM,
        Grade.MEDIUM,
        (
            "The page goes home by itself after 20 seconds, and a library quiz hides it with one tap",
            "Times are never finer than a lunch, so that footage of a corridor cannot be laid beside them",
            "Set-up advises where the screen stands: inside the room, turned away, no camera on it",
        ),
        "The box cannot prevent it: a pupil walks to a room, and people see that. CCTV in the corridor shows who went "
        "in. The school decides on cameras and on the room",
    ),
    Risk(  # P9
        "In a small school a number says who it was",
        Grade.MEDIUM,
        Grade.MEDIUM,
        (
            "No number between 1 and 5 about pupils leaves the programme, nor one that can be worked out from others",
            "Topics are counted by half term only, and shown once it is over",
        ),
        "In a very small school a whole half term may stay hidden; what staff know from elsewhere the box cannot undo. "
        "Whoever copies the file each day could subtract what the pages hide",
    ),
    Risk(  # P3, P4, P5
        "A pupil in danger is not reached, because they are anonymous",
        Grade.LOW,
        Grade.HIGH,
        (
            "Mentors never promise to keep a secret, and the kiosk says so before a pupil asks",
            "A red tile brings an adult in two taps; bullying, self-harm, eating, abuse and any other worry are always "
            "passed on",
            "It is not called sent before it is on disk, nor told before a staff screen has shown it",
        ),
        "A pupil who asks about nothing and leaves stays unknown; that is the price of asking without a name",
    ),
    Risk(  # P6, P19
        "A mentor's reasons, moods or “never with” become known among pupils",
        Grade.LOW,
        Grade.MEDIUM,
        (
            "No reason is shown at the kiosk; only the leads and the safeguarding lead see them, behind a log-in",
            "Reasons and moods are forgotten when the term is over",
            "A mentor can see everything held about them, and can step back without giving a reason",
        ),
        "Those three see them while they last; a screen left open is locked after 15 minutes, not before",
    ),
    Risk(  # P12
        "A mentor's name or face is shown to somebody who must not find them",
        Grade.LOW,
        Grade.HIGH,
        (
            "The hallway shows first names of those who agreed, a number for the others; an import agrees for nobody",
            "Photographs only behind the log-in, only of those who agreed, for a year at a time",
        ),
        "A badge is worn in the room, with a first name on it, and pupils know their mentors",
    ),
    Risk(  # P15, P20, P29
        "The box, its disk or its whole folder is stolen",
        Grade.LOW,
        Grade.HIGH,
        (
            "Concerns are sealed to keys that the box cannot open without an owner's password or the recovery key",
            "Backups are encrypted; nothing of pupils' requests outlives the day",
            "Passwords are Argon2id hashes; the key of the badges is a file of its own",
        ),
        "Names, duties and reasons of mentors and the names of staff lie in the file in the clear: whoever has the "
        "whole folder can read them, and can print badges. Encrypt the disk, and keep the box in a locked room",
    ),
    Risk(  # P16, P17, P21, P22
        "A member of staff looks at, or hands out, more than their work needs",
        Grade.LOW,
        Grade.MEDIUM,
        (
            "Each page has a table of who may open it; helpers and IT see no mentor's page, and only the safeguarding "
            "lead and the deputy can open concerns",
            "Changes and hand-outs are in a chained journal that cannot be changed unseen",
        ),
        "Who only looks at an ordinary page leaves no trace; whoever administers the machine itself can copy the file",
    ),
    Risk(  # P19, P29
        "Something is kept too long, or comes back with an old backup",
        Grade.LOW,
        Grade.MEDIUM,
        (
            "Each class of data has a period; the box forgets by itself once a day and says what",
            "An erased person has a tombstone beside the database: a restore erases them again before a door opens",
            "A build with a table that nobody has classed fails its tests",
        ),
        "Backups on a stick in a drawer hold what they held until they are destroyed; what was printed stays paper",
    ),
    Risk(  # P18, P19
        "Something that must be kept is forgotten",
        Grade.LOW,
        Grade.HIGH,
        (
            "A legal hold on a person or a class stops retention and erasure, and is named on this page",
            "The box waits for an adult when its clock has jumped, before it forgets anything",
            "This is not the school's child-protection file: concerns are handed over to it with a receipt",
        ),
        "A hold that nobody sets holds nothing; requests of pupils cannot be held, by design",
    ),
)


# rules


def fingerprint(schema: Iterable[tuple[str, str]], entries: Iterable[Kept]) -> str:
    """A hash of all that a signature is based on: tables and columns, our words for each class, and the periods."""
    rests_on = [
        sorted(schema),
        [
            (
                each.data_class.code,
                each.data_class.name,
                each.data_class.data,
                each.data_class.purpose,
                each.data_class.basis,
                each.data_class.sees,
                each.words,
                each.source,
            )
            for each in entries
        ],
        [(each.what, each.measures, each.left) for each in RISKS],
    ]
    return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()


def record_csv(record: Iterable[Processing]) -> str:
    """The record of processing for a spreadsheet; no cell begins a formula."""
    lines = []
    for each in record:
        known = each.kept.data_class
        told = [known.name, known.whom.value, each.data, known.purpose, known.basis, known.sees]
        told += [each.kept.words, each.kept.source, "yes" if each.kept.held else "no", each.place]
        lines.append(map(disarmed, told))
    head = ["what", "about", "data", "purpose", "basis", "who sees it", "how long", "rests on", "held", "where"]
    return csv_of(head, lines)


# memory


def schema(db: Database) -> list[tuple[str, str]]:
    """Every table and column of the live store."""
    found = rows(
        db,
        """
        select tables.name as "table", columns.name as "column"
          from sqlite_schema as tables, pragma_table_info(tables.name) as columns
         where tables.type = 'table' order by tables.name, columns.cid""",
    )
    return [(each["table"], each["column"]) for each in found]


def version(db: Database) -> int:
    """Which version of the store this is."""
    found = row(db, "select user_version from pragma_user_version")
    return int(found["user_version"]) if found else 0


def record(db: Database) -> list[Processing]:
    """The record of processing: every class with where it lies now."""
    columns: dict[str, list[str]] = {}
    for table, column in schema(db):
        columns.setdefault(table, []).append(column)
    single = {each for known in data_map.CLASSES for each in known.columns}
    return [
        Processing(
            each,
            each.data_class.data
            or "; ".join(table.holds for table in TABLES if table.in_class == each.data_class.code),
            (
                *(
                    f"{table.name} ({', '.join(_but(single, table.name, columns[table.name]))})"
                    for table in TABLES
                    if table.in_class == each.data_class.code and table.name in columns
                ),
                *each.data_class.columns,
            ),
        )
        for each in retention.kept(db)
    ]


def _but(single: set[str], table: str, columns: list[str]) -> list[str]:
    """A table's columns without those that have a class of their own."""
    return [each for each in columns if f"{table}.{each}" not in single]


def unclassed(db: Database) -> list[str]:
    """Tables that are in the store and in no class: a paper that left them out would not be true."""
    known = {each.name for each in TABLES} | NOT_ABOUT_A_PERSON.keys()
    return sorted({table for table, _ in schema(db)} - known)


def mark(db: Database) -> str:
    """The fingerprint of all that the papers are based on now."""
    return fingerprint(schema(db), retention.kept(db))


def sign_offs(db: Database) -> dict[Paper, SignOff]:
    """The newest sign-off of each paper that was ever signed."""
    stands = mark(db)
    found = rows(db, "select * from sign_offs order by id")
    return {
        Paper(each["paper"]): SignOff(
            Paper(each["paper"]),
            clock.from_text(each["at"]),
            each["by"],
            each["words"],
            stands=each["fingerprint"] == stands,
        )
        for each in found
    }


def ever_signed(db: Database) -> set[Paper]:
    """The papers that somebody has signed; whether that still stands, `sign_offs` says."""
    return {Paper(each["paper"]) for each in rows(db, "select distinct paper from sign_offs")}


# actions


def sign(db: Database, paper: Paper, words: str, *, seen: str, by: str, now: datetime) -> Fault | None:
    """Sign a paper as it was `seen` (its fingerprint); if that has changed, it must be read again first."""
    with write(db):
        if not 0 < len(tidy(words)) <= LONGEST_WORDS:
            return Fault("words", Wrong.WORDS, {"most": LONGEST_WORDS})
        if seen != mark(db):
            return Fault("words", Wrong.OLDER_PAPER)
        signed = {"paper": paper, "at": clock.to_text(now), "by": by, "words": tidy(words), "fingerprint": seen}
        journal.note(db, "privacy.signed", actor=by, now=now, paper=paper, sign_off=insert(db, "sign_offs", signed))
    return None
