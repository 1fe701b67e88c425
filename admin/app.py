"""The Flask app of the staff pages: its areas, and what runs before and after every request."""

import sqlite3
from functools import partial
from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from admin.access import log_in, recovery_key
from admin.access.area import AREA as ACCESS
from admin.access.throttle import Throttle
from admin.box.area import AREA as BOX
from admin.faults import FAULTS
from admin.frame import links, rights, ways
from admin.frame.area import guide_of, rail_of, rights_of, said_of, shown_rail, trail_of
from admin.frame.faults import sentence_of, words_of
from admin.frame.reading import Reading
from admin.frame.said import help_at, said
from admin.frame.sentences import NO_BADGE_KEY, SCREENS, TROUBLES, day, long_day, note_words, short_day
from admin.lunch import board_cache
from admin.lunch.area import AREA as LUNCH
from admin.people.area import AREA as PEOPLE
from admin.people.sentences import in_public
from admin.people.sheets_in_work import SheetsInWork
from admin.planning.area import AREA as PLANNING
from admin.planning.proposals import Proposals
from admin.planning.sentences import broken_words
from admin.privacy.area import AREA as PRIVACY
from admin.safeguarding import alert_bar
from admin.safeguarding.area import AREA as SAFEGUARDING
from admin.safeguarding.concerns.unlocked import Unlocked
from admin.school.area import AREA as SCHOOL
from admin.year.area import AREA as YEAR
from badges.code import KeyTrouble
from badges.sheet import SheetTrouble
from doors import arrival, headers, icons
from mentoring.access import accounts, staff
from mentoring.basics import clock
from mentoring.basics.settings import Settings
from mentoring.box import backups
from mentoring.school import clock_doubt, programme
from mentoring.store.database import DatabaseTrouble, cannot_write, is_damage, open_database

AREAS = (SCHOOL, ACCESS, SAFEGUARDING, PEOPLE, PLANNING, LUNCH, YEAR, PRIVACY, BOX)


