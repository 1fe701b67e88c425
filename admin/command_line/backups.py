"""The commands backup, restore, verify and doctor."""

import errno
import hashlib
import json
import os
import shlex
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from admin.command_line.command import CouldNot, typed_unseen, with_data
from admin.frame.sentences import backup_trouble
from mentoring.access import keys, staff
from mentoring.basics import clock, forms, sealing
from mentoring.basics.sealing import Key, WrongKey
from mentoring.basics.settings import Settings
from mentoring.box import backups, doctor, folder_note, remembered_head, restoring, trail
from mentoring.box.backups import Backup, CannotKeep, NoRecoveryKey, TracesLeft, Trouble
from mentoring.box.doctor import State
from mentoring.box.labels import NotABackup
from mentoring.box.restoring import Even, Looked, NotAsked, NotSigned, Opener, TrailTouched
from mentoring.privacy.erasure import Back
from mentoring.store import folder_lock, journal
from mentoring.store.atomic_files import NotAFile, read_small, write_atomically
from mentoring.store.database import DatabaseTrouble, EarlierVersion, open_database
from mentoring.store.folder_lock import InUse
from mentoring.store.scratch import MEMORY

_MARKS = {State.OK: "ok  ", State.LOOK: "look", State.BAD: "bad "}


@click.command(epilog="Example: dropin backup --to /media/stick")
@click.option("--to", type=click.Path(path_type=Path), help="Only to this folder, not to the usual places.")
@with_data
def backup(settings: Settings, to: Path | None) -> None:
    """Make a backup now, sealed, without requests; prints its name and where the paper trail ends.

    It is copied to the second place (DROPIN_BACKUP_DIR) too, where there is one.
    """
    folder = to or settings.backups
    with closing(open_database(settings.database)) as db:
        if to is None:
            folder.mkdir(mode=0o700, exist_ok=True)
        try:
            made = backups.make(db, folder=folder, badge_key=settings.badge_key, now=clock.now())
        except NoRecoveryKey:
            raise CouldNot("No backup yet: make the recovery key first, on the staff pages.") from None
        except CannotKeep as error:
            raise CouldNot(backup_trouble(error.why, error.place)) from error
        except TracesLeft:
            raise CouldNot("Traces of requests were left in the backup, so it was thrown away: tell us.") from None
    click.echo(str(made.path))
    if head := backups.head_of(made):
        click.echo(f"Paper trail: {head.id}:{head.hash}")
    if to is None and settings.second_backups is not None:
        _copy_to_second(made, settings.second_backups, data=settings.data)


def _copy_to_second(made: Backup, second: Path, *, data: Path) -> None:
    try:
        backups.copy(made, second)
    except CannotKeep as error:
        raise CouldNot(f"This backup is on the box alone. {backup_trouble(error.why, error.place)}") from error
    if backups.is_on_same_disk(second, data):
        click.echo(backup_trouble(Trouble.SAME_DISK, second), err=True)


