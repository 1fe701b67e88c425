"""What stands at the top of a page: the message after a change, and the way to the page's part of the guide."""

from flask import current_app, request


def said() -> str:
    """The message for the value of `said` in the request's address; empty if there is none."""
    sentences: dict[str, str] = current_app.extensions["said"]
    return sentences.get(request.args.get("said", ""), "")


def help_at() -> str:
    """The anchor of the guide's part about the page that is shown; empty if the guide has none."""
    anchors: dict[str, str] = current_app.extensions["guide"]
    return anchors.get(request.endpoint or "") or anchors.get(request.blueprint or "", "")
