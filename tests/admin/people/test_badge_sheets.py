"""Printing badges: a PDF whose squares read, noted as printed, and nobody's badge revoked by it."""

import io
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

import cv2
import numpy as np
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database
from werkzeug.test import TestResponse

from admin.people.badge_sheets import to_look_at
from badges import code
from badges.reader import Reader
from badges.sheet import Kind, Remark, SheetTrouble
from mentoring.basics.settings import Settings
from mentoring.people import printers
from mentoring.people.mentors import Consent, Mentor, MentorState
from mentoring.people.printers import Choice
from mentoring.school.programme import NEVER_A_SECRET
from tests.both_doors import KEY, Wall, a_logo, form_key, picture
from tests.conftest import Cast, at, until
from tests.walking import Finger, page

Printed = Callable[..., bytes]


def wait_until_drawn(lead: FlaskClient, where: str) -> None:
    """Until the sheet's PDF is there."""
    assert until(lambda: lead.get(f"{where}.json").get_json()["done"])


@pytest.fixture
def made(lead: FlaskClient) -> Callable[..., str]:
    """Make a sheet of these mentors' badges; the address of its page."""

    def making(*mentors: int, **fields: str) -> str:
        fields = {"sheet": "cr80", "form_key": form_key(lead), "again": "yes", **fields}
        answer = lead.post("/badges", data={**fields, "mentor": [str(each) for each in mentors]})
        assert answer.status_code == 303
        return answer.headers["Location"]

    return making


@pytest.fixture
def printed(lead: FlaskClient, made: Callable[..., str]) -> Printed:
    """Make a sheet, open its PDF, and say that it printed well."""

    def printing(*mentors: int, **fields: str) -> bytes:
        where = made(*mentors, **fields)
        wait_until_drawn(lead, where)
        answer = lead.post(f"{where}/print", data={"form_key": form_key(lead)})
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.headers["Content-Disposition"] == "attachment; filename=badges-2027-01-12.pdf"
        said = lead.post(f"{where}/printed", data={"form_key": form_key(lead), "well": "yes"})
        assert said.headers["Location"] == "/badges?said=printed"
        return answer.get_data()

    return printing


def test_the_squares_of_a_printed_page_read_as_the_mentors_badges(
    printed: Printed, cast: Cast, codes: Mapping[int, str], warm_reader: Reader
):
    with pypdfium2.PdfDocument(printed(cast.amira, cast.ben)) as pdf:
        assert len(pdf) == 1
        words = " ".join(pdf[0].get_textpage().get_text_bounded().split())
        grey = pdf[0].render(scale=2.5, grayscale=True).to_numpy()
    read = warm_reader.read(picture(np.ascontiguousarray(grey.reshape(grey.shape[:2])), ".png"), live=False)
    assert read.texts == (codes[cast.amira], codes[cast.ben])
    for said in ("Amira", "Ben O.", "Peer mentors", NEVER_A_SECRET, code.grouped(codes[cast.amira])):
        assert said in words
    assert "Khan" not in words
    assert "Chidi" not in words


def test_printing_is_noted_and_ends_no_badge(printed: Printed, cast: Cast, db: Database):
    printed(cast.amira, cast.ben)
    badges = {each["mentor_id"]: each for each in db["badges"].rows}
    now = at("12:40").isoformat(timespec="seconds")
    assert [badges[each]["printed"] for each in (cast.amira, cast.ben, cast.chidi)] == [now, now, None]
    assert {each["ended"] for each in badges.values()} == {None}
    assert [*db["journal"].rows][-1]["what"] == "badge.printed"


