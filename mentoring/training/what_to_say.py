"""What to say and what not, when a pupil tells a mentor of something serious: one source for every place."""

from dataclasses import dataclass

from mentoring.school.programme import NEVER_A_SECRET

# words


@dataclass(frozen=True)
class Line:
    """One thing to do or not to do, with the words to say or the reason."""

    words: str
    more: str


# Open questions let a pupil tell it in their own words; what they say stays theirs.
SAY = (
    Line("Tell me.", "“Tell me what happened.” Then listen. You do not need to fill a silence."),
    Line("Explain.", "“Can you explain what you mean?”"),
    Line("Describe.", "“Describe what that was like for you.”"),
    Line("Thank you for telling me.", "“It is not your fault. I have to tell an adult who can help.”"),
)
DO_NOT = (
    Line("Do not promise to keep a secret.", NEVER_A_SECRET),
    Line("Do not ask leading questions.", "Not “Did he hit you?”, but “Tell me what happened.”"),
    Line("Do not investigate.", "Do not ask others, look for proof or decide who is right. Adults do that."),
    Line(
        "Do not be the only one who knows.", "Tap “Tell staff now”, or go to an adult. Then it is not yours to carry."
    ),
)
