"""`dropin`: the command line. Each command reads what it was given, calls one verb, and prints one outcome."""

import json
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from admin.command_line import example_school, keeper
from admin.command_line.backups import backup, examine, restore, verify
from admin.command_line.command import CouldNot, sentence, typed_unseen, with_data, wrong_options
from admin.people import badge_sheets
from admin.planning.planner import Planning
from badges import code, stationery
from badges.child import ChildDied
from badges.code import KeyTrouble
from badges.reader import LIVE_SECONDS, STILL_SECONDS, Reader
from badges.sheet import SheetTrouble
from badges.stationery import SHEETS
from mentoring.access import keys, staff
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.basics.sealing import Key
from mentoring.basics.settings import Settings, WrongSetting, read_settings
from mentoring.box import backups, restoring
from mentoring.lunch import close_of_day
from mentoring.people import badge_register, mentor_file, mentors, printers
from mentoring.people.mentors import MentorState
from mentoring.people.printers import Choice
from mentoring.planning import rota
from mentoring.planning.planner import term_files
from mentoring.planning.planner.task import Found, Plan, Settled
from mentoring.privacy import erasure
from mentoring.privacy.tombstones import Whose
from mentoring.school import programme, school_year
from mentoring.school.programme import NotSetUp
from mentoring.school.school_year import NewSlot
from mentoring.store import folder_lock, journal
from mentoring.store.atomic_files import write_atomically
from mentoring.store.database import DatabaseTrouble, EarlierVersion, StillRead, is_sound, open_database
from mentoring.store.folder_lock import InUse
from mentoring.store.migrations import migrate

_SAY_SECONDS = 0.9  # between words on how far a planning is


def main() -> None:
    """Run one command; errors are one sentence on standard error."""
    try:
        dropin(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.Abort:
        sys.exit(1)
    except click.ClickException as error:
        click.echo(f"dropin: {' '.join(error.format_message().split())}", err=True)
        sys.exit(error.exit_code)
    except (DatabaseTrouble, KeyTrouble, SheetTrouble, WrongSetting, keeper.CannotOpen, NotSetUp, InUse) as error:
        click.echo(f"dropin: {error}", err=True)
        sys.exit(1)
    except sqlite3.Error as error:
        click.echo(f"dropin: The programme's file cannot be used right now: {error}.", err=True)
        sys.exit(1)
    except OverflowError:
        click.echo("dropin: That number is too large to be anybody's.", err=True)
        sys.exit(1)


@click.group()
@click.version_option(package_name="drop-in", prog_name="dropin")
def dropin() -> None:
    """Drop-in: what a school runs its lunchtime peer-mentoring drop-in on."""


@dropin.command(epilog="Example: dropin demo --kiosk-port 8000 --admin-port 8001")
@click.option("--data", type=click.Path(path_type=Path), help="An empty folder to keep the example school in.")
@click.option("--kiosk-port", type=click.IntRange(0, 65535), help="The kiosk's port (8000).")
@click.option("--admin-port", type=click.IntRange(0, 65535), help="The staff pages' port (8001).")
def demo(data: Path | None, kiosk_port: int | None, admin_port: int | None) -> None:
    """The example school, in the middle of its lunch, whatever the hour."""
    with tempfile.TemporaryDirectory(prefix="dropin-demo-") as folder:
        settings = read_settings(data=data or Path(folder), kiosk_port=kiosk_port, admin_port=admin_port)
        if settings.database.exists():
            raise CouldNot(f"{settings.data} already holds a programme; the example school wants an empty folder.")
        doors = keeper.doors(settings)
        db = _new_programme(settings)
        with folder_lock.locked(settings.data) as lock:
            accounts = example_school.found(db, folder=settings.data, now=clock.now())
            code.create_key(settings.badge_key)

            def ready(kiosk: keeper.Door, admin: keeper.Door) -> None:
                _introduce(db, settings, accounts, kiosk, admin)

            keeper.keep_open(settings, doors, lock=lock, ready=ready)
        db.close()


@dropin.command(epilog="Example: DROPIN_DATA=/srv/dropin dropin run")
@with_data
def run(settings: Settings) -> None:
    """The school's own programme: both doors. The first start leads to set-up."""
    if not settings.database.exists():
        _new_programme(settings).close()
    with folder_lock.locked(settings.data) as lock:
        _run(settings, lock)


def _run(settings: Settings, lock: int) -> None:
    restoring.sweep(settings.database)
    try:
        with closing(open_database(settings.database)) as db:
            migrate(db)
            ready_for_lunch = staff.is_set_up(db)
            damage = "" if is_sound(db) else f"{settings.database} is damaged."
    except EarlierVersion:
        raise
    except (DatabaseTrouble, sqlite3.DatabaseError) as error:
        raise CouldNot(_with_way_back(_sentence(error), settings)) from error
    if damage:
        click.echo(_with_way_back(f"{damage} What still can be read is shown.", settings), err=True)

    def ready(kiosk: keeper.Door, admin: keeper.Door) -> None:
        click.echo(f"Kiosk: {kiosk.url}  Staff pages: {admin.url}", err=True)
        if not ready_for_lunch:
            click.echo(f"First start: open {admin.url}/set-up on this machine.", err=True)

    keeper.keep_open(settings, keeper.doors(settings), lock=lock, ready=ready)


def _with_way_back(words: str, settings: Settings) -> str:
    way_back = backups.way_back(settings.backups, settings.second_backups, now=clock.now())
    return f"{words} {way_back}".rstrip()


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, DatabaseTrouble) else f"The programme's file cannot be used: {error}."


