"""What the commands share: the data folder, hidden input, and errors."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

from admin.faults import FAULTS
from admin.frame.faults import row_of, sentence_of, words_of
from admin.frame.workbooks import brought
from mentoring.basics.brought_files import RowFault
from mentoring.basics.forms import Fault
from mentoring.basics.settings import Settings, read_settings
from mentoring.basics.toml_pages import LineFault
from mentoring.store.database import cannot_write


class CouldNot(click.ClickException):
    """A valid command that could not be carried out: exit code 1."""

    exit_code = 1


def sentence(fault: Fault, subject: str = "this") -> str:
    """A fault as one sentence about the subject."""
    return sentence_of(fault, subject, known=FAULTS)


def row_line(fault: RowFault) -> str:
    """A fault in a file as one line with its row and column."""
    return row_of(fault, known=FAULTS)


def line_of(fault: LineFault) -> str:
    """A fault in a page that somebody wrote: `LINE: what, remedy`."""
    what, remedy = words_of(fault.fault, known=FAULTS)
    return f"{fault.line}: {what}, {remedy}"


def echo_faults(lines: Sequence[str], more: int) -> None:
    """Write faults to standard error, a line each, and then how many there are where `more` are not among them."""
    for line in lines:
        click.echo(line, err=True)
    if more:
        click.echo(f"There are {len(lines) + more} things to put right; the first {len(lines)} are shown.", err=True)


def wrong_options(faults: Iterable[Fault]) -> click.UsageError:
    """A usage error (exit code 2) that lists every fault by its field."""
    said = (words_of(each, each.field, known=FAULTS) for each in faults)
    return click.UsageError(f"{'; '.join(f'{what}: {remedy}' for what, remedy in said)}.")


def with_data(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option `--data` to a command and pass it the settings; say in words what the disk refuses."""

    @click.option("--data", type=click.Path(path_type=Path), help="The programme's folder (DROPIN_DATA, or ./data).")
    @wraps(command)
    def wrapped(data: Path | None, **given: Any) -> Any:
        settings = read_settings(data=data)
        try:
            return command(settings=settings, **given)
        except BrokenPipeError:
            raise
        except (sqlite3.Error, OSError, subprocess.SubprocessError) as error:
            raise CouldNot(refusal(settings, error)) from error

    return wrapped


def refusal(settings: Settings, error: Exception) -> str:
    """A failure of the disk, the database or a child process, in one sentence with a remedy."""
    if told := cannot_write(settings.database, error):
        return str(told)
    if isinstance(error, sqlite3.Error):
        return f"The programme's file cannot be used right now: {error}. Try again; if it stays, run: dropin doctor."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} cannot be used: {error.strerror}. Look who may use it, or run: dropin doctor."
    return f"The box refused a step of this: {error}. Try again; if it stays, run: dropin doctor."


def typed_unseen(prompt: str) -> str:
    """Read a secret: hidden at a terminal, else one line of standard input. Secrets are never arguments."""
    if sys.stdin.isatty():
        return str(click.prompt(prompt, hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def read_table(path: Path) -> bytes:
    """A file for a reader of tables; a workbook as CSV. Raises CouldNot if it cannot be opened."""
    try:
        table = brought(path.read_bytes())
    except OSError as error:
        raise CouldNot(f"{path} cannot be opened: {error.strerror}.") from error
    if table.words:
        click.echo(f"{path.name}: {table.words}", err=True)
    return table.content
