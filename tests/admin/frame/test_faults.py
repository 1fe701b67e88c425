"""How a fault becomes words: its code's template, filled with its values."""

from datetime import date
from enum import StrEnum

import pytest

from admin.frame.faults import AnyFault, Known, Words, listed, row_of, sentence_of, words_of
from mentoring.basics.brought_files import RowFault
from mentoring.basics.forms import Fault


class Wrong(StrEnum):
    EMPTY = "empty"
    AWAY = "away"
    SEVERAL = "several"


def _several(fault: AnyFault, subject: str) -> Words:
    return f"{subject} is {fault.values['names']}", "choose one"


KNOWN: Known = {
    Wrong.EMPTY: ("{subject} is missing", "write {most} letters at most"),
    Wrong.AWAY: ("{name} is away", "choose somebody else"),
    Wrong.SEVERAL: _several,
}


@pytest.mark.parametrize(
    ("fault", "subject", "words"),
    [
        (Fault("name", Wrong.EMPTY, {"most": 40}), "this", ("this is missing", "write 40 letters at most")),
        (Fault("name", Wrong.EMPTY, {"most": 40}), "the slot", ("the slot is missing", "write 40 letters at most")),
        (Fault("name", Wrong.EMPTY, {"most": 40}), "", ("is missing", "write 40 letters at most")),
        (Fault("mentor", Wrong.AWAY, {"name": "{Ben}"}), "this", ("{Ben} is away", "choose somebody else")),
        (Fault("mentor", Wrong.SEVERAL, {"names": "{}"}), "this", ("this is {}", "choose one")),
        (
            Fault("mentor", Wrong.AWAY, {"name": "Ben", "on": date(2027, 1, 12)}),
            "this",
            ("on 12 January, Ben is away", "choose somebody else"),
        ),
    ],
)
def test_a_code_becomes_what_is_wrong_and_the_remedy(fault: Fault, subject: str, words: Words):
    assert words_of(fault, subject, known=KNOWN) == words


def test_a_fault_is_one_sentence_and_one_of_a_file_is_one_line():
    fault = Fault("name", Wrong.EMPTY, {"most": 40})
    assert sentence_of(fault, known=KNOWN) == "This is missing: write 40 letters at most."
    row = RowFault(3, "name", Wrong.EMPTY, {"most": 40})
    assert row_of(row, known=KNOWN) == "row 3, column name: is missing, write 40 letters at most"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["Amira"], "Amira"),
        (["Amira", "Ben"], "Amira and Ben"),
        (["Amira", "Ben", "Chidi"], "Amira, Ben and Chidi"),
    ],
)
def test_names_are_listed_as_people_say_them(names: list[str], text: str):
    assert listed(names) == text
