"""Drills: the whole way, timed, and nothing of it for a pupil (P5)."""

from datetime import timedelta

import pytest
from sqlite_utils import Database

from mentoring.safeguarding import alerts, channels, drills
from mentoring.safeguarding.alerts import About, Level
from mentoring.safeguarding.channels import Outcome
from mentoring.safeguarding.drills import Drill
from mentoring.store.database import rows, write
from tests.conftest import Cast, at

NOW = at("12:40")


def _start(db: Database, cast: Cast) -> int:
    return drills.start(db, room="Library 2", by=cast.okafor, now=NOW)


def _screen(db: Database, staff: int, hour: str) -> None:
    waiting = alerts.waiting(db)
    alerts.fetched(db, waiting, by=staff, now=at(hour))
    drills.seen(db, waiting, by=staff, now=at(hour))


def _send(db: Database, hour: str, outcome: Outcome = Outcome.SENT) -> None:
    alerts.take_steps(db, now=at(hour))
    due = channels.due(db, now=at(hour))
    channels.begin(db, due, now=at(hour))
    for each in due:
        channels.finish(db, each, outcome, now=at(hour))


def _one(db: Database) -> Drill:
    [found] = drills.everything(db)
    return found


@pytest.mark.parametrize(
    ("days", "wanted"),
    [(None, True), (0, False), (100, False), (101, True)],
    ids=["never", "today", "a term", "longer"],
)
def test_a_drill_is_wanted_once_a_term(days: int | None, *, wanted: bool):
    last = None if days is None else NOW - timedelta(days=days)
    assert drills.is_wanted(last, now=NOW) is wanted


@pytest.mark.parametrize(("room", "good"), [("Library 2", True), (" ", False), ("x" * 61, False)])
def test_a_drill_is_for_a_room(room: str, *, good: bool):
    assert (drills.room_fault(room) is None) is good


def test_a_drill_walks_the_whole_way_and_is_timed(db: Database, cast: Cast):
    channels.add(db, name="Office", url="json://a", level=Level.FIRST, by="staff 1", now=at("09:00"))
    _start(db, cast)
    _screen(db, cast.okafor, "12:40:01")
    _screen(db, cast.adeyemi, "12:40:02")
    _screen(db, cast.adeyemi, "12:40:09")
    _send(db, "12:40:03")
    _send(db, "12:43:04")
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=at("12:43:30"))
    _send(db, "12:43:31")
    found = _one(db)
    assert found.is_over
    assert (found.room, found.started_by, found.level) == ("Library 2", "Ms Okafor", Level.DEPUTY)
    assert [(each.name, found.after(each.at)) for each in found.screens] == [("Ms Okafor", 1), ("Mr Adeyemi", 2)]
    assert (found.messages, found.missed) == (3, 0)
    moments = (found.shown, found.first_sent, found.last_sent, found.answered, found.stopped)
    assert [found.after(each) for each in moments] == [1, 3, 184, 210, None]
    assert found.answered_by == "Mr Adeyemi"


def test_the_figures_outlive_the_alert(db: Database, cast: Cast):
    channels.add(db, name="Office", url="json://a", level=Level.FIRST, by="staff 1", now=at("09:00"))
    _start(db, cast)
    _screen(db, cast.adeyemi, "12:40:02")
    _send(db, "12:40:03", Outcome.REFUSED)
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=at("12:40:20"))
    drills.settle(db, now=at("12:41"))
    assert [each["settled"] for each in db["drills"].rows] == [None], "messages may still be on their way"
    drills.settle(db, now=at("12:56"))
    before = _one(db)
    with write(db):
        for table in ("alert_going", "messages", "alert_steps", "alerts"):
            db.execute(f"delete from {table}")
    assert _one(db) == before
    assert (before.messages, before.missed, before.answered_by) == (0, 1, "Mr Adeyemi")


def test_settling_writes_once_and_nothing_while_nothing_is_over(db: Database, cast: Cast):
    drills.settle(db, now=NOW)
    _start(db, cast)
    drills.settle(db, now=at("13:40"))
    assert not _one(db).is_over
    drills.stop(db, 1, by=cast.okafor, now=at("13:41"))
    drills.settle(db, now=at("13:43"))
    before = db.conn.total_changes
    drills.settle(db, now=at("13:44"))
    assert db.conn.total_changes == before


def test_a_drill_nobody_answers_is_stopped_and_nobody_is_said_to_be_going(db: Database, cast: Cast):
    _start(db, cast)
    for _ in range(2):
        drills.stop(db, 1, by=cast.okafor, now=at("12:50"))
    assert alerts.waiting(db) == []
    assert alerts.answered(db, since=NOW) == []
    found = _one(db)
    assert (found.stopped, found.stopped_by, found.answered, found.answered_by) == (at("12:50"), "Ms Okafor", None, "")
    assert alerts.take_steps(db, now=at("13:30")) == []


def test_a_drill_that_was_answered_is_not_stopped_any_more(db: Database, cast: Cast):
    _start(db, cast)
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=NOW)
    drills.stop(db, 1, by=cast.okafor, now=at("12:50"))
    drills.stop(db, 999, by=cast.okafor, now=at("12:50"))
    assert (_one(db).stopped, _one(db).answered_by) == (None, "Mr Adeyemi")


def test_while_a_drill_runs_no_second_one_starts(db: Database, cast: Cast):
    assert _start(db, cast) == _start(db, cast)
    assert len(alerts.waiting(db)) == 1
    drills.stop(db, 1, by=cast.okafor, now=at("12:50"))
    assert drills.start(db, room="Library 2", by=cast.okafor, now=at("12:51")) == 2
    assert drills.last_started(db) == at("12:51")


def test_a_drill_and_a_real_call_from_one_room_stay_apart(db: Database, cast: Cast):
    _start(db, cast)
    real = alerts.call_an_adult(db, key="k", room="Library 2", about=About.RED_TILE, mentor_id=None, now=NOW)
    assert [call.first.drill for call in alerts.calls(alerts.waiting(db))] == [True, False]
    alerts.acknowledge(db, real.id, by=cast.adeyemi, now=at("12:41"))
    assert [each.drill for each in alerts.waiting(db)] == [True]
    assert not _one(db).is_over


def test_a_screen_with_a_real_call_writes_nothing_for_a_drill(db: Database, cast: Cast):
    alerts.call_an_adult(db, key="k", room="Library 2", about=About.RED_TILE, mentor_id=None, now=NOW)
    before = db.conn.total_changes
    drills.seen(db, alerts.waiting(db), by=cast.okafor, now=NOW)
    assert db.conn.total_changes == before


def test_the_trail_tells_of_a_drill_in_ids(db: Database, cast: Cast):
    _start(db, cast)
    _screen(db, cast.okafor, "12:40:01")
    drills.stop(db, 1, by=cast.okafor, now=at("12:50"))
    drills.settle(db, now=at("12:55"))
    trail = rows(db, "select what, about from journal where what like 'drill.%' order by id")
    assert [each["what"] for each in trail] == ["drill.started", "drill.seen", "drill.stopped", "drill.settled"]
    assert "Library" not in "".join(each["about"] for each in trail)
