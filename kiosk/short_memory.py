"""What the kiosk remembers for moments only, in memory: passes of mentors, and which ticket pages are still open."""

import secrets
import threading
from dataclasses import dataclass

from mentoring.basics import clock
from mentoring.planning.cover import Answer

PASS_SECONDS = 300
RETRY_SECONDS = 20
FORGET_SECONDS = 86_400  # by then close of day has long erased the ticket itself


@dataclass(frozen=True)
class Offer:
    """A swap that two mentors are agreeing on at the screen, by drop-in ids.

    `other_id` is there once the other mentor has shown their badge; `other_gives` stays None when they give nothing.
    """

    gives: int
    other_id: int | None = None
    other_gives: int | None = None


@dataclass
class Pass:
    """Stands in for a cookie in one mentor's page, for one next step (K9).

    `done` is what became of the step, where doing it twice would give another answer (P26).
    """

    mentor_id: int
    drop_in_id: int
    dies: float
    offer: Offer | None = None
    used_for: str | None = None
    done: Answer | None = None


class Passes:
    """The mentors' one-use tokens. A restart forgets them all: the mentor scans again."""

    def __init__(self) -> None:
        self._held: dict[str, Pass] = {}
        self._lock = threading.Lock()

    def issue(self, mentor_id: int, drop_in_id: int, offer: Offer | None = None) -> str:
        """A token for the next step of this mentor on this drop-in, going on with what they offer."""
        token, now = secrets.token_urlsafe(18), clock.ticks()
        with self._lock:
            self._held = {each: held for each, held in self._held.items() if held.dies > now}
            self._held[token] = Pass(mentor_id, drop_in_id, now + PASS_SECONDS, offer)
        return token

    def look(self, token: str) -> Pass | None:
        """The token as it is, not used by this: for a camera's frames, of which only one carries a badge."""
        with self._lock:
            held = self._held.get(token)
            return held if held and held.dies > clock.ticks() else None

    def take(self, token: str, step: str) -> Pass | None:
        """Use the token for this step. The same step again, soon after, is the retry of a lost answer (P26)."""
        now = clock.ticks()
        with self._lock:
            held = self._held.get(token)
            if held is None or held.dies <= now or held.used_for not in (None, step):
                return None
            if held.used_for is None:
                held.used_for, held.dies = step, now + RETRY_SECONDS
        return held


class TicketPages:
    """Which ticket pages may still be shown: until Done, or until nobody touched them for `seconds` (P10)."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._dies: dict[str, float] = {}
        self._lock = threading.Lock()

    def is_open(self, ticket_id: str) -> bool:
        """Whether this page still lives; asking keeps it alive. One never seen before begins its life now."""
        now = clock.ticks()
        with self._lock:
            if self._dies.get(ticket_id, now + 1) <= now:
                return False
            self._dies = {each: dies for each, dies in self._dies.items() if dies > now - FORGET_SECONDS}
            self._dies[ticket_id] = now + self._seconds
        return True
