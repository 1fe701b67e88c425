"""Searches every file of a folder for given byte strings and forms: `python -m mentoring.store.traces FOLDER`.

Its own process, because a process that closes a file loses all the locks it holds on it, SQLite's among them. What to
look for comes by standard input, what was found goes by standard output, and neither is written anywhere. A sealed
backup cannot be searched: its plain image is searched with `traces` before it is sealed.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

# words

CHUNK = 1 << 20
LONGEST_FORM = 64
LOOK_SECONDS = 120
_PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True)
class Wanted:
    """What to look for: exact byte strings, and regular expressions of at most 64 bytes a match."""

    marks: tuple[bytes, ...] = ()
    forms: tuple[bytes, ...] = ()

    @property
    def longest(self) -> int:
        """The length of the longest match, in bytes."""
        return max([1, *map(len, self.marks), *(LONGEST_FORM for _ in self.forms)])


# rules


def traces(content: bytes, wanted: Wanted) -> set[bytes]:
    """The marks that are in these bytes, and all that has one of the forms."""
    found = {mark for mark in wanted.marks if mark in content}
    return found.union(*(re.findall(form, content) for form in wanted.forms))


# memory


def look(folder: Path, wanted: Wanted) -> tuple[int, set[bytes]]:
    """How many bytes of a folder's files were searched, and what was found in them."""
    looked, found = 0, set[bytes]()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        try:
            with path.open("rb") as file:
                more, seen = _read(file, wanted)
        except FileNotFoundError:
            continue  # an old backup was deleted meanwhile
        looked += more
        found |= seen
    return looked, found


def traces_in_file(file: BinaryIO, wanted: Wanted) -> set[bytes]:
    """What `traces` finds in an open file, read from its beginning."""
    file.seek(0)
    return _read(file, wanted)[1]


def _read(file: BinaryIO, wanted: Wanted) -> tuple[int, set[bytes]]:
    """The file's size and what is found in it, also where it lies across two chunks."""
    looked, found, tail = 0, set[bytes](), b""
    while chunk := file.read(CHUNK):
        looked += len(chunk)
        found |= traces(tail + chunk, wanted)
        tail = chunk[-wanted.longest :]
    return looked, found


# actions


def look_in_a_child(folder: Path, wanted: Wanted) -> tuple[int, set[bytes]]:
    """What `look` returns, worked out in a process of its own. Raises `subprocess.SubprocessError` or OSError."""
    asked = {"marks": _texts(wanted.marks), "forms": _texts(wanted.forms)}
    seen = subprocess.run(
        [sys.executable, "-P", "-m", "mentoring.store.traces", str(folder.resolve())],
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=True,
        timeout=LOOK_SECONDS,
        env={**os.environ, "PYTHONPATH": _PACKAGE_ROOT},
    )
    told = json.loads(seen.stdout)
    return told["looked"], {each.encode("latin-1") for each in told["found"]}


def _texts(found: Iterable[bytes]) -> list[str]:
    """Bytes as text for JSON, one character a byte."""
    return [each.decode("latin-1") for each in found]


def main() -> None:
    """Search as standard input asks, and print the result as one JSON line."""
    asked = json.load(sys.stdin)
    marks, forms = (tuple(each.encode("latin-1") for each in asked[name]) for name in ("marks", "forms"))
    looked, found = look(Path(sys.argv[1]), Wanted(marks, forms))
    sys.stdout.write(json.dumps({"looked": looked, "found": _texts(found)}) + "\n")


if __name__ == "__main__":
    main()
