"""Backups: whole, without requests, sealed, kept by age, and never half a file (P8, P29)."""

import gzip
import os
import re
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.access import keys, staff
from mentoring.basics import sealing, signing
from mentoring.basics.sealing import Key
from mentoring.box import backups
from mentoring.box.backups import Backup, CannotKeep, NoRecoveryKey, TracesLeft, Trouble, to_keep
from mentoring.lunch import help_requests
from mentoring.lunch.help_requests import Topic
from mentoring.store import journal, scratch
from mentoring.store.database import rows, write
from tests.conftest import OKAFOR_EMAIL, PASSWORD, Cast, at

NOW = at("13:00")
BY = "staff 1"
YEAR = timedelta(days=366)


@pytest.fixture
def paper(db: Database) -> Key:
    return keys.make_recovery(db, by=BY, now=at("12:00"))


@pytest.fixture
def folder(data: Path) -> Path:
    (data / "badge.key").write_text("5ec4e7" * 10, encoding="ascii")
    (data / "backups").mkdir()
    return data / "backups"


def make(db: Database, folder: Path, now: datetime = NOW) -> Backup:
    return backups.make(db, folder=folder, badge_key=folder.parent / "badge.key", now=now)


def hourly(db: Database, folder: Path, now: datetime = NOW, second: Path | None = None) -> Backup | None:
    key = folder.parent / "badge.key"
    return backups.make_if_due(
        db, folder=folder, second=second, badge_key=key, now=now, longest=YEAR, longest_rest=YEAR
    )


def opened(backup: Backup, key: Key) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:")
    memory.deserialize(gzip.decompress(sealing.unseal(backup.path.read_bytes(), key)))
    return memory


def happened(db: Database, now: datetime = NOW) -> None:
    with write(db):
        journal.note(db, "clock.confirmed", actor=BY, now=now)


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {each.name: (each.stat().st_mtime_ns, each.read_bytes()) for each in folder.rglob("*") if each.is_file()}


# What is in one


def test_a_backup_holds_everything_but_requests_and_log_ins(db: Database, cast: Cast, folder: Path, paper: Key):
    asked = help_requests.ask(db, drop_in_id=cast.drop_in, topic=Topic.FAMILY, wish=None, key="a pupil's key")
    assert asked
    staff.log_in(db, email=OKAFOR_EMAIL, password=PASSWORD, now=NOW)
    marks = [text.encode() for each in rows(db, "select id, key, ticket from help_requests") for text in each]
    made = make(db, folder)
    with closing(opened(made, paper)) as kept:
        tables = {name for (name,) in kept.execute("select name from sqlite_schema where type = 'table'")}
        counts = {name: kept.execute(f"select count(*) from {name}").fetchone()[0] for name in tables}
        content = kept.serialize()
    live = {name: db[name].count for name in tables}
    assert {name for name in tables if counts[name] != live[name]} == {"help_requests", "log_ins", "signing_keys"}
    assert counts["help_requests"] == counts["log_ins"] == counts["signing_keys"] == 0
    assert signing.key_of(paper) not in content
    assert [mark for mark in marks if mark in content] == []


def test_the_stock_tool_opens_it_with_the_key_from_the_paper(db: Database, folder: Path, paper: Key, tmp_path: Path):
    made = make(db, folder)
    identity = tmp_path / "key.txt"
    identity.write_text(sealing.key_from_paper(paper.words).private, encoding="ascii")
    told = subprocess.run(["age", "-d", "-i", identity, made.path], capture_output=True, check=True)
    (tmp_path / "programme.db").write_bytes(gzip.decompress(told.stdout))
    with closing(sqlite3.connect(tmp_path / "programme.db")) as raw:
        assert raw.execute("pragma integrity_check").fetchone()[0] == "ok"
        assert raw.execute("select count(*) from mentors").fetchone()[0] == 3


def test_an_owner_of_a_key_opens_it_too(db: Database, cast: Cast, folder: Path, paper: Key):
    owner = keys.ensure(db, cast.adeyemi, password=PASSWORD, by=BY, now=NOW)
    with closing(opened(make(db, folder), owner)) as kept:
        assert kept.execute("select count(*) from mentors").fetchone()[0] == 3


