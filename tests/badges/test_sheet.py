"""The page a school prints: every name on its card, every square reads, nothing but lines and letters."""

import io
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import cv2
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from badges.card import draw_front, face
from badges.reader import Reader
from badges.sheet import MOST_CARDS, Card, Kind, Remark, print_cards
from badges.stationery import SHEETS
from badges.typefaces import load_fonts
from tests.badges.conftest import SENTENCE

MM = 72 / 25.4
SHEET = SHEETS["cr80"]
LOOK = face(SHEET.width, SHEET.height, bleed=SHEET.bleed)
SQUARE_FROM = LOOK.square.left  # mm from a card's left edge: here the square's white margin begins


@pytest.fixture(scope="module")
def pdf(cards: list[Card]) -> Iterator[pypdfium2.PdfDocument]:
    with pypdfium2.PdfDocument(print_cards(cards, "cr80")) as pdf:
        yield pdf


def corner(place: int) -> tuple[float, float]:
    """The lower left corner of a card on its page, in points."""
    left, top = SHEET.corner(place)
    return left * MM, (SHEET.page_height - top - SHEET.height) * MM


def words_on(page: pypdfium2.PdfPage, place: int, *, until: float = SHEET.width) -> str:
    left, bottom = corner(place)
    text = page.get_textpage()
    found = text.get_text_bounded(left, bottom, left + until * MM, bottom + SHEET.height * MM)
    return " ".join(found.split())


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (10, 1), (11, 2), (30, 3)])
def test_ten_badges_fill_a_page_of_a4(cards: list[Card], count: int, pages: int):
    with pypdfium2.PdfDocument(print_cards((cards * 3)[:count], "cr80")) as pdf:
        assert len(pdf) == SHEET.pages(count) == pages == math.ceil(count / 10)
        assert all(page.get_size() == pytest.approx((210 * MM, 297 * MM), abs=0.1) for page in pdf)


def test_the_cards_lie_in_the_middle_of_the_page():
    assert 2 * SHEET.left + SHEET.pitch_x + SHEET.width == pytest.approx(SHEET.page_width)
    assert 2 * SHEET.top + 4 * SHEET.pitch_y + SHEET.height == pytest.approx(SHEET.page_height)


def test_a_page_is_drawn_and_holds_no_picture(pdf: pypdfium2.PdfDocument):
    kinds = {thing.type for thing in pdf[0].get_objects(max_depth=5)}
    assert kinds <= {pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_FORM}


def test_the_pdf_says_what_it_is(pdf: pypdfium2.PdfDocument):
    assert pdf.get_metadata_dict()["Title"] == "Badges: Harbour School Peer Mentoring"


def test_a_card_says_its_name_its_programme_its_code_and_the_promise(pdf: pypdfium2.PdfDocument, cards: list[Card]):
    for place, name in [(0, "Amira Khan"), (2, "Chidi Okonkwo"), (3, "Zoë"), (4, "Siân Llŷr-Ŵyn")]:
        words = words_on(pdf[0], place)
        assert name in words
        assert "Harbour School Peer Mentoring" in words
        assert SENTENCE in words
        assert cards[place].code in words.replace(" ", "")


def test_a_name_is_text_and_never_markup(pdf: pypdfium2.PdfDocument):
    assert "<b>Bobby</b> & Sons" in words_on(pdf[0], 6)


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Minh Châu", "Олександра Шевченко", "Γιώργος", "Ķęstutis Žđẻ", "N\u0303andu\u0301"]
)
def test_every_letter_of_a_name_is_there(cards: list[Card], name: str):
    with pypdfium2.PdfDocument(print_cards([replace(cards[0], name=name)], "cr80")) as pdf:
        assert unicodedata.normalize("NFC", name) in words_on(pdf[0], 0)


def test_every_name_stays_on_its_card_and_off_its_square(pdf: pypdfium2.PdfDocument):
    text = pdf[0].get_textpage()
    boxes = [text.get_rect(n) for n in range(text.count_rects())]
    assert len(boxes) > 50
    for left, bottom, right, top in boxes:
        place = next(
            place
            for place in range(10)
            if corner(place)[0] <= left < corner(place)[0] + SHEET.width * MM
            and corner(place)[1] <= bottom < corner(place)[1] + SHEET.height * MM
        )
        x, y = corner(place)
        assert top < y + (SHEET.height - 3) * MM
        on_the_left = right < x + SQUARE_FROM * MM
        under_the_square = left > x + SQUARE_FROM * MM and right < x + (SHEET.width - 1) * MM and top < y + 11 * MM
        assert on_the_left or under_the_square


