"""The child process that reads Excel workbooks: bytes in, the first sheet with anything in it as CSV out, as JSON.

`workbooks.py` starts it by name and nothing imports it; only it loads openpyxl. A workbook is a ZIP of XML: what it
unpacks to is looked at before it is unpacked, and time and memory of the process are limited.
"""

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from badges.child import serve
from mentoring.basics.brought_files import LARGEST_FILE, MOST_ROWS

LARGEST_UNPACKED = 64 * 1024 * 1024  # bytes of all parts together, as the ZIP's own list says
MOST_PARTS = 2_000
TALLEST = 1_048_576  # rows of a sheet


def table_of(content: bytes) -> dict[str, Any]:
    """`csv`, `sheet` and `left_out`; nothing of a file that is no workbook or unpacks to more than the most.

    Ends with the first row past MOST_ROWS or the first letter past LARGEST_FILE, which the reader of the CSV refuses.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sizes = [each.file_size for each in parts.infolist()]
    if len(sizes) > MOST_PARTS or sum(sizes) > LARGEST_UNPACKED:
        return {}
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    shown = [each for each in book.worksheets if each.sheet_state == "visible"]
    for each in shown:
        each.reset_dimensions()  # what a sheet says of its own size may be wrong
    full = [each for each in shown if any(any(row) for row in _rows(each))]
    if not full:
        return {"csv": "", "sheet": "", "left_out": []}
    return {"csv": _csv(_rows(full[0])), "sheet": full[0].title, "left_out": [each.title for each in full[1:]]}


def _rows(sheet: Any) -> Iterator[list[str]]:
    """The cells of each row as text. Rows that the file leaves out are empty ones, so that all keep their numbers."""
    for row in islice(sheet.iter_rows(values_only=True), TALLEST):
        yield [_text(value) for value in row]


def _csv(rows: Iterable[list[str]]) -> str:
    text = io.StringIO(newline="")
    text.write("sep=,\r\n")  # whatever the cells of the header hold
    sheet = csv.writer(text)
    filled = 0
    for row in rows:
        sheet.writerow(row)
        filled += any(row)
        if filled > MOST_ROWS + 1 or text.tell() > LARGEST_FILE:
            break
    return text.getvalue()


def _text(value: object) -> str:
    """A cell's value as the readers understand it: yes or no, ISO dates, hours with seconds, whole numbers as such."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def answer(content: bytes, _progress: Callable[[bytes], None]) -> bytes:
    """The answer to one question, as JSON. Whatever a hostile file does to the library is a file that is not read."""
    try:
        found = table_of(content)
    except Exception:  # noqa: BLE001 # the library raises many kinds; each means that it cannot read the file
        found = {}
    return json.dumps(found).encode()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    serve(answer)
