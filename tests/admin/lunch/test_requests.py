"""The page of requests: what it tells, what it hides, and that no number reaches it by another way (P9)."""

import csv
import io
import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.lunch import close_of_day, counts, help_requests
from mentoring.lunch.help_requests import Topic
from mentoring.school import school_year
from mentoring.school.school_year import HalfTerm
from tests.both_doors import Wall, form_key
from tests.conftest import TUESDAY, Cast, at
from tests.mentoring.lunch.closed_lunches import lunches
from tests.walking import Finger, page

FRIDAY = date(2027, 2, 12)
# How many asked in each week; what is told of it, and no other number of requests.
ASKED, TOLD, FAMILY = (41, 1, 43, 2, 4), [41, 44], 91
WINDOWS = ["", "?from=2027-01-12&to=2027-01-26", "?from=2027-01-13&to=2027-02-01", "?from=2027-01-26&to=2027-01-26"]
ADDRESSES = ("/requests", "/requests/visits.svg", "/requests/visits.csv", "/requests/topics.csv")


@pytest.fixture
def half_term(db: Database, cast: Cast, data: Path, wall: Wall, quick_look: None) -> None:
    """A half term that is over: 91 asks, all about family."""
    half = HalfTerm(0, "=Spring <1>", date(2027, 1, 4), FRIDAY)
    school_year.add_half_term(db, half, by="staff 1", now=at("08:00"))
    lunches(db, cast, data, TUESDAY, *ASKED)
    after = FRIDAY + timedelta(days=3)
    close_of_day.close(db, folder=data, now=at("13:30", after))
    wall.shows("14:00", after)


