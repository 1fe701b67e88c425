"""Migrations: appended to, never edited, whole or not at all; and the schema they make."""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.store import migrations, schema
from mentoring.store.database import OURS, DatabaseTrouble, EarlierVersion, open_database, run, write
from mentoring.store.migrations import MIGRATIONS, NAMES, migrate
from tests.conftest import Cast
from tests.mentoring.store import version_0_1

# What each migration made when it was released: the SHA-256 of everything in the schema after it. Add a line for a new
# migration; a line that no longer fits means that a released migration, or a text it runs, was edited.
MADE = {
    "m001_version_0_2": "6e530b792fa050c8f4d08bab629c610e07a529baef9e9404cce15c65c0d18226",
}
PAGES = sorted(path for path in Path(schema.__file__).parent.glob("*.py") if path.stem != "__init__")
CREATED = re.compile(r"^create (?:unique )?(table|index|trigger|view) (\w+)", re.MULTILINE)


def _names(db: Database) -> list[str]:
    return [each.name for each in MIGRATIONS.applied(db)]


def _made(db: Database) -> list[sqlite3.Row]:
    """All that is ours in the live schema; what SQLite and sqlite-utils made for themselves is not."""
    return db.execute(
        """
        select type, name, sql from sqlite_schema
         where sql is not null and name not glob '_sqlite_*' and name not glob 'idx__sqlite_*'
         order by type, name"""
    ).fetchall()


def _fingerprint(db: Database) -> str:
    return hashlib.sha256(repr([tuple(each) for each in _made(db)]).encode()).hexdigest()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """A file with nothing in it yet."""
    with closing(open_database(tmp_path / "programme.db", create=True)) as db:
        yield db


# The files


def test_migrations_are_numbered_one_by_one_and_named_as_their_files():
    numbers = [int(re.fullmatch(r"m(\d{3})_[a-z0-9_]+", name)[1]) for name in NAMES]
    assert numbers == list(range(1, len(NAMES) + 1))
    files = sorted(path.stem for path in Path(migrations.__file__).parent.glob("*.py") if path.stem != "__init__")
    assert files == [*NAMES]


def test_a_released_migration_is_never_edited(empty: Database):
    made = {}
    for name in NAMES:
        following = NAMES[NAMES.index(name) + 1 :][:1]
        MIGRATIONS.apply(empty, stop_before=following)
        made[name] = _fingerprint(empty)
    assert made == MADE


def test_the_schemas_pages_tell_all_that_is_in_the_file(db: Database):
    written = [found for path in PAGES for found in CREATED.findall(path.read_text(encoding="utf-8"))]
    assert sorted(written) == [(each["type"], each["name"]) for each in _made(db)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_table_has_a_sentence_that_says_what_it_is(path: Path):
    lines = path.read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for before, line in pairwise(lines)
        if line.startswith("create table") and not re.fullmatch(r"-- .*\.", before)
    ]
    assert bare == []


# Migrating


def test_migrating_twice_changes_nothing(db: Database):
    before = list(db.conn.iterdump())
    migrate(db)
    assert list(db.conn.iterdump()) == before


def test_a_migrated_file_carries_our_mark_and_the_number_of_its_last_migration(db: Database):
    assert _names(db) == [*NAMES]
    assert db.execute("pragma application_id").fetchone()[0] == OURS
    assert db.execute("pragma user_version").fetchone()[0] == len(NAMES)


def test_an_older_file_keeps_its_rows_and_gets_what_is_new(db: Database, one_more_migration: str):
    before = [tuple(each) for each in db.execute("select * from mentors").fetchall()]
    migrate(db)
    assert _names(db) == [*NAMES, one_more_migration]
    assert db.execute("pragma user_version").fetchone()[0] == len(NAMES) + 1
    assert db["later"].count == 0
    assert [tuple(each) for each in db.execute("select * from mentors").fetchall()] == before


def test_a_file_that_a_newer_version_marked_is_refused_and_left_alone(db: Database):
    db.execute("pragma user_version = 999")
    before = list(db.conn.iterdump())
    with pytest.raises(DatabaseTrouble, match="newer"):
        migrate(db)
    assert list(db.conn.iterdump()) == before


def test_a_file_with_a_migration_we_never_heard_of_is_refused(db: Database):
    with write(db):
        later = "insert into _sqlite_migrations (migration_set, name, applied_at) values ('drop-in', 'm999_later', '')"
        db.execute(later)
    with pytest.raises(DatabaseTrouble, match="newer"):
        migrate(db)


