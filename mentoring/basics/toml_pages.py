"""TOML pages that people write, such as a module: read with their lines, so that each fault names its own."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mentoring.basics.forms import Fault, tidy

# words

LARGEST_PAGE = 256 * 1024  # bytes
MOST_FAULTS = 50
Path = tuple[str | int, ...]


class Wrong(StrEnum):
    """What can be wrong with a page and its fields."""

    LARGE = "toml.large"
    NOT_UTF8 = "toml.not_utf8"
    NOT_TOML = "toml.not_toml"
    UNKNOWN = "toml.unknown"
    MISSING = "toml.missing"
    NOT_TEXT = "toml.not_text"
    NOT_NUMBER = "toml.not_number"
    NOT_TRUTH = "toml.not_truth"
    NOT_TEXTS = "toml.not_texts"
    NOT_TABLES = "toml.not_tables"
    NO_CHOICE = "toml.no_choice"
    LONG = "toml.long"
    MANY = "toml.many"
    RANGE = "toml.range"


@dataclass(frozen=True)
class LineFault:
    """One thing that is wrong on a line, counted from 1."""

    line: int
    fault: Fault


# rules


class Page:
    """A page's fields, with the faults found so far; the first MOST_FAULTS are kept.

    A reader asks the `root` for each field by its name and kind; `add_unknown` then names what nobody asked for. In a
    file that is no TOML there are no fields, and that is its only fault.
    """

    def __init__(self, content: bytes) -> None:
        self.faults: list[LineFault] = []
        self._asked: set[Path] = set()
        self._lines: Mapping[Path, int] = {}
        values = self._read(content)
        self.is_read = not self.faults
        self.root = Table(self, (), values)

    def add(self, path: Path, code: StrEnum, values: Mapping[str, object] | None = None) -> None:
        """Note a fault at a field, or at what it stands in where it is not there."""
        self.add_at(self.line(path), code, {"name": _name(path), **(values or {})})

    def add_at(self, line: int, code: StrEnum, values: Mapping[str, object] | None = None) -> None:
        """Note a fault on a line."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(LineFault(line, Fault("", code, values or {})))

    def line(self, path: Path) -> int:
        """The line of a field, or of the nearest table around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def asked(self, path: Path) -> None:
        """Note that a reader knows this field."""
        self._asked.add(path)

    def add_unknown(self) -> None:
        """A fault for each field that no reader asked for; what lies inside such a field is not named again."""
        unknown: set[Path] = set()
        for path, line in sorted(self._lines.items(), key=lambda each: each[1]):
            starts = {path[:length] for length in range(1, len(path) + 1)}
            is_around = any(each[: len(path)] == path for each in self._asked)
            if not is_around and starts.isdisjoint(self._asked) and starts.isdisjoint(unknown):
                unknown.add(path)
                self.add_at(line, Wrong.UNKNOWN, {"name": _name(path)})

    def _read(self, content: bytes) -> dict[str, Any]:
        if len(content) > LARGEST_PAGE:
            self.add((), Wrong.LARGE, {"most": LARGEST_PAGE // 1024})
            return {}
        try:
            text = content.decode("utf-8-sig").replace("\r\n", "\n")
            values = tomllib.loads(text)
        except UnicodeDecodeError as error:
            self.add_at(content[: error.start].count(b"\n") + 1, Wrong.NOT_UTF8)
            return {}
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
            line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
            self.add_at(line, Wrong.NOT_TOML, {"column": column})
            return {}
        self._lines = dict(_lines(text))
        return values


@dataclass(frozen=True)
class Table:
    """One table of a page. Each method reads a field. A fault is added to the page, and what is returned is empty."""

    page: Page
    path: Path
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str, *, most: int, needed: bool = True) -> str:
        """A text of at most so many letters. Its lines are kept, white space around them is not."""
        value = self._value(name, needed=needed)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.add(name, Wrong.NOT_TEXT)
            return ""
        tidied = "\n".join(tidy(line) for line in value.strip().splitlines())
        if needed and not tidied:
            self.add(name, Wrong.MISSING)
        if len(tidied) > most:
            self.add(name, Wrong.LONG, {"most": most})
        return tidied

    def number(self, name: str, *, least: int, most: int) -> int:
        """A whole number within limits."""
        value = self._value(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            self.add(name, Wrong.NOT_NUMBER)
        elif value is not None and not least <= value <= most:
            self.add(name, Wrong.RANGE, {"given": value, "least": least, "most": most})
        else:
            return value or 0
        return 0

    def truth(self, name: str) -> bool:
        """True or false; false where it is not there."""
        value = self._value(name, needed=False)
        if value is not None and not isinstance(value, bool):
            self.add(name, Wrong.NOT_TRUTH)
        return value is True

    def choice(self, name: str, options: Collection[str], *, needed: bool = True) -> str:
        """One of a few words."""
        value = self._value(name, needed=needed)
        if value is None or value in options:
            return value or ""
        self.add(name, Wrong.NO_CHOICE, {"given": value, "options": ", ".join(options)})
        return ""

    def texts(self, name: str, *, most: int, longest: int) -> tuple[str, ...]:
        """At least one text and at most so many, none longer than `longest` letters."""
        value = self._value(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not value or not all(isinstance(each, str) and tidy(each) for each in value):
            self.add(name, Wrong.NOT_TEXTS)
        elif len(value) > most:
            self.add(name, Wrong.MANY, {"most": most})
        elif any(len(each) > longest for each in value):
            self.add(name, Wrong.LONG, {"most": longest})
        else:
            return tuple(tidy(each) for each in value)
        return ()

    def tables(self, name: str) -> Sequence["Table"]:
        """The tables that stand under `[[name]]`; none where there are none."""
        value = self.values.get(name, [])
        if isinstance(value, list) and all(isinstance(each, dict) for each in value):
            return [Table(self.page, (*self.path, name, at), each) for at, each in enumerate(value)]
        self._value(name)
        self.add(name, Wrong.NOT_TABLES)
        return []

    def add(self, name: str, code: StrEnum, values: Mapping[str, object] | None = None) -> None:
        """Note a fault at one of its fields."""
        self.page.add((*self.path, name), code, values)

    def _value(self, name: str, *, needed: bool = True) -> Any:
        self.page.asked((*self.path, name))
        if needed and name not in self.values and self.page.is_read:
            self.add(name, Wrong.MISSING)
        return self.values.get(name)


def _name(path: Path) -> str:
    """The last name in a path, without the numbers of tables."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


