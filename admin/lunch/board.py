"""The duty board for the hallway: who is on duty, where, and which rooms are open. Nothing about pupils (P12)."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from admin.frame.reading import Reading
from admin.frame.sentences import when
from admin.lunch.board_cache import LatestPicture, Picture
from admin.lunch.room_readings import called_off as called_off_today
from admin.lunch.room_readings import rooms as rooms_today
from admin.people.sentences import in_public
from mentoring.access import staff
from mentoring.basics import clock
from mentoring.lunch.duty import Room, RoomState
from mentoring.people import mentors
from mentoring.people.mentors import InPublic, Mentor
from mentoring.planning import rota
from mentoring.school import clock_doubt, school_year
from mentoring.school.programme import CHILDLINE, NotSetUp
from mentoring.school.school_year import DropIn
from mentoring.store.database import open_database

pages = Blueprint("board", __name__, url_prefix="/board")

NEXT = 3
# How large names are written: the class for entries of at most so many letters. `board.css` has the sizes.
SIZES = ((6, "short"), (10, "medium"), (16, "long"))
CLOSED: dict[str, Any] = {"state": RoomState.CLOSED, "mentors": [], "from": None, "until": None}


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
    first_of = {each.drop_in.room: each for each in reversed(reading.once(rooms_today))}
    today = sorted(first_of.values(), key=lambda each: (each.drop_in.starts, each.drop_in.room))
    idle = list(dict.fromkeys(each.room for each in school_year.slots(reading.db) if each.room not in first_of))
    next_in = school_year.next_in(reading.db, idle, now=reading.now, year=reading.year) if idle else {}
    coming = school_year.coming(reading.db, now=reading.now, most=NEXT, year=reading.year)
    due = rota.due_on(reading.db, [*coming, *next_in.values()])
    off = {each.room for each in called_off_today(reading)}
    idle.sort(key=lambda room: (room not in next_in, next_in[room].starts if room in next_in else reading.now))
    return {
        "rooms": [
            *(_room(each, reading) for each in today),
            *(_idle(room, next_in.get(room), due, off=room in off, reading=reading) for room in idle),
        ],
        "next": [
            {
                "date": each.date.isoformat(),
                "words": _when(each, reading),
                "from": clock.hour(each.starts, reading.zone),
                "until": clock.hour(each.ends, reading.zone),
                "room": each.room,
                "mentors": [mentor.public_name for mentor in due.get(each, [])],
                "who": in_public(due.get(each, [])),
            }
            for each in coming
        ],
    }


def _room(room: Room, reading: Reading) -> dict[str, Any]:
    """A room whose drop-in of today is not over: who is there, or when it opens."""
    drop_in, zone = room.drop_in, reading.zone
    heading, line = _words(room, reading)
    here = mentors.in_public(mentor for mentor, _ in room.here)
    opens_later = reading.now < drop_in.starts and not here
    return {
        "room": drop_in.room,
        "state": room.state,
        "mentors": [mentor.public_name for mentor, _ in room.here],
        "from": clock.hour(drop_in.starts, zone),
        "until": clock.hour(drop_in.ends, zone),
        "heading": heading,
        "line": line,
        **_large(_place(drop_in, reading) if opens_later else here),
    }


def _idle(
    room: str, coming: DropIn | None, due: Mapping[DropIn, list[Mentor]], *, off: bool, reading: Reading
) -> dict[str, Any]:
    """A room without a drop-in in the rest of today, and its next one. `off`: today's is called off.

    The reason is not told: it is written for mentors, and everybody can read the board.
    """
    who = in_public(due.get(coming, [])) if coming else ""
    which = "The next one" if off else "The next drop-in"
    line = f"{which}{', with ' + who if who else ''}." if coming else f"{which} is not planned yet."
    return {
        **CLOSED,
        "room": room,
        "heading": "Not today" if off else "Closed",
        "line": f"Called off today. {line}" if off else line,
        **_large(_place(coming, reading) if coming else []),
    }


def _place(drop_in: DropIn, reading: Reading) -> list[InPublic]:
    """When and where a drop-in is, in two entries of the size of the names."""
    return [InPublic("", _when(drop_in, reading)), InPublic("", drop_in.room)]


def _when(drop_in: DropIn, reading: Reading) -> str:
    return when(drop_in.date, clock.hour(drop_in.starts, reading.zone), today=reading.today)


def _large(entries: Sequence[InPublic]) -> dict[str, Any]:
    """The large entries of a room, and the class of their size, which is that of the longest."""
    longest = max((len(each.words) for each in entries), default=0)
    size = next((name for most, name in SIZES if longest <= most), "longest")
    return {"large": [{"mark": each.mark, "words": each.words} for each in entries], "size": size}


def _words(room: Room, reading: Reading) -> tuple[str, str]:
    """What the board says about one room: a heading readable from six metres, and a sentence."""
    starts, ends = clock.hour(room.drop_in.starts, reading.zone), clock.end(room.drop_in.ends, reading.zone)
    if room.state is RoomState.OPEN:
        return "Open", f"Here to listen until {ends}. Walk in, no name needed."
    if room.state is RoomState.PAUSED:
        return "Back soon", f"Mentors are on their way back. Until {ends}."
    if room.drop_in.starts > reading.now:
        who = in_public(room.due)
        return f"Opens {starts}", f"Until {ends}{', with ' + who if who else ''}."
    if not room.due and not room.here:
        return "Not open yet", "No mentor is here yet. Ask the adult named below."
    return "Opening", f"Mentors are on their way. Until {ends}."
