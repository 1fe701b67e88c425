"""A badge code is exactly what was made with our key, and nothing else is."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badges import code

KEY = bytes(range(32))
numbers = st.integers(0, code.NUMBERS - 1)


@given(numbers)
def test_a_number_comes_back_from_its_code(number: int):
    made = code.make(number, KEY)
    assert len(made) == 10
    assert made.startswith("PM")
    assert set(made) <= set(code.ALPHABET) | set("PM")
    assert code.read(made, KEY) == number


@pytest.mark.parametrize("number", [-1, code.NUMBERS])
def test_a_number_out_of_range_has_no_code(number: int):
    with pytest.raises(ValueError, match="between 0"):
        code.make(number, KEY)


@given(st.text() | st.from_regex(r"PM[0-9A-Z]{8}\n?", fullmatch=True))
def test_any_other_text_is_not_a_badge(text: str):
    with pytest.raises(code.NotABadge):
        code.read(text, KEY)


@given(numbers, st.integers(0, 9), st.sampled_from(code.ALPHABET + "ILOU \n"))
def test_one_changed_character_never_reads(number: int, place: int, other: str):
    made = code.make(number, KEY)
    changed = made[:place] + other + made[place + 1 :]
    if changed != made:
        with pytest.raises(code.NotABadge):
            code.read(changed, KEY)


@given(numbers)
def test_another_schools_key_refuses(number: int):
    with pytest.raises(code.NotABadge):
        code.read(code.make(number, KEY), bytes(32))


@pytest.mark.parametrize("wrap", ["{}\n", "\n{}", " {}", "{}0", "http://{}"])
def test_only_the_whole_text_is_a_code(wrap: str):
    with pytest.raises(code.NotABadge):
        code.read(wrap.format(code.make(7, KEY)), KEY)


@given(numbers)
def test_what_is_printed_for_typing_can_be_typed(number: int):
    made = code.make(number, KEY)
    printed = code.grouped(made)
    assert [len(group) for group in printed.split(" ")] == [4, 4, 2]
    assert code.typed(printed) == made
    assert code.typed(printed.lower().replace(" ", "-") + "\r\n") == made
    assert code.typed("\ufeff" + printed.replace(" ", "–") + "\u200b.\n") == made
    assert code.typed(printed.replace("0", "O").replace("1", "l")) == made


@pytest.mark.parametrize("exotic", ["\uff30", "\u017f", "\u0131", "\u0661", "\uff11", "\u00df"])
def test_letters_and_digits_of_other_scripts_never_slip_in(exotic: str):
    assert exotic in code.typed(exotic)
    for place in range(10):
        made = code.make(1, KEY)
        with pytest.raises(code.NotABadge):
            code.read(code.typed(made[:place] + exotic + made[place + 1 :]), KEY)


def test_an_endless_text_is_dropped():
    assert code.typed("P" * 1_000_000) == ""


@given(st.text())
def test_tidying_takes_anything(text: str):
    tidied = code.typed(text)
    assert len(tidied) <= len(text)
    assert code.typed(tidied) == tidied


def test_a_new_key_is_its_owners_alone_and_loads_again(tmp_path: Path):
    path = tmp_path / "badge.key"
    old = os.umask(0)
    try:
        key = code.create_key(path)
    finally:
        os.umask(old)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == key.hex() + "\n"
    assert code.load_key(path) == key


def test_a_key_is_never_written_over(tmp_path: Path):
    path = tmp_path / "badge.key"
    key = code.create_key(path)
    with pytest.raises(code.KeyTrouble, match="already"):
        code.create_key(path)
    assert code.load_key(path) == key


def test_a_missing_key_is_said_and_not_made(tmp_path: Path):
    path = tmp_path / "badge.key"
    with pytest.raises(code.KeyTrouble, match="missing"):
        code.load_key(path)
    assert not path.exists()


def test_a_key_cannot_be_made_in_a_folder_that_is_not_there(tmp_path: Path):
    with pytest.raises(code.KeyTrouble, match="cannot be made"):
        code.create_key(tmp_path / "nowhere" / "badge.key")


@pytest.mark.parametrize(
    "content", [b"", b"00" * 31, b"00" * 33, b"zz" * 32, b"00" * 31 + b"\xff\xfe", b"00" * 32 + b"\n\n00"]
)
def test_a_damaged_key_is_said(tmp_path: Path, content: bytes):
    path = tmp_path / "badge.key"
    path.write_bytes(content)
    with pytest.raises(code.KeyTrouble, match=r"damaged|cannot be read"):
        code.load_key(path)


def test_new_keys_differ():
    assert code.new_key() != code.new_key()
