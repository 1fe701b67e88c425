"""Concerns: sealed before they touch the disk, added to and never edited, and gone only with a receipt."""

import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.access import keys, staff
from mentoring.access.staff import Role, Staff
from mentoring.basics import sealing
from mentoring.basics.forms import Fault
from mentoring.basics.sealing import Key
from mentoring.safeguarding import concerns
from mentoring.safeguarding.concerns import (
    FIELDS,
    Concern,
    HandOver,
    Kind,
    NoRecoveryKey,
    Receipt,
    Stands,
    State,
    rules,
)
from mentoring.store import journal
from mentoring.store.database import open_database, row, rows, write
from tests.conftest import PASSWORD, Cast, at
from tests.mentoring.conftest import AtOnce

NOW = at("12:50")
BY = "staff 1"
ACCOUNT = {"child": "Priya Nair", "words": "He said he would wait for me.", "what": "Crying by the lockers."}
OUTCOME = {"outcome": "Decided not to refer", "why": "Explained by her mother at once."}
RECEIPT = Receipt("MyConcern", "MC-20431", "2027-01-12")
KINDS = {kind: kind.value for kind in Kind}


@pytest.fixture
def paper(db: Database) -> Key:
    """The recovery key."""
    return keys.make_recovery(db, by=BY, now=NOW)


@pytest.fixture
def lindqvist(db: Database, cast: Cast) -> Staff:
    """Mrs Lindqvist, the safeguarding lead."""
    added = staff.add(
        db,
        name="Mrs Lindqvist",
        email="lindqvist@harbour.example",
        password=PASSWORD,
        role=Role.SAFEGUARDING_LEAD,
        room="",
        phone="",
        by=BY,
        now=NOW,
    )
    assert isinstance(added, int)
    member = staff.by_id(db, added)
    assert member
    return member


@pytest.fixture
def adeyemi(db: Database, cast: Cast) -> Staff:
    """Mr Adeyemi, who may write and not read."""
    member = staff.by_id(db, cast.adeyemi)
    assert member
    return member


@pytest.fixture
def owner(db: Database, paper: Key, lindqvist: Staff) -> Key:
    """The safeguarding lead's key."""
    return keys.ensure(db, lindqvist.id, password=PASSWORD, by=BY, now=NOW)


def begun(db: Database, writer: Staff, key: str = "first", **more: str) -> int:
    number = concerns.begin(db, {**ACCOUNT, **more}, key=key, writer=writer, now=NOW)
    assert isinstance(number, int)
    return number


def opened(db: Database, number: int, key: Key, by: Staff) -> concerns.Record:
    record = concerns.open_record(db, number, key=key, by=by, now=NOW)
    assert record
    return record


def bytes_of(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file())


def noted(db: Database) -> list[str]:
    found = rows(db, "select what from journal where what like 'concern.%' order by id")
    return [each["what"].removeprefix("concern.") for each in found]


# What an entry must say


@pytest.mark.parametrize(
    ("kind", "given", "missing"),
    [
        (Kind.FIRST, {}, ["child", "what"]),
        (Kind.FIRST, {"unknown": "yes"}, ["what"]),
        (Kind.FIRST, {"child": " ", "words": "Help"}, ["child"]),
        (Kind.FIRST, {"unknown": "yes", "words": "Help"}, []),
        (Kind.FIRST, ACCOUNT, []),
        (Kind.ADDED, {"words": "More"}, ["what"]),
        (Kind.DECISION, {"decision": "Wait"}, ["why"]),
        (Kind.OUTCOME, {"outcome": "No further action"}, ["why"]),
        (Kind.OUTCOME, OUTCOME, []),
        (Kind.PASSED_ON, {"to": "Social care"}, ["how"]),
        (Kind.LINK, {"other": "3"}, ["why"]),
        (Kind.CORRECTION, {"what": "It was Tuesday"}, ["corrects"]),
    ],
)
def test_what_an_entry_must_say(kind: Kind, given: dict[str, str], missing: list[str]):
    assert [each.field for each in rules.faults(kind, rules.fields_of(kind, given))] == missing


