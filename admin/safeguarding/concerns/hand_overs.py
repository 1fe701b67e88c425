"""Hand concerns over to the school's own system: papers, its receipt, then shredding the records here (P18)."""

import hashlib
import io
import json
import secrets
import zipfile

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.access.log_in import COOKIE
from admin.frame.downloads import CSV, PDF, ZIP, saved
from admin.safeguarding.concerns.reader import my_key, spoken
from admin.safeguarding.concerns.unlocked import Papers
from admin.safeguarding.sentences import CONCERN_KINDS, CONCERN_STANDS, CONCERN_STATES
from badges.child import Child, ChildDied, TookTooLong
from mentoring.basics import forms
from mentoring.basics.forms import Fault
from mentoring.basics.sealing import Key
from mentoring.safeguarding import concerns
from mentoring.safeguarding.concerns import Receipt, Record, State
from mentoring.school import programme

pages = Blueprint("hand_over_page", __name__, url_prefix="/concerns/hand-over")

SECONDS = 120.0
MEMORY = 1 << 30  # bytes of address space

Answer = str | Response | tuple[str, int]


@pages.get("")
def choose() -> Answer:
    """The form to choose records, and the earlier hand-overs."""
    key = my_key()
    return _choose_page(key) if key else _locked()


@pages.post("")
def draw_up() -> Answer:
    """Draw up the papers of the chosen records: a chronology as PDF and as CSV, and the encrypted entries as ZIP."""
    key = my_key()
    if key is None:
        return _locked()
    chosen = [number for each in request.form.getlist("concern") if (number := forms.number(each))]
    found = [concerns.open_record(g.db, each, key=key, by=g.me, now=g.now) for each in dict.fromkeys(chosen)]
    records = [each for each in found if each and each.entries]
    if not records:
        return _choose_page(key, trouble="Choose at least one record whose text is still here."), 422
    if any(entry.fields is None and entry.genuine for each in records for entry in each.entries):
        return _choose_page(key, trouble="Some of it is still sealed to others: another owner unlocks first."), 409
    try:
        papers = _papers(records)
    except (ChildDied, TookTooLong):
        return _choose_page(
            key, trouble="The papers could not be drawn. Choose fewer records at a time, or try again."
        ), 503
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in (("pdf", papers.pdf), ("csv", papers.csv))}
    number = concerns.draw_up(g.db, records, **hashes, by=g.me, now=g.now)
    current_app.extensions["unlocked"].keep_papers(_token(), g.me.id, number, papers)
    return redirect(url_for("hand_over_page.one", hand_over_id=number), 303)


@pages.get("/<int:hand_over_id>")
def one(hand_over_id: int) -> Answer:
    """One hand-over: its papers, the form for the receipt, and the button to shred."""
    return _page(hand_over_id) if my_key() else _locked()


@pages.get("/<int:hand_over_id>.<any(pdf, csv, zip):kind>")
def paper(hand_over_id: int, kind: str) -> Response:
    """One of the papers, as long as this log-in is unlocked. They are stored in memory only."""
    if my_key() is None:
        return _locked()
    papers = current_app.extensions["unlocked"].papers(_token(), g.me.id, hand_over_id)
    if papers is None:
        abort(404)
    content, of_kind = {"pdf": (papers.pdf, PDF), "csv": (papers.csv, CSV), "zip": (papers.sealed, ZIP)}[kind]
    return saved(content, f"concerns hand-over {hand_over_id}.{kind}", of_kind)


@pages.post("/<int:hand_over_id>/receipt")
def receipt(hand_over_id: int) -> Answer:
    """Save the other system's receipt."""
    if my_key() is None:
        return _locked()
    given = Receipt(*(request.form.get(name, "") for name in ("system", "reference", "date")))
    if faults := concerns.note_receipt(g.db, hand_over_id, given, by=g.me, now=g.now):
        return _page(hand_over_id, faults=faults), 422
    return redirect(url_for("hand_over_page.one", hand_over_id=hand_over_id, said="saved"), 303)


