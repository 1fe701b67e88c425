"""Whose keys there are, to whom everything is sealed, and how they follow passwords and people."""

import pytest
from sqlite_utils import Database

from mentoring.access import keys
from mentoring.basics.sealing import WrongKey
from mentoring.store import journal
from mentoring.store.database import rows, write
from tests.conftest import PASSWORD, Cast, at

NOW = at("12:00")
BY = "staff 1"


def test_everything_is_sealed_to_the_owners_and_the_recovery_key(db: Database, cast: Cast):
    assert keys.recipients(db) == []
    assert keys.recovery(db) is None
    paper = keys.make_recovery(db, by=BY, now=NOW)
    owner = keys.ensure(db, cast.adeyemi, password=PASSWORD, by=BY, now=NOW)
    assert keys.recipients(db) == [paper.public, owner.public]
    assert keys.recovery(db) == paper.public
    assert keys.public_of(db, cast.adeyemi) == owner.public
    assert keys.ensure(db, cast.adeyemi, password=PASSWORD, by=BY, now=NOW) == owner
    with pytest.raises(WrongKey):
        keys.ensure(db, cast.adeyemi, password="another password", by=BY, now=NOW)


def test_no_private_half_lies_open_in_the_store(db: Database, cast: Cast):
    paper = keys.make_recovery(db, by=BY, now=NOW)
    owner = keys.ensure(db, cast.adeyemi, password=PASSWORD, by=BY, now=NOW)
    kept = repr([tuple(each) for each in rows(db, "select * from keys")])
    assert paper.private not in kept
    assert owner.private not in kept


def test_a_new_password_locks_the_same_key(db: Database, cast: Cast):
    owner = keys.ensure(db, cast.adeyemi, password=PASSWORD, by=BY, now=NOW)
    with pytest.raises(WrongKey), write(db):
        keys.relock(db, cast.adeyemi, old="not the old one", new="five warm socks")
    with write(db):
        keys.relock(db, cast.adeyemi, old=PASSWORD, new="five warm socks")
        keys.relock(db, cast.okafor, old=PASSWORD, new="five warm socks")
    assert keys.ensure(db, cast.adeyemi, password="five warm socks", by=BY, now=NOW) == owner
    with pytest.raises(WrongKey):
        keys.ensure(db, cast.adeyemi, password=PASSWORD, by=BY, now=NOW)


def test_an_ended_key_is_no_recipient_and_its_lock_is_gone(db: Database, cast: Cast):
    owner = keys.ensure(db, cast.adeyemi, password=PASSWORD, by=BY, now=NOW)
    with write(db):
        keys.end(db, cast.adeyemi, by=BY, now=NOW)
        keys.end(db, cast.adeyemi, by=BY, now=NOW)
    assert keys.recipients(db) == []
    assert [each["locked"] for each in rows(db, "select locked from keys")] == [None]
    assert keys.ensure(db, cast.adeyemi, password=PASSWORD, by=BY, now=NOW) != owner
    told = [each["what"] for each in rows(db, "select what from journal where what like 'key.%' order by id")]
    assert told == ["key.made", "key.ended", "key.made"]
    assert journal.touched(db) is None


def test_a_new_recovery_key_takes_the_place_of_the_old(db: Database):
    old = keys.make_recovery(db, by=BY, now=NOW)
    new = keys.make_recovery(db, by=BY, now=NOW)
    assert old != new
    assert keys.recipients(db) == [new.public]
