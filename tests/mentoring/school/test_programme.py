"""The programme: one school's scheme, its hours, and the sentence that never changes."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from mentoring.access import staff
from mentoring.school import programme
from mentoring.school.programme import NEVER_A_SECRET, Programme, is_staffed
from mentoring.store import migrations
from mentoring.store.database import open_database
from tests.conftest import SCHOOL, ZONE, at

HARBOUR = Programme(
    school=SCHOOL,
    name="Peer mentors",
    zone=ZONE,
    board_link="x",
    staffed_days=("Mon", "Tue", "Wed", "Thu", "Fri"),
    staffed_from="08:30",
    staffed_until="16:00",
)
SATURDAY, SUMMER_TUESDAY = date(2027, 1, 16), date(2027, 6, 15)


@pytest.mark.parametrize(
    ("hour", "day", "running", "staffed"),
    [
        ("08:29:59", None, False, False),
        ("08:30", None, False, True),
        ("12:40", None, False, True),
        ("15:59:59", None, False, True),
        ("16:00", None, False, False),
        ("16:00", None, True, True),
        ("07:00", None, True, True),
        ("12:40", SATURDAY, False, False),
        ("12:40", SATURDAY, True, True),
        # The school's wall, not UTC: in June 08:30 is 07:30 there.
        ("08:29:59", SUMMER_TUESDAY, False, False),
        ("08:30", SUMMER_TUESDAY, False, True),
        ("15:59:59", SUMMER_TUESDAY, False, True),
        ("16:00", SUMMER_TUESDAY, False, False),
    ],
)
def test_an_adult_can_be_called_in_staffed_hours_and_while_a_drop_in_runs(
    hour: str, day: date | None, *, running: bool, staffed: bool
):
    now = at(hour, day) if day else at(hour)
    assert is_staffed(HARBOUR, now=now, drop_in_running=running) is staffed


def test_a_school_may_be_staffed_on_other_days():
    saturdays = replace(HARBOUR, staffed_days=("Sat",))
    assert is_staffed(saturdays, now=at("12:40", SATURDAY), drop_in_running=False)
    assert not is_staffed(saturdays, now=at("12:40"), drop_in_running=False)


def test_the_sentence_about_secrets_stands_as_promised():
    assert NEVER_A_SECRET == "Mentors listen. They cannot keep secrets about someone's safety."


def test_what_set_up_settled_is_what_is_loaded(db: Database):
    loaded = programme.load(db)
    assert loaded == replace(HARBOUR, board_link=loaded.board_link)


def test_before_set_up_there_is_no_programme(tmp_path: Path):
    with closing(open_database(tmp_path / "programme.db", create=True)) as db:
        migrations.migrate(db)
        assert not staff.is_set_up(db)
        with pytest.raises(LookupError):
            programme.load(db)


def test_a_new_board_link_is_long_and_the_old_one_is_gone(db: Database):
    old = programme.load(db).board_link
    new = programme.replace_board_link(db, old, by="staff 1", now=at("09:00"))
    assert programme.load(db).board_link == new != old
    assert programme.replace_board_link(db, old, by="staff 1", now=at("09:00")) == new  # a second tap
    assert min(len(old), len(new)) >= 24


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, set()),
        ({"school": " "}, {"school"}),
        ({"name": "x" * 61}, {"name"}),
        ({"staffed_from": "8:30"}, {"staffed_from"}),
        ({"staffed_until": "08:00"}, {"staffed_until"}),
        ({"staffed_days": []}, {"staffed_days"}),
    ],
)
def test_what_a_lead_writes_of_the_school_is_checked(changed: dict[str, Any], fields: set[str]):
    good = {
        "school": "Harbour School",
        "name": "Peer mentors",
        "staffed_from": "08:30",
        "staffed_until": "16:00",
        "staffed_days": ["Mon"],
    }
    assert {each.field for each in programme.faults(**{**good, **changed})} == fields
