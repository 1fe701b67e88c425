"""Staff: passwords, log-ins and their two limits (P21)."""

from datetime import datetime

import pytest
from sqlite_utils import Database

from mentoring.access import staff
from mentoring.access.staff import Role, password_fault
from mentoring.basics.forms import Fault
from mentoring.store.database import rows, write
from tests.conftest import ADEYEMI_EMAIL, OKAFOR_EMAIL, PASSWORD, SCHOOL, Cast, at

NOW = at("09:00")


def _log_in(db: Database, now: datetime = NOW) -> str:
    token = staff.log_in(db, email=OKAFOR_EMAIL, password=PASSWORD, now=now)
    assert token is not None
    return token


def _last_click(db: Database) -> str:
    return str(rows(db, "select last_click from log_ins")[0]["last_click"])


@pytest.mark.parametrize(
    ("password", "is_fine"),
    [
        ("three wet turtles", True),
        ("ten chars!", True),
        ("nine char", False),
        ("", False),
        ("Ms B. Okafor", False),
        ("ms b. okafor", False),
        (OKAFOR_EMAIL, False),
        (OKAFOR_EMAIL.upper(), False),
        (f"{OKAFOR_EMAIL} and a word", True),
        ("ü" * 10, True),
    ],
)
def test_a_password_has_ten_characters_and_is_not_its_owners_name(password: str, *, is_fine: bool):
    fault = password_fault(password, name="Ms B. Okafor", email=OKAFOR_EMAIL)
    assert (fault is None) is is_fine


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, []),
        ({"school": " "}, ["school"]),
        ({"name": ""}, ["name"]),
        ({"email": "okafor"}, ["email"]),
        ({"email": ""}, ["email"]),
        ({"email": "o@k.example and more"}, ["email"]),
        ({"password": "short"}, ["password"]),
        ({"school": "", "name": "", "email": "", "password": ""}, ["school", "name", "email", "password"]),
    ],
)
def test_set_up_says_all_that_is_wrong_at_once(given: dict[str, str], fields: list[str]):
    good = {"school": SCHOOL, "name": "Ms Okafor", "email": OKAFOR_EMAIL, "password": PASSWORD}
    assert [fault.field for fault in staff.new_staff_faults(**{**good, **given})] == fields


def test_set_up_happens_once(db: Database, cast: Cast):
    again = staff.set_up(
        db, school="Elsewhere", name="Mx", email="x@y.example", password=PASSWORD, room="", by="kiosk", now=NOW
    )
    assert again is False
    assert staff.lead(db).id == cast.okafor
    assert len(staff.everyone(db)) == 2


def test_there_is_never_a_second_lead(db: Database):
    again = staff.add(
        db,
        name="Mx",
        email=f" {ADEYEMI_EMAIL.title()} ",
        password=PASSWORD,
        role=Role.HELPER,
        room="",
        phone="",
        by="",
        now=NOW,
    )
    assert isinstance(again, Fault)
    assert again.field == "email"


def test_a_password_is_taken_as_it_is_typed_and_may_be_long(db: Database, cast: Cast):
    password = " Ünder 7 wet TURTLES; " * 6
    assert password_fault(password, name="Ms Okafor", email=OKAFOR_EMAIL) is None
    with write(db):
        staff.set_password(db, cast.okafor, password)
    assert staff.fits(db, cast.okafor, password)
    for other in (password.strip(), password.lower(), password[:-1], password[:72], password[:64]):
        assert not staff.fits(db, cast.okafor, other)
