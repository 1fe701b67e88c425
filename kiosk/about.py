"""What this box knows about you (K12)."""

from flask import Blueprint, g, render_template

from kiosk import sentences
from mentoring.lunch import close_of_day, help_requests
from mentoring.privacy import retention

pages = Blueprint("about", __name__)


@pages.get("/about")
def about() -> str:
    """Five facts in a child's words; behind them what is kept of a request, from the schema itself: a column without
    words shows its name.
    """
    checked = sentences.checked(
        close_of_day.latest_self_test(g.db),
        is_waiting=bool(close_of_day.waiting(g.db, now=g.now)),
        now=g.now,
        zone=g.programme.zone,
    )
    return render_template(
        "kiosk/about.html",
        facts=(*sentences.FACTS, checked),
        kept=[sentences.KEPT.get(name, name) for name in help_requests.columns(g.db) if sentences.KEPT.get(name, name)],
        never=sentences.NEVER_KEPT,
    )


@pages.get("/about/mentors")
def about_mentors() -> str:
    """The same for mentors, whom the box does know: the classes of data with their periods."""
    known = [each for each in retention.kept(g.db) if each.data_class.child]
    return render_template("kiosk/about_mentors.html", known=known, kept_for=sentences.kept_for)