def create_app(settings: Settings) -> Flask:
    """Create the app. Each request opens its own database connection."""
    app = Flask("admin", static_folder=str(icons.STATIC), static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = headers.LARGEST_BODY
    app.extensions["settings"] = settings
    app.extensions.update(
        rights=rights_of(AREAS), rail=rail_of(AREAS), said=said_of(AREAS), trail=trail_of(AREAS), areas=AREAS
    )
    app.extensions["guide"] = guide_of(AREAS)
    app.extensions["throttle"] = Throttle()
    app.extensions["just_made"] = recovery_key.JustMade()
    app.extensions["sheets_in_work"] = SheetsInWork()
    app.extensions["proposals"] = Proposals()
    app.extensions["unlocked"] = Unlocked()
    app.extensions["latest_picture"] = board_cache.LatestPicture(settings)
    app.jinja_env.globals["icon"] = lambda name: Markup(icons.icon(name))  # noqa: S704 # icons from our own files
    app.jinja_env.globals["whole_address"] = links.whole
    app.jinja_env.globals["never_a_secret"] = programme.NEVER_A_SECRET
    app.jinja_env.globals.update(
        alert_lines=alert_bar.lines, alert_words=alert_bar.words, alert_passed_on=alert_bar.passed_on
    )
    app.jinja_env.globals.update(may_take_back=alert_bar.may_take_back, may_read_calls=alert_bar.may_read)
    app.jinja_env.filters["fault_words"] = partial(sentence_of, known=FAULTS)
    app.jinja_env.filters["fault_parts"] = partial(words_of, known=FAULTS)
    app.jinja_env.filters.update(note_words=note_words, in_public=in_public)
    app.jinja_env.globals["broken_words"] = broken_words
    app.jinja_env.filters.update(day=day, long_day=long_day, short_day=short_day, hour=_hour, day_of=_day_of)
    app.wsgi_app = arrival.ArrivalMiddleware(app.wsgi_app, proxied=settings.proxy)  # type: ignore[method-assign]
    app.wsgi_app = board_cache.Shortcut(app.wsgi_app, app.extensions["latest_picture"], settings.host_names)  # type: ignore[method-assign]
    app.context_processor(_on_every_page)
    app.before_request(_guard)
    app.before_request(ways.check_way)
    app.before_request(_open)
    app.before_request(_ask_for_log_in)
    app.after_request(_say_in_every_header)
    app.teardown_appcontext(_close)
    for area in AREAS:
        for pages in area.pages:
            app.register_blueprint(pages)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(ways.WrongWay, _wrong_way)
    app.register_error_handler(DatabaseTrouble, _no_memory)
    app.register_error_handler(KeyTrouble, _no_badge_key)
    for trouble in (sqlite3.Error, SheetTrouble):
        app.register_error_handler(trouble, _no_memory)
    app.register_error_handler(OverflowError, _too_large_a_number)
    app.register_error_handler(Exception, _broken)
    return app


def _guard() -> None:
    host = request.headers.get("Host", "")
    if not headers.is_ours(host, names=current_app.extensions["settings"].host_names):
        abort(400)
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    ours = headers.may_post(host=host, origin=origin, fetch_site=site, tls=request.is_secure)
    if request.method == "POST" and not ours:
        abort(403)


def _open() -> None:
    g.settings, g.now = current_app.extensions["settings"], clock.now()
    if request.endpoint not in ("static", "today.healthz", "board.board_json", None):
        g.db = open_database(g.settings.database)
        g.reading = Reading(g.db, now=g.now, settings=g.settings)


def _ask_for_log_in() -> AnyResponse | None:
    g.me, g.form_key = None, ""
    if request.endpoint in rights.rights().open_to_all or request.endpoint is None:
        return None
    token = request.cookies.get(log_in.COOKIE, "")
    limits = {"idle_minutes": g.settings.log_in_idle_minutes, "hours": g.settings.log_in_hours}
    who = staff.who(g.db, token, now=g.now, **limits)
    if who is None and not staff.is_set_up(g.db):
        return redirect(url_for("log_in.set_up_form"), 303)
    if who is None or who.idle:
        current_app.extensions["unlocked"].lock(token)
    if who is None or (who.idle and request.endpoint not in rights.rights().polled):
        return redirect(url_for("log_in.form"), 303)
    g.me, g.idle, g.form_key = who.staff, who.idle, log_in.form_key(token)
    g.owes_factor = accounts.owes_factor(g.db, who.staff)
    if request.method == "POST" and request.form.get("form_key") != g.form_key:
        abort(403)
    if g.owes_factor and request.endpoint not in rights.rights().before_second_factor:
        return redirect(url_for("me_page.second_factor"), 303)
    if not rights.may(str(request.endpoint)):
        if request.endpoint == "today.today":
            return redirect(url_for(rights.rights().first_page(g.me.role)), 303)
        abort(403)
    if request.endpoint not in rights.rights().polled:
        staff.clicked(g.db, token, now=g.now)
    return None


def _on_every_page() -> dict[str, Any]:
    """The template variables of every staff page. Reads nothing from the database after a failure of it."""
    if g.get("me") is None or g.get("broken"):
        return {"me": None}
    wall = clock.wall(g.now, g.reading.zone)
    return {
        "me": g.me,
        "form_key": g.form_key,
        "programme": g.reading.programme,
        "may": rights.may,
        "rail": shown_rail(current_app.extensions["rail"], may=rights.may, blueprint=request.blueprint or ""),
        "said": said(),
        "help_at": help_at(),
        "shown_alerts": alert_bar.shown,
        "time_unsure": clock_doubt.doubt(g.db, now=g.now, longest_rest=g.settings.longest_rest) is not None,
        "time_can_be_right": g.now >= clock_doubt.OLDEST_NOW,
        "now_words": f"{long_day(wall.date())} {wall:%Y, %H:%M:%S}",
    }


def _hour(moment: Any) -> str:
    return clock.hour(moment, g.reading.zone)


def _day_of(moment: Any) -> str:
    return day(clock.school_day(moment, g.reading.zone))


def _close(_error: BaseException | None) -> None:
    if "db" in g:
        g.db.close()


def _say_in_every_header(response: Response) -> Response:
    for name, value in headers.HEADERS.items():
        response.headers[name] = value
    response.headers["Permissions-Policy"] = headers.NO_CAMERA
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"
    return response


def _refused(error: HTTPException) -> Any:
    return _trouble(error.code or 500)


def _wrong_way(error: ways.WrongWay) -> Any:
    return _page_of_trouble(403, *error.words, leads_home=False)


def _too_large_a_number(_error: OverflowError) -> Any:
    return _trouble(404)


def _no_memory(error: Exception) -> Any:
    current_app.logger.error("%s", error)
    return _trouble(503, way_back=_way_back(error))


def _no_badge_key(error: KeyTrouble) -> Any:
    current_app.logger.error("%s", error)
    return _page_of_trouble(503, *NO_BADGE_KEY)


def _way_back(error: Exception) -> str:
    """For the administrator: why the disk refuses, or the newest backup of a damaged file; empty for other failures."""
    settings = current_app.extensions["settings"]
    if refused := cannot_write(settings.database, error):
        return str(refused)
    if not is_damage(error):
        return ""
    return backups.way_back(settings, now=clock.now())


def _broken(error: Exception) -> Any:
    current_app.logger.error("An unexpected fault", exc_info=error)
    return _trouble(500)


def _trouble(code: int, *, way_back: str = "") -> Any:
    """The error page of a status code. Shows the alert bar to somebody logged in, unless the server failed (5xx)."""
    return _page_of_trouble(code, *TROUBLES.get(code, TROUBLES[500]), way_back=way_back)


def _page_of_trouble(code: int, heading: str, text: str, *, leads_home: bool = True, way_back: str = "") -> Any:
    if request.accept_mimetypes.best == "application/json":
        return {"error": f"{heading} {text}"}, code
    g.broken = code >= 500
    if screen := SCREENS.get(request.path.split("/")[1]):
        again = "/".join(request.path.removesuffix(".json").split("/")[:3])  # without what a tap there leads to
        page = render_template("admin/frame/trouble_screen.html", screen=screen, heading=heading, again=again)
        return page, code
    template = (
        "admin/frame/trouble_inside.html" if g.get("me") and not g.idle and not g.broken else "admin/frame/trouble.html"
    )
    told = {"heading": heading, "text": text, "leads_home": leads_home, "way_back": way_back}
    told["tries_again"] = code == 503 and request.method == "GET"
    return render_template(template, **told), code
