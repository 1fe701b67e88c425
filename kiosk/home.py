"""The kiosk's first page (K1), the same room when it is closed (K6), and what its script polls."""

from flask import Blueprint, current_app, g, jsonify, render_template, request
from werkzeug.wrappers import Response

from kiosk.room import the_room
from mentoring.lunch.duty import RoomState

pages = Blueprint("home", __name__)


@pages.get("/")
def first_page() -> str:
    """K1 while a drop-in runs or soon begins, else K6."""
    place = the_room(g.db, known=g.programme, now=g.now, settings=g.settings)
    template = "kiosk/closed.html" if place.room is None or not place.can_ask else "kiosk/home.html"
    return render_template(template, place=place, RoomState=RoomState)


@pages.get("/state")
def state() -> Response:
    """A mark that changes when the first page would look different; the page polls it."""
    place = the_room(g.db, known=g.programme, now=g.now, settings=g.settings)
    answer = jsonify(shows=place.mark)
    answer.set_etag(place.mark)
    return answer.make_conditional(request)


@pages.post("/shown")
def note_shown() -> tuple[str, int]:
    """The page says whether it is before everybody's eyes. Kept in memory only, and only the last time."""
    current_app.extensions["shown_page"].note(shows=request.form.get("shows") == "yes")
    return "", 204


@pages.get("/shown")
def shown() -> Response:
    """One line for `deploy/kiosk.sh`: whether a page is shown, and whether staff want the screen reader."""
    words = "shown" if current_app.extensions["shown_page"].is_shown() else "not shown"
    reader = ", screen reader" if g.programme.has_screen_reader else ""
    return Response(f"{words}{reader}\n", mimetype="text/plain")


@pages.get("/healthz")
def healthz() -> dict[str, bool]:
    """Health check: this process answers."""
    return {"ok": True}
