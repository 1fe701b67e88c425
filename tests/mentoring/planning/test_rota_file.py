"""The rota as a file: every fault has its row, its column and a remedy, and nothing is half brought."""

import csv
import io
from dataclasses import replace
from datetime import date
from enum import StrEnum

import pytest
from sqlite_utils import Database

from mentoring.basics import brought_files
from mentoring.basics.brought_files import RowFault
from mentoring.people import mentors
from mentoring.people.mentors import NewMentor
from mentoring.planning import rota, rota_file
from mentoring.planning.optimiser import term_files
from mentoring.planning.rota_file import Wrong, bring_rota, names_of, read_rota, rota_text, term_of
from mentoring.school import school_year
from mentoring.school.school_year import AddClosure, Closure, NewSlot
from tests.conftest import FIRST_OF_SEPTEMBER, THURSDAY, TUESDAY, ZONE, Cast, at, change_pattern

HEADER = "date,start,room,mentor"
NOW = at("09:00", date(2027, 1, 13))  # Wednesday: Tuesday is over, Thursday is to come
DAY, HOUR, ROOM = "2027-01-14", "12:30", "Library 2"


def faults(db: Database, *rows: str) -> list[RowFault]:
    content = "\n".join((HEADER, *rows)).encode()
    file = bring_rota(db, content, by="staff 1", now=NOW, dry_run=False)
    assert not file.changes or not file.faults
    return list(file.faults)


@pytest.fixture(autouse=True)
def unpinned(db: Database, cast: Cast) -> None:
    rota.pin(db, school_year.on_day(db, THURSDAY)[0], cast.chidi, pinned=False, by="staff 1", now=NOW)


@pytest.mark.parametrize(
    ("row", "column", "code", "values"),
    [
        ("2027-01-14,12:30,Library 2,Nobody Here", "mentor", Wrong.NOT_ON_LIST, {"given": "Nobody Here"}),
        ("2027-01-15,12:30,Library 2,Amira Khan", "date", Wrong.NONE_THAT_DAY, {"known": ()}),
        ("2027-01-14,12:40,Library 2,Amira Khan", "start", Wrong.NOT_HELD, {"known": ("12:30",)}),
        ("2027-01-14,12:30,Library 9,Amira Khan", "room", Wrong.NOT_HELD, {"known": ("Library 2",)}),
        ("2027-02-30,12:30,Library 2,Amira Khan", "date", term_files.Wrong.NO_DATE, {"given": "2027-02-30"}),
        ("2027-01-14,noon,Library 2,Amira Khan", "start", term_files.Wrong.NO_TIME, {"given": "noon"}),
        ("2037-01-14,12:30,Library 2,Amira Khan", "date", Wrong.FAR, {"day": date(2037, 1, 14)}),
        ("2027-01-12,12:30,Library 2,Amira Khan", "date", Wrong.BEGUN, {}),
        ("2027-01-14,12:30,Library 2,Amira Khan,more", "5", brought_files.Wrong.MORE_CELLS, {}),
    ],
)
def test_a_wrong_row_is_named(
    db: Database, cast: Cast, row: str, column: str, code: StrEnum, values: dict[str, object]
):
    assert faults(db, row) == [RowFault(2, column, code, values)]


def test_all_faults_are_told_at_once_and_nothing_is_brought(db: Database, cast: Cast):
    before = rota.glance(db, TUESDAY, THURSDAY)
    rows = [f"{DAY},{HOUR},{ROOM},{name}" for name in ("Amira Khan", "Amira Khan", "Ben Osei")]
    assert faults(db, *rows, f"{DAY},25:00,{ROOM},Ben Osei") == [
        RowFault(3, "mentor", Wrong.TWICE, {"name": "Amira Khan"}),
        RowFault(4, "mentor", Wrong.TOO_MANY, {"places": 2}),
        RowFault(5, "start", term_files.Wrong.NO_TIME, {"given": "25:00"}),
    ]
    assert rota.glance(db, TUESDAY, THURSDAY) == before


