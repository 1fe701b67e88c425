"""Badges: choose mentors and a sheet, check every QR code by reading it, and download the PDF."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, current_app, g, jsonify, redirect, render_template, request, url_for
from sqlite_utils import Database
from werkzeug.wrappers import Response as AnyResponse

from admin.frame.downloads import PDF, saved
from admin.people.sentences import ALIKE, REMARKS, WITH_PACKAGE
from admin.people.sheets_in_work import Making, SheetInWork, SheetsInWork
from badges import code, stationery
from badges.names import likeness, shown
from badges.sheet import (
    TRUE,
    Card,
    Kind,
    Logo,
    PictureTrouble,
    Printer,
    Remark,
    calibration_page,
    checked_logo,
    picture,
    print_cards,
)
from badges.stationery import SHEETS
from mentoring.basics import forms
from mentoring.basics.forms import Fault
from mentoring.people import badge_register, mentors, printers
from mentoring.people.mentors import Mentor, MentorState
from mentoring.people.printers import MEANT, Choice
from mentoring.school import programme
from mentoring.store import journal

pages = Blueprint("badge_printing", __name__, url_prefix="/badges")

FIRST = Choice("cr80", two_sided=False, printer_id=None)
PATIENCE = 2.5  # seconds that a response waits, so that a small sheet is ready when the page is shown


@pages.get("")
def choose() -> str:
    """The form to choose mentors and a sheet."""
    wanted = {number for each in request.args.getlist("mentor") if (number := forms.number(each))}
    if request.args.get("who") == "everybody":
        wanted = {each.id for each in _active()}
    return _page(wanted=wanted or None)


@pages.post("")
def make() -> AnyResponse | tuple[str, int] | str:
    """Start to make a sheet. Issues missing badges and revokes none. Asks first if one was printed before.

    With the field `printed` it makes none, and notes that the chosen badges are printed.
    """
    active = _active()
    chosen = [each for each in active if str(each.id) in request.form.getlist("mentor")]
    sheet = stationery.named(request.form.get("sheet") or (printers.last_choice(g.db) or FIRST).sheet)
    ids = {each.id for each in chosen}
    if not chosen:
        return _page(wanted=ids, fault="Choose at least one mentor."), 422
    if "printed" in request.form:
        return _note_printed(sorted(ids))
    if sheet is None:
        return _page(wanted=ids, fault="Choose a sheet from the list."), 422
    start = request.form.get("start", 1, type=int)
    if not 1 <= start <= sheet.places:
        return _page(wanted=ids, fault=f"This sheet has labels 1 to {sheet.places}: begin at one of them."), 422
    if "again" not in request.form:
        printed = badge_register.printed(g.db, sorted(ids))
        if printed:
            return _page(wanted=ids, again=[(each, printed[each.id]) for each in chosen if each.id in printed])
    return _begin(chosen, start=start, choice=_choice(sheet))


@pages.post("/<int:mentor_id>/replace")
def replace(mentor_id: int) -> AnyResponse:
    """Replace a lost badge and make a sheet for the new one; the old badge is refused from now on."""
    mentor = mentors.mentor(g.db, mentor_id) or abort(404)
    if mentor.state is not MentorState.ACTIVE:
        abort(404)
    badge_register.replace(g.db, mentor_id, number=request.form.get("number", type=int), by=_me(), now=g.now)
    return _begin([mentor], start=1, choice=printers.last_choice(g.db) or FIRST)


@pages.get("/sheets/<sheet_id>")
def sheet(sheet_id: str) -> str:
    """The progress of a sheet; when every QR code has been read back, its preview and the button to print."""
    work = _find(sheet_id)
    return _sheet_page(work)


@pages.get("/sheets/<sheet_id>.json")
def sheet_json(sheet_id: str) -> Response:
    """The progress of a sheet as JSON, for its page to poll."""
    work = _find(sheet_id)
    return jsonify({"read": work.read, "of": len(work.numbers), "done": work.done.is_set(), "opened": work.opened})


@pages.get("/sheets/<sheet_id>/<int:page>.png")
def sheet_picture(sheet_id: str, page: int) -> Response:
    """One page of a sheet as PNG; pages count from 1."""
    work = _find(sheet_id)
    if not (work.pdf and 1 <= page <= work.pages):
        abort(404)
    return Response(picture(work.pdf, page - 1), mimetype="image/png")


@pages.post("/sheets/<sheet_id>/print")
def print_it(sheet_id: str) -> Response | tuple[str, int]:
    """Send the PDF, and ask from now on whether it printed well. 409 if a badge was replaced or revoked meanwhile."""
    work = _find(sheet_id)
    if not work.pdf:
        abort(404)
    gone = [each for each, number in work.numbers.items() if badge_register.good_number(g.db, each) != number]
    if gone:
        work.fault = "A badge on this sheet was replaced or revoked meanwhile. Make the sheet again."
        return _sheet_page(work), 409
    badge_register.note_sheet(g.db, sorted(work.numbers), by=_me(), now=g.now)
    work.opened = not work.printed
    return saved(work.pdf, f"badges-{g.now:%Y-%m-%d}.pdf", PDF)


@pages.post("/sheets/<sheet_id>/printed")
def say_printed(sheet_id: str) -> AnyResponse:
    """The answer to whether a sheet printed well: after yes its badges count as printed, after no nothing changes."""
    work = _find(sheet_id)
    if not work.pdf:
        abort(404)
    well = request.form.get("well") == "yes"
    if well and not work.printed:
        badge_register.note_printed(g.db, work.numbers, by=_me(), now=g.now)
        work.printed = True
    work.opened = False
    if not well:
        return redirect(url_for("badge_printing.sheet", sheet_id=work.id, said="not_printed"), 303)
    return redirect(url_for("badge_printing.choose", said="printed"), 303)


@pages.post("/sheets/<sheet_id>/stop")
def stop(sheet_id: str) -> AnyResponse:
    """Stop making a sheet."""
    work = _find(sheet_id)
    work.stopped = True
    work.done.wait(PATIENCE)
    return redirect(url_for("badge_printing.sheet", sheet_id=work.id), 303)


@pages.get("/printer")
def printer() -> str:
    """The measured printers, how to measure one, and the school's logo."""
    return _printer_page()


