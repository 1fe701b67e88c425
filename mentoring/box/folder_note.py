"""README.txt in the programme's folder: what lies there, and how to make a copy that is whole."""

from contextlib import suppress
from pathlib import Path

from mentoring.store.atomic_files import NotAFile, read_small, write_atomically

# words

FILE = "README.txt"
TEXT = """\
This folder is what Drop-in remembers. Nothing in it is to be changed by hand.

programme.db        all that the programme has written down
programme.db-wal    what was written in the last seconds; it moves into programme.db by itself
programme.db-shm    belongs to the two files above
badge.key           the key that makes badge codes: without it no printed badge can be read
tombstones.json     whom no backup may bring back
trail-head.json     where the paper trail ended last
running.lock        shows that Drop-in is running
backups             sealed backups, and beside them the sealed badge key

HOW TO COPY
Run:  dropin backup --to FOLDER
That copy is whole, is sealed, and can be made at any time. dropin restore brings it back.

Do not copy programme.db alone while Drop-in is running: what was written in the last seconds would be missing.
A copy made by hand is not sealed. It holds personal data, and during a drop-in what pupils asked for, which
Drop-in forgets on the same day and a copy does not. If you must make one, end Drop-in first, copy the whole folder,
and delete the copy as soon as you can.
"""


# actions


def keep(folder: Path) -> None:
    """Write the note if it is not there as it should be, where the disk takes it."""
    with suppress(OSError):
        if _read(folder / FILE) != TEXT.encode():
            write_atomically(folder / FILE, TEXT.encode())


def _read(path: Path) -> bytes | None:
    try:
        return read_small(path)
    except (OSError, NotAFile):
        return None
