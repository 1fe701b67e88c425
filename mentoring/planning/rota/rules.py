"""The rules of the rota: which pairs are not allowed, and which need a reason. Pure functions."""

from collections.abc import Mapping, Sequence

from mentoring.basics.forms import Fault
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning.availability import Availability, kept_apart, not_free_because
from mentoring.planning.rota.words import PLACES, Broken, Limits, Rule, Wrong
from mentoring.school.school_year import DropIn, at_the_same_time

_WHOLE_NUMBERS = ("duties_a_week", "late_after", "gaps_before")

# rules


def pair_fault(chosen: Sequence[Mentor | None], *, places: int = PLACES) -> Fault | None:
    """What is wrong with a pair, or None. An empty place is allowed: it is a gap to fill."""
    known = [mentor for mentor in chosen if mentor is not None]
    if len(known) != len(chosen):
        return Fault("mentor", Wrong.NOT_ON_LIST)
    if len(known) > places:
        return Fault("mentor", Wrong.TOO_MANY, {"places": places})
    if len({mentor.id for mentor in known}) != len(known):
        return Fault("mentor", Wrong.TWICE)
    for mentor in known:
        if mentor.state is not MentorState.ACTIVE:
            return Fault("mentor", Wrong.NOT_ACTIVE, {"name": mentor.display_name})
    return None


def in_two_places(cells: Sequence[tuple[DropIn, Sequence[Mentor]]]) -> Fault | None:
    """Whether these drop-ins put one mentor in two rooms at one time."""
    for number, (one, chosen) in enumerate(cells):
        for other, others in cells[number + 1 :]:
            if not at_the_same_time(one, other):
                continue
            ids = {mentor.id for mentor in others}
            if twice := next((mentor for mentor in chosen if mentor.id in ids), None):
                return same_time_fault(twice.display_name, other.room)
    return None


def busy_fault(chosen: Sequence[Mentor], busy: Mapping[int, str]) -> Fault | None:
    """Whether one of these mentors is due in another room at that time. `busy`: mentor id to that room."""
    found = next((mentor for mentor in chosen if mentor.id in busy), None)
    return same_time_fault(found.display_name, busy[found.id]) if found else None


def limits_form(limits: Limits) -> dict[str, str]:
    """What the form of the limits shows, by field."""
    numbers = {name: str(getattr(limits, name)) for name in _WHOLE_NUMBERS}
    return {**numbers, "small_swaps_pass": "yes" if limits.small_swaps_pass else ""}


def limits_of(given: Mapping[str, str]) -> Limits | list[Fault]:
    """The limits that a form says, or all that is wrong with them."""
    texts = {name: given.get(name, "").strip() for name in _WHOLE_NUMBERS}
    faults = [
        Fault(name, Wrong.NO_NUMBER, {"given": text[:20]})
        for name, text in texts.items()
        if not (text.isascii() and text.isdecimal() and len(text) < 4)
    ]
    if faults:
        return faults
    numbers = {name: int(text) for name, text in texts.items()}
    limits = Limits(**numbers, small_swaps_pass=given.get("small_swaps_pass") == "yes")
    return limit_faults(limits) or limits


def limit_faults(limits: Limits) -> list[Fault]:
    """All that is wrong with the limits that a lead set; empty when nothing is."""
    bounds = (
        ("duties_a_week", limits.duties_a_week, 1, 5, Wrong.DUTIES_A_WEEK),
        ("late_after", limits.late_after, 0, 30, Wrong.MINUTES),
        ("gaps_before", limits.gaps_before, 0, 60, Wrong.MINUTES),
    )
    return [
        Fault(field, code, {"given": value, "least": least, "most": most})
        for field, value, least, most, code in bounds
        if not least <= value <= most
    ]


def same_time_fault(name: str, room: str) -> Fault:
    """The fault of one mentor in two rooms at one time, which is not allowed even with a reason."""
    return Fault("mentor", Wrong.SAME_TIME, {"name": name, "room": room})


def broken(
    drop_in: DropIn,
    chosen: Sequence[Mentor],
    *,
    known: Mapping[int, Availability],
    letter: str,
    that_week: Mapping[int, int],
) -> tuple[Broken, ...]:
    """The rules that these mentors would break on this drop-in.

    `letter` is the week's; `that_week` counts each mentor's other duties from Monday to Sunday of that week.
    """
    by_id = {mentor.id: mentor for mentor in chosen}
    found = []
    for mentor in chosen:
        said = known.get(mentor.id)
        if said is None:
            continue
        if entry := not_free_because(said.entries, drop_in.date, letter=letter):
            found.append(Broken(Rule.NOT_FREE, (mentor,), entry))
        if (duties := that_week.get(mentor.id, 0) + 1) > said.cap:
            found.append(Broken(Rule.OVER_CAP, (mentor,), duties=duties, cap=said.cap))
    found += [Broken(Rule.APART, (by_id[one], by_id[other])) for one, other in kept_apart(by_id, known)]
    if chosen and not any(mentor.experienced for mentor in chosen):
        found.append(Broken(Rule.NO_EXPERIENCE, tuple(chosen)))
    return tuple(found)


def with_pins_kept(before: Mapping[int, bool], planned: Sequence[int]) -> dict[int, bool]:
    """Who is due after a plan: pinned mentors stay, the plan fills the other places. Mentor id to pinned."""
    return {
        **dict.fromkeys(planned, False),
        **{mentor_id: True for mentor_id, pinned in before.items() if pinned},
    }
