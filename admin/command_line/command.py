"""What every command shares: the programme's folder, what is typed unseen, and how it says that it could not."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from mentoring.basics.settings import read_settings


class CouldNot(click.ClickException):
    """The command was well used and could not be done: exit 1."""

    exit_code = 1


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
