"""The server of both doors: what it refuses unread, and what it keeps in memory (P21, P22)."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from doors.serving import has_two_lengths

HASHES = """
import threading
import psutil
from argon2 import PasswordHasher
from doors.serving import return_freed_memory

{first}
hasher, before = PasswordHasher(memory_cost=19456, time_cost=1, parallelism=1), psutil.Process().memory_info().rss
# Each thread waits for all others before it ends: a thread that has ended leaves its arena to the next.
together = threading.Barrier(6)
one_by_one = threading.Lock()

def hand():
    for _ in range(2):  # glibc keeps a block from the second on
        with one_by_one:
            hasher.hash("three wet turtles")
    together.wait()

threads = [threading.Thread(target=hand) for _ in range(6)]
for each in threads: each.start()
for each in threads: each.join()
print((psutil.Process().memory_info().rss - before) // 2**20)
"""


def mebibytes_kept(first: str) -> int:
    """What stays in a process's memory after six threads have each hashed a password twice."""
    done = subprocess.run(
        [sys.executable, "-c", HASHES.format(first=first)], check=True, capture_output=True, text=True
    )
    return int(done.stdout)


def test_the_memory_of_a_password_check_is_returned():
    assert mebibytes_kept("return_freed_memory()") < 19, "less than one check takes"


SERVED = """
import sys
from doors.serving import serve

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"heard " + environ["PATH_INFO"].encode() + environ["wsgi.input"].read()]

serve(app, host="127.0.0.1", port=int(sys.argv[1]), parent_pipe=0)
"""
FURTHER = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where the server of both doors listens, in a process of its own that ends when its standard input closes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen([sys.executable, "-c", SERVED, str(port)], stdin=subprocess.PIPE) as process:
        yield port
        process.communicate()


def answer(port: int, request: bytes) -> bytes:
    """All that comes back on one connection until the server closes it."""
    for _ in range(200):
        try:
            line = socket.create_connection(("127.0.0.1", port), timeout=10)
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    with closing(line):
        line.sendall(request)
        return b"".join(iter(lambda: line.recv(4096), b""))


@pytest.mark.parametrize(
    "head",
    [
        b"POST /a HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"POST /a HTTP/1.1\r\ntransfer-encoding: chunked\r\nCONTENT-LENGTH: 0\r\n",
        b"POST /a HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding:\r\n",
        b"POST /a HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_a_request_with_two_lengths_is_refused_and_the_line_closed(port: int, head: bytes):
    told = answer(port, head + b"Host: localhost\r\n\r\n0\r\n\r\n" + FURTHER)
    assert told.split(b" ")[1] == b"400"
    assert told.count(b"HTTP/1.") == 1, "what follows on the line is not heard"
    assert b"heard" not in told


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc",
        b"POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ],
)
def test_a_request_with_one_length_is_heard_and_the_line_stays(port: int, request_: bytes):
    told = answer(port, request_ + FURTHER)
    assert b"heard /aabc" in told
    assert b"heard /smuggled" in told


def test_a_length_in_a_value_or_in_the_first_line_is_none():
    assert not has_two_lengths(b"GET /content-length:/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX: Content-Length: 3")
