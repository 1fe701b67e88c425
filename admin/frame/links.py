"""Whole addresses of pages, as text that works from another computer, and as QR codes."""

from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from markupsafe import Markup

from admin.frame import square
from admin.frame.rights import rights
from doors import headers
from mentoring.planning import calendars


@dataclass(frozen=True)
class WholeAddress:
    """A page's address with its host, and whether another computer than the box itself can open it."""

    text: str
    works_elsewhere: bool


def whole(endpoint: str, **values: Any) -> WholeAddress:
    """The address of a page for another computer, by the box's own name even when the reader sits at the box.

    A page behind a password needs the proxy's TLS; one behind a secret link does not. Where the settings name no way in
    over the network, the address is the one at the box itself.
    """
    path = url_for(endpoint, **values)
    here = request.host_url.rstrip("/") + path
    if not headers.is_loopback(request.host):
        return WholeAddress(here, works_elsewhere=True)
    name = g.settings.own_name
    if own := g.settings.own_address:
        return WholeAddress(own + path, works_elsewhere=True)
    if name and endpoint in rights().by_link and not headers.is_loopback(g.settings.admin_host):
        return WholeAddress(f"http://{name}:{g.settings.admin_port}{path}", works_elsewhere=True)
    return WholeAddress(here, works_elsewhere=False)


def calendar(mentor_id: int | None) -> WholeAddress | None:
    """The address of a mentor's calendar, or with None of the programme's. None if it has no link."""
    link = calendars.link_of(g.db, mentor_id)
    return whole("calendar_door.calendar", calendar_link=link) if link else None


def square_of(address: WholeAddress | None) -> Markup:
    """The QR code of an address; nothing without one."""
    return square.drawn(address.text) if address else Markup()
