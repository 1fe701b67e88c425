"""Modules and scenarios: what their files must say, and that those which ship are well."""

import re
from collections import Counter
from pathlib import Path

import pytest

from mentoring.basics import toml_pages
from mentoring.basics.toml_pages import Page
from mentoring.training import modules, scenarios
from mentoring.training.modules import Module, Wording, read_module
from mentoring.training.scenarios import Must, Scenario, is_scenario, read_scenario

SHIPPED = Path(modules.__file__).parent / "shipped"
FILES = sorted(SHIPPED.rglob("*.toml"))
HARD = "Notwithstanding organisational confidentiality, designated professionals necessarily communicate. " * 5

MODULE = """title = "Listening"
why = "Whoever is heard can think."
for = "mentors"
wording = "secondary"
minutes = 60
lasts_months = 12
practised = ["Waiting."]
handout = "Ask one thing. Then wait."
"""
SCENARIO = """title = "A secret"
module = "listening"
wording = "primary"
setting = "It rains."
[[step]]
id = "ask"
says = "Promise not to tell."
must = "no_secret"
because = "You may have to tell."
[[step.answer]]
text = "I promise."
then = "You cannot keep that."
[[step.answer]]
text = "I cannot promise."
then = "The pupil nods."
right = true
next = "told"
[[step.answer]]
text = "Go away."
then = "The pupil goes."
[[step]]
id = "told"
says = "I am sad."
[[step.answer]]
text = "Tell me."
then = "The pupil tells."
next = "told"
[[step.answer]]
text = "I hear you."
then = "The pupil smiles."
next = "end"
"""
LAST_ANSWER = """[[step.answer]]
text = "Shall we walk?"
then = "You walk."
next = "end"
"""
SCENARIO += LAST_ANSWER


def faults(text: str) -> list[tuple[int, str]]:
    page = Page(text.encode())
    found = read_scenario(page) if is_scenario(page) else read_module(page)
    return [(each.line, each.fault.code) for each in found] if isinstance(found, list) else []


def test_a_module_is_read():
    assert read_module(Page(MODULE.encode())) == Module(
        "Listening", "Whoever is heard can think.", modules.Whom.MENTORS, Wording.SECONDARY, 60, 12, ("Waiting.",),
        "Ask one thing. Then wait.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("minutes = 60", "minutes = 0", (5, toml_pages.Wrong.RANGE)),
        ('wording = "secondary"\n', "", (1, toml_pages.Wrong.MISSING)),
        ('"mentors"', '"staff"', (4, modules.Wrong.NO_WORDING)),
        ("Ask one thing.", HARD, (8, modules.Wrong.HARD)),
        ('["Waiting."]', "[]", (7, toml_pages.Wrong.NOT_TEXTS)),
        ("minutes", "minuets", (1, toml_pages.Wrong.MISSING)),
    ],
)
def test_what_is_wrong_with_a_module_is_told_by_line(was: str, becomes: str, fault: tuple[int, str]):
    assert fault in faults(MODULE.replace(was, becomes))


def test_staffs_modules_have_one_wording_and_no_reading_age():
    staffs = MODULE.replace('"mentors"', '"staff"').replace('wording = "secondary"\n', "")
    assert faults(staffs.replace("Ask one thing.", HARD)) == []


def test_a_scenario_is_read_and_a_wrong_answer_comes_again():
    read = read_scenario(Page(SCENARIO.encode()))
    assert isinstance(read, Scenario)
    assert [step.id for step in read.steps] == ["ask", "told"]
    assert [answer.following for answer in read.steps[0].answers] == ["ask", "told", "ask"]
    assert read.steps[0].must is Must.NO_SECRET


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ('next = "end"', 'next = "told"', (22, scenarios.Wrong.NO_WAY_OUT)),
        ('right = true\nnext = "told"', 'right = true\nnext = "end"', (22, scenarios.Wrong.UNREACHABLE)),
        ('right = true\nnext = "told"', 'right = true\nnext = "tld"', (17, scenarios.Wrong.NO_SUCH_STEP)),
        ('then = "You walk."\nnext = "end"', 'then = "You walk."', (33, scenarios.Wrong.DEAD_END)),
        ("right = true\n", "", (8, scenarios.Wrong.NO_RIGHT)),
        ('id = "told"', 'id = "ask"', (22, scenarios.Wrong.SAME_STEP)),
        ('id = "told"', 'id = "end"', (22, scenarios.Wrong.SAME_STEP)),
        ('then = "The pupil goes."', 'then = "The pupil goes."\nnext = "told"', (21, scenarios.Wrong.COMES_AGAIN)),
        ('then = "You walk."', 'then = "You walk."\nright = true', (35, scenarios.Wrong.NEEDS_MUST)),
        (LAST_ANSWER, "", (22, scenarios.Wrong.ANSWERS)),
        ('because = "You may have to tell."\n', "", (5, toml_pages.Wrong.MISSING)),
        ('says = "I am sad."', f'says = "{HARD[:480]}"', (23, modules.Wrong.HARD)),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_scenario_is_told_by_line(was: str, becomes: str, fault: tuple[int, str]):
    assert fault in faults(SCENARIO.replace(was, becomes))


def test_a_scenario_without_a_step_that_must_be_right_is_a_fault():
    text = SCENARIO.replace('must = "no_secret"\n', "").replace('because = "You may have to tell."\n', "")
    text = text.replace("right = true\n", "").replace('keep that."', 'keep that."\nnext = "told"')
    assert faults(text.replace('pupil goes."', 'pupil goes."\nnext = "end"')) == [(6, scenarios.Wrong.NO_MUST)]
    every = SCENARIO.replace('keep that."', 'keep that."\nright = true\nnext = "told"')
    assert (8, scenarios.Wrong.ALL_RIGHT) in faults(every.replace('goes."', 'goes."\nright = true\nnext = "end"'))
    assert faults("step = []")[-1] == (1, scenarios.Wrong.NO_STEP)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_ships_is_well(file: Path):
    assert faults(file.read_text(encoding="utf-8")) == []


def shipped(folder: str) -> tuple[dict[str, Module], list[Scenario]]:
    """The modules of a folder by name, and its scenarios."""
    pages = {file.stem: Page(file.read_bytes()) for file in FILES if file.parent.name == folder}
    known = {name: read_module(page) for name, page in pages.items() if not is_scenario(page)}
    played = [read_scenario(page) for page in pages.values() if is_scenario(page)]
    return (
        {name: each for name, each in known.items() if isinstance(each, Module)},
        [each for each in played if isinstance(each, Scenario)],
    )


@pytest.mark.parametrize("wording", Wording)
def test_each_wording_has_six_hours_and_a_refresher_and_three_scenarios_a_module(wording: Wording):
    known, played = shipped(wording)
    assert {each.wording for each in [*known.values(), *played]} == {wording}
    assert sum(each.minutes for name, each in known.items() if name != "refresher") == 6 * 60
    assert Counter(each.module for each in played) == dict.fromkeys(known, 3)
    practised = Counter(step.must for each in played for step in each.steps if step.must)
    assert min(practised[must] for must in Must) >= 4


def test_staff_have_three_modules_and_no_module_names_a_person():
    assert set(shipped("staff")[0]) == {"holding_check_ins", "receiving_a_disclosure", "training_the_mentors"}
    for folder in ("staff", *Wording):
        for each in shipped(folder)[0].values():
            assert not re.search("Okafor|Adeyemi|Room [0-9]|Library [0-9]", f"{each.why}{each.practised}{each.handout}")