def test_a_form_brings_its_own_fields_and_no_other():
    given = {"what": " One\r\ntwo\r ", "form_key": "secret", "by": "somebody else", "why": ""}
    assert rules.fields_of(Kind.ADDED, given) == {"what": "One\ntwo"}


def test_the_hash_of_an_entry_says_nothing_to_whoever_guesses_its_words():
    one, two = (rules.content(Kind.FIRST, ACCOUNT, concern=1, at=NOW, by="Ms Okafor") for _ in range(2))
    assert rules.digest(one) != rules.digest(two)
    assert len(one) == len(two) == 4096
    assert rules.read(one) == ("Ms Okafor", ACCOUNT)


def concern(**changes: object) -> Concern:
    plain = Concern(
        5, date(2027, 1, 12), State.CLOSED, None, held=False, written_by=1, entries=2, last=NOW, last_entry=7
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def handed(**changes: object) -> HandOver:
    return replace(
        HandOver(1, NOW, "Mrs Lindqvist", "", "", {5: 7}, 2, has_receipt=True, shredded=None, wiped=False), **changes
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "hand_over", "drafts", "stands"),
    [
        (concern(), handed(), 0, []),
        (concern(), handed(has_receipt=False), 0, [Stands.NO_RECEIPT]),
        (concern(held=True), handed(), 0, [Stands.HELD]),
        (concern(state=State.OPEN), handed(), 0, [Stands.NOT_CLOSED]),
        (concern(last_entry=8), handed(), 0, [Stands.ADDED_SINCE]),
        (concern(), handed(taken={6: 9}), 0, [Stands.ADDED_SINCE]),
        (concern(), handed(), 1, [Stands.DRAFT]),
        (concern(held=True, state=State.OPEN), handed(has_receipt=False), 2, [*[*Stands][:3], Stands.DRAFT]),
    ],
)
def test_what_stands_in_the_way_of_shredding(record: Concern, hand_over: HandOver, drafts: int, stands: list[Stands]):
    assert rules.stands_in_the_way(record, hand_over, drafts=drafts) == stands


# Written, and opened


def test_nothing_is_written_before_there_is_a_recovery_key(db: Database, adeyemi: Staff):
    with pytest.raises(NoRecoveryKey):
        begun(db, adeyemi)
    with pytest.raises(NoRecoveryKey):
        concerns.keep_draft(db, Kind.FIRST, ACCOUNT, key="first", writer=adeyemi, now=NOW)
    assert concerns.everything(db) == []


def test_a_concern_is_sealed_and_its_owner_opens_it(db: Database, adeyemi: Staff, lindqvist: Staff, owner: Key):
    number = begun(db, adeyemi)
    record = opened(db, number, owner, lindqvist)
    [entry] = record.entries
    assert (entry.kind, entry.by, entry.fields, entry.genuine) == (Kind.FIRST, "Mr Adeyemi", ACCOUNT, True)
    assert record.child == "Priya Nair"
    assert noted(db) == ["begun", "added", "viewed"]
    assert journal.touched(db) is None


def test_before_an_owner_has_a_key_it_is_sealed_to_the_paper_alone(db: Database, adeyemi: Staff, paper: Key):
    number = begun(db, adeyemi)
    assert opened(db, number, paper, adeyemi).child == "Priya Nair"


def test_another_key_opens_nothing_and_says_so(db: Database, adeyemi: Staff, owner: Key):
    number = begun(db, adeyemi)
    [entry] = opened(db, number, sealing.new_key(), adeyemi).entries
    assert entry.fields is None
    assert entry.genuine


def test_a_retry_is_the_same_record_and_the_same_entry(db: Database, lindqvist: Staff, owner: Key):
    assert begun(db, lindqvist) == begun(db, lindqvist)
    entries = {concerns.add(db, 1, Kind.OUTCOME, OUTCOME, key="o", writer=lindqvist, now=NOW) for _ in range(3)}
    assert len(entries) == 1
    assert len(opened(db, 1, owner, lindqvist).entries) == 2


