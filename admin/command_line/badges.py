"""The commands badges and read."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from admin.command_line.command import CouldNot, with_data
from admin.people import badge_sheets
from admin.people.badge_sheets import LookAt
from badges import code, stationery
from badges.reader import LIVE_SECONDS, STILL_SECONDS, Reader
from badges.sheet import Remark
from badges.stationery import SHEETS
from mentoring.basics import clock
from mentoring.basics.settings import Settings
from mentoring.people import badge_register, mentors, printers
from mentoring.people.mentors import MentorState
from mentoring.people.printers import Choice
from mentoring.store import journal
from mentoring.store.database import open_database


@click.command(epilog="Example: dropin badges badges.pdf --sheet L7160 --start 4 --mentor 1 --mentor 2")
@click.argument("out", metavar="OUT.pdf [MENTOR_ID...]", nargs=-1)
@click.option("--sheet", default="cr80", help="Which sheet, by its maker's number; 'list' shows them.")
@click.option("--mentor", "mentor_ids", type=int, multiple=True, help="Only these mentors; may be given again.")
@click.option("--start", type=int, default=1, help="The first label to print on, on a part-used sheet.")
@click.option(
    "--both-sides", is_flag=True, help="Cards only: a page of backs after each page, turned on the long edge."
)
@click.option("--new-key", is_flag=True, help="Make a badge key where it is lost: no badge printed before reads again.")
@click.option("--printer", help="The measured printer to correct for, by its name on the staff pages.")
@with_data
def badges(
    settings: Settings,
    out: tuple[str, ...],
    sheet: str,
    mentor_ids: tuple[int, ...],
    start: int,
    both_sides: bool,  # noqa: FBT001 # click passes options by name
    new_key: bool,  # noqa: FBT001
    printer: str | None,
) -> None:
    """Print badges of all active mentors, or of those named, as a vector PDF; every square is read back first."""
    if sheet == "list":
        for each in SHEETS.values():
            click.echo(f"{each.name}: {each.title}" + (f" (also {', '.join(each.also)})" if each.also else ""))
        return
    files = [each for each in out if not (mentor_ids and each.isdecimal())]
    wanted = {*mentor_ids, *(int(each) for each in out if mentor_ids and each.isdecimal())}
    if len(files) != 1:
        raise click.UsageError("Name one PDF to write, such as badges.pdf.")
    on = stationery.named(sheet)
    if on is None:
        raise click.UsageError(f"There is no sheet {sheet}; there are: {', '.join(SHEETS)}.")
    if not 1 <= start <= on.places:
        raise click.UsageError(f"This sheet has labels 1 to {on.places}; none is number {start}.")
    if both_sides and not on.two_sided:
        raise click.UsageError(f"{on.title} cannot be printed on both sides.")
    began = clock.ticks()
    db = open_database(settings.database)
    active = [each for each in mentors.mentors(db) if each.state is MentorState.ACTIVE]
    chosen = [each for each in active if not wanted or each.id in wanted]
    if missing := wanted - {each.id for each in chosen}:
        raise CouldNot(f"No active mentor has the number {min(missing)}; 'dropin mentors' lists them.")
    if not chosen:
        raise CouldNot("There are no active mentors yet, so there is nothing to print.")
    known = {each.name: each.id for each in printers.printers(db)}
    if printer is not None and printer not in known:
        raise CouldNot(f"No printer called {printer} was measured; there are: {', '.join(known) or 'none'}.")
    choice = Choice(on.name, two_sided=both_sides, printer_id=known.get(printer or ""))
    key = code.create_key(settings.badge_key) if new_key else code.load_key(settings.badge_key)
    by = journal.COMMAND_LINE
    _, making = badge_sheets.prepared(db, chosen, choice, key=key, start=start, by=by, now=clock.now())
    remarks: list[Remark] = []
    with click.progressbar(
        length=len(chosen), label="Reading back", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        pdf = making(lambda read: bar.update(read - bar.pos), remarks.append)
    _write_file(Path(files[0]), pdf)
    _say_what_to_look_at(badge_sheets.to_look_at(chosen, remarks, active))
    badge_register.note_sheet(db, [each.id for each in chosen], by=by, now=clock.now())
    click.echo("They count as printed once somebody says so: Badges, “These are printed”.", err=True)
    seconds = round(clock.ticks() - began, 3)
    pages = on.pages(len(chosen), start=start) * (2 if both_sides else 1)
    click.echo(json.dumps({"badges": len(chosen), "pages": pages, "seconds": seconds}))
    db.close()


def _say_what_to_look_at(found: Sequence[LookAt]) -> None:
    for each in found:
        whose = " and ".join(f"{mentor.full_name} (mentor {mentor.id})" for mentor in each.mentors)
        click.echo(f"Before you print: {whose}: {each.what}. {each.remedy}", err=True)
    if found:
        click.echo(
            "The name for the badge is changed on the mentor's page among the staff pages; "
            "'dropin badges --sheet list' shows the labels.",
            err=True,
        )


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CouldNot(f"{path} cannot be written: {error.strerror}.") from error


@click.command(epilog="Example: dropin read photo.jpg scan.png")
@click.option("--live", is_flag=True, help="As one camera's successive frames, each within a frame's time.")
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
def read(images: tuple[Path, ...], *, live: bool) -> None:
    """Read the squares in pictures: one JSON line each."""
    with Reader(seconds=LIVE_SECONDS if live else STILL_SECONDS) as reader:
        for image in images:
            answer: dict[str, Any] = {"file": str(image), "texts": [], "ms": 0.0}
            try:
                reading = reader.read(image.read_bytes(), live=live)
                answer |= {"texts": reading.texts, "ms": round(reading.ms, 3)}
                if reading.error:
                    answer["error"] = reading.error
            except OSError as error:
                answer["error"] = f"The file cannot be opened: {error.strerror}."
            click.echo(json.dumps(answer, ensure_ascii=False))
