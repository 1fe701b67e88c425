"""The table of routes, gathered from the areas."""

from tests.admin.access.routes import ROUTES as ACCESS_ROUTES
from tests.admin.box.routes import ROUTES as BOX_ROUTES
from tests.admin.frame.routes import ROUTES as FRAME_ROUTES
from tests.admin.lunch.routes import ROUTES as LUNCH_ROUTES
from tests.admin.people.routes import ROUTES as PEOPLE_ROUTES
from tests.admin.planning.routes import ROUTES as PLANNING_ROUTES
from tests.admin.privacy.routes import ROUTES as PRIVACY_ROUTES
from tests.admin.safeguarding.routes import ROUTES as SAFEGUARDING_ROUTES
from tests.admin.school.routes import ROUTES as SCHOOL_ROUTES
from tests.admin.year.routes import ROUTES as YEAR_ROUTES

# Every route and method. All others are refused. Whoever is not logged in gets the board, the log-in page and nothing
# else.
ROUTES = [
    *FRAME_ROUTES,
    *SCHOOL_ROUTES,
    *ACCESS_ROUTES,
    *SAFEGUARDING_ROUTES,
    *PEOPLE_ROUTES,
    *PLANNING_ROUTES,
    *LUNCH_ROUTES,
    *YEAR_ROUTES,
    *PRIVACY_ROUTES,
    *BOX_ROUTES,
]
