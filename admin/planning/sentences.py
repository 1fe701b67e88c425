"""The texts of the staff pages about the rota, availability, cover and leaving."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import cast

from admin.frame.faults import AnyFault, Known, Words, listed, sentence_of, short_date, words_of
from admin.frame.sentences import day
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.people.mentors import Mentor
from mentoring.planning import availability, leaving, rota, rota_file
from mentoring.planning.cover import Answer, Code, Request
from mentoring.planning.leaving import Lost, NotBack, Place
from mentoring.planning.optimiser import term_files
from mentoring.planning.rota import Broken, Rule, Warned
from mentoring.school.programme import DAYS
from mentoring.school.school_year import DropIn
from mentoring.store import journal

_MOST_DAYS = 5  # the most changed drop-ins of a plan that are named


class Wrong(StrEnum):
    """Codes of faults that only the pages find: text where a number is required."""

    CAP_IS_NO_NUMBER = "planning_page.cap_is_no_number"


def _not_free(broken: Broken) -> str:
    entry = broken.entry
    because = f" ({', '.join(filter(None, (entry.days.words, entry.why)))})" if entry else ""
    return f"{broken.mentors[0].display_name} is not free{because}"


BROKEN: dict[Rule, Callable[[Broken], str]] = {
    Rule.NOT_FREE: _not_free,
    Rule.OVER_CAP: lambda each: (
        f"{each.mentors[0].display_name} would have {each.duties} duties that week, and the most is {each.cap}"
    ),
    Rule.APART: lambda each: f"{listed([mentor.display_name for mentor in each.mentors])} are kept apart",
    Rule.NO_EXPERIENCE: lambda _: "nobody of them is experienced",
}


def broken_words(broken: Broken) -> str:
    """Which rule a pair breaks, and who breaks it."""
    return BROKEN[broken.rule](broken)


def _changed(fault: AnyFault, _subject: str) -> Words:
    by, hour = fault.values["by"], fault.values["hour"]
    who = "the command line" if by == journal.COMMAND_LINE else by or "somebody"
    when = f" at {hour}" if hour else ""
    return (
        f"this drop-in was changed by {who}{when} while you looked at it",
        "look at it as it is now, then choose again",
    )


def _stale(fault: AnyFault, _subject: str) -> Words:
    days = [short_date(each) for each in cast(tuple[date, ...], fault.values["days"])]
    more = [f"{len(days) - _MOST_DAYS} more"] if len(days) > _MOST_DAYS else []
    return f"the plan began before {listed(days[:_MOST_DAYS] + more)} changed", "plan again, which takes the change in"


def _needs_reason(fault: AnyFault, _subject: str) -> Words:
    broken = fault.broken if isinstance(fault, Warned) else ()
    return "; ".join(map(broken_words, broken)), "choose somebody else, or give a reason"


def _not_held(fault: AnyFault, _subject: str) -> Words:
    known = cast(tuple[str, ...], fault.values["known"])
    return "no drop-in is held there and then", f"there is {listed(known)}"


FAULTS: Known = {
    rota.Wrong.NOT_ON_LIST: ("{subject} is not on the list", "choose a mentor from the list"),
    rota.Wrong.TOO_MANY: ("{subject} is one too many", "a drop-in has {places} places"),
    rota.Wrong.TWICE: ("{subject} is there twice", "a pair is two people"),
    rota.Wrong.NOT_ACTIVE: ("{name} is not active now", "choose somebody else"),
    rota.Wrong.SAME_TIME: (
        "{name} is due in {room} at the same time",
        "choose somebody else, or change that pair first",
    ),
    rota.Wrong.CLOSED: ("this drop-in is closed: {reason}", "open it again first"),
    rota.Wrong.NOT_DUE: ("{subject} is not due there any more", "look at it as it is now, then choose again"),
    rota.Wrong.ON_BOTH: ("{subject} is due on both already", "choose somebody else"),
    rota.Wrong.CHANGED: _changed,
    rota.Wrong.STALE: _stale,
    rota.Wrong.NEEDS_REASON: _needs_reason,
    rota.Wrong.LONG_REASON: ("the reason is longer than {most} letters", "shorten it"),
    rota.Wrong.TOO_LATE: ("this change can no longer be taken back", "change the drop-in as it is now"),
    rota.Wrong.DUTIES_A_WEEK: ("{subject} is {given}", "choose {least} to {most} duties a week"),
    rota.Wrong.MINUTES: ("{subject} is {given}", "choose {least} to {most} minutes"),
    availability.Wrong.DAY_OR_DATE: (
        "{subject} and a first date are both there or both missing",
        "choose a day of the week or a date",
    ),
    availability.Wrong.NO_DAY: ("{subject} is “{given}”", f"choose one of {' '.join(DAYS)}"),
    availability.Wrong.NO_WEEK: ("{subject} is “{given}”", "choose A, B, or leave it empty for every week"),
    availability.Wrong.NO_DATE: ("{subject} is “{given}”", "choose a day"),
    availability.Wrong.ENDS_FIRST: ("{subject} is before the first day", "choose a later day"),
    availability.Wrong.NOT_ON_LIST: ("{subject} is not on the list", "choose a mentor from the list"),
    availability.Wrong.LONG_REASON: ("{subject} is longer than {most} letters", "shorten it, or leave it out"),
    availability.Wrong.CAP: ("{subject} is {given}", "choose 0 to {most}, or leave it empty for the usual cap"),
    availability.Wrong.APART_FROM_SELF: ("{subject} is there twice", "choose two mentors"),
    term_files.Wrong.SAME_MENTOR: ("{name} is in row {other} already", "take one out, or add a letter"),
    term_files.Wrong.NOBODY: ("there is nobody in the file", "write one mentor a row"),
    term_files.Wrong.ENDS_FIRST: ("{end} is not after the start, {start}", "write a later time"),
    term_files.Wrong.NO_WEEK: ("“{given}” is no week", "write A or B, or leave it empty"),
    term_files.Wrong.NO_DROP_IN: ("there is no drop-in in the file", "write one drop-in a row"),
    term_files.Wrong.SAME_DROP_IN: ("this drop-in is in row {other} already", "take one out"),
    term_files.Wrong.ROOM_TAKEN: (
        "{room} is taken from {start:%H:%M} to {end:%H:%M} by row {other}",
        "choose another room or time",
    ),
    term_files.Wrong.EMPTY_CELL: ("the cell is empty", "write the {column}"),
    term_files.Wrong.LONG: ("there are {letters} letters", "write at most {most}"),
    term_files.Wrong.FORMULA: ("“{given}” begins as a formula does", "begin with a letter or a number"),
    term_files.Wrong.SEMICOLON: ("“{given}” holds a ;", "write one a row, without ;"),
    term_files.Wrong.NOT_YES_OR_NO: ("“{given}” is neither yes nor no", "write yes or no"),
    term_files.Wrong.NO_NUMBER: ("“{given}” cannot be", "write a whole number from {least} to {most}"),
    term_files.Wrong.NO_DATE: ("“{given}” is no date", "write it as 2027-01-12"),
    term_files.Wrong.NO_TIME: ("“{given}” is no time", "write hours and minutes such as 12:30"),
    term_files.Wrong.NO_DAY: ("“{given}” is no day", "write 2027-01-12, Mon or A-Mon, with ; between them"),
    term_files.Wrong.APART_FROM_SELF: ("{name} cannot be kept from themselves", "take the name out"),
    term_files.Wrong.NOT_IN_FILE: ("“{name}” is not in the file", "write the name as in the column mentor"),
    rota_file.Wrong.NO_DROP_IN: ("there is no drop-in in the file", "write one filled place a row"),
    rota_file.Wrong.SAME_NAME: (
        "{mentors} mentors are called “{given}”",
        "write “{name} ({id})” as the exported file does",
    ),
    rota_file.Wrong.NOT_ON_LIST: ("“{given}” is not on the list", "write the name as on Mentors"),
    rota_file.Wrong.FAR: ("{day} is more than a year away", "bring one school year alone"),
    rota_file.Wrong.NOT_HELD: _not_held,
    rota_file.Wrong.NONE_THAT_DAY: ("no drop-in is held there and then", "export the rota to see which days have one"),
    rota_file.Wrong.CLOSED: ("the drop-in is closed: {reason}", "take the row out, or open it again"),
    rota_file.Wrong.BEGUN: ("the drop-in has begun, and the rota says otherwise", "take its rows out"),
    rota_file.Wrong.TWICE: ("{name} is there twice", "take one row out"),
    rota_file.Wrong.NOT_ACTIVE: ("{name} is not active now", "choose somebody else"),
    rota_file.Wrong.SAME_TIME: (
        "{name} is due in {room} at the same time",
        "choose somebody else, or change the other pair too",
    ),
    rota_file.Wrong.TOO_MANY: ("the drop-in has {places} places", "take a row out"),
    rota_file.Wrong.PINNED: ("{name} is pinned there and not in the file", "write a row for them, or unpin them first"),
    Wrong.CAP_IS_NO_NUMBER: ("{subject} is “{given}”", "write a whole number, or leave it empty"),
    rota.Wrong.NO_NUMBER: ("{subject} is “{given}”", "write a whole number"),
}


def rota_fault(fault: Fault) -> str:
    """Why a change of the rota was refused, and the remedy, as one sentence."""
    return sentence_of(fault, "a mentor", known=FAULTS)


def cover_trouble(answer: Answer) -> str:
    """Why a change of cover was refused, as the lead reads it."""
    if answer.fault:
        what, remedy = words_of(answer.fault, "a mentor", known=FAULTS)
        return f"That cannot be: {what}. Remedy: {remedy}."
    return {
        Code.GONE: "Somebody was first, or it was taken back. Look at it as it is now.",
        Code.NOT_DUE: "Somebody is not due there any more. Look at it as it is now.",
        Code.TOO_LATE: "That drop-in has begun or is closed. On Today you can put somebody in.",
        Code.NOT_FIT: "That mentor is not fit for duty. Their page says why.",
    }.get(answer.code, "Nothing was changed. Look at it as it is now.")


def needs(drop_in: DropIn, due: Sequence[Mentor]) -> str:
    """What a drop-in still needs: `needs one more`, `needs a pair`; empty when it has enough mentors."""
    empty = drop_in.places - len(due)
    if empty <= 0:
        return ""
    if empty == 1:
        return "needs one more"
    if due:
        return f"needs {empty} more"
    return "needs a pair" if empty == 2 else f"needs {empty} mentors"


def _at(drop_in: DropIn, zone: str) -> str:
    """`Tue 12 January, 12:30, Library 2`."""
    return f"{day(drop_in.date)}, {clock.hour(drop_in.starts, zone)}, {drop_in.room}"


def leaving_trouble(code: leaving.Code, mentor: Mentor, *, until: datetime | None = None, zone: str = "UTC") -> str:
    """Why a mentor's leaving or its undo was refused, and the remedy. `until`: the end of their present duty."""
    name, hour = mentor.display_name, f" until {clock.hour(until, zone)}" if until else ""
    return {
        leaving.Code.ON_DUTY: f"{name} is on duty{hour}, and nobody leaves while on duty. "
        f"{name} can end the duty at the kiosk; or wait until the drop-in is over.",
        leaving.Code.CHANGED: "Something has changed since this was shown, so nothing was done. "
        "Look at it as it is now, then press the button again.",
        leaving.Code.TOO_LATE: f"{name} left on an earlier day, and what ended then is forgotten. "
        f"You can put {name} back on the list, and print a new badge.",
        leaving.Code.NAMESAKE: f"Nothing was done: another {mentor.full_name} of year {mentor.year_group} is on the "
        "list now. Change the name there, or leave it as it is.",
    }.get(code, "Nothing was changed. Look at it as it is now.")


