"""End a school year: first a preview that names what will be lost, then the change."""

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

MOST_DUTIES = 200  # the most coming duties that are counted for one mentor


@dataclass(frozen=True)
class Losses:
    """What the end of the year would remove, as counts."""

    leavers: int
    badges: int
    duties: int


@pages.get("")
def dry_run() -> str:
    """Preview who would leave, whose year group changes, and what is unclear. Changes nothing."""
    return _page(request.args)


@pages.post("")
def end() -> Response | tuple[str, int]:
    """End the year as previewed. If anything has changed since, shows the new preview with 409."""
    groups, ids = _leaving(request.form)
    seen, me = request.form.get("mark", ""), journal.staff(g.me.id)
    ended = year_end.end_year(g.db, year_groups=groups, mentor_ids=ids, seen=seen, by=me, now=g.now)
    if ended.on_duty or ended.differs:
        return _page(request.form, changed=ended.differs), 409
    return redirect(url_for("year_end_page.dry_run", said="year_ended"), 303)


def losses(db: Database, planned: YearEnd) -> Losses:
    """Count what the end of the year would remove."""
    return Losses(
        leavers=len(planned.leavers),
        badges=sum(each.has_badge for each in planned.leavers),
        duties=sum(len(rota.next_duties(db, each.id, now=g.now, most=MOST_DUTIES)) for each in planned.leavers),
    )


def _leaving(given: MultiDict[str, str]) -> tuple[list[str], list[int]]:
    """The year groups and the ids of mentors that leave, from a form or an address."""
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