def test_a_file_of_version_0_1_is_refused_in_words_and_left_alone(tmp_path: Path):
    path = tmp_path / "programme.db"
    version_0_1.make(path)
    before = path.read_bytes()
    for create in (False, True):
        with pytest.raises(EarlierVersion, match=version_0_1.SAYS):
            open_database(path, create=create)
    assert path.read_bytes() == before
    assert {each.name for each in tmp_path.iterdir()} == {"programme.db"}


def test_a_migration_that_fails_leaves_the_file_as_it_was(empty: Database):
    empty.execute("create view year_ends as select 1")  # in the way of one of the last tables
    with pytest.raises(sqlite3.OperationalError, match="year_ends"):
        migrate(empty)
    assert _names(empty) == []
    assert empty.execute("pragma user_version").fetchone()[0] == 0
    assert [each[0] for each in empty.execute("select name from sqlite_schema").fetchall()] == ["year_ends"]


def test_several_that_make_one_new_file_at_once_all_succeed(tmp_path: Path):
    def make(_: int) -> int:
        with closing(open_database(tmp_path / "programme.db", create=True)) as db:
            migrate(db)
            return int(db.execute("pragma user_version").fetchone()[0])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(4))) == [len(NAMES)] * 4


# The schema


def test_every_table_of_ours_is_strict(db: Database):
    loose = {
        each["name"]
        for each in db.execute("select name, strict from pragma_table_list where type = 'table'").fetchall()
        if not each["strict"] and not each["name"].startswith(("sqlite_", "_sqlite_"))
    }
    assert loose == set()


def test_a_new_slot_has_two_places_and_whoever_is_due_is_not_pinned(db: Database, cast: Cast):
    with write(db):
        for each in (
            "insert into slots (id, day, start, until, room, week, adult_id, begins) "
            "values (90, 1, '08:00', '08:30', 'Library 2', '', 1, '2026-09-01')",
            "insert into drop_ins (id, slot_id, date, room, starts, ends, adult_id) values "
            "(90, 90, '2027-01-12', 'Library 2', '2027-01-12T08:00:00+00:00', '2027-01-12T08:30:00+00:00', 1)",
        ):
            db.execute(each)
        db.execute("insert into due (drop_in_id, mentor_id) values (90, ?)", [cast.amira])
    assert tuple(db.execute("select places from slots where id = 90").fetchone()) == (2,)
    told = "select places, version, closed, pinned from drop_ins join due on due.drop_in_id = drop_ins.id where id = 90"
    assert tuple(db.execute(told).fetchone()) == (2, 0, None, 0)
    assert tuple(db.execute("select count(*) from taking_place where id = 90").fetchone()) == (1,)


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ("update slots set adult_id = 90", "FOREIGN KEY"),
        ("delete from staff where id = :adeyemi", "FOREIGN KEY"),
        ("update staff set role = 'lead' where id = :adeyemi", "UNIQUE"),
        ("update staff set email = (select upper(email) from staff where id = :okafor) where id = :adeyemi", "UNIQUE"),
        ("update staff set ended = '2027-01-12' where role = 'lead'", "CHECK"),
        ("update staff set role = 'caretaker'", "CHECK"),
    ],
)
def test_there_is_one_lead_no_address_twice_and_nobody_goes_who_is_pointed_at(
    db: Database, cast: Cast, statement: str, refused: str
):
    with write(db):
        db.execute("update slots set adult_id = ?", [cast.adeyemi])
        db.execute("update staff set role = 'it' where id = ?", [cast.adeyemi])
    with pytest.raises(sqlite3.IntegrityError, match=refused), write(db):
        db.execute(statement, {"okafor": cast.okafor, "adeyemi": cast.adeyemi})


def test_sql_is_run_statement_by_statement_inside_the_open_change(empty: Database):
    text = """
    -- a note; with a semicolon
    create table one (id integer);
    create trigger two after insert on one
    begin delete from one; end;
    """
    with pytest.raises(ValueError, match="no end"), write(empty):
        run(empty, text + "create table three (id integer)")
    assert empty.execute("select 1 from sqlite_schema").fetchone() is None
    with write(empty):
        run(empty, text)
    assert empty.execute("select count(*) from sqlite_schema").fetchone()[0] == 2
