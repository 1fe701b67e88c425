"""The documents are tested: what the README names exists, and what exists is named."""

import re
from pathlib import Path

import pytest

from admin.command_line.main import dropin
from mentoring.basics.settings import Settings
from mentoring.school.programme import NEVER_A_SECRET

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("command", sorted(dropin.commands))
def test_the_readme_names_every_command(command: str):
    assert f"`dropin {command}`" in README


@pytest.mark.parametrize("command", sorted(dropin.commands))
def test_every_command_shows_an_example(command: str):
    assert (dropin.commands[command].epilog or "").startswith("Example: ")


def test_the_readme_names_no_command_that_is_not_there():
    assert set(re.findall(r"`dropin ([a-z-]+)`", README)) == set(dropin.commands)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path):
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_every_setting_has_a_default_and_a_sentence():
    for name, field in Settings.model_fields.items():
        assert not field.is_required(), name
        assert field.description, name


def test_the_promise_has_one_source():
    told = [
        path.relative_to(ROOT).as_posix()
        for room in ("kiosk", "admin", "badges", "mentoring", "static/js")
        for path in (ROOT / room).rglob("*")
        if path.suffix in (".py", ".html", ".js") and NEVER_A_SECRET in path.read_text(encoding="utf-8")
    ]
    assert told == ["mentoring/school/programme.py"]


def test_every_recipe_is_at_most_five_steps():
    for recipe in (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        assert len(re.findall(r"^\d\. ", recipe, re.M)) <= 5, recipe.splitlines()[0]
