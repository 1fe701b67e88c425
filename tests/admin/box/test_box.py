"""The box, its backups and the recovery key, as staff meet them; the trail in sentences for whoever may read it."""

import ast
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from admin.app import AREAS
from admin.box.trail_sentences import Names, sentence
from admin.frame.area import trail_of
from mentoring.access import keys, staff
from mentoring.access.staff import Role
from mentoring.basics import signing
from mentoring.basics.sealing import Key
from mentoring.basics.settings import Settings
from mentoring.box import backups
from mentoring.box.backups import CannotKeep, NoRecoveryKey, Trouble
from mentoring.box.trail import Entry
from mentoring.people import badge_register
from mentoring.school import kiosk_screen, programme
from mentoring.store import journal
from mentoring.store.database import write
from tests.both_doors import Wall, factor_for, form_key, log_in
from tests.conftest import ADEYEMI_EMAIL, PASSWORD, Cast, at
from tests.walking import Finger, page

SENTENCES = trail_of(AREAS)
ROOT = Path(__file__).parents[3]
NOBODY = Names({}, {}, lambda _: None)


@pytest.fixture
def paper(db: Database) -> Key:
    return keys.make_recovery(db, by="staff 1", now=at("12:00"))


def said(entry: str, names: Names = NOBODY, **about: object) -> str:
    return sentence(Entry(1, at("12:40"), "staff 1", entry, about), names, SENTENCES)


# The kiosk


def test_the_size_and_the_screen_reader_of_the_kiosk_are_set_here(lead: FlaskClient, db: Database):
    finger = Finger(lead)
    finger.open("/box")
    assert "Saved." in finger.press("Save", zoom="150", screen_reader="yes").text
    known = programme.load(db)
    assert (known.kiosk_zoom, known.has_screen_reader) == (150, True)
    for nonsense in ("", "1000", "150 ", "abc"):
        assert kiosk_screen.zoom(nonsense) == 100
    assert said("programme.kiosk", zoom=150, screen_reader="on").endswith(
        "set how the kiosk shows its pages: 150 %, screen reader on."
    )


def test_what_a_scanner_sent_and_was_no_badge_is_a_hint_for_two_weeks(lead: FlaskClient, db: Database, wall: Wall):
    hint = "its scanner sent something that is not a badge"
    assert hint not in Finger(lead).open("/box").text
    kiosk_screen.note_odd_scan(db, today=wall.moment.date())
    assert hint in Finger(lead).open("/box").text
    today = wall.moment.date()
    assert kiosk_screen.hint(today, today=today + timedelta(days=13)) == today
    assert kiosk_screen.hint(today, today=today + timedelta(days=14)) is None


# The recovery key


def test_the_key_is_made_printed_and_typed_back_from_its_paper(lead: FlaskClient, db: Database):
    finger = Finger(lead)
    assert "Recovery key Print it" in finger.open("/programme").text
    finger.open("/recovery-key")
    shown = finger.press("Make the recovery key")
    [line] = re.findall(r"AGE-SECRET-KEY-1[A-Z0-9]{58}", shown.text)
    assert keys.recovery(db) is not None
    assert "Nobody has typed from its paper yet." in finger.open("/").text
    words = re.search(r"The twenty-four words ((?:[a-z]+ ){24})", shown.text)
    assert words
    signs = keys.signing_key(db)
    assert signs
    assert f"Fingerprint of this box {signing.fingerprint(signs)}" in shown.text
    paper = words[1].split()
    finger.open("/recovery-key")
    wrong = finger.press("It is on paper", word3=paper[2], word11=paper[11], word19=paper[18])
    assert "At least one of the three is not what was printed." in wrong.text
    assert wrong.fields("word3") == [paper[2]], "what was typed is not lost"
    right = finger.press("It is on paper", word3=f" {paper[2].upper()} ", word11=paper[10], word19=paper[18])
    assert "Good: the paper and the key agree." in right.text
    assert f"Fingerprint of this box: {signing.fingerprint(signs)}" in right.text
    assert "typed from its paper" not in finger.open("/").text
    assert line not in lead.get("/recovery-key/paper", follow_redirects=True).get_data(as_text=True)


