"""backup, restore, verify and doctor as outsiders call them: real processes, a real folder, the key from the paper."""

import json
import os
import re
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from mentoring import backups, keys
from mentoring.database import open_database
from mentoring.sealing import Key
from tests.conftest import ADEYEMI_EMAIL, PASSWORD, Cast, at
from tests.contracts.test_command_line import DROPIN, INIT, Doors, clean_environment, dropin, is_refused, until


@pytest.fixture
def box(data: Path) -> Path:
    (data / "badge.key").write_text(bytes(range(32)).hex() + "\n", encoding="ascii")
    (data / "badge.key").chmod(0o600)
    data.chmod(0o700)
    return data


@pytest.fixture
def paper(box: Path) -> Key:
    with closing(open_database(box / "programme.db")) as db:
        return keys.make_recovery(db, by="staff 1", now=at("12:00"))


@pytest.fixture
def backup(box: Path, paper: Key) -> Path:
    done = dropin("backup", data=box)
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


def test_a_backup_names_itself_and_where_the_trail_ends(box: Path, backup: Path, tmp_path: Path):
    assert backup.parent == box / "backups"
    assert re.fullmatch(r"drop-in-\d{4}-\d\d-\d\dT\d{4}Z\.age", backup.name)
    done = dropin("backup", "--to", tmp_path, data=box)
    path, head = done.stdout.splitlines()
    assert Path(path).parent == tmp_path
    assert dropin("verify", "--head", head.removeprefix("Paper trail: "), data=box).returncode == 0


def test_no_key_no_folder_no_backup(box: Path, paper: Key, tmp_path: Path):
    is_refused(dropin("backup", "--to", tmp_path / "stick", data=box), 1, "stick is not there")
    with closing(open_database(box / "programme.db")) as db:
        db.execute("update keys set ended = made")
    is_refused(dropin("backup", data=box), 1, "make the recovery key first")


def test_a_restore_brings_back_what_was_lost_and_says_where_the_rest_is(box: Path, backup: Path, paper: Key):
    with closing(sqlite3.connect(box / "programme.db")) as raw, raw:
        raw.execute("pragma foreign_keys = off")
        raw.execute("delete from mentors")
    refused = dropin("restore", backup, data=box, typed=" ".join(reversed(paper.words.split())))
    is_refused(refused, 1, "one is wrong or two are swapped")
    assert mentors(box) == 0
    looked = dropin("restore", backup, "--check", data=box, typed=paper.private)
    assert looked.returncode == 0, looked.stderr
    assert mentors(box) == 0
    done = dropin("restore", backup, data=box, typed=paper.words)
    assert done.returncode == 0, done.stderr
    assert mentors(box) == 3
    [aside] = (box / "backups").glob("before-restore-*.age")
    assert str(aside) in done.stdout
    assert paper.private not in done.stdout + done.stderr


def test_an_owners_password_opens_one_while_the_programme_can_be_read(box: Path, paper: Key, cast: Cast):
    def owned(*options: str, typed: str) -> subprocess.CompletedProcess[str]:
        return dropin("restore", backup, "--owner", ADEYEMI_EMAIL, *options, data=box, typed=typed)

    # A key as a real box locks it: the command that opens it runs with the real cost of guessing.
    with closing(open_database(box / "programme.db")) as db, pytest.MonkeyPatch.context() as real:
        real.setattr("mentoring.sealing._PASSES", 3)
        real.setattr("mentoring.sealing._KIBIBYTES", 65536)
        keys.ensure(db, cast.adeyemi, password=PASSWORD, by="staff 1", now=at("12:00"))
    backup = dropin("backup", data=box).stdout.splitlines()[0]
    assert owned("--check", typed=f"{PASSWORD}\n").returncode == 0
    is_refused(owned(typed="another password\n"), 1, "does not open")
    (box / "programme.db").write_bytes(b"not a database at all " * 200)
    is_refused(owned(typed=f"{PASSWORD}\n"), 1, "only the recovery key on paper opens this backup")


@pytest.mark.parametrize("content", [b"", b"Dear diary", b"SQLite format 3\x00"])
def test_a_file_that_is_no_backup_is_refused(box: Path, paper: Key, tmp_path: Path, content: bytes):
    file = tmp_path / "letter.age"
    file.write_bytes(content)
    is_refused(dropin("restore", file, data=box, typed=paper.words), 1, "no backup of Drop-in")
    is_refused(dropin("restore", tmp_path / "nowhere", data=box, typed=paper.words), 1, "cannot be opened")


