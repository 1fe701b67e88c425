"""The kiosk's first page (K1), the same room when it is closed (K6), and what other pages ask about the room."""

from flask import Blueprint, g, jsonify, render_template, request
from werkzeug.wrappers import Response

from kiosk.room import the_room
from mentoring.lunch.duty import RoomState

pages = Blueprint("home", __name__)


@pages.get("/")
def first_page() -> str:
    """The room as it is now, in words and colour."""
    place = the_room(g.db, now=g.now, settings=g.settings)
    template = "kiosk/closed.html" if place.room is None or not place.can_ask else "kiosk/home.html"
    return render_template(template, place=place, RoomState=RoomState)


@pages.get("/state")
def state() -> Response:
    """What the first page shows, as a mark that changes when it does; the page asks again and again."""
    place = the_room(g.db, now=g.now, settings=g.settings)
    answer = jsonify(shows=place.mark)
    answer.set_etag(place.mark)
    return answer.make_conditional(request)


@pages.get("/healthz")
def healthz() -> dict[str, bool]:
    """Whether this process answers."""
    return {"ok": True}
