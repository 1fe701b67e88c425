"""Channels: what is sent, to whom, how often, and what is said when it cannot be (P5, P14)."""

from datetime import timedelta

import pytest
from sqlite_utils import Database

from mentoring.safeguarding import alerts, channels, drills
from mentoring.safeguarding.alerts import About, Alert, Level
from mentoring.safeguarding.channels import MOST_TRIES, Due, Email, Outcome, Said
from mentoring.store.database import rows
from tests.conftest import Cast, at

NOW = at("12:40")
SECRET = "hunter2"
URL = f"mailtos://box:{SECRET}@smtp.harbour.example:587?from=box%40harbour.example&to=office%40harbour.example"
EMAIL = Email(
    server="smtp.harbour.example",
    port="587",
    security="starttls",
    user="box",
    password=SECRET,
    sender="box@harbour.example",
    to="office@harbour.example",
)


def _channel(db: Database, level: Level = Level.FIRST, name: str = "Office", hour: str = "09:00") -> int:
    return channels.add(db, name=name, url=URL, level=level, by="staff 1", now=at(hour))


def _call(
    db: Database, key: str = "a", room: str = "Library 2", hour: str = "12:40", mentor: int | None = None
) -> Alert:
    about = About.BULLYING if mentor else About.RED_TILE
    return alerts.call_an_adult(db, key=key, room=room, about=about, mentor_id=mentor, now=at(hour))


def _send(db: Database, hour: str, outcome: Outcome = Outcome.SENT) -> list[Due]:
    """What the keeper does in one look."""
    alerts.take_steps(db, now=at(hour))
    due = channels.due(db, now=at(hour))
    channels.begin(db, due, now=at(hour))
    for each in due:
        channels.finish(db, each, outcome, now=at(hour))
    return due


def _trail(db: Database, like: str = "message.%") -> list[str]:
    return [each["what"] for each in rows(db, "select what from journal where what like :like order by id", like=like)]


# Rules


@pytest.mark.parametrize(
    ("channel", "step", "staffed", "told"),
    [
        (Level.FIRST, Level.FIRST, True, True),
        (Level.DEPUTY, Level.FIRST, True, False),
        (Level.EVERYONE, Level.FIRST, True, False),
        (Level.FIRST, Level.DEPUTY, True, True),
        (Level.DEPUTY, Level.DEPUTY, True, True),
        (Level.EVERYONE, Level.DEPUTY, True, False),
        (Level.EVERYONE, Level.EVERYONE, True, True),
        (Level.FIRST, Level.EVERYONE, True, True),
        (Level.DEPUTY, Level.FIRST, False, True),
        (Level.EVERYONE, Level.FIRST, False, True),
    ],
)
def test_a_step_is_told_where_its_level_is_reached_and_everywhere_out_of_hours(
    channel: Level, step: Level, *, staffed: bool, told: bool
):
    assert channels.reaches(channel, step, staffed=staffed) is told


@pytest.mark.parametrize(
    ("tries", "tried", "due"),
    [
        (0, None, True),
        (1, "12:39:31", False),
        (1, "12:39:30", True),
        (2, "12:39:01", False),
        (2, "12:39:00", True),
        (3, "12:38:01", False),
        (3, "12:38:00", True),
        (4, "12:35:01", False),
        (4, "12:35:00", True),
        (5, "09:00:00", False),
        (1, "12:59:00", True),  # by a clock that has been set right since
    ],
)
def test_tries_grow_apart_and_end(tries: int, tried: str | None, *, due: bool):
    assert channels.is_due(tries=tries, tried=at(tried) if tried else None, now=NOW) is due


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (URL, "office@harbour.example, through smtp.harbour.example"),
        (channels.email_url(EMAIL), "office@harbour.example, through smtp.harbour.example"),
        ("mailto://somebody:hunter2@mail.example", "mailto://****"),
        ("ntfys://hunter2", "ntfys://****"),
        ("msteams://hunter2/b/c/d", "msteams://****"),
        ("json://user:hunter2@harbour.example/hunter2?a=hunter2", "json://****"),
    ],
)
def test_what_is_shown_of_an_address_holds_no_secret(url: str, shown: str):
    assert channels.masked(url) == shown


