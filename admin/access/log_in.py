"""Set-up of the first lead, log-in and log-out. No account has a known password at first start (P21)."""

import hashlib
import hmac
from datetime import timedelta

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.access.sentences import Wrong
from admin.access.throttle import KNOWN_COOKIE, throttled
from admin.frame import ways
from admin.frame.said import said
from badges.code import create_key
from mentoring.access import accounts, staff
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.school import programme

pages = Blueprint("log_in", __name__)

COOKIE = "dropin"


def form_key(token: str) -> str:
    """The form key of a log-in: an HMAC of its token, which no other site's page can know (P22)."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


@pages.get("/set-up")
def set_up_form() -> str | Response:
    """The form for the first set-up. Redirects to the log-in once there is a lead."""
    if staff.is_set_up(g.db):
        return redirect(url_for("log_in.form"), 303)
    ways.check_on_the_box()
    return render_template("admin/access/set_up.html", faults=[], given={})


@pages.post("/set-up")
def set_up() -> str | Response | tuple[str, int]:
    """Create the programme and its lead, and log the lead in. Once there is a lead it only redirects to the log-in."""
    if staff.is_set_up(g.db):
        return redirect(url_for("log_in.form"), 303)
    ways.check_on_the_box()
    given = {name: request.form.get(name, "") for name in ("school", "name", "email", "room")}
    password = request.form.get("password", "")
    faults = staff.new_staff_faults(school=given["school"], name=given["name"], email=given["email"], password=password)
    if password != request.form.get("again", ""):
        faults.append(Fault("again", Wrong.NOT_AGAIN))
    if faults:
        return render_template("admin/access/set_up.html", faults=faults, given=given), 422
    if not g.settings.badge_key.exists():
        create_key(g.settings.badge_key)  # before the set-up is stored: a programme that is set up always has its key
    if not staff.set_up(g.db, **given, password=password, by="set-up", now=g.now):
        return redirect(url_for("log_in.form"), 303)
    return _logged_in(given["email"], password, "") or redirect(url_for("log_in.form"), 303)


@pages.get("/log-in")
def form() -> str | Response:
    """The log-in form, or the set-up form while there is no lead."""
    if not staff.is_set_up(g.db):
        return redirect(url_for("log_in.set_up_form"), 303)
    return _form(said=said())


@pages.post("/log-in")
def log_in() -> str | Response | tuple[str, int]:
    """Log in. A wrong name, a wrong password and a wrong or missing code give the same answer, 401."""
    email, password, code = (request.form.get(name, "") for name in ("email", "password", "code"))
    with throttled(email) as attempt:
        answer = _logged_in(email, password, code)
        attempt.is_right = answer is not None
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
    """The log-in form. `wrong`: also shows the server's clock with seconds: an app's codes fail when clocks differ."""
    shown = clock.wall(g.now, programme.load(g.db).zone) if wrong and staff.is_set_up(g.db) else None
    return render_template("admin/access/log_in.html", wrong=wrong, email=email, said=said, box_clock=shown)


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
