"""Makes of an Excel workbook that somebody brings the CSV that every reader understands, in a child process."""

import json
import threading
from dataclasses import dataclass

from badges.child import Child, ChildDied, TookTooLong
from mentoring.basics.brought_files import LARGEST_FILE, ZIPPED

SECONDS = 20.0  # for 20,000 rows on a small box
MEMORY = 256 * 1024 * 1024  # bytes of address space
_TURN = threading.Lock()  # one workbook at a time, so that several cannot fill the box's memory


@dataclass(frozen=True)
class Brought:
    """A file as the readers take it. Of a workbook, `content` is its first sheet with anything in it, as CSV.

    `sheet` is that sheet's name where there are others with anything in them: `left_out`.
    """

    content: bytes
    sheet: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What is left out, as a sentence; empty where nothing is."""
        others = ", ".join(f"“{name}”" for name in self.left_out)
        return f"Of the workbook the sheet “{self.sheet}” is read; left out: {others}." if others else ""


def brought(content: bytes) -> Brought:
    """The file as CSV if it is a workbook that can be read; any other file unchanged, for its reader to name."""
    if not content.startswith(ZIPPED) or len(content) > LARGEST_FILE:
        return Brought(content)
    try:
        with _TURN, Child("admin.frame.workbook_child", seconds=SECONDS, memory=MEMORY) as child:
            found = json.loads(child.ask(content))
    except (ChildDied, TookTooLong):
        return Brought(content)
    if "csv" not in found:
        return Brought(content)
    return Brought(found["csv"].encode(), found["sheet"], tuple(found["left_out"]))
