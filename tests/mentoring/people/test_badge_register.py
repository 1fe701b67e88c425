"""The register of badges: at most one good badge a mentor, and an ended one never comes back (P20)."""

from itertools import count

from sqlite_utils import Database

from mentoring.people import badge_register
from mentoring.people.badge_register import NUMBERS, good_number
from mentoring.people.mentors import NewMentor, remember
from mentoring.store.database import rows
from tests.conftest import Cast, at
from tests.mentoring.conftest import AtOnce

NOW = at("09:00")


def _everyone(cast: Cast) -> list[int]:
    return [cast.amira, cast.ben, cast.chidi]


def test_issuing_again_gives_the_badges_that_are_there(db: Database, cast: Cast):
    again = badge_register.issue_missing(db, _everyone(cast), by="staff 1", now=NOW)
    assert again == cast.numbers
    assert len(rows(db, "select id from badges")) == 3


def test_a_mentor_without_a_badge_is_issued_one_and_nobody_else_is(db: Database, cast: Cast):
    badge_register.revoke(db, cast.ben, by="staff 1", now=NOW)
    issued = badge_register.issue_missing(db, _everyone(cast), by="staff 1", now=NOW)
    assert issued[cast.amira] == cast.numbers[cast.amira]
    assert issued[cast.ben] != cast.numbers[cast.ben]
    assert len(rows(db, "select id from badges")) == 4


def test_badge_numbers_differ_and_fit_the_code(cast: Cast):
    assert len(set(cast.numbers.values())) == 3
    assert all(0 <= number < NUMBERS for number in cast.numbers.values())


def test_two_hands_that_issue_at_once_issue_one_badge(db: Database, cast: Cast, at_once: AtOnce):
    badge_register.revoke(db, cast.ben, by="staff 1", now=NOW)
    issued = at_once(4, lambda mine: badge_register.issue_missing(mine, [cast.ben], by="staff 1", now=NOW))
    assert len({each[cast.ben] for each in issued}) == 1


def test_a_replaced_badge_has_ended_and_one_new_one_is_good(db: Database, cast: Cast):
    for _ in range(2):  # a second tap
        badge_register.replace(db, cast.amira, number=cast.numbers[cast.amira], by="staff 1", now=NOW)
    told = rows(db, "select ended_how from badges where mentor_id = :id order by id", id=cast.amira)
    assert [each["ended_how"] for each in told] == ["replaced", None]
    assert good_number(db, cast.amira) != cast.numbers[cast.amira]


def test_replacing_at_four_screens_at_once_leaves_one_good_badge(db: Database, cast: Cast, at_once: AtOnce):
    number = cast.numbers[cast.amira]
    at_once(4, lambda mine: badge_register.replace(mine, cast.amira, number=number, by="staff 1", now=NOW))
    told = rows(db, "select ended from badges where mentor_id = :id order by id", id=cast.amira)
    assert [each["ended"] is None for each in told] == [False, True]


def test_a_badge_is_revoked_once(db: Database, cast: Cast):
    assert badge_register.revoke(db, cast.amira, by="staff 1", now=NOW) is True
    assert badge_register.revoke(db, cast.amira, by="staff 1", now=NOW) is False
    assert good_number(db, cast.amira) is None
    assert len(rows(db, "select id from journal where what = 'badge.revoked'")) == 1


def test_printing_is_remembered_of_good_badges_with_the_number_that_was_drawn_alone(db: Database, cast: Cast):
    badge_register.revoke(db, cast.ben, by="staff 1", now=NOW)
    replaced = {**cast.numbers, cast.chidi: NUMBERS}
    assert badge_register.note_printed(db, replaced, by="staff 1", now=NOW) == [cast.amira]
    printed = rows(db, "select mentor_id from badges where printed is not null")
    assert [each["mentor_id"] for each in printed] == [cast.amira]


def test_once_a_badge_was_issued_it_is_known_for_ever(db: Database, cast: Cast):
    for mentor_id in _everyone(cast):
        badge_register.revoke(db, mentor_id, by="staff 1", now=NOW)
    assert badge_register.any_issued(db)


def test_a_thousand_numbers_are_a_thousand_different_ones(db: Database):
    db.execute("begin immediate")
    names = count()
    mentors = [remember(db, NewMentor("Dana", str(next(names)), "10", "Dana")) for _ in range(1000)]
    db.commit()
    issued = badge_register.issue_missing(db, mentors, by="staff 1", now=NOW)
    assert len(set(issued.values())) == 1000
