"""What a browser saves instead of showing."""

from flask import Response

CSV, PDF, ZIP = "text/csv; charset=utf-8", "application/pdf", "application/zip"


def saved(content: str | bytes, name: str, kind: str) -> Response:
    """The answer that a browser keeps as a file of this name."""
    answer = Response(content, content_type=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
