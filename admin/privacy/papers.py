"""The privacy papers: the record of processing, the impact assessment, the answer to pupils, and their signatures."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask import Response as FileResponse
from werkzeug.wrappers import Response

from admin.frame.downloads import CSV, saved
from mentoring.access import staff
from mentoring.basics import forms
from mentoring.basics.forms import Fault
from mentoring.privacy import papers
from mentoring.privacy.papers import Paper
from mentoring.store import journal

pages = Blueprint("privacy_papers", __name__, url_prefix="/privacy")


@pages.get("/record")
def record() -> str:
    """The record of processing activities, to print (UK GDPR art 30)."""
    return _paper("admin/privacy/privacy_record.html", Paper.RECORD)


@pages.get("/record.csv")
def record_csv() -> FileResponse:
    """The record of processing activities as CSV."""
    text = papers.record_csv(papers.record(g.db))
    return saved(text, "record-of-processing.csv", CSV)


@pages.get("/assessment")
def assessment() -> str:
    """The draft of the data protection impact assessment, to print (UK GDPR art 35)."""
    return _paper("admin/privacy/privacy_assessment.html", Paper.ASSESSMENT)


@pages.post("/<any(record, assessment):paper>/sign")
def sign(paper: str) -> Response | tuple[str, int]:
    """Sign a paper. Refused if the paper has changed since the page was shown."""
    signed = Paper(paper)
    fault = papers.sign(
        g.db,
        signed,
        request.form.get("signature", ""),
        seen=request.form.get("seen", ""),
        by=journal.staff(g.me.id),
        now=g.now,
    )
    if fault:
        return _paper(f"admin/privacy/privacy_{signed}.html", signed, fault=fault), 422
    return redirect(url_for(f"privacy_papers.{signed}", said="signed"), 303)


@pages.get("/pupils")
def pupils() -> str:
    """The answer to a pupil who asks what is stored about them: it cannot be found by person (UK GDPR art 11)."""
    return render_template("admin/privacy/privacy_pupils.html", date=g.reading.today)


def _name_of(actor: str) -> str:
    """The name of an actor such as `staff 3`; the actor as it is if nobody is found."""
    kind, _, number = actor.partition(" ")
    member = staff.by_id(g.db, forms.number(number)) if kind == "staff" else None
    return member.name if member else actor


def _paper(template: str, paper: Paper, *, fault: Fault | None = None) -> str:
    return render_template(
        template,
        date=g.reading.today,
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
