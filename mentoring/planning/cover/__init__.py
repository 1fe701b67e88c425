"""Cover and swaps: "I can't make Thursday", who could come instead, and the lead's approval."""

from mentoring.planning.cover.actions import approve, ask, bring_back, end_all_of, note_asked, refuse, swap, take, undo
from mentoring.planning.cover.memory import (
    by_id,
    live,
    of_mentor,
    offers,
    open_to,
    unsettled,
    who_could,
    who_could_each,
)
from mentoring.planning.cover.rules import after_undo, in_turn, is_free
from mentoring.planning.cover.words import OFFERED, Answer, Candidate, Code, Earlier, Kind, Request, State

__all__ = [
    "OFFERED",
    "Answer",
    "Candidate",
    "Code",
    "Earlier",
    "Kind",
    "Request",
    "State",
    "after_undo",
    "approve",
    "ask",
    "bring_back",
    "by_id",
    "end_all_of",
    "in_turn",
    "is_free",
    "live",
    "note_asked",
    "of_mentor",
    "offers",
    "open_to",
    "refuse",
    "swap",
    "take",
    "undo",
    "unsettled",
    "who_could",
    "who_could_each",
]
