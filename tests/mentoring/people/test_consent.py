"""Whose name may be shown: looked at for every active mentor, and written down for many at once (P12)."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from mentoring.people import consent, mentors
from mentoring.people.mentors import Consent, Mentor, MentorState
from mentoring.store.database import rows
from tests.conftest import Cast, at

AVA = Mentor(7, "Ava", "Okoro", "Ava", "10", False, "", Consent.AGREED, MentorState.ACTIVE, has_badge=True)  # noqa: FBT003 # as a row
NOW = at("09:00")


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        (Consent.AGREED, []),
        (Consent.REFUSED, []),
        (Consent.NOT_ASKED, [AVA.id]),
        (Consent.PROPOSED, [AVA.id]),
    ],
)
def test_consent_is_settled_when_somebody_has_looked_at_it_of_every_active_mentor(given: Consent, ids: list[int]):
    gone = replace(AVA, id=8, consent=Consent.NOT_ASKED, state=MentorState.LEFT)
    assert [each.id for each in consent.not_settled([replace(AVA, consent=given), gone])] == ids


@pytest.mark.parametrize(
    ("shown", "ticked", "all_asked", "says"),
    [
        (Consent.NOT_ASKED, True, False, Consent.AGREED),
        (Consent.NOT_ASKED, False, False, Consent.NOT_ASKED),
        (Consent.NOT_ASKED, False, True, Consent.REFUSED),
        (Consent.PROPOSED, True, False, Consent.AGREED),
        (Consent.PROPOSED, False, False, Consent.NOT_ASKED),
        (Consent.AGREED, False, False, Consent.REFUSED),
        (Consent.REFUSED, False, False, Consent.REFUSED),
        (Consent.REFUSED, True, True, Consent.AGREED),
    ],
)
def test_an_empty_tick_says_no_only_where_it_was_asked(shown: Consent, says: Consent, *, ticked: bool, all_asked: bool):
    assert consent.answer_of(shown, ticked=ticked, all_asked=all_asked) is says


def test_a_list_sent_twice_counts_once(db: Database, cast: Cast):
    mentors.set_consent(db, cast.ben, Consent.NOT_ASKED)
    shown = {cast.amira: Consent.AGREED, cast.ben: Consent.NOT_ASKED, 4242: Consent.NOT_ASKED}
    for _ in range(2):
        late = consent.record(db, shown, agreed={cast.ben, 4242}, all_asked=False, by="staff 1", now=NOW)
        assert late == ()
    told = rows(db, "select what, about from journal where what glob 'consent.*' order by id desc limit 2")
    assert [(each["what"], each["about"]) for each in told] == [
        ("consent.refused", f'{{"mentors": [{cast.amira}]}}'),
        ("consent.agreed", f'{{"mentors": [{cast.ben}]}}'),
    ]


def test_nobody_who_left_is_shown_again(db: Database, cast: Cast):
    mentors.set_consent(db, cast.amira, Consent.NOT_ASKED)
    mentors.set_state(db, cast.amira, MentorState.LEFT)
    shown = {cast.amira: Consent.NOT_ASKED}
    late = consent.record(db, shown, agreed={cast.amira}, all_asked=False, by="staff 1", now=NOW)
    assert [each.id for each in late] == [cast.amira]
    amira = mentors.mentor(db, cast.amira)
    assert amira is not None
    assert amira.consent is Consent.NOT_ASKED
