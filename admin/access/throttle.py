"""Limits the rate of password guesses without locking an account (P21)."""

import hashlib
import ipaddress
import threading

from flask import abort, current_app, g, request
from limits import RateLimitItemPerDay, RateLimitItemPerMinute
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


class Throttle:
    """Limits the rate of password guesses without locking an account (P21).

    Each account has 8 tries a minute from one network, and 250 a day. The server itself, each browser that the person
    has logged in on before, and all other origins are counted separately: guesses from elsewhere do not slow the
    person's own browser. Successful tries count too, so the limit tells nothing about a password.
    """

    def __init__(self) -> None:
        self._guesses = MovingWindowRateLimiter(MemoryStorage())
        self._checking = threading.Semaphore(2)  # a check takes 19 MB of memory and 26 ms

    def may_try(self, address: str, who: str, *, trusted: str = "") -> bool:
        """Count one try and return whether it is within the limits.

        `who` is what `counted_as` returns, or another fixed text. `trusted` is a key for the server or a known browser,
        empty for all others.
        """
        network = network_of(address)
        return (
            self._guesses.hit(A_MINUTE, network, who, trusted)
            and self._guesses.hit(FROM_ONE_NETWORK, network, trusted)
            and self._guesses.hit(A_DAY, trusted or "elsewhere", who)
        )

    def one_at_a_time(self) -> threading.Semaphore:
        """The semaphore to take while a password is checked or hashed; two at a time."""
        return self._checking


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


def throttled(name: str) -> threading.Semaphore:
    """Count one try for this name and return the semaphore to check it under. Aborts with 429 over the limit."""
    member = staff.by_email(g.db, name)
    return _counted(counted_as(member, name), trusted=_trusted(member))


def throttled_by_network() -> threading.Semaphore:
    """The same for a secret of 80 bits that names nobody: each network has tries of its own."""
    return _counted("a printed code", trusted=network_of(request.remote_addr or ""))


def _counted(who: str, *, trusted: str) -> threading.Semaphore:
    throttle: Throttle = current_app.extensions["throttle"]
    if not throttle.may_try(request.remote_addr or "", who, trusted=trusted):
        abort(429)
    return throttle.one_at_a_time()


def _trusted(member: Staff | None) -> str:
    """The key of a known browser, `box` for the server itself, or empty for all others."""
    known = request.cookies.get(KNOWN_COOKIE, "")
    if staff.is_known(g.db, known, member.id if member else None, now=g.now):
        return hashlib.sha256(known.encode()).hexdigest()
    return "box" if ways.is_at_the_box() else ""
