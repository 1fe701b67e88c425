"""A fault is a code with values, each code has its words in one place, and nothing asks what words say."""

import ast
import functools
import importlib
import re
import string
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import pytest

from admin.faults import FAULTS as WORDS
from admin.faults import joined

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("kiosk", "admin", "doors", "badges", "mentoring")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
TEMPLATES = sorted(path for room in ("kiosk", "admin") for path in (ROOT / room / "templates").rglob("*.html"))

# What makes a fault, and at which place its code stands; its values come next.
MAKES_A_FAULT = {"Fault": 1, "Conflict": 1, "Warned": 1, "Stale": 1, "RowFault": 2, "add": 2}
# What makes words of a fault.
MAKES_WORDS = {"words_of", "sentence_of", "row_of", "sentence", "row_line", "rota_fault", "cover_trouble"}
ASKS = {"startswith", "endswith", "split", "rsplit", "partition", "rpartition", "find", "index", "count"}
PHRASE = re.compile(r"[A-Za-z]+ ")
MAY_ASK = {"admin/safeguarding/messenger_child.py"}  # its library says in its log alone that a mailbox was refused
ASKS_IN_TEMPLATE = re.compile(
    r"""["'][A-Za-z]+ [^"']*["']\s*(?:==|!=|\bin\b)"""  # "a phrase" in words, "a phrase" == words
    r"""|(?:==|!=|\bin\b|with\()\s*["'][A-Za-z]+ """  # words == "a phrase", words.startswith("a phrase")
    r"""|fault_words|fault_parts"""
)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _module(path: Path) -> ModuleType:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))


def _makers(path: Path) -> list[type[StrEnum]]:
    """The codes that a file declares. Most declare none, which is seen without taking them apart."""
    if "class Wrong" not in path.read_text(encoding="utf-8"):
        return []
    declared = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.ClassDef) and node.name == "Wrong"]
    return [_module(path).Wrong for _ in declared]


CODES = [code for path in FILES for enum in _makers(path) for code in enum]


def _is_code(node: ast.AST) -> bool:
    """Whether this is `Wrong.X` or `noun.Wrong.X`."""
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value
    return getattr(owner, "id", "") == "Wrong" or getattr(owner, "attr", "") == "Wrong"


def _value(node: ast.AST, path: Path) -> StrEnum:
    """The code that `Wrong.X` or `noun.Wrong.X` is in a file."""
    code = eval(ast.unparse(node), vars(_module(path)))  # an attribute in our own source
    assert isinstance(code, StrEnum)
    return code


def _codes_used(path: Path) -> Iterator[StrEnum]:
    """The codes that a file names, but for the table that gives them their words."""
    tree = _tree(path)
    told = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "FAULTS"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if _is_code(node) and id(node) not in told:
            code = eval(ast.unparse(node), vars(_module(path)))  # an attribute in our own source
            assert isinstance(code, StrEnum)
            yield code


def _faults_made(path: Path) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """The code and the values of each fault that a file makes."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            place = MAKES_A_FAULT.get(called, 0)
            if place and len(node.args) > place and (called != "add" or _is_code(node.args[place])):
                yield node.args[place], node.args[place + 1] if len(node.args) > place + 1 else None


def _is_phrase(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(PHRASE.search(node.value))


def _asked_of_words(tree: ast.Module) -> list[int]:
    """The lines that search, split or compare a phrase, or the words of a fault."""
    words = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _makes_words(node.value)
        for targets in node.targets
        for target in ast.walk(targets)
        if isinstance(target, ast.Name)
    }

    def is_words(node: ast.AST) -> bool:
        return _is_phrase(node) or (isinstance(node, ast.Name) and node.id in words) or _makes_words(node)

    asked = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            asked += [node.lineno for each in (node.left, *node.comparators) if is_words(each)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKS:
            asked += [node.lineno for each in (node.func.value, *node.args) if is_words(each)]
    return asked


def _makes_words(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in MAKES_WORDS


def _asked_in_template(text: str) -> list[str]:
    """The tags of a template that decide by a phrase or by the words of a fault."""
    deciding = re.findall(r"\{%-?\s*(?:el)?if\b.*?%\}|\bif\b[^{}%]*?\belse\b", text, re.DOTALL)
    return [each for each in deciding if ASKS_IN_TEMPLATE.search(each)]


def _placeholders(template: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(template) if name}


# The guards see what they should


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ('what.startswith("is ")', True),
        ('answer == "Too many tries."', True),
        ('"recovery key" in told', True),
        ('what, remedy = words_of(fault)\nwhat.split(" ")', True),
        ("sentence_of(fault) == said", True),
        ("said = sentence(fault)\nif said in known: pass", True),
        ('code == "too_many"', False),
        ('text.startswith("=")', False),
        ("said = sentence_of(fault)\nshow(said)", False),
    ],
)
def test_the_guard_sees_a_question_to_words(code: str, *, asks: bool):
    assert bool(_asked_of_words(ast.parse(code))) is asks


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("{% if 'recovery key' in words %}", True),
        ('{% if words == "No backup" %}', True),
        ("{{ 'a' if 'recovery key' in words else 'b' }}", True),
        ("{% if 'x' in (fault|fault_words) %}", True),
        ('{% if fault %}{{ fault|fault_words("that mentor") }}{% endif %}', False),
        ('{% if state == "open" %}', False),
    ],
)
def test_the_guard_sees_a_template_that_asks_words(text: str, *, asks: bool):
    assert bool(_asked_in_template(text)) is asks


# The guards


def test_each_code_is_one():
    assert len({code.value for code in CODES}) == len(CODES) > 100


def test_every_code_has_words_and_no_words_stand_for_a_code_that_is_gone():
    assert set(WORDS) == set(CODES)


def test_every_code_is_found_by_somebody():
    used = {code for path in FILES for code in _codes_used(path)}
    assert sorted(set(CODES) - used) == []


def test_a_fault_is_made_of_a_code_and_never_of_a_sentence():
    said = [
        f"{_name(path)}: {ast.unparse(part)}"
        for path in FILES
        for code, values in _faults_made(path)
        for part in (code, *([values] if values else []))
        if isinstance(code, ast.Constant | ast.JoinedStr) or any(map(_is_phrase, ast.walk(part)))
    ]
    assert said == []


def test_a_fault_brings_every_value_its_words_need():
    lacking = {}
    for path in FILES:
        for code, values in _faults_made(path):
            if not _is_code(code) or not (values is None or isinstance(values, ast.Dict)):
                continue
            keys = {getattr(key, "value", None) for key in values.keys} if values else set()
            words = WORDS[_value(code, path)]
            if not callable(words) and None not in keys:
                needed = {name for template in words for name in _placeholders(template)} - {"subject"}
                if needed - keys:
                    lacking[f"{_name(path)}: {ast.unparse(code)}"] = needed - keys
    assert lacking == {}


def test_no_program_text_is_asked_what_it_says():
    asked = {_name(path) for path in FILES if _asked_of_words(_tree(path))}
    assert asked == MAY_ASK


def test_no_template_asks_what_words_say():
    asked = {_name(path): tags for path in TEMPLATES if (tags := _asked_in_template(path.read_text(encoding="utf-8")))}
    assert asked == {}


def test_no_code_has_words_in_two_areas():
    with pytest.raises(ValueError, match="two areas"):
        joined([WORDS, dict([next(iter(WORDS.items()))])])
