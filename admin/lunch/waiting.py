"""What the lunch area adds to *Waiting for you*, and the list of all areas."""

from collections.abc import Callable, Sequence

from flask import url_for

from admin.frame.area import Area, Urgency, Waiting
from admin.frame.reading import Reading
from admin.lunch.sentences import REFUSED
from mentoring.basics import clock
from mentoring.lunch import duty

MOST_REFUSALS = 5


def refusals(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line for each badge that was refused today, at most five."""
    found = duty.refusals(reading.db, since=clock.at(reading.today, "00:00", reading.zone))
    return [
        Waiting(
            Urgency.LATER,
            "id-card",
            REFUSED[each.code],
            small=f"{each.mentor}, {clock.hour(each.at, reading.zone)}",
            address=url_for("mentors.one", mentor_id=each.mentor_id) if may("mentors.one") else "",
            link="See the mentor",
        )
        for each in found[:MOST_REFUSALS]
    ]


def wrong_codes(reading: Reading, _may: Callable[[str], bool]) -> list[Waiting]:
    """A line if many codes that are no badge were tried at the kiosk today."""
    at = duty.wrong_codes(reading.db, since=clock.at(reading.today, "00:00", reading.zone))
    if at is None:
        return []
    words = "Many codes that are no badge were tried at the kiosk"
    small = f"{clock.hour(at, reading.zone)}. Please look who is at the screen"
    return [Waiting(Urgency.SOON, "id-card", words, small=small)]


def waiting(areas: Sequence[Area], reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """All lines for this reader, most urgent first, then in the order of the areas."""
    found = [each for area in areas for source in area.waiting for each in source(reading, may)]
    return sorted(found, key=lambda each: each.urgency)
