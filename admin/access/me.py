"""The page of the person who is logged in: their password, second factor and log-ins."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.access import log_in, throttle
from admin.access.sentences import Wrong
from admin.frame import square
from mentoring.access import accounts, second_factor, staff
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.school import programme

pages = Blueprint("me_page", __name__, url_prefix="/me")


@pages.get("")
def show() -> str:
    """Show the page."""
    return _page()


@pages.post("/here")
def here() -> tuple[str, int]:
    """Somebody is typing on a staff page: counts as use of the log-in, as every page does, and stores nothing else."""
    return "", 204


@pages.post("/password")
def password() -> Response | tuple[str, int]:
    """Change one's own password and end all one's other log-ins."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _page(faults=[Fault("again", Wrong.NEW_NOT_AGAIN)]), 422
    with throttle.throttled(g.me.email) as attempt:
        fault = accounts.change_password(g.db, g.me, old=old, new=new, keep=_token(), now=g.now)
        attempt.is_right = fault is None
    if fault:
        return _page(faults=[replace(fault, field="new" if fault.field == "password" else fault.field)]), 422
    return redirect(url_for("me_page.show", said="password_mine"), 303)


@pages.get("/second-factor", endpoint="second_factor")
def second_factor_form() -> str | Response:
    """Show a new TOTP secret, as a QR code and as text to type. It is used only after a code confirms it."""
    if second_factor.is_on(g.db, g.me.id):
        return redirect(url_for("me_page.show"), 303)
    return _factor_page()


@pages.post("/second-factor")
def confirm() -> str | Response | tuple[str, int]:
    """Turn the second factor on if the password and the first code are right. Shows the recovery codes once only."""
    given, code = request.form.get("password", ""), request.form.get("code", "")
    if second_factor.is_on(g.db, g.me.id):
        return redirect(url_for("me_page.show"), 303)
    with throttle.throttled(g.me.email) as attempt:
        if not staff.fits(g.db, g.me.id, given):
            return _factor_page(faults=[Fault("password", accounts.Wrong.NOT_YOUR_PASSWORD)]), 422
        codes = second_factor.confirm(g.db, g.me.id, code, now=g.now)
        if codes is None:
            return _factor_page(faults=[Fault("code", Wrong.CODE)]), 422
        attempt.is_right = True
        accounts.make_key(g.db, g.me, password=given, now=g.now)
    g.owes_factor = False
    return _codes_page(codes)


@pages.post("/recovery-codes")
def new_codes() -> str | tuple[str, int]:
    """Replace the recovery codes with ten new ones. Asks for the password and a code."""
    if fault := _not_me():
        return _page(faults=[fault]), 422
    return _codes_page(second_factor.new_codes(g.db, g.me.id, now=g.now))


@pages.post("/second-factor/remove")
def remove() -> Response | tuple[str, int]:
    """Turn the second factor off, unless the role or the school requires one."""
    needs = accounts.needs_factor(g.me.role, all_need_one=accounts.all_need_a_code(g.db))
    fault = Fault("code", Wrong.CODE_NEEDED) if needs else _not_me()
    if fault:
        return _page(faults=[fault]), 422
    second_factor.remove(g.db, g.me.id, now=g.now)
    return redirect(url_for("me_page.show", said="factor_off"), 303)


@pages.post("/log-ins/end-others")
def end_others() -> Response:
    """End all log-ins of this person but this one."""
    staff.end_others(g.db, g.me.id, keep=_token(), now=g.now)
    return redirect(url_for("me_page.show", said="others_ended"), 303)


def _token() -> str:
    return request.cookies.get(log_in.COOKIE, "")


def _not_me() -> Fault | None:
    """A fault if the password and code that were typed again are wrong, else None."""
    given, code = request.form.get("password", ""), request.form.get("code", "")
    with throttle.throttled(g.me.email) as attempt:
        is_me = attempt.is_right = staff.check(g.db, g.me.id, password=given, code=code, now=g.now)
    return None if is_me else Fault("code", Wrong.CODE_AND_PASSWORD)


def _page(*, faults: list[Fault] | None = None) -> str:
    return render_template(
        "admin/access/me.html",
        account=accounts.account(g.db, g.me, now=g.now),
        needs_factor=accounts.needs_factor(g.me.role, all_need_one=accounts.all_need_a_code(g.db)),
        browsers=staff.browsers(g.db, g.me.id, this=_token()),
        today=clock.school_day(g.now, programme.load(g.db).zone),
        faults=faults or [],
    )


def _factor_page(*, faults: list[Fault] | None = None) -> str:
    known, secret = programme.load(g.db), second_factor.begin(g.db, g.me.id)
    address = second_factor.address(secret, email=g.me.email, school=known.school)
    shown: dict[str, Any] = {
        "square": square.drawn(address, words="The secret as a square to scan"),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "box_clock": clock.wall(g.now, known.zone),
        "owes_factor": g.owes_factor,
    }
    return render_template("admin/access/second_factor.html", faults=faults or [], **shown)


def _codes_page(codes: list[str]) -> str:
    return render_template("admin/access/recovery_codes.html", codes=codes, date=g.now)
