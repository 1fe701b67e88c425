"""Scenarios: practised conversations with choices, as TOML pages, which a lead can write.

A younger pupil says something, the mentor chooses an answer, and something follows. At some steps the answer must be
right; a wrong one there is explained, and the step comes again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mentoring.basics.toml_pages import LineFault, Page, Table
from mentoring.training.modules import Wording, add_what_is_hard

# words

FEWEST_ANSWERS, MOST_ANSWERS = 3, 4
END = "end"


class Must(StrEnum):
    """What an answer must be right about; the rules that no conversation may break."""

    NO_SECRET = "no_secret"  # noqa: S105 # a secret of a child's, which is not kept
    PASS_ON = "pass_on"  # noqa: S105 # to an adult
    DO_NOT_INVESTIGATE = "do_not_investigate"
    FETCH_NOW = "fetch_now"


class Wrong(StrEnum):
    """What can be wrong with a scenario beside its fields."""

    NO_STEP = "scenario.no_step"
    SAME_STEP = "scenario.same_step"
    ANSWERS = "scenario.answers"
    NO_SUCH_STEP = "scenario.no_such_step"
    DEAD_END = "scenario.dead_end"
    COMES_AGAIN = "scenario.comes_again"
    UNREACHABLE = "scenario.unreachable"
    NO_WAY_OUT = "scenario.no_way_out"
    NO_MUST = "scenario.no_must"
    NO_RIGHT = "scenario.no_right"
    ALL_RIGHT = "scenario.all_right"
    NEEDS_MUST = "scenario.needs_must"


@dataclass(frozen=True)
class Answer:
    """One thing that a mentor may answer, what then follows in words, and the id of the step after it, or END.

    A wrong answer at a step that must be right leads back to it.
    """

    text: str
    then: str
    following: str
    is_right: bool


@dataclass(frozen=True)
class Step:
    """What the younger pupil says, and what may be answered. `because` explains what `must` be right."""

    id: str
    says: str
    answers: tuple[Answer, ...]
    must: Must | None
    because: str


@dataclass(frozen=True)
class Scenario:
    """One practised conversation. It begins with its first step. `module` is the name of the module it belongs to."""

    title: str
    module: str
    wording: Wording
    setting: str
    steps: tuple[Step, ...]


# rules


def is_scenario(page: Page) -> bool:
    """Whether a page is meant as a scenario: it has a step."""
    return "step" in page.root.values


def read_scenario(page: Page) -> Scenario | list[LineFault]:
    """The scenario on a page, or everything that is wrong with it, by line."""
    root = page.root
    title, module = root.text("title", most=80), root.text("module", most=60)
    wording = root.choice("wording", [*Wording])
    setting = root.text("setting", most=300)
    tables = root.tables("step")
    steps = [_step(table) for table in tables]
    page.add_unknown()
    if page.is_read and not tables:
        root.add("step", Wrong.NO_STEP)
    if page.faults:
        return page.faults
    scenario = Scenario(title, module, Wording(wording), setting, tuple(steps))
    _check_ways(steps, tables)
    add_what_is_hard([*_texts(root, scenario, tables)])
    return page.faults or scenario


def _step(table: Table) -> Step:
    name, says = table.text("id", most=40), table.text("says", most=500)
    must = table.choice("must", [*Must], needed=False)
    because = table.text("because", most=400, needed=bool(must))
    tables = table.tables("answer")
    answers = tuple(_answer(each, name, must=bool(must)) for each in tables)
    if not FEWEST_ANSWERS <= len(answers) <= MOST_ANSWERS:
        table.add("id", Wrong.ANSWERS, {"step": name, "least": FEWEST_ANSWERS, "most": MOST_ANSWERS})
    if must and not any(each.is_right for each in answers):
        table.add("must", Wrong.NO_RIGHT, {"step": name})
    if must and answers and all(each.is_right for each in answers):
        table.add("must", Wrong.ALL_RIGHT, {"step": name})
    return Step(name, says, answers, Must(must) if must else None, because)


def _answer(table: Table, step: str, *, must: bool) -> Answer:
    text, then = table.text("text", most=300), table.text("then", most=400)
    is_right, following = table.truth("right"), table.text("next", most=40, needed=False)
    comes_again = must and not is_right
    if comes_again and following:
        table.add("next", Wrong.COMES_AGAIN)
    if not comes_again and not following:
        table.add("text", Wrong.DEAD_END)
    if is_right and not must:
        table.add("right", Wrong.NEEDS_MUST, {"step": step})
    return Answer(text, then, step if comes_again else following, is_right)


def _texts(root: Table, scenario: Scenario, tables: Sequence[Table]) -> Iterator[tuple[Table, str, str]]:
    """Every text of a scenario with its table and its field."""
    yield root, "setting", scenario.setting
    for step, table in zip(scenario.steps, tables, strict=True):
        yield table, "says", step.says
        yield table, "because", step.because
        for answer, of in zip(step.answers, table.tables("answer"), strict=True):
            yield of, "text", answer.text
            yield of, "then", answer.then


def _check_ways(steps: Sequence[Step], tables: Sequence[Table]) -> None:
    """Faults of the ways through a scenario: from its first step each step is reached, and from each step its end."""
    known = {step.id for step in steps}
    for step, table in zip(steps, tables, strict=True):
        if step.id in {END, *(each.id for each in steps[: steps.index(step)])}:
            table.add("id", Wrong.SAME_STEP, {"step": step.id})
        for answer, of in zip(step.answers, table.tables("answer"), strict=True):
            if answer.following not in {*known, END}:
                of.add("next", Wrong.NO_SUCH_STEP, {"step": answer.following})
    reached = _reached(steps, {steps[0].id})
    ending = _leading_to_the_end(steps)
    for step, table in zip(steps, tables, strict=True):
        if step.id not in reached:
            table.add("id", Wrong.UNREACHABLE, {"step": step.id})
        elif step.id not in ending:
            table.add("id", Wrong.NO_WAY_OUT, {"step": step.id})
    if not any(step.must and step.id in reached for step in steps):
        tables[0].add("id", Wrong.NO_MUST)


def _reached(steps: Sequence[Step], begun: set[str]) -> set[str]:
    """The ids of all steps that can be come to."""
    after = {step.id: {answer.following for answer in step.answers} for step in steps}
    reached: set[str] = set()
    while begun - reached:
        reached |= begun
        begun = {following for each in begun for following in after.get(each, ())}
    return reached


def _leading_to_the_end(steps: Sequence[Step]) -> set[str]:
    """The ids of all steps from which the end can be come to."""
    found = {END}
    for _ in steps:
        found |= {step.id for step in steps if any(answer.following in found for answer in step.answers)}
    return found
