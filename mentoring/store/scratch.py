"""A database file in memory alone and without a name: for a copy in clear that must not lie on a disk (P8)."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from mentoring.basics import clock

# Linux's file system in memory. What is written there counts for no process, and goes with the last that has it open.
MEMORY = Path("/dev/shm")  # noqa: S108 # the file has no name before anything is written to it


_PREFIX = "drop-in-"
_OLD_SECONDS = 60.0


def _sweep() -> None:
    """Remove the empty files of processes that were killed between making one and taking its name away."""
    for left in MEMORY.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            found = left.lstat()
            if not found.st_size and found.st_mtime < clock.now().timestamp() - _OLD_SECONDS:
                left.unlink()


@contextmanager
def scratch() -> Iterator[tuple[sqlite3.Connection, BinaryIO]]:
    """An empty file without a name, opened as a database and as bytes; it is gone after the block, or after a kill.

    Raises OSError with the name of that file system where there is none.
    """
    _sweep()
    try:
        handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=MEMORY)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(MEMORY)) from error
    with os.fdopen(handle, "r+b") as file:
        try:
            opened = sqlite3.connect(f"{Path(name).as_uri()}?mode=rw", uri=True, isolation_level=None)
        finally:
            os.unlink(name)
        with closing(opened):
            opened.row_factory = sqlite3.Row
            for pragma in ("trusted_schema = off", "temp_store = memory", "journal_mode = off", "synchronous = off"):
                opened.execute(f"pragma {pragma}")
            yield opened, file
