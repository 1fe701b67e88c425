"""The page on security is tested: every requirement is answered once, and every test it names is there."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ANSWERS = ("Shown by", "Does not apply", "Not shown")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NUMBER = re.compile(r"\b\d+\.\d+\.\d+\b")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*) \| ([^|]+) \| (.+) \|$", PAGE, re.MULTILINE)


@cache
def _tests_of(path: str) -> set[str]:
    """The names of the test functions of one file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _answer(cell: str) -> list[str]:
    return [each for each in ANSWERS if f"**{each}**" in cell]


def _listed() -> list[str]:
    """The numbers that the page itself lists, level 1 and level 2."""
    return NUMBER.findall(PAGE.partition("## The numbers")[2])


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED.findall(PAGE))), ids=lambda part: part.rpartition("/")[2])
def test_every_test_that_is_named_is_there(path: str, name: str):
    assert name in _tests_of(path)


def test_every_mention_of_a_test_is_read():
    assert len(NAMED.findall(PAGE)) == PAGE.count("::test_") > 150


def test_every_requirement_is_answered_once():
    answered = [number for numbers, *_ in ROWS for number in numbers.split(", ")]
    assert len(_listed()) == 253
    assert Counter(answered) == Counter(_listed())
    assert set(Counter(answered).values()) == {1}


def test_no_row_is_overlooked():
    assert len(ROWS) == len(re.findall(r"^\| \d", PAGE, re.MULTILINE))


def test_each_row_has_one_answer_and_what_it_rests_on():
    for numbers, _, cell in ROWS:
        [answer] = _answer(cell)
        assert cell.startswith(f"**{answer}**"), numbers
        assert (answer == "Shown by") <= bool(NAMED.search(cell)), numbers
        assert answer == "Shown by" or len(cell.partition("**: ")[2]) > 5, f"{numbers} needs a reason"


def test_the_page_counts_its_answers():
    found = Counter(answer for numbers, _, cell in ROWS for answer in _answer(cell) for _ in numbers.split(", "))
    told = {answer: int(number) for answer, number in re.findall(r"^\| \*\*(.+?)\*\* \| (\d+) \|", PAGE, re.MULTILINE)}
    assert told == found