def test_a_mentor_without_a_badge_is_given_one_and_it_counts(
    lead: FlaskClient, printed: Printed, kiosk_door: FlaskClient, cast: Cast, db: Database
):
    printed(cast.amira, cast.ben, cast.chidi)
    lead.post(f"/mentors/{cast.amira}/badge/revoke", data={"form_key": form_key(lead)})
    ticked = [each["value"] for each in page(lead.get("/badges")).all("input") if "checked" in each]
    assert ticked == [str(cast.amira)], "whoever has no printed badge is chosen already"
    printed(cast.amira)
    [good] = db["badges"].rows_where("mentor_id = ? and ended is null", [cast.amira])
    outcome = kiosk_door.post("/scan", data={"code": code.make(good["number"], KEY)})
    assert "Hello Amira." in page(outcome).text


def test_printing_twice_prints_the_same_badge(printed: Printed, cast: Cast, db: Database):
    printed(cast.amira)
    printed(cast.amira)
    assert db["badges"].count_where("mentor_id = ?", [cast.amira]) == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Choose at least one mentor."),
        ({"mentor": ["999"]}, "Choose at least one mentor."),
        ({"mentor": ["amira", ""]}, "Choose at least one mentor."),
        ({"mentor": ["1"], "sheet": "billboard"}, "Choose a sheet from the list."),
        ({"mentor": ["1"], "sheet": "l7160", "start": "22"}, "This sheet has labels 1 to 21"),
        ({"mentor": ["1"], "sheet": "cr80", "start": "0"}, "This sheet has labels 1 to 10"),
    ],
)
def test_nothing_is_printed_without_a_mentor_and_a_sheet(
    lead: FlaskClient, db: Database, fields: dict[str, object], says: str
):
    answer = lead.post("/badges", data={**fields, "form_key": form_key(lead)})
    assert answer.status_code == 422
    assert says in page(answer).text
    assert {each["printed"] for each in db["badges"].rows} == {None}


@pytest.mark.parametrize("state", ["paused", "left"])
def test_only_active_mentors_are_offered_and_printed(lead: FlaskClient, cast: Cast, db: Database, state: str):
    db["mentors"].update(cast.amira, {"state": state})
    offered = page(lead.get("/badges"))
    boxes = [given["value"] for given in offered.all("input") if given.get("name") == "mentor"]
    assert boxes == [str(cast.ben), str(cast.chidi)]
    fields = {"mentor": [str(cast.amira)], "form_key": form_key(lead)}
    assert lead.post("/badges", data=fields).status_code == 422


def test_a_badge_is_printed_from_its_mentors_page(lead: FlaskClient, cast: Cast):
    finger = Finger(lead)
    finger.open(f"/mentors/{cast.amira}")
    assert "The square was read back" in finger.press("Print it").text
    sheet = finger.path
    finger.press("Open the PDF to print")
    assert finger.answer.get_data().startswith(b"%PDF-")
    assert "not printed yet" in finger.open(f"/mentors/{cast.amira}").text
    assert "Did it print well?" in finger.open(sheet).text
    finger.press("Yes, it printed well")
    assert "printed on Tue 12 January" in finger.open(f"/mentors/{cast.amira}").text


def test_a_name_with_markup_is_printed_as_text(printed: Printed, cast: Cast, db: Database):
    db["mentors"].update(cast.amira, {"display_name": "<b>Bobby</b>"})
    with pypdfium2.PdfDocument(printed(cast.amira)) as pdf:
        assert "<b>Bobby</b>" in pdf[0].get_textpage().get_text_bounded()


def test_without_the_badge_key_nothing_is_printed_and_staff_are_told(lead: FlaskClient, box: Settings, db: Database):
    box.badge_key.unlink()
    answer = lead.post("/badges", data={"mentor": "1", "form_key": form_key(lead)})
    assert answer.status_code == 503
    assert "The badge key is missing or damaged: no badge can be printed" in page(answer).text
    assert not box.badge_key.exists(), "no new key is made in silence"
    assert {each["printed"] for each in db["badges"].rows} == {None}


