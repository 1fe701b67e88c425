"""Asking for someone to talk to (K2 to K4): three taps, no typing, no name, no script needed."""

import secrets

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.room import the_room
from kiosk.sentences import TOPICS
from mentoring.basics import forms
from mentoring.lunch import help_requests
from mentoring.lunch.help_requests import Ticket, Topic
from mentoring.people import mentors
from mentoring.school import school_year

pages = Blueprint("asking", __name__)


@pages.get("/ask")
def topics() -> str:
    """The page on which the pupil chooses a topic (K2). It asks for anyone where no mentor's name can be shown."""
    place = the_room(g.db, known=g.programme, now=g.now, settings=g.settings)
    if not place.can_ask:
        return render_template("kiosk/closed.html", place=place)
    return render_template("kiosk/topics.html", place=place, topics=TOPICS, key=secrets.token_urlsafe(12))


@pages.post("/ask")
def ask() -> str | Response:
    """The choice of a mentor (K3) while none was made, else a new ticket. The same key gives the same ticket (P26)."""
    place = the_room(g.db, known=g.programme, now=g.now, settings=g.settings)
    if place.room is None or not place.can_ask:
        return render_template("kiosk/closed.html", place=place)
    topic, key = _topic(), request.form.get("key") or secrets.token_urlsafe(12)
    if "mentor" not in request.form:
        return render_template("kiosk/whom.html", place=place, topic=topic, key=key)
    drop_in_id = school_year.store_drop_in(g.db, place.room.drop_in)
    ticket = help_requests.ask(g.db, drop_in_id=drop_in_id, topic=topic, wish=_wish(), key=forms.browser_key(key))
    if not _still_shown(ticket):
        return redirect(url_for("home.first_page"), 303)
    return redirect(url_for("asking.ticket", ticket_id=ticket.id), 303)


@pages.get("/ticket/<ticket_id>")
def ticket(ticket_id: str) -> str | Response:
    """K4: "You are Blue Turtle", until Done is tapped or it was idle; after that it redirects home (P10)."""
    found = help_requests.ticket(g.db, ticket_id)
    if found is None or not _still_shown(found):
        return redirect(url_for("home.first_page"), 303)
    colour, animal, *_ = found.word.lower().split()
    return render_template("kiosk/ticket.html", ticket=found, colour=colour, animal=animal)


@pages.post("/ticket/<ticket_id>/done")
def done(ticket_id: str) -> Response:
    """The pupil has read the ticket, or it was idle: its page is closed."""
    help_requests.spend(g.db, ticket_id)
    return redirect(url_for("home.first_page"), 303)


@pages.post("/ticket/<ticket_id>/withdraw")
def withdraw(ticket_id: str) -> Response:
    """The pupil changed their mind."""
    help_requests.withdraw(g.db, ticket_id)
    return redirect(url_for("home.first_page"), 303)


def _topic() -> Topic:
    try:
        return Topic(request.form.get("topic", ""))
    except ValueError:
        abort(400)


def _still_shown(ticket: Ticket) -> bool:
    """Whether the ticket's page may still be shown; one that was idle too long is closed for good."""
    if ticket.spent:
        return False
    lives: bool = current_app.extensions["ticket_pages"].is_open(ticket.id)
    if not lives:
        help_requests.spend(g.db, ticket.id)
    return lives


def _wish() -> int | None:
    """The id of the mentor asked for, or None. A wish for a mentor who has gone is kept; anybody may call it."""
    wish = request.form["mentor"]
    if wish == "anyone":
        return None
    if not wish.isdecimal() or len(wish) > 9 or mentors.mentor(g.db, int(wish)) is None:
        abort(400)
    return int(wish)
