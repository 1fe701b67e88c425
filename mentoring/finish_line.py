"""The finish line of set-up: what a programme needs before its first lunch, and what is still missing."""

from dataclasses import dataclass

from sqlite_utils import Database

from mentoring import keys, people, privacy_papers, rota, school_year, staff
from mentoring.people import MentorState
from mentoring.privacy_papers import Paper
from mentoring.staff import Role

# words


@dataclass(frozen=True)
class Step:
    """One step of set-up, in the order a lead thinks. `where` names the page that does it."""

    name: str
    done: bool
    words: str
    where: str


# rules


def steps_of(
    *, adults: int, deputy: bool, mentors: int, badges: int, slots: int, half_terms: int, paper: bool, signed: int
) -> tuple[Step, ...]:
    """The steps, each with what is there or what to do first. There is always a lead; set-up wants a deputy too."""
    return (
        Step("School", done=True, words="The school and its lead are known.", where="programme"),
        Step(
            "People",
            done=mentors >= rota.PLACES,
            words=f"{mentors} mentors are on the list." if mentors >= rota.PLACES else "Add at least two mentors.",
            where="mentors",
        ),
        Step(
            "Room and times",
            done=slots > 0,
            words=f"{slots} weekly slots." if slots else "Say when and where the drop-in is.",
            where="school-year#slots",
        ),
        Step(
            "Term dates",
            done=half_terms > 0,
            words=f"{half_terms} half terms."
            if half_terms
            else "Until the box knows them, it holds drop-ins in the holidays.",
            where="school-year#half-terms",
        ),
        Step(
            "Deputy",
            done=deputy,
            words=f"{adults} adults can log in."
            if deputy
            else "Add somebody who answers an alert when the lead cannot.",
            where="staff",
        ),
        Step(
            "Badges",
            done=badges >= rota.PLACES,
            words=f"{badges} mentors have a badge." if badges >= rota.PLACES else "Print the first badges.",
            where="badges",
        ),
        Step(
            "Recovery key",
            done=paper,
            words="It is on paper." if paper else "Print it: backups and concerns open with it when nobody can log in.",
            where="recovery-key",
        ),
        Step(
            "Privacy papers",
            done=signed == len(Paper),
            words="Both are signed."
            if signed == len(Paper)
            else "Read the record of processing and the impact assessment with your data protection officer, and sign.",
            where="privacy",
        ),
    )


# memory


def steps(db: Database) -> tuple[Step, ...]:
    """Where this programme stands."""
    adults = [each for each in staff.everyone(db) if staff.has_password(db, each.id)]
    paper = keys.on_paper(db)
    active = [each for each in people.mentors(db) if each.state is MentorState.ACTIVE]
    return steps_of(
        adults=len(adults),
        deputy=any(each.role is Role.DEPUTY for each in adults),
        mentors=len(active),
        badges=sum(each.has_badge for each in active),
        slots=len(school_year.slots(db)),
        half_terms=len(school_year.half_terms(db)),
        paper=paper is not None and paper.confirmed is not None,
        signed=len(privacy_papers.ever_signed(db)),
    )
