"""The documents are tested: what the README names exists, and what exists is named."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from admin.command_line.main import dropin
from mentoring.basics.settings import Settings
from mentoring.school.programme import NEVER_A_SECRET

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROOMS = ("kiosk", "admin", "doors", "badges", "mentoring")
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


# References lead somewhere

FOLDERS = (*ROOMS, "static", "tests", "benchmarks", "deploy", "docs")
FILES = [
    path
    for path in [*ROOT.glob("*"), *(found for folder in FOLDERS for found in (ROOT / folder).rglob("*"))]
    if path.is_file() and not {"__pycache__", "vendor"} & set(path.parts)
]
WRITTEN = [path for path in FILES if path.suffix in (".py", ".md", ".js", ".css", ".html", ".sh", ".toml", ".service")]
PAGES = [
    path for path in FILES if path.suffix in (".html", ".js") and path.relative_to(ROOT).parts[0] in (*ROOMS, "static")
]
NUMBER = re.compile(r"\b[PK]\d+a?\b")
# What is named in backticks and looks like a file of ours. Files that the program itself makes have other endings.
PATH = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|md|html|js|css|sh|toml|service|nft)|(?:[\w.-]+/)+)`")
NOT_OURS = re.compile(r"NOUN|AREA|caddy\.service")  # placeholders of the recipes, and a unit of Debian's


@cache
def _prose(path: Path) -> str:
    """The comments and docstrings of a Python file; of any other file its whole text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    comments = re.findall(r"#.*", text)  # and whatever follows a # within a text: that may refer too
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    docstrings = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
    return "\n".join([*comments, *docstrings])


def _docstrings(tree: ast.Module) -> set[int]:
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _shown(path: Path) -> str:
    """What a template or a script can show: its text without comments."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return re.sub(r"\{#.*?#\}|<!--.*?-->", "", text, flags=re.DOTALL)
    return re.sub(r"/\*.*?\*/|^\s*//.*$|\s//\s.*$", "", text, flags=re.DOTALL | re.MULTILINE)


def _headed(page: str) -> set[str]:
    """The numbers that a page of numbers explains, in bold or in the first column of a table."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return set(re.findall(r"^(?:- \*\*|\| )([PK]\d+a?)\b", text, re.MULTILINE))


def test_every_promise_and_every_screen_has_its_paragraph():
    assert _headed("promises.md") == {*(f"P{number}" for number in range(1, 43)), "P9a"}
    assert _headed("screens.md") == {f"K{number}" for number in range(1, 14)}


def test_every_number_that_is_used_is_explained():
    known = _headed("promises.md") | _headed("screens.md")
    used = {(number, path.name) for path in WRITTEN for number in NUMBER.findall(_prose(path))}
    assert {number for number, _ in used} >= {"P1", "P30", "K1", "K13"}
    assert sorted(each for each in used if each[0] not in known) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_page_shows_a_number(path: Path):
    assert NUMBER.findall(_shown(path)) == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_text_of_the_program_holds_a_number(room: str):
    found = []
    for path in sorted((ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        spoken = _docstrings(tree)
        found += [
            (path.name, node.lineno)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken
            if NUMBER.search(node.value)
        ]
    assert found == []


def test_every_path_that_is_named_exists():
    files = {path.relative_to(ROOT).as_posix() for path in FILES}
    folders = {f"{parent.as_posix()}/" for name in files for parent in Path(name).parents}
    names = {path.name for path in FILES} | {f"{Path(name).name}/" for name in folders}
    lost = []
    for path in WRITTEN:
        for name in PATH.findall(_prose(path)):
            near = f"{path.parent.relative_to(ROOT).as_posix()}/{name}"
            if not NOT_OURS.search(name) and not {name, near} & (files | folders | names):
                lost.append((path.relative_to(ROOT).as_posix(), name))
    assert lost == []
