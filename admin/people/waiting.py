"""What the people area adds to *Waiting for you*."""

from collections.abc import Callable

from flask import url_for

from admin.frame.area import Urgency, Waiting
from admin.frame.reading import Reading
from mentoring.people import badge_register, consent, mentors
from mentoring.people.mentors import Mentor, MentorState


def everybody(reading: Reading) -> list[Mentor]:
    """All mentors, active first."""
    return mentors.mentors(reading.db)


def without_badge(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line that counts the active mentors whose badge was not printed yet."""
    if not may("badge_printing.choose"):
        return []
    active = [each for each in reading.once(everybody) if each.state is MentorState.ACTIVE]
    printed = badge_register.printed(reading.db, [each.id for each in active])
    found = [each for each in active if each.id not in printed]
    if not found:
        return []
    names = ", ".join(each.display_name for each in found[:3])
    return [
        Waiting(
            Urgency.LATER,
            "printer",
            f"{len(found)} {'mentor has' if len(found) == 1 else 'mentors have'} no printed badge yet",
            small=f"{names}{' and others' if len(found) > 3 else ''}",
            address=url_for("badge_printing.choose"),
            link="Print badges",
        )
    ]


def without_consent(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line that counts the active mentors of whom nobody has said whether their name may be shown (P12)."""
    found = consent.not_settled(reading.once(everybody))
    if not found or not may("mentors.record_consent"):
        return []
    return [
        Waiting(
            Urgency.LATER,
            "users",
            f"{len(found)} {'mentor is' if len(found) == 1 else 'mentors are'} shown without a name",
            small="Nobody has said yet whether their names may be shown",
            address=url_for("mentors.all_mentors", _anchor="names"),
            link="Tick the names",
        )
    ]
