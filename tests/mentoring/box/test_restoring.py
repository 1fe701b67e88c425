"""Restoring: what was backed up is the programme again, whole or not at all, whenever it is killed (P8, P29)."""

import gzip
import hashlib
import io
import json
import os
import shutil
import signal
import sqlite3
import tarfile
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from mentoring.access import accounts, keys, second_factor, staff
from mentoring.access.staff import Role
from mentoring.basics import sealing, signing
from mentoring.basics.forms import Fault
from mentoring.basics.sealing import Key, WrongKey
from mentoring.box import backups, labels, remembered_head, restoring, trail
from mentoring.box.backups import Backup
from mentoring.box.labels import Label, NotABackup
from mentoring.box.restoring import NOTHING, Even, NotAsked, NotSigned, Restored, TrailTouched
from mentoring.lunch import help_requests
from mentoring.lunch.help_requests import Topic
from mentoring.privacy import erasure, tombstones
from mentoring.privacy.tombstones import Tombstone, Whose
from mentoring.school import programme
from mentoring.store import journal
from mentoring.store.database import DatabaseTrouble, EarlierVersion, open_database, rows, write
from mentoring.store.folder_lock import InUse
from tests.conftest import Cast, at
from tests.mentoring.store import version_0_1

NOW = at("13:00")
LATER = at("15:00")
BY = "staff 1"


@pytest.fixture
def box(data: Path) -> Path:
    """The folder, with nobody having its programme open."""
    return data


@pytest.fixture
def paper(box: Path) -> Key:
    with closing(open_database(box / "programme.db")) as db:
        return keys.make_recovery(db, by=BY, now=at("12:00"))


@pytest.fixture
def backup(box: Path, paper: Key) -> Backup:
    (box / "backups").mkdir()
    with closing(open_database(box / "programme.db")) as db:
        return backups.make(db, folder=box / "backups", badge_key=box / "badge.key", now=NOW)


@pytest.fixture
def later(box: Path, backup: Backup) -> None:
    """What has happened since the backup: Amira has another name."""
    with closing(open_database(box / "programme.db")) as db, write(db):
        db.execute("update mentors set display_name = 'Amy' where id = 1")
        journal.note(db, "mentor.edited", actor=BY, now=at("14:00"), mentor=1)


def restore(box: Path, backup: Backup | Path, key: Key, *, says: bool = True, even: Even = NOTHING) -> Restored:
    return restoring.restore(
        backup.path if isinstance(backup, Backup) else backup,
        box / "programme.db",
        opener=restoring.opener(key, restoring.signing_keys_here(box / "programme.db")),
        folder=box / "backups",
        may_bury=lambda _: says,
        actor="command line",
        now=LATER,
        even=even,
    )


def test_a_restore_is_no_older_copy(box: Path, backup: Backup, paper: Key):
    with closing(open_database(box / "programme.db")) as db:
        with write(db):
            journal.note(db, "test", actor=BY, now=at("14:30"))
        assert remembered_head.remember(db, box, now=at("14:30"))
    restore(box, backup, paper)
    with closing(open_database(box / "programme.db")) as db:
        assert remembered_head.fault(db, box) is None
        assert remembered_head.remember(db, box, now=LATER)
        assert remembered_head.remembered(box) is not None


def image_of(backup: Backup, key: Key) -> bytes:
    return gzip.decompress(sealing.unseal(backup.path.read_bytes(), key))


def sealed(folder: Path, content: bytes, key: Key, *, signed: bool = True, **other: str) -> Path:
    """A backup of this content, sealed to the paper as anybody can who has its public half; signed as the box does."""
    about = {"programme": "", "made": "", "version": 1, "head": "", "badge_key": "", **other}
    label = Label(**about, database=hashlib.sha256(content).hexdigest())
    told = labels.sign(label, signing.key_of(key if signed else sealing.new_key()))
    file = folder / "drop-in-2027-01-12T1330Z.age"
    file.write_bytes(sealing.seal(b"".join(labels.pack(told, [content])), [key.public]))
    return file


