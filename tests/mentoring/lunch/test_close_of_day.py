"""Close of day: counts stay, and the rows, their order and their bytes are gone."""

import random
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import ANY

import pytest
from sqlite_utils import Database

from mentoring.lunch import close_of_day, duty, help_requests
from mentoring.lunch.close_of_day import SelfTest
from mentoring.lunch.help_requests import Outcome, Topic
from mentoring.people import badge_register
from mentoring.school import school_year
from mentoring.store import journal
from mentoring.store.database import StillRead, open_database, row, rows, write
from tests.conftest import Cast, at

OVER = at("13:30")


def _ask(db: Database, cast: Cast, *topics: Topic) -> list[help_requests.Ticket]:
    return [
        help_requests.ask(db, drop_in_id=cast.drop_in, topic=topic, wish=None, key=f"{number:032x}")
        for number, topic in enumerate(topics)
    ]


def _close(db: Database, data: Path, now=OVER) -> SelfTest | None:
    return close_of_day.close(db, folder=data, now=now)


def test_requests_become_visits_by_drop_in_and_topics_by_half_term(db: Database, cast: Cast, data: Path):
    _ask(db, cast, Topic.FAMILY, Topic.FAMILY, Topic.BULLYING)
    outcome = _close(db, data)
    assert outcome is not None
    assert outcome.traces == 0
    assert outcome.looked
    assert [tuple(each) for each in rows(db, "select drop_in_id, asked from visits")] == [(cast.drop_in, 3)]
    topics = {each["topic"]: each["asked"] for each in rows(db, "select * from topics")}
    assert topics == {"family": 2, "bullying": 1}
    assert rows(db, "select * from help_requests") == []


def test_what_was_withdrawn_is_counted_nowhere(db: Database, cast: Cast, data: Path):
    first, _ = _ask(db, cast, Topic.FAMILY, Topic.COMPANY)
    help_requests.withdraw(db, first.id)
    _close(db, data)
    assert [each["asked"] for each in rows(db, "select asked from visits")] == [1]
    assert [each["topic"] for each in rows(db, "select topic from topics")] == ["company"]


def test_a_talk_whose_end_was_taken_back_is_counted_once_and_nothing_comes_back_after_the_close(
    db: Database, cast: Cast, data: Path
):
    [ticket] = _ask(db, cast, Topic.FAMILY)
    for _ in range(2):
        help_requests.call_next(db, cast.amira, drop_in_id=cast.drop_in, on_duty=frozenset({cast.amira}))
        ended = help_requests.finish(db, ticket.id, mentor_id=cast.amira, outcome=Outcome.TALKED)
        assert ended is not None
        help_requests.take_back(db, ended, mentor_id=cast.amira)
    _close(db, data)
    help_requests.take_back(db, ended, mentor_id=cast.amira)
    assert [each["asked"] for each in rows(db, "select asked from visits")] == [1]
    assert [(each["topic"], each["asked"]) for each in rows(db, "select * from topics")] == [("family", 1)]
    assert rows(db, "select * from help_requests") == []


def test_day_and_topic_share_no_column():
    day = {"drop_in_id", "asked"}
    topic = {"half_term", "topic", "asked"}
    assert day & topic == {"asked"}


@pytest.mark.parametrize("columns", [("visits", {"drop_in_id", "asked"}), ("topics", {"half_term", "topic", "asked"})])
def test_the_counts_hold_nothing_else(db: Database, columns: tuple[str, set[str]]):
    table, names = columns
    assert {each["name"] for each in rows(db, f"select name from pragma_table_info('{table}')")} == names


def test_a_drop_in_that_still_runs_is_left_alone(db: Database, cast: Cast, data: Path):
    _ask(db, cast, Topic.FAMILY)
    assert _close(db, data, at("13:14")) is None
    assert len(rows(db, "select * from help_requests")) == 1
    assert not close_of_day.is_due(db, now=at("13:14"))
    assert close_of_day.is_due(db, now=at("13:15"))


def test_closing_twice_counts_once(db: Database, cast: Cast, data: Path):
    _ask(db, cast, Topic.FAMILY)
    _close(db, data)
    assert _close(db, data) is None
    assert row(db, "select sum(asked) as all_of_them from topics")["all_of_them"] == 1
    assert not close_of_day.is_due(db, now=OVER)


def test_a_lunch_nobody_came_to_is_closed_like_any_other(db: Database, cast: Cast, data: Path):
    _close(db, data)
    assert [each["asked"] for each in rows(db, "select asked from visits")] == [0]
    assert len(rows(db, "select id from journal where what = 'drop_in.closed'")) == 1


def _scan(db: Database, cast: Cast, now) -> None:
    wait = {"early": timedelta(minutes=15), "menu_after": timedelta(seconds=60)}
    duty.scan(db, number=cast.numbers[cast.amira], now=now, **wait)