@click.command(epilog="Example: dropin restore data/backups/drop-in-2027-01-12T1300Z.age")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--owner", metavar="EMAIL", help="Open it with this person's password instead of the key on paper.")
@click.option("--check", is_flag=True, help="Only look whether it opens, is signed and is whole; change nothing.")
@click.option("--erase-again", is_flag=True, help="Do not ask before people are erased who were erased since.")
@click.option("--even-so", is_flag=True, help="Take a backup whose paper trail is not whole.")
@click.option("--unsigned", is_flag=True, help="Take a backup, and files beside it, that this box did not sign.")
@with_data
def restore(settings: Settings, file: Path, owner: str | None, *, check: bool, erase_again: bool, **even: bool) -> None:
    """Put a backup in the programme's place. Asks for the recovery key as it stands on paper.

    The key proves which box signed the backup. Whoever was erased after it was made is named, and erased again once
    you say yes: at the terminal, or with the line "yes" after the key.
    """
    take = Even(touched=even["even_so"], unsigned=even["unsigned"])
    try:
        if check:
            opener = _opener(settings, owner)
            _say_looked(file, restoring.check(file, opener, even=take, is_whole=backups.is_whole(file)))
            return
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with folder_lock.locked(settings.data, patient=False):
            opener = _opener(settings, owner)
            done = restoring.restore(
                file,
                settings.database,
                opener=opener,
                folder=settings.backups,
                may_bury=lambda back: erase_again or _may_bury(back),
                actor=journal.COMMAND_LINE,
                now=clock.now(),
                even=take,
                is_whole=backups.is_whole(file),
            )
            folder_note.keep(settings.data)
            _bring_badge_key(settings, file, opener.key, done.looked, take)
    except (WrongKey, NotABackup, InUse) as error:
        raise CouldNot(str(error)) from error
    except NotSigned as error:
        raise CouldNot(
            f"{error} Take another one; or this one all the same with --unsigned, if you know yourself who made it."
        ) from error
    except NotAsked as error:
        raise CouldNot(
            f"Nothing was changed. This would erase again: {_named(error.back)}. Answer yes, or give --erase-again."
        ) from error
    except TrailTouched as error:
        raise CouldNot(f"{error} Take another backup, or this one all the same with --even-so.") from error
    except OSError as error:
        raise CouldNot(_cannot(MEMORY if check else settings.data, file, error)) from error
    _say_restored(settings, done)
    if not settings.badge_key.exists():
        click.echo(
            f"The badge key is missing: no printed badge can be read, and none can be printed. {doctor.KEY_LOST}",
            err=True,
        )


def _cannot(place: Path, file: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO):
        return f"Nothing was changed: {error.filename or place} takes nothing more ({error.strerror})."
    return f"Nothing was changed: {error.filename or file} cannot be opened: {error.strerror}."


def _named(back: Sequence[Back]) -> str:
    """Whom a restore would erase, in words."""
    return ", ".join(f"{each.name} ({each.whose}, erased on {each.erased:%d %B %Y})" for each in back)


