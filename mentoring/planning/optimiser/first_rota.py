"""Builds a rota greedily, place by place, then improves it by simulated annealing. Proves nothing.

Works on one block at a time as plain numbers: `who` is a mentor's index, `d` a drop-in's index within the block.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mentoring.planning.optimiser.task import (
    Found,
    Lunch,
    Place,
    Task,
    by_lunch,
    is_free,
    never_together,
    times_together,
)
from mentoring.school.school_year import monday_of

# words

Rota = list[set[int]]  # who is on each of the block's drop-ins, the pinned included
_TEMPERATURE = (0.4, 0.2)  # of the annealing, at its start and at its end
# The weight of a preference in annealing, in repeats: it starts with all preferences met, and a lost one seldom comes
# back. At 1 it removed the repeats of one term in six, at 3 of all, in a hundredth of a second each.
_DEAR = 3
_STEPS = 20_000  # of annealing: about as long as one run of the solver, which comes next


@dataclass(frozen=True)
class Block:
    """One block in numbers, after earlier blocks and pinned places are taken into account."""

    lunches: tuple[Lunch, ...]
    keys: tuple[str, ...]
    experienced: tuple[bool, ...]
    before: tuple[int, ...]  # duties before this block
    times: dict[tuple[int, int], int]  # times together before this block, lower index first
    pinned: tuple[frozenset[int], ...]
    may: tuple[tuple[int, ...], ...]  # who may be put there if it were the only drop-in to plan
    likes: tuple[frozenset[int], ...]  # who prefers that day
    meets: tuple[tuple[int, ...], ...]  # drop-ins at the same time, with lower or higher index
    week: tuple[int, ...]
    room_left: dict[tuple[int, int], int]  # duties a mentor may still get in a week, after what is fixed
    apart: tuple[frozenset[int], ...]
    today: tuple[frozenset[int], ...]

    @property
    def wanted(self) -> int:
        """Places to be taken, the pinned ones not counted."""
        return sum(max(0, lunch.places - len(on)) for lunch, on in zip(self.lunches, self.pinned, strict=True))

    def places(self, rota: Rota) -> frozenset[Place]:
        """The rota in the task's own words."""
        return frozenset(
            Place(lunch.key, self.keys[who]) for lunch, on in zip(self.lunches, rota, strict=True) for who in on
        )

    def wants_leader(self, d: int) -> bool:
        """Whether somebody without experience needs somebody with it there."""
        return self.lunches[d].places >= 2 and not any(self.experienced[who] for who in self.pinned[d])


@dataclass(frozen=True)
class Worth:
    """What a block's rota is worth, counted as the aims count; smaller is better, in this order."""

    unfilled: int
    spread: int
    repeats: int
    disliked: int  # preferences, negative
    moved: int

    def __lt__(self, other: "Worth") -> bool:
        return self.key < other.key

    @property
    def key(self) -> tuple[int, int, int, int, int]:
        """The counts as a tuple, for comparing rotas."""
        return (self.unfilled, self.spread, self.repeats, self.disliked, self.moved)


# rules


def block_of(task: Task, name: str, done: frozenset[Place]) -> Block:
    """One block of a task in numbers, after the places of earlier blocks that are `done`."""
    lunches = tuple(each for each in task.lunches if each.block == name)
    here = {each.key for each in lunches}
    index = {mentor.key: who for who, mentor in enumerate(task.mentors)}
    past = frozenset(each for each in done if each.lunch not in here)
    fixed = past | task.pinned
    pinned = by_lunch(each for each in task.pinned if each.lunch in here)
    today = by_lunch(task.today or ())
    apart_keys = never_together(task.mentors)
    apart = tuple(frozenset(index[key] for key in apart_keys[mentor.key] if key in index) for mentor in task.mentors)
    mondays = sorted({monday_of(each.date) for each in task.lunches})
    lunch_of = {each.key: each for each in task.lunches}
    taken = Counter((index[each.mentor], mondays.index(monday_of(lunch_of[each.lunch].date))) for each in fixed)
    busy: dict[int, list[Lunch]] = defaultdict(list)
    for each in fixed:
        busy[index[each.mentor]].append(lunch_of[each.lunch])
    weeks = tuple(mondays.index(monday_of(each.date)) for each in lunches)
    room_left = {
        (who, week): max(0, mentor.cap - taken[who, week])
        for who, mentor in enumerate(task.mentors)
        for week in set(weeks)
    }
    before = Counter(index[each.mentor] for each in past)
    return Block(
        lunches=lunches,
        keys=tuple(index),
        experienced=tuple(mentor.experienced for mentor in task.mentors),
        before=tuple(before[who] + task.duties.get(key, 0) for key, who in index.items()),
        times={
            (min(index[one], index[other]), max(index[one], index[other])): times
            for (one, other), times in times_together(task, past).items()
            if one in index and other in index
        },
        pinned=tuple(frozenset(index[key] for key in pinned.get(each.key, ())) for each in lunches),
        may=tuple(
            tuple(
                who
                for who, mentor in enumerate(task.mentors)
                if is_free(mentor, lunch)
                and room_left[who, week]
                and not any(other.meets(lunch) for other in busy[who])
                and mentor.key not in pinned.get(lunch.key, ())
                and not any(index[key] in apart[who] for key in pinned.get(lunch.key, ()))
            )
            for lunch, week in zip(lunches, weeks, strict=True)
        ),
        likes=tuple(
            frozenset(who for who, each in enumerate(task.mentors) if each.prefers.cover(lunch.date, lunch.week))
            for lunch in lunches
        ),
        meets=tuple(
            tuple(d for d, other in enumerate(lunches) if other is not lunch and other.meets(lunch))
            for lunch in lunches
        ),
        week=weeks,
        room_left=room_left,
        apart=apart,
        today=tuple(frozenset(index[key] for key in today.get(each.key, ()) if key in index) for each in lunches),
    )