def test_an_address_is_in_no_printed_channel_nor_message(db: Database):
    _channel(db)
    _call(db)
    assert SECRET not in repr(channels.in_use(db)) + repr(channels.due(db, now=NOW)) + repr(EMAIL)


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("127.0.0.1", True),
        ("127.255.0.3", True),
        ("0.0.0.0", True),  # not listened on
        ("0.1.2.3", True),
        ("169.254.169.254", True),
        ("::1", True),
        ("::", True),
        ("fe80::1%eth0", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:169.254.1.1", True),
        ("192.168.1.20", False),
        ("10.0.0.1", False),
        ("203.0.113.7", False),
        ("::ffff:192.168.1.20", False),
        ("2001:db8::1", False),
        ("fd00::1", False),
    ],
)
def test_loopback_and_link_local_addresses_are_the_box(address: str, *, ours: bool):
    assert channels.is_on_the_box(address) is ours


@pytest.mark.parametrize(
    ("given", "at_fault"),
    [
        ({}, []),
        ({"user": "", "password": ""}, []),
        ({"to": "office"}, ["to"]),
        ({"to": "a@b.example, c@d.example"}, ["to"]),
        ({"sender": ""}, ["sender"]),
        ({"server": ""}, ["server"]),
        ({"server": "smtp.harbour.example/?x"}, ["server"]),
        ({"server": "smtp@evil"}, ["server"]),
        ({"port": "0"}, ["port"]),
        ({"port": "65536"}, ["port"]),
        ({"port": "five"}, ["port"]),
        ({"security": "magic"}, ["security"]),
        ({"password": ""}, ["password"]),
        ({"user": ""}, ["password"]),
        ({"password": "Lösung"}, ["password"]),
        ({"security": "insecure"}, ["security"]),
        ({"security": "insecure", "user": "", "password": ""}, []),
    ],
)
def test_an_e_mails_form_is_faulted_field_by_field(given: dict[str, str], at_fault: list[str]):
    found = channels.email_faults(Email(**{**vars(EMAIL), **given}))
    assert [each.field for each in found] == at_fault
    assert {each.code for each in found} <= set(channels.Wrong)


@pytest.mark.parametrize(
    ("given", "at_fault"),
    [
        ({}, []),
        ({"name": " "}, ["name"]),
        ({"name": "x" * 61}, ["name"]),
        ({"level": "all"}, ["level"]),
        ({"url": "ntfy"}, ["url"]),
        ({"url": "ntfy://" + "x" * 1000}, ["url"]),
        ({"url": "ntfy://a\nb"}, ["url"]),
    ],
)
def test_a_new_channel_is_faulted_field_by_field(given: dict[str, str], at_fault: list[str]):
    found = channels.new_faults(**{"name": "Office", "url": URL, "level": "first", **given})
    assert [each.field for each in found] == at_fault


# What is due


def test_without_a_channel_or_an_alert_nothing_is_due_and_nothing_is_written(db: Database):
    _call(db)
    assert channels.due(db, now=NOW) == []
    _channel(db, hour="12:41")
    before = db.conn.total_changes
    assert channels.due(db, now=at("12:50")) == [], "what was called before a channel was there is not told on it"
    assert db.conn.total_changes == before


def test_each_step_is_one_message_on_each_channel_its_level_has_reached(db: Database):
    first, deputy, everyone = (_channel(db, level, level) for level in Level)
    _call(db)
    told = {
        hour: [each.channel_id for each in _send(db, hour)] for hour in ("12:40", "12:42", "12:43", "12:46", "12:55")
    }
    assert told == {
        "12:40": [first],
        "12:42": [],
        "12:43": [first, deputy],
        "12:46": [first, deputy, everyone],
        "12:55": [],
    }
    assert _trail(db) == ["message.sent"] * 6


def test_a_message_carries_a_room_and_a_time_and_nothing_of_who_or_what(db: Database, cast: Cast):
    _channel(db)
    _call(db, mentor=cast.ben)
    [due] = channels.due(db, now=NOW)
    assert {**vars(due), "url": ""} == vars(
        Due(due.channel_id, "", "Library 2", NOW, drill=False, level=Level.FIRST, alert_ids=(1,), step_ids=(1,))
    )


