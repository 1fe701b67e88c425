"""When the programme is missing or damaged the staff pages and the board say so in words, and heal (P27)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mentoring.settings import Settings
from tests.kiosk.both_doors import JSON
from tests.kiosk.walking import inline, page

PAGES = ["/", "/mentors", "/rota", "/badges", "/programme", "/staff", "/now.json", "/log-in", "/set-up", "/board/one"]
DAMAGE = {
    "rubbish": lambda _: b"not a database at all " * 500,
    "nothing": lambda _: b"",
    "rubbish at the head": lambda whole: bytes(100) + whole[100:],
    "rubbish behind the first page": lambda whole: whole[:4096] + b"\xaa" * (len(whole) - 4096),
    "another program's": lambda whole: whole[:68] + b"else" + whole[72:],
}


def says_in_words(door: FlaskClient, path: str) -> None:
    answer = door.get(path)
    shown = page(answer)
    assert answer.status_code == 503
    assert "The box cannot reach its memory. Run lunch from the printed sheet" in shown.text
    assert "Traceback" not in shown.text
    assert inline(shown) == []
    assert "Content-Security-Policy" in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert door.get(path, headers=JSON).get_json()["error"].startswith("The box cannot reach its memory.")


@pytest.mark.parametrize("path", PAGES)
def test_a_missing_programme_is_said_and_heals_by_itself(lead: FlaskClient, box: Settings, path: str):
    kept = box.database.rename(box.data / "elsewhere")
    says_in_words(lead, path)
    assert not box.database.exists(), "no empty programme is made in silence"
    kept.rename(box.database)
    assert lead.get("/").status_code == 200


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=[*DAMAGE])
def test_a_damaged_programme_is_said_and_heals_by_itself(
    lead: FlaskClient, data: Path, damage: Callable[[bytes], bytes]
):
    file = data / "programme.db"
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    says_in_words(lead, "/")
    assert lead.post("/log-in", data={"email": "a", "password": "b"}).status_code == 503
    file.write_bytes(whole)
    assert lead.get("/").status_code == 200


def test_the_doors_own_health_needs_no_programme(staff_door: FlaskClient, box: Settings):
    box.database.unlink()
    assert staff_door.get("/healthz").get_json() == {"ok": True}


def test_the_words_of_the_machine_are_never_on_a_page(
    lead: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def breaks() -> None:
        raise RuntimeError("the words of the machine")

    monkeypatch.setattr("mentoring.clock.now", breaks)
    answer = lead.get("/mentors")
    assert answer.status_code == 500
    assert "Something went wrong here." in page(answer).text
    assert "machine" not in page(answer).text
    assert "the words of the machine" in caplog.text
