"""The red lane: an adult, now (P5), and what is always passed on (P3)."""

import pytest
from sqlite_utils import Database

from mentoring import alerts
from mentoring.alerts import ALWAYS_PASSED_ON, About, Alert
from mentoring.database import rows
from tests.conftest import Cast, at
from tests.mentoring.conftest import AtOnce

NOW = at("12:40")


def _red_tile(db: Database, key: str = "a") -> Alert:
    return alerts.call_an_adult(db, key=key, room="Library 2", about=About.RED_TILE, mentor_id=None, now=NOW)


def _trail(db: Database) -> list[str]:
    return [each["what"] for each in rows(db, "select what from journal where what like 'alert.%' order by id")]


def test_the_list_of_what_is_always_passed_on_is_not_shortened():
    assert [about.value for about in ALWAYS_PASSED_ON] == [
        "bullying",
        "self_harm",
        "eating_disorder",
        "abuse",
        "anything_else",
    ]


def test_a_red_tile_is_on_disk_and_waits_for_an_adult(db: Database):
    raised = _red_tile(db)
    assert (raised.raised, raised.room, raised.about) == (NOW, "Library 2", About.RED_TILE)
    assert (raised.raised_by, raised.told, raised.coming) == ("", False, "")
    assert not db.conn.in_transaction
    assert alerts.waiting(db) == [raised]
    assert _trail(db) == ["alert.raised"]


@pytest.mark.parametrize("about", ALWAYS_PASSED_ON)
def test_what_a_mentor_passes_on_names_the_mentor_to_staff(db: Database, cast: Cast, about: About):
    told = alerts.call_an_adult(db, key="a", room="Library 2", about=about, mentor_id=cast.ben, now=NOW)
    assert (told.about, told.raised_by) == (about, "Ben O.")


def test_the_same_tap_again_is_the_same_alert(db: Database):
    first = _red_tile(db)
    assert _red_tile(db) == first
    assert len(alerts.waiting(db)) == 1
    assert _trail(db) == ["alert.raised"]


def test_one_tap_on_six_threads_at_once_is_one_alert(db: Database, at_once: AtOnce):
    assert len(set(at_once(6, _red_tile))) == 1
    assert len(alerts.waiting(db)) == 1


def test_no_number_of_taps_is_refused(db: Database):
    raised = [_red_tile(db, key=f"tap {number}").id for number in range(60)]
    assert [each.id for each in alerts.waiting(db)] == raised


def test_an_alert_is_told_only_after_a_staff_screen_fetched_it(db: Database, cast: Cast):
    raised = _red_tile(db)
    assert not _again(db).told
    alerts.fetched(db, [raised], by=cast.okafor, now=NOW)
    assert _again(db).told


def test_a_screen_that_fetches_again_and_again_writes_once(db: Database, cast: Cast):
    stale = _red_tile(db)
    for shown in (stale, stale, _again(db)):
        alerts.fetched(db, [shown], by=cast.okafor, now=NOW)
    alerts.fetched(db, alerts.waiting(db), by=cast.adeyemi, now=NOW)
    alerts.fetched(db, [], by=cast.adeyemi, now=NOW)
    assert _trail(db) == ["alert.raised", "alert.told"]


def test_an_alert_waits_until_a_named_adult_is_going(db: Database, cast: Cast):
    raised = _red_tile(db)
    alerts.fetched(db, [raised], by=cast.okafor, now=NOW)
    assert len(alerts.waiting(db)) == 1
    assert alerts.acknowledge(db, raised.id, by=cast.adeyemi, now=NOW) is True
    assert alerts.waiting(db) == []
    assert _again(db).coming == "Mr Adeyemi"


def test_the_first_adult_who_goes_counts(db: Database, cast: Cast):
    raised = _red_tile(db)
    assert alerts.acknowledge(db, raised.id, by=cast.adeyemi, now=NOW) is True
    assert alerts.acknowledge(db, raised.id, by=cast.okafor, now=NOW) is False
    assert _again(db).coming == "Mr Adeyemi"
    assert _trail(db) == ["alert.raised", "alert.acknowledged"]


def test_of_adults_who_go_at_the_same_moment_one_is_first(db: Database, cast: Cast, at_once: AtOnce):
    raised = _red_tile(db)
    answers = at_once(4, lambda mine: alerts.acknowledge(mine, raised.id, by=cast.okafor, now=NOW))
    assert sorted(answers) == [False, False, False, True]


def test_nobody_goes_to_an_alert_that_is_not_there(db: Database, cast: Cast):
    assert alerts.acknowledge(db, 4242, by=cast.okafor, now=NOW) is False
    assert _trail(db) == []


def test_an_alert_nobody_raised_is_none(db: Database):
    assert alerts.by_key(db, "x") is None


def _again(db: Database) -> Alert:
    found = alerts.by_key(db, "a")
    assert found is not None
    return found
