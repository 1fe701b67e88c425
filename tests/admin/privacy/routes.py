"""The rows of the table of routes that are of this area."""

from admin.frame.rights import CARERS, LEADS, TECHNICAL
from tests.admin.rows import LOG_IN_PAGE, Row

PERIOD = {"count": "1", "source": "Our own schedule", "review": "2027-09-01"}
PERSON = "<any(mentors, staff):home>/<int:person_id>"
ROUTES: list[Row] = [
    ("GET", "/privacy", {}, LOG_IN_PAGE, 200, CARERS | TECHNICAL),
    ("GET", "/privacy/record", {}, LOG_IN_PAGE, 200, CARERS | TECHNICAL),
    ("GET", "/privacy/record.csv", {}, LOG_IN_PAGE, 200, CARERS | TECHNICAL),
    ("GET", "/privacy/assessment", {}, LOG_IN_PAGE, 200, CARERS | TECHNICAL),
    ("GET", "/privacy/pupils", {}, LOG_IN_PAGE, 200, CARERS | TECHNICAL),
    ("POST", "/privacy/periods/<code>", PERIOD, LOG_IN_PAGE, 303, CARERS),
    ("POST", "/privacy/periods", {"review": "2027-09-01"}, LOG_IN_PAGE, 303, CARERS),
    ("POST", "/privacy/holds", {"what": "mentor:1", "reason": "A case"}, LOG_IN_PAGE, 303, CARERS),
    ("POST", "/privacy/holds/<int:hold_id>/end", {}, LOG_IN_PAGE, 303, CARERS),
    ("POST", "/privacy/<any(record, assessment):paper>/sign", {"signature": "Me"}, LOG_IN_PAGE, 422, CARERS),
    ("GET", "/privacy/person", {"who": "mentors:1"}, LOG_IN_PAGE, 303, CARERS),
    ("GET", f"/privacy/{PERSON}", {}, LOG_IN_PAGE, 200, CARERS),
    ("GET", f"/privacy/{PERSON}.zip", {}, LOG_IN_PAGE, 200, CARERS),
    ("GET", f"/privacy/{PERSON}/erase", {}, LOG_IN_PAGE, 200, LEADS),
    ("POST", f"/privacy/{PERSON}/erase", {"sure": "yes"}, LOG_IN_PAGE, 422, LEADS),
]
