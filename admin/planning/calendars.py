"""Calendars of duties to subscribe to, and the secret links to them (RFC 5545, RFC 7986).

A link needs no log-in, so an event names only mentors who agreed to be shown (P12).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from flask import Blueprint, Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.people.sentences import in_public
from mentoring.people import mentors
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning import calendars
from mentoring.planning.calendars import Calendar, Event
from mentoring.school import programme
from mentoring.store import journal

pages = Blueprint("calendar_door", __name__)

# The refresh interval that the calendar suggests. Most programs refresh once a day anyway.
LOOK_AGAIN = timedelta(hours=1)
# The change time of an event that has none stored.
NEVER_CHANGED = datetime(2026, 1, 1, tzinfo=UTC)


@pages.get("/calendar/<calendar_link>.ics")
def calendar(calendar_link: str) -> AnyResponse:
    """The calendar behind a link. The same duties give the same bytes, so that ETags and 304 work."""
    found = calendars.find(g.db, calendar_link, now=g.now) or abort(404)
    answer = Response(written(found, programme.load(g.db).name), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="drop-in.ics"'
    answer.add_etag()
    return answer.make_conditional(request)


@pages.post("/programme/calendar")
def programmes() -> AnyResponse:
    """Create or revoke the link of the programme's calendar."""
    return _give_or_revoke(None, url_for("programme_page.show", _anchor="calendar"))


@pages.post("/mentors/<int:mentor_id>/calendar", endpoint="mentors")
def mentors_calendar(mentor_id: int) -> AnyResponse:
    """Create or revoke the link of one mentor's calendar."""
    mentor = mentors.mentor(g.db, mentor_id)
    if mentor is None or mentor.state is MentorState.LEFT:
        abort(404)
    return _give_or_revoke(mentor.id, url_for("mentors.one", mentor_id=mentor.id, _anchor="calendar"))


def written(calendar: Calendar, programme_name: str) -> bytes:
    """The calendar as iCalendar text. Cancelled events stay in it, so that calendar programs remove them."""
    whole = icalendar.Calendar()
    name = f"{programme_name}: {calendar.mentor.display_name}" if calendar.mentor else programme_name
    for key, value in (("prodid", "-//Drop-in//Duties//EN"), ("version", "2.0"), ("calscale", "GREGORIAN")):
        whole.add(key, value)
    whole.add("name", name)
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", "PT1H")
    if calendar.events:
        days = [each.starts.date() for each in calendar.events]
        whole.add_component(_zone(calendar.zone, min(days), max(days)))
    for event in calendar.events:
        whole.add_component(_event(event, calendar.mentor))
    return bytes(whole.to_ical())


def _event(event: Event, owner: Mentor | None) -> icalendar.Event:
    zone = ZoneInfo(event.zone)
    others = in_public(each for each in event.mentors if each != owner)
    changed = event.changed or NEVER_CHANGED
    told = icalendar.Event()
    told.add("uid", event.uid)
    told.add("sequence", event.sequence)
    # Without a METHOD, DTSTAMP is the time of the last change, not the time of the request (RFC 5545, 3.8.7.2).
    told.add("dtstamp", changed)
    told.add("last-modified", changed)
    told.add("dtstart", event.starts.replace(tzinfo=zone))
    told.add("dtend", event.ends.replace(tzinfo=zone))
    told.add("summary", f"Drop-in, {event.room}")
    told.add("location", event.room)
    told.add("class", "PRIVATE")
    if event.cancelled:
        told.add("status", "CANCELLED")
        told.add("transp", "TRANSPARENT")
        told.add("description", "You are not due here." if owner else "No drop-in here.")
        return told
    told.add("status", "CONFIRMED")
    if others:
        told.add("description", f"{'With' if owner else 'Due'}: {others}.")
    return told


def _zone(name: str, first: date, last: date) -> icalendar.Timezone:
    """The VTIMEZONE from before the first event to after the last, with each change of offset listed by itself.

    The library's own component gives spring changes in the new local time, so readers change an hour too late.
    """
    zone = ZoneInfo(name)
    begins = datetime(first.year, 1, 1, tzinfo=UTC)
    block = icalendar.Timezone()
    block.add("tzid", name)
    block.add_component(_observance(begins, zone, offset_before=begins.astimezone(zone).utcoffset()))
    for onset in _onsets(zone, begins, datetime(last.year + 1, 1, 1, tzinfo=UTC)):
        before = (onset - timedelta(seconds=1)).astimezone(zone).utcoffset()
        block.add_component(_observance(onset, zone, offset_before=before))
    return block


def _observance(
    onset: datetime, zone: ZoneInfo, *, offset_before: timedelta | None
) -> icalendar.TimezoneStandard | icalendar.TimezoneDaylight:
    """The component of one change of offset. Its start is in local time by the offset before it (RFC 5545, 3.6.5)."""
    wall = onset.astimezone(zone)
    offset_before = offset_before or timedelta()
    observance = icalendar.TimezoneDaylight() if wall.dst() else icalendar.TimezoneStandard()
    observance.add("dtstart", (onset + offset_before).replace(tzinfo=None))
    observance.add("tzoffsetfrom", offset_before)
    observance.add("tzoffsetto", wall.utcoffset() or timedelta())
    observance.add("tzname", wall.tzname() or zone.key)
    return observance


def _onsets(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """Each moment between the two at which the zone's offset changes, to the minute."""
    for ahead in range((ends - begins).days):
        day = begins + timedelta(days=ahead)
        before, after = day, day + timedelta(days=1)
        if _offset(zone, before) == _offset(zone, after):
            continue
        while after - before > timedelta(minutes=1):
            middle = before + (after - before) // 2
            middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
            if _offset(zone, middle) == _offset(zone, day):
                before = middle
            else:
                after = middle
        yield after


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()


def _give_or_revoke(mentor_id: int | None, back: str) -> AnyResponse:
    by = journal.staff(g.me.id)
    if request.form.get("revoke"):
        calendars.revoke_link(g.db, mentor_id, by=by, now=g.now)
    else:
        calendars.give_link(g.db, mentor_id, by=by, now=g.now)
    return redirect(back, 303)
