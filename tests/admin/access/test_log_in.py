"""Who gets in: set-up of the first lead, log-in and log-out, and how long a log-in stands (P5, P21)."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from sqlite_utils import Database

import admin.app
from admin.access.throttle import Throttle, counted_as, network_of
from mentoring.access import accounts, second_factor, staff
from mentoring.access.staff import Role
from mentoring.basics.settings import Settings
from mentoring.store import migrations
from mentoring.store.database import open_database
from tests.both_doors import Wall, factor_for, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, OKAFOR_EMAIL, PASSWORD, Cast, at
from tests.walking import Finger, page

SET_UP = {
    "school": "Harbour School",
    "name": "Ms Okafor",
    "room": "Room 4",
    "email": OKAFOR_EMAIL,
    "password": PASSWORD,
    "again": PASSWORD,
}


INVITED, GONE = "invited@harbour.example", "gone@harbour.example"


def from_address(address: str) -> dict[str, str]:
    """What the proxy says of somebody on the school's network."""
    return {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}


ELSEWHERE = from_address("10.0.0.7")


def tries(door: FlaskClient, email: str = OKAFOR_EMAIL, password: str = "wrong") -> int:
    return door.post("/log-in", data={"email": email, "password": password}).status_code


# Set-up


@pytest.fixture
def new_box(tmp_path: Path) -> Settings:
    """A box as `dropin run` leaves it at its first start: a programme without a lead."""
    box = Settings(data=tmp_path)
    with closing(open_database(box.database, create=True)) as db:
        migrations.migrate(db)
    return box


@pytest.fixture
def first_start(new_box: Settings, wall: Wall) -> FlaskClient:
    return admin.app.create_app(new_box).test_client()


@pytest.fixture
def written(new_box: Settings) -> Iterator[Database]:
    with closing(open_database(new_box.database)) as db:
        yield db


@pytest.mark.parametrize("path", ["/", "/mentors", "/mentors/new", "/rota", "/badges", "/staff", "/log-in"])
def test_the_first_start_leads_to_set_up_from_everywhere(first_start: FlaskClient, path: str):
    answer = first_start.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/set-up")


def test_set_up_makes_the_lead_and_the_badge_key_and_logs_in(
    first_start: FlaskClient, written: Database, new_box: Settings
):
    finger = Finger(first_start)
    finger.open("/")
    today = finger.press("Set up", **SET_UP)
    assert finger.path == "/"
    assert "Ms Okafor" in today.text
    assert "Harbour School" in today.text
    assert "First, put your mentors on the list." in today.text
    [okafor] = written["staff"].rows
    assert (okafor["name"], okafor["role"], okafor["room"]) == ("Ms Okafor", "lead", "Room 4")
    assert PASSWORD not in str(okafor)
    assert okafor["password"].startswith("$argon2id$")
    assert new_box.badge_key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"school": " "}, "This is missing: write the school's name."),
        ({"name": ""}, "This is missing: write the lead's name."),
        ({"email": "okafor"}, "This is not an e-mail address"),
        ({"password": "short", "again": "short"}, "This is shorter than 10 characters"),
        ({"password": OKAFOR_EMAIL, "again": OKAFOR_EMAIL}, "This is your name or address"),
        ({"again": "another one"}, "This is not the same: type the password twice."),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_what_was_typed_is_kept(
    first_start: FlaskClient, written: Database, new_box: Settings, wrong: dict[str, str], says: str
):
    given = SET_UP | wrong
    answer = first_start.post("/set-up", data=given)
    shown = page(answer)
    assert answer.status_code == 422
    assert says in shown.text
    assert {name: shown.fields(name) for name in ("school", "name", "room", "email")} == {
        name: [given[name]] for name in ("school", "name", "room", "email")
    }
    assert shown.fields("password") == shown.fields("again") == [""]
    assert written["staff"].count == 0
    assert not new_box.badge_key.exists()


