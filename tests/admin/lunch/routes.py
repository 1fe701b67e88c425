"""The rows of the table of routes that are of this area."""

from admin.frame.rights import ALL, CARERS, LEADS, LUNCH
from tests.admin.rows import LOG_IN_PAGE, Row

STEP_IN = {"slot": "1", "date": "2027-01-12", "mentor": "3", "instead_of": "2", "seen": "1"}
ROUTES: list[Row] = [
    ("GET", "/healthz", {}, 200, 200, ALL),
    ("GET", "/board/<link>", {}, 200, 200, ALL),
    ("GET", "/board/<link>.json", {}, 200, 200, ALL),
    ("GET", "/", {}, LOG_IN_PAGE, 200, LUNCH),
    ("GET", "/now.json", {}, LOG_IN_PAGE, 200, ALL),
    ("POST", "/today/adult", {"slot": "1", "date": "2027-01-12", "adult": "1"}, LOG_IN_PAGE, 303, CARERS),
    ("POST", "/today/step-in", STEP_IN, LOG_IN_PAGE, 303, LEADS),
    ("GET", "/on-duty", {}, LOG_IN_PAGE, 200, LUNCH),
    ("GET", "/on-duty.json", {}, LOG_IN_PAGE, 200, LUNCH),
    ("GET", "/on-duty/week", {}, LOG_IN_PAGE, 200, LUNCH),
    ("GET", "/requests", {}, LOG_IN_PAGE, 200, CARERS),
    ("GET", "/requests/visits.svg", {}, LOG_IN_PAGE, 200, CARERS),
    ("GET", "/requests/topics.svg", {}, LOG_IN_PAGE, 200, CARERS),
    ("GET", "/requests/visits.csv", {}, LOG_IN_PAGE, 200, CARERS),
    ("GET", "/requests/topics.csv", {}, LOG_IN_PAGE, 200, CARERS),
    ("POST", "/requests/smallest", {"threshold": "6"}, LOG_IN_PAGE, 303, LEADS),
    ("GET", "/today/sheet", {}, LOG_IN_PAGE, 200, LUNCH),
]
