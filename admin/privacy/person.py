"""What is stored about one person: to read, to export and to erase."""

from collections.abc import Mapping

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask import Response as FileResponse
from werkzeug.wrappers import Response

from admin.frame.downloads import ZIP, saved
from admin.privacy.sentences import Wrong
from mentoring.basics import forms
from mentoring.basics.forms import Fault
from mentoring.privacy import erasure, subject_access
from mentoring.privacy.subject_access import Everything
from mentoring.privacy.tombstones import Whose
from mentoring.store import journal

pages = Blueprint("privacy_person", __name__, url_prefix="/privacy")

WHOSE: Mapping[str, Whose] = {"mentors": Whose.MENTOR, "staff": Whose.STAFF}
PERSON = "<any(mentors, staff):home>/<int:person_id>"


@pages.get("/person")
def find() -> Response:
    """Redirect from the choice `mentors:7` or `staff:3` to that person's page."""
    home, _, number = request.args.get("who", "").partition(":")
    if home not in WHOSE or not forms.number(number):
        return redirect(url_for("privacy_page.show", _anchor="person"), 303)
    return redirect(url_for("privacy_person.person", home=home, person_id=forms.number(number)), 303)


@pages.get(f"/{PERSON}")
def person(home: str, person_id: int) -> str:
    """Show all that is stored about one person. The journal notes that it was shown."""
    return render_template(
        "admin/privacy/privacy_person.html",
        told=_handed_over(home, person_id),
        home=home,
        heading=subject_access.heading,
    )


@pages.get(f"/{PERSON}.zip")
def take_along(home: str, person_id: int) -> FileResponse:
    """All that is stored about one person as a ZIP: CSV tables, and one file for programs."""
    told = _handed_over(home, person_id)
    return saved(
        subject_access.as_zip(told, school=g.reading.programme.school), f"drop-in-{told.whose}-{told.id}.zip", ZIP
    )


@pages.get(f"/{PERSON}/erase")
def before_erasing(home: str, person_id: int) -> str:
    """Show what an erasure would delete, and what stays and why."""
    return _erasing(home, person_id)


@pages.post(f"/{PERSON}/erase")
def erase(home: str, person_id: int) -> str | tuple[str, int]:
    """Erase one person's data. Requires the tick that confirms it."""
    whose = WHOSE[home]
    if request.form.get("sure") != "yes":
        unsure = Fault("sure", Wrong.NOT_SURE)
        return _erasing(home, person_id, fault=unsure), 422
    outcome = erasure.erase(g.db, whose, person_id, folder=g.settings.data, by=journal.staff(g.me.id), now=g.now)
    if isinstance(outcome, Fault):
        return _erasing(home, person_id), 422
    return render_template("admin/privacy/privacy_erased.html", outcome=outcome, home=home)


def _handed_over(home: str, person_id: int) -> Everything:
    return subject_access.hand_over(g.db, WHOSE[home], person_id, by=journal.staff(g.me.id), now=g.now) or abort(404)


def _erasing(home: str, person_id: int, *, fault: Fault | None = None) -> str:
    whose = WHOSE[home]
    told = subject_access.everything(g.db, whose, person_id, now=g.now) or abort(404)
    return render_template(
        "admin/privacy/privacy_erase.html",
        told=told,
        home=home,
        lost=[each for each in told.sections if erasure.is_lost(whose, each.table)],
        kept=erasure.kept_because(g.db, whose),
        erased=erasure.erased_on(g.db, whose).get(person_id),
        refused=erasure.refused_because(g.db, whose, person_id, by=journal.staff(g.me.id), now=g.now),
        fault=fault,
    )
