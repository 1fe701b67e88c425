"""The library quiz that hides every other page (K13): real questions, from `quiz.toml`. Nothing of it is kept: which
question, how many were right and what was tapped stand in the address alone.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, g, render_template, request

from mentoring.basics import clock

pages = Blueprint("quiz", __name__)

ROUND = 10  # questions
ANSWERS = 4  # of each question


@dataclass(frozen=True)
class Question:
    """One question, its four answers in the order shown, which of them is right, and a fact about it."""

    words: str
    answers: tuple[str, ...]
    right: int
    fact: str


def _load() -> tuple[Question, ...]:
    """The questions of `quiz.toml`; the place of the right answer is not always the same."""
    written = tomllib.loads((Path(__file__).parent / "quiz.toml").read_text(encoding="utf-8"))["question"]
    found = []
    for number, each in enumerate(written):
        place = (7 * number + number // ANSWERS) % ANSWERS
        answers = [*each["wrong"][:place], each["right"], *each["wrong"][place:]]
        found.append(Question(each["words"], tuple(answers), place, each["fact"]))
    return tuple(found)


QUESTIONS = _load()


@pages.get("/quiz")
def quiz() -> str:
    """A question, or what was tapped and what is right, or the end of a round. Any numbers in the address will do."""
    today = clock.school_day(g.now, g.programme.zone).toordinal()
    first = _number("first", default=ROUND * today) % len(QUESTIONS)
    number = min(max(_number("number"), 1), ROUND + 1)
    right = min(_number("right"), number - 1)
    if number > ROUND:
        return render_template("kiosk/quiz_end.html", right=right, most=ROUND, first=(first + ROUND) % len(QUESTIONS))
    question = QUESTIONS[(first + number - 1) % len(QUESTIONS)]
    shown = {"question": question, "first": first, "number": number, "most": ROUND}
    if "answer" not in request.args:
        return render_template("kiosk/quiz.html", **shown, right=right)
    answer = _number("answer") % ANSWERS
    is_right = answer == question.right
    return render_template("kiosk/quiz_answer.html", **shown, right=right + is_right, answer=answer, is_right=is_right)


def _number(name: str, *, default: int = 0) -> int:
    """A number in the address, of at most four digits; the default for anything else."""
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 5 else default
