"""The `Area` of the end of the school year: its page, rights and texts."""

from types import MappingProxyType

from admin.frame.area import Area
from admin.frame.rights import LEADS, Right
from admin.year import year_end

RIGHTS = (
    Right(
        "Set slots, terms and closures, call a drop-in off, end the year",
        LEADS,
        ("year_end_page.dry_run", "year_end_page.end"),
    ),
)

# The sentences of the paper trail. Their subject is the person who acted; `{...}` is filled from the journal row.
TRAIL = MappingProxyType(
    {
        "year.ended": "ended the school year {year}: {left} left, {moved} moved up",
    }
)
# The message shown after a change, by the value of `said` in the page's address.
SAID = MappingProxyType(
    {
        "year_ended": "The year is ended. Leavers' badges no longer work, the others moved up, and all totals stay.",
    }
)
# Where the guide explains each page: the anchor of a heading, by blueprint or endpoint.
GUIDE = MappingProxyType(
    {
        "year_end_page": "the-years-end",
    }
)
AREA = Area(
    pages=(year_end.pages,),
    rights=RIGHTS,
    trail=TRAIL,
    said=SAID,
    guide=GUIDE,
)
