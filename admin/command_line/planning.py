"""The commands add-slot, due and rota plan."""

import json
import signal
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from admin.command_line.command import CouldNot, echo_faults, read_table, row_line, sentence, with_data, wrong_options
from admin.frame.sentences import note_words
from admin.planning.optimiser_process import OptimiserRun
from badges.child import ChildDied
from mentoring.access import staff
from mentoring.basics import clock
from mentoring.basics.settings import Settings
from mentoring.planning import rota
from mentoring.planning.optimiser import term_files
from mentoring.planning.optimiser.task import Found, Plan, Settled
from mentoring.school import school_year
from mentoring.school.school_year import NewSlot
from mentoring.store import journal
from mentoring.store.atomic_files import write_atomically
from mentoring.store.database import open_database

_SAY_SECONDS = 0.9  # the shortest time between two lines about the progress


@click.command("add-slot", epilog="Example: dropin add-slot --day Tue --start 12:30 --end 13:15 --room 'Library 2'")
@click.option("--day", required=True, help="Mon, Tue, Wed, Thu, Fri, Sat or Sun.")
@click.option("--start", required=True, help="HH:MM.")
@click.option("--end", required=True, help="HH:MM.")
@click.option("--room", required=True, help="The room, as pupils say it.")
@click.option("--adult", help="The e-mail address of the adult within call (the lead unless given).")
@click.option("--week", default="", help="A or B; every week unless given.")
@click.option("--places", default="", help="How many mentors it wants, 2 to 6 (2).")
@with_data
def add_slot(
    settings: Settings, day: str, start: str, end: str, room: str, adult: str | None, week: str, places: str
) -> None:
    """Add a weekly slot."""
    given = {"day": day, "start": start, "until": end, "room": room, "week": week, "places": places}
    checked = school_year.new_slot(given)
    if not isinstance(checked, NewSlot):
        raise wrong_options(checked)
    db = open_database(settings.database)
    member = staff.by_email(db, adult) if adult else staff.lead(db)
    if member is None:
        raise CouldNot(f"Nobody on the staff has the address {adult}.")
    by, now = journal.COMMAND_LINE, clock.now()
    outcome = school_year.add_slot(db, checked, adult_id=member.id, by=by, now=now)
    if not isinstance(outcome, int):
        raise CouldNot(sentence(outcome, "the slot"))
    click.echo(json.dumps({"slot": outcome}))
    db.close()


@click.command(epilog="Example: dropin due 2027-01-12 1 2 --room 'Library 2'")
@click.argument("date_", metavar="DATE")
@click.argument("mentor_ids", metavar="MENTOR_ID MENTOR_ID", nargs=2, type=int)
@click.option("--room", help="Which room, where the date has several drop-ins.")
@with_data
def due(settings: Settings, date_: str, mentor_ids: tuple[int, int], room: str | None) -> None:
    """Say who is due on one drop-in, in place of whoever was."""
    try:
        day = date.fromisoformat(date_)
    except ValueError:
        raise click.UsageError(f"DATE is {date_}: write it as 2027-01-12.") from None
    db = open_database(settings.database)
    found = [each for each in school_year.on_day(db, day) if room is None or each.room.lower() == room.lower()]
    if len(found) != 1:
        raise CouldNot(
            f"There are {len(found)} drop-ins on {day}: "
            f"name one with --room ({', '.join(each.room for each in found)})."
            if found
            else f"There is no drop-in on {day}{f' in {room}' if room else ''}."
        )
    fault = rota.set_due(db, found[0], list(mentor_ids), by=journal.COMMAND_LINE, now=clock.now())
    if fault:
        raise CouldNot(sentence(fault, "a mentor"))
    click.echo(json.dumps({"date": day.isoformat(), "room": found[0].room, "mentors": list(mentor_ids)}))
    db.close()


@click.group("rota", epilog="Example: dropin rota plan --mentors mentors.csv --drop-ins term.csv --out rota.csv")
def rota_group() -> None:
    """The rota: who is due on which drop-in."""


@rota_group.command("plan", epilog="Example: dropin rota plan --mentors mentors.csv --drop-ins term.csv --out rota.csv")
@click.option("--mentors", "mentor_file", required=True, type=click.Path(path_type=Path), help="The mentors as CSV.")
@click.option("--drop-ins", "lunch_file", required=True, type=click.Path(path_type=Path), help="The drop-ins as CSV.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The rota to write, as CSV.")
@click.option(
    "--seconds", type=click.FloatRange(1, 86400), default=60.0, show_default=True, help="The most it may take."
)
def rota_plan(mentor_file: Path, lunch_file: Path, out: Path, seconds: float) -> None:
    """Plan a term on files alone. Ctrl-C keeps the best so far."""
    began = clock.ticks()
    if out.resolve() in (mentor_file.resolve(), lunch_file.resolve()):
        raise click.UsageError("--out names a file to be read: choose another name for the rota.")
    if not out.resolve().parent.is_dir() or out.is_dir():
        raise CouldNot(f"{out} cannot be written: name a file in a folder that is there.")
    term = term_files.read_term(
        read_table(mentor_file), read_table(lunch_file), mentor_file=mentor_file.name, lunch_file=lunch_file.name
    )
    for said in term.notes:
        click.echo(f"{said.file}: {note_words(said.note)}", err=True)
    if term.task is None:
        echo_faults([f"{wrong.file}: {row_line(wrong.fault)}" for wrong in term.faults], term.more_faults)
        sys.exit(1)
    plan = _planned(OptimiserRun(term.task, seconds=seconds - (clock.ticks() - began)))
    try:
        write_atomically(out, term_files.rota_csv(term.task, plan).encode(), is_private=False)
    except OSError as error:
        raise CouldNot(f"{out} cannot be written: {error.strerror}.") from error
    for each in plan.settled:
        if not each.is_proved:
            click.echo(f"Not proved: {_how_far(each)}.", err=True)
    if not plan.settled and term.task.lunches:
        click.echo("Not proved: the time was up before the planner had begun. Give it more --seconds.", err=True)
    click.echo(term_files.outcome_line(replace(plan, seconds=round(clock.ticks() - began, 3))))


def _planned(planning: OptimiserRun) -> Plan:
    """The optimiser's plan, or the best so far if it is interrupted or dies. Prints progress on standard error."""
    said = clock.ticks()

    def progress(found: Found) -> None:
        nonlocal said
        if found.settled and clock.ticks() - said >= _SAY_SECONDS:
            said = clock.ticks()
            click.echo(f"So far: {_how_far(found.settled[-1])}.", err=True)

    for ending in (signal.SIGINT, signal.SIGTERM):  # set explicitly, as in keeper.py
        signal.signal(ending, _interrupt)
    try:
        return planning.run(progress)
    except KeyboardInterrupt:
        click.echo("Stopped: the best rota so far is kept.", err=True)
    except ChildDied:
        click.echo("The planner ended early: the best rota so far is kept.", err=True)
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.SIG_IGN)  # the file is being written
    return planning.as_it_is()


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _how_far(each: Settled) -> str:
    block = f"{each.block}, " if each.block else ""
    return f"{block}{each.aim.value} {each.best}, {'proved' if each.is_proved else f'bound {each.bound}'}"
