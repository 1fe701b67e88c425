"""An erased person is gone from every table and every byte, and no older backup brings them back (P19)."""

import json
import shutil
import stat
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from mentoring.access import accounts, staff
from mentoring.access.staff import Role
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.lunch import duty
from mentoring.people import mentors, photos
from mentoring.people.mentors import MentorState, NewMentor
from mentoring.planning import calendars, cover, rota
from mentoring.privacy import data_map, erasure, holds, retention
from mentoring.privacy.data_map import BY_NAME, NOT_ABOUT_A_PERSON
from mentoring.privacy.erasure import Erased, Wrong, bury_again
from mentoring.privacy.holds import Held
from mentoring.privacy.tombstones import (
    TOMBSTONES,
    Tombstone,
    Whose,
    from_text,
    keep_tombstones,
    merge,
    to_text,
    tombstones,
)
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import About
from mentoring.school import programme, school_year
from mentoring.store import journal, wiping
from mentoring.store.database import DatabaseTrouble, open_database, row, rows, write
from mentoring.store.migrations import migrate
from tests.conftest import ADEYEMI_EMAIL, PASSWORD, THURSDAY, TUESDAY, Cast, at
from tests.mentoring.privacy.filling import MARK, fill

NOW = at("15:00")
BY = "staff 1"


def _erase(db: Database, data: Path, mentor_id: int, **given) -> Erased | Fault:
    return erasure.erase(db, Whose.MENTOR, mentor_id, folder=data, by=BY, now=NOW, **given)


def _erased(db: Database, data: Path, mentor_id: int) -> Erased:
    outcome = _erase(db, data, mentor_id)
    assert isinstance(outcome, Erased), outcome
    return outcome


def _bytes(data: Path) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(data.rglob("*")) if each.is_file())


def _relieve(db: Database, cast: Cast) -> None:
    """Mr Adeyemi is the adult within call no more: Ms Okafor is."""
    db.execute("update slots set adult_id = ?", [cast.okafor])
    db.execute("update drop_ins set adult_id = ?", [cast.okafor])


# Everything, from the schema itself


def test_an_erased_mentor_is_in_no_table_that_does_not_say_why(db: Database, cast: Cast, data: Path):
    filled = fill(data, "mentors", cast.amira)
    assert filled >= {"badges", "availability", "apart", "photos", "cover_requests", "alerts"}
    db.execute("update duties set ended = started where ended is null")
    db.execute("delete from holds")
    _erased(db, data, cast.amira)
    for table, columns in erasure.columns_about(db, Whose.MENTOR).items():
        left = [
            *db.query(
                f"select * from {table} where {' or '.join(f'{each} = ?' for each in columns)}",
                [cast.amira] * len(columns),
            )
        ]
        assert not left or BY_NAME[table].kept, table
    for name in (
        "family_name",
        "availability-reason",
        "photos-picture",
        "duties-started",
        "calendar_links-link",
        "overrides-reason",
        "attendance_corrections-outcome",
        "badges-printed",
    ):
        assert f"{MARK}-{name}" not in "\n".join(map(str, db.conn.iterdump())), name


def test_an_erased_member_of_staff_is_in_no_table_that_does_not_say_why(db: Database, cast: Cast, data: Path):
    _relieve(db, cast)
    filled = fill(data, "staff", cast.adeyemi)
    assert filled >= {"log_ins", "slots", "drop_ins", "alerts"}
    db.execute("delete from holds")
    _relieve(db, cast)
    outcome = erasure.erase(db, Whose.STAFF, cast.adeyemi, folder=data, by=BY, now=NOW)
    assert isinstance(outcome, Erased)
    for table, columns in erasure.columns_about(db, Whose.STAFF).items():
        left = [
            *db.query(
                f"select * from {table} where {' or '.join(f'{each} = ?' for each in columns)}",
                [cast.adeyemi] * len(columns),
            )
        ]
        assert not left or BY_NAME[table].kept, table
    assert b"zebra-staff-name" not in _bytes(data)
    member = staff.by_id(db, cast.adeyemi)
    assert member
    assert (member.name, member.room, member.phone) == ("A member of staff", "", "")
    assert staff.log_in(db, email=ADEYEMI_EMAIL, password=PASSWORD, now=NOW) is None
    assert staff.log_in(db, email=member.email, password=PASSWORD, now=NOW) is None
    assert journal.touched(db) is None


