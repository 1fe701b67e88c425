"""Turns faults into words: the template of the code in an area's `FAULTS`, filled with the fault's values."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from mentoring.basics.brought_files import RowFault
from mentoring.basics.forms import Fault

# What is wrong, and the remedy. `{subject}` is replaced by what the caller calls the field. A code that needs more than
# a template has a function of the fault and the subject, which returns both texts.
Words = tuple[str, str]
AnyFault = Fault | RowFault
Known = Mapping[StrEnum, Words | Callable[[AnyFault, str], Words]]


def words_of(fault: AnyFault, subject: str = "this", *, known: Known) -> Words:
    """What is wrong, and the remedy, as parts of a sentence. A date in the fault's value `on` comes first."""
    found = known[fault.code]
    if callable(found):
        what, remedy = found(fault, subject)
    else:
        what, remedy = (text.format(**fault.values, subject=subject).strip() for text in found)
    on = fault.values.get("on")
    return f"on {short_date(on)}, {what}" if isinstance(on, date) else what, remedy


def sentence_of(fault: AnyFault, subject: str = "this", *, known: Known) -> str:
    """A fault as one sentence: what is wrong, then the remedy."""
    what, remedy = words_of(fault, subject, known=known)
    return f"{what[0].upper()}{what[1:]}: {remedy}."


def listed(items: Sequence[str]) -> str:
    """`Amira`, `Amira and Ben`, `Amira, Ben and Chidi`."""
    return " and ".join([*([", ".join(items[:-1])] if len(items) > 1 else []), *items[-1:]])


def row_of(fault: RowFault, *, known: Known) -> str:
    """A fault in a file as one line with its row and column."""
    what, remedy = words_of(fault, "", known=known)
    return f"row {fault.row}, column {fault.column}: {what}, {remedy}"


def short_date(on: date) -> str:
    """`12 January`."""
    return f"{on.day} {on:%B}"
