"""The recovery key: made once, shown for the printer, typed back from its paper before it counts (P15)."""

import threading
from dataclasses import dataclass

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.frame import square
from mentoring.access import keys
from mentoring.basics import clock
from mentoring.basics.sealing import Key
from mentoring.store import journal

pages = Blueprint("recovery_key_page", __name__)

SHOWN_SECONDS = 15 * 60.0


@dataclass(frozen=True)
class _Kept:
    key: Key
    owner: int
    until: float


class JustMade:
    """The key that was just made, in this process's memory alone, for whoever made it and for a quarter of an hour.

    So a page that was lost on the way, or a printer that was off, costs no second key.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: _Kept | None = None

    def keep(self, key: Key, *, by: int) -> None:
        """Hold it for this member of staff, in place of any other."""
        with self._lock:
            self._kept = _Kept(key, by, clock.ticks() + SHOWN_SECONDS)

    def shown_to(self, staff_id: int, *, public: str | None) -> Key | None:
        """The key, if it is still the good one, was made by this person, and its time is not over."""
        with self._lock:
            if self._kept is not None and clock.ticks() > self._kept.until:
                self._kept = None
            kept = self._kept
        return kept.key if kept and kept.owner == staff_id and kept.key.public == public else None

    def forget(self) -> None:
        """Let go of it: it is on paper."""
        with self._lock:
            self._kept = None


@pages.get("/recovery-key")
def show() -> str:
    """Whether there is one, whether its paper was tried, and how to make or replace it."""
    return _page()


@pages.post("/recovery-key")
def make() -> Response | tuple[str, int]:
    """A new key. Sent twice it is one key; a good one is replaced only by whoever says so, and may read concerns."""
    known = keys.recovery(g.db)
    if known and _just_made().shown_to(g.me.id, public=known):
        return redirect(url_for("recovery_key_page.paper"), 303)
    if not _may_make():
        return _page("Only the safeguarding lead or the deputy replaces it: whoever has the key reads concerns."), 403
    if known != (request.form.get("seen") or None):
        return _page("Somebody made another key in the meantime. Look at it as it is now."), 409
    if known and request.form.get("replace") != "yes":
        return _page("Tick that the old paper opens nothing new from now on."), 422
    _just_made().keep(keys.make_recovery(g.db, by=journal.staff(g.me.id), now=g.now), by=g.me.id)
    return redirect(url_for("recovery_key_page.paper"), 303)


@pages.get("/recovery-key/paper")
def paper() -> str | Response:
    """The page for the printer; gone once the paper was tried, or after a quarter of an hour."""
    key = _just_made().shown_to(g.me.id, public=keys.recovery(g.db))
    if key is None:
        return redirect(url_for("recovery_key_page.show"), 303)
    words = key.words.split()
    drawn = square.drawn(key.private, words="The recovery key as a square to scan")
    return render_template(
        "admin/access/recovery_key_paper.html", key=key, words=words, square=drawn, today=g.now.date()
    )


@pages.post("/recovery-key/confirm")
def confirm() -> Response | tuple[str, int]:
    """Three words typed from the paper: now it counts as printed."""
    typed = [request.form.get(f"word{place}", "") for place in keys.ASKED_WORDS]
    if not current_app.extensions["throttle"].may_try("recovery key", str(g.me.id)):
        return _page("Too many tries. Wait one minute."), 429
    if not keys.confirm_recovery(g.db, typed, by=journal.staff(g.me.id), now=g.now):
        return _page("At least one of the three is not what was printed. Look at the paper again."), 422
    _just_made().forget()
    return redirect(url_for("recovery_key_page.show", said="on_paper"), 303)


def _may_make() -> bool:
    """The first key is made by any carer; once one was on paper, another would open concerns to whoever makes it."""
    return g.me.role in keys.OWNERS or not keys.was_on_paper(g.db)


def _just_made() -> JustMade:
    kept: JustMade = current_app.extensions["just_made"]
    return kept


def _page(trouble: str = "") -> str:
    known = keys.on_paper(g.db)
    return render_template(
        "admin/access/recovery_key.html",
        known=known,
        may_make=_may_make(),
        asked=keys.ASKED_WORDS,
        can_print=bool(_just_made().shown_to(g.me.id, public=known.public if known else None)),
        given=request.form,
        trouble=trouble,
    )
