"""Accounts and the keys behind them: whose password opens what, and when a key is taken out (P15, P21)."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.access import accounts, keys, second_factor, staff
from mentoring.access.accounts import Printed, leaving_fault, needs_factor
from mentoring.access.second_factor import code_at
from mentoring.access.staff import Role, Staff
from mentoring.basics import sealing
from mentoring.basics.forms import Fault
from mentoring.basics.sealing import WrongKey
from mentoring.privacy import erasure, tombstones
from mentoring.safeguarding import concerns
from tests.conftest import PASSWORD, Cast, at

NOW = at("12:40")
SOCKS = "five warm socks"


@pytest.fixture(autouse=True)
def quick_locks(monkeypatch: pytest.MonkeyPatch):
    """A key's lock at the least work Argon2id takes."""
    monkeypatch.setattr(sealing, "_PASSES", 1)
    monkeypatch.setattr(sealing, "_KIBIBYTES", 8)


@pytest.fixture
def owner(db: Database, cast: Cast) -> Staff:
    """Mr Adeyemi as the safeguarding lead, with a factor and a key."""
    assert (
        accounts.change_role(db, staff.by_id(db, cast.adeyemi), Role.SAFEGUARDING_LEAD, by="staff 1", now=NOW) is None
    )
    member = staff.by_id(db, cast.adeyemi)
    accounts.make_key(db, member, password=PASSWORD, now=NOW)
    assert keys.public_of(db, member.id) is None, "no key before there is a factor"
    secret = second_factor.begin(db, member.id)
    second_factor.confirm(db, member.id, code_at(secret, now=at("12:00")), now=at("12:00"))
    accounts.make_key(db, member, password=PASSWORD, now=NOW)
    return member


def opens(db: Database, member: Staff, password: str) -> bool:
    """Whether this password opens the key that stands in the store."""
    public = keys.public_of(db, member.id)
    assert public
    try:
        return keys.ensure(db, member.id, password=password, by="", now=NOW).public == public
    except WrongKey:
        return False


@pytest.mark.parametrize(
    ("role", "all_need_one", "needs"),
    [
        (Role.LEAD, False, False),
        (Role.DEPUTY, False, True),
        (Role.SAFEGUARDING_LEAD, False, True),
        (Role.HELPER, False, False),
        (Role.IT, False, False),
        *((role, True, True) for role in Role),
    ],
)
def test_whoever_opens_concerns_needs_a_factor(role: Role, *, all_need_one: bool, needs: bool):
    assert needs_factor(role, all_need_one=all_need_one) is needs


@pytest.mark.parametrize(
    ("role", "takes_over", "by_id", "field"),
    [
        (Role.HELPER, 1, 1, None),
        (Role.LEAD, 1, 1, "role"),
        (Role.HELPER, 1, 2, "role"),
        (Role.HELPER, 2, 1, "takes_over"),
        (Role.HELPER, None, 1, "takes_over"),
    ],
)
def test_who_can_leave(role: Role, takes_over: int | None, by_id: int, field: str | None):
    member, other = (Staff(number, "", "", role, "", "") for number in (2, takes_over or 0))
    fault = leaving_fault(member, takes_over=other if takes_over else None, by_id=by_id)
    assert (fault.field if fault else None) == field


def test_an_owners_key_is_made_once_and_opens_with_their_password(db: Database, owner: Staff):
    public = keys.public_of(db, owner.id)
    accounts.make_key(db, owner, password=PASSWORD, now=NOW)
    assert keys.public_of(db, owner.id) == public
    assert opens(db, owner, PASSWORD)
    assert not opens(db, owner, SOCKS)


def test_nobody_else_gets_a_key(db: Database, cast: Cast):
    accounts.make_key(db, staff.lead(db), password=PASSWORD, now=NOW)
    assert keys.public_of(db, cast.okafor) is None


