"""Bring a list of mentors: a dry run says what is read, who is new and what is wrong; then all of it, or nothing."""

import base64
from collections.abc import Mapping

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask import Response as FileResponse
from werkzeug.wrappers import Response

from admin.frame.downloads import CSV, saved
from admin.frame.workbooks import brought
from mentoring.basics import forms
from mentoring.people import mentor_file, mentors
from mentoring.people.mentor_file import Answer, MentorFile
from mentoring.people.mentors import MentorState
from mentoring.store import journal

pages = Blueprint("importing", __name__, url_prefix="/mentors/import")


@pages.get("")
def choose() -> str:
    """The form to choose a file."""
    return _page(None)


@pages.post("")
def dry_run() -> str | tuple[str, int]:
    """Show what the file would change. The page carries the file to the next step; the server stores nothing."""
    sent = request.files.get("file")
    table = brought(sent.read() if sent else b"")
    file = mentor_file.bring_mentors(g.db, table.content, by=journal.staff(g.me.id), now=g.now, dry_run=True)
    page = _page(file, table.content, left_out=table.words)
    return (page, 422) if file.faults else page


@pages.post("/use")
def use() -> Response | tuple[str, int]:
    """Add all mentors in the file, or none."""
    try:
        content = base64.b64decode(request.form.get("carried", ""), validate=True)
    except ValueError:  # not base64, or not ASCII
        content = b""
    file = mentor_file.bring_mentors(
        g.db, content, answers=_answers(request.form), by=journal.staff(g.me.id), now=g.now, dry_run=False
    )
    if file.faults or file.asked:
        return _page(file, content), 422
    return redirect(url_for("mentors.all_mentors", said="imported_names" if file.proposed else "imported"), 303)


@pages.get("/mentors.csv")
def as_csv() -> FileResponse:
    """The mentors who have not left as CSV, with the columns of an import: the file to begin next term's list with."""
    here = [each for each in mentors.mentors(g.db) if each.state is not MentorState.LEFT]
    return saved(mentor_file.mentors_text(here), "mentors.csv", CSV)


@pages.get("/template.csv")
def template() -> FileResponse:
    """A file with the columns of an import and nobody in it, to fill in."""
    return saved(mentor_file.template(), "mentors-template.csv", CSV)


def _answers(given: Mapping[str, str]) -> dict[tuple[int, int], Answer]:
    """Who each row is that was asked about, by row and mentor, from fields such as `who-3-12`."""
    found = {}
    for name, answer in given.items():
        who, _, numbers = name.partition("-")
        row, _, mentor_id = numbers.partition("-")
        if who == "who" and answer in list(Answer):
            found[forms.number(row), forms.number(mentor_id)] = Answer(answer)
    return found


def _page(file: MentorFile | None, content: bytes = b"", *, left_out: str = "") -> str:
    carried = base64.b64encode(content).decode("ascii")
    return render_template(
        "admin/people/import.html", file=file, columns=mentor_file.COLUMNS, carried=carried, left_out=left_out
    )
