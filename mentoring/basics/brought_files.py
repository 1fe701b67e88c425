"""Parses the tables that a school uploads, as spreadsheet programs save them, and collects what is wrong in them."""

import csv
import dataclasses
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from types import MappingProxyType

from mentoring.basics.forms import tidy
from mentoring.basics.spreadsheets import as_typed

# words


class Wrong(StrEnum):
    """What can be wrong with a table, whatever it is about."""

    EMPTY = "file.empty"
    TOO_LARGE = "file.too_large"
    WORKBOOK = "file.workbook"
    OLD_WORKBOOK = "file.old_workbook"
    NOT_UTF8 = "file.not_utf8"
    ZERO_BYTE = "file.zero_byte"
    QUOTES = "file.quotes"
    COLUMN_MISSING = "file.column_missing"
    COLUMN_UNKNOWN = "file.column_unknown"
    COLUMN_TWICE = "file.column_twice"
    COLUMN_NAMELESS = "file.column_nameless"
    MANY_COLUMNS = "file.many_columns"
    MANY_ROWS = "file.many_rows"
    LONG_CELL = "file.long_cell"
    MORE_CELLS = "file.more_cells"
    NO_COMMA = "file.no_comma"


class Said(StrEnum):
    """How a table was read where it is not written as asked for."""

    READ_AS = "file.read_as"
    SPLIT = "file.split"
    LEFT_OUT = "file.left_out"
    HEADER_AGAIN = "file.header_again"
    ABOVE = "file.above"


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


@dataclass(frozen=True)
class Note:
    """How one column or row of a file was read; `column` is as the file writes it, `meant` are our own columns."""

    code: Said
    row: int = 1
    column: str = ""
    meant: tuple[str, ...] = ()


@dataclass(frozen=True)
class Columns:
    """The columns that a reader asks for: `needed` must be there, `optional` may.

    `also`: other names by which a column is known, the most fitting first. `pairs`: names of a column that holds two
    of ours with a comma between them, such as `Okoro, Ava`. `refused`: names whose column makes the file a fault, with
    its code. `instead`: the column of ours that is read as another where a file has no column for that one. With
    `leaves_out`, a column of any other name is left out and noted; without, it is a fault. Names are compared without
    case and with `_` for what is no letter or digit.
    """

    needed: Sequence[str]
    optional: Sequence[str] = ()
    _: dataclasses.KW_ONLY
    also: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pairs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    refused: Mapping[str, StrEnum] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    leaves_out: bool = False

    @property
    def asked(self) -> tuple[str, ...]:
        """All columns that are asked for."""
        return (*self.needed, *self.optional)

    def names_of(self, column: str) -> tuple[str, ...]:
        """The names by which a column is known, the most fitting first."""
        return (column, *self.also.get(column, ()))


DELIMITERS = ",;\t"
LARGEST_FILE = 2 * 1024 * 1024  # bytes
MOST_COLUMNS = 50
WIDEST_SHEET = 16_384  # columns of a spreadsheet program, those without a name included
MOST_ROWS = 20_000  # that are not empty
LONGEST_CELL = 10_000  # letters; a list of every day of a school year has 2,000
MOST_FAULTS = 50
MOST_NOTES = 100
MOST_ABOVE = 10  # rows that are not empty, in which the header is looked for
LONGEST_NOTED = 60  # letters of a column's name
ZIPPED = b"PK\x03\x04"  # how .xlsx, .ods and .numbers begin
_OLE = b"\xd0\xcf\x11\xe0"  # how an .xls begins, and an .xlsx with a password
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_QUOTED = re.compile(r'"[^"]*"')
_NO_LETTER = re.compile(r"[\W_]+")
_DELIMITER_LINE = re.compile(r'"?sep=([,;\t|])"?[,;\t]*(?:\r\n|\r|\n)', re.IGNORECASE)


