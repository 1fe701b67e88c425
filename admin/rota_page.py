"""The rota by hand: the weekly slots, and who is due on each drop-in."""

from datetime import date

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.sentences import SAID
from mentoring import journal, people, rota, school_year, staff
from mentoring.people import Fault, MentorState
from mentoring.programme import DAYS
from mentoring.school_year import NewSlot

pages = Blueprint("rota_page", __name__, url_prefix="/rota")

SHOWN = 20


@pages.get("")
def rota_by_hand() -> str:
    """The next drop-ins and their pairs, and the weekly slots they come from."""
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


@pages.post("/slots")
def add_slot() -> Response | tuple[str, int]:
    """One more weekly slot."""
    checked = school_year.new_slot(request.form)
    adult = staff.by_id(g.db, request.form.get("adult", type=int) or 0) or staff.lead(g.db)
    if isinstance(checked, NewSlot):
        outcome = school_year.add_slot(g.db, checked, adult_id=adult.id, by=journal.staff(g.me.id), now=g.now)
        if isinstance(outcome, int):
            return redirect(url_for("rota_page.rota_by_hand", said="added", _anchor="slots"), 303)
        checked = [outcome]
    return _page(slot_faults=checked), 422


@pages.post("/week")
def week() -> Response:
    """This week is week A, or B."""
    letter = request.form.get("week")
    if letter not in ("A", "B"):
        abort(400)
    school_year.set_week(g.db, letter, by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("rota_page.rota_by_hand", said="saved", _anchor="slots"), 303)


@pages.post("/slots/<int:slot_id>/end")
def end_slot(slot_id: int) -> Response:
    """No more drop-ins from this slot."""
    school_year.end_slot(g.db, slot_id, by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("rota_page.rota_by_hand", said="ended", _anchor="slots"), 303)


def _page(*, fault: Fault | None = None, slot_faults: list[Fault] | None = None) -> str:
    coming = school_year.running_and_coming(g.db, now=g.now, most=SHOWN)
    return render_template(
        "admin/rota.html",
        drop_ins=[(each, rota.due(g.db, each)) for each in coming],
        mentors=[each for each in people.mentors(g.db) if each.state is MentorState.ACTIVE],
        places=range(rota.PLACES),
        slots=school_year.slots(g.db),
        this_week=school_year.this_week(g.db, now=g.now),
        staff=staff.everyone(g.db),
        days=DAYS,
        fault=fault,
        slot_faults=slot_faults or [],
        given=request.form,
        said=SAID.get(request.args.get("said", "")),
    )