def test_the_names_bytes_are_in_no_file_and_the_trail_is_whole(db: Database, cast: Cast, data: Path):
    new = NewMentor("Quetzalcoatl", "Xylophone", "10", "Quetz", email="q@harbour.example")
    mentor_id = mentors.add(db, new, by=BY, now=NOW)
    assert isinstance(mentor_id, int)
    photos.keep(db, mentor_id, b"PNG-of-a-face" * 99, by=BY, now=NOW)
    link = calendars.give_link(db, mentor_id, by=BY, now=NOW)
    assert b"Xylophone" in _bytes(data)
    outcome = _erased(db, data, mentor_id)
    assert outcome.wiped
    for gone in (b"Quetz", b"Xylophone", b"q@harbour", b"PNG-of-a-face", link.encode()):
        assert gone not in _bytes(data), gone
    assert journal.touched(db) is None
    assert [each["what"] for each in rows(db, "select what from journal order by id desc limit 1")] == ["mentor.erased"]
    assert b"Amira" in _bytes(data)


# What stays


def test_counts_stay_and_times_do_not(db: Database, cast: Cast, data: Path):
    for mentor, hour in ((cast.amira, "12:31"), (cast.ben, "12:33")):
        duty.scan(
            db, number=cast.numbers[mentor], now=at(hour), early=timedelta(minutes=15), menu_after=timedelta(minutes=1)
        )
        duty.end(db, mentor, drop_in_id=cast.drop_in, now=at("13:02"))
    outcome = _erased(db, data, cast.amira)
    kept = {each["mentor_id"]: each for each in rows(db, "select * from duties")}
    assert len(kept) == 2
    assert (kept[cast.amira]["started"], kept[cast.amira]["ended"]) == (
        clock.to_text(at("12:30")),
        clock.to_text(at("13:15")),
    )
    assert kept[cast.ben]["started"] == clock.to_text(at("12:33"))
    assert any("stays counted" in words for words in outcome.kept)
    assert any("journal" in words.lower() for words in outcome.kept)
    assert "duties" in {each.table for each in outcome.removed}


def test_the_badge_is_dead_and_the_coming_places_are_free(db: Database, cast: Cast, data: Path):
    now = at("09:00")
    assert isinstance(erasure.erase(db, Whose.MENTOR, cast.amira, folder=data, by=BY, now=now), Erased)
    scanned = duty.scan(
        db,
        number=cast.numbers[cast.amira],
        now=at("12:31"),
        early=timedelta(minutes=15),
        menu_after=timedelta(minutes=1),
    )
    assert scanned.code == "not_valid"
    [lunch] = school_year.on_day(db, TUESDAY)
    assert [each.display_name for each in rota.due(db, lunch)] == ["Ben O."]
    mentor = mentors.mentor(db, cast.amira)
    assert mentor
    assert (mentor.full_name, mentor.state) == ("A former mentor", MentorState.LEFT)


def test_who_called_an_adult_is_gone_and_what_they_had_agreed_to_take_waits_again(db: Database, cast: Cast, data: Path):
    alerts.call_an_adult(db, key="k", room="Library 2", about=About.ABUSE, mentor_id=cast.amira, now=NOW)
    [thursday] = school_year.on_day(db, THURSDAY)
    assert thursday.id
    asked = cover.ask(db, thursday.id, cast.chidi, cover.Kind.ILL, by="mentor 3", now=at("12:00"))
    cover.take(db, asked.request.id, cast.amira, by="mentor 1", now=at("12:01"))
    _erased(db, data, cast.amira)
    assert [(each.about, each.raised_by) for each in alerts.waiting(db)] == [(About.ABUSE, "")]
    [live] = cover.live(db, now=NOW)
    assert (live.mentor.id, live.state, live.taken_by) == (cast.chidi, "open", None)


# Refused, in words


def test_who_is_held_is_not_erased_and_the_words_say_so(db: Database, cast: Cast, data: Path):
    hold = holds.begin(db, Held.MENTOR, str(cast.amira), "Asked by the council, case 7", by=BY, now=NOW)
    before = [*db.conn.iterdump()]
    fault = _erase(db, data, cast.amira)
    assert isinstance(fault, Fault)
    begun = fault.values["begun"]
    assert (fault.code, isinstance(begun, datetime) and begun.date()) == (Wrong.HELD, TUESDAY)
    assert [*db.conn.iterdump()] == before
    assert tombstones(data) == ()
    assert isinstance(hold, int)
    holds.end(db, hold, by=BY, now=NOW)
    assert isinstance(_erase(db, data, cast.amira), Erased)


