"""The proxy before the staff pages: TLS, whom it lets through, what it passes on, and who keeps it waiting."""

import http.client
import json
import socket
import ssl
import subprocess
import sys
from contextlib import closing

import pytest

from benchmarks.proxy import PATIENCE
from tests.conftest import OKAFOR_EMAIL, PASSWORD
from tests.deploy.conftest import NAME, OTHER_NAME, ROOT, Box, read

LOG_IN = {"email": OKAFOR_EMAIL, "password": PASSWORD}


@pytest.fixture
def plain(box: Box) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", box.proxy.plain_port, timeout=PATIENCE)


# TLS


@pytest.mark.parametrize("name", [NAME, OTHER_NAME])
def test_each_name_of_the_box_has_a_certificate_under_the_boxs_own_root(box: Box, name: str):
    with closing(box.proxy.connected(name)) as line:
        assert (line.version(), line.selected_alpn_protocol()) == ("TLSv1.3", None)
        assert ("DNS", name) in line.getpeercert()["subjectAltName"]


def test_a_name_that_is_not_ours_gets_no_certificate_and_no_page(box: Box):
    with pytest.raises(ssl.SSLError):
        box.proxy.connected("evil.example")
    assert box.ask("GET", "/log-in", host="evil.example").status == 400


def test_nothing_old_is_spoken(box: Box):
    knows = ssl.create_default_context(cafile=str(box.proxy.root))
    knows.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", box.proxy.port), PATIENCE) as raw,
        knows.wrap_socket(raw, server_hostname=NAME) as line,
    ):
        assert line.selected_alpn_protocol() == "http/1.1"  # see the Caddyfile for why not h2


def test_without_tls_there_is_only_the_way_to_it(plain: http.client.HTTPConnection, box: Box):
    for method, path in (("GET", "/log-in?from=here"), ("POST", "/log-in"), ("GET", box.board)):
        with closing(plain):
            plain.request(method, path, headers={"Host": NAME})
            answer = read(plain.getresponse())
        assert (answer.status, answer.headers["location"]) == (302, f"https://{NAME}{path}")
        assert answer.body == b""


def test_what_every_answer_says_of_itself_is_said_by_tls_too(box: Box):
    for path in ("/log-in", box.board, "/static/css/admin.css", "/nowhere"):
        headers = box.ask("GET", path).headers
        assert headers["strict-transport-security"].startswith("max-age=")
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "server" not in headers
        assert "via" not in headers


# Whom it lets through


def test_a_lead_logs_in_by_the_proxy(box: Box):
    answer = box.post("/log-in", LOG_IN, Origin=f"https://{NAME}", Sec_Fetch_Site="same-origin")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert answer.cookies
    assert [
        each for each in answer.cookies if not {"Secure", "HttpOnly", "SameSite=Strict"} <= set(each.split("; "))
    ] == []
    given = "; ".join(each.partition(";")[0] for each in answer.cookies)
    assert "Ms Okafor" in box.ask("GET", "/", Cookie=given).text


@pytest.mark.parametrize("origin", [f"http://{NAME}", "https://evil.example", "null"])
def test_a_page_elsewhere_posts_nothing(box: Box, origin: str):
    assert box.post("/log-in", LOG_IN, Origin=origin).status == 403


def test_a_board_and_a_calendar_come_through_with_their_own_links(box: Box):
    told = box.ask("GET", f"{box.board}.json")
    assert json.loads(told.body)["rooms"][0]["room"] == "Library 2"
    unchanged = box.ask("GET", f"{box.board}.json", If_None_Match=told.headers["etag"])
    assert (unchanged.status, unchanged.body, "date" in unchanged.headers) == (304, b"", True)
    assert b"BEGIN:VCALENDAR" in box.ask("GET", box.calendar).body


@pytest.mark.parametrize("path", ["/ask", "/scan", "/about", "/alert", "/quiz"])
def test_the_kiosk_is_not_there(box: Box, path: str):
    assert box.ask("GET", path).status == 404


@pytest.mark.parametrize(
    "forged",
    [
        {"X_Forwarded_For": "127.0.0.1", "X_Forwarded_Proto": "http"},
        {"X_Forwarded_For": "10.9.9.9, 127.0.0.1"},
        {"X_Real_IP": "127.0.0.1", "Forwarded": "for=127.0.0.1", "X_Forwarded_Host": "evil.example"},
    ],
    ids=str,
)
def test_what_a_stranger_says_of_where_they_are_is_replaced(box: Box, forged: dict[str, str]):
    """The door refuses a list and refuses what came without TLS, so an answer shows that neither got through."""
    assert box.ask("GET", "/log-in", **forged).status == 200


def test_guesses_from_one_address_are_counted_whatever_it_says_of_itself(box: Box):
    wrong = {"email": "nobody@harbour.example", "password": "wrong"}
    told = [box.post("/log-in", wrong, X_Forwarded_For=f"10.0.0.{each}").status for each in range(9)]
    assert told == [401] * 8 + [429]


def test_a_first_set_up_is_not_made_from_elsewhere(box: Box):
    assert box.ask("GET", "/set-up").headers["location"] == "/log-in"  # set up already


# What it carries


def test_static_files_travel_compressed_and_pages_with_secrets_do_not(box: Box):
    style = box.ask("GET", "/static/css/admin.css", Accept_Encoding="gzip")
    assert (style.headers["content-encoding"], style.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert len(style.body) < (ROOT / "static" / "css" / "admin.css").stat().st_size / 2
    assert "content-encoding" not in box.ask("GET", "/log-in", Accept_Encoding="gzip").headers


def test_what_no_page_asks_for_is_not_there_to_be_held_for_the_deaf(box: Box):
    files = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    largest = max(files, key=lambda path: path.stat().st_size)
    assert box.ask("GET", f"/{largest.relative_to(ROOT).as_posix()}").status == 404
    assert max(path.stat().st_size for path in files if path.suffix not in (".ttf", ".otf")) < 100_000


@pytest.mark.parametrize("size", [5_000_000, 9_000_000, 20_000_000])
def test_a_body_that_is_too_large_is_refused(box: Box, size: int):
    try:
        assert box.ask("POST", "/log-in", b"x" * size).status == 413
    except OSError:
        assert size > 8_388_608  # cut off while still sending
    assert box.ask("GET", "/healthz").status == 200


def test_a_head_that_is_too_large_is_refused(box: Box):
    assert box.ask("GET", "/healthz", X_Long="x" * 30_000).status == 431


# Who keeps it waiting


def test_a_head_that_never_ends_is_cut_off(box: Box):
    with closing(box.proxy.connected(NAME)) as line:
        line.sendall(f"GET /healthz HTTP/1.1\r\nHost: {NAME}\r\n".encode())
        assert line.recv(1) == b""  # the deadline is five seconds; without one this ends in a TimeoutError


def test_among_forty_slow_clients_a_board_still_answers(box: Box):
    command = [
        sys.executable,
        "-m",
        "benchmarks.slow_client_process",
        "127.0.0.1",
        str(box.proxy.port),
        "40",
        "5",
        NAME,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as clients:
        answered = 0
        while clients.poll() is None:
            assert box.ask("GET", f"{box.board}.json").status == 200
            answered += 1
        assert clients.stdout is not None
        told = json.loads(clients.stdout.read())
    assert answered
    assert told["connected"] >= 30
