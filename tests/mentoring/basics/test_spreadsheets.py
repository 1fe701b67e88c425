"""Cells of a table: a text stays a text, and can be read back."""

import pytest

from mentoring.basics.spreadsheets import disarmed


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-5", "@sum", "\tx", "\r=1", "＝1", "'quoted"])
def test_what_a_spreadsheet_would_run_or_hide_has_an_apostrophe_before_it(text: str):
    assert disarmed(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Amira", "a = b", "12:30", " =1"])
def test_what_no_spreadsheet_runs_is_left_as_it_is(text: str):
    assert disarmed(text) == text
