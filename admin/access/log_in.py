"""Set-up of the first lead, log-in and log-out. No account has a known password at first start (P21)."""

import hashlib
import hmac
import threading
from datetime import timedelta

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from limits import RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.wrappers import Response

from admin.frame import ways
from admin.frame.sentences import SAID
from badges.code import create_key
from mentoring.access import accounts, staff
from mentoring.basics import clock
from mentoring.people.mentors import Fault
from mentoring.school import programme

pages = Blueprint("log_in", __name__)

COOKIE = "dropin"
# Says that somebody has been logged in on this browser before. It opens nothing.
KNOWN_COOKIE = "dropin_known"
A_MINUTE, FROM_ONE_ADDRESS, A_DAY = RateLimitItemPerMinute(8), RateLimitItemPerMinute(60), RateLimitItemPerDay(250)


class Throttle:
    """Slows guesses without locking anybody out (P21).

    A name has eight tries a minute and 250 a day, counted apart for the box itself, for each browser that has been
    logged in as this person before, and for everywhere else together. So nobody guesses six digits, and whoever hammers
    from elsewhere holds up neither the lead's own laptop nor the box. Every try counts alike, the right ones too: what
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
        """To be held while a password is checked or made."""
        return self._checking


def form_key(token: str) -> str:
    """What this log-in's own forms carry, and no other page can know (P22)."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def throttled(name: str, *, is_long: bool = False) -> threading.Semaphore:
    """Count one try for this name, and wait for one's turn to check it. Answers 429 when there were too many.

    `is_long`: what is guessed at has 80 bits, so each address is counted for itself alone and holds nobody else up.
    """
    throttle: Throttle = current_app.extensions["throttle"]
    address = request.remote_addr or ""
    if not throttle.may_try(address, name, trusted=address if is_long else _trusted(name)):
        abort(429)
    return throttle.one_at_a_time()


@pages.get("/set-up")
def set_up_form() -> str | Response:
    """The first page of all; gone once there is a lead."""
    if programme.is_set_up(g.db):
        return redirect(url_for("log_in.form"), 303)
    ways.check_on_the_box()
    return render_template("admin/access/set_up.html", faults=[], given={})


@pages.post("/set-up")
def set_up() -> str | Response | tuple[str, int]:
    """Make the programme and its lead, and log the lead in; once. Afterwards this is no second way in."""
    if programme.is_set_up(g.db):
        return redirect(url_for("log_in.form"), 303)
    ways.check_on_the_box()
    given = {name: request.form.get(name, "") for name in ("school", "name", "email", "room")}
    password = request.form.get("password", "")
    faults = staff.new_staff_faults(school=given["school"], name=given["name"], email=given["email"], password=password)
    if password != request.form.get("again", ""):
        faults.append(Fault("again", "is not the same", "type the password twice"))
    if faults:
        return render_template("admin/access/set_up.html", faults=faults, given=given), 422
    if not g.settings.badge_key.exists():
        create_key(g.settings.badge_key)  # first, so that a programme that is set up always has its key
    if not staff.set_up(g.db, **given, password=password, by="set-up", now=g.now):
        return redirect(url_for("log_in.form"), 303)
    return _logged_in(given["email"], password, "") or redirect(url_for("log_in.form"), 303)


@pages.get("/log-in")
def form() -> str | Response:
    """Who are you?"""
    if not programme.is_set_up(g.db):
        return redirect(url_for("log_in.set_up_form"), 303)
    return _form(said=SAID.get(request.args.get("said", "")))


@pages.post("/log-in")
def log_in() -> str | Response | tuple[str, int]:
    """One form for all: a wrong name, a wrong password and a wrong or missing code answer alike."""
    email, password, code = (request.form.get(name, "") for name in ("email", "password", "code"))
    with throttled(email):
        answer = _logged_in(email, password, code)
    return answer or (_form(wrong=True, email=email), 401)


@pages.post("/log-out")
def log_out() -> Response:
    """End this log-in."""
    token = request.cookies.get(COOKIE, "")
    current_app.extensions["unlocked"].lock(token)
    staff.log_out(g.db, token)
    answer = redirect(url_for("log_in.form"), 303)
    answer.delete_cookie(COOKIE)
    return answer


def _form(*, wrong: bool = False, email: str = "", said: str | None = None) -> str:
    """A code from an app is only as right as two clocks, so a page that says no shows the box's own."""
    shown = clock.wall(g.now, programme.load(g.db).zone) if wrong and programme.is_set_up(g.db) else None
    return render_template("admin/access/log_in.html", wrong=wrong, email=email, said=said, box_clock=shown)


def _trusted(name: str) -> str:
    """The box itself, or a browser this person has been logged in on; empty for everywhere else."""
    known = request.cookies.get(KNOWN_COOKIE, "")
    if staff.is_known(g.db, known, email=name, now=g.now):
        return hashlib.sha256(known.encode()).hexdigest()
    return "box" if ways.is_at_the_box() else ""


def _logged_in(email: str, password: str, code: str) -> Response | None:
    token = staff.log_in(g.db, email=email, password=password, code=code, now=g.now)
    member = staff.by_email(g.db, email)
    if token is None or member is None:
        return None
    accounts.make_key(g.db, member, password=password, now=g.now)
    known = staff.know_browser(g.db, member.id, request.cookies.get(KNOWN_COOKIE, ""), now=g.now)
    answer = redirect(url_for("today.today"), 303)
    for name, value, lasts in ((COOKIE, token, None), (KNOWN_COOKIE, known, timedelta(days=staff.KNOWN_DAYS))):
        answer.set_cookie(name, value, max_age=lasts, httponly=True, samesite="Strict", secure=request.is_secure)
    return answer
