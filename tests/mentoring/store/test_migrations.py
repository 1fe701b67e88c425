"""The store's diary: appended to, never edited, whole or not at all."""

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.store.database import OURS, DatabaseTrouble, open_database, write
from mentoring.store.migrations import IN_ORDER, MIGRATIONS, m008_rota, m013_accounts, migrate


def _names(db: Database) -> list[str]:
    return [each.name for each in MIGRATIONS.applied(db)]


def test_migrations_are_numbered_one_by_one_and_never_share_a_name(db: Database):
    names = _names(db)
    assert [int(re.fullmatch(r"m(\d{3})_[a-z0-9_]+", name)[1]) for name in names] == list(range(1, len(names) + 1))


def test_migrating_twice_changes_nothing(db: Database):
    before = list(db.conn.iterdump())
    migrate(db)
    assert list(db.conn.iterdump()) == before


def test_a_migrated_file_carries_our_mark_and_the_number_of_its_last_migration(db: Database):
    assert db.execute("pragma application_id").fetchone()[0] == OURS
    assert db.execute("pragma user_version").fetchone()[0] == len(_names(db))


def test_every_table_of_ours_is_strict(db: Database):
    loose = {
        each["name"]
        for each in db.execute("select name, strict from pragma_table_list where type = 'table'").fetchall()
        if not each["strict"] and not each["name"].startswith(("sqlite_", "_sqlite_"))
    }
    assert loose == set()


def test_a_file_that_a_newer_version_marked_is_refused_and_left_alone(db: Database):
    db.execute("pragma user_version = 999")
    before = list(db.conn.iterdump())
    with pytest.raises(DatabaseTrouble, match="newer"):
        migrate(db)
    assert list(db.conn.iterdump()) == before


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path):
    path = tmp_path / "programme.db"
    with closing(open_database(path, create=True)) as db:
        db.execute("create view journal as select 1")  # in the way of the last migration's table
        with pytest.raises(sqlite3.OperationalError, match="journal"):
            migrate(db)
        assert _names(db) == []
        assert db.execute("pragma user_version").fetchone()[0] == 0
        assert [each[0] for each in db.execute("select name from sqlite_schema").fetchall()] == ["journal"]


def test_a_file_with_a_migration_we_never_heard_of_is_refused(db: Database):
    with write(db):
        later = "insert into _sqlite_migrations (migration_set, name, applied_at) values ('drop-in', 'm999_later', '')"
        db.execute(later)
    with pytest.raises(DatabaseTrouble, match="newer"):
        migrate(db)


def test_several_that_make_one_new_file_at_once_all_succeed(tmp_path: Path):
    def make(_: int) -> int:
        with closing(open_database(tmp_path / "programme.db", create=True)) as db:
            migrate(db)
            return int(db.execute("pragma user_version").fetchone()[0])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(4))) == [len(IN_ORDER)] * 4


def test_an_older_files_slots_have_two_places_and_its_pairs_were_set_by_hand(tmp_path: Path):
    with closing(open_database(tmp_path / "programme.db", create=True)) as db:
        with write(db):
            for each in IN_ORDER[: IN_ORDER.index(m008_rota)]:
                each(db)
            for row in (
                "insert into staff values (1, 'Ms Okafor', 'okafor@harbour.example', '', 'lead', '', '')",
                "insert into mentors values (1, 'Amira', 'Khan', 'Amira', '11', 1, '', 1, 'active')",
                "insert into slots values (1, 1, '12:30', '13:15', 'Library 2', '', 1, '2026-09-01', null)",
                "insert into drop_ins values (1, 1, '2027-01-12', 'Library 2', '2027-01-12T12:30:00+00:00', "
                "'2027-01-12T13:15:00+00:00', 1)",
                "insert into due (drop_in_id, mentor_id) values (1, 1)",
            ):
                db.execute(row)
        with write(db):
            m008_rota(db)
        assert tuple(db.execute("select places, version, closed from drop_ins").fetchone()) == (2, 0, None)
        assert tuple(db.execute("select places from slots").fetchone()) == (2,)
        assert tuple(db.execute("select pinned from due").fetchone()) == (1,)
        assert tuple(db.execute("select count(*) from held_drop_ins").fetchone()) == (1,)


def test_an_older_files_staff_keep_their_numbers_and_all_that_points_at_them(tmp_path: Path):
    with closing(open_database(tmp_path / "programme.db", create=True)) as db:
        with write(db):
            for each in IN_ORDER[: IN_ORDER.index(m013_accounts)]:
                each(db)
            for row in (
                "insert into staff values (1, 'Ms Okafor', 'okafor@harbour.example', 'hash one', 'lead', 'Room 4', '')",
                "insert into staff values (5, 'Mr Adeyemi', 'a@harbour.example', 'hash five', 'helper', '', '212')",
                "insert into log_ins values ('a token', 5, '2027-01-12T12:00:00', '2027-01-12T12:00:00')",
                "insert into slots (id, day, start, until, room, week, adult_id, begins) "
                "values (1, 1, '12:30', '13:15', 'Library 2', '', 5, '2026-09-01')",
            ):
                db.execute(row)
        with write(db):
            m013_accounts(db)
        kept = [tuple(each) for each in db.execute("select id, name, password, role, ended from staff").fetchall()]
        assert kept == [(1, "Ms Okafor", "hash one", "lead", None), (5, "Mr Adeyemi", "hash five", "helper", None)]
        assert db.execute("pragma foreign_key_check").fetchall() == []
        assert "references staff (id)" in db["slots"].schema
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), write(db):
            db.execute("update slots set adult_id = 9")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), write(db):
            db.execute("delete from staff where id = 5")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"), write(db):
            db.execute("update staff set role = 'lead'")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"), write(db):
            db.execute("update staff set email = 'OKAFOR@harbour.example'")
        with write(db):
            db.execute("update staff set role = 'it' where id = 5")
