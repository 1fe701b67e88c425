"""Badges: choose people, choose a sheet, print."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, g, render_template, request
from sqlite_utils import Database

from badges import code
from badges.sheet import Card, print_cards
from badges.stationery import SHEETS
from mentoring import badge_register, journal, people, programme
from mentoring.people import Mentor, MentorState

pages = Blueprint("badge_printing", __name__, url_prefix="/badges")


@pages.get("")
def choose() -> str:
    """Who gets a badge."""
    active = [each for each in people.mentors(g.db) if each.state is MentorState.ACTIVE]
    return render_template("admin/badges.html", mentors=active, sheets=SHEETS.values(), fault=None)


@pages.post("")
def print_them() -> Response | tuple[str, int]:
    """The PDF; a badge is issued where there is none, and none is revoked."""
    active = [each for each in people.mentors(g.db) if each.state is MentorState.ACTIVE]
    chosen = [each for each in active if str(each.id) in request.form.getlist("mentor")]
    sheet = request.form.get("sheet", "cr80")
    if not chosen or sheet not in SHEETS:
        fault = "Choose at least one mentor." if not chosen else "Choose a sheet from the list."
        return render_template("admin/badges.html", mentors=active, sheets=SHEETS.values(), fault=fault), 422
    key = code.load_key(g.settings.badge_key)
    by = journal.staff(g.me.id)
    pdf = print_badges(g.db, chosen, key=key, sheet=sheet, by=by, now=g.now)
    badge_register.note_printed(g.db, [each.id for each in chosen], by=by, now=g.now)
    name = f"attachment; filename=badges-{g.now:%Y-%m-%d}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": name})


def print_badges(db: Database, chosen: Sequence[Mentor], *, key: bytes, sheet: str, by: str, now: datetime) -> bytes:
    """These mentors' badges as a PDF. Whoever hands it over then notes them as printed."""
    numbers = badge_register.issue_missing(db, [each.id for each in chosen], by=by, now=now)
    known = programme.load(db)
    cards = [
        Card(each.display_name, known.name, code.make(numbers[each.id], key), programme.NEVER_A_SECRET)
        for each in chosen
    ]
    return print_cards(cards, sheet)
