"""The rows of the table of routes that are of this area."""

from admin.frame.rights import LEADS
from tests.admin.rows import LOG_IN_PAGE, Row

ROUTES: list[Row] = [
    ("GET", "/school-year/end", {}, LOG_IN_PAGE, 200, LEADS),
    ("POST", "/school-year/end", {"mark": "as it was another day"}, LOG_IN_PAGE, 409, LEADS),
]
