"""The end of a school year: first what it would do, then the doing, which names what will be lost."""

import hashlib
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlite_utils import Database
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from mentoring.basics import forms
from mentoring.people import mentors
from mentoring.people.mentors import MentorState
from mentoring.planning import rota
from mentoring.store import journal
from mentoring.year import year_end
from mentoring.year.year_end import YearEnd

pages = Blueprint("year_end_page", __name__, url_prefix="/school-year/end")

MOST_DUTIES = 200  # coming duties of one mentor that are counted


@dataclass(frozen=True)
class Losses:
    """What is gone once the year has ended: counts, for the sentence above the button."""

    leavers: int
    badges: int
    duties: int
    mark: str


@pages.get("")
def dry_run() -> str:
    """Who would leave, whose year moves up, and what is unclear. Changes nothing."""
    return _page(request.args)


@pages.post("")
def end() -> Response | tuple[str, int]:
    """End the year as it was shown; when something has changed since, show it again instead."""
    planned = _planned(request.form)
    if planned.done is None:
        if planned.on_duty or request.form.get("mark") != losses(g.db, planned).mark:
            return _page(request.form, changed=not planned.on_duty), 409
        groups, ids = _leaving(request.form)
        year_end.end_year(g.db, year_groups=groups, mentor_ids=ids, by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("year_end_page.dry_run", said="year_ended"), 303)


def losses(db: Database, planned: YearEnd) -> Losses:
    """What this year's end takes away, and a mark of all that it does."""
    done = [
        [(each.id, each.year_group, each.has_badge) for each in planned.leavers],
        [(each.mentor.id, each.to) for each in planned.moves],
        [each.id for each in planned.unclear],
    ]
    return Losses(
        leavers=len(planned.leavers),
        badges=sum(each.has_badge for each in planned.leavers),
        duties=sum(len(rota.next_duties(db, each.id, now=g.now, most=MOST_DUTIES)) for each in planned.leavers),
        mark=hashlib.sha256(repr(done).encode()).hexdigest()[:16],
    )


def _leaving(given: MultiDict[str, str]) -> tuple[list[str], list[int]]:
    """The year groups and the mentors that leave, as a form or an address names them."""
    return given.getlist("year_group"), [number for each in given.getlist("mentor") if (number := forms.number(each))]


def _planned(given: MultiDict[str, str]) -> YearEnd:
    groups, ids = _leaving(given)
    return year_end.preview(g.db, year_groups=groups, mentor_ids=ids, now=g.now)


def _page(given: MultiDict[str, str], *, changed: bool = False) -> str:
    here = [each for each in mentors.mentors(g.db) if each.state is not MentorState.LEFT]
    planned = _planned(given)
    return render_template(
        "admin/year/year_end.html",
        planned=planned,
        losses=losses(g.db, planned),
        mentors=here,
        year_groups=sorted({each.year_group for each in here if each.year_group}, key=lambda each: (len(each), each)),
        given=given,
        changed=changed,
    )
