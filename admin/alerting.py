"""What every staff page asks again and again: is an adult needed, and has what it shows changed? (P5)"""

from datetime import timedelta

from flask import Blueprint, g, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from admin.sentences import ALERT_ABOUT
from admin.today import no_pair_words, today_mark
from mentoring import alerts, clock, drills, school_year
from mentoring.alerts import Alert

pages = Blueprint("alerting", __name__)

GOING_SHOWN = timedelta(minutes=10)


@pages.get("/now.json")
def now() -> Response:
    """The open alerts, whether this log-in has idled, and a mark of what Today shows."""
    waiting = alerts.waiting(g.db)
    alerts.fetched(g.db, waiting, by=g.me.id, now=g.now)
    drills.seen(g.db, waiting, by=g.me.id, now=g.now)
    answer = jsonify(
        alerts=[{"id": each.id, "words": words(each)} for each in waiting],
        idle=g.idle,
        notices=_going_words() + no_pair_words(g.db, now=g.now, settings=g.settings),
        today=today_mark(g.db, now=g.now, settings=g.settings),
    )
    answer.add_etag()
    return answer.make_conditional(request)


@pages.post("/alerts/<int:alert_id>/going")
def going(alert_id: int) -> Response:
    """The adult says "I am going": the first adult counts, and the kiosk says who is coming."""
    alerts.acknowledge(g.db, alert_id, by=g.me.id, now=g.now)
    return redirect(url_for("today.today"), 303)


def words(alert: Alert) -> str:
    """One line for the bar: what, where, when, and which mentor says so."""
    told_by = f", told by {alert.raised_by}" if alert.raised_by else ""
    hour = clock.hour(alert.raised, school_year.zone(g.db))
    practice = "DRILL, this is practice. " if alert.drill else ""
    return f"{practice}{ALERT_ABOUT[alert.about]}. {alert.room}, {hour}{told_by}"


def _going_words() -> list[str]:
    """Who is going where: the adult who tapped still needs the room, and the others need to know (P5)."""
    answered = alerts.answered(g.db, since=g.now - GOING_SHOWN)
    return [f"{each.coming} is going: {words(each)}." for each in answered]
