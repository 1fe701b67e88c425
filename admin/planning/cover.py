"""Cover: requests for cover and swaps, what past drop-ins had as attendance, and the limits of all duties."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.people.sentences import ATTENDED, KINDS
from admin.planning.sentences import cover_trouble
from mentoring.basics import clock, forms
from mentoring.basics.forms import Fault
from mentoring.lunch import attendance
from mentoring.lunch.attendance import Attended
from mentoring.people import mentors
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning import cover, rota
from mentoring.planning.cover import Answer, Code, Kind, State
from mentoring.school import school_year
from mentoring.school.school_year import DropIn
from mentoring.store import journal

pages = Blueprint("cover_page", __name__, url_prefix="/cover")

AHEAD = 20
BACK_DAYS = 14
LONGEST_DESPITE = 200
DONE = {
    Code.ASKED: "asked",
    Code.PASSED: "passed",
    Code.OPEN_AGAIN: "refused",
    Code.WITHDRAWN: "taken_back",
}


@pages.get("")
def show() -> str:
    """The open requests, what the lead may enter for a mentor, and the attendance of the last 14 days."""
    return _page()


@pages.post("/ask")
def ask() -> Response | tuple[str, int]:
    """Enter that a mentor cannot come."""
    drop_in_id, mentor_id = _place("place")
    return _after(cover.ask(g.db, drop_in_id, mentor_id, _kind(), by=_me(), now=g.now))


@pages.post("/swap")
def swap() -> Response | tuple[str, int]:
    """Enter a swap of two mentors. It is approved at once, because the lead enters it."""
    (gives, mentor_id), (other_gives, other_id) = _place("place"), _place("other")
    answer = cover.swap(
        g.db, mentor_id=mentor_id, gives=gives, other_id=other_id, other_gives=other_gives, by=_me(), now=g.now
    )
    return _after(_with_yes(answer))


@pages.post("/<int:request_id>/take")
def take(request_id: int) -> Response | tuple[str, int]:
    """Enter that a mentor takes the place. It is approved at once, because the lead enters it."""
    return _after(_with_yes(cover.take(g.db, request_id, _mentor(), by=_me(), now=g.now)))


@pages.post("/<int:request_id>/asked")
def asked(request_id: int) -> Response:
    """Note that the lead asked this mentor, so that others are suggested first next time."""
    if cover.by_id(g.db, request_id) is None:
        abort(404)
    cover.note_asked(g.db, request_id, [_mentor()], by=_me(), now=g.now)
    return _back("noted")


@pages.post("/<int:request_id>/approve")
def approve(request_id: int) -> Response | tuple[str, int]:
    """Approve a request: the rota changes. If a rule is broken, a reason is required."""
    despite = request.form.get("despite", "")[:LONGEST_DESPITE]
    return _after(cover.approve(g.db, request_id, despite=despite, by=_me(), now=g.now))


@pages.post("/<int:request_id>/refuse")
def refuse(request_id: int) -> Response | tuple[str, int]:
    """Refuse whoever took a request: a cover is open again, a swap ends."""
    return _after(cover.refuse(g.db, request_id, by=_me(), now=g.now))


@pages.post("/<int:request_id>/withdraw")
def withdraw(request_id: int) -> Response | tuple[str, int]:
    """Withdraw a request: the mentor can come after all."""
    found = cover.by_id(g.db, request_id) or abort(404)
    return _after(cover.undo(g.db, request_id, found.mentor.id, by=_me(), now=g.now))


@pages.post("/limits")
def limits() -> Response | tuple[str, int]:
    """Set the limits of duties for the whole school."""
    if faults := rota.change_limits(g.db, request.form, by=_me(), now=g.now):
        return _page(limit_faults=faults), 422
    return _back("saved", "settings")


@pages.post("/attended")
def attended() -> Response | tuple[str, int]:
    """Correct the attendance of one mentor at one drop-in."""
    drop_in_id, mentor_id = _place("place")
    try:
        outcome = Attended(request.form.get("outcome", ""))
    except ValueError:
        abort(400)
    fault = attendance.correct(g.db, drop_in_id, mentor_id, outcome, by=_me(), now=g.now)
    if fault:
        return _page(fault=fault), 422
    return _back_from_attendance(mentor_id)


@pages.post("/attended/undo")
def undo_attended() -> Response:
    """Remove a correction: attendance follows from duties and excuses again."""
    drop_in_id, mentor_id = _place("place")
    attendance.undo_correction(g.db, drop_in_id, mentor_id, by=_me(), now=g.now)
    return _back_from_attendance(mentor_id)


def _with_yes(answer: Answer) -> Answer:
    if answer.code is not Code.TAKEN or answer.request is None:
        return answer
    return cover.approve(g.db, answer.request.id, by=_me(), now=g.now)


def _after(answer: Answer) -> Response | tuple[str, int]:
    if answer.code in DONE:
        return _back(DONE[answer.code])
    if answer.code is Code.WARNED:
        return _page(warned=answer), 422
    return _page(trouble=cover_trouble(answer)), 422


def _back(said: str, anchor: str | None = None) -> Response:
    return redirect(url_for("cover_page.show", said=said, _anchor=anchor), 303)


def _back_from_attendance(mentor_id: int) -> Response:
    if request.form.get("page") == "mentor":
        return redirect(url_for("mentors.one", mentor_id=mentor_id, said="saved", _anchor="attendance"), 303)
    return _back("saved", "attendance")


def _place(field: str) -> tuple[int, int]:
    """The drop-in and mentor of a field `DROP-IN:MENTOR`. 400 if malformed, 404 if there is no such drop-in."""
    drop_in, _, mentor = request.form.get(field, "").partition(":")
    if not (forms.number(drop_in) and forms.number(mentor)):
        abort(400)
    try:
        school_year.by_id(g.db, int(drop_in))
    except LookupError:
        abort(404)
    return int(drop_in), int(mentor)


def _kind() -> Kind:
    try:
        return Kind(request.form.get("kind", ""))
    except ValueError:
        abort(400)


def _mentor() -> int:
    found = mentors.mentor(g.db, request.form.get("mentor", type=int) or 0)
    return found.id if found else abort(400)


def _me() -> str:
    return journal.staff(g.me.id)


def _page(
    *,
    trouble: str = "",
    fault: Fault | None = None,
    warned: Answer | None = None,
    limit_faults: Sequence[Fault] = (),
) -> str:
    live = cover.live(g.db, now=g.now)
    active = [each for each in mentors.mentors(g.db) if each.state is MentorState.ACTIVE]
    known = rota.limits_form(rota.limits(g.db))
    return render_template(
        "admin/planning/cover.html",
        live=[(each, cover.offers(g.db, each) if each.state is State.OPEN else []) for each in live],
        places=_places_ahead(),
        past=_past(),
        mentors=active,
        kinds=KINDS,
        outcomes=ATTENDED,
        limits=forms.as_changed(request.form, known) if limit_faults else known,
        limits_as_shown=known,
        limit_faults=limit_faults,
        given=request.form,
        trouble=trouble,
        fault=fault,
        warned=warned,
    )


def _places_ahead() -> list[tuple[DropIn, Mentor]]:
    """Who is due on the next drop-ins that have not begun."""
    coming = school_year.coming(g.db, now=g.now, most=AHEAD)
    return [(each, mentor) for each in coming if each.id and each.starts > g.now for mentor in rota.due(g.db, each)]


def _past() -> list[tuple[DropIn, list[attendance.Attendance]]]:
    """The attendance of the drop-ins of the last 14 days, newest first, without those that nobody was due on."""
    today = clock.school_day(g.now, school_year.zone(g.db))
    days = school_year.between(g.db, today - timedelta(days=BACK_DAYS), today)
    told = [(each, attendance.of_drop_in(g.db, each, now=g.now)) for each in reversed(days)]
    return [(each, people_there) for each, people_there in told if people_there]
