"""Parses CSV files that a school uploads, and collects what is wrong in them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from mentoring.basics.forms import tidy

# words


@dataclass(frozen=True)
class RowFault:
    """One thing that is wrong in a file. Rows are counted as a spreadsheet shows them: the header is row 1."""

    row: int
    column: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.what}, {self.remedy}"


LARGEST_FILE = 2 * 1024 * 1024  # bytes


class Sheet:
    """The rows of one CSV file, and the faults found so far. `needed` columns must be there, `optional` ones may."""

    def __init__(self, content: bytes, needed: Sequence[str], optional: Sequence[str] = ()) -> None:
        self.faults: list[RowFault] = []
        self.rows: list[tuple[int, dict[str, str]]] = []
        text = self._text(content)
        if text is None:
            return
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = [tidy(name).lower() for name in next(lines, [])]
            if self._is_wrong(header, needed, optional):
                return
            for row, cells in enumerate(lines, 2):
                self._row(row, header, cells)
        except csv.Error as error:
            self.add(lines.line_num, "1", f"the row cannot be taken apart ({error})", "look for a stray quotation mark")

    def add(self, row: int, column: str, what: str, remedy: str) -> None:
        """Add a fault."""
        self.faults.append(RowFault(row, column, what, remedy))

    def _text(self, content: bytes) -> str | None:
        if len(content) > LARGEST_FILE:
            self.add(1, "1", "the file is larger than 2 MB", "bring one term alone")
            return None
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = content[: error.start]
            column = before[before.rfind(b"\n") + 1 :].count(b",") + 1
            row = before.count(b"\n") + 1
            self.add(row, str(column), "a letter is not written as UTF-8", "save the file as “CSV UTF-8”")
            return None
        if "\0" in text:
            self.add(
                text[: text.index("\0")].count("\n") + 1, "1", "there is a zero byte", "save the file as “CSV UTF-8”"
            )
            return None
        if not text.strip():
            self.add(1, "1", "the file is empty", "export it again with its header")
            return None
        return text

    def _is_wrong(self, header: list[str], needed: Sequence[str], optional: Sequence[str]) -> bool:
        columns = ",".join(needed) + (f" and perhaps {','.join(optional)}" if optional else "")
        for name in needed:
            if name not in header:
                self.add(1, name, "the column is missing", f"the columns are {columns}, with commas between them")
        for number, name in enumerate(header, 1):
            if name not in (*needed, *optional):
                self.add(1, name or str(number), "the column is not known", f"the columns are {columns}")
            elif name in header[: number - 1]:
                self.add(1, name, "the column is there twice", "keep one")
        return bool(self.faults)

    def _row(self, row: int, header: list[str], cells: list[str]) -> None:
        if not any(cell.strip() for cell in cells):
            return
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            remedy = "put ; between several, and a cell with a comma into quotation marks"
            self.add(row, str(len(header) + 1), "there are more cells than columns", remedy)
            return
        padded = cells + [""] * len(header)
        self.rows.append((row, {name: tidy(cell) for name, cell in zip(header, padded, strict=False)}))
