"""The finish line of set-up: what a programme needs, what it needs before its first lunch, and what is missing."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sqlite_utils import Database

from mentoring.access import keys, second_factor, staff
from mentoring.access.staff import Role
from mentoring.basics.settings import Settings
from mentoring.box import backups, doctor
from mentoring.box.doctor import SecondPlace
from mentoring.people import consent
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning import rota
from mentoring.privacy import papers, retention
from mentoring.privacy.papers import Paper
from mentoring.safeguarding import channels, drills
from mentoring.school import school_year
from mentoring.school.programme import Programme

# words


class Part(StrEnum):
    """The two parts of the finish line, in order."""

    SET_UP = "set_up"
    FIRST_LUNCH = "first_lunch"


class Code(StrEnum):
    """The steps, in the order in which a lead thinks of them."""

    SCHOOL = "school"
    PEOPLE = "people"
    TIMES = "times"
    TERM_DATES = "term_dates"
    DEPUTY = "deputy"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    BADGES = "badges"
    RECOVERY_KEY = "recovery_key"
    PAPERS = "papers"
    ROTA = "rota"
    SECOND_FACTORS = "second_factors"
    NAMES = "names"
    TELLING = "telling"
    SECOND_PLACE = "second_place"
    PERIODS = "periods"


@dataclass(frozen=True)
class Facts:
    """What the steps are worked out from, all counted now.

    `adults`: staff who have chosen a password. `mentors`, `badges`, `not_asked`: of the active mentors; `not_asked` are
    those of whom nobody has said whether their name may be shown. `readers`: of the adults, those who can read
    concerns; `without_factor`: those of them who log in without a second factor. `paired`: drop-ins with a pair, past
    ones too. `channels` took their last message, a test or another; `untried` took none yet. `link`: the staff room's
    screen has an address. `screen`: a screen has that open, or a drill was shown on the screen of somebody who did not
    start it. `proposals`: periods that nobody has looked at.
    """

    adults: int
    deputy: bool
    safeguarding_lead: bool
    readers: int
    without_factor: int
    mentors: int
    badges: int
    not_asked: int
    slots: int
    paired: int
    half_terms: int
    key_on_paper: bool
    signed: int
    channels: int
    untried: int
    link: bool
    screen: bool
    second_place: SecondPlace
    proposals: int


@dataclass(frozen=True)
class Step:
    """One step of set-up, and whether it is done."""

    code: Code
    part: Part
    done: bool


# rules

_DONE: Mapping[Part, Mapping[Code, Callable[[Facts], bool]]] = MappingProxyType(
    {
        Part.SET_UP: {
            Code.SCHOOL: lambda _: True,
            Code.PEOPLE: lambda facts: facts.mentors >= rota.PLACES,
            Code.TIMES: lambda facts: facts.slots > 0,
            Code.TERM_DATES: lambda facts: facts.half_terms > 0,
            Code.DEPUTY: lambda facts: facts.deputy,
            Code.SAFEGUARDING_LEAD: lambda facts: facts.safeguarding_lead,
            Code.BADGES: lambda facts: facts.badges >= rota.PLACES,
            Code.RECOVERY_KEY: lambda facts: facts.key_on_paper,
            Code.PAPERS: lambda facts: facts.signed == len(Paper),
        },
        Part.FIRST_LUNCH: {
            Code.ROTA: lambda facts: facts.paired > 0,
            Code.SECOND_FACTORS: lambda facts: facts.readers > 0 and not facts.without_factor,
            Code.NAMES: lambda facts: facts.mentors > 0 and not facts.not_asked,
            Code.TELLING: lambda facts: facts.channels > 0 or facts.screen,
            Code.SECOND_PLACE: lambda facts: facts.second_place is SecondPlace.OTHER_DISK,
            Code.PERIODS: lambda facts: not facts.proposals,
        },
    }
)


def steps_of(facts: Facts) -> tuple[Step, ...]:
    """All steps in order, each with whether it is done."""
    return tuple(
        Step(code, part, is_done(facts)) for part, conditions in _DONE.items() for code, is_done in conditions.items()
    )


# memory


def facts(db: Database, settings: Settings, *, school: Programme, known: Collection[Mentor], now: datetime) -> Facts:
    """The present state of this programme. `known`: all mentors."""
    adults = staff.with_password(db)
    roles = {each.role for each in adults}
    readers = [each for each in adults if each.role in keys.OWNERS]
    in_use = channels.in_use(db)
    paper = keys.on_paper(db)
    active = [each for each in known if each.state is MentorState.ACTIVE]
    return Facts(
        adults=len(adults),
        deputy=Role.DEPUTY in roles,
        safeguarding_lead=Role.SAFEGUARDING_LEAD in roles,
        readers=len(readers),
        without_factor=len(readers) - len(second_factor.who_has_one(db, [each.id for each in readers])),
        mentors=len(active),
        badges=sum(each.has_badge for each in active),
        not_asked=len(consent.not_settled(active)),
        slots=len(school_year.slots(db)),
        paired=rota.paired(db),
        half_terms=len(school_year.half_terms(db)),
        key_on_paper=paper is not None and paper.confirmed is not None,
        signed=len(papers.ever_signed(db)),
        channels=sum(each.works for each in in_use),
        untried=sum(each.worked is None for each in in_use),
        link=bool(school.staff_room_link),
        screen=school.staff_room_opened or drills.seen_by_another(db),
        second_place=doctor.second_place_of(settings, now=now, slack=backups.COPYING),
        proposals=retention.proposals(db),
    )