@pages.post("/printer/page")
def printer_page() -> Response:
    """The calibration page for one sheet, as PDF."""
    chosen = stationery.named(request.form.get("sheet", "")) or abort(404)
    pdf = calibration_page(chosen, _measured(g.db, request.form.get("printer", type=int)))
    return saved(pdf, f"calibration-{chosen.name}.pdf", PDF)


@pages.post("/printer")
def keep_printer() -> AnyResponse | tuple[str, int]:
    """Save what was measured on a calibration page, in millimetres."""
    checked = printers.measured(request.form)
    if isinstance(checked, list):
        return _printer_page(faults=checked), 422
    printers.keep(g.db, checked, by=_me(), now=g.now)
    return redirect(url_for("badge_printing.printer", said="saved"), 303)


@pages.post("/printer/<int:printer_id>/forget")
def forget_printer(printer_id: int) -> AnyResponse:
    """Delete a printer."""
    printers.forget(g.db, printer_id, by=_me(), now=g.now)
    return redirect(url_for("badge_printing.printer", said="ended"), 303)


@pages.get("/logo.png")
def logo() -> Response:
    """The school's logo as PNG; 404 if there is none."""
    return Response(printers.logo(g.db) or abort(404), mimetype="image/png")


@pages.post("/logo")
def set_logo() -> AnyResponse | tuple[str, int]:
    """Save or remove the school's logo."""
    sent = request.files.get("logo")
    given = sent.read() if sent else b""
    try:
        logo = Logo(b"", trimmed=False) if "remove" in request.form else checked_logo(given)
    except PictureTrouble as trouble:
        return _printer_page(logo_fault=str(trouble)), 422
    printers.set_logo(g.db, logo.picture, by=_me(), now=g.now)
    said = "trimmed" if logo.trimmed else "saved"
    return redirect(url_for("badge_printing.printer", said=said, _anchor="logo"), 303)


@dataclass(frozen=True)
class LookAt:
    """Something about badges that people should look at before printing: whose, what it is, and what to do."""

    mentors: tuple[Mentor, ...]
    what: str
    remedy: str


def to_look_at(mentors: Sequence[Mentor], remarks: Iterable[Remark], active: Iterable[Mentor]) -> list[LookAt]:
    """What to look at on a sheet of these mentors' badges. `active`: everybody who wears a badge."""
    found = []
    cut = defaultdict(list)
    for remark in remarks:
        what, remedy = REMARKS[remark.kind]
        remedy = WITH_PACKAGE.format(package=remark.package) if remark.package else remedy
        whose = mentors[remark.number]
        found.append(LookAt((whose,), what.format(drawn=remark.drawn, letters=remark.letters), remedy))
        if remark.kind is Kind.CUT:
            cut[remark.drawn].append(whose)
    same = defaultdict(list)
    for each in active:
        same[likeness(each.display_name)].append(each)
    chosen = {each.id for each in mentors}
    alike = [
        (shown(group[0].display_name)[0], group)
        for name, group in same.items()
        if name and len(group) > 1 and not chosen.isdisjoint(each.id for each in group)
    ]
    alike += [(drawn, group) for drawn, group in cut.items() if len({each.display_name for each in group}) > 1]
    what, remedy = ALIKE
    return found + [LookAt(tuple(group), what.format(drawn=drawn), remedy) for drawn, group in alike]


