"""A mentor's availability, edited on the mentor's page: days, duties a week, and mentors to keep apart from."""

from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from admin.people.mentors import page
from admin.planning.sentences import Wrong
from mentoring.basics.forms import Fault
from mentoring.people import mentors
from mentoring.people.mentors import Mentor
from mentoring.planning import availability
from mentoring.planning.availability import ApartWhy, Days, Means, Why
from mentoring.store import journal

pages = Blueprint("availability_page", __name__, url_prefix="/mentors/<int:mentor_id>")

Chosen = TypeVar("Chosen", bound=StrEnum)


@pages.post("/availability")
def add(mentor_id: int) -> Response | tuple[str, int]:
    """Add days on which the mentor cannot come, or would like to."""
    mentor, means, why = _mentor(mentor_id), _one_of(Means, "means"), _one_of(Why, "why")
    days = availability.new_days(request.form)
    if isinstance(days, Days):
        reason = request.form.get("reason", "")
        added = availability.add(g.db, mentor_id, means, days, why=why, reason=reason, by=_me(), now=g.now)
        if isinstance(added, int):
            return _back(mentor_id)
        days = [added]
    return _again(mentor, days)


@pages.post("/availability/<int:entry_id>/remove")
def remove(mentor_id: int, entry_id: int) -> Response:
    """Remove one entry of days."""
    _mentor(mentor_id)
    if entry_id not in {each.id for each in availability.entries(g.db, mentor_id)}:
        return _back(mentor_id)
    availability.remove(g.db, entry_id, by=_me(), now=g.now)
    return _back(mentor_id)


@pages.post("/cap")
def cap(mentor_id: int) -> Response | tuple[str, int]:
    """Set the most duties a week; empty means the school's usual number."""
    mentor, text = _mentor(mentor_id), request.form.get("cap", "").strip()
    if text and not (text.isascii() and text.isdecimal() and len(text) < 4):
        return _again(mentor, [Fault("cap", Wrong.CAP_IS_NO_NUMBER, {"given": text[:20]})])
    fault = availability.set_cap(g.db, mentor_id, int(text) if text else None, by=_me(), now=g.now)
    return _again(mentor, [fault]) if fault else _back(mentor_id)


@pages.post("/apart")
def keep_apart(mentor_id: int) -> Response | tuple[str, int]:
    """Keep this mentor from being paired with another one."""
    mentor, other = _mentor(mentor_id), request.form.get("other", type=int) or 0
    fault = availability.keep_apart(g.db, mentor_id, other, _one_of(ApartWhy, "apart_why"), by=_me(), now=g.now)
    return _again(mentor, [replace(fault, field="other")]) if fault else _back(mentor_id)


@pages.post("/apart/<int:other_id>/remove")
def let_together(mentor_id: int, other_id: int) -> Response:
    """Allow the two mentors to be a pair again."""
    _mentor(mentor_id)
    availability.let_together(g.db, mentor_id, other_id, by=_me(), now=g.now)
    return _back(mentor_id)


def _mentor(mentor_id: int) -> Mentor:
    return mentors.mentor(g.db, mentor_id) or abort(404)


def _one_of(words: type[Chosen], field: str) -> Chosen:
    try:
        return words(request.form.get(field, ""))
    except ValueError:
        abort(400)


def _again(mentor: Mentor, faults: list[Fault]) -> tuple[str, int]:
    return page(mentor, faults=[], availability_faults=faults), 422


def _back(mentor_id: int) -> Response:
    return redirect(url_for("mentors.one", mentor_id=mentor_id, said="saved", _anchor="availability"), 303)


def _me() -> str:
    return journal.staff(g.me.id)
