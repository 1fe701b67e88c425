"""What `dropin run` does when somebody sets the clock: nothing is closed or forgotten until an adult agrees (P8)."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from admin.command_line import day, keeper
from admin.command_line.command import CouldNot
from admin.command_line.keeper import ClockWatch
from mentoring.access.keys import make_recovery
from mentoring.basics import clock
from mentoring.basics.settings import Settings
from mentoring.box import backups
from mentoring.lunch import close_of_day, help_requests
from mentoring.lunch.help_requests import Topic
from mentoring.privacy import retention
from mentoring.school import clock_doubt
from mentoring.school.clock_doubt import Doubt
from mentoring.store import wiping
from mentoring.store.database import open_database, row, rows, write
from tests.both_doors import Wall, log_in
from tests.conftest import Cast, at
from tests.walking import Finger, page

EIGHT_YEARS = timedelta(days=8 * 365)


@pytest.fixture
def set_clock(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`clock.offset` follows the wall: what passes on both is no move."""
    monkeypatch.setattr(clock, "offset", lambda: wall.moment.timestamp() - wall.seconds)
    return None


@pytest.fixture
def watch(box: Settings, db: Database, wall: Wall, set_clock: None) -> ClockWatch:
    """`dropin run`'s watch of the clock, begun while the clock is right."""
    watch = ClockWatch()
    watch.begin(box)
    assert watch.trusted is not None
    return watch


def sets(wall: Wall, by: timedelta) -> None:
    """Somebody sets the wall's clock."""
    wall.moment += by


def jobs(watch: ClockWatch, box: Settings) -> None:
    """One round of `dropin run`: a look at the clock, then the timed jobs, as its loop runs them."""
    assert watch.look(box) == ""
    if watch.is_still():
        keeper.close_the_day(box)
        keeper.forget(box)
        keeper._back_up(box)


def doubt(db: Database, box: Settings, wall: Wall) -> Doubt | None:
    return clock_doubt.doubt(db, now=wall.moment, longest_rest=box.longest_rest)


def doubts(db: Database) -> int:
    return len(rows(db, "select id from journal where what = 'clock.doubted'"))


def test_time_that_passes_on_both_clocks_is_no_move(watch: ClockWatch, box: Settings, db: Database, wall: Wall):
    for seconds in (1, 3600, 90 * 24 * 3600):
        wall.passes(seconds)
        assert watch.look(box) == ""
        assert watch.is_still()
    assert doubts(db) == 0


@pytest.mark.parametrize("minutes", [10, -10, 120, 20 * 24 * 60])
def test_a_clock_that_is_set_by_ten_minutes_is_doubted_until_an_adult_says_that_it_is_right(
    watch: ClockWatch, box: Settings, db: Database, wall: Wall, minutes: int, capsys: pytest.CaptureFixture[str]
):
    sets(wall, timedelta(minutes=minutes))
    assert not watch.is_still()
    watch.look(box)
    assert (watch.is_still(), doubt(db, box, wall) is not None) == (True, True)
    assert "Clock: it says" in capsys.readouterr().err
    again = ClockWatch()
    again.begin(box)
    assert (again.trusted, doubts(db)) == (None, 1), "the doubt outlives a restart"
    clock_doubt.confirm(db, by="staff 1", now=wall.moment)
    for each in (watch, again):
        each.look(box)
        assert each.trusted == clock.offset()
    sets(wall, timedelta(minutes=-minutes))
    watch.look(box)
    assert doubt(db, box, wall) is not None


def test_steps_of_nine_minutes_add_up(watch: ClockWatch, box: Settings, db: Database, wall: Wall):
    sets(wall, timedelta(minutes=9))
    watch.look(box)
    assert doubts(db) == 0
    sets(wall, timedelta(minutes=9))
    watch.look(box)
    assert doubt(db, box, wall) is Doubt.MOVED


