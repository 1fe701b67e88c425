"""A mentor leaves: a preview, then the change. It can be undone on that day; later the mentor can be put back."""

from collections.abc import Sequence

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.people.mentors import mentor_or_404
from admin.planning.sentences import cover_ends, cover_waits, leaving_trouble, left_with_a_gap, not_back
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning import leaving
from mentoring.planning.leaving import Code
from mentoring.store import journal

pages = Blueprint("leaving_page", __name__, url_prefix="/mentors/<int:mentor_id>/leaving")


@pages.get("")
def show(mentor_id: int) -> str | Response:
    """Preview what this mentor's leaving would end. Changes nothing."""
    mentor = mentor_or_404(mentor_id)
    return _mentors_page(mentor) if mentor.state is MentorState.LEFT else _page(mentor_id)


@pages.post("")
def leave(mentor_id: int) -> str | Response | tuple[str, int]:
    """Record that the mentor left, as previewed. If anything has changed since, shows the new preview with 409."""
    mentor = mentor_or_404(mentor_id)
    outcome = leaving.leave(g.db, mentor_id, seen=request.form.get("mark", ""), by=_me(), now=g.now)
    if outcome.code in (Code.LEFT, Code.ALREADY_LEFT):
        return _mentors_page(mentor, said="has_left")
    return _page(mentor_id, code=outcome.code), 409


@pages.post("/take-back")
def take_back(mentor_id: int) -> str | Response | tuple[str, int]:
    """Undo a leaving of today. Lists what could not be restored."""
    mentor = mentor_or_404(mentor_id)
    return _after(mentor, leaving.take_back(g.db, mentor_id, by=_me(), now=g.now), said="taken_back")


@pages.post("/put-back")
def put_back(mentor_id: int) -> str | Response | tuple[str, int]:
    """Make somebody who left on an earlier day a mentor again."""
    mentor = mentor_or_404(mentor_id)
    return _after(mentor, leaving.put_back_on_list(g.db, mentor_id, by=_me(), now=g.now), said="on_the_list")


def _after(mentor: Mentor, outcome: leaving.Outcome, *, said: str) -> str | Response | tuple[str, int]:
    if outcome.code not in (Code.CAME_BACK, Code.NOT_LEFT):
        return _answer(mentor, trouble=leaving_trouble(outcome.code, mentor)), 409
    if outcome.lost:
        return _answer(mentor, lost=[not_back(each, zone=g.reading.zone) for each in outcome.lost])
    return _mentors_page(mentor, said=said)


def _answer(mentor: Mentor, *, trouble: str = "", lost: Sequence[str] = ()) -> str:
    return render_template("admin/planning/leaving_answer.html", mentor=mentor, trouble=trouble, lost=lost)


def _page(mentor_id: int, *, code: Code | None = None) -> str:
    told = leaving.preview(g.db, mentor_id, now=g.now)
    assert told is not None  # noqa: S101 # checked by mentor_or_404
    blocked = Code.ON_DUTY if told.on_duty_until else code
    return render_template(
        "admin/planning/leaving.html",
        told=told,
        mentor=told.mentor,
        mark=leaving.mark(told),
        trouble=leaving_trouble(blocked, told.mentor, until=told.on_duty_until, zone=g.reading.zone) if blocked else "",
        asked=[cover_ends(each, zone=g.reading.zone) for each in told.asked],
        taken=[cover_waits(each, zone=g.reading.zone) for each in told.taken],
        places=[(each, left_with_a_gap(each)) for each in told.places],
    )


def _mentors_page(mentor: Mentor, *, said: str | None = None) -> Response:
    return redirect(url_for("mentors.one", mentor_id=mentor.id, said=said), 303)


def _me() -> str:
    return journal.staff(g.me.id)
