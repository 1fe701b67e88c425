"""The sentence that is never switched off: four places, one source (P4)."""

from collections.abc import Mapping

import pypdfium2
import pytest
from flask.testing import FlaskClient

from badges.sheet import Card, print_cards
from mentoring.school.programme import NEVER_A_SECRET
from tests.both_doors import Wall
from tests.conftest import Cast
from tests.walking import Finger, page


@pytest.mark.usefixtures("pair")
def test_mentors_keep_no_secret_about_safety_and_say_so_in_four_places(
    kiosk_door: FlaskClient, lead: FlaskClient, codes: Mapping[int, str], cast: Cast, wall: Wall
):
    assert NEVER_A_SECRET == "Mentors listen. They cannot keep secrets about someone's safety."
    wall.passes(60)
    # on the kiosk, before a pupil asks
    for path in ("/", "/ask"):
        assert NEVER_A_SECRET in page(kiosk_door.get(path)).text
    # on the mentor's screen, and on what to say that opens from there
    finger = Finger(kiosk_door)
    finger.open("/scan")
    assert NEVER_A_SECRET in finger.press("Go", code=codes[cast.amira]).text
    assert NEVER_A_SECRET in finger.press("What to say").text
    # on the back of every badge
    sheet = print_cards([Card("Amira", "Peer mentors", codes[cast.amira], NEVER_A_SECRET)], "cr80", two_sided=True)
    with pypdfium2.PdfDocument(sheet) as pdf:
        printed = " ".join(" ".join(each.get_textpage().get_text_range().split()) for each in pdf)
    assert NEVER_A_SECRET in printed
    # in training
    card = page(lead.get("/mentors/what-to-say")).text
    assert NEVER_A_SECRET in card
    for words in ("Tell me.", "Explain.", "Describe.", "Do not investigate.", "Ms Okafor in Room 4", "999"):
        assert words in card


def test_the_training_card_is_found_on_the_mentors_page(lead: FlaskClient):
    finger = Finger(lead)
    finger.open("/mentors")
    assert "What to say, and what not" in finger.press("What to say").text
