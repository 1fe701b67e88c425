"""The guide on the staff pages: the page of `docs/guide.md`, the search in it, and its pictures."""

from flask import Blueprint, render_template, request, send_from_directory
from flask import Response as FileResponse

from admin.box import guide_text

pages = Blueprint("guide_page", __name__, url_prefix="/guide")


@pages.get("")
def show() -> str:
    """Show the whole guide; with `q` only the parts that hold all words of it."""
    guide = guide_text.guide("/guide/pictures/")
    query = request.args.get("q", "")[: guide_text.LONGEST_QUERY].strip()
    found = guide_text.search(guide.parts, query) if query else []
    return render_template("admin/box/guide.html", guide=guide, query=query, found=found)


@pages.get("/pictures/<name>.png")
def picture(name: str) -> FileResponse:
    """One picture of the guide."""
    return send_from_directory(guide_text.PICTURES, f"{name}.png")
