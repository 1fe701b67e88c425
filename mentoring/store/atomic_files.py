"""Writes files atomically: after a power cut, a full disk or a kill the old content is still there."""

import os
from pathlib import Path

# memory


def write_atomically(path: Path, content: bytes, *, is_private: bool = True) -> None:
    """Write to a temporary file, fsync, and rename it to `path`. Raises OSError, and the old file stays.

    A private file has mode 0600; any other has the mode that the umask gives.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        # Do not follow a symbolic link: in a shared folder somebody else may have made it.
        how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        opened = os.open(beside, how, 0o600 if is_private else 0o666)
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Fsync the folder: until then a power cut may lose a new name in it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
