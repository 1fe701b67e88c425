"""The paper trail: chained, only ever added to, in ids alone (P17)."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.store import journal
from mentoring.store.database import rows, write
from tests.conftest import at

NOW = at("12:40")
Tamper = Callable[[str], None]


@pytest.fixture
def tamper(data: Path) -> Tamper:
    """Someone with the file and no respect: the triggers are dropped first."""

    def run(sql: str) -> None:
        with closing(sqlite3.connect(data / "programme.db")) as raw, raw:
            raw.execute("drop trigger journal_is_never_edited")
            raw.execute("drop trigger journal_is_never_deleted")
            assert raw.execute(sql).rowcount >= 1

    return run


def _note(db: Database, what: str = "test.happened", now: datetime = NOW) -> None:
    with write(db):
        journal.note(db, what, actor="staff 1", now=now, mentor=7)


def _ids(db: Database) -> list[int]:
    return [each["id"] for each in rows(db, "select id from journal order by id")]


def test_the_trail_of_an_ordinary_term_is_whole(db: Database):
    assert len(_ids(db)) > 5
    assert journal.touched(db) is None


def test_a_row_says_what_changed_by_whom_and_when_in_ids(db: Database):
    with write(db):
        journal.note(db, "rota.due", actor=journal.mentor(7), now=NOW, drop_in=3, mentors=[7, 9], badge=None)
    last = rows(db, "select * from journal order by id desc")[0]
    assert (last["what"], last["actor"], last["at"]) == ("rota.due", "mentor 7", "2027-01-12T12:40:00+00:00")
    assert last["about"] == '{"drop_in": 3, "mentors": [7, 9]}'


def test_each_row_follows_the_one_before_it(db: Database):
    entries = rows(db, "select * from journal order by id")
    assert entries[0]["previous"] == "2026"
    assert [each["previous"] for each in entries[1:]] == [each["hash"] for each in entries[:-1]]


@pytest.mark.parametrize(
    "sql",
    [
        "update journal set actor = 'staff 2'",
        "update journal set about = about",
        "delete from journal",
        "replace into journal select id, year, at, 'staff 2', what, about, previous, hash from journal",
    ],
)
def test_the_journal_is_only_ever_added_to(db: Database, sql: str):
    before = list(db.conn.iterdump())
    with pytest.raises(sqlite3.IntegrityError, match="only ever added to"), write(db):
        db.execute(sql)
    assert list(db.conn.iterdump()) == before


@pytest.mark.parametrize("column", ["at", "actor", "what", "about", "previous", "hash"])
def test_one_changed_byte_is_found(db: Database, tamper: Tamper, column: str):
    touched = _ids(db)[2]
    tamper(f"update journal set {column} = 'x' || substr({column}, 2) where id = {touched}")
    assert journal.touched(db).row == touched


def test_a_row_moved_to_another_year_is_found(db: Database, tamper: Tamper):
    tamper(f"update journal set year = year + 1 where id = {_ids(db)[2]}")
    assert journal.touched(db).row == _ids(db)[2]


def test_a_row_made_to_fit_its_own_hash_is_found_by_the_next(db: Database, tamper: Tamper):
    ids = _ids(db)
    old = rows(db, "select * from journal where id = :id", id=ids[2])[0]
    forged = journal.link(old["year"], old["at"], "staff 2", old["what"], old["about"], old["previous"])
    tamper(f"update journal set actor = 'staff 2', hash = '{forged}' where id = {ids[2]}")
    assert journal.touched(db).row == ids[3]


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_removed_row_is_found_at_the_one_after_it(db: Database, tamper: Tamper, place: int):
    ids = _ids(db)
    tamper(f"delete from journal where id = {ids[place]}")
    assert journal.touched(db).row == ids[place + 1]


def test_two_rows_that_changed_places_are_found(db: Database, tamper: Tamper):
    first, second = _ids(db)[1:3]
    tamper(
        f"update journal set id = case id when {first} then -{second} else -{first} end where id in ({first}, {second})"
    )
    assert journal.touched(db) is not None


def test_a_note_outside_the_change_it_tells_of_is_a_mistake(db: Database):
    before = _ids(db)
    with pytest.raises(RuntimeError, match="inside the change"):
        journal.note(db, "test.happened", actor="staff 1", now=NOW)
    assert _ids(db) == before


def test_a_note_goes_when_its_change_does(db: Database):
    def half_a_change() -> None:
        with write(db):
            journal.note(db, "test.happened", actor="staff 1", now=NOW)
            raise ZeroDivisionError

    before = _ids(db)
    with pytest.raises(ZeroDivisionError):
        half_a_change()
    assert _ids(db) == before


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2026, 8, 31, 12, 0, tzinfo=UTC), 2025),
        (datetime(2026, 9, 1, 0, 0, tzinfo=UTC), 2026),
        (datetime(2026, 12, 31, 12, 0, tzinfo=UTC), 2026),
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), 2026),
        (datetime(2027, 7, 20, 12, 0, tzinfo=UTC), 2026),
        (datetime(2027, 9, 1, 12, 0, tzinfo=UTC), 2027),
    ],
)
def test_a_school_year_turns_on_the_first_of_september(moment: datetime, year: int):
    assert journal.school_year(moment) == year


def test_each_school_year_has_a_chain_of_its_own_and_can_be_dropped_whole(db: Database, tamper: Tamper):
    for now in (at("12:40"), datetime(2027, 9, 7, 12, 0, tzinfo=UTC), at("12:41"), datetime(2027, 9, 8, tzinfo=UTC)):
        _note(db, now=now)
    assert journal.touched(db) is None
    firsts = rows(db, "select previous from journal where year = 2027 order by id")
    assert firsts[0]["previous"] == "2027"
    gone = len(rows(db, "select id from journal where year = 2026"))
    with write(db):
        journal.note(db, journal.DROPPED, actor="test", now=datetime(2027, 9, 9, tzinfo=UTC), year=2026, rows=gone)
    tamper("delete from journal where year = 2026")
    assert journal.touched(db) is None


@pytest.mark.parametrize("told", [None, 1])
def test_rows_that_are_gone_without_a_word_are_found_by_their_numbers(db: Database, tamper: Tamper, told: int | None):
    for now in (at("12:40"), datetime(2027, 9, 7, 12, 0, tzinfo=UTC)):
        _note(db, now=now)
    if told:
        with write(db):
            journal.note(db, journal.DROPPED, actor="test", now=datetime(2027, 9, 9, tzinfo=UTC), year=2026, rows=told)
    tamper("delete from journal where year = 2026")
    [first, *_] = _ids(db)
    assert journal.touched(db).row == first