def test_a_class_that_is_held_stops_an_erasure_that_would_touch_it(db: Database, cast: Cast, data: Path):
    holds.begin(db, Held.CLASS, "attendance", "An inspection", by=BY, now=NOW)
    fault = _erase(db, data, cast.amira)
    assert fault == Fault(Whose.MENTOR, Wrong.CLASS_HELD, {"classes": (data_map.BY_CODE["attendance"].name,)})


@pytest.mark.parametrize(
    ("who", "wrong"),
    [
        ("okafor", Fault("staff", Wrong.ONESELF)),
        # Thursday's drop-in is remembered, and comes on top of the two slots.
        ("adeyemi", Fault("staff", Wrong.WITHIN_CALL, {"drop_ins": 3})),
    ],
)
def test_staff_who_are_still_needed_are_not_erased(db: Database, cast: Cast, data: Path, who: str, wrong: Fault):
    now = at("13:30")
    outcome = erasure.erase(db, Whose.STAFF, getattr(cast, who), folder=data, by="staff 1", now=now)
    assert outcome == wrong


def test_the_lead_is_handed_over_before_they_are_erased(db: Database, cast: Cast, data: Path):
    outcome = erasure.erase(db, Whose.STAFF, cast.okafor, folder=data, by="staff 2", now=NOW)
    assert outcome == Fault("staff", Wrong.IS_LEAD)


def test_nobody_is_erased_while_on_duty_or_twice_or_without_being_there(db: Database, cast: Cast, data: Path):
    duty.scan(
        db,
        number=cast.numbers[cast.amira],
        now=at("12:31"),
        early=timedelta(minutes=15),
        menu_after=timedelta(minutes=1),
    )
    assert _erase(db, data, cast.amira) == Fault("mentor", Wrong.ON_DUTY)
    _erased(db, data, cast.ben)
    for mentor_id, code in ((cast.ben, Wrong.ERASED_ALREADY), (999, Wrong.NOBODY)):
        assert _erase(db, data, mentor_id) == Fault(Whose.MENTOR, code)


# Tombstones


def test_a_tombstone_holds_a_number_a_kind_and_a_date_and_is_nobody_elses_to_read(db: Database, cast: Cast, data: Path):
    _erased(db, data, cast.amira)
    file = data / TOMBSTONES
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()) == {
        "tombstones": [{"kind": "mentor", "id": cast.amira, "date": "2027-01-12", "programme": programme.mark(db)}]
    }


def test_whom_an_older_backup_brings_back_is_buried_again(db: Database, cast: Cast, data: Path, tmp_path: Path):
    older = tmp_path / "older"
    older.mkdir()
    db.conn.execute(f"vacuum into '{older / 'programme.db'}'")
    _erased(db, data, cast.amira)
    shutil.copy(data / TOMBSTONES, older)
    with closing(open_database(older / "programme.db")) as restored:
        assert mentors.mentor(restored, cast.amira).full_name == "Amira Khan"
        assert bury_again(restored, tombstones(older), now=NOW) == 1
        assert mentors.mentor(restored, cast.amira).full_name == "A former mentor"
        assert mentors.mentor(restored, cast.ben).full_name == "Ben Osei"
        assert bury_again(restored, tombstones(older), now=NOW) == 0
        assert journal.touched(restored) is None
    assert b"Khan" not in _bytes(older)


def test_a_number_the_backup_does_not_know_is_never_given_to_somebody_new(db: Database, data: Path):
    assert (
        bury_again(
            db,
            [
                Tombstone(Whose.MENTOR, 40, TUESDAY, programme.mark(db)),
                Tombstone(Whose.STAFF, 9, TUESDAY, programme.mark(db)),
            ],
            now=NOW,
        )
        == 2
    )
    dana = mentors.add(db, NewMentor("Dana", "Kowalska", "10", "Dana"), by=BY, now=NOW)
    member = staff.add(
        db, name="Mrs Lindqvist", email="l@harbour.example", password=PASSWORD, role=Role.HELPER, room="", phone="",
        by=BY, now=NOW,
    )  # fmt: skip
    assert (dana, member) == (41, 10)
    assert bury_again(db, [Tombstone(Whose.MENTOR, 40, TUESDAY, programme.mark(db))], now=NOW) == 0
    assert mentors.mentor(db, 41).full_name == "Dana Kowalska"


def test_a_hold_that_a_backup_brings_back_does_not_keep_whom_it_no_longer_held(db: Database, cast: Cast):
    holds.begin(db, Held.MENTOR, str(cast.amira), "Ended and erased since", by=BY, now=NOW)
    assert bury_again(db, [Tombstone(Whose.MENTOR, cast.amira, TUESDAY, programme.mark(db))], now=NOW) == 1
    assert holds.standing(db) == []


