"""Cover and swaps: "I can't make Thursday", who could come instead, and the lead's yes."""

from mentoring.planning.cover.actions import approve, ask, note_asked, refuse, swap, take, undo
from mentoring.planning.cover.memory import by_id, live, of_mentor, offers, open_to, who_could
from mentoring.planning.cover.rules import after_undo, in_turn, is_free
from mentoring.planning.cover.words import OFFERED, Answer, Candidate, Code, Kind, Request, State

__all__ = [
    "OFFERED",
    "Answer",
    "Candidate",
    "Code",
    "Kind",
    "Request",
    "State",
    "after_undo",
    "approve",
    "ask",
    "by_id",
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
    "who_could",
]
