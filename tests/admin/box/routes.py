"""The rows of the table of routes that are of this area."""

from admin.frame.rights import ALL, CARERS, LEADS, TECHNICAL
from tests.admin.rows import LOG_IN_PAGE, Row

SCHOOL_FORM = {
    "school": "Harbour School",
    "name": "Peer mentors",
    "staffed_days": "Mon",
    "staffed_from": "08:30",
    "staffed_until": "16:00",
}
ROUTES: list[Row] = [
    ("GET", "/programme", {}, LOG_IN_PAGE, 200, TECHNICAL),
    ("POST", "/programme/passing-on", {"deputy_after": "2", "everyone_after": "4"}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/programme/staff-room", {}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/programme/staff-room/end", {}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/programme/staff-room/trust", {}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/programme/staff-room/trust/<int:screen_id>/end", {}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/programme/board-link", {}, LOG_IN_PAGE, 303, TECHNICAL),
    ("POST", "/programme/school", SCHOOL_FORM, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/programme/clock", {}, LOG_IN_PAGE, 303, TECHNICAL),
    ("GET", "/box", {}, LOG_IN_PAGE, 200, CARERS | TECHNICAL),
    ("GET", "/box/technical", {}, LOG_IN_PAGE, 200, CARERS | TECHNICAL),
    ("POST", "/box/backup", {}, LOG_IN_PAGE, 303, CARERS | TECHNICAL),
    ("POST", "/box/kiosk", {"zoom": "150"}, LOG_IN_PAGE, 303, TECHNICAL),
    ("POST", "/box/camera-code", {}, LOG_IN_PAGE, 200, TECHNICAL),
    ("GET", "/guide", {}, LOG_IN_PAGE, 200, ALL),
    ("GET", "/guide/pictures/<name>.png", {}, LOG_IN_PAGE, 200, ALL),
    ("GET", "/trail", {}, LOG_IN_PAGE, 200, CARERS | TECHNICAL),
    ("GET", "/trail.csv", {}, LOG_IN_PAGE, 200, CARERS | TECHNICAL),
]
