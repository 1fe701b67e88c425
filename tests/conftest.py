"""The cast and their lunch, on a real database file; every test has its own copy of it.

Amira and Ben are a pair on Tuesdays, Chidi is a mentor of another day, Ms Okafor is the lead, and Mr Adeyemi is the
adult within call. Everything was set up on 1 September; the tests' day is Tuesday 12 January 2027.
"""

import gc
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import psutil
import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from sqlite_utils import Database

from mentoring.access import keys, staff
from mentoring.access.staff import Role
from mentoring.basics import clock, sealing
from mentoring.basics.forms import Fault
from mentoring.lunch import close_of_day
from mentoring.people import badge_register, mentors
from mentoring.people.mentors import Consent, NewMentor
from mentoring.planning import rota
from mentoring.school import school_year
from mentoring.school.school_year import DropIn, NewSlot, PatternChange
from mentoring.store import migrations, writable
from mentoring.store.database import open_database, write
from mentoring.store.writable import Unwritable

pytest_plugins = ["tests.both_doors"]

# A busy box is no fault of the rule's. `make soak` asks for the full profile with `--hypothesis-profile`.
settings.register_profile("quick", deadline=None, max_examples=25)
settings.register_profile("full", deadline=None, max_examples=100)
settings.load_profile("quick")
property_test = pytest.mark.hypothesis  # the library's own mark, for tests that draw their cases by a seed


def share(cases: int) -> int:
    """How many of so many random cases this run tries: all with the full profile, a quarter with the quick one."""
    return cases * settings().max_examples // 100


ZONE = "Europe/London"
SCHOOL = "Harbour School"
PASSWORD = "three wet turtles"
OKAFOR_EMAIL = "okafor@harbour.example"
ADEYEMI_EMAIL = "adeyemi@harbour.example"
FIRST_OF_SEPTEMBER = date(2026, 9, 1)
TUESDAY = date(2027, 1, 12)
THURSDAY = date(2027, 1, 14)
PATIENCE = 60.0  # seconds in which, even on a busy machine, what died is up again or what was left behind is gone
HANGS_AFTER_SECONDS = 240  # the longest test takes 32 on two busy cores


def at(hour: str, day: date = TUESDAY) -> datetime:
    """`HH:MM` or `HH:MM:SS` on the school's wall, on the Tuesday unless another day is said."""
    return clock.at(day, hour, ZONE)


def change_pattern(db: Database, what: PatternChange, *, now: datetime, by: str = "staff 1") -> Fault | None:
    """Change the weekly pattern without a question about planned drop-ins: those are the matter of other tests."""
    with write(db):
        return school_year.write_change(db, what, by=by, now=now)


def until(holds: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
    """Whether it comes to hold in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@dataclass(frozen=True)
class Cast:
    """The ids of the people and of their lunch. `numbers` holds the number of each mentor's badge, by mentor."""

    okafor: int
    adeyemi: int
    amira: int
    ben: int
    chidi: int
    numbers: Mapping[int, int]
    slot: int
    drop_in: int


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come first: a browser mostly waits, and while it does, other processes have other tests to run."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)


def pytest_collection_finish() -> None:
    """What was loaded to collect the tests stays to the end: no garbage collection has to look at it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """One test, its fixtures too. A browser or a door that never answers is ended, so the test fails where it waits."""
    watch = threading.Timer(HANGS_AFTER_SECONDS, _end_what_it_started, [item.nodeid])
    watch.daemon = True
    watch.start()
    try:
        return (yield)
    finally:
        watch.cancel()


def _end_what_it_started(test: str) -> None:
    print(f"{test} hangs: what it started is ended", file=sys.__stderr__, flush=True)
    for each in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            each.kill()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Argon2id's fast twin: the same code, at the least cost it takes."""
    quick = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "_HASHER", quick)
        patch.setattr(staff, "_NOBODY", quick.hash("nobody has this password"))
        patch.setattr(keys, "_HASHER", quick)
        patch.setattr(sealing, "_PASSES", 1)
        patch.setattr(sealing, "_KIBIBYTES", 8)
        yield


