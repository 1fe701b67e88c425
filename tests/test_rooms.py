"""The rooms: what may stand where. When one of these breaks, the code moves; the rule stays."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("kiosk", "admin", "doors", "badges", "mentoring")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
# A noun that outgrew one reading is a folder of its four paragraphs.
FOLDERS = sorted({path.parent for path in (ROOT / "mentoring").rglob("rules.py")})
NOUNS = sorted(path for path in (ROOT / "mentoring").rglob("*.py") if path.parent not in FOLDERS)
RULES = [path / "rules.py" for path in FOLDERS]
MEMORY = [path / name for path in FOLDERS for name in ("memory.py", "actions.py")]
AT_MOST = 12  # files or noun folders in an area
PARAGRAPHS = ("words", "rules", "memory", "actions")

CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time"}
    | {"process_time_ns", "thread_time", "localtime", "gmtime", "ctime", "clock_gettime"},
}
# Where a clock may be read, which one, and why.
MAY_READ = {
    "mentoring/basics/clock.py": {
        "datetime.now",
        "time.clock_gettime",
        "time.monotonic",
        "time.time",
    },  # this is the clock
    "badges/child.py": {"time.monotonic"},  # a deadline for a child process; badges knows no mentoring
    "badges/reader/__main__.py": {"time.process_time"},  # the work of one reading, in CPU time; no time of day
}

SQL = re.compile(
    r"\bselect\b .*\bfrom\b|\binsert into\b|\bupdate\b .*\bset\b|\bdelete from\b", re.IGNORECASE | re.DOTALL
)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _paragraphs(path: Path) -> dict[str, int]:
    """The headings of a noun's paragraphs, as they come, each with its line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    headings = {f"# {name}": name for name in PARAGRAPHS}
    return {headings[line]: number for number, line in enumerate(lines, 1) if line in headings}


def _texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """The texts a module uses; a docstring is spoken to us, not to a database."""
    spoken = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node


def _clocks_read(tree: ast.Module) -> set[str]:
    """Which clocks a module reads, under whatever name it imported them."""
    called = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            called |= {each.asname or each.name: each.name for each in node.names if each.name in CLOCKS}
        elif isinstance(node, ast.ImportFrom) and node.module in CLOCKS:
            for each in node.names:
                if each.name in CLOCKS:
                    called[each.asname or each.name] = each.name
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found |= {f"time.{each.name}" for each in node.names if each.name in CLOCKS["time"]}
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            owner = called.get(owner, owner)
            if node.attr in CLOCKS.get(owner, set()):
                found.add(f"{owner}.{node.attr}")
    return found


def _tests_imported(tree: ast.Module) -> list[str]:
    """What a module imports from a module of tests, or as one."""
    named = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    named += [
        f"{node.module}.{each.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for each in node.names
    ]
    return [each for each in named if any(part.startswith("test_") for part in each.split("."))]


# The guards see what they should


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("from datetime import datetime\nnow = datetime.now(UTC)", {"datetime.now"}),
        ("from datetime import datetime as dt\nnow = dt.utcnow()", {"datetime.utcnow"}),
        ("import datetime\nnow = datetime.datetime.now()", {"datetime.now"}),
        ("import datetime\nnow = datetime.date.today()", {"date.today"}),
        ("import time as _time\n_time.monotonic()", {"time.monotonic"}),
        ("from time import time", {"time.time"}),
        ("import time\nclock = time.time", {"time.time"}),
        ("import time\ntime.sleep(1)", set()),
        ("from datetime import date, time\ndate(2027, 1, 12), time.fromisoformat('12:30')", set()),
        ("from mentoring.basics import clock\nclock.now()", set()),
    ],
)
def test_the_guard_sees_every_clock(code: str, read: set[str]):
    assert _clocks_read(ast.parse(code)) == read


@pytest.mark.parametrize(
    ("text", "is_sql"),
    [
        ("select name from mentors", True),
        ("SELECT *\n  FROM mentors", True),
        ("insert into mentors values (1)", True),
        ("update mentors\n set state = 'left'", True),
        ("delete from mentors", True),
        ("Choose a mentor from the list", False),
        ("The set was updated", False),
    ],
)
def test_the_guard_sees_sql(text: str, *, is_sql: bool):
    assert bool(SQL.search(text)) is is_sql


# The guards


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_only_the_clock_reads_the_clock(path: Path):
    assert _clocks_read(_tree(path)) <= MAY_READ.get(_name(path), set())


@pytest.mark.parametrize("path", [path for path in MODULES if path not in [*NOUNS, *MEMORY]], ids=_name)
def test_sql_lives_under_mentoring(path: Path):
    tree = _tree(path)
    written = [(node.lineno, node.value) for node in _texts(tree) if SQL.search(node.value)]
    run = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany", "executescript")
    ]
    assert (written, run) == ([], [])


@pytest.mark.parametrize("path", FOLDERS, ids=_name)
def test_a_nouns_folder_holds_its_paragraphs_and_nothing_else(path: Path):
    assert {each.stem for each in path.glob("*.py")} == {"__init__", *PARAGRAPHS}
    assert all(list(_paragraphs(path / f"{name}.py")) == [name] for name in PARAGRAPHS)


@pytest.mark.parametrize("path", NOUNS, ids=_name)
def test_a_nouns_paragraphs_come_in_order(path: Path):
    names = list(_paragraphs(path))
    assert names == [name for name in PARAGRAPHS if name in names]


