"""The table of rights as the guide prints it: who may do what, in one place and on one page (P22)."""

from pathlib import Path

from admin.app import AREAS
from admin.frame.area import rights_of
from admin.frame.rights import ALL
from admin.frame.sentences import ROLE_WORDS
from mentoring.access.staff import Role

RIGHTS = rights_of(AREAS).table
GUIDE = Path(__file__).parents[3] / "docs" / "guide.md"


def as_table() -> str:
    head = ["", *ROLE_WORDS.values()]
    rows = [[right.words, *("yes" if role in right.roles else "" for role in ROLE_WORDS)] for right in RIGHTS]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *rows])


def test_the_guide_says_who_may_do_what():
    """When this fails, put `as_table()` into the guide."""
    assert as_table() in GUIDE.read_text(encoding="utf-8")


def test_every_role_has_words_and_every_right_has_somebody():
    assert set(ROLE_WORDS) == set(Role)
    assert [right.words for right in RIGHTS if not right.roles] == []


def test_an_alert_is_everybodys():
    [alert] = [right for right in RIGHTS if "alerting.going" in right.endpoints]
    assert alert.roles == ALL
