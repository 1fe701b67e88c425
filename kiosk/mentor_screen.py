"""The mentor's screen (K9): call the next pupil, finish, tell staff, end the duty. A one-use token, and no cookie."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, g, render_template, request

from kiosk import sentences
from kiosk.room import the_room
from kiosk.short_memory import Pass
from mentoring import alerts, doors, duty, help_requests, people, rota, school_year
from mentoring.alerts import ALWAYS_PASSED_ON, About
from mentoring.duty import Room, RoomState
from mentoring.help_requests import Outcome

pages = Blueprint("mentor_screen", __name__, url_prefix="/mentor")

# What a mentor may still do when the bell has gone: end, say how it was, and always tell staff (P3).
AFTER_DUTY = ("end", "felt", "tell-staff ", *(f"tell-staff {about}" for about in ALWAYS_PASSED_ON))
HARD = 2  # a mood up to this is answered with whom to talk to


@pages.post("")
def screen() -> str:
    """Who waits, and what the mentor can do."""
    held = _pass("screen")
    return show(held.mentor_id, held.drop_in_id) if held else _scan_again()


@pages.post("/next")
def call_next() -> str:
    """Take the next pupil in the order of asking."""
    held = _pass("next")
    if held is None:
        return _scan_again()
    room = _room(held)
    if held.mentor_id not in room.on_duty:
        return _scan_again()
    if room.state is RoomState.OPEN:  # a talk begins only while a pair is there (P1)
        help_requests.call_next(g.db, held.mentor_id, drop_in_id=held.drop_in_id, on_duty=room.on_duty)
    return show(held.mentor_id, held.drop_in_id)


@pages.post("/finished")
def finished() -> str:
    """The talk is over; how it ended is one tap."""
    held = _pass("finished")
    if held is None:
        return _scan_again()
    try:
        outcome = Outcome(request.form.get("outcome", ""))
    except ValueError:
        abort(400)
    help_requests.finish(g.db, request.form.get("request", ""), mentor_id=held.mentor_id, outcome=outcome)
    return show(held.mentor_id, held.drop_in_id)


@pages.post("/cannot-find")
def cannot_find() -> str:
    """Nobody answered to the word."""
    held = _pass("cannot-find")
    if held is None:
        return _scan_again()
    help_requests.cannot_find(g.db, request.form.get("request", ""), mentor_id=held.mentor_id)
    return show(held.mentor_id, held.drop_in_id)


@pages.post("/tell-staff")
def tell_staff() -> str:
    """Two taps: what it is about, and it is told (P3, P5)."""
    about = request.form.get("about", "")
    held = _pass(f"tell-staff {about}")
    if held is None:
        return _scan_again()
    place = the_room(g.db, now=g.now, settings=g.settings)
    if not about:
        return _render("kiosk/tell_staff.html", held.mentor_id, held.drop_in_id, place=place, about=sentences.ABOUT)
    if about not in ALWAYS_PASSED_ON:
        abort(400)
    key = doors.browser_key(request.form["token"])
    alert = alerts.call_an_adult(
        g.db, key=key, room=place.name, about=About(about), mentor_id=held.mentor_id, now=g.now
    )
    return _render("kiosk/told_staff.html", held.mentor_id, held.drop_in_id, place=place, alert=alert, key=key)


@pages.post("/end")
def end() -> str:
    """End my duty."""
    held = _pass("end")
    if held is None:
        return _scan_again()
    duty.end(g.db, held.mentor_id, drop_in_id=held.drop_in_id, now=g.now)
    return _render("kiosk/felt.html", held.mentor_id, held.drop_in_id, moods=sentences.MOODS)


@pages.post("/felt")
def felt() -> str:
    """How was that for you? (K10) Five faces, then thanks."""
    held = _pass("felt")
    if held is None:
        return _scan_again()
    mood = request.form.get("mood", "")
    if mood not in {str(value) for value, _, _ in sentences.MOODS}:
        abort(400)
    duty.felt(g.db, held.mentor_id, drop_in_id=held.drop_in_id, mood=int(mood))
    mentor = people.mentor(g.db, held.mentor_id)
    return render_template(
        "kiosk/thanks.html",
        name=mentor.display_name if mentor else "",
        told=True,
        hard=int(mood) <= HARD,
        place=the_room(g.db, now=g.now, settings=g.settings),
    )


def _pass(step: str) -> Pass | None:
    """The token in the page, used for this step: good while its mentor's duty lasts, and no longer (P20)."""
    held: Pass | None = current_app.extensions["passes"].take(request.form.get("token", ""), step)
    if held is None or (step not in AFTER_DUTY and held.mentor_id not in {each.id for each, _ in _room(held).here}):
        return None
    return held


def _room(held: Pass) -> Room:
    """The room this token belongs to, as it is now."""
    early = timedelta(minutes=g.settings.scan_early_minutes)
    return duty.room(g.db, school_year.by_id(g.db, held.drop_in_id), now=g.now, early=early)


def _scan_again() -> str:
    return render_template("kiosk/scan_again.html")


def show(mentor_id: int, drop_in_id: int) -> str:
    """The mentor's screen, with a token for the next step."""
    early = timedelta(minutes=g.settings.scan_early_minutes)
    room = duty.room(g.db, school_year.by_id(g.db, drop_in_id), now=g.now, early=early)
    return _render(
        "kiosk/mentor.html",
        mentor_id,
        drop_in_id,
        called=help_requests.called_by(g.db, mentor_id, drop_in_id=drop_in_id),
        waiting=help_requests.waiting_words(g.db, drop_in_id=drop_in_id),
        is_open=room.state is RoomState.OPEN,
        for_me=help_requests.is_somebody_for(g.db, mentor_id, drop_in_id=drop_in_id, on_duty=room.on_duty),
        duties=[
            sentences.when(each, now=g.now, zone=g.programme.zone)
            for each in rota.next_duties(g.db, mentor_id, now=g.now)
        ],
        topics=sentences.TOPICS,
        outcomes=sentences.OUTCOMES,
    )


def _render(template: str, mentor_id: int, drop_in_id: int, **values: object) -> str:
    token = current_app.extensions["passes"].issue(mentor_id, drop_in_id)
    return render_template(template, token=token, mentor=people.mentor(g.db, mentor_id), **values)
