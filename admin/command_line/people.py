"""The commands mentors, import-mentors and erase."""

import json
import sys
from pathlib import Path

import click

from admin.command_line.command import CouldNot, echo_faults, read_table, row_line, sentence, with_data
from admin.frame.faults import listed
from admin.frame.sentences import note_words
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.basics.settings import Settings
from mentoring.people import mentor_file, mentors
from mentoring.people.mentor_file import Answer
from mentoring.privacy import erasure
from mentoring.privacy.tombstones import Whose
from mentoring.store import journal
from mentoring.store.database import open_database


@click.command("mentors", epilog="Example: dropin mentors | head")
@with_data
def list_mentors(settings: Settings) -> None:
    """The mentors: one JSON line each."""
    db = open_database(settings.database)
    for each in mentors.mentors(db):
        line = {"id": each.id, "name": each.display_name, "state": each.state, "badge": each.has_badge}
        click.echo(json.dumps(line, ensure_ascii=False))
    db.close()


@click.command("import-mentors", epilog="Example: dropin import-mentors mentors.csv --dry-run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--moved-up", is_flag=True, help="Who has a known name and another year is the same person, moved up.")
@with_data
def import_mentors(settings: Settings, file: Path, *, dry_run: bool, moved_up: bool) -> None:
    """Bring a list of mentors, all of it or nothing. Whoever is here already stays as they are."""
    content = read_table(file)
    db = open_database(settings.database)
    outcome = mentor_file.refused_if_asked(
        mentor_file.bring_mentors(
            db,
            content,
            otherwise=Answer.MOVED_UP if moved_up else None,
            by=journal.COMMAND_LINE,
            now=clock.now(),
            dry_run=dry_run,
        )
    )
    db.close()
    for note in outcome.notes:
        click.echo(note_words(note), err=True)
    if outcome.faults:
        echo_faults([row_line(fault) for fault in outcome.faults], outcome.more_faults)
        sys.exit(1)
    if outcome.unchanged:
        click.echo(f"Already here, unchanged: {listed([each.full_name for each in outcome.unchanged])}.", err=True)
    if outcome.proposed:
        click.echo(f"{outcome.proposed} agreed to be named, says the file: confirm it on the page Mentors.", err=True)
    if outcome.withdrawn:
        names = listed([each.full_name for each in outcome.withdrawn])
        click.echo(f"No longer shown by name, says the file: {names}.", err=True)
    further = {
        "unchanged": len(outcome.unchanged),
        "moved_up": len(outcome.moved),
        "proposed": outcome.proposed,
        "withdrawn": len(outcome.withdrawn),
    }
    said = {"mentors": len(outcome.mentors), "dry_run": dry_run}
    click.echo(json.dumps(said | {what: count for what, count in further.items() if count}))


@click.command(epilog="Example: dropin erase --mentor 7")
@click.option("--mentor", "mentor_id", type=int, required=True, help="The mentor's number; 'dropin mentors' lists it.")
@with_data
def erase(settings: Settings, mentor_id: int) -> None:
    """Erase all that is kept about one mentor; counts stay. Says what it removed, what it kept and why."""
    db = open_database(settings.database)
    by, now = journal.COMMAND_LINE, clock.now()
    outcome = erasure.erase(db, Whose.MENTOR, mentor_id, folder=settings.data, by=by, now=now)
    db.close()
    if isinstance(outcome, Fault):
        raise CouldNot(sentence(outcome, f"mentor {mentor_id}"))
    for gone in outcome.removed:
        click.echo(f"Removed: {gone.holds} ({gone.rows})")
    for words in outcome.kept:
        click.echo(f"Kept: {words}")
    if not outcome.wiped:
        raise CouldNot(
            "All that is gone, but a screen still reads the old bytes: dropin run wipes them at its next look."
        )
