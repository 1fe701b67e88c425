"""Badge sheets that are being made: their progress, the finished PDF, and how to stop one.

Kept in memory for half an hour: a PDF of valid badges must not stay on the disk.
"""

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from badges.sheet import Remark, SheetTrouble
from mentoring.people.mentors import Mentor

KEPT = timedelta(minutes=30)
MOST = 8

Making = Callable[[Callable[[int], None], Callable[[Remark], None]], bytes]


class Stopped(Exception):
    """Somebody stopped the sheet."""


@dataclass
class SheetInWork:
    """One sheet. `numbers`: its badge numbers by mentor id. `read`: how many QR codes have been read back so far.

    `mentors`: whose badges they are, in the order of the cards. `remarks`: what to look at before printing.
    `opened`: its PDF was handed out, and nobody has said yet whether it printed well. `printed`: somebody said so.
    """

    id: str
    began: datetime
    numbers: dict[int, int]
    sheet: str
    pages: int
    read: int = 0
    pdf: bytes = b""
    fault: str = ""
    stopped: bool = False
    opened: bool = False
    printed: bool = False
    mentors: Sequence[Mentor] = ()
    remarks: list[Remark] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def progress(self, read: int) -> None:
        """Note how many QR codes have been read. Raises Stopped if somebody stopped the sheet."""
        self.read = read
        if self.stopped:
            raise Stopped

    def make(self, making: Making) -> None:
        """Make the PDF and set `pdf` or `fault`. Sets `done` in every case."""
        try:
            self.pdf = making(self.progress, self.remarks.append)
        except SheetTrouble as trouble:
            self.fault = str(trouble)
        except Stopped:
            self.fault = "You stopped it. Nothing was printed."
        finally:
            self.fault = self.fault or ("" if self.pdf else "Something went wrong; the log says what. Try again.")
            self.done.set()


class SheetsInWork:
    """The sheets of the last half hour, at most 8. One is made at a time, because each takes a core and 100 MB."""

    def __init__(self) -> None:
        self._sheets: dict[str, SheetInWork] = {}
        self._change = threading.Lock()
        self._turn = threading.Lock()

    def begin(
        self,
        making: Making,
        *,
        numbers: dict[int, int],
        sheet: str,
        pages: int,
        now: datetime,
        mentors: Sequence[Mentor] = (),
    ) -> SheetInWork:
        """Start making a sheet in the background."""
        new = SheetInWork(secrets.token_urlsafe(12), now, numbers, sheet, pages, mentors=mentors)
        with self._change:
            kept = [each for each in self._sheets.values() if now - each.began < KEPT][-(MOST - 1) :]
            for each in self._sheets.values():
                each.stopped = each.stopped or each not in kept
            self._sheets = {each.id: each for each in (*kept, new)}
        threading.Thread(target=self._work, args=(new, making), daemon=True).start()
        return new

    def find(self, sheet_id: str, *, now: datetime) -> SheetInWork | None:
        """The sheet with this id; None after half an hour."""
        found = self._sheets.get(sheet_id)
        return found if found and now - found.began < KEPT else None

    def _work(self, new: SheetInWork, making: Making) -> None:
        with self._turn:
            new.make(making)
