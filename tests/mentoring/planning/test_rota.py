"""The rota: who is due on which drop-in."""

from datetime import date, timedelta

import pytest
from sqlite_utils import Database

from mentoring.basics.forms import Fault
from mentoring.people import mentors
from mentoring.people.mentors import Consent, Mentor, MentorState, NewMentor
from mentoring.planning import availability, cover, rota
from mentoring.planning.availability import ApartWhy, Days, Means, Why
from mentoring.planning.rota import TOO_LATE, Conflict, PlannedCell, Rule, Stale, Warned, Wrong
from mentoring.school import school_year
from mentoring.school.school_year import DropIn
from mentoring.store import journal
from mentoring.store.database import rows, write
from tests.conftest import THURSDAY, TUESDAY, Cast, at
from tests.mentoring.conftest import AtOnce


def _mentor(number: int, state: MentorState = MentorState.ACTIVE) -> Mentor:
    return Mentor(
        id=number,
        given_name="Mentor",
        family_name=str(number),
        display_name=f"Mentor {number}",
        year_group="10",
        experienced=False,
        email="",
        consent=Consent.AGREED,
        state=state,
        has_badge=True,
    )


AMIRA, BEN, CHIDI = _mentor(1), _mentor(2), _mentor(3)


@pytest.mark.parametrize(
    ("chosen", "wrong"),
    [
        ([], None),
        ([AMIRA], None),
        ([AMIRA, BEN], None),
        ([AMIRA, None], Fault("mentor", Wrong.NOT_ON_LIST)),
        ([None], Fault("mentor", Wrong.NOT_ON_LIST)),
        ([AMIRA, BEN, CHIDI], Fault("mentor", Wrong.TOO_MANY, {"places": 2})),
        ([AMIRA, AMIRA], Fault("mentor", Wrong.TWICE)),
        ([AMIRA, _mentor(2, MentorState.PAUSED)], Fault("mentor", Wrong.NOT_ACTIVE, {"name": "Mentor 2"})),
        ([_mentor(1, MentorState.LEFT)], Fault("mentor", Wrong.NOT_ACTIVE, {"name": "Mentor 1"})),
    ],
)
def test_a_pair_is_at_most_two_different_active_mentors(chosen: list[Mentor | None], wrong: Fault | None):
    assert rota.pair_fault(chosen) == wrong


def test_a_pair_takes_the_place_of_whoever_was_due(db: Database, cast: Cast, lunch: DropIn):
    assert rota.set_due(db, lunch, [cast.chidi, cast.ben], by="staff 1", now=at("09:00")) is None
    assert {mentor.id for mentor in rota.due(db, lunch)} == {cast.chidi, cast.ben}
    assert rota.set_due(db, lunch, [], by="staff 1", now=at("09:00")) is None
    assert rota.due(db, lunch) == []


@pytest.mark.parametrize("who", [["amira", "amira"], ["amira", "nobody"], ["amira", "ben", "chidi"]])
def test_a_pair_that_is_refused_leaves_the_rota_as_it_was(db: Database, cast: Cast, lunch: DropIn, who: list[str]):
    trail = len(rows(db, "select id from journal"))
    chosen = [getattr(cast, name, 4242) for name in who]
    assert rota.set_due(db, lunch, chosen, by="staff 1", now=at("09:00")) is not None
    assert [mentor.id for mentor in rota.due(db, lunch)] == [cast.amira, cast.ben]
    assert len(rows(db, "select id from journal")) == trail


def test_one_drop_ins_rota_says_nothing_of_the_next(db: Database):
    [next_week] = school_year.on_day(db, TUESDAY + timedelta(weeks=1))
    assert rota.due(db, next_week) == []
    assert next_week.id is None


def test_a_stale_page_sets_the_rota_of_the_same_drop_in(db: Database, cast: Cast):
    [stale] = school_year.on_day(db, TUESDAY + timedelta(weeks=1))
    for pair in ([cast.amira], [cast.ben]):
        rota.set_due(db, stale, pair, by="staff 1", now=at("09:00"))
    [next_week] = school_year.on_day(db, TUESDAY + timedelta(weeks=1))
    assert [mentor.id for mentor in rota.due(db, next_week)] == [cast.ben]


