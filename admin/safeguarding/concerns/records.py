"""Concerns: any adult writes one, sealed; its owners unlock, read, add, link, pass on and close (P15, P16)."""

import secrets
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, abort, current_app, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.access.log_in import COOKIE
from admin.frame.rights import ROLE_WORDS
from admin.safeguarding.sentences import CONCERN_KINDS, CONCERN_STATES
from mentoring.access import keys, staff
from mentoring.basics import clock, forms, sealing
from mentoring.basics.forms import Fault
from mentoring.basics.sealing import Key, WrongKey
from mentoring.safeguarding import alerts, concerns
from mentoring.safeguarding.alerts import Alert
from mentoring.safeguarding.concerns import FIELDS, Kind, NoRecoveryKey, Record
from mentoring.school import programme, school_year

pages = Blueprint("concerns_page", __name__, url_prefix="/concerns")

ALERTS_OFFERED = timedelta(days=30)
AT_ONCE = 50  # sealed anew in one change
# What a form of a record adds. The first account has a page of its own; an outcome closes.
ADDS = (Kind.ADDED, Kind.DECISION, Kind.PASSED_ON, Kind.LINK, Kind.CORRECTION, Kind.OUTCOME)

Answer = str | Response | tuple[str, int]


def spoken(moment: datetime) -> str:
    """`12 January 2027, 12:41`, as the school's wall has it."""
    wall = clock.wall(moment, school_year.zone(g.db))
    return f"{wall.day} {wall:%B %Y, %H:%M}"


# Who may read, and when


def is_owner() -> bool:
    """Whether whoever is logged in is one of those whom concerns are sealed to."""
    return g.me.role in keys.OWNERS


def my_key() -> Key | None:
    """This log-in's key, when it is unlocked and still one that things are sealed to."""
    held = current_app.extensions["unlocked"].key(_token(), g.me.id)
    if held is not None and (not is_owner() or keys.public_of(g.db, g.me.id) != held.public):
        lock_mine()
        return None
    return held if isinstance(held, Key) else None


def lock_mine() -> None:
    """Forget this log-in's key."""
    current_app.extensions["unlocked"].lock(_token())


def _token() -> str:
    return request.cookies.get(COOKIE, "")


def _unlocked(password: str, code: str) -> str:
    """Unlock with a password and a code; why it did not, in words, or nothing when it did."""
    throttle = current_app.extensions["throttle"]
    if not throttle.may_try(request.remote_addr or "", f"concerns {g.me.email}"):
        return "Too many tries. Wait one minute, then try again."
    with throttle.one_at_a_time():
        if not staff.check(g.db, g.me.id, password=password, code=code, now=g.now):
            return (
                "That password and code do not go together. A code from the app is good for half a minute and once. "
                "If your phone is lost, a printed recovery code stands in for it."
            )
        try:
            key = keys.ensure(g.db, g.me.id, password=password, by=f"staff {g.me.id}", now=g.now)
        except WrongKey:
            return "Your key was locked with an earlier password. Read “If a key is lost” below."
    current_app.extensions["unlocked"].hold(_token(), g.me.id, key)
    concerns.note_unlocked(g.db, by=g.me, now=g.now)
    return ""


@pages.get("")
def show() -> str:
    """For an owner the records, or the way to unlock them; for everybody how to write one, and their receipts."""
    key = my_key()
    return _list(key) if key else _locked_page()


@pages.post("/unlock")
def unlock() -> Answer:
    """A password and a code open the records for this log-in. Nobody else can read more by it."""
    if not is_owner():
        abort(403)
    trouble = _unlocked(request.form.get("password", ""), request.form.get("code", ""))
    if trouble:
        return _locked_page(trouble=trouble), 429 if trouble.startswith("Too many") else 422
    concerns.wipe(g.db, now=g.now)
    return redirect(url_for("concerns_page.show"), 303)


@pages.post("/lock")
def lock() -> Response:
    """Lock now."""
    lock_mine()
    return redirect(url_for("concerns_page.show", said="locked"), 303)


def _locked_page(*, trouble: str = "") -> str:
    return render_template(
        "admin/safeguarding/concerns/concerns_locked.html",
        owner=is_owner(),
        trouble=trouble,
        recovery=keys.recovery(g.db),
        mine=concerns.written_by(g.db, g.me.id),
        unfinished=concerns.drafts(g.db) if is_owner() else [],
        waits=_waits() if is_owner() else 0,
        states=CONCERN_STATES,
        when=spoken,
    )


