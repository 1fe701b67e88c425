"""The kiosk's cameras: what its page found of them is kept, and one is chosen with a code from *The box*."""

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response

from kiosk import sentences
from mentoring.lunch import cameras

pages = Blueprint("cameras", __name__)


@pages.post("/scan/cameras")
def found() -> Response:
    """Keep which cameras the page found, `name` and `state` by turns, and which of them has `read` a badge."""
    there = dict(zip(request.form.getlist("name"), request.form.getlist("state"), strict=False))
    cameras.note_found(g.db, there, read_by=request.form.get("read", ""))
    return Response(status=204)


@pages.post("/scan/camera")
def choose() -> str:
    """Keep the camera that was chosen, with the code that opened the choice."""
    done = cameras.choose(g.db, request.form.get("code", ""), request.form.get("name", ""), now=g.now)
    heading, text = sentences.CAMERA_CHOSEN if done else sentences.CAMERA_NOT_CHOSEN
    return render_template("kiosk/camera_chosen.html", heading=heading, text=text, done=done)


def choice(code: str) -> str:
    """The page on which somebody with the code looks through the cameras and chooses one."""
    return render_template("kiosk/cameras.html", code=code, **of_the_page())


def of_the_page() -> dict[str, object]:
    """What every page with a live picture is given: the camera to open first, and the words for what is wrong."""
    return {"kept": cameras.kept(g.db), "camera_words": sentences.CAMERA}