def prepared(
    db: Database, chosen: Sequence[Mentor], choice: Choice, *, key: bytes, start: int, by: str, now: datetime
) -> tuple[dict[int, int], Making]:
    """The badge numbers by mentor id, issued where missing, and the function that makes the PDF.

    Nothing is noted as printed: that is said by whoever has seen the paper.
    """
    numbers = badge_register.issue_missing(db, [each.id for each in chosen], by=by, now=now)
    known, printer, logo = programme.load(db), _measured(db, choice.printer_id), printers.logo(db)
    cards = [
        Card(each.display_name, known.name, code.make(numbers[each.id], key), programme.NEVER_A_SECRET)
        for each in chosen
    ]

    def making(progress: Callable[[int], None], remarked: Callable[[Remark], None]) -> bytes:
        return print_cards(
            cards,
            choice.sheet,
            start=start,
            two_sided=choice.two_sided,
            printer=printer,
            logo=logo,
            progress=progress,
            remarked=remarked,
        )

    return numbers, making


def _note_printed(ids: Sequence[int]) -> AnyResponse | tuple[str, int]:
    """Note these mentors' badges as printed, such as those of a sheet made by `dropin badges`."""
    numbers = {each: number for each in ids if (number := badge_register.good_number(g.db, each)) is not None}
    if not numbers:
        return _page(wanted=set(ids), fault="None of those ticked has a badge yet: make the sheet first."), 422
    badge_register.note_printed(g.db, numbers, by=_me(), now=g.now)
    return redirect(url_for("badge_printing.choose", said="printed"), 303)


def _begin(chosen: Sequence[Mentor], *, start: int, choice: Choice) -> AnyResponse:
    """Issue missing badges, start to make the sheet, and wait up to `PATIENCE` seconds for it."""
    key = code.load_key(g.settings.badge_key)
    numbers, making = prepared(g.db, chosen, choice, key=key, start=start, by=_me(), now=g.now)
    printers.choose(g.db, choice)
    pages = SHEETS[choice.sheet].pages(len(chosen), start=start) * (2 if choice.two_sided else 1)
    work = _in_work().begin(making, numbers=numbers, mentors=chosen, sheet=choice.sheet, pages=pages, now=g.now)
    work.done.wait(PATIENCE)
    return redirect(url_for("badge_printing.sheet", sheet_id=work.id), 303)


def _measured(db: Database, printer_id: int | None) -> Printer:
    known = printers.printer(db, printer_id) if printer_id else None
    return Printer(known.left, known.top, known.across, known.down) if known else TRUE


def _choice(sheet: stationery.Sheet) -> Choice:
    """The choice in the form; the last choice if the form has none, as on a mentor's own page."""
    if "sheet" not in request.form:
        return printers.last_choice(g.db) or FIRST
    known = printers.printer(g.db, request.form.get("printer", type=int) or 0)
    two_sided = sheet.two_sided and request.form.get("two_sided") == "yes"
    return Choice(sheet.name, two_sided=two_sided, printer_id=known.id if known else None)


def _in_work() -> SheetsInWork:
    found: SheetsInWork = current_app.extensions["sheets_in_work"]
    return found


def _find(sheet_id: str) -> SheetInWork:
    return _in_work().find(sheet_id, now=g.now) or abort(404)


def _active() -> list[Mentor]:
    return [each for each in mentors.mentors(g.db) if each.state is MentorState.ACTIVE]


def _me() -> str:
    return journal.staff(g.me.id)


def _sheet_page(work: SheetInWork) -> str:
    found = to_look_at(work.mentors, work.remarks, _active()) if work.pdf else []
    return render_template("admin/people/badge_sheet.html", work=work, sheet=SHEETS[work.sheet], to_look_at=found)


def _page(
    *,
    wanted: set[int] | None,
    fault: str | None = None,
    again: Sequence[tuple[Mentor, datetime]] = (),
) -> str:
    """The form to choose. `wanted`: the ids to tick; None ticks everybody without a printed badge."""
    active = _active()
    printed = badge_register.printed(g.db, [each.id for each in active])
    last, given = printers.last_choice(g.db) or FIRST, request.form
    return render_template(
        "admin/people/badges.html",
        mentors=active,
        printed=printed,
        wanted={each.id for each in active if each.id not in printed} if wanted is None else wanted,
        sheets=SHEETS.values(),
        printers=printers.printers(g.db),
        sheet=given.get("sheet") or last.sheet,
        start=given.get("start", "1"),
        two_sided=given.get("two_sided") == "yes" if given else last.two_sided,
        printer_id=given.get("printer", type=int) if given else last.printer_id,
        again=again,
        first_time=sorted((wanted or set()) - {each.id for each, _ in again}) if again else [],
        fault=fault,
    )


def _printer_page(*, faults: Sequence[Fault] = (), logo_fault: str = "") -> str:
    return render_template(
        "admin/people/printer.html",
        printers=printers.printers(g.db),
        sheets=SHEETS.values(),
        meant=MEANT,
        faults=faults,
        given=request.form,
        has_logo=bool(printers.logo(g.db)),
        logo_fault=logo_fault,
    )