def _list(key: Key, *, trouble: str = "") -> str:
    return render_template(
        "admin/safeguarding/concerns/concerns.html",
        records=concerns.open_all(g.db, key=key, by=g.me, now=g.now),
        trouble=trouble,
        unfinished=concerns.drafts(g.db),
        waits=_waits(),
        states=CONCERN_STATES,
        kinds=CONCERN_KINDS,
        recovery=keys.on_paper(g.db),
        readers=keys.readers(g.db),
        roles=ROLE_WORDS,
        seen=keys.fingerprint(keys.recipients(g.db)),
        unwiped=[each for each in concerns.hand_overs(g.db) if each.shredded and not each.wiped],
        when=spoken,
    )


def _waits() -> int:
    return concerns.waits_to_be_sealed(g.db) if keys.recovery(g.db) else 0


# Written


@pages.get("/new")
def new() -> str:
    """An empty account, or one that begins with what is known of an alert."""
    alert = _alert(request.args.get("alert", type=int))
    given = {"where": alert.room, "when": spoken(alert.raised)} if alert else {}
    return _form(given, alert=alert)


@pages.post("/new")
def begin() -> Answer:
    """Save a first account: sealed, and its writer gets a receipt and cannot open it."""
    alert = _alert(request.form.get("alert", type=int))
    try:
        number = concerns.begin(
            g.db, request.form, key=_key(), writer=g.me, alert_id=alert.id if alert else None, now=g.now
        )
    except NoRecoveryKey:
        return _form(request.form, alert=alert), 409
    except sqlite3.Error as error:
        return _not_saved(error) or (_form(request.form, alert=alert, unsaved=True), 503)
    if isinstance(number, list):
        return _form(request.form, faults=number, alert=alert), 422
    return _on_to(url_for("concerns_page.receipt", concern_id=number))


@pages.get("/<int:concern_id>/receipt")
def receipt(concern_id: int) -> str:
    """That it was saved, and who can read it: for whoever wrote it, and for the owners."""
    concern = concerns.by_id(g.db, concern_id)
    if concern is None or not (is_owner() or concern.written_by == g.me.id):
        abort(404)
    owners = [each for each in staff.everyone(g.db) if each.role in keys.OWNERS]
    return render_template(
        "admin/safeguarding/concerns/concern_receipt.html",
        concern=concern,
        can=[each for each in owners if keys.public_of(g.db, each.id)],
        cannot=[each for each in owners if not keys.public_of(g.db, each.id)],
        owner=is_owner(),
    )


@pages.post("/draft")
def keep_draft() -> tuple[str, int]:
    """What is typed so far, sealed: an owner finds it if the writing is never ended."""
    kind, concern_id = _drafted()
    try:
        alert = _alert(request.form.get("alert", type=int))
        kept = concerns.keep_draft(
            g.db,
            kind,
            request.form,
            key=_key(),
            writer=g.me,
            concern_id=concern_id,
            alert_id=alert.id if alert else None,
            now=g.now,
        )
    except NoRecoveryKey:
        return "", 409
    return "", 204 if kept else 409


@pages.post("/draft/drop")
def drop_draft() -> Response:
    """The writer throws away what they began on this page."""
    concerns.drop_draft(g.db, key=_key(), by=g.me, now=g.now)
    return redirect(url_for("concerns_page.show", said="dropped"), 303)


def _drafted() -> tuple[Kind, int | None]:
    """Whether it is a first account, or something to add, which is for owners alone."""
    concern_id = request.form.get("concern", type=int)
    try:
        kind = Kind(request.form.get("kind", ""))
    except ValueError:
        abort(400)
    if kind is Kind.FIRST and concern_id is None:
        return kind, None
    if kind is Kind.FIRST or not is_owner() or concerns.by_id(g.db, concern_id or 0) is None:
        abort(400)
    return kind, concern_id


def _form(
    given: Mapping[str, str], *, faults: list[Fault] | None = None, alert: Alert | None = None, unsaved: bool = False
) -> str:
    return render_template(
        "admin/safeguarding/concerns/concern_new.html",
        fields=FIELDS[Kind.FIRST],
        given=given,
        faults=faults or [],
        alert=alert,
        unsaved=unsaved,
        recovery=keys.recovery(g.db),
        has_owner=any(keys.public_of(g.db, each.id) for each in staff.everyone(g.db)),
        key=request.form.get("key") or secrets.token_urlsafe(16),
        when=spoken,
    )


