"""Nothing is handed over that was not read: each square as printed, coarse, blurred, tilted and under a shine."""

import json
from dataclasses import asdict, replace

import pypdfium2
import pytest

from badges import sheet_maker
from badges.read_back import Unreadable, read_back
from badges.sheet import TRUE, Card, Printer, SheetTrouble, print_cards
from badges.sheet_maker import make_pdf, squares_on
from badges.stationery import SHEETS
from tests.badges.conftest import SENTENCE


def placed(cards: list[Card]) -> list[list[tuple[int, Card]]]:
    return [list(enumerate(cards))]


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_is_read_back_on_a_true_printer_and_on_a_crooked_one(name: str, cards: list[Card]):
    sheet = SHEETS[name]
    some = cards[: sheet.places]
    for printer in (TRUE, Printer(18.2, 21.4, 171.5, 255.2)):
        pages = placed(some)
        pdf = make_pdf(pages, sheet, two_sided=sheet.two_sided, printer=printer, logo=b"")
        fronts = [squares_on(each, sheet, printer) for each in pages]
        assert sum(read_back(pdf, fronts, every=2 if sheet.two_sided else 1)) == len(some)


def test_a_square_that_says_something_else_stops_the_sheet_and_names_the_badge(cards: list[Card]):
    sheet, pages = SHEETS["l7160"], placed(cards)
    pdf = make_pdf(pages, sheet, two_sided=False, printer=TRUE, logo=b"")
    meant = squares_on([(3, replace(cards[4], name="Zoë")), *pages[0][4:]], sheet, TRUE)
    with pytest.raises(Unreadable, match="The badge of Zoë does not read as it is printed"):
        list(read_back(pdf, [meant], every=1))


def test_a_sheet_that_does_not_read_is_answered_in_words(cards: list[Card], monkeypatch: pytest.MonkeyPatch):
    others = squares_on([(1, cards[0])], SHEETS["l7160"], TRUE)
    monkeypatch.setattr(sheet_maker, "squares_on", lambda *_: others)
    asked = {"kind": "sheet", "sheet": "l7160", "start": 1, "two_sided": False, "printer": asdict(TRUE)}
    question = json.dumps({**asked, "cards": [asdict(cards[0])]}).encode() + b"\n"
    answer = sheet_maker.answer(question, lambda _: None)
    assert answer.startswith(b"!The badge of Amira Khan does not read as it is printed, so no sheet was made.")


def test_it_says_how_far_it_is_and_can_be_stopped(cards: list[Card]):
    heard: list[int] = []
    print_cards(cards * 5, "l7160", progress=heard.append)
    assert heard == [0, 21, 42, 50]

    def stop(read: int) -> None:
        if read:
            raise InterruptedError(f"{read} were read")

    with pytest.raises(InterruptedError, match="21 were read"):
        print_cards(cards * 5, "l7160", progress=stop)


def test_a_part_used_sheet_begins_at_its_label(cards: list[Card]):
    sheet = SHEETS["l7160"]
    with pypdfium2.PdfDocument(print_cards(cards[:3], "l7160", start=21)) as pdf:
        assert len(pdf) == 2
        left, top = sheet.corner(20)
        assert words(pdf[0], left, top, sheet.width, sheet.height).startswith("Harbour School")
        assert "Amira" in words(pdf[0], left, top, sheet.width, sheet.height)
        assert words(pdf[0], 0, 0, 210, top - 1) == ""
        assert "Ben O." in words(pdf[1], *sheet.corner(0), sheet.width, sheet.height)


def test_both_sides_meet_when_the_sheet_is_turned_on_its_long_edge(cards: list[Card]):
    sheet = SHEETS["cr80"]
    with pypdfium2.PdfDocument(print_cards(cards[:3], "cr80", two_sided=True)) as pdf:
        assert len(pdf) == 2
        for place, back in ((0, 1), (1, 0), (2, 3)):
            said = words(pdf[1], *sheet.corner(back), sheet.width, sheet.height)
            assert cards[place].name in said
            assert SENTENCE in said
            assert SENTENCE not in words(pdf[0], *sheet.corner(place), sheet.width, sheet.height)


def test_a_folded_badge_has_its_front_on_the_right_and_the_promise_on_the_left(cards: list[Card]):
    sheet = SHEETS["a6"]
    with pypdfium2.PdfDocument(print_cards(cards[:3], "a6")) as pdf:
        assert len(pdf) == 2
        assert SENTENCE in words(pdf[0], 0, 0, 105, sheet.height)
        front = words(pdf[0], 105, 0, 105, sheet.height)
        assert "Amira Khan" in front
        assert SENTENCE not in front


@pytest.mark.parametrize("name", [name for name in SHEETS if not (SHEETS[name].two_sided or SHEETS[name].fold)])
def test_a_label_carries_the_promise_on_its_front(name: str, cards: list[Card]):
    sheet = SHEETS[name]
    with pypdfium2.PdfDocument(print_cards(cards[:1], name)) as pdf:
        assert SENTENCE in words(pdf[0], *sheet.corner(0), sheet.width, sheet.height)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"start": 0}, "labels 1 to 21"),
        ({"start": 22}, "labels 1 to 21"),
        ({"two_sided": True}, "cannot be printed on both sides"),
    ],
)
def test_what_a_sheet_cannot_do_is_refused(cards: list[Card], asked: dict[str, int], says: str):
    with pytest.raises(ValueError, match=says):
        print_cards(cards[:1], "l7160", **asked)


def test_a_sheet_maker_that_hangs_is_answered_in_words(cards: list[Card], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("badges.sheet._SECONDS", 0.001)
    with pytest.raises(SheetTrouble, match="took too long"):
        print_cards(cards[:1], "l7160")


def words(page: pypdfium2.PdfPage, left: float, top: float, width: float, height: float) -> str:
    """The text in one rectangle of an A4 page, in millimetres from its upper left corner."""
    mm = 72 / 25.4
    text = page.get_textpage().get_text_bounded(
        left * mm, (297 - top - height) * mm, (left + width) * mm, (297 - top) * mm
    )
    return " ".join(text.split())
