"""The bar of alerts on every staff page, and the answers "I am going" and "I cannot go" (P5)."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.frame.rights import CARERS, LUNCH, Right, rights
from admin.safeguarding import answering, sentences
from admin.safeguarding.sentences import CallWords
from mentoring.safeguarding import alerts, drills
from mentoring.safeguarding.alerts import Call
from mentoring.store import journal

pages = Blueprint("alerting", __name__)

# What a role sees of a call, and may do with it, is decided by these two wherever a call is shown. IT sees no mentor's
# name and no matter: room and time alone.
READ = Right("Read what a call is about, and which mentor made it", LUNCH, ())
TAKE_BACK = Right("Take back another's “I am going”", CARERS, ())


def shown() -> list[Call]:
    """The calls to show, one for each room. Notes that this person's screen has shown them; for the bar only (P5)."""
    waiting = answering.waiting(g.reading)
    alerts.fetched(g.db, waiting, by=g.me.id, now=g.now)
    drills.seen(g.db, waiting, by=g.me.id, now=g.now)
    return alerts.calls(waiting)


@pages.post("/alerts/<int:alert_id>/going")
def going(alert_id: int) -> str | Response:
    """Note that this adult is going. The first to answer counts, and the kiosk shows their name."""
    answer = alerts.acknowledge(g.db, alert_id, by=g.me.id, now=g.now)
    home = rights().first_page(g.me.role)
    if answer is None:
        return redirect(url_for(home), 303)
    if g.idle:  # no password now, although the log-in has idled: the adult is needed at once
        told = sentences.going_told(answer, zone=g.reading.zone)
        return render_template("admin/safeguarding/going.html", told=told)
    return redirect(url_for(home, going=alert_id), 303)


@pages.post("/alerts/<int:alert_id>/not-going")
def not_going(alert_id: int) -> Response:
    """An adult cannot go after all: the alert is open to all again. 403 for another's answer without the right."""
    staff_id = request.form.get("staff", type=int) or g.me.id
    if staff_id != g.me.id and not may_take_back():
        abort(403)
    actor = journal.staff(g.me.id)
    handed_back = alerts.cannot_go(g.db, alert_id, staff_id=staff_id, actor=actor, now=g.now)
    return redirect(url_for(rights().first_page(g.me.role), said="handed_back" if handed_back else None), 303)


@pages.post("/alerts/<int:alert_id>/dealt-with")
def dealt_with(alert_id: int) -> Response:
    """The adult who went says that it is over. 403 for somebody else's call without the right to take back."""
    went = {each.staff_id for each in alerts.going(g.db, alert_id) if each.is_confirmed}
    if went and g.me.id not in went and not may_take_back():
        abort(403)
    over = alerts.deal_with(g.db, alert_id, by=g.me.id, now=g.now)
    return redirect(url_for(rights().first_page(g.me.role), dealt=alert_id if over else None), 303)


def may_read() -> bool:
    """Whether the reader may see what a call is about and which mentor made it."""
    return g.me.role in READ.roles


def may_take_back() -> bool:
    """Whether the reader may take back the answer of somebody else."""
    return g.me.role in TAKE_BACK.roles


def lines(call: Call) -> CallWords:
    """The lines of a call in the bar: where and when, and for whoever may read it what and which mentor raised it."""
    return sentences.called(call, zone=g.reading.zone, in_full=may_read())


def words(call: Call) -> str:
    """The same as one sentence, without its full stop."""
    said = lines(call)
    return f"{said.what}. {said.where}"


def passed_on(call: Call) -> str:
    """What was done about a call while nobody answered it."""
    return sentences.passed_on(call, now=g.now)
