"""Today: is lunch covered, who is in, who is missing, what waits. Answers in ten seconds."""

import hashlib
from datetime import date, datetime, timedelta

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from sqlite_utils import Database
from werkzeug.wrappers import Response

from admin.frame.said import said
from admin.frame.sentences import backup_trouble
from admin.lunch.sentences import REFUSED, forgotten
from admin.safeguarding.answering import answered, going_said
from admin.safeguarding.sentences import channel_trouble
from mentoring.access import keys, staff
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.basics.settings import Settings
from mentoring.box import backups, finish_line
from mentoring.lunch import attendance, close_of_day, duty
from mentoring.lunch.attendance import Gap
from mentoring.lunch.duty import Room, RoomState
from mentoring.people import mentors
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning import cover, rota
from mentoring.privacy import retention
from mentoring.safeguarding import alerts, channels, concerns, drills
from mentoring.safeguarding.alerts import Alert
from mentoring.school import programme, school_year
from mentoring.school.school_year import DropIn
from mentoring.store import journal

pages = Blueprint("today", __name__)

FORTNIGHT = 10


@pages.get("/")
def today() -> str:
    """The page a lead leaves open."""
    return _page()


@pages.post("/today/step-in")
def step_in() -> Response | tuple[str, int]:
    """Somebody steps in on a drop-in that has a gap: in an empty place, or instead of one who is missing."""
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
    zone = school_year.zone(g.db)
    day = clock.school_day(g.now, zone)
    return render_template(
        "admin/lunch/today.html",
        date=day,
        now=g.now,
        called_off=school_year.closed_on(g.db, day),
        day_off=school_year.why_closed(day, school_year.closures(g.db)),
        ahead=_ahead(g.db, now=g.now),
        rooms=_rooms(g.db, now=g.now, settings=g.settings),
        RoomState=RoomState,
        coming=_coming(g.db, now=g.now),
        staff=staff.everyone(g.db),
        unprinted=[each for each in mentors.mentors(g.db) if each.state is MentorState.ACTIVE and not each.has_badge],
        slots=school_year.slots(g.db),
        mentors=mentors.mentors(g.db),
        missing=[step for step in finish_line.steps(g.db) if not step.done],
        refusals=duty.refusals(g.db, since=clock.at(day, "00:00", zone))[:5],
        refused=REFUSED,
        forgotten=forgotten(close_of_day.latest_self_test(g.db), now=g.now, zone=zone),
        backup_words=_backup_words(g.db, now=g.now, settings=g.settings),
        paper_untried=(paper := keys.on_paper(g.db)) is not None and paper.confirmed is None,
        retention_waits=retention.waits_for_an_adult(g.db, now=g.now),
        untold=_untold(g.db, now=g.now),
        drill_wanted=drills.is_wanted(drills.last_started(g.db), now=g.now),
        gaps=_gaps(g.db, now=g.now, settings=g.settings),
        live=cover.live(g.db, now=g.now),
        unwritten=_unwritten(g.db, since=clock.at(day, "00:00", zone)),
        fault=fault,
        trouble=_trouble(fault),
        given=request.form,
        said=going_said() or said(),
        answered=answered(g.db, now=g.now),
        mark=today_mark(g.db, now=g.now, settings=g.settings),
    )


@pages.get("/today/sheet")
def sheet() -> str:
    """The paper twin: lunch runs from it without the box (P30)."""
    zone = school_year.zone(g.db)
    today = clock.school_day(g.now, zone)
    return render_template(
        "admin/lunch/sheet.html",
        date=today,
        rooms=[
            (each, rota.due(g.db, each), staff.by_id(g.db, each.adult_id)) for each in school_year.on_day(g.db, today)
        ],
        staff=staff.everyone(g.db),
        mentors=[each for each in mentors.mentors(g.db) if each.state is MentorState.ACTIVE],
        head=journal.head(g.db),
        childline=programme.CHILDLINE,
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


def _unwritten(db: Database, *, since: datetime) -> list[Alert]:
    """The alerts of today that an adult went to and nobody has written down yet."""
    written = concerns.alerts_with_a_record(db)
    return [each for each in alerts.answered(db, since=since) if each.id not in written]


def today_mark(db: Database, *, now: datetime, settings: Settings) -> str:
    """Changes whenever Today would look different."""
    shown = [
        (each.state, each.drop_in, each.adult, [(mentor.display_name, at) for mentor, at in each.here], each.missing)
        for each in _rooms(db, now=now, settings=settings)
    ]
    live = [(each.id, each.state) for each in cover.live(db, now=now)]
    gaps = _gaps(db, now=now, settings=settings)
    day, closed = clock.school_day(now, school_year.zone(db)), close_of_day.latest_self_test(db)
    called_off, safe = school_year.closed_on(db, day), _backup_words(db, now=now, settings=settings)
    going = [(call.first.id, len(call.alerts), each) for call, each in answered(db, now=now)]
    looks = (day, shown, called_off, closed, live, gaps, going, safe, _untold(db, now=now))
    return hashlib.sha256(repr(looks).encode()).hexdigest()[:16]


def no_pair_words(db: Database, *, now: datetime, settings: Settings) -> list[str]:
    """A sentence for each room where no pair has formed some time after the start (P1)."""
    after = timedelta(minutes=settings.no_pair_minutes)
    late = [each for each in _rooms(db, now=now, settings=settings) if duty.no_pair_yet(each, now=now, after=after)]
    return [
        f"No pair has formed in {each.drop_in.room} yet. Missing: "
        f"{', '.join(mentor.display_name for mentor in each.missing).rstrip('.') or 'nobody was due'}."
        for each in late
    ]


def _rooms(db: Database, *, now: datetime, settings: Settings) -> list[Room]:
    return duty.rooms(db, now=now, early=timedelta(minutes=settings.scan_early_minutes))


def _backup_words(db: Database, *, now: datetime, settings: Settings) -> str:
    """What is wrong with backups, as a sentence; nothing where all is well."""
    found = backups.standing(db, folder=settings.backups, second=settings.second_backups, now=now)
    return backup_trouble(found.trouble, found.place) if found.trouble else ""


def _trouble(fault: Fault | None) -> str:
    """A fault as a sentence: it names its mentor itself, or is about the one chosen."""
    if fault is None:
        return ""
    what = f"that mentor {fault.what}" if fault.what.startswith("is ") else fault.what
    return f"{what[0].upper()}{what[1:]}: {fault.remedy}."


def _untold(db: Database, *, now: datetime) -> list[str]:
    """A sentence for each channel that could not be used."""
    zone = school_year.zone(db)
    return [channel_trouble(each, zone=zone, now=now) for each in channels.failing(db)]


def _gaps(db: Database, *, now: datetime, settings: Settings) -> list[Gap]:
    return attendance.gaps(db, now=now, early=timedelta(minutes=settings.scan_early_minutes))


def _ahead(db: Database, *, now: datetime) -> list[tuple[DropIn, list[Mentor]]]:
    """What is coming up, with what was called off in between; today's has a place of its own."""
    coming, today = _coming(db, now=now), clock.school_day(now, school_year.zone(db))
    last = coming[-1][0].date if coming else today + timedelta(days=14)
    off: list[tuple[DropIn, list[Mentor]]] = [
        (each, []) for each in school_year.between(db, today + timedelta(days=1), last) if each.closed
    ]
    return sorted([*coming, *off], key=lambda each: (each[0].starts, each[0].room))


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
