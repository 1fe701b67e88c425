"""The rules of cover: who is asked first, who is free, what taking back does. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence

from mentoring.people.mentors import Mentor
from mentoring.planning import availability
from mentoring.planning.availability import Availability
from mentoring.planning.cover.words import Candidate, Request, State
from mentoring.school.school_year import DropIn

# rules


def in_turn(candidates: Iterable[Candidate], *, partners: Sequence[Mentor]) -> list[Mentor]:
    """Whom to ask, in order: least often asked first, then asked longest ago, then by id.

    When no partner is experienced, only experienced mentors are asked, as long as there is one.
    """
    known = sorted(candidates, key=lambda each: (each.times, each.last is not None, each.last, each.mentor.id))
    experienced = [each.mentor for each in known if each.mentor.experienced]
    if experienced and not any(partner.experienced for partner in partners):
        return experienced
    return [each.mentor for each in known]


def is_free(drop_in: DropIn, *, said: Availability, letter: str, duties: int, partners: Iterable[int]) -> bool:
    """Whether availability, cap and pairs kept apart allow one more duty there. `duties`: that week's so far."""
    return (
        availability.not_free_because(said.entries, drop_in.date, letter=letter) is None
        and duties < said.cap
        and said.apart.isdisjoint(partners)
    )


def after_undo(request: Request, mentor_id: int) -> State | None:
    """What a request becomes when one of its two takes it back; None when it is not theirs to take back any more.

    The mentor who asked withdraws the request; the mentor who took a cover makes it open again; a swap ends for both.
    """
    if request.state is State.OPEN and mentor_id == request.mentor.id:
        return State.WITHDRAWN
    if request.state is not State.TAKEN or request.taken_by is None:
        return None
    if mentor_id == request.taken_by.id:
        return State.WITHDRAWN if request.is_swap else State.OPEN
    return State.WITHDRAWN if mentor_id == request.mentor.id else None


def exchanged(written: Mapping[int, bool], *, leaves: int, comes: int) -> dict[int, bool] | None:
    """Who is due after `comes` has replaced `leaves`: mentor id to pinned. None when the exchange is not possible now.

    What two mentors agreed on is pinned: a plan does not undo it.
    """
    if leaves not in written or comes in written:
        return None
    return {**{each: pinned for each, pinned in written.items() if each != leaves}, comes: True}
