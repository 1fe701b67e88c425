"""The store: never made silently, never another program's, whole or not at all."""

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.store import database
from mentoring.store.database import (
    OURS,
    CannotWrite,
    DatabaseTrouble,
    NoDatabase,
    cannot_write,
    empty_log,
    insert,
    is_damage,
    open_database,
    open_to_read,
    row,
    rows,
    write,
)
from mentoring.store.writable import Unwritable
from tests.mentoring.conftest import AtOnce


def test_a_missing_programme_is_said_and_not_made(tmp_path: Path):
    path = tmp_path / "programme.db"
    with pytest.raises(NoDatabase, match="dropin init"):
        open_database(path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said_in_one_sentence(tmp_path: Path):
    with pytest.raises(DatabaseTrouble, match="cannot be opened"):
        open_database(tmp_path / "nowhere" / "programme.db", create=True)


@pytest.mark.parametrize("folder", ["a b", "50%", "what?", "#1", "école"])
def test_any_folder_name_will_do(tmp_path: Path, folder: str):
    path = tmp_path / folder / "programme.db"
    path.parent.mkdir()
    with closing(open_database(path, create=True)) as db:
        db.execute("create table t (n)")
    assert [each.name for each in path.parent.iterdir()] == ["programme.db"]


@pytest.mark.parametrize("mark", [0, 1, OURS + 1])
def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path, mark: int):
    path = tmp_path / "programme.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("create table theirs (n)")
        other.execute(f"pragma application_id = {mark}")
    before = path.read_bytes()
    for create in (False, True):
        with pytest.raises(DatabaseTrouble, match="another program"):
            open_database(path, create=create)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "programme.db"
    path.write_text("Dear diary, today at lunch. " * 100)
    with pytest.raises(DatabaseTrouble, match="not a database"):
        open_database(path)
    assert path.read_text().startswith("Dear diary")


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1), ("temp_store", 2), ("trusted_schema", 0)],
)
def test_every_connection_is_durable_and_leaves_no_deleted_byte(db: Database, pragma: str, value: int):
    assert db.execute(f"pragma {pragma}").fetchone()[0] == value


def test_no_build_of_sqlite_decides_for_us(data: Path):
    with closing(sqlite3.connect(data / "programme.db")) as connection:
        for other in ("synchronous = off", "secure_delete = off", "foreign_keys = off", "trusted_schema = on"):
            connection.execute(f"pragma {other}")
        database._prepare(connection, create=False)
        names = ("synchronous", "secure_delete", "foreign_keys", "trusted_schema")
        assert [connection.execute(f"pragma {name}").fetchone()[0] for name in names] == [2, 1, 1, 0]


def test_the_file_keeps_a_write_ahead_log(db: Database):
    assert db.execute("pragma journal_mode").fetchone()[0] == "wal"


def test_a_change_that_raises_is_gone_whole(db: Database):
    def half_a_change() -> None:
        with write(db):
            db.execute("update programme set school = 'Elsewhere'")
            db.execute("delete from badges")
            raise ZeroDivisionError

    before = _everything(db)
    with pytest.raises(ZeroDivisionError):
        half_a_change()
    assert _everything(db) == before
    assert not db.conn.in_transaction


def test_a_change_that_was_refused_lets_the_next_one_pass(db: Database):
    with pytest.raises(sqlite3.IntegrityError), write(db):
        db.execute("update programme set id = 2")
    with write(db):
        db.execute("update programme set school = 'Elsewhere'")
    assert rows(db, "select school from programme")[0]["school"] == "Elsewhere"


def test_what_a_change_wrote_is_there_for_another_connection(db: Database, data: Path):
    with write(db):
        db.execute("update programme set school = 'Elsewhere'")
    with closing(open_database(data / "programme.db")) as other:
        found = row(other, "select school from programme")
    assert found is not None
    assert found["school"] == "Elsewhere"


def test_a_row_that_points_at_nobody_is_refused(db: Database):
    with pytest.raises(sqlite3.IntegrityError), write(db):
        insert(db, "badges", {"mentor_id": 4242, "number": 1, "issued": "2027-01-12T12:30:00+00:00"})


