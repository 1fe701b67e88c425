"""Concerns in the staff pages: anybody writes, owners alone unlock and read, and what was typed is never lost."""

import re
import sqlite3
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database
from werkzeug.test import TestResponse

from admin.safeguarding.concerns.unlocked import IDLE_SECONDS
from mentoring.access import keys, staff
from mentoring.access.staff import Role
from mentoring.basics import sealing
from mentoring.basics.sealing import Key
from mentoring.safeguarding import alerts, concerns
from mentoring.safeguarding.alerts import About
from mentoring.store.database import rows, write
from tests.both_doors import Wall, factor_for, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, PASSWORD, Cast, at
from tests.walking import Page, page

LINDQVIST_EMAIL = "lindqvist@harbour.example"
JSON = {"Accept": "application/json"}
ACCOUNT = {"child": "Priya Nair", "words": "He said he would wait.", "what": "Crying by the lockers."}
OUTCOME = {"kind": "outcome", "outcome": "Decided not to refer", "why": "Explained by her mother."}


@pytest.fixture
def paper(db: Database) -> Key:
    """The recovery key."""
    return keys.make_recovery(db, by="staff 1", now=at("12:00"))


@pytest.fixture
def lindqvist(db: Database, cast: Cast) -> int:
    """Mrs Lindqvist, the safeguarding lead; her id."""
    account = {"name": "Mrs Lindqvist", "email": LINDQVIST_EMAIL, "password": PASSWORD, "room": "", "phone": ""}
    added = staff.add(db, **account, role=Role.SAFEGUARDING_LEAD, by="staff 1", now=at("12:00"))
    assert isinstance(added, int)
    return added


class Owner:
    """The staff pages with Mrs Lindqvist logged in."""

    def __init__(self, door: FlaskClient, codes: list[str]) -> None:
        self.door = door
        self.key = form_key(door)
        self.codes = codes

    def post(self, path: str, *, accept: str = "text/html", **fields: object) -> TestResponse:
        sent = {"form_key": self.key, **fields}
        return self.door.post(path, data=sent, headers={"Accept": accept})

    def unlock(self, password: str = PASSWORD) -> TestResponse:
        return self.post(
            "/concerns/unlock", password=password, code=self.codes[-1] if password != PASSWORD else self.code()
        )

    def code(self) -> str:
        """A code that was not used before."""
        return self.codes.pop() if self.codes else ""

    def see(self, path: str) -> Page:
        answer = self.door.get(path)
        assert answer.status_code == 200, answer.headers.get("Location")
        return page(answer)


@pytest.fixture
def owner(staff_app: Flask, db: Database, lindqvist: int, paper: Key) -> Owner:
    codes = factor_for(db, lindqvist)
    return Owner(log_in(staff_app.test_client(), LINDQVIST_EMAIL, code=codes.pop()), codes)


@pytest.fixture
def unlocked(owner: Owner) -> Owner:
    assert owner.unlock().status_code == 303
    return owner


@pytest.fixture
def helper(staff_app: Flask, cast: Cast) -> Owner:
    """The staff pages with Mr Adeyemi logged in, who may write and not read."""
    return Owner(log_in(staff_app.test_client(), ADEYEMI_EMAIL), [])


def begun(writer: Owner, key: str = "page", **more: str) -> str:
    answer = writer.post("/concerns/new", key=key, **{**ACCOUNT, **more})
    assert answer.status_code == 303, page(answer).text
    return str(answer.headers["Location"])


# Anybody writes


def test_without_a_safeguarding_lead_the_words_name_the_schools_own(helper: Owner, paper: Key):
    assert "Only the recovery key on paper opens it" in helper.see("/concerns/new").text
    shown = helper.see(begun(helper)).text
    assert "There is no safeguarding lead or deputy on the list of staff: the lead adds one." in shown
    assert "Tell your school's safeguarding lead in person that it is there." in shown


def test_whoever_alone_can_open_a_concern_is_not_told_to_tell_themselves(unlocked: Owner):
    assert "Only Mrs Lindqvist can open it." in unlocked.see("/concerns/new").text
    shown = unlocked.see(begun(unlocked)).text
    assert "You can open it." in shown
    assert "in person" not in shown


