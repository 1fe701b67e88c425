"""backup, restore, verify and doctor as outsiders call them: what they print, how they end, the key from the paper.

Whatever needs no process of its own is called in this one, through the same door: `main`.
"""

import gzip
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from admin.command_line import keeper, main
from admin.command_line import programme as programme_commands
from mentoring.access import keys
from mentoring.basics import clock, sealing, signing
from mentoring.basics.sealing import Key
from mentoring.box import backups, doctor
from mentoring.people import mentors as mentor_list
from mentoring.people.mentors import NewMentor
from mentoring.privacy import tombstones
from mentoring.privacy.tombstones import Tombstone, Whose
from mentoring.school import programme
from mentoring.store.database import CannotWrite, open_database
from mentoring.store.writable import Unwritable
from tests.conftest import ADEYEMI_EMAIL, PASSWORD, Cast, until
from tests.contracts.commands import INIT, SLOT, Doors, dropin, is_refused
from tests.mentoring.store import version_0_1

Done = subprocess.CompletedProcess[str]
Call = Callable[..., Done]


@pytest.fixture
def call(box: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """One command on the box, to its end."""

    def run(*arguments: str | Path, typed: str = "", data: Path = box) -> Done:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["dropin", *map(str, arguments), "--data", str(data)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        status = 0
        try:
            main.main()
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        told = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, status, told.out, told.err)

    return run


@pytest.fixture
def box(data: Path) -> Path:
    (data / "badge.key").write_text(bytes(range(32)).hex() + "\n", encoding="ascii")
    (data / "badge.key").chmod(0o600)
    data.chmod(0o700)
    return data


@pytest.fixture
def paper(box: Path) -> Key:
    with closing(open_database(box / "programme.db")) as db:
        return keys.make_recovery(db, by="staff 1", now=clock.now())


@pytest.fixture
def backup(call: Call, paper: Key) -> Path:
    done = call("backup")
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.splitlines()[0])


def mentors(box: Path) -> int:
    with closing(sqlite3.connect(box / "programme.db")) as raw:
        return int(raw.execute("select count(*) from mentors").fetchone()[0])


def test_init_prints_a_key_that_opens_the_first_backup_on_another_box(tmp_path: Path):
    here, there = tmp_path / "here", tmp_path / "there"
    made = dropin(*INIT, data=here, typed=f"{PASSWORD}\n{PASSWORD}\n")
    words = re.findall(r"^(?:[a-z]+ ){5}[a-z]+$", made.stdout, re.M)
    assert len(words) == 4
    backup = dropin("backup", data=here).stdout.splitlines()[0]
    done = dropin("restore", backup, data=there, typed="\n".join(words) + "\n")
    assert done.returncode == 0, done.stderr
    assert (there / "badge.key").read_bytes() == (here / "badge.key").read_bytes()
    assert (there / "badge.key").stat().st_mode & 0o777 == 0o600
    assert dropin("verify", data=there).returncode == 0
    with closing(sqlite3.connect(there / "programme.db")) as raw:
        assert raw.execute("select name from staff").fetchall() == [("Ms Okafor",)]


def test_a_backup_names_itself_and_where_the_trail_ends(call: Call, box: Path, backup: Path, tmp_path: Path):
    assert backup.parent == box / "backups"
    assert re.fullmatch(r"drop-in-\d{4}-\d\d-\d\dT\d{4}Z\.age", backup.name)
    done = call("backup", "--to", tmp_path)
    path, head = done.stdout.splitlines()
    assert Path(path).parent == tmp_path
    assert call("verify", "--head", head.removeprefix("Paper trail: ")).returncode == 0


