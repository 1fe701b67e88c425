"""The finish line of set-up: what is there, what is missing, in the order a lead thinks."""

import pytest
from sqlite_utils import Database

from mentoring.box import finish_line
from mentoring.box.finish_line import steps_of
from tests.conftest import Cast

ALL = {"adults": 2, "deputy": True, "mentors": 2, "badges": 2, "slots": 1, "half_terms": 1, "paper": True, "signed": 2}


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [
        ({}, []),
        ({"mentors": 1}, ["People"]),
        ({"slots": 0}, ["Room and times"]),
        ({"half_terms": 0}, ["Term dates"]),
        ({"deputy": False}, ["Deputy"]),
        ({"badges": 1}, ["Badges"]),
        ({"paper": False}, ["Recovery key"]),
        ({"signed": 1}, ["Privacy papers"]),
    ],
)
def test_each_lack_is_one_step(lacking: dict[str, int], missing: list[str]):
    steps = steps_of(**{**ALL, **lacking})
    assert [each.name for each in steps if not each.done] == missing
    names = ["School", "People", "Room and times", "Term dates", "Deputy", "Badges", "Recovery key", "Privacy papers"]
    assert [each.name for each in steps] == names


def test_the_cast_still_needs_term_dates_a_deputy_a_key_on_paper_and_signed_papers(db: Database, cast: Cast):
    missing = [each.name for each in finish_line.steps(db) if not each.done]
    assert missing == ["Term dates", "Deputy", "Recovery key", "Privacy papers"]
