"""Responses that a browser saves as a file."""

from flask import Response

CSV, PDF, ZIP = "text/csv; charset=utf-8", "application/pdf", "application/zip"


def saved(content: str | bytes, name: str, kind: str) -> Response:
    """A response with this file name and content type, to be saved instead of shown.

    Text of the type CSV gets a byte-order mark: without one Excel reads its accents wrongly.
    """
    if kind == CSV and isinstance(content, str):
        content = content.encode("utf-8-sig")
    answer = Response(content, content_type=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
