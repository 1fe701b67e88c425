"""Every route of the staff pages and the board, who may have it, and what every answer keeps to (P22, P23)."""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database
from werkzeug.test import TestResponse

import admin.app
from admin.frame.area import rights_of
from admin.planning.optimiser_process import OptimiserRun
from admin.planning.proposals import Proposal, task_of
from badges.sheet import Card, print_cards
from mentoring.access import keys
from mentoring.access.staff import Role
from mentoring.basics.settings import Settings
from mentoring.people import mentors, photos, printers
from mentoring.planning import calendars, cover, rota, rota_file
from mentoring.planning.cover import Kind
from mentoring.safeguarding import channels, drills
from mentoring.safeguarding.alerts import Level
from mentoring.school import school_year
from tests.admin.access.routes import LOG_IN
from tests.admin.people.routes import MENTOR
from tests.admin.privacy.routes import PERSON
from tests.admin.rows import LOG_IN_PAGE
from tests.admin.table import ROUTES
from tests.both_doors import LoggedIn, Wall, a_logo, failures, form_key
from tests.conftest import THURSDAY, ZONE, Cast, at
from tests.walking import inline, leads_elsewhere, page

pytestmark = pytest.mark.usefixtures("warm_messenger")

REFUSED = 403
CALENDAR = "a-calendar-of-nobodys"
STAFF_ROOM = "a-staff-room-of-nobodys"
POSTS = [row for row in ROUTES if row[0] == "POST"]
OTHERWISE = {
    (Role.IT, "GET", "/"): 303,  # where every log-in leads first; IT, who has no Today, is led on
    (Role.DEPUTY, "POST", "/rota/undo"): 409,  # the change is the lead's, and theirs to take back
    **{
        (role, method, "/me/second-factor"): 303  # they have it already
        for role in (Role.DEPUTY, Role.SAFEGUARDING_LEAD)
        for method in ("GET", "POST")
    },
}
# Posted by whoever has no log-in yet, and so no key of its own; the guard on Origin stands before both.
WITHOUT_KEY = {
    "/log-in",
    "/set-up",
    "/welcome",
    "/forgotten",
    "/staff-room/<staff_room_link>/going",
    "/staff-room/<staff_room_link>/not-going",
}
# Where answers and tests live apart: what POST /set-up answers once there is a lead stands in test_log_in.py.
ELSEWHERE = {("POST", "/set-up")}

PLAN = "a-finished-plan"
RIGHTS = rights_of(admin.app.AREAS)
RAIL = ["Today", "Rota", "Cover", "On duty", "Requests", "Mentors", "Badges", "Concerns", "Telling staff"]
RAIL += ["School year", "Programme", "Staff", "Privacy", "The box", "Guide"]
BIG = "9" * 20  # more than the store's numbers hold

REFUSALS = {
    "another host": ("GET", "/", {"headers": {"Host": "evil.example"}}, 400),
    "a page elsewhere": ("POST", "/log-in", {"headers": {"Origin": "http://evil.example"}}, 403),
    "nothing there": ("GET", "/nowhere", {}, 404),
    "a wrong board": ("GET", "/board/nobodys", {}, 404),
    "a wrong board's data": ("GET", "/board/nobodys.json", {}, 404),
    "a wrong staff room": ("GET", "/staff-room/nobodys", {}, 404),
    "a wrong staff room's data": ("GET", "/staff-room/nobodys.json", {}, 404),
    "a wrong staff room's answer": ("POST", "/staff-room/nobodys/going", {"data": {"staff": "1", "alert": "1"}}, 404),
    "a wrong calendar": ("GET", "/calendar/nobodys.ics", {}, 404),
    "no such icon": ("GET", "/static/icons/nowhere.svg", {}, 404),
    "the wrong method": ("DELETE", "/mentors", {}, 405),
    "too large": ("POST", "/log-in", {"data": {"email": "x" * 5_000_000}}, 413),
}


