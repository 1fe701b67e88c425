"""The rota by hand: who is due on each drop-in."""

from datetime import date

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.sentences import SAID
from mentoring import journal, people, rota, school_year
from mentoring.people import Fault, MentorState

pages = Blueprint("rota_page", __name__, url_prefix="/rota")

SHOWN = 20


@pages.get("")
def rota_by_hand() -> str:
    """The next drop-ins and their pairs."""
    return _page()


@pages.post("/due")
def due() -> Response | tuple[str, int]:
    """Who is due on one drop-in."""
    try:
        day = date.fromisoformat(request.form.get("date", ""))
    except ValueError:
        abort(400)
    drop_in = school_year.find(g.db, request.form.get("slot", type=int) or 0, day) or abort(404)
    chosen = [int(each) for each in request.form.getlist("mentor") if each.isdecimal()]
    fault = rota.set_due(g.db, drop_in, chosen, by=journal.staff(g.me.id), now=g.now)
    if fault:
        return _page(fault=fault), 422
    return redirect(url_for("rota_page.rota_by_hand", said="saved", _anchor=f"d{drop_in.slot_id}-{day}"), 303)


def _page(*, fault: Fault | None = None) -> str:
    coming = school_year.running_and_coming(g.db, now=g.now, most=SHOWN)
    return render_template(
        "admin/rota.html",
        drop_ins=[(each, rota.due(g.db, each)) for each in coming],
        mentors=[each for each in people.mentors(g.db) if each.state is MentorState.ACTIVE],
        places=range(rota.PLACES),
        fault=fault,
        said=SAID.get(request.args.get("said", "")),
    )
