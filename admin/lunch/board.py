"""The duty board for the hallway: who is on duty, where, and which rooms are open. Nothing about pupils (P12)."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from admin.frame.reading import Reading
from admin.frame.sentences import when
from admin.lunch.board_cache import LatestPicture, Picture
from admin.lunch.room_readings import called_off as called_off_today
from admin.lunch.room_readings import rooms as rooms_today
from mentoring.access import staff
from mentoring.basics import clock
from mentoring.lunch.duty import Room, RoomState
from mentoring.planning import rota
from mentoring.school import clock_doubt, school_year
from mentoring.school.programme import CHILDLINE, NotSetUp
from mentoring.store.database import open_database

pages = Blueprint("board", __name__, url_prefix="/board")

NEXT = 3
CLOSED: dict[str, Any] = {
    "state": RoomState.CLOSED,
    "mentors": [],
    "from": None,
    "until": None,
    "heading": "Closed",
    "line": "The next drop-in is listed below.",
}
# Without the reason, which is written for mentors; everybody can read the board.
CALLED_OFF = CLOSED | {"heading": "Not today", "line": "Today's drop-in is called off. The next one is listed below."}


@pages.get("/<link>")
def board(link: str) -> str:
    """The board's page. Its script updates it, and says so when the server does not answer (P28)."""
    picture = _look(link)
    return render_template(
        "admin/lunch/board.html",
        board=picture.shown,
        now=clock.wall(g.now, picture.zone),
        lead=staff.lead(g.db),
        childline=CHILDLINE,
    )


@pages.get("/<link>.json")
def board_json(link: str) -> AnyResponse:
    """The board as JSON. The ETag covers all but `as_of`, so a 304 confirms the content as of its `Date` header."""
    latest: LatestPicture = current_app.extensions["latest_picture"]
    picture = latest.of(link, g.now, lambda: _look(link))
    if picture.mark in request.if_none_match:
        answer = Response(status=304)
        answer.set_etag(picture.mark)
        return answer
    answer = jsonify({"as_of": clock.wall(g.now, picture.zone).isoformat(), **picture.shown})
    answer.set_etag(picture.mark)
    return answer


def _look(link: str) -> Picture:
    """Read the board's content now. Opens the database itself, because most requests are answered from the cache."""
    if "db" not in g:
        g.db = open_database(g.settings.database)
        g.reading = Reading(g.db, now=g.now, settings=g.settings)
    if not hmac.compare_digest(link.encode(), _good_link(g.reading).encode()):
        abort(404)
    if clock_doubt.doubt(g.db, now=g.now, longest_rest=g.settings.longest_rest):
        abort(503)  # while the time is in doubt the board shows nothing but a request to ask an adult (P28)
    shown = _picture(g.reading)
    return Picture(shown, g.reading.zone, hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:20])


def _good_link(reading: Reading) -> str:
    try:
        return reading.programme.board_link
    except NotSetUp:
        abort(404)


def _picture(reading: Reading) -> dict[str, Any]:
    """The rooms and the next drop-ins, as in `board.json`. Names only those mentors who agreed, and no pupil."""
    zone, now = reading.zone, reading.now
    first_of = {each.drop_in.room: each for each in reversed(reading.once(rooms_today))}
    rooms: list[dict[str, Any]] = [
        {
            "room": each.drop_in.room,
            "state": each.state,
            "mentors": [mentor.public_name for mentor, _ in each.here],
            "from": clock.hour(each.drop_in.starts, zone),
            "until": clock.hour(each.drop_in.ends, zone),
            **_words(
                each, starts=clock.hour(each.drop_in.starts, zone), ends=clock.hour(each.drop_in.ends, zone), now=now
            ),
        }
        for each in sorted(first_of.values(), key=lambda each: (each.drop_in.starts, each.drop_in.room))
    ]
    known = {each["room"] for each in rooms}
    off = {each.room for each in called_off_today(reading)}
    for slot in school_year.slots(reading.db):
        if slot.room not in known:
            known.add(slot.room)
            rooms.append({"room": slot.room, **(CALLED_OFF if slot.room in off else CLOSED)})
    coming = school_year.coming(reading.db, now=now, most=NEXT, year=reading.year)
    due = rota.due_on(reading.db, coming)
    return {
        "rooms": rooms,
        "next": [
            {
                "date": each.date.isoformat(),
                "words": when(each.date, clock.hour(each.starts, zone), today=reading.today),
                "from": clock.hour(each.starts, zone),
                "until": clock.hour(each.ends, zone),
                "room": each.room,
                "mentors": [mentor.public_name for mentor in due.get(each, [])],
            }
            for each in coming
        ],
    }


def _words(room: Room, *, starts: str, ends: str, now: datetime) -> dict[str, str]:
    """What the board says about one room: a heading readable from six metres, and a sentence."""
    begun = room.drop_in.starts <= now
    if room.state is RoomState.OPEN:
        return {"heading": "Open", "line": f"Here to listen until {ends}. Walk in, no name needed."}
    if room.state is RoomState.PAUSED:
        return {"heading": "Back soon", "line": f"Mentors are on their way back. Until {ends}."}
    if room.state is RoomState.OPENING and begun and not room.due and not room.here:
        return {"heading": "Not open yet", "line": "No mentor is here yet. Ask the adult named below."}
    if room.state is RoomState.OPENING and begun:
        return {"heading": "Opening", "line": f"Mentors are on their way. Until {ends}."}
    return {"heading": f"Opens {starts}", "line": f"Today from {starts} to {ends}."}
