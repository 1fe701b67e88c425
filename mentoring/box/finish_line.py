"""The finish line of set-up: what a programme needs before its first lunch, and what is still missing."""

from dataclasses import dataclass

from sqlite_utils import Database

from mentoring.access import keys, staff
from mentoring.access.staff import Role
from mentoring.people import mentors
from mentoring.people.mentors import MentorState
from mentoring.planning import rota
from mentoring.privacy import papers
from mentoring.privacy.papers import Paper
from mentoring.school import school_year

# words


@dataclass(frozen=True)
class Step:
    """One step of set-up. `where` names the page on which it is done."""

    name: str
    done: bool
    words: str
    where: str


# rules


def steps_of(
    *, adults: int, deputy: bool, mentors: int, badges: int, slots: int, half_terms: int, paper: bool, signed: int
) -> tuple[Step, ...]:
    """The steps in order, each with what is done or what to do first. A deputy is wanted beside the lead."""
    return (
        _step("School", "programme", done=True, there="The school and its lead are known.", first=""),
        _step(
            "People",
            "mentors",
            done=mentors >= rota.PLACES,
            there=f"{mentors} mentors are on the list.",
            first="Add at least two mentors.",
        ),
        _step(
            "Room and times",
            "school-year#slots",
            done=slots > 0,
            there=f"{slots} weekly slots.",
            first="Say when and where the drop-in is.",
        ),
        _step(
            "Term dates",
            "school-year#half-terms",
            done=half_terms > 0,
            there=f"{half_terms} half terms.",
            first="Until the box knows them, it holds drop-ins in the holidays.",
        ),
        _step(
            "Deputy",
            "staff",
            done=deputy,
            there=f"{adults} adults can log in.",
            first="Add somebody who answers an alert when the lead cannot.",
        ),
        _step(
            "Badges",
            "badges",
            done=badges >= rota.PLACES,
            there=f"{badges} mentors have a badge.",
            first="Print the first badges.",
        ),
        _step(
            "Recovery key",
            "recovery-key",
            done=paper,
            there="It is on paper.",
            first="Print it: backups and concerns open with it when nobody can log in.",
        ),
        _step(
            "Privacy papers",
            "privacy",
            done=signed == len(Paper),
            there="Both are signed.",
            first="Read the record of processing and the impact assessment with your data protection officer, "
            "and sign.",
        ),
    )


def _step(name: str, where: str, *, done: bool, there: str, first: str) -> Step:
    return Step(name, done, there if done else first, where)


# memory


def steps(db: Database) -> tuple[Step, ...]:
    """The steps of set-up with the present state of this programme."""
    adults = staff.with_password(db)
    paper = keys.on_paper(db)
    active = [each for each in mentors.mentors(db) if each.state is MentorState.ACTIVE]
    return steps_of(
        adults=len(adults),
        deputy=any(each.role is Role.DEPUTY for each in adults),
        mentors=len(active),
        badges=sum(each.has_badge for each in active),
        slots=len(school_year.slots(db)),
        half_terms=len(school_year.half_terms(db)),
        paper=paper is not None and paper.confirmed is not None,
        signed=len(papers.ever_signed(db)),
    )