def test_no_name_no_address_and_no_key_lies_open_in_the_folder(db: Database, folder: Path, paper: Key):
    make(db, folder)
    everything = b"".join(content for _, content in files(folder).values())
    key = (folder.parent / "badge.key").read_bytes()
    for secret in (b"Amira", b"Okafor", OKAFOR_EMAIL.encode(), key, paper.private.encode(), b"SQLite format"):
        assert secret not in everything
    assert {each.stat().st_mode & 0o777 for each in folder.iterdir()} == {0o600}


def test_the_badge_key_is_not_in_it_but_sealed_beside_it(db: Database, folder: Path, paper: Key):
    with closing(opened(make(db, folder), paper)) as kept:
        assert b"5ec4e7" not in kept.serialize()
    assert sealing.unseal((folder / "badge-key.age").read_bytes(), paper) == b"5ec4e7" * 10


def test_topics_that_are_still_counted_stay_behind(db: Database, folder: Path, paper: Key):
    for key, over in (("running", 0), ("over", 1)):
        db.execute(
            "insert into stretches (key, name, first, last, ends, threshold, over) values (?, ?, '', '', '', 6, ?)",
            [key, key, over],
        )
    for each in ("running", "over", "of nobody knows when"):
        db["topics"].insert({"half_term": each, "topic": "family", "asked": 8})
    with closing(opened(make(db, folder), paper)) as kept:
        assert {name for (name,) in kept.execute("select half_term from topics")} == {"over"}


def test_an_image_with_a_trace_of_a_request_is_thrown_away(
    db: Database, cast: Cast, folder: Path, paper: Key, monkeypatch: pytest.MonkeyPatch
):
    help_requests.ask(db, drop_in_id=cast.drop_in, topic=Topic.FAMILY, wish=None, key="a pupil's key")
    monkeypatch.setattr(backups, "LEFT_OUT", {})
    with pytest.raises(TracesLeft):
        make(db, folder)
    assert list(folder.iterdir()) == []