def test_another_sheet_keeps_the_choice(lead: FlaskClient, made: Callable[..., str], cast: Cast):
    link = page(lead.get(made(cast.amira, cast.ben))).target("Another sheet").href
    assert link == f"/badges?mentor={cast.amira}&mentor={cast.ben}"
    chosen = [each["value"] for each in page(lead.get(link)).all("input") if "checked" in each]
    assert chosen == [str(cast.amira), str(cast.ben)]


def test_printing_again_is_asked_about_first_and_by_name(lead: FlaskClient, printed: Printed, cast: Cast, db: Database):
    printed(cast.amira, cast.ben)
    fields = {"mentor": [str(cast.amira), str(cast.chidi)], "sheet": "l7160", "form_key": form_key(lead)}
    asked = page(lead.post("/badges", data=fields))
    assert "One of these was printed before. Print again?" in asked.text
    assert "Amira, printed on Tue 12 January" in asked.text
    assert "Chidi, printed" not in asked.text
    ticked = [each["value"] for each in asked.all("input") if "checked" in each and each["name"] == "mentor"]
    assert ticked == [str(cast.amira), str(cast.chidi)], "the choice is not lost"
    assert lead.post("/badges", data={**fields, "again": "yes"}).status_code == 303


def test_those_never_printed_are_one_link_away_from_the_question(lead: FlaskClient, printed: Printed, cast: Cast):
    printed(cast.amira)
    fields = {"mentor": [str(cast.amira), str(cast.chidi)], "sheet": "l7160", "form_key": form_key(lead)}
    asked = page(lead.post("/badges", data=fields))
    assert asked.target("Only those never printed").href == f"/badges?mentor={cast.chidi}"


def test_only_a_yes_after_the_pdf_counts_as_printed(
    lead: FlaskClient, made: Callable[..., str], cast: Cast, db: Database
):
    def noted() -> list[int]:
        return [each["mentor_id"] for each in db["badges"].rows_where("printed is not null")]

    def say(well: str) -> str:
        answer = lead.post(f"{where}/printed", data={"well": well, "form_key": form_key(lead)}, follow_redirects=True)
        return page(answer).text

    where = made(cast.amira, cast.ben)
    wait_until_drawn(lead, where)
    assert lead.get(f"{where}.json").get_json()["opened"] is False
    lead.post(f"{where}/print", data={"form_key": form_key(lead)})
    assert [*db["journal"].rows][-1]["what"] == "badge.sheet"
    assert lead.get(f"{where}.json").get_json()["opened"] is True
    assert "Nothing is noted as printed." in say("no")
    assert noted() == []
    lead.post(f"{where}/print", data={"form_key": form_key(lead)})
    lead.post(f"/mentors/{cast.ben}/badge/revoke", data={"form_key": form_key(lead)})
    assert "Noted: these badges are printed." in say("yes")
    assert noted() == [cast.amira], "the other square is dead"
    say("yes")
    assert db["journal"].count_where("what = 'badge.printed'") == 1
    assert "Did it print well?" not in page(lead.get(where)).text


def test_what_was_printed_elsewhere_is_noted_for_those_that_are_ticked(lead: FlaskClient, cast: Cast, db: Database):
    finger = Finger(lead)
    finger.open(f"/badges?mentor={cast.amira}&mentor={cast.chidi}")
    assert "Noted: these badges are printed." in finger.press("These are printed").text
    assert [each["mentor_id"] for each in db["badges"].rows_where("printed is not null")] == [cast.amira, cast.chidi]
    lead.post(f"/mentors/{cast.ben}/badge/revoke", data={"form_key": form_key(lead)})
    answer = lead.post("/badges", data={"mentor": str(cast.ben), "printed": "yes", "form_key": form_key(lead)})
    assert (answer.status_code, "make the sheet first" in page(answer).text) == (422, True)