# Texts of several lines, texts of one, and comments: what stands in them is no structure.
_QUIET = re.compile(
    r'"{3}(?:\\.|[^\\])*?"{3,5}' r"|'{3}.*?'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'|#[^\n]*",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^\[\]\n#=]*")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(
    r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*=(.*)"
)


def _lines(text: str) -> Iterator[tuple[Path, int]]:
    """Where each table and each key of a well-formed text stands. A value of several lines stands where it begins."""
    table: Path = ()
    counted: dict[Path, int] = {}
    open_brackets = 0
    for number, line in enumerate(_QUIET.sub(_blank, text).split("\n"), start=1):
        if open_brackets:
            open_brackets += line.count("[") - line.count("]")
        elif header := _HEADER.fullmatch(line):
            table = _path(header[2], counted, is_new=header[1] == "[[")
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(key[1])), number
            open_brackets = key[2].count("[") - key[2].count("]")


def _blank(quiet: re.Match[str]) -> str:
    """A comment or a text without what could be taken for a header, a key or a bracket; its lines stay."""
    return quiet[0] if _PLAIN.fullmatch(quiet[0]) else re.sub(r"[^\n]", " ", quiet[0])


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _path(dotted: str, counted: dict[Path, int], *, is_new: bool) -> Path:
    """The path of a header: a table of a list carries its number in it, and what stands below it too."""
    path: Path = ()
    parts = _parts(dotted)
    for place, part in enumerate(parts):
        path = (*path, part)
        if is_new and place == len(parts) - 1:
            counted[path] = counted.get(path, -1) + 1
        if path in counted:
            path = (*path, counted[path])
    return path