def test_a_writer_in_mid_change_holds_up_no_backup(db: Database, data: Path, folder: Path, paper: Key):
    with closing(sqlite3.connect(data / "programme.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        other.execute("update mentors set display_name = 'half a change'")
        made = make(db, folder)
        other.execute("rollback")
    with closing(opened(made, paper)) as kept:
        assert kept.execute("select count(*) from mentors where display_name = 'half a change'").fetchone()[0] == 0


def test_beside_it_stands_where_the_trail_ended(db: Database, folder: Path, paper: Key):
    made = make(db, folder)
    head = backups.head_of(made)
    assert head is not None
    assert (head.id, head.hash) == journal.head(db)
    assert head.made == NOW
    assert backups.is_whole(made.path) is True
    made.path.write_bytes(b"another")
    assert backups.is_whole(made.path) is False


# When, and how long


def test_without_a_key_on_paper_there_is_no_backup(db: Database, folder: Path):
    with pytest.raises(NoRecoveryKey):
        make(db, folder)
    assert hourly(db, folder) is None
    assert list(folder.iterdir()) == []
    assert backups.standing(db, folder=folder, second=None, now=NOW).trouble is Trouble.NO_KEY


def test_one_an_hour_while_something_changes_and_not_a_byte_otherwise(db: Database, folder: Path, paper: Key):
    assert hourly(db, folder) is not None
    before = files(folder.parent)
    for minutes in (0, 20, 59, 60, 600):
        assert hourly(db, folder, NOW + timedelta(minutes=minutes)) is None
    assert files(folder.parent) == before
    happened(db)
    assert hourly(db, folder, NOW + timedelta(minutes=59)) is None
    assert hourly(db, folder, NOW + timedelta(minutes=60)) is not None
    assert len(backups.listed(folder)) == 2


def test_a_request_alone_makes_no_backup(db: Database, cast: Cast, folder: Path, paper: Key):
    hourly(db, folder)
    help_requests.ask(db, drop_in_id=cast.drop_in, topic=Topic.FAMILY, wish=None, key="a pupil's key")
    assert hourly(db, folder, NOW + timedelta(hours=3)) is None


def test_a_clock_in_doubt_makes_none_and_one_from_a_later_time_is_not_the_newest(
    db: Database, folder: Path, paper: Key
):
    assert hourly(db, folder, datetime(1970, 1, 1, tzinfo=UTC)) is None
    ahead = make(db, folder, NOW + timedelta(days=900))
    assert backups.newest(folder, now=NOW) is None
    assert hourly(db, folder) is not None
    assert ahead.path.exists()


@pytest.mark.parametrize(
    ("ago", "kept"),
    [
        ([timedelta(hours=each) for each in range(48)], 26),  # a day by the hour, what is left of yesterday, the newest
        ([timedelta(days=each) for each in range(40)], 13),
        ([timedelta(days=400)], 1),  # the newest of all always stays
        ([timedelta(days=each) for each in range(800)], None),
    ],
)
def test_backups_are_kept_by_age(ago: list[timedelta], kept: int | None):
    moments = [NOW - each for each in ago]
    stay = to_keep(moments, now=NOW, longest=YEAR)
    assert max(moments) in stay
    if kept is not None:
        assert abs(len(stay) - kept) <= 1
    else:
        assert 20 <= len(stay) <= 25
        assert min(stay) >= NOW - YEAR
    older = sorted((each for each in stay), reverse=True)
    assert all(one > other for one, other in pairwise(older))


def test_a_shorter_time_cuts_them_all(db: Database):
    moments = [NOW - timedelta(days=each) for each in range(300)]
    assert min(to_keep(moments, now=NOW, longest=timedelta(days=10))) >= NOW - timedelta(days=10)


def test_what_is_kept_today_was_kept_yesterday():
    """Thinning by and by leaves what thinning at once would: nothing is deleted that is wanted later."""
    kept: set[datetime] = set()
    for hour in range(24 * 60):
        now = NOW + timedelta(hours=hour)
        kept = to_keep(kept | {now}, now=now, longest=YEAR)
    assert len(kept) <= 24 + 7 + 6 + 3
    assert len([each for each in kept if now - each < timedelta(days=1)]) == 24
    assert len({each.date() for each in kept if now - each < timedelta(days=6)}) >= 6


def test_old_ones_and_halves_are_swept_and_nobody_elses_file(db: Database, folder: Path, paper: Key):
    old = make(db, folder, NOW - timedelta(days=500))
    aside = backups.make(
        db, folder=folder, badge_key=folder / "none", now=NOW - timedelta(days=8), kind=backups.SET_ASIDE
    )
    half, going_on = (folder / f".drop-in-2027-01-0{day}T0900Z.age.part" for day in (1, 2))
    for each in (half, going_on):
        each.write_bytes(b"half")
        os.utime(each, (NOW.timestamp() - (7200 if each is half else 60),) * 2)
    (folder / "holiday.jpg").write_bytes(b"theirs")
    happened(db)
    made = hourly(db, folder)
    assert made is not None
    assert not aside.path.exists()
    assert not half.exists()
    going_on.unlink()
    assert not old.path.exists()
    assert not old.beside.exists()
    assert {each.name for each in folder.iterdir()} == {
        made.path.name, made.beside.name, "badge-key.age", "holiday.jpg"
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "drop-in-2027-01-12T1300Z.age.part",
        ".drop-in-2027-01-12T1300Z.age.part",
        "drop-in-2027-13-45T1300Z.age",
        "x.age",
    ],
)
def test_a_half_file_is_never_taken_for_a_backup(folder: Path, name: str):
    (folder / name).write_bytes(b"")
    assert backups.listed(folder) == []


def test_names_say_when_and_sort_by_it():
    assert backups.name_of(NOW) == "drop-in-2027-01-12T1300Z.age"
    assert backups.made_at("drop-in-2027-01-12T1300Z.age") == NOW
    assert re.fullmatch(r"[A-Za-z0-9.-]+", backups.name_of(NOW)), "every disk takes it"


# What can go wrong


def test_a_full_disk_leaves_no_half_and_says_so(
    db: Database, folder: Path, paper: Key, monkeypatch: pytest.MonkeyPatch
):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotKeep):
        make(db, folder)
    assert list(folder.iterdir()) == []
    monkeypatch.undo()
    assert make(db, folder).path.exists()