def test_the_sheet_is_seen_before_it_is_printed(lead: FlaskClient, made: Callable[..., str], cast: Cast):
    where = made(cast.amira, cast.ben, two_sided="yes")
    shown = page(lead.get(where))
    assert "All 2 squares were read back" in shown.text
    for number in (1, 2):
        seen = lead.get(f"{where}/{number}.png")
        assert (seen.mimetype, cv2.imdecode(np.frombuffer(seen.get_data(), np.uint8), 1).shape[2]) == ("image/png", 3)
    assert [lead.get(f"{where}/{number}.png").status_code for number in (0, 3)] == [404, 404]


def test_a_sheet_whose_badge_was_replaced_meanwhile_is_not_printed(
    lead: FlaskClient, made: Callable[..., str], cast: Cast, db: Database
):
    where = made(cast.amira, cast.ben)
    wait_until_drawn(lead, where)
    lead.post(f"/mentors/{cast.ben}/badge/revoke", data={"form_key": form_key(lead)})
    answer = lead.post(f"{where}/print", data={"form_key": form_key(lead)})
    assert answer.status_code == 409
    assert "A badge on this sheet was replaced or revoked meanwhile." in page(answer).text
    assert {each["printed"] for each in db["badges"].rows} == {None}


def test_a_lost_badge_is_replaced_and_printed_in_two_taps(lead: FlaskClient, cast: Cast, db: Database):
    finger = Finger(lead)
    finger.open(f"/mentors/{cast.amira}")
    assert "The square was read back" in finger.press("Replace it and print").text
    sheet = finger.path
    finger.press("Open the PDF to print")
    assert finger.answer.get_data().startswith(b"%PDF-")
    finger.open(sheet)
    finger.press("Yes, it printed well")
    old, new = db["badges"].rows_where("mentor_id = ?", [cast.amira], order_by="id")
    assert (old["ended_how"], new["ended"]) == ("replaced", None)
    assert new["printed"]


def test_a_second_tap_on_replace_kills_no_second_badge(lead: FlaskClient, cast: Cast, db: Database):
    for _ in range(2):
        fields = {"number": str(cast.numbers[cast.amira]), "form_key": form_key(lead)}
        assert lead.post(f"/badges/{cast.amira}/replace", data=fields).status_code == 303
    assert db["badges"].count_where("mentor_id = ?", [cast.amira]) == 2


def test_long_work_shows_how_far_it_is_and_can_be_stopped(lead: FlaskClient, staff_app: Flask, cast: Cast):
    reached, go_on = threading.Event(), threading.Event()

    def slow(heard: Callable[[int], None], _remarked: Callable[[Remark], None]) -> bytes:
        heard(21)
        reached.set()
        go_on.wait(20)
        heard(42)
        return b"%PDF-"

    works = staff_app.extensions["sheets_in_work"]
    work = works.begin(slow, numbers=dict.fromkeys(range(60), 1), sheet="l7160", pages=3, now=at("12:40"))
    assert reached.wait(10)
    where = f"/badges/sheets/{work.id}"
    assert lead.get(f"{where}.json").get_json() == {"read": 21, "of": 60, "done": False, "opened": False}
    assert "21 of 60" in page(lead.get(where)).text
    assert lead.post(f"{where}/print", data={"form_key": form_key(lead)}).status_code == 404
    work.stopped = True  # what the button does, before it waits
    go_on.set()
    stopped = lead.post(f"{where}/stop", data={"form_key": form_key(lead)}, follow_redirects=True)
    assert "You stopped it. Nothing was printed." in page(stopped).text


def test_a_sheet_is_forgotten_after_half_an_hour(lead: FlaskClient, made: Callable[..., str], cast: Cast, wall: Wall):
    where = made(cast.amira)
    for minutes, status in ((10, 200), (10, 200), (9, 200), (1, 404)):
        wall.passes(minutes * 60)
        assert lead.get(where).status_code == status


