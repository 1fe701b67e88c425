"""Names in every script and direction, drawn and then looked at: shaped, and set from the side they begin on."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from badges import lettering, typefaces
from badges.lettering import Lines, fit, flow, shown, write
from badges.typefaces import BOLD, FALLBACK, OURS, REGULAR, load_fonts, missing, runs, width

NOTO = {
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ": "NotoSansGurmukhi-Bold.ttf",
    "প্রিয়াঙ্কা চট্টোপাধ্যায়": "NotoSansBengali-Bold.ttf",
    "प्रियंका श्रीवास्तव": "NotoSansDevanagari-Bold.ttf",
    "தமிழ்ச்செல்வி": "NotoSansTamil-Bold.ttf",
    "ક્ષમા પટેલ": "NotoSansGujarati-Bold.ttf",
    "ሥላሴ ገብረ": "NotoSansEthiopic-Bold.ttf",
    "李小龙": "NotoSansCJKsc-Bold.otf",
    "محمد علي": "NotoSansArabic-Bold.ttf",
    "فاطمہ ٹیپو": "NotoSansArabic-Bold.ttf",
}


@pytest.fixture(autouse=True)
def _fonts() -> None:
    load_fonts()


def drawn(lines: Lines, *, across: float = 300) -> np.ndarray:
    """The lines as a PDF page shows them: True where ink is, at 150 dots an inch."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(across * mm, 40 * mm))
    write(canvas, lines, black, left=5, width=across - 10, top=30)
    canvas.save()
    with pypdfium2.PdfDocument(file.getvalue()) as pdf:
        return pdf[0].render(scale=150 / 72, grayscale=True).to_numpy().squeeze() < 128


def one_line(text: str, *, size: float = 40) -> Lines:
    return fit(text, BOLD, width=500, largest=size, smallest=size, most_lines=1)


