"""Small numbers: no count of 1 to 5 pupils is told (shown), nor can one be worked out from what is told (P9).

Every page, export, chart and range of dates gets its numbers of pupils from here, and a number that was told never
grows later. docs/decisions/13-small-numbers.md argues why this protects pupils even from somebody who knows this code;
in the tests a solver and a search through every possible term try to work out a hidden count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

# words

SMALLEST = 6  # fewer are hidden, unless the school says otherwise
LOWEST, HIGHEST = 3, 20
# At least so many counts of a table are hidden, even when all are large: a table with none hidden shows its total.
KEPT_BACK = 2
# Topics are counted over at least this time, even if half terms are changed, so that no topic can be linked to a day
# (P8).
SHORTEST = timedelta(days=14)

_Name = TypeVar("_Name", bound=str)


@dataclass(frozen=True)
class Block:
    """Consecutive drop-ins, counted as one number. `threshold` is the one that was set when the block began.

    `drop_ins` are those a mentor was on duty at, `first` and `last` the days of the first and the last of them.
    """

    first: date
    last: date
    drop_ins: int
    asked: int
    threshold: int


@dataclass(frozen=True)
class Stretch:
    """The drop-ins whose topics are counted together: a half term. Once `over` is set it stays set."""

    name: str
    first: date
    last: date
    ends: date
    threshold: int
    over: bool = False


# rules


def may_be_told(asked: int, *, threshold: int) -> bool:
    """Whether a count is large enough to be told.

    It must exceed the threshold: the largest hidden count is then the threshold itself (6), not one less (5).
    """
    return asked > threshold


def gather(newest: Block | None, *, day: date, asked: int, took_place: bool, threshold: int) -> tuple[Block, bool]:
    """The block with one more drop-in added to it, and whether it is a new block.

    A block is full once its count may be told; the next drop-in with a mentor on duty begins another. A drop-in without
    one (`took_place` is False) never begins a block: everybody knows that nothing was asked there.
    """
    if newest is None or (took_place and may_be_told(newest.asked, threshold=newest.threshold)):
        return Block(day, day, int(took_place), asked, threshold), True
    is_first = took_place and not newest.drop_ins
    return (
        Block(
            day if is_first else newest.first,
            max(day, newest.last) if took_place else newest.last,
            newest.drop_ins + took_place,
            newest.asked + asked,
            newest.threshold,
        ),
        False,
    )


def told_blocks(blocks: Sequence[Block], *, threshold: int) -> list[Block]:
    """The blocks of one stretch, in order, that are told: never the newest, whatever its count.

    So some counts are always unknown. `threshold` is today's: a school that has raised it sees less.
    """
    return [each for each in blocks[:-1] if may_be_told(each.asked, threshold=max(threshold, each.threshold))]


def told_topics(counts: Mapping[_Name, int], *, threshold: int) -> dict[_Name, int | None]:
    """One stretch's topics, in their own order, None where a count is not told: the small ones, and at least two.

    No total is given, and no sum of the hidden counts: with a total, a single hidden count could be worked out.
    """
    ascending = sorted(counts, key=lambda each: counts[each])  # of equals, the first in the topics' own order
    large = [each for each in ascending[KEPT_BACK:] if may_be_told(counts[each], threshold=threshold)]
    return {each: counts[each] if each in large else None for each in counts}


def within(blocks: Iterable[Block], first: date, last: date) -> list[Block]:
    """The blocks that lie wholly inside a range of dates. A block is never divided."""
    return [each for each in blocks if first <= each.first and each.last <= last]


def total(blocks: Iterable[Block]) -> int:
    """The sum of the blocks that are told."""
    return sum(each.asked for each in blocks)


def is_long_enough(stretch: Stretch) -> bool:
    """Whether a stretch has gone on long enough to end."""
    return stretch.last - stretch.first >= SHORTEST


def takes(stretch: Stretch, *, day: date, name: str) -> bool:
    """Whether a drop-in of that day, in the half term of that name, is counted in this stretch or begins another."""
    if stretch.over:
        return False
    return day <= stretch.last or name == stretch.name or not is_long_enough(stretch)


def ends_now(stretch: Stretch, *, today: date) -> bool:
    """Whether a stretch is over, so that its topics can be told: its last day is past, and it was long enough."""
    return not stretch.over and stretch.ends < today and is_long_enough(stretch)