def test_an_outcome_closes_a_record_and_what_is_new_opens_it_again(db: Database, lindqvist: Staff, owner: Key):
    number = begun(db, lindqvist)
    states = []
    for kind, given in (
        (Kind.OUTCOME, OUTCOME),
        (Kind.CORRECTION, {"corrects": "1", "what": "By the hall"}),
        (Kind.ADDED, {"what": "She came back"}),
        (Kind.OUTCOME, OUTCOME),
        (Kind.DECISION, {"decision": "Refer", "why": "A second time"}),
    ):
        added = concerns.add(db, number, kind, given, key=f"{len(states)}", writer=lindqvist, now=NOW)
        assert isinstance(added, int)
        found = concerns.by_id(db, number)
        assert found
        states.append(found.state.value)
    assert states == ["closed", "closed", "open", "closed", "open"]
    assert opened(db, number, owner, lindqvist).entries[0].kind is Kind.FIRST


def test_links_join_two_records_and_point_at_no_other_thing(db: Database, lindqvist: Staff, owner: Key):
    one, two = begun(db, lindqvist, "one"), begun(db, lindqvist, "two")
    for other in (one, 99, "two", "9" * 30):
        given = {"other": str(other), "why": "Sisters"}
        faults = concerns.add(db, one, Kind.LINK, given, key=f"to {other}", writer=lindqvist, now=NOW)
        assert isinstance(faults, list)
    concerns.add(db, one, Kind.LINK, {"other": str(two), "why": "Sisters"}, key="l", writer=lindqvist, now=NOW)
    assert opened(db, one, owner, lindqvist).links == (two,)
    assert opened(db, two, owner, lindqvist).links == (one,)
    wrong = concerns.add(db, one, Kind.CORRECTION, {"corrects": "2", "what": "x"}, key="c", writer=lindqvist, now=NOW)
    assert wrong == [Fault("corrects", concerns.Wrong.NO_ENTRY)]


def test_two_owners_who_add_at_once_both_stand(
    db: Database, lindqvist: Staff, adeyemi: Staff, owner: Key, at_once: AtOnce
):
    number, writers = begun(db, lindqvist), iter([lindqvist, adeyemi] * 4)

    def add(own: Database) -> object:
        writer = next(writers)
        given = {"what": f"From {writer.name}"}
        return concerns.add(own, number, Kind.ADDED, given, key=os.urandom(8).hex(), writer=writer, now=NOW)

    added = at_once(8, add)
    record = opened(db, number, owner, lindqvist)
    assert len(set(added)) == 8
    assert [each.id for each in record.entries][1:] == sorted(added)
    assert journal.touched(db) is None


def test_sixty_thousand_letters_come_back_as_they_were(db: Database, lindqvist: Staff, owner: Key):
    long = "سلام and 𝔥ello\n" * 4000
    number = begun(db, lindqvist, what=long, words="")
    assert opened(db, number, owner, lindqvist).entries[0].fields == {"child": "Priya Nair", "what": long.strip()}
    [(_, sealed)] = concerns.sealed_entries(db, number)
    assert len(sealed) > 1 << 17


def test_lengths_say_little(db: Database, lindqvist: Staff, owner: Key):
    for length in (1, 100, 3000):
        begun(db, lindqvist, f"{length}", what="x" * length)
    found = [len(sealing.unseal(each["sealed"], owner)) for each in rows(db, "select sealed from concern_entries")]
    assert found == [sealing.SMALLEST] * 3


# Never edited


