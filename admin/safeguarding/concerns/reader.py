"""Who may read the concerns, and the key of this log-in while it is unlocked."""

from datetime import datetime

from flask import current_app, g, request
from werkzeug.wrappers import Response

from admin.access.log_in import COOKIE
from mentoring.access import keys
from mentoring.basics import clock
from mentoring.basics.sealing import Key
from mentoring.school import school_year

Answer = str | Response | tuple[str, int]


def spoken(moment: datetime) -> str:
    """`12 January 2027, 12:41`, in the school's time zone."""
    wall = clock.wall(moment, school_year.zone(g.db))
    return f"{wall.day} {wall:%B %Y, %H:%M}"


def is_owner() -> bool:
    """Whether the person who is logged in is an owner: one of those for whom concerns are encrypted."""
    return g.me.role in keys.OWNERS


def my_key() -> Key | None:
    """The private key of this log-in if it is unlocked, else None. Deletes a key that is no longer in use."""
    found = current_app.extensions["unlocked"].key(_token(), g.me.id)
    if found is not None and (not is_owner() or keys.public_of(g.db, g.me.id) != found.public):
        lock_mine()
        return None
    return found if isinstance(found, Key) else None


def lock_mine() -> None:
    """Forget this log-in's key."""
    current_app.extensions["unlocked"].lock(_token())


def _token() -> str:
    return request.cookies.get(COOKIE, "")
