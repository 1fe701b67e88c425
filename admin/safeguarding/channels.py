"""Channels that send alerts as messages: adding, testing and removing them, and their failures."""

import threading
from collections.abc import Sequence

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.safeguarding import posting
from admin.safeguarding.sentences import OUTCOMES, REACHED, channel_trouble, test_message
from mentoring.basics.forms import Fault
from mentoring.safeguarding import channels
from mentoring.safeguarding.alerts import Level
from mentoring.safeguarding.channels import Channel, Due, Email, Outcome, Security
from mentoring.school import programme, school_year
from mentoring.store import journal

pages = Blueprint("channels_page", __name__)

SECURITIES = {
    Security.STARTTLS: "STARTTLS (often port 587)",
    Security.SSL: "TLS from the start (often port 465)",
    Security.NONE: "none (often port 25, inside the school)",
}
_WRONG = {
    Outcome.NOT_UNDERSTOOD: channels.Wrong.NOT_UNDERSTOOD,
    Outcome.ON_THE_BOX: channels.Wrong.ON_THE_BOX,
}
# A test may take 20 seconds of a server thread. At most two run, so that threads are left for other pages.
_tests = threading.BoundedSemaphore(2)


@pages.get("/channels")
def show() -> str:
    """The channels with their state, and an example of a message."""
    return _page()


@pages.post("/channels")
def add() -> Response | tuple[str, int]:
    """Add a channel: an e-mail server by its form, or an Apprise URL."""
    given = {name: request.form.get(name, "").strip() for name in ("name", "level", "url")}
    faults: list[Fault] = []
    if request.form.get("kind") == "email":
        email = _email()
        faults = channels.email_faults(email)
        given["url"] = channels.email_url(email)
        faults += [each for each in channels.new_faults(**given) if each.field != "url"]
        faults = faults or _understood(given["url"], field="server")
    else:
        faults = channels.new_faults(**given) or _understood(given["url"], field="url")
    if faults:
        return _page(faults=faults), 422
    by = journal.staff(g.me.id)
    channels.add(g.db, name=given["name"], url=given["url"], level=Level(given["level"]), by=by, now=g.now)
    return redirect(url_for("channels_page.show", said="channel_added"), 303)


@pages.post("/channels/<int:channel_id>/test")
def test(channel_id: int) -> Response | tuple[str, int]:
    """Send a test message and show the result. 429 if two tests are running."""
    channel = _channel(channel_id)
    if not _tests.acquire(blocking=False):
        return _page(busy=True), 429
    try:
        title, body = test_message(school=programme.load(g.db).school)
        outcome = posting.try_one(channel.url, title=title, body=body, mail_ports=g.settings.own_mail_ports)
    finally:
        _tests.release()
    channels.tested(g.db, channel.id, outcome, by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("channels_page.show", tested=channel.id, outcome=outcome), 303)


@pages.post("/channels/<int:channel_id>/end")
def end(channel_id: int) -> Response:
    """Remove a channel."""
    channels.end(g.db, channel_id, by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("channels_page.show", said="channel_ended"), 303)


def _email() -> Email:
    given = {
        name: request.form.get(name, "").strip() for name in ("server", "port", "security", "user", "sender", "to")
    }
    return Email(**given, password=request.form.get("email_password", ""))


def _channel(channel_id: int) -> Channel:
    return channels.by_id(g.db, channel_id) or abort(404)


def _understood(url: str, *, field: str) -> list[Fault]:
    """The faults of a URL that Apprise does not understand, that leads to this box, or that could not be checked.

    Sends nothing; looks the server's name up. `field`: where in the form the fault is shown.
    """
    outcome = posting.try_one(url, title="", body="", mail_ports=g.settings.own_mail_ports, is_check=True)
    if outcome is Outcome.SENT:
        return []
    return [Fault(field, _WRONG.get(outcome, channels.Wrong.NOT_CHECKED))]


def _page(*, faults: Sequence[Fault] = (), busy: bool = False) -> str:
    zone, in_use = school_year.zone(g.db), channels.in_use(g.db)
    tested = next((each for each in in_use if each.id == request.args.get("tested", type=int)), None)
    outcome = request.args.get("outcome", "")
    ended = Outcome(outcome) if tested and outcome in list(Outcome) else None
    example = Due(0, "", "Library 2", g.now, drill=False, level=Level.FIRST)
    return render_template(
        "admin/safeguarding/channels.html",
        channels=in_use,
        troubles={each.id: channel_trouble(each, zone=zone, now=g.now) for each in in_use},
        reached=REACHED,
        securities=SECURITIES,
        example=posting.words(example, school=programme.load(g.db).school, zone=zone, now=g.now)[1],
        tested=tested if ended else None,
        outcome=ended,
        outcomes=OUTCOMES,
        busy=busy,
        faults=faults,
        given=request.form,
    )
