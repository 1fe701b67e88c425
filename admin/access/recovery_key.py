"""The recovery key: created once, printed, and confirmed by typing three of its words from the paper (P15)."""

import threading
from dataclasses import dataclass

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.frame import square
from mentoring.access import keys
from mentoring.basics import clock, signing
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
    """The newest recovery key, kept in memory for 15 minutes and shown only to the person who made it.

    So nobody needs a second key because a page did not load or the printer was off.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: _Kept | None = None

    def keep(self, key: Key, *, by: int) -> None:
        """Keep this key for one member of staff; it replaces any other."""
        with self._lock:
            self._kept = _Kept(key, by, clock.ticks() + SHOWN_SECONDS)

    def shown_to(self, staff_id: int, *, public: str | None) -> Key | None:
        """The key, if this person made it less than 15 minutes ago and `public` is still the current one, else None."""
        with self._lock:
            if self._kept is not None and clock.ticks() > self._kept.until:
                self._kept = None
            kept = self._kept
        return kept.key if kept and kept.owner == staff_id and kept.key.public == public else None

    def forget(self) -> None:
        """Delete the key from memory, once its paper is confirmed."""
        with self._lock:
            self._kept = None


@pages.get("/recovery-key")
def show() -> str:
    """Show whether there is a key, whether its paper was confirmed, and how to make or replace it."""
    return _page()


@pages.post("/recovery-key")
def make() -> Response | tuple[str, int]:
    """Make a key and redirect to its paper. Sent twice, it makes one key.

    Replacing a key requires the tick that confirms it; one that was on paper, also an owner of concerns.
    """
    known = keys.recovery(g.db)
    if known and _just_made().shown_to(g.me.id, public=known):
        return redirect(url_for("recovery_key_page.paper"), 303)
    if not _may_make():
        return _page("Only the safeguarding lead or the deputy replaces it: whoever has the key reads concerns."), 403
    if known != (request.form.get("seen") or None):
        return _page("Somebody made another key in the meantime. Look at it as it is now."), 409
    if known and request.form.get("replace") != "yes":
        return _page("Tick that the old paper opens nothing new from now on."), 422
    with current_app.extensions["throttle"].one_at_a_time():
        _just_made().keep(keys.make_recovery(g.db, by=journal.staff(g.me.id), now=g.now), by=g.me.id)
    return redirect(url_for("recovery_key_page.paper"), 303)


@pages.get("/recovery-key/paper")
def paper() -> str | Response:
    """The page to print. Redirects once the paper is confirmed or 15 minutes have passed."""
    key = _just_made().shown_to(g.me.id, public=keys.recovery(g.db))
    if key is None:
        return redirect(url_for("recovery_key_page.show"), 303)
    words = key.words.split()
    drawn = square.drawn(key.private, words="The recovery key as a square to scan")
    return render_template(
        "admin/access/recovery_key_paper.html",
        key=key,
        words=words,
        square=drawn,
        fingerprint=signing.fingerprint(signing.key_of(key)),
        today=g.now.date(),
    )


@pages.post("/recovery-key/confirm")
def confirm() -> Response | tuple[str, int]:
    """Confirm the paper: compares three words that were typed from it. At most eight tries a minute."""
    typed = [request.form.get(f"word{place}", "") for place in keys.ASKED_WORDS]
    attempt = current_app.extensions["throttle"].attempt("recovery key", str(g.me.id))
    if attempt is None:
        return _page("Too many tries. Wait one minute."), 429
    with attempt:
        is_right = attempt.is_right = keys.confirm_recovery(g.db, typed, by=journal.staff(g.me.id), now=g.now)
    if not is_right:
        return _page("At least one of the three is not what was printed. Look at the paper again."), 422
    _just_made().forget()
    return redirect(url_for("recovery_key_page.show", said="on_paper"), 303)


def _may_make() -> bool:
    """Whether this person may make a key: anyone here until a key was on paper, then only owners of concerns.

    Whoever makes a key can read concerns with it.
    """
    return g.me.role in keys.OWNERS or not keys.was_on_paper(g.db)


def _just_made() -> JustMade:
    kept: JustMade = current_app.extensions["just_made"]
    return kept


def _page(trouble: str = "") -> str:
    known, signs = keys.on_paper(g.db), keys.signing_key(g.db)
    return render_template(
        "admin/access/recovery_key.html",
        known=known,
        fingerprint=signing.fingerprint(signs) if signs else "",
        may_make=_may_make(),
        asked=keys.ASKED_WORDS,
        can_print=bool(_just_made().shown_to(g.me.id, public=known.public if known else None)),
        given=request.form,
        trouble=trouble,
    )