@pytest.mark.parametrize(
    "statement",
    [
        "update concern_entries set at = '2020-01-01T00:00:00+00:00'",
        "update concern_entries set staff_id = 1 + staff_id % 2",
        "update concern_entries set kind = 'outcome'",
        "update concern_entries set digest = 'another'",
        "update concern_entries set concern_id = 2",
        "delete from concern_entries",
        "delete from concerns",
        "insert or replace into concern_entries select * from concern_entries",
    ],
)
def test_no_entry_is_edited_or_deleted(db: Database, lindqvist: Staff, owner: Key, statement: str):
    begun(db, lindqvist, "one"), begun(db, lindqvist, "two")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(statement)


def test_an_entry_that_was_put_in_anothers_place_is_found(db: Database, lindqvist: Staff, owner: Key):
    number = begun(db, lindqvist)
    other = sealing.seal(rules.content(Kind.FIRST, {"child": "Nobody"}, concern=1, at=NOW, by="x"), [owner.public])
    db.execute("update concern_entries set sealed = ?", [other])
    [entry] = opened(db, number, owner, lindqvist).entries
    assert (entry.genuine, entry.fields) == (False, None)


# Drafts


def test_a_draft_is_one_a_page_and_goes_when_it_is_saved(db: Database, adeyemi: Staff, lindqvist: Staff, owner: Key):
    for text in ("Cry", "Crying", "Crying by the"):
        given = {"child": "Priya", "what": text}
        assert concerns.keep_draft(db, Kind.FIRST, given, key="first", writer=adeyemi, now=NOW)
    [draft] = concerns.drafts(db)
    assert (draft.by, draft.at, draft.kind) == ("Mr Adeyemi", NOW, Kind.FIRST)
    said = concerns.open_draft(db, draft.id, key=owner, by=lindqvist, now=NOW)
    assert said == {"child": "Priya", "what": "Crying by the"}
    begun(db, adeyemi)
    assert concerns.drafts(db) == []
    late = concerns.keep_draft(db, Kind.FIRST, ACCOUNT, key="first", writer=adeyemi, now=NOW)
    assert not late, "a draft that comes after its record is none"
    assert noted(db) == ["draft_begun", "draft_viewed", "begun", "added"]


def test_an_empty_page_leaves_no_draft(db: Database, adeyemi: Staff, owner: Key):
    for given in ({}, {"unknown": "yes"}, {"what": "  \n"}):
        assert not concerns.keep_draft(db, Kind.FIRST, given, key="first", writer=adeyemi, now=NOW)
    assert concerns.drafts(db) == []


def test_an_owner_makes_a_record_of_an_unfinished_account_word_for_word(
    db: Database, adeyemi: Staff, lindqvist: Staff, owner: Key
):
    concerns.keep_draft(db, Kind.FIRST, {"words": "He said"}, key="first", writer=adeyemi, now=NOW)
    [draft] = concerns.drafts(db)
    number = concerns.take_over(db, draft.id, key=owner, writer=lindqvist, now=at("13:20"))
    assert number
    [entry] = opened(db, number, owner, lindqvist).entries
    assert entry.fields == {"words": "He said"}
    assert entry.by == "Mrs Lindqvist, from an unfinished account by Mr Adeyemi of 12 January 2027, 12:50"
    assert concerns.drafts(db) == []
    assert concerns.take_over(db, draft.id, key=owner, writer=lindqvist, now=NOW) is None
    assert begun(db, adeyemi) != number, "whoever still writes it loses nothing"


def test_half_an_outcome_becomes_something_added(db: Database, lindqvist: Staff, owner: Key):
    number = begun(db, lindqvist)
    concerns.keep_draft(db, Kind.OUTCOME, OUTCOME, key="o", writer=lindqvist, concern_id=number, now=NOW)
    [draft] = concerns.drafts(db)
    assert concerns.take_over(db, draft.id, key=owner, writer=lindqvist, now=NOW) == number
    added = opened(db, number, owner, lindqvist).entries[-1]
    assert added.fields == {"what": "Decided not to refer\nExplained by her mother at once."}
    assert added.kind is Kind.ADDED


