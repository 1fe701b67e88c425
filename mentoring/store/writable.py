"""Whether a folder takes new bytes, found without writing any; and who may read the programme's files."""

import os
import shutil
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

# words

LEAST_FREE = 1 << 20  # bytes; less counts as full, because SQLite's shared memory and a log of some pages need it

# Everything that the programme keeps in its folder.
KEPT = (
    "programme.db*",
    "badge.key*",
    "README.txt",
    "running.lock",
    "tombstones*",
    ".*.part",
    "backups",
    "backups/*",
    "backups/.*.part",
)


class Unwritable(StrEnum):
    """Why nothing can be written to a folder."""

    MISSING = "missing"
    READ_ONLY = "read_only"
    FULL = "full"


# memory


def why_not(folder: Path, *, wants: int = 0) -> Unwritable | None:
    """Why this folder cannot take `wants` bytes; None when nothing is wrong."""
    try:
        if not folder.is_dir():
            return Unwritable.MISSING
        if os.statvfs(folder).f_flag & os.ST_RDONLY or not os.access(folder, os.W_OK | os.X_OK):
            return Unwritable.READ_ONLY
        return Unwritable.FULL if shutil.disk_usage(folder).free < wants + LEAST_FREE else None
    except OSError:
        return Unwritable.MISSING


def keep_private(folder: Path) -> None:
    """Give the programme's files mode 0600 and its backups' folder 0700, where they are ours to change."""
    for path in (each for name in KEPT for each in folder.glob(name)):
        wanted = 0o700 if path.is_dir() else 0o600
        with suppress(OSError):
            if not path.is_symlink() and path.stat().st_mode & 0o777 != wanted:
                path.chmod(wanted)
