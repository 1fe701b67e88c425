"""Kept in memory only: mentors' one-time tokens, ticket pages still open, codes that were no badge, what is shown."""

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from mentoring.basics import clock
from mentoring.lunch.help_requests import Ended
from mentoring.planning.cover import Answer

TOKEN_SECONDS = 300
RETRY_SECONDS = 20
UNDO_SECONDS = 10  # as static/css/kiosk.css shows the offer
FORGET_SECONDS = 86_400  # by then close of day has erased the ticket itself
WRONG_CODES_SECONDS = 3_600  # how long a code that was no badge counts
WRONG_CODES_FREE = 5  # as often a tired mentor may mistype
WRONG_CODES_TOLD = 20
SHOWN_SECONDS = 4.0  # with the time to notice it and to start a browser: ten seconds
# Short enough that the next good badge is still read within a second (P24).
PAUSE_SECONDS = 0.5
MOST_WAITING = 4  # of the server's 16 threads


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

        The same step within RETRY_SECONDS is accepted again: it is a retry after a lost answer (P26). That ends as
        soon as this mentor takes another step, so that no late retry does anew what was undone meanwhile.
        """
        now = clock.ticks()
        with self._lock:
            known = self._tokens.get(token)
            if known is None or known.expires <= now or known.used_for not in (None, step):
                return None
            if known.used_for is None:
                known.used_for, known.expires = step, now + RETRY_SECONDS
                self._end_retries(known)
        return known

    def _end_retries(self, of_all_but: PageToken) -> None:
        for each in self._tokens.values():
            if each.mentor_id == of_all_but.mentor_id and each.used_for is not None and each is not of_all_but:
                each.expires = 0


class Endings:
    """How each mentor's last talk ended: for UNDO_SECONDS it can be taken back. A request itself holds no time (P7)."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Ended, float]] = {}
        self._lock = threading.Lock()

    def note(self, mentor_id: int, ended: Ended | None) -> None:
        """This mentor has just ended this talk; None, or a retry of it, changes nothing."""
        now = clock.ticks()
        with self._lock:
            self._known = {each: known for each, known in self._known.items() if known[1] > now}
            if ended is not None:
                self._known[mentor_id] = ended, now + UNDO_SECONDS

    def of(self, mentor_id: int) -> Ended | None:
        """The talk that this mentor can still take back, or None."""
        ended, until = self._known.get(mentor_id, (None, 0.0))
        return ended if clock.ticks() < until else None


class TicketPages:
    """Which ticket pages may still be shown: each until it was not requested for `seconds` (P10).

    `dropin run` starts the kiosk's process anew after close of day, so that no ticket stays in its memory (P8).
    """

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


class ShownPage:
    """Whether the touchscreen's browser shows a page of the kiosk: each says so every second, or that it is hidden.

    `deploy/kiosk.sh` asks, and starts the browser again when it shows anything else.
    """

    def __init__(self) -> None:
        self._until = clock.ticks() + SHOWN_SECONDS

    def note(self, *, shows: bool) -> None:
        """The page says that it is before everybody's eyes, or that something covers it."""
        self._until = clock.ticks() + SHOWN_SECONDS * shows

    def is_shown(self) -> bool:
        """Whether a page said so, and nothing else, within the last SHOWN_SECONDS."""
        return clock.ticks() < self._until


class WrongCodes:
    """Codes that were no badge of ours, typed or seen by the camera in the last hour (P20).

    From the fifth on, typed codes are checked one every PAUSE_SECONDS, good ones too, so that the wait tells nothing;
    pictures are read as often, apart from them, so that guesses at the keys do not hold up a badge before the camera.
    """

    def __init__(self) -> None:
        self._seen: dict[object, float] = {}
        self._next_typed = self._next_picture = 0.0
        self._lock = threading.Lock()
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)

    def note(self, texts: Iterable[str], *, typed: bool) -> bool:
        """Count these. Returns whether staff should be told: there are WRONG_CODES_TOLD or more.

        Each typed code counts; a text before the camera counts once, however many pictures show it.
        """
        now = clock.ticks()
        with self._lock:
            self._seen = {each: until for each, until in self._seen.items() if until > now}
            for text in texts:
                self._seen[object() if typed else hash(text)] = now + WRONG_CODES_SECONDS
            return len(self._seen) >= WRONG_CODES_TOLD

    def wait_to_type(self, readings: int = 1) -> bool:
        """Wait until a typed code may be checked in so many readings. False at once when MOST_WAITING others wait."""
        if not self._waiting.acquire(blocking=False):
            return False
        try:
            with self._lock:
                now = clock.ticks()
                turn = max(now, self._next_typed) if self._is_slow(now) else now
                self._next_typed = turn + PAUSE_SECONDS * readings
            if turn > now:
                clock.pause(turn - now)
        finally:
            self._waiting.release()
        return True

    def may_look(self) -> bool:
        """Whether a picture may be read now. The camera's page sends the next one by itself."""
        now = clock.ticks()
        with self._lock:
            if self._is_slow(now) and now < self._next_picture:
                return False
            self._next_picture = now + PAUSE_SECONDS
        return True

    def _is_slow(self, now: float) -> bool:
        return sum(until > now for until in self._seen.values()) >= WRONG_CODES_FREE