class Sheet:
    """The rows of one table, the faults found so far, and notes on how it was read.

    UTF-8 with or without byte-order marks, UTF-16 with one; commas, semicolons or tabs between the columns, or what a
    first line `sep=;` says; any line ends. Empty rows and columns without a name are left out, and so are rows above
    the header, such as a title, and a row that repeats the header. Every limit is checked before anything is done with
    what may exceed it, so that the time to read a file grows with its size and no faster.

    The first MOST_FAULTS faults are kept, and `more_faults` counts the rest.
    """

    def __init__(self, content: bytes, columns: Columns) -> None:
        self.faults: list[RowFault] = []
        self.more_faults = 0
        self.notes: list[Note] = []
        self.rows: list[tuple[int, dict[str, str]]] = []
        text = self._text(content)
        if text is None:
            return
        text, delimiter = _delimited(text)
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            self._read(enumerate(lines, 1), columns)
        except csv.Error as error:
            self.add(lines.line_num, "1", Wrong.QUOTES, {"error": error})

    @property
    def wrong(self) -> int:
        """How many faults there are, also those that are only counted."""
        return len(self.faults) + self.more_faults

    def add(self, row: int, column: str, code: StrEnum, values: Mapping[str, object] = MappingProxyType({})) -> None:
        """Add a fault, or count it where there are MOST_FAULTS already."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(RowFault(row, column, code, values))
        else:
            self.more_faults += 1

    def _text(self, content: bytes) -> str | None:
        if not content.strip():
            self.add(1, "1", Wrong.EMPTY)
            return None
        if len(content) > LARGEST_FILE:
            self.add(1, "1", Wrong.TOO_LARGE)
            return None
        if content.startswith((ZIPPED, _OLE)):
            self.add(1, "1", Wrong.WORKBOOK if content.startswith(ZIPPED) else Wrong.OLD_WORKBOOK)
            return None
        encoding = "utf-16" if content.startswith(_UTF_16) else "utf-8"
        try:
            text = content.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError as error:
            before = content[: error.start].decode(encoding, "ignore")
            last = before[before.rfind("\n") + 1 :]
            self.add(before.count("\n") + 1, str(max(map(last.count, DELIMITERS)) + 1), Wrong.NOT_UTF8)
            return None
        if "\0" in text:
            self.add(text[: text.index("\0")].count("\n") + 1, "1", Wrong.ZERO_BYTE)
            return None
        return text

    def _read(self, lines: Iterator[tuple[int, list[str]]], columns: Columns) -> None:
        filled = ((row, cells) for row, cells in lines if not _is_empty(cells))
        first = next(filled, None)
        if first is None:
            self.add(1, "1", Wrong.EMPTY)
            return
        above = [first]
        while not _is_header(above[-1][1], columns) and len(above) < MOST_ABOVE and (following := next(filled, None)):
            above.append(following)
        if _is_header(above[-1][1], columns):
            self.notes += [Note(Said.ABOVE, row) for row, _ in above[:-1]]
            above = above[-1:]
        [(top, header), *under] = above
        if not self._is_too_wide(top, header):
            written = [tidy(cell) for cell in _without_tail(header)]
            if (meant := self._meant(top, written, columns)) is not None:
                self._read_rows(chain(under, filled), written, meant)

    def _is_too_wide(self, row: int, cells: list[str]) -> bool:
        named = _without_tail(cells)
        if len(named) > MOST_COLUMNS or len(cells) > WIDEST_SHEET:
            self.add(row, str(MOST_COLUMNS + 1), Wrong.MANY_COLUMNS, {"columns": len(cells), "most": MOST_COLUMNS})
        for number, cell in enumerate(named[:MOST_COLUMNS], 1):
            if len(cell) > LONGEST_CELL:
                self.add(row, str(number), Wrong.LONG_CELL, {"letters": len(cell), "most": LONGEST_CELL})
        return bool(self.faults)

    def _meant(self, row: int, written: list[str], columns: Columns) -> list[tuple[str, ...]] | None:
        """For each column of the file those of ours that it holds: one, two for a pair, none where it is left out."""
        names = [_plain(name) for name in written]
        meant: list[tuple[str, ...]] = [()] * len(names)
        for ours in columns.asked:
            at = next((names.index(name) for name in columns.names_of(ours) if name in names), None)
            if at is not None:
                meant[at] = (ours,)
        held = {ours for each in meant for ours in each}
        for at, name in enumerate(names):
            if not meant[at] and not held & set(pair := columns.pairs.get(name, ())):
                meant[at] = pair
                held.update(pair)
        for ours, other in columns.instead.items():
            if ours not in held and (other,) in meant:
                meant[meant.index((other,))] = (ours,)
        self._check_columns(row, written, names, meant, columns)
        return None if self.faults else meant

    def _check_columns(
        self, row: int, written: list[str], names: list[str], meant: list[tuple[str, ...]], columns: Columns
    ) -> None:
        asked = {"needed": tuple(columns.needed), "optional": tuple(columns.optional)}
        held = {ours for each in meant for ours in each}
        for ours in columns.needed:
            if ours not in held:
                self.add(row, ours, Wrong.COLUMN_MISSING, asked)
        for number, (name, shown, ours_here) in enumerate(zip(names, written, meant, strict=True), 1):
            if name and name in names[: number - 1] and (meant[names.index(name)] or not columns.leaves_out):
                self.add(row, shown, Wrong.COLUMN_TWICE)
            elif name in columns.refused:
                self.add(row, shown, columns.refused[name])
            elif shown and not ours_here and not columns.leaves_out:
                self.add(row, shown, Wrong.COLUMN_UNKNOWN, asked)
            elif shown and ours_here != (name,):
                code = (Said.LEFT_OUT, Said.READ_AS, Said.SPLIT)[len(ours_here)]
                self.notes.append(Note(code, row, shown[:LONGEST_NOTED], ours_here))

    def _read_rows(
        self, lines: Iterator[tuple[int, list[str]]], written: list[str], meant: list[tuple[str, ...]]
    ) -> None:
        for row, cells in lines:
            if len(self.rows) >= MOST_ROWS:
                self.add(row, "1", Wrong.MANY_ROWS, {"most": MOST_ROWS})
                return
            if self._are_good(row, written, meant, cells):
                given = [as_typed(tidy(cell)) for cell in cells[: len(written)]]
                if _repeats(given, written):
                    self._note_again(row)
                else:
                    self._add_row(row, given + [""] * (len(written) - len(given)), written, meant)

    def _are_good(self, row: int, written: list[str], meant: list[tuple[str, ...]], cells: list[str]) -> bool:
        for name, ours, cell in zip(written, meant, cells, strict=False):
            if len(cell) > LONGEST_CELL:
                column = ours[0] if ours else name
                self.add(row, column, Wrong.LONG_CELL, {"letters": len(cell), "most": LONGEST_CELL})
                return False
        if not _is_empty(cells[len(written) :]):
            self.add(row, str(len(written) + 1), Wrong.MORE_CELLS)
            return False
        nameless = (at for at, name in enumerate(written[: len(cells)]) if not name and cells[at].strip())
        if (at := next(nameless, None)) is not None:
            self.add(row, str(at + 1), Wrong.COLUMN_NAMELESS)
            return False
        return True

    def _add_row(self, row: int, given: list[str], written: list[str], meant: list[tuple[str, ...]]) -> None:
        found: dict[str, str] = {}
        for name, ours, cell in zip(written, meant, given, strict=True):
            if len(ours) == 2:
                first, comma, second = cell.partition(",")
                if cell and not comma:
                    self.add(row, name, Wrong.NO_COMMA, {"given": cell[:40]})
                    return
                found |= zip(ours, (first.strip(), second.strip()), strict=True)
            elif ours:
                found[ours[0]] = cell
        self.rows.append((row, found))

    def _note_again(self, row: int) -> None:
        if len(self.notes) < MOST_NOTES:
            self.notes.append(Note(Said.HEADER_AGAIN, row))


def _delimited(text: str) -> tuple[str, str]:
    """The text after a line such as `sep=;`, and what is between its columns: what that line says, or of DELIMITERS
    the one that the first line with any of them outside quotation marks holds most often there.
    """
    if line := _DELIMITER_LINE.match(text):
        return text[line.end() :], line[1]
    bare = (_QUOTED.sub("", line) for line in io.StringIO(text, newline=""))
    first = next((line for line in bare if any(each in line for each in DELIMITERS)), "")
    return text, max(DELIMITERS, key=first.count)


def _plain(name: str) -> str:
    return _NO_LETTER.sub("_", name.casefold()).strip("_")


def _is_empty(cells: list[str]) -> bool:
    return not any(cell.strip() for cell in cells)


def _is_header(cells: list[str], columns: Columns) -> bool:
    """Whether a row names every column that is needed, each by one of its names, or as a part of a pair."""
    named = _without_tail(cells)
    if len(named) > MOST_COLUMNS or any(len(cell) > LONGEST_CELL for cell in named):
        return False
    names = {_plain(tidy(cell)) for cell in named}
    paired = {ours for name in names for ours in columns.pairs.get(name, ())}
    return all(
        ours in paired
        or not names.isdisjoint(columns.names_of(ours))
        or (ours in columns.instead and not names.isdisjoint(columns.names_of(columns.instead[ours])))
        for ours in columns.needed
    )


def _without_tail(cells: list[str]) -> list[str]:
    """The cells up to the last that is not empty."""
    last = next((at for at in range(len(cells), 0, -1) if cells[at - 1].strip()), 0)
    return cells[:last]


def _repeats(given: list[str], written: list[str]) -> bool:
    return len(given) == len(written) and all(
        one.casefold() == other.casefold() for one, other in zip(given, written, strict=True)
    )
