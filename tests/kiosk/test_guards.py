"""What every answer of the kiosk keeps to, whoever asks and whatever: no cookie, strict headers, nothing elsewhere."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database
from werkzeug.test import TestResponse

from doors import headers
from doors.headers import LARGEST_BODY
from mentoring.basics.settings import Settings
from tests.both_doors import Wall, failures
from tests.conftest import Cast
from tests.walking import inline, leads_elsewhere, page

# Every route and method of the kiosk, what is sent, and what answers (P22). {ticket}, {alert} and {code} are filled in.
# The kiosk knows one role: whoever stands before it.
ROUTES = [
    ("GET", "/", {}, 200),
    ("GET", "/state", {}, 200),
    ("GET", "/healthz", {}, 200),
    ("GET", "/shown", {}, 200),
    ("POST", "/shown", {"shows": "yes"}, 204),
    ("GET", "/static/<path:filename>", {}, 200),
    ("GET", "/ask", {}, 200),
    ("POST", "/ask", {"topic": "family", "mentor": "anyone", "key": "another pupil"}, 303),
    ("GET", "/ticket/<ticket_id>", {}, 200),
    ("POST", "/ticket/<ticket_id>/done", {}, 303),
    ("POST", "/ticket/<ticket_id>/withdraw", {}, 303),
    ("GET", "/alert", {}, 200),
    ("POST", "/alert", {"key": "a tap"}, 303),
    ("GET", "/alert/<key>", {}, 200),
    ("GET", "/alert/<key>/state", {}, 200),
    ("GET", "/scan", {}, 200),
    ("POST", "/scan", {"code": "{code}"}, 200),
    ("POST", "/scanner", {}, 200),
    ("POST", "/scan/cameras", {"name": "A webcam", "state": "sees"}, 204),
    ("POST", "/scan/camera", {"code": "PM00000000", "name": "A webcam"}, 200),
    ("POST", "/mentor", {"token": "{token}"}, 200),
    ("POST", "/mentor/next", {"token": "{token}"}, 200),
    ("POST", "/mentor/finished", {"token": "{token}", "outcome": "talked"}, 200),
    ("POST", "/mentor/cannot-find", {"token": "{token}"}, 200),
    ("POST", "/mentor/take-back", {"token": "{token}"}, 200),
    ("POST", "/mentor/tell-staff", {"token": "{token}"}, 200),
    ("POST", "/mentor/what-to-say", {"token": "{token}"}, 200),
    ("POST", "/mentor/ending", {"token": "{token}"}, 200),
    ("POST", "/mentor/end", {"token": "{token}"}, 200),
    ("POST", "/mentor/felt", {"token": "{token}", "mood": "4"}, 200),
    ("POST", "/mentor/duties", {"token": "{token}"}, 200),
    ("POST", "/mentor/duty", {"token": "{token}", "drop_in": "1"}, 200),
    ("POST", "/mentor/away", {"token": "{token}", "drop_in": "1"}, 200),
    ("POST", "/mentor/places", {"token": "{token}"}, 200),
    ("POST", "/mentor/take", {"token": "{token}", "request": "1"}, 200),
    ("POST", "/mentor/undo", {"token": "{token}", "request": "1"}, 200),
    ("POST", "/mentor/swap", {"token": "{token}", "drop_in": "1"}, 200),
    ("POST", "/mentor/swap/badge", {"token": "{token}", "code": "{code}"}, 200),
    ("POST", "/mentor/swap/choose", {"token": "{token}", "other_gives": "nothing"}, 200),
    ("POST", "/mentor/swap/agree", {"token": "{token}"}, 200),
    ("GET", "/about", {}, 200),
    ("GET", "/about/mentors", {}, 200),
    ("GET", "/quiz", {}, 200),
]
REFUSALS = {
    "another host": ("GET", "/", {"headers": {"Host": "evil.example"}}, 400),
    "an unknown topic": ("POST", "/ask", {"data": {"topic": "homework"}}, 400),
    "a page elsewhere": ("POST", "/ask", {"headers": {"Origin": "http://evil.example"}}, 403),
    "nothing there": ("GET", "/nowhere", {}, 404),
    "no such icon": ("GET", "/static/icons/nowhere.svg", {}, 404),
    "out of the folder": ("GET", "/static/../pyproject.toml", {}, 404),
    "nobody's alert": ("GET", "/alert/nobodys", {}, 404),
    "the wrong method": ("DELETE", "/ask", {}, 405),
    "a post where nothing is posted": ("POST", "/state", {}, 405),
    "a get where something is posted": ("GET", "/mentor/next", {}, 405),
    "an endless body": ("POST", "/scan", {"data": bytes(LARGEST_BODY + 1), "content_type": "image/png"}, 413),
}
STATIC = ["css/kiosk.css", "css/tokens.css", "js/kiosk.js", "icons/turtle.svg", "fonts/OFL.txt"]


class Sender:
    """Sends any row of the tables above, with what it needs in the places that change."""

    def __init__(self, door: FlaskClient, code: str) -> None:
        self._door, self._code = door, code
        asked = {"topic": "family", "mentor": "anyone", "key": "a pupil"}
        self._ticket = door.post("/ask", data=asked).headers["Location"].rpartition("/")[2]
        self._alert = door.post("/alert", data={"key": "first tap"}).headers["Location"].rpartition("/")[2]

    def send(self, method: str, rule: str, fields: dict[str, str], **headers: str) -> TestResponse:
        places = {"<ticket_id>": self._ticket, "<key>": self._alert, "<path:filename>": "css/kiosk.css"}
        for place, value in places.items():
            rule = rule.replace(place, value)
        token = page(self._door.post("/scan", data={"code": self._code})).fields("token")[0]
        data = {name: value.format(code=self._code, token=token) for name, value in fields.items()}
        return self._door.open(rule, method=method, data=data or None, headers=headers)


@pytest.fixture
def sender(kiosk_door: FlaskClient, pair: None, codes: dict[int, str], cast: Cast, wall: Wall) -> Sender:
    wall.passes(60)
    return Sender(kiosk_door, codes[cast.amira])


def ids(row: tuple[object, ...]) -> str:
    return f"{row[0]} {row[1]}"


every_route = pytest.mark.parametrize(("method", "rule", "fields", "status"), ROUTES, ids=map(ids, ROUTES))
every_refusal = pytest.mark.parametrize(
    ("method", "path", "given", "status"), REFUSALS.values(), ids=[*map(str, REFUSALS)]
)


def is_strict(answer: TestResponse, *, path: str) -> None:
    """Fails for an answer that lacks a header, sets a cookie, or may be kept."""
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert {directive.split()[-1] for directive in policy.split("; ")} <= {"'none'", "'self'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert ("camera=(self)" in answer.headers["Permissions-Policy"]) is (path == "/scan")
    assert ("camera=()" in answer.headers["Permissions-Policy"]) is (path != "/scan")
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    if not path.startswith("/static/"):
        assert answer.headers["Cache-Control"] == "no-store"
    if answer.mimetype == "text/html":
        found = page(answer)
        assert inline(found) == []
        assert leads_elsewhere(found) == []


def test_every_route_is_in_the_table(kiosk_door: FlaskClient):
    app: Flask = kiosk_door.application
    there = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert there == {(method, rule) for method, rule, *_ in ROUTES}


@every_route
def test_every_route_answers_as_expected_strictly_and_without_a_cookie(
    sender: Sender, method: str, rule: str, fields: dict[str, str], status: int
):
    with sender.send(method, rule, fields) as answer:
        assert answer.status_code == status
        is_strict(answer, path=rule)


@every_refusal
def test_every_refusal_is_a_page_in_words_and_as_strict(
    kiosk_door: FlaskClient, method: str, path: str, given: dict[str, object], status: int
):
    with kiosk_door.open(path, method=method, **given) as answer:
        assert answer.status_code == status
        is_strict(answer, path=path)
        shown = page(answer)
        assert shown.all("h1")
        assert {each.href for each in shown.targets} >= {"/", "/alert"}
        assert "Traceback" not in shown.text


@every_refusal
def test_every_refusal_is_a_sentence_for_programs_too(
    kiosk_door: FlaskClient, method: str, path: str, given: dict[str, object], status: int
):
    headers = {"Accept": "application/json", **given.get("headers", {})}
    with kiosk_door.open(path, method=method, **{**given, "headers": headers}) as answer:
        assert answer.status_code == status
        assert answer.get_json()["error"].endswith(".")


def test_options_and_head_are_as_strict(sender: Sender):
    def check(other: str, rule: str) -> None:
        with sender.send(other, rule, {}) as answer:
            assert answer.status_code in (200, 303, 304, 405)
            assert "Set-Cookie" not in answer.headers
            assert "Content-Security-Policy" in answer.headers

    assert failures(check, [(other, rule) for _, rule, *_ in ROUTES for other in ("OPTIONS", "HEAD")]) == {}


@pytest.mark.parametrize("name", STATIC)
def test_a_static_file_is_served_strictly_and_asked_for_anew(kiosk_door: FlaskClient, name: str):
    with kiosk_door.get(f"/static/{name}") as answer:
        assert answer.status_code == 200
        is_strict(answer, path=f"/static/{name}")
        assert answer.headers["Cache-Control"] == "no-cache"


# Whom it answers


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("LOCALHOST:8000", True),
        ("[::1]", True),
        ("[::1]:8000", True),
        ("evil.example", False),
        ("evil.example:8000", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("127.0.0.1:8000@evil.example", False),
        ("evil.example#127.0.0.1", False),
        ("localhost:port", False),
        ("::1", False),
        ("", False),
    ],
)
def test_only_our_own_names_are_answered(kiosk_door: FlaskClient, host: str, *, ours: bool):
    for path in ("/", "/ask", "/healthz", "/static/css/kiosk.css", "/nowhere"):
        with kiosk_door.get(path, headers={"Host": host}) as answer:
            assert (answer.status_code != 400) is ours, path


@pytest.mark.parametrize(
    ("host", "ours"), [("dropin.school", True), ("DROPIN.school:8000", True), ("localhost", True), ("school", False)]
)
def test_the_names_the_school_gave_are_ours_too(
    box: Settings, wall: Wall, open_kiosk: Callable[[Settings], Flask], host: str, *, ours: bool
):
    door = open_kiosk(Settings(data=box.data, admin_names="dropin.school")).test_client()
    assert (door.get("/", headers={"Host": host}).status_code != 400) is ours


ORIGINS = [
    ({}, False),
    ({"Origin": "http://localhost"}, True),
    ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, False),
    ({"Origin": "http://localhost", "Sec-Fetch-Site": "none"}, True),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": "http://evil.example"}, False),
    ({"Origin": "http://localhost.evil.example"}, False),
    ({"Origin": "http://localhost@evil.example"}, False),
    ({"Origin": "http://localhost:8001"}, False),
    ({"Origin": "http://127.0.0.1"}, False),
    ({"Origin": "http://[::1]"}, False),
    ({"Origin": "file://"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}, False),
    ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, False),
]


@pytest.mark.parametrize(("headers", "passes"), ORIGINS, ids=[str(headers) for headers, _ in ORIGINS])
def test_only_our_own_pages_may_post(kiosk_door: FlaskClient, db: Database, headers: dict[str, str], *, passes: bool):
    del kiosk_door.environ_base["HTTP_SEC_FETCH_SITE"]
    asked = kiosk_door.post("/ask", data={"topic": "family", "mentor": "anyone", "key": "k"}, headers=headers)
    called = kiosk_door.post("/alert", data={"key": "k"}, headers=headers)
    assert [asked.status_code, called.status_code] == ([303, 303] if passes else [403, 403])
    assert (db["help_requests"].count, db["alerts"].count) == ((1, 1) if passes else (0, 0))


def test_every_post_is_guarded(sender: Sender):
    def check(method: str, rule: str, *_: object) -> None:
        assert sender.send(method, rule, {}, Origin="http://evil.example").status_code == 403
        assert sender.send(method, rule, {}, **{"Sec-Fetch-Site": "none"}).status_code == 403, "of no page"

    assert failures(check, [row for row in ROUTES if row[0] == "POST"]) == {}


@pytest.mark.parametrize(("headers", "passes"), ORIGINS, ids=[str(headers) for headers, _ in ORIGINS])
def test_a_page_may_be_looked_at_from_anywhere(kiosk_door: FlaskClient, headers: dict[str, str], *, passes: bool):
    assert kiosk_door.get("/", headers=headers).status_code == 200


def test_the_policy_of_both_doors_is_one(kiosk_door: FlaskClient, staff_door: FlaskClient):
    for door in (kiosk_door, staff_door):
        answer = door.get("/healthz")
        assert {name: answer.headers[name] for name in headers.HEADERS} == headers.HEADERS


@pytest.mark.parametrize("junk", ["\x00", "\ud800".encode("utf-8", "surrogatepass"), b"\xff\xfe", "🐢" * 2_000])
def test_any_bytes_may_be_posted(kiosk_door: FlaskClient, junk: str | bytes):
    for path in ("/ask", "/alert", "/scan", "/mentor", "/mentor/tell-staff"):
        fields = dict.fromkeys(("topic", "mentor", "key", "code", "token", "about"), junk)
        with kiosk_door.post(path, data=fields) as answer:
            assert answer.status_code in (200, 303, 400)
