"""The texts of the staff pages about the programme and the school year."""

from admin.frame.faults import Known
from mentoring.planning import replanning
from mentoring.planning.replanning import Difference
from mentoring.school import programme, school_year
from mentoring.school.programme import DAY_NAMES, DAYS
from mentoring.school.touched import Why

OFF_REASON = "The times of the drop-ins have changed"
ENDED_REASON = "The drop-in on this day has ended"
# Why the pattern no longer has a planned drop-in.
WHY_TOUCHED = {
    Why.SLOT: "its weekly slot ends",
    Why.WEEK: "its slot is of the other week",
    Why.CLOSED: "the school is closed that day",
    Why.TERM: "it is outside the term dates",
}

FAULTS: Known = {
    replanning.Wrong.ANSWERS: (
        "Two drop-ins would move to one place, or one has no answer",
        "choose another for one of them",
    ),
    replanning.Wrong.TOO_LATE: (
        "Something has changed since, or has begun",
        "change it back by hand",
    ),
    programme.Wrong.NAME: ("{subject} is missing or longer than {most} letters", "write it as pupils say it"),
    programme.Wrong.NO_TIME: ("{subject} is not a time", "write hours and minutes such as 08:30"),
    programme.Wrong.ENDS_FIRST: ("{subject} is not after the start", "choose a later time"),
    programme.Wrong.NO_DAY: ("{subject} is empty", "choose at least one day"),
    programme.Wrong.NO_MINUTES: ("{subject} is not a number of minutes", "write a whole number from 1 to {most}"),
    programme.Wrong.DEPUTY_LATER: (
        "{subject} is not later than the deputy",
        "write more minutes than for the deputy",
    ),
    school_year.Wrong.NO_DAY: ("{subject} is “{given}”", f"choose one of {' '.join(DAYS)}"),
    school_year.Wrong.NO_TIME: ("{subject} is “{given}”", "write hours and minutes such as 12:30"),
    school_year.Wrong.UNTIL_FIRST: ("{subject} is not after the start", "choose a later time on the same day"),
    school_year.Wrong.ROOM: (
        "{subject} is missing or longer than {most} letters",
        "write it as pupils say it: Library 2",
    ),
    school_year.Wrong.NO_WEEK: ("{subject} is “{given}”", "choose A, B, or leave it empty for every week"),
    school_year.Wrong.PLACES: ("{subject} is {given}", "choose {least} to {most}: mentors come in pairs"),
    school_year.Wrong.ROOM_TAKEN: (
        "{subject} overlaps {day} {start} to {until} in {room}",
        "choose another time or room",
    ),
    school_year.Wrong.HALF_TERM_NAME: ("{subject} is missing or too long", "such as Autumn 1"),
    school_year.Wrong.HALF_TERM_NAMESAKE: (
        "there is a half term “{name}” in this school year already",
        "write another name, such as Autumn 2",
    ),
    school_year.Wrong.HALF_TERM_OVERLAPS: (
        "{subject} overlaps another half term",
        "end that one first, or choose other days",
    ),
    school_year.Wrong.NO_DATE: ("{subject} is not a date", "choose a day"),
    school_year.Wrong.ENDS_FIRST: ("{subject} is before the first day", "choose a later day"),
    school_year.Wrong.FAR: ("{subject} is in the year {year}", "choose a day within {most} years of today"),
    school_year.Wrong.LONG: (
        "{subject} is more than {most} weeks after the first day",
        "look at its year",
    ),
    school_year.Wrong.REASON: ("{subject} is missing or longer than {most} letters", "such as INSET day"),
    school_year.Wrong.CLOSED_ALREADY: (
        "{subject} is closed already",
        "take that closure back first, or choose other days",
    ),
    school_year.Wrong.MENTORS_CAME: (
        "{subject} covers {day:%A} {day.day} {day:%B}, when mentors came",
        "leave that day out",
    ),
    school_year.Wrong.RUNNING: ("{subject} covers today, and a drop-in is running", "close from tomorrow on"),
    school_year.Wrong.NOT_THERE: ("{subject} is no longer there", "look at what is listed now"),
    school_year.Wrong.CALLED_OFF_ALREADY: ("{subject} is closed already", "open it again first to change the reason"),
    school_year.Wrong.CLOSED_DAY: (
        "{subject} is on a day when the school is closed: {reason}",
        "take that closure back",
    ),
    school_year.Wrong.BEGUN: ("{subject} has begun", "what happened stays as it was"),
}


def changed_words(what: Difference | None) -> str:
    """Which change of the pattern is the last one: `slot Tuesday 12:30, Library 2, added`."""
    if what is None:
        return "planned drop-ins, or weeks A and B"
    row = what.row
    if what.table == "slots":
        named = f"slot {DAY_NAMES[DAYS[row['day']]]} {row['start']}, {row['room']}"
    else:
        named = f"half term {row['name']}" if what.table == "half_terms" else f"closed days, {row['reason']}"
    return f"{named}, {what.made}"
