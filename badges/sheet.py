"""Sheets of badges as their callers see them: cards in, a PDF out. The drawing happens in a child process."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from badges.child import Child, ChildDied, TookTooLong

MOST_CARDS = 1_000

_SECONDS = 60.0
_MEMORY = 768 * 1024 * 1024  # bytes of address space


@dataclass(frozen=True)
class Card:
    """What one badge says. `code` is a badge code, `sentence` the promise about secrets (P4)."""

    name: str
    programme: str
    code: str
    sentence: str


@dataclass(frozen=True)
class Sheet:
    """Where the cards lie on a page; all lengths in millimetres, `left` and `top` up to the first card."""

    name: str
    title: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    width: float
    height: float

    @property
    def places(self) -> int:
        """Cards on one page."""
        return self.columns * self.rows

    def pages(self, cards: int) -> int:
        """How many pages so many cards fill."""
        return -(-cards // self.places)


_SHEETS = (
    Sheet(
        name="cr80",
        title="A4 card, ten badges of bank-card size (85.6 x 54 mm) to cut out",
        page_width=210,
        page_height=297,
        columns=2,
        rows=5,
        left=19.4,
        top=13.5,
        pitch_x=85.6,  # the cards share their edges: nine cuts of a guillotine instead of fourteen
        pitch_y=54,
        width=85.6,
        height=54,
    ),
)
SHEETS = {sheet.name: sheet for sheet in _SHEETS}


class SheetTrouble(Exception):
    """The badges could not be drawn; the message says what to do."""


def print_cards(cards: Sequence[Card], sheet_name: str) -> bytes:
    """A vector PDF of one to MOST_CARDS cards, in order, on the sheet of that name.

    Raises ValueError for an unknown sheet or another number of cards, SheetTrouble where the drawing failed.
    """
    if sheet_name not in SHEETS:
        raise ValueError(f"There is no sheet called {sheet_name}; there are: {', '.join(SHEETS)}.")
    if not 1 <= len(cards) <= MOST_CARDS:
        raise ValueError(f"One PDF holds 1 to {MOST_CARDS} badges, not {len(cards)}.")
    question = json.dumps({"sheet": sheet_name, "cards": [asdict(card) for card in cards]})
    with Child("badges.sheet_maker", seconds=_SECONDS, memory=_MEMORY) as child:
        try:
            return child.ask(question.encode())
        except TookTooLong:
            raise SheetTrouble("Drawing the badges took too long; try fewer at a time.") from None
        except ChildDied:
            raise SheetTrouble("The badges could not be drawn; the log says why.") from None
