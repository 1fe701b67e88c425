"""A second opinion on rotas: whether one keeps the rules, what it is worth, and the best there is by trying them all.

Shares no code with the planner: it reads a task's fields and does its own sums.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from typing import Any

Assigned = dict[str, frozenset[str]]  # drop-in -> who is on it


def assigned(places: Any) -> Assigned:
    """A rota as who is on which drop-in."""
    return {key: frozenset(p.mentor for p in places if p.lunch == key) for key in {p.lunch for p in places}}


def broken(task: Any, rota: Assigned) -> list[str]:
    """Every rule that the rota breaks, what is pinned aside: a lead may break them by hand."""
    lunches = {each.key: each for each in task.lunches}
    mentors = {each.key: each for each in task.mentors}
    pins = {(p.lunch, p.mentor) for p in task.pinned}
    found = [f"{pin} is not kept" for pin in pins if pin[1] not in rota.get(pin[0], ())]
    for key, on in rota.items():
        lunch = lunches[key]
        new = [who for who in on if (key, who) not in pins]
        if new and len(on) > lunch.places:
            found.append(f"{key} has {len(on)} on {lunch.places} places")
        for who in new:
            if covers(mentors[who].unavailable, lunch):
                found.append(f"{who} is not available on {key}")
            same_week = [
                other for other in lunches.values() if monday(other) == monday(lunch) and who in rota.get(other.key, ())
            ]
            if len(same_week) > mentors[who].cap:
                found.append(f"{who} has {len(same_week)} duties in the week of {key}")
            for other in same_week:
                if (
                    other.key != key
                    and other.date == lunch.date
                    and other.start < lunch.end
                    and lunch.start < other.end
                ):
                    found.append(f"{who} is on {key} and {other.key} at once")
        for one, other in combinations(on, 2):
            if (one in new or other in new) and (other in mentors[one].apart or one in mentors[other].apart):
                found.append(f"{one} and {other} are on {key}")
        if new and lunch.places >= 2 and not any(mentors[who].experienced for who in on):
            found.append(f"nobody on {key} is experienced")
    return found


def worth(task: Any, rota: Assigned, block: str | None = None) -> tuple[int, int, int, int, int]:
    """Unfilled, spread, repeats, preferences missed (negative), moved; of one block's drop-ins, or of all.

    `rota` is the blocks until then; what was before the term counts in spread and repeats.
    """
    lunches = [each for each in task.lunches if block is None or each.block == block]
    duties = Counter({each.key: task.duties.get(each.key, 0) for each in task.mentors})
    times: Counter[frozenset[str]] = Counter()
    for each in task.together:
        times[frozenset((each.one, each.other))] += each.times
    for on in rota.values():
        duties.update(on)
        times.update(frozenset(pair) for pair in combinations(on, 2))
    mentors = {each.key: each for each in task.mentors}
    today = assigned(task.today or ())
    return (
        sum(max(0, each.places - len(rota.get(each.key, ()))) for each in lunches),
        max(duties.values()) - min(duties.values()),
        sum(n - 1 for n in times.values() if n > 1),
        -sum(covers(mentors[who].prefers, each) for each in lunches for who in rota.get(each.key, ())),
        sum(len(today.get(each.key, frozenset()) - rota.get(each.key, frozenset())) for each in lunches),
    )


def best(task: Any, block: str, before: Assigned) -> tuple[int, int, int, int, int]:
    """The best worth of one block, every rota of it tried, after what the blocks `before` hold."""
    return min(worth(task, before | rota, block) for rota in _all(task, block, before))


def count(task: Any, block: str) -> int:
    """At the most how many rotas `best` would try."""
    number = 1
    for lunch in task.lunches:
        if lunch.block == block:
            number *= sum(1 for _ in _teams(task, lunch))
    return number


def can_be_filled(task: Any) -> bool:
    """Whether each drop-in could have all its places taken if it were the only one."""
    return all(any(len(team) >= each.places for team in _teams(task, each)) for each in task.lunches)


def covers(days: Any, lunch: Any) -> bool:
    """Whether the drop-in's day is one of these."""
    return (
        lunch.date in days.dates
        or lunch.date.isoweekday() - 1 in days.weekdays
        or any(letter == lunch.week and day == lunch.date.isoweekday() - 1 for letter, day in days.week_days)
    )


def monday(lunch: Any) -> Any:
    """The first day of its week."""
    return lunch.date - timedelta(days=lunch.date.isoweekday() - 1)


def _teams(task: Any, lunch: Any) -> Iterator[frozenset[str]]:
    pinned = frozenset(p.mentor for p in task.pinned if p.lunch == lunch.key)
    others = [each.key for each in task.mentors if each.key not in pinned]
    for size in range(max(0, lunch.places - len(pinned)) + 1):
        for more in combinations(others, size):
            team = pinned | frozenset(more)
            if not broken(
                task, {p.lunch: frozenset({p.mentor}) for p in task.pinned} | {lunch.key: team} | _pins(task, lunch)
            ):
                yield team


def _pins(task: Any, lunch: Any) -> Assigned:
    return {key: on for key, on in assigned(task.pinned).items() if key != lunch.key}


def _all(task: Any, block: str, before: Assigned) -> Iterator[Assigned]:
    lunches = [each for each in task.lunches if each.block == block]
    later = {key: on for key, on in assigned(task.pinned).items() if key not in before}

    def further(rota: Assigned, left: list[Any]) -> Iterator[Assigned]:
        if not left:
            yield {each.key: rota[each.key] for each in lunches}
            return
        for team in _teams(task, left[0]):
            longer = rota | {left[0].key: team}
            if not broken(task, longer):
                yield from further(longer, left[1:])

    yield from further(before | later, lunches)
