"""What a page says at its top after a change: the address names a word, and the areas say what it means."""

from flask import current_app, request


def said() -> str:
    """The sentence for the word in this request's address; empty where there is none."""
    sentences: dict[str, str] = current_app.extensions["said"]
    return sentences.get(request.args.get("said", ""), "")
