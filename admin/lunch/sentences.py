"""The texts of the staff pages about drop-ins on their day."""

from datetime import datetime
from enum import StrEnum

from admin.frame.faults import Known
from admin.frame.sentences import day
from mentoring.basics import clock
from mentoring.lunch import attendance, counts
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


class Wrong(StrEnum):
    """Codes of faults that only the page of requests finds: dates that are not valid."""

    NO_DATE = "lunch_page.no_date"
    ENDS_FIRST = "lunch_page.ends_first"


FAULTS: Known = {
    counts.Wrong.THRESHOLD: ("{subject} is not a number that can be used", "write {least} to {most}; 6 is usual"),
    attendance.Wrong.NOT_OVER: ("that drop-in is not over yet", "wait for its end, or ask for cover"),
    attendance.Wrong.NOT_DUE: ("that mentor was not due there", "choose somebody who was"),
    Wrong.NO_DATE: ("{subject} is not a date", "choose a day"),
    Wrong.ENDS_FIRST: ("{subject} is before the first day", "choose a later day"),
}


def forgotten(last: SelfTest | None, *, is_waiting: bool, now: datetime, zone: str) -> str:
    """What Today says about the last close of day; `is_waiting`: a drop-in is over and not closed yet."""
    if is_waiting:
        return "A drop-in is over and not closed yet: its requests are not forgotten."
    if last is None:
        return "The first close of day is still to come."
    days = (clock.school_day(now, zone) - clock.school_day(last.at, zone)).days
    when = {0: "Today's", 1: "Yesterday's"}.get(days, f"{day(clock.school_day(last.at, zone))}:")
    if last.traces:
        return f"{when} requests were forgotten, but traces of them were found. Ask whoever looks after the box."
    if last.looked is None:
        return f"{when} requests were forgotten at {clock.hour(last.at, zone)}; the box stopped before it could check."
    return f"{when} requests were forgotten at {clock.hour(last.at, zone)}, checked."
