"""`dropin`: the command line. Each command reads its arguments, calls one function, and prints the result."""

import sqlite3
import sys

import click

from admin.command_line import backups, badges, day, keeper, people, planning, programme, training
from badges.code import KeyLost, KeyTrouble
from badges.sheet import SheetTrouble
from mentoring.basics.settings import WrongSetting
from mentoring.box import doctor
from mentoring.school.programme import NotSetUp
from mentoring.store.database import DatabaseTrouble
from mentoring.store.folder_lock import InUse


def main() -> None:
    """Run one command. An error is printed as one sentence on standard error."""
    try:
        dropin(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.Abort:
        sys.exit(1)
    except click.ClickException as error:
        click.echo(f"dropin: {' '.join(error.format_message().split())}", err=True)
        sys.exit(error.exit_code)
    except KeyLost as error:
        click.echo(f"dropin: {error} {doctor.KEY_LOST}", err=True)
        sys.exit(1)
    except (DatabaseTrouble, KeyTrouble, SheetTrouble, WrongSetting, keeper.CannotOpen, NotSetUp, InUse) as error:
        click.echo(f"dropin: {error}", err=True)
        sys.exit(1)
    except sqlite3.Error as error:
        click.echo(f"dropin: The programme's file cannot be used right now: {error}. Run: dropin doctor.", err=True)
        sys.exit(1)
    except OverflowError:
        click.echo("dropin: That number is too large to be anybody's.", err=True)
        sys.exit(1)


@click.group()
@click.version_option(package_name="drop-in", prog_name="dropin")
def dropin() -> None:
    """Drop-in: what a school runs its lunchtime peer-mentoring drop-in on."""


for _command in (
    programme.demo,
    programme.run,
    programme.init,
    people.list_mentors,
    people.import_mentors,
    people.erase,
    planning.add_slot,
    planning.due,
    planning.rota_group,
    training.training_group,
    badges.badges,
    badges.read,
    day.close_day,
    backups.backup,
    backups.restore,
    backups.verify,
    backups.examine,
):
    dropin.add_command(_command)