def test_a_lost_answer_or_a_second_tap_makes_no_second_key(lead: FlaskClient, db: Database):
    sent = {"form_key": form_key(lead), "seen": ""}
    pages = [lead.post("/recovery-key", data=sent, follow_redirects=True).get_data(as_text=True) for _ in range(3)]
    assert len(set(pages)) == 1
    assert db["keys"].count == 1


def test_the_page_with_the_words_goes_in_a_quarter_of_an_hour_and_is_nobody_elses(
    staff_app: Flask, lead: FlaskClient, db: Database, wall: Wall
):
    lead.post("/recovery-key", data={"form_key": form_key(lead), "seen": ""})
    account = {"name": "Mrs Lindqvist", "email": "l@harbour.example", "password": PASSWORD, "room": "", "phone": ""}
    staff.add(db, **account, role=Role.DEPUTY, by="staff 1", now=at("12:00"))
    other = log_in(staff_app.test_client(), "l@harbour.example")
    assert "AGE-SECRET-KEY-1" in page(lead.get("/recovery-key/paper")).text
    assert other.get("/recovery-key/paper").status_code == 303
    staff_app.extensions["just_made"]._kept = None
    assert lead.get("/recovery-key/paper").status_code == 303


def test_a_good_key_is_replaced_only_by_whoever_says_so(lead: FlaskClient, db: Database, paper: Key):
    def sent(**fields: str) -> int:
        return lead.post("/recovery-key", data={"form_key": form_key(lead), **fields}).status_code

    assert sent(seen=paper.public) == 422
    assert sent(seen="", replace="yes") == 409
    assert keys.recovery(db) == paper.public
    assert sent(seen=paper.public, replace="yes") == 303
    assert keys.recovery(db) != paper.public


def test_once_a_key_was_on_paper_only_a_reader_of_concerns_replaces_it(
    staff_app: Flask, lead: FlaskClient, db: Database, cast: Cast, paper: Key
):
    words = paper.words.split()
    assert keys.confirm_recovery(db, [words[each - 1] for each in keys.ASKED_WORDS], by="staff 1", now=at("12:00"))
    sent = {"form_key": form_key(lead), "seen": paper.public, "replace": "yes"}
    refused = lead.post("/recovery-key", data=sent)
    assert refused.status_code == 403
    assert "Only the safeguarding lead or the deputy replaces it" in page(refused).text
    assert "Make another" not in page(lead.get("/recovery-key")).text
    assert keys.recovery(db) == paper.public
    db.execute("update staff set role = 'deputy' where id = ?", [cast.adeyemi])
    codes = factor_for(db, cast.adeyemi)
    deputy = log_in(staff_app.test_client(), ADEYEMI_EMAIL, code=codes.pop())
    assert deputy.post("/recovery-key", data={**sent, "form_key": form_key(deputy)}).status_code == 303
    again = keys.recovery(db)
    assert again not in (None, paper.public)
    refused = lead.post("/recovery-key", data={**sent, "seen": again})
    assert refused.status_code == 403, "nor while the new one is not on paper yet"


# Backups


