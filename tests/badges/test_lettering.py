"""Names in every direction: joined, turned round and set from the right where they are read from the right."""

import pytest
from reportlab.pdfbase import pdfmetrics

from badges.lettering import BOLD, FALLBACK, REGULAR, _as_seen, fit, flow, load_fonts


@pytest.fixture(autouse=True)
def _fonts() -> None:
    load_fonts()


@pytest.mark.parametrize("name", ["محمد علي", "فاطمہ ٹیپو", "דוד כהן"])
def test_a_name_read_from_the_right_is_set_from_the_right_in_letters_that_exist(name: str):
    lines = fit(name, BOLD, width=40, largest=20, smallest=8, most_lines=2)
    assert lines.leftward
    assert lines.font == FALLBACK[BOLD]
    glyphs = pdfmetrics.getFont(lines.font).face.charToGlyph
    assert all(ord(letter) in glyphs for line in lines.lines for letter in _as_seen(line))


def test_arabic_letters_are_joined_and_turned_round():
    # dal at its end on the left, meem at its beginning on the right
    assert _as_seen("محمد") == "\ufeaa\ufee4\ufea4\ufee3"
    assert _as_seen("Ali") == "Ali"
    assert _as_seen("Ali דוד") == "Ali " + "דוד"[::-1]


@pytest.mark.parametrize("name", ["Amira Khan", "Zoë", "Siân Llŷr-Ŵyn", "O’Brien", "Łukasz"])
def test_our_own_font_sets_what_it_can(name: str):
    assert fit(name, BOLD, width=40, largest=20, smallest=8, most_lines=2).font == BOLD


def test_letters_no_font_has_are_seen_and_not_lost():
    assert fit("中文", BOLD, width=40, largest=20, smallest=8, most_lines=2).lines == ("中文",)


@pytest.mark.parametrize("width", [20, 28, 40, 60])
@pytest.mark.parametrize("name", ["Maximiliana Featherstonehaugh-Lee", "Олександра Шевченко", "محمد عبد الرحمن"])
def test_a_long_name_never_runs_out_of_its_width(name: str, width: float):
    lines = fit(name, BOLD, width=width, largest=27, smallest=7, most_lines=2)
    for line in lines.lines:
        assert pdfmetrics.stringWidth(_as_seen(line), lines.font, lines.size) <= width * 72 / 25.4


def test_a_text_without_a_space_flows_into_lines_and_loses_no_letter():
    text = "tell" * 100_000  # what took a line the time of all that was left would not end here
    [lines] = flow(text, REGULAR, width=170, size=10)
    assert "".join(lines.lines) == text
    assert len(lines.lines) > 1000