def test_a_backup_is_copied_to_the_second_place_or_it_is_said_that_it_was_not(
    call: Call, box: Path, paper: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stick = tmp_path / "stick"
    monkeypatch.setenv("DROPIN_BACKUP_DIR", str(stick))
    missing = call("backup")
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    assert f"This backup is on the box alone. No backup can be written: {stick} is not there." in missing.stderr
    assert Path(missing.stdout.splitlines()[0]).exists(), "the box's own place has it all the same"
    stick.mkdir()
    unmounted = call("backup")
    assert (unmounted.returncode, "same disk as the programme" in unmounted.stderr) == (0, True)
    monkeypatch.setattr(backups, "is_on_same_disk", lambda *_: False)
    done = call("backup")
    assert (done.returncode, done.stderr) == (0, "")
    made = Path(done.stdout.splitlines()[0])
    assert (stick / made.name).read_bytes() == made.read_bytes()
    assert {made.with_suffix(".json").name, "badge-key.age"} <= {each.name for each in stick.iterdir()}
    assert "ok    Second place: backups are kept on another disk too." in call("doctor").stdout
    elsewhere, before = tmp_path / "elsewhere", len(backups.listed(stick))
    elsewhere.mkdir()
    assert call("backup", "--to", elsewhere).returncode == 0
    assert len(backups.listed(stick)) == before


def test_no_key_no_folder_no_backup(call: Call, box: Path, paper: Key, tmp_path: Path):
    is_refused(call("backup", "--to", tmp_path / "stick"), 1, "stick is not there")
    with closing(open_database(box / "programme.db")) as db:
        db.execute("update keys set ended = made")
    is_refused(call("backup"), 1, "make the recovery key first")


def test_a_restore_brings_back_what_was_lost_and_says_where_the_rest_is(
    call: Call, box: Path, backup: Path, paper: Key
):
    with closing(sqlite3.connect(box / "programme.db")) as raw, raw:
        raw.execute("pragma foreign_keys = off")
        raw.execute("delete from mentors")
    refused = call("restore", backup, typed=" ".join(reversed(paper.words.split())))
    is_refused(refused, 1, "one is wrong or two are swapped")
    assert mentors(box) == 0
    (box / "badge.key").rename(box / "kept.key")
    looked = call("restore", backup, "--check", typed=paper.private)
    assert looked.returncode == 0, looked.stderr
    assert not (box / "badge.key").exists(), "a rehearsal changes nothing"
    (box / "kept.key").rename(box / "badge.key")
    assert mentors(box) == 0
    done = call("restore", backup, typed=paper.words)
    assert done.returncode == 0, done.stderr
    assert mentors(box) == 3
    [aside] = (box / "backups").glob("before-restore-*.age")
    assert str(aside) in done.stdout
    assert "Look again at accounts, badges and links" in done.stdout
    assert "erased later" not in done.stdout
    assert paper.private not in done.stdout + done.stderr


def test_a_restore_names_the_only_lead_who_was_erased_since(call: Call, box: Path, backup: Path, paper: Key):
    with closing(open_database(box / "programme.db")) as db:
        erased = Tombstone(Whose.STAFF, 1, clock.now().date(), programme.mark(db))
    tombstones.keep_tombstones(box, [erased])
    refused = call("restore", backup, typed=paper.words)
    is_refused(refused, 1, "Nothing was changed. This would erase again: Ms Okafor (staff, erased on")
    done = call("restore", backup, typed=f"{paper.words}\nyes\n")
    assert done.returncode == 0, done.stderr
    assert "Ms Okafor was erased later, but is this backup's only lead: hand the lead over" in done.stdout


def test_every_command_refuses_a_programme_of_version_0_1_in_the_same_words(call: Call, tmp_path: Path):
    old = tmp_path / "old"
    old.mkdir()
    version_0_1.make(old / "programme.db")
    before = (old / "programme.db").read_bytes()
    (tmp_path / "mentors.csv").write_text("given name,family name,year group\nAmira,Khan,11\n")
    for command in (
        ["run"],
        [*INIT],
        ["mentors"],
        ["import-mentors", tmp_path / "mentors.csv"],
        ["add-slot", *SLOT],
        ["due", "2027-01-12", "1", "2"],
        ["badges", tmp_path / "badges.pdf"],
        ["close-day"],
        ["verify"],
        ["backup"],
        ["erase", "--mentor", "1"],
        ["restore", tmp_path / "mentors.csv", "--owner", ADEYEMI_EMAIL],
    ):
        is_refused(call(*command, data=old, typed=f"{PASSWORD}\n{PASSWORD}\n"), 1, version_0_1.SAYS)
    told = call("doctor", data=old)
    assert told.returncode == 1
    assert version_0_1.SAYS in told.stdout
    assert (old / "programme.db").read_bytes() == before


def test_a_backup_of_version_0_1_is_refused_in_the_same_words(call: Call, box: Path, paper: Key, tmp_path: Path):
    old = tmp_path / "drop-in-2026-11-01T1300Z.age"
    old.write_bytes(sealing.seal(gzip.compress(version_0_1.content(tmp_path)), [paper.public]))
    there = mentors(box)
    is_refused(call("restore", old, typed=paper.words), 1, "not signed by the box", "--unsigned")
    for options in (["--unsigned"], ["--unsigned", "--check"], ["--unsigned", "--even-so"]):
        is_refused(call("restore", old, *options, typed=paper.words), 1, version_0_1.SAYS)
    assert mentors(box) == there


def test_whoever_was_erased_since_is_named_and_erased_again_once_somebody_says_yes(
    call: Call, box: Path, backup: Path, paper: Key, cast: Cast
):
    assert call("erase", "--mentor", cast.amira).returncode == 0
    for answer in ("", "no\n", "perhaps\n"):
        refused = call("restore", backup, typed=f"{paper.words}\n{answer}")
        is_refused(refused, 1, "Amira Khan (mentor, erased on", "--erase-again")
    done = call("restore", backup, "--erase-again", typed=paper.words)
    assert done.returncode == 0, done.stderr
    assert b"Amira" not in (box / "programme.db").read_bytes()


def test_a_backup_is_signed_by_the_box_whose_fingerprint_is_on_the_paper(
    call: Call, box: Path, backup: Path, paper: Key, tmp_path: Path
):
    box_of_the_paper = f"Signed by the box {signing.fingerprint(signing.key_of(paper))}:"
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(backup, alone)
    for where in (backup, alone / backup.name):
        looked = call("restore", where, "--check", typed=paper.words, data=tmp_path / "new")
        assert box_of_the_paper in looked.stdout, looked.stderr
    forged = tmp_path / "drop-in-2027-01-12T1400Z.age"
    forged.write_bytes(
        sealing.seal(gzip.compress(gzip.decompress(sealing.unseal(backup.read_bytes(), paper))), [paper.public])
    )
    there = mentors(box)
    for options in ([], ["--check"]):
        is_refused(call("restore", forged, *options, typed=paper.words), 1, "it has no signature", "--unsigned")
    assert mentors(box) == there
    taken = call("restore", forged, "--unsigned", typed=paper.words)
    assert (taken.returncode, "No box that is known here signed it." in taken.stderr) == (0, True)


def test_only_the_badge_key_that_the_backup_names_is_taken(call: Call, backup: Path, paper: Key, tmp_path: Path):
    beside = backup.with_name("badge-key.age")
    real, foreign = beside.read_bytes(), sealing.seal(b"0" * 64, [paper.public])
    for place, content in enumerate((foreign, b"no age file", sealing.seal(b"x" * (5 << 20), [paper.public]))):
        beside.write_bytes(content)
        new = tmp_path / f"new {place}"
        done = call("restore", backup, typed=paper.words, data=new)
        assert (done.returncode, "no printed badge can be read" in done.stderr) == (0, True), done.stderr
        assert not (new / "badge.key").exists()
    beside.write_bytes(real)
    done = call("restore", backup, typed=paper.words, data=tmp_path / "new")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "new" / "badge.key").stat().st_mode & 0o777 == 0o600