def test_a_mentors_next_duties_come_soonest_first_and_leave_out_the_one_that_runs(db: Database, cast: Cast):
    [thursday] = school_year.on_day(db, THURSDAY)
    rota.set_due(db, thursday, [cast.amira], by="staff 1", now=at("09:00"))
    dates = [each.date for each in rota.next_duties(db, cast.amira, now=at("09:00"))]
    assert dates == [TUESDAY, THURSDAY]
    assert [each.date for each in rota.next_duties(db, cast.amira, now=at("12:30"))] == [THURSDAY]
    assert len(rota.next_duties(db, cast.amira, now=at("09:00"), most=1)) == 1


def test_a_mentor_who_left_stays_on_the_rota_until_somebody_changes_it(db: Database, cast: Cast, lunch: DropIn):
    with write(db):
        db.execute("update mentors set state = 'left' where id = :id", {"id": cast.ben})
    assert [mentor.state for mentor in rota.due(db, lunch)] == ["active", "left"]
    assert mentors.mentor(db, cast.ben) is not None


def test_nobody_is_due_in_two_rooms_at_once(db: Database, cast: Cast):
    music = school_year.NewSlot(1, "12:45", "13:30", "Music room", "")
    school_year.add_slot(db, music, adult_id=cast.okafor, by="staff 1", now=at("09:00"))
    [_, there] = school_year.on_day(db, TUESDAY)
    fault = rota.set_due(db, there, [cast.amira], by="staff 1", now=at("09:00"))
    assert fault == Fault("mentor", Wrong.SAME_TIME, {"name": "Amira", "room": "Library 2"})
    assert rota.set_due(db, there, [cast.chidi], by="staff 1", now=at("09:00")) is None


# Edits by hand


BY, OTHER = "staff 1", "staff 2"
NEXT_TUESDAY = TUESDAY + timedelta(weeks=1)


def _drop_in(db: Database, day: date = TUESDAY) -> DropIn:
    return school_year.on_day(db, day)[0]


def _due(db: Database, day: date = TUESDAY) -> dict[int, bool]:
    [cell] = rota.glance(db, day, day)
    return {each.mentor.id: each.pinned for each in cell.due}


def _add(db: Database, name: str, *, experienced: bool = True) -> int:
    added = mentors.add(db, NewMentor(name, "Example", "10", name, experienced=experienced), by=BY, now=at("09:00"))
    assert isinstance(added, int)
    return added


def _no_pins(db: Database) -> None:
    with write(db):
        db.execute("update due set pinned = 0")


def test_who_is_set_by_hand_is_pinned_and_who_was_there_stays_as_they_were(db: Database, cast: Cast, lunch: DropIn):
    _no_pins(db)
    assert rota.set_due(db, lunch, [cast.amira, cast.chidi], seen=lunch.version, by=BY, now=at("09:00")) is None
    assert _due(db) == {cast.amira: False, cast.chidi: True}
    assert rota.pin(db, lunch, cast.amira, pinned=True, by=BY, now=at("09:00")) is None
    assert _due(db) == {cast.amira: True, cast.chidi: True}
    assert rota.pin(db, lunch, cast.ben, pinned=True, by=BY, now=at("09:00")) is not None


def test_the_second_of_two_leads_is_told_who_was_first_and_nothing_is_lost(db: Database, cast: Cast, lunch: DropIn):
    assert rota.set_due(db, lunch, [cast.amira], seen=lunch.version, by=OTHER, now=at("10:05")) is None
    answer = rota.set_due(db, lunch, [cast.amira, cast.chidi], seen=lunch.version, by=BY, now=at("10:06"))
    assert isinstance(answer, Conflict)
    assert (answer.by, answer.changed, answer.drop_in.version) == ("Mr Adeyemi", at("10:05"), lunch.version + 1)
    assert (answer.code, answer.values) == (Wrong.CHANGED, {"by": "Mr Adeyemi", "hour": "10:05"})
    assert set(_due(db)) == {cast.amira}


