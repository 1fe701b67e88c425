"""The badge reader: a picture in, texts out. The decoders run in a child process."""

import json
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from badges.child import Child, ChildDied, TookTooLong

LARGEST_FRAME = 4 * 1024 * 1024  # bytes of a live frame, as the kiosk accepts them
LARGEST_STILL = 24 * 1024 * 1024  # bytes of a still picture: a file somebody chose
LIVE_SECONDS = 2.0
STILL_SECONDS = 10.0
MEMORY = 640 * 1024 * 1024  # bytes of address space: 290 MB is taken by the libraries alone, 64 MB of it in use


@dataclass(frozen=True)
class Square:
    """One square in a picture: its text (empty: it is seen and not read), its middle and its longest side in pixels."""

    text: str
    x: float
    y: float
    side: float


@dataclass(frozen=True)
class Reading:
    """The squares in one picture of so many pixels, left to right; the CPU milliseconds spent; and why it could not be
    opened, or None. `promising`: something in it is or may be a square, whether it is read or not."""

    squares: tuple[Square, ...]
    ms: float
    error: str | None = None
    width: int = 0
    height: int = 0
    promising: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the squares that are read."""
        return tuple(each.text for each in self.squares if each.text)


class Reader:
    """Reads pictures, one at a time, in a process of its own. `seconds` is the longest one may take."""

    def __init__(self, *, seconds: float = LIVE_SECONDS, memory: int = MEMORY) -> None:
        self._child = Child("badges.reader", seconds=seconds, memory=memory)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process now reading, if one runs."""
        return self._child.pid

    def start(self) -> None:
        """Load the engines now, so that the first badge does not wait for them."""
        self._child.start()

    def read(self, picture: bytes, *, live: bool) -> Reading:
        """The squares in a JPEG or PNG; anything else, and anything that breaks the engines, is a Reading too.

        A `live` frame gets the steps that a camera's frame rate allows; a still picture gets them all.
        """
        if len(picture) > (LARGEST_FRAME if live else LARGEST_STILL):
            return Reading((), 0.0, "The picture is too large a file.")
        try:
            answer = json.loads(self._child.ask((b"L" if live else b"S") + picture))
        except TookTooLong:
            return self._lost("The picture took too long to read.")
        except ChildDied:
            return self._lost("The picture could not be read.")
        squares = tuple(Square(*each) for each in answer.pop("squares"))
        return Reading(squares, **answer)

    def close(self) -> None:
        """End the process, if one runs."""
        self._child.close()

    def _lost(self, why: str) -> Reading:
        self._child.start()  # loads while the next frame is on its way (P24)
        return Reading((), 0.0, why)
