"""A database file in memory alone and without a name: for a copy in clear that must not lie on a disk (P8)."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

# Linux's file system in memory. What is written there counts for no process, and goes with the last that has it open.
MEMORY = Path("/dev/shm")  # noqa: S108 # the file has no name before anything is written to it


@contextmanager
def scratch() -> Iterator[tuple[sqlite3.Connection, BinaryIO]]:
    """An empty file without a name, opened as a database and as bytes; it is gone after the block, or after a kill.

    Raises OSError where there is no such file system.
    """
    handle, name = tempfile.mkstemp(prefix="drop-in-", dir=MEMORY)
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
