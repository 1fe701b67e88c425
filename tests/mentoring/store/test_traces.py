"""What looks for traces sees them wherever they lie, also across the edge of what is read at once."""

from pathlib import Path

import pytest

from mentoring.store import traces
from mentoring.store.traces import traces_in

MARKS = [b"blue-turtle", b"red-bird"]


def test_a_mark_is_found_in_bytes_in_a_file_and_in_a_folder(tmp_path: Path):
    deep = tmp_path / "exports" / "a" / "b.csv"
    deep.parent.mkdir(parents=True)
    deep.write_bytes(b"xx blue-turtle xx")
    for where in (b"..blue-turtle..", deep, tmp_path):
        assert traces_in(where, MARKS) == {b"blue-turtle"}
    assert traces.look(tmp_path, MARKS) == (17, 1)
    assert traces_in(b"a blue turtle, a bird", MARKS) == set()
    assert traces_in(tmp_path / "nowhere", MARKS) == set()


@pytest.mark.parametrize("offset", [*range(-12, 3)])
def test_a_mark_across_the_edge_of_a_piece_is_found(monkeypatch: pytest.MonkeyPatch, offset: int):
    monkeypatch.setattr(traces, "CHUNK", 64)
    content = b"x" * (64 + offset) + b"blue-turtle" + b"x" * 200
    assert traces_in(content, MARKS) == {b"blue-turtle"}
