"""Today: is lunch covered, who is in, who is missing, what waits. Answers in ten seconds."""

import hashlib
from datetime import date, datetime, timedelta

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from sqlite_utils import Database
from werkzeug.wrappers import Response

from mentoring import clock, duty, journal, people, programme, rota, school_year, staff
from mentoring.duty import Room, RoomState
from mentoring.people import Mentor, MentorState
from mentoring.school_year import DropIn
from mentoring.settings import Settings

pages = Blueprint("today", __name__)

FORTNIGHT = 10


@pages.get("/")
def today() -> str:
    """The page a lead leaves open."""
    zone = school_year.zone(g.db)
    return render_template(
        "admin/today.html",
        date=clock.school_day(g.now, zone),
        rooms=_rooms(g.db, now=g.now, settings=g.settings),
        RoomState=RoomState,
        coming=_coming(g.db, now=g.now),
        staff=staff.everyone(g.db),
        unprinted=[each for each in people.mentors(g.db) if each.state is MentorState.ACTIVE and not each.has_badge],
        slots=school_year.slots(g.db),
        mentors=people.mentors(g.db),
        mark=today_mark(g.db, now=g.now, settings=g.settings),
    )


@pages.post("/today/adult")
def adult() -> Response:
    """Another adult is within call, for one drop-in."""
    drop_in = _drop_in()
    member = staff.by_id(g.db, request.form.get("adult", type=int) or 0)
    if member is None:
        abort(400)
    school_year.set_adult(g.db, drop_in, member.id, by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("today.today"), 303)


@pages.get("/healthz")
def healthz() -> dict[str, bool]:
    """Whether this process answers."""
    return {"ok": True}


def today_mark(db: Database, *, now: datetime, settings: Settings) -> str:
    """Changes whenever Today would look different."""
    shown = [
        (each.state, each.drop_in, each.adult, [(mentor.display_name, at) for mentor, at in each.here], each.missing)
        for each in _rooms(db, now=now, settings=settings)
    ]
    return hashlib.sha256(repr((clock.school_day(now, school_year.zone(db)), shown)).encode()).hexdigest()[:16]


def _rooms(db: Database, *, now: datetime, settings: Settings) -> list[Room]:
    return duty.rooms(db, now=now, early=timedelta(minutes=settings.scan_early_minutes))


def _coming(db: Database, *, now: datetime) -> list[tuple[DropIn, list[Mentor]]]:
    today = clock.school_day(now, programme.load(db).zone)
    coming = school_year.coming(db, now=now, most=FORTNIGHT)
    return [(each, rota.due(db, each)) for each in coming if each.date <= today + timedelta(days=14)]


def _drop_in() -> DropIn:
    try:
        day = date.fromisoformat(request.form.get("date", ""))
    except ValueError:
        abort(400)
    found = school_year.find(g.db, request.form.get("slot", type=int) or 0, day)
    return found or abort(404)
