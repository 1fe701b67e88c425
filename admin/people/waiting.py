"""What the people area adds to *Waiting for you*."""

from collections.abc import Callable

from flask import url_for

from admin.frame.area import Urgency, Waiting
from admin.frame.reading import Reading
from mentoring.people import mentors
from mentoring.people.mentors import Mentor, MentorState


def everybody(reading: Reading) -> list[Mentor]:
    """All mentors, active first."""
    return mentors.mentors(reading.db)


def without_badge(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line that counts the active mentors who have no badge."""
    found = [each for each in reading.once(everybody) if each.state is MentorState.ACTIVE and not each.has_badge]
    if not found or not may("badge_printing.choose"):
        return []
    names = ", ".join(each.display_name for each in found[:3])
    return [
        Waiting(
            Urgency.LATER,
            "printer",
            f"{len(found)} {'mentor has' if len(found) == 1 else 'mentors have'} no badge yet",
            small=f"{names}{' and others' if len(found) > 3 else ''}",
            address=url_for("badge_printing.choose"),
            link="Print",
        )
    ]