def trimmed(ink: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def in_common(one: np.ndarray, other: np.ndarray) -> float:
    """How much of the ink of two pictures, trimmed and made equally large, falls together: 0 to 1."""
    size = (600, 120)
    a, b = (np.asarray(Image.fromarray(trimmed(each)).resize(size)) > 0 for each in (one, other))
    return float((a & b).sum() / (a | b).sum())


def by_pillow(text: str, font: str, engine: ImageFont.Layout) -> np.ndarray:
    picture = Image.new("L", (1500, 300))
    letters = ImageFont.truetype(str(OURS / font), 83, layout_engine=engine)
    ImageDraw.Draw(picture).text((100, 100), text, 255, letters)
    return np.asarray(picture) > 128


@pytest.mark.parametrize(("name", "font"), NOTO.items())
def test_a_name_in_any_of_our_scripts_is_shaped_as_another_program_shapes_it(name: str, font: str):
    assert missing(name, BOLD) == ""
    shaped = by_pillow(name, font, ImageFont.Layout.RAQM)
    assert in_common(drawn(one_line(name)), shaped) > 0.8


@pytest.mark.parametrize("name", ["ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "প্রিয়াঙ্কা চট্টোপাধ্যায়", "प्रियंका श्रीवास्तव", "தமிழ்ச்செல்வி", "محمد علي"])
def test_letters_one_after_the_other_are_not_what_is_drawn(name: str):
    unshaped = by_pillow(name, NOTO[name], ImageFont.Layout.BASIC)
    assert in_common(drawn(one_line(name)), unshaped) < 0.7


@pytest.mark.parametrize("name", ["محمد علي", "فاطمہ ٹیپو", "דוד כהן", "דוד (10A)"])
def test_a_name_read_from_the_right_is_set_from_the_right(name: str):
    lines = fit(name, BOLD, width=140, largest=20, smallest=8, most_lines=2)
    assert lines.leftward
    columns = np.flatnonzero(drawn(lines).any(0))
    assert columns[-1] > 290 * 150 / 25.4
    assert columns[0] > 200 * 150 / 25.4


# The name in Hebrew letters reads the same from both sides, so the second text can be set letter by letter.
@pytest.mark.parametrize(
    ("name", "from_the_left"),
    [
        ("דוד (10A)", "(10A) דוד"),
        ("דוד (Dave) 10A", "10A (Dave) דוד"),
        ("דוד [x] (Dave) Khan", "Khan (Dave) [x] דוד"),
        ("Ali (דוד) B", "Ali (דוד) B"),
        ("(דוד)", "(דוד)"),
    ],
)
def test_brackets_open_to_the_side_that_a_reader_expects(name: str, from_the_left: str):
    expected = by_pillow(from_the_left, "DejaVuSans-Bold.ttf", ImageFont.Layout.BASIC)
    assert in_common(drawn(one_line(name)), expected) > 0.8


@pytest.mark.parametrize("name", ["Amira Khan", "Zoë", "Siân Llŷr-Ŵyn", "O’Brien", "Łukasz"])
def test_our_own_font_sets_what_it_can(name: str):
    assert {run.face.name for run in runs(name, one_line(name).font)} == {BOLD}


def test_a_name_is_in_one_font_where_it_can_be_and_a_word_always():
    assert one_line("Nguyễn Thị Minh").font == FALLBACK[BOLD]
    assert [run.face.name for run in runs("Zoë 美丽", one_line("Zoë 美丽").font)][::2] == [BOLD]
    assert len({run.face for run in runs("فاطمہ", BOLD)}) == 1


@pytest.fixture
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A box without Debian's fonts."""
    monkeypatch.setattr(typefaces, "INSTALLED", tmp_path)
    forget_fonts()
    yield
    forget_fonts()


def forget_fonts() -> None:
    for each in (typefaces._ours, typefaces.font_having, typefaces.runs, lettering.fit):
        each.cache_clear()


@pytest.mark.usefixtures("_bare")
def test_a_letter_no_font_has_is_named_and_an_empty_box_is_drawn(tmp_path: Path):
    assert missing("Amira สมส Khan", BOLD) == "สม"
    assert drawn(one_line("ส")).any()


@pytest.mark.usefixtures("_bare")
def test_a_font_that_debian_installs_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    ours, debians = tmp_path / "ours", tmp_path / "truetype" / "noto"
    ours.mkdir()
    debians.mkdir(parents=True)
    for name in (BOLD, FALLBACK[BOLD]):
        (ours / f"{name}.ttf").symlink_to(OURS / f"{name}.ttf")
    monkeypatch.setattr(typefaces, "OURS", ours)
    forget_fonts()
    assert missing("தமிழ்", BOLD) == "தமிழ்"
    (debians / "NotoSansTamil-Bold.ttf").symlink_to(OURS / "NotoSansTamil-Bold.ttf")
    forget_fonts()
    assert missing("தமிழ்", BOLD) == ""


@pytest.mark.parametrize(
    ("name", "said", "left_out"),
    [
        ("Amira 🎉 Khan", "Amira Khan", "🎉"),
        ("🏳️‍🌈Ben", "Ben", "🏳🌈"),
        ("Zoë ❤️", "Zoë", "❤"),
        ("👩🏽‍🎓 Chidi 🇬🇧", "Chidi", "👩🏽🎓🇬🇧"),
        ("Amira Khan", "Amira Khan", ""),
        ("Ж©®™½", "Ж©®™½", ""),
        ("🎉", "", "🎉"),
    ],
)
def test_emoji_are_left_out_and_told(name: str, said: str, left_out: str):
    assert shown(name) == (said, left_out)


def test_a_sign_that_a_script_needs_is_not_taken_for_an_emojis():
    assert shown("র\u200d্যাব")[0] == "র\u200d্যাব"


@pytest.mark.parametrize("width_", [20, 28, 40, 60])
@pytest.mark.parametrize(
    "name", ["Maximiliana Featherstonehaugh-Lee", "Олександра Шевченко", "محمد عبد الرحمن", "प्रियंका श्रीवास्तव"]
)
def test_a_long_name_never_runs_out_of_its_width(name: str, width_: float):
    lines = fit(name, BOLD, width=width_, largest=27, smallest=7, most_lines=2)
    for line in lines.lines:
        assert sum(width(run, lines.size) for run in runs(line, lines.font)) <= width_ * mm


def test_a_name_is_broken_after_a_hyphen_before_it_is_cut():
    lines = fit("Alexandra Fitzwilliam-Montgomery", BOLD, width=22, largest=20, smallest=7, most_lines=3)
    assert lines.lines == ("Alexandra", "Fitzwilliam-", "Montgomery")
    assert not lines.is_cut


def test_a_cut_name_says_so_fills_its_lines_and_keeps_a_letters_signs():
    lines = fit(
        "Maximiliana Konstantinopolskaya Featherstonehaugh", BOLD, width=22, largest=9, smallest=9, most_lines=2
    )
    assert lines.is_cut
    assert lines.lines[0] == "Maximiliana"
    assert lines.lines[1].startswith("Konst")
    assert lines.lines[1].endswith("…")
    for wide in range(20, 60):
        cut = fit("कि" * 40, BOLD, width=wide, largest=9, smallest=9, most_lines=1)
        assert cut.lines[0].removesuffix("…").endswith("ि")


@pytest.mark.parametrize("room", [4, 9, 14])
def test_a_text_keeps_to_the_height_it_is_given(room: float):
    lines = fit("Amira Khan the Third of the Name", BOLD, width=22, largest=27, smallest=7, most_lines=3, room=room)
    assert lines.height <= room * mm


def test_a_short_name_is_not_larger_than_the_height_it_is_given_and_never_cut_for_it():
    def zoe(room: float) -> Lines:
        return fit("Zoë", BOLD, width=60, largest=40, smallest=7, most_lines=3, room=room)

    assert zoe(8).height <= 8 * mm
    assert (zoe(1).lines, zoe(1).size, zoe(1).is_cut) == (("Zoë",), 7, False)


def test_a_text_without_a_space_flows_into_lines_and_loses_no_letter():
    text = "tell" * 100_000  # what took a line the time of all that was left would not end here
    [lines] = flow(text, REGULAR, width=170, size=10)
    assert "".join(lines.lines) == text
    assert len(lines.lines) > 1000
