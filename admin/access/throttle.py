"""Limits the rate of password guesses without locking an account (P21)."""

import hashlib
import ipaddress
import threading
from collections import Counter

from flask import abort, current_app, g, request
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from admin.frame import ways
from mentoring.access import staff
from mentoring.access.staff import Staff
from mentoring.basics.forms import tidy

# Name of the cookie that marks a browser on which this person has logged in before. It grants no access.
KNOWN_COOKIE = "dropin_known"
A_MINUTE = RateLimitItemPerMinute(8)
FROM_ONE_NETWORK = RateLimitItemPerMinute(60)
A_DAY = RateLimitItemPerDay(250)
# A rate, and what its tries are counted under.
Limit = tuple[RateLimitItem, tuple[str, ...]]


class Throttle:
    """Limits the rate of password guesses without locking an account (P21).

    Each account has 8 wrong tries a minute from one network, and 250 a day. The server itself, each browser that the
    person has logged in on before, and all other origins are counted separately: guesses from elsewhere do not slow the
    person's own browser. A try counts until it has been right, so the limit tells nothing about a password.
    """

    def __init__(self) -> None:
        self._guesses = MovingWindowRateLimiter(MemoryStorage())
        self._counting = threading.Lock()
        self._open: Counter[Limit] = Counter()  # tries that are being checked now
        self._checking = threading.Semaphore(2)  # a check takes 19 MB of memory and 26 ms

    def attempt(self, address: str, who: str, *, trusted: str = "") -> "Attempt | None":
        """A try, to be made as a `with` block; None over the limits.

        `who` is what `counted_as` returns, or another fixed text. `trusted` is a key for the server or a known browser,
        empty for all others.
        """
        network = network_of(address)
        limits: tuple[Limit, ...] = (
            (A_MINUTE, (network, who, trusted)),
            (FROM_ONE_NETWORK, (network, trusted)),
            (A_DAY, (trusted or "elsewhere", who)),
        )
        with self._counting:
            if not all(self._guesses.test(rate, *keys, cost=1 + self._open[rate, keys]) for rate, keys in limits):
                return None
            self._open.update(limits)
        return Attempt(self, limits)

    def end(self, limits: "tuple[Limit, ...]", *, is_right: bool) -> None:
        """Count a try that was wrong."""
        with self._counting:
            self._open.subtract(limits)
            self._open += Counter()  # keeps only what is above zero
            if not is_right:
                for rate, keys in limits:
                    self._guesses.hit(rate, *keys)

    def one_at_a_time(self) -> threading.Semaphore:
        """The semaphore to take while a password is checked or hashed; two at a time."""
        return self._checking


class Attempt:
    """One try, within which a password or code is checked. It counts as wrong unless `is_right` is set."""

    def __init__(self, throttle: Throttle, limits: tuple[Limit, ...]) -> None:
        self._throttle, self._limits = throttle, limits
        self.is_right = False

    def __enter__(self) -> "Attempt":
        self._throttle.one_at_a_time().acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._throttle.one_at_a_time().release()
        self._throttle.end(self._limits, is_right=self.is_right)


def counted_as(member: Staff | None, typed: str) -> str:
    """The key that tries are counted under: the account found, however it was spelt, else a hash of the tidied name.

    ASCII letters alone are folded, as the database compares addresses: two spellings share a key if and only if they
    would find the same account, so that the limit does not tell whether there is one.
    """
    return f"staff {member.id}" if member else hashlib.sha256(tidy(typed).encode().lower()).hexdigest()


def network_of(address: str) -> str:
    """The network that an address belongs to: the /64 of an IPv6 address (RFC 4291), else the address itself.

    One machine has all addresses of its /64 to choose from. An IPv4 address written as IPv6 is that IPv4 address.
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ipaddress.IPv6Network((int(known), 64), strict=False))


def throttled(name: str) -> Attempt:
    """A try for this name, to be made as a `with` block. Aborts with 429 over the limit."""
    member = staff.by_email(g.db, name)
    return _counted(counted_as(member, name), trusted=_trusted(member))


def throttled_by_network() -> Attempt:
    """The same for a secret of 80 bits that names nobody: each network has tries of its own."""
    return _counted("a printed code", trusted=network_of(request.remote_addr or ""))


def _counted(who: str, *, trusted: str) -> Attempt:
    throttle: Throttle = current_app.extensions["throttle"]
    attempt = throttle.attempt(request.remote_addr or "", who, trusted=trusted)
    if attempt is None:
        abort(429)
    return attempt


def _trusted(member: Staff | None) -> str:
    """The key of a known browser, `box` for the server itself, or empty for all others."""
    known = request.cookies.get(KNOWN_COOKIE, "")
    if staff.is_known(g.db, known, member.id if member else None, now=g.now):
        return hashlib.sha256(known.encode()).hexdigest()
    return "box" if ways.is_at_the_box() else ""
