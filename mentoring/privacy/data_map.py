"""The data map: every table of the store in one class, with whom it is about, why, who sees it, and for how long.

Each area states its part; here they are gathered. A test compares the map with the live schema: a table nobody has
classed fails the build. Retention, erasure, subject access and the privacy papers all read this one map, so that none
of them can know less than another.
"""

from mentoring.access import data as access
from mentoring.lunch import data as lunch
from mentoring.people import data as people
from mentoring.planning import data as planning
from mentoring.privacy import data as privacy
from mentoring.safeguarding import data as safeguarding
from mentoring.school import data as school
from mentoring.store import data as store
from mentoring.year import data as year

# In the order of an erasure: what refers to somebody goes before whom it refers to.
AREAS = (
    lunch.DATA,
    planning.DATA,
    people.DATA,
    safeguarding.DATA,
    access.DATA,
    year.DATA,
    school.DATA,
    privacy.DATA,
    store.DATA,
)
# The order of the papers: pupils, mentors, staff, then what is about several; a class that is not named comes last.
_FIRST = (
    *("requests", "mentors", "availability", "duties", "moods", "attendance", "cover_reasons", "overrides", "undo"),
    *("leavings", "photos", "calendars", "staff", "keys", "log_ins", "alerts", "concerns", "channels", "drills"),
    *("timetable", "journal", "decisions", "checks"),
)


def _place(code: str) -> int:
    return _FIRST.index(code) if code in _FIRST else len(_FIRST)


CLASSES = tuple(sorted((each for area in AREAS for each in area.classes), key=lambda each: _place(each.code)))
BY_CODE = {each.code: each for each in CLASSES}
TABLES = tuple(each for area in AREAS for each in area.tables)
BY_NAME = {each.name: each for each in TABLES}
# Tables that are not about any person, each with why not.
NOT_ABOUT_A_PERSON = {name: why for area in AREAS for name, why in area.about_nobody.items()}
