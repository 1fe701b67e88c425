"""Photographs: kept only of those who agree, shown to staff alone, for a year, and gone with whoever leaves (P12)."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.people import photos
from tests.both_doors import Wall, a_logo, form_key
from tests.conftest import Cast, at
from tests.walking import page

Send = Callable[..., int]


@pytest.fixture
def send(lead: FlaskClient, cast: Cast) -> Send:
    def sending(picture: bytes = b"", **fields: str) -> int:
        sent = {"photo": (io.BytesIO(picture), "me.png"), "form_key": form_key(lead), **fields}
        return lead.post(f"/mentors/{cast.amira}/photo", data=sent).status_code

    return sending


def faces(door: FlaskClient) -> list[str]:
    return [each["src"] for each in page(door.get("/on-duty")).all("img")]


@pytest.mark.usefixtures("pair")
def test_a_photo_of_a_mentor_who_agrees_is_shown_in_the_staff_room_alone(
    lead: FlaskClient, kiosk_door: FlaskClient, send: Send, cast: Cast, db: Database
):
    assert faces(lead) == []
    assert send(a_logo(), agrees="yes") == 303
    assert faces(lead) == [f"/mentors/{cast.amira}/photo.png"]
    assert lead.get(f"/mentors/{cast.amira}/photo.png").get_data().startswith(b"\x89PNG")
    [programme] = db["programme"].rows
    for shown in (kiosk_door.get("/"), lead.get(f"/board/{programme['board_link']}"), lead.get("/on-duty/week")):
        assert "photo" not in shown.get_data(as_text=True)


def test_nothing_is_kept_of_who_was_not_asked(send: Send, db: Database):
    assert send(a_logo()) == 422
    assert db["photos"].count == 0


@pytest.mark.parametrize("picture", [b"", b"<svg/>", b"GIF89a"])
def test_what_is_no_picture_is_refused_in_words(lead: FlaskClient, send: Send, db: Database, picture: bytes):
    assert send(picture, agrees="yes") == 422
    assert db["photos"].count == 0


def test_a_photo_is_taken_away_at_once(lead: FlaskClient, send: Send, cast: Cast, db: Database):
    send(a_logo(), agrees="yes")
    assert send(remove="yes") == 303
    assert db["photos"].count == 0
    assert lead.get(f"/mentors/{cast.amira}/photo.png").status_code == 404


def test_after_a_year_they_are_asked_again(send: Send, cast: Cast, db: Database, wall: Wall):
    send(a_logo(), agrees="yes")
    assert photos.shown(db, now=at("12:40") + timedelta(days=364)) == {cast.amira}
    assert photos.shown(db, now=at("12:40") + timedelta(days=366)) == frozenset()
    assert photos.picture(db, cast.amira, now=at("12:40") + timedelta(days=366)) == b""


def test_whoever_leaves_takes_the_photo_along(send: Send, cast: Cast, db: Database):
    send(a_logo(), agrees="yes")
    db["mentors"].update(cast.amira, {"state": "paused"})
    assert db["photos"].count == 1
    db["mentors"].update(cast.amira, {"state": "left"})
    assert db["photos"].count == 0
