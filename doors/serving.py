"""The server of both doors: waitress, with the limits that a school's network needs."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from waitress import create_server

from doors.headers import LARGEST_BODY

# actions


def serve(app: Callable[..., Any], *, host: str, port: int, lifeline: int | None) -> None:
    """Serve until told to stop, or until the process that holds the other end of `lifeline` is gone."""
    server = create_server(
        _keep_lines(app),
        host=host,
        port=port,
        threads=16,
        ident=None,
        channel_timeout=20,
        # Two hundred boards keep one line each, and a staff page must still find one free.
        connection_limit=1000,
        asyncore_use_poll=True,
        # The staff pages judge for themselves what a proxy says (`arrival`); the kiosk never looks at it.
        clear_untrusted_proxy_headers=False,
        # Up to here a body that is too large is refused in our own words; beyond, at the edge, before it is read.
        max_request_body_size=LARGEST_BODY * 2,
        # A frame must never become a temporary file (P11): what we hear fits in memory, whole.
        inbuf_overflow=LARGEST_BODY * 4,
        outbuf_overflow=LARGEST_BODY * 16,
    )
    # A busy moment is no news: two hundred boards would fill the log with it.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, _leave)
    # A terminal's Ctrl-C reaches the parent, which then stops its doors in order.
    signal.signal(signal.SIGINT, signal.SIG_DFL if lifeline is None else signal.SIG_IGN)
    if lifeline is not None:
        threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    try:
        server.run()
    finally:
        server.close()


def _keep_lines(app: Callable[..., Any]) -> Callable[..., Any]:
    """Say of a 304 that its body is empty: the server would hang up after each, and every screen dial again."""

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(
                status, [*headers, ("Content-Length", "0")] if status[:3] == "304" else headers, *error
            )

        return app(environ, start)

    return wrapped


def _leave(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def _end_with_parent(lifeline: int) -> None:
    """Nothing is ever written to the pipe: it ends when the parent does, however the parent ends."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
