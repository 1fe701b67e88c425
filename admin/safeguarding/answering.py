"""What became of "I am going": who is going where, and what the adult reads who has just said so (P5)."""

from datetime import datetime

from flask import g, request
from sqlite_utils import Database

from admin.safeguarding.sentences import going_told
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import ANSWER_SHOWN, Answer, Call, Going
from mentoring.school import school_year


def answered(db: Database, *, now: datetime) -> list[tuple[Call, list[Going]]]:
    """The calls for an adult that were answered just now, with everybody who is going."""
    return [
        (call, alerts.going(db, call.first.id)) for call in alerts.calls(alerts.answered(db, since=now - ANSWER_SHOWN))
    ]


def going_said() -> str:
    """What stands above the page that "I am going" has led to; empty on any other."""
    alert = alerts.by_id(g.db, request.args.get("going", type=int) or 0)
    going = alerts.going(g.db, alert.id) if alert else []
    if alert is None or g.me.id not in {each.staff_id for each in going}:
        return ""
    answer = Answer(alert.room, going[0].name, going[0].at, is_first=going[0].staff_id == g.me.id)
    return going_told(answer, zone=school_year.zone(g.db))
