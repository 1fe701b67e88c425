"""What safeguarding adds to *Waiting for you*."""

from collections.abc import Callable

from flask import url_for

from admin.frame.area import Urgency, Waiting
from admin.frame.reading import Reading
from admin.safeguarding.sentences import channel_trouble
from mentoring.basics import clock
from mentoring.safeguarding import alerts, channels, concerns, drills
from mentoring.safeguarding.channels import Channel
from mentoring.school import school_year


def answers_by_link(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line, for whoever may give the staff room's screen a new link, when many answers came by it today."""
    if not may("programme_page.give_staff_room_link") or not reading.programme.staff_room_link:
        return []
    taps = alerts.taps_by_link(reading.db, since=clock.at(reading.today, "00:00", reading.zone))
    if taps < alerts.BURST:
        return []
    return [
        Waiting(
            Urgency.NOW,
            "bell-ring",
            f"{taps} answers came by the staff room's link today, and nobody confirmed them",
            small="If it was nobody in the staff room, give the screen a new address",
            address=url_for("programme_page.show", _anchor="staff-room"),
            link="Give it a new address",
        )
    ]


def unwritten(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line for each of today's answered calls of which nothing is written down yet, however often it was tapped."""
    if not may("concern_writing.new"):
        return []
    zone = reading.zone
    answered = alerts.calls(alerts.answered(reading.db, since=clock.at(reading.today, "00:00", zone)))
    written = concerns.alerts_with_a_record(reading.db) if answered else frozenset()
    return [
        Waiting(
            Urgency.NOW,
            "shield",
            f"An adult went to {call.first.room}",
            small=f"{clock.hour(call.first.raised, zone)}, {call.first.coming}. Nothing is written down yet",
            address=url_for("concern_writing.new", alert=call.first.id),
            link="Write it down",
        )
        for call in answered
        if not call.first.drill and written.isdisjoint(each.id for each in call.alerts)
    ]


def failing(reading: Reading) -> list[Channel]:
    """The channels whose last message failed."""
    return channels.failing(reading.db)


def failing_channels(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line for each channel whose last message failed."""
    address = url_for("channels_page.show") if may("channels_page.show") else ""
    return [
        Waiting(
            Urgency.NOW,
            "megaphone",
            channel_trouble(each, zone=reading.zone, now=reading.now),
            address=address,
            link="See the channels",
        )
        for each in reading.once(failing)
    ]


def drill(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line when a drill is due, once a term, if there are weekly slots."""
    if not may("drill_page.show") or not drills.is_wanted(drills.last_started(reading.db), now=reading.now):
        return []
    if not school_year.slots(reading.db):
        return []
    return [
        Waiting(
            Urgency.LATER,
            "bell-ring",
            "It is time for a drill",
            small="how soon an adult comes, once a term",
            address=url_for("drill_page.show"),
            link="Hold a drill",
        )
    ]
