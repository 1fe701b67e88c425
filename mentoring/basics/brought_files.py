"""Parses CSV files that a school uploads, and collects what is wrong in them."""

import csv
import dataclasses
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from mentoring.basics.forms import tidy

# words


class Wrong(StrEnum):
    """What can be wrong with a CSV file, whatever it is about."""

    EMPTY = "file.empty"
    TOO_LARGE = "file.too_large"
    NOT_UTF8 = "file.not_utf8"
    ZERO_BYTE = "file.zero_byte"
    QUOTES = "file.quotes"
    COLUMN_MISSING = "file.column_missing"
    COLUMN_UNKNOWN = "file.column_unknown"
    COLUMN_TWICE = "file.column_twice"
    MANY_COLUMNS = "file.many_columns"
    MANY_ROWS = "file.many_rows"
    LONG_CELL = "file.long_cell"
    MORE_CELLS = "file.more_cells"


@dataclass(frozen=True)
class RowFault:
    """One thing that is wrong in a file: a code with its named values, as a `Fault` has them.

    Rows are counted as a spreadsheet shows them: the header is row 1.
    """

    row: int
    column: str
    code: StrEnum
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))


LARGEST_FILE = 2 * 1024 * 1024  # bytes
MOST_COLUMNS = 50
MOST_ROWS = 20_000  # that are not empty
LONGEST_CELL = 10_000  # letters; a list of every day of a school year has 2,000
MOST_FAULTS = 50


class Sheet:
    """The rows of one CSV file, and the faults found so far. `needed` columns must be there, `optional` ones may.

    UTF-8 with or without a byte-order mark. Of the `delimiters` the one that the header holds most often is between
    the columns. A space in a column's name is written `_`. Every limit is checked before anything is done with what
    may exceed it, so that the time to read a file grows with its size and no faster.
    """

    def __init__(
        self, content: bytes, needed: Sequence[str], optional: Sequence[str] = (), *, delimiters: str = ","
    ) -> None:
        self.faults: list[RowFault] = []
        self.rows: list[tuple[int, dict[str, str]]] = []
        text = self._text(content)
        if text is None:
            return
        delimiter = max(delimiters, key=io.StringIO(text, newline="").readline().count)
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            cells = next(lines, [])
            if self._is_too_wide(cells):
                return
            header = [tidy(name).lower().replace(" ", "_") for name in cells]
            if not self._is_wrong(header, needed, optional):
                self._read_rows(lines, header)
        except csv.Error as error:
            self.add(lines.line_num, "1", Wrong.QUOTES, {"error": error})

    def until_full(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows, until there are MOST_FAULTS faults."""
        for each in self.rows:
            if self._is_full:
                return
            yield each

    def add(self, row: int, column: str, code: StrEnum, values: Mapping[str, object] = MappingProxyType({})) -> None:
        """Add a fault, unless there are MOST_FAULTS already."""
        if not self._is_full:
            self.faults.append(RowFault(row, column, code, values))

    @property
    def _is_full(self) -> bool:
        return len(self.faults) >= MOST_FAULTS

    def _text(self, content: bytes) -> str | None:
        if not content.strip():
            self.add(1, "1", Wrong.EMPTY)
            return None
        if len(content) > LARGEST_FILE:
            self.add(1, "1", Wrong.TOO_LARGE)
            return None
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = content[: error.start]
            column = before[before.rfind(b"\n") + 1 :].count(b",") + 1
            row = before.count(b"\n") + 1
            self.add(row, str(column), Wrong.NOT_UTF8)
            return None
        if "\0" in text:
            self.add(text[: text.index("\0")].count("\n") + 1, "1", Wrong.ZERO_BYTE)
            return None
        return text

    def _is_too_wide(self, cells: list[str]) -> bool:
        if len(cells) > MOST_COLUMNS:
            self.add(1, str(MOST_COLUMNS + 1), Wrong.MANY_COLUMNS, {"columns": len(cells), "most": MOST_COLUMNS})
        for number, cell in enumerate(cells[:MOST_COLUMNS], 1):
            if len(cell) > LONGEST_CELL:
                self.add(1, str(number), Wrong.LONG_CELL, {"letters": len(cell), "most": LONGEST_CELL})
        return bool(self.faults)

    def _is_wrong(self, header: list[str], needed: Sequence[str], optional: Sequence[str]) -> bool:
        columns = {"needed": tuple(needed), "optional": tuple(optional)}
        for name in needed:
            if name not in header:
                self.add(1, name, Wrong.COLUMN_MISSING, columns)
        for number, name in enumerate(header, 1):
            if name not in (*needed, *optional):
                self.add(1, name or str(number), Wrong.COLUMN_UNKNOWN, columns)
            elif name in header[: number - 1]:
                self.add(1, name, Wrong.COLUMN_TWICE)
        return bool(self.faults)

    def _read_rows(self, lines: Iterator[list[str]], header: list[str]) -> None:
        for row, cells in enumerate(lines, 2):
            if self._is_full:
                return
            if not any(cell.strip() for cell in cells):
                continue
            if len(self.rows) >= MOST_ROWS:
                self.add(row, "1", Wrong.MANY_ROWS, {"most": MOST_ROWS})
                return
            self._row(row, header, cells)

    def _row(self, row: int, header: list[str], cells: list[str]) -> None:
        for name, cell in zip(header, cells, strict=False):
            if len(cell) > LONGEST_CELL:
                self.add(row, name, Wrong.LONG_CELL, {"letters": len(cell), "most": LONGEST_CELL})
                return
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            self.add(row, str(len(header) + 1), Wrong.MORE_CELLS)
            return
        padded = cells + [""] * len(header)
        self.rows.append((row, {name: tidy(cell) for name, cell in zip(header, padded, strict=False)}))
