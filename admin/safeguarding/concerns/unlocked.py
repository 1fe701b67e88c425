"""The keys of those who have unlocked the concerns: in this process's memory alone, and for at most 15 idle minutes.

A key is kept for one log-in and goes with it, with "Lock now", with a change of role, and by itself. It is never
written anywhere, and it does not show itself (P15).
"""

import hashlib
import threading
from dataclasses import dataclass

from mentoring.basics import clock
from mentoring.basics.sealing import Key

IDLE_SECONDS = 15 * 60.0


@dataclass
class _UnlockedKey:
    """One owner's key, and when they last used it. Papers that were drawn up go with it."""

    staff_id: int
    key: Key
    last_use: float
    papers: dict[int, "Papers"]


@dataclass(frozen=True, repr=False)
class Papers:
    """A hand-over's papers, which are nowhere else: they are not left lying on the disk (P18)."""

    pdf: bytes
    csv: bytes
    sealed: bytes


class Unlocked:
    """Who has unlocked the concerns, by log-in. A page's own polling is no use."""

    def __init__(self) -> None:
        self._unlocked: dict[str, _UnlockedKey] = {}
        self._change = threading.Lock()

    def keep(self, token: str, staff_id: int, key: Key) -> None:
        """Hold this owner's key for their log-in."""
        with self._change:
            self._unlocked[_name(token)] = _UnlockedKey(staff_id, key, clock.ticks(), {})
        self._clear_later(_name(token), IDLE_SECONDS)

    def key(self, token: str, staff_id: int) -> Key | None:
        """The key of this log-in, when it is unlocked; looking at it is a use of it."""
        found = self._find(token, staff_id)
        if found is None:
            return None
        found.last_use = clock.ticks()
        return found.key

    def lock(self, token: str) -> None:
        """Forget this log-in's key and its papers."""
        with self._change:
            self._unlocked.pop(_name(token), None)

    def lock_all_of(self, staff_id: int) -> None:
        """Forget this person's keys, in whatever log-in."""
        with self._change:
            for name in [name for name, each in self._unlocked.items() if each.staff_id == staff_id]:
                del self._unlocked[name]

    def keep_papers(self, token: str, staff_id: int, hand_over_id: int, papers: Papers) -> None:
        """Have a hand-over's papers ready, for as long as this log-in is unlocked."""
        if found := self._find(token, staff_id):
            found.papers[hand_over_id] = papers

    def papers(self, token: str, staff_id: int, hand_over_id: int) -> Papers | None:
        """A hand-over's papers, when they were drawn up since this log-in was unlocked."""
        found = self._find(token, staff_id)
        return found.papers.get(hand_over_id) if found else None

    def forget_idle(self) -> None:
        """Forget every key that nobody has used for a quarter of an hour."""
        with self._change:
            now = clock.ticks()
            self._unlocked = {name: each for name, each in self._unlocked.items() if now - each.last_use < IDLE_SECONDS}

    def _find(self, token: str, staff_id: int) -> _UnlockedKey | None:
        self.forget_idle()
        with self._change:
            found = self._unlocked.get(_name(token))
            return found if found is not None and found.staff_id == staff_id else None

    def _clear_later(self, name: str, seconds: float) -> None:
        """The box forgets by itself too, with no page open that would ask."""
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
