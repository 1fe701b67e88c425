"""The words of the faults of all areas, gathered once for the pages and the command line.

It imports no page: loading them would double the start time of a command.
"""

from collections.abc import Iterable

from admin.access import sentences as access
from admin.frame import sentences as frame
from admin.frame.faults import Known
from admin.lunch import sentences as lunch
from admin.people import sentences as people
from admin.planning import sentences as planning
from admin.privacy import sentences as privacy
from admin.safeguarding import sentences as safeguarding
from admin.school import sentences as school
from admin.training import sentences as training


def joined(tables: Iterable[Known]) -> Known:
    """The tables merged. Raises ValueError if a code has words in two of them."""
    pairs = [pair for table in tables for pair in table.items()]
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a fault's code has words in two areas")
    return found


FAULTS = joined(
    each.FAULTS for each in (frame, school, access, safeguarding, training, people, planning, lunch, privacy)
)
