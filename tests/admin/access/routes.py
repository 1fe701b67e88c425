"""The rows of the table of routes that are of this area."""

from admin.frame.rights import ALL, CARERS, LEADS, TECHNICAL
from tests.admin.rows import LOG_IN_PAGE, Row

STAFF = {"name": "Mrs Lindqvist", "email": "l@harbour.example", "role": "deputy"}
NEW_PASSWORD = {"old": "three wet turtles", "new": "five warm socks", "again": "five warm socks"}
LOG_IN = {"email": "okafor@harbour.example", "password": "three wet turtles"}
ROUTES: list[Row] = [
    ("GET", "/set-up", {}, 303, 303, ALL),
    ("GET", "/log-in", {}, 200, 200, ALL),
    ("POST", "/log-in", LOG_IN, 303, 303, ALL),
    ("POST", "/log-out", {}, LOG_IN_PAGE, 303, ALL),
    ("GET", "/recovery-key", {}, LOG_IN_PAGE, 200, CARERS),
    ("POST", "/recovery-key", {}, LOG_IN_PAGE, 409, CARERS),
    ("GET", "/recovery-key/paper", {}, LOG_IN_PAGE, 303, CARERS),
    ("POST", "/recovery-key/confirm", {}, LOG_IN_PAGE, 422, CARERS),
    ("GET", "/staff", {}, LOG_IN_PAGE, 200, CARERS | TECHNICAL),
    ("POST", "/staff", STAFF, LOG_IN_PAGE, 200, LEADS),
    ("POST", "/staff/second-factor", {}, LOG_IN_PAGE, 303, LEADS),
    ("GET", "/staff/<int:staff_id>", {}, LOG_IN_PAGE, 200, CARERS),
    ("POST", "/staff/<int:staff_id>", {"new_name": "Mr Adeyemi", "new_room": "Room 9"}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/staff/<int:staff_id>/code", {}, LOG_IN_PAGE, 200, CARERS),
    ("POST", "/staff/<int:staff_id>/role", {"role": "it"}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/staff/<int:staff_id>/lead", {"role": "it"}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/staff/<int:staff_id>/end", {"takes_over": "1"}, LOG_IN_PAGE, 303, LEADS),
    ("GET", "/me", {}, LOG_IN_PAGE, 200, ALL),
    ("POST", "/me/here", {}, LOG_IN_PAGE, 204, ALL),
    ("POST", "/me/password", NEW_PASSWORD, LOG_IN_PAGE, 303, ALL),
    ("GET", "/me/second-factor", {}, LOG_IN_PAGE, 200, ALL),
    ("POST", "/me/second-factor", {"code": "123456"}, LOG_IN_PAGE, 422, ALL),
    ("POST", "/me/second-factor/remove", {"code": "123456"}, LOG_IN_PAGE, 422, ALL),
    ("POST", "/me/recovery-codes", {"code": "123456"}, LOG_IN_PAGE, 422, ALL),
    ("POST", "/me/log-ins/end-others", {}, LOG_IN_PAGE, 303, ALL),
    ("GET", "/welcome", {}, 200, 200, ALL),
    ("POST", "/welcome", {"code": "nobodys"}, 422, 422, ALL),
    ("GET", "/forgotten", {}, 200, 200, ALL),
    ("POST", "/forgotten", {"email": "okafor@harbour.example"}, 422, 422, ALL),
]
