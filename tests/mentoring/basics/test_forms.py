"""What a form gives, and the key a browser made for one change."""

import re
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.basics import forms
from mentoring.basics.forms import MOST_MARKS, Fault, browser_key, tidy, unbroken


@given(st.text())
def test_any_text_is_a_key_of_one_shape(text: str):
    assert re.fullmatch(r"[0-9a-f]{32}", browser_key(text))


def test_the_same_text_is_the_same_key_and_another_is_another():
    assert browser_key("a") == browser_key("a") != browser_key("b")
    assert re.fullmatch(r"[0-9a-f]{32}", browser_key("half a \ud800 letter"))


def test_a_run_of_accents_is_cut_before_its_order_is_worked_out():
    assert tidy("Ze\u0301 e\u0316\u0301") == "Z\u00e9 \u00e9\u0316"
    assert len(tidy("a" + "\u0301\u0316" * 50_000 + "b")) <= MOST_MARKS + 2
    many = "e\u0301\u0316" * 1_000
    assert tidy(many) == "\u00e9\u0316" * 1_000, "letters with few marks stay as they are"


def test_a_short_name_is_not_broken_by_a_line_and_a_long_one_may_be():
    assert unbroken("Room 12") == "Room\N{NO-BREAK SPACE}12"
    assert unbroken("Learning support, upper floor") == "Learning support, upper floor"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"was_room": "Library", "room": "Library"}, "Room 7"),
        ({"was_room": "Library", "room": "Hall"}, "Hall"),
        ({"room": "Library"}, "Library"),
        ({"was_room": ""}, "Room 7"),
        ({"was_room": "Library"}, None),
    ],
)
def test_a_field_that_was_not_changed_has_the_stored_value(sent: dict[str, str], kept: str | None):
    changed = forms.as_changed({**sent, "name": "Ben"}, {"room": "Room 7"})
    assert (changed.get("room"), changed["name"]) == (kept, "Ben")


class Wrong(StrEnum):
    EMPTY = "empty"


def test_the_values_of_a_fault_stay_as_they_were():
    values = {"most": 40}
    fault = Fault("name", Wrong.EMPTY, values)
    values["most"] = 50
    assert fault == Fault("name", Wrong.EMPTY, {"most": 40})
    with pytest.raises(TypeError):
        fault.values["most"] = 50  # type: ignore[index]


@pytest.mark.parametrize(
    "typed",
    [
        "7Q4M-9XRT-2B6K",
        "7Q4M 9XRT 2B6K\r\n",
        "7Q4M–9XRT—2B6K",  # dashes as a word processor makes them
        "\ufeff7Q4M\u20119XRT\u200b\u22122B6K\u2060.",
        "７Ｑ４Ｍ９ＸＲＴ２Ｂ６Ｋ",  # a keyboard set to full width
        "«7Q4M•9XRT·2B6K»",
    ],
)
def test_a_code_is_its_letters_and_digits_whatever_stands_between(typed: str):
    assert forms.code(typed) == "7Q4M9XRT2B6K"


def test_words_are_found_between_anything_and_without_the_numbers_of_a_list():
    typed = "1. Abandon–ability,\n2) a\u200bble \u00adABOUT\ufeff"
    assert forms.words(typed) == ["abandon", "ability", "able", "about"]