def test_a_forgotten_duty_is_ended_with_the_drop_in_and_marked_as_assumed(db: Database, cast: Cast, data: Path):
    for mentor in (cast.amira, cast.ben):
        duty.scan(
            db,
            number=cast.numbers[mentor],
            now=at("12:31"),
            early=timedelta(minutes=15),
            menu_after=timedelta(seconds=60),
        )
    duty.end(db, cast.ben, drop_in_id=cast.drop_in, now=at("13:10"))
    _close(db, data)
    ended = {each["mentor_id"]: (each["ended"][11:16], each["assumed"]) for each in rows(db, "select * from duties")}
    assert ended == {cast.amira: ("13:15", 1), cast.ben: ("13:10", 0)}


def test_the_bytes_of_two_hundred_requests_are_in_no_file(db: Database, cast: Cast, data: Path):
    chance = random.Random(7)
    topics = [chance.choice(list(Topic)) for _ in range(200)]
    tickets = _ask(db, cast, *topics)
    keys = [each["key"] for each in rows(db, "select key from help_requests")]
    marks = [text.encode() for text in (*(each.id for each in tickets), *keys)]
    kept = b"".join(path.read_bytes() for path in data.iterdir())
    assert sum(mark in kept for mark in marks) == 400  # the search itself can find them
    _close(db, data)
    kept = b"".join(path.read_bytes() for path in data.iterdir())
    assert sum(mark in kept for mark in marks) == 0
    assert sum(ticket.word.encode() in kept for ticket in tickets) == 0


def test_what_is_left_tells_nothing_of_the_order(db: Database, cast: Cast, data: Path):
    """Ask in two very different orders: not a byte of what is counted differs."""
    orders = [[Topic.FAMILY] * 8 + [Topic.COMPANY] * 8, [Topic.COMPANY, Topic.FAMILY] * 8]
    left = []
    for number, order in enumerate(orders):
        copy = data.parent / f"copy{number}"
        copy.mkdir()
        (copy / "programme.db").write_bytes((data / "programme.db").read_bytes())
        other = open_database(copy / "programme.db")
        _ask(other, cast, *order)
        _close(other, copy)
        left.append([tuple(each) for table in ("visits", "topics") for each in rows(other, f"select * from {table}")])
        other.close()
    assert left[0] == left[1]


def test_the_log_is_empty_and_the_file_has_no_holes_afterwards(db: Database, cast: Cast, data: Path):
    _ask(db, cast, *[Topic.FAMILY] * 50)
    with write(db):
        badge_register.good_number(db, cast.amira)
    _close(db, data)
    assert db.execute("pragma freelist_count").fetchone()[0] == 0
    # The self-test's own row comes after it; nothing of a request can be in a log that was emptied before.
    assert (data / "programme.db-wal").stat().st_size < 20_000


