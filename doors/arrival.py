"""Decides whether a request came from this box, by its proxy or directly, and from which address."""

import ipaddress
from collections.abc import Callable
from enum import StrEnum
from typing import Any

# words

WAY = "dropin.way"  # the key of the WSGI environment that holds the `Way`


class Way(StrEnum):
    """How a request reached the staff pages. A password may travel by the first two."""

    BOX = "box"  # from the box itself
    PROXY = "proxy"  # over TLS, by the proxy on this box
    BARE = "bare"  # over the network with nothing in between, or by a proxy that cannot be believed


# rules


def arrival(*, peer: str, forwarded_for: str | None, forwarded_proto: str | None, proxied: bool) -> tuple[Way, str]:
    """The way a request came, and the caller's address.

    Forwarding headers are trusted only from loopback, only where the settings say that there is a proxy, and only when
    they name one address and https: a list of addresses may begin with one that the caller made up. Forwarding headers
    from loopback without that setting mean a proxy that nobody configured. Such a request counts as BARE, because
    otherwise every caller on the network would count as the box itself.
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


# actions


class ArrivalMiddleware:
    """WSGI middleware: stores the `Way` under WAY, and sets REMOTE_ADDR and the URL scheme as `arrival` decides."""

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
