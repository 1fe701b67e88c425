"""Slows guesses at passwords without locking anybody out (P21)."""

import hashlib
import threading

from flask import abort, current_app, g, request
from limits import RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from admin.frame import ways
from mentoring.access import staff

# Says that somebody has been logged in on this browser before. It opens nothing.
KNOWN_COOKIE = "dropin_known"
A_MINUTE = RateLimitItemPerMinute(8)
FROM_ONE_ADDRESS = RateLimitItemPerMinute(60)
A_DAY = RateLimitItemPerDay(250)


class Throttle:
    """Slows guesses without locking anybody out (P21).

    A name has eight tries a minute and 250 a day, counted apart for the box itself, for each browser that has been
    logged in as this person before, and for everywhere else together. So nobody guesses six digits, and guesses
    from elsewhere slow neither the lead's own laptop nor the box. Every try counts alike, the right ones too: what
    is counted before anything is checked tells nothing.
    """

    def __init__(self) -> None:
        self._guesses = MovingWindowRateLimiter(MemoryStorage())
        self._checking = threading.Semaphore(2)  # each check takes 19 MB for its 26 ms

    def may_try(self, address: str, name: str, *, trusted: str = "") -> bool:
        """Whether one more try is heard now. `trusted` names the box or the known browser that asks, if it does."""
        who = name.strip().lower()[:200]
        return (
            self._guesses.hit(A_MINUTE, address, who, trusted)
            and self._guesses.hit(FROM_ONE_ADDRESS, address, trusted)
            and self._guesses.hit(A_DAY, trusted or "elsewhere", who)
        )

    def one_at_a_time(self) -> threading.Semaphore:
        """The lock to take while a password is checked or hashed."""
        return self._checking


def throttled(name: str, *, is_long: bool = False) -> threading.Semaphore:
    """Count one try for this name, and wait for one's turn to check it. Answers 429 when there were too many.

    `is_long`: what is guessed at has 80 bits, so each address is counted by itself and slows nobody else.
    """
    throttle: Throttle = current_app.extensions["throttle"]
    address = request.remote_addr or ""
    if not throttle.may_try(address, name, trusted=address if is_long else _trusted(name)):
        abort(429)
    return throttle.one_at_a_time()


def _trusted(name: str) -> str:
    """The box itself, or a browser this person has been logged in on; empty for everywhere else."""
    known = request.cookies.get(KNOWN_COOKIE, "")
    if staff.is_known(g.db, known, email=name, now=g.now):
        return hashlib.sha256(known.encode()).hexdigest()
    return "box" if ways.is_at_the_box() else ""