def test_a_box_that_crashes_after_the_tombstone_ends_the_erasure_at_its_next_start(
    db: Database, cast: Cast, data: Path, monkeypatch: pytest.MonkeyPatch
):
    def crash(*_given: object) -> None:
        erasure_keep(*_given)
        raise OSError("the cable was pulled")

    erasure_keep = keep_tombstones
    monkeypatch.setattr(erasure, "keep_tombstones", crash)
    with pytest.raises(OSError, match="cable"):
        _erase(db, data, cast.amira)
    assert mentors.mentor(db, cast.amira).full_name == "Amira Khan"
    assert bury_again(db, tombstones(data), now=NOW) == 1
    assert mentors.mentor(db, cast.amira).full_name == "A former mentor"


def test_a_file_of_tombstones_that_is_lost_comes_back_and_a_damaged_one_is_never_written_over(
    db: Database, cast: Cast, data: Path
):
    _erased(db, data, cast.amira)
    file = data / TOMBSTONES
    whole = file.read_text()
    file.unlink()
    erasure.lay(db, data)
    assert file.read_text() == whole
    for damaged in ("{", "[]", '{"tombstones": [{"kind": "pupil"}]}', "\x00"):
        file.write_text(damaged)
        with pytest.raises(DatabaseTrouble, match="Put a copy of it from a backup"):
            _erase(db, data, cast.ben)
        assert file.read_text() == damaged
        assert mentors.mentor(db, cast.ben).full_name == "Ben Osei"


def test_tombstones_of_an_earlier_programme_in_the_folder_erase_nobody(tmp_path: Path):
    old = [Tombstone(Whose.STAFF, 1, TUESDAY, "another"), Tombstone(Whose.MENTOR, 1, TUESDAY, "")]
    keep_tombstones(tmp_path, old)
    with closing(open_database(tmp_path / "programme.db", create=True)) as db:
        migrate(db)
        staff.set_up(
            db, school="Hillside", name="Ms Okafor", email="o@hillside.example", password=PASSWORD, room="", by=BY,
            now=NOW,
        )  # fmt: skip
        amira = mentors.add(db, NewMentor("Amira", "Khan", "11", "Amira"), by=BY, now=NOW)
        assert retention.run(db, folder=tmp_path, now=NOW).people == 0
        assert (staff.lead(db).name, mentors.mentor(db, amira).full_name) == ("Ms Okafor", "Amira Khan")
        own = Tombstone(Whose.MENTOR, amira, TUESDAY, programme.mark(db))
        assert bury_again(db, [*old, own], now=NOW) == 1
        erasure.lay(db, tmp_path)
        assert set(tombstones(tmp_path)) == {*old, own}, "another programme's stay where they are"


def _lead_erased(db: Database) -> list[Tombstone]:
    return [Tombstone(Whose.STAFF, staff.lead(db).id, TUESDAY, programme.mark(db))]


def _add(db: Database, name: str, role: Role) -> int:
    return staff.add(
        db, name=name, email=f"{role}@harbour.example", password=PASSWORD, role=role, room="", phone="", by=BY, now=NOW
    )


def test_an_erased_lead_whom_a_backup_brings_back_passes_the_lead_on(db: Database, cast: Cast):
    stones = _lead_erased(db)
    _add(db, "Mrs Lindqvist", Role.SAFEGUARDING_LEAD)
    deputy = _add(db, "Mr Banerjee", Role.DEPUTY)
    assert bury_again(db, stones, now=NOW) == 1
    assert staff.lead(db).id == deputy
    assert erasure.spared(db, stones) is None
    assert staff.by_id(db, cast.okafor).name == "A member of staff"
    noted = rows(db, "select about from journal where what = 'staff.role' order by id")
    assert [json.loads(each["about"]) for each in noted] == [
        {"staff": cast.okafor, "role": "helper"},
        {"staff": deputy, "role": "lead"},
    ]
    assert journal.touched(db) is None


def test_a_deputy_who_was_erased_too_does_not_become_the_lead(db: Database):
    other = _add(db, "Mrs Lindqvist", Role.SAFEGUARDING_LEAD)
    deputy = _add(db, "Mr Banerjee", Role.DEPUTY)
    stones = [*_lead_erased(db), Tombstone(Whose.STAFF, deputy, TUESDAY, programme.mark(db))]
    assert bury_again(db, stones, now=NOW) == 2
    assert staff.lead(db).id == other


