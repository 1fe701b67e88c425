"""What is forgotten, and when; what a hold keeps (P19)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.access import staff
from mentoring.basics import clock
from mentoring.basics.data_map import Period, Unit
from mentoring.people import mentors, photos
from mentoring.planning import availability, calendars, cover
from mentoring.planning.availability import ApartWhy, Days, Means, Why
from mentoring.privacy import holds, retention, tombstones
from mentoring.privacy.data_map import CLASSES
from mentoring.privacy.holds import Held
from mentoring.privacy.retention import Ran, forgotten_before, is_time, period_faults, period_words, run, set_period
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import About
from mentoring.store import journal
from mentoring.store.database import row, rows, write
from mentoring.year import year_end as year_ends
from tests.conftest import TUESDAY, Cast, at
from tests.mentoring.privacy.filling import fill

BY = "staff 1"
NOW = at("15:00")


def _on(day: date) -> datetime:
    return at("18:00", day)


@pytest.mark.parametrize(
    ("period", "today", "before"),
    [
        (Period(Unit.DAYS, 365), date(2027, 1, 12), date(2026, 1, 12)),
        (Period(Unit.DAYS, 0), date(2027, 1, 12), date(2027, 1, 12)),
        (Period(Unit.DAYS, 9999), date(20, 1, 12), date(1, 1, 1)),
        (Period(Unit.TERMS, 0), date(2026, 12, 31), date(2026, 9, 1)),
        (Period(Unit.TERMS, 0), date(2027, 1, 1), date(2027, 1, 1)),
        (Period(Unit.TERMS, 0), date(2027, 5, 1), date(2027, 5, 1)),
        (Period(Unit.TERMS, 1), date(2027, 4, 30), date(2026, 9, 1)),
        (Period(Unit.TERMS, 3), date(2027, 8, 31), date(2026, 5, 1)),
        (Period(Unit.YEARS, 0), date(2027, 8, 31), date(2026, 9, 1)),
        (Period(Unit.YEARS, 0), date(2027, 9, 1), date(2027, 9, 1)),
        (Period(Unit.YEARS, 1), date(2028, 8, 31), date(2026, 9, 1)),
        (Period(Unit.YEARS, 1), date(2028, 9, 1), date(2027, 9, 1)),
        (Period(Unit.YEARS, 6), date(2033, 9, 1), date(2027, 9, 1)),
    ],
)
def test_a_period_ends_with_its_day_its_term_or_its_school_year(period: Period, today: date, before: date):
    assert forgotten_before(period, today) == before


def test_a_longer_period_never_forgets_more():
    for unit in Unit:
        cuts = [forgotten_before(Period(unit, count), TUESDAY) for count in range(12)]
        assert cuts == sorted(cuts, reverse=True)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(Unit.DAYS, 1), "1 day"),
        (Period(Unit.DAYS, 365), "365 days"),
        (Period(Unit.TERMS, 0), "nothing more"),
        (Period(Unit.TERMS, 1), "1 more term"),
        (Period(Unit.YEARS, 2), "2 more school years"),
    ],
)
def test_a_period_is_said_in_words(period: Period, words: str):
    assert period_words(period) == words


# One class at a time


@pytest.fixture
def last_term(db: Database, cast: Cast) -> None:
    """What the autumn left behind: a duty with a mood, an excuse, days off, a photo, an ended link."""
    autumn = at("12:40", date(2026, 10, 13))
    with write(db):
        db.execute("update drop_ins set date = '2026-10-13' where id = ?", [cast.drop_in])
        for mentor in (cast.amira, cast.ben):
            db["duties"].insert(
                {"drop_in_id": cast.drop_in, "mentor_id": mentor, "badge_id": mentor, "mood": 2,
                 "started": "2026-10-13T11:31:00+00:00", "ended": "2026-10-13T12:15:00+00:00"}
            )  # fmt: skip
        db["cover_requests"].insert(
            {"drop_in_id": cast.drop_in, "mentor_id": cast.amira, "kind": "ill", "asked": "2026-10-12T09:00:00+00:00",
             "state": "approved", "taken_by": cast.chidi}
        )  # fmt: skip
        db["overrides"].insert(
            {"drop_in_id": cast.drop_in, "rules": "apart", "reason": "They asked to", "by": BY,
             "at": "2026-10-12T09:00:00+00:00"}
        )  # fmt: skip
        db["rota_changes"].insert({"at": "2026-10-12T09:00:00+00:00", "by": BY})
        db["log_ins"].insert(
            {"token_hash": "x", "staff_id": cast.okafor, "started": "2026-10-12T09:00:00+00:00", "last_click": ""}
        )
    days = Days(starts=date(2026, 10, 19), ends=date(2026, 10, 20))
    availability.add(db, cast.amira, Means.NOT_FREE, days, why=Why.OTHER, reason="A hospital", by=BY, now=autumn)
    availability.add(db, cast.amira, Means.NOT_FREE, Days(day=2), by=BY, now=autumn)
    calendars.give_link(db, cast.amira, by=BY, now=autumn)
    calendars.revoke_link(db, cast.amira, by=BY, now=autumn)


FORGOTTEN: dict[str, Callable[[Database], bool]] = {
    "availability": lambda db: db["availability"].count == 1,
    "moods": lambda db: not rows(db, "select 1 from duties where mood is not null"),
    "cover_reasons": lambda db: not rows(db, "select 1 from cover_requests where kind = 'ill'"),
    "undo": lambda db: not rows(db, "select 1 from rota_changes where at < '2027'"),
    "calendars": lambda db: db["calendar_links"].count == 0,
    "log_ins": lambda db: db["log_ins"].count == 0,
}


def test_when_a_term_is_over_its_moods_reasons_and_undo_are_gone_and_the_rest_stays(
    db: Database, data: Path, last_term: None
):
    ran = run(db, folder=data, now=NOW)
    assert [each for each, is_gone in FORGOTTEN.items() if not is_gone(db)] == []
    assert ran.rows.keys() == FORGOTTEN.keys()
    assert db["duties"].count == 2
    assert db["cover_requests"].count == 1
    assert row(db, "select reason from overrides")["reason"] == "They asked to"
    assert b"A hospital" not in b"".join(each.read_bytes() for each in data.rglob("*") if each.is_file())


def test_each_class_says_what_it_forgot_in_the_journal_in_codes_alone(db: Database, data: Path, last_term: None):
    run(db, folder=data, now=NOW)
    noted = rows(db, "select actor, about from journal where what = 'retention.forgot' order by id")
    assert [each["about"] for each in noted][1] == '{"data_class": "moods", "rows": 2}'
    assert {each["actor"] for each in noted} == {"retention"}
    assert journal.touched(db) is None


def test_run_twice_it_forgets_nothing_more(db: Database, data: Path, last_term: None):
    run(db, folder=data, now=NOW)
    before = db["journal"].count
    assert run(db, folder=data, now=NOW) == Ran({}, 0, ())
    assert db["journal"].count == before


def test_a_year_later_who_was_due_and_why_a_rule_was_broken_are_gone_and_duties_still_count(
    db: Database, cast: Cast, data: Path, last_term: None
):
    run(db, folder=data, now=_on(date(2027, 9, 1)))
    assert row(db, "select reason, rules from overrides")[:] == ("", "apart")
    assert rows(db, "select 1 from due where drop_in_id = :id", id=cast.drop_in)
    run(db, folder=data, now=_on(date(2028, 9, 1)))
    for table in ("due", "once_due", "cover_requests", "attendance_corrections"):
        assert db[table].count == 0, table
    assert db["duties"].count == 2
    assert row(db, "select count(*) as n from mentors where family_name = 'Khan'")["n"] == 1


def test_a_photo_goes_after_a_year_and_with_its_owner(db: Database, cast: Cast, data: Path):
    for mentor in (cast.amira, cast.ben):
        photos.keep(db, mentor, b"a face", by=BY, now=NOW)
    run(db, folder=data, now=_on(TUESDAY + timedelta(days=365)))
    assert db["photos"].count == 2
    run(db, folder=data, now=_on(TUESDAY + timedelta(days=366)))
    assert db["photos"].count == 0


def test_what_a_leaving_ended_is_kept_for_the_day_and_under_a_hold(db: Database, cast: Cast, data: Path):
    year_ends.end_year(db, mentor_ids=[cast.amira, cast.ben], by=BY, now=NOW)
    holds.begin(db, Held.MENTOR, str(cast.ben), "A case of law", by=BY, now=NOW)
    for day, left in ((TUESDAY, [cast.amira, cast.ben]), (TUESDAY + timedelta(days=1), [cast.ben])):
        run(db, folder=data, now=_on(day))
        assert [each["mentor_id"] for each in db["leavings"].rows] == left


def test_whoever_leaves_is_erased_after_the_next_school_year_with_a_tombstone(db: Database, cast: Cast, data: Path):
    year_ends.end_year(db, mentor_ids=[cast.amira], by=BY, now=_on(date(2027, 7, 20)))
    run(db, folder=data, now=_on(date(2027, 7, 20)))
    for day in (date(2027, 9, 1), date(2028, 8, 31)):
        assert run(db, folder=data, now=_on(day)).people == 0
    assert mentors.mentor(db, cast.amira).full_name == "Amira Khan"
    assert run(db, folder=data, now=_on(date(2028, 9, 1))).people == 1
    assert mentors.mentor(db, cast.amira).full_name == "A former mentor"
    assert [each.id for each in tombstones.tombstones(data)] == [cast.amira]
    assert row(db, "select why from erased")["why"] == "retention"
    assert run(db, folder=data, now=_on(date(2028, 9, 2))).people == 0


def test_whoever_comes_back_is_a_leaver_no_more(db: Database, cast: Cast, data: Path):
    for state, count in (("left", 1), ("active", 0)):
        db.execute("update mentors set state = ? where id = ?", [state, cast.amira])
        run(db, folder=data, now=NOW)
        assert db["leavers"].count == count


# The journal, by its year


def test_a_year_of_the_journal_goes_whole_after_six_years_and_the_rest_is_whole(db: Database, data: Path):
    count = db["journal"].count
    run(db, folder=data, now=_on(date(2033, 8, 31)))
    assert db["journal"].count >= count
    ran = run(db, folder=data, now=_on(date(2033, 9, 1)))
    assert ran.years == (2026,)
    assert not rows(db, "select 1 from journal where year = 2026")
    assert row(db, "select year, gone from journal_drops")[:] == (2026, count)
    assert journal.touched(db) is None
    assert row(db, "select about from journal where what = 'journal.year_dropped'")["about"]
    with write(db):
        journal.note(db, "test.happened", actor=BY, now=_on(date(2033, 9, 2)))
    assert journal.touched(db) is None


@pytest.mark.parametrize(
    "sql",
    [
        "delete from journal where year = 2026",
        "insert into journal_drops values (2026, '', 1, '')",
        "insert into journal_drops values (2025, '', 1, '')",
        "delete from journal where year = (select year from journal_drops)",
    ],
)
def test_no_year_goes_before_its_time(db: Database, sql: str):
    before = [*db.conn.iterdump()]
    if "select" in sql:
        db.execute(sql)
    else:
        with pytest.raises(Exception, match="only ever added to"), write(db):
            db.execute(sql)
    assert [*db.conn.iterdump()] == before


def test_what_is_written_of_a_year_that_went_stays_written(db: Database, data: Path):
    run(db, folder=data, now=_on(date(2033, 9, 1)))
    for sql in ("delete from journal_drops", "update journal_drops set gone = 0"):
        with pytest.raises(Exception, match="only ever added to"), write(db):
            db.execute(sql)


# Holds


def test_what_is_held_stays_and_the_others_go(db: Database, cast: Cast, data: Path, last_term: None):
    photos.keep(db, cast.amira, b"a face", by=BY, now=at("09:00", date(2026, 1, 5)))
    availability.keep_apart(db, cast.amira, cast.chidi, ApartWhy.CONFLICT, by=BY, now=NOW)
    hold = holds.begin(db, Held.MENTOR, str(cast.amira), "Asked by the council", by=BY, now=NOW)
    later = _on(date(2029, 9, 1))
    year_ends.end_year(db, mentor_ids=[cast.amira], by=BY, now=_on(date(2027, 7, 20)))
    run(db, folder=data, now=_on(date(2027, 7, 20)))
    run(db, folder=data, now=later)
    assert mentors.mentor(db, cast.amira).full_name == "Amira Khan"
    assert {each["mentor_id"]: each["mood"] for each in db["duties"].rows} == {cast.amira: 2, cast.ben: None}
    assert row(db, "select kind from cover_requests")["kind"] == "ill"
    assert row(db, "select reason from overrides")["reason"] == "They asked to"
    assert {each["mentor_id"] for each in db["due"].rows} == {cast.amira}
    assert (db["photos"].count, db["availability"].count, db["apart"].count) == (1, 2, 1)
    assert db["calendar_links"].count == 1
    assert isinstance(hold, int)
    assert holds.end(db, hold, by=BY, now=later)
    assert run(db, folder=data, now=later).people == 1
    assert mentors.mentor(db, cast.amira).full_name == "A former mentor"
    assert (db["photos"].count, db["availability"].count, db["due"].count) == (0, 0, 0)


def test_no_year_of_the_journal_goes_while_anything_is_held(db: Database, cast: Cast, data: Path):
    holds.begin(db, Held.STAFF, str(cast.adeyemi), "A claim", by=BY, now=NOW)
    assert run(db, folder=data, now=_on(date(2040, 9, 1))).years == ()


@pytest.mark.parametrize("code", [each.code for each in CLASSES if each.can_be_held and each.default])
def test_a_class_that_is_held_forgets_nothing(db: Database, data: Path, last_term: None, code: str):
    holds.begin(db, Held.CLASS, code, "An inspection", by=BY, now=NOW)
    assert code not in run(db, folder=data, now=_on(date(2029, 9, 1))).rows


@pytest.mark.parametrize(
    ("what", "key", "reason", "field"),
    [
        ("mentor", "", "why", "what"),
        ("mentor", "x", "why", "what"),
        ("mentor", "99", "why", "what"),
        ("staff", "99", "why", "what"),
        ("class", "nothing", "why", "what"),
        ("class", "requests", "why", "what"),
        ("pupil", "1", "why", "what"),
        ("mentor", "1", " ", "reason"),
        ("mentor", "1", "x" * 201, "reason"),
    ],
)
def test_a_hold_without_a_person_or_a_reason_is_refused(
    db: Database, cast: Cast, what: str, key: str, reason: str, field: str
):
    asked = Held(what) if what in set(Held) else what
    found = holds.hold_faults(asked, key, reason) or holds.begin(db, Held(what), key, reason, by=BY, now=NOW)
    assert isinstance(found, list)
    assert [each.field for each in found] == [field]
    assert db["holds"].count == 0


def test_a_second_tap_holds_nothing_twice(db: Database, cast: Cast):
    first, second = (holds.begin(db, Held.MENTOR, str(cast.ben), "A case", by=BY, now=NOW) for _ in range(2))
    assert first == second
    assert [each.name for each in holds.standing(db)] == ["Ben Osei"]
    assert [holds.end(db, first, by=BY, now=NOW) for _ in range(2)] == [True, False]


# Periods that the school chooses


def test_a_chosen_period_holds_from_the_next_run_on(db: Database, data: Path, last_term: None):
    chosen = {"count": "1", "source": "Our own schedule", "review": "2027-09-01"}
    assert set_period(db, "moods", **chosen, by=BY, now=NOW) == []
    assert "moods" not in run(db, folder=data, now=NOW).rows
    told = next(each for each in retention.kept(db) if each.data_class.code == "moods")
    assert (told.period, told.source, told.review) == (Period(Unit.TERMS, 1), "Our own schedule", date(2027, 9, 1))
    assert set_period(db, "moods", **{**chosen, "count": "0"}, by=BY, now=NOW) == []
    assert run(db, folder=data, now=NOW).rows["moods"] == 2


@pytest.mark.parametrize(
    ("code", "changed", "field"),
    [
        ("moods", {"count": "4"}, "count"),
        ("moods", {"count": "-1"}, "count"),
        ("moods", {"count": "1.5"}, "count"),
        ("moods", {"count": "99999999999999999999"}, "count"),
        ("journal", {"count": "2"}, "count"),
        ("photos", {"count": "366"}, "count"),
        ("moods", {"source": " "}, "source"),
        ("moods", {"source": "x" * 121}, "source"),
        ("moods", {"review": ""}, "review"),
        ("moods", {"review": "2027-01-12"}, "review"),
        ("moods", {"review": "2031-01-12"}, "review"),
        ("requests", {}, "class"),
        ("timetable", {}, "class"),
        ("nothing", {}, "class"),
    ],
)
def test_a_period_out_of_bounds_is_refused_with_a_remedy(code: str, changed: dict[str, str], field: str):
    given = {"count": "1", "source": "Our schedule", "review": "2027-09-01", **changed}
    [fault] = period_faults(code, **given, today=TUESDAY)
    assert fault.field == field
    assert fault.code in retention.Wrong


# By itself


@pytest.mark.parametrize(
    ("hour", "closed", "due"),
    [("12:00", False, False), ("12:40", False, False), ("13:20", False, False), ("13:20", True, True)],
)
def test_it_runs_once_a_day_after_the_days_requests_are_gone(
    db: Database, data: Path, hour: str, *, closed: bool, due: bool
):
    if closed:
        db.execute("insert into visits select id, 0 from drop_ins")
    assert is_time(db, now=at(hour)) is due
    if due:
        run(db, folder=data, now=at(hour))
        assert not is_time(db, now=at("23:00"))


def test_when_nothing_is_due_looking_writes_nothing(db: Database, data: Path):
    run(db, folder=data, now=NOW)
    before = [*db.conn.iterdump()]
    assert not is_time(db, now=at("16:00"))
    assert [*db.conn.iterdump()] == before


def test_cover_that_waits_for_next_term_keeps_its_reason(db: Database, cast: Cast, data: Path):
    cover.ask(db, cast.drop_in, cast.amira, cover.Kind.ILL, by=BY, now=at("09:00", date(2026, 12, 18)))
    assert "cover_reasons" not in run(db, folder=data, now=at("18:00", date(2027, 1, 4))).rows


def test_calls_for_an_adult_checks_and_ended_holds_go_when_their_time_is_over(db: Database, cast: Cast, data: Path):
    for mentor_id in (cast.amira, None):
        key = f"k{mentor_id}"
        alerts.call_an_adult(db, key=key, room="Library 2", about=About.ABUSE, mentor_id=mentor_id, now=NOW)
    hold = holds.begin(db, Held.STAFF, str(cast.adeyemi), "A claim", by=BY, now=NOW)
    assert isinstance(hold, int)
    holds.end(db, hold, by=BY, now=NOW)
    held = holds.begin(db, Held.MENTOR, str(cast.amira), "A case", by=BY, now=NOW)
    db["drills"].insert({"room": "Library 2", "started": clock.to_text(NOW), "started_by": cast.okafor})
    db["self_tests"].insert({"at": clock.to_text(NOW), "looked": 1, "traces": 0})
    run(db, folder=data, now=NOW)
    run(db, folder=data, now=_on(date(2028, 8, 31)))
    assert (db["alerts"].count, db["self_tests"].count) == (2, 0)
    run(db, folder=data, now=_on(date(2028, 9, 1)))
    assert [each["mentor_id"] for each in db["alerts"].rows] == [cast.amira]
    run(db, folder=data, now=_on(date(2030, 8, 31)))
    assert db["drills"].count == 1
    run(db, folder=data, now=_on(date(2033, 9, 1)))
    assert [each["id"] for each in db["holds"].rows] == [held]
    assert db["drills"].count == 0


def test_a_leavers_duties_can_go_before_their_name(db: Database, cast: Cast, data: Path, last_term: None):
    set_period(db, "duties", count="0", source="Our schedule", review="2027-09-01", by=BY, now=NOW)
    year_ends.end_year(db, mentor_ids=[cast.amira], by=BY, now=_on(date(2027, 7, 20)))
    run(db, folder=data, now=_on(date(2027, 7, 20)))
    assert run(db, folder=data, now=_on(date(2027, 9, 1))).rows["duties"] == 1
    assert {each["mentor_id"]: each["assumed"] for each in db["duties"].rows} == {cast.amira: 1, cast.ben: 0}
    assert mentors.mentor(db, cast.amira).full_name == "Amira Khan"


def test_whatever_hangs_on_whatever_is_old_retention_runs_to_its_end(db: Database, cast: Cast, data: Path):
    """Every table is filled from the schema, so that a new one that stops an old row from going is found here."""
    run(db, folder=data, now=NOW)
    for home, person in (("mentors", cast.amira), ("staff", cast.adeyemi)):
        fill(data, home, person, text="2001-01-01")
    for sql in (
        "pragma ignore_check_constraints = on",
        "delete from holds",
        "delete from retention_periods",
        "update duties set ended = started",
        "update mentors set state = 'left' where id = 1",
        "update staff set ended = '2001-01-01' where id = 2",
        "update slots set ended = '2001-01-01'",
        "update drop_ins set date = '2001-01-01', starts = '2001-01-01', ends = '2001-01-01'",
        "delete from sign_offs",
    ):
        db.execute(sql)
    ran = [run(db, folder=data, now=_on(day)) for day in (date(2027, 9, 7), date(2045, 9, 7))]
    assert sum(each.people for each in ran) == 2
    pointed_at = {each["alert_id"] for name in ("concerns", "concern_drafts") for each in db[name].rows}
    assert {each["id"] for each in db["alerts"].rows} <= pointed_at
    for table in ("due", "cover_requests", "photos", "log_ins", "rota_changes", "calendar_links"):
        assert db[table].count == 0, table
    assert {mentors.mentor(db, 1).full_name, staff.by_id(db, 2).name} == {"A former mentor", "A member of staff"}
    assert run(db, folder=data, now=_on(date(2045, 9, 8))) == Ran({}, 0, ())


def test_every_class_that_forgets_is_tried_here():
    tried = {
        *FORGOTTEN,
        "overrides",
        "attendance",
        "leavings",
        "photos",
        "mentors",
        "duties",
        "journal",
        "alerts",
        "checks",
        "drills",
    }
    assert {each.code for each in CLASSES if each.default} - tried == {"staff", "decisions"}