def told(box: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(box / "programme.db")) as raw:
        return raw.execute(sql).fetchall()


def name(box: Path) -> object:
    return told(box, "select display_name from mentors where id = 1")[0][0]


@pytest.mark.usefixtures("later")
def test_what_was_backed_up_is_the_programme_again(box: Path, backup: Backup, paper: Key):
    head = backups.head_of(backup)
    assert head is not None
    assert name(box) == "Amy"
    restored = restore(box, backup, paper)
    assert name(box) == "Amira"
    with closing(open_database(box / "programme.db")) as db:
        assert db.execute("pragma journal_mode").fetchone()[0] == "wal"
        assert journal.head(db) == restored.head
        assert journal.touched(db) is None
        [last] = rows(db, "select * from journal order by id desc limit 1")
        assert (last["what"], last["about"]) == ("backup.restored", f'{{"head": {head.id}}}')
        assert trail.check(db, [box / "backups"]) is None, "heads of what was restored over are no fault"
    assert {each.name for each in box.iterdir()} == {"programme.db", "backups"}


def test_the_new_programme_is_put_in_place_by_one_rename(
    box: Path, backup: Backup, paper: Key, monkeypatch: pytest.MonkeyPatch
):
    seen, replace = [], os.replace

    def watched(source: Path, target: Path) -> None:
        seen.append((source.name, target.name))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watched)
    restore(box, backup, paper)
    assert seen[-1] == ("programme.db.restoring", "programme.db")
    assert [target for _, target in seen].count("programme.db") == 1


@pytest.mark.usefixtures("later")
def test_a_restore_can_be_regretted(box: Path, backup: Backup, paper: Key):
    restored = restore(box, backup, paper)
    assert restored.aside
    assert restored.aside.stat().st_mode & 0o777 == 0o600
    assert b"Amy" not in restored.aside.read_bytes()
    restore(box, Backup(restored.aside, LATER), paper)
    assert name(box) == "Amy"


def test_what_is_put_aside_holds_no_request(box: Path, backup: Backup, paper: Key, cast: Cast):
    with closing(open_database(box / "programme.db")) as db:
        help_requests.ask(db, drop_in_id=cast.drop_in, topic=Topic.FAMILY, wish=None, key="a pupil's key")
        [(place, key)] = rows(db, "select id, key from help_requests")
    restored = restore(box, backup, paper)
    assert restored.aside
    image = image_of(Backup(restored.aside, LATER), paper)
    assert place.encode() not in image
    assert key.encode() not in image
    for each in box.rglob("*"):
        assert each.is_dir() or place.encode() not in each.read_bytes()


