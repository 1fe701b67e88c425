"""The planner's input and output types, and the rules that measure a rota. Imports no optimiser."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from itertools import combinations

from mentoring.school.school_year import monday_of

# words


class Aim(StrEnum):
    """The aims, most important first; the last applies only where an earlier plan is replaced."""

    UNFILLED = "unfilled"
    SPREAD = "spread"
    REPEATS = "repeats"
    PREFERENCES = "preferences"
    MOVED = "moved"


class Status(StrEnum):
    """`optimal`: every aim was proved. `feasible`: time was up first. `impossible`: nobody can take some place."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class Days:
    """Days as a mentor names them: dates, weekdays (0 is Monday), and weekdays of a week A or B."""

    dates: frozenset[date] = frozenset()
    weekdays: frozenset[int] = frozenset()
    week_days: frozenset[tuple[str, int]] = frozenset()

    def cover(self, day: date, week: str) -> bool:
        """Whether that day, in a week of that letter, is one of these."""
        weekday = day.weekday()
        return day in self.dates or weekday in self.weekdays or (week, weekday) in self.week_days


@dataclass(frozen=True)
class Rostered:
    """A mentor in the optimiser's input. `key` is unique; `cap` is the most duties from Monday to Sunday."""

    key: str
    name: str
    experienced: bool
    cap: int
    unavailable: Days = Days()
    apart: frozenset[str] = frozenset()  # keys; named on one side is enough
    prefers: Days = Days()


@dataclass(frozen=True)
class Lunch:
    """A drop-in to fill: wall-clock times on one date, `places` for mentors, its week's letter and its block."""

    key: str
    date: date
    start: time
    end: time
    room: str
    places: int
    week: str = ""
    block: str = ""

    def meets(self, other: "Lunch") -> bool:
        """Whether nobody can be at both: one begins before the other has ended."""
        return self.date == other.date and self.start < other.end and other.start < self.end


@dataclass(frozen=True, order=True)
class Place:
    """One mentor on one drop-in, by their keys."""

    lunch: str
    mentor: str


@dataclass(frozen=True)
class Together:
    """How often two mentors were on a drop-in together before this term began."""

    one: str
    other: str
    times: int


@dataclass(frozen=True)
class Task:
    """A term to plan.

    `pinned` places are kept as they are, whatever they break. `duties` and `together` are from before these
    drop-ins; both count in spread and repeats. With `today`, a rota of the same drop-ins, as few as can be are moved.
    """

    mentors: tuple[Rostered, ...]
    lunches: tuple[Lunch, ...]
    pinned: frozenset[Place] = frozenset()
    duties: Mapping[str, int] = field(default_factory=dict)
    together: tuple[Together, ...] = ()
    today: frozenset[Place] | None = None

    @property
    def blocks(self) -> tuple[str, ...]:
        """The blocks, in order of their first date."""
        first: dict[str, date] = {}
        for each in self.lunches:
            first[each.block] = min(each.date, first.get(each.block, each.date))
        return tuple(sorted(first, key=lambda block: (first[block], block)))


@dataclass(frozen=True)
class Settled:
    """The result for one aim of one block: the best found and a bound on it; proved when both are equal."""

    block: str
    aim: Aim
    best: int
    bound: int

    @property
    def is_proved(self) -> bool:
        """Whether nothing better exists."""
        return self.best == self.bound


@dataclass(frozen=True)
class Found:
    """The best complete rota so far, and the result for each aim; the last of `settled` is being worked on."""

    places: frozenset[Place]
    settled: tuple[Settled, ...] = ()


@dataclass(frozen=True)
class Figures:
    """The aims as numbers over the whole task, earlier duties and pairs counted in."""

    unfilled: int
    spread: int
    repeats: int
    preferences: int
    moved: int


@dataclass(frozen=True)
class Plan:
    """A rota, how good it is, how far that is proved, and the reason of each choice in a sentence.

    `pairs` has one sentence a drop-in that somebody is on, by its key; `why` one for each place that stays empty.
    """

    places: tuple[Place, ...]
    status: Status
    figures: Figures
    settled: tuple[Settled, ...]
    seconds: float
    pairs: Mapping[str, str]
    why: tuple[str, ...]


# rules


def never_together(mentors: Iterable[Rostered]) -> dict[str, set[str]]:
    """By key, everybody that mentor is never paired with, whichever of the two asked for it."""
    apart: dict[str, set[str]] = defaultdict(set)
    for mentor in mentors:
        for other in mentor.apart:
            apart[mentor.key].add(other)
            apart[other].add(mentor.key)
    return apart


def is_free(mentor: Rostered, lunch: Lunch) -> bool:
    """Whether the mentor may be asked at all: available that day, and with any duty a week."""
    return mentor.cap > 0 and not mentor.unavailable.cover(lunch.date, lunch.week)


