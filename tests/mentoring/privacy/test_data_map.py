"""The map of what is kept is the live schema, no more and no less (P14, P19)."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.basics.data_map import DataClass
from mentoring.privacy import erasure
from mentoring.privacy.data_map import AREAS, BY_CODE, BY_NAME, CLASSES, NOT_ABOUT_A_PERSON, TABLES
from mentoring.privacy.tombstones import Whose
from mentoring.store import schema
from mentoring.store.database import rows


def _tables(db: Database) -> set[str]:
    return {each["name"] for each in rows(db, "select name from sqlite_schema where type = 'table'")}


def test_every_table_of_the_store_is_classed(db: Database):
    unclassed = _tables(db) - BY_NAME.keys() - NOT_ABOUT_A_PERSON.keys()
    assert unclassed == set(), "class it in the data.py of its area: a Table, or about nobody and why"


def test_nothing_is_classed_that_is_not_there(db: Database):
    assert BY_NAME.keys() - _tables(db) == set()
    assert BY_NAME.keys() & NOT_ABOUT_A_PERSON.keys() == set()
    assert len(BY_NAME) == len(TABLES)
    assert len(BY_CODE) == len(CLASSES)


def test_an_area_states_the_tables_of_its_own_schema():
    for page in Path(schema.__file__).parent.glob("[a-z]*.py"):
        area = import_module(f"mentoring.{page.stem}.data").DATA
        stated = {each.name for each in area.tables} | {each for each in area.about_nobody if "sqlite_" not in each}
        assert stated == set(re.findall(r"^create table (\w+)", page.read_text(encoding="utf-8"), re.MULTILINE)), (
            page.stem
        )
        assert area in AREAS, page.stem


@pytest.mark.parametrize("whose", Whose)
def test_whatever_leads_to_a_person_is_about_a_person(db: Database, whose: Whose):
    assert erasure.columns_about(db, whose).keys() & NOT_ABOUT_A_PERSON.keys() == set()


def test_whatever_leads_to_a_mentor_says_what_an_erasure_does_or_why_it_stays(db: Database):
    for whose in Whose:
        silent = [
            name
            for name in erasure.columns_about(db, whose)
            if not (BY_NAME[name].kept or (BY_NAME[name].mentor if whose is Whose.MENTOR else BY_NAME[name].staff))
        ]
        assert silent == [], whose


def test_every_table_is_in_a_class_and_every_class_has_a_table_or_a_column(db: Database):
    assert {each.in_class for each in TABLES} <= BY_CODE.keys()
    assert {each.code for each in CLASSES if not each.columns} <= {each.in_class for each in TABLES}
    for column in (column for each in CLASSES for column in each.columns):
        table, _, name = column.partition(".")
        assert name in {each["name"] for each in rows(db, f"select name from pragma_table_info('{table}')")}


@pytest.mark.parametrize("each", CLASSES, ids=lambda each: each.code)
def test_a_class_says_why_who_sees_it_and_how_long(each: DataClass):
    assert all((each.name, each.purpose, each.basis, each.sees, each.runs_from))
    if each.default:
        assert each.least <= each.default.count <= each.most
        assert each.source
        assert each.forget or each.leavers or each.code == "journal"


@pytest.mark.parametrize("each", CLASSES, ids=lambda each: each.code)
def test_every_statement_of_the_map_runs_on_the_live_schema(db: Database, each: DataClass):
    for statement in each.forget:
        db.execute(f"explain {statement}", {"before": "2027-01-01", "now": "2027-01-01"}).fetchall()


@pytest.mark.parametrize("each", TABLES, ids=lambda each: each.name)
def test_every_column_that_is_held_back_is_there(db: Database, each):
    assert set(each.held_back) <= {
        found["name"] for found in rows(db, f"select name from pragma_table_info('{each.name}')")
    }