def _key() -> str:
    """This page's key, as the store keeps it: another's key is never mine (P26)."""
    return forms.browser_key(f"{g.me.id} {request.form.get('key', '')}")


def _alert(alert_id: int | None) -> Alert | None:
    if not alert_id:
        return None
    known = alerts.waiting(g.db) + alerts.answered(g.db, since=g.now - ALERTS_OFFERED)
    return next((each for each in known if each.id == alert_id), None)


def _on_to(address: str) -> Response:
    """Where a saved form leads: a script is told, a browser is led."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(to=address)
    return redirect(address, 303)


def _not_saved(error: sqlite3.Error) -> Response | None:
    """The disk is full, or gone: a script keeps the words in its page, and says so."""
    current_app.logger.error("%s", error)
    if request.accept_mimetypes.best != "application/json":
        return None
    answer = jsonify(error="The box cannot write to its disk.")
    answer.status_code = 503
    return answer


# Opened


@pages.get("/<int:concern_id>")
def one(concern_id: int) -> Answer:
    """One record as a timeline, with what can be done with it."""
    key = my_key()
    if key is None:
        return redirect(url_for("concerns_page.show", said="locked"), 303)
    record = concerns.open_record(g.db, concern_id, key=key, by=g.me, now=g.now) or abort(404)
    return _record(record)


@pages.post("/<int:concern_id>")
def add(concern_id: int) -> Answer:
    """Add to a record. Locked meanwhile: the words stay, and a password and a code save them in one go."""
    try:
        kind = Kind(request.form.get("kind", ""))
    except ValueError:
        abort(400)
    if kind not in ADDS or concerns.by_id(g.db, concern_id) is None:
        abort(404)
    key, trouble = my_key(), ""
    if key is None and request.form.get("password"):
        trouble = _unlocked(request.form.get("password", ""), request.form.get("code", ""))
        key = my_key()
    if key is None:
        return _again(concern_id, kind, trouble=trouble), 422 if trouble else 409
    try:
        added = concerns.add(g.db, concern_id, kind, request.form, key=_key(), writer=g.me, now=g.now)
    except sqlite3.Error as error:
        return _not_saved(error) or (_again(concern_id, kind, unsaved=True), 503)
    if isinstance(added, list):
        record = concerns.open_record(g.db, concern_id, key=key, by=g.me, now=g.now) or abort(404)
        return _record(record, kind=kind, faults=added), 422
    return _on_to(url_for("concerns_page.one", concern_id=concern_id, said="added") + f"#e{added}")


@pages.post("/<int:concern_id>/hold")
def hold(concern_id: int) -> Response:
    """A legal hold keeps a record from being shredded, until it is taken away."""
    if my_key() is not None:
        concerns.hold(g.db, concern_id, held=request.form.get("held") == "yes", by=g.me, now=g.now)
    return redirect(url_for("concerns_page.one", concern_id=concern_id), 303)


def _record(record: Record, *, kind: Kind | None = None, faults: list[Fault] | None = None) -> str:
    concern = record.concern
    return render_template(
        "admin/safeguarding/concerns/concern.html",
        record=record,
        concern=concern,
        fields=FIELDS,
        adds=ADDS,
        kinds=CONCERN_KINDS,
        states=CONCERN_STATES,
        outcomes=concerns.OUTCOMES,
        open_form=kind,
        given=request.form if kind else {},
        faults=faults or [],
        keys={each: secrets.token_urlsafe(16) for each in ADDS},
        unfinished=[each for each in concerns.drafts(g.db) if each.concern_id == concern.id],
        entry_choices=[(each.id, f"Entry {each.id}, {spoken(each.at)}") for each in record.entries],
        other_choices=[(each.id, f"Concern {each.id}") for each in concerns.everything(g.db) if each.id != concern.id],
        when=spoken,
        school=programme.load(g.db).school,
        printed=g.now,
    )


def _again(concern_id: int, kind: Kind, *, trouble: str = "", unsaved: bool = False) -> str:
    return render_template(
        "admin/safeguarding/concerns/concern_again.html",
        concern_id=concern_id,
        kind=kind,
        fields=FIELDS[kind],
        kinds=CONCERN_KINDS,
        given=request.form,
        key=request.form.get("key", ""),
        trouble=trouble,
        unsaved=unsaved,
    )


# Unfinished accounts


@pages.get("/drafts/<int:draft_id>")
def draft(draft_id: int) -> Answer:
    """What somebody was writing when they stopped."""
    key = my_key()
    if key is None:
        return redirect(url_for("concerns_page.show", said="locked"), 303)
    found = concerns.draft(g.db, draft_id) or abort(404)
    said = concerns.open_draft(g.db, draft_id, key=key, by=g.me, now=g.now)
    fields = [(each.words, said[each.name]) for each in FIELDS[found.kind] if said and said.get(each.name)]
    return render_template(
        "admin/safeguarding/concerns/concern_draft.html",
        draft=found,
        opened=said is not None,
        said_words=fields,
        kinds=CONCERN_KINDS,
        when=spoken,
    )


@pages.post("/drafts/<int:draft_id>/take-over")
def take_over(draft_id: int) -> Response:
    """Make a record of it, word for word."""
    key = my_key()
    number = concerns.take_over(g.db, draft_id, key=key, writer=g.me, now=g.now) if key else None
    if number is None:
        return redirect(url_for("concerns_page.show", said="first"), 303)
    return redirect(url_for("concerns_page.one", concern_id=number, said="taken_over"), 303)


@pages.post("/drafts/<int:draft_id>/discard")
def discard(draft_id: int) -> Response:
    """Throw it away: it was written down again."""
    if my_key() is not None:
        concerns.drop_draft(g.db, draft_id=draft_id, by=g.me, now=g.now)
    return redirect(url_for("concerns_page.show", said="dropped"), 303)


# Sealed anew, and what to do when a key is lost


@pages.post("/seal-anew")
def seal_anew() -> Answer | dict[str, int]:
    """Seal some more of what waits to today's readers: to those whom this owner saw on the page, and nobody else."""
    key = my_key()
    if key is None or not keys.recovery(g.db):
        return redirect(url_for("concerns_page.show", said="locked"), 303)
    if request.form.get("readers") != keys.fingerprint(keys.recipients(g.db)):
        return _list(key, trouble="The readers have changed since this page was shown. Look who they are now."), 409
    done = concerns.seal_anew(g.db, key=key, by=g.me, now=g.now, most=AT_ONCE)
    if request.accept_mimetypes.best == "application/json":
        return {"done": done.done, "waiting": done.waiting, "closed": done.closed}
    return redirect(url_for("concerns_page.show"), 303)


