"""Runs a door's WSGI app under waitress, with limits on connections, body size and time."""

import ctypes
import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError

from doors.headers import LARGEST_BODY

# words

# Numbers of mallopt(3) in glibc.
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8

# rules


def has_two_lengths(head: bytes) -> bool:
    """Whether a request's head has both Content-Length and Transfer-Encoding, empty ones too.

    Two servers that each believe another of them see different requests on one connection (RFC 9112, 6.1).
    """
    names = {line.partition(b":")[0].strip().lower() for line in head.splitlines()[1:]}
    return {b"content-length", b"transfer-encoding"} <= names


# actions


class StrictParser(HTTPRequestParser):  # type: ignore[misc] # waitress has no types
    """waitress's parser, but a request with two lengths is answered 400 and its connection closed."""

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the head of a request. Raises ParsingError, which waitress answers."""
        if has_two_lengths(header_plus):
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other")
        super().parse_header(header_plus)


def serve(app: Callable[..., Any], *, host: str, port: int, parent_pipe: int | None) -> None:
    """Serve `app` until SIGTERM, or until the parent process ends.

    `parent_pipe` is the reading end of a pipe whose writing end the parent holds open; None when nobody started this
    process as a child.
    """
    return_freed_memory()
    HTTPChannel.parser_class = StrictParser
    server = create_server(
        _keep_connections(app),
        host=host,
        port=port,
        threads=16,
        ident=None,
        channel_timeout=20,
        # Two hundred boards keep one connection open each, and a staff page must still find one free.
        connection_limit=1000,
        asyncore_use_poll=True,
        # `doors/arrival.py` decides which forwarding headers are trusted; the kiosk reads none.
        clear_untrusted_proxy_headers=False,
        # Flask refuses a body above LARGEST_BODY with our own page; above twice that waitress refuses it unread.
        max_request_body_size=LARGEST_BODY * 2,
        # A camera frame must never become a temporary file (P11), so buffers are larger than any request or answer.
        inbuf_overflow=LARGEST_BODY * 4,
        outbuf_overflow=LARGEST_BODY * 16,
    )
    # With two hundred boards, warnings about queued requests would fill the log.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, _stop)
    # A terminal's Ctrl-C reaches the parent, which then stops its doors in order.
    signal.signal(signal.SIGINT, signal.SIG_DFL if parent_pipe is None else signal.SIG_IGN)
    if parent_pipe is not None:
        threading.Thread(target=_end_with_parent, args=(parent_pipe,), daemon=True).start()
    try:
        server.run()
    finally:
        server.close()


def return_freed_memory() -> None:
    """Make glibc's malloc return a block of 1 MiB or more to the system as soon as it is freed; elsewhere do nothing.

    Argon2id takes 19 MiB a password. glibc otherwise keeps such a block for each thread that has ever hashed one.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, 1024 * 1024)
        mallopt(_M_ARENA_MAX, 2)


def _keep_connections(app: Callable[..., Any]) -> Callable[..., Any]:
    """WSGI middleware that adds `Content-Length: 0` to each 304: without it waitress closes the connection."""

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(
                status, [*headers, ("Content-Length", "0")] if status[:3] == "304" else headers, *error
            )

        return app(environ, start)

    return wrapped


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def _end_with_parent(parent_pipe: int) -> None:
    """Wait until the pipe is closed, which the kernel does when the parent ends, and then stop this process."""
    os.read(parent_pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)