def lines(door: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = door.get(address)
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_an_empty_page_says_what_will_be_here(lead: FlaskClient):
    told = page(lead.get("/requests")).text
    assert "Nothing has been counted yet" in told
    assert "Here you will see visits over the year" in told
    assert "CSV" not in told
    assert "It begins with the first drop-in. First" not in told  # there is a weekly slot


def test_without_a_weekly_slot_the_empty_page_says_where_one_is_added(lead: FlaskClient, db: Database):
    with db.conn:
        db.execute("update slots set ended = begins")
    assert "It begins with the first drop-in. First, say when that is" in page(lead.get("/requests")).text


def test_the_page_shows_blocks_with_their_sum_and_topics_with_their_gaps(half_term: None, lead: FlaskClient):
    told = page(lead.get("/requests")).text
    assert "85 asks in 3 drop-ins" in told
    assert "Tue 12 January 1 41" in told
    assert "19 to 26 January 2 44" in told
    assert "Together 3 85" in told
    assert "Family 91 Bullying not told" in told
    assert "These are asks, not children" in told
    assert "What came last in the half term is not in it, and never will be." in told
    assert "=Spring <1>" in told, "what somebody wrote is shown as text"


def test_the_files_hold_the_same_and_nothing_that_somebody_wrote(half_term: None, lead: FlaskClient):
    visits = lines(lead, "/requests/visits.csv")
    assert [int(each["asked"]) for each in visits] == TOLD
    assert visits[1] == {"first_day": "2027-01-19", "last_day": "2027-01-26", "drop_ins": "2", "asked": "44"}
    topics = lines(lead, "/requests/topics.csv")
    assert {each["topic"]: each["asked"] for each in topics} == {
        each: str(FAMILY) if each is Topic.FAMILY else "not told" for each in Topic
    }
    for name in ("visits", "topics"):
        answer = lead.get(f"/requests/{name}.csv")
        assert not re.search(r"(^|,)[\"']?[=+@-]", answer.text, re.M), "no cell starts a formula"
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_charts_are_pictures_without_a_script_or_a_style(half_term: None, lead: FlaskClient):
    shown = lead.get("/requests")
    assert re.findall(r'<img class="chart" src="([^"?]+)', shown.text) == [
        "/requests/visits.svg",
        "/requests/topics.svg",
    ]
    for address, says in (("/requests/visits.svg", ">44<"), ("/requests/topics.svg?half=1", ">91<")):
        chart = lead.get(address)
        assert chart.mimetype == "image/svg+xml"
        assert says in chart.text
        assert "style" not in chart.text
        assert "script" not in chart.text
        assert "<1>" not in chart.text


def test_a_chart_of_no_half_term_is_empty(half_term: None, lead: FlaskClient):
    for half in ("", "99", "x", "9" * 30):
        chart = lead.get(f"/requests/topics.svg?half={half}")
        assert chart.status_code == 200
        assert "<rect" not in chart.text


def test_no_page_file_or_chart_holds_another_number_of_requests_in_any_window(half_term: None, lead: FlaskClient):
    """The counts of this half term are such that days, years and sizes are none of them."""
    sums = {sum(ASKED[first:last]) for first in range(5) for last in range(first + 1, 6)}
    untold = sums - {*TOLD, sum(TOLD), FAMILY} - {1, 2}  # 1 and 2 are how many drop-ins
    for address, window in product(ADDRESSES, WINDOWS):
        text = lead.get(f"{address}{window}").text
        shown = {int(each) for each in re.findall(r"(?<=>)\d+(?=<)|(?<=,)\d+$|\d+(?= asks)", text, re.M)}
        assert shown or window or address == "/requests/topics.svg"
        assert not shown & untold, (address, window)
        assert not re.search(r"\b[1-5] asks", text)


def test_a_window_shows_whole_blocks_alone(half_term: None, lead: FlaskClient):
    assert "41 asks in 1 drop-in," in page(lead.get("/requests?from=2027-01-12&to=2027-01-25")).text
    assert "44 asks in 2 drop-ins," in page(lead.get("/requests?from=2027-01-13")).text
    assert "Nothing can be told of these days yet." in page(lead.get("/requests?from=2027-01-20")).text


def test_a_window_that_is_none_is_said_in_words_and_shows_the_year(half_term: None, lead: FlaskClient):
    for query, says in (
        ("from=yesterday", "This is not a date: choose a day."),
        ("from=2027-02-30", "This is not a date: choose a day."),
        ("from=2027-02-01&to=2027-01-01", "This is before the first day: choose a later day."),
    ):
        answer = lead.get(f"/requests?{query}")
        assert answer.status_code == 422
        assert says in page(answer).text
        assert [each["asked"] for each in lines(lead, f"/requests/visits.csv?{query}")] == ["41", "44"]


def test_the_smallest_number_is_set_here(half_term: None, lead: FlaskClient, db: Database):
    finger = Finger(lead)
    finger.open("/requests")
    assert "Saved." in finger.press("Save", threshold="20").text
    assert counts.threshold(db) == 20
    assert "fewer than 21 asks" in page(lead.get("/requests")).text


def test_a_smallest_number_that_is_none_is_kept_on_the_page_with_its_fault(lead: FlaskClient, db: Database):
    answer = lead.post("/requests/smallest", data={"threshold": "2", "form_key": form_key(lead)})
    assert answer.status_code == 422
    assert "This is not a number that can be used: write 3 to 20; 6 is usual." in page(answer).text
    assert 'value="2"' in answer.text
    assert counts.threshold(db) == 6


def test_while_pupils_ask_no_staff_page_changes(lead: FlaskClient, db: Database, cast: Cast):
    """Today, the board's and the others' pages show no number of those who wait, nor whether somebody does (P9)."""
    addresses = ["/", "/now.json", "/requests", "/rota", "/on-duty", "/on-duty.json", "/today/sheet", "/cover"]
    before = [lead.get(each).text for each in addresses]
    for number in range(3):
        help_requests.ask(db, drop_in_id=cast.drop_in, topic=Topic.FAMILY, wish=None, key=f"key{number}")
    assert [lead.get(each).text for each in addresses] == before
