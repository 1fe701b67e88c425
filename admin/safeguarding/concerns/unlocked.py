"""The private keys of owners who have unlocked the concerns: in memory only, for at most 15 minutes without use.

A key belongs to one log-in. It is deleted at log-out, on "Lock now", at the first request of a log-in that has idled
or has been ended, as a change of role ends it, and after 15 minutes without use. It is never written to disk, and its
`repr` does not show it (P15).
"""

import hashlib
import threading
from dataclasses import dataclass

from mentoring.basics import clock
from mentoring.basics.sealing import Key

IDLE_SECONDS = 15 * 60.0


@dataclass
class _UnlockedKey:
    """One owner's key, when it was last used (`clock.ticks`), and the papers of hand-overs by id."""

    staff_id: int
    key: Key
    last_use: float
    papers: dict[int, "Papers"]


@dataclass(frozen=True, repr=False)
class Papers:
    """The papers of a hand-over. They are never written to disk (P18)."""

    pdf: bytes
    csv: bytes
    sealed: bytes


class Unlocked:
    """The unlocked keys by log-in. Requests that a page polls do not count as use."""

    def __init__(self) -> None:
        self._unlocked: dict[str, _UnlockedKey] = {}
        self._change = threading.Lock()

    def keep(self, token: str, staff_id: int, key: Key) -> None:
        """Keep this owner's key for this log-in."""
        with self._change:
            self._unlocked[_name(token)] = _UnlockedKey(staff_id, key, clock.ticks(), {})
        self._clear_later(_name(token), IDLE_SECONDS)

    def key(self, token: str, staff_id: int) -> Key | None:
        """The key of this log-in if it is unlocked, else None. Counts as use."""
        found = self._find(token, staff_id)
        if found is None:
            return None
        found.last_use = clock.ticks()
        return found.key

    def lock(self, token: str) -> None:
        """Delete this log-in's key and papers."""
        with self._change:
            self._unlocked.pop(_name(token), None)

    def keep_papers(self, token: str, staff_id: int, hand_over_id: int, papers: Papers) -> None:
        """Keep a hand-over's papers as long as this log-in is unlocked."""
        if found := self._find(token, staff_id):
            found.papers[hand_over_id] = papers

    def papers(self, token: str, staff_id: int, hand_over_id: int) -> Papers | None:
        """A hand-over's papers, if they were drawn up in this log-in since it was unlocked, else None."""
        found = self._find(token, staff_id)
        return found.papers.get(hand_over_id) if found else None

    def forget_idle(self) -> None:
        """Delete every key that was not used for 15 minutes."""
        with self._change:
            now = clock.ticks()
            self._unlocked = {name: each for name, each in self._unlocked.items() if now - each.last_use < IDLE_SECONDS}

    def _find(self, token: str, staff_id: int) -> _UnlockedKey | None:
        self.forget_idle()
        with self._change:
            found = self._unlocked.get(_name(token))
            return found if found is not None and found.staff_id == staff_id else None

    def _clear_later(self, name: str, seconds: float) -> None:
        """Check again after `seconds`, so that a key is deleted even if no request arrives."""
        timer = threading.Timer(seconds, self._clear, [name])
        timer.daemon = True
        timer.start()

    def _clear(self, name: str) -> None:
        self.forget_idle()
        with self._change:
            found = self._unlocked.get(name)
            left = found.last_use + IDLE_SECONDS - clock.ticks() if found else 0.0
        if found:
            self._clear_later(name, max(1.0, left))


def _name(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
