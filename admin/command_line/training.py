"""The command training check."""

import sys
from pathlib import Path

import click

from admin.command_line.command import CouldNot, line_of
from mentoring.basics.toml_pages import LineFault, Page
from mentoring.training.modules import read_module
from mentoring.training.scenarios import is_scenario, read_scenario


@click.group("training", epilog="Example: dropin training check listening.toml")
def training_group() -> None:
    """Training: modules and scenarios, as TOML pages."""


@training_group.command("check", epilog="Example: dropin training check listening.toml")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Say what is wrong with modules and scenarios, by line; nothing if all is well.

    A file with a [[step]] is read as a scenario, any other as a module. docs/recipes.md lists their fields.
    """
    faults = {path: _faults_of(path) for path in files}
    for path, found in faults.items():
        for each in found:
            click.echo(f"{path}:{line_of(each)}", err=True)
    if any(faults.values()):
        sys.exit(1)


def _faults_of(path: Path) -> list[LineFault]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CouldNot(f"{path} cannot be opened: {error.strerror}.") from error
    page = Page(content)
    found = read_scenario(page) if is_scenario(page) else read_module(page)
    return found if isinstance(found, list) else []
