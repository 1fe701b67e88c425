"""The staff page: the adults whom pupils can find, and how accounts are created, changed and ended."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.access.sentences import Wrong
from admin.frame import links
from admin.frame.sentences import ROLE_WORDS
from mentoring.access import accounts, staff
from mentoring.access.accounts import Printed
from mentoring.access.staff import Role, Staff
from mentoring.basics import clock, forms
from mentoring.basics.forms import Fault
from mentoring.school import programme
from mentoring.store import journal

pages = Blueprint("staff_page", __name__, url_prefix="/staff")

# The roles to choose from. The lead is made at set-up and changed by a hand-over only.
ROLES = {role: words for role, words in ROLE_WORDS.items() if role is not Role.LEAD}
NO_ROLE = Fault("role", Wrong.NO_ROLE)
_OWN = "new_"  # before the fields of the form: browsers fill in a field `name`


@pages.get("")
def everyone() -> str:
    """The list of staff."""
    return _list([])


@pages.post("")
def add() -> str | tuple[str, int]:
    """Add a member of staff. Shows the printed code for their first password once only."""
    form = {name: request.form.get(name, "") for name in ("name", "email", "room", "phone")}
    role = _role()
    faults = staff.account_faults(name=form["name"], email=form["email"]) + ([] if role else [NO_ROLE])
    if faults or role is None:
        return _list(faults), 422
    made = accounts.invite(g.db, **form, role=role, by=_me(), now=g.now)
    return (_list([made]), 422) if isinstance(made, Fault) else _code_page(made)


@pages.post("/second-factor")
def ask_all_for_codes() -> Response:
    """Set whether everybody needs a second factor, or only those who may open concerns."""
    accounts.ask_all_for_codes(g.db, asks=request.form.get("asks") == "yes", by=_me(), now=g.now)
    return redirect(url_for("staff_page.everyone", said="all_codes"), 303)


@pages.get("/<int:staff_id>")
def one(staff_id: int) -> str:
    """The page of one account."""
    return _one(_member(staff_id))


@pages.post("/<int:staff_id>")
def change(staff_id: int) -> Response | tuple[str, int]:
    """Change a member of staff's name, room and phone, as pupils see them, as far as this page changed them."""
    member = _member(staff_id)
    given = {name.replace(_OWN, "", 1): value for name, value in request.form.items() if _OWN in name}
    if fault := staff.change(g.db, staff_id, given, by=_me(), now=g.now):
        shown = forms.as_changed(request.form, _as_shown(member))
        return _one(member, replace(fault, field=_OWN + fault.field), shown), 422
    return redirect(url_for("staff_page.one", staff_id=staff_id, said="saved"), 303)


@pages.post("/<int:staff_id>/code")
def code(staff_id: int) -> str | tuple[str, int]:
    """Print a code for setting a new password; `phone_too` also removes the second factor. Not for oneself."""
    member = _member(staff_id)
    if member.id == g.me.id:
        return _one(member, Fault("code", Wrong.OWN_CODE)), 422
    forgets = request.form.get("phone_too") == "yes"
    return _code_page(accounts.print_code(g.db, member.id, forgets_factor=forgets, by=_me(), now=g.now))


@pages.post("/<int:staff_id>/role")
def role(staff_id: int) -> Response | tuple[str, int]:
    """Give an account another role and end all its log-ins."""
    member, chosen = _member(staff_id), _role()
    fault = accounts.change_role(g.db, member, chosen, by=_me(), now=g.now) if chosen else NO_ROLE
    if fault:
        return _one(member, fault), 422
    return redirect(url_for("staff_page.one", staff_id=staff_id, said="role"), 303)


@pages.post("/<int:staff_id>/lead")
def hand_over(staff_id: int) -> Response | tuple[str, int]:
    """Make this person the lead; the former lead gets the chosen role."""
    member, chosen = _member(staff_id), _role()
    fault = accounts.hand_over(g.db, member, role=chosen, by=_me(), now=g.now) if chosen else NO_ROLE
    if fault:
        return _one(member, fault), 422
    return redirect(url_for("staff_page.one", staff_id=staff_id, said="lead"), 303)


@pages.post("/<int:staff_id>/end")
def end(staff_id: int) -> Response | tuple[str, int]:
    """End an account. `takes_over` becomes the adult within call where this person was."""
    member = _member(staff_id)
    takes_over = staff.by_id(g.db, request.form.get("takes_over", type=int) or 0)
    if takes_over and not any(each.id == takes_over.id for each in staff.everyone(g.db)):
        takes_over = None
    fault = accounts.end(g.db, member, takes_over=takes_over, by_id=g.me.id, now=g.now)
    if fault:
        return _one(member, fault), 422
    return redirect(url_for("staff_page.everyone", said="account_ended"), 303)


def _me() -> str:
    return journal.staff(g.me.id)


def _member(staff_id: int) -> Staff:
    """A current member of staff; 404 if there is none with this id."""
    return next((each for each in staff.everyone(g.db) if each.id == staff_id), None) or abort(404)


def _role() -> Role | None:
    chosen = request.form.get("role", "")
    return Role(chosen) if chosen in ROLES else None


def _list(faults: list[Fault]) -> str:
    known = accounts.accounts(g.db, now=g.now)
    return render_template(
        "admin/access/staff.html",
        accounts=known,
        first_role=Role.HELPER if any(each.member.role is Role.DEPUTY for each in known) else Role.DEPUTY,
        former=staff.former(g.db),
        all_need_a_code=accounts.all_need_a_code(g.db),
        roles=ROLES,
        role_words=ROLE_WORDS,
        faults=faults,
        given=request.form,
    )


def _as_shown(member: Staff) -> dict[str, str]:
    """What the form of a member of staff shows, by field."""
    return {_OWN + name: value for name, value in staff.form_of(member).items()}


def _one(member: Staff, fault: Fault | None = None, given: Mapping[str, str] | None = None) -> str:
    everybody = staff.everyone(g.db)
    return render_template(
        "admin/access/staff_one.html",
        account=accounts.account(g.db, member, now=g.now),
        member=member,
        slots=accounts.within_call(g.db, member.id),
        others=[each for each in everybody if each.id != member.id],
        lead=staff.lead(g.db),
        roles=ROLES,
        role_words=ROLE_WORDS,
        faults=[fault] if fault else [],
        given=given or {},
        as_shown=_as_shown(member),
    )


def _code_page(printed: Printed) -> str:
    return render_template(
        "admin/access/printed_code.html",
        member=_member(printed.staff_id),
        code=printed.code,
        until=clock.school_day(printed.until, programme.load(g.db).zone),
        address=links.whole("welcome_page.form"),
    )
