"""Small numbers: what is told, and a search through every possible term for one that could be worked out (P9)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.lunch import small_numbers
from mentoring.lunch.small_numbers import Block, Stretch

FIRST = date(2027, 1, 4)
Lunch = tuple[int, bool]  # how many asked, and whether a mentor was there


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def gathered(lunches: Sequence[Lunch], *, threshold: int = 6) -> list[Block]:
    """The blocks of these drop-ins, one a day."""
    blocks: list[Block] = []
    for number, (asked, held) in enumerate(lunches):
        newest = blocks[-1] if blocks else None
        block, is_new = small_numbers.gather(newest, day=day(number), asked=asked, took_place=held, threshold=threshold)
        blocks = [*blocks, block] if is_new else [*blocks[:-1], block]
    return blocks


def held(*asked: int) -> list[Lunch]:
    return [(each, True) for each in asked]


@pytest.mark.parametrize(
    ("lunches", "asked"),
    [
        ([], []),
        (held(9), [9]),
        (held(9, 0), [9, 0]),
        (held(4, 1, 1), [6]),  # six is not yet enough
        (held(4, 1, 1, 1, 2), [7, 2]),
        (held(3, 3, 12, 1), [18, 1]),
        (held(1, 1, 1, 1, 1, 1, 1, 1), [7, 1]),
        ([(7, True), (0, False), (2, True)], [7, 2]),  # a lunch that nobody came to begins no block
        ([(7, True), (1, False), (2, True)], [8, 2]),
        ([(0, False), (0, False), (8, True), (0, True)], [8, 0]),
    ],
    ids=str,
)
def test_drop_ins_are_gathered_until_their_count_may_be_told(lunches: list[Lunch], asked: list[int]):
    assert [each.asked for each in gathered(lunches)] == asked
    assert [each.asked for each in small_numbers.told_blocks(gathered(lunches), threshold=6)] == asked[:-1]


def test_a_block_says_its_days_and_the_drop_ins_a_mentor_came_to():
    [first, second] = gathered([(0, False), (3, True), (4, True), (0, False), (1, True)])
    assert (first.first, first.last, first.drop_ins) == (day(1), day(2), 2)
    assert (second.first, second.last, second.drop_ins) == (day(4), day(4), 1)


def test_a_block_keeps_the_threshold_it_began_under_and_a_higher_one_hides_it():
    blocks = [Block(day(0), day(1), 2, 8, 6), Block(day(2), day(2), 1, 30, 10), Block(day(3), day(3), 1, 9, 10)]
    assert [each.asked for each in small_numbers.told_blocks(blocks, threshold=3)] == [8, 30]
    assert [each.asked for each in small_numbers.told_blocks(blocks, threshold=8)] == [30]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((20, 30, 40, 50), (None, None, 40, 50)),
        ((20, 2, 40, 50), (None, None, 40, 50)),
        ((5, 2, 40, 50), (None, None, 40, 50)),
        ((5, 2, 6, 7), (None, None, None, 7)),
        ((0, 0, 0, 0), (None, None, None, None)),
        ((9, 9, 9, 9), (None, None, 9, 9)),  # of equals the first
        ((50, 9, 9, 0), (50, None, 9, None)),
    ],
    ids=str,
)
def test_small_topics_and_always_two_are_kept_back(counts: tuple[int, ...], told: tuple[int | None, ...]):
    topics = dict(zip("abcd", counts, strict=True))
    assert tuple(small_numbers.told_topics(topics, threshold=6).values()) == told
    assert list(small_numbers.told_topics(topics, threshold=6)) == list(topics)


LONG = Stretch("Spring 1", day(0), day(21), day(39), 6)
SHORT = Stretch("Spring 1", day(0), day(7), day(39), 6)


@pytest.mark.parametrize(
    ("stretch", "on", "name", "takes"),
    [
        (LONG, 22, "Spring 1", True),
        (LONG, 22, "Spring 2", False),
        (LONG, 20, "Christmas", True),  # a day that has been is never cut out
        (SHORT, 22, "Spring 2", True),  # one week is no half term
        (Stretch("Spring 1", day(0), day(21), day(39), 6, over=True), 22, "Spring 1", False),
    ],
)
def test_a_half_term_takes_what_is_its_own_and_what_would_be_too_short(
    stretch: Stretch, on: int, name: str, *, takes: bool
):
    assert small_numbers.takes(stretch, day=day(on), name=name) is takes


@pytest.mark.parametrize(
    ("stretch", "today", "ends"),
    [(LONG, 39, False), (LONG, 40, True), (SHORT, 40, False)],
)
def test_a_half_term_is_over_after_its_last_day_when_it_was_long_enough(stretch: Stretch, today: int, *, ends: bool):
    assert small_numbers.ends_now(stretch, today=day(today)) is ends


LUNCHES = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=40)
SMALLEST = st.integers(small_numbers.LOWEST, small_numbers.HIGHEST)


@given(LUNCHES, SMALLEST)
def test_nothing_is_lost_nothing_is_counted_twice_and_nothing_small_is_told(lunches: list[Lunch], smallest: int):
    blocks = gathered(lunches, threshold=smallest)
    told = small_numbers.told_blocks(blocks, threshold=smallest)
    assert small_numbers.total(blocks) == sum(asked for asked, _ in lunches)
    assert told == blocks[:-1]
    assert all(each.asked > smallest for each in told)
    assert all(earlier.last < later.first for earlier, later in pairwise(told))


@given(LUNCHES, st.tuples(st.integers(0, 12), st.booleans()), SMALLEST)
def test_what_was_told_stays_as_it_was_when_one_more_lunch_is_over(
    lunches: list[Lunch], next_one: Lunch, smallest: int
):
    """So two reports have nothing between them but whole blocks."""
    before = small_numbers.told_blocks(gathered(lunches, threshold=smallest), threshold=smallest)
    after = small_numbers.told_blocks(gathered([*lunches, next_one], threshold=smallest), threshold=smallest)
    assert after[: len(before)] == before
    assert len(after) - len(before) in (0, 1)


@given(LUNCHES, st.integers(0, 40), st.integers(0, 40))
def test_a_window_shows_whole_blocks_and_their_sum(lunches: list[Lunch], start: int, end: int):
    told = small_numbers.told_blocks(gathered(lunches), threshold=6)
    seen = small_numbers.within(told, day(start), day(end))
    assert set(seen) <= set(told)
    assert small_numbers.total(seen) == 0 or small_numbers.total(seen) > 6


@given(st.lists(st.integers(0, 15), min_size=8, max_size=8), SMALLEST, SMALLEST)
def test_a_higher_threshold_tells_nothing_that_the_lower_one_did_not(counts: list[int], one: int, other: int):
    topics = dict(zip("abcdefgh", counts, strict=True))
    lower, higher = (small_numbers.told_topics(topics, threshold=each) for each in sorted((one, other)))
    assert all(higher[each] in (lower[each], None) for each in topics)


# Every possible term: whoever knows the rule by heart and reads all that is told after each lunch, what can they know?

THRESHOLD = 3  # the lowest there is: 1 and 2 are what must not be known
TOPICS = ("a", "b", "c")
ALL_HELD = (True, True, True, True)
MOST_A_LUNCH, MOST_A_TOPIC = 6, 8


@dataclass
class Worlds:
    """What is possible behind one output, for one sum of all requests: of each subset, its values as bits.

    `inside`: one of these worlds lies inside our search, so that what differs from it by one is in the search too.
    """

    values: list[int]
    inside: bool = False


Behind = dict[object, dict[int, Worlds]]


def subsets(length: int) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(range(length), size) for size in range(1, length + 1)))


def behind(worlds: Iterable[tuple[tuple[int, ...], object]], *, length: int, edge: int) -> Behind:
    """All worlds by what is told of them, then by how many requests there were in all."""
    found: Behind = defaultdict(dict)
    for world, output in worlds:
        same = found[output].setdefault(sum(world), Worlds([0] * len(subsets(length))))
        same.inside |= max(world) < edge
        for number, subset in enumerate(subsets(length)):
            same.values[number] |= 1 << sum(world[each] for each in subset)
    return found


def told_after_each(lunches: Sequence[Lunch]) -> tuple[object, ...]:
    """What is told of visits, day after day."""
    ever = []
    for number in range(1, len(lunches) + 1):
        blocks = gathered(lunches[:number], threshold=THRESHOLD)
        told = small_numbers.told_blocks(blocks, threshold=THRESHOLD)
        ever.append(tuple((each.first, each.last, each.asked) for each in told))
    return tuple(ever)


def told_in_the_end(counts: Sequence[int]) -> tuple[object, ...]:
    return tuple(small_numbers.told_topics(dict(zip(TOPICS, counts, strict=True)), threshold=THRESHOLD).values())


def known_in_any_term(came: tuple[bool, ...] = ALL_HELD) -> Iterator[tuple[object, object, str, tuple[int, ...]]]:
    """Each sum of visits or of topics, 1 or 2, that is the same in all the worlds in which the same was told."""
    length = len(came)
    of_visits = behind(
        (
            (visits, told_after_each(list(zip(visits, came, strict=True))))
            for visits in product(range(MOST_A_LUNCH + 1), repeat=length)
        ),
        length=length,
        edge=MOST_A_LUNCH,
    )
    tables = product(range(MOST_A_TOPIC + 1), repeat=len(TOPICS))
    of_topics = behind(((each, told_in_the_end(each)) for each in tables), length=len(TOPICS), edge=MOST_A_TOPIC)
    for (days, visits), (table, topics) in product(of_visits.items(), of_topics.items()):
        both = visits.keys() & topics.keys()
        if any(visits[each].inside and topics[each].inside for each in both):
            for kind, found, wide in (("visits", visits, length), ("topics", topics, len(TOPICS))):
                for number, subset in enumerate(subsets(wide)):
                    possible = 0
                    for each in both:
                        possible |= found[each].values[number]
                    if possible in (1 << 1, 1 << 2):
                        yield days, table, kind, subset


@pytest.mark.parametrize(
    "came",
    [
        ALL_HELD,
        (True,),
        (True, True),
        (True, False, True, True),
        (False, True, True, False),
        (True, True, False, False),
    ],
    ids=str,
)
def test_in_no_term_can_anything_small_be_worked_out(came: tuple[bool, ...]):
    """`came`: at which of the lunches a mentor was on duty; everybody knows that."""
    assert list(known_in_any_term(came)) == []


def test_the_search_finds_what_a_table_without_a_gap_lets_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(small_numbers, "KEPT_BACK", 0)
    assert next(known_in_any_term(), None)


def test_the_search_finds_what_the_newest_block_lets_out(monkeypatch: pytest.MonkeyPatch):
    def too_soon(blocks: Sequence[Block], *, threshold: int) -> list[Block]:
        return [each for each in blocks if small_numbers.may_be_told(each.asked, threshold=threshold)]

    monkeypatch.setattr(small_numbers, "told_blocks", too_soon)
    assert next(known_in_any_term(), None)


def test_the_search_finds_what_a_threshold_without_its_one_more_lets_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(small_numbers, "may_be_told", lambda asked, *, threshold: asked >= threshold)
    assert next(known_in_any_term(), None)