def test_the_only_lead_stays_until_the_lead_was_handed_over(db: Database, cast: Cast):
    stones = _lead_erased(db)
    assert bury_again(db, stones, now=NOW) == 0
    assert staff.lead(db).id == cast.okafor
    assert erasure.spared(db, stones) == staff.lead(db)
    to = staff.by_id(db, cast.adeyemi)
    assert accounts.hand_over(db, to, role=Role.HELPER, by=BY, now=NOW) is None
    assert bury_again(db, stones, now=NOW) == 1
    assert staff.lead(db).id == cast.adeyemi
    assert erasure.spared(db, stones) is None


STONES = st.lists(
    st.builds(
        Tombstone,
        st.sampled_from(Whose),
        st.integers(1, 5),
        st.dates(date(2026, 1, 1), date(2027, 1, 1)),
        st.sampled_from(["", "one", "other"]),
    )
)


@given(STONES, STONES)
def test_merging_loses_nobody_and_does_not_mind_the_order(one: list[Tombstone], other: list[Tombstone]):
    both = merge(one, other)
    assert both == merge(other, one) == merge(both, one)
    assert {(each.programme, each.whose, each.id) for each in both} == {
        (each.programme, each.whose, each.id) for each in [*one, *other]
    }
    assert from_text(to_text(both)) == both


def test_what_is_owed_is_wiped_at_the_next_look(db: Database, cast: Cast, data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mentoring.store.database.CHECKPOINT_TRIES", 1)
    db.execute("pragma busy_timeout = 50")
    with closing(open_database(data / "programme.db")) as reader:
        reader.execute("begin")
        reader.execute("select * from mentors").fetchall()
        assert not _erased(db, data, cast.amira).wiped
        assert wiping.is_owed(db)
        reader.execute("rollback")
    assert wiping.finish(db, now=NOW)
    assert not wiping.is_owed(db)
    assert b"Khan" not in _bytes(data)


def test_the_tables_that_are_about_nobody_are_left_as_they_were(db: Database, cast: Cast, data: Path):
    def pictures() -> dict[str, list[tuple]]:
        return {
            each: [tuple(one) for one in rows(db, f"select * from {each}")]
            for each in NOT_ABOUT_A_PERSON
            if row(db, "select 1 from sqlite_schema where name = :name", name=each)
        }

    with write(db):
        db.execute("insert into visits values (1, 7)")
    before = pictures()
    _erased(db, data, cast.amira)
    assert pictures() == before


def _helper(db: Database, *, now: datetime) -> int:
    """Mrs Lindqvist, a helper."""
    account = {"name": "Mrs Lindqvist", "email": "l@harbour.example", "password": "five warm socks"}
    helper = staff.add(db, **account, role=Role.HELPER, room="", phone="", by=BY, now=now)
    assert isinstance(helper, int)
    return helper


def test_an_adult_for_whom_the_staff_rooms_link_spoke_is_not_on_the_way(db: Database, cast: Cast, data: Path):
    during = at("12:40")
    helper = _helper(db, now=during)
    called = alerts.call_an_adult(db, key="one", room="Library 2", about=About.RED_TILE, mentor_id=None, now=during)
    alerts.say_for(db, called.id, staff_id=helper, now=during)
    alerts.acknowledge(db, called.id, by=cast.okafor, now=during)
    assert not isinstance(erasure.erase(db, Whose.STAFF, helper, folder=data, by=BY, now=at("12:41")), Fault)


def test_whoever_is_needed_now_is_not_erased(db: Database, cast: Cast, data: Path):
    during = at("12:40")
    fault = erasure.erase(db, Whose.MENTOR, cast.amira, folder=data, by=BY, now=during)
    assert fault == Fault("mentor", Wrong.DUE_NOW)
    assert not isinstance(erasure.erase(db, Whose.MENTOR, cast.chidi, folder=data, by=BY, now=during), Fault)
    helper = _helper(db, now=during)
    called = alerts.call_an_adult(db, key="one", room="Library 2", about=About.RED_TILE, mentor_id=None, now=during)
    alerts.acknowledge(db, called.id, by=helper, now=during)
    fault = erasure.erase(db, Whose.STAFF, helper, folder=data, by=BY, now=at("12:45"))
    assert fault == Fault("staff", Wrong.ON_THE_WAY)
    assert not isinstance(erasure.erase(db, Whose.STAFF, helper, folder=data, by=BY, now=at("12:51")), Fault)
