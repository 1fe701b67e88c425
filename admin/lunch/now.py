"""What every staff page polls: the open alerts, and whether Today has changed (P5)."""

from dataclasses import asdict
from datetime import timedelta

from flask import Blueprint, g, jsonify, request
from werkzeug.wrappers import Response

from admin.frame.reading import Reading
from admin.lunch.room_readings import rooms
from admin.lunch.todays_mark import today_mark
from admin.safeguarding import sentences
from admin.safeguarding.alert_bar import lines, may_read, passed_on, shown, words
from admin.safeguarding.answering import answered, burst
from mentoring.lunch import duty
from mentoring.lunch.duty import Room

pages = Blueprint("now", __name__)


@pages.get("/now.json")
def now() -> Response:
    """The open alerts, notices, whose log-in this is, whether it has idled, and a hash that changes when Today does.

    `key` is the form key of this log-in, so that a page opened before it can be sent; none once it has idled.
    """
    answer = jsonify(
        alerts=[{"id": each.first.id, **asdict(lines(each)), "passed": passed_on(each)} for each in shown()],
        idle=g.idle,
        key="" if g.idle else g.form_key,
        me=str(g.me.id),
        notices=_burst_words(g.reading) + _going_words() + _no_pair_words(g.reading),
        today=today_mark(g.reading),
    )
    answer.add_etag()
    return answer.make_conditional(request)


def _burst_words(reading: Reading) -> list[str]:
    """A sentence when many answers came by the staff room's link, and nobody confirmed them (P5)."""
    taps = burst(reading)
    return [sentences.burst(taps)] if taps else []


def _going_words() -> list[str]:
    """A sentence for each call that was just answered, so that other staff know who is going (P5)."""
    return [f"{call.first.coming} is going: {words(call)}." for call, _ in g.reading.once(answered)]


def _no_pair_words(reading: Reading) -> list[str]:
    """A sentence for each room in which no pair has formed by `no_pair_minutes` after the start (P1)."""
    after = timedelta(minutes=reading.settings.no_pair_minutes)
    late = [each for each in reading.once(rooms) if duty.no_pair_yet(each, now=reading.now, after=after)]
    return [f"No pair has formed in {each.drop_in.room} yet.{_missing(each) if may_read() else ''}" for each in late]


def _missing(room: Room) -> str:
    """Who is due and has not come, and who came and has left."""
    names = ", ".join(mentor.display_name for mentor in room.missing).rstrip(".")
    gone = ", ".join(mentor.display_name for mentor, _ in room.left).rstrip(".")
    if not names and not gone:
        return " Nobody was due."
    missing = f" Missing: {names}." if names else ""
    return f"{missing} Left: {gone}." if gone else missing