@pages.post("/<int:hand_over_id>/shred")
def shred(hand_over_id: int) -> Answer:
    """Shred the records. Refused without a receipt, under a legal hold, or if something was added since."""
    if my_key() is None:
        return _locked()
    if concerns.hand_over(g.db, hand_over_id) is None:
        abort(404)
    if concerns.shred(g.db, hand_over_id, by=g.me, now=g.now):
        return _page(hand_over_id), 409
    return redirect(url_for("hand_over_page.one", hand_over_id=hand_over_id, said="shredded"), 303)


def _page(hand_over_id: int, *, faults: list[Fault] | None = None) -> str:
    found = concerns.hand_over(g.db, hand_over_id) or abort(404)
    stands = concerns.in_the_way(g.db, hand_over_id)
    key = my_key()
    return render_template(
        "admin/safeguarding/concerns/hand_over.html",
        hand_over=found,
        papers=current_app.extensions["unlocked"].papers(_token(), g.me.id, hand_over_id),
        receipt=concerns.receipt(g.db, hand_over_id, key) if key else None,
        stands={number: [CONCERN_STANDS[each] for each in reasons] for number, reasons in stands.items() if reasons},
        left=len(stands),
        faults=faults or [],
        given=request.form,
        when=spoken,
    )


def _choose_page(key: Key, *, trouble: str = "") -> str:
    there = concerns.open_all(g.db, key=key, by=g.me, now=g.now)
    return render_template(
        "admin/safeguarding/concerns/hand_overs.html",
        records=[each for each in there if each.concern.state is not State.HANDED_OVER],
        hand_overs=concerns.hand_overs(g.db),
        states=CONCERN_STATES,
        trouble=trouble,
        when=spoken,
    )


def _papers(records: list[Record]) -> Papers:
    """The PDF, CSV and ZIP. A random number in the PDF prevents guessing its text from its stored hash."""
    asked = {
        "school": programme.load(g.db).school,
        "by": g.me.name,
        "made": f"Drawn up {spoken(g.now)} by {g.me.name}",
        "mark": f"End of this record. This paper's own number: {secrets.token_hex(16)}",
        "records": [_told(each) for each in records],
    }
    with Child("admin.safeguarding.concerns.papers_child", seconds=SECONDS, memory=MEMORY) as child:
        pdf = child.ask(json.dumps(asked).encode())
    csv = concerns.csv_text(records, CONCERN_KINDS, wall=spoken).encode("utf-8-sig")
    return Papers(pdf, csv, _sealed(records))


def _told(record: Record) -> dict[str, object]:
    """One record as JSON for the child process that draws the PDF."""
    concern = record.concern
    links = f" It belongs with {', '.join(f'concern {each}' for each in record.links)}." if record.links else ""
    entries = [
        {
            "number": each.id,
            "at": spoken(each.at),
            "kind": CONCERN_KINDS[each.kind],
            "by": each.by,
            "said": concerns.labelled(each) if each.genuine else [("", "This entry is not as it was written.")],
        }
        for each in record.entries
    ]
    about = f"Opened {concern.opened:%d %B %Y}. {CONCERN_STATES[concern.state]}.{links}"
    return {"number": concern.id, "about": about, "entries": entries}


def _sealed(records: list[Record]) -> bytes:
    """The encrypted entries as ZIP. `age -d -i KEY entry.age` opens one with an owner's key or the recovery key."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for record in records:
            for number, content in concerns.sealed_entries(g.db, record.concern.id):
                archive.writestr(f"concern-{record.concern.id}/entry-{number}.age", content)
    return file.getvalue()


def _token() -> str:
    return request.cookies.get(COOKIE, "")


def _locked() -> Response:
    return redirect(url_for("concerns_page.show", said="locked"), 303)