@dropin.command(
    epilog="Example: dropin init --school 'Hillside School' --lead 'Ms Okafor' --email okafor@hillside.example"
)
@click.option("--school", required=True, help="The school's name.")
@click.option("--lead", required=True, help="The lead's name, as pupils say it.")
@click.option("--email", required=True, help="The lead's address, to log in with.")
@click.option("--room", default="", help="Where pupils find the lead.")
@with_data
def init(settings: Settings, school: str, lead: str, email: str, room: str) -> None:
    """Set up the programme and its lead. Asks for the password twice."""
    first, again = typed_unseen("Password"), typed_unseen("The same again")
    if first != again:
        raise click.UsageError("The two passwords are not the same.")
    faults = staff.new_staff_faults(school=school, name=lead, email=email, password=first)
    if faults:
        raise wrong_options(faults)
    db = open_database(settings.database) if settings.database.exists() else _new_programme(settings)
    migrate(db)
    by = journal.COMMAND_LINE
    if not settings.badge_key.exists():
        code.create_key(settings.badge_key)  # first, so that a programme that is set up always has its key
    if not staff.set_up(db, school=school, name=lead, email=email, password=first, room=room, by=by, now=clock.now()):
        raise CouldNot(f"{settings.data} already has a lead; log in, or choose another folder with --data.")
    key = keys.make_recovery(db, by=by, now=clock.now())
    db.close()
    click.echo(_paper(key))
    click.echo(f"{school} is set up in {settings.data}. Next: dropin run", err=True)


def _paper(key: Key) -> str:
    """The recovery key, said once: whoever prints it writes no file."""
    words = key.words.split()
    lines = [" ".join(words[place : place + 6]) for place in range(0, len(words), 6)]
    return "\n".join(
        (
            "The recovery key, shown once and kept nowhere. Write it down, seal it in an envelope, lock it away:",
            "",
            *lines,
            "",
            key.private,
            "",
            "Backups and concerns open with it when nobody can log in. Type three of its words under Recovery key.",
        )
    )


@dropin.command(epilog="Example: dropin read photo.jpg scan.png")
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


@dropin.command("mentors", epilog="Example: dropin mentors | head")
@with_data
def list_mentors(settings: Settings) -> None:
    """The mentors: one JSON line each."""
    db = open_database(settings.database)
    for each in mentors.mentors(db):
        line = {"id": each.id, "name": each.display_name, "state": each.state, "badge": each.has_badge}
        click.echo(json.dumps(line, ensure_ascii=False))
    db.close()


@dropin.command("add-slot", epilog="Example: dropin add-slot --day Tue --start 12:30 --end 13:15 --room 'Library 2'")
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