def test_a_backup_that_was_cut_short_is_told_from_a_wrong_key(box: Path, backup: Path, paper: Key):
    whole = backup.read_bytes()
    backup.write_bytes(whole[:300])
    is_refused(dropin("restore", backup, data=box, typed=paper.words), 1, "cut short")
    backup.write_bytes(whole)
    is_refused(dropin("restore", backup, data=box, typed="twelve words"), 1, "has 24 words; these are 2")


def test_one_run_a_folder_and_no_restore_under_it(box: Path, backup: Path, paper: Key):
    with Doors("run", DROPIN_DATA=str(box), DROPIN_KIOSK_PORT="0", DROPIN_ADMIN_PORT="0") as doors:
        assert doors.process.stderr
        assert "Kiosk:" in doors.process.stderr.readline()
        second = dropin("run", data=box, DROPIN_KIOSK_PORT="0", DROPIN_ADMIN_PORT="0")
        is_refused(second, 1, "Drop-in is running in", "already")
        is_refused(dropin("restore", backup, data=box, typed=paper.words), 1, "is running in")
        told = [json.loads(line) for line in dropin("doctor", "--json", data=box).stdout.splitlines()]
        assert {each["check"]: each["state"] for each in told}["Programme"] == "ok"
        os.kill(doors.process.pid, signal.SIGKILL)
        assert until(doors.are_gone)
    assert dropin("restore", backup, data=box, typed=paper.words).returncode == 0, "a killed keeper holds nothing"


def test_run_on_a_damaged_programme_names_the_newest_backup_and_the_command(box: Path, backup: Path):
    (box / "programme.db").write_bytes(b"not a database at all " * 200)
    refused = dropin("run", data=box, DROPIN_KIOSK_PORT="0", DROPIN_ADMIN_PORT="0")
    assert refused.returncode == 1
    assert f"dropin restore {backup}" in refused.stderr
    told = dropin("doctor", data=box)
    assert told.returncode == 1
    assert f"dropin restore {backup}" in told.stdout


def test_a_run_backs_up_by_itself(box: Path, paper: Key):
    with Doors("run", DROPIN_DATA=str(box), DROPIN_KIOSK_PORT="0", DROPIN_ADMIN_PORT="0") as doors:
        assert until(lambda: bool(backups.listed(box / "backups")))
        assert doors.end(signal.SIGTERM)[0] == 0


def test_a_cut_tail_is_found_by_the_head_on_paper_and_by_the_backups(box: Path, backup: Path):
    head = json.loads(backup.with_suffix(".json").read_text())["head"]
    with closing(sqlite3.connect(box / "programme.db")) as raw, raw:
        raw.execute("drop trigger journal_is_never_deleted")
        raw.execute("delete from journal where id = (select max(id) from journal)")
    is_refused(dropin("verify", data=box), 1, f"row {head[0]}", "it is missing", "the backup of")
    backup.with_suffix(".json").unlink()
    assert dropin("verify", data=box).returncode == 0, "nothing on the box knows of it any more"
    paper = f"{head[0]}:{head[1][:16]}"
    is_refused(dropin("verify", "--head", paper, data=box), 1, f"row {head[0]}", "the trail ends at row")
    for wrong in ("12", "x:y", "12:abc", f"{'9' * 30}:{'a' * 64}"):
        is_refused(dropin("verify", "--head", wrong, data=box), 2, "as printed")


def test_the_doctor_says_what_is_bad_and_what_to_do(box: Path, tmp_path: Path):
    told = dropin("doctor", data=box)
    assert told.returncode == 1
    assert re.search(r"^bad   Recovery key: none was made\. Make it", told.stdout, re.M)
    assert re.search(r"^ok    Programme: its file is whole\.$", told.stdout, re.M)
    (box / "badge.key").chmod(0o644)
    lines = [json.loads(line) for line in dropin("doctor", "--json", data=box).stdout.splitlines()]
    by_name = {each["check"]: each for each in lines}
    assert by_name["Badge key"]["state"] == "bad"
    assert "chmod 600" in by_name["Badge key"]["do"]
    assert {each["state"] for each in lines} <= {"ok", "look", "bad"}
    nowhere = dropin("doctor", data=tmp_path / "nowhere")
    assert (nowhere.returncode, "is not there" in nowhere.stdout) == (1, True)


def test_the_doctor_is_content_with_a_box_that_is_well(box: Path, paper: Key, backup: Path):
    asked = paper.words.split()
    with closing(open_database(box / "programme.db")) as db:
        typed = [asked[place - 1] for place in keys.ASKED_WORDS]
        assert keys.confirm_recovery(db, typed, by="staff 1", now=at("12:00"))
    told = subprocess.run(
        [DROPIN, "doctor", "--data", box], capture_output=True, text=True, check=False, env=clean_environment()
    )
    assert "bad " not in told.stdout
    assert told.returncode == 0, told.stdout
