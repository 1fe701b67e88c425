"""What a form gives, and the key a browser made for one change."""

import re

from hypothesis import given
from hypothesis import strategies as st

from mentoring.basics.forms import browser_key


@given(st.text())
def test_any_text_is_a_key_of_one_shape(text: str):
    assert re.fullmatch(r"[0-9a-f]{32}", browser_key(text))


def test_the_same_text_is_the_same_key_and_another_is_another():
    assert browser_key("a") == browser_key("a") != browser_key("b")
    assert re.fullmatch(r"[0-9a-f]{32}", browser_key("half a \ud800 letter"))
