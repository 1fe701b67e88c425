"""What every staff page asks again and again: is an adult needed, and has what it shows changed? (P5)"""

from flask import Blueprint, g, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from admin.sentences import ALERT_ABOUT
from admin.today import no_pair_words, today_mark
from mentoring import alerts
from mentoring.alerts import Alert

pages = Blueprint("alerting", __name__)


@pages.get("/now.json")
def now() -> Response:
    """The open alerts, whether this log-in has idled, and a mark of what Today shows."""
    waiting = alerts.waiting(g.db)
    alerts.fetched(g.db, waiting, by=g.me.id, now=g.now)
    answer = jsonify(
        alerts=[{"id": each.id, "words": words(each)} for each in waiting],
        idle=g.idle,
        notices=no_pair_words(g.db, now=g.now, settings=g.settings),
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
    """One line for the bar: what, where, and which mentor."""
    told_by = f" ({alert.raised_by})" if alert.raised_by else ""
    return f"{ALERT_ABOUT[alert.about]}: {alert.room}{told_by}"
