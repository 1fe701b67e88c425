"""What is handed out about a person is everything the schema holds of them, and nobody else's name."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.lunch import attendance, help_requests
from mentoring.lunch.attendance import Attended
from mentoring.lunch.help_requests import Topic
from mentoring.people import photos
from mentoring.planning import availability, cover
from mentoring.planning.availability import ApartWhy, Days, Means
from mentoring.privacy import erasure, subject_access
from mentoring.privacy.data_map import BY_NAME
from mentoring.privacy.subject_access import Everything, actor_words, as_csv, as_json, as_zip, everything, hand_over
from mentoring.privacy.tombstones import Whose
from mentoring.school import school_year
from mentoring.store import journal
from mentoring.store.database import rows
from tests.conftest import SCHOOL, THURSDAY, Cast, at
from tests.mentoring.privacy.filling import MARK, fill

NOW = at("15:00")
BY = "staff 1"
# Named here once more, so that no second one joins it unseen.
WITHHELD = {"help_requests"}
WITHHELD |= {"concerns", "concern_entries", "concern_drafts", "concern_hand_overs", "concern_receipts"}


def _told(db: Database, whose: Whose, person_id: int) -> Everything:
    told = everything(db, whose, person_id, now=NOW)
    assert told is not None
    return told


@pytest.mark.parametrize(("whose", "home"), [(Whose.MENTOR, "mentors"), (Whose.STAFF, "staff")])
def test_every_table_that_leads_to_a_person_is_handed_out_with_every_text_of_it(
    db: Database, cast: Cast, data: Path, whose: Whose, home: str
):
    filled = fill(data, home, cast.ben)
    told = _told(db, whose, cast.ben)
    shown = {each.table: each for each in told.sections}
    assert {each for each in BY_NAME if BY_NAME[each].withheld} == WITHHELD
    filled -= WITHHELD
    assert shown.keys() >= filled
    assert filled == erasure.columns_about(db, whose).keys() - {home, *WITHHELD}
    for table in filled:
        marked = re.findall(rf"{MARK}-{table}-(\w+)", "\n".join(map(str, db[table].rows)))
        handed = "\n".join(map(str, shown[table].rows))
        for column in set(marked) - set(BY_NAME[table].held_back):
            assert f"{MARK}-{table}-{column}" in handed or "picture of" in handed, (table, column)
        for column in BY_NAME[table].held_back:
            assert f"{MARK}-{table}-{column}" not in as_json(told)


def test_it_holds_the_persons_own_row_and_the_journals(db: Database, cast: Cast):
    shown = {each.table: each for each in _told(db, Whose.MENTOR, cast.amira).sections}
    assert "Amira" in shown["mentors"].rows[0]
    assert {"mentor.added", "badge.issued", "rota.due"} <= {
        values[shown["journal"].columns.index("what")] for values in shown["journal"].rows
    }
    assert len(shown["journal"].rows) < db["journal"].count


def test_what_is_so_or_not_so_reads_as_yes_or_no(db: Database, cast: Cast):
    [ben] = [each for each in _told(db, Whose.MENTOR, cast.ben).sections if each.table == "mentors"]
    [amira] = [each for each in _told(db, Whose.MENTOR, cast.amira).sections if each.table == "mentors"]
    column = ben.columns.index("experienced")
    assert (amira.rows[0][column], ben.rows[0][column]) == ("yes", "no")


def test_whoever_left_is_told_since_when(db: Database, cast: Cast):
    db["leavers"].insert({"whom": "mentor", "person_id": cast.amira, "noted": "2027-01-12T15:00:00+00:00"})
    [section] = [each for each in _told(db, Whose.MENTOR, cast.amira).sections if each.table == "leavers"]
    assert section.rows == (("mentor", str(cast.amira), "2027-01-12 15:00"),)


def test_others_are_named_by_what_they_are(db: Database, cast: Cast, data: Path):
    availability.keep_apart(db, cast.amira, cast.chidi, ApartWhy.CONFLICT, by=BY, now=NOW)
    [thursday] = school_year.on_day(db, THURSDAY)
    assert thursday.id
    asked = cover.ask(db, thursday.id, cast.chidi, cover.Kind.TRIP, by="mentor 3", now=at("12:00"))
    cover.take(db, asked.request.id, cast.amira, by="mentor 1", now=at("12:01"))
    told = _told(db, Whose.MENTOR, cast.amira)
    shown = {each.table: each for each in told.sections}
    assert shown["apart"].rows == (("you", "another mentor", "conflict", "a member of staff"),)
    assert "another mentor" in shown["cover_requests"].rows[0]
    whole = as_json(told) + "".join(map(as_csv, told.sections))
    for name in ("Chidi", "Okonkwo", "Ben", "Osei", "Okafor", "Adeyemi", "staff 1", "mentor 3"):
        assert name not in whole, name
    assert "2027-01-14, Library 2" in whole


def test_a_member_of_staff_gets_theirs_without_a_mentors_name_or_a_password(db: Database, cast: Cast):
    whole = as_json(_told(db, Whose.STAFF, cast.adeyemi))
    assert "Mr Adeyemi" in whole
    assert "adeyemi@harbour.example" in whole
    for name in ("Amira", "Khan", "Okafor", "$argon2id"):
        assert name not in whole


def test_what_somebody_did_to_another_is_theirs_too_without_the_others_name(db: Database, cast: Cast):
    attendance.correct(db, cast.drop_in, cast.amira, Attended.EXCUSED, by="staff 2", now=NOW)
    shown = {each.table: each for each in _told(db, Whose.STAFF, cast.adeyemi).sections}
    assert shown["attendance_corrections"].rows == (
        ("2027-01-12, Library 2", "another mentor", "excused", "you", "2027-01-12 15:00"),
    )
    assert "attendance_corrections" not in {each.table for each in _told(db, Whose.STAFF, cast.okafor).sections}


def test_keys_and_secret_addresses_are_held_back_and_named(db: Database, cast: Cast):
    badges = next(each for each in _told(db, Whose.MENTOR, cast.amira).sections if each.table == "badges")
    assert badges.held_back == ("number",)
    assert str(cast.numbers[cast.amira]) not in str(badges.rows)
    # A column that is named like a key is either held back, or known to be none.
    for whose in Whose:
        for table in erasure.columns_about(db, whose):
            columns = {each["name"] for each in rows(db, f"select name from pragma_table_info('{table}')")}
            keys = {each for each in columns if re.search("password|secret|token|hash|key|link|locked", each)}
            assert keys <= set(BY_NAME[table].held_back) or table in WITHHELD, table


def test_what_pupils_asked_today_is_in_no_export(db: Database, cast: Cast):
    ticket = help_requests.ask(db, drop_in_id=cast.drop_in, topic=Topic.FAMILY, wish=cast.amira, key="k" * 32)
    help_requests.call_next(db, cast.amira, drop_in_id=cast.drop_in, on_duty=frozenset({cast.amira}))
    told = _told(db, Whose.MENTOR, cast.amira)
    assert ticket.id not in as_json(told)
    assert "help_requests" not in {each.table for each in told.sections}
    assert "are the pupils'" in told.withheld[0]


def test_the_zip_holds_tables_for_people_one_file_for_programs_and_the_photograph(db: Database, cast: Cast):
    photos.keep(db, cast.amira, b"\x89PNG-amira", by=BY, now=NOW)
    availability.add(db, cast.amira, Means.NOT_FREE, Days(day=2), reason="=cmd|' /C calc'!A1", by=BY, now=NOW)
    packed = as_zip(_told(db, Whose.MENTOR, cast.amira), school=SCHOOL)
    assert packed == as_zip(_told(db, Whose.MENTOR, cast.amira), school=SCHOOL)
    with zipfile.ZipFile(io.BytesIO(packed)) as whole:
        names = whole.namelist()
        assert {"read-me.txt", "everything.json", "mentors.csv", "availability.csv", "photograph-1.png"} <= {*names}
        assert whole.read("photograph-1.png") == b"\x89PNG-amira"
        assert "Amira Khan" in whole.read("read-me.txt").decode()
        told = json.loads(whole.read("everything.json"))
        assert {f"{each['table']}.csv" for each in told["tables"]} <= {*names}
        [head, values] = csv.reader(io.StringIO(whole.read("availability.csv").decode("utf-8-sig")))
        assert dict(zip(head, values, strict=True))["reason"] == "'=cmd|' /C calc'!A1"


@pytest.mark.parametrize(
    ("text", "words"),
    [("mentor 1", "you"), ("mentor 2", "another mentor"), ("staff 1", "a member of staff"), ("kiosk", "kiosk")],
)
def test_an_actor_is_said_by_what_they_are(text: str, words: str):
    assert actor_words(text, about=Whose.MENTOR, own=1) == words


def test_handing_out_is_itself_in_the_journal_and_looking_is_not(db: Database, cast: Cast):
    before = db["journal"].count
    _told(db, Whose.MENTOR, cast.amira)
    assert db["journal"].count == before
    assert hand_over(db, Whose.MENTOR, cast.amira, by=BY, now=NOW) is not None
    assert [each["what"] for each in rows(db, "select what from journal where id > :n", n=before)] == [
        "privacy.handed_over"
    ]
    assert hand_over(db, Whose.MENTOR, 999, by=BY, now=NOW) is None
    assert journal.touched(db) is None


def test_after_an_erasure_what_is_left_names_nobody(db: Database, cast: Cast, data: Path):
    erasure.erase(db, Whose.MENTOR, cast.amira, folder=data, by=BY, now=NOW)
    assert "Khan" not in as_json(_told(db, Whose.MENTOR, cast.amira))
    assert subject_access.everything(db, Whose.MENTOR, 999, now=NOW) is None
