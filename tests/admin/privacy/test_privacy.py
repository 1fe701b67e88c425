"""The privacy pages: periods, holds, the papers, one person's data, and their erasure."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from mentoring.access import staff
from mentoring.access.staff import Role
from mentoring.people import mentors
from mentoring.privacy import erasure, holds, papers, retention
from mentoring.privacy.data_map import CLASSES
from mentoring.privacy.holds import Held
from mentoring.privacy.papers import RISKS
from mentoring.privacy.tombstones import Whose
from mentoring.store import journal
from tests.both_doors import Wall, factor_for, form_key, log_in
from tests.conftest import PASSWORD, Cast, at
from tests.walking import Finger, page

REVIEW = "2027-09-01"


@pytest.fixture
def finger(lead: FlaskClient) -> Finger:
    """Ms Okafor, on the privacy page."""
    finger = Finger(lead)
    finger.open("/privacy")
    return finger


@pytest.fixture
def as_role(staff_app: Flask, db: Database, cast: Cast) -> Callable[[Role], FlaskClient]:
    """The staff pages with somebody of this role logged in."""

    def opened(role: Role) -> FlaskClient:
        account = {"name": f"The {role}", "email": f"{role}@harbour.example", "password": PASSWORD}
        member = staff.add(db, **account, role=role, room="", phone="", by="staff 1", now=at("12:00"))
        assert isinstance(member, int)
        code = factor_for(db, member).pop() if role is Role.SAFEGUARDING_LEAD else ""
        return log_in(staff_app.test_client(), f"{role}@harbour.example", code=code)

    return opened


# What is kept, and how long


def test_the_page_names_every_class_with_its_period_and_what_it_rests_on(finger: Finger):
    for each in CLASSES:
        assert each.name in finger.page.text
        assert each.runs_from in finger.page.text
    assert "365 days from the day the mentor agreed" in finger.page.text
    assert "The end of the school year in which the mentor left, and 1 more school year" in finger.page.text
    assert "Our proposal; not confirmed by the school yet." in finger.page.text


def test_a_period_that_no_school_chooses_says_so_and_is_not_counted_among_the_proposals(finger: Finger):
    chosen = sum(each.is_chosen for each in CLASSES)
    told = finger.page.text
    assert f"Your school chooses {chosen} of these periods. {chosen} of them are only our proposal." in told
    assert told.count("Our proposal; not confirmed by the school yet.") == chosen
    assert told.count("The same in every school: there is nothing to choose.") == len(CLASSES) - chosen
    assert told.count("Change how long: ") == chosen


def test_a_period_is_changed_with_its_source_and_a_day_to_look_at_it_again(finger: Finger, db: Database, wall: Wall):
    given = {"count": "2", "source": "Our own schedule, page 3", "review": REVIEW}
    door = finger._client
    assert door.post("/privacy/periods/moods", data={**given, "form_key": form_key(door)}).status_code == 303
    shown = finger.open("/privacy").text
    assert "The end of the term of the duty, and 2 more terms" in shown
    assert "Our own schedule, page 3 To be looked at again on Wed 1 September 2027." in shown
    wall.shows("09:00", date(2027, 9, 2))
    log_in(door)
    assert "To be looked at again since Wed 1 September 2027." in finger.open("/privacy").text


def test_a_wrong_period_is_told_where_it_was_typed_and_nothing_typed_is_lost(lead: FlaskClient, db: Database):
    given = {"count": "99", "source": "Our own schedule", "review": REVIEW, "form_key": form_key(lead)}
    answer = lead.post("/privacy/periods/moods", data=given)
    assert answer.status_code == 422
    shown = page(answer)
    assert "This is not between 0 and 3 terms: write a number between the two." in shown.text
    assert "99" in shown.fields("count")
    assert "Our own schedule" in shown.fields("source")
    assert db["retention_periods"].count == 0


def test_a_table_that_nobody_classed_is_named_on_every_paper(finger: Finger, db: Database):
    db.execute("create table shoe_sizes (id integer primary key) strict")
    for path in ("/privacy", "/privacy/record", "/privacy/assessment"):
        assert "shoe_sizes" in finger.open(path).text


# Holds


def test_a_hold_is_begun_shown_and_ended_by_a_named_adult(finger: Finger, db: Database, cast: Cast):
    shown = finger.press("Hold it", what=f"mentor:{cast.amira}", reason="The council, case 7").text
    assert "Amira Khan Since Tue 12 January 2027, by Ms Okafor: The council, case 7" in shown
    assert "cannot be erased now" in finger.open(f"/privacy/mentors/{cast.amira}/erase").text
    finger.open("/privacy")
    assert "Nothing is held." in finger.press("End this hold").text
    assert holds.every(db)[0].ended_by == "staff 1"
    assert "Amira Khan" in finger.page.text


def test_a_hold_without_a_reason_is_told_and_what_was_chosen_stays(lead: FlaskClient, db: Database):
    given = {"what": "class:moods", "reason": " ", "form_key": form_key(lead)}
    answer = lead.post("/privacy/holds", data=given)
    assert answer.status_code == 422
    assert "write who asked for it and why" in page(answer).text
    assert "class:moods" in page(answer).fields("what")
    assert db["holds"].count == 0


# The papers


def test_the_record_of_processing_is_the_live_schema(finger: Finger, db: Database):
    shown = finger.open("/privacy/record").text
    for each in CLASSES:
        assert each.basis in shown
    for table, column in papers.schema(db):
        if table in ("mentors", "duties", "availability", "photos", "alerts"):
            assert column in shown
    db.execute("alter table mentors add column shoe_size text")
    assert "shoe_size" in finger.open("/privacy/record").text


def test_the_record_names_data_in_plain_words_and_columns_in_its_appendix_alone(finger: Finger, db: Database):
    plain, _, appendix = finger.open("/privacy/record").text.partition("Appendix: where it lies")
    assert "First and family name, name on the badge, year group" in plain
    assert "given_name" not in plain
    assert "given_name" in appendix
    columns = {column for _, column in papers.schema(db) if "_" in column}
    for each in papers.record(db):
        assert each.data in plain
        assert not columns & set(each.data.replace(",", " ").split()), each.data
    assert plain.index("Signature") < plain.index("Controller, recipients"), "what is signed comes first, on one page"


def test_the_record_as_a_file_has_a_row_a_class_and_no_formula(lead: FlaskClient, db: Database):
    form = {"count": "1", "source": "=cmd()", "review": REVIEW}
    retention.set_period(db, "moods", **form, by="staff 1", now=at("12:00"))
    answer = lead.get("/privacy/record.csv")
    [head, *told] = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    assert len(told) == len(CLASSES)
    assert len({len(each) for each in [head, *told]}) == 1
    assert "'=cmd()" in told[[each.code for each in CLASSES].index("moods")]


def test_the_assessment_names_each_risk_with_what_is_left_of_it(finger: Finger):
    shown = finger.open("/privacy/assessment").text
    for risk in RISKS:
        assert risk.what in shown
        assert risk.left in shown
    for honest in ("CCTV", "small school", "whole folder"):
        assert honest in shown


@pytest.mark.parametrize("paper", ["record", "assessment"])
def test_a_signed_paper_says_when_what_it_rests_on_has_changed(finger: Finger, db: Database, paper: str):
    assert "Not signed yet." in finger.open(f"/privacy/{paper}").text
    shown = finger.press("Enter the signature", signature="The DPO, for a year").text
    assert "Signed on Tue 12 January 2027, entered by Ms Okafor; nothing it rests on has changed since." in shown
    assert "The DPO, for a year" in shown
    form = {"count": "1", "source": "Ours", "review": REVIEW}
    retention.set_period(db, "moods", **form, by="staff 1", now=at("12:00"))
    assert "Something this rests on has changed since it was signed" in finger.open(f"/privacy/{paper}").text
    finger.press("Enter the signature", signature="The DPO, again")
    db.execute("alter table mentors add column shoe_size text")
    assert "has changed since it was signed" in finger.open("/privacy").text


def test_a_paper_that_changed_while_it_was_read_is_not_signed(finger: Finger, db: Database):
    finger.open("/privacy/record")
    db.execute("alter table mentors add column shoe_size text")
    shown = finger.press("Enter the signature", signature="The DPO")
    assert finger.answer.status_code == 422
    assert "was written to an older paper: read it as it is now, then sign" in shown.text
    assert "The DPO" in shown.fields("signature")
    assert db["sign_offs"].count == 0


def test_a_pupil_who_asks_gets_an_answer_to_print(finger: Finger):
    shown = finger.open("/privacy/pupils")
    assert "We cannot tell who you are." in shown.text
    assert "articles 11 and 12(2)" in shown.text


# One person


def test_from_the_list_to_all_that_is_held_and_along(finger: Finger, db: Database, cast: Cast):
    found = finger._client.get(f"/privacy/person?who=mentors:{cast.amira}")
    assert found.headers["Location"] == f"/privacy/mentors/{cast.amira}"
    shown = finger.open(found.headers["Location"]).text
    assert "All that is held about Amira Khan" in shown
    assert "family name Khan" in shown
    for other in ("Ben", "Osei", "Chidi", "Adeyemi"):
        assert other not in shown
    finger.press("Take along")
    with zipfile.ZipFile(io.BytesIO(finger.answer.get_data())) as whole:
        assert "everything.json" in whole.namelist()
    handed = [each for each in db["journal"].rows if each["what"] == "privacy.handed_over"]
    assert len(handed) == 2
    for wrong in ("", "mentors:", "mentors:x", "pupils:1", f"mentors:{'9' * 5000}"):
        assert finger._client.get(f"/privacy/person?who={wrong}").headers["Location"] == "/privacy#person"
    assert finger._client.get("/privacy/mentors/999").status_code == 404


def test_a_member_of_staff_is_handed_theirs(finger: Finger, cast: Cast):
    shown = finger.open(f"/privacy/staff/{cast.adeyemi}").text
    assert "All that is held about Mr Adeyemi" in shown
    assert "Amira" not in shown
    assert "argon2" not in shown


def test_an_erasure_names_what_is_lost_asks_and_says_what_it_did(finger: Finger, db: Database, cast: Cast, data: Path):
    db["due"].delete_where("mentor_id = :amira", {"amira": cast.amira})  # whoever is due now is not erased
    finger.open(f"/privacy/mentors/{cast.amira}")
    shown = finger.press("Erase ...").text
    assert "Name, year group, address, state 1 entry" in shown
    assert "The journal holds numbers, never a name" in shown
    unsure = finger.press("Erase Amira Khan").text
    assert finger.answer.status_code == 422
    assert "tick the box" in unsure
    assert mentors.mentor(db, cast.amira).full_name == "Amira Khan"
    done = finger.press("Erase Amira Khan", sure="yes").text
    assert "The bytes have left the box's files too." in done
    assert "Name, year group, address, state 1 entry" in done
    assert mentors.mentor(db, cast.amira).full_name == "A former mentor"
    assert b"Khan" not in b"".join(each.read_bytes() for each in data.rglob("*") if each.is_file())
    assert "Erased on Tue 12 January 2027" in finger.open(f"/privacy/mentors/{cast.amira}/erase").text
    assert journal.touched(db) is None
    for path in ("/privacy", "/mentors"):
        assert "A former mentor" not in finger.open(path).text
    assert finger._client.get(f"/mentors/{cast.amira}").status_code == 404


def test_who_is_still_needed_is_named_with_the_remedy(finger: Finger, cast: Cast):
    shown = finger.open(f"/privacy/staff/{cast.adeyemi}/erase")
    assert "Mr Adeyemi is the adult within call of" in shown.text
    assert "Erase Mr Adeyemi" not in {each.words for each in shown.targets}
    assert "is you" in finger.open(f"/privacy/staff/{cast.okafor}/erase").text


# Who may


def test_it_reads_the_papers_and_sees_no_name_of_a_mentor_or_a_hold(
    as_role: Callable[[Role], FlaskClient], db: Database, cast: Cast
):
    holds.begin(db, Held.MENTOR, str(cast.amira), "A secret case", by="staff 1", now=at("12:00"))
    door = as_role(Role.IT)
    for path in ("/privacy", "/privacy/record", "/privacy/assessment", "/privacy/pupils"):
        answer = door.get(path)
        assert answer.status_code == 200
        assert "Amira" not in answer.text
        assert "secret case" not in answer.text
    assert door.get(f"/privacy/mentors/{cast.amira}").status_code == 403


def test_the_safeguarding_lead_holds_and_hands_out_but_erases_nobody(
    as_role: Callable[[Role], FlaskClient], db: Database, cast: Cast
):
    door = as_role(Role.SAFEGUARDING_LEAD)
    shown = page(door.get(f"/privacy/mentors/{cast.amira}"))
    assert "Erase ..." not in {each.words for each in shown.targets}
    sent = {"sure": "yes", "form_key": form_key(door)}
    assert door.post(f"/privacy/mentors/{cast.amira}/erase", data=sent).status_code == 403
    assert erasure.erased_on(db, Whose.MENTOR) == {}
