"""The words of the school year: slots, half terms, closures, drop-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mentoring.school.programme import DAYS

# words

# How far ahead the next drop-in is searched: a little more than a summer holiday.
LOOK_AHEAD_DAYS = 70
# Two are a pair, and a drop-in is never planned with fewer (P1).
PAIR = 2
MOST_PLACES = 6


class Wrong(StrEnum):
    """What can be wrong with a change of the school year."""

    NO_DAY = "school_year.no_day"
    NO_TIME = "school_year.no_time"
    UNTIL_FIRST = "school_year.until_first"
    ROOM = "school_year.room"
    NO_WEEK = "school_year.no_week"
    PLACES = "school_year.places"
    ROOM_TAKEN = "school_year.room_taken"
    HALF_TERM_NAME = "school_year.half_term_name"
    HALF_TERM_OVERLAPS = "school_year.half_term_overlaps"
    NO_DATE = "school_year.no_date"
    ENDS_FIRST = "school_year.ends_first"
    FAR = "school_year.far"
    LONG = "school_year.long"
    REASON = "school_year.reason"
    CLOSED_ALREADY = "school_year.closed_already"
    MENTORS_CAME = "school_year.mentors_came"
    CALLED_OFF_ALREADY = "school_year.called_off_already"
    CLOSED_DAY = "school_year.closed_day"
    BEGUN = "school_year.begun"


@dataclass(frozen=True)
class Slot:
    """The weekly pattern that drop-ins come from. `day` is 0 for Monday; the hours are `HH:MM` in local time."""

    id: int
    day: int
    start: str
    until: str
    room: str
    week: str
    adult_id: int
    adult: str
    places: int = PAIR

    @property
    def day_name(self) -> str:
        """`Mon` to `Sun`."""
        return DAYS[self.day]


@dataclass(frozen=True)
class HalfTerm:
    """The school days between two holidays, first and last day included."""

    id: int
    name: str
    starts: date
    ends: date


@dataclass(frozen=True)
class Closure:
    """Days inside a half term on which there is no school: an INSET day, snow. First and last day included."""

    id: int
    reason: str
    starts: date
    ends: date


@dataclass(frozen=True)
class Timetable:
    """The half terms and closures. `week_a` is the Monday of a week A, or None without a two-week timetable."""

    zone: str
    week_a: date | None
    half_terms: Sequence[HalfTerm]
    closures: Sequence[Closure]


@dataclass(frozen=True)
class NewSlot:
    """What a form or a command says of one slot, checked."""

    day: int
    start: str
    until: str
    room: str
    week: str
    places: int = PAIR


@dataclass(frozen=True)
class DropIn:
    """One lunchtime in one room. `id` is None until something is remembered of it; times are aware, in UTC.

    `version` grows with each change of who is due. `closed` says why it does not take place, and is empty when it does.
    """

    id: int | None
    slot_id: int
    date: date
    room: str
    starts: datetime
    ends: datetime
    adult_id: int
    places: int = PAIR
    version: int = 0
    closed: str = ""
