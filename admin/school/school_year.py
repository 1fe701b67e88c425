"""The school year: weekly slots, half terms, closed days, and calling off a single drop-in."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.school.sentences import ENDED_REASON, OFF_REASON, WHY_TOUCHED, changed_words
from mentoring.access import staff
from mentoring.access.staff import Staff
from mentoring.basics import clock, forms
from mentoring.basics.forms import Fault
from mentoring.planning import replanning
from mentoring.planning.replanning import Answers, Asked, AskedOfLetters, Done
from mentoring.school import school_year
from mentoring.school.programme import DAYS
from mentoring.school.school_year import (
    MOST_PLACES,
    PAIR,
    AddClosure,
    AddSlot,
    DropIn,
    EndSlot,
    HalfTermForm,
    PatternChange,
    RemoveClosure,
    RemoveHalfTerm,
    SetClosedWeeks,
    SetWeek,
    SlotForm,
)
from mentoring.school.touched import Answer, Choice, key_of
from mentoring.store import journal

pages = Blueprint("school_year_page", __name__, url_prefix="/school-year")

# How far ahead this page lists drop-ins that can be called off.
AHEAD = timedelta(weeks=6)

Faults = Mapping[str, Sequence[Fault]]
Answered = str | Response | tuple[str, int]


@pages.get("")
def show() -> str:
    """Show the page."""
    return _page()


@pages.post("/slots")
def add_slot() -> Answered:
    """Add a weekly slot."""
    checked = school_year.new_slot(request.form)
    if isinstance(checked, list):
        return _page({"slot": checked}), 422
    return _change(AddSlot(checked, _adult(request.form).id), form="slot", said="added")


@pages.post("/slots/<int:slot_id>/change")
def change_slot(slot_id: int) -> Answered:
    """Give a slot another day, time, room, week, adult or number of mentors, as far as this page changed them."""
    given = {**dict(request.form.items()), "adult": str(_adult(request.form).id)}
    known = next((school_year.slot_form(each) for each in school_year.slots(g.db) if each.id == slot_id), None)
    form = "slots" if known is None else f"slot_{slot_id}"
    return _change(SlotForm(slot_id, given), form=form, said="saved", given=forms.as_changed(given, known or {}))


@pages.post("/slots/<int:slot_id>/end")
def end_slot(slot_id: int) -> Answered:
    """End a slot: it gives no more drop-ins. Asks first, and names the planned ones."""
    return _change(EndSlot(slot_id), form="slots", said="ended")


@pages.post("/week")
def week() -> Answered:
    """Set whether the current week is week A or week B."""
    letter = request.form.get("week")
    if letter not in ("A", "B"):
        abort(400)
    return _change(SetWeek(letter), form="slots", said="saved")


@pages.post("/closed-weeks")
def closed_weeks() -> Answered:
    """Set whether a week that is closed as a whole shifts weeks A and B."""
    shift = _shift()
    if shift is None:
        abort(400)
    return _change(SetClosedWeeks(shift), form="closure", said="saved")


@pages.post("/half-terms")
def add_half_term() -> Answered:
    """Add a half term."""
    return _change(HalfTermForm(None, request.form), form="half_term", said="added")


@pages.post("/half-terms/<int:half_term_id>/change")
def change_half_term(half_term_id: int) -> Answered:
    """Give a half term another name or other days, as far as this page changed them."""
    halves = school_year.half_terms(g.db)
    known = next((school_year.half_term_form(each) for each in halves if each.id == half_term_id), None)
    form = "half_term" if known is None else f"half_term_{half_term_id}"
    what, given = HalfTermForm(half_term_id, request.form), forms.as_changed(request.form, known or {})
    return _change(what, form=form, said="saved", given=given)


@pages.post("/half-terms/<int:half_term_id>/remove")
def remove_half_term(half_term_id: int) -> Answered:
    """Remove a half term."""
    return _change(RemoveHalfTerm(half_term_id), form="half_term", said="saved")


@pages.post("/closures")
def add_closure() -> Answered:
    """Add days on which the school is closed, such as an INSET day."""
    given = (request.form.get(name, "") for name in ("reason", "starts", "ends"))
    checked = school_year.closure_faults(*given, known=school_year.closures(g.db), today=g.reading.today)
    if isinstance(checked, list):
        return _page({"closure": checked}), 422
    return _change(AddClosure(checked, _shift()), form="closure", said="closed_days")


@pages.post("/closures/<int:closure_id>/remove")
def remove_closure(closure_id: int) -> Answered:
    """Remove a closure: its drop-ins take place again."""
    return _change(RemoveClosure(closure_id), form="closure", said="held_again")


@pages.get("/planned")
def outside() -> str | Response:
    """Ask about the planned drop-ins that the weekly pattern does not have, such as those that were kept."""
    asked = replanning.question(g.db, now=g.now)
    return _question(asked) if asked.touched else redirect(url_for("school_year_page.show"), 303)


@pages.post("/planned")
def settle() -> Answered:
    """Move, call off or keep the planned drop-ins that the weekly pattern does not have."""
    outcome = replanning.settle(g.db, answers=_answers() or Answers("", {}, ""), by=_me(), now=g.now)
    if isinstance(outcome, list):
        return _question(replanning.question(g.db, now=g.now), fault=outcome[0]), 422
    return _question(outcome, again=True) if isinstance(outcome, Asked) else _back("drop-ins", said="saved")


@pages.post("/undo")
def undo() -> Answered:
    """Take back one's own last change of the pattern, with the drop-ins it moved or called off."""
    fault = replanning.undo(g.db, forms.number(request.form.get("change", "")), by=_me(), now=g.now)
    return (_page({"undo": [fault]}), 409) if fault else _back(None, said="pattern_undone")


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


