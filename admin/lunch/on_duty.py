"""Who is on duty now and who is due: a page for a screen in the staff room, and a week on paper."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from admin.frame.reading import Reading
from admin.lunch.room_readings import called_off, rooms
from mentoring.access import staff
from mentoring.access.staff import Staff
from mentoring.people import photos
from mentoring.people.mentors import Mentor
from mentoring.planning import rota
from mentoring.school import school_year
from mentoring.school.school_year import DropIn, monday_of

pages = Blueprint("on_duty", __name__)

NEXT = 4
WEEK = timedelta(days=7)


@pages.get("/on-duty")
def show() -> str:
    """Who is on duty now, in every room. A script updates the page."""
    return render_template("admin/lunch/on_duty.html", **_picture())


@pages.get("/on-duty.json")
def now() -> AnyResponse:
    """The part of the page that changes, as HTML in JSON. Empty once the log-in has idled, to hide the names."""
    answer: Response = jsonify(who="" if g.idle else render_template("admin/lunch/on_duty_rooms.html", **_picture()))
    answer.add_etag()
    return answer.make_conditional(request)


@pages.get("/on-duty/week")
def week() -> str:
    """One week to print: every drop-in, who is due, and the adult within call."""
    monday = monday_of(_day(request.args.get("of", "")) or g.reading.today)
    first, last = _planned_weeks(g.reading)
    planned = school_year.between(g.db, monday, monday + WEEK - timedelta(days=1), year=g.reading.year)
    due, adults = rota.due_on(g.db, planned), staff.by_ids(g.db, (each.adult_id for each in planned))
    return render_template(
        "admin/lunch/week_sheet.html",
        monday=monday,
        last=max([monday + timedelta(days=4), *(each.date for each in planned)]),
        before=min(monday - WEEK, last) if monday > first else None,
        after=max(monday + WEEK, first) if monday < last else None,
        letter=school_year.letters(g.db, [monday], year=g.reading.year)[monday],
        days=[
            (day, [_line(each, due.get(each, []), adults.get(each.adult_id)) for each in planned if each.date == day])
            for day in sorted({each.date for each in planned})
        ],
        adults=[each for each in staff.everyone(g.db) if each.id in {drop_in.adult_id for drop_in in planned}],
    )


def _planned_weeks(reading: Reading) -> tuple[date, date]:
    """The Mondays of the first and the last week of the school year; without half terms of those with a weekly slot."""
    halves, today = reading.year.half_terms, reading.today
    begins = [each.starts for each in halves] or [each.begins for each in school_year.slots(reading.db)]
    ends = [each.ends for each in halves] or [today + timedelta(days=school_year.LOOK_AHEAD_DAYS)]
    return monday_of(min([*begins, today])), monday_of(max([*ends, today]))


def _line(drop_in: DropIn, due: Iterable[Mentor], adult: Staff | None) -> tuple[DropIn, list[str], str]:
    """A drop-in, the names of those who are due, and the name of the adult within call."""
    return drop_in, [each.full_name for each in due], adult.name if adult else ""


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(400)
    # keeps the dates shown within the range of `date`
    return day if date.min + WEEK < day < date.max - 2 * WEEK else abort(400)


def _picture() -> dict[str, Any]:
    """The template variables of the page and of the part that is refreshed."""
    coming = school_year.coming(g.db, now=g.now, most=NEXT, year=g.reading.year)
    due = rota.due_on(g.db, coming)
    return {
        "photos": photos.shown(g.db, now=g.now),
        "rooms": g.reading.once(rooms),
        "called_off": called_off(g.reading),
        "has_slots": bool(coming) or bool(school_year.slots(g.db)),
        "coming": [(each, due.get(each, [])) for each in coming],
    }