def test_ones_own_new_password_opens_the_same_key(db: Database, owner: Staff):
    public = keys.public_of(db, owner.id)
    assert accounts.change_password(db, owner, old="wrong", new=SOCKS, keep="", now=NOW)
    assert opens(db, owner, PASSWORD)
    assert accounts.change_password(db, owner, old=PASSWORD, new=SOCKS, keep="", now=NOW) is None
    assert keys.public_of(db, owner.id) == public
    assert opens(db, owner, SOCKS)
    assert staff.fits(db, owner.id, SOCKS)


def test_a_password_from_paper_opens_nothing_that_the_old_one_locked(db: Database, owner: Staff):
    code = accounts.print_code(db, owner.id, forgets_factor=False, by="staff 1", now=NOW).code
    assert keys.public_of(db, owner.id), "until the paper is used, nothing changes"
    taken = accounts.take_up(db, code, password=SOCKS, now=NOW)
    assert isinstance(taken, Staff)
    assert keys.public_of(db, owner.id) is None
    accounts.make_key(db, owner, password=SOCKS, now=NOW)
    assert opens(db, owner, SOCKS)


def test_a_forgotten_password_wants_paper_and_phone(db: Database, owner: Staff):
    secret, again = second_factor.begin(db, owner.id), second_factor.new_codes(db, owner.id, now=NOW)
    app, given = code_at(secret, now=NOW), {"email": owner.email, "password": SOCKS, "now": NOW}
    for recovery_code, app_code, email in (
        ("nothing", app, owner.email),
        (again[0], "000000", owner.email),
        (again[0], again[1], owner.email),
        (again[0], app, "nobody@harbour.example"),
    ):
        wrong = {**given, "email": email}
        assert accounts.recover(db, **wrong, recovery_code=recovery_code, app_code=app_code) is None
    assert second_factor.codes_left(db, owner.id) == 10
    short = accounts.recover(db, **{**given, "password": "short"}, recovery_code=again[0], app_code=app)
    assert isinstance(short, Fault)
    assert accounts.recover(db, **given, recovery_code=again[0], app_code=app) == owner
    assert staff.fits(db, owner.id, SOCKS)
    assert keys.public_of(db, owner.id) is None
    assert accounts.recover(db, **given, recovery_code=again[1], app_code=app) is None, "the app's code is spent"


@pytest.mark.parametrize(("role", "keeps"), [(Role.DEPUTY, True), (Role.HELPER, False), (Role.IT, False)])
def test_whoever_opens_concerns_no_longer_loses_the_key(db: Database, owner: Staff, role: Role, *, keeps: bool):
    accounts.change_role(db, owner, role, by="staff 1", now=NOW)
    assert (keys.public_of(db, owner.id) is not None) is keeps


def test_a_new_lead_loses_the_key_too(db: Database, owner: Staff):
    assert accounts.hand_over(db, owner, role=Role.DEPUTY, by="staff 1", now=NOW) is None
    assert staff.lead(db).id == owner.id
    assert keys.public_of(db, owner.id) is None


def test_a_leavers_key_is_taken_out(db: Database, owner: Staff, cast: Cast):
    assert accounts.end(db, owner, takes_over=staff.lead(db), by_id=cast.okafor, now=NOW) is None
    assert keys.public_of(db, owner.id) is None
    assert db["keys"].count_where("locked is not null") == 0


def test_a_paper_that_waits_is_dead_when_its_owner_has_left(db: Database, owner: Staff, cast: Cast):
    paper = accounts.print_code(db, owner.id, forgets_factor=True, by="staff 1", now=NOW)
    accounts.end(db, owner, takes_over=staff.lead(db), by_id=cast.okafor, now=NOW)
    assert accounts.take_up(db, paper.code, password=SOCKS, now=NOW) is None


def test_a_short_password_leaves_the_paper_good(db: Database):
    made = accounts.invite(
        db, name="Mrs Lindqvist", email="l@harbour.example", role=Role.IT, room="", phone="", by="staff 1", now=NOW
    )
    assert isinstance(made, Printed)
    assert isinstance(accounts.take_up(db, made.code, password="short", now=NOW), Fault)
    assert isinstance(accounts.take_up(db, made.code, password=SOCKS, now=NOW), Staff)


