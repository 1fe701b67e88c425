"""A file lock on the programme's folder: one `dropin run` or one restore has it, never both."""

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
    """Another process has locked the folder; the message says which and what to do."""


# actions


@contextmanager
def locked(folder: Path, *, patient: bool = True) -> Iterator[int]:
    """Lock the folder for as long as the block lasts, and yield the file descriptor. Raises `InUse`.

    The doors inherit the descriptor, so the folder is free only when the last of them has ended. They need a moment
    to end after `dropin run` was killed; with `patient` this waits for it. The kernel releases the lock of a process
    that ends in any way. Where no lock file can be made the folder is not locked: nothing can be written there
    either.
    """
    lock = _opened(folder)
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


def is_locked(folder: Path) -> bool:
    """Whether any process has locked the folder now."""
    if not (folder / LOCK).exists():
        return False
    lock = os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return not _taken(lock)
    finally:
        os.close(lock)


def _opened(folder: Path) -> int:
    """The lock file, made if it is not there; a file in memory, which nobody else can lock, where it cannot be made."""
    try:
        return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        raise
    except OSError:
        if (folder / LOCK).exists():
            return os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
        return os.memfd_create(LOCK, os.MFD_CLOEXEC)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