def _may_bury(back: Sequence[Back]) -> bool:
    """Name whom a restore would erase, and ask: at the terminal, or for the line "yes" on standard input."""
    if sys.stdin.isatty():
        click.echo(f"Erased after this backup was made, and will be erased again: {_named(back)}.", err=True)
        return click.confirm("Is that right?", err=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _say_looked(file: Path, looked: Looked) -> None:
    click.echo(f"{file} opens, and what is in it is whole.")
    _say_signed(looked)


def _say_signed(looked: Looked) -> None:
    if looked.signed_by:
        click.echo(f"Signed by the box {looked.signed_by}: compare with the recovery key's paper.")
    else:
        click.echo("No box that is known here signed it.", err=True)


def _say_restored(settings: Settings, done: restoring.Restored) -> None:
    click.echo(f"{settings.database} is what it was when the backup was made. Everybody logs in anew.")
    _say_signed(done.looked)
    if done.head:
        click.echo(f"Paper trail: {done.head[0]}:{done.head[1]}")
    if done.aside:
        click.echo(
            f"What was there before is sealed in {done.aside}. It holds personal data: delete it as soon as all is"
            f" well; after {backups.SET_ASIDE_DAYS} days the box does."
        )
    click.echo(
        "Look again at accounts, badges and links that were ended after the backup was made: they are good again; see"
        " The trail. Codes on paper are good no longer: print new ones."
    )
    if done.buried:
        click.echo(f"Erased again: {_named(done.buried)}.")
    if done.spared:
        click.echo(
            f"{done.spared} was erased later, but is this backup's only lead: hand the lead over, then erase again."
        )
    click.echo(f"Next: dropin run --data {shlex.quote(str(settings.data))}")


def _opener(settings: Settings, owner: str | None) -> Opener:
    key = _owners_key(settings, owner) if owner else sealing.key_from_paper(_typed_paper())
    return restoring.opener(key, restoring.signing_keys_here(settings.database))


def _bring_badge_key(settings: Settings, file: Path, key: Key, looked: Looked, even: Even) -> None:
    """Restore the badge key from the encrypted copy beside the backup, if the data folder does not have it.

    Only the one that the signed backup names; without a signature, only when that is to be taken all the same. A key
    of another programme is renamed, because with it no badge of this one can be read.
    """
    path = settings.badge_key
    if path.exists() and looked.badge_key and hashlib.sha256(path.read_bytes()).hexdigest() != looked.badge_key:
        other = path.with_name(f"{path.name}.{clock.now():{backups.MOMENT}}")
        os.replace(path, other)
        click.echo(f"The badge key that was here belongs to other badges: it is now {other}.", err=True)
    if not path.exists() and (content := _badge_key_beside(file, key, looked, even)):
        write_atomically(path, content)


def _badge_key_beside(file: Path, key: Key, looked: Looked, even: Even) -> bytes:
    """The badge key from beside the backup; empty, and said, when it is none of this backup's."""
    beside = file.with_name(backups.BADGE_KEY)
    if not beside.exists():
        return b""
    try:
        content = sealing.unseal(read_small(beside), key)
    except (WrongKey, NotAFile, OSError):
        click.echo(f"{beside} does not open with this key.", err=True)
        return b""
    if even.unsigned or hashlib.sha256(content).hexdigest() == looked.badge_key:
        return content
    click.echo(f"{beside} is not the badge key of this backup.", err=True)
    return b""


def _typed_paper() -> str:
    """The recovery key from the terminal or standard input: 24 words on any number of lines, or its one line."""
    if sys.stdin.isatty():
        return str(click.prompt("Recovery key (24 words, or its line)", hide_input=True, err=True))
    typed = ""
    for line in sys.stdin:
        typed += line
        if len(forms.words(typed)) >= 24 or sealing.is_line(typed):
            break
    return typed


def _owners_key(settings: Settings, email: str) -> Key:
    """The private key of a member of staff, decrypted with their password.

    Raises CouldNot if the database cannot be read, the password is wrong, or they have no key.
    """
    password = typed_unseen("Password")
    try:
        with closing(open_database(settings.database)) as db:
            member = staff.by_email(db, email)
            key = keys.unlocked(db, member.id, password=password) if member else None
    except EarlierVersion:
        raise
    except (DatabaseTrouble, sqlite3.Error) as error:
        raise CouldNot(
            "Passwords open nothing now, because the keys they unlock lie in the programme that cannot be read: "
            "only the recovery key on paper opens this backup."
        ) from error
    except WrongKey as error:
        raise CouldNot("That password does not open this person's key.") from error
    if key is None:
        raise CouldNot(f"Nobody at {email} has a key. Deputy and safeguarding lead get one when they log in.")
    return key


@click.command(epilog="Example: dropin verify --head 812:3f9a0c51d2e4b677")
@click.option("--head", metavar="ID:HASH", help="From today's sheet or a backup's print: shows a cut tail.")
@with_data
def verify(settings: Settings, head: str | None) -> None:
    """Check the paper trail: exit 1 and the first fault if it was touched."""
    wanted = trail.parsed_head(head) if head else None
    if head and wanted is None:
        raise click.UsageError("--head is ID:HASH as printed, such as 812:3f9a0c51d2e4b677, 16 letters at least.")
    with closing(open_database(settings.database)) as db:
        fault = (
            trail.check(db, settings.backup_places)
            or remembered_head.fault(db, settings.data)
            or (trail.head_fault(db, *wanted) if wanted else None)
        )
        if fault:
            raise CouldNot(f"The paper trail was touched at row {fault.row}: {fault.words}")
        last = journal.head(db)
    click.echo("The paper trail is whole." + (f" It ends at {last[0]}:{last[1]}" if last else ""))


@click.command("doctor", epilog="Example: dropin doctor --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON line a check.")
@with_data
def examine(settings: Settings, *, as_json: bool) -> None:
    """How the box is, in plain words; exit 1 when something is bad."""
    found = doctor.examine(settings, now=clock.now())
    for each in found:
        if as_json:
            told = {"check": each.name, "state": each.state, "words": each.words, "do": each.do}
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            click.echo(f"{_MARKS[each.state]}  {each.name}: {each.words}{f' {each.do}' if each.do else ''}")
    if any(each.state is State.BAD for each in found):
        sys.exit(1)