def test_set_up_is_there_once(first_start: FlaskClient, new_box: Settings, written: Database):
    first_start.post("/set-up", data=SET_UP)
    stranger = admin.app.create_app(new_box).test_client()
    assert stranger.get("/set-up").headers["Location"] == "/log-in"
    stranger.post("/set-up", data=SET_UP | {"name": "Somebody else", "email": "else@harbour.example"})
    assert [each["name"] for each in written["staff"].rows] == ["Ms Okafor"]
    assert stranger.get("/").headers["Location"] == "/log-in"


def test_set_up_changes_no_password(staff_door: FlaskClient):
    staff_door.post("/set-up", data=SET_UP | {"password": "four dry turtles", "again": "four dry turtles"})
    assert tries(staff_door, password="four dry turtles") == 401
    assert tries(staff_door, password=PASSWORD) == 303


def test_set_up_is_no_second_log_in_without_a_wait(staff_door: FlaskClient):
    for turn in range(20):
        guess = {"password": f"wrong wrong {turn}", "again": f"wrong wrong {turn}"}
        staff_door.post("/set-up", data=SET_UP | guess)
    answer = staff_door.post("/set-up", data=SET_UP)
    assert "Set-Cookie" not in answer.headers
    assert staff_door.get("/").headers["Location"] == "/log-in"


@pytest.mark.parametrize("path", ["/board/nobodys", "/board/nobodys.json"])
def test_there_is_no_board_before_set_up(first_start: FlaskClient, path: str):
    assert first_start.get(path).status_code == 404


def test_no_account_is_there_before_set_up(first_start: FlaskClient):
    for email, password in [(OKAFOR_EMAIL, PASSWORD), ("admin", "admin"), ("", "")]:
        assert tries(first_start, email, password) == 401


# Log-in and log-out


def test_a_lead_logs_in_and_out(staff_door: FlaskClient):
    finger = Finger(staff_door)
    assert "Log in" in finger.open("/").text
    today = finger.press("Log in", email=OKAFOR_EMAIL, password=PASSWORD)
    assert (finger.path, "Ms Okafor" in today.text) == ("/", True)
    finger.press("Log out")
    assert finger.path == "/log-in"
    assert staff_door.get("/").status_code == 303


@pytest.mark.parametrize("email", [OKAFOR_EMAIL.upper(), f" {OKAFOR_EMAIL} "])
def test_an_address_is_known_however_it_is_written(staff_door: FlaskClient, email: str):
    assert tries(staff_door, email, PASSWORD) == 303


def test_a_log_in_that_was_logged_out_is_dead_wherever_its_cookie_is(lead: FlaskClient, staff_app: Flask):
    copy = staff_app.test_client()
    copy.set_cookie("dropin", lead.get_cookie("dropin").value)
    assert copy.get("/").status_code == 200
    lead.post("/log-out", data={"form_key": form_key(lead)})
    assert copy.get("/").status_code == 303


def test_two_log_ins_of_one_lead_stand_beside_each_other(lead: FlaskClient, staff_app: Flask):
    laptop = log_in(staff_app.test_client())
    lead.post("/log-out", data={"form_key": form_key(lead)})
    assert laptop.get("/").status_code == 200


