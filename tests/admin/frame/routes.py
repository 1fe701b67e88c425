"""The rows of the table of routes that are of this area."""

from admin.frame.rights import ALL
from tests.admin.rows import Row

ROUTES: list[Row] = [
    ("GET", "/static/<path:filename>", {}, 200, 200, ALL),
]