def _change(
    what: PatternChange | SlotForm | HalfTermForm, *, form: str, said: str, given: Mapping[str, str] | None = None
) -> Answered:
    """Make one change of the pattern, or ask what it needs to know first. `form` shows a fault, with what was `given`.

    It leads to the top of the page, where what was done stands beside what takes it back.
    """
    answers = _answers()
    outcome = replanning.change(g.db, what, answers=answers, by=_me(), now=g.now)
    if isinstance(outcome, list) and answers:
        asked = replanning.change(g.db, what, by=_me(), now=g.now)
        return (_question(asked, fault=outcome[0]) if isinstance(asked, Asked) else _page({form: outcome}, given)), 422
    if isinstance(outcome, list):
        return _page({form: outcome}, given), 422
    if isinstance(outcome, Done):
        return _back(None, said=said)
    return _question(outcome, again=answers is not None)


def _question(asked: Asked | AskedOfLetters, *, fault: Fault | None = None, again: bool = False) -> str:
    """The page that asks what becomes of the planned drop-ins. It sends again all that the form before it said."""
    own = {"form_key", "mark", "off_reason", "all"}
    given = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in own and not name.startswith("for-")
    ]
    reason = ENDED_REASON if isinstance(asked, Asked) and asked.ending else OFF_REASON
    return render_template(
        "admin/school/touched.html",
        asked=asked if isinstance(asked, Asked) else None,
        letters=asked if isinstance(asked, AskedOfLetters) else None,
        given=given,
        typed=request.form,
        fault=fault,
        again=again,
        why=WHY_TOUCHED,
        choices=Choice,
        key_of=key_of,
        off_reason=request.form.get("off_reason") or reason,
    )


def _answers() -> Answers | None:
    """What the question's form says, or None without it. 400 if malformed."""
    if "mark" not in request.form:
        return None
    chosen = {
        forms.number(name.removeprefix("for-")): _answer(value)
        for name, value in request.form.items()
        if name.startswith("for-")
    }
    for_all = request.form.get("all", "")
    if for_all and for_all not in tuple(Choice):
        abort(400)
    return Answers(
        request.form["mark"], chosen, request.form.get("off_reason", ""), Choice(for_all) if for_all else None
    )


def _answer(text: str) -> Answer:
    choice, *to = text.split(" ")
    try:
        return Answer(Choice(choice), (int(to[0]), date.fromisoformat(to[1])) if len(to) == 2 else None)
    except ValueError:
        abort(400)


def _adult(given: Mapping[str, str]) -> Staff:
    return staff.by_id(g.db, forms.number(given.get("adult", ""))) or staff.lead(g.db)


def _shift() -> bool | None:
    return {"shift": True, "stay": False}.get(request.form.get("closed_weeks", ""))


def _me() -> str:
    return journal.staff(g.me.id)


def _back(anchor: str | None, *, said: str) -> Response:
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


def _page(faults: Faults | None = None, given: Mapping[str, str] | None = None) -> str:
    """The page. `faults` are by form; a form with faults shows again what was typed, or `given`."""
    today = clock.school_day(g.now, school_year.zone(g.db))
    coming = [each for each in school_year.between(g.db, today, today + AHEAD) if each.starts > g.now]
    change = replanning.last_change(g.db, by=_me(), now=g.now)
    return render_template(
        "admin/school/school_year.html",
        this_week=school_year.this_week(g.db, now=g.now),
        slots=school_year.slots(g.db),
        half_terms=school_year.half_terms(g.db),
        closures=school_year.closures(g.db),
        closed_weeks_shift=g.reading.year.closed_weeks_shift,
        outside=[each.drop_in for each in replanning.outside(g.db, now=g.now)],
        change=change,
        changed=changed_words(change.what) if change else "",
        open_drop_ins=[each for each in coming if not each.closed],
        called_off=[each for each in coming if each.closed],
        staff=staff.everyone(g.db),
        days=DAYS,
        places=range(PAIR, MOST_PLACES + 1),
        pair=PAIR,
        today=today,
        faults=faults or {},
        given=given or request.form,
        slot_as_shown=school_year.slot_form,
        half_term_as_shown=school_year.half_term_form,
    )