def test_a_device_is_no_backup(call: Call, paper: Key):
    for options in ([], ["--check"], ["--unsigned"]):
        is_refused(call("restore", "/dev/zero", *options, typed=paper.words), 1, "no backup of Drop-in", "no ordinary")


def test_an_owners_password_opens_one_while_the_programme_can_be_read(call: Call, box: Path, paper: Key, cast: Cast):
    def owned(*options: str, typed: str) -> subprocess.CompletedProcess[str]:
        return call("restore", backup, "--owner", ADEYEMI_EMAIL, *options, typed=typed)

    with closing(open_database(box / "programme.db")) as db:
        keys.ensure(db, cast.adeyemi, password=PASSWORD, by="staff 1", now=clock.now())
    backup = call("backup").stdout.splitlines()[0]
    assert owned("--check", typed=f"{PASSWORD}\n").returncode == 0
    assert owned(typed=f"{PASSWORD}\n").returncode == 0
    is_refused(owned(typed="another password\n"), 1, "does not open")
    (box / "programme.db").write_bytes(b"not a database at all " * 200)
    is_refused(owned(typed=f"{PASSWORD}\n"), 1, "only the recovery key on paper opens this backup")


@pytest.mark.parametrize("content", [b"", b"Dear diary", b"SQLite format 3\x00"])
def test_a_file_that_is_no_backup_is_refused(call: Call, paper: Key, tmp_path: Path, content: bytes):
    file = tmp_path / "letter.age"
    file.write_bytes(content)
    is_refused(call("restore", file, typed=paper.words), 1, "no backup of Drop-in")
    is_refused(call("restore", tmp_path / "nowhere", typed=paper.words), 1, "cannot be opened")