@pytest.mark.usefixtures("later")
def test_a_sound_programme_is_never_put_aside_with_its_requests_for_want_of_memory(
    box: Path, backup: Backup, paper: Key, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    before = {each.name for each in (box / "backups").iterdir()}
    monkeypatch.setattr(backups, "copy_programme", full)
    with pytest.raises(OSError, match="No space left"):
        restore(box, backup, paper)
    assert name(box) == "Amy"
    assert {each.name for each in (box / "backups").iterdir()} == before


def damaged(box: Path) -> bytes:
    file = box / "programme.db"
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xaa" * (len(content) - 4096))
    (box / "programme.db-wal").write_bytes(b"what was still in the log")
    return file.read_bytes()


def test_a_damaged_programme_is_put_aside_as_it_lies(box: Path, backup: Backup, paper: Key):
    broken = damaged(box)
    restored = restore(box, backup, paper)
    assert name(box) == "Amira"
    assert restored.aside
    packed = gzip.decompress(sealing.unseal(restored.aside.read_bytes(), paper))
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        kept = tar.extractfile("programme.db")
        assert kept
        assert kept.read() == broken
        assert "programme.db-wal" in tar.getnames()
    assert not (box / "programme.db-wal").exists()


def test_a_new_box_has_nothing_to_put_aside(box: Path, backup: Backup, paper: Key):
    (box / "programme.db").unlink()
    (box / "programme.db-wal").write_bytes(b"an orphan")
    assert restore(box, backup, paper).aside is None
    assert name(box) == "Amira"


def test_whoever_was_erased_does_not_come_back_on_a_new_box(box: Path, backup: Backup, paper: Key, cast: Cast):
    stick = box / "stick"
    stick.mkdir()
    shutil.copy(backup.path, stick)
    with closing(open_database(box / "programme.db")) as db:
        assert not isinstance(erasure.erase(db, Whose.MENTOR, cast.amira, folder=box, by=BY, now=at("14:00")), Fault)
        backups.make(db, folder=stick, badge_key=box / "badge.key", now=at("14:30"))
    assert b"Amira" in image_of(backup, paper)
    new = box / "new box"
    new.mkdir()
    restore(new, stick / backup.path.name, paper)
    assert b"Amira" not in (new / "programme.db").read_bytes()
    with closing(open_database(new / "programme.db")) as db:
        assert [each["display_name"] for each in rows(db, "select * from mentors where id = :id", id=cast.amira)] == [
            "A former mentor"
        ]


def test_an_older_backup_is_brought_up_to_date(box: Path, paper: Key, backup: Backup, one_more_migration: str):
    restore(box, backup, paper)
    assert told(box, "select name from _sqlite_migrations order by id desc limit 1") == [(one_more_migration,)]
    assert name(box) == "Amira"


def test_a_lead_handed_over_and_erased_since_is_still_the_lead_and_is_named(
    box: Path, backup: Backup, paper: Key, cast: Cast
):
    with closing(open_database(box / "programme.db")) as db:
        to = staff.by_id(db, cast.adeyemi)
        assert to
        assert accounts.hand_over(db, to, role=Role.HELPER, by=BY, now=NOW) is None
        db.execute("update slots set adult_id = ?", [cast.adeyemi])
        db.execute("update drop_ins set adult_id = ?", [cast.adeyemi])
        gone = erasure.erase(db, Whose.STAFF, cast.okafor, folder=box, by="staff 2", now=NOW)
        assert not isinstance(gone, Fault), gone
    assert restore(box, backup, paper).spared == "Ms Okafor"
    assert told(box, "select name from staff where role = 'lead'") == [("Ms Okafor",)]


def test_no_code_of_before_counts_again(box: Path, paper: Key, cast: Cast):
    (box / "backups").mkdir()
    with closing(open_database(box / "programme.db")) as db:
        secret = second_factor.begin(db, cast.okafor)
        codes = second_factor.confirm(db, cast.okafor, second_factor.code_at(secret, now=NOW), now=NOW)
        printed = accounts.print_code(db, cast.adeyemi, forgets_factor=False, by=BY, now=NOW)
        made = backups.make(db, folder=box / "backups", badge_key=box / "badge.key", now=NOW)
    assert codes
    restore(box, made, paper)
    with closing(open_database(box / "programme.db")) as db:
        used = second_factor.code_at(secret, now=LATER)
        assert not second_factor.accepts(db, cast.okafor, used, now=LATER), "it may have let somebody in just before"
        assert not second_factor.accepts(db, cast.okafor, codes[0], now=LATER)
        assert accounts.owner_of(db, printed.code, now=LATER) is None
        soon = LATER + timedelta(minutes=1)
        assert second_factor.accepts(db, cast.okafor, second_factor.code_at(secret, now=soon), now=soon)


def test_memory_does_not_grow_with_the_programme(box: Path, paper: Key):
    (box / "backups").mkdir()
    with closing(open_database(box / "programme.db")) as db:
        with write(db):
            db.execute("insert into photos (mentor_id, picture, agreed) values (1, randomblob(12000000), '')")
        tracemalloc.start()
        made = backups.make(db, folder=box / "backups", badge_key=box / "badge.key", now=NOW)
    restoring.check(made.path, restoring.opener(paper, {}))
    restore(box, made, paper)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.path.stat().st_size > 12_000_000
    assert most < 4_000_000, "in bytes of Python; what SQLite and age need is measured by hand"


# What is refused, and leaves everything as it was


def touched(image: bytes) -> bytes:
    """A row of the trail is another, and its schema is as it was."""
    with closing(sqlite3.connect(":memory:")) as raw:
        raw.deserialize(image)
        name = "journal_is_never_edited"
        [(trigger,)] = raw.execute("select sql from sqlite_schema where name = ?", [name])
    return changed(image, f"drop trigger {name}", "update journal set actor = 'staff 2' where id = 3", trigger)


def changed(image: bytes, *sql: str) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as raw:
        raw.deserialize(image)
        for each in sql:
            raw.execute(each)
        return raw.serialize()


BAD: dict[str, tuple[Callable[[bytes], bytes], type[Exception], str]] = {
    "newer": (lambda image: changed(image, "pragma user_version = 999"), DatabaseTrouble, "newer Drop-in"),
    "touched": (lambda image: touched(image), TrailTouched, "row 3"),
    "a trigger": (
        lambda image: changed(image, "create trigger t after insert on journal begin delete from mentors; end"),
        NotABackup,
        "the trigger t is not one of version 1",
    ),
    "a view": (lambda image: changed(image, "create view v as select 1"), NotABackup, "the view v is not one"),
    "a table": (lambda image: changed(image, "create table t (x)"), NotABackup, "the table t is not one"),
    "an index": (lambda image: changed(image, "create index i on mentors (year_group)"), NotABackup, "the index i is"),
    "a missing trigger": (
        lambda image: changed(image, "drop trigger journal_is_never_edited"),
        NotABackup,
        "the trigger journal_is_never_edited of version 1 is missing",
    ),
    "a table of another make": (
        lambda image: changed(image, "alter table mentors add column pet text"),
        NotABackup,
        "the table mentors is not as version 1 makes it",
    ),
    "a view in a table's place": (
        lambda image: changed(
            image, "drop table visits", "create view visits as select id as drop_in_id, 0 as asked from drop_ins"
        ),
        NotABackup,
        "the view visits is not one of version 1",
    ),
    "damaged": (lambda image: image[:4096] + b"\xaa" * (len(image) - 4096), NotABackup, "damaged"),
}


@pytest.mark.parametrize(("bad", "error", "says"), BAD.values(), ids=[*BAD])
@pytest.mark.usefixtures("later")
def test_what_is_refused_changes_nothing(
    box: Path, backup: Backup, paper: Key, bad: Callable[[bytes], bytes], error: type[Exception], says: str
):
    made = sealed(box / "backups", bad(image_of(backup, paper)), paper)
    before = {each: each.read_bytes() for each in box.rglob("*") if each.is_file()}
    with pytest.raises(error, match=says):
        restore(box, made, paper)
    with pytest.raises(error, match=says):
        restoring.check(made, restoring.opener(paper, {}))
    assert {each: each.read_bytes() for each in box.rglob("*") if each.is_file()} == before


@pytest.mark.usefixtures("later")
def test_a_backup_of_version_0_1_is_refused_and_changes_nothing(box: Path, tmp_path: Path, paper: Key):
    before = {each: each.read_bytes() for each in box.rglob("*") if each.is_file()}
    old = tmp_path / "drop-in-2026-11-01T1300Z.age"
    old.write_bytes(sealing.seal(gzip.compress(version_0_1.content(tmp_path)), [paper.public]))
    even = Even(touched=True, unsigned=True)
    with pytest.raises(EarlierVersion, match=version_0_1.SAYS):
        restoring.check(old, restoring.opener(paper, {}), even=even)
    with pytest.raises(EarlierVersion, match=version_0_1.SAYS):
        restore(box, old, paper, even=even)
    assert {each: each.read_bytes() for each in box.rglob("*") if each.is_file()} == before


def test_no_backup_takes_the_place_of_a_programme_of_version_0_1(box: Path, backup: Backup, paper: Key):
    (box / "programme.db").unlink()
    version_0_1.make(box / "programme.db")
    before = {each: each.read_bytes() for each in box.rglob("*") if each.is_file()}
    with pytest.raises(EarlierVersion, match=version_0_1.SAYS):
        restore(box, backup, paper)
    assert {each: each.read_bytes() for each in box.rglob("*") if each.is_file()} == before


def test_a_backup_whose_trail_was_touched_is_taken_only_on_being_told(box: Path, backup: Backup, paper: Key):
    restore(box, sealed(box / "backups", touched(image_of(backup, paper)), paper), paper, even=Even(touched=True))
    with closing(open_database(box / "programme.db")) as db:
        assert journal.touched(db).row == 3


def test_a_file_that_is_no_backup_says_so_and_another_key_says_so(backup: Backup, paper: Key, tmp_path: Path):
    def opened(content: bytes, key: Key, *, is_whole: bool | None = None) -> None:
        (tmp_path / "it.age").write_bytes(content)
        restoring.unpacked(tmp_path / "it.age", restoring.opener(key, {}), io.BytesIO(), is_whole=is_whole)

    whole = backup.path.read_bytes()
    with pytest.raises(WrongKey, match="does not open"):
        opened(whole, sealing.new_key())
    with pytest.raises(NotABackup, match="cut short"):
        opened(whole, sealing.new_key(), is_whole=False)
    for short in (whole[:100], whole[: len(whole) // 2], whole[:-1], whole[:-20] + b"x" + whole[-19:]):
        with pytest.raises(NotABackup, match="cut short"):
            opened(short, paper)
    for foreign in (b"", b"hello", b"SQLite format 3\x00"):
        with pytest.raises(NotABackup, match="no backup of Drop-in"):
            opened(foreign, paper)
    other = bytearray(gzip.decompress(sealing.unseal(whole, paper)))
    other[68:72] = b"some"
    for content in (b"a letter", b"a letter", b"SQLite format 3\x00" + bytes(100), bytes(other)):
        for packed in (content, gzip.compress(content), gzip.compress(content)[:-9]):
            with pytest.raises(NotABackup, match=r"no backup|no programme"):
                opened(sealing.seal(packed, [paper.public]), paper)


def test_a_device_a_pipe_a_folder_and_a_file_without_end_are_refused_unread(
    paper: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    opener, into = restoring.opener(paper, {}), io.BytesIO()
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge.age").open("wb") as file:
        file.truncate(labels.LARGEST + 1)
    for path in (Path("/dev/zero"), tmp_path / "pipe", tmp_path / "huge.age"):
        with pytest.raises(NotABackup, match=r"no ordinary file|too large"):
            restoring.unpacked(path, opener, into)
    with pytest.raises((NotABackup, OSError)):
        restoring.unpacked(tmp_path, opener, into)
    for name in ("tombstones.json", "drop-in-2027-01-12T1300Z.json"):
        os.mkfifo(tmp_path / name)
    assert backups.is_whole(tmp_path / "drop-in-2027-01-12T1300Z.age") is None
    with pytest.raises(DatabaseTrouble, match="no ordinary file"):
        tombstones.tombstones_beside(tmp_path, [])


def test_a_small_file_that_unpacks_to_an_endless_one_is_given_up(
    backup: Backup, paper: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    class Counted(io.BytesIO):
        written = 0

        def write(self, content: bytes) -> int:
            Counted.written += len(content)
            return len(content)

    monkeypatch.setattr(labels, "LARGEST", 16 << 20)
    header = image_of(backup, paper)[:100]
    for begin, most in ((bytes(100), 0), (header, labels.LARGEST)):
        zipping = zlib.compressobj(1, wbits=31)
        bomb = [zipping.compress(begin), zipping.compress(bytes(20 << 20)), zipping.flush()]
        (tmp_path / "bomb.age").write_bytes(sealing.seal(b"".join(bomb), [paper.public]))
        assert (tmp_path / "bomb.age").stat().st_size < 1 << 20
        Counted.written = 0
        with pytest.raises(NotABackup, match=r"no programme|larger than any programme: 16 MB"):
            restoring.unpacked(tmp_path / "bomb.age", restoring.opener(paper, {}), Counted())
        assert Counted.written <= most


# Who made it


def forged(box: Path, backup: Backup, paper: Key, *, signed: bool) -> Path:
    """The programme with another lead's password, from somebody who knows the paper's public half."""
    image = changed(image_of(backup, paper), "update staff set password = 'known' where id = 1")
    return sealed(box / "backups", image, paper, signed=signed)


@pytest.mark.usefixtures("later")
def test_a_backup_that_this_papers_box_did_not_sign_is_refused_and_taken_only_on_being_told(
    box: Path, backup: Backup, paper: Key
):
    foreign = forged(box, backup, paper, signed=False)
    bare = box / "backups" / "drop-in-2027-01-12T1331Z.age"
    bare.write_bytes(sealing.seal(gzip.compress(image_of(backup, paper)), [paper.public]))
    label = labels.sign(Label("", "", 1, "", "", ""), signing.key_of(paper))
    other = box / "backups" / "drop-in-2027-01-12T1332Z.age"  # a label of the box's own before another database
    other.write_bytes(sealing.seal(b"".join(labels.pack(label, [image_of(backup, paper)])), [paper.public]))
    before = {each: each.read_bytes() for each in box.rglob("*") if each.is_file()}
    for each, says in ((foreign, "says it is by the box"), (bare, "it has no signature"), (other, "not signed")):
        with pytest.raises(NotSigned, match=says):
            restore(box, each, paper)
        with pytest.raises(NotSigned, match=says):
            restoring.check(each, restoring.opener(paper, {}))
    assert {each: each.read_bytes() for each in box.rglob("*") if each.is_file()} == before
    assert restore(box, bare, paper, even=Even(unsigned=True)).looked.signed_by is None
    assert name(box) == "Amira"


def test_a_backup_says_whose_it_is_and_the_restored_box_goes_on_signing(box: Path, backup: Backup, paper: Key):
    by = signing.fingerprint(signing.key_of(paper))
    assert restoring.check(backup.path, restoring.opener(paper, {})).signed_by == by
    new = box / "new box"
    new.mkdir()
    assert restore(new, backup, paper).looked.signed_by == by
    (new / "backups").mkdir()
    with closing(open_database(new / "programme.db")) as db:
        made = backups.make(db, folder=new / "backups", badge_key=new / "badge.key", now=LATER)
    assert restoring.check(made.path, restoring.opener(paper, {})).signed_by == by


def test_another_recovery_key_is_another_signature_and_the_old_paper_still_proves_the_old_backup(
    box: Path, backup: Backup, paper: Key
):
    with closing(open_database(box / "programme.db")) as db:
        fresh = keys.make_recovery(db, by=BY, now=NOW)
        made = backups.make(db, folder=box / "backups", badge_key=box / "badge.key", now=LATER)
    assert restoring.check(backup.path, restoring.opener(paper, {})).signed_by
    assert restoring.check(made.path, restoring.opener(fresh, {})).signed_by
    assert restore(box, backup, paper).looked.signed_by
    with closing(open_database(box / "programme.db")) as db:
        assert keys.signing_key(db) == signing.key_of(paper)


def test_tombstones_that_no_known_box_signed_bury_nobody(box: Path, backup: Backup, paper: Key, cast: Cast):
    with closing(open_database(box / "programme.db")) as db:
        one = Tombstone(Whose.MENTOR, cast.amira, LATER.date(), programme.mark(db))
    stones, written = [one], backup.path.with_name("tombstones.json")
    for text in (tombstones.to_text(stones), tombstones.signed_text(stones, signing.key_of(sealing.new_key()))):
        written.write_text(text)
        with pytest.raises(NotSigned, match="would erase people"):
            restore(box, backup, paper)
    assert name(box) == "Amira"
    added = tombstones.to_text(stones, signature="")  # a signature of fewer people
    signature = json.loads(tombstones.signed_text([], signing.key_of(paper)))["signature"]
    written.write_text(json.dumps({**json.loads(added), "signature": signature}))
    with pytest.raises(NotSigned, match="would erase people"):
        restore(box, backup, paper)
    with pytest.raises(NotAsked) as asked:
        restore(box, backup, paper, says=False, even=Even(unsigned=True))
    assert [each.name for each in asked.value.back] == ["Amira Khan"]
    written.write_text(tombstones.signed_text(stones, signing.key_of(paper)))
    with pytest.raises(NotAsked):
        restore(box, backup, paper, says=False)
    assert name(box) == "Amira"
    restore(box, backup, paper)
    assert name(box) == "A former mentor"


def test_tombstones_that_the_box_has_itself_need_no_signature_beside_a_backup(
    box: Path, backup: Backup, paper: Key, cast: Cast
):
    with closing(open_database(box / "programme.db")) as db:
        one = Tombstone(Whose.MENTOR, cast.amira, LATER.date(), programme.mark(db))
    tombstones.keep_tombstones(box, [one])
    shutil.copy(box / "tombstones.json", backup.path.parent)
    restore(box, backup, paper)
    assert name(box) == "A former mentor"


def test_nothing_is_restored_under_somebody_who_has_it_open(box: Path, backup: Backup, paper: Key):
    with closing(open_database(box / "programme.db")) as other:
        other.execute("select count(*) from mentors").fetchone()
        with pytest.raises(InUse, match="using the programme"):
            restore(box, backup, paper)
        assert other.execute("select count(*) from mentors").fetchone()[0] == 3
    assert name(box) == "Amira"
    restore(box, backup, paper)


def killed_after(box: Path, backup: Backup, paper: Key, *, after: int) -> bool:
    """Restore in a process that is killed at its so-many-th change of the disk. Whether it got through to its end."""
    child = os.fork()
    if child == 0:
        left = after
        for each in ("fsync", "replace", "unlink"):
            real = getattr(os, each)

            def counted(*given: object, _real: Callable[..., object] = real, **named: object) -> object:
                nonlocal left
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
                return _real(*given, **named)

            setattr(os, each, counted)
        try:
            restore(box, backup, paper)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("works", [True, False], ids=["a whole programme", "a damaged one"])
def test_killed_at_any_moment_it_leaves_the_old_programme_or_the_new(
    box: Path, backup: Backup, paper: Key, tmp_path: Path, *, works: bool
):
    if not works:
        damaged(box)
    old, log = (box / "programme.db").read_bytes(), box / "programme.db-wal"
    seen = set()
    for after in range(40):
        (box / "programme.db").write_bytes(old)
        if not works:
            log.write_bytes(b"what was still in the log")
        through = killed_after(box, backup, paper, after=after)
        is_old = (box / "programme.db").read_bytes() == old
        if not is_old:
            assert name(box) == "Amira"
            assert told(box, "select what from journal order by id desc limit 1") == [("backup.restored",)]
            assert not log.exists() or not log.stat().st_size
        seen.add(is_old)
        if through:
            break
    assert through
    assert seen == {True, False}
    assert restore(box, backup, paper).head, "and the next one goes through, whatever was left lying"