@pages.get("/lost")
def lost() -> str:
    """What is lost when a key is lost, and what is not."""
    return _lost_page()


@pages.post("/lost")
def open_with_paper() -> Answer:
    """The recovery key from its paper seals everything anew to today's owners; it is not kept."""
    if my_key() is None:
        return _lost_page(trouble="Unlock the concerns first: the recovery key works together with an owner."), 409
    try:
        paper = sealing.key_from_paper(request.form.get("paper", ""))
    except WrongKey as wrong:
        return _lost_page(trouble=str(wrong)), 422
    if not keys.recovery(g.db):
        return _lost_page(trouble="There is no recovery key on this box yet."), 409
    found = concerns.seal_anew(g.db, key=paper, by=g.me, now=g.now, most=AT_ONCE)
    while found.done and found.waiting > found.closed:
        found = concerns.seal_anew(g.db, key=paper, by=g.me, now=g.now, most=AT_ONCE)
    if found.closed:
        trouble = (
            f"{found.closed} texts were sealed to other keys than this one: an earlier recovery key may open them."
        )
        return _lost_page(trouble=trouble), 422
    return redirect(url_for("concerns_page.show", said="sealed_anew"), 303)


def _lost_page(*, trouble: str = "") -> str:
    owners = [each for each in staff.everyone(g.db) if each.role in keys.OWNERS]
    return render_template(
        "admin/safeguarding/concerns/concerns_lost.html",
        owners=[(each, keys.public_of(g.db, each.id) is not None) for each in owners],
        recovery=keys.recovery(g.db),
        unlocked=my_key() is not None,
        trouble=trouble,
        waits=_waits(),
        owner=is_owner(),
    )
