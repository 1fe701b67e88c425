"""The privacy page: retention periods, legal holds, the privacy papers, and the data of one person."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.privacy.papers import _name_of
from mentoring.access import staff
from mentoring.basics.forms import Fault
from mentoring.people import mentors
from mentoring.privacy import erasure, holds, papers, retention
from mentoring.privacy.data_map import CLASSES
from mentoring.privacy.holds import Held
from mentoring.privacy.papers import Paper
from mentoring.privacy.tombstones import Whose
from mentoring.store import journal

pages = Blueprint("privacy_page", __name__, url_prefix="/privacy")


@pages.get("")
def show() -> str:
    """Show the page."""
    return _page()


@pages.post("/periods/<code>")
def set_period(code: str) -> Response | tuple[str, int]:
    """Set the retention period of one class of data, with the source of the rule and a review date."""
    given = {name: request.form.get(name, "") for name in ("count", "source", "review")}
    faults = retention.set_period(g.db, code, **given, by=_me(), now=g.now)
    if faults:
        return _page(faults=faults, code=code), 422
    return redirect(url_for("privacy_page.show", said="period", _anchor=code), 303)


@pages.post("/periods")
def confirm_periods() -> Response | tuple[str, int]:
    """Write down that somebody has looked at the periods, and that those nobody has chosen stay as proposed."""
    faults = retention.confirm_proposals(g.db, review=request.form.get("review", ""), by=_me(), now=g.now)
    if faults:
        return _page(faults=faults, code="periods"), 422
    return redirect(url_for("privacy_page.show", said="looked_at", _anchor="periods"), 303)


@pages.post("/holds")
def hold() -> Response | tuple[str, int]:
    """Put a legal hold on a person or a class of data, with a reason."""
    what, _, key = request.form.get("what", "").partition(":")
    reason = request.form.get("reason", "")
    faults = holds.hold_faults(what, key, reason)
    outcome = faults or holds.begin(g.db, Held(what), key, reason, by=_me(), now=g.now)
    if isinstance(outcome, list):
        return _page(faults=outcome, code="holds"), 422
    return redirect(url_for("privacy_page.show", said="held", _anchor="holds"), 303)


@pages.post("/holds/<int:hold_id>/end")
def end_hold(hold_id: int) -> Response:
    """End a legal hold: the next run of retention covers its data again."""
    holds.end(g.db, hold_id, by=_me(), now=g.now)
    return redirect(url_for("privacy_page.show", said="hold_ended", _anchor="holds"), 303)


def _me() -> str:
    return journal.staff(g.me.id)


def _page(*, faults: Sequence[Fault] = (), code: str = "") -> str:
    return render_template(
        "admin/privacy/privacy.html",
        record=papers.record(g.db),
        unclassed=papers.unclassed(g.db),
        proposals=retention.proposals(g.db),
        in_a_year=g.reading.today + timedelta(days=365),
        last_run=retention.last_run(g.db),
        holds=holds.every(g.db),
        mentors=[each for each in mentors.mentors(g.db) if each.id not in erasure.erased_on(g.db, Whose.MENTOR)],
        staff=staff.everyone(g.db),
        former=[each for each in staff.former(g.db) if each.id not in erasure.erased_on(g.db, Whose.STAFF)],
        classes=[each for each in CLASSES if each.can_be_held],
        signed=papers.sign_offs(g.db),
        Paper=Paper,
        today=g.reading.today,
        name_of=_name_of,
        faults=faults,
        code=code,
        given=request.form,
    )
