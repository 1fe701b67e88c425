"""Mentors, and the one rule "fit for duty" (P2)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from mentoring.basics import forms
from mentoring.basics.forms import Fault, tidy
from mentoring.people import fitness, mentors
from mentoring.people.mentors import ALREADY_THERE, Consent, MentorState, NewMentor, Wrong, new_mentor
from mentoring.store.database import rows
from tests.conftest import Cast, at

DANA = {"given_name": "Dana", "family_name": "Lee", "year_group": "10"}
AMIRA = {"given_name": "Amira", "family_name": "Khan", "year_group": "11", "display_name": "Amira"}
NOW = at("09:00")


@pytest.mark.parametrize(
    ("state", "badge_good", "reasons"),
    [
        (MentorState.ACTIVE, True, ()),
        (MentorState.ACTIVE, False, ("has no good badge",)),
        (MentorState.PAUSED, True, ("stepping back for a while",)),
        (MentorState.PAUSED, False, ("stepping back for a while", "has no good badge")),
        (MentorState.LEFT, True, ("no longer a mentor",)),
        (MentorState.LEFT, False, ("no longer a mentor", "has no good badge")),
    ],
)
def test_fit_for_duty_is_active_with_a_good_badge_and_gives_every_reason_why_not(
    state: MentorState, reasons: tuple[str, ...], *, badge_good: bool
):
    assert fitness.unfit_because(state=state, badge_good=badge_good) == reasons


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("Amira", "Amira"),
        ("  Amira \t Khan\n", "Amira Khan"),
        ("Zoe\u0308", "Zoë"),
        ("A\u0000mira\u0007", "A mira"),
        ("Ben\u2028Osei\u2029", "Ben Osei"),
        ("Ben\u00a0Osei", "Ben Osei"),
        ("Siân Llŷr-Ŵyn O'Neill", "Siân Llŷr-Ŵyn O'Neill"),
        ("<b>Bobby</b>", "<b>Bobby</b>"),
        ("", ""),
    ],
)
def test_text_is_kept_as_a_person_meant_it(text: str, tidied: str):
    assert tidy(text) == tidied


@given(st.text())
def test_tidied_text_is_one_line_and_tidy(text: str):
    tidied = tidy(text)
    assert tidy(tidied) == tidied
    assert len(tidied.splitlines()) <= 1
    assert tidied == tidied.strip()
    assert "  " not in tidied


def test_a_mentor_needs_a_name_and_a_year_and_no_more():
    assert new_mentor(DANA) == NewMentor("Dana", "Lee", "10", "Dana")


def test_nobody_agrees_to_a_shown_name_by_leaving_it_out():
    assert new_mentor(DANA).consent is Consent.NOT_ASKED
    assert new_mentor({**DANA, "shows_name": "Yes"}).consent is Consent.AGREED


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"given_name": ""}, ["given_name"]),
        ({"given_name": " \n "}, ["given_name"]),
        ({"family_name": ""}, ["family_name"]),
        ({"year_group": ""}, ["year_group"]),
        ({"given_name": "D" * 61}, ["given_name"]),
        ({"family_name": "L" * 61}, ["family_name"]),
        ({"display_name": "D" * 61}, ["display_name"]),
        ({"year_group": "1" * 61}, ["year_group"]),
        ({"email": "d@" + "l" * 60}, ["email"]),
        ({"email": "dana"}, ["email"]),
        ({"experienced": "perhaps"}, ["experienced"]),
        ({"shows_name": "1"}, ["shows_name"]),
        ({"given_name": "", "email": "dana", "experienced": "?"}, ["given_name", "email", "experienced"]),
    ],
)
def test_all_that_is_wrong_with_a_mentor_is_said_at_once_with_a_remedy(given: dict[str, str], fields: list[str]):
    faults = new_mentor({**DANA, **given})
    assert isinstance(faults, list)
    assert [fault.field for fault in faults] == fields
    assert {fault.code for fault in faults} <= set(mentors.Wrong)


def test_nothing_at_all_is_three_faults():
    faults = new_mentor({})
    assert isinstance(faults, list)
    assert [fault.field for fault in faults] == ["given_name", "family_name", "year_group"]


@pytest.mark.parametrize("length", [1, 60])
def test_a_name_of_up_to_sixty_letters_is_a_name(length: int):
    assert isinstance(new_mentor({**DANA, "given_name": "Ü" * length}), NewMentor)


@pytest.mark.parametrize("given", ["Amira", "AMIRA", "amira"])
def test_a_double_tap_adds_one_mentor(db: Database, given: str):
    namesake = mentors.add(db, NewMentor(given, "Khan", "11", "A."), by="staff 1", now=NOW)
    assert namesake == ALREADY_THERE
    assert len(mentors.mentors(db)) == 3


def test_a_namesake_of_another_year_and_of_one_who_left_may_join(db: Database, cast: Cast):
    assert isinstance(mentors.add(db, NewMentor("Amira", "Khan", "9", "Amira"), by="staff 1", now=NOW), int)
    db.execute("update mentors set state = 'left' where id = :id", {"id": cast.ben})
    assert isinstance(mentors.add(db, NewMentor("Ben", "Osei", "10", "Ben"), by="staff 1", now=NOW), int)


def test_an_edit_changes_one_mentor_and_never_makes_a_namesake(db: Database, cast: Cast):
    changed = {**AMIRA, "family_name": "Khan-Lee", "display_name": "Mira", "email": "a@b.example", "state": "paused"}
    assert mentors.edit(db, cast.amira, changed, by="staff 1", now=NOW) == []
    amira, ben = mentors.mentor(db, cast.amira), mentors.mentor(db, cast.ben)
    assert amira is not None
    assert ben is not None
    assert (amira.full_name, amira.display_name, amira.state) == ("Amira Khan-Lee", "Mira", "paused")
    assert ben.full_name == "Ben Osei"
    assert mentors.edit(db, cast.ben, changed, by="staff 1", now=NOW) == [ALREADY_THERE]
    unchanged = mentors.mentor(db, cast.ben)
    assert unchanged == ben


@pytest.mark.parametrize(
    ("known", "shown", "ticked", "after"),
    [
        (Consent.NOT_ASKED, False, False, Consent.NOT_ASKED),
        (Consent.PROPOSED, False, False, Consent.PROPOSED),
        (Consent.NOT_ASKED, False, True, Consent.AGREED),
        (Consent.AGREED, True, False, Consent.REFUSED),
        (Consent.REFUSED, True, True, Consent.REFUSED),
        (Consent.AGREED, False, False, Consent.AGREED),
    ],
)
def test_a_tick_that_nobody_touched_changes_no_consent(known: Consent, after: Consent, *, shown: bool, ticked: bool):
    assert mentors.after_form(known, shown=shown, ticked=ticked) is after


def test_a_page_opened_before_somebody_refused_shows_no_name_again(db: Database, cast: Cast):
    mentors.set_consent(db, cast.amira, Consent.REFUSED)
    typed = {**AMIRA, "email": "a@b.example", "shows_name": "yes", "agreed_before": "yes"}
    mentors.edit(db, cast.amira, typed, by="staff 1", now=NOW)
    amira = mentors.mentor(db, cast.amira)
    assert amira is not None
    assert (amira.email, amira.public_name) == ("a@b.example", "A mentor")


def test_pausing_keeps_no_reason(db: Database, cast: Cast):
    ben = {"given_name": "Ben", "family_name": "Osei", "year_group": "10", "state": "paused"}
    mentors.edit(db, cast.ben, ben, by="staff 1", now=NOW)
    last = rows(db, "select about from journal order by id desc")[0]
    assert last["about"] == f'{{"mentor": {cast.ben}, "state": "paused"}}'


def test_the_journal_never_holds_a_mentors_name(db: Database):
    mentors.add(db, NewMentor("Dana", "Lee", "10", "Dana", email="dana@lee.example"), by="staff 1", now=NOW)
    journal = " ".join(each["about"] + each["actor"] for each in rows(db, "select * from journal"))
    assert not any(name in journal for name in ("Dana", "Lee", "Amira", "Okafor"))


def test_a_mentor_who_did_not_agree_is_a_mentor_on_every_screen(db: Database, cast: Cast):
    known = {mentor.id: mentor.public_name for mentor in mentors.mentors(db)}
    assert known == {cast.amira: "Amira", cast.ben: "A mentor", cast.chidi: "Chidi"}


@pytest.mark.parametrize(
    ("agreed", "others", "entries"),
    [
        (["Amira", "Ben"], 0, [("A", "Amira"), ("B", "Ben")]),
        (["Gita"], 1, [("G", "Gita"), ("+1", "one more mentor")]),
        (["Gita"], 2, [("G", "Gita"), ("+2", "two more mentors")]),
        ([], 1, [("1", "One mentor")]),
        ([], 2, [("2", "Two mentors")]),
        ([], 12, [("12", "12 mentors")]),
        ([], 0, []),
    ],
)
def test_people_in_public_are_names_and_how_many_others(
    db: Database, cast: Cast, agreed: list[str], others: int, entries: list[tuple[str, str]]
):
    amira = mentors.mentor(db, cast.amira)
    assert amira
    nameless = [replace(amira, consent=Consent.REFUSED)] * others
    shown = mentors.in_public([*nameless, *(replace(amira, display_name=name) for name in agreed)])
    assert [(each.mark, each.words) for each in shown] == entries


def test_a_mentor_who_is_not_there_is_none(db: Database):
    assert mentors.mentor(db, 4242) is None


@pytest.mark.parametrize("text", ["A\u200bmira", "Amira\u202e", "\ufeffAmira", "Ami\u00adra"])
def test_nothing_invisible_is_kept(text: str):
    assert forms.tidy(text) == "Amira"


def test_a_joiner_inside_a_name_is_kept_and_alone_is_no_name():
    assert forms.tidy("\u0645\u200c\u06cc") == "\u0645\u200c\u06cc"
    assert isinstance(mentors.new_mentor({"given_name": "\u200d", "family_name": "\u2060", "year_group": "10"}), list)


def test_nobody_can_be_edited_who_is_not_there(db: Database):
    before = len(rows(db, "select id from journal"))
    with pytest.raises(LookupError):
        mentors.edit(db, 4242, DANA, by="staff 1", now=at("09:00"))
    assert len(rows(db, "select id from journal")) == before


@pytest.mark.parametrize(
    "text", ["10", "Year 10", "Yr 10", "yr10", "Y10", "10A", "10 A", "Year 10B", "Y.10", "010"[1:], "10/ABC", "10th"]
)
def test_a_year_group_is_a_number_however_it_is_written(text: str):
    assert mentors.year_of(text) == "10"


@pytest.mark.parametrize(
    "text",
    ["", "ten", "Year ten", "0", "99", "Sixth form", "10/11", "10-11", "10 or 11", "Oct-11", "10-Nov", "²", "１０"],
)
def test_what_is_no_year_group_is_none(text: str):
    assert mentors.year_of(text) is None


@pytest.mark.parametrize("text", ["Oct-11", "oct 11", "11-Oct", "10-Nov-2026", "October-11", "10/11/2026"])
def test_what_a_spreadsheet_made_of_two_years_is_said(text: str):
    found = new_mentor({"given_name": "Ava", "family_name": "Okoro", "year_group": text})
    assert found == [Fault("year_group", Wrong.MADE_A_DATE, {"given": text})]
