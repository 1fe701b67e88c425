"""Writes files atomically: after a power cut, a full disk or a kill the old content is still there."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

# words


class NotAFile(Exception):
    """What has this name is no ordinary file, or is larger than such a file can be; the message says which."""


# memory


def write_atomically(path: Path, content: bytes, *, is_private: bool = True) -> None:
    """Write to a temporary file, fsync, and rename it to `path`. Raises OSError, and the old file stays.

    A private file has mode 0600; any other has the mode that the umask gives.
    """
    with writing_atomically(path, is_private=is_private) as file:
        file.write(content)


@contextmanager
def writing_atomically(path: Path, *, is_private: bool = True) -> Iterator[BinaryIO]:
    """As `write_atomically`, piece by piece: a file that has the name `path` when the block ends without an error."""
    beside = path.with_name(f".{path.name}.part")
    try:
        # Do not follow a symbolic link: in a shared folder somebody else may have made it.
        how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        opened = os.open(beside, how, 0o600 if is_private else 0o666)
        with os.fdopen(opened, "wb") as file:
            if is_private:
                os.fchmod(opened, 0o600)  # whatever the umask, and whoever left a partial file there
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def reading(path: Path, *, most: int) -> Iterator[BinaryIO]:
    """An ordinary file of at most `most` bytes. Raises `NotAFile` for another one, such as a device, and OSError."""
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # without waiting for the other end of a pipe
    with os.fdopen(opened, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise NotAFile(f"{path} is no ordinary file.")
        if found.st_size > most:
            raise NotAFile(f"{path} is too large: {found.st_size} bytes, and at most {most} are read.")
        yield file


def read_small(path: Path, *, most: int = 1 << 22) -> bytes:
    """The content of an ordinary file of at most `most` bytes. Raises `NotAFile` for another one, and OSError."""
    with reading(path, most=most) as file:
        return file.read(most)


def sync_folder(folder: Path) -> None:
    """Fsync the folder: until then a power cut may lose a new name in it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