def test_an_adult_writes_a_concern_and_gets_a_receipt_and_cannot_open_it(
    helper: Owner, owner: Owner, paper: Key, db: Database
):
    owner.unlock()
    to = begun(helper)
    assert to == "/concerns/1/receipt"
    assert begun(helper) == to, "sent twice is one"
    shown = helper.see(to).text
    assert "Concern 1 is saved" in shown
    assert "Mrs Lindqvist can open it" in shown
    assert "Tell Mrs Lindqvist (safeguarding lead) in person that it is there." in shown
    assert "To add something, tell Mrs Lindqvist (safeguarding lead), or" in shown
    assert "You cannot open it again" in shown
    assert "Priya" not in shown
    for path in ("/concerns/1", "/concerns/hand-over"):
        assert helper.door.get(path).status_code == 403
    assert helper.unlock().status_code == 403
    assert "Concern 1" in helper.see("/concerns").text
    assert owner.see("/concerns/1").text.count("Crying by the lockers.") == 1


def test_before_a_recovery_key_nothing_can_be_typed_that_would_be_lost(helper: Owner, db: Database):
    shown = helper.see("/concerns/new")
    assert "Not yet: a recovery key comes first" in shown.text
    assert "lead, the deputy or the safeguarding lead makes it" in shown.text
    assert shown.fields("what") == []
    assert helper.post("/concerns/new", key="k", **ACCOUNT).status_code == 409
    assert helper.post("/concerns/draft", key="k", kind="first", what="x").status_code == 409
    assert concerns.everything(db) == []


def test_where_no_owner_has_a_key_the_page_says_that_the_paper_alone_opens_it(helper: Owner, paper: Key):
    assert "sealed to the recovery key on paper alone" in helper.see("/concerns/new").text
    assert "Nobody on this box can open it yet" in helper.see(begun(helper)).text


def test_what_is_missing_is_said_and_nothing_typed_is_lost(helper: Owner, paper: Key):
    answer = helper.post("/concerns/new", key="one", child="", where="By the <b>lockers</b>", told='"><script>')
    shown = page(answer)
    assert answer.status_code == 422
    assert "Your words are still here." in shown.text
    assert shown.fields("where") == ["By the <b>lockers</b>"]
    assert '"><script>' in shown.text
    assert shown.fields("key") == ["one"]
    assert shown.all("b") == [] or "lockers" not in shown.text.split("While you write")[1]


def test_a_concern_begins_from_an_alert(helper: Owner, paper: Key, db: Database):
    raised = alerts.call_an_adult(
        db, key="k" * 32, room="Library 2", about=About.RED_TILE, mentor_id=None, now=at("12:35")
    )
    alerts.acknowledge(db, raised.id, by=1, now=at("12:36"))
    today = helper.see("/")
    assert "Write it down" in today.text
    shown = helper.see(f"/concerns/new?alert={raised.id}")
    assert shown.fields("where") == ["Library 2"]
    assert shown.fields("when") == ["12 January 2027, 12:35"]
    begun(helper, alert=str(raised.id))
    assert concerns.everything(db)[0].alert_id == raised.id
    assert "Write it down" not in helper.see("/").text
    assert helper.see("/concerns/new?alert=999").fields("where") == [""]


def test_a_call_of_many_taps_is_one_line_to_write_down_and_a_drill_none(helper: Owner, paper: Key, db: Database):
    def call(key: str, room: str) -> int:
        now = at("12:35")
        return alerts.call_an_adult(db, key=key, room=room, about=About.RED_TILE, mentor_id=None, now=now).id

    taps = [call(f"{each:032}", "Library 2") for each in range(30)]
    elsewhere = call("e" * 32, "Room 9")
    with write(db):
        drill = alerts.raise_drill(db, room="Hall", by=1, now=at("12:35"))
    for each in (taps[3], elsewhere, drill):
        alerts.acknowledge(db, each, by=1, now=at("12:36"))
    assert helper.see("/").text.count("Write it down") == 2
    begun(helper, alert=str(taps[7]))
    assert helper.see("/").text.count("Write it down") == 1, "one record is enough for all taps of its call"


