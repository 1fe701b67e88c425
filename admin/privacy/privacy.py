"""Privacy: what is kept and how long, legal holds, the data protection officer's papers, and one person's data."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask import Response as FileResponse
from werkzeug.wrappers import Response

from admin.frame.downloads import CSV, ZIP, saved
from mentoring.access import staff
from mentoring.basics import clock, forms
from mentoring.basics.forms import Fault
from mentoring.people import mentors
from mentoring.privacy import erasure, holds, papers, retention, subject_access
from mentoring.privacy.data_map import CLASSES
from mentoring.privacy.holds import Held
from mentoring.privacy.papers import Paper
from mentoring.privacy.subject_access import Everything
from mentoring.privacy.tombstones import Whose
from mentoring.school import programme
from mentoring.store import journal
from mentoring.store.database import StillRead

pages = Blueprint("privacy_page", __name__, url_prefix="/privacy")

PERSON = "<any(mentors, staff):home>/<int:person_id>"
WHOSE: Mapping[str, Whose] = {"mentors": Whose.MENTOR, "staff": Whose.STAFF}


@pages.get("")
def show() -> str:
    """What is kept and for how long, what is held, and the way to the papers."""
    return _page()


@pages.post("/periods/<code>")
def set_period(code: str) -> Response | tuple[str, int]:
    """Another period for one class of data, with what it rests on."""
    given = {name: request.form.get(name, "") for name in ("count", "source", "review")}
    faults = retention.set_period(g.db, code, **given, by=_me(), now=g.now)
    if faults:
        return _page(faults=faults, code=code), 422
    return redirect(url_for("privacy_page.show", said="period", _anchor=code), 303)


@pages.post("/run")
def run() -> Response | tuple[str, int]:
    """An adult says that the date is right: what has had its time is forgotten now."""
    try:
        retention.run(g.db, folder=g.settings.data, now=g.now, by=_me())
    except StillRead:
        return redirect(url_for("privacy_page.show", said="still_read"), 303)
    return redirect(url_for("privacy_page.show", said="forgotten"), 303)


@pages.post("/holds")
def hold() -> Response | tuple[str, int]:
    """A legal hold on a person or a class, with its reason."""
    what, _, key = request.form.get("what", "").partition(":")
    reason = request.form.get("reason", "")
    faults = holds.hold_faults(what, key, reason)
    outcome = faults or holds.begin(g.db, Held(what), key, reason, by=_me(), now=g.now)
    if isinstance(outcome, list):
        return _page(faults=outcome, code="holds"), 422
    return redirect(url_for("privacy_page.show", said="held", _anchor="holds"), 303)


@pages.post("/holds/<int:hold_id>/end")
def end_hold(hold_id: int) -> Response:
    """The hold is over: retention goes on at its next run."""
    holds.end(g.db, hold_id, by=_me(), now=g.now)
    return redirect(url_for("privacy_page.show", said="hold_ended", _anchor="holds"), 303)


@pages.get("/record")
def record() -> str:
    """The record of processing activities, to print."""
    return _paper("admin/privacy/privacy_record.html", Paper.RECORD)


@pages.get("/record.csv")
def record_csv() -> FileResponse:
    """The same for a spreadsheet."""
    text = papers.record_csv(papers.record(g.db))
    return saved(text.encode("utf-8-sig"), "record-of-processing.csv", CSV)


@pages.get("/assessment")
def assessment() -> str:
    """The draft of the impact assessment, to print."""
    return _paper("admin/privacy/privacy_assessment.html", Paper.ASSESSMENT)


@pages.post("/<any(record, assessment):paper>/sign")
def sign(paper: str) -> Response | tuple[str, int]:
    """Somebody signs a paper as it was shown."""
    signed = Paper(paper)
    fault = papers.sign(
        g.db, signed, request.form.get("signature", ""), seen=request.form.get("seen", ""), by=_me(), now=g.now
    )
    if fault:
        return _paper(f"admin/privacy/privacy_{signed}.html", signed, fault=fault), 422
    return redirect(url_for(f"privacy_page.{signed}", said="signed"), 303)


@pages.get("/pupils")
def pupils() -> str:
    """What a school answers a pupil who asks what is held about them: it cannot tell (UK GDPR art 11)."""
    return render_template("admin/privacy/privacy_pupils.html", date=clock.school_day(g.now, _zone()))


@pages.get("/person")
def find() -> Response:
    """From the list of people to one of them."""
    home, _, number = request.args.get("who", "").partition(":")
    if home not in WHOSE or not forms.number(number):
        return redirect(url_for("privacy_page.show", _anchor="person"), 303)
    return redirect(url_for("privacy_page.person", home=home, person_id=forms.number(number)), 303)


@pages.get(f"/{PERSON}")
def person(home: str, person_id: int) -> str:
    """Everything that is held about one person, to read and to print. The journal says that it was handed out."""
    return render_template(
        "admin/privacy/privacy_person.html",
        told=_handed_over(home, person_id),
        home=home,
        heading=subject_access.heading,
    )


@pages.get(f"/{PERSON}.zip")
def take_along(home: str, person_id: int) -> FileResponse:
    """The same to take along: tables for people, one file for programs."""
    told = _handed_over(home, person_id)
    return saved(subject_access.as_zip(told, school=_school()), f"drop-in-{told.whose}-{told.id}.zip", ZIP)


@pages.get(f"/{PERSON}/erase")
def before_erasing(home: str, person_id: int) -> str:
    """What would be lost, and what would stay and why."""
    return _erasing(home, person_id)


@pages.post(f"/{PERSON}/erase")
def erase(home: str, person_id: int) -> str | tuple[str, int]:
    """Erase everything about one person, once somebody has ticked that they mean it."""
    whose = WHOSE[home]
    if request.form.get("sure") != "yes":
        unsure = Fault("sure", "is not ticked", "read what will be lost, tick the box, then erase")
        return _erasing(home, person_id, fault=unsure), 422
    outcome = erasure.erase(g.db, whose, person_id, folder=g.settings.data, by=_me(), now=g.now)
    if isinstance(outcome, Fault):
        return _erasing(home, person_id), 422
    return render_template("admin/privacy/privacy_erased.html", outcome=outcome, home=home)


def _me() -> str:
    return journal.staff(g.me.id)


def _handed_over(home: str, person_id: int) -> Everything:
    return subject_access.hand_over(g.db, WHOSE[home], person_id, by=_me(), now=g.now) or abort(404)


def _name_of(actor: str) -> str:
    """A person's name from the journal's name of them."""
    kind, _, number = actor.partition(" ")
    member = staff.by_id(g.db, forms.number(number)) if kind == "staff" else None
    return member.name if member else actor


def _page(*, faults: Sequence[Fault] = (), code: str = "") -> str:
    return render_template(
        "admin/privacy/privacy.html",
        record=papers.record(g.db),
        unclassed=papers.unclassed(g.db),
        last_run=retention.last_run(g.db),
        waits=retention.waits_for_an_adult(g.db, now=g.now),
        holds=holds.every(g.db),
        mentors=[each for each in mentors.mentors(g.db) if each.id not in erasure.erased_on(g.db, Whose.MENTOR)],
        staff=staff.everyone(g.db),
        former=[each for each in staff.former(g.db) if each.id not in erasure.erased_on(g.db, Whose.STAFF)],
        classes=[each for each in CLASSES if each.can_be_held],
        signed=papers.sign_offs(g.db),
        Paper=Paper,
        today=clock.school_day(g.now, _zone()),
        name_of=_name_of,
        faults=faults,
        code=code,
        given=request.form,
    )


def _paper(template: str, paper: Paper, *, fault: Fault | None = None) -> str:
    return render_template(
        template,
        date=clock.school_day(g.now, _zone()),
        record=papers.record(g.db),
        unclassed=papers.unclassed(g.db),
        risks=papers.RISKS,
        version=papers.version(g.db),
        mark=papers.mark(g.db),
        signed=papers.sign_offs(g.db).get(paper),
        paper=paper,
        name_of=_name_of,
        fault=fault,
        given=request.form,
    )


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
        refused=erasure.refused_because(g.db, whose, person_id, by=_me(), now=g.now),
        fault=fault,
    )


def _zone() -> str:
    return programme.load(g.db).zone


def _school() -> str:
    return programme.load(g.db).school
