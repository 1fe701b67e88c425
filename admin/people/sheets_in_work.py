"""Sheets of badges while they are made: how far each is, the PDF when it is done, and a way to stop it.

Kept in this process alone and forgotten after half an hour or with it: a PDF of live badges is not left lying about.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from badges.sheet import SheetTrouble

KEPT = timedelta(minutes=30)
MOST = 8

Making = Callable[[Callable[[int], None]], bytes]


class Stopped(Exception):
    """Somebody stopped the work."""


@dataclass
class SheetInWork:
    """One sheet: `numbers` are the badges on it by mentor id, `read` how many squares have been read back so far."""

    id: str
    began: datetime
    numbers: dict[int, int]
    sheet: str
    pages: int
    read: int = 0
    pdf: bytes = b""
    fault: str = ""
    stopped: bool = False
    done: threading.Event = field(default_factory=threading.Event)

    def progress(self, read: int) -> None:
        """The sheet maker is this far; raises Stopped where nobody wants the sheet any more."""
        self.read = read
        if self.stopped:
            raise Stopped

    def make(self, making: Making) -> None:
        """Do the work, and say how it ended."""
        try:
            self.pdf = making(self.progress)
        except SheetTrouble as trouble:
            self.fault = str(trouble)
        except Stopped:
            self.fault = "You stopped it. Nothing was printed."
        finally:
            self.fault = self.fault or ("" if self.pdf else "Something went wrong; the log says what. Try again.")
            self.done.set()


class SheetsInWork:
    """The sheets of this half hour, one made at a time: each takes a core and a hundred megabytes."""

    def __init__(self) -> None:
        self._sheets: dict[str, SheetInWork] = {}
        self._change = threading.Lock()
        self._turn = threading.Lock()

    def begin(self, making: Making, *, numbers: dict[int, int], sheet: str, pages: int, now: datetime) -> SheetInWork:
        """Start making a sheet in the background."""
        new = SheetInWork(secrets.token_urlsafe(12), now, numbers, sheet, pages)
        with self._change:
            kept = [each for each in self._sheets.values() if now - each.began < KEPT][-(MOST - 1) :]
            for each in self._sheets.values():
                each.stopped = each.stopped or each not in kept
            self._sheets = {each.id: each for each in (*kept, new)}
        threading.Thread(target=self._work, args=(new, making), daemon=True).start()
        return new

    def find(self, sheet_id: str, *, now: datetime) -> SheetInWork | None:
        """The sheet with this id, unless its half hour is over."""
        found = self._sheets.get(sheet_id)
        return found if found and now - found.began < KEPT else None

    def _work(self, new: SheetInWork, making: Making) -> None:
        with self._turn:
            new.make(making)
