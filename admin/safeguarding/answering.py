"""Answered alerts: who is going where, and what an adult reads after "I am going" (P5)."""

from flask import g, request

from admin.frame.reading import Reading
from admin.safeguarding.sentences import going_told
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import ANSWER_SHOWN, Alert, Call, Going


def shown_alerts(reading: Reading) -> list[Alert]:
    """The unanswered alerts, and those answered within `ANSWER_SHOWN`."""
    return alerts.waiting_and_answered(reading.db, since=reading.now - ANSWER_SHOWN)


def waiting(reading: Reading) -> list[Alert]:
    """The unanswered alerts."""
    return [each for each in reading.once(shown_alerts) if each.answered is None]


def answered(reading: Reading) -> list[tuple[Call, list[Going]]]:
    """The calls that were just answered and are not dealt with, each with everybody who is going."""
    calls = alerts.calls(each for each in reading.once(shown_alerts) if each.answered and not each.dealt_with)
    going = alerts.going_to(reading.db, [call.first.id for call in calls])
    return [(call, going[call.first.id]) for call in calls]


def said_for(reading: Reading) -> list[tuple[Call, list[Going]]]:
    """The unanswered calls that somebody answered by the staff room's link, each with whom it was said for."""
    calls = [each for each in alerts.calls(waiting(reading)) if each.first.said_for]
    going = alerts.going_to(reading.db, [call.first.id for call in calls])
    return [(call, going[call.first.id]) for call in calls]


def burst(reading: Reading) -> int:
    """How many answers came by the staff room's link within `BURST_WITHIN`, all unconfirmed; 0 when they are no burst.

    Asks the store only while a call is shown.
    """
    if not reading.once(shown_alerts):
        return 0
    taps = alerts.taps_by_link(reading.db, since=reading.now - alerts.BURST_WITHIN)
    return taps if taps >= alerts.BURST else 0


def going_said() -> str:
    """The message on the page that follows "I am going"; empty on other pages."""
    alert_id = request.args.get("going", type=int)
    alert = alerts.by_id(g.db, alert_id) if alert_id else None
    going = [each for each in alerts.going(g.db, alert.id) if each.is_confirmed] if alert else []
    if alert is None or g.me.id not in {each.staff_id for each in going}:
        return ""
    return going_told(alerts.answer_of(alert, going[0], by=g.me.id), zone=g.reading.zone)


def just_dealt_with() -> Alert | None:
    """The alert that the page after "Dealt with" says so of; None on other pages."""
    alert_id = request.args.get("dealt", type=int)
    alert = alerts.by_id(g.db, alert_id) if alert_id else None
    return alert if alert and alert.dealt_with else None
