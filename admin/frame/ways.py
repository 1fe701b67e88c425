"""Which way somebody comes: passwords travel inside this box or over TLS, and the first set-up stays on the box."""

from flask import current_app, request

from admin.frame.rights import rights
from doors import arrival
from doors.arrival import Way


class WrongWay(Exception):
    """Somebody came by a way on which this page is not given; `words` are a heading and what to do."""

    def __init__(self, heading: str, text: str) -> None:
        super().__init__(heading)
        self.words = heading, text


def check_way() -> None:
    """Raises `WrongWay` where a password, or a page behind one, would cross the network in the clear."""
    if _way() is Way.BARE and request.endpoint not in rights().by_link and request.endpoint is not None:
        raise WrongWay(
            "Not by this address.",
            "Here a password would cross the network where others can read it. "
            f"Open the staff pages by {_address()}, or on the box itself. "
            "Nothing was changed. Whoever looks after the box finds how to in docs/deploy.md.",
        )


def check_on_the_box() -> None:
    """Raises `WrongWay` for a first set-up from anywhere else: whoever comes first would be the lead."""
    port = current_app.extensions["settings"].admin_port
    if not is_at_the_box():
        raise WrongWay(
            "This box is not set up yet.",
            "The first set-up is made on the box itself, so that nobody else can be first: open "
            f"http://127.0.0.1:{port}/set-up there, or run dropin init. Then log in here.",
        )


def _address() -> str:
    """Where the proxy is, as far as the settings know."""
    settings = current_app.extensions["settings"]
    names = [name.strip() for name in settings.admin_names.split(",") if name.strip()]
    return f"https://{names[0]}/" if settings.proxy and names else "the address that begins with https://"


def is_at_the_box() -> bool:
    """Whether this was sent on the box itself, by no proxy and no network."""
    return _way() is Way.BOX


def _way() -> Way:
    return Way(request.environ.get(arrival.WAY, Way.BARE))