def test_the_cookie_is_for_our_own_pages_alone(staff_door: FlaskClient):
    answer = staff_door.post("/log-in", data={"email": OKAFOR_EMAIL, "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Domain" not in cookie
    assert len(cookie.partition("=")[2].partition(";")[0]) >= 40


def test_the_store_holds_no_log_in_that_could_be_used(lead: FlaskClient, db: Database):
    [log_in_row] = db["log_ins"].rows
    assert lead.get_cookie("dropin").value not in str(log_in_row)


@pytest.mark.parametrize("token", ["", "nobodys", "\x00", "x" * 3_000])
def test_a_made_up_cookie_opens_nothing(staff_door: FlaskClient, token: str):
    staff_door.set_cookie("dropin", token)
    assert staff_door.get("/").headers["Location"] == "/log-in"


class Counting:
    """Argon2id that counts what it is asked."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self.hash, self._hasher, self.asked = hasher.hash, hasher, 0

    def verify(self, hashed: str, password: str) -> bool:
        self.asked += 1
        return self._hasher.verify(hashed, password)


class Work:
    """Counts what costs time when somebody is checked: the slow hashes, the codes, and the writes."""

    def __init__(self, patch: pytest.MonkeyPatch, db: Database) -> None:
        self._db, self._codes, self._hasher, step_of = db, 0, Counting(staff._HASHER), second_factor.step_of

        def counted(*given: Any, **named: Any) -> int | None:
            self._codes += 1
            return step_of(*given, **named)

        patch.setattr(staff, "_HASHER", self._hasher)
        patch.setattr(second_factor, "step_of", counted)

    def of(self, door: FlaskClient, fields: dict[str, str]) -> tuple[int, int, int, str]:
        """What one try took: hashes, codes, changes of the file; and the page it got."""
        self._hasher.asked = self._codes = 0
        before = self._db.execute("pragma data_version").fetchone()[0]
        answer = door.post("/log-in", data=fields)
        assert answer.status_code == 401
        assert "Set-Cookie" not in answer.headers
        changed = self._db.execute("pragma data_version").fetchone()[0] != before
        return self._hasher.asked, self._codes, changed, answer.get_data(as_text=True).replace(fields["email"], "WHO")


NOBODY = "nobody12@harbour.example"
WRONG = [
    {"email": OKAFOR_EMAIL, "password": "wrong"},
    {"email": OKAFOR_EMAIL, "password": "wrong", "code": "123456"},
    {"email": OKAFOR_EMAIL, "password": PASSWORD},
    {"email": OKAFOR_EMAIL, "password": PASSWORD, "code": "123456"},
    {"email": OKAFOR_EMAIL, "password": PASSWORD, "code": "7Q4M-9XRT-2B6K"},
    {"email": ADEYEMI_EMAIL, "password": "wrong"},
    {"email": ADEYEMI_EMAIL, "password": "wrong", "code": "123456"},
    {"email": INVITED, "password": ""},
    {"email": INVITED, "password": PASSWORD},
    {"email": GONE, "password": PASSWORD},
    {"email": NOBODY, "password": PASSWORD},
    {"email": NOBODY, "password": PASSWORD, "code": "123456"},
]


def test_whatever_is_wrong_is_answered_alike_in_words_and_in_work(
    staff_door: FlaskClient, staff_app: Flask, db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    """Who is there, whether the password was right, who has a code: no answer tells, and none takes longer."""
    factor_for(db, cast.okafor)
    new = {"name": "Mx", "role": Role.HELPER, "room": "", "phone": "", "by": "staff 1", "now": at("12:00")}
    accounts.invite(db, email=INVITED, **new)
    gone = staff.add(db, email=GONE, password=PASSWORD, **new)
    accounts.end(db, staff.by_id(db, gone), takes_over=staff.lead(db), by_id=cast.okafor, now=at("12:00"))
    work, seen = Work(monkeypatch, db), set()
    for fields in WRONG:
        staff_app.extensions["throttle"] = Throttle()
        seen.add(work.of(staff_door, fields))
    assert len(seen) == 1
    [(hashes, codes, changed, shown)] = seen
    assert (hashes, codes, changed) == (1, 1, False)
    assert "That name, password and code do not go together." in " ".join(shown.split())


def test_what_was_typed_wrong_keeps_the_name_and_never_the_password(staff_door: FlaskClient):
    shown = page(staff_door.post("/log-in", data={"email": "<b>who</b>", "password": "a secret"}))
    assert (shown.fields("email"), shown.fields("password")) == (["<b>who</b>"], [""])


@pytest.mark.parametrize("path", ["/log-in", "/forgotten", "/welcome", "/me"])
def test_password_fields_are_masked_and_let_a_password_manager_fill_them(lead: FlaskClient, path: str):
    fields = page(lead.get(path)).all("input")
    secret = [each for each in fields if each.get("type") == "password"]
    assert secret or path == "/welcome", "there the code comes first"
    assert {each["name"] for each in fields if each.get("name") in ("password", "old", "new", "again")} == {
        each["name"] for each in secret
    }
    assert {each["autocomplete"] for each in secret} <= {"current-password", "new-password"}
    assert [each for each in secret if "onpaste" in each or "readonly" in each] == []


# Guesses


def test_the_ninth_try_in_a_minute_waits_even_with_the_right_password(staff_door: FlaskClient):
    assert [tries(staff_door) for _ in range(8)] == [401] * 8
    answer = staff_door.post("/log-in", data={"email": OKAFOR_EMAIL, "password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many tries. Wait one minute, then try again. Your password still works." in page(answer).text


def test_one_names_wait_is_not_anothers(staff_door: FlaskClient):
    assert [tries(staff_door) for _ in range(9)][-1] == 429
    assert tries(staff_door, ADEYEMI_EMAIL, PASSWORD) == 303


def test_one_address_does_not_lock_the_lead_out_of_another(staff_door: FlaskClient):
    assert [tries(staff_door) for _ in range(9)][-1] == 429
    fields = {"email": OKAFOR_EMAIL, "password": PASSWORD}
    assert staff_door.post("/log-in", data=fields, environ_overrides={"REMOTE_ADDR": "127.0.0.7"}).status_code == 303


SPELLINGS = [
    str.upper,
    str.title,
    lambda email: f" {email}\t",
    lambda email: "\u200b".join(email),  # letters without width
    lambda email: f"\u2066{email}\ufeff",  # direction and byte order marks
    lambda email: f"{email[:4]}\u00ad{email[4:]}\x00",  # a soft hyphen, and a zero byte at the end
]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("email", [OKAFOR_EMAIL, "nobody@harbour.example"])
def test_another_spelling_is_the_same_name(staff_door: FlaskClient, email: str, spelling: Callable[[str], str]):
    assert [tries(staff_door, spelling(email) if turn % 2 else email) for turn in range(9)] == [401] * 8 + [429]


def spelt(turn: int) -> str:
    """The lead's address in one of very many spellings that find the same account."""
    return "".join(
        (letter.upper() if turn >> place % 9 & 1 else letter) + "\u2060" * (turn + place & 1)
        for place, letter in enumerate(OKAFOR_EMAIL)
    )


def test_each_spelling_finds_the_account_so_it_counts_as_the_account(db: Database, cast: Cast):
    spellings = {spelt(turn) for turn in range(500)}
    assert len(spellings) > 400
    assert {counted_as(staff.by_email(db, each), each) for each in spellings} == {f"staff {cast.okafor}"}


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("10.0.0.7", "10.0.0.8", False),
        ("10.0.0.7", "::ffff:10.0.0.7", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:0DB8:0:0:ffff::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("somebody", "somebody else", False),
    ],
)
def test_addresses_are_counted_by_their_network(one: str, other: str, *, is_same: bool):
    assert (network_of(one) == network_of(other)) is is_same


def test_a_name_that_does_not_exist_waits_alike(staff_door: FlaskClient):
    assert [tries(staff_door, "nobody@harbour.example") for _ in range(9)] == [401] * 8 + [429]


@pytest.fixture
def proxied(box: Settings, wall: Wall, compiled: BytecodeCache) -> Flask:
    """The staff pages behind the proxy, which say from which address somebody comes."""
    app = admin.app.create_app(Settings(data=box.data, proxy=True))
    app.jinja_env.bytecode_cache = compiled
    return app


@pytest.fixture
def quick_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """The throttle's own clock, to let minutes pass."""
    passed = [1_000_000.0]
    monkeypatch.setattr("time.time", lambda: passed[0])

    def passes(seconds: float) -> None:
        passed[0] += seconds

    return passes


def hammered(app: Flask, passes: Callable[[float], None], *, times: int) -> int:
    """Somebody elsewhere guesses the lead's code, with the right password: how many tries are heard."""
    heard = 0
    for turn in range(times):
        answer = app.test_client().post(
            "/log-in",
            data={"email": OKAFOR_EMAIL, "password": PASSWORD, "code": f"{turn:06}"},
            headers=from_address(f"10.0.{turn % 50}.7"),
        )
        heard += answer.status_code == 401
        passes(20)
    return heard


def test_of_guesses_at_six_digits_250_are_heard_in_a_day(
    proxied: Flask, db: Database, cast: Cast, quick_clock: Callable[[float], None]
):
    factor_for(db, cast.okafor)
    assert hammered(proxied, quick_clock, times=270) == 250
    quick_clock(24 * 3600)
    assert hammered(proxied, quick_clock, times=3) == 3


def recovers(door: FlaskClient, email: str, code: str, headers: dict[str, str]) -> int:
    """One guess at *forgotten*: both codes are wrong."""
    given = {"email": email, "recovery_code": code, "app_code": code, "password": "four wet turtles"}
    return door.post("/forgotten", data=given | {"again": given["password"]}, headers=headers).status_code


def test_of_500_tries_by_both_pages_in_any_spelling_from_anywhere_250_are_heard(
    proxied: Flask, db: Database, cast: Cast, quick_clock: Callable[[float], None]
):
    factor_for(db, cast.okafor)
    door, heard = proxied.test_client(use_cookies=False), 0
    for turn in range(500):
        headers = from_address(f"2001:db8:0:{turn:x}::7" if turn % 4 < 2 else f"10.0.{turn % 250}.7")
        fields = {"email": spelt(turn), "password": PASSWORD, "code": f"{turn:06}"}
        answer = (
            recovers(door, spelt(turn), f"{turn:06}", headers)
            if turn % 2
            else door.post("/log-in", data=fields, headers=headers).status_code
        )
        assert answer in (401, 422, 429)
        heard += answer != 429
    assert heard == 250


def test_one_machine_with_all_addresses_of_its_network_has_eight_tries_a_minute(
    proxied: Flask, quick_clock: Callable[[float], None]
):
    door = proxied.test_client(use_cookies=False)
    fields = {"email": OKAFOR_EMAIL, "password": "wrong"}
    answers = [
        door.post("/log-in", data=fields, headers=from_address(f"2001:db8::{turn:x}:1")).status_code
        for turn in range(20)
    ]
    assert answers == [401] * 8 + [429] * 12


def test_whoever_hammers_from_elsewhere_holds_up_neither_a_known_browser_nor_the_box(
    proxied: Flask, db: Database, cast: Cast, quick_clock: Callable[[float], None]
):
    codes = factor_for(db, cast.okafor)
    laptop, stranger = proxied.test_client(), proxied.test_client()

    def gets_in(door: FlaskClient, headers: dict[str, str]) -> int:
        fields = {"email": OKAFOR_EMAIL, "password": PASSWORD, "code": codes.pop()}
        return door.post("/log-in", data=fields, headers=headers).status_code

    assert gets_in(laptop, ELSEWHERE) == 303
    laptop.delete_cookie("dropin")
    hammered(proxied, quick_clock, times=260)
    assert gets_in(stranger, ELSEWHERE) == 429
    assert gets_in(laptop, ELSEWHERE) == 303, "a browser that has been logged in before"
    assert gets_in(proxied.test_client(), {}) == 303, "the box itself"
    assert gets_in(stranger, from_address("127.0.0.1")) == 429, "whom the proxy speaks for is not at the box"


def test_a_browser_is_known_for_the_person_who_was_there_alone(
    proxied: Flask, db: Database, cast: Cast, quick_clock: Callable[[float], None]
):
    laptop = proxied.test_client()
    fields = {"email": ADEYEMI_EMAIL, "password": PASSWORD}
    assert laptop.post("/log-in", data=fields, headers=ELSEWHERE).status_code == 303
    known = laptop.get_cookie("dropin_known").value
    assert staff.is_known(db, known, cast.adeyemi, now=at("12:40"))
    assert not staff.is_known(db, known, cast.okafor, now=at("12:40"))
    assert not staff.is_known(db, known, cast.adeyemi, now=at("12:40") + timedelta(days=181))
    assert known not in "\n".join(db.conn.iterdump())
    laptop.delete_cookie("dropin")
    assert laptop.get("/", headers=ELSEWHERE).headers["Location"] == "/log-in", "to be known opens nothing"


# How long it stands


def test_a_log_in_nobody_used_for_15_minutes_leads_to_the_log_in_page(lead: FlaskClient, wall: Wall):
    wall.passes(14 * 60 + 59)
    assert lead.get("/").status_code == 200
    wall.passes(15 * 60)
    assert lead.get("/").headers["Location"] == "/log-in"
    assert lead.get("/mentors").headers["Location"] == "/log-in"


def test_an_idle_log_in_still_shows_alerts_and_says_that_it_is_idle(
    lead: FlaskClient, kiosk_door: FlaskClient, wall: Wall
):
    assert lead.get("/now.json").get_json()["idle"] is False
    wall.passes(15 * 60)
    kiosk_door.post("/alert")
    told = lead.get("/now.json").get_json()
    assert told["idle"] is True
    assert [(each["what"], each["where"][:9]) for each in told["alerts"]] == [
        ("A pupil asks for an adult", "Library 2")
    ]


def test_a_pages_own_asking_is_no_click(lead: FlaskClient, wall: Wall):
    for _ in range(15):
        wall.passes(60)
        lead.get("/now.json")
    assert lead.get("/").status_code == 303


def test_a_click_keeps_a_log_in_awake(lead: FlaskClient, wall: Wall):
    for _ in range(6):
        wall.passes(14 * 60)
        assert lead.get("/mentors").status_code == 200


def test_after_an_idle_while_the_password_opens_the_pages_again(lead: FlaskClient, wall: Wall):
    wall.passes(16 * 60)
    assert lead.get("/").status_code == 303
    assert log_in(lead).get("/").status_code == 200


def test_a_log_in_ends_after_eight_hours_whatever_happens(lead: FlaskClient, wall: Wall):
    for _ in range(8 * 6 - 1):
        wall.passes(10 * 60)
        assert lead.get("/").status_code == 200
    wall.passes(10 * 60)
    assert lead.get("/").headers["Location"] == "/log-in"
    answer = lead.get("/now.json")
    assert answer.status_code == 303


def test_a_clock_that_was_wrong_at_log_in_leaves_no_endless_log_in(staff_app: Flask, wall: Wall):
    wall.shows("12:40", date(2037, 1, 12))
    door = log_in(staff_app.test_client())
    wall.shows("12:40")
    assert door.get("/").status_code == 303


def test_right_log_ins_are_not_counted_as_tries(staff_door: FlaskClient):
    assert [tries(staff_door, OKAFOR_EMAIL, PASSWORD) for _ in range(20)] == [303] * 20
    assert [tries(staff_door) for _ in range(9)] == [401] * 8 + [429]
    assert tries(staff_door, OKAFOR_EMAIL, PASSWORD) == 429, "whoever guesses learns nothing from the limit"


def test_tries_that_are_still_being_checked_count():
    throttle = Throttle()
    checked = [throttle.attempt("10.0.0.7", "staff 1") for _ in range(9)]
    assert checked[8] is None
    first = checked[0]
    assert first
    with first:
        first.is_right = True
    assert throttle.attempt("10.0.0.7", "staff 1") is not None


def test_the_time_after_a_wrong_code_has_seconds_because_a_code_lasts_thirty(staff_door: FlaskClient):
    answer = staff_door.post("/log-in", data={"email": OKAFOR_EMAIL, "password": "wrong"})
    assert re.search(r"this box's clock \(\d\d:\d\d:\d\d\) is right", page(answer).text)


def test_typing_on_a_page_counts_as_use(staff_app: Flask, wall: Wall):
    lead = log_in(staff_app.test_client())
    key = form_key(lead)
    for _ in range(4):
        wall.passes(10 * 60)
        assert lead.post("/me/here", data={"form_key": key}).status_code == 204
    now = lead.get("/now.json").get_json()
    assert (now["idle"], now["key"]) == (False, key)
    wall.passes(20 * 60)
    now = lead.get("/now.json").get_json()
    assert (now["idle"], now["key"]) == (True, ""), "a page alone does not keep a log-in alive"
    assert lead.post("/me/here", data={"form_key": key}).headers["Location"] == "/log-in"