def test_the_longest_name_is_cut_with_an_ellipsis(pdf: pypdfium2.PdfDocument):
    assert "WWW…" in words_on(pdf[0], 9, until=SQUARE_FROM)


@pytest.mark.parametrize("name", ["", " ", "\x00\x1b", "\u202eAmira", "中文", "a-" * 200, "-" * 300, "a\nb"])
def test_any_name_can_be_drawn(cards: list[Card], name: str):
    with pypdfium2.PdfDocument(print_cards([replace(cards[0], name=name, programme=name)], "cr80")) as pdf:
        assert len(pdf) == 1


def test_every_square_is_read_back(reader: Reader, cards: list[Card], pdf: pypdfium2.PdfDocument):
    page = pdf[0].render(scale=150 / 72, grayscale=True).to_numpy().squeeze()
    dot = 150 / 72
    for place, card in enumerate(cards):
        x, y = corner(place)
        top = len(page) - (y + SHEET.height * MM) * dot
        cut = page[int(top) : int(len(page) - y * dot), int(x * dot) : int((x + SHEET.width * MM) * dot)]
        assert reader.read(cv2.imencode(".png", cut)[1].tobytes(), live=True).texts == (card.code,)


def test_the_same_cards_give_the_same_bytes(cards: list[Card]):
    assert print_cards(cards, "cr80") == print_cards(cards, "cr80")


def test_two_hundred_badges_make_twenty_pages(cards: list[Card]):
    with pypdfium2.PdfDocument(print_cards(cards * 20, "cr80")) as pdf:
        assert len(pdf) == 20


@pytest.mark.parametrize("count", [0, MOST_CARDS + 1])
def test_no_badge_and_too_many_are_refused(cards: list[Card], count: int):
    with pytest.raises(ValueError, match="1 to 1000"):
        print_cards([cards[0]] * count, "cr80")


def test_an_unknown_sheet_is_refused(cards: list[Card]):
    with pytest.raises(ValueError, match="cr80"):
        print_cards(cards, "a0")


def remarks_on(cards: list[Card], sheet: str) -> list[Remark]:
    found: list[Remark] = []
    print_cards(cards, sheet, remarked=found.append)
    return found


def test_what_reading_back_cannot_see_is_told_badge_by_badge(cards: list[Card]):
    names = ["Alexandra Fitzwilliam-Montgomery", "W" * 40, "Amira 🎉", "🎉", "李小龙", "ਗੁਰਪ੍ਰੀਤ"]
    found = remarks_on([replace(cards[0], name=name) for name in names], "l7160")
    assert [(each.number, each.kind) for each in found] == [
        (1, Kind.CUT),
        (2, Kind.LEFT_OUT),
        (3, Kind.NOTHING),
    ]
    assert found[0].drawn.endswith("W…")
    assert (found[1].drawn, found[1].letters) == ("Amira", "🎉")


def test_a_name_uses_the_room_of_a_small_label(cards: list[Card]):
    load_fonts()
    look = face(63.5, 38.1)
    card = replace(cards[0], name="Alexandra Fitzwilliam-Montgomery")
    name = draw_front(Canvas(io.BytesIO()), card, look, promise=True, logo=None)
    assert name.lines == ("Alexandra", "Fitzwilliam-", "Montgomery")
    assert name.size >= 10
    assert not name.is_cut


@pytest.mark.parametrize(("name", "lines"), [("Zoë", 1), ("Amira Khan", 2), ("Jo Li", 1), ("Ana Maria dos Santos", 2)])
def test_a_name_stands_on_as_few_lines_as_leave_it_large(cards: list[Card], name: str, lines: int):
    load_fonts()
    drawn = draw_front(Canvas(io.BytesIO()), replace(cards[0], name=name), face(63.5, 38.1), promise=True, logo=None)
    assert len(drawn.lines) == lines