def test_no_backup_before_the_key_and_one_after_it(lead: FlaskClient, box: Settings, db: Database):
    finger = Finger(lead)
    assert "No backup yet: make the recovery key first." in finger.open("/").text
    assert lead.post("/box/backup", data={"form_key": form_key(lead)}).status_code == 422
    keys.make_recovery(db, by="staff 1", now=at("12:00"))
    assert "No backup yet: the first is made within the hour." in finger.open("/").text
    finger.open("/box")
    shown = finger.press("Back up now")
    assert "Backed up." in shown.text
    [made] = backups.listed(box.backups)
    head = backups.head_of(made)
    assert head
    kilobytes = -(-made.path.stat().st_size // 1024)
    assert 0 < kilobytes < 1024
    assert f"{made.path.name} {kilobytes} KB row {head.id} {head.hash[:16]}" in shown.text
    assert f"dropin restore --data {box.data} {made.path}" in finger.open("/box/technical").text
    assert "No backup" not in finger.open("/").text


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble.MISSING, "is not there"),
        (Trouble.READ_ONLY, "it takes no new file"),
        (Trouble.FULL, "is full"),
    ],
)
@pytest.mark.usefixtures("paper")
def test_a_place_that_takes_nothing_is_said_on_today_and_heals(
    lead: FlaskClient, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, words: str
):
    finger = Finger(lead)
    finger.open("/box")
    finger.press("Back up now")
    monkeypatch.setattr(backups, "fault_of", lambda *_, **__: trouble)
    assert words in finger.open("/").text
    answer = lead.post("/box/backup", data={"form_key": form_key(lead)})
    assert answer.status_code == 503
    assert words in page(answer).text
    monkeypatch.undo()