HALF_WRITTEN = """
import os, sys
from pathlib import Path
from mentoring.access import staff
from mentoring.basics.clock import from_text
from mentoring.safeguarding import concerns
from mentoring.store.database import open_database
db = open_database(Path(sys.argv[1]))
me = staff.by_id(db, int(sys.argv[2]))
said = {"words": "She told me that"}
concerns.keep_draft(db, concerns.Kind.FIRST, said, key="k", writer=me, now=from_text(sys.argv[3]))
os.kill(os.getpid(), 9)
"""


def test_half_a_concern_outlives_a_battery_sealed(
    db: Database, data: Path, adeyemi: Staff, lindqvist: Staff, owner: Key
):
    command = [sys.executable, "-c", HALF_WRITTEN, str(data / "programme.db"), str(adeyemi.id), NOW.isoformat()]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert b"She told me that" not in bytes_of(data)
    [draft] = concerns.drafts(db)
    assert concerns.open_draft(db, draft.id, key=owner, by=lindqvist, now=NOW) == {"words": "She told me that"}


# Sealed anew


def test_a_leavers_key_is_taken_out_and_a_new_owners_put_in(
    db: Database, adeyemi: Staff, lindqvist: Staff, owner: Key, paper: Key, tmp_path: Path
):
    for number in range(5):
        begun(db, lindqvist, f"{number}")
    concerns.keep_draft(db, Kind.FIRST, ACCOUNT, key="draft", writer=adeyemi, now=NOW)
    new = keys.ensure(db, adeyemi.id, password=PASSWORD, by=BY, now=NOW)
    assert concerns.waits_to_be_sealed(db) == 6
    assert opened(db, 1, new, adeyemi).entries[0].fields is None
    by_new = concerns.seal_anew(db, key=new, by=adeyemi, now=NOW, most=100)
    assert (by_new.done, by_new.waiting, by_new.closed) == (0, 6, 6)
    first = concerns.seal_anew(db, key=owner, by=lindqvist, now=NOW, most=4)
    assert (first.done, first.waiting) == (4, 2)
    assert concerns.seal_anew(db, key=owner, by=lindqvist, now=NOW, most=4).waiting == 0
    assert opened(db, 5, new, adeyemi).child == "Priya Nair"
    with write(db):
        keys.end(db, lindqvist.id, by=BY, now=NOW)
    assert concerns.seal_anew(db, key=new, by=adeyemi, now=NOW, most=100).done == 6
    assert opened(db, 1, owner, lindqvist).entries[0].fields is None, "the leaver's key opens nothing any more"
    assert [each.genuine for each in opened(db, 1, new, adeyemi).entries] == [True]
    assert stock_tool_opens(db, 3, paper, tmp_path)["fields"] == ACCOUNT
    assert noted(db).count("sealed_anew") == 3
    assert journal.touched(db) is None


def stock_tool_opens(db: Database, number: int, key: Key, folder: Path) -> dict[str, object]:
    """A record's first entry as Debian's own `age -d` opens it."""
    [(_, sealed)] = concerns.sealed_entries(db, number)
    (folder / "entry.age").write_bytes(sealed)
    (folder / "key.txt").write_text(key.private + "\n")
    command = ["age", "-d", "-i", str(folder / "key.txt"), str(folder / "entry.age")]
    said = subprocess.run(command, capture_output=True, check=True).stdout
    return dict(json.loads(said))


def test_the_stock_tool_opens_a_record_with_the_paper_key(db: Database, adeyemi: Staff, paper: Key, tmp_path: Path):
    number = begun(db, adeyemi)
    said = stock_tool_opens(db, number, paper, tmp_path)
    assert said["by"] == "Mr Adeyemi"
    assert said["written"] == "2027-01-12T12:50:00+00:00"
    assert said["fields"] == ACCOUNT


# Handed over, and shredded


def drawn_up(db: Database, owner: Key, by: Staff, *numbers: int) -> int:
    records = [opened(db, number, owner, by) for number in numbers]
    return concerns.draw_up(db, records, pdf="a" * 64, csv="b" * 64, by=by, now=NOW)


