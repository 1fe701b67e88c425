"""The rota on paper and as a file: a poster, a slip for each mentor, CSV export, and CSV import after a dry run."""

import base64
import hashlib
from dataclasses import dataclass

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.frame.downloads import CSV, saved
from admin.frame.sentences import short_day
from admin.frame.workbooks import brought
from admin.planning.rota import asked_stretch, by_weeks
from mentoring.people import mentors
from mentoring.people.mentors import Mentor
from mentoring.planning import rota, rota_file
from mentoring.planning.optimiser.term_files import ROTA_COLUMNS
from mentoring.planning.rota import Cell
from mentoring.planning.rota_file import RotaFile
from mentoring.school import school_year
from mentoring.school.programme import DAYS
from mentoring.store import journal

pages = Blueprint("rota_papers", __name__, url_prefix="/rota")


@dataclass(frozen=True)
class Slip:
    """One mentor's duties of a half term, each with the others who are due."""

    mentor: Mentor
    duties: tuple[tuple[Cell, tuple[Mentor, ...]], ...]


@pages.get("/poster")
def poster() -> str:
    """The poster. Names only mentors who agreed to be shown on screens, as the board does (P12)."""
    chosen = asked_stretch()
    weeks = by_weeks(rota.glance(g.db, chosen.first, chosen.last), chosen)
    return render_template(
        "admin/planning/rota_poster.html",
        stretch=chosen,
        weeks=weeks,
        weekdays=[each.weekday() for each, _ in weeks[0].days] if weeks else [],
        days=DAYS,
    )


@pages.get("/slips")
def slips() -> str:
    """A slip for each mentor with their duties from now on: when, where, and with whom."""
    chosen = asked_stretch()
    cells = [each for each in rota.glance(g.db, chosen.first, chosen.last) if each.drop_in.ends > g.now]
    return render_template("admin/planning/rota_slips.html", stretch=chosen, slips=_slips(cells))


@pages.get("/rota.csv")
def as_csv() -> Response:
    """The half term as CSV, in the format of `dropin rota plan`."""
    chosen, zone = asked_stretch(), school_year.zone(g.db)
    names = rota_file.names_of(mentors.mentors(g.db))
    text = rota_file.rota_text(rota.glance(g.db, chosen.first, chosen.last), names, zone=zone)
    return saved(text, f"rota {short_day(chosen.first)} {chosen.first.year}.csv", CSV)


@pages.get("/bring")
def choose_file() -> str:
    """The form to choose a file."""
    return _file_page(None)


@pages.post("/bring")
def dry_run() -> str | tuple[str, int]:
    """Show what the file would change. The page carries the file to the next step; the server stores nothing."""
    sent = request.files.get("file")
    table = brought(sent.read() if sent else b"")
    file = rota_file.bring_rota(g.db, table.content, by=journal.staff(g.me.id), now=g.now, dry_run=True)
    page = _file_page(file, table.content, left_out=table.words)
    return (page, 422) if file.faults else page


@pages.post("/bring/use")
def use() -> AnyResponse | tuple[str, int]:
    """Apply all changes of the file as shown, or none. 409 if they differ from those that were shown."""
    try:
        content = base64.b64decode(request.form.get("carried", ""), validate=True)
    except ValueError:  # not base64, or not ASCII
        content = b""
    me = journal.staff(g.me.id)
    file = rota_file.bring_rota(g.db, content, by=me, now=g.now, dry_run=True)
    if not file.faults and _mark(file) != request.form.get("mark"):
        return _file_page(file, content, moved_on=True), 409
    if not file.faults:
        file = rota_file.use_file(g.db, file, by=me, now=g.now)
    if file.faults:
        return _file_page(file), 422
    return redirect(url_for("rota_page.rota_by_hand", half=asked_stretch().id, said="brought"), 303)


def _file_page(file: RotaFile | None, content: bytes = b"", *, moved_on: bool = False, left_out: str = "") -> str:
    return render_template(
        "admin/planning/rota_bring.html",
        file=file,
        stretch=asked_stretch(),
        columns=ROTA_COLUMNS,
        carried=base64.b64encode(content).decode("ascii"),
        mark=_mark(file) if file else "",
        moved_on=moved_on,
        left_out=left_out,
    )


def _mark(file: RotaFile) -> str:
    """A hash of the changes that the file would make."""
    return hashlib.sha256(repr(file.plan).encode()).hexdigest()[:16]


def _slips(cells: list[Cell]) -> list[Slip]:
    found: dict[int, tuple[Mentor, list[tuple[Cell, tuple[Mentor, ...]]]]] = {}
    for cell in cells:
        for due in cell.due:
            others = tuple(each.mentor for each in cell.due if each is not due)
            found.setdefault(due.mentor.id, (due.mentor, []))[1].append((cell, others))
    names = sorted(found.values(), key=lambda each: (each[0].family_name.casefold(), each[0].given_name.casefold()))
    return [Slip(mentor, tuple(duties)) for mentor, duties in names]
