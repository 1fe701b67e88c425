"""The staff room's screen: where an adult is needed, and who is going. Opened by a secret link (P5).

Whoever has the link can tap any name. Only on a screen that the lead has marked as trusted does that answer a call.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.access import log_in
from admin.safeguarding.answering import answered
from admin.safeguarding.answering import said_for as answered_by_link
from admin.safeguarding.answering import waiting as still_waiting
from mentoring.access import staff
from mentoring.access.staff import Staff
from mentoring.basics import clock
from mentoring.safeguarding import alerts, trusted_screens
from mentoring.safeguarding.alerts import Call, Going, Through
from mentoring.school import programme
from mentoring.school.programme import Programme
from mentoring.store import journal

pages = Blueprint("staff_room", __name__, url_prefix="/staff-room")

# A wrong name can be undone on this screen for a short time; later on Today only, by somebody who is logged in.
UNDO_WITHIN = timedelta(minutes=1)
# The cookie of a trusted screen; it is sent to this page alone.
COOKIE, COOKIE_PATH, COOKIE_SECONDS = "dropin_trusted_screen", "/staff-room", 365 * 24 * 3600


@dataclass(frozen=True)
class Shown:
    """A call, everybody who is going, and those of them whose tap may still be undone on this screen."""

    call: Call
    going: list[Going]
    undoable: list[Going]

    @property
    def said_for(self) -> list[Going]:
        """Those for whom it was said by the link, and who have not confirmed it."""
        return [each for each in self.going if not each.is_confirmed]


@pages.get("/<staff_room_link>")
def screen(staff_room_link: str) -> str:
    """The page. Its script updates it, sounds the alarm, and says so when the server does not answer (P28)."""
    _check(staff_room_link)
    return render_template("admin/safeguarding/staff_room.html", **_calls(staff_room_link))


@pages.get("/<staff_room_link>.json")
def screen_json(staff_room_link: str) -> AnyResponse:
    """The page's content as JSON. The ETag covers all but `as_of`, so a 304 confirms it as of its `Date` header.

    The first time that a screen asks on which nobody is logged in is noted: not the lead who only tries the link.
    """
    known = _check(staff_room_link)
    if not known.staff_room_opened and not _is_logged_in():
        programme.note_staff_room_opened(g.db, now=g.now)
    zone, calls = known.zone, _calls(staff_room_link)
    needed = [each.call.first for each in calls["needed"]]
    shown = {
        "rooms": [{"room": each.room, "since": clock.hour(each.raised, zone)} for each in needed],
        "calls": render_template("admin/safeguarding/staff_room_calls.html", **calls),
    }
    mark = hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:20]
    if mark in request.if_none_match:
        answer = Response(status=304)
    else:
        answer = jsonify(as_of=clock.wall(g.now, zone).isoformat(), **shown)
    answer.set_etag(mark)
    return answer


@pages.post("/<staff_room_link>/going")
def going(staff_room_link: str) -> str | AnyResponse:
    """Ask whether the chosen name is right; with `sure=yes`, note that this adult is said to be going."""
    _check(staff_room_link)
    who, alert = _who(), alerts.by_id(g.db, request.form.get("alert", type=int) or 0)
    if alert is None or not alerts.is_live(alert, now=g.now):
        abort(404)
    if request.form.get("sure") != "yes":
        return render_template(
            "admin/safeguarding/staff_room_sure.html",
            staff_room_link=staff_room_link,
            who=who,
            alert=alert,
            is_trusted=_is_trusted(staff_room_link),
        )
    if _is_trusted(staff_room_link):
        alerts.acknowledge(g.db, alert.id, by=who.id, now=g.now, through=Through.TRUSTED_SCREEN)
    else:
        alerts.say_for(g.db, alert.id, staff_id=who.id, now=g.now)
    return redirect(url_for("staff_room.screen", staff_room_link=staff_room_link), 303)


@pages.post("/<staff_room_link>/not-going")
def not_going(staff_room_link: str) -> AnyResponse:
    """Undo a tap that was made on this screen within the last minute."""
    _check(staff_room_link)
    who, alert_id = _who(), request.form.get("alert", type=int) or 0
    is_trusted = _is_trusted(staff_room_link)
    if who.id in {each.staff_id for each in _undoable(alerts.going(g.db, alert_id), is_trusted=is_trusted)}:
        actor = journal.TRUSTED_SCREEN if is_trusted else journal.STAFF_ROOM
        alerts.cannot_go(g.db, alert_id, staff_id=who.id, actor=actor, now=g.now)
    return redirect(url_for("staff_room.screen", staff_room_link=staff_room_link), 303)


def _check(staff_room_link: str) -> Programme:
    """The programme, if this is the present link; 404 if not."""
    known = programme.load(g.db) if staff.is_set_up(g.db) else abort(404)
    link = known.staff_room_link
    if not link or not hmac.compare_digest(staff_room_link.encode(), link.encode()):
        abort(404)
    return known


def _is_logged_in() -> bool:
    """Whether somebody is logged in in this browser."""
    limits = {"idle_minutes": g.settings.log_in_idle_minutes, "hours": g.settings.log_in_hours}
    return staff.who(g.db, request.cookies.get(log_in.COOKIE, ""), now=g.now, **limits) is not None


def _is_trusted(staff_room_link: str) -> bool:
    return trusted_screens.is_trusted(g.db, staff_room_link, request.cookies.get(COOKIE, ""))


def _who() -> Staff:
    chosen = request.form.get("staff", type=int)
    return next((each for each in staff.everyone(g.db) if each.id == chosen), None) or abort(400)


def _calls(staff_room_link: str) -> dict[str, Any]:
    """The calls and the answers to show: where and since when, but not whom they are about, nor why (P7)."""
    waiting, is_trusted = still_waiting(g.reading), _is_trusted(staff_room_link)
    alerts.fetched(g.db, waiting, by=None, now=g.now)
    said_for = {call.first.id: going for call, going in g.reading.once(answered_by_link)}
    needed = [(call, said_for.get(call.first.id, [])) for call in alerts.calls(waiting)]

    def shown(call: Call, going: list[Going]) -> Shown:
        return Shown(call, going, _undoable(going, is_trusted=is_trusted))

    return {
        "staff_room_link": staff_room_link,
        "is_trusted": is_trusted,
        "needed": [shown(*each) for each in needed],
        "answered": [shown(*each) for each in g.reading.once(answered) if each[1]],
        "staff": staff.everyone(g.db),
    }


def _undoable(going: list[Going], *, is_trusted: bool) -> list[Going]:
    """Those whose tap may be undone here: recent, and made on such a screen as this."""
    mine = Through.TRUSTED_SCREEN if is_trusted else Through.LINK
    return [each for each in going if each.through is mine and g.now - each.at <= UNDO_WITHIN]
