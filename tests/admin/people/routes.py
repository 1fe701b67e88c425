"""The rows of the table of routes that are of this area."""

from admin.frame.rights import CARERS, LEADS, LUNCH, PRINTING, TECHNICAL
from tests.admin.rows import LOG_IN_PAGE, Row

MENTOR = {"given_name": "Dana", "family_name": "Kowalska", "year_group": "10"}
CHANGED = {**MENTOR, "state": "active"}
PRINTER = {"name": "Office", "left": "20.5", "top": "19.5", "across": "170", "down": "257"}
ROUTES: list[Row] = [
    ("GET", "/mentors", {}, LOG_IN_PAGE, 200, CARERS),
    ("POST", "/mentors", {"listed": "1 agreed", "agreed": "1"}, LOG_IN_PAGE, 303, LEADS),
    ("GET", "/mentors/what-to-say", {}, LOG_IN_PAGE, 200, CARERS),
    ("GET", "/mentors/new", {}, LOG_IN_PAGE, 200, LEADS),
    ("POST", "/mentors/new", MENTOR, LOG_IN_PAGE, 303, LEADS),
    ("GET", "/mentors/<int:mentor_id>", {}, LOG_IN_PAGE, 200, CARERS),
    ("POST", "/mentors/<int:mentor_id>", CHANGED, LOG_IN_PAGE, 303, LEADS),
    ("POST", "/mentors/<int:mentor_id>/badge/revoke", {}, LOG_IN_PAGE, 303, LEADS),
    ("GET", "/badges", {}, LOG_IN_PAGE, 200, PRINTING),
    ("POST", "/badges", {"mentor": "1", "sheet": "cr80"}, LOG_IN_PAGE, 303, PRINTING),
    ("POST", "/badges/<int:mentor_id>/replace", {}, LOG_IN_PAGE, 303, LEADS),
    ("GET", "/badges/sheets/<sheet_id>", {}, LOG_IN_PAGE, 200, PRINTING),
    ("GET", "/badges/sheets/<sheet_id>.json", {}, LOG_IN_PAGE, 200, PRINTING),
    ("GET", "/badges/sheets/<sheet_id>/<int:page>.png", {}, LOG_IN_PAGE, 200, PRINTING),
    ("POST", "/badges/sheets/<sheet_id>/print", {}, LOG_IN_PAGE, 200, PRINTING),
    ("POST", "/badges/sheets/<sheet_id>/printed", {"well": "no"}, LOG_IN_PAGE, 303, PRINTING),
    ("POST", "/badges/sheets/<sheet_id>/stop", {}, LOG_IN_PAGE, 303, PRINTING),
    ("GET", "/badges/printer", {}, LOG_IN_PAGE, 200, TECHNICAL),
    ("POST", "/badges/printer", PRINTER, LOG_IN_PAGE, 303, TECHNICAL),
    ("POST", "/badges/printer/page", {"sheet": "l7160"}, LOG_IN_PAGE, 200, TECHNICAL),
    ("POST", "/badges/printer/<int:printer_id>/forget", {}, LOG_IN_PAGE, 303, TECHNICAL),
    ("GET", "/badges/logo.png", {}, LOG_IN_PAGE, 200, PRINTING | TECHNICAL),
    ("POST", "/badges/logo", {"remove": "yes"}, LOG_IN_PAGE, 303, TECHNICAL),
    ("GET", "/mentors/<int:mentor_id>/photo.png", {}, LOG_IN_PAGE, 200, LUNCH),
    ("POST", "/mentors/<int:mentor_id>/photo", {"remove": "yes"}, LOG_IN_PAGE, 303, LEADS),
    ("GET", "/mentors/import", {}, LOG_IN_PAGE, 200, LEADS),
    ("GET", "/mentors/import/mentors.csv", {}, LOG_IN_PAGE, 200, LEADS),
    ("GET", "/mentors/import/template.csv", {}, LOG_IN_PAGE, 200, LEADS),
    ("POST", "/mentors/import", {}, LOG_IN_PAGE, 422, LEADS),
    ("POST", "/mentors/import/use", {"carried": ""}, LOG_IN_PAGE, 422, LEADS),
]
