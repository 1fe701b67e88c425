"""The scan page (K7) and its outcome (K8)."""

from datetime import timedelta

from flask import Blueprint, current_app, g, render_template, request
from werkzeug.wrappers import Response

from badges import code
from kiosk import mentor_screen, sentences
from kiosk.room import the_room
from mentoring import duty, school_year
from mentoring.duty import RoomState, Scan, ScanCode

pages = Blueprint("scanning", __name__)

PICTURES = ("image/jpeg", "image/png")
HAS_SCREEN = (ScanCode.ON_DUTY, ScanCode.WAITING_FOR_PAIR, ScanCode.ALREADY_ON, ScanCode.MENU)


@pages.get("/scan")
def look() -> str:
    """The live picture; the camera runs only while this page is there (P11)."""
    current_app.extensions["reader"].start()
    return render_template("kiosk/scan.html", place=the_room(g.db, now=g.now, settings=g.settings))


@pages.post("/scan")
def scan() -> str | dict[str, str | None] | Response:
    """One badge, as a typed code or as a picture, to its outcome."""
    outcome = _outcome(_texts())
    place = the_room(g.db, now=g.now, settings=g.settings)
    say = sentences.scanned(outcome, zone=school_year.zone(g.db), adult=place.adult.name, next_time=place.next_time)
    if request.accept_mimetypes.best != "application/json":
        return _page(outcome, say)
    return {
        "outcome": outcome.code,
        "say": say,
        "mentor": outcome.mentor.display_name if outcome.mentor else None,
        "room": place.room.state if place.room else RoomState.CLOSED,
        "page": _page(outcome, say) if outcome.code not in (ScanCode.UNREADABLE, ScanCode.NOT_A_BADGE) else None,
    }


def _texts() -> list[str]:
    """What was held up: a picture's texts, or the typed code."""
    if request.mimetype in PICTURES:
        reader = current_app.extensions["reader"]
        return list(reader.read(request.get_data(cache=False), live=True).texts)
    return [code.typed(request.form["code"])] if "code" in request.form else []


def _outcome(texts: list[str]) -> Scan:
    """The first of our badges counts. Other squares in the picture are no badge; no square is no answer yet."""
    key = code.load_key(g.settings.badge_key)
    for text in texts:
        try:
            number = code.read(text, key)
        except code.NotABadge:
            continue
        return duty.scan(
            g.db,
            number=number,
            now=g.now,
            early=timedelta(minutes=g.settings.scan_early_minutes),
            menu_after=timedelta(seconds=g.settings.menu_after_seconds),
        )
    return Scan(ScanCode.NOT_A_BADGE if texts else ScanCode.UNREADABLE)


def _page(outcome: Scan, say: str) -> str:
    if not (outcome.code in HAS_SCREEN and outcome.mentor and outcome.room and outcome.room.drop_in.id):
        return render_template("kiosk/outcome.html", outcome=outcome, say=say, token=None, ScanCode=ScanCode)
    if outcome.code is ScanCode.MENU:
        return mentor_screen.show(outcome.mentor.id, outcome.room.drop_in.id)
    token = current_app.extensions["passes"].issue(outcome.mentor.id, outcome.room.drop_in.id)
    return render_template("kiosk/outcome.html", outcome=outcome, say=say, token=token, ScanCode=ScanCode)
