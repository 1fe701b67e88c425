"""Drills: start a practice alert, follow its times, and list the past drills."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.frame.downloads import CSV, saved
from admin.safeguarding.answering import answered
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.basics.spreadsheets import csv_of, disarmed
from mentoring.safeguarding import channels, drills
from mentoring.safeguarding.alerts import ANSWER_SHOWN
from mentoring.safeguarding.drills import Drill
from mentoring.school import school_year

pages = Blueprint("drill_page", __name__)

LEVELS = {"first": "nobody further", "deputy": "the deputy", "everyone": "all staff"}
COLUMNS = (
    "started",
    "room",
    "started_by",
    "on_a_screen_after_seconds",
    "screens",
    "went_on_to",
    "first_message_after_seconds",
    "last_message_after_seconds",
    "messages_sent",
    "messages_not_sent",
    "answered_after_seconds",
    "answered_by",
    "stopped_by",
)


@pages.get("/drill")
def show() -> str:
    """Show the page."""
    return _page()


@pages.get("/drill.json")
def now() -> AnyResponse:
    """The part of the page that changes during a drill, as HTML in JSON. Empty once the log-in has idled."""
    answer: Response = jsonify(
        drill="" if g.idle else render_template("admin/safeguarding/drill_times.html", **_picture())
    )
    answer.add_etag()
    return answer.make_conditional(request)


@pages.post("/drill")
def start() -> AnyResponse | tuple[str, int]:
    """Start a drill, unless one is running."""
    room = request.form.get("room", "")
    if fault := drills.room_fault(room):
        return _page(fault=fault), 422
    drills.start(g.db, room=room, by=g.me.id, now=g.now)
    return redirect(url_for("drill_page.show"), 303)


@pages.post("/drill/<int:drill_id>/stop")
def stop(drill_id: int) -> AnyResponse:
    """Stop a drill that nobody has answered."""
    drills.stop(g.db, drill_id, by=g.me.id, now=g.now)
    return redirect(url_for("drill_page.show", said="drill_stopped"), 303)


@pages.get("/drill/drills.csv")
def as_csv() -> Response:
    """All drills as CSV. No cell can start a formula (P23)."""
    zone = school_year.zone(g.db)
    lines = (map(disarmed, _cells(each, zone)) for each in drills.everything(g.db))
    return saved(csv_of(COLUMNS, lines), "drills.csv", CSV)


def _cells(each: Drill, zone: str) -> tuple[str, ...]:
    return (
        f"{clock.wall(each.started, zone):%Y-%m-%d %H:%M:%S}",
        each.room,
        each.started_by,
        _seconds(each, each.shown),
        "; ".join(f"{screen.name} {each.after(screen.at)} s" for screen in each.screens),
        LEVELS[each.level],
        _seconds(each, each.first_sent),
        _seconds(each, each.last_sent),
        str(each.messages),
        str(each.missed),
        _seconds(each, each.answered),
        each.answered_by,
        each.stopped_by,
    )


def _seconds(each: Drill, moment: datetime | None) -> str:
    found = each.after(moment)
    return "" if found is None else str(found)


def _picture() -> dict[str, Any]:
    """The template variables of the page and of the part that is refreshed."""
    every = drills.everything(g.db)
    return {
        "running": next((each for each in every if not each.is_over), None),
        "past": [each for each in every if each.is_over],
        "levels": LEVELS,
        "channels": channels.in_use(g.db),
        "stands": next((call.first for call, _ in g.reading.once(answered) if call.first.drill), None),
        "answer_shown": int(ANSWER_SHOWN.total_seconds() // 60),
    }


def _page(*, fault: Fault | None = None) -> str:
    rooms = sorted({each.room for each in school_year.slots(g.db)})
    last = drills.last_started(g.db)
    return render_template(
        "admin/safeguarding/drill.html",
        rooms=rooms,
        faults=[fault] if fault else [],
        given=request.form,
        wanted=drills.is_wanted(last, now=g.now),
        **_picture(),
    )