class Sender:
    """Sends any row of the table, with the school's own things in the places that change."""

    def __init__(self, door: FlaskClient, board_link: str, sheet_id: str) -> None:
        self._door = door
        self._places = {
            "<link>": board_link,
            "<path:filename>": "css/admin.css",
            "<name>": "today-laptop",
            "<on>": "2027-01-12",
            "<plan_id>": PLAN,
            "<sheet_id>": sheet_id,
            "<code>": "moods",
            "<calendar_link>": CALENDAR,
            "<staff_room_link>": STAFF_ROOM,
            "<any(record, assessment):paper>": "record",
            "<any(pdf, csv, zip):kind>": "pdf",
            PERSON: "mentors/1",
            "<int:other_id>": "2",
            "<int:staff_id>": "2",
        }

    def send(self, method: str, rule: str, fields: dict[str, str], **headers: str) -> TestResponse:
        for place, value in self._places.items():
            rule = rule.replace(place, value)
        rule = re.sub(r"<int:\w+>", "1", rule)
        return self._door.open(rule, method=method, data=fields or None, headers=headers)


@pytest.fixture
def board_link(db: Database) -> str:
    db["programme"].update(1, {"staff_room_link": STAFF_ROOM})
    [programme] = db["programme"].rows
    return str(programme["board_link"])


@pytest.fixture(scope="session")
def a_sheet(codes: Mapping[int, str]) -> bytes:
    return print_cards([Card("Amira", "Peer mentors", codes[1], "")], "cr80")


@pytest.fixture
def sheet_id(staff_app: Flask, db: Database, cast: Cast, a_sheet: bytes) -> str:
    """A sheet that is finished, a logo, a calendar's link, a channel, and a recovery key."""
    keys.make_recovery(db, by="staff 1", now=at("12:00"))
    url = "json://127.0.0.1:9/"  # nobody listens there
    channels.add(db, name="Office", url=url, level=Level.FIRST, by="staff 1", now=at("12:45"))
    calendars.give_link(db, None, by="staff 1", now=at("12:00"))
    db.execute("update calendar_links set link = ?", [CALENDAR])
    printers.set_logo(db, a_logo(), by="staff 1", now=at("12:00"))
    photos.keep(db, cast.amira, a_logo(), by="staff 1", now=at("12:00"))
    keys.make_recovery(db, by="staff 1", now=at("12:00"))
    numbers, works = {cast.amira: cast.numbers[cast.amira]}, staff_app.extensions["sheets_in_work"]
    work = works.begin(lambda *_: a_sheet, numbers=numbers, sheet="cr80", pages=1, now=at("12:40"))
    assert work.done.wait(10)
    keep_a_plan(staff_app, db)
    return str(work.id)


def keep_a_plan(staff_app: Flask, db: Database) -> None:
    """A plan that is finished."""
    asked = rota.to_plan(db, date(2027, 1, 11), date(2027, 1, 22), now=at("12:40"))
    names = rota_file.names_of(mentors.mentors(db))
    planning = OptimiserRun(task_of(asked, names=names, zone=ZONE, keep=True), seconds=1)
    planning.plan = planning.as_it_is()
    work = Proposal(PLAN, at("12:40"), 0, asked, planning)
    work.done.set()
    staff_app.extensions["proposals"].keep(work, now=at("12:40"))


@pytest.fixture
def a_request(db: Database, cast: Cast) -> None:
    """Chidi cannot come on Thursday."""
    [thursday] = school_year.on_day(db, THURSDAY)
    assert thursday.id
    cover.ask(db, thursday.id, cast.chidi, Kind.TRIP, by="mentor 3", now=at("12:00"))


@pytest.fixture
def as_lead(lead: FlaskClient, board_link: str, sheet_id: str, a_request: None, kiosk_door: FlaskClient) -> Sender:
    kiosk_door.post("/alert")
    lead.get("/")  # the lead has seen it
    return Sender(lead, board_link, sheet_id)


@pytest.fixture
def logged_in(as_role: LoggedIn, a_request: None, kiosk_door: FlaskClient) -> LoggedIn:
    """The staff pages with somebody of this role logged in, while a pupil asks for an adult."""
    kiosk_door.post("/alert")
    return as_role


def is_strict(answer: TestResponse, *, is_static: bool) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {directive.split()[-1] for directive in policy.split("; ")} <= {"'none'", "'self'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cache-Control"] == ("no-cache" if is_static else "no-store")
    if answer.mimetype == "text/html":
        found = page(answer)
        assert inline(found) == []
        assert leads_elsewhere(found) == []
        assert "Traceback" not in found.text


