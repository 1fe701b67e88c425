"""Staff: the adults a pupil can find, and who may log in here."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.rights import ROLE_WORDS
from admin.sentences import SAID
from mentoring import journal, staff
from mentoring.people import Fault
from mentoring.staff import Role

pages = Blueprint("staff_page", __name__)

# Set-up makes the lead; the others are added here.
ROLES = {role: words for role, words in ROLE_WORDS.items() if role is not Role.LEAD}


@pages.get("/staff")
def everyone() -> str:
    """All staff."""
    return _page([])


@pages.post("/staff")
def add() -> Response | tuple[str, int]:
    """One more member of staff, with a first password to be handed over in person."""
    form = {name: request.form.get(name, "") for name in ("name", "email", "password", "room", "phone")}
    faults = staff.new_staff_faults(school="known", name=form["name"], email=form["email"], password=form["password"])
    if request.form.get("role") not in ROLES:
        faults.append(Fault("role", "is not on the list", "choose one"))
    if faults:
        return _page(faults), 422
    added = staff.add(g.db, **form, role=Role(request.form["role"]), by=journal.staff(g.me.id), now=g.now)
    if isinstance(added, Fault):
        return _page([added]), 422
    return redirect(url_for("staff_page.everyone", said="added"), 303)


@pages.post("/staff/<int:staff_id>")
def change(staff_id: int) -> Response | tuple[str, int]:
    """Where pupils find one member of staff."""
    given = {name: request.form.get(f"new_{name}", "") for name in ("name", "room", "phone")}
    fault = staff.change(g.db, staff_id, **given, by=journal.staff(g.me.id), now=g.now)
    if fault:
        return _page([fault]), 422
    return redirect(url_for("staff_page.everyone", said="saved"), 303)


def _page(faults: list[Fault]) -> str:
    return render_template(
        "admin/staff.html",
        staff=staff.everyone(g.db),
        roles=ROLES,
        role_words=ROLE_WORDS,
        faults=faults,
        given=request.form,
        said=SAID.get(request.args.get("said", "")),
    )
