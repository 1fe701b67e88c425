"""What looks for traces sees them wherever they lie, also across the edge of what is read at once."""

from pathlib import Path

import pytest

from mentoring.store import traces
from mentoring.store.traces import Wanted

TURTLE = Wanted((b"blue-turtle", b"red-bird"), (b"fish-[0-9]{4}",))


def test_marks_and_forms_are_found_in_a_folder_and_in_bytes(tmp_path: Path):
    deep = tmp_path / "exports" / "a" / "b.csv"
    deep.parent.mkdir(parents=True)
    deep.write_bytes(b"xx blue-turtle fish-1234567")
    (tmp_path / "c").write_bytes(b"fish-0000 fish-1234")
    found = {b"blue-turtle", b"fish-1234", b"fish-0000"}
    assert traces.look(tmp_path, TURTLE) == (46, found)
    assert traces.look_in_a_child(tmp_path, TURTLE) == (46, found)
    assert traces.traces(b"..blue-turtle..", TURTLE) == {b"blue-turtle"}
    assert traces.traces(b"a blue turtle, a bird, fish-123", TURTLE) == set()
    assert traces.look(tmp_path / "nowhere", TURTLE) == (0, set())


def test_bytes_that_are_no_text_come_back_from_the_child_as_they_are(tmp_path: Path):
    mark = bytes(range(256))
    (tmp_path / "any").write_bytes(b"x" + mark)
    assert traces.look_in_a_child(tmp_path, Wanted((mark,))) == (257, {mark})


@pytest.mark.parametrize("offset", [*range(-12, 3)])
@pytest.mark.parametrize("text", [b"blue-turtle", b"fish-1234"])
def test_what_lies_across_the_edge_of_a_piece_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offset: int, text: bytes
):
    monkeypatch.setattr(traces, "CHUNK", 64)
    (tmp_path / "any").write_bytes(b"x" * (64 + offset) + text + b"x" * 200)
    assert traces.look(tmp_path, TURTLE) == (264 + offset + len(text), {text})