def test_every_route_is_in_the_table(staff_app: Flask):
    there = {
        (method, rule.rule) for rule in staff_app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert there == {(method, rule) for method, rule, *_ in ROUTES} | ELSEWHERE


def whole(db: Database) -> dict[str, int]:
    """How many rows each table has."""
    return {name: db[name].count for name in db.table_names()}


def counts(db: Database) -> dict[str, int]:
    """How many rows each table has; logging in may add to three of them."""
    return {name: rows for name, rows in whole(db).items() if name not in ("log_ins", "known_browsers", "journal")}


@pytest.mark.usefixtures("a_request")
def test_nobody_gets_only_the_board_and_the_log_in_page(
    staff_app: Flask, board_link: str, sheet_id: str, kiosk_door: FlaskClient, db: Database
):
    """Each row is asked of the same school by a new browser: what one changed is undone before the next."""
    kiosk_door.post("/alert")
    before = counts(db)

    def check(method: str, rule: str, fields: dict[str, str], expected: int, *_: object) -> None:
        with Sender(staff_app.test_client(), board_link, sheet_id).send(method, rule, fields) as answer:
            assert answer.status_code == expected
            if expected == LOG_IN_PAGE and rule != "/log-in":
                assert answer.headers["Location"] == "/log-in"
            is_strict(answer, is_static=rule.startswith("/static"))
        assert counts(db) == before

    with closing(sqlite3.connect(":memory:")) as school:
        db.conn.backup(school)
        assert failures(check, ROUTES, then=lambda: school.backup(db.conn)) == {}


@pytest.mark.parametrize("role", Role)
def test_every_role_gets_its_own_pages_and_no_others(
    logged_in: LoggedIn, board_link: str, sheet_id: str, db: Database, role: Role
):
    """Each row is asked of the same school: what one changed is undone before the next."""
    door = logged_in(role)
    door.get("/me")  # a page that everybody may open: they have seen the alert
    sender, key, school = Sender(door, board_link, sheet_id), form_key(door), sqlite3.connect(":memory:")
    db.conn.backup(school)
    before, wrong = whole(db), {}
    for method, rule, fields, _, status, who in ROUTES:
        expected = OTHERWISE.get((role, method, rule), status if role in who else REFUSED)
        with sender.send(method, rule, {**fields, "form_key": key} if method == "POST" else fields) as answer:
            if answer.status_code != expected:
                wrong[method, rule] = (answer.status_code, expected)
            assert answer.headers.get("Location") != "/log-in" or rule in ("/log-out", "/set-up")
            is_strict(answer, is_static=rule.startswith("/static"))
        if answer.status_code == REFUSED:
            assert whole(db) == before
        else:
            school.backup(db.conn)
            if rule in ("/log-in", "/log-out"):
                door = logged_in(role)
                sender, key = Sender(door, board_link, sheet_id), form_key(door)
                db.conn.backup(school)
                before = whole(db)
    school.close()
    assert wrong == {}


def test_what_nobody_entered_in_the_table_of_rights_is_nobodys(staff_app: Flask):
    there = {rule.endpoint for rule in staff_app.url_map.iter_rules()}
    entered = [endpoint for right in RIGHTS.table for endpoint in right.endpoints] + list(RIGHTS.open_to_all)
    assert sorted(entered) == sorted(there)
    assert there >= RIGHTS.polled
    assert [role for role in Role if RIGHTS.may(role, "a_page.nobody_entered")] == []


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_page_to_begin_with(logged_in: LoggedIn, role: Role):
    answer = logged_in(role).get("/", follow_redirects=True)
    assert answer.status_code == 200
    assert answer.request.path == ("/box" if role is Role.IT else "/")


RAILS = {
    Role.DEPUTY: RAIL,
    Role.SAFEGUARDING_LEAD: [
        "Today",
        "Rota",
        "On duty",
        "Requests",
        "Mentors",
        "Concerns",
        "Telling staff",
        "Staff",
        "Privacy",
        "The box",
        "Guide",
    ],
    Role.HELPER: ["Today", "Rota", "On duty", "Badges", "Concerns", "Guide"],
    Role.IT: ["Printers", "Programme", "Staff", "Privacy", "The box", "Guide"],
}


@pytest.mark.parametrize("role", RAILS)
def test_the_rail_and_the_pages_lead_nobody_where_they_may_not_go(logged_in: LoggedIn, role: Role, staff_app: Flask):
    """Every link and every form that a page shows is one that answers whoever looks at it."""
    door, routes, astray = logged_in(role), staff_app.url_map.bind("localhost"), set()
    for method, rule, *_, status, who in ROUTES:
        path = rule.replace("<int:mentor_id>", "1")
        if method == "POST" or status != 200 or role not in who or "<" in path or path == "/log-in":
            continue
        with door.get(path) as answer:
            shown = page(answer)
        found = [
            (each.form.action or path, each.form.method.upper())
            for each in shown.targets
            if each.form and each.form.method != "dialog"
        ]
        found += [(each.href, "GET") for each in shown.targets if each.href.startswith("/")]
        for address, how in found:
            endpoint, _ = routes.match(urljoin(path, address).partition("?")[0].partition("#")[0], method=how)
            if not RIGHTS.may(role, endpoint) and address != "/":
                astray.add(f"{answer.request.path} leads to {how} {address}")
    assert astray == set()


def test_the_rail_shows_only_what_one_may_open(logged_in: LoggedIn):
    def rail(door: FlaskClient, path: str) -> list[str]:
        return [each.words for each in page(door.get(path)).targets if each.words in [*RAIL, "Printers"]]

    for role, words in RAILS.items():
        door = logged_in(role)
        assert rail(door, "/staff" if "Staff" in words else "/rota") == words
        if role is not Role.DEPUTY:
            assert rail(door, "/cover")[: len(words)] == words, "a refusal has the same rail"


@pytest.mark.parametrize("key", [None, "", "nobodys", "another log-in's"])
def test_no_post_is_heard_without_the_form_key_of_its_own_log_in(
    as_lead: Sender, staff_app: Flask, db: Database, key: str | None
):
    if key == "another log-in's":
        other = staff_app.test_client()
        assert other.post("/log-in", data=LOG_IN).status_code == 303
        key = form_key(other)
    before = db["journal"].count

    def check(method: str, rule: str, fields: dict[str, str], *_: object) -> None:
        answer = as_lead.send(method, rule, fields | ({} if key is None else {"form_key": key}))
        assert answer.status_code == 403
        assert "Nothing was changed." in page(answer).text
        assert db["journal"].count == before

    assert failures(check, [row for row in POSTS if row[1] not in WITHOUT_KEY]) == {}


@pytest.mark.parametrize(("method", "path", "given", "status"), REFUSALS.values(), ids=[*REFUSALS])
def test_every_refusal_is_a_page_in_words(
    staff_door: FlaskClient, method: str, path: str, given: dict[str, object], status: int
):
    with staff_door.open(path, method=method, **given) as answer:
        assert answer.status_code == status
        is_strict(answer, is_static="icons" in path)
        assert page(answer).all("h1")
        assert "Set-Cookie" not in answer.headers
    headers = {"Accept": "application/json", **given.get("headers", {})}
    with staff_door.open(path, method=method, **{**given, "headers": headers}) as answer:
        assert answer.get_json()["error"].endswith(".")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_no_post_is_heard_from_a_page_elsewhere(as_lead: Sender, lead: FlaskClient, headers: dict[str, str]):
    key = form_key(lead)

    def check(method: str, rule: str, fields: dict[str, str], *_: object) -> None:
        assert as_lead.send(method, rule, {**fields, "form_key": key}, **headers).status_code == 403

    assert failures(check, [*POSTS, ("POST", "/set-up", {})]) == {}


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, {}], ids=str)
def test_our_own_form_is_heard(lead: FlaskClient, headers: dict[str, str]):
    answer = lead.post("/mentors/new", data={**MENTOR, "form_key": form_key(lead)}, headers=headers)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8001", True),
        ("localhost", True),
        ("[::1]:8001", True),
        ("dropin.harbour.example", True),
        ("DROPIN.harbour.example:8001", True),
        ("10.1.2.3:8001", True),
        ("10.1.2.4", False),
        ("harbour.example", False),
        ("evil.dropin.harbour.example", False),
        ("", False),
    ],
)
def test_the_staff_pages_answer_to_the_names_the_school_gave_them(box: Settings, wall: Wall, host: str, *, ours: bool):
    named = Settings(data=box.data, admin_names="dropin.harbour.example, 10.1.2.3")
    door = admin.app.create_app(named).test_client()
    for path in ("/log-in", "/healthz", "/board/nobodys", "/nowhere", "/static/css/admin.css"):
        with door.get(path, headers={"Host": host}) as answer:
            assert (answer.status_code != 400) is ours


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("GET", f"/mentors/{BIG}", {}),
        ("POST", f"/mentors/{BIG}/badge/revoke", {}),
        ("POST", f"/alerts/{BIG}/going", {}),
        ("POST", f"/alerts/{BIG}/not-going", {}),
        ("POST", "/alerts/1/not-going", {"staff": BIG}),
        ("GET", f"/?going={BIG}", {}),
        ("POST", f"/school-year/slots/{BIG}/end", {}),
        ("POST", f"/channels/{BIG}/test", {}),
        ("POST", f"/channels/{BIG}/end", {}),
        ("POST", f"/drill/{BIG}/stop", {}),
        ("POST", f"/school-year/half-terms/{BIG}/remove", {}),
        ("POST", f"/school-year/closures/{BIG}/remove", {}),
        ("POST", f"/school-year/slots/{BIG}/change", {"places": "3"}),
        ("POST", "/school-year/slots/1/change", {"places": BIG}),
        ("POST", "/school-year/drop-ins/call-off", {"drop_in": f"{BIG} 2027-01-19", "reason": "Snow"}),
        ("POST", "/school-year/drop-ins/hold", {"drop_in": "1 9999-12-31"}),
        ("POST", "/rota/due", {"slot": "1", "date": "2027-01-12", "mentor": BIG}),
        ("POST", "/rota/due", {"slot": BIG, "date": "2027-01-12", "mentor": "1"}),
        ("POST", "/rota/due", {"slot": "1", "date": "0001-01-01", "mentor": "1"}),
        ("POST", "/rota/due", {"slot": "1", "date": "9999-12-31", "mentor": "1"}),
        ("POST", "/today/adult", {"slot": "1", "date": "2027-01-12", "adult": BIG}),
        ("POST", "/school-year/slots", {"day": "Wed", "start": "12:30", "until": "13:15", "room": "R", "adult": BIG}),
        ("POST", "/badges", {"mentor": BIG}),
    ],
)
def test_a_number_that_is_nobodys_however_large_is_a_plain_refusal(
    lead: FlaskClient, method: str, path: str, fields: dict[str, str]
):
    sent = {**fields, "form_key": form_key(lead)} if method == "POST" else None
    assert lead.open(path, method=method, data=sent).status_code in (303, 400, 404, 422)


