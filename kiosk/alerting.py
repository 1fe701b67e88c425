"""The red tile (K5): calls an adult. The page says each step only when it has happened (P5)."""

import secrets
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk import sentences
from kiosk.room import Place, the_room, whom_to_find
from mentoring.basics import forms
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import ALWAYS_PASSED_ON, About, Alert
from mentoring.school.programme import CHILDLINE

pages = Blueprint("alerting", __name__)


@pages.get("/alert")
def sure() -> str:
    """The page before the second tap; it already says whom to find on foot."""
    place = the_room(g.db, known=g.programme, now=g.now, settings=g.settings)
    template = "kiosk/alert_sure.html" if place.is_staffed or g.time_unsure else "kiosk/alert_nobody.html"
    return render_template(template, place=place, childline=CHILDLINE, key=secrets.token_urlsafe(12))


@pages.post("/alert")
def call() -> str | AnyResponse:
    """Raise the alert. Outside staffed hours none is stored: the page shows people and phone numbers instead."""
    place = the_room(g.db, known=g.programme, now=g.now, settings=g.settings)
    wants_json = request.accept_mimetypes.best == "application/json"
    if not (place.is_staffed or g.time_unsure):
        if wants_json:
            return jsonify(stored=False)
        return render_template("kiosk/alert_nobody.html", place=place, childline=CHILDLINE)
    key = forms.browser_key(request.form.get("key") or secrets.token_urlsafe(12))
    alerts.call_an_adult(g.db, key=key, room=place.name, about=About.RED_TILE, mentor_id=None, now=g.now)
    return jsonify(stored=True) if wants_json else redirect(url_for("alerting.shown", key=key), 303)


@pages.get("/alert/<key>")
def shown(key: str) -> str:
    """The page of one alert: whether it is saved, whether staff have seen it, and who is coming."""
    place = the_room(g.db, known=g.programme, now=g.now, settings=g.settings)
    alert = alerts.by_key(g.db, key)
    if alert is None:
        abort(404)
    return render_template("kiosk/alert.html", alert=alert, place=place, childline=CHILDLINE, **picture(alert, place))


@pages.get("/alert/<key>/state")
def state(key: str) -> Response:
    """The same lines as JSON, which the page polls; `awaited` stops its idle clock (P10)."""
    alert = alerts.by_key(g.db, key)
    if alert is None:
        abort(404)
    place = the_room(g.db, known=g.programme, now=g.now, settings=g.settings)
    shown = picture(alert, place)
    return jsonify(told=alert.told, coming=alert.coming, awaited=shown["awaited"], steps=[*shown["steps"].values()])


def picture(alert: Alert, place: Place) -> dict[str, Any]:
    """What a page shows of a call: its lines by name, and whether an adult is still awaited."""
    lines = sentences.alert_steps(alert, now=g.now, adults=(place.adult, *place.others))
    return {"steps": {each.name: each for each in lines}, "awaited": alerts.is_awaited(alert, now=g.now)}


def is_call() -> bool:
    """Whether this request was meant to raise an alert: the red tile, or "tell staff now"."""
    tells_staff = request.endpoint == "mentor_screen.tell_staff" and request.form.get("about") in ALWAYS_PASSED_ON
    return request.method == "POST" and (request.endpoint == "alerting.call" or tells_staff)


def not_saved() -> tuple[str | Response, int]:
    """The page for an alert that could not be stored: whom to find, and a button to try again (P27)."""
    find = whom_to_find(g.settings, now=g.now)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(stored=False, error=sentences.not_saved(find)), 503
    fields = {name: request.form[name] for name in ("key", "token", "about") if name in request.form}
    page = render_template(
        "kiosk/alert_not_saved.html",
        words=sentences.not_saved(find),
        fields=fields,
        path=request.path,
        childline=CHILDLINE,
    )
    return page, 503
