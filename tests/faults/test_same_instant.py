"""Two saves of one form at the same instant: what one page did not change is what the other has just saved."""

import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from mentoring.access import staff
from mentoring.basics import forms
from mentoring.people import mentors
from mentoring.planning import replanning
from mentoring.school import programme, school_year
from mentoring.school.school_year import HalfTerm, HalfTermForm, SlotForm
from mentoring.store import database
from mentoring.store.database import open_database
from tests.conftest import Cast, at

BY, NOW = "staff 1", at("09:00")
SPRING = {"name": "Spring 1", "starts": "2027-01-04", "ends": "2027-02-12"}

Save = Callable[[Database], Any]
Both = Callable[[Save, Save], list[Any]]


@pytest.fixture
def both(data: Path, monkeypatch: pytest.MonkeyPatch) -> Both:
    """Save twice on two connections; the second begins once the first has compared its form with the file.

    The first goes on when the second has compared its own, or waits for the first to finish its change.
    """
    compare, lock = forms.as_changed, threading.Lock()
    answers: list[Any] = []
    has_compared_or_waits = threading.Event()

    def save(do: Save) -> None:
        with closing(open_database(data / "programme.db")) as db:
            answers.append(do(db))

    def run(first: Save, second: Save) -> list[Any]:
        other = threading.Thread(target=save, args=[second])

        class Lock:
            def __enter__(self) -> None:
                if threading.current_thread() is other:
                    has_compared_or_waits.set()
                lock.acquire()

            def __exit__(self, *_: object) -> None:
                lock.release()

        def compared(given: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, str]:
            merged = compare(given, stored)
            if threading.current_thread() is other:
                has_compared_or_waits.set()
            else:
                other.start()
                assert has_compared_or_waits.wait(timeout=30)
            return merged

        monkeypatch.setattr(database, "_one_writer", Lock())
        monkeypatch.setattr(forms, "as_changed", compared)
        save(first)
        other.join(timeout=30)
        return answers

    return run


def page(shown: Mapping[str, str], **typed: str) -> dict[str, str]:
    """What a page that shows this sends once this was typed into it."""
    return {**{forms.WAS + name: value for name, value in shown.items()}, **shown, **typed}


def test_of_a_mentor(db: Database, cast: Cast, both: Both):
    ben = mentors.mentor(db, cast.ben)
    assert ben
    paused, email = (
        page(mentors.form_of(ben), **typed) for typed in ({"state": "paused"}, {"email": "ben@harbour.example"})
    )
    both(
        lambda db: mentors.edit(db, cast.ben, paused, by=BY, now=NOW),
        lambda db: mentors.edit(db, cast.ben, email, by=BY, now=NOW),
    )
    saved = mentors.mentor(db, cast.ben)
    assert saved
    assert (saved.state, saved.email) == ("paused", "ben@harbour.example")


def test_of_an_adult(db: Database, cast: Cast, both: Both):
    adeyemi = staff.by_id(db, cast.adeyemi)
    assert adeyemi
    room, phone = (page(staff.form_of(adeyemi), **typed) for typed in ({"room": "Room 30"}, {"phone": "555"}))
    both(
        lambda db: staff.change(db, cast.adeyemi, room, by=BY, now=NOW),
        lambda db: staff.change(db, cast.adeyemi, phone, by=BY, now=NOW),
    )
    saved = staff.by_id(db, cast.adeyemi)
    assert saved
    assert (saved.room, saved.phone) == ("Room 30", "555")


def test_of_the_programme(db: Database, both: Both):
    shown = programme.school_form(programme.load(db))
    both(
        lambda db: programme.change(db, page(shown, staffed_days="Mon"), by=BY, now=NOW),
        lambda db: programme.change(db, page(shown, name="Listeners"), by=BY, now=NOW),
    )
    saved = programme.load(db)
    assert (saved.staffed_days, saved.name) == (("Mon",), "Listeners")


def test_of_the_minutes_of_an_alert_which_have_an_order(db: Database, both: Both):
    shown = programme.minutes_form(programme.load(db))
    answers = both(
        lambda db: programme.change_passing_on(db, page(shown, deputy_after="5"), by=BY, now=NOW),
        lambda db: programme.change_passing_on(db, page(shown, everyone_after="4"), by=BY, now=NOW),
    )
    saved = programme.load(db)
    assert (saved.deputy_after, saved.everyone_after) == (5, 6)
    assert [[each.code for each in faults] for faults in answers] == [[], [programme.Wrong.DEPUTY_LATER]]


def test_of_a_slot(db: Database, cast: Cast, both: Both):
    def slot() -> school_year.Slot:
        return next(each for each in school_year.slots(db) if each.id == cast.slot)

    adult, places = (
        SlotForm(cast.slot, page(school_year.slot_form(slot()), **typed))
        for typed in ({"adult": str(cast.okafor)}, {"places": "4"})
    )
    both(
        lambda db: replanning.change(db, adult, by=BY, now=NOW),
        lambda db: replanning.change(db, places, by=BY, now=NOW),
    )
    assert (slot().adult_id, slot().places) == (cast.okafor, 4)


def test_of_a_half_term(db: Database, both: Both):
    school_year.add_half_term(db, HalfTerm(0, "Spring 1", date(2027, 1, 4), date(2027, 2, 12)), by=BY, now=NOW)
    [known] = school_year.half_terms(db)
    name, ends = (
        HalfTermForm(known.id, page(school_year.half_term_form(known), **typed))
        for typed in ({"name": "First of spring"}, {"ends": "2027-02-19"})
    )
    both(
        lambda db: replanning.change(db, name, by=BY, now=NOW),
        lambda db: replanning.change(db, ends, by=BY, now=NOW),
    )
    [saved] = school_year.half_terms(db)
    assert (saved.name, saved.ends) == ("First of spring", date(2027, 2, 19))


def test_two_half_terms_that_overlap_are_one(db: Database, both: Both):
    both(
        lambda db: replanning.change(db, HalfTermForm(None, SPRING), by=BY, now=NOW),
        lambda db: replanning.change(db, HalfTermForm(None, {**SPRING, "name": "Other"}), by=BY, now=NOW),
    )
    assert [each.name for each in school_year.half_terms(db)] == ["Spring 1"]