class Draft:
    """A rota under construction: who is where, with running counts that give the cost of a change."""

    def __init__(self, block: Block, rota: Rota | None = None) -> None:
        self.block = block
        self.may = [frozenset(who) for who in block.may]
        self.on: Rota = [set(on) for on in block.pinned]
        self.duties = [before + sum(who in on for on in block.pinned) for who, before in enumerate(block.before)]
        self.left = dict(block.room_left)
        self.times: Counter[tuple[int, int]] = Counter(block.times)
        self.repeats = sum(max(0, times - 1) for times in self.times.values())
        self.liked = sum(len(on & liking) for on, liking in zip(block.pinned, block.likes, strict=True))
        for on in block.pinned:
            self._pair_all(on)
        for d, whole in enumerate(rota or ()):
            for who in whole - self.on[d]:
                self.put(who, d)

    def put(self, who: int, d: int) -> None:
        """Add a mentor to a drop-in."""
        for other in self.on[d]:
            pair = (who, other) if who < other else (other, who)
            self.repeats += self.times[pair] >= 1
            self.times[pair] += 1
        self.on[d].add(who)
        self.duties[who] += 1
        self.left[who, self.block.week[d]] -= 1
        self.liked += who in self.block.likes[d]

    def take(self, who: int, d: int) -> None:
        """Remove a mentor from a drop-in."""
        self.on[d].remove(who)
        for other in self.on[d]:
            pair = (who, other) if who < other else (other, who)
            self.times[pair] -= 1
            self.repeats -= self.times[pair] >= 1
        self.duties[who] -= 1
        self.left[who, self.block.week[d]] += 1
        self.liked -= who in self.block.likes[d]

    def fits(self, who: int, d: int) -> bool:
        """Whether a mentor who may be there could be added now; does not check experience."""
        block, on = self.block, self.on
        return (
            who not in on[d]
            and self.left[who, block.week[d]] > 0
            and block.apart[who].isdisjoint(on[d])
            and not any(who in on[other] for other in block.meets[d])
        )

    def is_led(self, d: int) -> bool:
        """Whether those there now need no further mentor with experience."""
        added = self.on[d] - self.block.pinned[d]
        return not added or not self.block.wants_leader(d) or any(self.block.experienced[who] for who in added)

    def together(self, who: int, d: int) -> int:
        """With how many of those there this mentor was together before."""
        return sum(self.times[(who, other) if who < other else (other, who)] > 0 for other in self.on[d])

    def worth(self) -> Worth:
        """The counts computed again where that is cheap, so that an error in the running counts shows soon."""
        block = self.block
        return Worth(
            unfilled=sum(max(0, lunch.places - len(on)) for lunch, on in zip(block.lunches, self.on, strict=True)),
            spread=max(self.duties, default=0) - min(self.duties, default=0),
            repeats=self.repeats,
            disliked=-self.liked,
            moved=sum(len(was - on) for was, on in zip(block.today, self.on, strict=True)),
        )

    def _pair_all(self, on: Iterable[int]) -> None:
        people = sorted(on)
        for place, one in enumerate(people):
            for other in people[place + 1 :]:
                self.repeats += self.times[one, other] >= 1
                self.times[one, other] += 1


def first_rota(block: Block, keep: Rota | None = None) -> Rota:
    """A greedy rota: the drop-ins with fewest candidates first, each place to the candidate with fewest duties.

    `keep` is a rota of which everything that still fits is kept.
    """
    draft = Draft(block)
    _keep(draft, keep)
    order = sorted(
        range(len(block.lunches)),
        key=lambda d: (len(block.may[d]) - 3 * block.lunches[d].places, block.lunches[d].date, d),
    )
    for d in order:
        _fill(draft, d)
    return draft.on


