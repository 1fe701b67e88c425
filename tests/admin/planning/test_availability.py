"""What a mentor said of their days, on the mentor's page: kept, taken back, and seen by few."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.planning import availability
from mentoring.planning.availability import ApartWhy, Days, Means, Why
from tests.both_doors import form_key
from tests.conftest import Cast
from tests.walking import Page, inline, page

BOBBY = "<b>Bobby</b><img src=x onerror=alert(1)>"


class MentorPage:
    """Sends the forms of one mentor's page."""

    def __init__(self, door: FlaskClient, mentor: int) -> None:
        self._door, self._path = door, f"/mentors/{mentor}"

    def send(self, path: str, **fields: object) -> Page:
        answer = self._door.post(f"{self._path}/{path}", data={**fields, "form_key": form_key(self._door)})
        self.status = answer.status_code
        return page(self._door.get(self._path) if self.status == 303 else answer)


@pytest.fixture
def amira(lead: FlaskClient, cast: Cast) -> MentorPage:
    return MentorPage(lead, cast.amira)


@pytest.mark.parametrize(
    ("given", "days", "words"),
    [
        ({"day": "Mon", "week": ""}, Days(day=0), "every Monday"),
        ({"day": "Thu", "week": "B"}, Days(day=3, week="B"), "Thursdays of week B"),
        ({"starts": "2027-01-14", "ends": ""}, Days(starts=date(2027, 1, 14), ends=date(2027, 1, 14)), "14 January"),
        (
            {"starts": "2027-01-14", "ends": "2027-02-01"},
            Days(starts=date(2027, 1, 14), ends=date(2027, 2, 1)),
            "14 January to 1 February",
        ),
    ],
)
def test_days_are_kept_and_taken_back(
    amira: MentorPage, db: Database, cast: Cast, given: dict[str, str], days: Days, words: str
):
    shown = amira.send("availability", means="not_free", why="exam", reason="Mock exams", **given)
    assert f"Cannot come {words} an exam: Mock exams" in shown.text
    [entry] = availability.entries(db, cast.amira)
    assert (entry.means, entry.days, entry.why) == (Means.NOT_FREE, days, Why.EXAM)
    assert "Free on every day" in amira.send(f"availability/{entry.id}/remove").text
    assert availability.entries(db, cast.amira) == []


def test_nobody_has_to_say_why_and_a_wish_is_kept_too(amira: MentorPage, db: Database, cast: Cast):
    shown = amira.send("availability", means="prefers", why="", reason="", day="Wed", week="")
    assert "Would like to come every Wednesday" in shown.text
    [entry] = availability.entries(db, cast.amira)
    assert (entry.why, entry.reason) == (Why.UNSAID, "")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"starts": "soon", "ends": ""}, "This is “soon”: choose a day."),
        ({"starts": "2027-01-14", "ends": "2027-01-13"}, "This is before the first day: choose a later day."),
        ({"starts": "", "ends": ""}, "choose a day of the week or a date"),
        ({"day": "Someday", "week": ""}, "choose one of Mon Tue Wed Thu Fri"),
        ({"day": "Mon", "week": "", "reason": "x" * 81}, "This is longer than 80 letters"),
    ],
)
def test_a_fault_is_said_beside_its_field(amira: MentorPage, db: Database, given: dict[str, str], says: str):
    shown = amira.send("availability", **{"means": "not_free", "why": "", "reason": "", **given})
    assert (amira.status, db["availability"].count) == (422, 0)
    assert says in shown.text


@pytest.mark.parametrize("wrong", [{"means": "perhaps"}, {"why": "lazy"}])
def test_what_no_form_of_ours_sends_is_refused(amira: MentorPage, db: Database, wrong: dict[str, str]):
    amira.send("availability", **{"means": "not_free", "why": "", "day": "Mon", **wrong})
    assert (amira.status, db["availability"].count) == (400, 0)


def test_a_mentors_cap_is_their_own_until_it_is_emptied(amira: MentorPage, db: Database, cast: Cast):
    assert amira.send("cap", cap="1").fields("cap") == ["1"]
    assert availability.everyone(db)[cast.amira].cap == 1
    assert amira.send("cap", cap="").fields("cap") == [""]
    assert availability.everyone(db)[cast.amira].cap == availability.usual_cap(db)


@pytest.mark.parametrize(
    ("text", "says"),
    [("9", "This is 9: choose 0 to 5"), ("two", "write a whole number"), ("-1", "write a whole number")],
)
def test_a_cap_that_cannot_be_is_said_beside_its_field(amira: MentorPage, text: str, says: str):
    shown = amira.send("cap", cap=text)
    assert amira.status == 422
    assert says in shown.text
    assert shown.fields("cap") == [text]


def test_not_with_is_kept_on_both_pages_and_taken_back_on_either(
    amira: MentorPage, lead: FlaskClient, db: Database, cast: Cast
):
    assert "Ben Osei family" in amira.send("apart", other=cast.ben, apart_why="kin").text
    assert [each.why for each in availability.apart(db)] == [ApartWhy.KIN]
    bens = MentorPage(lead, cast.ben)
    assert "Amira Khan family" in page(lead.get(f"/mentors/{cast.ben}")).text
    bens.send(f"apart/{cast.amira}/remove")
    assert availability.apart(db) == []


@pytest.mark.parametrize("other", ["1", "999", "", "Ben"])
def test_not_with_oneself_or_with_nobody(amira: MentorPage, db: Database, other: str):
    amira.send("apart", other=other, apart_why="kin")
    assert (amira.status, availability.apart(db)) == (422, [])


def test_an_entry_of_another_mentor_is_not_taken_back_from_here(
    amira: MentorPage, lead: FlaskClient, db: Database, cast: Cast
):
    MentorPage(lead, cast.ben).send("availability", means="not_free", why="", day="Mon", week="")
    [entry] = availability.entries(db, cast.ben)
    amira.send(f"availability/{entry.id}/remove")
    assert availability.entries(db, cast.ben) == [entry]


def test_a_reason_is_shown_as_text(amira: MentorPage):
    shown = amira.send("availability", means="not_free", why="", reason=BOBBY, day="Mon", week="")
    assert BOBBY in shown.text
    assert inline(shown) == shown.all("img") == []