@dropin.command(epilog="Example: dropin due 2027-01-12 1 2 --room 'Library 2'")
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
    held = [each for each in school_year.on_day(db, day) if room is None or each.room.lower() == room.lower()]
    if len(held) != 1:
        raise CouldNot(
            f"There are {len(held)} drop-ins on {day}: name one with --room ({', '.join(each.room for each in held)})."
            if held
            else f"There is no drop-in on {day}{f' in {room}' if room else ''}."
        )
    fault = rota.set_due(db, held[0], list(mentor_ids), by=journal.COMMAND_LINE, now=clock.now())
    if fault:
        raise CouldNot(f"A {fault.field} {fault.what}: {fault.remedy}.")
    click.echo(json.dumps({"date": day.isoformat(), "room": held[0].room, "mentors": list(mentor_ids)}))
    db.close()


@dropin.command(epilog="Example: dropin badges badges.pdf --sheet L7160 --start 4 --mentor 1 --mentor 2")
@click.argument("out", metavar="OUT.pdf [MENTOR_ID...]", nargs=-1)
@click.option("--sheet", default="cr80", help="Which sheet, by its maker's number; 'list' shows them.")
@click.option("--mentor", "mentor_ids", type=int, multiple=True, help="Only these mentors; may be given again.")
@click.option("--start", type=int, default=1, help="The first label to print on, on a part-used sheet.")
@click.option(
    "--both-sides", is_flag=True, help="Cards only: a page of backs after each page, turned on the long edge."
)
@click.option("--printer", help="The measured printer to correct for, by its name on the staff pages.")
@with_data
def badges(
    settings: Settings,
    out: tuple[str, ...],
    sheet: str,
    mentor_ids: tuple[int, ...],
    start: int,
    both_sides: bool,  # noqa: FBT001 # click passes options by name
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
    chosen = [each for each in mentors.mentors(db) if each.state is MentorState.ACTIVE and _in(each.id, wanted)]
    if missing := wanted - {each.id for each in chosen}:
        raise CouldNot(f"No active mentor has the number {min(missing)}; 'dropin mentors' lists them.")
    if not chosen:
        raise CouldNot("There are no active mentors yet, so there is nothing to print.")
    known = {each.name: each.id for each in printers.printers(db)}
    if printer is not None and printer not in known:
        raise CouldNot(f"No printer called {printer} was measured; there are: {', '.join(known) or 'none'}.")
    choice = Choice(on.name, two_sided=both_sides, printer_id=known.get(printer or ""))
    key = code.load_key(settings.badge_key)
    by = journal.COMMAND_LINE
    _, making = badge_sheets.prepared(db, chosen, choice, key=key, start=start, by=by, now=clock.now())
    with click.progressbar(
        length=len(chosen), label="Reading back", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        pdf = making(lambda read: bar.update(read - bar.pos))
    _write_file(Path(files[0]), pdf)
    badge_register.note_printed(db, [each.id for each in chosen], by=by, now=clock.now())
    seconds = round(clock.ticks() - began, 3)
    pages = on.pages(len(chosen), start=start) * (2 if both_sides else 1)
    click.echo(json.dumps({"badges": len(chosen), "pages": pages, "seconds": seconds}))
    db.close()


@dropin.command("import-mentors", epilog="Example: dropin import-mentors mentors.csv --dry-run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@with_data
def import_mentors(settings: Settings, file: Path, *, dry_run: bool) -> None:
    """Add the mentors in a CSV file: all of them or none."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CouldNot(f"{file} cannot be opened: {error.strerror}.") from error
    db = open_database(settings.database)
    outcome = mentor_file.bring_mentors(db, content, by=journal.COMMAND_LINE, now=clock.now(), dry_run=dry_run)
    db.close()
    if outcome.faults:
        for fault in outcome.faults:
            click.echo(str(fault), err=True)
        sys.exit(1)
    click.echo(json.dumps({"mentors": len(outcome.mentors), "dry_run": dry_run}))


@dropin.command("close-day", epilog="Example: dropin close-day")
@with_data
def close_day(settings: Settings) -> None:
    """Close every drop-in that is over: requests become counts, and their bytes are gone."""
    db = open_database(settings.database)
    try:
        found = close_of_day.close(db, folder=settings.data, now=clock.now())
    except StillRead:
        raise CouldNot("The counts are safe, but somebody is still reading the old bytes: run it again.") from None
    db.close()
    if found is None:
        click.echo("There is nothing to close.")
    elif found.traces:
        raise CouldNot(f"The day is closed, but traces of requests are left in {settings.data}.")
    else:
        click.echo(f"The day is closed. {found.looked or 0} bytes were looked through, and nothing was found.")


@dropin.command(epilog="Example: dropin erase --mentor 7")
@click.option("--mentor", "mentor_id", type=int, required=True, help="The mentor's number; 'dropin mentors' lists it.")
@with_data
def erase(settings: Settings, mentor_id: int) -> None:
    """Erase all that is kept about one mentor; counts stay. Says what it removed, what it kept and why."""
    db = open_database(settings.database)
    by, now = journal.COMMAND_LINE, clock.now()
    outcome = erasure.erase(db, Whose.MENTOR, mentor_id, folder=settings.data, by=by, now=now)
    db.close()
    if isinstance(outcome, Fault):
        raise CouldNot(f"Mentor {mentor_id} {outcome.what}: {outcome.remedy}.")
    for gone in outcome.removed:
        click.echo(f"Removed: {gone.holds} ({gone.rows})")
    for words in outcome.kept:
        click.echo(f"Kept: {words}")
    if not outcome.wiped:
        raise CouldNot(
            "All that is gone, but a screen still reads the old bytes: dropin run wipes them at its next look."
        )


for _command in (backup, restore, verify, examine):
    dropin.add_command(_command)


@dropin.group("rota", epilog="Example: dropin rota plan --mentors mentors.csv --drop-ins term.csv --out rota.csv")
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
        _read_file(mentor_file), _read_file(lunch_file), mentor_file=mentor_file.name, lunch_file=lunch_file.name
    )
    if term.task is None:
        for fault in term.faults:
            click.echo(str(fault), err=True)
        sys.exit(1)
    plan = _planned(Planning(term.task, seconds=seconds - (clock.ticks() - began)))
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


def _planned(planning: Planning) -> Plan:
    """The plan, or the best so far where somebody or something ended it; said on standard error on the way."""
    said = clock.ticks()

    def heard(found: Found) -> None:
        nonlocal said
        if found.settled and clock.ticks() - said >= _SAY_SECONDS:
            said = clock.ticks()
            click.echo(f"So far: {_how_far(found.settled[-1])}.", err=True)

    for ending in (signal.SIGINT, signal.SIGTERM):  # said aloud, as in keeper.py
        signal.signal(ending, _interrupt)
    try:
        return planning.run(heard)
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


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CouldNot(f"{path} cannot be opened: {error.strerror}.") from error


def _in(mentor_id: int, wanted: set[int]) -> bool:
    return not wanted or mentor_id in wanted


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CouldNot(f"{path} cannot be written: {error.strerror}.") from error


def _new_programme(settings: Settings) -> Database:
    """A new, empty programme; refused where a badge key says that one is missing (P27)."""
    if settings.badge_key.exists():
        raise CouldNot(
            f"{settings.badge_key} is there but {settings.database.name} is gone: restore it, or choose another folder."
        )
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CouldNot(f"The folder {settings.data} cannot be made: {error.strerror}.") from error
    db = open_database(settings.database, create=True)
    migrate(db)
    return db


def _introduce(
    db: Database,
    settings: Settings,
    accounts: list[example_school.Account],
    kiosk: keeper.Door,
    admin: keeper.Door,
) -> None:
    """The first line of standard output is for programs; what a person reads goes to standard error."""
    due_now = example_school.due_today(db, now=clock.now())
    board = f"{admin.url}/board/{programme.load(db).board_link}"
    told = {
        "kiosk": kiosk.url,
        "admin": admin.url,
        "board": board,
        "data": str(settings.data.resolve()),
        "staff": [
            {
                "name": each.name,
                "email": each.email,
                "password": each.password,
                "totp_secret": each.totp_secret,
                "role": each.role,
            }
            for each in accounts
        ],
        "mentors": [
            {"id": each.id, "name": each.display_name, "due": each.id in due_now} for each in mentors.mentors(db)
        ],
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    lead = accounts[0]
    for line in (
        "",
        "Hillside School is in the middle of its lunch. Amira is in, Ben is due.",
        f"  Kiosk        {kiosk.url}",
        f"  Staff pages  {admin.url}   log in as {lead.email} with {lead.password}",
        f"  Board        {board}",
        "Ctrl-C ends it.",
    ):
        click.echo(line, err=True)
