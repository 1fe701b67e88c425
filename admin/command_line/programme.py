"""The commands demo, run and init."""

import json
import shlex
import sqlite3
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

import click
from sqlite_utils import Database

from admin.command_line import example_school, keeper
from admin.command_line.command import CouldNot, typed_unseen, with_data, wrong_options
from badges import code
from mentoring.access import keys, staff
from mentoring.basics import clock, signing
from mentoring.basics.sealing import Key
from mentoring.basics.settings import Settings, read_settings
from mentoring.box import backups, folder_note, remembered_head, restoring
from mentoring.people import mentors
from mentoring.school import programme
from mentoring.store import folder_lock, journal, writable
from mentoring.store.database import (
    CannotWrite,
    DatabaseTrouble,
    EarlierVersion,
    cannot_write,
    is_sound,
    open_database,
)
from mentoring.store.migrations import migrate


@click.command(epilog="Example: dropin demo --kiosk-port 8000 --admin-port 8001")
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


@click.command(epilog="Example: DROPIN_DATA=/srv/dropin dropin run")
@with_data
def run(settings: Settings) -> None:
    """The school's own programme: both doors. The first start leads to set-up."""
    if not settings.database.exists():
        _new_programme(settings).close()
    with folder_lock.locked(settings.data) as lock:
        _run(settings, lock)


def _run(settings: Settings, lock: int) -> None:
    prepare = None
    try:
        is_set_up = _prepare(settings)
    except CannotWrite as refused:
        # The doors open all the same: they say what it is and whom to find, and go on as soon as it is put right.
        click.echo(str(refused), err=True)
        prepare, is_set_up = partial(_prepare, settings), True
    except EarlierVersion:
        raise
    except (DatabaseTrouble, sqlite3.DatabaseError) as error:
        raise CouldNot(_with_way_back(_sentence(error), settings)) from error

    def ready(kiosk: keeper.Door, admin: keeper.Door) -> None:
        click.echo(f"Kiosk: {kiosk.url}  Staff pages: {admin.url}", err=True)
        if not is_set_up:
            click.echo(f"First start: open {admin.url}/set-up on this machine.", err=True)

    keeper.keep_open(settings, keeper.doors(settings), lock=lock, ready=ready, prepare=prepare)


def _prepare(settings: Settings) -> bool:
    """Bring the file to this version and look it through; whether a lead is set up. Raises `CannotWrite`."""
    writable.keep_private(settings.data)
    folder_note.keep(settings.data)
    try:
        restoring.sweep(settings.database)
        with closing(open_database(settings.database)) as db:
            migrate(db)
            if not is_sound(db):
                damage = f"{settings.database} is damaged. What still can be read is shown."
                click.echo(_with_way_back(damage, settings), err=True)
            return staff.is_set_up(db)
    except (sqlite3.Error, OSError) as error:
        raise cannot_write(settings.database, error) or error from error


def _with_way_back(words: str, settings: Settings) -> str:
    way_back = backups.way_back(settings, now=clock.now())
    return f"{words} {way_back}".rstrip()


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, DatabaseTrouble) else f"The programme's file cannot be used: {error}."


@click.command(
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
        code.create_key(settings.badge_key)  # before the set-up is stored, so that its key is never missing
    if not staff.set_up(db, school=school, name=lead, email=email, password=first, room=room, by=by, now=clock.now()):
        raise CouldNot(f"{settings.data} already has a lead; log in, or choose another folder with --data.")
    key = keys.make_recovery(db, by=by, now=clock.now())
    db.close()
    click.echo(_paper(key))
    run = f"dropin run --data {shlex.quote(str(settings.data))}"
    click.echo(f"{school} is set up in {settings.data}. Next: {run}", err=True)


def _paper(key: Key) -> str:
    """The recovery key as text to print. It is not stored anywhere."""
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
            f"Fingerprint of the box that signs backups with it: {signing.fingerprint(signing.key_of(key))}",
            "A restore says it again: compare the two.",
            "",
            "Backups and concerns open with it when nobody can log in. Type three of its words under Recovery key.",
        )
    )


def _new_programme(settings: Settings) -> Database:
    """Create an empty database. Raises CouldNot if there is already a badge key: its database is missing then (P27)."""
    if settings.badge_key.exists():
        raise CouldNot(
            f"{settings.badge_key} is there but {settings.database.name} is gone: restore it, or choose another folder."
        )
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        remedy = "make it yourself, or name another with --data"
        raise CouldNot(f"The folder {settings.data} cannot be made ({error.strerror}): {remedy}.") from error
    writable.keep_private(settings.data)
    remembered_head.forget(settings.data)
    db = open_database(settings.database, create=True)
    try:
        migrate(db)
    except BaseException:
        db.close()
        for path in restoring.files(settings.database):  # an empty file would be taken for a programme that was lost
            path.unlink(missing_ok=True)
        raise
    folder_note.keep(settings.data)
    return db


def _introduce(
    db: Database,
    settings: Settings,
    accounts: list[example_school.Account],
    kiosk: keeper.Door,
    admin: keeper.Door,
) -> None:
    """Print one line of JSON on standard output for programs, and a summary for people on standard error."""
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
