"""Checks how a request arrived: passwords need TLS or the server itself, and the first set-up the server itself."""

from flask import current_app, request

from admin.frame.rights import rights
from doors import arrival
from doors.arrival import Way


class WrongWay(Exception):
    """A page was requested over a connection that it does not allow. `words`: a heading and what to do."""

    def __init__(self, heading: str, text: str) -> None:
        super().__init__(heading)
        self.words = heading, text


def check_way() -> None:
    """Raise WrongWay if a password, or a page behind one, would cross the network without TLS."""
    if _way() is Way.BARE and request.endpoint not in rights().by_link and request.endpoint is not None:
        raise WrongWay(
            "Not by this address.",
            "Here a password would cross the network where others can read it. "
            f"Open the staff pages by {_address()}, or on the box itself. "
            "Nothing was changed. Whoever looks after the box finds how to in docs/deploy.md.",
        )


def check_on_the_box() -> None:
    """Raise WrongWay unless the request was sent on the server itself: whoever sets up first becomes the lead."""
    port = current_app.extensions["settings"].admin_port
    if not is_at_the_box():
        raise WrongWay(
            "This box is not set up yet.",
            "The first set-up is made on the box itself, so that nobody else can be first: open "
            f"http://127.0.0.1:{port}/set-up there, or run dropin init. Then log in here.",
        )


def _address() -> str:
    """The https address of the reverse proxy if the settings name one, else words for it."""
    own = current_app.extensions["settings"].own_address
    return f"{own}/" if own else "the address that begins with https://"


def is_at_the_box() -> bool:
    """Whether the request came from the server itself, not through the proxy or the network."""
    return _way() is Way.BOX


def _way() -> Way:
    return Way(request.environ.get(arrival.WAY, Way.BARE))
