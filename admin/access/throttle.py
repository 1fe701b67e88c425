"""Limits the rate of password guesses without locking an account (P21)."""

import hashlib
import threading

from flask import abort, current_app, g, request
from limits import RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from admin.frame import ways
from mentoring.access import staff

# Name of the cookie that marks a browser on which this person has logged in before. It grants no access.
KNOWN_COOKIE = "dropin_known"
A_MINUTE = RateLimitItemPerMinute(8)
FROM_ONE_ADDRESS = RateLimitItemPerMinute(60)
A_DAY = RateLimitItemPerDay(250)


class Throttle:
    """Limits the rate of password guesses without locking an account (P21).

    Each name has 8 tries a minute from one address, and 250 a day. The server itself, each browser that the person has
    logged in on before, and all other origins are counted separately: guesses from elsewhere do not slow the person's
    own browser. Successful tries count too, so the limit tells nothing about a password.
    """

    def __init__(self) -> None:
        self._guesses = MovingWindowRateLimiter(MemoryStorage())
        self._checking = threading.Semaphore(2)  # a check takes 19 MB of memory and 26 ms

    def may_try(self, address: str, name: str, *, trusted: str = "") -> bool:
        """Count one try and return whether it is within the limits.

        `trusted` is a key for the server or a known browser, empty for all others.
        """
        who = name.strip().lower()[:200]
        return (
            self._guesses.hit(A_MINUTE, address, who, trusted)
            and self._guesses.hit(FROM_ONE_ADDRESS, address, trusted)
            and self._guesses.hit(A_DAY, trusted or "elsewhere", who)
        )

    def one_at_a_time(self) -> threading.Semaphore:
        """The semaphore to take while a password is checked or hashed; two at a time."""
        return self._checking


def throttled(name: str, *, is_long: bool = False) -> threading.Semaphore:
    """Count one try for this name and return the semaphore to check it under. Aborts with 429 over the limit.

    `is_long`: the secret has 80 bits, so each address is counted separately.
    """
    throttle: Throttle = current_app.extensions["throttle"]
    address = request.remote_addr or ""
    if not throttle.may_try(address, name, trusted=address if is_long else _trusted(name)):
        abort(429)
    return throttle.one_at_a_time()


def _trusted(name: str) -> str:
    """The key of a known browser, `box` for the server itself, or empty for all others."""
    known = request.cookies.get(KNOWN_COOKIE, "")
    if staff.is_known(g.db, known, email=name, now=g.now):
        return hashlib.sha256(known.encode()).hexdigest()
    return "box" if ways.is_at_the_box() else ""