def closed(db: Database, by: Staff, key: str = "first", **more: str) -> int:
    number = begun(db, by, key, **more)
    concerns.add(db, number, Kind.OUTCOME, OUTCOME, key=f"outcome {key}", writer=by, now=NOW)
    return number


def test_a_record_is_shredded_with_a_receipt_and_not_before(db: Database, data: Path, lindqvist: Staff, owner: Key):
    number, other = closed(db, lindqvist, "one"), closed(db, lindqvist, "two")
    pieces = [sealed[at : at + 40] for _, sealed in concerns.sealed_entries(db, number) for at in range(0, 4000, 400)]
    hand_over = drawn_up(db, owner, lindqvist, number)
    assert concerns.shred(db, hand_over, by=lindqvist, now=NOW) == {number: [Stands.NO_RECEIPT]}
    assert [
        each.field for each in concerns.note_receipt(db, hand_over, Receipt("", "x", " "), by=lindqvist, now=NOW)
    ] == [
        "system",
        "date",
    ]
    assert concerns.note_receipt(db, hand_over, RECEIPT, by=lindqvist, now=NOW) == []
    concerns.hold(db, number, held=True, by=lindqvist, now=NOW)
    assert concerns.shred(db, hand_over, by=lindqvist, now=NOW) == {number: [Stands.HELD]}
    concerns.hold(db, number, held=False, by=lindqvist, now=NOW)
    assert sum(each in bytes_of(data) for each in pieces) >= 15, "all but those that a page of the file has cut"
    assert concerns.shred(db, hand_over, by=lindqvist, now=at("14:00")) == {}
    left = bytes_of(data)
    assert [each for each in pieces if each in left and b"age-encryption" not in each] == []
    stays = concerns.hand_over(db, hand_over)
    assert stays
    assert (stays.pdf_sha256, stays.entries, stays.shredded, stays.wiped) == ("a" * 64, 2, at("14:00"), True)
    assert concerns.receipt(db, hand_over, owner) == {
        "system": "MyConcern",
        "reference": "MC-20431",
        "date": RECEIPT.date,
    }
    found = concerns.by_id(db, number)
    assert found
    assert (found.state, found.entries) == (State.HANDED_OVER, 0)
    assert len(opened(db, other, owner, lindqvist).entries) == 2
    refused = concerns.add(db, number, Kind.ADDED, {"what": "late"}, key="late", writer=lindqvist, now=NOW)
    assert isinstance(refused, list)
    assert concerns.shred(db, hand_over, by=lindqvist, now=NOW) == {}
    assert journal.touched(db) is None


def test_what_was_added_since_the_papers_is_not_shredded(db: Database, lindqvist: Staff, owner: Key):
    one, two = closed(db, lindqvist, "one"), closed(db, lindqvist, "two")
    hand_over = drawn_up(db, owner, lindqvist, one, two)
    concerns.note_receipt(db, hand_over, RECEIPT, by=lindqvist, now=NOW)
    concerns.add(db, two, Kind.DECISION, {"decision": "x", "why": "y"}, key="late", writer=lindqvist, now=NOW)
    concerns.keep_draft(db, Kind.ADDED, {"what": "x"}, key="d", writer=lindqvist, concern_id=one, now=NOW)
    assert concerns.shred(db, hand_over, by=lindqvist, now=NOW) == {
        one: [Stands.DRAFT],
        two: [Stands.NOT_CLOSED, Stands.ADDED_SINCE],
    }
    assert len(opened(db, one, owner, lindqvist).entries) == 2


def test_the_store_itself_refuses_to_shred_without_a_receipt_or_under_a_hold(
    db: Database, lindqvist: Staff, owner: Key
):
    number = closed(db, lindqvist)
    hand_over = drawn_up(db, owner, lindqvist, number)
    db.execute("update concerns set state = 'handed_over'")
    with pytest.raises(sqlite3.IntegrityError, match="receipt"):
        db.execute("delete from concern_entries")
    concerns.note_receipt(db, hand_over, RECEIPT, by=lindqvist, now=NOW)
    db.execute("update concerns set held = 1")
    with pytest.raises(sqlite3.IntegrityError, match="hold"):
        db.execute("delete from concern_entries")
    db.execute("update concerns set held = 0")
    db.execute("delete from concern_entries")


