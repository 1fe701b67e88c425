"""What the proxy writes down: no line holds who asked, or a link (P8). It writes most when something is wrong."""

import re

from tests.deploy.conftest import NAME, Box, door_open


def test_a_door_that_is_shut_has_words_and_no_line_holds_an_address_or_a_link(closed_box: Box):
    for path, says in (
        (closed_box.board, "<h1>Ask at reception</h1>"),
        ("/staff-room/some-link", "look in at the drop-in room"),
        (closed_box.calendar, "run lunch from the printed sheet"),
    ):
        answer = closed_box.ask("GET", path)
        assert (answer.status, says in answer.text) == (502, True)
        assert re.search(r'<meta http-equiv="refresh" content="\d+">', answer.text), "it tries again by itself"
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers
    sent = closed_box.ask("POST", "/mentors/new")
    assert (sent.status, "refresh" in sent.text) == (502, False), "a page that was sent is not asked for by itself"
    with door_open(closed_box.data, closed_box.admin_port):
        for path in (closed_box.board, f"{closed_box.board}.json", closed_box.calendar):
            assert closed_box.ask("GET", path).status == 200
            assert closed_box.ask("GET", f"{path}x").status == 404
        for half in (f"GET {closed_box.board} HTTP/1.1", f"POST {closed_box.board} HTTP/1.1\r\nContent-Length: 9"):
            line = closed_box.proxy.connected(NAME)  # asks, and is gone before the answer
            line.sendall(f"{half}\r\nHost: {NAME}\r\n\r\nx".encode())
            line.close()
    written = closed_box.proxy.log.read_text()
    assert written
    secrets = [closed_box.board, closed_box.calendar.removesuffix(".ics"), "/board", "/calendar"]
    assert [each for each in (*secrets, "remote_ip", "remote_addr", NAME) if each in written] == []
