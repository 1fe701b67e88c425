"""Modules: pieces of training as TOML pages, which a lead can write. What one must say, and how easily it must read."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mentoring.basics.reading_age import reading_age
from mentoring.basics.toml_pages import LineFault, Page, Table

# words

# Years. What a mentor reads must be easy for the youngest of them, also read aloud in a noisy room.
OLDEST_READING_AGE = 9.0
FEW_WORDS = 30


class Whom(StrEnum):
    """Who learns it."""

    MENTORS = "mentors"
    STAFF = "staff"


class Wording(StrEnum):
    """For which school a text is written."""

    SECONDARY = "secondary"
    PRIMARY = "primary"


class Wrong(StrEnum):
    """What can be wrong with a module beside its fields."""

    HARD = "module.hard"
    NO_WORDING = "module.no_wording"


@dataclass(frozen=True)
class Module:
    """One piece of training.

    `minutes`: how long it takes. `lasts_months`: after so many months it has to be done again. `practised`: what is
    practised in it. `handout`: what a mentor takes away, in paragraphs and lists. `wording`: empty for staff's modules.
    """

    title: str
    why: str
    whom: Whom
    wording: Wording | None
    minutes: int
    lasts_months: int
    practised: tuple[str, ...]
    handout: str


# rules


def read_module(page: Page) -> Module | list[LineFault]:
    """The module on a page, or everything that is wrong with it, by line."""
    root = page.root
    title, why = root.text("title", most=80), root.text("why", most=400)
    whom = root.choice("for", [*Whom])
    wording = root.choice("wording", [*Wording], needed=whom == Whom.MENTORS)
    minutes = root.number("minutes", least=5, most=240)
    lasts = root.number("lasts_months", least=1, most=36)
    practised = root.texts("practised", most=8, longest=160)
    handout = root.text("handout", most=6000)
    if wording and whom == Whom.STAFF:
        root.add("wording", Wrong.NO_WORDING)
    if whom == Whom.MENTORS:
        add_what_is_hard([(root, "why", why), (root, "practised", "\n\n".join(practised)), (root, "handout", handout)])
    page.add_unknown()
    if page.faults:
        return page.faults
    return Module(title, why, Whom(whom), Wording(wording) if wording else None, minutes, lasts, practised, handout)


def add_what_is_hard(texts: Sequence[tuple[Table, str, str]]) -> None:
    """A fault at each longer text that is too hard to read, or at the hardest where they are so only together.

    `texts`: each with its table and its field. The grade says little of a few words.
    """
    longer = [each for each in texts if len(each[2].split()) >= FEW_WORDS]
    hard = [each for each in longer if reading_age(each[2]) > OLDEST_READING_AGE]
    together = reading_age("\n\n".join(text for _, _, text in texts))
    if not hard and together > OLDEST_READING_AGE:
        hard = sorted(texts, key=lambda each: reading_age(each[2]))[-1:]
    for table, name, text in hard:
        years = max(reading_age(text), together)
        table.add(name, Wrong.HARD, {"years": f"{years:.1f}", "most": round(OLDEST_READING_AGE)})
