"""What the tests of both doors share: the wall clock in a test's hand, and the real doors over a real file."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import cv2
import numpy as np
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from sqlite_utils import Database
from werkzeug.routing import Rule

import admin.app
import badges.sheet
import kiosk.app
from admin.access import log_in as log_in_page
from admin.access.throttle import Throttle
from admin.safeguarding import posting
from badges import code
from badges.child import Child
from badges.reader import Reader
from badges.sheet import Card, print_cards
from badges.stationery import SHEETS
from mentoring.access import second_factor, staff
from mentoring.access.staff import Role
from mentoring.basics.settings import Settings
from mentoring.school.programme import NEVER_A_SECRET
from tests.conftest import ADEYEMI_EMAIL, OKAFOR_EMAIL, PASSWORD, SCHOOL, TUESDAY, Cast, at
from tests.mailbox import MAIL_PORTS

KEY = bytes(range(32))
JSON = {"Accept": "application/json"}
SPRING_1 = {"name": "Spring 1", "starts": "2027-01-04", "ends": "2027-01-22"}  # a half term as its form sends it


class Wall:
    """The clock on the school's wall, and the seconds behind it. It stands still until it is told."""

    def __init__(self) -> None:
        self.moment = at("12:40")
        self.seconds = 1_000.0
        self.reads = 0
        self.paused = 0.0

    def now(self) -> Any:
        self.reads += 1
        return self.moment

    def ticks(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        """The program waits for so long; a test does not."""
        self.paused += seconds
        self.seconds += seconds

    def shows(self, hour: str, day: date = TUESDAY) -> None:
        """`HH:MM` or `HH:MM:SS`; pages grow older by as much."""
        later = (at(hour, day) - self.moment).total_seconds()
        self.moment = at(hour, day)
        self.seconds += max(0.0, later)

    def passes(self, seconds: float) -> None:
        """So many seconds go by."""
        self.seconds += seconds
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """Tuesday, 12:40, unless the test says otherwise."""
    wall = Wall()
    monkeypatch.setattr("mentoring.basics.clock.now", wall.now)
    monkeypatch.setattr("mentoring.basics.clock.ticks", wall.ticks)
    monkeypatch.setattr("mentoring.basics.clock.pause", wall.pause)
    return wall


@pytest.fixture
def box(data: Path) -> Settings:
    """The settings of a box that is set up, with the school's badge key beside its database."""
    (data / "badge.key").write_text(KEY.hex() + "\n", encoding="ascii")
    return Settings(data=data, mail_ports=",".join(map(str, MAIL_PORTS)))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked programme is waited for as long as a blink, instead of seconds."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **named: connect(*given, **{**named, "timeout": 0.05}))


@pytest.fixture(scope="session")
def warm_reader() -> Iterator[Reader]:
    """One reader for all kiosks, so that its engines are loaded once."""
    with Reader() as reader:
        yield reader


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Every template is compiled once for all tests, instead of once for each door that is opened."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))


class RuleCompiledOnce(Rule):
    """A route that is compiled for the first app and taken over by the others: most of what an app costs."""

    compiled: ClassVar[dict[tuple[str, str], dict[str, Any]]] = {}
    results = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")

    def compile(self) -> None:
        """Compile it, unless one of the same words and defaults was."""
        given = self.rule, repr(self.defaults)
        if given not in self.compiled:
            super().compile()
            self.compiled[given] = {name: getattr(self, name) for name in self.results}
        vars(self).update(self.compiled[given])


@pytest.fixture(scope="session", autouse=True)
def routes_compiled_once() -> Iterator[None]:
    """Every app of the tests has the same routes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "url_rule_class", RuleCompiledOnce)
        yield


class KeptChild(Child):
    """A child process that outlives its block."""

    def __exit__(self, *_: object) -> None:
        """It is closed when all tests are over."""


@contextmanager
def keeping_children(module: ModuleType) -> Iterator[None]:
    """The child processes that this module asks outlive their blocks, so that their libraries are loaded once."""
    kept: dict[tuple[str, float, int], KeptChild] = {}

    def child(name: str, *, seconds: float, memory: int) -> KeptChild:
        return kept.setdefault((name, seconds, memory), KeptChild(name, seconds=seconds, memory=memory))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "Child", child)
        yield
    for each in kept.values():
        each.close()


@pytest.fixture(scope="session", autouse=True)
def warm_sheet_maker() -> Iterator[None]:
    """One sheet maker for all tests."""
    with keeping_children(badges.sheet):
        yield


@pytest.fixture(scope="module")
def warm_messenger() -> Iterator[None]:
    """One messenger for a module's tests; that each batch has one of its own is test_posting.py's matter."""
    with keeping_children(posting):
        yield


class Screen(FlaskClient):
    """A client that says what a browser says of each request from a page of ours, unless a test says otherwise."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"


@pytest.fixture
def open_kiosk(warm_reader: Reader, compiled: BytecodeCache) -> Callable[[Settings], Flask]:
    """Open a kiosk on a box, as its process does at its start."""

    def opened(box: Settings) -> Flask:
        app = kiosk.app.create_app(box)
        app.test_client_class = Screen
        app.jinja_env.bytecode_cache = compiled
        app.extensions["reader"].close()
        app.extensions["reader"] = warm_reader
        return app

    return opened


@pytest.fixture
def kiosk_door(box: Settings, wall: Wall, open_kiosk: Callable[[Settings], Flask]) -> FlaskClient:
    """The kiosk, as a pupil's finger finds it."""
    return open_kiosk(box).test_client()


@pytest.fixture
def staff_app(box: Settings, wall: Wall, compiled: BytecodeCache) -> Flask:
    app = admin.app.create_app(box)
    app.jinja_env.bytecode_cache = compiled
    return app


@pytest.fixture
def staff_door(staff_app: Flask) -> FlaskClient:
    """The staff pages, nobody logged in."""
    return staff_app.test_client()


@pytest.fixture
def lead(staff_app: Flask) -> FlaskClient:
    """The staff pages with Ms Okafor logged in."""
    return log_in(staff_app.test_client())


def factor_for(db: Database, staff_id: int) -> list[str]:
    """Give somebody a second factor; their ten recovery codes, each good for one log-in."""
    secret = second_factor.begin(db, staff_id)
    codes = second_factor.confirm(db, staff_id, second_factor.code_at(secret, now=at("12:00")), now=at("12:00"))
    assert codes
    return codes


def log_in(door: FlaskClient, email: str = OKAFOR_EMAIL, *, code: str = "") -> FlaskClient:
    """The same door, now logged in."""
    answer = door.post("/log-in", data={"email": email, "password": PASSWORD, "code": code})
    assert answer.status_code == 303
    return door


LoggedIn = Callable[[Role], FlaskClient]


@pytest.fixture
def as_role(staff_app: Flask, db: Database, cast: Cast) -> LoggedIn:
    """The staff pages with somebody of this role logged in; the same person each time."""
    emails = {Role.LEAD: OKAFOR_EMAIL, Role.HELPER: ADEYEMI_EMAIL}
    codes: dict[Role, list[str]] = {}

    def opened(role: Role) -> FlaskClient:
        staff_app.extensions["throttle"] = Throttle()
        if role not in emails:
            emails[role] = f"{role}@harbour.example"
            account = {"name": f"The {role}", "email": emails[role], "password": PASSWORD, "room": "", "phone": ""}
            member = staff.add(db, **account, role=role, by="staff 1", now=at("12:00"))
            if role is not Role.IT:
                codes[role] = factor_for(db, member)
        return log_in(staff_app.test_client(), emails[role], code=codes[role].pop() if role in codes else "")

    return opened


def form_key(door: FlaskClient) -> str:
    """What this log-in's own forms carry, without asking for a page that has one."""
    cookie = door.get_cookie(log_in_page.COOKIE)
    assert cookie
    return log_in_page.form_key(cookie.value)


@pytest.fixture(scope="session")
def codes(written_school: tuple[Path, Cast]) -> Mapping[int, str]:
    """The code on each mentor's badge, by mentor."""
    return {mentor: code.make(number, KEY) for mentor, number in written_school[1].numbers.items()}


Scan = Callable[[int], dict[str, Any]]


@pytest.fixture
def scan(kiosk_door: FlaskClient, codes: Mapping[int, str]) -> Scan:
    """Hold one mentor's badge to the kiosk; the answer as data."""

    def held_up(mentor: int) -> dict[str, Any]:
        answer = kiosk_door.post("/scan", data={"code": codes[mentor]}, headers=JSON)
        assert answer.status_code == 200
        return answer.get_json()

    return held_up


@pytest.fixture
def pair(scan: Scan, cast: Cast) -> None:
    """Amira and Ben are on duty."""
    assert scan(cast.amira)["outcome"] == "waiting_for_pair"
    assert scan(cast.ben)["outcome"] == "on_duty"


def failures(
    check: Callable[..., None], rows: Iterable[tuple[Any, ...]], *, then: Callable[[], object] = lambda: None
) -> dict[str, str]:
    """What fails, named by the first two fields of its row. `check` is given each row; `then` is called after each."""
    found = {}
    for row in rows:
        try:
            check(*row)
        except AssertionError as error:
            found[f"{row[0]} {row[1]}"] = str(error)
        then()
    return found


# A real card, as the school's own sheet draws it


@pytest.fixture(scope="session")
def pairs_cards(written_school: tuple[Path, Cast], codes: Mapping[int, str]) -> np.ndarray:
    """Amira's card and Ben's beside it, as the sheet draws them, from so near that a millimetre is eight pixels."""
    cast = written_school[1]
    cards = [
        Card(name, SCHOOL, codes[mentor], NEVER_A_SECRET)
        for name, mentor in (("Amira", cast.amira), ("Ben O.", cast.ben))
    ]
    with pypdfium2.PdfDocument(print_cards(cards, "cr80")) as pdf:
        grey = pdf[0].render(scale=8 * 25.4 / 72, grayscale=True).to_numpy()
    sheet = SHEETS["cr80"]
    pair = (sheet.left, sheet.top, sheet.pitch_x + sheet.width, sheet.height)
    left, top, width, height = (round(8 * each) for each in pair)
    return np.ascontiguousarray(grey.reshape(grey.shape[:2])[top : top + height, left : left + width])


@pytest.fixture(scope="session")
def amiras_card(pairs_cards: np.ndarray) -> np.ndarray:
    """Amira's card alone."""
    return np.ascontiguousarray(pairs_cards[:, : pairs_cards.shape[1] // 2])


def picture(grey: np.ndarray, kind: str) -> bytes:
    """A picture as a camera sends it: `.jpg` or `.png`."""
    return cv2.imencode(kind, grey)[1].tobytes()


def a_logo() -> bytes:
    """A school's logo, as a PNG."""
    return picture(np.full((60, 90), 120, np.uint8), ".png")
