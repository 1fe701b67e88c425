"""The message at the top of a page after a change."""

from flask import current_app, request


def said() -> str:
    """The message for the value of `said` in the request's address; empty if there is none."""
    sentences: dict[str, str] = current_app.extensions["said"]
    return sentences.get(request.args.get("said", ""), "")
