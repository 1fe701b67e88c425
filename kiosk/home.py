"""The kiosk's first page (K1), the same room when it is closed (K6), and what its script polls."""

from flask import Blueprint, g, jsonify, render_template, request
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


@pages.get("/healthz")
def healthz() -> dict[str, bool]:
    """Health check: this process answers."""
    return {"ok": True}
