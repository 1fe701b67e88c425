"""Subject access: everything that is stored about one mentor or one member of staff, to read and to export.

It is built from the live schema: every table whose rows refer to the person, so that none is left out. Others in the
same rows are shown by their role, never by name.
"""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.basics.spreadsheets import csv_of, disarmed
from mentoring.privacy import data_map, erasure
from mentoring.privacy.data_map import BY_CODE, BY_NAME
from mentoring.privacy.tombstones import Whose
from mentoring.school import school_year
from mentoring.store import journal
from mentoring.store.database import rows, write

# words

YOU = "you"
ANOTHER = {"mentor": "another mentor", "staff": "a member of staff"}
# As the journal names who did something: columns of this kind lead to a person without a key.
_ACTOR = re.compile(r"(staff|mentor) ([0-9]+)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_NOT_A_NAME = re.compile(r"[^a-z_]")
_YES_OR_NO = re.compile(r"check \((\w+) in \(0, 1\)\)")
READ_ME = """What this is
============
Everything {school} holds in its Drop-in box about {name}, as of {day}.

everything.json holds all of it for a program, the other files the same as tables, one for each kind of thing.
“you” is {name}. Others are “another mentor” or “a member of staff”: their names are their own data, not yours.
Some columns are held back and listed under each table in everything.json: keys and secret addresses, because whoever
has them can use them; and what may speak of somebody else, which the school looks at with you if you ask.
Nobody, not even the school, can find out which pupil asked for help: the box does not know.
"""


@dataclass(frozen=True)
class Section:
    """The rows of one table about one person, as they may read them."""

    table: str
    holds: str
    class_name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    held_back: tuple[str, ...]


@dataclass(frozen=True)
class Everything:
    """All that is stored about one person. `pictures`: their photographs, as files."""

    whose: Whose
    id: int
    name: str
    at: datetime
    sections: tuple[Section, ...]
    pictures: tuple[bytes, ...]
    withheld: tuple[str, ...]


# rules


def heading(column: str) -> str:
    """A column's name as a person reads it: `family name`."""
    return column.replace("_id", "").replace("_", " ") or "number"


def person_words(whose: str, person_id: object, *, about: Whose, own: int) -> str:
    """Words for a person in a row: the person themselves, or the role of another."""
    if person_id is None:
        return ""
    return YOU if whose == about and person_id == own else ANOTHER[whose]


def actor_words(text: str, *, about: Whose, own: int) -> str:
    """The same for a person as the journal names them."""
    found = _ACTOR.fullmatch(text)
    return person_words(found[1], int(found[2]), about=about, own=own) if found else text


def as_json(everything: Everything) -> str:
    """All of it for a program, one object a table."""
    told = {
        "about": everything.whose,
        "name": everything.name,
        "at": clock.to_text(everything.at),
        "withheld": list(everything.withheld),
        "tables": [
            {
                "table": each.table,
                "holds": each.holds,
                "class": each.class_name,
                "held_back": list(each.held_back),
                "rows": [dict(zip(each.columns, values, strict=True)) for values in each.rows],
            }
            for each in everything.sections
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def as_csv(section: Section) -> str:
    """One table for a spreadsheet."""
    return csv_of(map(heading, section.columns), (map(disarmed, values) for values in section.rows))


def as_zip(everything: Everything, *, school: str) -> bytes:
    """All of it as one ZIP file."""
    day = f"{everything.at:%d %B %Y}"
    files: dict[str, bytes] = {
        "read-me.txt": READ_ME.format(school=school, name=everything.name, day=day).encode(),
        "everything.json": as_json(everything).encode(),
        **{f"{_NOT_A_NAME.sub('', each.table)}.csv": as_csv(each).encode("utf-8-sig") for each in everything.sections},
        **{f"photograph-{number}.png": each for number, each in enumerate(everything.pictures, 1)},
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, everything.at.timetuple()[:6]), content)
    return whole.getvalue()


# memory


@dataclass(frozen=True)
class _Shape:
    """The columns of one table: all, the foreign keys, those that name an actor, and those that are yes or no."""

    columns: tuple[str, ...]
    keys: Mapping[str, str]
    actors: tuple[str, ...]
    yes_or_no: frozenset[str]


def _shapes(db: Database) -> dict[str, _Shape]:
    found = rows(
        db,
        """
        select tables.name as "table", tables.sql, columns.name as "column", columns.type as kind,
               (select "table" from pragma_foreign_key_list(tables.name) where "from" = columns.name) as leads_to
          from sqlite_schema as tables, pragma_table_info(tables.name) as columns
         where tables.type = 'table' and tables.name not like 'sqlite_%'
         order by tables.rowid, columns.cid""",
    )
    tables: dict[str, list[Row]] = {}
    for each in found:
        tables.setdefault(each["table"], []).append(each)
    return {
        name: _Shape(
            tuple(each["column"] for each in columns),
            {each["column"]: each["leads_to"] for each in columns if each["leads_to"]},
            tuple(
                each["column"]
                for each in columns
                if each["kind"].lower() == "text"
                and (each["column"] in ("by", "actor") or each["column"].endswith("_by"))
                and not each["leads_to"]
            ),
            frozenset(_YES_OR_NO.findall(columns[0]["sql"])),
        )
        for name, columns in tables.items()
    }


def _about(db: Database, table: str, shape: _Shape, whose: Whose, own: int) -> list[Row]:
    """The rows of one table that refer to this person: by a key, by the journal's name, or by their content."""
    home = {Whose.MENTOR: "mentors", Whose.STAFF: "staff"}[whose]
    wanted = [f'"{column}" = :id' for column, other in shape.keys.items() if other == home]
    wanted += [f'"{column}" = :actor' for column in shape.actors]
    wanted += ["id = :id"] if table == home else []
    known = BY_NAME.get(table)
    if known and known.mentions:
        wanted.append(known.mentions)
    if table == "journal":
        wanted.append(f"json_extract(about, '$.{whose}') = :id")
        wanted.append("exists (select 1 from json_each(about, '$.mentors') where value = :id and :home = 'mentors')")
    if not wanted:
        return []
    sql = f'select * from "{table}" where {" or ".join(f"({each})" for each in wanted)}'  # noqa: S608 # the schema's names
    return rows(db, sql, id=own, actor=f"{whose} {own}", home=home, whose=whose)


def _places(db: Database) -> dict[str, dict[int, str]]:
    """Words for each drop-in and slot by table and id, for a person to read."""
    drop_ins = rows(db, "select id, date, room from drop_ins")
    slots = rows(db, "select id, start, room from slots")
    return {
        "drop_ins": {each["id"]: f"{each['date']}, {each['room']}" for each in drop_ins},
        "slots": {each["id"]: f"{each['start']}, {each['room']}" for each in slots},
    }


def everything(db: Database, whose: Whose, person_id: int, *, now: datetime) -> Everything | None:
    """All that the box stores about this person; None for an unknown id."""
    name = erasure.name_of(db, whose, person_id)
    if name is None:
        return None
    zone, places = school_year.zone(db), _places(db)
    sections, pictures = [], []
    for table, shape in _shapes(db).items():
        known = BY_NAME.get(table)
        found = _about(db, table, shape, whose, person_id) if known is None or not known.withheld else []
        if not found:
            continue
        held_back = known.held_back if known else ()
        shown = tuple(each for each in shape.columns if each not in held_back)
        pictures += [bytes(value) for each in found for value in each if isinstance(value, bytes) and table == "photos"]
        sections.append(
            Section(
                table,
                known.holds if known else table,
                BY_CODE[known.in_class].name if known else "",
                shown,
                tuple(
                    tuple(_shown(each, column, shape, places, zone, whose, person_id) for column in shown)
                    for each in found
                ),
                tuple(held_back),
            )
        )
    withheld = tuple(dict.fromkeys(each.withheld for each in data_map.TABLES if each.withheld))
    return Everything(whose, person_id, name, now, tuple(sections), tuple(pictures), withheld)


def _shown(
    found: Row, column: str, shape: _Shape, places: dict[str, dict[int, str]], zone: str, whose: Whose, own: int
) -> str:
    value, leads_to = found[column], shape.keys.get(column)
    if leads_to in ("mentors", "staff"):
        return person_words("mentor" if leads_to == "mentors" else "staff", value, about=whose, own=own)
    if leads_to in places and value is not None:
        return places[leads_to].get(value, str(value))
    if column in shape.actors and isinstance(value, str):
        return actor_words(value, about=whose, own=own)
    if value is None:
        return ""
    if column in shape.yes_or_no:
        return "yes" if value else "no"
    if isinstance(value, bytes):
        return f"a picture of {len(value)} bytes"
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return f"{clock.wall(clock.from_text(value), zone):%Y-%m-%d %H:%M}"
    return str(value)


# actions


def hand_over(db: Database, whose: Whose, person_id: int, *, by: str, now: datetime) -> Everything | None:
    """The same, with a note in the journal that it was handed out; None for an unknown id."""
    told = everything(db, whose, person_id, now=now)
    if told is not None:
        with write(db):
            journal.note(db, "privacy.handed_over", actor=by, now=now, **{whose: person_id})
    return told
