"""What to say and what not: the words every place shows are these."""

from mentoring.school.programme import NEVER_A_SECRET
from mentoring.training.what_to_say import DO_NOT, SAY


def test_a_mentor_asks_openly_and_keeps_no_secret():
    assert [line.words for line in SAY[:3]] == ["Tell me.", "Explain.", "Describe."]
    assert [line.words for line in DO_NOT] == [
        "Do not promise to keep a secret.",
        "Do not ask leading questions.",
        "Do not investigate.",
        "Do not be the only one who knows.",
    ]
    assert DO_NOT[0].more == NEVER_A_SECRET
