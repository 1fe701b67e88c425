"""A database in memory without a name: nothing of it is ever found in a folder, and nothing is left."""

import os
from pathlib import Path

import pytest

from mentoring.store import scratch


def test_it_has_no_name_and_is_a_database_and_bytes_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scratch, "MEMORY", tmp_path)
    with scratch.scratch() as (memory, file):
        assert list(tmp_path.iterdir()) == []
        memory.execute("create table t (x)")
        memory.execute("insert into t values ('one')")
        assert list(tmp_path.iterdir()) == []
        file.seek(0)
        content = file.read()
    assert content.startswith(b"SQLite format 3\x00")
    with scratch.scratch() as (memory, file):
        file.write(content)
        file.flush()
        assert memory.execute("select x from t").fetchone()[0] == "one"


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scratch, "MEMORY", tmp_path)
    old, young, other = (tmp_path / name for name in ("drop-in-old", "drop-in-young", "drop-in-full"))
    for each in (old, young):
        each.touch()
    other.write_bytes(b"of another program")
    for each in (old, other):
        os.utime(each, (0, 0))
    with scratch.scratch():
        assert sorted(tmp_path.iterdir()) == sorted([young, other])
