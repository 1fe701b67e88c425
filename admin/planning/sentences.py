"""What the staff pages say of the rota, of cover and of leaving."""

from collections.abc import Sequence
from datetime import datetime

from admin.frame.sentences import day
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.people.mentors import Mentor
from mentoring.planning import leaving
from mentoring.planning.cover import Answer, Code, Request
from mentoring.planning.leaving import Lost, NotBack, Place
from mentoring.school.school_year import DropIn

# What a fault of the rota speaks of, where its words do not name somebody themselves.
ROTA_SUBJECTS = {"mentor": "A mentor", "drop_in": "This drop-in", "change": "This change", "plan": "The plan"}

_VERBS = ("is", "are", "was", "has", "can", "began")


def rota_fault(fault: Fault) -> str:
    """What stands in the way of a change of the rota, and the remedy, as one sentence."""
    what, where = fault.what, ""
    if what.startswith("on ") and ", " in what:
        where, _, what = what.partition(", ")
    if what.split(" ", 1)[0] in _VERBS:
        subject = ROTA_SUBJECTS.get(fault.field, "The reason")
        what = f"{subject[0].lower() if where else subject[0]}{subject[1:]} {what}"
    said = f"{where}, {what}" if where else what
    return f"{said[0].upper()}{said[1:]}: {fault.remedy}."


def cover_trouble(answer: Answer) -> str:
    """Why cover could not be done, for the lead."""
    if answer.fault:
        return f"That cannot be: {answer.fault.what}. Remedy: {answer.fault.remedy}."
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
    """Why a mentor's leaving, or taking it back, was not done, and what helps. `until`: when their drop-in ends."""
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
    """Who stays on a drop-in that somebody leaves, and how many places nobody has."""
    names = " and ".join(each.full_name for each in place.partners)
    empty = f"{place.empty} of {place.drop_in.places} places empty"
    return f"{names} {'stays' if len(place.partners) == 1 else 'stay'}, {empty}" if names else f"nobody stays, {empty}"


def cover_ends(request: Request, *, zone: str) -> str:
    """What becomes of a cover or a swap that the leaver asked for."""
    what = f"The {'swap' if request.is_swap else 'cover'} asked for on {_at(request.drop_in, zone)} ends"
    if request.taken_by is None:
        return f"{what}."
    return f"{what}: {request.taken_by.full_name} had offered to come, and is not due by that."


def cover_waits(request: Request, *, zone: str) -> str:
    """What becomes of a cover or a swap that the leaver took."""
    if request.is_swap:
        return f"The swap with {request.mentor.full_name} on {_at(request.drop_in, zone)} ends."
    return f"The place of {request.mentor.full_name} on {_at(request.drop_in, zone)} waits for somebody else again."


def not_back(lost: NotBack, *, zone: str) -> str:
    """What did not come back with a mentor, why, and what helps."""
    where = _at(lost.drop_in, zone) if lost.drop_in else "one drop-in"
    return {
        Lost.OVER: f"{where}: it is over.",
        Lost.FILLED: f"{where}: others have its places now.",
        Lost.APART: f"{where}: somebody is due there now with whom this mentor is never a pair.",
        Lost.COVER: f"The cover on {where}: it was changed meanwhile. Look at Cover.",
        Lost.BADGE: "The badge: another one was issued meanwhile, so the old square stays dead.",
        Lost.CALENDAR: "The calendar's old address: another one was given meanwhile.",
        Lost.PHOTO: "The photo: it was wiped at once. Ask again, then add it anew.",
    }[lost.why]
