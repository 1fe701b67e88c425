"""What the area hands over to the staff pages: the year looked back on."""

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

# The subject of each sentence is whoever did it; what stands in braces comes from the journal's row.
TRAIL = MappingProxyType(
    {
        "year.ended": "ended the school year {year}: {left} left, {moved} moved up",
    }
)
# What a page says after a change, by the word in its address.
SAID = MappingProxyType(
    {
        "year_ended": "The year is ended. Leavers' badges are dead, the others have moved up, and all totals stay.",
    }
)
AREA = Area(
    pages=(year_end.pages,),
    rights=RIGHTS,
    trail=TRAIL,
    said=SAID,
)
