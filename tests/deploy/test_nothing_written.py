"""What the proxy writes down: no line holds who asked, or a link (P8). It writes most when something is wrong."""

from tests.deploy.conftest import NAME, Box, door_open


def test_a_door_that_is_shut_has_words_and_no_line_holds_an_address_or_a_link(closed_box: Box):
    for path in (closed_box.board, closed_box.calendar):
        answer = closed_box.ask("GET", path)
        assert (answer.status, "run lunch from the printed sheet" in answer.text) == (502, True)
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers
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
