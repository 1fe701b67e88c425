"""What an area of the staff pages hands over, and how the areas are gathered into one app.

Each area states one `Area` in its own `area.py`; `admin/app.py` lists them in the tuple `AREAS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from enum import IntEnum, StrEnum

from flask import Blueprint

from admin.frame.faults import Known
from admin.frame.reading import Reading
from admin.frame.rights import Right, Rights
from admin.frame.sentences import FAULTS, SAID


class Group(StrEnum):
    """The groups of the rail, in their order."""

    TODAY = "Today"
    LUNCH = "Lunch"
    MENTORS = "Mentors"
    ONE_TO_ONE = "One to one"
    SURVEYS = "Surveys"
    YEAR = "Year"
    SAFEGUARDING = "Safeguarding"
    SCHOOL_AND_BOX = "School and box"


@dataclass(frozen=True)
class RailLine:
    """One line of the rail. `blueprints`: the pages on which it is marked as the current one.

    `place` orders the lines of a group; `instead_of` names a page whose line takes this one's place for whoever may
    open that page.
    """

    group: Group
    place: int
    words: str
    icon: str
    endpoint: str
    blueprints: tuple[str, ...]
    instead_of: str = ""


@dataclass(frozen=True)
class ShownLine:
    """A line of the rail on one page."""

    line: RailLine
    is_current: bool


@dataclass(frozen=True)
class ShownGroup:
    """A group of the rail on one page. One line alone stands by itself; several fold under the group's name."""

    words: str
    lines: tuple[ShownLine, ...]
    is_open: bool

    @property
    def folds(self) -> bool:
        """Whether the group has a name to open and close it by."""
        return len(self.lines) > 1


class Urgency(IntEnum):
    """In which order things wait on Today."""

    NOW = 1
    SOON = 2
    LATER = 3


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for whoever reads Today: words, a smaller second line, and where to do it."""

    urgency: Urgency
    icon: str
    words: str
    _: KW_ONLY
    small: str = ""
    address: str = ""
    link: str = ""


WaitingSource = Callable[[Reading, Callable[[str], bool]], Sequence[Waiting]]


@dataclass(frozen=True)
class Area:
    """One area's pages and all that other pages need to know of them. Endpoints are named as Flask names them.

    `waiting` are functions that add to *Waiting for you*: they are given what this request reads, and whether its
    reader may open a page. `trail` reads journal rows, by kind; `said` is told after a change, by the word in the
    address; `faults` are the words of each code of a fault. `by_link`: pages that a long link opens, which answer
    without TLS too. `without_log_in`: pages that ask for no log-in. `alerts`: what works even when the log-in has idled
    (P5); `polled`: what a page asks by itself, which is no click. `before_second_factor`: what is left to somebody who
    must set up a second factor first.
    """

    pages: tuple[Blueprint, ...]
    rights: tuple[Right, ...] = ()
    rail: tuple[RailLine, ...] = ()
    waiting: tuple[WaitingSource, ...] = ()
    trail: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    faults: Known = field(default_factory=dict)
    by_link: tuple[str, ...] = ()
    without_log_in: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    polled: tuple[str, ...] = ()
    before_second_factor: tuple[str, ...] = ()


def rights_of(areas: Sequence[Area]) -> Rights:
    """Who may open what, over all areas. A right that several areas state in the same words is one right."""
    found: dict[str, Right] = {}
    for right in (right for each in areas for right in each.rights):
        known = found.get(right.words)
        if known is not None and known.roles != right.roles:
            raise ValueError(f"two areas give “{right.words}” to different roles")
        found[right.words] = replace(right, endpoints=(*known.endpoints, *right.endpoints)) if known else right
    by_link = frozenset({"static"}.union(*(each.by_link for each in areas)))
    alerts = frozenset[str]().union(*(each.alerts for each in areas))
    return Rights(
        table=tuple(found.values()),
        by_link=by_link,
        open_to_all=by_link.union(*(each.without_log_in for each in areas)),
        polled=alerts.union(*(each.polled for each in areas)),
        before_second_factor=alerts.union(*(each.before_second_factor for each in areas)),
    )


def rail_of(areas: Sequence[Area]) -> Mapping[Group, tuple[RailLine, ...]]:
    """The lines of the rail, by group, in order."""
    lines = sorted((line for each in areas for line in each.rail), key=lambda line: line.place)
    return {group: tuple(line for line in lines if line.group is group) for group in Group}


def shown_rail(
    rail: Mapping[Group, tuple[RailLine, ...]], *, may: Callable[[str], bool], blueprint: str
) -> tuple[ShownGroup, ...]:
    """The rail for one reader on one page: the group of that page is open, else the first that can be opened."""
    groups = []
    for group, lines in rail.items():
        own = [each for each in lines if may(each.endpoint) and not (each.instead_of and may(each.instead_of))]
        shown = tuple(ShownLine(each, blueprint in each.blueprints) for each in own)
        if shown:
            groups.append(ShownGroup(group.value, shown, is_open=any(each.is_current for each in shown)))
    folding = next((each for each in groups if each.folds), None)
    if folding and not any(each.is_open for each in groups if each.folds):
        groups[groups.index(folding)] = replace(folding, is_open=True)
    return tuple(groups)


def said_of(areas: Sequence[Area]) -> Mapping[str, str]:
    """What a page says after a change, by the word in its address."""
    return _joined(SAID, *(each.said for each in areas))


def trail_of(areas: Sequence[Area]) -> Mapping[str, str]:
    """The sentence of each kind of journal row."""
    return _joined(*(each.trail for each in areas))


def faults_of(areas: Sequence[Area]) -> Known:
    """The words of each code of a fault."""
    return {**FAULTS, **{code: words for each in areas for code, words in each.faults.items()}}


def _joined(*parts: Mapping[str, str]) -> dict[str, str]:
    """All of them in one; raises ValueError where two say the same key, because one of them would be lost."""
    found: dict[str, str] = {}
    for part in parts:
        if twice := found.keys() & part.keys():
            raise ValueError(f"said twice: {', '.join(sorted(twice))}")
        found |= part
    return found
