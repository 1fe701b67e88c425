"""Set-up of the first lead, log-in and log-out. No account has a known password at first start (P21)."""

import hashlib
import hmac
import threading

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.wrappers import Response

from admin import reach
from badges.code import create_key
from mentoring import programme, staff
from mentoring.people import Fault

pages = Blueprint("log_in", __name__)

COOKIE = "dropin"


class Throttle:
    """Slows guesses without locking the lead out: a minute's wait for one name from one address, no more."""

    def __init__(self) -> None:
        self._guesses = MovingWindowRateLimiter(MemoryStorage())
        self._checking = threading.Semaphore(2)  # each check takes 19 MB for its 26 ms

    def may_try(self, address: str, email: str) -> bool:
        """Whether one more try is heard now."""
        named = self._guesses.hit(RateLimitItemPerMinute(8), address, email.strip().lower()[:200])
        return named and self._guesses.hit(RateLimitItemPerMinute(60), address)

    def one_at_a_time(self) -> threading.Semaphore:
        """To be held while a password is checked."""
        return self._checking


def form_key(token: str) -> str:
    """What this log-in's own forms carry, and no other page can know (P22)."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


@pages.get("/set-up")
def set_up_form() -> str | Response:
    """The first page of all; gone once there is a lead."""
    if programme.is_set_up(g.db):
        return redirect(url_for("log_in.form"), 303)
    reach.check_on_the_box()
    return render_template("admin/set_up.html", faults=[], given={})


@pages.post("/set-up")
def set_up() -> str | Response | tuple[str, int]:
    """Make the programme and its lead, and log the lead in; once. Afterwards this is no second way in."""
    if programme.is_set_up(g.db):
        return redirect(url_for("log_in.form"), 303)
    reach.check_on_the_box()
    given = {name: request.form.get(name, "") for name in ("school", "name", "email", "room")}
    password = request.form.get("password", "")
    faults = staff.new_staff_faults(school=given["school"], name=given["name"], email=given["email"], password=password)
    if password != request.form.get("again", ""):
        faults.append(Fault("again", "is not the same", "type the password twice"))
    if faults:
        return render_template("admin/set_up.html", faults=faults, given=given), 422
    if not g.settings.badge_key.exists():
        create_key(g.settings.badge_key)  # first, so that a programme that is set up always has its key
    if not staff.set_up(g.db, **given, password=password, by="set-up", now=g.now):
        return redirect(url_for("log_in.form"), 303)
    return _logged_in(given["email"], password) or redirect(url_for("log_in.form"), 303)


@pages.get("/log-in")
def form() -> str | Response:
    """Who are you?"""
    if not programme.is_set_up(g.db):
        return redirect(url_for("log_in.set_up_form"), 303)
    return render_template("admin/log_in.html", wrong=False, email="")


@pages.post("/log-in")
def log_in() -> str | Response | tuple[str, int]:
    """A wrong name and a wrong password answer alike."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    if not current_app.extensions["throttle"].may_try(request.remote_addr or "", email):
        abort(429)
    return _logged_in(email, password) or (render_template("admin/log_in.html", wrong=True, email=email), 401)


@pages.post("/log-out")
def log_out() -> Response:
    """End this log-in."""
    staff.log_out(g.db, request.cookies.get(COOKIE, ""))
    answer = redirect(url_for("log_in.form"), 303)
    answer.delete_cookie(COOKIE)
    return answer


def _logged_in(email: str, password: str) -> Response | None:
    with current_app.extensions["throttle"].one_at_a_time():
        token = staff.log_in(g.db, email=email, password=password, now=g.now)
    if token is None:
        return None
    answer = redirect(url_for("today.today"), 303)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=request.is_secure)
    return answer