@pytest.mark.parametrize(
    ("by", "name"),
    [
        ("staff 1", "Ms Okafor"),
        ("mentor 2", "Ben O."),
        (journal.COMMAND_LINE, journal.COMMAND_LINE),
        ("staff 77", ""),
        ("", ""),
    ],
)
def test_whoever_was_first_is_named_so_that_one_can_ask_them(
    db: Database, cast: Cast, lunch: DropIn, by: str, name: str
):
    rota.set_due(db, lunch, [cast.amira], by=by, now=at("10:05"))
    answer = rota.set_due(db, lunch, [], seen=lunch.version, by=BY, now=at("10:06"))
    assert isinstance(answer, Conflict)
    assert (answer.by, answer.values) == (name, {"by": name, "hour": "10:05"})


def test_of_two_leads_at_once_one_edits_and_one_is_told(db: Database, cast: Cast, lunch: DropIn, at_once: AtOnce):
    def edit(mine: Database) -> object:
        return rota.set_due(mine, lunch, [cast.amira, cast.chidi], seen=lunch.version, by=BY, now=at("10:00"))

    answers = at_once(3, edit)
    assert [answer is None for answer in answers].count(True) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 2
    assert _drop_in(db).version == lunch.version + 1


def _say_not_free(db: Database, mentor_id: int, day: int) -> None:
    availability.add(db, mentor_id, Means.NOT_FREE, Days(day=day), why=Why.EXAM, by=BY, now=at("09:00"))


def test_an_edit_that_breaks_rules_names_each_and_is_done_with_a_reason(db: Database, cast: Cast, lunch: DropIn):
    _say_not_free(db, cast.chidi, 1)
    availability.set_cap(db, cast.chidi, 1, by=BY, now=at("09:00"))
    availability.keep_apart(db, cast.ben, cast.chidi, ApartWhy.KIN, by=BY, now=at("09:00"))
    pair = [cast.ben, cast.chidi]
    warned = rota.set_due(db, lunch, pair, seen=lunch.version, by=BY, now=at("09:00"))
    assert isinstance(warned, Warned)
    assert {each.rule for each in warned.broken} == set(Rule)
    [not_free] = [each for each in warned.broken if each.rule is Rule.NOT_FREE]
    assert not_free.entry is not None
    assert ([each.id for each in not_free.mentors], not_free.entry.days.day, not_free.entry.why) == (
        [cast.chidi],
        1,
        Why.EXAM,
    )
    assert set(_due(db)) == {cast.amira, cast.ben}
    despite = "All others are on a trip"
    assert rota.set_due(db, lunch, pair, seen=lunch.version, despite=despite, by=BY, now=at("09:00")) is None
    assert rota.reasons(db, cast.drop_in) == [despite]
    assert rows(db, "select 1 from journal where about like '%trip%'") == []
    assert len(rows(db, "select 1 from journal where what = 'rota.override'")) == 1
    [cell] = rota.glance(db, TUESDAY, TUESDAY)
    assert {each.rule for each in cell.broken} == set(Rule)


def test_an_edit_is_not_stopped_by_what_was_broken_before(db: Database, cast: Cast, lunch: DropIn):
    _say_not_free(db, cast.ben, 1)
    assert rota.set_due(db, lunch, [cast.ben], seen=lunch.version, despite="x", by=BY, now=at("09:00")) is None
    stored = _drop_in(db)
    assert rota.set_due(db, stored, [cast.ben, cast.amira], seen=stored.version, by=BY, now=at("09:00")) is None


@pytest.mark.parametrize("despite", ["", "I insist"])
def test_no_reason_helps_against_two_rooms_at_one_time(db: Database, cast: Cast, despite: str):
    music = school_year.NewSlot(1, "12:45", "13:30", "Music room", "")
    school_year.add_slot(db, music, adult_id=cast.okafor, by=BY, now=at("09:00"))
    [_, there] = school_year.on_day(db, TUESDAY)
    fault = rota.set_due(db, there, [cast.amira], seen=0, despite=despite, by=BY, now=at("09:00"))
    assert fault == Fault("mentor", Wrong.SAME_TIME, {"name": "Amira", "room": "Library 2"})