@pytest.fixture(scope="session")
def written_school(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    """The file that each test copies, and whom it holds."""
    path = tmp_path_factory.mktemp("school") / "programme.db"
    with closing(open_database(path, create=True)) as db:
        migrations.migrate(db)
        return path, _set_up(db)


@pytest.fixture
def cast(written_school: tuple[Path, Cast]) -> Cast:
    return written_school[1]


@pytest.fixture
def data(written_school: tuple[Path, Cast], tmp_path: Path) -> Path:
    """The folder that holds everything the programme remembers."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(written_school[0], folder)
    return folder


@pytest.fixture
def unwritable(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Unwritable], Callable[[], None]]:
    """Nothing can be written beside the programme from then on, for this reason; it returns what puts that right.

    A link lies where SQLite makes its shared memory, which it does not follow: so it truly fails, for root as well.
    """

    def refuse(why: Unwritable) -> Callable[[], None]:
        (data / "programme.db-shm").symlink_to("nowhere")
        monkeypatch.setattr(writable, "why_not", lambda *_, **__: why)

        def put_right() -> None:
            (data / "programme.db-shm").unlink()
            monkeypatch.setattr(writable, "why_not", lambda *_, **__: None)

        return put_right

    return refuse


@pytest.fixture
def db(data: Path) -> Iterator[Database]:
    with closing(open_database(data / "programme.db")) as db:
        yield db


@pytest.fixture
def lunch(db: Database) -> DropIn:
    """Tuesday 12 January, 12:30 to 13:15, Library 2."""
    [lunch] = school_year.on_day(db, TUESDAY)
    return lunch


@pytest.fixture
def quick_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking through the bytes has its own tests."""
    monkeypatch.setattr(close_of_day, "rewrite", lambda _: None)
    monkeypatch.setattr(close_of_day, "look", lambda *_: (0, 0))


def _set_up(db: Database) -> Cast:
    now, by = at("09:00", FIRST_OF_SEPTEMBER), "staff 1"
    staff.set_up(
        db, school=SCHOOL, name="Ms Okafor", email=OKAFOR_EMAIL, password=PASSWORD, room="Room 4", by=by, now=now
    )
    adeyemi = staff.add(
        db,
        name="Mr Adeyemi",
        email=ADEYEMI_EMAIL,
        password=PASSWORD,
        role=Role.HELPER,
        room="Room 12",
        phone="212",
        by=by,
        now=now,
    )
    amira, ben, chidi = (
        mentors.add(db, new, by=by, now=now)
        for new in (
            NewMentor("Amira", "Khan", "11", "Amira", experienced=True, consent=Consent.AGREED),
            NewMentor("Ben", "Osei", "10", "Ben O.", consent=Consent.REFUSED),
            NewMentor("Chidi", "Okonkwo", "10", "Chidi", consent=Consent.AGREED),
        )
    )
    slot, other = (
        school_year.add_slot(db, NewSlot(day, "12:30", "13:15", "Library 2", ""), adult_id=adeyemi, by=by, now=now)
        for day in (1, 3)
    )
    assert isinstance(amira, int)
    assert isinstance(ben, int)
    assert isinstance(chidi, int)
    assert isinstance(slot, int)
    assert isinstance(other, int)
    numbers = badge_register.issue_missing(db, [amira, ben, chidi], by=by, now=now)
    rota.set_due(db, school_year.on_day(db, TUESDAY)[0], [amira, ben], by=by, now=now)
    rota.set_due(db, school_year.on_day(db, THURSDAY)[0], [chidi], by=by, now=now)
    drop_in = school_year.on_day(db, TUESDAY)[0].id
    assert drop_in is not None
    return Cast(staff.lead(db).id, adeyemi, amira, ben, chidi, numbers, slot, drop_in)