def test_a_clock_without_a_battery_is_trusted_as_soon_as_it_is_set(
    box: Settings, db: Database, wall: Wall, set_clock: None
):
    right = wall.moment
    wall.moment = at("00:10", date(1970, 1, 1))
    watch = ClockWatch()
    watch.begin(box)
    assert watch.trusted is None
    wall.moment = right
    watch.look(box)
    assert (watch.trusted, doubts(db)) == (clock.offset(), 0)
    wall.moment = at("00:10", date(1970, 1, 1))
    watch.look(box)
    assert not watch.is_still()
    wall.moment = right
    assert (watch.look(box), watch.is_still(), doubts(db)) == ("", True, 0)
    wall.moment = at("00:10", date(1970, 1, 1))
    watch.look(box)
    wall.moment = right + timedelta(days=20)
    watch.look(box)
    assert doubt(db, box, wall) is Doubt.MOVED


def test_twenty_five_seconds_twenty_days_ahead_close_nothing_and_every_request_is_forgotten(
    watch: ClockWatch, box: Settings, db: Database, wall: Wall, cast: Cast, lead: FlaskClient, kiosk_door: FlaskClient
):
    """The reported failure, on the real file."""
    jobs(watch, box)
    sets(wall, timedelta(days=20))
    for _ in range(25):
        jobs(watch, box)
        wall.passes(1)
    assert rows(db, "select * from visits") == []
    assert kiosk_door.get("/").status_code == 503
    with pytest.raises(CouldNot, match="Nothing is closed"):
        day.close_day.callback(data=box.data)
    sets(wall, timedelta(days=-20))
    jobs(watch, box)
    finger = Finger(log_in(lead))
    assert "and nothing is closed or forgotten" in finger.open("/").text
    assert "This box's clock says" not in finger.press("The clock is right").text
    jobs(watch, box)
    answer = kiosk_door.post("/ask", data={"topic": "bullying", "mentor": "anyone", "key": "a-pupils-key"})
    assert answer.status_code == 303
    wall.shows("13:30")
    assert "A lunch is over and not wiped yet." in page(kiosk_door.get("/about")).text
    jobs(watch, box)
    assert rows(db, "select * from help_requests") == []
    assert [tuple(each) for each in rows(db, "select * from visits")] == [(cast.drop_in, 1)]
    assert "found nothing left" in page(kiosk_door.get("/about")).text
    assert close_of_day.look(db, box.data)[1] == 0


def test_a_first_run_of_retention_with_a_clock_eight_years_ahead_deletes_nothing(
    box: Settings, db: Database, wall: Wall, set_clock: None, cast: Cast
):
    make_recovery(db, by="staff 1", now=wall.moment)
    close_of_day.close(db, folder=box.data, now=wall.moment)
    keeper._back_up(box)
    wall.passes(2 * 3600)
    with write(db):
        wiping.owe(db, now=wall.moment)
    keeper._back_up(box)
    before = (row(db, "select count(*) as rows from journal")["rows"], len(backups.listed(box.backups)))
    sets(wall, EIGHT_YEARS)
    watch = ClockWatch()
    watch.begin(box)
    for _ in range(3):
        jobs(watch, box)
        wall.passes(20)
    assert retention.last_run(db) is None
    assert (row(db, "select count(*) as rows from journal")["rows"], len(backups.listed(box.backups))) == (
        before[0] + 1,
        before[1],
    )
    assert not wiping.is_owed(db)
    clock_doubt.confirm(db, by="staff 1", now=wall.moment)
    jobs(watch, box)
    assert retention.last_run(db) == wall.moment


def test_the_doubt_of_a_clock_that_was_set_is_written_before_anything_goes_by_it(
    watch: ClockWatch, box: Settings, db: Database, wall: Wall, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    """A locked file keeps the doubt from being written: the jobs wait for it."""
    help_requests.ask(db, drop_in_id=cast.drop_in, topic=Topic.FAMILY, wish=None, key="k")
    sets(wall, timedelta(days=1))
    with closing(open_database(box.database)) as other:
        other.execute("begin immediate")
        monkeypatch.setattr(keeper, "open_database", lambda path: _impatient(path))
        assert "could not be looked at" in watch.look(box)
        assert not watch.is_still()
        other.execute("rollback")
    jobs(watch, box)
    assert len(rows(db, "select id from help_requests")) == 1


def _impatient(path: Path) -> Database:
    db = open_database(path)
    db.execute("pragma busy_timeout = 10")
    return db