def test_nobody_is_put_on_a_closed_drop_in(db: Database, cast: Cast, lunch: DropIn):
    school_year.close_drop_in(db, lunch, "Fire drill", by=BY, now=at("09:00"))
    fault = rota.set_due(db, lunch, [cast.chidi], by=BY, now=at("09:00"))
    assert fault == Fault("drop_in", Wrong.CLOSED, {"reason": "Fire drill"})


# Taking back


def test_a_person_takes_back_their_own_changes_one_by_one(db: Database, cast: Cast):
    for pair in ([cast.amira, cast.chidi], [cast.amira]):
        rota.set_due(db, _drop_in(db), pair, by=BY, now=at("09:00"))
    for before in ({cast.amira, cast.chidi}, {cast.amira, cast.ben}):
        change = rota.last_change(db, by=BY)
        assert change is not None
        for _ in range(2):  # a second tap takes back nothing more
            assert rota.undo(db, change.id, by=BY, now=at("09:01")) is None
        assert set(_due(db)) == before


def test_a_change_cannot_be_taken_back_once_somebody_else_changed_it(db: Database, cast: Cast):
    rota.set_due(db, _drop_in(db), [cast.amira], by=BY, now=at("09:00"))
    change = rota.last_change(db, by=BY)
    assert change is not None
    assert rota.last_change(db, by="staff 77") is None
    rota.set_due(db, _drop_in(db), [cast.chidi], by=OTHER, now=at("09:01"))
    assert rota.last_change(db, by=BY) is None
    assert rota.undo(db, change.id, by=BY, now=at("09:02")) == TOO_LATE
    assert set(_due(db)) == {cast.chidi}
    theirs = rota.last_change(db, by=OTHER)
    assert theirs is not None
    assert rota.undo(db, theirs.id, by=OTHER, now=at("09:03")) is None
    assert rota.last_change(db, by=BY) is not None  # it is as they left it again


def test_what_is_over_is_not_taken_back(db: Database, cast: Cast):
    rota.set_due(db, _drop_in(db), [cast.amira], by=BY, now=at("12:00"))
    change = rota.last_change(db, by=BY)
    assert change is not None
    assert rota.undo(db, change.id, by=BY, now=at("13:15")) == TOO_LATE


# Moves and plans


def test_two_mentors_change_places_in_one_action_and_are_taken_back_as_one(db: Database, cast: Cast):
    here, there = _drop_in(db), _drop_in(db, THURSDAY)
    seen = (here.version, there.version)
    stop = rota.move(
        db, cast.ben, here=here, there=there, instead_of=cast.chidi, seen=(seen[0], 9), by=BY, now=at("09:00")
    )
    assert isinstance(stop, Conflict)
    warned = rota.move(db, cast.amira, here=here, there=there, instead_of=cast.chidi, seen=seen, by=BY, now=at("09:00"))
    assert isinstance(warned, Warned)  # Ben and Chidi, nobody experienced
    done = rota.move(db, cast.ben, here=here, there=there, instead_of=cast.chidi, seen=seen, by=BY, now=at("09:00"))
    assert done is None
    assert (set(_due(db)), set(_due(db, THURSDAY))) == ({cast.amira, cast.chidi}, {cast.ben})
    change = rota.last_change(db, by=BY)
    assert change is not None
    assert rota.undo(db, change.id, by=BY, now=at("09:01")) is None
    assert (set(_due(db)), set(_due(db, THURSDAY))) == ({cast.amira, cast.ben}, {cast.chidi})


def test_a_move_within_a_week_does_not_count_the_duty_that_is_left(db: Database, cast: Cast):
    availability.set_cap(db, cast.amira, 1, by=BY, now=at("09:00"))
    here, there = _drop_in(db), _drop_in(db, THURSDAY)
    seen = (here.version, there.version)
    answer = rota.move(db, cast.amira, here=here, there=there, seen=seen, despite="", by=BY, now=at("09:00"))
    assert isinstance(answer, Warned)
    assert {each.rule for each in answer.broken} == {Rule.NO_EXPERIENCE}