def by_lunch(places: Iterable[Place]) -> dict[str, list[str]]:
    """Who is on each drop-in, sorted."""
    on: dict[str, list[str]] = defaultdict(list)
    for each in sorted(places):
        on[each.lunch].append(each.mentor)
    return on


def duties_of(task: Task, places: Iterable[Place]) -> Counter[str]:
    """How many duties each mentor has, the earlier ones too; everybody is in it, if only with none."""
    duties = Counter({mentor.key: task.duties.get(mentor.key, 0) for mentor in task.mentors})
    duties.update(each.mentor for each in places)
    return duties


def times_together(task: Task, places: Iterable[Place]) -> Counter[tuple[str, str]]:
    """How often each two mentors are together, the earlier times too, by their sorted keys."""
    times: Counter[tuple[str, str]] = Counter()
    for each in task.together:
        one, other = sorted((each.one, each.other))
        times[one, other] += each.times
    for on in by_lunch(places).values():
        times.update(combinations(on, 2))
    return times


def measure(task: Task, places: frozenset[Place]) -> Figures:
    """The aims of a rota as numbers."""
    on = by_lunch(places)
    duties = duties_of(task, places).values()
    mentors = {mentor.key: mentor for mentor in task.mentors}
    lunches = {lunch.key: lunch for lunch in task.lunches}
    return Figures(
        unfilled=sum(max(0, lunch.places - len(on.get(lunch.key, ()))) for lunch in task.lunches),
        spread=max(duties, default=0) - min(duties, default=0),
        repeats=sum(max(0, times - 1) for times in times_together(task, places).values()),
        preferences=sum(
            mentors[each.mentor].prefers.cover(lunches[each.lunch].date, lunches[each.lunch].week) for each in places
        ),
        moved=0 if task.today is None else len(task.today - places),
    )


def most_at_once(task: Task, lunch: Lunch) -> int:
    """How many of a drop-in's places could be taken if it were the only one, after what is pinned."""
    pinned = by_lunch(task.pinned)
    here = set(pinned.get(lunch.key, ()))
    apart = never_together(task.mentors)
    lunches = {each.key: each for each in task.lunches}
    busy = Counter(each.mentor for each in task.pinned if each.lunch != lunch.key and lunches[each.lunch].meets(lunch))
    week = Counter(each.mentor for each in task.pinned if monday_of(lunches[each.lunch].date) == monday_of(lunch.date))
    free = [
        mentor
        for mentor in task.mentors
        if is_free(mentor, lunch)
        and mentor.key not in here
        and not busy[mentor.key]
        and week[mentor.key] < mentor.cap
        and not apart[mentor.key] & here
    ]
    experienced = {mentor.key for mentor in task.mentors if mentor.experienced}
    wanted = lunch.places - len(here)
    if wanted <= 0:
        return lunch.places
    led = bool(here & experienced) or lunch.places < 2
    return len(here) + _most(free, apart, wanted, led=led)


def status_of(task: Task, settled: Iterable[Settled]) -> Status:
    """The status of a rota with these results."""
    if any(most_at_once(task, lunch) < lunch.places for lunch in task.lunches):
        return Status.IMPOSSIBLE
    proved = list(settled)
    whole = 4 if task.today is None else 5
    if len(proved) == whole * len(task.blocks) and all(each.is_proved for each in proved):
        return Status.OPTIMAL
    return Status.FEASIBLE


def _most(free: list[Rostered], apart: Mapping[str, set[str]], wanted: int, *, led: bool) -> int:
    """How many of `wanted` places these can take: no two kept apart, and with `led` one of them experienced."""
    if led:
        return _most_led(free, apart, wanted)
    best = 0
    for leader in (mentor for mentor in free if mentor.experienced):
        others = [each for each in free if each is not leader and each.key not in apart[leader.key]]
        best = max(best, 1 + _most_led(others, apart, wanted - 1))
        if best >= wanted:
            break
    return best


def _most_led(free: list[Rostered], apart: Mapping[str, set[str]], wanted: int) -> int:
    """How many of `wanted` places these can take with no two kept apart; those kept from the fewest are tried first."""
    keys = {mentor.key for mentor in free}
    left = sorted(free, key=lambda mentor: len(apart[mentor.key] & keys))
    if wanted <= 0 or not left:
        return 0
    first = left[0]
    foes = apart[first.key] & keys
    with_them = 1 + _most_led([each for each in left[1:] if each.key not in foes], apart, wanted - 1)
    # Where the first is kept apart from at most one, taking the first is never worse.
    if with_them >= wanted or len(foes) <= 1:
        return min(wanted, with_them)
    return max(with_them, _most_led(left[1:], apart, wanted))
