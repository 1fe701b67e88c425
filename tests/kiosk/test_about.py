"""What this box knows about you: built from the schema itself, in a child's words (P14)."""

from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from kiosk.sentences import FACTS, KEPT, NEVER_KEPT
from mentoring.basics.data_map import Whom
from mentoring.lunch import close_of_day, help_requests
from mentoring.privacy import holds, retention
from mentoring.privacy.data_map import CLASSES
from mentoring.privacy.holds import Held
from tests.both_doors import Wall
from tests.conftest import TUESDAY, at
from tests.walking import Finger, page


def test_one_tap_from_the_first_page_leads_to_it(kiosk_door: FlaskClient):
    finger = Finger(kiosk_door)
    finger.open("/")
    finger.press("What this box knows about you")
    assert finger.path == "/about"
    finger.press("First page")
    assert finger.path == "/"


def test_every_column_of_a_request_is_told_in_words(kiosk_door: FlaskClient, db: Database):
    columns = [*help_requests.columns(db)]
    assert len(columns) >= 10
    shown = page(kiosk_door.get("/about")).text
    for column in columns:
        assert len(KEPT[column].split()) >= 3, f"{column} has no words"
        assert KEPT[column] in shown
    assert [column for column in columns if "_" in column and column in shown] == []


def test_five_facts_stand_before_everything_else(kiosk_door: FlaskClient, wall: Wall):
    for path in ("/about", "/about/mentors"):
        html = kiosk_door.get(path).text
        before, _, behind = html.partition("<details")
        assert before.count("<li>") == 5
        assert behind.count("<li>") > 5
    assert [fact for fact in FACTS if fact not in page(kiosk_door.get("/about")).text] == []


def test_no_words_are_left_of_a_column_that_is_gone(db: Database):
    assert set(KEPT) == {*help_requests.columns(db)}


def test_a_column_that_has_no_words_yet_cannot_hide(kiosk_door: FlaskClient, db: Database):
    db.execute("alter table help_requests add column shoe_size text")
    assert "shoe_size" in page(kiosk_door.get("/about")).text


def test_it_says_what_is_never_kept(kiosk_door: FlaskClient):
    shown = page(kiosk_door.get("/about")).text
    assert [words for words in NEVER_KEPT if words not in shown] == []


def test_it_says_nothing_of_who_asked(kiosk_door: FlaskClient):
    before = kiosk_door.get("/about").get_data()
    kiosk_door.post("/ask", data={"topic": "bullying", "mentor": "anyone", "key": "k"})
    assert kiosk_door.get("/about").get_data() == before


def test_it_says_what_the_last_self_test_found(kiosk_door: FlaskClient, db: Database, data: Path, wall: Wall):
    assert "The first lunch has not ended yet." in page(kiosk_door.get("/about")).text
    wall.shows("13:30")
    close_of_day.close(db, folder=data, now=wall.moment)
    for hour, day, when in (
        ("14:00", TUESDAY, "Today's lunch"),
        ("14:00", date(2027, 1, 13), "Yesterday's lunch"),
        ("08:00", date(2027, 1, 14), "The lunch of Tuesday 12 January"),
    ):
        wall.shows(hour, day)
        found = f"{when} was wiped. The box looked through everything and found nothing left."
        assert found in page(kiosk_door.get("/about")).text


@pytest.mark.parametrize("asked", [True, False])
def test_until_a_lunch_that_is_over_is_wiped_it_says_so_and_not_whether_anybody_asked(
    kiosk_door: FlaskClient, wall: Wall, *, asked: bool
):
    if asked:
        kiosk_door.post("/ask", data={"topic": "bullying", "mentor": "anyone", "key": "k"})
    wall.shows("13:15")
    assert "A lunch is over and not wiped yet. The box does that soon after" in page(kiosk_door.get("/about")).text


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (
            {"looked": 9, "traces": 1},
            "Today's lunch left something over, which the box found. Staff have been told to mend it.",
        ),
        ({"looked": None, "traces": 0}, "Today's lunch was wiped. The box was switched off before it could look."),
    ],
)
def test_a_self_test_that_was_not_clean_is_told_too(
    kiosk_door: FlaskClient, db: Database, found: dict[str, int | None], says: str
):
    db["self_tests"].insert({"at": at("12:30").isoformat(timespec="seconds"), **found})
    assert says in page(kiosk_door.get("/about")).text


def test_a_mentor_reads_what_is_kept_of_mentors_and_how_long_as_the_school_has_settled_it(
    kiosk_door: FlaskClient, db: Database
):
    finger = Finger(kiosk_door)
    finger.open("/about")
    shown = finger.press("If you are a mentor").text
    assert "When you were on duty: until the school year you leave in is over, and one more school year" in shown
    assert "A photo for the staff room, only if you agreed: for 365 days" in shown
    assert "How a duty was for you: until the term is over" in shown
    chosen = {"count": "2", "source": "Ours", "review": "2027-09-01"}
    retention.set_period(db, "moods", **chosen, by="staff 1", now=at("12:00"))
    holds.begin(db, Held.CLASS, "duties", "A case", by="staff 1", now=at("12:00"))
    shown = page(kiosk_door.get("/about/mentors")).text
    assert "How a duty was for you: until the term is over, and 2 more terms" in shown
    assert "When you were on duty: kept longer for now, because an adult has to" in shown


def test_nothing_about_mentors_is_without_words_for_them():
    silent = [each.code for each in CLASSES if each.whom in (Whom.MENTOR, Whom.SEVERAL) and not each.child]
    assert silent == []
