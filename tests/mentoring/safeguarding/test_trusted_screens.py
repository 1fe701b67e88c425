"""Trusted screens: which browsers answer for whoever taps a name on them (P5)."""

from sqlite_utils import Database

from mentoring.safeguarding import trusted_screens
from tests.conftest import at

NOW = at("12:40")


def test_a_screen_is_trusted_with_its_own_token_and_for_one_link(db: Database):
    token = trusted_screens.trust(db, "a-link", by="staff 1", now=NOW)
    assert trusted_screens.is_trusted(db, "a-link", token)
    for link, other in (("a-link", ""), ("a-link", token[:-1]), ("another", token), ("", token), ("", "")):
        assert not trusted_screens.is_trusted(db, link, other)
    assert token not in "\n".join(db.conn.iterdump())


def test_a_screen_of_an_earlier_link_is_forgotten_with_the_next(db: Database):
    old = trusted_screens.trust(db, "a-link", by="staff 1", now=NOW)
    assert trusted_screens.in_use(db, "another") == []
    new = trusted_screens.trust(db, "another", by="staff 1", now=NOW)
    assert [each.since for each in trusted_screens.in_use(db, "another")] == [NOW]
    assert db["trusted_screens"].count == 1
    assert trusted_screens.is_trusted(db, "another", new)
    assert not trusted_screens.is_trusted(db, "a-link", old)


def test_trust_is_ended_once_and_both_are_in_the_trail(db: Database):
    token = trusted_screens.trust(db, "a-link", by="staff 1", now=NOW)
    [screen] = trusted_screens.in_use(db, "a-link")
    for _ in range(2):
        trusted_screens.end(db, screen.id, by="staff 1", now=NOW)
    assert not trusted_screens.is_trusted(db, "a-link", token)
    trail = [each["what"] for each in db["journal"].rows_where("what like 'screen.%'")]
    assert trail == ["screen.trusted", "screen.trust_ended"]
