"""The keeper looks each second whether an alert has to be passed on, and nothing it meets there ends it."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from admin.command_line import keeper
from mentoring.basics.settings import Settings
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import About
from mentoring.store.database import Changes
from tests.both_doors import Wall


def look(box: Settings) -> str:
    return keeper._pass_on_alerts(box)


def test_what_nobody_answers_is_passed_on_at_the_next_look(box: Settings, db: Database, wall: Wall):
    alerts.call_an_adult(db, key="k", room="Library 2", about=About.RED_TILE, mentor_id=None, now=wall.moment)
    look(box)
    assert db["alert_steps"].count == 1
    wall.passes(180)
    assert look(box) == ""
    assert [each["level"] for each in db["alert_steps"].rows] == ["first", "deputy"]


def test_a_look_with_nothing_to_do_writes_nothing(box: Settings, wall: Wall):
    changes = Changes(box.database)
    before = changes.count()
    look(box)
    assert changes.count() == before
    changes.close()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("trouble", ["gone", "rubbish", "locked", "an older file", "no clock"])
def test_no_trouble_ends_the_keeper_and_it_heals_by_itself(
    box: Settings,
    db: Database,
    wall: Wall,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
):
    alerts.call_an_adult(db, key="k", room="Library 2", about=About.RED_TILE, mentor_id=None, now=wall.moment)
    wall.passes(180)
    if trouble == "locked":
        db.execute("begin immediate")
    elif trouble == "an older file":
        db.execute("alter table alert_steps rename to elsewhere")
    elif trouble == "no clock":
        monkeypatch.setattr("mentoring.basics.clock.now", lambda: 1 / 0)
    else:
        box.database.rename(tmp_path / "kept")
    if trouble == "rubbish":
        box.database.write_bytes(b"not a database at all " * 500)
    assert look(box).startswith("Alerts could not be passed on just now: ")
    if trouble == "locked":
        db.rollback()
    elif trouble == "an older file":
        db.execute("alter table elsewhere rename to alert_steps")
    elif trouble == "no clock":
        monkeypatch.setattr("mentoring.basics.clock.now", wall.now)
    else:
        (tmp_path / "kept").rename(box.database)
    assert look(box) == ""
    assert [each["level"] for each in db["alert_steps"].rows] == ["first", "deputy"]
