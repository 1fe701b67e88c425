"""The trail read back: a flipped byte, a lost row and a cut tail are found; what is asked for is shown (P17)."""

import random
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.access import keys
from mentoring.box import backups, trail
from mentoring.box.trail import Wanted
from mentoring.store import journal
from mentoring.store.database import open_database, rows, write
from tests.conftest import TUESDAY, ZONE, Cast, at

SEED = 20270112
COLUMNS = ("id", "year", "at", "actor", "what", "about", "previous", "hash")
FLIPS = 100


@pytest.fixture
def long_trail(data: Path) -> Path:
    """Two hundred rows more, over half a term."""
    with closing(open_database(data / "programme.db")) as db, write(db):
        for number in range(200):
            now = at("12:40") + timedelta(hours=number)
            journal.note(db, "test.happened", actor=f"staff {number % 3}", now=now, mentor=number, badge=number * 7)
    return data / "programme.db"


def flip(value: object, chance: random.Random) -> object:
    """The value with one bit of one byte the other way."""
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(12))
    content = bytearray(str(value).encode())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(7)
    return content.decode()


def test_one_flipped_byte_at_a_hundred_places_is_found_a_hundred_times(long_trail: Path):
    chance = random.Random(SEED)
    with closing(sqlite3.connect(long_trail, isolation_level=None)) as raw:
        raw.execute("drop trigger journal_is_never_edited")
    found = []
    with closing(open_database(long_trail)) as db:
        ids = [each["id"] for each in rows(db, "select id from journal")]
        for number in range(FLIPS):
            column = COLUMNS[number % len(COLUMNS)]
            place = ids[-1] if column == "id" else chance.choice(ids)  # no row follows the last: its number alone tells
            [was] = rows(db, f"select {column} from journal where id = {place}")
            db.execute("begin immediate")
            new = flip(was[0], chance)
            while new == was[0] or (column == "id" and new in ids):
                new = flip(was[0], chance)
            db.execute(f"update journal set {column} = :new where id = {place}", {"new": new})
            found.append((column, place, journal.touched(db)))
            db.rollback()
        assert journal.touched(db) is None, "and each was put back"
    assert [each for each in found if each[2] is None] == []
    assert len(found) == FLIPS


def test_a_byte_flipped_in_the_file_itself_is_found_or_is_none_of_the_trails(long_trail: Path, tmp_path: Path):
    """The raw bytes of the pages that hold the trail: whatever SQLite and the chain say of them, no row is changed."""
    with closing(sqlite3.connect(long_trail)) as raw:
        raw.execute("pragma wal_checkpoint(truncate)").fetchone()
        told = raw.execute("select * from journal").fetchall()
    whole, chance = long_trail.read_bytes(), random.Random(SEED)
    first, last = whole.index(b"test.happened"), whole.rindex(b"test.happened")
    missed = []
    for _ in range(FLIPS):
        content = bytearray(whole)
        content[chance.randrange(first, last)] ^= 1 << chance.randrange(8)
        (tmp_path / "flipped.db").write_bytes(content)
        try:
            with closing(open_database(tmp_path / "flipped.db")) as db:
                if trail.check(db, []) is None and [tuple(each) for each in rows(db, "select * from journal")] != told:
                    missed.append(content)
        except (sqlite3.DatabaseError, ValueError):
            continue  # the file says so itself
    assert missed == []


def test_bytes_in_place_of_a_text_are_another_value():
    """SQLite stores none there; what a damaged file holds is read all the same."""
    given = {"id": 1, "year": 2027, "at": "12:40", "actor": "staff 1", "what": "test.happened", "previous": "2027"}
    written = journal.link(2027, "12:40", "staff 1", "test.happened", "{}", "2027")
    for about, fits in (("{}", True), (b"{}", False)):
        entry = {**given, "about": about, "hash": written}
        assert (journal.fault_of(entry, before=None, last_id=0, may_miss=0) is None) is fits


@pytest.mark.parametrize("place", ["first", "middle", "last but one"])
def test_a_deleted_row_is_found(long_trail: Path, place: str):
    with closing(open_database(long_trail)) as db:
        ids = [each["id"] for each in rows(db, "select id from journal order by id")]
        gone = {"first": ids[0], "middle": ids[len(ids) // 2], "last but one": ids[-2]}[place]
        db.execute("drop trigger journal_is_never_deleted")
        db.execute("delete from journal where id = :id", {"id": gone})
        fault = journal.touched(db)
    assert fault is not None
    assert fault.row == gone + 1


def test_a_cut_tail_is_found_by_the_head_on_paper_and_by_the_backups(long_trail: Path):
    data = long_trail.parent
    (data / "backups").mkdir()
    with closing(open_database(long_trail)) as db:
        keys.make_recovery(db, by="staff 1", now=at("12:40"))
        backups.make(db, folder=data / "backups", badge_key=data / "badge.key", now=at("13:00"))
        head = journal.head(db)
        assert head
        assert trail.check(db, [data / "backups"]) is None
        db.execute("drop trigger journal_is_never_deleted")
        db.execute("delete from journal where id > :id", {"id": head[0] - 3})
        assert journal.touched(db) is None, "in itself it looks whole"
        for fault in (trail.check(db, [data / "backups"]), trail.head_fault(db, *head)):
            assert fault is not None
            assert fault.row == head[0]
            assert "missing" in fault.words
        assert trail.check(db, []) is None


def test_a_row_that_was_written_anew_is_not_the_one_on_paper(long_trail: Path):
    with closing(open_database(long_trail)) as db:
        place, hashed = journal.head(db) or (0, "")
        fault = trail.head_fault(db, place, hashed[::-1])
        assert fault is not None
        assert "not the row it was" in fault.words
        assert trail.head_fault(db, place, hashed[:16]) is None


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("12:" + "ab" * 32, (12, "ab" * 32)),
        (" 12 : ABAB abab abab abab ", (12, "abababababababab")),
        ("12:short", None),
        ("row 12", None),
        ("", None),
        ("x:" + "a" * 20, None),
    ],
)
def test_a_head_is_read_as_it_stands_on_paper(text: str, head: tuple[int, str] | None):
    assert trail.parsed_head(text) == head


