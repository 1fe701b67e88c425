"""The second factor: codes about now, each good once, and ten on paper (P21)."""

from datetime import timedelta

import pyotp
import pytest
from sqlite_utils import Database

from mentoring.access import second_factor, staff
from mentoring.access.second_factor import code_at, plain, step_of
from mentoring.store.database import write
from tests.conftest import OKAFOR_EMAIL, PASSWORD, Cast, at

NOW = at("12:40")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = int(NOW.timestamp()) // 30


@pytest.mark.parametrize(
    ("seconds", "is_good"), [(0, True), (-30, True), (30, True), (-60, False), (60, False), (3600, False)]
)
def test_a_code_is_good_about_now(seconds: int, *, is_good: bool):
    code = code_at(SECRET, now=NOW + timedelta(seconds=seconds))
    assert (step_of(SECRET, code, now=NOW, after=0) is not None) is is_good


@pytest.mark.parametrize(("after", "is_good"), [(STEP - 2, True), (STEP - 1, True), (STEP, False), (STEP + 1, False)])
def test_a_code_is_never_good_twice_nor_after_a_later_one(after: int, *, is_good: bool):
    assert (step_of(SECRET, code_at(SECRET, now=NOW), now=NOW, after=after) is not None) is is_good


@pytest.mark.parametrize("code", ["", "0", "12345", "1234567", "абвгде", "nobody"])
def test_what_is_no_code_is_not_good(code: str):
    assert step_of(SECRET, plain(code), now=NOW, after=0) is None


def test_our_codes_are_those_of_any_app():
    assert code_at(SECRET, now=NOW) == pyotp.TOTP(SECRET).at(NOW)
    parsed = pyotp.parse_uri(second_factor.address(SECRET, email=OKAFOR_EMAIL, school="Harbour & Sons"))
    assert (parsed.secret, parsed.name, parsed.issuer) == (SECRET, OKAFOR_EMAIL, "Drop-in Harbour & Sons")
    assert parsed.at(NOW) == code_at(SECRET, now=NOW)


@pytest.mark.parametrize("typed", ["7Q4M-9XRT-2B6K", "7q4m 9xrt 2b6k", "7Q4M9XRT2B6K", " 7q4m--9xrt  2b6k\n"])
def test_a_code_on_paper_is_read_however_it_is_typed(typed: str):
    assert plain(typed) == "7Q4M9XRT2B6K"
    assert plain("OIL0-1") == "01101"


def on_phone(db: Database, cast: Cast) -> tuple[str, list[str]]:
    """Ms Okafor's secret and her recovery codes, set up two minutes ago."""
    secret, before = second_factor.begin(db, cast.okafor), NOW - timedelta(minutes=2)
    codes = second_factor.confirm(db, cast.okafor, code_at(secret, now=before), now=before)
    assert codes
    return secret, codes


def enters(db: Database, code: str, *, seconds: int = 0, password: str = PASSWORD) -> bool:
    now = NOW + timedelta(seconds=seconds)
    return staff.log_in(db, email=OKAFOR_EMAIL, password=password, code=code, now=now) is not None


def test_a_factor_holds_once_it_was_confirmed(db: Database, cast: Cast):
    secret = second_factor.begin(db, cast.okafor)
    assert second_factor.begin(db, cast.okafor) == secret, "the page may be opened again"
    assert second_factor.confirm(db, cast.okafor, "000000", now=NOW) is None
    assert not second_factor.is_on(db, cast.okafor)
    assert enters(db, "")
    code = code_at(secret, now=NOW)
    assert second_factor.confirm(db, cast.okafor, code, now=NOW)
    assert not enters(db, "")
    assert not enters(db, code), "the code that confirmed it is spent"
    assert second_factor.confirm(db, cast.okafor, code_at(secret, now=NOW), now=NOW) is None, "it is confirmed once"


def test_a_code_lets_in_once(db: Database, cast: Cast):
    secret, _ = on_phone(db, cast)
    code = code_at(secret, now=NOW)
    assert not enters(db, code, password="wrong")
    assert enters(db, code), "a code beside a wrong password is not spent"
    assert not enters(db, code)
    assert not enters(db, code_at(secret, now=NOW - timedelta(seconds=30))), "nor is an earlier one good after it"
    assert enters(db, code_at(secret, now=NOW + timedelta(seconds=30)), seconds=30)


def test_two_at_once_with_one_code_are_one_log_in(db: Database, cast: Cast):
    secret, _ = on_phone(db, cast)
    code = code_at(secret, now=NOW)
    assert second_factor.accepts(db, cast.okafor, code, now=NOW)
    with write(db):
        assert second_factor.spend(db, cast.okafor, code, now=NOW)
        assert not second_factor.spend(db, cast.okafor, code, now=NOW)


def test_a_recovery_code_stands_in_for_a_lost_phone_once(db: Database, cast: Cast):
    _, codes = on_phone(db, cast)
    assert len(set(codes)) == 10
    assert not enters(db, codes[0], password="wrong")
    assert enters(db, codes[0].lower())
    assert not enters(db, codes[0])
    assert second_factor.codes_left(db, cast.okafor) == 9
    assert enters(db, codes[9])


def test_new_recovery_codes_kill_the_old(db: Database, cast: Cast):
    _, codes = on_phone(db, cast)
    fresh = second_factor.new_codes(db, cast.okafor, now=NOW)
    assert not enters(db, codes[3])
    assert enters(db, fresh[3])
    assert second_factor.codes_left(db, cast.okafor) == 9


def test_a_code_on_paper_is_its_owners_alone(db: Database, cast: Cast):
    _, codes = on_phone(db, cast)
    assert not second_factor.is_from_paper(db, cast.adeyemi, codes[0])
    assert second_factor.accepts(db, cast.adeyemi, "", now=NOW), "whoever has no factor needs none"


def test_the_store_holds_no_code_that_could_be_used(db: Database, cast: Cast):
    _, codes = on_phone(db, cast)
    everything = "\n".join(db.conn.iterdump())
    assert [code for code in codes if code in everything or plain(code) in everything] == []


def test_check_wants_both_and_spends_the_code(db: Database, cast: Cast):
    assert not staff.check(db, cast.okafor, password=PASSWORD, code="", now=NOW), "without a factor nobody passes"
    secret, _ = on_phone(db, cast)
    code = code_at(secret, now=NOW)
    assert not staff.check(db, cast.okafor, password="wrong", code=code, now=NOW)
    assert not staff.check(db, cast.okafor, password=PASSWORD, code="", now=NOW)
    assert not staff.check(db, cast.adeyemi, password=PASSWORD, code=code, now=NOW)
    assert staff.check(db, cast.okafor, password=PASSWORD, code=code, now=NOW)
    assert not staff.check(db, cast.okafor, password=PASSWORD, code=code, now=NOW)
    assert not enters(db, code), "nor does it log in"
