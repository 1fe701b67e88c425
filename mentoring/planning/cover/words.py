"""The words of cover: a request, what became of a tap, and who could come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mentoring.basics.forms import Fault
from mentoring.people.mentors import Mentor
from mentoring.planning.rota import Broken
from mentoring.school.school_year import DropIn

# words

OFFERED = 5
# While no half term is known, asking counts for this long before and after a drop-in.
ABOUT_A_HALF_TERM = timedelta(weeks=6)


class Kind(StrEnum):
    """Why somebody cannot come. It is kept with the request and never in the journal: `ill` is about health."""

    EXAM = "exam"
    ILL = "ill"
    TRIP = "trip"
    OTHER = "other"


class State(StrEnum):
    """A request waits for somebody, was taken and waits for the lead, is approved, or was taken back."""

    OPEN = "open"
    TAKEN = "taken"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Code(StrEnum):
    """The outcome of a tap. The last six changed nothing."""

    ASKED = "asked"
    TAKEN = "taken"
    PASSED = "passed"
    OPEN_AGAIN = "open_again"
    WITHDRAWN = "withdrawn"
    GONE = "gone"  # somebody else took it first, or it was taken back
    NOT_DUE = "not_due"
    TOO_LATE = "too_late"
    NOT_FIT = "not_fit"
    FORBIDDEN = "forbidden"  # not allowed even with a reason; `fault` says why
    WARNED = "warned"  # it breaks a rule, and nobody gave a reason; `broken` says which


@dataclass(frozen=True)
class Request:
    """One mentor who cannot come to one drop-in. `back` is what the taker gives in a swap, else None."""

    id: int
    drop_in: DropIn
    mentor: Mentor
    kind: Kind
    asked: datetime
    state: State
    taken_by: Mentor | None
    back: DropIn | None

    @property
    def is_swap(self) -> bool:
        """Whether two mentors give each other a drop-in: two covers at once."""
        return self.back is not None


@dataclass(frozen=True)
class Answer:
    """The outcome of a tap, with the request as it is after it."""

    code: Code
    request: Request | None = None
    fault: Fault | None = None
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True)
class Earlier:
    """The state of a request before its mentor, or the one who took it, left, and its state after that.

    `taken_by` and `back` are ids, or None.
    """

    request_id: int
    state: State
    ended_as: State
    taken_by: int | None
    back: int | None


@dataclass(frozen=True)
class Candidate:
    """Somebody who could come, and how often they were asked this half term, the last time at `last`."""

    mentor: Mentor
    times: int = 0
    last: datetime | None = None
