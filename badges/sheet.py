"""Sheets of badges: cards in, a PDF out whose every square has been read back.

Drawing and reading happen in a child process, which reports progress and can be stopped.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from badges.child import Child, ChildDied, TookTooLong
from badges.stationery import SHEETS, Sheet

MOST_CARDS = 1_000
LARGEST_PICTURE = 2 * 1024 * 1024  # bytes

_SECONDS = 120.0
_MEMORY = 1024 * 1024 * 1024  # bytes of address space; a thousand badges take a fifth of it
_TROUBLE = b"!"


@dataclass(frozen=True)
class Card:
    """What one badge says. `code` is a badge code, `sentence` the promise about secrets (P4)."""

    name: str
    programme: str
    code: str
    sentence: str


class Kind(StrEnum):
    """What somebody should know of a badge before it is printed."""

    CUT = "cut"  # the name has no room
    NO_FONT = "no_font"  # it has letters that no font on this box has
    LEFT_OUT = "left_out"  # it has emoji, which are not printed
    NOTHING = "nothing"  # none of the name is printed


@dataclass(frozen=True)
class Remark:
    """One such thing. `number`: which of the cards, from 0. `drawn`: the name as it is printed.

    `letters`: those that no font has, or the emoji. `package`: the one of Debian's whose fonts may have the letters.
    """

    number: int
    kind: Kind
    drawn: str
    letters: str = ""
    package: str = ""


@dataclass(frozen=True)
class Logo:
    """A checked logo as a PNG, and whether its wide margins were cut off."""

    picture: bytes
    trimmed: bool


@dataclass(frozen=True)
class Printer:
    """Lengths measured on a printer's calibration page, in millimetres: how far the first mark is from the left and
    the upper edge of the paper, and how far the last is from the first. `TRUE` is a printer without error.
    """

    left: float
    top: float
    across: float
    down: float

    def shift(self, place: float, *, is_down: bool = False) -> float:
        """The coordinate to draw at, in mm, so that it is printed at `place` mm from the left (or upper) edge."""
        first, span, meant_first, meant_span = (
            (self.top, self.down, TRUE.top, TRUE.down) if is_down else (self.left, self.across, TRUE.left, TRUE.across)
        )
        stretch = span / meant_span
        return (place - (first - stretch * meant_first)) / stretch


TRUE = Printer(left=20, top=20, across=170, down=257)


class SheetTrouble(Exception):
    """The badges could not be drawn or read back; the message says what to do."""


class PictureTrouble(ValueError):
    """The picture cannot be taken; the message says why and what to do."""


def print_cards(
    cards: Sequence[Card],
    sheet_name: str,
    *,
    start: int = 1,
    two_sided: bool = False,
    printer: Printer = TRUE,
    logo: bytes = b"",
    progress: Callable[[int], None] | None = None,
    remarked: Callable[[Remark], None] | None = None,
) -> bytes:
    """A vector PDF of one to MOST_CARDS cards, in order, on the sheet of that name, from its label `start` on.

    Every square has been read back from the finished page: as printed at 300 dots an inch, at 150, blurred, tilted and
    under a glare. `progress` gets the number of badges read so far; what it raises stops the work and is raised here.
    `remarked` gets what people should look at, which reading back cannot see. `logo` is what
    `checked_logo` gave. Two-sided sheets get a back after each front, to be turned on the long edge.

    Raises ValueError for an unknown sheet, place or number of cards, SheetTrouble where the drawing failed or a square
    did not read, naming the badge.
    """
    sheet = SHEETS.get(sheet_name)
    if sheet is None:
        raise ValueError(f"There is no sheet called {sheet_name}; there are: {', '.join(SHEETS)}.")
    if not 1 <= len(cards) <= MOST_CARDS:
        raise ValueError(f"One PDF holds 1 to {MOST_CARDS} badges, not {len(cards)}.")
    if not 1 <= start <= sheet.places:
        raise ValueError(f"This sheet has labels 1 to {sheet.places}; none is number {start}.")
    if two_sided and not sheet.two_sided:
        raise ValueError(f"{sheet.title} cannot be printed on both sides.")
    asked = {
        "cards": [asdict(card) for card in cards],
        "sheet": sheet_name,
        "start": start,
        "two_sided": two_sided,
        "printer": asdict(printer),
    }

    def heard(message: bytes) -> None:
        said = json.loads(message)
        if isinstance(said, int) and progress:
            progress(said)
        if isinstance(said, dict) and remarked:
            remarked(Remark(**{**said, "kind": Kind(said["kind"])}))

    return _ask("sheet", asked, logo, heard)


def calibration_page(sheet: Sheet, printer: Printer = TRUE) -> bytes:
    """A PDF page with marks to measure, and the outlines of the sheet's labels to compare with a real sheet."""
    return _ask("calibration", {"sheet": sheet.name, "printer": asdict(printer)})


def picture(pdf: bytes, page: int) -> bytes:
    """One page of a PDF, counted from 0, as a PNG to look at."""
    return _ask("picture", {"page": page}, pdf)


def checked_picture(picture: bytes) -> bytes:
    """A photograph, opened and written anew as a PNG of at most 600 pixels a side. Raises PictureTrouble."""
    return _checked("written anew", picture)


def checked_logo(picture: bytes) -> Logo:
    """A logo, written anew like a photograph and without wide margins.

    Raises PictureTrouble also for one that would not be seen on the white plate of a badge.
    """
    words, _, png = _checked("logo", picture).partition(b"\n")
    return Logo(png, trimmed=words == b"trimmed")


def _checked(kind: str, picture: bytes) -> bytes:
    if len(picture) > LARGEST_PICTURE:
        raise PictureTrouble("The picture is larger than 2 MB: save it smaller.")
    try:
        return _ask(kind, {}, picture)
    except SheetTrouble as trouble:
        raise PictureTrouble(str(trouble)) from None


def _ask(
    kind: str, asked: dict[str, object], body: bytes = b"", progress: Callable[[bytes], None] | None = None
) -> bytes:
    """Ask a new sheet maker process one question: a line of JSON, and the bytes that belong to it."""
    question = json.dumps({"kind": kind, **asked}).encode() + b"\n" + body
    with Child("badges.sheet_maker", seconds=_SECONDS, memory=_MEMORY) as child:
        try:
            answer = child.ask(question, progress)
        except TookTooLong:
            raise SheetTrouble("It took too long; try fewer badges at a time.") from None
        except ChildDied:
            raise SheetTrouble("The sheet maker stopped; the log says why. Try again.") from None
    if answer.startswith(_TROUBLE):
        raise SheetTrouble(answer[len(_TROUBLE) :].decode())
    return answer