def first_found(task: Task) -> Found:
    """A greedy rota of all blocks, with nothing proved."""
    whole: frozenset[Place] = frozenset()
    for name in task.blocks:
        block = block_of(task, name, whole)
        whole |= block.places(first_rota(block, None if task.today is None else [set(on) for on in block.today]))
    return Found(whole)


def anneal(
    block: Block, rota: Rota, *, spread: int, repeats: int, liked: int, ticks: Callable[[], float], until: float
) -> Rota:
    """Improve a rota by simulated annealing: fewer repeats, more preferences, the same places filled.

    Ends early where `repeats` and `liked` are reached. `spread` is the most that duties may differ.
    Every place that is taken stays taken. The same input gives the same rota unless time runs out at `until`.
    """
    draft = Draft(block, rota)
    best = [set(on) for on in draft.on]
    best_worth = draft.worth()
    if best_worth.spread > spread:
        return best
    dice = random.Random(2027)  # noqa: S311 # random steps of a search, no secret; the same seed each time
    movable = [d for d, on in enumerate(draft.on) if on - block.pinned[d]]
    sore = _sore(draft, movable)
    high, low = _TEMPERATURE
    for step in range(_STEPS):
        if not movable or (draft.repeats <= repeats and draft.liked >= liked):
            break
        if step % 256 == 0 and ticks() > until:
            break
        was = draft.repeats - _DEAR * min(liked, draft.liked)
        undo = _exchange(draft, dice, sore if sore and step % 2 else movable, movable, spread)
        if not undo:
            continue
        now = draft.repeats - _DEAR * min(liked, draft.liked)
        if now > was and dice.random() >= math.exp((was - now) / (high * (low / high) ** (step / _STEPS))):
            for who, d, was_put in reversed(undo):
                (draft.take if was_put else draft.put)(who, d)
            continue
        sore = _sore(draft, movable)
        if now != was and (worth := draft.worth()) < best_worth:
            best, best_worth = [set(on) for on in draft.on], worth
    return best


def _sore(draft: Draft, movable: list[int]) -> list[int]:
    """The drop-ins with two mentors who are together more than once."""
    again = [pair for pair, times in draft.times.items() if times > 1]
    return [d for d in movable if any(one in draft.on[d] and other in draft.on[d] for one, other in again)]


def _keep(draft: Draft, keep: Rota | None) -> None:
    """Put everybody of a rota back where they still fit, those with experience first."""
    block = draft.block
    for d, on in enumerate(keep or ()):
        may = set(block.may[d])
        for who in sorted(on & may, key=lambda who: (not block.experienced[who], who)):
            if len(draft.on[d]) < block.lunches[d].places and draft.fits(who, d):
                draft.put(who, d)
                if not draft.is_led(d):
                    draft.take(who, d)


def _fill(draft: Draft, d: int) -> None:
    block = draft.block
    while len(draft.on[d]) < block.lunches[d].places:
        leader_first = block.wants_leader(d) and not any(block.experienced[who] for who in draft.on[d])
        fitting = [who for who in block.may[d] if draft.fits(who, d) and (block.experienced[who] or not leader_first)]
        if not fitting:
            return
        spare = not leader_first  # experienced mentors are kept for drop-ins that need one
        draft.put(
            min(
                fitting,
                key=lambda who: (
                    draft.duties[who],
                    draft.together(who, d),
                    spare and block.experienced[who],
                    who not in block.likes[d],
                    who,
                ),
            ),
            d,
        )


def _exchange(
    draft: Draft, dice: random.Random, first: list[int], movable: list[int], spread: int
) -> list[tuple[int, int, bool]]:
    """Try one random exchange from one of the `first`. Returns what was done, or nothing where it broke a rule."""
    block = draft.block
    d = dice.choice(first)
    out = dice.choice([who for who in draft.on[d] if who not in block.pinned[d]])
    if dice.random() < 0.5:
        e = dice.choice(movable)
        back = dice.choice([who for who in draft.on[e] if who not in block.pinned[e]])
        if e == d or back == out or out in draft.on[e] or back in draft.on[d]:
            return []
        moves = [(out, d, False), (back, e, False), (out, e, True), (back, d, True)]
    else:
        if len(block.may[d]) < 2:
            return []
        back = dice.choice(block.may[d])
        moves = [(out, d, False), (back, d, True)]
    done: list[tuple[int, int, bool]] = []
    for who, where, is_put in moves:
        if is_put and not (who in draft.may[where] and draft.fits(who, where)):
            break
        (draft.put if is_put else draft.take)(who, where)
        done.append((who, where, is_put))
    else:
        touched = {where for _, where, _ in moves}
        if all(draft.is_led(where) for where in touched) and (
            len(moves) == 4 or max(draft.duties) - min(draft.duties) <= spread
        ):
            return done
    for who, where, was_put in reversed(done):
        (draft.take if was_put else draft.put)(who, where)
    return []
