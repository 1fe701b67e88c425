"""The rows of the table of routes that are of this area."""

from admin.frame.rights import LEADS
from tests.admin.rows import LOG_IN_PAGE, Row

SLOT = {"day": "Wed", "start": "12:30", "until": "13:15", "room": "Library 2", "adult": "1", "week": ""}
CLOSURE = {"reason": "INSET day", "starts": "2027-01-19", "ends": ""}
CALLED_OFF = {"drop_in": "1 2027-01-19", "reason": "A school trip"}
HALF_TERM = {"name": "Spring 1", "starts": "2027-01-04", "ends": "2027-02-12"}
ROUTES: list[Row] = [
    ("POST", "/school-year/slots", SLOT, LOG_IN_PAGE, 303, LEADS),
    ("GET", "/school-year", {}, LOG_IN_PAGE, 200, LEADS),
    ("POST", "/school-year/closures", CLOSURE, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/school-year/closures/<int:closure_id>/remove", {}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/school-year/drop-ins/call-off", CALLED_OFF, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/school-year/drop-ins/hold", CALLED_OFF, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/school-year/week", {"week": "B"}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/school-year/slots/<int:slot_id>/end", {}, LOG_IN_PAGE, 200, LEADS),
    ("POST", "/school-year/slots/<int:slot_id>/change", SLOT, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/school-year/closed-weeks", {"closed_weeks": "shift"}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/school-year/half-terms/<int:half_term_id>/change", HALF_TERM, LOG_IN_PAGE, 422, LEADS),
    ("GET", "/school-year/planned", {}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/school-year/planned", {"mark": ""}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/school-year/undo", {"change": "99"}, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/school-year/half-terms", HALF_TERM, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/school-year/half-terms/<int:half_term_id>/remove", {}, LOG_IN_PAGE, 303, LEADS),
]