def test_two_mentors_change_rooms_at_one_time(db: Database, cast: Cast):
    music = school_year.NewSlot(1, "12:45", "13:30", "Music room", "")
    school_year.add_slot(db, music, adult_id=cast.okafor, by=BY, now=at("09:00"))
    library, there = school_year.on_day(db, TUESDAY)
    rota.set_due(db, there, [cast.chidi], by=BY, now=at("09:00"))
    seen = (library.version, 1)
    fault = rota.move(db, cast.ben, here=library, there=there, instead_of=cast.chidi, seen=seen, by=BY, now=at("09:00"))
    assert fault is None
    found = [{each.id for each in rota.due(db, each)} for each in school_year.on_day(db, TUESDAY)]
    assert found == [{cast.amira, cast.chidi}, {cast.ben}]


def test_two_duties_a_change_gives_in_one_week_both_count(db: Database, cast: Cast):
    availability.set_cap(db, cast.chidi, 1, by=BY, now=at("09:00"))
    thursday = _drop_in(db, THURSDAY).id
    assert thursday is not None
    wanted = {cast.drop_in: {cast.amira: True, cast.chidi: True}, thursday: {cast.amira: True, cast.chidi: True}}
    told = rota.check(db, wanted)
    assert not isinstance(told, Fault)
    assert [each.rule for each in told] == [Rule.OVER_CAP, Rule.OVER_CAP]


def _plan(db: Database, wanted: dict[date, tuple[int, ...]]) -> list[PlannedCell]:
    found = {day: _drop_in(db, day) for day in wanted}
    return [PlannedCell(found[day].slot_id, day, who, found[day].version) for day, who in wanted.items()]


def test_a_plan_is_applied_whole_and_taken_back_as_one(db: Database, cast: Cast):
    plan = _plan(db, {NEXT_TUESDAY: (cast.amira, cast.chidi), NEXT_TUESDAY + timedelta(days=2): (cast.ben,)})
    assert rota.apply_plan(db, plan, by=BY, now=at("09:00")) is None
    assert _due(db, NEXT_TUESDAY) == {cast.amira: False, cast.chidi: False}
    change = rota.last_change(db, by=BY)
    assert change is not None
    assert len(change.drop_in_ids) == 2
    assert rota.undo(db, change.id, by=BY, now=at("09:00")) is None
    assert _due(db, NEXT_TUESDAY) == {}


def test_a_plan_that_began_before_a_change_says_which_and_applies_nothing(db: Database, cast: Cast):
    plan = _plan(db, {NEXT_TUESDAY: (cast.amira,), NEXT_TUESDAY + timedelta(days=2): (cast.ben,)})
    rota.set_due(db, _drop_in(db, NEXT_TUESDAY), [cast.chidi], by=OTHER, now=at("09:00"))
    answer = rota.apply_plan(db, plan, by=BY, now=at("09:00"))
    assert isinstance(answer, Stale)
    assert [each.date for each in answer.cells] == [NEXT_TUESDAY]
    assert _due(db, NEXT_TUESDAY + timedelta(days=2)) == {}


def test_a_plan_leaves_what_has_begun_and_whoever_is_pinned(db: Database, cast: Cast):
    rota.set_due(db, _drop_in(db, NEXT_TUESDAY), [cast.chidi], by=BY, now=at("09:00"))
    plan = _plan(db, {TUESDAY: (cast.chidi,), NEXT_TUESDAY: (cast.amira,)})
    assert rota.apply_plan(db, plan, by=BY, now=at("12:30")) is None
    assert set(_due(db)) == {cast.amira, cast.ben}
    assert _due(db, NEXT_TUESDAY) == {cast.amira: False, cast.chidi: True}


def test_a_plan_that_nothing_helps_is_refused_whole_and_names_the_day(db: Database, cast: Cast):
    dilan = _add(db, "Dilan")
    plan = _plan(db, {NEXT_TUESDAY: (cast.amira, cast.ben, dilan), NEXT_TUESDAY + timedelta(days=2): (cast.ben,)})
    fault = rota.apply_plan(db, plan, by=BY, now=at("09:00"))
    assert fault == Fault("mentor", Wrong.TOO_MANY, {"places": 2, "on": NEXT_TUESDAY})
    assert _due(db, NEXT_TUESDAY + timedelta(days=2)) == {}


# A term at a glance, and what the planner is told


