"""Set a first password with a printed code, and recover a forgotten password."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.access import throttle
from admin.access.sentences import Wrong
from mentoring.access import accounts, staff
from mentoring.basics.forms import Fault

pages = Blueprint("welcome_page", __name__)

NOT_GOOD = Fault("code", Wrong.PRINTED_CODE)
NOT_THE_SAME = Fault("again", Wrong.NOT_AGAIN)


@pages.get("/welcome")
def form() -> str | Response:
    """The form for a printed code."""
    if not staff.is_set_up(g.db):
        return redirect(url_for("log_in.set_up_form"), 303)
    return _welcome([])


@pages.post("/welcome")
def take_up() -> str | Response | tuple[str, int]:
    """Check the code, then save the chosen password. The code is used up only when the password is saved."""
    code, password = request.form.get("code", ""), request.form.get("password")
    with throttle.throttled_by_network() as attempt:
        member = accounts.owner_of(g.db, code, now=g.now)
        attempt.is_right = member is not None
        if member is None:
            return _welcome([NOT_GOOD]), 422
        if password is None:
            return _welcome([], name=member.name, code=code)
        if password != request.form.get("again", ""):
            return _welcome([NOT_THE_SAME], name=member.name, code=code), 422
        taken = accounts.take_up(g.db, code, password=password, now=g.now)
    if isinstance(taken, Fault):
        return _welcome([taken], name=member.name, code=code), 422
    if taken is None:
        return _welcome([NOT_GOOD]), 422
    return redirect(url_for("log_in.form", said="code_used"), 303)


@pages.get("/forgotten")
def forgotten() -> str | Response:
    """The form for a forgotten password."""
    if not staff.is_set_up(g.db):
        return redirect(url_for("log_in.set_up_form"), 303)
    return _forgotten([])


@pages.post("/forgotten")
def recover() -> Response | tuple[str, int]:
    """Set a new password with a recovery code and a code from the app. Every wrong value gives the same answer."""
    given = {name: request.form.get(name, "") for name in ("email", "recovery_code", "app_code", "password")}
    if given["password"] != request.form.get("again", ""):
        return _forgotten([NOT_THE_SAME]), 422
    with throttle.throttled(given["email"]) as attempt:
        member = accounts.recover(g.db, **given, now=g.now)
        attempt.is_right = member is not None and not isinstance(member, Fault)
    if member is None:
        wrong = Fault("recovery_code", Wrong.RECOVERY)
        return _forgotten([wrong]), 422
    if isinstance(member, Fault):
        return _forgotten([member]), 422
    return redirect(url_for("log_in.form", said="password"), 303)


def _welcome(faults: list[Fault], *, name: str = "", code: str | None = None) -> str:
    typed = request.form.get("code", "") if code is None else code
    return render_template("admin/access/welcome.html", faults=faults, name=name, code=typed)


def _forgotten(faults: list[Fault]) -> str:
    return render_template("admin/access/forgotten.html", faults=faults, given=request.form)
