"""Every sheet a school buys: the labels lie where the maker put them, measured on the page as it is rendered."""

import cv2
import numpy as np
import pypdfium2
import pytest

from badges.card import MODULES, QUIET, face
from badges.sheet import TRUE, Card, Printer, calibration_page, print_cards
from badges.stationery import SHEETS, Sheet, named

DOTS = 300
MM = DOTS / 25.4

# As the makers publish them: columns, rows, label, left and upper margin, from one label to the next; millimetres.
PUBLISHED = {
    "l7418": (2, 4, 86.0, 55.0, 19.0, 38.5, 86.0, 55.0),
    "l7160": (3, 7, 63.5, 38.1, 7.2, 15.1, 66.0, 38.1),
    "l7163": (2, 7, 99.1, 38.1, 4.7, 15.1, 101.6, 38.1),
    "l7173": (2, 5, 99.1, 57.0, 4.7, 6.0, 101.6, 57.0),
    "j8165": (2, 4, 99.1, 67.7, 4.7, 13.1, 101.6, 67.7),
    "l4785": (2, 5, 80.0, 50.0, 17.5, 13.5, 95.0, 55.0),
    "c32011": (2, 5, 85.0, 54.0, 15.0, 13.5, 95.0, 54.0),
}


def rendered(pdf: bytes, page: int = 0) -> np.ndarray:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page].render(scale=DOTS / 72, grayscale=True).to_numpy().squeeze()


def outlines(sheet: Sheet, printer: Printer = TRUE) -> tuple[list[float], list[float]]:
    """Where the labels' upright and level outlines lie on the calibration page, in millimetres."""
    page = rendered(calibration_page(sheet, printer))
    line = (page > 150) & (page < 245)  # the outlines are pale, the marks and words dark
    across = line[:, :].mean(0) > 0.35
    down = line[:, :].mean(1) > 0.35
    return centres(across), centres(down)


