"""Cover and swaps: who cannot come, who could instead, and the lead's yes."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from mentoring.basics.forms import Fault
from mentoring.people import mentors
from mentoring.people.mentors import Consent, Mentor, MentorState
from mentoring.planning import availability, cover, rota
from mentoring.planning.availability import ApartWhy, Days, Means
from mentoring.planning.cover import Candidate, Code, Kind, State
from mentoring.planning.rota import Rule
from mentoring.school import school_year
from mentoring.school.school_year import DropIn
from mentoring.store.database import open_database, rows, write
from tests.conftest import THURSDAY, TUESDAY, Cast, at
from tests.mentoring.conftest import Another, AtOnce

LEAD = "staff 1"
NINE = at("09:00")


def _mentor(number: int, *, experienced: bool = False) -> Mentor:
    return Mentor(
        number, "M", str(number), f"M{number}", "10", experienced, "", consent=Consent.AGREED,
        state=MentorState.ACTIVE, has_badge=True,
    )  # fmt: skip


def _thursday(db: Database) -> DropIn:
    return school_year.on_day(db, THURSDAY)[0]


def _id(drop_in: DropIn) -> int:
    assert drop_in.id is not None
    return drop_in.id


def _due(db: Database, drop_in: DropIn) -> set[int]:
    return {each.id for each in rota.due(db, drop_in)}


def _ask(db: Database, cast: Cast) -> int:
    """Ben cannot come on Tuesday."""
    answer = cover.ask(db, cast.drop_in, cast.ben, Kind.EXAM, by=f"mentor {cast.ben}", now=NINE)
    assert answer.request is not None
    return answer.request.id


def _let_small_ones_pass(db: Database) -> None:
    rota.change_limits(db, rota.limits_form(rota.Limits(small_swaps_pass=True)), by=LEAD, now=NINE)


# Whose turn it is


def test_the_least_asked_come_first_then_the_longest_ago_then_by_number():
    candidates = [
        Candidate(_mentor(1), 2, at("09:00")),
        Candidate(_mentor(2), 1, at("11:00")),
        Candidate(_mentor(3), 1, at("10:00")),
        Candidate(_mentor(5)),
        Candidate(_mentor(4)),
    ]
    told = cover.in_turn(candidates, partners=[_mentor(9, experienced=True)])
    assert [each.id for each in told] == [4, 5, 3, 2, 1]


def test_an_experienced_mentor_is_sought_when_the_partner_is_not_as_long_as_there_is_one():
    two = [Candidate(_mentor(1)), Candidate(_mentor(2, experienced=True), 5, at("09:00"))]
    partner = _mentor(9)
    assert [each.id for each in cover.in_turn(two, partners=[partner])] == [2]
    assert [each.id for each in cover.in_turn(two[:1], partners=[partner])] == [1]


# Asking and offering


def test_whoever_cannot_come_is_asked_for_once_and_stays_due_until_somebody_covers(
    db: Database, cast: Cast, lunch: DropIn
):
    first = _ask(db, cast)
    again = cover.ask(db, cast.drop_in, cast.ben, Kind.ILL, by=LEAD, now=NINE)
    assert again.request is not None
    assert (again.code, again.request.id, again.request.kind) == (Code.ASKED, first, Kind.EXAM)
    assert _due(db, lunch) == {cast.amira, cast.ben}
    assert rows(db, "select 1 from journal where about like '%exam%'") == []
    assert [each.id for each in cover.of_mentor(db, cast.ben, now=NINE)] == [first]


@pytest.mark.parametrize(("who", "hour", "code"), [("chidi", "09:00", Code.NOT_DUE), ("ben", "12:30", Code.TOO_LATE)])
def test_only_who_is_due_can_ask_and_only_before_the_start(db: Database, cast: Cast, who: str, hour: str, code: Code):
    answer = cover.ask(db, cast.drop_in, getattr(cast, who), Kind.OTHER, by=LEAD, now=at(hour))
    assert (answer.code, answer.request) == (code, None)


def test_those_are_offered_who_are_fit_free_under_their_cap_and_not_apart(db: Database, cast: Cast, another: Another):
    dilan, esi, farah, gus, hana, isla = (another(name) for name in ("Dilan", "Esi", "Farah", "Gus", "Hana", "Isla"))
    availability.add(db, esi, Means.NOT_FREE, Days(day=1), by=LEAD, now=NINE)
    availability.set_cap(db, farah, 0, by=LEAD, now=NINE)
    availability.keep_apart(db, gus, cast.amira, ApartWhy.CONFLICT, by=LEAD, now=NINE)
    with write(db):
        db.execute("update badges set ended = '2026-12-01', ended_how = 'revoked' where mentor_id = :id", {"id": hana})
    music = school_year.NewSlot(1, "12:45", "13:30", "Music room", "")
    school_year.add_slot(db, music, adult_id=cast.okafor, by=LEAD, now=NINE)
    rota.set_due(db, school_year.on_day(db, TUESDAY)[1], [isla], by=LEAD, now=NINE)
    request = cover.by_id(db, _ask(db, cast))
    assert request is not None
    assert [each.id for each in cover.offers(db, request)] == [cast.chidi, dilan]
    assert [each.id for each in cover.open_to(db, dilan, now=NINE)] == [request.id]
    assert cover.open_to(db, gus, now=NINE) == []


def test_whoever_was_asked_is_asked_later_next_time(db: Database, cast: Cast, another: Another):
    dilan = another("Dilan")
    request = cover.by_id(db, _ask(db, cast))
    assert request is not None
    for _ in range(2):
        cover.note_asked(db, request.id, [cast.chidi], by=LEAD, now=NINE)
    assert [each.id for each in cover.offers(db, request)] == [dilan, cast.chidi]
    assert len(rows(db, "select 1 from journal where what = 'cover.offered'")) == 1


# Covering


def test_a_cover_waits_for_the_lead_and_then_changes_the_rota(db: Database, cast: Cast, lunch: DropIn):
    request = _ask(db, cast)
    assert cover.take(db, request, cast.chidi, by="mentor 3", now=NINE).code == Code.TAKEN
    assert _due(db, lunch) == {cast.amira, cast.ben}
    for _ in range(2):
        assert cover.approve(db, request, by=LEAD, now=NINE).code == Code.PASSED
    assert rota.placed(db, cast.drop_in)[cast.chidi] is True  # a plan does not undo what two agreed on
    assert _due(db, lunch) == {cast.amira, cast.chidi}
    assert school_year.by_id(db, cast.drop_in).version == lunch.version + 1
    assert cover.live(db, now=NINE) == []
    assert cover.take(db, request, cast.chidi, by="mentor 3", now=NINE).code == Code.PASSED


def test_a_small_cover_passes_at_once_where_the_school_says_so(db: Database, cast: Cast, lunch: DropIn):
    _let_small_ones_pass(db)
    request = _ask(db, cast)
    assert cover.take(db, request, cast.chidi, by="mentor 3", now=NINE).code == Code.PASSED
    assert _due(db, lunch) == {cast.amira, cast.chidi}


def test_a_cover_that_breaks_a_rule_always_waits_for_the_lead_and_a_reason(db: Database, cast: Cast, lunch: DropIn):
    _let_small_ones_pass(db)
    answer = cover.ask(db, cast.drop_in, cast.amira, Kind.ILL, by="mentor 1", now=NINE)
    assert answer.request is not None
    request = answer.request.id
    taken = cover.take(db, request, cast.chidi, by="mentor 3", now=NINE)
    assert taken.code == Code.TAKEN
    assert [each.rule for each in taken.broken] == [Rule.NO_EXPERIENCE]
    assert cover.approve(db, request, by=LEAD, now=NINE).code == Code.WARNED
    assert cover.approve(db, request, despite="Only one free", by=LEAD, now=NINE).code == Code.PASSED
    assert rota.reasons(db, cast.drop_in) == ["Only one free"]
    assert _due(db, lunch) == {cast.ben, cast.chidi}


def test_nobody_takes_a_place_in_two_rooms_at_once_or_without_a_badge(db: Database, cast: Cast, another: Another):
    dilan = another("Dilan")
    music = school_year.NewSlot(1, "12:45", "13:30", "Music room", "")
    school_year.add_slot(db, music, adult_id=cast.okafor, by=LEAD, now=NINE)
    rota.set_due(db, school_year.on_day(db, TUESDAY)[1], [dilan], by=LEAD, now=NINE)
    request = _ask(db, cast)
    answer = cover.take(db, request, dilan, by="mentor 4", now=NINE)
    assert answer.code is Code.FORBIDDEN
    assert answer.fault == Fault("mentor", rota.Wrong.SAME_TIME, {"name": "Dilan", "room": "Music room"})
    with write(db):
        db.execute("update mentors set state = 'paused' where id = :id", {"id": cast.chidi})
    assert cover.take(db, request, cast.chidi, by="mentor 3", now=NINE).code == Code.NOT_FIT
    stored = cover.by_id(db, request)
    assert stored is not None
    assert stored.state == State.OPEN


def test_either_takes_it_back_until_it_is_approved(db: Database, cast: Cast, lunch: DropIn):
    request = _ask(db, cast)
    cover.take(db, request, cast.chidi, by="mentor 3", now=NINE)
    assert cover.undo(db, request, cast.amira, by="mentor 1", now=NINE).code == Code.GONE
    assert cover.undo(db, request, cast.chidi, by="mentor 3", now=NINE).code == Code.OPEN_AGAIN
    cover.take(db, request, cast.chidi, by="mentor 3", now=NINE)
    assert cover.refuse(db, request, by=LEAD, now=NINE).code == Code.OPEN_AGAIN
    cover.take(db, request, cast.chidi, by="mentor 3", now=NINE)
    assert cover.undo(db, request, cast.ben, by="mentor 2", now=NINE).code == Code.WITHDRAWN
    assert cover.approve(db, request, by=LEAD, now=NINE).code == Code.GONE
    assert _due(db, lunch) == {cast.amira, cast.ben}
    again = _ask(db, cast)
    assert again != request
    cover.take(db, again, cast.chidi, by="mentor 3", now=NINE)
    cover.approve(db, again, by=LEAD, now=NINE)
    assert cover.undo(db, again, cast.ben, by="mentor 2", now=NINE).code == Code.GONE


def test_a_cover_whose_pair_was_changed_by_hand_meanwhile_changes_nothing(db: Database, cast: Cast, lunch: DropIn):
    request = _ask(db, cast)
    cover.take(db, request, cast.chidi, by="mentor 3", now=NINE)
    rota.set_due(db, lunch, [cast.amira], by=LEAD, now=NINE)
    assert cover.approve(db, request, by=LEAD, now=NINE).code == Code.NOT_DUE
    assert _due(db, lunch) == {cast.amira}
    assert cover.live(db, now=NINE) == []


@pytest.mark.parametrize("passes", [False, True])
def test_of_two_who_take_one_place_at_once_one_has_it(
    db: Database, cast: Cast, another: Another, at_once: AtOnce, *, passes: bool
):
    if passes:
        _let_small_ones_pass(db)
    request, takers = _ask(db, cast), [cast.chidi, another("Dilan"), another("Esi")]

    def take(mine: Database) -> Code:
        taker = takers.pop()
        return cover.take(mine, request, taker, by=f"mentor {taker}", now=NINE).code

    answers = sorted(at_once(3, take))
    assert answers == sorted([Code.GONE, Code.GONE, Code.PASSED if passes else Code.TAKEN])


# Swaps


def _swap(db: Database, cast: Cast, *, mentor: int | None = None) -> cover.Answer:
    """Ben (or another of Tuesday's pair) gives Tuesday, Chidi gives Thursday."""
    return cover.swap(
        db,
        mentor_id=mentor or cast.ben,
        gives=cast.drop_in,
        other_id=cast.chidi,
        other_gives=_id(_thursday(db)),
        by=f"mentor {mentor or cast.ben}",
        now=NINE,
    )


def test_a_swap_is_two_covers_at_once_after_the_leads_yes(db: Database, cast: Cast, lunch: DropIn):
    answer = _swap(db, cast)
    assert answer.request is not None
    assert (answer.code, answer.request.is_swap) == (Code.TAKEN, True)
    assert _swap(db, cast) == answer  # sent twice is once
    assert cover.approve(db, answer.request.id, by=LEAD, now=NINE).code == Code.PASSED
    assert _due(db, lunch) == {cast.amira, cast.chidi}
    assert _due(db, _thursday(db)) == {cast.ben}
    assert _swap(db, cast).code == Code.PASSED
    assert len(rows(db, "select 1 from cover_requests")) == 1


def test_a_swap_fills_the_places_both_had_asked_for(db: Database, cast: Cast, lunch: DropIn):
    mine = _ask(db, cast)
    cover.ask(db, _id(_thursday(db)), cast.chidi, Kind.TRIP, by="mentor 3", now=NINE)
    answer = _swap(db, cast)
    assert answer.request is not None
    assert (answer.request.id, answer.request.kind) == (mine, Kind.EXAM)
    assert [each.id for each in cover.live(db, now=NINE)] == [mine]


@pytest.mark.parametrize("who", ["ben", "chidi"])
def test_either_of_two_ends_a_swap_until_it_is_approved(db: Database, cast: Cast, lunch: DropIn, who: str):
    answer = _swap(db, cast)
    assert answer.request is not None
    assert cover.undo(db, answer.request.id, getattr(cast, who), by="mentor", now=NINE).code == Code.WITHDRAWN
    assert _swap(db, cast).code == Code.TAKEN


def test_a_swap_that_nothing_helps_leaves_no_trace(db: Database, cast: Cast):
    music = school_year.NewSlot(3, "12:45", "13:30", "Music room", "")
    school_year.add_slot(db, music, adult_id=cast.okafor, by=LEAD, now=NINE)
    rota.set_due(db, school_year.on_day(db, THURSDAY)[1], [cast.ben], by=LEAD, now=NINE)
    assert _swap(db, cast).code == Code.FORBIDDEN
    assert rows(db, "select 1 from cover_requests") == []
    assert _swap(db, cast, mentor=cast.okafor + 40).code == Code.NOT_DUE


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(passes=st.booleans(), first=st.sampled_from(["swap", "take"]), swapped=st.permutations(["amira", "ben"]))
def test_two_swaps_raced_from_two_doors_give_one_result(
    data: Path, cast: Cast, tmp_path_factory: pytest.TempPathFactory, *, passes: bool, first: str, swapped: list[str]
):
    """Two of Tuesday's pair want the one Thursday that Chidi has; or one swaps while Chidi covers for the other."""
    path = tmp_path_factory.mktemp("race") / "programme.db"
    path.write_bytes((data / "programme.db").read_bytes())
    one, other = (getattr(cast, name) for name in swapped)
    with closing(open_database(path)) as db:
        if passes:
            _let_small_ones_pass(db)
        asked = cover.ask(db, cast.drop_in, other, Kind.OTHER, by="mentor", now=NINE)
    answers: list[cover.Answer] = []

    def door(does: str, mentor: int) -> None:
        with closing(open_database(path)) as mine:
            if does == "swap":
                answers.append(_swap(mine, cast, mentor=mentor))
            elif asked.request is not None:
                answers.append(cover.take(mine, asked.request.id, cast.chidi, by="mentor 3", now=NINE))

    doors = [Thread(target=door, args=("swap", one)), Thread(target=door, args=(first, other))]
    for each in doors:
        each.start()
    for each in doors:
        each.join()
    with closing(open_database(path)) as db:
        for each in cover.live(db, now=NINE):
            cover.approve(db, each.id, despite="as they wish", by=LEAD, now=NINE)
        tuesday, thursday = _due(db, school_year.by_id(db, cast.drop_in)), _due(db, _thursday(db))
        moved = {cast.amira, cast.ben} - tuesday
        assert len(tuesday) == 2
        assert cast.chidi in tuesday
        assert len(moved) == 1
        assert thursday in (moved, {cast.chidi})
        assert sum(answer.code in (Code.TAKEN, Code.PASSED) for answer in answers) == 1 or first == "take"


def test_an_ended_cover_is_no_longer_live(db: Database, cast: Cast):
    _ask(db, cast)
    assert len(cover.live(db, now=at("13:14"))) == 1
    assert cover.live(db, now=at("13:15")) == []
    assert mentors.mentor(db, cast.ben) is not None
    assert cover.live(db, now=NINE + timedelta(days=1)) == []
