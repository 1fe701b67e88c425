"""What the staff pages say of the lunch."""

from datetime import datetime

from admin.frame.sentences import day
from mentoring.basics import clock
from mentoring.lunch.close_of_day import SelfTest
from mentoring.lunch.help_requests import Topic

TOPICS = {
    Topic.SCHOOLWORK: "Schoolwork",
    Topic.FRIENDSHIPS: "Friendships",
    Topic.PEER_PRESSURE: "Peer pressure",
    Topic.FAMILY: "Family",
    Topic.BULLYING: "Bullying",
    Topic.COMPANY: "Just some company",
    Topic.SOMETHING_ELSE: "Something else",
    Topic.RATHER_NOT_SAY: "Rather not say",
}
REFUSED = {
    "not_valid": "A badge that is not good any more was shown",
    "not_due": "Somebody who is not due showed their badge",
    "see_lead": "Somebody who is not fit for duty showed their badge",
    "no_drop_in": "A badge was shown outside the drop-in",
    "copy": "The same badge was held up twice at once: one is a copy",
}


def forgotten(last: SelfTest | None, *, now: datetime, zone: str) -> str:
    """What Today says of the last close of day."""
    if last is None:
        return "The first close of day is still to come."
    days = (clock.school_day(now, zone) - clock.school_day(last.at, zone)).days
    when = {0: "Today's", 1: "Yesterday's"}.get(days, f"{day(clock.school_day(last.at, zone))}:")
    if last.traces:
        return f"{when} requests were forgotten, but traces of them were found. Ask whoever looks after the box."
    if last.looked is None:
        return (
            f"{when} requests were forgotten at {clock.hour(last.at, zone)}; the box was struck before it could check."
        )
    return f"{when} requests were forgotten at {clock.hour(last.at, zone)}, checked."