def test_a_backup_that_was_cut_short_is_told_from_a_wrong_key(call: Call, box: Path, backup: Path, paper: Key):
    whole = backup.read_bytes()
    backup.write_bytes(whole[:300])
    is_refused(call("restore", backup, typed=paper.words), 1, "cut short")
    backup.write_bytes(whole)
    is_refused(call("restore", backup, typed="twelve words"), 1, "has 24 words; these are 2")


def test_one_run_a_folder_and_no_restore_under_it(box: Path, backup: Path, paper: Key):
    backup.rename(backup.with_name("drop-in-2026-09-02T1000Z.age"))
    backup = backup.with_name("drop-in-2026-09-02T1000Z.age")
    with Doors("run", DROPIN_DATA=str(box), DROPIN_KIOSK_PORT="0", DROPIN_ADMIN_PORT="0") as doors:
        assert doors.process.stderr
        assert "Kiosk:" in doors.process.stderr.readline()
        second = dropin("run", data=box, DROPIN_KIOSK_PORT="0", DROPIN_ADMIN_PORT="0")
        is_refused(second, 1, "Drop-in is running in", "already")
        is_refused(dropin("restore", backup, data=box, typed=paper.words), 1, "is running in")
        told = [json.loads(line) for line in dropin("doctor", "--json", data=box).stdout.splitlines()]
        assert {each["check"]: each["state"] for each in told}["Programme"] == "ok"
        assert until(lambda: len(backups.listed(box / "backups")) > 1), "it backs up by itself"
        os.kill(doors.process.pid, signal.SIGKILL)
        assert until(doors.are_gone)
    assert dropin("restore", backup, data=box, typed=paper.words).returncode == 0, "a killed keeper holds nothing"


def test_run_on_a_damaged_programme_names_the_newest_backup_and_the_command(call: Call, box: Path, backup: Path):
    (box / "programme.db").write_bytes(b"not a database at all " * 200)
    refused = call("run")
    assert refused.returncode == 1
    assert f"dropin restore --data {box} {backup}" in refused.stderr
    told = call("doctor")
    assert told.returncode == 1
    assert f"dropin restore --data {box} {backup}" in told.stdout


COMMANDS = {
    "close-day": [],
    "backup": [],
    "mentors": [],
    "verify": [],
    "erase": ["--mentor", "1"],
    "add-slot": SLOT,
    "due": ["2027-01-12", "1", "2"],
}


@pytest.mark.parametrize("why", [Unwritable.FULL, Unwritable.READ_ONLY])
def test_where_nothing_can_be_written_each_command_says_so_in_one_sentence(
    call: Call, box: Path, unwritable: Callable[[Unwritable], Callable[[], None]], why: Unwritable
):
    put_right = unwritable(why)
    for name, options in COMMANDS.items():
        is_refused(call(name, *options), 1, str(box), "No backup need be restored.")
    told = [json.loads(line) for line in call("doctor", "--json").stdout.splitlines()]
    found = {each["check"]: each for each in told}
    assert (found["Writing"]["state"], found["Programme"]["state"]) == ("bad", "ok")
    assert str(box) in found["Writing"]["do"]
    assert {"Lead", "Backups", "Clock", "Disk"} <= {*found}, "what can be read is examined"
    put_right()
    assert call("mentors").returncode == 0