def test_a_sheet_that_does_not_read_says_whose_badge_it_is(
    lead: FlaskClient, made: Callable[..., str], cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    def unreadable(*_: object, **__: object) -> bytes:
        raise SheetTrouble("The badge of Amira does not read out of focus, so no sheet was made.")

    monkeypatch.setattr("admin.people.badge_sheets.print_cards", unreadable)
    assert "The badge of Amira does not read out of focus" in page(lead.get(made(cast.amira))).text


# What reading back cannot see


def named(db: Database, mentor_id: int, name: str) -> None:
    db["mentors"].update(mentor_id, {"display_name": name})


def told(lead: FlaskClient, where: str) -> str:
    wait_until_drawn(lead, where)
    return page(lead.get(where)).text


def test_each_name_that_does_not_print_as_it_is_written_is_told_before_printing(
    lead: FlaskClient, made: Callable[..., str], cast: Cast, db: Database
):
    named(db, cast.amira, "W" * 60)
    named(db, cast.ben, "Ben 🎉")
    said = told(lead, made(cast.amira, cast.ben, cast.chidi, sheet="l7160"))
    assert "Look at this before you print" in said
    assert re.search("Amira Khan ?, year [0-9]+ ?: prints “WWW", said)
    assert "Write a shorter name for the badge, or choose a larger label." in said
    assert "prints “Ben”, without 🎉" in said
    assert "Chidi" not in said
    assert db["badges"].count_where("printed is not null") == 0


def test_a_sheet_with_nothing_to_look_at_says_nothing(lead: FlaskClient, made: Callable[..., str], cast: Cast):
    assert "before you print" not in told(lead, made(cast.amira))


def test_letters_without_a_font_are_told_with_the_package_that_has_them(
    lead: FlaskClient, made: Callable[..., str], cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    def without_fonts(*_: object, remarked: Callable[[Remark], None], **__: object) -> bytes:
        remarked(Remark(0, Kind.NO_FONT, "สม", "สม", "fonts-noto-core"))
        return b"%PDF-"

    monkeypatch.setattr("admin.people.badge_sheets.print_cards", without_fonts)
    said = told(lead, made(cast.amira))
    assert "no font on this box has สม" in said
    assert "sudo apt install fonts-noto-core" in said


@pytest.mark.parametrize("name", ["Amira", "AMIRA 🎉", "Amira."])
def test_two_badges_that_look_the_same_are_told_even_if_only_one_is_printed(
    lead: FlaskClient, made: Callable[..., str], cast: Cast, db: Database, name: str
):
    named(db, cast.ben, name)
    said = told(lead, made(cast.amira))
    assert "look the same: “Amira”" in said
    assert "Amira Khan" in said
    assert "Ben" in said


def test_two_names_that_are_cut_alike_are_told():
    amira = Mentor(
        1,
        "Amira",
        "Khan",
        "W" * 50 + "A",
        "10",
        experienced=False,
        email="",
        consent=Consent.REFUSED,
        state=MentorState.ACTIVE,
        has_badge=True,
    )
    ben = replace(amira, id=2, display_name="W" * 50 + "B")
    remarks = [Remark(number, Kind.CUT, "WWW…") for number in (0, 1)]
    found = to_look_at([amira, ben], remarks, [amira, ben])
    assert found[-1].mentors == (amira, ben)
    assert found[-1].what == "look the same: “WWW…”"


# The printer, and the logo

MEASURED = {"name": "Office", "left": "21,5", "top": "18.8 mm", "across": "168.9", "down": "258.4"}


def test_a_measured_printer_moves_every_badge(lead: FlaskClient, printed: Printed, cast: Cast, db: Database):
    true = printed(cast.amira, sheet="l7160")
    lead.post("/badges/printer", data={**MEASURED, "form_key": form_key(lead)})
    [office] = printers.printers(db)
    assert (office.left, office.top, office.across, office.down) == (21.5, 18.8, 168.9, 258.4)
    moved = printed(cast.amira, sheet="l7160", printer=str(office.id))
    assert dark(moved)[0] < dark(true)[0], "it slips to the right, so it is drawn further left"
    assert printers.last_choice(db) == Choice("l7160", two_sided=False, printer_id=office.id)
    again = lead.post("/badges/printer", data={**MEASURED, "left": "20", "form_key": form_key(lead)})
    assert again.status_code == 303
    assert [each.left for each in printers.printers(db)] == [20], "measured anew, it is still one printer"
    lead.post(f"/badges/printer/{office.id}/forget", data={"form_key": form_key(lead)})
    assert printers.printers(db) == []
    assert printers.last_choice(db) == Choice("l7160", two_sided=False, printer_id=None)


def dark(pdf: bytes) -> tuple[int, int]:
    """Where the first dark dot of the first page is, across and down."""
    with pypdfium2.PdfDocument(pdf) as document:
        grey = document[0].render(scale=4, grayscale=True).to_numpy().squeeze()
    return int(np.flatnonzero((grey < 100).any(0))[0]), int(np.flatnonzero((grey < 100).any(1))[0])


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", " ", "is missing"),
        ("left", "two", "write millimetres, such as 20"),
        ("left", "nan", "measure again"),
        ("top", "200", "measure again: it should be near 20"),
        ("across", "150", "near 170"),
        ("down", "inf", "near 257"),
    ],
)
def test_a_slipped_ruler_is_answered_at_its_field(lead: FlaskClient, db: Database, field: str, value: str, says: str):
    answer = lead.post("/badges/printer", data={**MEASURED, field: value, "form_key": form_key(lead)})
    assert answer.status_code == 422
    assert says in page(answer).text
    assert printers.printers(db) == []


