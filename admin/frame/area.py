"""What an area of the staff pages states in its `Area`, and how the areas are combined into one app.

Each area has one `Area` in its `area.py`; `admin/app.py` lists them in the tuple `AREAS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from enum import IntEnum, StrEnum

from flask import Blueprint

from admin.frame.reading import Reading
from admin.frame.rights import Right, Rights
from admin.frame.sentences import SAID


class Group(StrEnum):
    """The groups of the navigation, in order."""

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
    """One link of the navigation. `blueprints`: the pages on which it is marked as the current one.

    `place` orders the links of a group. `instead_of` names an endpoint: for those who may open it, its link replaces
    this one.
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
    """A link of the navigation on one page."""

    line: RailLine
    is_current: bool


@dataclass(frozen=True)
class ShownGroup:
    """A group of the navigation on one page. A group of one link is shown as that link, without a name."""

    words: str
    lines: tuple[ShownLine, ...]
    is_open: bool

    @property
    def folds(self) -> bool:
        """Whether the group has more than one link, so that it is shown folded under its name."""
        return len(self.lines) > 1


class Urgency(IntEnum):
    """The order of the lines under *Waiting for you*."""

    NOW = 1
    SOON = 2
    LATER = 3


@dataclass(frozen=True)
class Waiting:
    """One line under *Waiting for you*: its words, a smaller second line, and a link to where it is done."""

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
    """The pages of one area and what the whole app needs to know of them. Endpoints are Flask's names.

    `waiting`: functions of the request's `Reading` and of a check of rights, which return lines of *Waiting for you*.
    `trail`: sentences of journal rows, by kind. `said`: messages after a change, by the value in the address.
    `by_link`: pages opened by a secret link, which answer without TLS too.
    `without_log_in`: pages that need no log-in. `alerts`: endpoints that work after the log-in has idled (P5).
    `polled`: endpoints that scripts call, which do not count as use of the log-in. `before_second_factor`: endpoints
    open to somebody who must first set up a second factor. `guide`: where the guide explains the pages of a blueprint,
    or one page: the anchor of a heading of `docs/guide.md`, by blueprint or endpoint.
    """

    pages: tuple[Blueprint, ...]
    rights: tuple[Right, ...] = ()
    rail: tuple[RailLine, ...] = ()
    waiting: tuple[WaitingSource, ...] = ()
    trail: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    by_link: tuple[str, ...] = ()
    without_log_in: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    polled: tuple[str, ...] = ()
    before_second_factor: tuple[str, ...] = ()
    guide: Mapping[str, str] = field(default_factory=dict)


def rights_of(areas: Sequence[Area]) -> Rights:
    """The rights of all areas. Rights with the same words in several areas are merged."""
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
    """The links of the navigation by group, in order."""
    lines = sorted((line for each in areas for line in each.rail), key=lambda line: line.place)
    return {group: tuple(line for line in lines if line.group is group) for group in Group}


def shown_rail(
    rail: Mapping[Group, tuple[RailLine, ...]], *, may: Callable[[str], bool], blueprint: str
) -> tuple[ShownGroup, ...]:
    """The navigation for one reader on one page. The open group is that of the page, else the first one."""
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
    """The messages after a change of all areas, by the value in the address."""
    return _joined(SAID, *(each.said for each in areas))


def trail_of(areas: Sequence[Area]) -> Mapping[str, str]:
    """The sentences of journal rows of all areas, by kind."""
    return _joined(*(each.trail for each in areas))


def guide_of(areas: Sequence[Area]) -> Mapping[str, str]:
    """The anchors of the guide of all areas, by blueprint or endpoint."""
    return _joined(*(each.guide for each in areas))


def _joined(*parts: Mapping[str, str]) -> dict[str, str]:
    """The mappings merged. Raises ValueError if a key is in two of them."""
    found: dict[str, str] = {}
    for part in parts:
        if twice := found.keys() & part.keys():
            raise ValueError(f"said twice: {', '.join(sorted(twice))}")
        found |= part
    return found
