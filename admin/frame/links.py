"""The secret addresses of calendars, as text and as QR codes."""

from flask import g, url_for
from markupsafe import Markup

from admin.frame import square
from mentoring.planning import calendars


def address(mentor_id: int | None) -> str:
    """The address of a mentor's calendar, or with None of the programme's. Empty if it has no link."""
    link = calendars.link_of(g.db, mentor_id)
    return url_for("calendar_door.calendar", calendar_link=link, _external=True) if link else ""


def square_of(whole_address: str) -> Markup:
    """The QR code of an address; nothing for an empty one."""
    return square.drawn(whole_address) if whole_address else Markup()
