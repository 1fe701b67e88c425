"""The kiosk's cameras: what is remembered of them, when staff are told, and who chooses one."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.lunch import cameras
from mentoring.lunch.cameras import Camera, State
from mentoring.store import journal
from mentoring.store.database import open_database, write
from tests.conftest import at

ONE, OTHER = "HD Webcam (046d:0825)", "Camera in the lid"
NOW = at("12:40")


@pytest.mark.parametrize(
    ("known", "found", "after"),
    [
        ([], {ONE: "sees"}, [Camera(ONE, State.SEES)]),
        ([Camera(ONE, State.SEES, kept=True)], {ONE: "dark"}, [Camera(ONE, State.DARK, kept=True)]),
        (
            [Camera(ONE, State.SEES, kept=True)],
            {OTHER: "sees"},
            [Camera(OTHER, State.SEES), Camera(ONE, State.GONE, kept=True)],
        ),
        ([Camera(ONE, State.SEES)], {OTHER: "sees"}, [Camera(OTHER, State.SEES)]),
        ([Camera(ONE, State.DARK)], {ONE: "untried"}, [Camera(ONE, State.DARK)]),
        ([Camera(ONE, State.GONE)], {ONE: "untried"}, [Camera(ONE, State.UNTRIED)]),
        ([Camera(ONE, State.SEES)], {}, [Camera(ONE, State.GONE)]),
        ([], {ONE: "a state of somebody else's", "": "sees", "x" * 121: "sees"}, []),
    ],
)
def test_what_is_remembered_of_what_the_page_found(known: list[Camera], found: dict[str, str], after: list[Camera]):
    assert cameras.found_again(known, found) == after


def test_no_more_than_eight_are_remembered():
    assert len(cameras.found_again([], {str(number): "sees" for number in range(30)})) == cameras.MOST


@pytest.mark.parametrize(
    ("there", "trouble"),
    [
        ([], None),
        ([Camera(ONE, State.SEES)], None),
        ([Camera(ONE, State.UNTRIED)], None),
        ([Camera(ONE, State.DARK, kept=True), Camera(OTHER, State.SEES)], None),
        ([Camera(OTHER, State.SHUT), Camera(ONE, State.DARK, kept=True)], State.DARK),
        ([Camera(ONE, State.GONE), Camera("IR", State.INFRARED)], State.GONE),
        ([Camera("IR", State.INFRARED)], None),
    ],
)
def test_staff_are_told_when_no_camera_sees(there: list[Camera], trouble: State | None):
    assert cameras.trouble(there) is trouble


def test_the_camera_that_last_read_a_badge_is_kept_and_nothing_is_written_twice(db: Database):
    found = {ONE: "dark", OTHER: "sees"}
    cameras.note_found(db, found, read_by=ONE)
    assert cameras.kept(db) == ONE
    cameras.note_found(db, found)
    assert cameras.kept(db) == ONE
    cameras.note_found(db, found, read_by=OTHER)
    assert cameras.kept(db) == OTHER
    changes = db.conn.total_changes
    cameras.note_found(db, found, read_by=OTHER)
    cameras.note_found(db, found, read_by="a name that is not there")
    assert db.conn.total_changes == changes
    assert cameras.kept(db) == OTHER


def test_a_code_opens_one_choice_and_expires(db: Database):
    cameras.note_found(db, {ONE: "sees", OTHER: "untried"})
    cameras.open_choice(db, "PM12345678", by="staff 1", now=NOW)
    assert cameras.is_open(db, "PM12345678", now=NOW)
    assert not cameras.is_open(db, "PM12345678", now=NOW + cameras.CODE_LASTS)
    assert not cameras.choose(db, "PM00000000", OTHER, now=NOW)
    assert not cameras.choose(db, "PM12345678", "not there", now=NOW)
    assert cameras.choose(db, "PM12345678", OTHER, now=NOW + timedelta(minutes=14))
    assert cameras.kept(db) == OTHER
    assert not cameras.is_open(db, "PM12345678", now=NOW)
    assert cameras.choose(db, "PM12345678", OTHER, now=NOW), "a retry is answered alike"
    assert not cameras.choose(db, "PM12345678", ONE, now=NOW)
    told = [(each["actor"], each["what"]) for each in db["journal"].rows if each["what"].startswith("camera")]
    assert told == [("staff 1", "camera.code"), (journal.KIOSK, "camera.chosen")]


def test_a_second_code_ends_the_first_and_neither_is_kept_in_plain(db: Database):
    for code in ("PM12345678", "PM87654321"):
        cameras.open_choice(db, code, by="staff 1", now=NOW)
    assert not cameras.is_open(db, "PM12345678", now=NOW)
    assert cameras.is_open(db, "PM87654321", now=NOW)
    assert "PM87654321" not in str([*db["camera_code"].rows])


def test_two_reports_heard_at_once_both_count(db: Database, data: Path, monkeypatch: pytest.MonkeyPatch):
    """The page says that it sees something, and in the same moment that it has read a badge."""

    @contextmanager
    def overtaken(db: Database) -> Iterator[None]:
        monkeypatch.setattr(cameras, "write", write)
        with closing(open_database(data / "programme.db")) as other:
            cameras.note_found(other, {ONE: "sees"}, read_by=ONE)
        with write(db):
            yield

    monkeypatch.setattr(cameras, "write", overtaken)
    cameras.note_found(db, {ONE: "sees"})
    assert cameras.kept(db) == ONE
