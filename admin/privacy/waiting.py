"""What privacy adds to *Waiting for you*."""

from collections.abc import Callable

from flask import url_for

from admin.frame.area import Urgency, Waiting
from admin.frame.reading import Reading
from mentoring.privacy import retention


def date_in_doubt(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line while the date is in doubt: retention runs only after a member of staff confirms it."""
    if not may("privacy_page.run") or not retention.waits_for_an_adult(reading.db, now=reading.now):
        return []
    return [
        Waiting(
            Urgency.NOW,
            "clock-alert",
            "The box asks whether its date is right",
            small="Until somebody says so, it forgets nothing.",
            address=url_for("privacy_page.show"),
            link="Look",
        )
    ]
