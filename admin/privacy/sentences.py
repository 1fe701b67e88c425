"""The texts of the staff pages about legal holds, retention periods, signed papers and erasure."""

from enum import StrEnum
from typing import cast

from admin.frame.faults import AnyFault, Known, Words, listed
from mentoring.privacy import erasure, holds, papers, retention


class Wrong(StrEnum):
    """Codes of faults that only the pages find: an erasure without its confirmation."""

    NOT_SURE = "privacy_page.not_sure"


def _class_held(fault: AnyFault, subject: str) -> Words:
    names = listed([f"“{each}”" for each in cast(tuple[str, ...], fault.values["classes"])])
    return f"{subject} is in a class of data under a legal hold: {names}", "end that hold first"


FAULTS: Known = {
    holds.Wrong.NOTHING_CHOSEN: ("{subject} is missing", "choose a person or a class of data"),
    holds.Wrong.CANNOT_BE_HELD: (
        "{subject} cannot be held",
        "choose another class: this one is gone within days by design",
    ),
    holds.Wrong.NO_REASON: ("{subject} is missing", "write who asked for it and why, such as a case number"),
    holds.Wrong.LONG_REASON: ("{subject} is longer than {most} letters", "shorten it"),
    holds.Wrong.NOBODY: ("{subject} is nobody's number", "choose somebody from the list"),
    retention.Wrong.NO_CHOICE: ("{subject} has no period to choose", "choose another class"),
    retention.Wrong.COUNT: ("{subject} is not between {least} and {most} {unit}", "write a number between the two"),
    retention.Wrong.SOURCE: (
        "{subject} is missing or longer than {most} letters",
        "write what the period rests on, such as the school's own schedule",
    ),
    retention.Wrong.REVIEW_FAR: (
        "{subject} is not within the next three years",
        "choose a later day, or a nearer one",
    ),
    retention.Wrong.NO_REVIEW: ("{subject} is missing", "choose the day on which somebody looks at this again"),
    papers.Wrong.WORDS: (
        "{subject} is missing or longer than {most} letters",
        "write who decided, in what office, and on what conditions",
    ),
    papers.Wrong.OLDER_PAPER: ("{subject} was written to an older paper", "read it as it is now, then sign"),
    erasure.Wrong.NOBODY: ("{subject} is nobody's number", "'dropin mentors' lists the mentors"),
    erasure.Wrong.ERASED_ALREADY: ("{subject} was erased already", "nothing is left to erase"),
    erasure.Wrong.HELD: (
        "{subject} is under a legal hold since {begun:%d %B %Y}",
        "end the hold first, on the privacy page, if nothing is owed any more",
    ),
    erasure.Wrong.CLASS_HELD: _class_held,
    erasure.Wrong.ON_DUTY: ("{subject} is on duty", "wait until the duty has ended, or close the day"),
    erasure.Wrong.DUE_NOW: (
        "{subject} is due at the drop-in that is on",
        "wait until it is over, or name somebody else",
    ),
    erasure.Wrong.ONESELF: ("{subject} is you", "ask another lead or deputy to do it"),
    erasure.Wrong.IS_LEAD: ("{subject} is the lead", "hand over the lead first: there is always exactly one"),
    erasure.Wrong.ON_THE_WAY: (
        "{subject} is on the way to a call",
        "wait ten minutes, or take the answer back on Today",
    ),
    erasure.Wrong.WITHIN_CALL: (
        "{subject} is the adult within call of {drop_ins} slots and coming drop-ins",
        "name somebody else there first",
    ),
    Wrong.NOT_SURE: ("{subject} is not ticked", "read what will be lost, tick the box, then erase"),
}
