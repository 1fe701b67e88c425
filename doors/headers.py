"""Host and origin checks for requests, and the security headers of every answer."""


# words

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


# rules


def is_loopback(host: str) -> bool:
    """Whether a `Host` header names this box as only the box itself can reach it."""
    return is_ours(host, names=frozenset())


def is_ours(host: str, *, names: frozenset[str]) -> bool:
    """Whether a `Host` header names this box. Any other name may be DNS rebinding by a page elsewhere."""
    bare = host.lower()
    if ":" in bare and not bare.endswith("]"):
        bare, _, port = bare.rpartition(":")
        if not port.isdecimal():
            return False
    return bare in LOOPBACK | names


def may_post(*, host: str, origin: str | None, fetch_site: str | None, tls: bool = False) -> bool:
    """Whether a POST comes from our own page, or from no browser page (P22). With `tls` the origin must be https."""
    if fetch_site not in (None, "same-origin", "none"):
        return False
    ours = {f"https://{host.lower()}"} | (set() if tls else {f"http://{host.lower()}"})
    return origin is None or origin.lower() in ours


def is_from_our_page(*, host: str, origin: str | None, fetch_site: str | None) -> bool:
    """Whether a browser says that a page of ours sent this POST, as each browser does with each form.

    The kiosk has no log-in and no token, so there a POST that says nothing is foreign: it may be a message that this
    box itself was made to send.
    """
    says_so = origin is not None or fetch_site == "same-origin"
    return says_so and may_post(host=host, origin=origin, fetch_site=fetch_site)
