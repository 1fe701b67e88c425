"""What the floor's tests share: several hands at one file at the same moment, and a version to come."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from mentoring.people import badge_register, mentors
from mentoring.people.mentors import NewMentor
from mentoring.store import migrations
from mentoring.store.database import open_database, run
from tests.conftest import FIRST_OF_SEPTEMBER, at

AtOnce = Callable[[int, Callable[[Database], Any]], list[Any]]
Another = Callable[[str], int]


@pytest.fixture
def another(db: Database) -> Another:
    """One more experienced mentor with a badge, by given name; their id."""

    def add(name: str) -> int:
        now = at("09:00", FIRST_OF_SEPTEMBER)
        added = mentors.add(db, NewMentor(name, "Example", "10", name, experienced=True), by="staff 1", now=now)
        assert isinstance(added, int)
        badge_register.issue_missing(db, [added], by="staff 1", now=now)
        return added

    return add


@pytest.fixture
def at_once(data: Path) -> AtOnce:
    """Do one thing on so many threads at the same moment, each with its own connection; all their answers."""

    def run(threads: int, do: Callable[[Database], Any]) -> list[Any]:
        start = Barrier(threads)

        def one(_: int) -> Any:
            with closing(open_database(data / "programme.db")) as db:
                start.wait(timeout=10)
                return do(db)

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, range(threads)))

    return run


@pytest.fixture
def one_more_migration(data: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a migration that only the next version has; what was written until now is of this one."""
    assert data.exists()
    name, more = "m999_later", Migrations("drop-in")
    for known, each in zip(migrations.NAMES, migrations.IN_ORDER, strict=True):
        more(name=known)(each.migrate)
    more(name=name)(lambda db: run(db, "create table later (id integer primary key) strict;"))
    monkeypatch.setattr(migrations, "MIGRATIONS", more)
    monkeypatch.setattr(migrations, "NAMES", (*migrations.NAMES, name))
    return name