@pytest.fixture
def full_disk(staff_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on nothing can be written: the file may grow by not one page."""

    def fill() -> None:
        connect = sqlite3.connect

        def small(*given: object, **named: object) -> sqlite3.Connection:
            connection = connect(*given, **named)  # type: ignore[call-overload]
            pages = connection.execute("pragma page_count").fetchone()[0]
            connection.execute(f"pragma max_page_count = {pages}")
            return connection  # type: ignore[no-any-return]

        monkeypatch.setattr(sqlite3, "connect", small)

    return fill


def test_a_full_disk_loses_nothing_that_was_typed(
    helper: Owner, paper: Key, db: Database, full_disk: Callable[[], None]
):
    full_disk()
    long = "She said it again. " * 3000
    answer = helper.post("/concerns/new", key="k", child="Priya", what=long)
    assert answer.status_code == 503
    assert "Your words are still here" in page(answer).text
    assert page(answer).text.count("She said it again.") == 3000
    told = helper.post("/concerns/new", key="k", child="Priya", what=long, accept="application/json")
    assert told.status_code == 503
    assert told.get_json() == {"error": "The box cannot write to its disk."}
    assert concerns.everything(db) == []


# Drafts


def test_a_draft_is_kept_and_an_owner_takes_it_over(helper: Owner, unlocked: Owner, db: Database):
    for text in ("Cry", "Crying"):
        assert helper.post("/concerns/draft", key="k", kind="first", what=text).status_code == 204
    shown = unlocked.see("/concerns")
    assert "Unfinished accounts" in shown.text
    assert "Mr Adeyemi, 12 January 2027, 12:40" in shown.text
    [draft] = concerns.drafts(db)
    assert "Crying" in unlocked.see(f"/concerns/drafts/{draft.id}").text
    assert helper.door.get(f"/concerns/drafts/{draft.id}").status_code == 403
    answer = unlocked.post(f"/concerns/drafts/{draft.id}/take-over")
    assert "from an unfinished account by Mr Adeyemi" in unlocked.see(answer.headers["Location"]).text
    assert unlocked.post(f"/concerns/drafts/{draft.id}/take-over").headers["Location"].endswith("said=first")


def test_a_writer_throws_their_own_draft_away_and_nobody_elses(helper: Owner, unlocked: Owner, db: Database):
    helper.post("/concerns/draft", key="k", kind="first", what="x")
    unlocked.post("/concerns/draft/drop", key="k")
    assert len(concerns.drafts(db)) == 1
    helper.post("/concerns/draft/drop", key="k")
    assert concerns.drafts(db) == []


def test_whoever_may_not_read_leaves_no_draft_in_a_record(helper: Owner, unlocked: Owner, db: Database):
    begun(unlocked)
    for fields in ({"kind": "added", "concern": "1"}, {"kind": "first", "concern": "1"}, {"kind": "nothing"}):
        assert helper.post("/concerns/draft", key="k", what="x", **fields).status_code == 400
    assert unlocked.post("/concerns/draft", key="k", what="x", kind="added", concern="1").status_code == 204


# Unlocked


def test_nothing_opens_before_a_password_and_a_code(owner: Owner, helper: Owner):
    owner.unlock()
    owner.post("/concerns/lock")
    begun(helper)
    for path in ("/concerns/1", "/concerns/hand-over", "/concerns/drafts/1"):
        assert owner.door.get(path).headers["Location"] == "/concerns?said=locked"
    assert "Priya" not in owner.see("/concerns").text
    without = owner.post("/concerns/unlock", password=PASSWORD, code="")
    assert without.status_code == 422, "a password alone is not enough"
    wrong = owner.unlock("not the password")
    assert wrong.status_code == 422
    assert "do not go together" in page(wrong).text
    assert owner.unlock().status_code == 303
    assert "Priya Nair" in owner.see("/concerns").text


def test_guesses_at_the_lock_are_held_back(owner: Owner):
    answers = [owner.unlock("wrong password").status_code for _ in range(10)]
    assert answers[0] == 422
    assert answers[-1] == 429


def test_it_locks_itself_after_a_quarter_of_an_hour_and_polling_is_no_use(unlocked: Owner, wall: Wall):
    begun(unlocked)
    for _ in range(14):
        wall.passes(60)
        unlocked.door.get("/now.json")
    assert unlocked.door.get("/concerns/1").status_code == 200
    wall.passes(IDLE_SECONDS - 61)
    unlocked.door.get("/now.json")
    unlocked.door.get("/")
    wall.passes(62)
    assert unlocked.door.get("/concerns/1").headers["Location"] in ("/concerns?said=locked", "/log-in")


def unlocked_keys(staff_app: Flask) -> int:
    return len(staff_app.extensions["unlocked"]._unlocked)


def test_the_key_goes_with_lock_now_log_out_role_and_log_in(
    staff_app: Flask, unlocked: Owner, db: Database, lindqvist: int, wall: Wall
):
    assert unlocked_keys(staff_app) == 1
    unlocked.post("/concerns/lock")
    assert unlocked_keys(staff_app) == 0
    assert unlocked.door.get("/concerns/1").headers["Location"] == "/concerns?said=locked"
    unlocked.unlock()
    db.execute("update staff set role = 'helper' where id = ?", [lindqvist])
    assert unlocked.door.get("/concerns/1").status_code == 403
    unlocked.see("/concerns")
    assert unlocked_keys(staff_app) == 0
    db.execute("update staff set role = 'safeguarding_lead' where id = ?", [lindqvist])
    unlocked.unlock()
    with write(db):
        keys.end(db, lindqvist, by="staff 1", now=at("12:40"))
    assert unlocked.door.get("/concerns/1").headers["Location"] == "/concerns?said=locked"
    unlocked.unlock()
    db.execute("delete from log_ins")
    unlocked.door.get("/now.json")
    assert unlocked_keys(staff_app) == 0
    again = Owner(log_in(unlocked.door, LINDQVIST_EMAIL, code=unlocked.code()), unlocked.codes)
    again.unlock()
    again.post("/log-out")
    assert unlocked_keys(staff_app) == 0


def test_an_unlocked_log_in_is_no_help_to_another(unlocked: Owner, staff_app: Flask, db: Database):
    other = Owner(log_in(staff_app.test_client(), LINDQVIST_EMAIL, code=unlocked.code()), [])
    assert other.door.get("/concerns/1").status_code == 303
    assert "Give" not in repr(staff_app.extensions["unlocked"])
    assert "AGE-SECRET-KEY" not in repr(vars(staff_app.extensions["unlocked"])).upper()


def test_each_look_is_in_the_journal_by_number_alone(unlocked: Owner, db: Database):
    begun(unlocked)
    unlocked.see("/concerns/1")
    unlocked.see("/concerns")
    found = rows(db, "select what, about from journal where what like 'concern.%' order by id")
    assert [each["what"] for each in found] == [
        "concern.unlocked",
        "concern.begun",
        "concern.added",
        "concern.viewed",
        "concern.listed",
    ]
    assert not re.search("Priya|lockers", repr([tuple(each) for each in found]))


# Added to


def test_a_record_is_a_timeline_that_is_added_to(unlocked: Owner, db: Database):
    begun(unlocked)
    begun(unlocked, "other")
    for number, fields in enumerate(
        (
            {"kind": "added", "what": "She came <i>back</i>"},
            {"kind": "correction", "corrects": "1", "what": "By the hall"},
            {"kind": "decision", "decision": "Wait", "why": "Her mother comes"},
            {"kind": "passed_on", "to": "Social care", "how": "telephone", "reference": "R-7"},
            {"kind": "link", "other": "2", "why": "Sisters"},
            OUTCOME,
        )
    ):
        assert unlocked.post("/concerns/1", key=f"a{number}", **fields).status_code == 303
    shown = unlocked.see("/concerns/1").text
    order = ["First account", "Added", "Correction", "Decision", "Passed on", "Linked", "Outcome"]
    assert [shown.index(f"{each} Mrs Lindqvist") for each in order] == sorted(
        shown.index(f"{each} Mrs Lindqvist") for each in order
    )
    assert "She came <i>back</i>" in shown
    assert "Closed." in shown
    assert "Belongs with concern 2" in shown
    assert "Belongs with concern 1" in unlocked.see("/concerns/2").text
    missing = unlocked.post("/concerns/1", key="m", kind="outcome", outcome="Referred", why="")
    assert missing.status_code == 422
    assert page(missing).fields("outcome") == ["Referred"]
    told = unlocked.post("/concerns/1", key="j", accept="application/json", kind="added", what="x")
    assert told.get_json() == {"to": "/concerns/1?said=added#e9"}


def test_locked_while_writing_the_words_stay_and_a_password_saves_them(owner: Owner, db: Database):
    begun(owner)
    answer = owner.post("/concerns/1", key="k", kind="added", what="Half an hour of words")
    assert answer.status_code == 409
    shown = page(answer)
    assert "Half an hour of words" in shown.text
    assert "Priya" not in shown.text
    wrong = owner.post("/concerns/1", key="k", kind="added", what="Half an hour of words", password="no", code="1")
    assert wrong.status_code == 422
    assert "Half an hour of words" in page(wrong).text
    saved = owner.post(
        "/concerns/1", key="k", kind="added", what="Half an hour of words", password=PASSWORD, code=owner.code()
    )
    assert saved.status_code == 303
    assert "Half an hour of words" in owner.see("/concerns/1").text


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/concerns/99", {"kind": "added", "what": "x"}, 404),
        ("/concerns/1", {"kind": "first", "what": "x"}, 404),
        ("/concerns/1", {"kind": "nonsense"}, 400),
        ("/concerns/" + "9" * 25, {"kind": "added"}, 404),
    ],
)
def test_nonsense_is_refused_plainly(unlocked: Owner, path: str, fields: dict[str, str], status: int):
    begun(unlocked)
    assert unlocked.post(path, key="k", **fields).status_code == status


# Sealed anew, and lost keys


def test_a_reset_password_makes_a_new_key_and_the_paper_opens_everything_to_it(
    unlocked: Owner, db: Database, lindqvist: int, paper: Key
):
    begun(unlocked)
    with write(db):
        keys.end(db, lindqvist, by="staff 1", now=at("12:40"))
    unlocked.unlock()
    assert (
        "1 text is not yet sealed to just today's readers: Mrs Lindqvist (safeguarding lead) and the recovery key of"
        in unlocked.see("/concerns").text
    )
    assert "sealed to others" in unlocked.see("/concerns/1").text
    for wrong in ("some words", "AGE-SECRET-KEY-1ABC", " ".join(["abandon"] * 24)):
        assert unlocked.post("/concerns/lost", paper=wrong).status_code == 422
    other = unlocked.post("/concerns/lost", paper=sealing.new_key().private)
    assert "sealed to other keys than this one" in page(other).text
    assert unlocked.post("/concerns/lost", paper=paper.words).headers["Location"] == "/concerns?said=sealed_anew"
    assert "Crying by the lockers." in unlocked.see("/concerns/1").text
    assert "not yet sealed" not in unlocked.see("/concerns").text


def test_nothing_is_sealed_to_a_new_owner_without_a_yes(
    staff_app: Flask, unlocked: Owner, db: Database, cast: Cast, helper: Owner
):
    for number in range(3):
        begun(unlocked, f"{number}")
    db.execute("update staff set role = 'deputy' where id = ?", [cast.adeyemi])
    helper.codes = factor_for(db, cast.adeyemi)
    assert helper.unlock().status_code == 303
    assert "sealed to others" in helper.see("/concerns/1").text
    assert concerns.waits_to_be_sealed(db) == 3
    unlocked.unlock()
    unlocked.see("/concerns")
    assert concerns.waits_to_be_sealed(db) == 3, "to unlock is not to say yes"
    asked = unlocked.see("/concerns").text
    assert "3 texts are not yet sealed to just today's readers: Mr Adeyemi (deputy)" in asked
    assert "Mrs Lindqvist (safeguarding lead) and the recovery key of" in asked
    before = keys.fingerprint([each for each in keys.recipients(db) if each != keys.public_of(db, cast.adeyemi)])
    for readers in ("", before):
        refused = unlocked.post("/concerns/seal-anew", readers=readers)
        assert refused.status_code == 409
        assert "The readers have changed since this page was shown." in page(refused).text
    assert concerns.waits_to_be_sealed(db) == 3
    seen = keys.fingerprint(keys.recipients(db))
    assert unlocked.post("/concerns/seal-anew", readers=seen).status_code == 303
    assert concerns.waits_to_be_sealed(db) == 0
    assert "Crying by the lockers." in helper.see("/concerns/1").text
    assert unlocked.post("/concerns/seal-anew", accept="application/json", readers=seen).get_json() == {
        "done": 0,
        "waiting": 0,
        "closed": 0,
    }


def test_the_lost_page_says_what_is_gone_for_good(owner: Owner, helper: Owner):
    shown = owner.see("/concerns/lost").text
    assert "Every record that is not handed over. For good" in shown
    assert "Mrs Lindqvist: has a key" in shown
    assert owner.post("/concerns/lost", paper="x").status_code == 409
    assert helper.door.get("/concerns/lost").status_code == 403


# Handed over


def words_of(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [each.get_textpage().get_text_range() for each in document]


def test_records_are_handed_over_and_shredded(unlocked: Owner, db: Database, data: Path):
    begun(unlocked, child="=cmd()", where="<b>Hall</b> سلام", what="long words " * 2000 + "x" * 400)
    begun(unlocked, "other")
    nothing = unlocked.post("/concerns/hand-over")
    assert nothing.status_code == 422
    answer = unlocked.post("/concerns/hand-over", concern=["1", "1", "77", "x"])
    assert answer.headers["Location"] == "/concerns/hand-over/1"
    sheets = words_of(unlocked.door.get("/concerns/hand-over/1.pdf").get_data())
    assert len(sheets) > 3
    for number, words in enumerate(sheets, 1):
        assert f"Page {number} of {len(sheets)}" in words
        assert "Confidential" in words
    whole = " ".join(" ".join(sheets).split())
    assert whole.count("long words") == 2000
    assert "<b>Hall</b>" in whole
    assert "=cmd()" in whole
    assert whole.replace(" ", "").count("x" * 80) == 5
    assert "'=cmd()" in unlocked.door.get("/concerns/hand-over/1.csv").get_data(as_text=True)
    with zipfile.ZipFile(BytesIO(unlocked.door.get("/concerns/hand-over/1.zip").get_data())) as archive:
        assert archive.namelist() == ["concern-1/entry-1.age"]
        assert archive.read("concern-1/entry-1.age").startswith(b"age-encryption.org/v1")
    kept = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert b"long words" not in kept
    assert b"%PDF" not in kept

    assert unlocked.post("/concerns/hand-over/1/shred").status_code == 409
    assert "no outcome yet" in unlocked.see("/concerns/hand-over/1").text
    unlocked.post("/concerns/1", key="o", **OUTCOME)
    unlocked.post("/concerns/hand-over", concern="1")
    half = unlocked.post("/concerns/hand-over/2/receipt", system="MyConcern", reference="", date="")
    assert half.status_code == 422
    assert page(half).fields("system") == ["MyConcern"]
    unlocked.post("/concerns/hand-over/2/receipt", system="MyConcern", reference="MC-7", date="2027-01-12")
    shown = unlocked.see("/concerns/hand-over/2").text
    assert "MC-7" in shown
    assert "Lost here for good: every word of concern 1, 2 entries" in shown
    assert unlocked.post("/concerns/hand-over/2/shred").status_code == 303
    assert "every byte of it overwritten" in unlocked.see("/concerns/hand-over/2").text
    assert "no longer here" in unlocked.see("/concerns").text
    assert "Handed over" in unlocked.see("/concerns/1").text
    assert unlocked.see("/concerns/2").text.count("Crying by the lockers.") == 1


def test_the_papers_go_with_the_lock(unlocked: Owner):
    begun(unlocked)
    unlocked.post("/concerns/hand-over", concern="1")
    unlocked.post("/concerns/lock")
    assert unlocked.door.get("/concerns/hand-over/1.pdf").status_code == 303
    unlocked.unlock()
    assert unlocked.door.get("/concerns/hand-over/1.pdf").status_code == 404
    assert "no longer in the box's memory" in unlocked.see("/concerns/hand-over/1").text


def test_a_number_that_is_nobodys_is_a_plain_refusal(unlocked: Owner):
    big = "9" * 25
    for path in (
        f"/concerns/{big}",
        f"/concerns/{big}/receipt",
        f"/concerns/drafts/{big}",
        f"/concerns/hand-over/{big}",
    ):
        assert unlocked.door.get(path).status_code == 404
    for path in (f"/concerns/hand-over/{big}/shred", "/concerns/hand-over/7/shred"):
        assert unlocked.post(path).status_code == 404


def test_logs_say_nothing_of_what_was_typed(helper: Owner, unlocked: Owner, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(0):
        begun(helper)
        helper.post("/concerns/draft", key="d", kind="first", what="canary in a draft")
        unlocked.see("/concerns/1")
        unlocked.post("/concerns/1", key="o", **OUTCOME)
        unlocked.post("/concerns/hand-over", concern="1")
        unlocked.post("/concerns/hand-over/1/receipt", system="canary system", reference="canary", date="2027-01-12")
    assert not re.search("Priya|lockers|canary|mother|three wet", caplog.text)
