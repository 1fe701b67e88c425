"""The store's own locks: they hold from a connection's first word to its last, whatever else the process reads."""

import os
from contextlib import closing
from pathlib import Path

from benchmarks import lunch_steps
from mentoring.lunch import close_of_day
from mentoring.store.database import open_database


def _locks(file: Path) -> int:
    """How many locks this process holds on the file; column 5 is whose, column 6 on which file, by inode."""
    held = [line.split() for line in Path("/proc/locks").read_text(encoding="ascii").splitlines() if "->" not in line]
    inode = str(file.stat().st_ino)
    return sum(each[4] == str(os.getpid()) and each[5].rpartition(":")[2] == inode for each in held)


def test_close_of_day_keeps_its_locks_while_it_looks_for_traces(tmp_path: Path):
    lunch_steps.set_up(tmp_path)
    with closing(open_database(tmp_path / "programme.db")) as db:
        for action in list(lunch_steps.ACTIONS.values())[:-1]:
            action(db, tmp_path)
        assert _locks(tmp_path / "programme.db") > 0
        assert close_of_day.close(db, folder=tmp_path, now=lunch_steps.at("13:30")) is not None
        assert _locks(tmp_path / "programme.db") > 0