def test_the_journal_tells_of_all_this_in_numbers_alone(db: Database, owner: Staff, cast: Cast):
    code = accounts.print_code(db, owner.id, forgets_factor=True, by="staff 1", now=NOW).code
    accounts.take_up(db, code, password=SOCKS, now=NOW)
    accounts.end(db, owner, takes_over=staff.lead(db), by_id=cast.okafor, now=NOW)
    told = [f"{each['what']} {each['about']}" for each in db["journal"].rows]
    assert {"staff.role", "staff.factor_on", "staff.code_printed", "staff.password", "staff.factor_off"} <= {
        each.split()[0] for each in told
    }
    assert [each for each in told if "Adeyemi" in each or owner.email in each or code in each] == []


# The last who reads concerns


@pytest.fixture
def written(db: Database, owner: Staff) -> None:
    """A concern, sealed to Mr Adeyemi and the recovery key."""
    keys.make_recovery(db, by="staff 1", now=NOW)
    account = {"child": "Priya Nair", "words": "He said he would wait.", "what": "Crying by the lockers."}
    assert concerns.begin(db, account, key="k", writer=owner, now=NOW) == 1


@pytest.fixture
def lindqvist(db: Database, cast: Cast) -> Staff:
    """Mrs Lindqvist, a deputy without a key."""
    account = {"name": "Mrs Lindqvist", "email": "l@harbour.example", "password": PASSWORD, "room": "", "phone": ""}
    added = staff.add(db, **account, role=Role.DEPUTY, by="staff 1", now=NOW)
    assert isinstance(added, int)
    return staff.by_id(db, added)


def take_out(db: Database, member: Staff, cast: Cast, data: Path) -> list[Fault]:
    """What is said to each way of taking somebody's key out, as long as it is refused."""
    tried = [
        accounts.change_role(db, member, Role.HELPER, by="staff 1", now=NOW),
        accounts.hand_over(db, member, role=Role.HELPER, by="staff 1", now=NOW),
        accounts.end(db, member, takes_over=staff.lead(db), by_id=cast.okafor, now=NOW),
        erasure.erase(db, tombstones.Whose.STAFF, member.id, folder=data, by="staff 1", now=NOW),
    ]
    assert keys.public_of(db, member.id) is not None
    return [each for each in tried if isinstance(each, Fault)]


@pytest.mark.usefixtures("written")
def test_the_last_who_reads_concerns_stays_a_reader(
    db: Database, data: Path, cast: Cast, owner: Staff, lindqvist: Staff
):
    refused = take_out(db, owner, cast, data)
    assert [(each.code, each.values) for each in refused] == [(keys.Wrong.LAST_READER, {"texts": 1})] * 4
    keys.ensure(db, lindqvist.id, password=PASSWORD, by="", now=at("12:50"))
    assert len(take_out(db, owner, cast, data)) == 4, "she has a key, and nothing is sealed to it yet"
    mine = keys.ensure(db, owner.id, password=PASSWORD, by="", now=NOW)
    assert concerns.seal_anew(db, key=mine, by=owner, now=NOW, most=9).waiting == 0
    assert accounts.change_role(db, owner, Role.DEPUTY, by="staff 1", now=NOW) is None
    assert accounts.end(db, owner, takes_over=staff.lead(db), by_id=cast.okafor, now=NOW) is None
    assert len(take_out(db, lindqvist, cast, data)) == 4, "now she is the last"


@pytest.mark.usefixtures("written")
def test_a_new_reader_is_taken_out_again_before_anything_is_sealed_to_them(db: Database, lindqvist: Staff):
    keys.ensure(db, lindqvist.id, password=PASSWORD, by="", now=at("12:50"))
    assert accounts.change_role(db, lindqvist, Role.HELPER, by="staff 1", now=at("12:51")) is None
    assert keys.public_of(db, lindqvist.id) is None