def test_one_drop_in_named_a_thousand_times_is_compared_with_the_others_once(
    db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    compared: list[object] = []
    monkeypatch.setattr(rota_file, "at_the_same_time", lambda *both: compared.append(both) or False)
    content = f"{HEADER}\n" + f"{DAY},{HOUR},{ROOM},Amira Khan\n" * 1_000
    file = bring_rota(db, content.encode(), by="staff 1", now=NOW, dry_run=True)
    assert (len(file.faults), file.more_faults) == (brought_files.MOST_FAULTS, 950), "999 named twice, and too many"
    assert len(compared) <= 2, "the drop-ins of that week, once for the one that is named"


def test_who_is_pinned_has_to_be_in_the_file(db: Database, cast: Cast):
    rota.pin(db, school_year.on_day(db, THURSDAY)[0], cast.chidi, pinned=True, by="staff 1", now=NOW)
    assert faults(db, f"{DAY},{HOUR},{ROOM},Amira Khan") == [
        RowFault(2, "mentor", Wrong.PINNED, {"name": "Chidi Okonkwo"})
    ]


def test_who_is_not_active_or_elsewhere_or_where_it_is_closed_is_a_fault(db: Database, cast: Cast):
    room_7 = NewSlot(3, "12:45", "13:15", "Room 7", "")
    school_year.add_slot(db, room_7, adult_id=cast.adeyemi, by="staff 1", now=at("09:00", FIRST_OF_SEPTEMBER))
    assert faults(db, f"{DAY},12:45,Room 7,Chidi Okonkwo") == [
        RowFault(2, "mentor", Wrong.SAME_TIME, {"name": "Chidi Okonkwo", "room": "Library 2"})
    ]
    assert faults(db, f"{DAY},12:45,Room 7,Chidi Okonkwo", f"{DAY},{HOUR},{ROOM},Amira Khan") == [], "they change"
    db["mentors"].update(cast.ben, {"state": "paused"})
    assert faults(db, f"{DAY},{HOUR},{ROOM},Ben Osei") == [
        RowFault(2, "mentor", Wrong.NOT_ACTIVE, {"name": "Ben Osei"})
    ]
    assert change_pattern(db, AddClosure(Closure(0, "Snow", THURSDAY, THURSDAY)), now=NOW) is None
    assert faults(db, f"{DAY},{HOUR},{ROOM},Amira Khan") == [RowFault(2, "date", Wrong.CLOSED, {"reason": "Snow"})]


def test_a_row_without_a_mentor_empties_and_what_is_not_named_stays(db: Database, cast: Cast):
    assert faults(db, f"{DAY},{HOUR},{ROOM},") == []
    assert rota.due(db, school_year.on_day(db, THURSDAY)[0]) == []
    assert [each.id for each in rota.due(db, school_year.on_day(db, TUESDAY)[0])] == [cast.amira, cast.ben]


def test_a_file_that_was_read_before_the_rota_changed_changes_nothing(db: Database, cast: Cast):
    content = f"{HEADER}\n{DAY},{HOUR},{ROOM},Amira Khan".encode()
    read = bring_rota(db, content, by="staff 1", now=NOW, dry_run=True)
    rota.set_due(db, school_year.on_day(db, THURSDAY)[0], [cast.chidi, cast.ben], by="staff 2", now=NOW)
    assert [each.code for each in rota_file.use_file(db, read, by="staff 1", now=NOW).faults] == [rota.Wrong.STALE]
    assert [each.id for each in rota.due(db, school_year.on_day(db, THURSDAY)[0])] == [cast.ben, cast.chidi]


def test_two_of_one_name_are_told_apart_by_their_number(db: Database, cast: Cast):
    other = mentors.add(db, NewMentor("Amira", "Khan", "9", "Amira K."), by="staff 1", now=NOW)
    assert faults(db, f"{DAY},{HOUR},{ROOM},Amira Khan") == [
        RowFault(
            2,
            "mentor",
            Wrong.SAME_NAME,
            {"mentors": 2, "given": "Amira Khan", "name": "Amira Khan", "id": cast.amira},
        )
    ]
    assert faults(db, f"{DAY},{HOUR},{ROOM},amira khan ({other})") == []
    assert [each.id for each in rota.due(db, school_year.on_day(db, THURSDAY)[0])] == [other]


def test_no_cell_starts_a_formula_and_it_still_comes_back(db: Database, cast: Cast):
    everybody = [replace(each, given_name="=1+1") if each.id == cast.chidi else each for each in mentors.mentors(db)]
    chidi = next(each for each in everybody if each.id == cast.chidi)
    cells = [
        replace(cell, due=tuple(replace(due, mentor=chidi) for due in cell.due))
        for cell in rota.glance(db, THURSDAY, THURSDAY)
    ]
    text = rota_text(cells, names_of(everybody), zone=ZONE)
    [row] = list(csv.DictReader(io.StringIO(text)))
    assert row["mentor"] == "'=1+1 Okonkwo"
    term = replace(term_of(db, text.encode(), now=NOW), mentors=tuple(everybody))
    assert read_rota(text.encode(), term) == rota_file.RotaFile()


def test_duties_of_the_whole_week_count_in_the_cap(db: Database, cast: Cast):
    rota.change_limits(db, rota.limits_form(replace(rota.limits(db), duties_a_week=1)), by="staff 1", now=NOW)
    content = f"{HEADER}\n{DAY},{HOUR},{ROOM},Amira Khan\n".encode()
    [change] = bring_rota(db, content, by="staff 1", now=NOW, dry_run=True).changes
    assert [(each.rule, each.mentors[0].id, each.duties, each.cap) for each in change.broken] == [
        (rota.Rule.OVER_CAP, cast.amira, 2, 1)
    ]


@pytest.mark.parametrize("name", ["Àmira Khan", "amira khan", "Amira\u2010Khan"])
def test_a_name_is_found_however_its_accents_and_dashes_are_written(db: Database, cast: Cast, name: str):
    assert faults(db, f"{DAY},{HOUR},{ROOM},{name}") == []
    assert [each.id for each in rota.due(db, school_year.on_day(db, THURSDAY)[0])] == [cast.amira]
