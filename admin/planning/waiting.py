"""What planning adds to *Waiting for you*: gaps in the coming rota, and cover to decide."""

from collections.abc import Callable
from datetime import timedelta

from flask import url_for

from admin.frame.area import Urgency, Waiting
from admin.frame.reading import Reading
from admin.frame.sentences import day
from admin.planning.sentences import needs
from mentoring.basics import clock
from mentoring.people.mentors import Mentor
from mentoring.planning import cover, rota
from mentoring.planning.cover import Request
from mentoring.school import school_year
from mentoring.school.school_year import DropIn

MOST_COMING = 10
AHEAD = timedelta(days=14)
MOST_GAPS = 3
MOST_COVERS = 5


def coming(reading: Reading) -> list[tuple[DropIn, list[Mentor]]]:
    """The next drop-ins, at most ten within 14 days, with who is due."""
    coming = school_year.coming(reading.db, now=reading.now, most=MOST_COMING, year=reading.year)
    found = [each for each in coming if each.date <= reading.today + AHEAD]
    due = rota.due_on(reading.db, found)
    return [(each, due.get(each, [])) for each in found]


def live(reading: Reading) -> list[Request]:
    """The requests for cover that are not settled."""
    return cover.live(reading.db, now=reading.now)


def gaps(reading: Reading, _may: Callable[[str], bool]) -> list[Waiting]:
    """A line for each of the first three coming drop-ins that need more mentors."""
    short = [(each, due) for each, due in reading.once(coming) if needs(each, due)]
    return [
        Waiting(
            Urgency.SOON,
            "user-x",
            f"{day(each.date)} {needs(each, due)}",
            small=f"{each.room}, {clock.hour(each.starts, reading.zone)}",
            address=url_for("rota_page.rota_by_hand", _anchor=f"d{each.slot_id}-{each.date}"),
            link="Choose a mentor",
        )
        for each, due in short[:MOST_GAPS]
    ]


def covers(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line for each open request for cover, at most five."""
    if not may("cover_page.show"):
        return []
    return [
        Waiting(
            Urgency.SOON,
            "handshake",
            _cover_words(each),
            small=f"{day(each.drop_in.date)}, {each.drop_in.room}",
            address=url_for("cover_page.show", _anchor=f"r{each.id}"),
            link="Say yes or no" if each.taken_by else "Find cover",
        )
        for each in reading.once(live)[:MOST_COVERS]
    ]


def _cover_words(request: Request) -> str:
    if request.taken_by is None:
        return f"{request.mentor.display_name} cannot come"
    how = "swaps with" if request.is_swap else "would come for"
    return f"{request.taken_by.display_name} {how} {request.mentor.display_name}"
