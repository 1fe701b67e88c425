"""What both doors share: whom they answer, what every answer says of itself, and how they are served. No Flask."""

import hashlib
import ipaddress
import logging
import os
import signal
import threading
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from waitress import create_server

# words

STATIC = Path(__file__).resolve().parent.parent / "static"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
LARGEST_BODY = 4 * 1024 * 1024

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# "no-referrer" would turn the Origin of our own forms into "null" and make them look foreign; "same-origin" does not.
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
NO_CAMERA = "camera=(), microphone=(), geolocation=(), display-capture=()"
OWN_CAMERA = "camera=(self), microphone=(), geolocation=(), display-capture=()"
WAY = "dropin.way"  # where a request's environment says which way it came


class Way(StrEnum):
    """How a request reached the staff pages. A password may travel by the first two."""

    BOX = "box"  # from the box itself
    PROXY = "proxy"  # over TLS, by the proxy on this box
    BARE = "bare"  # over the network with nothing in between, or by a proxy that cannot be believed


# rules


def is_ours(host: str, *, names: frozenset[str]) -> bool:
    """Whether a `Host` header names this box: anything else is a page elsewhere that wants to be taken for us."""
    bare = host.lower()
    if ":" in bare and not bare.endswith("]"):
        bare, _, port = bare.rpartition(":")
        if not port.isdecimal():
            return False
    return bare in LOOPBACK | names


def may_post(*, host: str, origin: str | None, fetch_site: str | None, tls: bool = False) -> bool:
    """Whether a POST comes from our own page, or from no page at all (P22). Behind TLS our pages are https alone."""
    if fetch_site not in (None, "same-origin", "none"):
        return False
    ours = {f"https://{host.lower()}"} | (set() if tls else {f"http://{host.lower()}"})
    return origin is None or origin.lower() in ours


def arrival(*, peer: str, forwarded_for: str | None, forwarded_proto: str | None, proxied: bool) -> tuple[Way, str]:
    """Which way a request came, and from which address.

    What a proxy says is believed only from loopback, only where the settings say that there is one, and only when it
    names one caller and TLS: a list would be what a stranger sent with something added. A proxy nobody told us of would
    make the whole network look like the box itself, so its mark alone takes that away.
    """
    if not _is_loopback(peer):
        return Way.BARE, peer
    if forwarded_for is None and forwarded_proto is None:
        return Way.BOX, peer
    if proxied and forwarded_proto == "https" and _is_address(forwarded_for or ""):
        return Way.PROXY, forwarded_for or ""
    return Way.BARE, peer


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_loopback(text: str) -> bool:
    return _is_address(text) and ipaddress.ip_address(text).is_loopback


def number(text: str) -> int:
    """The number that a form or an address names; 0, which is nobody's, for anything else and for too many digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def browser_key(text: str) -> str:
    """The key a page made for one change, as the store keeps it: any text, always of one shape."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


@cache
def icon(name: str) -> str:
    """One of the vendored Lucide icons as SVG text, hidden from readers: a word always stands beside it."""
    svg = (STATIC / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return svg.replace("<svg", '<svg class="icon" aria-hidden="true" focusable="false"', 1)


# actions


class Threshold:
    """Stands before an app and says of each request which way it came; inside, the caller's address is the true one."""

    def __init__(self, app: Callable[..., Any], *, proxied: bool) -> None:
        self._app, self._proxied = app, proxied

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        way, address = arrival(
            peer=environ.get("REMOTE_ADDR", ""),
            forwarded_for=environ.get("HTTP_X_FORWARDED_FOR"),
            forwarded_proto=environ.get("HTTP_X_FORWARDED_PROTO"),
            proxied=self._proxied,
        )
        environ[WAY], environ["REMOTE_ADDR"] = way, address
        environ["wsgi.url_scheme"] = "https" if way is Way.PROXY else "http"
        return self._app(environ, start_response)


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
