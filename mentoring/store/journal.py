"""The journal: what changed, by whom and when, in ids; a hash chain of rows that are only added (P17).

Help requests never write here (P8).
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.store.database import row

KIOSK = "kiosk"
COMMAND_LINE = "command line"
DROPPED = "journal.year_dropped"
KEEPER = "keeper"  # `dropin run` itself, for changes that only time makes due
STAFF_ROOM = "staff-room screen"  # by its link, which anybody may have
TRUSTED_SCREEN = "trusted screen"


@dataclass(frozen=True)
class Touched:
    """The first row of the trail that is wrong, and what is wrong with it, as a sentence."""

    row: int
    words: str


def staff(staff_id: int) -> str:
    """How the journal names a member of staff."""
    return f"staff {staff_id}"


def mentor(mentor_id: int) -> str:
    """How the journal names a mentor."""
    return f"mentor {mentor_id}"


def school_year(moment: datetime) -> int:
    """The year a school year begins in: it turns on 1 September, in UTC. One chain holds one school year."""
    return moment.year if moment.month >= 9 else moment.year - 1


def link(year: int, at: str, actor: str, what: str, about: str, previous: str) -> str:
    """The SHA-256 of one row: its content and the hash before it; for the first of a year, the year's number."""
    told = json.dumps([year, at, actor, what, about, previous], default=_blob)
    return hashlib.sha256(told.encode()).hexdigest()


def _blob(value: bytes) -> dict[str, str]:
    """What no text of a row can be: a damaged file may hold a value that is bytes now, which is another value."""
    return {"blob": value.hex()}


def fault_of(entry: Mapping[str, Any], *, before: str | None, last_id: int, may_miss: int) -> Touched | None:
    """What is wrong with one row, given the hash before it in its year and the id before it in the trail."""
    year, place = entry["year"], int(entry["id"])
    told = (year, entry["at"], entry["actor"], entry["what"], entry["about"], entry["previous"])
    if entry["previous"] != (before or str(year)):
        return Touched(place, "it does not follow the row before it: one of the two was changed, or one is missing.")
    if entry["hash"] != link(*told):
        return Touched(place, "what it says does not fit its hash: it was changed after it was written.")
    if place - last_id - 1 > may_miss:
        return Touched(place, f"rows are missing between {last_id} and {place}, or were given other numbers.")
    return None


def note(db: Database, what: str, *, actor: str, now: datetime, **ids: int | str | list[int] | None) -> None:
    """Write one row, inside the transaction it describes. `ids` are numbers and codes, never names or texts."""
    if not db.conn.in_transaction:
        raise RuntimeError("a journal row belongs inside the change it tells of")
    year, at = school_year(now), clock.to_text(now)
    about = json.dumps({name: value for name, value in ids.items() if value is not None}, sort_keys=True)
    last = row(db, "select hash from journal where year = :year order by id desc limit 1", year=year)
    previous = last["hash"] if last else str(year)
    db.execute(
        """
        insert into journal (year, at, actor, what, about, previous, hash)
        values (:year, :at, :actor, :what, :about, :previous, :hash)""",
        {
            "year": year,
            "at": at,
            "actor": actor,
            "what": what,
            "about": about,
            "previous": previous,
            "hash": link(year, at, actor, what, about, previous),
        },
    )


def newest_but(db: Database, kinds: Collection[str]) -> int:
    """The id of the newest row of any other kind than these, or 0: it grows with each change but theirs."""
    found = row(
        db,
        "select id from journal where what not in (select value from json_each(:kinds)) order by id desc limit 1",
        kinds=json.dumps(sorted(kinds)),
    )
    return int(found["id"]) if found else 0


def head(db: Database) -> tuple[int, str] | None:
    """The newest row's id and hash: printed on paper, they show whether the trail's end was cut off (P17)."""
    last = row(db, "select id, hash from journal order by id desc limit 1")
    return (last["id"], last["hash"]) if last else None


def touched(db: Database) -> Touched | None:
    """The first row that was changed, or before which one is missing; None when the chain is whole."""
    previous: dict[int, str] = {}
    # Years that retention dropped leave a gap in the ids; a row of the journal says how many ids that is.
    told = row(
        db,
        """
        select sum(case when json_valid(about) then json_extract(about, '$.rows') end) as rows
          from journal where what = :what""",
        what=DROPPED,
    )
    may_miss, last_id = (told["rows"] or 0) if told else 0, 0
    for entry in db.execute("select * from journal order by id"):  # one by one: a trail may be long
        fault = fault_of(dict(entry), before=previous.get(entry["year"]), last_id=last_id, may_miss=may_miss)
        if fault:
            return fault
        may_miss -= entry["id"] - last_id - 1
        previous[entry["year"]], last_id = entry["hash"], entry["id"]
    return None
