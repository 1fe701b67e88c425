"""Import mentors from a CSV file: a dry run lists all faults by row and column; then all are added, or none."""

import base64

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mentoring.people import mentor_file
from mentoring.people.mentor_file import MentorFile
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
    content = sent.read() if sent else b""
    file = mentor_file.bring_mentors(g.db, content, by=journal.staff(g.me.id), now=g.now, dry_run=True)
    page = _page(file, content)
    return (page, 422) if file.faults else page


@pages.post("/use")
def use() -> Response | tuple[str, int]:
    """Add all mentors in the file, or none."""
    try:
        content = base64.b64decode(request.form.get("carried", ""), validate=True)
    except ValueError:  # not base64, or not ASCII
        content = b""
    file = mentor_file.bring_mentors(g.db, content, by=journal.staff(g.me.id), now=g.now, dry_run=False)
    if file.faults:
        return _page(file), 422
    return redirect(url_for("mentors.all_mentors", said="imported"), 303)


def _page(file: MentorFile | None, content: bytes = b"") -> str:
    carried = base64.b64encode(content).decode("ascii")
    return render_template("admin/people/import.html", file=file, columns=mentor_file.COLUMNS, carried=carried)