def test_a_term_at_a_glance_shows_gaps_warnings_and_who_cannot_come(db: Database, cast: Cast):
    school_year.close_drop_in(db, _drop_in(db, NEXT_TUESDAY), "Trip", by=BY, now=at("09:00"))
    cover.ask(db, cast.drop_in, cast.ben, cover.Kind.ILL, by="mentor 2", now=at("09:00"))
    tuesday, thursday, closed, *_ = rota.glance(db, TUESDAY, NEXT_TUESDAY + timedelta(days=2))
    assert (tuesday.gaps, thursday.gaps, closed.gaps) == (1, 1, 0)
    assert [each.mentor.id for each in tuesday.due if each.away] == [cast.ben]
    assert {each.rule for each in thursday.broken} == {Rule.NO_EXPERIENCE}
    assert (closed.drop_in.closed, closed.due) == ("Trip", ())


def test_a_mentor_with_too_many_duties_in_a_week_is_warned_of_on_each_of_them(db: Database, cast: Cast):
    availability.set_cap(db, cast.amira, 1, by=BY, now=at("09:00"))
    rota.set_due(db, _drop_in(db, THURSDAY), [cast.amira], by=BY, now=at("09:00"))
    rota.set_due(db, _drop_in(db, NEXT_TUESDAY), [cast.amira], by=BY, now=at("09:00"))
    cells = rota.glance(db, TUESDAY, NEXT_TUESDAY)
    assert [[each.rule for each in cell.broken] for cell in cells] == [[Rule.OVER_CAP], [Rule.OVER_CAP], []]


def test_the_planner_is_told_what_is_ahead_what_is_pinned_and_what_went_before(db: Database, cast: Cast):
    _say_not_free(db, cast.chidi, 1)
    availability.keep_apart(db, cast.ben, cast.chidi, ApartWhy.KIN, by=BY, now=at("09:00"))
    spring = school_year.HalfTerm(0, "Spring 1", date(2027, 1, 4), date(2027, 2, 12))
    school_year.add_half_term(db, spring, by=BY, now=at("09:00"))
    told = rota.to_plan(db, TUESDAY, NEXT_TUESDAY, now=at("12:30"))
    chidi = next(each for each in told.mentors if each.id == cast.chidi)
    assert (chidi.cap, chidi.unavailable, chidi.apart, chidi.prefers) == (2, ("Tue",), {cast.ben}, ())
    assert [(each.drop_in.date, each.block, each.pinned) for each in told.drop_ins] == [
        (THURSDAY, "Spring 1", (cast.chidi,)),
        (NEXT_TUESDAY, "Spring 1", ()),
    ]
    assert [(each.date, each.mentor_ids) for each in told.earlier] == [(TUESDAY, (cast.amira, cast.ben))]


def test_what_a_lead_settles_is_checked(db: Database):
    assert rota.limits(db) == rota.Limits()
    changed = rota.Limits(3, 10, 20, small_swaps_pass=True)
    assert rota.change_limits(db, rota.limits_form(changed), by=BY, now=at("09:00")) == []
    assert rota.limits(db) == changed
    wrong = rota.limits_form(rota.Limits(0, 31, 61))
    for given in (wrong, {**wrong, "duties_a_week": "two", "late_after": "", "gaps_before": "9999"}):
        faults = rota.change_limits(db, given, by=BY, now=at("09:00"))
        assert [each.field for each in faults] == ["duties_a_week", "late_after", "gaps_before"]
    assert rota.limits(db) == changed


FIRST_AND_SECOND = ({"duties_a_week": "3"}, {"gaps_before": "20"})


def test_an_older_page_of_the_limits_changes_what_it_changed_alone(db: Database):
    shown = {f"was_{name}": text for name, text in rota.limits_form(rota.limits(db)).items()}
    first, second = ({**rota.limits_form(rota.limits(db)), **shown, **mine} for mine in FIRST_AND_SECOND)
    assert rota.change_limits(db, first, by=BY, now=at("09:00")) == []
    assert rota.change_limits(db, second, by=BY, now=at("09:00")) == []
    assert rota.limits(db) == rota.Limits(3, 5, 20)