def test_no_write_is_lost_when_four_hands_write_at_once(db: Database, at_once: AtOnce):
    with write(db):
        db.execute("create table taps (n integer not null) strict")
        db.execute("insert into taps values (0)")

    def fifty_taps(mine: Database) -> None:
        for _ in range(50):
            with write(mine):
                taps = rows(mine, "select n from taps")[0]["n"]
                mine.execute("update taps set n = :n", {"n": taps + 1})

    at_once(4, fifty_taps)
    assert rows(db, "select n from taps")[0]["n"] == 200


def _everything(db: Database) -> list[str]:
    return list(db.conn.iterdump())


def test_an_empty_file_is_not_taken_for_a_programme(tmp_path: Path):
    (tmp_path / "programme.db").touch()
    with pytest.raises(DatabaseTrouble, match="empty"):
        open_database(tmp_path / "programme.db")


def test_each_change_by_anybody_is_counted_and_a_look_is_none(db: Database, data: Path):
    changes = database.Changes(data / "programme.db")
    first = changes.count()
    rows(db, "select * from programme")
    assert changes.count() == first
    with write(db):
        db.execute("update programme set school = 'Another'")
    assert changes.count() != first
    changes.close()


def test_what_is_not_there_cannot_be_watched(tmp_path: Path):
    with pytest.raises(NoDatabase):
        database.Changes(tmp_path / "programme.db").count()


# A disk that takes no writing


def test_where_nothing_can_be_written_the_file_is_read_all_the_same(
    data: Path, unwritable: Callable[[Unwritable], Callable[[], None]]
):
    put_right = unwritable(Unwritable.FULL)
    with pytest.raises(CannotWrite, match=r"is full: free some space") as refused:
        open_database(data / "programme.db")
    assert not is_damage(refused.value)
    with closing(open_to_read(data / "programme.db")) as db:
        assert rows(db, "select name from staff where role = 'lead'")[0]["name"] == "Ms Okafor"
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("delete from staff")
    put_right()
    open_database(data / "programme.db").close()


def test_a_full_disk_is_told_from_a_lock_and_from_damage(db: Database, data: Path, monkeypatch: pytest.MonkeyPatch):
    path = data / "programme.db"
    db.execute(f"pragma max_page_count = {db.execute('pragma page_count').fetchone()[0]}")
    with pytest.raises(sqlite3.OperationalError) as full:
        db.execute("create table more as select hex(zeroblob(100000))")
    assert "is full" in str(cannot_write(path, full.value))
    assert "is full" in str(cannot_write(path, OSError(errno.ENOSPC, "no space")))
    assert "writable" in str(cannot_write(path, OSError(errno.EROFS, "read-only")))
    for other in (sqlite3.OperationalError("locked"), sqlite3.DatabaseError("malformed"), OSError(errno.EIO, "broken")):
        assert cannot_write(path, other) is None
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "writable" in str(cannot_write(path, sqlite3.OperationalError("unable to open database file")))


def test_the_file_copied_alone_lacks_nothing_once_the_log_was_emptied(data: Path, db: Database, tmp_path: Path):
    with write(db):
        db.execute("update programme set school = 'A new name'")

    def copied_alone() -> str:
        copy = tmp_path / "copy.db"
        copy.write_bytes((data / "programme.db").read_bytes())
        with closing(sqlite3.connect(copy)) as raw:
            return str(raw.execute("select school from programme").fetchone()[0])

    assert copied_alone() != "A new name", "it stands in the log alone"
    assert empty_log(data / "programme.db")
    assert (copied_alone(), (data / "programme.db-wal").stat().st_size) == ("A new name", 0)
    before = {each: (each.stat().st_mtime_ns, each.stat().st_size) for each in data.iterdir()}
    assert empty_log(data / "programme.db")
    assert {each: (each.stat().st_mtime_ns, each.stat().st_size) for each in data.iterdir()} == before


def test_a_log_that_somebody_reads_is_left_and_nobody_waits(data: Path, db: Database):
    reader = open_database(data / "programme.db")
    reader.execute("begin")
    reader.execute("select school from programme").fetchone()
    with write(db):
        db.execute("update programme set school = 'A new name'")
    assert not empty_log(data / "programme.db")
    reader.close()
    assert empty_log(data / "programme.db")
    assert db.execute("select school from programme").fetchone()[0] == "A new name"
