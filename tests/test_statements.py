"""How many SQL statements a request runs, on the example school in the middle of its lunch.

Counted is what SQLite's trace callback tells of the connection that the request opens, from the moment it is open:
reads and writes alike, triggers' statements not. `begin`, `commit` and `pragma` are not counted: they ask for no data.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

import admin.app
import kiosk.app
from admin.command_line import example_school
from admin.lunch import board
from badges import code
from mentoring.access import second_factor
from mentoring.access.staff import Role
from mentoring.basics.settings import Settings
from mentoring.people import badge_register
from mentoring.school import programme
from mentoring.store import migrations
from mentoring.store.database import open_database
from tests.both_doors import JSON, KEY, Wall
from tests.conftest import at

NOT_COUNTED = re.compile(r"\s*(begin|commit|rollback|pragma|--)", re.IGNORECASE)
FEW, MANY = 12, 60


@dataclass(frozen=True)
class School:
    """An example school on a box, its link of the duty board, and the typed code of the second of today's pair."""

    box: Settings
    lead: example_school.Account
    board_link: str
    second_badge: str


@dataclass
class Counted:
    """The statements of the requests since the last `clear`."""

    statements: list[str]

    def of(self, ask: Callable[[], object]) -> int:
        """How many statements this request runs."""
        self.statements.clear()
        ask()
        return len([each for each in self.statements if not NOT_COUNTED.match(each)])


@pytest.fixture(scope="module")
def schools(tmp_path_factory: pytest.TempPathFactory) -> tuple[School, School]:
    """The same school with few mentors and with many."""
    few, many = (_founded(tmp_path_factory.mktemp("example"), mentors=count) for count in (FEW, MANY))
    return few, many


def _founded(folder: Path, *, mentors: int) -> School:
    (folder / "badge.key").write_text(KEY.hex() + "\n", encoding="ascii")
    box = Settings(data=folder)
    with pytest.MonkeyPatch.context() as patch, closing(open_database(box.database, create=True)) as db:
        patch.setattr(example_school, "MENTORS", "|".join(f"Mentor{n} Example 10 yes" for n in range(mentors)))
        migrations.migrate(db)
        accounts = example_school.found(db, folder=folder, now=at("12:40"))
        return School(box, accounts[0], programme.load(db).board_link, _badge(db))


def _badge(db: Database) -> str:
    second = list(db.query("select id from mentors order by id"))[1]["id"]
    number = badge_register.good_number(db, second)
    assert number is not None
    return code.make(number, KEY)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    """Every connection that a door opens from now on is watched."""
    counted = Counted([])

    def opened(path: Path) -> Database:
        db = open_database(path)
        assert isinstance(db.conn, sqlite3.Connection)
        db.conn.set_trace_callback(counted.statements.append)
        return db

    for door in (admin.app, kiosk.app, board):
        monkeypatch.setattr(door, "open_database", opened)
    return counted


def _lead_of(school: School, wall: Wall) -> FlaskClient:
    assert school.lead.role is Role.LEAD
    door = admin.app.create_app(school.box).test_client()
    secret = school.lead.totp_secret
    fields = {
        "email": school.lead.email,
        "password": school.lead.password,
        "code": second_factor.code_at(secret, now=wall.moment) if secret else "",
    }
    assert door.post("/log-in", data=fields).status_code == 303
    return door


@pytest.mark.parametrize(("path", "most"), [("/", 50), ("/now.json", 12), ("/on-duty.json", 15)])
def test_a_staff_page_runs_few_statements_and_no_more_with_many_mentors(
    schools: tuple[School, School], counted: Counted, wall: Wall, path: str, most: int
):
    counts = []
    for school in schools:
        door = _lead_of(school, wall)
        assert door.get(path).status_code == 200
        counts.append(counted.of(lambda door=door: door.get(path)))
    assert 0 < counts[0] == counts[1] <= most


def test_the_board_runs_few_statements_and_no_more_with_many_mentors(
    schools: tuple[School, School], counted: Counted, wall: Wall
):
    counts = []
    for school in schools:
        door, path = admin.app.create_app(school.box).test_client(), f"/board/{school.board_link}.json"
        counts.append(counted.of(lambda door=door, path=path: door.get(path)))
    assert 0 < counts[0] == counts[1] <= 12


def test_the_scan_of_the_second_of_a_pair_runs_few_statements_and_no_more_with_many_mentors(
    schools: tuple[School, School], open_kiosk: Callable[[Settings], Flask], counted: Counted, wall: Wall
):
    counts = []
    for school in schools:
        door, told, form = open_kiosk(school.box).test_client(), [], {"code": school.second_badge}
        counts.append(
            counted.of(lambda door=door, told=told, form=form: told.append(door.post("/scan", data=form, headers=JSON)))
        )
        assert (told[0].get_json()["outcome"], told[0].get_json()["room"]) == ("on_duty", "open")
    assert 0 < counts[0] == counts[1] <= 25
