"""Makes the sentences that say why a pair was chosen, and why a place stays empty."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mentoring.planning.optimiser.task import (
    Found,
    Lunch,
    Place,
    Plan,
    Rostered,
    Task,
    by_lunch,
    duties_of,
    is_free,
    measure,
    never_together,
    status_of,
    times_together,
)
from mentoring.school.school_year import monday_of

# words

_MOST_NAMES = 4  # in one sentence; the others are counted


# rules


def tell(task: Task, found: Found, *, seconds: float) -> Plan:
    """The rota with its figures, its status and its reasons."""
    return Plan(
        places=tuple(sorted(found.places)),
        status=status_of(task, found.settled),
        figures=measure(task, found.places),
        settled=found.settled,
        seconds=round(seconds, 3),
        pairs=pair_sentences(task, found.places),
        why=empty_sentences(task, found.places),
    )


def when(lunch: Lunch) -> str:
    """`Tue 12 January 2027, 12:30, Library 2`."""
    return f"{lunch.date:%a} {lunch.date.day} {lunch.date:%B %Y}, {lunch.start:%H:%M}, {lunch.room}"


def pair_sentences(task: Task, places: frozenset[Place]) -> dict[str, str]:
    """For each drop-in that somebody is on, why they are a good choice."""
    mentors = {mentor.key: mentor for mentor in task.mentors}
    block_of = {lunch.key: lunch.block for lunch in task.lunches}
    in_block = Counter((block_of[each.lunch], each.mentor) for each in places)
    duties = duties_of(task, places)
    times = times_together(task, places)
    fewest = min(duties.values(), default=0)
    told = {}
    on = by_lunch(places)
    for lunch in task.lunches:
        if lunch.key not in on:
            continue
        people = [mentors[key] for key in on[lunch.key]]
        parts = [_pinned(task, lunch, people), _duties(people, lunch, in_block, duties, fewest)]
        parts += [_met(people, times), _leads(lunch, people), _preferred(lunch, people)]
        told[lunch.key] = f"{_names(people, most=99)}: {'; '.join(part for part in parts if part)}."
    return told


def empty_sentences(task: Task, places: frozenset[Place]) -> tuple[str, ...]:
    """For each place that stays empty, its cause, drop-ins in order of time."""
    on = by_lunch(places)
    told = []
    for lunch in sorted(task.lunches, key=lambda each: (each.date, each.start, each.room)):
        here = on.get(lunch.key, [])
        if len(here) < lunch.places:
            cause = _cause(task, lunch, here, places)
            told += [
                f"{when(lunch)}, place {number} of {lunch.places}: {cause}."
                for number in range(len(here) + 1, lunch.places + 1)
            ]
    return tuple(told)


def _pinned(task: Task, lunch: Lunch, people: Sequence[Rostered]) -> str:
    kept = [each for each in people if Place(lunch.key, each.key) in task.pinned]
    return f"{_names(kept, most=99)} kept as set by hand" if kept else ""


def _duties(
    people: Sequence[Rostered], lunch: Lunch, in_block: Counter[tuple[str, str]], duties: Counter[str], fewest: int
) -> str:
    counts = [f"{each.name} has {in_block[lunch.block, each.key]}" for each in people]
    parts = ["free that day"] if all(is_free(each, lunch) for each in people) else []  # a pinned mentor may not be free
    if len(people) < 3:
        parts.append(f"{' and '.join(counts)} in this half term")
    said = "; ".join(parts)
    if all(duties[each.key] == fewest for each in people):
        said += f"{', ' if said else ''}nobody fewer in all"
    return said


def _met(people: Sequence[Rostered], times: Mapping[tuple[str, str], int]) -> str:
    pairs = [(one, other) for place, one in enumerate(people) for other in people[place + 1 :]]
    often = [(one, other, n) for one, other in pairs if (n := times[_sorted(one, other)]) > 1]
    if not pairs:
        return ""
    if not often:
        return "together this once"
    return ", ".join(f"{one.name} and {other.name} together {n} times in all" for one, other, n in often)


def _leads(lunch: Lunch, people: Sequence[Rostered]) -> str:
    experienced = [each for each in people if each.experienced]
    if lunch.places < 2 or not experienced:
        return ""
    return f"{_names(experienced)} {'is' if len(experienced) == 1 else 'are'} experienced"


def _preferred(lunch: Lunch, people: Sequence[Rostered]) -> str:
    glad = [each for each in people if each.prefers.cover(lunch.date, lunch.week)]
    return f"a day {_names(glad)} prefer{'s' if len(glad) == 1 else ''}" if glad else ""


def _cause(task: Task, lunch: Lunch, here: Sequence[str], places: frozenset[Place]) -> str:
    """What keeps each mentor from the place, in the rota as it is."""
    mentors = {mentor.key: mentor for mentor in task.mentors}
    others = [mentor for mentor in task.mentors if mentor.key not in here]
    free = [mentor for mentor in others if is_free(mentor, lunch)]
    if not free:
        return "nobody else is free that day" if here else "nobody is free that day"
    reasons: dict[str, list[Rostered]] = {}
    lunches = {each.key: each for each in task.lunches}
    week = Counter(each.mentor for each in places if monday_of(lunches[each.lunch].date) == monday_of(lunch.date))
    busy = {each.mentor for each in places if lunches[each.lunch].meets(lunch)}
    apart = never_together(task.mentors)
    led = lunch.places < 2 or any(mentors[key].experienced for key in here)
    for mentor in free:
        foes = [mentors[key] for key in here if key in apart[mentor.key]]
        if foes:
            reason = f"never paired with {_names(foes)}, who {'is' if len(foes) == 1 else 'are'} there"
        elif mentor.key in busy:
            reason = "in another room at that time"
        elif week[mentor.key] >= mentor.cap:
            reason = "at the most duties a week"
        elif not led and not mentor.experienced:
            reason = "not experienced, and nobody experienced is there"
        else:
            reason = "able to come: more time might find a way"
        reasons.setdefault(reason, []).append(mentor)
    told = "; ".join(
        f"{_names(people)} {'is' if len(people) == 1 else 'are'} {reason}" for reason, people in reasons.items()
    )
    return f"of those free that day, {told}"


def _sorted(one: Rostered, other: Rostered) -> tuple[str, str]:
    return (one.key, other.key) if one.key < other.key else (other.key, one.key)


def _names(people: Iterable[Rostered], most: int = _MOST_NAMES) -> str:
    names = [each.name for each in people]
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} others"]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
