"""Files written whole or not at all: a power cut, a full disk or a kill leaves what stood there before."""

import os
from pathlib import Path

# memory


def write_whole(path: Path, content: bytes, *, is_private: bool = True) -> None:
    """Write a file, and have it on the disk when this returns. Raises OSError, and the old one stands.

    A private one is for its owner's eyes; any other is for whomever the shell lets read a new file.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        # Not through a link: somebody else might have laid it there, in a folder that is everybody's.
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
    """Have the folder itself on the disk: until then a new name in it may be lost with the power."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
