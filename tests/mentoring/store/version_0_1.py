"""A database of version 0.1, cut down to what tells it: its mark, its eighteen migrations and a mentor."""

import sqlite3
from contextlib import closing
from pathlib import Path

from mentoring.store.database import OURS

MIGRATIONS = (
    "m001_programme",
    "m002_mentors_and_badges",
    "m003_drop_ins_and_duties",
    "m004_help_requests_and_alerts",
    "m005_journal",
    "m006_close_of_day",
    "m007_printing",
    "m008_rota",
    "m009_photos",
    "m010_keys",
    "m011_alerts",
    "m012_channels",
    "m013_accounts",
    "m014_counts",
    "m015_retention",
    "m016_concerns",
    "m017_backups",
    "m018_programme_mark",
)
SAYS = "made with version 0.1: export its mentors and its rota with that version"


def make(path: Path) -> None:
    """Write the file, with a write-ahead log as it always had."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("pragma journal_mode = wal")
        raw.executescript(
            """
            create table "_sqlite_migrations"
                ("id" integer primary key, "migration_set" text, "name" text, "applied_at" text);
            create unique index "idx__sqlite_migrations_migration_set_name"
                on "_sqlite_migrations" ("migration_set", "name");
            create table programme (id integer primary key check (id = 1), school text not null) strict;
            create table mentors (id integer primary key, given_name text not null) strict;
            create table journal (id integer primary key, year integer not null, at text not null, actor text not null,
                what text not null, about text not null, previous text not null, hash text not null unique) strict;
            insert into programme values (1, 'Harbour School');
            insert into mentors values (1, 'Amira');"""
        )
        raw.executemany(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('drop-in', ?, '2026-11-01')",
            [[each] for each in MIGRATIONS],
        )
        raw.execute(f"pragma application_id = {OURS}")
        raw.execute(f"pragma user_version = {len(MIGRATIONS)}")


def content(folder: Path) -> bytes:
    """What such a file holds, as a backup carries it."""
    path = folder / "of-0.1.db"
    make(path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("pragma journal_mode = delete")
    found = path.read_bytes()
    path.unlink()
    return found
