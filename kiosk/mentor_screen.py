"""The mentor's screen (K9): call the next pupil, finish, tell staff, end the duty. A one-time token, and no cookie."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, g, render_template, request

from kiosk import alerting, sentences
from kiosk.in_memory import Endings, Offer, PageToken
from kiosk.room import Place, the_room
from mentoring.basics import forms
from mentoring.lunch import duty, help_requests
from mentoring.lunch.duty import Room, RoomState
from mentoring.lunch.help_requests import Called, Outcome
from mentoring.people import mentors
from mentoring.planning import cover, rota
from mentoring.planning.cover import State
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import ALWAYS_PASSED_ON, About, Alert
from mentoring.school import school_year
from mentoring.training import what_to_say

pages = Blueprint("mentor_screen", __name__, url_prefix="/mentor")

# What a mentor may still do after their duty has ended: end it, say how it was, and always tell staff (P3).
AFTER_DUTY = ("ending", "end", "felt", "tell-staff ", *(f"tell-staff {about}" for about in ALWAYS_PASSED_ON))
UNSAID = About.ANYTHING_ELSE  # what an alert is about when the mentor has not chosen
HARD = 2  # for a mood up to this, the page says whom to talk to


@pages.post("")
def screen() -> str:
    """The mentor's screen, opened by a token."""
    token = use_token("screen")
    return show(token.mentor_id, token.drop_in_id) if token else scan_again()


@pages.post("/next")
def call_next() -> str:
    """Assign the next pupil, in the order of asking, to this mentor."""
    token = use_token("next")
    if token is None:
        return scan_again()
    room = _room(token)
    if token.mentor_id not in room.on_duty:
        return scan_again()
    if room.state is RoomState.OPEN:  # a talk begins only while a pair is there (P1)
        help_requests.call_next(g.db, token.mentor_id, drop_in_id=token.drop_in_id, on_duty=room.on_duty)
    return show(token.mentor_id, token.drop_in_id)


@pages.post("/finished")
def finished() -> str:
    """Store how the talk ended, after passing on what is always passed on (P3). 400 for an unknown outcome."""
    token = use_token("finished")
    if token is None:
        return scan_again()
    try:
        outcome = Outcome(request.form.get("outcome", ""))
    except ValueError:
        abort(400)
    if called := _talk_to_pass_on(token):  # first: a talk that is over has nobody to pass it on
        _pass_on(token, About.BULLYING, _place(), key=_key_of(called))
    ended = help_requests.finish(g.db, request.form.get("request", ""), mentor_id=token.mentor_id, outcome=outcome)
    _endings().note(token.mentor_id, ended)
    return show(token.mentor_id, token.drop_in_id)


@pages.post("/cannot-find")
def cannot_find() -> str:
    """Nobody answered to the ticket's word: the request goes back to the queue."""
    token = use_token("cannot-find")
    if token is None:
        return scan_again()
    ended = help_requests.cannot_find(g.db, request.form.get("request", ""), mentor_id=token.mentor_id)
    _endings().note(token.mentor_id, ended)
    return show(token.mentor_id, token.drop_in_id)


@pages.post("/take-back")
def take_back() -> str:
    """Undo how the last talk ended, for UNDO_SECONDS. What was passed on to staff stays with them (P3)."""
    token = use_token("take-back")
    if token is None:
        return scan_again()
    if ended := _endings().of(token.mentor_id):
        help_requests.take_back(g.db, ended, mentor_id=token.mentor_id)
    return show(token.mentor_id, token.drop_in_id, after_take_back=True)


def _endings() -> Endings:
    known: Endings = current_app.extensions["endings"]
    return known


@pages.post("/tell-staff")
def tell_staff() -> str:
    """First tap: the question, and what it is about for who wants to say so. Second tap: raise an alert (P3, P5)."""
    about = request.form.get("about", "")
    token = use_token(f"tell-staff {about}")
    if token is None:
        return scan_again()
    place = _place()
    if not about:
        return render(
            "kiosk/tell_staff.html",
            token.mentor_id,
            token.drop_in_id,
            place=place,
            about=sentences.ABOUT,
            unsaid=UNSAID,
        )
    if about not in ALWAYS_PASSED_ON:
        abort(400)
    called = _talk_to_pass_on(token) if about == About.BULLYING else None
    key = _key_of(called) if called else forms.browser_key(request.form["token"])
    alert = _pass_on(token, About(about), place, key=key)
    receipt = _receipt(alert, place)
    return render("kiosk/told_staff.html", token.mentor_id, token.drop_in_id, place=place, alert=alert, **receipt)


def _talk_to_pass_on(token: PageToken) -> Called | None:
    """The talk that the posted form is about, if it is this mentor's, not over, and always passed on."""
    called = help_requests.called_by(g.db, token.mentor_id, drop_in_id=token.drop_in_id)
    is_meant = called is not None and called.id == request.form.get("request")
    return called if called and is_meant and help_requests.is_passed_on(called.topic) else None


def _key_of(called: Called) -> str:
    """The key of the one call for an adult that a talk raises, however often it is passed on. It holds no id (P7)."""
    return forms.browser_key(called.id)


def _pass_on(token: PageToken, about: About, place: Place, *, key: str) -> Alert:
    """Call an adult to this room; on disk when it returns."""
    return alerts.call_an_adult(g.db, key=key, room=place.name, about=about, mentor_id=token.mentor_id, now=g.now)


def _place() -> Place:
    return the_room(g.db, known=g.programme, now=g.now, settings=g.settings)