def test_the_calibration_page_is_a_pdf_for_the_chosen_sheet(lead: FlaskClient):
    answer = lead.post("/badges/printer/page", data={"sheet": "l7163", "form_key": form_key(lead)})
    with pypdfium2.PdfDocument(answer.get_data()) as pdf:
        assert "L7163" in pdf[0].get_textpage().get_text_bounded()


def test_a_logo_is_shown_printed_and_taken_away(lead: FlaskClient, printed: Printed, cast: Cast, db: Database):
    plain = len(printed(cast.amira))
    sent = {"logo": (io.BytesIO(a_logo()), "logo.png"), "form_key": form_key(lead)}
    assert lead.post("/badges/logo", data=sent).status_code == 303
    assert lead.get("/badges/logo.png").get_data().startswith(b"\x89PNG")
    assert len(printed(cast.amira)) > plain
    lead.post("/badges/logo", data={"remove": "yes", "form_key": form_key(lead)})
    assert printers.logo(db) == b""
    assert lead.get("/badges/logo.png").status_code == 404


@pytest.mark.parametrize("bytes_sent", [b"", b"<svg><script>alert(1)</script></svg>", b"GIF89a"])
def test_what_is_no_logo_is_refused_in_words(lead: FlaskClient, db: Database, bytes_sent: bytes):
    sent = {"logo": (io.BytesIO(bytes_sent), "logo.png"), "form_key": form_key(lead)}
    answer = lead.post("/badges/logo", data=sent)
    assert answer.status_code == 422
    assert "save it as PNG" in page(answer).text
    assert printers.logo(db) == b""


def test_a_white_logo_is_refused_and_wide_margins_are_cut_off_in_words(lead: FlaskClient, db: Database):
    def sent(pixels: np.ndarray) -> TestResponse:
        form = {"logo": (io.BytesIO(picture(pixels, ".png")), "logo.png"), "form_key": form_key(lead)}
        return lead.post("/badges/logo", data=form, follow_redirects=True)

    white = np.full((60, 90), 250, np.uint8)
    assert "nobody would see it" in page(sent(white)).text
    assert printers.logo(db) == b""
    crest = np.full((300, 300), 255, np.uint8)
    crest[100:160, 100:200] = 60
    assert "without the wide margins" in page(sent(crest)).text
    assert cv2.imdecode(np.frombuffer(printers.logo(db), np.uint8), cv2.IMREAD_UNCHANGED).shape[:2] == (60, 100)
