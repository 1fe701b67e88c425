"""Printing badges: a PDF whose squares read, noted as printed, and nobody's badge revoked by it."""

from collections.abc import Callable, Mapping

import numpy as np
import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from badges import code
from badges.reader import Reader
from mentoring.programme import NEVER_A_SECRET
from mentoring.settings import Settings
from tests.conftest import Cast, at
from tests.kiosk.both_doors import KEY, form_key, picture
from tests.kiosk.walking import Finger, page

Printed = Callable[..., bytes]


@pytest.fixture
def printed(lead: FlaskClient) -> Printed:
    def printing(*mentors: int) -> bytes:
        fields = {"mentor": [str(each) for each in mentors], "sheet": "cr80", "form_key": form_key(lead)}
        answer = lead.post("/badges", data=fields)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.headers["Content-Disposition"] == "attachment; filename=badges-2027-01-12.pdf"
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
    lead.post(f"/mentors/{cast.amira}/badge/revoke", data={"form_key": form_key(lead)})
    assert [each["checked"] for each in page(lead.get("/badges")).all("input") if "checked" in each] == [""]
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
    finger.press("Print it")
    assert finger.answer.get_data().startswith(b"%PDF-")


def test_a_name_with_markup_is_printed_as_text(printed: Printed, cast: Cast, db: Database):
    db["mentors"].update(cast.amira, {"display_name": "<b>Bobby</b>"})
    with pypdfium2.PdfDocument(printed(cast.amira)) as pdf:
        assert "<b>Bobby</b>" in pdf[0].get_textpage().get_text_bounded()


def test_without_the_badge_key_nothing_is_printed_and_staff_are_told(lead: FlaskClient, box: Settings, db: Database):
    box.badge_key.unlink()
    answer = lead.post("/badges", data={"mentor": "1", "form_key": form_key(lead)})
    assert answer.status_code == 503
    assert "The box cannot reach its memory." in page(answer).text
    assert not box.badge_key.exists(), "no new key is made in silence"
    assert {each["printed"] for each in db["badges"].rows} == {None}
