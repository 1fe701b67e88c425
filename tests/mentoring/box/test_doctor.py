"""The doctor: each part of the box as a table, and the whole of it on a real folder; it changes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.access import keys
from mentoring.access.keys import OnPaper
from mentoring.basics.settings import Settings
from mentoring.box import backups, doctor
from mentoring.box.backups import Backup, Standing, Trouble
from mentoring.box.doctor import Check, SecondPlace, State
from mentoring.lunch.close_of_day import SelfTest
from mentoring.school.clock_doubt import Doubt
from tests.conftest import at

NOW = at("13:00")
HERE = Path("/srv/dropin/backups")
STICK = Path("/media/stick")
KEY = Path("/srv/drop in/badge.key")
LONDON = "Europe/London"
IN_MAY = Backup(HERE, datetime(2027, 5, 12, 13, tzinfo=UTC))
CLEAN = SelfTest(NOW, 100, 0)


@pytest.mark.parametrize(
    ("check", "state", "says"),
    [
        (doctor.disk(5 << 30), State.OK, "5.0 GB"),
        (doctor.disk(500 << 20), State.LOOK, "500 MB"),
        (doctor.disk(10 << 20), State.BAD, "10 MB"),
        (doctor.database("", "way"), State.OK, "whole"),
        (doctor.database("its file is damaged.", "dropin restore x"), State.BAD, "dropin restore x"),
        (doctor.database("its file is damaged.", ""), State.BAD, "no backup"),
        (doctor.lead(is_made=True, has_lead=True), State.OK, "there is one"),
        (doctor.lead(is_made=False, has_lead=False), State.OK, "not set up"),
        (doctor.lead(is_made=True, has_lead=False), State.BAD, "nobody is the lead"),
        (doctor.log(1 << 20), State.OK, "1 MB"),
        (doctor.log(1 << 30), State.LOOK, "1.0 GB"),
        (doctor.backed_up(Standing(None, None, HERE), LONDON), State.OK, "none yet"),
        (doctor.backed_up(Standing(None, Trouble.NO_KEY, HERE), LONDON), State.BAD, "recovery key"),
        (doctor.backed_up(Standing(None, Trouble.NONE_YET, HERE), LONDON), State.LOOK, "within the hour"),
        (doctor.backed_up(Standing(None, Trouble.LATE, HERE), LONDON), State.BAD, "dropin backup"),
        (doctor.backed_up(Standing(None, Trouble.FULL, HERE), LONDON), State.BAD, "no space left"),
        (doctor.backed_up(Standing(IN_MAY, None, HERE), LONDON), State.OK, "of 12 May 2027, 14:00."),
        (doctor.backed_up(Standing(IN_MAY, Trouble.SAME_DISK, STICK), LONDON), State.OK, "of 12 May 2027"),
        (doctor.backed_up(Standing(IN_MAY, Trouble.NOT_COPIED, STICK), LONDON), State.OK, "of 12 May 2027"),
        (doctor.second_place(SecondPlace.NOT_COPIED, STICK), State.LOOK, "the newest backup is not there"),
        (doctor.second_place(SecondPlace.NONE), State.LOOK, "DROPIN_BACKUP_DIR"),
        (doctor.second_place(SecondPlace.MISSING, STICK), State.BAD, "Plug the stick in"),
        (doctor.second_place(SecondPlace.SAME_DISK, STICK), State.LOOK, "same disk"),
        (doctor.second_place(SecondPlace.OTHER_DISK, STICK), State.OK, "another disk"),
        (doctor.forgetting(None, now=NOW), State.LOOK, "no day was closed"),
        (doctor.forgetting(CLEAN, now=NOW), State.OK, "found nothing"),
        (doctor.forgetting(SelfTest(NOW - timedelta(days=90), 100, 0), now=NOW), State.LOOK, "found nothing"),
        (doctor.forgetting(SelfTest(NOW, 100, 3), now=NOW), State.BAD, "3 traces"),
        (doctor.forgetting(CLEAN, now=NOW, waits=True), State.LOOK, "over and not closed"),
        (doctor.forgetting(CLEAN, now=NOW, waits=True, is_late=True), State.BAD, "over and not closed"),
        (doctor.forgetting(CLEAN, now=NOW, traces=1), State.BAD, "traces of requests"),
        (doctor.forgetting(CLEAN, now=NOW, traces=None), State.LOOK, "not be looked through"),
        (doctor.time_of_day(now=NOW, zone=LONDON, doubt=None), State.OK, "12 January 2027"),
        (
            doctor.time_of_day(now=NOW, zone=LONDON, doubt=Doubt.TOO_EARLY),
            State.BAD,
            "program was made. Set it",
        ),
        (doctor.time_of_day(now=NOW, zone=LONDON, doubt=Doubt.BEHIND), State.BAD, "than what was written last. Set it"),
        (
            doctor.time_of_day(now=NOW, zone=LONDON, doubt=Doubt.RESTED),
            State.BAD,
            "was written before. Set it",
        ),
        (doctor.time_of_day(now=NOW, zone=LONDON, doubt=Doubt.MOVED), State.BAD, "set by ten minutes or more"),
        (doctor.badge_key(0o600, KEY), State.OK, "there"),
        (doctor.badge_key(0o644, KEY), State.BAD, "chmod 600 '/srv/drop in/badge.key'"),
        (doctor.badge_key(None, KEY), State.BAD, "Fetch badge-key.age"),
        (doctor.paper(None), State.BAD, "Make it"),
        (doctor.paper(OnPaper("age1", NOW, None)), State.LOOK, "nobody has typed"),
        (doctor.paper(OnPaper("age1", NOW, NOW), signs=False), State.BAD, "Make another"),
        (doctor.paper(OnPaper("age1", NOW, NOW)), State.OK, "tried on 12 January 2027"),
        (doctor.folder(0o700, KEY.parent), State.OK, "nobody else"),
        (doctor.folder(0o755, KEY.parent), State.LOOK, "chmod 700 '/srv/drop in'"),
        (doctor.doors(is_running=True, silent=[], taken=[8000, 8001]), State.OK, "both are open"),
        (doctor.doors(is_running=True, silent=[8001], taken=[]), State.BAD, "8001"),
        (doctor.doors(is_running=False, silent=[8000, 8001], taken=[]), State.LOOK, "dropin run"),
        (doctor.doors(is_running=False, silent=[8000], taken=[8001]), State.BAD, "8001"),
        (doctor.found_or_not("Camera", [], there="there is one.", remedy=""), State.OK, "there is one"),
        (doctor.found_or_not("Camera", ["a camera"], there="", remedy="Plug it in."), State.LOOK, "Plug it in"),
    ],
    ids=str,
)
def test_each_part_says_how_it_is_and_what_to_do(check: Check, state: State, says: str):
    assert check.state is state
    assert says in f"{check.words} {check.do}"
    assert check.words.endswith(".")
    assert state is State.OK or check.do or check.name == "Forgetting"


def test_the_whole_box_is_looked_at_and_nothing_is_changed(data: Path, db: Database):
    keys.make_recovery(db, by="staff 1", now=NOW)
    db.close()
    before = {each: each.read_bytes() for each in data.rglob("*") if each.is_file()}
    found = {each.name: each.state for each in doctor.examine(Settings(data=data, kiosk_port=0, admin_port=0), now=NOW)}
    assert found["Programme"] is State.OK
    assert found["Lead"] is State.OK
    assert found["Badge key"] is State.BAD
    assert found["Libraries"] is State.OK
    assert {each: each.read_bytes() for each in data.rglob("*") if each.is_file()} == before


@pytest.mark.parametrize("content", [b"", b"not a database at all " * 200])
def test_a_programme_that_cannot_be_read_stops_no_examination(data: Path, content: bytes):
    (data / "programme.db").write_bytes(content)
    found = doctor.examine(Settings(data=data, kiosk_port=0, admin_port=0), now=NOW)
    assert found[0].state is State.BAD
    assert len(found) > 8


def test_a_restore_that_was_killed_is_seen(data: Path):
    (data / "programme.db.restoring").write_bytes(b"half")
    found = {each.name: each for each in doctor.examine(Settings(data=data, kiosk_port=0, admin_port=0), now=NOW)}
    assert found["Restore"].state is State.LOOK


def test_a_programme_without_a_lead_is_bad(data: Path, db: Database):
    db.execute("update staff set role = 'helper'")
    db.close()
    found = {each.name: each.state for each in doctor.examine(Settings(data=data, kiosk_port=0, admin_port=0), now=NOW)}
    assert found["Lead"] is State.BAD


def test_a_programme_with_something_of_a_strangers_in_its_schema_is_bad(data: Path, db: Database):
    db.execute("create trigger t after insert on journal begin delete from mentors; end")
    found = {each.name: each for each in doctor.examine(Settings(data=data), now=NOW)}
    assert found["Programme"].state is State.BAD
    assert "the trigger t is not one of version 1; no backup of it can be restored" in found["Programme"].words


def test_a_stick_that_is_not_there_not_mounted_or_without_the_newest_backup_is_never_called_well(
    data: Path, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def second() -> Check:
        settings = Settings(data=data, kiosk_port=0, admin_port=0, backup_dir=str(tmp_path / "stick"))
        return next(each for each in doctor.examine(settings, now=NOW) if each.name == "Second place")

    assert (second().state, str(tmp_path / "stick") in second().do) == (State.BAD, True)
    (tmp_path / "stick").mkdir()  # an empty mount point, on the disk of the programme
    assert second().state is State.LOOK
    monkeypatch.setattr(backups, "is_on_same_disk", lambda *_: False)
    assert second().state is State.LOOK, "no backup was made yet"
    keys.make_recovery(db, by="staff 1", now=NOW)
    (data / "backups").mkdir()
    for made_at in (NOW - timedelta(hours=1), NOW):
        made = backups.make(db, folder=data / "backups", badge_key=data / "badge.key", now=made_at)
        assert second().state is State.LOOK, "the newest lies on the box alone"
        backups.copy(made, tmp_path / "stick")
        assert second().state is State.OK