@pages.post("/what-to-say")
def words_to_say() -> str:
    """The page with what to say and what not. It names nobody, so it may stay open while a pupil is there."""
    token = use_token("what-to-say")
    if token is None:
        return scan_again()
    return render(
        "kiosk/what_to_say.html",
        token.mentor_id,
        token.drop_in_id,
        place=_place(),
        say=what_to_say.SAY,
        do_not=what_to_say.DO_NOT,
    )


@pages.post("/ending")
def ending() -> str:
    """Ask before a duty ends, and say what that means for the room; a duty that is over already is not asked about."""
    token = use_token("ending")
    if token is None:
        return scan_again()
    room = _room(token)
    if not _is_in(room, token.mentor_id):
        return _end(token)
    called = help_requests.called_by(g.db, token.mentor_id, drop_in_id=token.drop_in_id)
    words = sentences.ending(
        room.state,
        stays_open=duty.stays_open_without(room, token.mentor_id),
        waiting=len(help_requests.waiting_words(g.db, drop_in_id=token.drop_in_id)),
        called=called.word if called else "",
    )
    return render("kiosk/ending.html", token.mentor_id, token.drop_in_id, ending=words)


@pages.post("/end")
def end() -> str:
    """End this mentor's duty."""
    token = use_token("end")
    return _end(token) if token else scan_again()


def _end(token: PageToken) -> str:
    duty.end(g.db, token.mentor_id, drop_in_id=token.drop_in_id, now=g.now)
    return render("kiosk/felt.html", token.mentor_id, token.drop_in_id, moods=sentences.MOODS)


@pages.post("/felt")
def felt() -> str:
    """The page that asks how the duty was (K10): five faces, then thanks."""
    token = use_token("felt")
    if token is None:
        return scan_again()
    mood = request.form.get("mood", "")
    if mood not in {str(value) for value, _, _ in sentences.MOODS}:
        abort(400)
    duty.felt(g.db, token.mentor_id, drop_in_id=token.drop_in_id, mood=int(mood))
    mentor = mentors.mentor(g.db, token.mentor_id)
    return render_template(
        "kiosk/thanks.html",
        of_mentor=True,
        name=mentor.display_name if mentor else "",
        told=True,
        hard=int(mood) <= HARD,
        place=_place(),
    )


def use_token(step: str) -> PageToken | None:
    """Use the posted token for this step; None when it is not valid.

    It is valid while its mentor is on duty (P20); the steps in AFTER_DUTY are allowed after that too.
    """
    token: PageToken | None = current_app.extensions["page_tokens"].take(request.form.get("token", ""), step)
    return token if token and (step in AFTER_DUTY or is_here(token)) else None


def is_here(token: PageToken) -> bool:
    """Whether the mentor of this token is on duty now."""
    return _is_in(_room(token), token.mentor_id)


def _is_in(room: Room, mentor_id: int) -> bool:
    return mentor_id in {each.id for each, _ in room.here}


def _room(token: PageToken) -> Room:
    """The room this token belongs to, as it is now."""
    early = timedelta(minutes=g.settings.scan_early_minutes)
    return duty.room(g.db, school_year.by_id(g.db, token.drop_in_id), now=g.now, early=early)


def scan_again() -> str:
    """The page that answers a token that is not valid."""
    return render_template("kiosk/scan_again.html")


def show(mentor_id: int, drop_in_id: int, *, after_take_back: bool = False) -> str:
    """The mentor's screen, with a token for the next step; it says so where a take-back came too late."""
    early = timedelta(minutes=g.settings.scan_early_minutes)
    drop_in = school_year.by_id(g.db, drop_in_id)
    room = duty.room(g.db, drop_in, now=g.now, early=early)
    passed_on = alerts.passed_on(g.db, mentor_id, since=drop_in.starts - early)
    live = cover.live(g.db, now=g.now)
    called = help_requests.called_by(g.db, mentor_id, drop_in_id=drop_in_id)
    ended = None if called else _endings().of(mentor_id)
    sides = [{each.mentor.id, each.taken_by.id if each.taken_by else None} for each in live]
    return render(
        "kiosk/mentor.html",
        mentor_id,
        drop_in_id,
        called=called,
        ended=sentences.ended(ended) if ended else "",
        too_late=after_take_back and called is None,
        to_pass_on=called and help_requests.is_passed_on(called.topic) and alerts.by_key(g.db, _key_of(called)) is None,
        waiting=help_requests.waiting_words(g.db, drop_in_id=drop_in_id),
        is_open=room.state is RoomState.OPEN,
        may_call=room.state is RoomState.OPEN
        and help_requests.is_somebody_for(g.db, mentor_id, drop_in_id=drop_in_id, on_duty=room.on_duty),
        has_duties=bool(rota.next_duties(g.db, mentor_id, now=g.now, most=1))
        or any(mentor_id in each for each in sides),
        has_places=any(each.state is State.OPEN and each.mentor.id != mentor_id for each in live),
        topics=sentences.TOPICS,
        outcomes=sentences.OUTCOMES,
        passed_on=passed_on,
        **(_receipt(passed_on, _place()) if passed_on else {}),
    )


def _receipt(alert: Alert, place: Place) -> dict[str, Any]:
    """What a mentor sees of an alert they raised: when it was raised and who is coming; never its subject."""
    told = sentences.receipt(alert, to=place.adult.name, zone=g.programme.zone)
    return {"receipt": told, **alerting.picture(alert, place)}


def render(template: str, mentor_id: int, drop_in_id: int, *, offer: Offer | None = None, **values: object) -> str:
    """Render a page of this mentor's with a token for the next step; `offer` is the swap that step continues."""
    token = current_app.extensions["page_tokens"].issue(mentor_id, drop_in_id, offer)
    return render_template(template, token=token, mentor=mentors.mentor(g.db, mentor_id), offer=offer, **values)
