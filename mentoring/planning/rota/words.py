"""The words of the rota: who is due, what a pair may break, what an edit can run into, the planner's input."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mentoring.basics.forms import Fault
from mentoring.people.mentors import Mentor
from mentoring.planning.availability import Entry
from mentoring.school.school_year import PAIR, DropIn, monday_of

# words

# Two mentors are a pair, whatever number of places a slot has: the room opens with two (P1).
PLACES = PAIR


class Wrong(StrEnum):
    """What stands in the way of a change of the rota."""

    NOT_ON_LIST = "rota.not_on_list"
    TOO_MANY = "rota.too_many"
    TWICE = "rota.twice"
    NOT_ACTIVE = "rota.not_active"
    NO_NUMBER = "rota.no_number"
    SAME_TIME = "rota.same_time"
    CLOSED = "rota.closed"
    NOT_DUE = "rota.not_due"
    ON_BOTH = "rota.on_both"
    CHANGED = "rota.changed"
    STALE = "rota.stale"
    NEEDS_REASON = "rota.needs_reason"
    LONG_REASON = "rota.long_reason"
    TOO_LATE = "rota.too_late"
    DUTIES_A_WEEK = "rota.duties_a_week"
    MINUTES = "rota.minutes"


class Rule(StrEnum):
    """A rule that may be broken with a reason. Not active and two rooms at one time are faults, never allowed."""

    NOT_FREE = "not_free"
    OVER_CAP = "over_cap"
    APART = "apart"
    NO_EXPERIENCE = "no_experience"


@dataclass(frozen=True)
class Limits:
    """The school's limits on duties; a change applies to all from then on.

    `duties_a_week`: the most for a mentor without a cap of their own (P6). `late_after`: minutes after the start from
    which a scan-in counts as late. `gaps_before`: minutes before the start from which Today names gaps.
    `small_swaps_pass`: cover and swaps that break no rule need no lead.
    """

    duties_a_week: int = 2
    late_after: int = 5
    gaps_before: int = 15
    small_swaps_pass: bool = False


@dataclass(frozen=True)
class Broken:
    """One rule that a pair breaks: by whom, and by which entry if the mentor is not free.

    Where the cap is broken, `duties` counts that week's with this one, and `cap` is the most.
    """

    rule: Rule
    mentors: tuple[Mentor, ...]
    entry: Entry | None = None
    duties: int = 0
    cap: int = 0

    @property
    def same_as(self) -> tuple[Rule, frozenset[int]]:
        """Equal for the same break before and after an edit; for a pair without experience the mentors do not count."""
        whose = () if self.rule is Rule.NO_EXPERIENCE else self.mentors
        return self.rule, frozenset(mentor.id for mentor in whose)


@dataclass(frozen=True)
class Written:
    """One mentor who is written down for one drop-in; `takes_place` is False while it is closed."""

    drop_in_id: int
    mentor_id: int
    date: date
    starts: datetime
    ends: datetime
    takes_place: bool

    def is_on(self, drop_in: DropIn) -> bool:
        """Whether it is this drop-in, closed or not."""
        return self.drop_in_id == drop_in.id

    def is_while(self, drop_in: DropIn) -> bool:
        """Whether it is another drop-in, not closed, that runs at the same time as this one."""
        overlaps = self.starts < drop_in.ends and drop_in.starts < self.ends
        return self.takes_place and not self.is_on(drop_in) and self.date == drop_in.date and overlaps

    def is_in_the_week_of(self, drop_in: DropIn) -> bool:
        """Whether it is another drop-in, not closed, in the week (Monday to Sunday) of this one."""
        return self.takes_place and not self.is_on(drop_in) and monday_of(self.date) == monday_of(drop_in.date)


@dataclass(frozen=True)
class Due:
    """One mentor due on one drop-in. `pinned`: set by the lead, and no plan moves it. `away`: they cannot come."""

    mentor: Mentor
    pinned: bool = False
    away: bool = False


@dataclass(frozen=True)
class Cell:
    """One drop-in in the overview of a term. `week` is A, B, or empty; `gaps` counts places that nobody will fill."""

    drop_in: DropIn
    week: str
    due: tuple[Due, ...]
    broken: tuple[Broken, ...]

    @property
    def gaps(self) -> int:
        """Places without anybody who will come; none while the drop-in is closed."""
        return 0 if self.drop_in.closed else max(0, self.drop_in.places - sum(not each.away for each in self.due))


@dataclass(frozen=True, kw_only=True)
class Conflict(Fault):
    """Somebody changed this drop-in since the page was made: `by` is a name to go and ask.

    Where no person changed it, `by` is what the journal calls it, or empty.
    """

    drop_in: DropIn
    by: str
    changed: datetime | None


@dataclass(frozen=True, kw_only=True)
class Warned(Fault):
    """The edit would break these rules; sent again with a reason, it is done."""

    broken: tuple[Broken, ...]


@dataclass(frozen=True)
class PlannedCell:
    """Whom a plan puts on one drop-in. `seen` is the drop-in's version when the plan began."""

    slot_id: int
    date: date
    mentor_ids: tuple[int, ...]
    seen: int


@dataclass(frozen=True, kw_only=True)
class Stale(Fault):
    """The plan began before these drop-ins were changed; nothing of it was applied."""

    cells: tuple[PlannedCell, ...]


@dataclass(frozen=True)
class Change:
    """A change of the rota that its maker can still take back."""

    id: int
    at: datetime
    drop_in_ids: tuple[int, ...]


@dataclass(frozen=True)
class MentorToPlan:
    """A mentor in the planner's input. `unavailable` and `prefers` are written as in the rota's files."""

    id: int
    name: str
    experienced: bool
    cap: int
    unavailable: tuple[str, ...]
    apart: frozenset[int]
    prefers: tuple[str, ...]


@dataclass(frozen=True)
class DropInToPlan:
    """A drop-in that has not begun. `block` is its half term's name; `due` is today's plan, `pinned` a part of it."""

    drop_in: DropIn
    week: str
    block: str
    pinned: tuple[int, ...]
    due: tuple[int, ...]


@dataclass(frozen=True)
class Earlier:
    """Who was due on a drop-in that the plan leaves as it is: for fair shares, repeats, and the cap of its week."""

    starts: datetime
    ends: datetime
    date: date
    mentor_ids: tuple[int, ...]


@dataclass(frozen=True)
class ToPlan:
    """The planner's input, in order of time; the names of the mentors are unique."""

    mentors: tuple[MentorToPlan, ...]
    drop_ins: tuple[DropInToPlan, ...]
    earlier: tuple[Earlier, ...]
