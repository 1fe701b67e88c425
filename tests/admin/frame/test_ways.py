"""Which way somebody comes to the staff pages: from the box, by the proxy, or over the network bare (P21)."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlite_utils import Database
from werkzeug.test import TestResponse

import admin.app
from admin.frame import links
from admin.frame.area import rights_of
from mentoring.basics.settings import Settings
from mentoring.store import migrations
from mentoring.store.database import open_database
from tests.both_doors import Wall, form_key, log_in
from tests.conftest import OKAFOR_EMAIL, PASSWORD
from tests.walking import page

NAME = "drop-in.harbour.example"
LOG_IN = {"email": OKAFOR_EMAIL, "password": PASSWORD}
SET_UP = {"school": "Harbour School", "name": "Ms Okafor", "email": OKAFOR_EMAIL, "password": PASSWORD}
SET_UP |= {"again": PASSWORD}

Ask = Callable[..., TestResponse]


def by_proxy(address: str = "10.1.2.3") -> dict[str, str]:
    """What the proxy on this box says of a caller."""
    return {"Host": NAME, "X-Forwarded-For": address, "X-Forwarded-Proto": "https"}


@pytest.fixture
def proxied(box: Settings, wall: Wall) -> FlaskClient:
    """The staff pages of a box that says it has a proxy; without cookies, so that each answer stands for itself."""
    app = admin.app.create_app(Settings(data=box.data, proxy=True, admin_names=NAME))
    return app.test_client(use_cookies=False)


@pytest.fixture
def bare(staff_app: Flask) -> Ask:
    """Over the network, straight to the door."""

    def ask(method: str, path: str, **given: object) -> TestResponse:
        door = staff_app.test_client()
        return door.open(path, method=method, environ_overrides={"REMOTE_ADDR": "10.1.2.3"}, **given)

    return ask


# Without the proxy


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in ("/", "/log-in", "/set-up", "/mentors", "/now.json")),
        *(("POST", path) for path in ("/log-in", "/set-up", "/alerts/1/going", "/log-out")),
    ],
)
def test_bare_over_the_network_nothing_with_a_password_answers(bare: Ask, db: Database, method: str, path: str):
    before = db["journal"].count
    answer = bare(method, path, data={**LOG_IN, "form_key": "x"} if method == "POST" else None)
    assert answer.status_code == 403
    words = page(answer).text
    assert "Not by this address." in words
    assert "begins with https://" in words
    assert page(answer).targets == []  # whatever it led to would be refused as well
    assert "Set-Cookie" not in answer.headers
    assert db["journal"].count == before


@pytest.mark.parametrize("given", [by_proxy(), by_proxy("127.0.0.1"), {"X-Real-IP": "127.0.0.1"}], ids=str)
def test_what_a_stranger_says_of_a_proxy_is_not_believed(bare: Ask, given: dict[str, str]):
    assert bare("POST", "/log-in", data=LOG_IN, headers={**given, "Host": "localhost"}).status_code == 403


def test_bare_over_the_network_the_pages_behind_links_answer(bare: Ask, db: Database):
    [programme] = db["programme"].rows
    link = f"/board/{programme['board_link']}"
    for path in (link, f"{link}.json", "/healthz", "/static/css/tokens.css"):
        with bare("GET", path) as answer:
            assert answer.status_code == 200, path
    for path in ("/calendar/nobodys.ics", "/staff-room/nobodys", "/staff-room/nobodys.json", "/nowhere"):
        assert bare("GET", path).status_code == 404


def test_a_proxy_nobody_told_us_of_does_not_make_the_network_look_like_the_box(staff_door: FlaskClient):
    said = {**by_proxy(), "Host": "localhost"}
    assert staff_door.post("/log-in", data=LOG_IN, headers=said).status_code == 403
    assert staff_door.post("/log-in", data=LOG_IN).status_code == 303


def test_what_needs_no_tls_is_there_needs_no_log_in_and_takes_no_password(staff_app: Flask):
    rights = rights_of(admin.app.AREAS)
    assert {rule.endpoint for rule in staff_app.url_map.iter_rules()} >= rights.by_link
    assert rights.open_to_all >= rights.by_link
    assert [each for each in rights.by_link if each.startswith(("log_in.", "welcome_page."))] == []


# By the proxy


def test_by_the_proxy_a_log_in_gets_a_cookie_for_tls_alone(proxied: FlaskClient):
    answer = proxied.post("/log-in", data=LOG_IN, headers=by_proxy())
    assert answer.status_code == 303
    given = [set(each.split("; ")) for each in answer.headers.getlist("Set-Cookie")]
    assert given
    assert [each for each in given if not {"Secure", "HttpOnly", "SameSite=Strict"} <= each] == []


def test_on_the_box_itself_the_cookie_works_without_tls(staff_door: FlaskClient):
    given = staff_door.post("/log-in", data=LOG_IN).headers.getlist("Set-Cookie")
    assert given
    assert [each for each in given if "Secure" in each] == []


def test_guesses_are_counted_by_the_callers_own_address(proxied: FlaskClient):
    wrong = {**LOG_IN, "password": "wrong"}
    told = [proxied.post("/log-in", data=wrong, headers=by_proxy()).status_code for _ in range(9)]
    assert told == [401] * 8 + [429]
    assert proxied.post("/log-in", data=LOG_IN, headers=by_proxy()).status_code == 429
    assert proxied.post("/log-in", data=LOG_IN, headers=by_proxy("10.1.2.4")).status_code == 303


def test_a_proxy_that_only_adds_to_what_strangers_send_is_refused(proxied: FlaskClient):
    answer = proxied.post("/log-in", data=LOG_IN, headers=by_proxy("127.0.0.1, 10.1.2.3"))
    assert answer.status_code == 403
    assert f"Open the staff pages by https://{NAME}/, or on the box itself." in page(answer).text


def test_a_log_in_without_tls_before_the_proxy_is_refused(proxied: FlaskClient):
    assert proxied.post("/log-in", data=LOG_IN, headers={**by_proxy(), "X-Forwarded-Proto": "http"}).status_code == 403


@pytest.mark.parametrize(
    ("origin", "status"),
    [(f"https://{NAME}", 303), (f"http://{NAME}", 403), (f"https://{NAME}:8443", 403), ("null", 403)],
)
def test_our_own_page_behind_tls_is_https(proxied: FlaskClient, origin: str, status: int):
    assert proxied.post("/log-in", data=LOG_IN, headers={**by_proxy(), "Origin": origin}).status_code == status


def test_a_foreign_host_is_refused_by_the_proxy_too(proxied: FlaskClient):
    assert proxied.get("/log-in", headers={**by_proxy(), "Host": "evil.example"}).status_code == 400


# The first set-up


def test_the_first_set_up_is_made_on_the_box_alone(tmp_path: Path, wall: Wall):
    new = Settings(data=tmp_path, proxy=True, admin_names=NAME)
    with closing(open_database(new.database, create=True)) as db:
        migrations.migrate(db)
        door = admin.app.create_app(new).test_client()
        assert door.get("/", headers=by_proxy()).headers["Location"] == "/set-up"
        for answer in (
            door.get("/set-up", headers=by_proxy()),
            door.post("/set-up", data=SET_UP, headers=by_proxy()),
            door.post("/set-up", data=SET_UP, headers=by_proxy("127.0.0.1")),
        ):
            assert answer.status_code == 403
            assert "http://127.0.0.1:8001/set-up" in page(answer).text
        assert db["staff"].count == 0
        assert not new.badge_key.exists()
        assert door.post("/set-up", data=SET_UP).status_code == 303
        assert db["staff"].count == 1


# Addresses for another computer


def whole(app: Flask, host: str, endpoint: str, **values: str) -> tuple[str, bool]:
    with app.test_request_context(base_url=f"http://{host}"):
        g.settings = app.extensions["settings"]
        found = links.whole(endpoint, **values)
    return found.text, found.works_elsewhere


@pytest.mark.parametrize(
    ("given", "host", "code", "board"),
    [
        ({}, "127.0.0.1:8001", ("http://127.0.0.1:8001/welcome", False), ("http://127.0.0.1:8001/board/b", False)),
        (
            {"proxy": True, "admin_names": f"{NAME}, other.example"},
            "localhost:8001",
            (f"https://{NAME}/welcome", True),
            (f"https://{NAME}/board/b", True),
        ),
        (
            {"admin_names": NAME, "admin_host": "0.0.0.0"},
            "127.0.0.1:8001",
            ("http://127.0.0.1:8001/welcome", False),
            (f"http://{NAME}:8001/board/b", True),
        ),
        (
            {"admin_names": NAME},
            "[::1]:8001",
            ("http://[::1]:8001/welcome", False),
            ("http://[::1]:8001/board/b", False),
        ),
        ({"admin_names": NAME}, NAME, (f"http://{NAME}/welcome", True), (f"http://{NAME}/board/b", True)),
    ],
    ids=["no name", "a proxy", "a name without a proxy", "listens on the box alone", "asked by its name"],
)
def test_an_address_that_is_handed_over_works_from_another_computer_or_says_that_it_does_not(
    tmp_path: Path, given: dict[str, object], host: str, code: tuple[str, bool], board: tuple[str, bool]
):
    app = admin.app.create_app(Settings(data=tmp_path, **given))
    assert whole(app, host, "welcome_page.form") == code
    assert whole(app, host, "board.board", link="b") == board


def test_a_printed_code_and_the_boards_address_lead_to_the_box_by_its_name(box: Settings, wall: Wall, db: Database):
    door = admin.app.create_app(Settings(data=box.data, proxy=True, admin_names=NAME)).test_client()
    log_in(door)
    assert f"https://{NAME}/board/" in page(door.get("/programme")).text
    printed = door.post("/staff/2/code", data={"form_key": form_key(door)})
    assert f"Open https://{NAME}/welcome and type" in page(printed).text


def test_an_address_of_the_box_alone_says_so(lead: FlaskClient):
    assert "This works on the box itself and on no other computer." in page(lead.get("/programme")).text
    printed = page(lead.post("/staff/2/code", data={"form_key": form_key(lead)})).text
    assert "/welcome on the box itself and type" in printed
