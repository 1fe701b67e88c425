"""Today: the rooms, who is on duty, who is missing, and what is waiting for the reader."""

from datetime import date, timedelta

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.frame.reading import Reading
from admin.frame.rights import may
from admin.frame.said import said
from admin.frame.sentences import long_day
from admin.lunch.cards import coming_line, gap_card, room_card
from admin.lunch.room_readings import called_off, drop_ins_today, last_self_test, rooms, waits_for_closing
from admin.lunch.sentences import forgotten
from admin.lunch.todays_mark import today_mark
from admin.lunch.waiting import waiting
from admin.people.waiting import everybody
from admin.planning.waiting import AHEAD, coming
from admin.planning.waiting import live as covers
from admin.safeguarding.answering import answered, going_said, just_dealt_with, said_for
from mentoring.access import staff
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.lunch import attendance
from mentoring.lunch.attendance import Gap
from mentoring.people import mentors
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning import rota
from mentoring.planning.rota import Warned
from mentoring.school import programme, school_year
from mentoring.school.school_year import DropIn
from mentoring.store import journal

pages = Blueprint("today", __name__)


@pages.get("/")
def today() -> str:
    """Show the page."""
    return _page()


@pages.post("/today/step-in")
def step_in() -> Response | tuple[str, int]:
    """Assign a mentor to a drop-in with a gap: to an empty place, or instead of a mentor who is missing."""
    drop_in = _drop_in()
    mentor_id = request.form.get("mentor", type=int) or 0
    instead_of = request.form.get("instead_of", type=int)
    due = [mentor.id for mentor in rota.due(g.db, drop_in) if mentor.id != instead_of]
    fault = rota.set_due(
        g.db,
        drop_in,
        [*due, mentor_id],
        seen=request.form.get("seen", type=int) or 0,
        despite=request.form.get("despite", ""),
        by=journal.staff(g.me.id),
        now=g.now,
    )
    if fault:
        return _page(fault=fault), 422
    return redirect(url_for("today.today", said="stepped_in"), 303)


def _page(*, fault: Fault | None = None) -> str:
    reading: Reading = g.reading
    shown, live, to_come = reading.once(rooms), reading.once(covers), reading.once(ahead)
    off, day_off = called_off(reading), school_year.why_closed(reading.today, reading.year.closures)
    over = [each for each in reading.once(drop_ins_today) if not each.closed and each.ends <= reading.now]
    return render_template(
        "admin/lunch/today.html",
        date=reading.today,
        now=g.now,
        said_for=reading.once(said_for),
        answered=reading.once(answered),
        dealt_with=just_dealt_with(),
        rooms=[room_card(each, live, now=g.now, zone=reading.zone) for each in shown],
        staff=staff.everyone(g.db),
        nothing=_nothing(to_come, day_off, over) if not shown and (over or not off) else None,
        called_off=off,
        day_off=day_off,
        fault=fault,
        gaps=[
            gap_card(
                each,
                live,
                zone=reading.zone,
                asks_why=isinstance(fault, Warned) and request.form.get("slot") == str(each.drop_in.slot_id),
                in_turn=may("today.step_in"),
            )
            for each in reading.once(gaps)
        ],
        has_slots=bool(to_come) or bool(school_year.slots(g.db)),
        ahead=[coming_line(each, due) for each, due in to_come],
        waiting=waiting(current_app.extensions["areas"], reading, may),
        forgotten=forgotten(
            reading.once(last_self_test), is_waiting=reading.once(waits_for_closing), now=g.now, zone=reading.zone
        ),
        said=going_said() or said(),
        mark=today_mark(reading),
    )


def _nothing(to_come: list[tuple[DropIn, list[Mentor]]], day_off: str | None, over: list[DropIn]) -> dict[str, str]:
    """What to say while no drop-in of today is to come: that it is over, the next one, or the next step of set-up."""
    planned = [each for each, _ in to_come if not each.closed]
    words = {"heading": _heading(over), "closed": day_off or ""}
    if planned:
        where = f"{clock.hour(planned[0].starts, g.reading.zone)}, in {planned[0].room}"
        return words | {"next": f"The next is on {long_day(planned[0].date)} at {where}."}
    if not g.reading.once(everybody):
        return words | {"first": "First, put your mentors on the list.", "do": "mentors.new"}
    if not school_year.slots(g.db):
        return words | {"first": "Next, say when the drop-in is.", "do": "school_year_page.show"}
    return words


def _heading(over: list[DropIn]) -> str:
    if not over:
        return "No drop-in today"
    return "Today's drop-in is over" if len(over) == 1 else "Today's drop-ins are over"


@pages.get("/today/sheet")
def sheet() -> str:
    """Today's lists on paper, with which a drop-in can run without the server (P30)."""
    planned = [each for each in g.reading.once(drop_ins_today) if not each.closed]
    due, adults = rota.due_on(g.db, planned), staff.by_ids(g.db, (each.adult_id for each in planned))
    return render_template(
        "admin/lunch/sheet.html",
        date=g.reading.today,
        rooms=[(each, due.get(each, []), adults.get(each.adult_id)) for each in planned],
        staff=staff.everyone(g.db),
        mentors=[each for each in mentors.mentors(g.db) if each.state is MentorState.ACTIVE],
        head=journal.head(g.db),
        childline=programme.CHILDLINE,
    )


@pages.post("/today/adult")
def adult() -> Response:
    """Change the adult within call of one drop-in."""
    drop_in = _drop_in()
    member = staff.by_id(g.db, request.form.get("adult", type=int) or 0)
    if member is None:
        abort(400)
    school_year.set_adult(g.db, drop_in, member.id, by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("today.today"), 303)


@pages.get("/healthz")
def healthz() -> dict[str, bool]:
    """Answers as long as this process works."""
    return {"ok": True}


def gaps(reading: Reading) -> list[Gap]:
    """The gaps in today's drop-ins."""
    limits = rota.limits(reading.db)
    return attendance.gaps(reading.db, reading.once(rooms), now=reading.now, limits=limits, year=reading.year)


def ahead(reading: Reading) -> list[tuple[DropIn, list[Mentor]]]:
    """The coming drop-ins after today, with those that are called off."""
    found, today = reading.once(coming), reading.today
    last = found[-1][0].date if found else today + AHEAD
    between = school_year.between(reading.db, today + timedelta(days=1), last, year=reading.year)
    off: list[tuple[DropIn, list[Mentor]]] = [(each, []) for each in between if each.closed]
    return sorted([*found, *off], key=lambda each: (each[0].starts, each[0].room))


def _drop_in() -> DropIn:
    try:
        day = date.fromisoformat(request.form.get("date", ""))
    except ValueError:
        abort(400)
    found = school_year.find(g.db, request.form.get("slot", type=int) or 0, day)
    return found or abort(404)