def centres(lines: np.ndarray) -> list[float]:
    """The middle of each run of dots, in millimetres."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], lines, [False]]).astype(int)))
    return [(start + end) / 2 / MM for start, end in edges.reshape(-1, 2)]


def expected(start: float, pitch: float, length: float, count: int) -> list[float]:
    found: list[float] = []
    for edge in sorted({round(start + n * pitch + end, 2) for n in range(count) for end in (0, length)}):
        if not found or edge - found[-1] > 0.5:  # labels that touch share a line
            found.append(edge)
    return found


@pytest.mark.parametrize("name", PUBLISHED)
def test_labels_lie_within_a_fifth_of_a_millimetre_of_the_makers_places(name: str):
    columns, rows, width, height, left, top, pitch_x, pitch_y = PUBLISHED[name]
    across, down = outlines(SHEETS[name])
    assert across == pytest.approx(expected(left, pitch_x, width, columns), abs=0.2)
    assert down == pytest.approx(expected(top, pitch_y, height, rows), abs=0.2)


@pytest.mark.parametrize("name", SHEETS)
def test_the_dark_of_every_square_lies_well_inside_its_label(name: str, cards: list[Card]):
    sheet = SHEETS[name]
    places = min(sheet.places, 10)
    page = rendered(print_cards(cards[:places], name))
    look = face(sheet.width / (2 if sheet.fold else 1), sheet.height, bleed=sheet.bleed)
    for place in range(places):
        left, top = sheet.corner(place)
        left += look.square.left + (sheet.width / 2 if sheet.fold else 0)
        top += sheet.height - look.square.top
        size = look.square.width
        # no border of the square is lost at the page's edge, and what is dark begins four modules inside it
        cut = (
            page[round(top * MM) : round((top + size) * MM), max(0, round(left * MM)) : round((left + size) * MM)] < 128
        )
        quiet = round(QUIET * look.module * MM)
        rows, columns = np.flatnonzero(cut.any(1)), np.flatnonzero(cut.any(0))
        assert (rows[0], columns[0]) == pytest.approx((quiet, quiet), abs=0.2 * MM)
        assert rows[-1] - rows[0] == pytest.approx(MODULES * look.module * MM, abs=0.2 * MM)
        dark = QUIET * look.module
        assert left + dark >= sheet.corner(place)[0] + 2
        assert left + size - dark <= sheet.corner(place)[0] + sheet.width - 2
        assert top + dark >= sheet.corner(place)[1] + 2


@pytest.mark.parametrize("name", SHEETS)
def test_a_square_is_at_least_24_millimetres_and_its_sheet_says_where_it_comes_from(name: str):
    sheet = SHEETS[name]
    look = face(sheet.width / (2 if sheet.fold else 1), sheet.height, bleed=sheet.bleed)
    assert MODULES * look.module >= 24
    assert sheet.source
    assert sheet.left + (sheet.columns - 1) * sheet.pitch_x + sheet.width <= sheet.page_width + 0.01
    assert sheet.top + (sheet.rows - 1) * sheet.pitch_y + sheet.height <= sheet.page_height + 0.01


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("L7160", "l7160"),
        ("Avery J8160", "l7160"),
        (" lp 21/63 ", "l7160"),
        ("L7165", "j8165"),
        ("CR80", "cr80"),
        ("L7160-100", "l7160"),
        ("Avery® L7160 - 40", "l7160"),
        ("avery zweckform J8160-25", "l7160"),
        ("L7160REV-25", "l7160"),
        ("LP21/63-500", "l7160"),
        ("L7160 100 sheets", "l7160"),
    ],
)
def test_a_sheet_is_known_by_any_of_its_numbers(text: str, name: str):
    assert named(text) is SHEETS[name]


@pytest.mark.parametrize("text", ["", "A0", "7160", "-100", "L71600", "L7160-x"])
def test_a_sheet_nobody_knows_is_none(text: str):
    assert named(text) is None


@pytest.mark.parametrize(("cards", "start", "pages"), [(21, 1, 1), (21, 2, 2), (1, 21, 1), (2, 21, 2), (43, 1, 3)])
def test_a_part_used_sheet_fills_the_pages_after_it(cards: int, start: int, pages: int):
    assert SHEETS["l7160"].pages(cards, start=start) == pages


def test_a_printer_that_slips_and_stretches_is_corrected():
    """A page drawn for a printer, then moved as that printer moves it, comes out where it was meant."""
    sheet, printer = SHEETS["l7160"], Printer(left=21.5, top=18.8, across=168.9, down=258.4)
    meant_x, meant_y = outlines(sheet)
    drawn_x, drawn_y = outlines(sheet, printer)
    stretch_x, stretch_y = printer.across / TRUE.across, printer.down / TRUE.down
    assert max(abs(meant - drawn) for meant, drawn in zip(meant_x, drawn_x, strict=True)) > 1
    came_x = [printer.left + stretch_x * (x - TRUE.left) for x in drawn_x]
    came_y = [printer.top + stretch_y * (y - TRUE.top) for y in drawn_y]
    assert came_x == pytest.approx(meant_x, abs=0.1)
    assert came_y == pytest.approx(meant_y, abs=0.1)


def test_the_calibration_page_has_its_crosses_where_its_words_say():
    page = rendered(calibration_page(SHEETS["cr80"])) < 100
    for x in (20, 190):
        for y in (20, 277):
            spot = page[round((y - 5) * MM) : round((y + 5) * MM), round((x - 5) * MM) : round((x + 5) * MM)]
            assert spot[:, round(5 * MM) - 3 : round(5 * MM) + 3].any(1).all()
            assert spot[round(5 * MM) - 3 : round(5 * MM) + 3].any(0).all()


def test_viewers_are_asked_not_to_fit_the_page_to_the_paper(cards: list[Card]):
    assert b"/PrintScaling /None" in print_cards(cards[:1], "l7160")


def test_marks_stand_outside_the_cards_and_the_colour_runs_over_their_edges(cards: list[Card]):
    sheet = SHEETS["cr80"]
    page = rendered(print_cards(cards, "cr80"))
    for place in range(10):
        left, top = sheet.corner(place)
        over = page[round((top + 5) * MM) : round((top + 49) * MM), round((left - 1.3) * MM) : round((left + 0.5) * MM)]
        assert (over < 140).all(), "the tile's colour goes on where the knife may slip"
    margin = page[: round((sheet.top - 1.6) * MM)]
    marks = centres((margin < 128).any(0))
    assert marks == pytest.approx([17.9, 103.5, 106.5, 192.1], abs=0.1)
    assert cv2.countNonZero((page[:, : round((sheet.left - 6) * MM)] < 250).astype(np.uint8)) == 0
