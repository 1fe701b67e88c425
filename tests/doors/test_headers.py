"""Whom both doors answer, who may post, and what every answer says of itself (P22, P23)."""

import pytest
from flask.testing import FlaskClient

from doors.headers import HEADERS, is_from_our_page, is_ours, may_post

NAMES = frozenset({"dropin.harbour.example"})


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("LocalHost:8001", True),
        ("[::1]", True),
        ("[::1]:8000", True),
        ("dropin.harbour.example", True),
        ("DropIn.Harbour.example:443", True),
        ("", False),
        (":8000", False),
        ("127.0.0.1:", False),
        ("127.0.0.1:port", False),
        ("127.0.0.1:80:80", False),
        ("::1", False),
        ("[::1", False),
        ("[::1]evil.example", False),
        ("[::1]:8000.evil.example", False),
        ("evil.example", False),
        ("evil.example:8000", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False),
        ("evil.dropin.harbour.example", False),
        ("127.0.0.2", False),
        ("0.0.0.0", False),
        ("127.0.0.1 ", False),
        ("127.0.0.1,evil.example", False),
        ("user@127.0.0.1", False),
    ],
)
def test_a_door_answers_to_its_own_names_alone(host: str, *, ours: bool):
    assert is_ours(host, names=NAMES) is ours


def test_without_further_names_only_this_box_is_ours():
    assert not is_ours("dropin.harbour.example", names=frozenset())


@pytest.mark.parametrize(
    ("origin", "fetch_site", "allowed"),
    [
        (None, None, True),
        (None, "same-origin", True),
        (None, "none", True),
        (None, "same-site", False),
        (None, "cross-site", False),
        (None, "", False),
        (None, "Same-Origin!", False),
        ("http://127.0.0.1:8000", None, True),
        ("http://127.0.0.1:8000", "same-origin", True),
        ("http://127.0.0.1:8000", "cross-site", False),
        ("http://127.0.0.1:8000", "same-site", False),
        ("http://127.0.0.1:8001", None, False),
        ("http://127.0.0.1", None, False),
        ("http://localhost:8000", None, False),
        ("http://evil.example", None, False),
        ("http://evil.example", "same-origin", False),
        ("http://127.0.0.1:8000.evil.example", None, False),
        ("http://127.0.0.1:8000@evil.example", None, False),
        ("http://evil.example/127.0.0.1:8000", None, False),
        ("127.0.0.1:8000", None, False),
        ("null", None, False),
        ("", None, False),
    ],
)
def test_a_post_comes_from_our_own_page_or_from_no_page(origin: str | None, fetch_site: str | None, *, allowed: bool):
    assert may_post(host="127.0.0.1:8000", origin=origin, fetch_site=fetch_site) is allowed


@pytest.mark.parametrize(
    ("origin", "fetch_site", "ours"),
    [
        (None, None, False),
        (None, "none", False),
        (None, "same-origin", True),
        ("http://127.0.0.1:8000", None, True),
        ("http://127.0.0.1:8000", "none", True),
        ("http://127.0.0.1:8000", "cross-site", False),
        ("http://127.0.0.1:8001", "same-origin", False),
        ("null", "same-origin", False),
    ],
)
def test_a_post_to_the_kiosk_comes_from_its_own_page(origin: str | None, fetch_site: str | None, *, ours: bool):
    assert is_from_our_page(host="127.0.0.1:8000", origin=origin, fetch_site=fetch_site) is ours


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [(None, True), ("https://box.example", True), ("http://box.example", False), ("", False), ("null", False)],
)
def test_behind_tls_our_own_page_is_https(origin: str | None, *, allowed: bool):
    assert may_post(host="box.example", origin=origin, fetch_site=None, tls=True) is allowed


def test_the_policy_lets_nothing_in_from_elsewhere_and_nothing_run_in_line():
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    assert HEADERS["Cache-Control"] == "no-store"


@pytest.mark.parametrize("origin", ["http://[", "https://[::1", "http://[bad]", "null", "", "http://"])
def test_a_broken_origin_is_a_foreign_one(origin: str):
    assert may_post(host="127.0.0.1:8000", origin=origin, fetch_site=None) is False


def test_text_says_its_letters_on_both_doors(kiosk_door: FlaskClient, lead: FlaskClient):
    paths = ("/", "/nowhere", "/static/css/tokens.css", "/static/js/kiosk.js", "/static/icons/turtle.svg")
    for door in (kiosk_door, lead):
        for path in paths:
            with door.get(path) as answer:
                assert answer.content_type.endswith("; charset=utf-8"), path
        assert door.get("/healthz").content_type in ("application/json", "text/plain; charset=utf-8")


def test_no_door_debugs_or_traces(kiosk_door: FlaskClient, staff_door: FlaskClient):
    for door in (kiosk_door, staff_door):
        assert not door.application.debug
        assert door.open("/healthz", method="TRACE").status_code == 405
        for path in ("/static/", "/static/icons/", "/.git/config", "/console"):
            with door.get(path) as answer:
                assert answer.status_code == 404, path
