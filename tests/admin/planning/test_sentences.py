"""What the staff pages say of the rota where more than a template is needed."""

from datetime import date, timedelta

import pytest

from admin.planning.sentences import rota_fault
from mentoring.basics.forms import Fault
from mentoring.planning.rota import Wrong
from mentoring.store import journal

DAYS = tuple(date(2027, 1, 12) + timedelta(weeks=week) for week in range(7))


@pytest.mark.parametrize(
    ("by", "hour", "said"),
    [
        ("Ms Okafor", "12:40", "by Ms Okafor at 12:40 while"),
        (journal.COMMAND_LINE, "12:40", "by the command line at 12:40 while"),
        ("", "", "by somebody while"),
    ],
)
def test_who_was_first_is_named(by: str, hour: str, said: str):
    told = rota_fault(Fault("drop_in", Wrong.CHANGED, {"by": by, "hour": hour}))
    assert told == f"This drop-in was changed {said} you looked at it: look at it as it is now, then choose again."


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (DAYS[:1], "12 January"),
        (DAYS[:2], "12 January and 19 January"),
        (DAYS, "12 January, 19 January, 26 January, 2 February, 9 February and 2 more"),
    ],
)
def test_a_plan_that_is_too_old_names_the_first_days_that_changed(days: tuple[date, ...], said: str):
    told = rota_fault(Fault("plan", Wrong.STALE, {"days": days}))
    assert told == f"The plan began before {said} changed: plan again, which takes the change in."
