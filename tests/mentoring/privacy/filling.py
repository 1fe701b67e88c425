"""Fills every table of the live schema with rows about one person, so that no test depends on a list of tables."""

import sqlite3
from contextlib import closing
from pathlib import Path

MARK = "zebra"
# What a text must look like where SQL reads into it.
SHAPED = {("earlier_due", "due"): "[[{id}, 1]]", ("leavings", "ended"): '{"others": [{id}]}'}
# Tables that only machinery fills; a row of nonsense would stand for something that never was.
LEFT_ALONE = {"journal", "journal_drops", "_sqlite_migrations", "erased", "leavers"}


def fill(data: Path, home: str, person_id: int, *, text: str = "") -> set[str]:
    """One row in every table that leads to this person, each text of it marked; the names of those tables.

    With `text` each text is that instead of a mark, such as a day long ago.
    """
    filled = set()
    with closing(sqlite3.connect(data / "programme.db", isolation_level=None)) as raw:
        raw.execute("pragma foreign_keys = off")
        raw.execute("pragma ignore_check_constraints = on")
        tables = [each[0] for each in raw.execute("select name from sqlite_schema where type = 'table' order by rowid")]
        for table in tables:
            if table not in LEFT_ALONE | {"mentors", "staff", "programme"} and not table.startswith("sqlite_"):
                _fill(raw, table, home, person_id, text)
            if _leads(raw, table, home):
                filled.add(table)
        raw.execute(f"update {home} set {_marked_name(home)} where id = ?", [person_id])
    return filled


def _marked_name(home: str) -> str:
    texts = {"mentors": ("given_name", "family_name", "display_name", "year_group", "email"), "staff": ("name", "room")}
    return ", ".join(f"{each} = '{MARK}-{home}-{each}'" for each in texts[home])


def _leads(raw: sqlite3.Connection, table: str, home: str) -> dict[str, str]:
    """The columns of a table that lead to another, each with that other."""
    found = raw.execute('select "from", "table" from pragma_foreign_key_list(?)', [table]).fetchall()
    return {column: other for column, other in found if other == home}


def _fill(raw: sqlite3.Connection, table: str, home: str, person_id: int, text: str) -> None:
    keys = dict(raw.execute('select "from", "table" from pragma_foreign_key_list(?)', [table]).fetchall())
    own = raw.execute("select name, type, pk from pragma_table_info(?)", [table]).fetchall()
    values: dict[str, object] = {}
    for number, (column, kind, pk) in enumerate(own):
        if keys.get(column) == home:
            values[column] = person_id
        elif column in keys:
            values[column] = raw.execute(f"select max(rowid) from {keys[column]}").fetchone()[0] or 1
        elif pk and kind.lower() == "integer" and len([each for each in own if each[2]]) == 1:
            continue
        elif (table, column) in SHAPED:
            values[column] = SHAPED[table, column].replace("{id}", str(person_id))
        else:
            marked = text or f"{MARK}-{table}-{column}"
            values[column] = {"text": marked, "blob": marked.encode(), "real": 1.5}.get(kind.lower(), 7000 + number)
    names, places = ", ".join(f'"{each}"' for each in values), ", ".join("?" * len(values))
    raw.execute(f"insert or ignore into {table} ({names}) values ({places})", list(values.values()))