def left_with_a_gap(place: Place) -> str:
    """Who stays on a drop-in after a mentor leaves it, and how many places are empty."""
    names = " and ".join(each.full_name for each in place.partners)
    empty = f"{place.empty} of {place.drop_in.places} places empty"
    return f"{names} {'stays' if len(place.partners) == 1 else 'stay'}, {empty}" if names else f"nobody stays, {empty}"


def cover_ends(request: Request, *, zone: str) -> str:
    """What happens to a request for cover or a swap by the mentor who leaves."""
    what = f"The {'swap' if request.is_swap else 'cover'} asked for on {_at(request.drop_in, zone)} ends"
    if request.taken_by is None:
        return f"{what}."
    return f"{what}: {request.taken_by.full_name} had offered to come, and is not due by that."


def cover_waits(request: Request, *, zone: str) -> str:
    """What happens to a request for cover or a swap that the leaving mentor had taken."""
    if request.is_swap:
        return f"The swap with {request.mentor.full_name} on {_at(request.drop_in, zone)} ends."
    return f"The place of {request.mentor.full_name} on {_at(request.drop_in, zone)} waits for somebody else again."


def not_back(lost: NotBack, *, zone: str) -> str:
    """What was not restored with a mentor, why, and the remedy."""
    where = _at(lost.drop_in, zone) if lost.drop_in else "one drop-in"
    return {
        Lost.OVER: f"{where}: it is over.",
        Lost.FILLED: f"{where}: others have its places now.",
        Lost.APART: f"{where}: somebody is due there now with whom this mentor is never a pair.",
        Lost.COVER: f"The cover on {where}: it was changed meanwhile. Look at Cover.",
        Lost.BADGE: "The badge: another one was issued meanwhile, so the old one does not work.",
        Lost.CALENDAR: "The calendar's old address: another one was given meanwhile.",
        Lost.PHOTO: "The photo: it was wiped at once. Ask again, then add it anew.",
    }[lost.why]