def test_a_step_out_of_hours_goes_to_every_channel(db: Database):
    for level in Level:
        _channel(db, level, level)
    _call(db, hour="15:59")
    assert len(_send(db, "15:59")) == 1
    assert len(_send(db, "16:02")) == 3


def test_a_thousand_taps_are_one_message_and_one_more_a_minute(db: Database):
    _channel(db)
    for number in range(20):
        _call(db, key=f"tap {number}")
    [due] = _send(db, "12:40")
    assert len(due.alert_ids) == 20
    _call(db, key="again", hour="12:40:30")
    assert _send(db, "12:40:30") == [], "the same was said half a minute ago"
    assert [each.alert_ids for each in _send(db, "12:41")] == [(21,)]


def test_another_room_waits_for_nobody(db: Database):
    _channel(db)
    _call(db)
    _send(db, "12:40")
    _call(db, key="b", room="Room 7", hour="12:40:10")
    assert [each.room for each in _send(db, "12:40:10")] == ["Room 7"]


def test_a_real_call_is_never_held_back_nor_answered_by_a_drill(db: Database, cast: Cast):
    _channel(db)
    drills.start(db, room="Library 2", by=cast.okafor, now=NOW)
    assert [each.drill for each in _send(db, "12:40")] == [True]
    real = _call(db, hour="12:40:05")
    assert [each.drill for each in _send(db, "12:40:05")] == [False]
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=at("12:40:10"))
    assert [each.id for each in alerts.waiting(db)] == [real.id]


def test_a_busy_channel_keeps_nobody_else_waiting(db: Database):
    slow, other = _channel(db), _channel(db, name="Phones")
    _call(db)
    assert [each.channel_id for each in channels.due(db, busy={slow}, now=NOW)] == [other]


# Tries


def test_a_message_that_fails_is_tried_five_times_with_growing_pauses_and_given_up(db: Database):
    _channel(db)
    _call(db)
    alerts.take_steps(db, now=NOW)
    tried = []
    for second in range(0, 1_200, 5):
        now = NOW + timedelta(seconds=second)
        due = channels.due(db, now=now)
        channels.begin(db, due, now=now)
        for each in due:
            channels.finish(db, each, Outcome.PASSWORD, now=now)
            tried.append(second)
    assert tried == [0, 30, 90, 210, 510]
    [office] = channels.in_use(db)
    assert (office.failing, office.fault, office.gave_up) == (NOW, Outcome.PASSWORD, True)
    assert _trail(db) == ["message.failed"] * MOST_TRIES


def test_a_try_that_was_killed_is_made_again_but_not_at_once(db: Database):
    _channel(db)
    _call(db)
    channels.begin(db, channels.due(db, now=NOW), now=NOW)
    assert channels.due(db, now=at("12:40:29")) == []
    assert len(channels.due(db, now=at("12:40:30"))) == 1


def test_an_answer_ends_the_tries(db: Database, cast: Cast):
    _channel(db)
    _call(db)
    _send(db, "12:40", Outcome.TOO_SLOW)
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=at("12:40:20"))
    assert _send(db, "12:45") == [], "nobody was called there, so nobody is told who goes"


def test_a_channel_that_works_again_says_so(db: Database):
    channel = _channel(db)
    _call(db)
    _send(db, "12:40", Outcome.UNREACHABLE)
    assert [each.fault for each in channels.failing(db)] == [Outcome.UNREACHABLE]
    channels.tested(db, channel, Outcome.SENT, by="staff 1", now=at("12:41"))
    assert channels.failing(db) == []
    [office] = channels.in_use(db)
    assert (office.worked, office.gave_up) == (at("12:41"), False)


# What an adult says


