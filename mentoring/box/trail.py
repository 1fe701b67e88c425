"""The trail: the journal read back, filtered for a person to read, and checked for a changed byte or a lost row (P17).

The journal is written by `mentoring/store/journal.py`; here it is only read.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from sqlite3 import Row
from string import hexdigits
from typing import Any

from sqlite_utils import Database

from mentoring.basics import clock, forms
from mentoring.box import backups
from mentoring.box.backups import Head
from mentoring.lunch import counts
from mentoring.store import journal
from mentoring.store.database import row, rows
from mentoring.store.journal import Touched

# words

SHORTEST_HASH = 16
# The rows, each with its kind. `drop_in.closed` once stood for two things: close of day, which the box does, and a
# drop-in that somebody called off.
_ROWS = f"""
    (select id, at, actor, about,
            case when what = 'drop_in.closed' and actor <> '{counts.WHO}' then 'drop_in.called_off'
                 else what end as what
       from journal)"""  # noqa: S608 # a name of our own
# A row is about somebody where it names them: "mentor": 7, "mentors": [7, 9], "left": [7], "staff": 2.
_KEYS = {True: ("mentor", "mentors", "left", "moved"), False: ("staff", "owner", "lead", "adult")}
_NAMED = """
    select 1 from json_tree(case when json_valid(about) then about else '{}' end) as told
     where told.value = :id
       and (told.key in (:key0, :key1, :key2, :key3)
            or told.path in ('$.' || :key0, '$.' || :key1, '$.' || :key2, '$.' || :key3))"""
RESTORED = "backup.restored"


@dataclass(frozen=True)
class Entry:
    """One row of the trail. `about` holds ids and codes."""

    id: int
    at: datetime
    actor: str
    what: str
    about: Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which rows somebody asks for. `person` is written as the journal names one: `mentor 7`, `staff 2`."""

    since: date | None = None
    until: date | None = None
    actor: str = ""
    kind: str = ""
    person: str = ""


# rules


def parsed_head(text: str) -> tuple[int, str] | None:
    """Id and hash from a printed `ID:HASH`, spaces allowed; 16 letters of the hash are enough. Else None."""
    place, hashed = (forms.code(part).lower() for part in text.partition(":")[::2])
    if not place.isdecimal() or len(place) > 18 or len(hashed) < SHORTEST_HASH or set(hashed) - set(hexdigits):
        return None
    return int(place), hashed


def day_after(day: date) -> date:
    """The day after the last one that is asked for."""
    return day + timedelta(days=1)


# memory


def head_fault(db: Database, place: int, hashed: str, *, made: datetime | None = None) -> Touched | None:
    """Compare the trail with a head that was kept elsewhere: None when its row is there, or may rightly be missing.

    A restore goes back to an earlier end: heads from between that end and the restore are not in the trail any more,
    and a row records that. Heads of a school year that retention dropped are older than the oldest row.
    """
    found = row(db, "select hash from journal where id = :id", id=place)
    if found and found["hash"].startswith(hashed):
        return None
    if made is not None and _was_restored_over(db, place, made):
        return None
    oldest = row(db, "select min(id) as id from journal")
    if not found and oldest and oldest["id"] and place < oldest["id"] and made is not None:
        return None
    if found:
        return Touched(place, "it is not the row it was when its hash was taken.")
    last = journal.head(db)
    until = f"the trail ends at row {last[0]}" if last and last[0] < place else "it is not there"
    return Touched(place, f"it is missing: {until}.")


def _was_restored_over(db: Database, place: int, made: datetime) -> bool:
    restores = rows(db, "select id, at, about from journal where what = :what", what=RESTORED)
    return any(
        clock.from_text(each["at"]) >= made and place > (json.loads(each["about"]).get("head") or 0)
        for each in restores
    )


def check(db: Database, folders: Iterable[Path]) -> Touched | None:
    """Check the trail's hash chain, and compare it with the heads kept with the backups in these folders.

    SQLite's integrity check runs too: it finds damage that the chain does not cover, such as in an index.
    """
    if db.execute("pragma integrity_check").fetchone()[0] != "ok":
        last = journal.head(db)
        return journal.touched(db) or Touched(last[0] if last else 0, "the file it stands in is damaged.")
    fault = journal.touched(db)
    if fault:
        return fault
    kept: list[Head] = [
        head for folder in folders for each in backups.listed(folder) if (head := backups.head_of(each)) is not None
    ]
    for each in sorted(kept, key=lambda head: head.id):
        if fault := head_fault(db, each.id, each.hash, made=each.made):
            return Touched(fault.row, f"{fault.words[:-1]}; the backup of {each.made:%d %B %Y, %H:%M} UTC knows it.")
    return None


def entries(db: Database, wanted: Wanted, *, zone: str, most: int | None = 50, skip: int = 0) -> list[Entry]:
    """The rows somebody asks for, the newest first."""
    where, values = _where(wanted, zone)
    limit = "limit :most offset :skip" if most is not None else ""
    found = rows(
        db,
        f"select * from {_ROWS} where {where} order by id desc {limit}",  # noqa: S608 # our own words; values are bound
        **values,
        most=most,
        skip=skip,
    )
    return [_entry(each) for each in found]


def count(db: Database, wanted: Wanted, *, zone: str) -> int:
    """How many rows somebody asks for."""
    where, values = _where(wanted, zone)
    found = row(db, f"select count(*) as rows from {_ROWS} where {where}", **values)  # noqa: S608 # as above
    return int(found["rows"]) if found else 0


def actors(db: Database) -> list[str]:
    """Everybody who ever changed something, as the journal names them."""
    return [each["actor"] for each in rows(db, "select distinct actor from journal order by actor")]


def kinds(db: Database) -> list[str]:
    """Every kind of thing that ever happened."""
    return [each["what"] for each in rows(db, f"select distinct what from {_ROWS} order by what")]  # noqa: S608 # as above


def _entry(found: Row) -> Entry:
    try:
        about, at = json.loads(found["about"]), clock.from_text(found["at"])
    except ValueError:  # a row that was tampered with is shown as it is; the check reports it
        about, at = {}, datetime.fromtimestamp(0, tz=UTC)
    return Entry(found["id"], at, found["actor"], found["what"], about if isinstance(about, dict) else {})


def _where(wanted: Wanted, zone: str) -> tuple[str, dict[str, Any]]:
    clauses, values = ["1 = 1"], dict[str, Any]()
    if wanted.since:
        clauses.append("at >= :since")
        values["since"] = clock.to_text(clock.at(wanted.since, "00:00", zone))
    if wanted.until:
        clauses.append("at < :until")
        values["until"] = clock.to_text(clock.at(day_after(wanted.until), "00:00", zone))
    if wanted.actor:
        clauses.append("actor = :actor")
        values["actor"] = wanted.actor
    if wanted.kind:
        clauses.append("what = :kind")
        values["kind"] = wanted.kind
    if wanted.person:
        who, _, place = wanted.person.partition(" ")
        clauses.append(f"(actor = :person or exists ({_NAMED}))")
        values |= {f"key{place}": key for place, key in enumerate(_KEYS[who == "mentor"])}
        values |= {"person": wanted.person, "id": int(place) if place.isdecimal() and len(place) < 18 else -1}
    return " and ".join(clauses), values
