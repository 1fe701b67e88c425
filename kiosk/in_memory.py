"""Kept in memory only: the one-time tokens of the mentors' pages, and which ticket pages may still be shown."""

import secrets
import threading
from dataclasses import dataclass

from mentoring.basics import clock
from mentoring.planning.cover import Answer

TOKEN_SECONDS = 300
RETRY_SECONDS = 20
FORGET_SECONDS = 86_400  # by then close of day has erased the ticket itself


@dataclass(frozen=True)
class Offer:
    """A swap that two mentors are agreeing on at the screen.

    `gives` and `other_gives` are drop-in ids. `other_id` is set when the other mentor has shown their badge;
    `other_gives` stays None when they give nothing in return.
    """

    gives: int
    other_id: int | None = None
    other_gives: int | None = None


@dataclass
class PageToken:
    """A one-time token in a mentor's page (K9), used where another site would use a session cookie.

    `expires` is in seconds of `clock.ticks`. `used_for` is the step that used it. `done` keeps the answer of that step
    where doing it a second time would give another answer (P26).
    """

    mentor_id: int
    drop_in_id: int
    expires: float
    offer: Offer | None = None
    used_for: str | None = None
    done: Answer | None = None


class PageTokens:
    """The mentors' one-time tokens. After a restart there are none, and each mentor scans again."""

    def __init__(self) -> None:
        self._tokens: dict[str, PageToken] = {}
        self._lock = threading.Lock()

    def issue(self, mentor_id: int, drop_in_id: int, offer: Offer | None = None) -> str:
        """A new token for the next step of this mentor on this drop-in, good for TOKEN_SECONDS."""
        token, now = secrets.token_urlsafe(18), clock.ticks()
        with self._lock:
            self._tokens = {each: known for each, known in self._tokens.items() if known.expires > now}
            self._tokens[token] = PageToken(mentor_id, drop_in_id, now + TOKEN_SECONDS, offer)
        return token

    def look(self, token: str) -> PageToken | None:
        """The token without using it, or None: for camera frames, of which only the one with a badge uses it."""
        with self._lock:
            known = self._tokens.get(token)
            return known if known and known.expires > clock.ticks() else None

    def take(self, token: str, step: str) -> PageToken | None:
        """Use the token for this step; None when it is unknown, expired or used for another step.

        The same step within RETRY_SECONDS is accepted again: it is a retry after a lost answer (P26).
        """
        now = clock.ticks()
        with self._lock:
            known = self._tokens.get(token)
            if known is None or known.expires <= now or known.used_for not in (None, step):
                return None
            if known.used_for is None:
                known.used_for, known.expires = step, now + RETRY_SECONDS
        return known


class TicketPages:
    """Which ticket pages may still be shown: each until it was not requested for `seconds` (P10)."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._expires: dict[str, float] = {}
        self._lock = threading.Lock()

    def is_open(self, ticket_id: str) -> bool:
        """Whether this ticket's page may be shown. Each call that says yes extends it; the first call begins it."""
        now = clock.ticks()
        with self._lock:
            if self._expires.get(ticket_id, now + 1) <= now:
                return False
            self._expires = {each: expires for each, expires in self._expires.items() if expires > now - FORGET_SECONDS}
            self._expires[ticket_id] = now + self._seconds
        return True