@pytest.mark.parametrize("path", [path for path in [*NOUNS, *RULES] if "rules" in _paragraphs(path)], ids=_name)
def test_no_rule_takes_the_database(path: Path):
    headings = _paragraphs(path)
    start = headings["rules"]
    end = min((line for line in headings.values() if line > start), default=sys.maxsize)
    rules = [
        node
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and start < node.lineno < end
    ]
    taking = [
        rule.name
        for rule in rules
        for given in (*rule.args.posonlyargs, *rule.args.args, *rule.args.kwonlyargs)
        if given.arg == "db" or (given.annotation is not None and "Database" in ast.unparse(given.annotation))
    ]
    assert rules
    assert taking == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_import_hides_in_a_function_or_behind_a_curtain(path: Path):
    tree = _tree(path)
    hidden = [
        inner.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    curtains = [
        node.lineno
        for node in ast.walk(tree)
        if "TYPE_CHECKING" in (getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", ""))
    ]
    assert (hidden, curtains) == ([], [])


def test_nothing_is_named_for_what_it_is_not():
    forbidden = {"utils", "util", "helpers", "helper", "core", "base", "common", "manager", "managers", "misc"}
    named = {_name(path): {path.stem, *path.relative_to(ROOT).parts} & forbidden for path in MODULES}
    assert {name: found for name, found in named.items() if found} == {}


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_every_module_opens_with_a_sentence_that_says_what_lives_here(path: Path):
    tree = _tree(path)
    assert not tree.body or ast.get_docstring(tree)


@pytest.mark.parametrize("floor", ["mentoring", "admin"])
def test_an_area_holds_at_most_twelve_files_or_noun_folders(floor: str):
    """The sentence that says what lives there, and what the area hands over, are not counted."""
    held = {
        _name(area): sum(each.name not in ("__init__.py", "area.py", "__pycache__") for each in area.iterdir())
        for area in (ROOT / floor).iterdir()
        if area.is_dir() and area.name != "__pycache__"
    }
    assert held
    assert {area: count for area, count in held.items() if count > AT_MOST} == {}


def test_no_module_imports_a_test():
    """What tests share stands in `both_doors.py`, `walking.py`, a conftest, or a module of its own."""
    assert _tests_imported(ast.parse("from tests.admin.test_guards import ids")) == ["tests.admin.test_guards.ids"]
    assert _tests_imported(ast.parse("from tests.admin import test_guards")) == ["tests.admin.test_guards"]
    assert _tests_imported(ast.parse("from tests.walking import page")) == []
    found = {_name(path): _tests_imported(_tree(path)) for path in (ROOT / "tests").rglob("*.py")}
    assert {name: imported for name, imported in found.items() if imported} == {}


def test_imports_only_point_down():
    told = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("door", ["admin", "kiosk"])
def test_no_line_of_a_template_is_longer_than_160_characters(door: str):
    found = [
        f"{_name(path)}:{number}"
        for path in sorted((ROOT / door / "templates").rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 160
    ]
    assert found == []


# The locks


def _pins(lock: str) -> dict[str, list[tuple[Requirement, int]]]:
    """What a lock pins: by name, each line's requirement and how many hashes it has."""
    found: dict[str, list[tuple[Requirement, int]]] = {}
    for block in re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip()):
        if block.startswith("#"):
            continue
        requirement = Requirement(block.splitlines()[0].removesuffix("\\").strip())
        found.setdefault(canonicalize_name(requirement.name), []).append((requirement, block.count("--hash=sha256:")))
    return found


def _needed(declared: list[str]) -> dict[str, str]:
    """Everything these need on this machine, down to the last, with the version that is installed."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(each), "") for each in declared]
    while waiting:
        requirement, for_extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({**default_environment(), "extra": for_extra}):
            continue
        name = canonicalize_name(requirement.name)
        found[name] = version(name)
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += [(Requirement(each), extra) for each in requires(name) or []]
    return found


def _declared() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    plain = list(project["dependencies"])
    return {
        "requirements.lock": plain,
        "requirements-dev.lock": plain + list(project["optional-dependencies"]["dev"]),
    }


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_pins_all_that_is_needed_at_the_version_that_is_installed(lock: str):
    pinned = {
        name: str(requirement.specifier)
        for name, lines in _pins(lock).items()
        for requirement, _ in lines
        if requirement.marker is None or requirement.marker.evaluate()
    }
    needed = {name: f"=={installed}" for name, installed in _needed(_declared()[lock]).items()}
    assert {name: pinned.get(name) for name in needed} == needed


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_still_satisfies_what_is_declared(lock: str):
    declared = [Requirement(each) for each in _declared()[lock]]
    pins = {name: [next(iter(pin.specifier)).version for pin, _ in lines] for name, lines in _pins(lock).items()}
    assert [
        str(each)
        for each in declared
        if not all(each.specifier.contains(pin) for pin in pins[canonicalize_name(each.name)])
    ] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_is_exact_and_has_its_hashes(lock: str):
    pins = [(pin, hashes) for lines in _pins(lock).values() for pin, hashes in lines]
    assert pins
    assert [str(pin) for pin, hashes in pins if not hashes or [each.operator for each in pin.specifier] != ["=="]] == []


def test_both_locks_pin_the_same_versions():
    plain, dev = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert {name: [str(pin) for pin, _ in plain[name]] for name in plain} == {
        name: [str(pin) for pin, _ in dev.get(name, [])] for name in plain
    }


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.lock")), ids=_name)
def test_a_lock_names_no_address(path: Path):
    assert "http" not in path.read_text(encoding="utf-8")
