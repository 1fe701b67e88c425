"""An older copy of the database that is renamed into place is noticed, everywhere, until the newest backup is back."""

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from admin.command_line import keeper
from mentoring.basics.settings import Settings
from mentoring.box import doctor, remembered_head
from mentoring.box.doctor import State
from mentoring.privacy import retention
from mentoring.store import journal, migrations
from mentoring.store.database import open_database, write
from tests.both_doors import Wall, log_in
from tests.conftest import at
from tests.walking import page

NOW = at("12:40")


def happened(db: Database, now: datetime = NOW) -> None:
    with write(db):
        journal.note(db, "test", actor="staff 1", now=now)


def copied(db: Database, path: Path) -> Path:
    """A whole copy of the database as it is now."""
    with closing(sqlite3.connect(path)) as copy:
        db.conn.backup(copy)
    return path


def put_in_place(copy: Path, data: Path) -> None:
    """Rename a copy into place, as somebody does who has ended Drop-in first."""
    for tail in ("-wal", "-shm"):
        (data / f"programme.db{tail}").unlink(missing_ok=True)
    copy.rename(data / "programme.db")


@pytest.fixture
def older(db: Database, data: Path, tmp_path: Path) -> Database:
    """A programme in whose place an older copy was put."""
    copy = copied(db, tmp_path / "older")
    happened(db)
    assert remembered_head.remember(db, data, now=NOW)
    db.close()
    put_in_place(copy, data)
    return open_database(data / "programme.db")


def test_nothing_is_remembered_before_the_first_row_and_a_new_box_has_no_fault(tmp_path: Path):
    with closing(open_database(tmp_path / "programme.db", create=True)) as empty:
        migrations.migrate(empty)
        assert remembered_head.remember(empty, tmp_path, now=NOW)
        assert [*tmp_path.glob("trail*")] == []
        assert remembered_head.fault(empty, tmp_path) is None


def test_it_is_written_when_the_trail_has_a_new_row_and_not_otherwise(db: Database, data: Path):
    file = data / remembered_head.FILE
    assert remembered_head.remember(db, data, now=NOW)
    assert file.stat().st_mode & 0o777 == 0o600
    written = file.stat().st_mtime_ns, file.read_bytes()
    assert remembered_head.remember(db, data, now=NOW + timedelta(minutes=1))
    assert (file.stat().st_mtime_ns, file.read_bytes()) == written
    happened(db)
    assert remembered_head.fault(db, data) is None, "the trail has gone on"
    assert remembered_head.remember(db, data, now=NOW)
    assert file.read_bytes() != written[1]


def test_an_older_copy_is_noticed_and_stays_noticed(older: Database, data: Path):
    for minute in range(1, 4):
        happened(older, NOW + timedelta(minutes=minute))
        assert not remembered_head.remember(older, data, now=NOW)
    fault = remembered_head.fault(older, data)
    assert fault is not None
    assert fault.words == "it is not the row it was when its hash was taken."
    remembered_head.forget(data)
    assert remembered_head.remember(older, data, now=NOW)
    assert remembered_head.fault(older, data) is None


def test_a_year_that_retention_dropped_is_no_fault(db: Database, data: Path):
    assert remembered_head.remember(db, data, now=NOW)
    later = at("18:00", date(2036, 1, 7))
    happened(db, later)
    assert retention.run(db, folder=data, now=later).years
    assert remembered_head.fault(db, data) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"id": "x", "hash": 1, "made": "y"}', b"\xff"])
def test_a_file_that_cannot_be_read_is_none(db: Database, data: Path, content: bytes):
    (data / remembered_head.FILE).write_bytes(content)
    assert remembered_head.fault(db, data) is None
    assert remembered_head.remember(db, data, now=NOW)
    assert remembered_head.remembered(data) is not None


def test_the_box_today_the_doctor_and_dropin_run_say_so(
    older: Database, box: Settings, wall: Wall, staff_door: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    says = "an older copy than the one this box wrote last"
    [check] = [each for each in doctor.examine(box, now=wall.moment) if each.name == "Copy"]
    assert (check.state, says in check.words, check.remedy) == (State.BAD, True, "There is no backup on this box.")
    assert keeper._remember_the_trail(box, was_older=False)
    assert says in capsys.readouterr().err
    assert keeper._remember_the_trail(box, was_older=True)
    assert capsys.readouterr().err == "", "said once"
    door = log_in(staff_door)
    assert [says in page(door.get(path)).text for path in ("/", "/box")] == [True, True]


def test_a_box_that_is_well_says_nothing_of_it(db: Database, box: Settings, wall: Wall, lead: FlaskClient):
    assert not keeper._remember_the_trail(box, was_older=False)
    assert "older copy" not in page(lead.get("/")).text
    assert [each for each in doctor.examine(box, now=wall.moment) if each.name == "Copy"] == []
