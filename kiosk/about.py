"""What this box knows about you (K12), and the page that hides it all (K13)."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template, request

from kiosk import sentences
from mentoring.lunch import close_of_day, help_requests
from mentoring.privacy import retention

pages = Blueprint("about", __name__)


@dataclass(frozen=True)
class Question:
    """One question of the quiz; the first answer is the right one."""

    words: str
    answers: tuple[str, ...]


# Dull on purpose, so that somebody who looks over the pupil's shoulder believes that it is a quiz.
QUIZ = (
    Question("Which number on a book's back helps you find its shelf?", ("Class mark", "Price", "Page count", "Year")),
    Question("What is a list at the end of a book called?", ("Index", "Preface", "Cover", "Chapter")),
    Question("A story of somebody's own life is ...", ("An autobiography", "An atlas", "A thesaurus", "A map")),
    Question("Which of these shows maps?", ("Atlas", "Dictionary", "Novel", "Diary")),
    Question("Where do you look for a word with the same meaning?", ("Thesaurus", "Atlas", "Timetable", "Index")),
    Question(
        "Who writes the pictures in a picture book?", ("The illustrator", "The printer", "The editor", "The critic")
    ),
)


@pages.get("/about")
def about() -> str:
    """What is kept of a request, in a child's words. Built from the schema: a column without words shows its name."""
    return render_template(
        "kiosk/about.html",
        kept=[sentences.KEPT.get(name, name) for name in help_requests.columns(g.db) if sentences.KEPT.get(name, name)],
        never=sentences.NEVER_KEPT,
        checked=sentences.checked(
            close_of_day.latest_self_test(g.db),
            is_waiting=bool(close_of_day.waiting(g.db, now=g.now)),
            now=g.now,
            zone=g.programme.zone,
        ),
    )


@pages.get("/about/mentors")
def about_mentors() -> str:
    """The same for mentors, whom the box does know: the classes of data with their periods."""
    known = [each for each in retention.kept(g.db) if each.data_class.child]
    return render_template("kiosk/about_mentors.html", known=known, kept_for=sentences.kept_for)


@pages.get("/quiz")
def quiz() -> str:
    """The quiz that hides the page: one tap from anywhere, one tap back."""
    after = request.args.get("after", "")
    before = int(after) if after.isdecimal() and len(after) < 3 else 0
    number = before % len(QUIZ) + 1
    question = QUIZ[number - 1]
    turned = question.answers[number % 4 :] + question.answers[: number % 4]
    return render_template(
        "kiosk/quiz.html",
        number=number,
        most=len(QUIZ),
        question=Question(question.words, turned),
        answer_before=QUIZ[before - 1].answers[0] if 0 < before <= len(QUIZ) else "",
    )
