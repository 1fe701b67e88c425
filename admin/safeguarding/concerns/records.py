"""Concerns: any adult writes one, encrypted; its owners unlock, read, add to, link, pass on and close it (P15, P16)."""

import secrets
import sqlite3

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.frame.sentences import ROLE_WORDS
from admin.safeguarding.concerns.reader import Answer, _token, is_owner, lock_mine, my_key, spoken
from admin.safeguarding.concerns.writing import form_key, not_saved, on_to
from admin.safeguarding.sentences import CONCERN_KINDS, CONCERN_STATES, NOT_UNLOCKED, NotUnlocked
from mentoring.access import keys, staff
from mentoring.basics.forms import Fault
from mentoring.basics.sealing import Key, WrongKey
from mentoring.safeguarding import concerns
from mentoring.safeguarding.concerns import FIELDS, Kind, Record
from mentoring.school import programme

pages = Blueprint("concerns_page", __name__, url_prefix="/concerns")

# The kinds that the forms of a record add. A first account has a page of its own; an outcome closes the record.
ADDS = (Kind.ADDED, Kind.DECISION, Kind.PASSED_ON, Kind.LINK, Kind.CORRECTION, Kind.OUTCOME)


def _unlocked(password: str, code: str) -> NotUnlocked | None:
    """Unlock the concerns for this log-in. Returns why it failed, or None."""
    attempt = current_app.extensions["throttle"].attempt(request.remote_addr or "", f"concerns {g.me.email}")
    if attempt is None:
        return NotUnlocked.TOO_MANY_TRIES
    with attempt:
        if not staff.check(g.db, g.me.id, password=password, code=code, now=g.now):
            return NotUnlocked.WRONG
        attempt.is_right = True
        try:
            key = keys.ensure(g.db, g.me.id, password=password, by=f"staff {g.me.id}", now=g.now)
        except WrongKey:
            return NotUnlocked.EARLIER_PASSWORD
    current_app.extensions["unlocked"].keep(_token(), g.me.id, key)
    concerns.note_unlocked(g.db, by=g.me, now=g.now)
    return None


@pages.get("")
def show() -> str:
    """For an owner the records, or the form to unlock them. For all: how to write a concern, and one's receipts."""
    key = my_key()
    return list_page(key) if key else _locked_page()


@pages.post("/unlock")
def unlock() -> Answer:
    """Unlock the concerns for this log-in only, with the password and a code."""
    if not is_owner():
        abort(403)
    why = _unlocked(request.form.get("password", ""), request.form.get("code", ""))
    if why:
        return _locked_page(trouble=NOT_UNLOCKED[why]), 429 if why is NotUnlocked.TOO_MANY_TRIES else 422
    concerns.wipe(g.db, now=g.now)
    return redirect(url_for("concerns_page.show"), 303)


@pages.post("/lock")
def lock() -> Response:
    """Lock the concerns for this log-in."""
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
        waits=waits() if is_owner() else 0,
        states=CONCERN_STATES,
        when=spoken,
    )


def list_page(key: Key, *, trouble: str = "") -> str:
    return render_template(
        "admin/safeguarding/concerns/concerns.html",
        records=concerns.open_all(g.db, key=key, by=g.me, now=g.now),
        trouble=trouble,
        unfinished=concerns.drafts(g.db),
        waits=waits(),
        states=CONCERN_STATES,
        kinds=CONCERN_KINDS,
        recovery=keys.on_paper(g.db),
        readers=keys.readers(g.db),
        roles=ROLE_WORDS,
        seen=keys.fingerprint(keys.recipients(g.db)),
        unwiped=[each for each in concerns.hand_overs(g.db) if each.shredded and not each.wiped],
        when=spoken,
    )


def waits() -> int:
    return concerns.waits_to_be_sealed(g.db) if keys.recovery(g.db) else 0


# Writing


# Reading


@pages.get("/<int:concern_id>")
def one(concern_id: int) -> Answer:
    """One record as a timeline, with the forms to add to it."""
    key = my_key()
    if key is None:
        return redirect(url_for("concerns_page.show", said="locked"), 303)
    record = concerns.open_record(g.db, concern_id, key=key, by=g.me, now=g.now) or abort(404)
    return _record(record)


@pages.post("/<int:concern_id>")
def add(concern_id: int) -> Answer:
    """Add to a record. If the log-in has locked meanwhile, the page keeps the text until it is unlocked again."""
    try:
        kind = Kind(request.form.get("kind", ""))
    except ValueError:
        abort(400)
    if kind not in ADDS or concerns.by_id(g.db, concern_id) is None:
        abort(404)
    key, why = my_key(), None
    if key is None and request.form.get("password"):
        why = _unlocked(request.form.get("password", ""), request.form.get("code", ""))
        key = my_key()
    if key is None:
        return _again(concern_id, kind, trouble=NOT_UNLOCKED[why] if why else ""), 422 if why else 409
    try:
        added = concerns.add(g.db, concern_id, kind, request.form, key=form_key(), writer=g.me, now=g.now)
    except sqlite3.Error as error:
        return not_saved(error) or (_again(concern_id, kind, unsaved=True), 503)
    if isinstance(added, list):
        record = concerns.open_record(g.db, concern_id, key=key, by=g.me, now=g.now) or abort(404)
        return _record(record, kind=kind, faults=added), 422
    return on_to(url_for("concerns_page.one", concern_id=concern_id, said="added") + f"#e{added}")


@pages.post("/<int:concern_id>/hold")
def hold(concern_id: int) -> Response:
    """Put a legal hold on a record, so that it cannot be shredded, or end the hold."""
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


# Drafts


@pages.get("/drafts/<int:draft_id>")
def draft(draft_id: int) -> Answer:
    """A draft that somebody did not finish."""
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
    """Make a record of a draft, word for word."""
    key = my_key()
    number = concerns.take_over(g.db, draft_id, key=key, writer=g.me, now=g.now) if key else None
    if number is None:
        return redirect(url_for("concerns_page.show", said="first"), 303)
    return redirect(url_for("concerns_page.one", concern_id=number, said="taken_over"), 303)


@pages.post("/drafts/<int:draft_id>/discard")
def discard(draft_id: int) -> Response:
    """Delete a draft whose text was written down elsewhere."""
    if my_key() is not None:
        concerns.drop_draft(g.db, draft_id=draft_id, by=g.me, now=g.now)
    return redirect(url_for("concerns_page.show", said="dropped"), 303)


# Encrypting again
