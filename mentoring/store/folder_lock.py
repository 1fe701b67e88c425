"""Who has the programme's folder open: one `dropin run`, or one restore, and never both."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# words

LOCK = "running.lock"
_TRIES = 50
_PAUSE = 0.1


class InUse(Exception):
    """Somebody else has the folder open; the message says who and what to do."""


# actions


@contextmanager
def held(folder: Path, *, patient: bool = True) -> Iterator[int]:
    """Hold the folder for as long as the block lasts; the system lets go of it however we end. Raises `InUse`.

    The descriptor is handed to the doors as well, so that the folder is free only when the last of them is gone: after
    a keeper was killed they need a moment, which is waited for.
    """
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        for _ in range(_TRIES if patient else 1):
            if _taken(lock):
                break
            time.sleep(_PAUSE)
        else:
            raise InUse(f"Drop-in is running in {folder} already: use that one, or end it first.")
        yield lock
    finally:
        os.close(lock)


def is_held(folder: Path) -> bool:
    """Whether somebody has the folder open now."""
    if not (folder / LOCK).exists():
        return False
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
    try:
        return not _taken(lock)
    finally:
        os.close(lock)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