@pytest.mark.usefixtures("paper")
def test_a_stick_that_is_not_mounted_is_said_on_today(
    staff_app: Flask, lead: FlaskClient, box: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lead.post("/box/backup", data={"form_key": form_key(lead)})
    stick = tmp_path / "stick"
    with_stick = box.model_copy(update={"backup_dir": str(stick)})
    monkeypatch.setitem(staff_app.extensions, "settings", with_stick)
    assert f"{stick} is not there. Plug the stick in" in page(lead.get("/")).text
    stick.mkdir()
    assert f"{stick}, is on the same disk as the programme: is the stick plugged in" in page(lead.get("/")).text
    monkeypatch.setattr(backups, "is_on_same_disk", lambda *_: False)
    assert f"The newest backup is not in the second place, {stick}" in page(lead.get("/")).text
    lead.post("/box/backup", data={"form_key": form_key(lead)})
    assert str(stick) not in page(lead.get("/")).text


def test_a_box_without_its_badge_key_says_so_on_today_and_what_to_fetch(
    lead: FlaskClient, box: Settings, db: Database, cast: Cast
):
    mark = lead.get("/now.json").get_json()["today"]
    badge_register.issue_missing(db, [cast.amira], by="staff 1", now=at("12:00"))
    box.badge_key.rename(box.data / "kept")
    seen = page(lead.get("/")).text
    assert "no printed badge can be read" in seen
    assert "Whoever looks after the box fetches it from beside a backup." in seen
    assert "Fetch badge-key.age" in page(lead.get("/box/technical")).text
    without = lead.get("/now.json").get_json()["today"]
    (box.data / "kept").rename(box.badge_key)
    assert "no printed badge can be read" not in page(lead.get("/")).text
    assert mark != without != lead.get("/now.json").get_json()["today"]


# What only whoever looks after the box has to know. Where nothing else can be opened, or on the paper for a broken box,
# it may stand too.
TECHNICAL = re.compile(r"DROPIN_|\bUTC\b|chmod|dropin [a-z]|deploy/|systemctl|Apprise|\.sh\b|<code>/")
TEMPLATES = Path(__file__).parents[3] / "admin" / "templates"
MAY_BE_TECHNICAL = {"technical.html", "recovery_key_paper.html"}


def test_words_of_it_stand_on_its_page_alone(lead: FlaskClient, box: Settings, wall: Wall, paper: Key):
    lead.post("/box/backup", data={"form_key": form_key(lead)})
    assert TECHNICAL.findall(lead.get("/box").text) == []
    assert TECHNICAL.findall(lead.get("/").text) == []
    shown = page(lead.get("/box/technical")).text
    assert "Second place Backups are kept on this box alone." in shown
    assert "Set DROPIN_BACKUP_DIR to a folder there." in shown
    assert "dropin restore" in shown
    templates = TEMPLATES.rglob("*.html")
    found = {each.name for each in templates if TECHNICAL.search(each.read_text(encoding="utf-8"))}
    assert found - MAY_BE_TECHNICAL == set()


def test_looking_finds_what_is_wrong_with_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert backups.fault_of(tmp_path) is None
    assert backups.fault_of(tmp_path / "nowhere") is Trouble.MISSING
    assert backups.fault_of(tmp_path, wants=1 << 60) is Trouble.FULL
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert backups.fault_of(tmp_path) is Trouble.READ_ONLY
    assert str(CannotKeep(Trouble.FULL, tmp_path)) == f"{tmp_path}: there is no space left"


@pytest.mark.usefixtures("paper")
def test_both_doors_name_the_way_back_when_the_programme_is_damaged(
    lead: FlaskClient, kiosk_door: FlaskClient, box: Settings, db: Database
):
    made = backups.make(db, folder=_made(box.backups), badge_key=box.badge_key, now=at("12:00"))
    db.close()
    box.database.write_bytes(b"not a database at all " * 500)
    for door in (lead, kiosk_door):
        assert f"dropin restore --data {box.data} {made.path}" in page(door.get("/")).text


@pytest.mark.usefixtures("paper", "impatient")
def test_a_locked_programme_is_no_reason_to_restore(lead: FlaskClient, box: Settings, db: Database):
    backups.make(db, folder=_made(box.backups), badge_key=box.badge_key, now=at("12:00"))
    sent = {"form_key": form_key(lead), "given_name": "Dana", "family_name": "K", "year_group": "10"}
    db.execute("begin immediate")
    answer = lead.post("/mentors/new", data=sent)
    db.rollback()
    assert answer.status_code == 503
    assert "dropin restore" not in page(answer).text


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_the_box_says_how_it_is_in_words(lead: FlaskClient):
    shown = page(lead.get("/box")).text
    assert "Programme Its file is whole." in shown
    assert "Recovery key Bad: none was made. Make it on the staff pages" in shown


# The trail


# Calls that name the kind in a variable, and what it can be.
IN_OTHER_WORDS = {
    "what": {"concern.held", "concern.released"},
    "f'{whose}.erased'": {"mentor.erased", "staff.erased"},
    "f'consent.{consent}'": {"consent.agreed", "consent.proposed", "consent.refused"},
    "journal.DROPPED": {"journal.year_dropped"},
}


def noted_kinds() -> set[str]:
    """Every kind of thing the code notes, from its own calls."""
    found = set()
    for path in sorted((ROOT / "mentoring").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("journal.note", "note"):
                kinds = {each.value for each in ast.walk(node.args[1]) if isinstance(each, ast.Constant)} or {
                    ast.unparse(node.args[1])
                }
                found |= IN_OTHER_WORDS.get(ast.unparse(node.args[1]), {str(each) for each in kinds})
    return found


def test_every_kind_of_thing_that_is_noted_has_its_sentence():
    kinds = noted_kinds()
    assert len(kinds) > 50
    assert kinds - set(SENTENCES) == set()


def test_every_sentence_can_be_said_with_nothing_known_and_with_everything():
    for kind in SENTENCES:
        assert said(kind).startswith("Staff member 1 ")
        assert said(kind).endswith(".")
        assert "{" not in said(kind)


def test_a_drop_in_that_is_called_off_is_told_from_one_that_is_closed():
    assert said("drop_in.called_off", drop_in=7) == "Staff member 1 called off drop-in 7."
    assert said("drop_in.closed", drop_in=7) == "Staff member 1 closed drop-in 7 and made counts of its requests."


def test_names_are_joined_in_and_ids_stand_where_nobody_is_left():
    names = Names({1: "Amira Khan", 2: "Ben Osei"}, {1: "Ms Okafor"}, lambda place: f"lunch {place}")
    assert said("badge.printed", names, mentors=[1, 2, 3]) == (
        "Ms Okafor printed the badges of Amira Khan, Ben Osei and mentor 3."
    )
    assert said("rota.due", names, drop_in=7, mentors=[]) == "Ms Okafor said who is due at lunch 7: nobody."
    assert said("key.made", names, key=1) == "Ms Okafor made a key for the recovery key's paper."
    assert said("something.new", names, what="{x}") == "Ms Okafor something.new."


def test_the_trail_reads_in_sentences_and_filters(lead: FlaskClient, cast: Cast):
    shown = page(lead.get("/trail")).text
    assert "Ms Okafor logged in." in shown
    assert "Ms Okafor issued a badge to Chidi Okonkwo." in shown
    filtered = page(lead.get(f"/trail?person=mentor+{cast.amira}&kind=badge.issued")).text
    assert "Ms Okafor issued a badge to Amira Khan." in filtered
    assert "logged in." not in filtered
    assert "Nothing like that was ever noted." in page(lead.get("/trail?since=2030-01-01")).text
    for odd in ("page=0", "page=99999999999999999999", "since=tomorrow", "person=mentor+%27", "until=0001-01-01"):
        assert lead.get(f"/trail?{odd}").status_code == 200


def test_it_reads_ids_where_it_may_see_no_mentor(staff_app: Flask, db: Database, cast: Cast):
    account = {"name": "Ms Byte", "email": "it@harbour.example", "password": PASSWORD, "room": "", "phone": ""}
    staff.add(db, **account, role=Role.IT, by="staff 1", now=at("12:00"))
    door = log_in(staff_app.test_client(), "it@harbour.example")
    for path in ("/trail", "/trail.csv"):
        shown = door.get(path).get_data(as_text=True)
        assert f"issued a badge to mentor {cast.amira}." in shown
        assert "Amira" not in shown


def test_the_csv_holds_all_that_was_asked_for_and_no_formula(lead: FlaskClient, db: Database, cast: Cast):
    db["staff"].update(cast.okafor, {"name": "=cmd()"})
    lines = lead.get("/trail.csv").get_data().decode("utf-8-sig").splitlines()
    assert lines[0] == "row,when,what happened,kind"
    assert len(lines) == db["journal"].count + 1
    assert any("'=cmd() logged in." in each for each in lines)


def test_checking_says_whether_anybody_touched_it(lead: FlaskClient, db: Database):
    assert "The trail is whole" in page(lead.get("/trail?check=yes")).text
    db.execute("drop trigger journal_is_never_edited")
    db.execute("update journal set actor = 'staff 9' where id = 3")
    assert "The trail was touched at row 3" in page(lead.get("/trail?check=yes")).text
    assert page(lead.get("/trail")).text, "and still reads"


def test_fifty_rows_are_a_page(lead: FlaskClient, db: Database):
    with write(db):
        for _ in range(120):
            journal.note(db, "clock.confirmed", actor="staff 1", now=at("12:00"))
    finger = Finger(lead)
    first = finger.open("/trail?kind=clock.confirmed")
    assert "120 rows, page 1 of 3" in first.text
    assert "page 2 of 3" in finger.press("Older").text


def test_a_box_that_cannot_sign_for_its_recovery_key_says_so_and_makes_no_backup(
    lead: FlaskClient, box: Settings, db: Database
):
    keys.make_recovery(db, by="staff 1", now=at("12:00"))
    db["signing_keys"].delete_where()
    finger = Finger(lead)
    assert "The box cannot sign for this key" in finger.open("/recovery-key").text
    assert "Recovery key Bad: this box cannot sign backups for it. Make another." in finger.open("/box").text
    with pytest.raises(NoRecoveryKey):
        backups.make(db, folder=_made(box.backups), badge_key=box.badge_key, now=at("12:00"))


def test_it_is_led_from_a_page_that_is_not_there_to_the_box(staff_app: Flask, db: Database):
    account = {"name": "Mr Novak", "email": "it@harbour.example", "password": PASSWORD, "room": "", "phone": ""}
    staff.add(db, **account, role=Role.IT, by="staff 1", now=at("12:00"))
    person = log_in(staff_app.test_client(), "it@harbour.example")
    lost = person.get("/nowhere").get_data(as_text=True)
    assert ("Today" in lost, "The first page" in lost) == (False, True)
    finger = Finger(person)
    assert "How it is, its backups" in finger.open("/").text
