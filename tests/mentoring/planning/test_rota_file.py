"""The rota as a file: every fault has its row, its column and a remedy, and nothing is half brought."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from sqlite_utils import Database

from mentoring.people import mentors
from mentoring.people.mentors import NewMentor
from mentoring.planning import rota, rota_file
from mentoring.planning.rota_file import bring_rota, names_of, read_rota, rota_text, term_of
from mentoring.school import school_year
from mentoring.school.school_year import Closure, NewSlot
from tests.conftest import FIRST_OF_SEPTEMBER, THURSDAY, TUESDAY, ZONE, Cast, at

HEADER = "date,start,room,mentor"
NOW = at("09:00", date(2027, 1, 13))  # Wednesday: Tuesday is over, Thursday is to come
DAY, HOUR, ROOM = "2027-01-14", "12:30", "Library 2"


def faults(db: Database, *rows: str) -> list[tuple[int, str, str]]:
    content = "\n".join((HEADER, *rows)).encode()
    file = bring_rota(db, content, by="staff 1", now=NOW, dry_run=False)
    assert not file.changes or not file.faults
    return [(each.row, each.column, each.what) for each in file.faults]


@pytest.fixture(autouse=True)
def unpinned(db: Database, cast: Cast) -> None:
    rota.pin(db, school_year.on_day(db, THURSDAY)[0], cast.chidi, pinned=False, by="staff 1", now=NOW)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("2027-01-14,12:30,Library 2,Nobody Here", (2, "mentor", "“Nobody Here” is not on the list")),
        ("2027-01-15,12:30,Library 2,Amira Khan", (2, "date", "no drop-in is held there and then")),
        ("2027-01-14,12:40,Library 2,Amira Khan", (2, "start", "no drop-in is held there and then")),
        ("2027-01-14,12:30,Library 9,Amira Khan", (2, "room", "no drop-in is held there and then")),
        ("2027-02-30,12:30,Library 2,Amira Khan", (2, "date", "“2027-02-30” is no date")),
        ("2027-01-14,noon,Library 2,Amira Khan", (2, "start", "“noon” is no time")),
        ("2037-01-14,12:30,Library 2,Amira Khan", (2, "date", "2037-01-14 is more than a year away")),
        ("2027-01-12,12:30,Library 2,Amira Khan", (2, "date", "the drop-in has begun, and the rota says otherwise")),
        ("2027-01-14,12:30,Library 2,Amira Khan,more", (2, "5", "there are more cells than columns")),
    ],
)
def test_a_wrong_row_is_named(db: Database, cast: Cast, row: str, fault: tuple[int, str, str]):
    assert faults(db, row) == [fault]


def test_all_faults_are_told_at_once_and_nothing_is_brought(db: Database, cast: Cast):
    before = rota.glance(db, TUESDAY, THURSDAY)
    rows = [f"{DAY},{HOUR},{ROOM},{name}" for name in ("Amira Khan", "Amira Khan", "Ben Osei")]
    assert faults(db, *rows, f"{DAY},25:00,{ROOM},Ben Osei") == [
        (3, "mentor", "Amira Khan is there twice"),
        (4, "mentor", "the drop-in has 2 places"),
        (5, "start", "“25:00” is no time"),
    ]
    assert rota.glance(db, TUESDAY, THURSDAY) == before


def test_who_is_pinned_has_to_be_in_the_file(db: Database, cast: Cast):
    rota.pin(db, school_year.on_day(db, THURSDAY)[0], cast.chidi, pinned=True, by="staff 1", now=NOW)
    assert faults(db, f"{DAY},{HOUR},{ROOM},Amira Khan") == [
        (2, "mentor", "Chidi Okonkwo is pinned there and not in the file")
    ]


def test_who_is_not_active_or_elsewhere_or_where_it_is_closed_is_a_fault(db: Database, cast: Cast):
    room_7 = NewSlot(3, "12:45", "13:15", "Room 7", "")
    school_year.add_slot(db, room_7, adult_id=cast.adeyemi, by="staff 1", now=at("09:00", FIRST_OF_SEPTEMBER))
    assert faults(db, f"{DAY},12:45,Room 7,Chidi Okonkwo") == [
        (2, "mentor", "Chidi Okonkwo is due in Library 2 at the same time")
    ]
    assert faults(db, f"{DAY},12:45,Room 7,Chidi Okonkwo", f"{DAY},{HOUR},{ROOM},Amira Khan") == [], "they change"
    db["mentors"].update(cast.ben, {"state": "paused"})
    assert faults(db, f"{DAY},{HOUR},{ROOM},Ben Osei") == [(2, "mentor", "Ben Osei is not active now")]
    school_year.add_closure(db, Closure(0, "Snow", THURSDAY, THURSDAY), by="staff 1", now=NOW)
    assert faults(db, f"{DAY},{HOUR},{ROOM},Amira Khan") == [(2, "date", "the drop-in is closed: Snow")]


def test_a_row_without_a_mentor_empties_and_what_is_not_named_stays(db: Database, cast: Cast):
    assert faults(db, f"{DAY},{HOUR},{ROOM},") == []
    assert rota.due(db, school_year.on_day(db, THURSDAY)[0]) == []
    assert [each.id for each in rota.due(db, school_year.on_day(db, TUESDAY)[0])] == [cast.amira, cast.ben]


def test_two_of_one_name_are_told_apart_by_their_number(db: Database, cast: Cast):
    other = mentors.add(db, NewMentor("Amira", "Khan", "9", "Amira K."), by="staff 1", now=NOW)
    assert faults(db, f"{DAY},{HOUR},{ROOM},Amira Khan") == [(2, "mentor", "2 mentors are called “Amira Khan”")]
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
    rota.set_limits(db, replace(rota.limits(db), duties_a_week=1), by="staff 1", now=NOW)
    content = f"{HEADER}\n{DAY},{HOUR},{ROOM},Amira Khan\n".encode()
    [change] = bring_rota(db, content, by="staff 1", now=NOW, dry_run=True).changes
    assert [each.words for each in change.broken] == ["Amira would have 2 duties that week, and the most is 1"]
