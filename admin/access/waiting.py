"""What the accounts add to *Waiting for you*."""

from collections.abc import Callable

from flask import url_for

from admin.frame.area import Urgency, Waiting
from admin.frame.reading import Reading
from mentoring.access import keys
from mentoring.access.keys import OnPaper


def on_paper(reading: Reading) -> OnPaper | None:
    """The recovery key's record, or None before there is one."""
    return keys.on_paper(reading.db)


def recovery_key(reading: Reading, may: Callable[[str], bool]) -> list[Waiting]:
    """A line while nobody has typed the words of the recovery key from its paper."""
    paper = reading.once(on_paper)
    if paper is None or paper.confirmed is not None or not may("recovery_key_page.show"):
        return []
    return [
        Waiting(
            Urgency.LATER,
            "life-buoy",
            "The recovery key is not confirmed",
            small="Nobody has typed from its paper yet.",
            address=url_for("recovery_key_page.show"),
            link="Type the words",
        )
    ]
