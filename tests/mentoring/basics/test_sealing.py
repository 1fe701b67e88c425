"""Sealing in age's own format: several keys, padding, keys on paper, keys locked with a password."""

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.basics import sealing
from mentoring.basics.sealing import WrongKey


def test_each_of_several_keys_opens_it_and_no_other():
    lead, deputy, paper, stranger = (sealing.new_key() for _ in range(4))
    sealed = sealing.seal(b"tell someone", [lead.public, deputy.public, paper.public])
    assert {sealing.unseal(sealed, key) for key in (lead, deputy, paper)} == {b"tell someone"}
    with pytest.raises(WrongKey):
        sealing.unseal(sealed, stranger)
    with pytest.raises(ValueError, match="nobody"):
        sealing.seal(b"tell someone", [])


def test_the_stock_tool_opens_it(tmp_path: Path):
    key = sealing.new_key()
    (tmp_path / "key.txt").write_text(key.private)
    (tmp_path / "record.age").write_bytes(sealing.seal(sealing.padded("Ümit said: tell someone"), [key.public]))
    told = subprocess.run(["age", "-d", "-i", "key.txt", "record.age"], cwd=tmp_path, capture_output=True, check=True)
    assert told.stdout.decode().rstrip() == "Ümit said: tell someone"


def test_a_touched_record_does_not_open():
    key = sealing.new_key()
    sealed = sealing.seal(b"x" * 5000, [key.public])
    chance = random.Random(7)
    for _ in range(50):
        touched = bytearray(sealed)
        touched[chance.randrange(len(touched))] ^= 1 << chance.randrange(8)
        with pytest.raises(WrongKey):
            sealing.unseal(bytes(touched), key)


@given(st.text(max_size=3000), st.text(max_size=3000))
def test_texts_of_one_size_class_are_sealed_to_one_length(one: str, other: str):
    assert len(sealing.padded(one[:1000])) == len(sealing.padded(other[:1000])) == sealing.SMALLEST
    assert sealing.padded(one).decode().rstrip(" ") == one.rstrip(" ")


def test_a_key_is_read_from_its_words_and_from_its_line():
    key = sealing.new_key()
    assert len(key.words.split()) == 24
    for paper in (
        key.words,
        f"  {key.words.upper()}\n",
        key.words.replace(" ", ", "),
        key.private,
        key.private.lower(),
    ):
        assert sealing.key_from_paper(paper) == key
    line = key.private
    assert sealing.key_from_paper(f"{line[:30]} {line[30:]}") == key
    assert line not in repr(key)


@pytest.mark.parametrize(
    ("paper", "words"),
    [
        ("", "24 words; these are 0"),
        ("zebra " * 23, "these are 23"),
        ("zebra " * 23 + "dropin", r"word 24 \(dropin\)"),
        ("abandon " * 24, "not in this order"),
        ("AGE-SECRET-KEY-1QQQQ", "That is not a key"),
    ],
)
def test_what_is_wrong_with_a_key_is_said(paper: str, words: str):
    with pytest.raises(WrongKey, match=words):
        sealing.key_from_paper(paper)


def test_a_locked_key_opens_with_its_password_alone():
    key = sealing.new_key()
    locked = sealing.lock(key, "three wet turtles")
    assert key.private.encode() not in locked
    assert sealing.unlock(locked, "three wet turtles") == key
    with pytest.raises(WrongKey):
        sealing.unlock(locked, "three wet turtle")
    assert locked != sealing.lock(key, "three wet turtles")
