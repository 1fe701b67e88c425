"""The kiosk's app: what happens around every page. The pages themselves are in their own files."""

import secrets
import sqlite3
from typing import Any

from flask import Flask, Response, abort, current_app, g, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from badges.code import KeyTrouble
from badges.reader import Reader
from doors import headers, icons
from kiosk import about, alerting, asking, cameras, home, mentor_screen, quiz, scanning, swapping
from kiosk.in_memory import Endings, PageTokens, ShownPage, TicketPages, WrongCodes
from kiosk.room import whom_to_find
from kiosk.sentences import NO_BADGE_KEY, NOT_SET_UP, TIME_UNSURE, TROUBLES
from mentoring.basics import clock
from mentoring.basics.settings import Settings
from mentoring.box import backups
from mentoring.school import clock_doubt, programme
from mentoring.school.programme import NotSetUp
from mentoring.store.database import DatabaseTrouble, cannot_write, is_damage, open_database


class TimeUnsure(Exception):
    """The box's clock cannot be trusted, so no drop-in is known to run. The red tile still works."""


def create_app(settings: Settings) -> Flask:
    """The kiosk for one programme. Needs the programme's folder; opens the database anew for each request."""
    app = Flask("kiosk", static_folder=str(icons.STATIC), static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = headers.LARGEST_BODY
    app.extensions["settings"] = settings
    app.extensions["reader"] = Reader()
    app.extensions["page_tokens"] = PageTokens()
    app.extensions["endings"] = Endings()
    app.extensions["ticket_pages"] = TicketPages(settings.idle_home_seconds)
    app.extensions["wrong_codes"] = WrongCodes()
    app.extensions["shown_page"] = ShownPage()
    app.jinja_env.globals["icon"] = lambda name: Markup(icons.icon(name))  # noqa: S704 # our own vendored files
    app.jinja_env.globals["never_a_secret"] = programme.NEVER_A_SECRET
    app.jinja_env.globals["settings"] = settings
    app.jinja_env.globals["server"] = secrets.token_hex(4)  # a page tells by it that the server was started anew
    app.context_processor(_shown)
    app.before_request(_guard)
    app.before_request(_open)
    app.after_request(_say_in_every_header)
    app.teardown_appcontext(_close)
    for pages in (
        about.pages,
        home.pages,
        asking.pages,
        alerting.pages,
        scanning.pages,
        cameras.pages,
        mentor_screen.pages,
        swapping.pages,
        quiz.pages,
    ):
        app.register_blueprint(pages)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(DatabaseTrouble, _no_memory)
    app.register_error_handler(sqlite3.Error, _no_memory)
    app.register_error_handler(KeyTrouble, _no_badge_key)
    app.register_error_handler(NotSetUp, _not_set_up)
    app.register_error_handler(OverflowError, _too_large_a_number)
    app.register_error_handler(TimeUnsure, _time_unsure)
    app.register_error_handler(Exception, _broken)
    return app


def _guard() -> None:
    host = request.headers.get("Host", "")
    if not headers.is_ours(host, names=current_app.extensions["settings"].host_names):
        abort(400)
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if request.method == "POST" and not headers.is_from_our_page(host=host, origin=origin, fetch_site=site):
        abort(403)


def _open() -> None:
    g.settings, g.now = current_app.extensions["settings"], clock.now()
    if request.endpoint in ("static", "home.healthz", "home.note_shown", None):
        return
    g.db = open_database(g.settings.database)
    g.programme = programme.load(g.db)
    g.time_unsure = clock_doubt.doubt(g.db, now=g.now, longest_rest=g.settings.longest_rest) is not None
    if g.time_unsure and request.blueprint != "alerting":
        raise TimeUnsure


def _shown() -> dict[str, int]:
    """How large every page is shown, in percent, also where the programme cannot be read."""
    return {"zoom": g.programme.kiosk_zoom if "programme" in g else 100}


def _close(_error: BaseException | None) -> None:
    if "db" in g:
        g.db.close()


def _say_in_every_header(response: Response) -> Response:
    for name, value in headers.HEADERS.items():
        response.headers[name] = value
    response.headers["Permissions-Policy"] = headers.OWN_CAMERA if request.path == "/scan" else headers.NO_CAMERA
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"
    return response


def _refused(error: HTTPException) -> Any:
    return _trouble(error.code or 500)


def _too_large_a_number(_error: OverflowError) -> Any:
    return _trouble(404)


def _no_memory(error: Exception) -> Any:
    current_app.logger.error("%s", error)
    if alerting.is_call():
        return alerting.not_saved()
    settings = current_app.extensions["settings"]
    now, for_staff = clock.now(), ""
    if refused := cannot_write(settings.database, error):
        for_staff = str(refused)
    elif is_damage(error):
        for_staff = backups.way_back(settings, now=now)
    return _trouble(503, way_back=for_staff, find=whom_to_find(settings, now=now))


def _no_badge_key(error: KeyTrouble) -> Any:
    current_app.logger.error("%s", error)
    return _trouble(NO_BADGE_KEY)


def _not_set_up(_error: NotSetUp) -> Any:
    return _trouble(NOT_SET_UP)


def _time_unsure(_error: TimeUnsure) -> Any:
    return _trouble(TIME_UNSURE)


def _broken(error: Exception) -> Any:
    current_app.logger.error("An unexpected fault", exc_info=error)
    return _trouble(500)


def _trouble(code: int, *, way_back: str = "", find: str = "") -> Any:
    """The page for an error: what still works, and whom to find. Never an error message of a library."""
    heading, text = TROUBLES.get(code, TROUBLES[500])
    comes_back = code in (NOT_SET_UP, TIME_UNSURE, 503)
    code = 503 if code in (NOT_SET_UP, TIME_UNSURE, NO_BADGE_KEY) else code
    if request.accept_mimetypes.best == "application/json":
        return {"error": f"{heading} {text}"}, code
    told = {"heading": heading, "text": text, "way_back": way_back, "find": find, "comes_back": comes_back}
    return render_template("kiosk/trouble.html", **told), code