# What is asked for


@pytest.fixture
def noted(db: Database, cast: Cast) -> None:
    with write(db):
        for hour, actor, what, about in (
            ("09:00", "staff 1", "badge.printed", {"mentors": [cast.amira, cast.ben]}),
            ("10:00", "staff 2", "mentor.edited", {"mentor": cast.ben}),
            ("11:00", f"mentor {cast.ben}", "duty.ended", {"mentor": cast.ben, "drop_in": 1}),
            ("12:00", "kiosk", "duty.refused", {"badge": cast.ben, "code": "not_due"}),
        ):
            journal.note(db, what, actor=actor, now=at(hour), **about)


@pytest.mark.usefixtures("noted")
@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        (Wanted(since=TUESDAY), ["duty.refused", "duty.ended", "mentor.edited", "badge.printed"]),
        (Wanted(since=TUESDAY, until=TUESDAY - timedelta(days=1)), []),
        (Wanted(since=TUESDAY, actor="staff 2"), ["mentor.edited"]),
        (Wanted(since=TUESDAY, kind="badge.printed"), ["badge.printed"]),
        (Wanted(since=TUESDAY, person="mentor 2"), ["duty.ended", "mentor.edited", "badge.printed"]),
        (Wanted(since=TUESDAY, person="mentor 1"), ["badge.printed"]),
        (Wanted(since=TUESDAY, person="staff 1"), ["badge.printed"]),
        (Wanted(since=TUESDAY, person="' or 1 = 1 --"), []),
        (Wanted(since=date(2028, 1, 1)), []),
    ],
    ids=str,
)
def test_the_filters_find_what_they_say(db: Database, wanted: Wanted, what: list[str]):
    assert [each.what for each in trail.entries(db, wanted, zone=ZONE)] == what
    assert trail.count(db, wanted, zone=ZONE) == len(what)


def test_an_older_row_of_a_kind_that_meant_two_things_is_read_as_what_it_was(db: Database):
    since, earlier = TUESDAY + timedelta(days=1), trail.kinds(db)
    with write(db):
        for hour, actor, what in (
            ("09:00", "staff 1", "drop_in.closed"),  # as calling one off was noted once
            ("10:00", "command line", "drop_in.closed"),
            ("11:00", "staff 1", "drop_in.called_off"),
            ("14:00", "close of day", "drop_in.closed"),
        ):
            journal.note(db, what, actor=actor, now=at(hour, since), drop_in=1)
    for kind, hours in (("drop_in.called_off", [11, 10, 9]), ("drop_in.closed", [14])):
        found = trail.entries(db, Wanted(since=since, kind=kind), zone=ZONE)
        assert [(each.what, each.at.hour) for each in found] == [(kind, hour) for hour in hours]
        assert trail.count(db, Wanted(since=since, kind=kind), zone=ZONE) == len(hours)
    assert {*trail.kinds(db)} - {*earlier} == {"drop_in.called_off", "drop_in.closed"}
    assert journal.touched(db) is None


def test_pages_follow_one_another(long_trail: Path):
    with closing(open_database(long_trail)) as db:
        every = [each.id for each in trail.entries(db, Wanted(), zone=ZONE, most=None)]
        pages = [
            each.id for page in range(9) for each in trail.entries(db, Wanted(), zone=ZONE, most=50, skip=50 * page)
        ]
    assert pages == every == sorted(every, reverse=True)
    assert len(every) > 200


def test_a_touched_row_is_shown_and_breaks_no_page(db: Database):
    db.execute("drop trigger journal_is_never_edited")
    db.execute("update journal set about = 'not json', at = 'never' where id = 2")
    shown = trail.entries(db, Wanted(person="mentor 1"), zone=ZONE, most=None)
    assert all(each.id != 2 for each in shown)
    assert 2 in {each.id for each in trail.entries(db, Wanted(), zone=ZONE, most=None)}
    fault = journal.touched(db)
    assert fault is not None
    assert fault.row == 2
