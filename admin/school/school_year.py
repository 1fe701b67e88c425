"""The school year: weekly slots, half terms, closed days, and calling off a single drop-in."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mentoring.access import staff
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.school import school_year
from mentoring.school.programme import DAYS
from mentoring.school.school_year import MOST_PLACES, PAIR, DropIn, NewSlot
from mentoring.store import journal

pages = Blueprint("school_year_page", __name__, url_prefix="/school-year")

# How far ahead this page lists drop-ins that can be called off.
AHEAD = timedelta(weeks=6)

Faults = Mapping[str, Sequence[Fault]]


@pages.get("")
def show() -> str:
    """Show the page."""
    return _page()


@pages.post("/slots")
def add_slot() -> Response | tuple[str, int]:
    """Add a weekly slot."""
    checked = school_year.new_slot(request.form)
    adult = staff.by_id(g.db, request.form.get("adult", type=int) or 0) or staff.lead(g.db)
    if isinstance(checked, NewSlot):
        outcome = school_year.add_slot(g.db, checked, adult_id=adult.id, by=_me(), now=g.now)
        if isinstance(outcome, int):
            return _back("slots", said="added")
        checked = [outcome]
    return _page({"slot": checked}), 422


@pages.post("/slots/<int:slot_id>/places")
def set_places(slot_id: int) -> Response | tuple[str, int]:
    """Set how many mentors a slot needs."""
    fault = school_year.set_places(g.db, slot_id, request.form.get("places", 0, type=int), by=_me(), now=g.now)
    return (_page({"places": [fault]}), 422) if fault else _back("slots", said="saved")


@pages.post("/slots/<int:slot_id>/end")
def end_slot(slot_id: int) -> Response:
    """End a slot: it gives no more drop-ins."""
    school_year.end_slot(g.db, slot_id, by=_me(), now=g.now)
    return _back("slots", said="ended")


@pages.post("/week")
def week() -> Response:
    """Set whether the current week is week A or week B."""
    letter = request.form.get("week")
    if letter not in ("A", "B"):
        abort(400)
    school_year.set_week(g.db, letter, by=_me(), now=g.now)
    return _back("slots", said="saved")


@pages.post("/half-terms")
def add_half_term() -> Response | tuple[str, int]:
    """Add a half term."""
    given = (request.form.get(name, "") for name in ("name", "starts", "ends"))
    checked = school_year.half_term_faults(*given, known=school_year.half_terms(g.db), today=g.reading.today)
    if isinstance(checked, list):
        return _page({"half_term": checked}), 422
    school_year.add_half_term(g.db, checked, by=_me(), now=g.now)
    return _back("half-terms", said="added")


@pages.post("/half-terms/<int:half_term_id>/remove")
def remove_half_term(half_term_id: int) -> Response:
    """Remove a half term."""
    school_year.remove_half_term(g.db, half_term_id, by=_me(), now=g.now)
    return _back("half-terms", said="saved")


@pages.post("/closures")
def add_closure() -> Response | tuple[str, int]:
    """Add days on which the school is closed, such as an INSET day."""
    given = (request.form.get(name, "") for name in ("reason", "starts", "ends"))
    checked = school_year.closure_faults(*given, known=school_year.closures(g.db), today=g.reading.today)
    if isinstance(checked, list):
        return _page({"closure": checked}), 422
    outcome = school_year.add_closure(g.db, checked, by=_me(), now=g.now)
    if isinstance(outcome, Fault):
        return _page({"closure": [outcome]}), 422
    return _back("closures", said="closed_days")


@pages.post("/closures/<int:closure_id>/remove")
def remove_closure(closure_id: int) -> Response:
    """Remove a closure: its drop-ins take place again."""
    school_year.remove_closure(g.db, closure_id, by=_me(), now=g.now)
    return _back("closures", said="held_again")


@pages.post("/drop-ins/call-off")
def call_off() -> Response | tuple[str, int]:
    """Call off one drop-in, with a reason."""
    fault = school_year.close_drop_in(g.db, _drop_in(), request.form.get("reason", ""), by=_me(), now=g.now)
    return (_page({"drop_in": [fault]}), 422) if fault else _back("drop-ins", said="called_off")


@pages.post("/drop-ins/hold")
def reopen() -> Response | tuple[str, int]:
    """Undo the calling off of one drop-in."""
    fault = school_year.reopen_drop_in(g.db, _drop_in(), by=_me(), now=g.now)
    return (_page({"drop_in": [fault]}), 422) if fault else _back("drop-ins", said="held_again")


def _me() -> str:
    return journal.staff(g.me.id)


def _back(anchor: str, *, said: str) -> Response:
    if request.form.get("from") == "today":
        return redirect(url_for("today.today", said=said), 303)
    return redirect(url_for("school_year_page.show", said=said, _anchor=anchor), 303)


def _drop_in() -> DropIn:
    """The drop-in of the field `drop_in`, `SLOT DATE`. Aborts with 400 if malformed, 404 if there is none."""
    slot, _, day = request.form.get("drop_in", "").partition(" ")
    try:
        found = school_year.find(g.db, int(slot), date.fromisoformat(day))
    except ValueError:
        abort(400)
    return found or abort(404)


def _page(faults: Faults | None = None) -> str:
    """The page. `faults` are by form; a form with faults shows again what was typed."""
    today = clock.school_day(g.now, school_year.zone(g.db))
    coming = [each for each in school_year.between(g.db, today, today + AHEAD) if each.starts > g.now]
    return render_template(
        "admin/school/school_year.html",
        this_week=school_year.this_week(g.db, now=g.now),
        slots=school_year.slots(g.db),
        half_terms=school_year.half_terms(g.db),
        closures=school_year.closures(g.db),
        open_drop_ins=[each for each in coming if not each.closed],
        called_off=[each for each in coming if each.closed],
        staff=staff.everyone(g.db),
        days=DAYS,
        places=range(PAIR, MOST_PLACES + 1),
        pair=PAIR,
        today=today,
        faults=faults or {},
        given=request.form,
    )
