"""Fit for duty: the one rule that says whether this mentor may come on duty now, with its reasons (P2)."""

from mentoring.people.mentors import Mentor, MentorState

# rules


def unfit_because(*, state: MentorState, badge_good: bool) -> tuple[str, ...]:
    """Why this mentor may not come on duty now; empty means fit for duty (P2).

    The reasons that exist so far: active, and the badge good. Each later noun adds its own here.
    """
    reasons = []
    if state is MentorState.PAUSED:
        reasons.append("stepping back for a while")
    if state is MentorState.LEFT:
        reasons.append("no longer a mentor")
    if not badge_good:
        reasons.append("has no good badge")
    return tuple(reasons)


def is_fit(mentor: Mentor) -> bool:
    """Whether this mentor is fit for duty now (P2)."""
    return not unfit_because(state=mentor.state, badge_good=mentor.has_badge)