def test_a_reader_that_stays_leaves_the_wiping_owed_and_the_next_try_ends_it(
    db: Database, data: Path, lindqvist: Staff, owner: Key, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mentoring.store.database.CHECKPOINT_TRIES", 1)
    db.execute("pragma busy_timeout = 10")
    number = closed(db, lindqvist)
    hand_over = drawn_up(db, owner, lindqvist, number)
    concerns.note_receipt(db, hand_over, RECEIPT, by=lindqvist, now=NOW)
    with closing(open_database(data / "programme.db")) as reader:
        reader.execute("begin")
        assert row(reader, "select * from concern_entries")
        assert concerns.shred(db, hand_over, by=lindqvist, now=NOW) == {}
        found = concerns.hand_over(db, hand_over)
        assert found
        assert (found.shredded, found.wiped) == (NOW, False)
        reader.execute("commit")
    assert concerns.wipe(db, now=NOW)
    assert [each.wiped for each in concerns.hand_overs(db)] == [True]


def test_the_csv_starts_no_formula_and_holds_every_field(db: Database, lindqvist: Staff, owner: Key):
    number = begun(db, lindqvist, child="=HYPERLINK(1)", what="-1\n+2", where="@home")
    text = concerns.csv_text([opened(db, number, owner, lindqvist)], KINDS, wall=lambda moment: f"{moment:%H:%M}")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert lines[0] == list(rules.CSV_COLUMNS)
    assert [each[-1] for each in lines[1:]] == ["'=HYPERLINK(1)", ACCOUNT["words"], "'-1\n+2", "'@home"]
    assert [each[:4] for each in lines[1:]] == [["1", "1", "12:50", "Mrs Lindqvist"]] * 4


# Nothing in clear


def test_two_hundred_marked_texts_are_found_nowhere_in_clear(
    db: Database, data: Path, adeyemi: Staff, lindqvist: Staff, owner: Key
):
    marks = [f"canary-{number:03}-Zoë-Ødegård" for number in range(200)]
    left = iter(marks)

    def marked(kind: Kind, **fixed: str) -> dict[str, str]:
        return {field.name: fixed.get(field.name) or next(left) for field in FIELDS[kind]}

    for number in range(1, 8):
        concerns.keep_draft(db, Kind.FIRST, marked(Kind.FIRST), key=f"{number}", writer=adeyemi, now=NOW)
        concerns.begin(db, marked(Kind.FIRST), key=f"{number}", writer=adeyemi, now=NOW)
    for kind, fixed in ((Kind.ADDED, {}), (Kind.CORRECTION, {"corrects": "1"}), (Kind.DECISION, {}),
                        (Kind.LINK, {"other": "2"}), (Kind.PASSED_ON, {}), (Kind.OUTCOME, {})):  # fmt: skip
        added = concerns.add(db, 1, kind, marked(kind, **fixed), key=f"k {kind}", writer=lindqvist, now=NOW)
        assert isinstance(added, int)
    hand_over = drawn_up(db, owner, lindqvist, 1)
    concerns.note_receipt(db, hand_over, Receipt(next(left), next(left), "2027-01-12"), by=lindqvist, now=NOW)
    for rest in left:
        concerns.keep_draft(
            db, Kind.ADDED, {"what": rest}, key=f"{hash(rest)}", writer=lindqvist, concern_id=2, now=NOW
        )
    kept = bytes_of(data)
    assert [mark for mark in marks for form in (mark.encode(), mark.encode("utf-16-le")) if form in kept] == []
    said = repr([opened(db, number, owner, lindqvist) for number in range(1, 8)])
    assert sum(mark in said for mark in marks) >= 7 * 9, "the search could have found them"