def test_a_reader_that_stays_keeps_the_erasure_owed_and_the_next_run_ends_it(
    db: Database, cast: Cast, data: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mentoring.store.database.CHECKPOINT_TRIES", 1)
    db.execute("pragma busy_timeout = 10")
    _ask(db, cast, Topic.FAMILY)
    reader = open_database(data / "programme.db")
    reader.execute("begin")
    reader.execute("select * from help_requests").fetchall()
    with pytest.raises(StillRead):
        _close(db, data)
    assert close_of_day.is_due(db, now=OVER)
    reader.execute("commit")
    reader.close()
    outcome = _close(db, data)
    assert outcome is not None
    assert outcome.looked is None  # it crashed half way, and the marks to look for are lost
    assert not close_of_day.is_due(db, now=OVER)
    assert close_of_day.latest_self_test(db) == outcome


def test_the_self_test_finds_what_was_left_lying_about(db: Database, cast: Cast, data: Path):
    [ticket] = _ask(db, cast, Topic.FAMILY)
    (data / "somebody-made-a-copy.txt").write_text(f"... {ticket.id} ...", encoding="ascii")
    outcome = _close(db, data)
    assert outcome is not None
    assert outcome.traces == 1


def test_the_self_test_recognises_requests_that_nobody_remembers(db: Database, cast: Cast, data: Path):
    _ask(db, cast, Topic.FAMILY, Topic.FAMILY)
    old_copy = (data / "programme.db").read_bytes() + (data / "programme.db-wal").read_bytes()
    _close(db, data)
    assert close_of_day.look(db, data)[1] == 0
    (data / "old-copy").write_bytes(old_copy)
    assert close_of_day.look(db, data)[1] >= 2
    later = OVER + timedelta(days=3)
    outcome = _close(db, data, now=later)
    assert outcome is not None
    assert outcome.traces >= 2
    assert _close(db, data, now=later) is not None, "after traces were found the next run looks again"
    (data / "old-copy").unlink()
    assert _close(db, data, now=later) == SelfTest(later, ANY, 0)
    assert _close(db, data, now=later) is None


def test_a_request_whose_drop_in_still_runs_is_no_trace(db: Database, cast: Cast, data: Path):
    _ask(db, cast, Topic.FAMILY)
    assert close_of_day.look(db, data)[1] == 0


# A clock that ran ahead (P8)


def test_what_is_asked_at_a_drop_in_that_was_closed_before_is_counted_once_more_and_forgotten(
    db: Database, cast: Cast, data: Path
):
    _ask(db, cast, Topic.FAMILY)
    _close(db, data)
    before = [tuple(each) for each in rows(db, "select sum(drop_ins), sum(asked) from blocks")]
    help_requests.ask(db, drop_in_id=cast.drop_in, topic=Topic.COMPANY, wish=None, key="a-late-key")
    assert close_of_day.has_left_over(db, now=OVER)
    assert close_of_day.is_time(db, now=OVER, wait=timedelta(minutes=10))
    outcome = _close(db, data)
    assert outcome is not None
    assert outcome.traces == 0
    assert rows(db, "select * from help_requests") == []
    assert not close_of_day.has_left_over(db, now=OVER)
    assert [tuple(each) for each in rows(db, "select asked from visits")] == [(2,)]
    assert {each["topic"]: each["asked"] for each in rows(db, "select * from topics")} == {"family": 1, "company": 1}
    after = [tuple(each) for each in rows(db, "select sum(drop_ins), sum(asked) from blocks")]
    assert (before, after) == ([(0, 1)], [(0, 2)])
    assert len(rows(db, "select id from journal where what = 'drop_in.closed'")) == 1
    assert b"a-late-key" not in b"".join(path.read_bytes() for path in data.iterdir())


def test_a_duty_at_a_drop_in_that_was_closed_before_ends_with_it_and_the_drop_in_is_counted_once(
    db: Database, cast: Cast, data: Path
):
    _scan(db, cast, at("12:31"))
    _close(db, data)
    db.execute("update duties set ended = null")
    assert close_of_day.is_due(db, now=OVER)
    _close(db, data)
    assert [each["ended"][11:16] for each in rows(db, "select ended from duties")] == ["13:15"]
    assert row(db, "select sum(drop_ins) as counted from blocks")["counted"] == 1


@pytest.mark.parametrize("asked", [True, False])
def test_drop_ins_to_come_that_were_closed_are_closed_again_when_they_are_over_whoever_asks(
    db: Database, cast: Cast, data: Path, *, asked: bool
):
    _close(db, data, now=OVER + timedelta(days=20))
    assert close_of_day.waiting(db, now=OVER + timedelta(days=20)) == []
    close_of_day.take_back(db, now=at("09:00"))
    close_of_day.take_back(db, now=at("09:01"))
    assert rows(db, "select * from visits") == []
    assert len(rows(db, "select id from journal where what = 'drop_in.closed_early'")) == 1
    _scan(db, cast, at("12:31"))
    if asked:
        _ask(db, cast, Topic.FAMILY)
    _close(db, data)
    assert [tuple(each) for each in rows(db, "select * from visits")] == [(cast.drop_in, int(asked))]
    counted = row(db, "select sum(drop_ins) as drop_ins, sum(asked) as asked from blocks")
    assert (counted["drop_ins"], counted["asked"]) == (1, int(asked))
    assert len(rows(db, "select id from journal where what = 'drop_in.closed' and at <= '2027-01-13'")) == 1


def test_what_was_closed_when_it_was_over_stays_closed(db: Database, cast: Cast, data: Path):
    _ask(db, cast, Topic.FAMILY)
    _close(db, data)
    for hour in ("12:00", "13:14", "13:30"):
        close_of_day.take_back(db, now=at(hour))
    assert [tuple(each) for each in rows(db, "select * from visits")] == [(cast.drop_in, 1)]


def test_one_journal_row_a_drop_in_and_none_a_request(db: Database, cast: Cast, data: Path):
    before = len(rows(db, "select id from journal"))
    _ask(db, cast, *[Topic.FAMILY] * 9)
    assert len(rows(db, "select id from journal")) == before
    _close(db, data)
    assert len(rows(db, "select id from journal")) == before + 1
    assert journal.touched(db) is None


@pytest.mark.parametrize(
    ("hour", "is_time"),
    [("13:14", False), ("13:15", False), ("13:24", False), ("13:25", True), ("18:00", True)],
)
def test_the_box_closes_the_day_by_itself_a_while_after_the_last_drop_in(
    db: Database, cast: Cast, hour: str, *, is_time: bool
):
    assert close_of_day.is_time(db, now=at(hour), wait=timedelta(minutes=10)) is is_time


def test_the_day_is_not_closed_while_another_drop_in_is_still_to_come(db: Database, cast: Cast):
    later = school_year.NewSlot(1, "15:30", "16:00", "Music room", "")
    school_year.add_slot(db, later, adult_id=cast.okafor, by="staff 1", now=at("09:00"))
    assert not close_of_day.is_time(db, now=at("13:30"), wait=timedelta(minutes=10))
    assert close_of_day.is_time(db, now=at("16:10"), wait=timedelta(minutes=10))


def test_a_day_that_was_never_closed_is_closed_on_the_next_morning(db: Database, cast: Cast):
    assert close_of_day.is_time(db, now=at("07:00", date(2027, 1, 13)), wait=timedelta(minutes=10))
