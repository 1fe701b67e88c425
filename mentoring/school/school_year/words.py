"""The words of the school year: slots, half terms, closures, drop-ins."""

from collections.abc import Mapping, Sequence
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
    HALF_TERM_NAMESAKE = "school_year.half_term_namesake"
    HALF_TERM_OVERLAPS = "school_year.half_term_overlaps"
    NO_DATE = "school_year.no_date"
    ENDS_FIRST = "school_year.ends_first"
    FAR = "school_year.far"
    LONG = "school_year.long"
    REASON = "school_year.reason"
    CLOSED_ALREADY = "school_year.closed_already"
    RUNNING = "school_year.running"
    MENTORS_CAME = "school_year.mentors_came"
    NOT_THERE = "school_year.not_there"
    CALLED_OFF_ALREADY = "school_year.called_off_already"
    CLOSED_DAY = "school_year.closed_day"
    BEGUN = "school_year.begun"


@dataclass(frozen=True)
class Slot:
    """The weekly pattern that drop-ins come from. `day` is 0 for Monday; the hours are `HH:MM` in local time.

    It gives drop-ins from the day `begins` on and before the day `ended`.
    """

    id: int
    day: int
    start: str
    until: str
    room: str
    week: str
    adult_id: int
    adult: str
    places: int = PAIR
    begins: date = date.min
    ended: date | None = None

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
    """The half terms and closures. `week_a` is the Monday of a week A, or None without a two-week timetable.

    `closed_weeks_shift`: a school week that is closed as a whole has no letter, and the letters go on after it where
    they stopped. Without it such a week keeps its letter, as in a calendar that was printed before.
    """

    zone: str
    week_a: date | None
    half_terms: Sequence[HalfTerm]
    closures: Sequence[Closure]
    closed_weeks_shift: bool = False

    @property
    def shifting(self) -> Sequence[Closure]:
        """The closures that can take the letter from a week."""
        return self.closures if self.closed_weeks_shift else ()


@dataclass(frozen=True)
class NewSlot:
    """What a form or a command says of one slot, checked."""

    day: int
    start: str
    until: str
    room: str
    week: str
    places: int = PAIR


# What can be changed of the pattern: each is one change that `write_change` writes.


@dataclass(frozen=True)
class AddSlot:
    """Another weekly slot, from today on."""

    new: NewSlot
    adult_id: int


@dataclass(frozen=True)
class ChangeSlot:
    """Other values for a slot. With another day, time, room or week it ends, and a new one takes its place."""

    slot_id: int
    new: NewSlot
    adult_id: int


@dataclass(frozen=True)
class EndSlot:
    """No more drop-ins come from this slot."""

    slot_id: int


@dataclass(frozen=True)
class SetWeek:
    """The current week is a week A, or a week B."""

    letter: str


@dataclass(frozen=True)
class SetClosedWeeks:
    """Whether a week that is closed as a whole shifts the letters of the weeks after it."""

    shift: bool


@dataclass(frozen=True)
class AddHalfTerm:
    """Another half term."""

    new: HalfTerm


@dataclass(frozen=True)
class ChangeHalfTerm:
    """Another name or other days for a half term, which `new.id` says."""

    new: HalfTerm


@dataclass(frozen=True)
class RemoveHalfTerm:
    """One half term less."""

    half_term_id: int


@dataclass(frozen=True)
class AddClosure:
    """Closed days. `shift`: what holds from now on for weeks that are closed as a whole; None leaves it as it is."""

    new: Closure
    shift: bool | None = None


@dataclass(frozen=True)
class RemoveClosure:
    """Closed days are open again."""

    closure_id: int


PatternChange = (
    AddSlot
    | ChangeSlot
    | EndSlot
    | SetWeek
    | SetClosedWeeks
    | AddHalfTerm
    | ChangeHalfTerm
    | RemoveHalfTerm
    | AddClosure
    | RemoveClosure
)


# Forms: which change one asks for is found where it is written (`change_of`).


@dataclass(frozen=True)
class SlotForm:
    """What a form says of a slot that is there, as text by field; `was_NAME` is what its page showed."""

    slot_id: int
    given: Mapping[str, str]


@dataclass(frozen=True)
class HalfTermForm:
    """What a form says of a half term, likewise; without an id it is another one."""

    half_term_id: int | None
    given: Mapping[str, str]


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
