"""Write a concern: the form, its draft and the receipt."""

import secrets
import sqlite3
from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, abort, current_app, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.safeguarding.concerns.reader import Answer, is_owner, spoken
from admin.safeguarding.sentences import told_in_person, who_opens
from mentoring.access import keys, staff
from mentoring.access.staff import Staff
from mentoring.basics import forms
from mentoring.basics.forms import Fault
from mentoring.safeguarding import alerts, concerns
from mentoring.safeguarding.alerts import Alert
from mentoring.safeguarding.concerns import FIELDS, Kind, NoRecoveryKey

pages = Blueprint("concern_writing", __name__, url_prefix="/concerns")


ALERTS_OFFERED = timedelta(days=30)


@pages.get("/new")
def new() -> str:
    """The form, filled with the room and time of an alert if one is given."""
    alert = _alert(request.args.get("alert", type=int))
    given = {"where": alert.room, "when": spoken(alert.raised)} if alert else {}
    return _form(given, alert=alert)


@pages.post("/new")
def begin() -> Answer:
    """Save a first account. It is encrypted for the owners; the writer gets a receipt and cannot read it again."""
    alert = _alert(request.form.get("alert", type=int))
    try:
        number = concerns.begin(
            g.db, request.form, key=form_key(), writer=g.me, alert_id=alert.id if alert else None, now=g.now
        )
    except NoRecoveryKey:
        return _form(request.form, alert=alert), 409
    except sqlite3.Error as error:
        return not_saved(error) or (_form(request.form, alert=alert, unsaved=True), 503)
    if isinstance(number, list):
        return _form(request.form, faults=number, alert=alert), 422
    return on_to(url_for("concern_writing.receipt", concern_id=number))


@pages.get("/<int:concern_id>/receipt")
def receipt(concern_id: int) -> str:
    """The receipt: that the concern was saved, and who can read it. For its writer and the owners."""
    concern = concerns.by_id(g.db, concern_id)
    if concern is None or not (is_owner() or concern.written_by == g.me.id):
        abort(404)
    owners = _owners()
    return render_template(
        "admin/safeguarding/concerns/concern_receipt.html",
        concern=concern,
        can=[each for each in owners if keys.public_of(g.db, each.id)],
        cannot=[each for each in owners if not keys.public_of(g.db, each.id)],
        owner=is_owner(),
        whom=_whom(owners),
    )


@pages.post("/draft")
def keep_draft() -> tuple[str, int]:
    """Save what is typed so far, encrypted. An owner can read it if the writer never finishes."""
    kind, concern_id = _drafted()
    try:
        alert = _alert(request.form.get("alert", type=int))
        kept = concerns.keep_draft(
            g.db,
            kind,
            request.form,
            key=form_key(),
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
    """Delete the draft of this page."""
    concerns.drop_draft(g.db, key=form_key(), by=g.me, now=g.now)
    return redirect(url_for("concerns_page.show", said="dropped"), 303)


def _owners() -> list[Staff]:
    """The staff for whom concerns are encrypted, with a key or not yet."""
    return [each for each in staff.everyone(g.db) if each.role in keys.OWNERS]


def _whom(owners: list[Staff]) -> str:
    """Whom this writer tells in person; empty for a writer who is the only one to open it."""
    others = [each for each in owners if each.id != g.me.id]
    return told_in_person(others) if others or not owners else ""


def _drafted() -> tuple[Kind, int | None]:
    """The kind of the draft, and the record it adds to. Only owners add to a record. 400 if they do not fit."""
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
    owners = _owners()
    return render_template(
        "admin/safeguarding/concerns/concern_new.html",
        opens=who_opens(keys.readers(g.db)),
        whom=_whom(owners) or "whoever has to know",
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


def form_key() -> str:
    """The key that identifies this form in the database (P26). It includes the writer, so it is theirs alone."""
    return forms.browser_key(f"{g.me.id} {request.form.get('key', '')}")


def _alert(alert_id: int | None) -> Alert | None:
    if not alert_id:
        return None
    known = alerts.waiting(g.db) + alerts.answered(g.db, since=g.now - ALERTS_OFFERED)
    return next((each for each in known if each.id == alert_id), None)


def on_to(address: str) -> Response:
    """Go to this address after saving: as JSON for the script, else as a redirect."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(to=address)
    return redirect(address, 303)


def not_saved(error: sqlite3.Error) -> Response | None:
    """Log that the disk failed. For the script a 503 as JSON, so that it keeps the text in the page; else None."""
    current_app.logger.error("%s", error)
    if request.accept_mimetypes.best != "application/json":
        return None
    answer = jsonify(error="The box cannot write to its disk.")
    answer.status_code = 503
    return answer
