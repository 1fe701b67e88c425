"""Programme and staff: the duty board's address, and the adults a pupil can find."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.sentences import SAID
from mentoring import journal, programme, staff
from mentoring.people import Fault
from mentoring.staff import Role

pages = Blueprint("programme_page", __name__)

# Set-up makes the lead; the others are added here.
ROLES = {Role.DEPUTY: "Deputy", Role.SAFEGUARDING_LEAD: "Safeguarding lead", Role.HELPER: "Helper"}


@pages.get("/programme")
def show() -> str:
    """What set-up settled, and the board's link."""
    return render_template("admin/programme.html", said=SAID.get(request.args.get("said", "")))


@pages.post("/programme/board-link")
def replace_board_link() -> Response:
    """A new address for the board; the old one is dead."""
    programme.replace_board_link(g.db, by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("programme_page.show", said="link"), 303)


@pages.get("/staff")
def everyone() -> str:
    """All staff."""
    return _staff_page([])


@pages.post("/staff")
def add() -> Response | tuple[str, int]:
    """One more member of staff, with a first password to be handed over in person."""
    form = {name: request.form.get(name, "") for name in ("name", "email", "password", "room", "phone")}
    faults = staff.new_staff_faults(school="known", name=form["name"], email=form["email"], password=form["password"])
    if request.form.get("role") not in ROLES:
        faults.append(Fault("role", "is not on the list", "choose one"))
    if faults:
        return _staff_page(faults), 422
    added = staff.add(g.db, **form, role=Role(request.form["role"]), by=journal.staff(g.me.id), now=g.now)
    if isinstance(added, Fault):
        return _staff_page([added]), 422
    return redirect(url_for("programme_page.everyone", said="added"), 303)


def _staff_page(faults: list[Fault]) -> str:
    return render_template(
        "admin/staff.html",
        staff=staff.everyone(g.db),
        roles=ROLES,
        faults=faults,
        given=request.form,
        said=SAID.get(request.args.get("said", "")),
    )
