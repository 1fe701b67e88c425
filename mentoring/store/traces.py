"""Searches every file of a folder for given byte strings: `python -m mentoring.store.traces FOLDER`.

Its own process, because a process that closes a file loses all the locks it holds on it, SQLite's among them. What to
look for comes by standard input, one mark a line, and is written nowhere. A sealed backup cannot be
searched: its plain image is searched with `traces_in` before it is sealed.
"""

import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20


def traces(content: bytes, marks: Iterable[bytes]) -> set[bytes]:
    """Which of the marks are in these bytes."""
    return {mark for mark in marks if mark in content}


def traces_in(where: Path | bytes, marks: Iterable[bytes]) -> set[bytes]:
    """Which of the marks are in a file, in a folder's files or in some bytes."""
    wanted = list(marks)
    if isinstance(where, bytes):
        return _read(io.BytesIO(where), wanted)[1]
    return _look(where, wanted)[1]


def look(folder: Path, marks: list[bytes]) -> tuple[int, int]:
    """How many bytes of the folder's files were searched, and how many of the marks were found."""
    looked, found = _look(folder, marks)
    return looked, len(found)


def _look(where: Path, marks: list[bytes]) -> tuple[int, set[bytes]]:
    looked, found = 0, set[bytes]()
    for path in [where] if where.is_file() else sorted(each for each in where.rglob("*") if each.is_file()):
        try:
            with path.open("rb") as file:
                more, seen = _read(file, marks)
        except FileNotFoundError:
            continue  # an old backup was deleted meanwhile
        looked += more
        found |= seen
    return looked, found


def _read(file: BinaryIO, marks: list[bytes]) -> tuple[int, set[bytes]]:
    """The file's size and the marks in it, also where a mark lies across two chunks."""
    looked, found, tail = 0, set[bytes](), b""
    longest = max((len(mark) for mark in marks), default=1)
    while chunk := file.read(CHUNK):
        looked += len(chunk)
        found |= traces(tail + chunk, marks)
        tail = chunk[-longest:]
    return looked, found


def main() -> None:
    """Print the result as one JSON line."""
    looked, found = look(Path(sys.argv[1]), sys.stdin.buffer.read().split())
    sys.stdout.write(json.dumps({"looked": looked, "traces": found}) + "\n")


if __name__ == "__main__":
    main()
