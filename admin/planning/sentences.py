"""What the staff pages say of the rota and of cover."""

from collections.abc import Sequence

from mentoring.basics.forms import Fault
from mentoring.people.mentors import Mentor
from mentoring.planning.cover import Answer, Code
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
