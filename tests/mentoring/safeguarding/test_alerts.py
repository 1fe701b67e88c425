"""The red lane: an adult, now (P5), and what is always passed on (P3)."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import ALWAYS_PASSED_ON, About, Alert, Answer, Level, Through, is_unseen
from mentoring.school import programme
from mentoring.store.database import Changes, open_database, rows, without_fsync
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
    alerts.fetched(db, [raised], by=cast.adeyemi, now=NOW)
    assert (_again(db).told, _again(db).told_to) == (True, "Ms Okafor"), "whose screen was the first"
    by_room = _red_tile(db, key="b")
    alerts.fetched(db, [by_room], by=None, now=NOW)
    found = alerts.by_key(db, "b")
    assert found is not None
    assert (found.told, found.told_to) == (True, "")


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
    assert alerts.acknowledge(db, raised.id, by=cast.adeyemi, now=NOW) == Answer(
        "Library 2", "Mr Adeyemi", NOW, is_first=True
    )
    assert alerts.waiting(db) == []
    assert _again(db).coming == "Mr Adeyemi"


def test_the_first_adult_who_goes_is_named_and_the_second_is_kept_too(db: Database, cast: Cast):
    raised = _red_tile(db)
    alerts.acknowledge(db, raised.id, by=cast.adeyemi, now=NOW)
    later = alerts.acknowledge(db, raised.id, by=cast.okafor, now=at("12:41"))
    assert later == Answer("Library 2", "Mr Adeyemi", NOW, is_first=False)
    assert _again(db).coming == "Mr Adeyemi"
    assert [(each.name, each.at) for each in alerts.going(db, raised.id)] == [
        ("Mr Adeyemi", NOW),
        ("Ms Okafor", at("12:41")),
    ]
    assert _trail(db) == ["alert.raised", "alert.acknowledged", "alert.going_too"]


def test_the_same_adult_again_changes_nothing(db: Database, cast: Cast):
    raised = _red_tile(db)
    answers = {alerts.acknowledge(db, raised.id, by=cast.adeyemi, now=at(hour)) for hour in ("12:40", "12:42")}
    assert answers == {Answer("Library 2", "Mr Adeyemi", NOW, is_first=True)}
    assert _trail(db) == ["alert.raised", "alert.acknowledged"]


def test_of_two_adults_who_go_at_the_same_moment_exactly_one_is_first(db: Database, cast: Cast, at_once: AtOnce):
    raised, waiting = _red_tile(db), [cast.okafor, cast.adeyemi]
    answers = at_once(2, lambda mine: alerts.acknowledge(mine, raised.id, by=waiting.pop(), now=NOW))
    assert sorted(each.is_first for each in answers) == [False, True]
    assert len({each.coming for each in answers}) == 1
    assert len(alerts.going(db, raised.id)) == 2
    assert sorted(_trail(db)) == ["alert.acknowledged", "alert.going_too", "alert.raised"]


def test_one_answer_is_for_all_that_was_called_from_that_room(db: Database, cast: Cast):
    here = [_red_tile(db, key=f"tap {number}") for number in range(14)]
    elsewhere = alerts.call_an_adult(db, key="b", room="Hall", about=About.RED_TILE, mentor_id=None, now=NOW)
    assert [len(call.alerts) for call in alerts.calls(alerts.waiting(db))] == [14, 1]
    alerts.acknowledge(db, here[7].id, by=cast.okafor, now=NOW)
    assert alerts.waiting(db) == [elsewhere]
    alerts.acknowledge(db, here[0].id, by=cast.adeyemi, now=at("12:41"))
    assert [len(alerts.going(db, each.id)) for each in here] == [2] * 14


def test_who_cannot_go_after_all_hands_it_back_to_everybody(db: Database, cast: Cast):
    here = [_red_tile(db, key=f"tap {number}") for number in range(3)]
    alerts.acknowledge(db, here[0].id, by=cast.okafor, now=NOW)
    assert alerts.cannot_go(db, here[2].id, staff_id=cast.okafor, actor="staff 1", now=at("12:41")) is True
    assert [each.id for each in alerts.waiting(db)] == [each.id for each in here]
    assert {each.cannot_come for each in alerts.waiting(db)} == {"Ms Okafor"}
    assert alerts.cannot_go(db, here[0].id, staff_id=cast.okafor, actor="staff 1", now=at("12:41")) is False
    assert _trail(db)[-3:] == ["alert.handed_back"] * 3
    assert alerts.take_steps(db, now=at("12:44")), "it is passed on again"
    again = alerts.acknowledge(db, here[0].id, by=cast.okafor, now=at("12:45"))
    assert again == Answer("Library 2", "Ms Okafor", at("12:45"), is_first=True)


def test_when_the_first_cannot_go_the_next_one_is_named(db: Database, cast: Cast):
    raised = _red_tile(db)
    alerts.acknowledge(db, raised.id, by=cast.okafor, now=NOW)
    alerts.acknowledge(db, raised.id, by=cast.adeyemi, now=at("12:41"))
    alerts.cannot_go(db, raised.id, staff_id=cast.okafor, actor="staff 1", now=at("12:42"))
    assert (_again(db).coming, _again(db).answered) == ("Mr Adeyemi", at("12:41"))
    assert alerts.waiting(db) == []


def test_what_was_answered_another_time_is_not_handed_back_with_it(db: Database, cast: Cast):
    first = _red_tile(db, key="earlier")
    alerts.acknowledge(db, first.id, by=cast.okafor, now=at("12:30"))
    second = _red_tile(db)
    alerts.acknowledge(db, second.id, by=cast.okafor, now=at("12:41"))
    alerts.cannot_go(db, second.id, staff_id=cast.okafor, actor="staff 1", now=at("12:42"))
    assert [each.id for each in alerts.waiting(db)] == [second.id]


# Said by the staff room's link


def test_what_the_link_says_for_an_adult_answers_nothing_until_they_confirm_it(db: Database, cast: Cast):
    here = [_red_tile(db, key=f"tap {number}") for number in range(2)]
    alerts.say_for(db, here[1].id, staff_id=cast.okafor, now=NOW)
    alerts.say_for(db, here[0].id, staff_id=cast.adeyemi, now=at("12:41"))
    assert [each.said_for for each in alerts.waiting(db)] == [("Ms Okafor", "Mr Adeyemi")] * 2
    assert [each.level for each in alerts.take_steps(db, now=at("12:43"))] == [Level.DEPUTY] * 2
    answer = alerts.acknowledge(db, here[0].id, by=cast.adeyemi, now=at("12:44"))
    assert answer == Answer("Library 2", "Mr Adeyemi", at("12:44"), is_first=True)
    assert alerts.waiting(db) == []
    assert [(each.name, each.through) for each in alerts.going(db, here[1].id)] == [
        ("Mr Adeyemi", Through.LOG_IN),
        ("Ms Okafor", Through.LINK),
    ]
    assert _trail(db)[2:] == ["alert.said_for"] * 4 + ["alert.step"] * 2 + ["alert.acknowledged"] * 2


def test_what_the_link_says_never_replaces_what_an_adult_said(db: Database, cast: Cast):
    raised = _red_tile(db)
    alerts.acknowledge(db, raised.id, by=cast.okafor, now=NOW)
    alerts.say_for(db, raised.id, staff_id=cast.okafor, now=at("12:41"))
    alerts.say_for(db, raised.id, staff_id=cast.adeyemi, now=at("12:41"))
    assert [each.through for each in alerts.going(db, raised.id)] == [Through.LOG_IN, Through.LINK]
    alerts.cannot_go(db, raised.id, staff_id=cast.okafor, actor="staff 1", now=at("12:42"))
    [again] = alerts.waiting(db)
    assert (again.coming, again.said_for, again.cannot_come) == ("", ("Mr Adeyemi",), "Ms Okafor")


def test_what_was_said_by_the_link_is_taken_back_without_a_word_of_the_adult(db: Database, cast: Cast):
    raised = _red_tile(db)
    alerts.say_for(db, raised.id, staff_id=cast.okafor, now=NOW)
    assert alerts.cannot_go(db, raised.id, staff_id=cast.okafor, actor="staff-room screen", now=NOW)
    assert (_again(db).said_for, _again(db).cannot_come) == ((), "")
    assert _trail(db)[-1] == "alert.taken_back"


def test_nothing_is_said_for_an_adult_of_an_alert_that_is_over(db: Database, cast: Cast):
    raised = _red_tile(db)
    alerts.acknowledge(db, raised.id, by=cast.okafor, now=NOW)
    for alert_id, hour in ((raised.id, "12:51"), (999, "12:41")):
        alerts.say_for(db, alert_id, staff_id=cast.adeyemi, now=at(hour))
    assert [each.name for each in alerts.going(db, raised.id)] == ["Ms Okafor"]


def test_answers_by_the_link_are_counted_by_taps_until_they_are_confirmed(db: Database, cast: Cast):
    here = [_red_tile(db, key=f"tap {number}") for number in range(3)]
    for minute in (40, 41, 42):
        alerts.say_for(db, here[0].id, staff_id=cast.okafor, now=at(f"12:{minute}"))
        alerts.cannot_go(db, here[0].id, staff_id=cast.okafor, actor="staff-room screen", now=at(f"12:{minute}"))
    alerts.say_for(db, here[0].id, staff_id=cast.adeyemi, now=at("12:43"))
    assert [alerts.taps_by_link(db, since=at(hour)) for hour in ("12:40", "12:43", "12:44")] == [4, 1, 0]
    alerts.acknowledge(db, here[0].id, by=cast.adeyemi, now=at("12:44"))
    assert alerts.taps_by_link(db, since=at("12:40")) == 3


# Passed on


@pytest.mark.parametrize(
    ("now", "acknowledged", "reached"),
    [
        ("12:40", None, Level.FIRST),
        ("12:42:59", None, Level.FIRST),
        ("12:43", None, Level.DEPUTY),
        ("12:45:59", None, Level.DEPUTY),
        ("12:46", None, Level.EVERYONE),
        ("15:00", None, Level.EVERYONE),
        ("12:39", None, Level.FIRST),  # the clock was set back: counts as now
        ("03:00", None, Level.FIRST),
        ("15:00", "12:42", Level.FIRST),  # no further once an adult is going
        ("15:00", "12:44", Level.DEPUTY),
    ],
)
def test_how_far_an_alert_is_passed_on(now: str, acknowledged: str | None, reached: Level):
    answered = at(acknowledged) if acknowledged else None
    assert alerts.level(raised=NOW, acknowledged=answered, now=at(now), deputy_after=3, everyone_after=6) is reached


def test_raising_it_is_the_first_step(db: Database):
    raised = _red_tile(db)
    [step] = db["alert_steps"].rows
    assert (step["alert_id"], step["level"], step["at"]) == (raised.id, "first", "2027-01-12T12:40:00+00:00")


def test_what_nobody_answers_goes_to_the_deputy_and_then_to_everyone(db: Database):
    raised = _red_tile(db)
    taken = {hour: alerts.take_steps(db, now=at(hour)) for hour in ("12:42:59", "12:43", "12:43:01", "12:46", "12:50")}
    assert {hour: [each.level for each in steps] for hour, steps in taken.items()} == {
        "12:42:59": [],
        "12:43": [Level.DEPUTY],
        "12:43:01": [],
        "12:46": [Level.EVERYONE],
        "12:50": [],
    }
    assert {step.alert_id for steps in taken.values() for step in steps} == {raised.id}
    assert _again(db).level is Level.EVERYONE
    assert _trail(db) == ["alert.raised", "alert.step", "alert.step"]


def test_a_box_that_was_off_takes_all_steps_at_once_and_each_once(db: Database, at_once: AtOnce):
    _red_tile(db)
    taken = at_once(3, lambda mine: alerts.take_steps(mine, now=at("12:50")))
    assert sorted(len(each) for each in taken) == [0, 0, 2]
    assert db["alert_steps"].count == 3


def test_nothing_is_written_while_nothing_is_due(db: Database, data: Path, cast: Cast):
    raised = _red_tile(db)
    changes = Changes(data / "programme.db")
    before = changes.count()
    assert alerts.take_steps(db, now=at("12:41")) == []
    assert changes.count() == before
    alerts.acknowledge(db, raised.id, by=cast.okafor, now=at("12:42"))
    before = changes.count()
    assert alerts.take_steps(db, now=at("13:30")) == []
    assert changes.count() == before
    changes.close()


def test_a_look_with_nothing_due_never_waits_for_whoever_is_writing(db: Database, data: Path):
    _red_tile(db)
    with closing(open_database(data / "programme.db")) as other:
        other.execute("begin immediate")
        assert alerts.take_steps(db, now=at("12:41")) == []
        other.rollback()


def test_the_school_sets_the_minutes(db: Database):
    programme.change_passing_on(db, {"deputy_after": "1", "everyone_after": "10"}, by="staff 1", now=NOW)
    _red_tile(db)
    assert [each.level for each in alerts.take_steps(db, now=at("12:41"))] == [Level.DEPUTY]
    assert alerts.take_steps(db, now=at("12:49")) == []
    assert [each.level for each in alerts.take_steps(db, now=at("12:50"))] == [Level.EVERYONE]


def test_a_clock_that_was_set_back_neither_loses_an_alert_nor_holds_it_for_ever(db: Database):
    """Raised while the box believed it was 2030: the minutes count from when the clock was right again."""
    ahead = datetime(2030, 1, 1, tzinfo=UTC)
    alerts.call_an_adult(db, key="a", room="Library 2", about=About.RED_TILE, mentor_id=None, now=ahead)
    assert alerts.take_steps(db, now=NOW) == []
    assert (_again(db).raised, _again(db).waits_since) == (ahead, NOW)
    assert alerts.take_steps(db, now=at("12:42:59")) == []
    assert [each.level for each in alerts.take_steps(db, now=at("12:43"))] == [Level.DEPUTY]
    assert [each.level for each in alerts.take_steps(db, now=at("12:46"))] == [Level.EVERYONE]
    assert _trail(db) == ["alert.raised", "alert.clock_set_back", "alert.step", "alert.step"]


def test_a_second_between_two_processes_is_no_clock_set_back(db: Database):
    _red_tile(db)
    alerts.take_steps(db, now=at("12:39:59"))
    assert _again(db).waits_since == NOW
    assert _trail(db) == ["alert.raised"]


def test_a_thousand_taps_are_all_kept_passed_on_and_answered_together(db: Database, cast: Cast):
    with without_fsync(db):  # the disk's own pace is the benchmark's matter
        for number in range(1_000):
            _red_tile(db, key=f"tap {number}")
        [call] = alerts.calls(alerts.waiting(db))
        assert len(call.alerts) == 1_000
        alerts.fetched(db, alerts.waiting(db), by=cast.okafor, now=NOW)
        assert len(alerts.take_steps(db, now=at("12:43"))) == 1_000
        alerts.acknowledge(db, call.first.id, by=cast.okafor, now=at("12:44"))
        assert alerts.waiting(db) == []
        assert db["alert_going"].count == 1_000


# What the caller is told


def test_a_call_is_unseen_only_after_the_time_an_open_screen_would_need(db: Database, cast: Cast):
    raised = _red_tile(db)
    assert not is_unseen(raised, now=at("12:40:19"))
    assert is_unseen(raised, now=at("12:40:20"))
    alerts.fetched(db, [raised], by=None, now=NOW)
    assert not is_unseen(_again(db), now=at("12:50"))
    assert [each["actor"] for each in db["journal"].rows_where("what = 'alert.told'")] == ["staff-room screen"]


def test_a_mentor_finds_what_they_passed_on_last(db: Database, cast: Cast):
    for key, mentor in (("a", cast.amira), ("b", cast.amira), ("c", cast.ben)):
        alerts.call_an_adult(db, key=key, room="Library 2", about=About.ABUSE, mentor_id=mentor, now=NOW)
    found = alerts.passed_on(db, cast.amira, since=at("12:15"))
    assert found is not None
    assert found.key == "b"
    assert alerts.passed_on(db, cast.amira, since=at("12:41")) is None


def test_nobody_goes_to_an_alert_that_is_not_there(db: Database, cast: Cast):
    assert alerts.acknowledge(db, 4242, by=cast.okafor, now=NOW) is None
    assert alerts.cannot_go(db, 4242, staff_id=cast.okafor, actor="staff 1", now=NOW) is False
    assert _trail(db) == []


def test_an_alert_nobody_raised_is_none(db: Database):
    assert alerts.by_key(db, "x") is None


def _again(db: Database) -> Alert:
    found = alerts.by_key(db, "a")
    assert found is not None
    return found


def test_what_was_answered_long_ago_can_neither_be_answered_nor_handed_back(db: Database, cast: Cast):
    called = alerts.call_an_adult(db, key="old", room="Hall", about=About.RED_TILE, mentor_id=None, now=at("12:00"))
    assert alerts.acknowledge(db, called.id, by=cast.okafor, now=at("12:01"))
    assert alerts.acknowledge(db, called.id, by=cast.adeyemi, now=at("12:12")) is None
    gone = {"staff_id": cast.okafor, "actor": "staff 2"}
    assert not alerts.cannot_go(db, called.id, now=at("12:12"), **gone)
    assert alerts.waiting(db) == []
    assert alerts.cannot_go(db, called.id, now=at("12:11"), **gone)
    assert [each.id for each in alerts.waiting(db)] == [called.id]
