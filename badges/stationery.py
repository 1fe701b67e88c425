"""The sheets a school prints badges on: where each card lies on the page, in millimetres from its top left corner.

Label sheets are named by their makers' numbers. The makers print the size and number of the labels on the packet; the
rest follows from the sheet's symmetry, and each sheet was compared with a second list of templates (`source`). The
makers' tolerance is about half a millimetre; a printer's own error is corrected by calibration.
"""

import re
from dataclasses import dataclass

A4 = (210.0, 297.0)


@dataclass(frozen=True)
class Sheet:
    """Where the cards lie on a page; all lengths in millimetres, `left` and `top` up to the first card.

    `bleed` is how far the colour runs over a card's edge, where somebody cuts there. `fold`: each card is a strip,
    its front on the right half and its back on the left. `two_sided`: it can be printed on both sides.
    """

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
    source: str
    also: tuple[str, ...] = ()
    bleed: float = 0
    fold: bool = False
    two_sided: bool = False

    @property
    def places(self) -> int:
        """Cards on one page."""
        return self.columns * self.rows

    def pages(self, cards: int, *, start: int = 1) -> int:
        """How many pages so many cards fill, the first of them from its place `start`, counted from 1."""
        return -(-(cards + start - 1) // self.places)

    def corner(self, place: int) -> tuple[float, float]:
        """How far right and down the upper left corner of the card in this place lies; places count from 0."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y


def _label(
    number: str,
    words: str,
    grid: tuple[int, int],
    size: tuple[float, float],
    *,
    agrees: str,
    gaps: tuple[float, float] = (2.5, 0),
    also: tuple[str, ...] = (),
) -> Sheet:
    """Labels of one size, so many across and down, in the middle of A4, with gaps between columns and between rows."""
    (columns, rows), (width, height) = grid, size
    pitch_x, pitch_y = width + gaps[0], height + gaps[1]
    return Sheet(
        name=number,
        title=f"{number.upper()}: {words}, {columns * rows} a sheet ({width:g} x {height:g} mm)",
        page_width=A4[0],
        page_height=A4[1],
        columns=columns,
        rows=rows,
        left=round((A4[0] - columns * pitch_x + gaps[0]) / 2, 3),
        top=round((A4[1] - rows * pitch_y + gaps[1]) / 2, 3),
        pitch_x=pitch_x,
        pitch_y=pitch_y,
        width=width,
        height=height,
        source=f"maker's size and count, in the middle of A4; agrees with {agrees}",
        also=also,
    )


_SHEETS = (
    Sheet(
        name="cr80",
        title="A4 card: ten badges of bank-card size (85.6 x 54 mm) to cut out",
        page_width=A4[0],
        page_height=A4[1],
        columns=2,
        rows=5,
        left=17.9,
        top=7.5,
        pitch_x=88.6,  # three millimetres between the cards, for the bleed of both
        pitch_y=57,
        width=85.6,
        height=54,
        bleed=1.5,
        two_sided=True,
        source="card size: ISO/IEC 7810 ID-1; the layout is our own",
    ),
    _label("l7418", "name badges for clip wallets", (2, 4), (86, 55), gaps=(0, 0), agrees="two published lists"),
    _label("l4785", "self-adhesive name badges", (2, 5), (80, 50), gaps=(15, 5), also=("l4784",), agrees="gLabels"),
    _label("l7160", "labels", (3, 7), (63.5, 38.1), also=("j8160", "lp21/63"), agrees="gLabels to 0.4 mm"),
    _label("l7163", "labels", (2, 7), (99.1, 38.1), also=("j8163", "lp14/99"), agrees="gLabels to 1.4 mm"),
    _label("l7173", "labels", (2, 5), (99.1, 57), also=("j8173", "lp10/99"), agrees="two published lists"),
    _label("j8165", "labels", (2, 4), (99.1, 67.7), also=("l7165", "lp8/99"), agrees="gLabels to 0.1 mm"),
    _label("c32011", "business cards", (2, 5), (85, 54), gaps=(10, 0), also=("c32016",), agrees="gLabels"),
    Sheet(
        name="a6",
        title="A4 paper: two badges for A6 lanyard wallets, folded once (105 x 148 mm)",
        page_width=A4[0],
        page_height=A4[1],
        columns=1,
        rows=2,
        left=0,
        top=0,
        pitch_x=210,
        pitch_y=148.5,
        width=210,
        height=148.5,
        fold=True,
        source="A6: ISO 216; the layout is our own",
    ),
    Sheet(
        name="single",
        title="One bank card a page (85.6 x 54 mm), for a card printer",
        page_width=85.6,
        page_height=54,
        columns=1,
        rows=1,
        left=0,
        top=0,
        pitch_x=85.6,
        pitch_y=54,
        width=85.6,
        height=54,
        bleed=1,
        two_sided=True,
        source="card size: ISO/IEC 7810 ID-1",
    ),
)
SHEETS = {sheet.name: sheet for sheet in _SHEETS}
_MAKER = re.compile(r"avery|zweckform|[®™]")
_PACKET = re.compile(r"(?<=\d)(?:[\s-]*rev)?[\s-]+\d{1,4}(?:\s*sheets)?$|(?<=\d)[\s-]*rev$")
_NAMES = {name: sheet for sheet in _SHEETS for name in (sheet.name, *sheet.also)}


def named(text: str) -> Sheet | None:
    """The sheet of this name or maker's number, or None.

    Case, spaces and the maker's name do not matter, nor how many sheets are in the packet: "Avery L7160-100".
    """
    plain = _MAKER.sub(" ", text.lower()).strip()
    return _NAMES.get("".join(_PACKET.sub("", plain).split()))