# Names are text, everywhere

BOBBY = "<b>Bobby</b><img src=x onerror=alert(1)>"
GET_PAGES = [row for row in ROUTES if row[0] == "GET" and row[4] == 200]


@pytest.fixture
def odd_names(db: Database, cast: Cast) -> None:
    """Everybody and everything has a name with markup."""
    for mentor in (cast.amira, cast.ben, cast.chidi):
        names = dict.fromkeys(("given_name", "family_name", "display_name", "year_group", "email"), BOBBY)
        db["mentors"].update(mentor, {**names, "consent": "agreed"})
    for member in (cast.okafor, cast.adeyemi):
        db["staff"].update(member, {"name": BOBBY, "room": BOBBY, "phone": BOBBY})
    db["slots"].update(cast.slot, {"room": BOBBY})
    db["drop_ins"].update(cast.drop_in, {"room": BOBBY})
    db["programme"].update(1, {"school": BOBBY})
    channels.add(db, name=BOBBY, url=f"mailto://a@b?to={BOBBY}", level=Level.FIRST, by="staff 1", now=at("12:00"))
    for _ in range(2):
        drill = drills.start(db, room=BOBBY, by=cast.okafor, now=at("12:30"))
        drills.stop(db, drill, by=cast.okafor, now=at("12:31"))


@pytest.mark.usefixtures("odd_names", "pair")
def test_a_name_with_markup_is_shown_as_text_on_every_page(as_lead: Sender):
    def check(_method: str, rule: str, *_: object) -> None:
        with as_lead.send("GET", rule, {}) as answer:
            if answer.mimetype != "text/html":
                return
            shown = page(answer)
            assert inline(shown) == leads_elsewhere(shown) == []
            assert all(each["src"].startswith(("/badges/", "/mentors/", "/guide/")) for each in shown.all("img"))
            if rule not in ("/log-in", "/mentors/new", "/welcome", "/forgotten"):
                assert BOBBY in shown.text

    assert failures(check, GET_PAGES) == {}


@pytest.mark.parametrize("name", [BOBBY, '" autofocus onfocus="alert(1)', "{{ 7 * 7 }}", "'; drop table mentors; --"])
def test_what_is_typed_comes_back_as_text(lead: FlaskClient, name: str):
    key = form_key(lead)
    fields = {"given_name": name, "family_name": "", "year_group": name[:9], "form_key": key}
    shown = page(lead.post("/mentors/new", data=fields))
    assert shown.fields("given_name") == [name]
    assert inline(shown) == shown.all("img") == []
