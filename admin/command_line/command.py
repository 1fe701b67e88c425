"""What every command shares: the programme's folder, what is typed unseen, and how it says that it could not."""

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from admin.access import sentences as access
from admin.frame import sentences as frame
from admin.frame.faults import Known, row_of, sentence_of, words_of
from admin.lunch import sentences as lunch
from admin.people import sentences as people
from admin.planning import sentences as planning
from admin.privacy import sentences as privacy
from admin.safeguarding import sentences as safeguarding
from admin.school import sentences as school
from mentoring.basics.brought_files import RowFault
from mentoring.basics.forms import Fault
from mentoring.basics.settings import read_settings

# The same words as on the pages, without the pages: a command that loads them all starts twice as slowly.
FAULTS: Known = {
    code: words
    for each in (frame, school, access, safeguarding, people, planning, lunch, privacy)
    for code, words in each.FAULTS.items()
}


class CouldNot(click.ClickException):
    """The command was well used and could not be done: exit 1."""

    exit_code = 1


def sentence(fault: Fault, subject: str = "this") -> str:
    """A fault as one sentence about the subject."""
    return sentence_of(fault, subject, known=FAULTS)


def row_line(fault: RowFault) -> str:
    """A fault of a file on one line, with its row and column."""
    return row_of(fault, known=FAULTS)


def wrong_options(faults: Iterable[Fault]) -> click.UsageError:
    """All that is wrong with what a command was given, each named by its field."""
    said = (words_of(each, each.field, known=FAULTS) for each in faults)
    return click.UsageError(f"{'; '.join(f'{what}: {remedy}' for what, remedy in said)}.")


def with_data(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--data` and hand it the settings."""

    @click.option("--data", type=click.Path(path_type=Path), help="The programme's folder (DROPIN_DATA, or ./data).")
    @wraps(command)
    def wrapped(data: Path | None, **given: Any) -> Any:
        return command(settings=read_settings(data=data), **given)

    return wrapped


def typed_unseen(prompt: str) -> str:
    """Typed unseen at a terminal, else one line of standard input; never an argument."""
    if sys.stdin.isatty():
        return str(click.prompt(prompt, hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def read_file(path: Path) -> bytes:
    """What is in a file that was named. Raises `CouldNot` where it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CouldNot(f"{path} cannot be opened: {error.strerror}.") from error