def test_who_was_called_is_told_once_who_is_going(db: Database, cast: Cast):
    told, other = _channel(db), _channel(db, Level.EVERYONE, "Phones")
    _call(db)
    _send(db, "12:40")
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=at("12:41"))
    [said] = _send(db, "12:41")
    assert (said.channel_id, said.going, said.answer, said.level) == (told, "Mr Adeyemi", Said.GOING, None)
    assert other not in {each.channel_id for each in _send(db, "12:42")}
    assert _send(db, "12:50") == []


def test_whoever_cannot_go_after_all_is_told_too_and_so_is_the_next(db: Database, cast: Cast):
    _channel(db)
    _call(db)
    _send(db, "12:40")
    said = []
    for hour, do in (
        ("12:41", lambda now: alerts.acknowledge(db, 1, by=cast.adeyemi, now=now)),
        ("12:42", lambda now: alerts.cannot_go(db, 1, staff_id=cast.adeyemi, actor="staff 2", now=now)),
        ("12:44", lambda now: alerts.acknowledge(db, 1, by=cast.adeyemi, now=now)),
    ):
        do(at(hour))
        said += [each.answer for each in _send(db, hour) if each.going]
    assert said == [Said.GOING, Said.BACK, Said.GOING]


def test_what_was_said_for_an_adult_by_the_link_is_told_as_that_and_stops_no_step(db: Database, cast: Cast):
    _channel(db)
    _call(db)
    _send(db, "12:40")
    alerts.say_for(db, 1, staff_id=cast.adeyemi, now=at("12:41"))
    [said] = _send(db, "12:41")
    assert (said.going, said.answer) == ("Mr Adeyemi", Said.SAID_FOR)
    assert _send(db, "12:42") == []
    [step] = _send(db, "12:43")
    assert (step.level, step.said_for) == (Level.DEPUTY, ("Mr Adeyemi",))
    alerts.acknowledge(db, 1, by=cast.adeyemi, now=at("12:44"))
    assert [(each.going, each.answer) for each in _send(db, "12:44")] == [("Mr Adeyemi", Said.GOING)]
    assert _send(db, "12:50") == []


def test_whoever_has_the_link_sends_at_most_one_message_a_minute(db: Database, cast: Cast):
    channel, other = _channel(db), _channel(db, name="Phones")
    _call(db)
    _send(db, "12:40")
    sent = []
    for second in range(120):
        now = at("12:41") + timedelta(seconds=second)
        for staff_id in (cast.okafor, cast.adeyemi):
            alerts.cannot_go(db, 1, staff_id=staff_id, actor="staff-room screen", now=now)
            alerts.say_for(db, 1, staff_id=staff_id, now=now)
        due = channels.due(db, now=now)
        channels.begin(db, due, now=now)
        for each in due:
            channels.finish(db, each, Outcome.SENT, now=now)
            sent.append((second, each.channel_id))
    assert sorted(sent) == [(0, channel), (0, other), (60, channel), (60, other)]
    for staff_id in (cast.okafor, cast.adeyemi):
        alerts.cannot_go(db, 1, staff_id=staff_id, actor="staff-room screen", now=at("12:43"))
    assert channels.due(db, now=at("12:45")) == [], "nobody has said that they cannot go"


# What stays


def test_the_trail_names_ids_and_outcomes_and_no_address(db: Database, cast: Cast):
    channel = _channel(db)
    _call(db)
    _send(db, "12:40", Outcome.PASSWORD)
    channels.tested(db, channel, Outcome.SENT, by="staff 1", now=NOW)
    channels.end(db, channel, by="staff 1", now=NOW)
    assert _trail(db, "channel.%") == ["channel.added", "channel.tested", "channel.ended"]
    trail = "".join(each["about"] for each in rows(db, "select about from journal"))
    for word in (SECRET, "smtp", "harbour", "Office", "Library"):
        assert word not in trail


def test_an_ended_channel_is_sent_nothing_and_its_address_is_wiped(db: Database):
    channel = _channel(db)
    _call(db)
    for _ in range(2):
        channels.end(db, channel, by="staff 1", now=NOW)
    assert channels.due(db, now=NOW) == channels.in_use(db) == []
    assert channels.by_id(db, channel) is None
    assert SECRET not in "\n".join(db.conn.iterdump())
    assert _trail(db, "channel.ended") == ["channel.ended"]
