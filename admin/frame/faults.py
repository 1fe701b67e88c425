"""How a fault becomes words: the template of its code in an area's `FAULTS`, filled with its values."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from mentoring.basics.brought_files import RowFault
from mentoring.basics.forms import Fault

# What is wrong, and what would put it right. `{subject}` is where the caller names what the field is. A code whose
# values need more than a template has a function that takes the fault and returns such a pair.
Words = tuple[str, str]
AnyFault = Fault | RowFault
Known = Mapping[StrEnum, Words | Callable[[Fault], Words]]


FRAME_FAULTS: Known = {}


def words_of(fault: AnyFault, subject: str = "this", *, known: Known) -> Words:
    """What is wrong, and the remedy, as parts of a sentence. A fault with the value `on`, a date, begins with it."""
    if isinstance(fault, RowFault) or not isinstance(fault.code, StrEnum) or isinstance(fault.values, str):
        return f"{subject} {fault.what}".strip(), fault.remedy
    found = known[fault.code]
    what, remedy = found(fault) if callable(found) else found
    values = {**fault.values, "subject": subject}
    what = what.format(**values).strip()
    on = fault.values.get("on")
    return f"on {short_date(on)}, {what}" if isinstance(on, date) else what, remedy.format(**values)


def sentence_of(fault: AnyFault, subject: str = "this", *, known: Known) -> str:
    """A fault as one sentence: what is wrong, then the remedy."""
    what, remedy = words_of(fault, subject, known=known)
    return f"{what[0].upper()}{what[1:]}: {remedy}."


def row_of(fault: RowFault, *, known: Known) -> str:
    """A fault of a file on one line."""
    what, remedy = words_of(fault, "", known=known)
    return f"row {fault.row}, column {fault.column}: {what}, {remedy}"


def short_date(on: date) -> str:
    """`12 January`."""
    return f"{on.day} {on:%B}"