def test_memory_that_is_full_or_missing_is_said_and_leaves_no_half(
    db: Database, folder: Path, paper: Key, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as memory:
        memory.setattr(backups, "copy_programme", full)
        with pytest.raises(CannotKeep) as caught:
            make(db, folder)
    assert (caught.value.why, caught.value.place) == (Trouble.FULL, scratch.MEMORY)
    for module in (scratch, backups):
        monkeypatch.setattr(module, "MEMORY", folder / "nowhere")
    with pytest.raises(CannotKeep) as caught:
        make(db, folder)
    assert (caught.value.why, caught.value.place) == (Trouble.MISSING, folder / "nowhere")
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_gone_is_said_and_heals(
    db: Database, folder: Path, paper: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stick = tmp_path / "stick"
    with pytest.raises(CannotKeep) as caught:
        hourly(db, folder, second=stick)
    assert (caught.value.why, caught.value.place) == (Trouble.MISSING, stick)
    assert len(backups.listed(folder)) == 1, "the box's own place has it all the same"
    assert backups.standing(db, folder=folder, second=stick, now=NOW).trouble is Trouble.MISSING
    stick.mkdir()
    assert hourly(db, folder, second=stick) is None
    assert [each.path.name for each in backups.listed(stick)] == [each.path.name for each in backups.listed(folder)]
    assert {each.name for each in stick.iterdir()} == {each.name for each in folder.iterdir()}
    unmounted = backups.standing(db, folder=folder, second=stick, now=NOW)
    assert (unmounted.trouble, unmounted.place) == (Trouble.SAME_DISK, stick)
    monkeypatch.setattr(backups, "is_on_same_disk", lambda *_: False)
    assert backups.standing(db, folder=folder, second=stick, now=NOW).trouble is None


def test_a_second_place_that_stays_without_the_newest_backup_is_told(
    db: Database, folder: Path, paper: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def trouble(now: datetime) -> Trouble | None:
        return backups.standing(db, folder=folder, second=stick, now=now).trouble

    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(backups, "is_on_same_disk", lambda *_: False)
    hourly(db, folder)
    assert trouble(NOW) is Trouble.NOT_COPIED, "nothing lies there"
    assert hourly(db, folder, second=stick) is None
    assert trouble(NOW) is None
    later = NOW + timedelta(hours=1)
    happened(db, later)
    hourly(db, folder, now=later)
    assert trouble(later) is None, "it may be on its way"
    assert trouble(later + timedelta(minutes=11)) is Trouble.NOT_COPIED


def test_a_stick_pulled_half_way_leaves_no_backup_there(
    db: Database, folder: Path, paper: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stick, replace = tmp_path / "stick", os.replace
    stick.mkdir()

    def pulled(source: Path, target: Path) -> None:
        if target.parent == stick and target.suffix == ".age" and target.name.startswith("drop-in"):
            raise OSError(5, "Input/output error")
        replace(source, target)

    monkeypatch.setattr(os, "replace", pulled)
    with pytest.raises(CannotKeep):
        hourly(db, folder, second=stick)
    assert backups.listed(stick) == []
    monkeypatch.undo()
    hourly(db, folder, second=stick)
    assert len(backups.listed(stick)) == 1


def test_what_stands_is_told(db: Database, folder: Path, paper: Key):
    def trouble(now: datetime = NOW) -> Trouble | None:
        return backups.standing(db, folder=folder, second=None, now=now).trouble

    assert trouble() is Trouble.NONE_YET
    hourly(db, folder)
    assert trouble() is None
    assert trouble(NOW + timedelta(days=30)) is None, "nothing has changed since, so nothing is missing"
    happened(db)
    assert trouble(NOW + timedelta(hours=1)) is None
    assert trouble(NOW + timedelta(hours=3)) is Trouble.LATE
