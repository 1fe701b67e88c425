"""Duty: what a scan means, and that a room is open only while a pair and an adult are there (P1, P20)."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count, product
from typing import Any

import pytest
from sqlite_utils import Database

from mentoring.lunch import duty, help_requests
from mentoring.lunch.duty import Duty, RoomState, Scan, ScanCode
from mentoring.lunch.help_requests import Topic
from mentoring.people import badge_register, mentors
from mentoring.people.mentors import MentorState
from mentoring.planning import rota
from mentoring.school import school_year
from mentoring.school.school_year import DropIn, NewSlot
from mentoring.store.database import rows, write
from tests.conftest import THURSDAY, TUESDAY, Cast, at, property_test, share
from tests.mentoring.conftest import AtOnce

EARLY = timedelta(minutes=15)
MENU_AFTER = timedelta(seconds=60)
NOON_FORTY = at("12:40")
AMIRA, BEN, CHIDI = 1, 2, 3
LUNCH = DropIn(1, 1, TUESDAY, "Library 2", at("12:30"), at("13:15"), 1)

Stretch = tuple[int, str, str]


def _scan(db: Database, number: int, now: datetime) -> Scan:
    return duty.scan(db, number=number, now=now, early=EARLY, menu_after=MENU_AFTER)


def _state(db: Database, now: datetime) -> RoomState:
    room = duty.current(db, now=now, early=EARLY)
    return room.state if room else RoomState.CLOSED


def _duties(stretches: Iterable[Stretch]) -> list[Duty]:
    """A mentor, from, until; an empty until is a duty that runs."""
    ids = count(1)
    return [Duty(next(ids), who, at(start), at(end) if end else None) for who, start, end in stretches]


# The rule of a scan


@pytest.mark.parametrize(
    ("settled", "code"),
    [
        ({"badge_good": False}, "not_valid"),
        ({"badge_good": True, "drop_in_now": False}, "no_drop_in"),
        ({"badge_good": True, "drop_in_now": True, "on_duty_seconds": 0}, "already_on"),
        ({"badge_good": True, "drop_in_now": True, "on_duty_seconds": 59}, "already_on"),
        ({"badge_good": True, "drop_in_now": True, "on_duty_seconds": 61}, "menu"),
        ({"badge_good": True, "drop_in_now": True, "on_duty_seconds": None, "due": False}, "not_due"),
        (
            {"badge_good": True, "drop_in_now": True, "on_duty_seconds": None, "due": True, "unfit": True},
            "see_lead",
        ),
        (
            {
                "badge_good": True,
                "drop_in_now": True,
                "on_duty_seconds": None,
                "due": True,
                "unfit": False,
                "pair_complete": True,
            },
            "on_duty",
        ),
        (
            {
                "badge_good": True,
                "drop_in_now": True,
                "on_duty_seconds": None,
                "due": True,
                "unfit": False,
                "pair_complete": False,
            },
            "waiting_for_pair",
        ),
    ],
)
def test_a_badge_means_one_thing_whatever_else_is_true(settled: dict[str, Any], code: str):
    either: dict[str, tuple[Any, ...]] = {
        "badge_good": (True, False),
        "drop_in_now": (True, False),
        "on_duty_seconds": (None, 0, 59, 61),
        "due": (True, False),
        "unfit": (True, False),
        "pair_complete": (True, False),
    }
    choices = [(settled[name],) if name in settled else options for name, options in either.items()]
    for chosen in product(*choices):
        seen = dict(zip(either, chosen, strict=True))
        seconds = seen.pop("on_duty_seconds")
        since = None if seconds is None else NOON_FORTY - timedelta(seconds=seconds)
        assert duty.decide(**seen, on_duty_since=since, now=NOON_FORTY, menu_after=MENU_AFTER) == code, seen


def test_the_codes_of_a_scan_are_those_that_others_rely_on():
    assert {code.value for code in ScanCode} == {
        "on_duty",
        "waiting_for_pair",
        "already_on",
        "menu",
        "not_due",
        "no_drop_in",
        "see_lead",
        "not_valid",
        "not_a_badge",
        "unreadable",
    }


# The rule of the room


@pytest.mark.parametrize(
    ("now", "stretches", "state"),
    [
        # before, early, and after
        ("12:14:59", [], "closed"),
        ("12:15", [], "opening"),
        ("12:14:59", [(AMIRA, "12:10", ""), (BEN, "12:11", "")], "closed"),
        ("12:29:59", [(AMIRA, "12:20", ""), (BEN, "12:21", "")], "opening"),
        ("12:30", [(AMIRA, "12:20", ""), (BEN, "12:21", "")], "open"),
        ("13:14:59", [(AMIRA, "12:20", ""), (BEN, "12:21", "")], "open"),
        ("13:15", [(AMIRA, "12:20", ""), (BEN, "12:21", "")], "closed"),
        # no pair yet
        ("12:40", [], "opening"),
        ("12:40", [(AMIRA, "12:30", "")], "opening"),
        ("12:40", [(AMIRA, "12:30", "12:35"), (AMIRA, "12:36", "")], "opening"),
        ("12:40", [(AMIRA, "12:30", ""), (AMIRA, "12:30", "")], "opening"),
        ("12:40", [(AMIRA, "12:30", "12:35"), (BEN, "12:35", "")], "opening"),
        ("12:40", [(AMIRA, "12:20", ""), (BEN, "12:20", "12:30")], "opening"),
        # a pair
        ("12:40", [(AMIRA, "12:30", ""), (BEN, "12:40", "")], "open"),
        ("12:40", [(AMIRA, "12:30", ""), (BEN, "12:31", ""), (CHIDI, "12:32", "")], "open"),
        ("12:40", [(AMIRA, "12:30", ""), (BEN, "12:31", "12:40"), (CHIDI, "12:32", "")], "open"),
        ("12:40", [(AMIRA, "12:30", "12:40:01"), (BEN, "12:31", "12:40:01")], "open"),
        # the clock has stepped back behind a scan: whoever is in is still in
        ("12:40", [(AMIRA, "12:30", ""), (BEN, "12:41", "")], "open"),
        # was a pair
        ("12:40", [(AMIRA, "12:30", ""), (BEN, "12:31", "12:40")], "paused"),
        ("12:40", [(AMIRA, "12:30", "12:35"), (BEN, "12:31", "12:36")], "paused"),
        ("12:40", [(AMIRA, "12:30", "12:35"), (BEN, "12:31", "12:36"), (AMIRA, "12:38", "")], "paused"),
        ("12:40", [(AMIRA, "12:30", "12:35"), (BEN, "12:31", ""), (AMIRA, "12:38", "")], "open"),
    ],
)
def test_a_room_is_open_only_from_its_start_while_a_pair_is_there(now: str, stretches: list[Stretch], state: str):
    fit = frozenset({AMIRA, BEN, CHIDI})
    assert duty.room_state(LUNCH, _duties(stretches), fit=fit, adult=True, now=at(now), early=EARLY) == state


@pytest.mark.parametrize(
    ("fit", "state"),
    [({AMIRA, BEN, CHIDI}, "open"), ({AMIRA, CHIDI}, "open"), ({BEN}, "paused"), (set(), "paused")],
)
def test_only_mentors_who_are_fit_for_duty_keep_a_room_open(fit: set[int], state: str):
    here = _duties([(AMIRA, "12:30", ""), (BEN, "12:31", ""), (CHIDI, "12:32", "")])
    assert duty.room_state(LUNCH, here, fit=frozenset(fit), adult=True, now=NOON_FORTY, early=EARLY) == state


def test_without_an_adult_within_call_no_room_is_open():
    pair = _duties([(AMIRA, "12:30", ""), (BEN, "12:31", "")])
    state = duty.room_state(LUNCH, pair, fit=frozenset({AMIRA, BEN}), adult=False, now=NOON_FORTY, early=EARLY)
    assert state is not RoomState.OPEN


@pytest.mark.parametrize(
    ("stretches", "together"),
    [
        ([], False),
        ([(AMIRA, "12:30", "")], False),
        ([(AMIRA, "12:30", ""), (AMIRA, "12:31", "")], False),
        ([(AMIRA, "12:30", "12:35"), (BEN, "12:35", "12:39")], False),
        ([(AMIRA, "12:20", "12:30"), (BEN, "12:20", "")], False),
        ([(AMIRA, "12:20", "12:30:01"), (BEN, "12:20", "")], True),
        ([(AMIRA, "12:30", "12:36"), (BEN, "12:35", "12:39")], True),
        ([(AMIRA, "12:41", ""), (BEN, "12:41", "")], False),
    ],
)
def test_a_room_was_open_once_two_mentors_were_there_together_since_its_start(
    stretches: list[Stretch], *, together: bool
):
    assert duty.was_open(_duties(stretches), starts=at("12:30"), now=NOON_FORTY) is together


@pytest.mark.parametrize(
    ("stretches", "left"),
    [
        ([(AMIRA, "12:30", "")], {}),
        ([(AMIRA, "12:30", "12:36"), (BEN, "12:30", "")], {AMIRA: at("12:36")}),
        ([(AMIRA, "12:20", "12:25"), (AMIRA, "12:30", "12:36")], {AMIRA: at("12:36")}),
        ([(AMIRA, "12:30", "12:36"), (AMIRA, "12:38", "")], {}),
        ([(AMIRA, "12:30", "12:41")], {}),  # the clock was set back
    ],
)
def test_who_has_left_is_told_with_the_end_of_the_last_duty(stretches: list[Stretch], left: dict[int, datetime]):
    assert duty.left_by_now(_duties(stretches), now=NOON_FORTY) == left


# Scans on the real file


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (at("12:14"), "no_drop_in"),
        (at("12:14:59"), "no_drop_in"),
        (at("12:15"), "waiting_for_pair"),
        (at("12:30"), "waiting_for_pair"),
        (at("13:14:59"), "waiting_for_pair"),
        (at("13:15"), "no_drop_in"),
        (at("12:40", date(2027, 1, 13)), "no_drop_in"),
    ],
)
def test_a_scan_counts_from_fifteen_minutes_before_the_start_to_the_end(
    db: Database, cast: Cast, now: datetime, code: str
):
    outcome = _scan(db, cast.numbers[cast.amira], now)
    assert outcome.code == code
    assert len(rows(db, "select id from duties")) == (code == "waiting_for_pair")


def test_the_first_of_a_pair_waits_and_the_second_opens_the_room(db: Database, cast: Cast):
    first = _scan(db, cast.numbers[cast.amira], at("12:29"))
    second = _scan(db, cast.numbers[cast.ben], at("12:31"))
    assert (first.code, second.code) == ("waiting_for_pair", "on_duty")
    assert first.room is not None
    assert second.room is not None
    assert (first.room.state, second.room.state) == ("opening", "open")
    assert [each.id for each in first.room.missing] == [cast.ben]
    assert second.room.missing == ()
    assert [each.id for each in second.partners] == [cast.amira]
    assert second.room.adult is not None
    assert second.room.adult.id == cast.adeyemi


def test_a_pair_that_comes_early_opens_the_room_at_its_start_and_not_before(db: Database, cast: Cast):
    for mentor in (cast.amira, cast.ben):
        _scan(db, cast.numbers[mentor], at("12:20"))
    assert _state(db, at("12:29:59")) == "opening"
    assert _state(db, at("12:30")) == "open"
    assert _state(db, at("13:15")) == "closed"


@pytest.mark.parametrize(("seconds", "code"), [(0, "already_on"), (59, "already_on"), (61, "menu"), (1800, "menu")])
def test_a_second_scan_soon_says_already_on_and_later_opens_the_menu(db: Database, cast: Cast, seconds: int, code: str):
    _scan(db, cast.numbers[cast.amira], at("12:31"))
    again = _scan(db, cast.numbers[cast.amira], at("12:31") + timedelta(seconds=seconds))
    assert again.code == code
    assert again.since == at("12:31")
    assert len(rows(db, "select id from duties")) == 1


def test_a_badge_scanned_on_two_screens_at_once_starts_one_duty(db: Database, cast: Cast, at_once: AtOnce):
    outcomes = at_once(6, lambda mine: _scan(mine, cast.numbers[cast.amira], NOON_FORTY))
    codes = sorted(outcome.code for outcome in outcomes)
    assert codes == ["already_on"] * 5 + ["waiting_for_pair"]
    assert len(rows(db, "select id from duties")) == 1
    assert len(rows(db, "select id from journal where what = 'duty.started'")) == 1


def test_a_pair_that_scans_at_the_same_moment_is_one_who_waits_and_one_who_opens(
    db: Database, cast: Cast, at_once: AtOnce
):
    numbers = iter([cast.numbers[cast.amira], cast.numbers[cast.ben]])
    outcomes = at_once(2, lambda mine: _scan(mine, next(numbers), NOON_FORTY))
    assert sorted(outcome.code for outcome in outcomes) == ["on_duty", "waiting_for_pair"]
    assert _state(db, NOON_FORTY) == "open"


def test_a_revoked_badge_is_not_valid_and_starts_nothing(db: Database, cast: Cast):
    badge_register.revoke(db, cast.amira, by="staff 1", now=at("12:00"))
    assert _scan(db, cast.numbers[cast.amira], NOON_FORTY).code == "not_valid"
    assert rows(db, "select id from duties") == []


def test_a_replaced_badge_is_not_valid_and_the_new_one_is(db: Database, cast: Cast):
    badge_register.replace(db, cast.amira, number=cast.numbers[cast.amira], by="staff 1", now=at("12:00"))
    new = badge_register.good_number(db, cast.amira)
    assert new is not None
    assert _scan(db, cast.numbers[cast.amira], NOON_FORTY).code == "not_valid"
    assert _scan(db, new, NOON_FORTY).code == "waiting_for_pair"


def test_a_number_that_was_never_issued_is_not_valid(db: Database, cast: Cast):
    unknown = next(n for n in range(10) if n not in cast.numbers.values())
    outcome = _scan(db, unknown, NOON_FORTY)
    assert (outcome.code, outcome.mentor) == ("not_valid", None)


def test_a_mentor_of_another_day_is_not_due(db: Database, cast: Cast):
    assert _scan(db, cast.numbers[cast.chidi], NOON_FORTY).code == "not_due"
    assert _scan(db, cast.numbers[cast.chidi], at("12:40", THURSDAY)).code == "waiting_for_pair"


@pytest.mark.parametrize("state", [MentorState.PAUSED, MentorState.LEFT])
def test_a_mentor_who_is_not_active_is_sent_to_the_lead(db: Database, cast: Cast, state: MentorState):
    _become(db, cast.amira, state)
    assert _scan(db, cast.numbers[cast.amira], NOON_FORTY).code == "see_lead"
    assert rows(db, "select id from duties") == []


def test_a_refused_badge_is_told_to_staff_in_ids(db: Database, cast: Cast):
    _scan(db, cast.numbers[cast.chidi], NOON_FORTY)
    last = rows(db, "select * from journal order by id desc")[0]
    assert (last["what"], last["actor"]) == ("duty.refused", "kiosk")
    assert '"code": "not_due"' in last["about"]


def test_a_mentor_is_scanned_into_the_room_they_are_due_in(db: Database, cast: Cast):
    music = NewSlot(1, "12:30", "13:15", "Music room", "")
    school_year.add_slot(db, music, adult_id=cast.okafor, by="staff 1", now=at("09:00"))
    [_, there] = school_year.on_day(db, TUESDAY)
    rota.set_due(db, there, [cast.chidi], by="staff 1", now=at("09:00"))
    outcome = _scan(db, cast.numbers[cast.chidi], NOON_FORTY)
    assert outcome.code == "waiting_for_pair"
    assert outcome.room is not None
    assert outcome.room.drop_in.room == "Music room"


# The room falls to paused by itself


def test_a_room_pauses_when_one_of_the_pair_ends_their_duty_and_opens_when_they_are_back(db: Database, cast: Cast):
    _both_on_duty(db, cast)
    duty.end(db, cast.ben, drop_in_id=cast.drop_in, now=at("12:45"))
    assert _state(db, at("12:45")) == "paused"
    _scan(db, cast.numbers[cast.ben], at("12:50"))
    assert _state(db, at("12:50")) == "open"


def test_a_room_pauses_when_a_badge_in_it_is_revoked(db: Database, cast: Cast):
    _both_on_duty(db, cast)
    badge_register.revoke(db, cast.ben, by="staff 1", now=at("12:45"))
    assert _state(db, at("12:45")) == "paused"


@pytest.mark.parametrize("state", [MentorState.PAUSED, MentorState.LEFT])
def test_a_room_pauses_when_a_mentor_in_it_is_no_longer_active(db: Database, cast: Cast, state: MentorState):
    _both_on_duty(db, cast)
    _become(db, cast.ben, state)
    assert _state(db, at("12:45")) == "paused"


def test_a_mentor_who_is_not_fit_completes_no_pair(db: Database, cast: Cast):
    _scan(db, cast.numbers[cast.amira], at("12:31"))
    _become(db, cast.amira, MentorState.PAUSED)
    assert _scan(db, cast.numbers[cast.ben], at("12:32")).code == "waiting_for_pair"
    assert _state(db, at("12:32")) != "open"


def test_a_badge_replaced_during_a_duty_keeps_the_room_open(db: Database, cast: Cast):
    _both_on_duty(db, cast)
    badge_register.replace(db, cast.ben, number=cast.numbers[cast.ben], by="staff 1", now=at("12:45"))
    assert _state(db, at("12:45")) == "open"


# The end of a duty


def test_ending_a_duty_twice_ends_it_once(db: Database, cast: Cast):
    _both_on_duty(db, cast)
    for now in (at("12:50"), at("12:55")):
        duty.end(db, cast.amira, drop_in_id=cast.drop_in, now=now)
    ended = rows(db, "select ended from duties where mentor_id = :id", id=cast.amira)
    assert [each["ended"] for each in ended] == ["2027-01-12T12:50:00+00:00"]
    assert len(rows(db, "select id from journal where what = 'duty.ended'")) == 1


def test_whoever_was_called_waits_again_in_the_same_place_when_the_mentor_leaves(db: Database, cast: Cast):
    _both_on_duty(db, cast)
    first, second = (
        help_requests.ask(db, drop_in_id=cast.drop_in, topic=Topic.COMPANY, wish=None, key=key) for key in ("a", "b")
    )
    pair = frozenset({cast.amira, cast.ben})
    help_requests.call_next(db, cast.amira, drop_in_id=cast.drop_in, on_duty=pair)
    duty.end(db, cast.amira, drop_in_id=cast.drop_in, now=at("12:50"))
    assert help_requests.waiting_words(db, drop_in_id=cast.drop_in) == [first.word, second.word]
    assert help_requests.called_by(db, cast.amira, drop_in_id=cast.drop_in) is None


def test_a_duty_that_was_forgotten_does_not_stand_in_the_way_of_the_next(db: Database, cast: Cast):
    [thursday] = school_year.on_day(db, THURSDAY)
    rota.set_due(db, thursday, [cast.amira, cast.chidi], by="staff 1", now=at("09:00"))
    _both_on_duty(db, cast)
    assert _state(db, at("12:40", date(2027, 1, 13))) == "closed"
    assert _state(db, at("12:40", THURSDAY)) == "opening"
    again = _scan(db, cast.numbers[cast.amira], at("12:40", THURSDAY))
    assert (again.code, again.since) == ("waiting_for_pair", at("12:40", THURSDAY))


def test_a_screen_shows_the_name_of_those_who_agreed(db: Database, cast: Cast):
    _both_on_duty(db, cast)
    room = duty.current(db, now=NOON_FORTY, early=EARLY)
    assert room is not None
    assert [mentor.public_name for mentor, _ in room.here] == ["Amira", "A mentor"]


def _both_on_duty(db: Database, cast: Cast) -> None:
    _scan(db, cast.numbers[cast.amira], at("12:31"))
    _scan(db, cast.numbers[cast.ben], at("12:32"))
    assert _state(db, at("12:32")) == "open"


def _become(db: Database, mentor_id: int, state: MentorState) -> None:
    with write(db):
        db.execute("update mentors set state = :state where id = :id", {"state": state, "id": mentor_id})


def test_a_duty_never_outlasts_its_drop_in(db: Database, cast: Cast):
    _both_on_duty(db, cast)
    duty.end(db, cast.amira, drop_in_id=cast.drop_in, now=at("13:40"))
    ended = rows(db, "select ended from duties where mentor_id = :amira", amira=cast.amira)
    assert [each["ended"] for each in ended] == ["2027-01-12T13:15:00+00:00"]


def test_a_clock_that_steps_back_starts_no_second_duty(db: Database, cast: Cast):
    _both_on_duty(db, cast)
    outcome = duty.scan(
        db,
        number=cast.numbers[cast.amira],
        now=at("12:20"),
        early=timedelta(minutes=15),
        menu_after=timedelta(seconds=60),
    )
    assert outcome.code == "already_on"


def _refused(db: Database) -> list[tuple[str, str]]:
    return [(each.mentor, each.code) for each in duty.refusals(db, since=at("00:00"))]


def test_staff_are_told_of_a_badge_that_was_not_taken_once_an_hour(db: Database, cast: Cast):
    for minute in ("12:31", "12:32", "12:33"):
        _scan(db, cast.numbers[cast.chidi], at(minute))
    assert _refused(db) == [("Chidi", "not_due")]
    badge_register.revoke(db, cast.chidi, by="staff 1", now=at("12:34"))
    _scan(db, cast.numbers[cast.chidi], at("12:35"))
    assert _refused(db) == [("Chidi", "not_valid"), ("Chidi", "not_due")]


def test_staff_are_told_of_a_badge_outside_the_drop_in_and_of_a_copy(db: Database, cast: Cast):
    _scan(db, cast.numbers[cast.amira], at("11:00"))
    duty.note_copy(db, number=cast.numbers[cast.amira], now=at("12:31"))
    assert _refused(db) == [("Amira", "copy"), ("Amira", "no_drop_in")]
    assert duty.refusals(db, since=at("13:00")) == []


def test_how_a_duty_felt_is_kept_with_the_newest_duty(db: Database, cast: Cast):
    _both_on_duty(db, cast)
    duty.end(db, cast.amira, drop_in_id=cast.drop_in, now=at("13:00"))
    duty.felt(db, cast.amira, drop_in_id=cast.drop_in, mood=2)
    [mine] = duty.past(db, cast.amira, most=5)
    assert (mine.mood, mine.assumed, mine.room) == (2, False, "Library 2")
    assert [each.mood for each in duty.past(db, cast.ben, most=5)] == [None]


def test_an_open_room_stays_open_without_a_mentor_only_where_a_fit_pair_is_left(db: Database, cast: Cast):
    _both_on_duty(db, cast)
    [lunch] = school_year.on_day(db, TUESDAY)
    pair, chidi = duty.room(db, lunch, now=at("12:45"), early=EARLY), mentors.mentor(db, cast.chidi)
    assert chidi is not None
    three = replace(pair, here=(*pair.here, (chidi, at("12:45"))), fit=pair.fit | {cast.chidi})
    rooms_left = (pair, three, replace(three, fit=three.fit - {cast.ben}), replace(three, state=RoomState.PAUSED))
    assert [duty.stays_open_without(each, cast.amira) for each in rooms_left] == [False, True, False, False]


@pytest.mark.parametrize(("hour", "told"), [("12:29", False), ("12:39", False), ("12:40", True), ("13:14", True)])
def test_the_lead_is_told_when_no_pair_has_formed_after_ten_minutes(db: Database, cast: Cast, hour: str, *, told: bool):
    [lunch] = school_year.on_day(db, TUESDAY)
    room = duty.room(db, lunch, now=at(hour), early=EARLY)
    assert duty.no_pair_yet(room, now=at(hour), after=timedelta(minutes=10)) is told


def test_a_pair_that_formed_and_parted_is_no_lack_of_a_pair(db: Database, cast: Cast):
    _both_on_duty(db, cast)
    duty.end(db, cast.ben, drop_in_id=cast.drop_in, now=at("12:45"))
    [lunch] = school_year.on_day(db, TUESDAY)
    room = duty.room(db, lunch, now=at("12:50"), early=EARLY)
    assert not duty.no_pair_yet(room, now=at("12:50"), after=timedelta(minutes=10))


class Model:
    """The scan rule once more, as small as it can be said: who is in, since when, and when a pair was together."""

    def __init__(self, due: set[int]) -> None:
        self.due, self.since = due, {}
        self.was_open = False

    def scan(self, who: int, minute: int) -> str:
        if not 15 <= minute < 75:
            return "no_drop_in"
        if who in self.since:
            return "already_on" if minute - self.since[who] < 1 else "menu"
        if who not in self.due:
            return "not_due"
        self.since[who] = minute
        return "on_duty" if len(self.since) == 2 else "waiting_for_pair"

    def end(self, who: int) -> None:
        self.since.pop(who, None)

    def state(self, minute: int) -> str:
        if not 15 <= minute < 75:
            return "closed"
        if minute < 30:
            return "opening"
        if len(self.since) == 2:
            return "open"
        return "paused" if self.was_open else "opening"


@property_test
@pytest.mark.parametrize("part", range(10))
def test_a_thousand_random_lunches_go_as_the_small_model_says(db: Database, cast: Cast, part: int):
    """A hundred sequences in each part, or a share; the minutes run from 12:00, and the drop-in from 12:30 to 13:15."""
    chance = random.Random(part)
    db.execute("pragma synchronous = off")
    for _ in range(share(100)):
        with write(db):
            db.execute("delete from duties")
        model, minute = Model({cast.amira, cast.ben}), chance.randint(0, 20)
        for _ in range(chance.randint(3, 14)):
            step = chance.choice((0, 1, 1, 2, 5, 15))
            if minute < 75 and len(model.since) == 2 and minute + step > 30 and step:
                model.was_open = True
            minute += step
            moment = at("12:00") + timedelta(minutes=minute)
            who = chance.choice((cast.amira, cast.ben, cast.chidi))
            if chance.random() < 0.25:
                duty.end(db, who, drop_in_id=cast.drop_in, now=moment)
                model.end(who)
            else:
                assert _scan(db, cast.numbers[who], moment).code == model.scan(who, minute)
            assert _state(db, moment) == model.state(minute)