def test_the_doors_open_where_nothing_can_be_written_and_prepare_the_file_when_it_can(
    call: Call, unwritable: Callable[[Unwritable], Callable[[], None]], monkeypatch: pytest.MonkeyPatch
):
    given: dict[str, Any] = {}
    monkeypatch.setattr(keeper, "keep_open", lambda *_, **named: given.update(named))
    monkeypatch.setattr(keeper, "doors", lambda _: ())
    put_right = unwritable(Unwritable.READ_ONLY)
    done = call("run")
    assert (done.returncode, done.stdout) == (0, "")
    assert "make it writable" in done.stderr
    with pytest.raises(CannotWrite):
        given["prepare"]()
    put_right()
    assert given["prepare"]()
    call("run")
    assert given["prepare"] is None, "what could be written was prepared before the doors opened"


def test_a_programme_that_could_not_be_made_leaves_nothing_that_looks_like_one(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(_: Database) -> None:
        raise CannotWrite(Unwritable.FULL, tmp_path)

    with monkeypatch.context() as patch:
        patch.setattr(programme_commands, "migrate", full)
        is_refused(call(*INIT, data=tmp_path / "new", typed=f"{PASSWORD}\n{PASSWORD}\n"), 1, "is full")
    assert [*(tmp_path / "new").iterdir()] == []
    assert call(*INIT, data=tmp_path / "new", typed=f"{PASSWORD}\n{PASSWORD}\n").returncode == 0


@pytest.mark.parametrize("umask", [0, 0o077, 0o777])
def test_every_file_of_the_programme_is_its_users_alone_whatever_the_umask(
    call: Call, box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int
):
    new = tmp_path / "new"
    monkeypatch.setattr(keeper, "keep_open", lambda *_, **__: None)
    monkeypatch.setattr(keeper, "doors", lambda _: ())
    before = os.umask(umask)
    try:
        assert call(*INIT, data=new, typed=f"{PASSWORD}\n{PASSWORD}\n").returncode == 0
        with closing(open_database(new / "programme.db")) as db:
            new_mentor = mentor_list.add(db, NewMentor("Dee", "Lee", "10", "Dee"), by="staff 1", now=clock.now())
            assert call("erase", "--mentor", str(new_mentor), data=new).returncode == 0
            assert call("backup", data=new).returncode == 0
            assert call("run", data=new).returncode == 0
            modes = {str(each.relative_to(new)): each.stat().st_mode & 0o777 for each in new.rglob("*")}
    finally:
        os.umask(before)
    assert new.stat().st_mode & 0o077 == 0
    assert {"programme.db", "programme.db-wal", "programme.db-shm", "badge.key", "running.lock"} <= {*modes}
    assert {"tombstones.json", "backups", "backups/tombstones.json", "backups/badge-key.age"} <= {*modes}
    assert modes.pop("backups") == 0o700
    assert {name: mode for name, mode in modes.items() if mode != 0o600} == {}


def test_files_that_others_could_read_are_closed_to_them_at_the_next_start(
    call: Call, box: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(keeper, "keep_open", lambda *_, **__: None)
    monkeypatch.setattr(keeper, "doors", lambda _: ())
    (box / "the schools own.txt").touch()
    for name in ("programme.db", "the schools own.txt"):
        (box / name).chmod(0o644)
    assert call("run").returncode == 0
    assert (box / "programme.db").stat().st_mode & 0o777 == 0o600
    assert (box / "the schools own.txt").stat().st_mode & 0o777 == 0o644


def test_a_cut_tail_is_found_by_the_head_on_paper_and_by_the_backups(call: Call, box: Path, backup: Path):
    head = json.loads(backup.with_suffix(".json").read_text())["head"]
    with closing(sqlite3.connect(box / "programme.db")) as raw, raw:
        raw.execute("drop trigger journal_is_never_deleted")
        raw.execute("delete from journal where id = (select max(id) from journal)")
    is_refused(call("verify"), 1, f"row {head[0]}", "it is missing", "the backup of")
    backup.with_suffix(".json").unlink()
    assert call("verify").returncode == 0, "nothing on the box knows of it any more"
    paper = f"{head[0]}:{head[1][:16]}"
    is_refused(call("verify", "--head", paper), 1, f"row {head[0]}", "the trail ends at row")
    for wrong in ("12", "x:y", "12:abc", f"{'9' * 30}:{'a' * 64}"):
        is_refused(call("verify", "--head", wrong), 2, "as printed")


def test_the_doctor_says_what_is_bad_and_what_to_do(call: Call, box: Path, tmp_path: Path):
    told = call("doctor")
    assert told.returncode == 1
    assert re.search(r"^bad   Recovery key: none was made\. Make it", told.stdout, re.M)
    assert re.search(r"^ok    Programme: its file is whole\.$", told.stdout, re.M)
    (box / "badge.key").chmod(0o644)
    lines = [json.loads(line) for line in call("doctor", "--json").stdout.splitlines()]
    by_name = {each["check"]: each for each in lines}
    assert by_name["Badge key"]["state"] == "bad"
    assert "chmod 600" in by_name["Badge key"]["do"]
    assert {each["state"] for each in lines} <= {"ok", "look", "bad"}
    nowhere = call("doctor", data=tmp_path / "nowhere")
    assert (nowhere.returncode, "is not there" in nowhere.stdout) == (1, True)


def test_the_doctor_is_content_with_a_box_that_is_well(call: Call, box: Path, paper: Key, backup: Path):
    asked = paper.words.split()
    with closing(open_database(box / "programme.db")) as db:
        typed = [asked[place - 1] for place in keys.ASKED_WORDS]
        assert keys.confirm_recovery(db, typed, by="staff 1", now=clock.now())
    told = call("doctor")
    assert "bad " not in told.stdout
    assert told.returncode == 0, told.stdout


def test_a_restore_without_the_badge_key_says_what_to_fetch_and_ends_when_it_is_there(
    call: Call, box: Path, backup: Path, paper: Key, tmp_path: Path
):
    alone, new = tmp_path / backup.name, tmp_path / "new"
    shutil.copy(backup, alone)
    done = call("restore", alone, typed=paper.words, data=new)
    assert done.returncode == 0, done.stderr
    assert "no printed badge can be read, and none can be printed. Fetch badge-key.age" in done.stderr
    examined, refused = call("doctor", data=new), call("badges", tmp_path / "b.pdf", data=new)
    assert (examined.returncode, refused.returncode) == (1, 1)
    for told in (done.stderr, examined.stdout, refused.stderr):
        assert doctor.KEY_LOST in told, "one advice, wherever the key is missed"
    shutil.copy(backup.with_name("badge-key.age"), tmp_path)
    again = call("restore", alone, typed=paper.words, data=new)
    assert (again.returncode, again.stderr) == (0, "")
    assert (new / "badge.key").read_bytes() == (box / "badge.key").read_bytes()


def test_the_badge_key_of_another_programme_is_never_left_in_the_place_of_the_right_one(
    call: Call, box: Path, backup: Path, paper: Key
):
    right = (box / "badge.key").read_bytes()
    for beside in (True, False):
        (box / "badge.key").write_text("5" * 64 + "\n", encoding="ascii")
        if not beside:
            backup.with_name("badge-key.age").unlink()
        done = call("restore", backup, typed=paper.words)
        assert "The badge key that was here belongs to other badges: it is now " in done.stderr
        assert ("Fetch badge-key.age" in done.stderr) != beside
        assert (box / "badge.key").exists() == beside
        assert not beside or (box / "badge.key").read_bytes() == right
    assert "5" * 64 in "".join(each.read_text() for each in box.glob("badge.key.*"))


def test_a_badge_key_that_is_lost_for_good_is_replaced_only_when_that_is_said(call: Call, box: Path, tmp_path: Path):
    is_refused(call("badges", tmp_path / "b.pdf", "--new-key"), 1, "never written over")
    (box / "badge.key").unlink()
    is_refused(call("badges", tmp_path / "b.pdf"), 1, "is missing")
    assert call("badges", tmp_path / "b.pdf", "--new-key").returncode == 0
    assert (box / "badge.key").stat().st_mode & 0o777 == 0o600
