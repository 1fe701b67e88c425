"""The command line as outsiders call it: real processes, real files, what they print and how they end."""

import contextlib
import http.client
import json
import re
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pypdfium2
import pytest

from mentoring.store.database import open_database
from mentoring.store.migrations import migrate
from mentoring.training import modules
from tests.conftest import PATIENCE, until
from tests.contracts.commands import DROPIN, INIT, SLOT, Doors, clean_environment, dropin, is_refused

PASSWORD = "three wet turtles"
COMMANDS = ["demo", "run", "init", "read", "mentors", "import-mentors", "add-slot", "due", "badges", "close-day"]
COMMANDS += ["verify", "backup", "restore", "doctor", "erase"]
BIG = "9" * 20  # more than the store's numbers hold
LARGEST = 4 * 1024 * 1024  # bytes of a picture
PICTURE = {"Content-Type": "image/jpeg", "Accept": "application/json", "Sec-Fetch-Site": "same-origin"}


def in_turn(*commands: list[str], data: Path | None = None) -> list[subprocess.CompletedProcess[str]]:
    """Run commands one after another; their ends in the same order."""
    return [dropin(*command, data=data) for command in commands]


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def written(data: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the file holds."""
    with contextlib.closing(sqlite3.connect(data / "programme.db")) as raw:
        return raw.execute(sql).fetchall()


@pytest.fixture
def box(data: Path) -> Path:
    """The cast's programme, with its badge key."""
    (data / "badge.key").write_text(bytes(range(32)).hex() + "\n", encoding="ascii")
    return data


@pytest.fixture
def new_box(tmp_path: Path) -> Path:
    """A folder as `dropin run` leaves it at its first start: a programme without a lead."""
    with contextlib.closing(open_database(tmp_path / "programme.db", create=True)) as db:
        migrate(db)
    return tmp_path


# What every command keeps to


def test_every_command_explains_itself_with_an_example():
    for command, told in zip(COMMANDS, in_turn(*([each, "--help"] for each in COMMANDS)), strict=True):
        assert told.returncode == 0
        assert f"Example: {'DROPIN_DATA=/srv/dropin ' if command == 'run' else ''}dropin {command}" in told.stdout
        assert told.stderr == ""


def test_the_whole_lists_every_command():
    told = dropin("--help")
    assert told.returncode == 0
    assert [each for each in COMMANDS if f"  {each} " not in told.stdout] == []


def test_wrong_use_is_one_sentence_and_exit_2():
    for done in in_turn(
        ["dance"],
        ["mentors", "--loud"],
        ["init"],
        ["read"],
        ["badges"],
        ["badges", "a.pdf", "--sheet", "billboard"],
        ["due", "tomorrow", "1", "2"],
        ["due", "2027-01-12", "Amira", "Ben"],
        ["demo", "--kiosk-port", "70000"],
    ):
        is_refused(done, 2)


def test_without_a_programme_it_is_one_sentence_and_exit_1(tmp_path: Path):
    commands = [["mentors"], ["verify"], ["badges", "b.pdf"], ["due", "2027-01-12", "1", "2"]]
    for done in in_turn(*commands, data=tmp_path):
        is_refused(done, 1, "There is no programme in", "dropin init")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "not a database at all " * 200], ids=["empty", "rubbish"])
def test_a_file_that_is_no_programme_is_one_sentence_and_exit_1(tmp_path: Path, content: str):
    (tmp_path / "programme.db").write_text(content)
    is_refused(dropin("mentors", data=tmp_path), 1)


def test_damage_inside_a_programme_is_one_sentence_and_exit_1(box: Path):
    file = box / "programme.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xaa" * (len(whole) - 4096))
    for done in in_turn(["mentors"], ["verify"], data=box):
        is_refused(done, 1)


def test_a_locked_programme_is_one_sentence_and_exit_1(box: Path):
    with contextlib.closing(sqlite3.connect(box / "programme.db", isolation_level=None)) as raw:
        raw.execute("begin immediate")
        for done in in_turn(["add-slot", *SLOT], ["due", "2027-01-12", "2", "3"], data=box):
            is_refused(done, 1)


def test_before_set_up_every_command_is_plain(new_box: Path):
    commands = [["mentors"], ["verify"], ["badges", str(new_box / "b.pdf")], ["add-slot", *SLOT]]
    mentors, verify, badges, slot = in_turn(*commands, data=new_box)
    assert (mentors.returncode, mentors.stdout, mentors.stderr) == (0, "", "")
    assert (verify.returncode, verify.stderr) == (0, "")
    is_refused(badges, 1)
    is_refused(slot, 1)


def test_a_reader_that_leaves_early_is_no_traceback(box: Path):
    command = [DROPIN, "mentors", "--data", str(box)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment()
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


def test_a_wrong_setting_is_one_sentence_about_it():
    is_refused(dropin("mentors", DROPIN_KIOSK_PORT="soon"), 1, "DROPIN_KIOSK_PORT (the kiosk's port on 127.0.0.1)")


def test_the_folder_may_come_from_the_environment(box: Path):
    assert dropin("mentors", DROPIN_DATA=str(box)).stdout == dropin("mentors", data=box).stdout != ""


# init


def test_init_asks_for_the_password_twice_and_makes_the_lead(tmp_path: Path):
    data = tmp_path / "new" / "folder"
    done = dropin(*INIT, data=data, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    assert PASSWORD not in done.stderr + done.stdout
    assert len(re.findall(r"^AGE-SECRET-KEY-1[A-Z0-9]{58}$", done.stdout, re.M)) == 1, "the recovery key, once"
    assert written(data, "select name, email, role from staff") == [("Ms Okafor", "okafor@harbour.example", "lead")]
    assert (data / "badge.key").stat().st_mode & 0o777 == 0o600
    assert data.stat().st_mode & 0o777 == 0o700
    assert PASSWORD.encode() not in (data / "programme.db").read_bytes()
    is_refused(dropin(*INIT, data=data, typed=f"{PASSWORD}\n{PASSWORD}\n"), 1, "already has a lead")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (f"{PASSWORD}\nanother one\n", "The two passwords are not the same."),
        ("short\nshort\n", "password is shorter than 10 characters"),
        ("", "password is shorter than 10 characters"),
    ],
)
def test_init_refuses_a_password_that_will_not_do_and_leaves_nothing(tmp_path: Path, typed: str, says: str):
    is_refused(dropin(*INIT, data=tmp_path, typed=typed), 2, says)
    assert list(tmp_path.iterdir()) == []


def test_an_init_that_was_killed_before_its_badge_key_is_ended_by_the_next(tmp_path: Path):
    dropin(*INIT, data=tmp_path, typed=f"{PASSWORD}\n{PASSWORD}\n")
    (tmp_path / "badge.key").unlink()
    again = dropin(*INIT, data=tmp_path, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert (tmp_path / "badge.key").exists(), again.stderr


def test_a_password_is_never_an_argument(tmp_path: Path):
    is_refused(dropin(*INIT, "--password", PASSWORD, data=tmp_path), 2, "No such option")
    assert "--password" not in dropin("init", "--help").stdout


# training


def test_training_is_checked_by_line(tmp_path: Path):
    shipped = sorted((Path(modules.__file__).parent / "shipped").rglob("*.toml"))
    well = dropin("training", "check", *shipped)
    assert (well.returncode, well.stdout, well.stderr) == (0, "", "")
    slip, no_toml = tmp_path / "slip.toml", tmp_path / "no.toml"
    slip.write_text(shipped[0].read_text(encoding="utf-8").replace("title =", "tilte ="), encoding="utf-8")
    no_toml.write_text("title = \n")
    done = dropin("training", "check", slip, no_toml)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        f"{slip}:1: title is missing, write it",
        f"{slip}:1: tilte is not known, look for a slip in the name, or delete the line",
        f"{no_toml}:1: this is no TOML from column 9 on, look for a missing quotation mark, bracket or equals sign,"
        " here or on the line before",
    ]
    is_refused(dropin("training", "check", tmp_path / "none.toml"), 1, "cannot be opened")


# mentors, slots and the rota


def test_mentors_are_one_line_each(box: Path):
    assert lines(dropin("mentors", data=box)) == [
        {"id": 1, "name": "Amira", "state": "active", "badge": True},
        {"id": 2, "name": "Ben O.", "state": "active", "badge": True},
        {"id": 3, "name": "Chidi", "state": "active", "badge": True},
    ]


def test_a_slot_is_added_with_its_adult_and_its_week(box: Path):
    slot = ["--day", "Wed", "--start", "12:45", "--end", "13:15", "--room", "Room 7"]
    assert len(lines(dropin("add-slot", *slot, "--adult", "adeyemi@harbour.example", "--week", "A", data=box))) == 1
    assert len(lines(dropin("add-slot", *slot[:-1], "Room 8", "--places", "3", data=box))) == 1
    stored = written(box, "select day, start, until, room, week, adult_id, places from slots order by id desc limit 2")
    assert stored == [(2, "12:45", "13:15", "Room 8", "", 1, 3), (2, "12:45", "13:15", "Room 7", "A", 2, 2)]


def test_a_fault_in_a_slot_is_a_sentence(box: Path):
    good = {"--day": "Wed", "--start": "12:30", "--end": "13:15", "--room": "Room 7"}
    faults = [
        ({"--day": "Someday"}, 2, "day is “Someday”"),
        ({"--start": "noon"}, 2, "start is “noon”"),
        ({"--end": "12:00"}, 2, "is not after the start"),
        ({"--week": "C"}, 2, "week is “C”"),
        ({"--places": "1"}, 2, "places is “1”: choose 2 to 6"),
        ({"--adult": "nobody@harbour.example"}, 1, "Nobody on the staff has the address nobody@harbour.example."),
        ({"--day": "Tue", "--room": "library 2"}, 1, "overlaps Tue 12:30 to 13:15"),
    ]
    commands = [["add-slot", *(part for pair in (good | wrong).items() for part in pair)] for wrong, *_ in faults]
    for (_, status, says), done in zip(faults, in_turn(*commands, data=box), strict=True):
        is_refused(done, status, says)
    assert written(box, "select count(*) from slots") == [(2,)]


def test_due_says_who_comes_in_place_of_whoever_was(box: Path):
    [told] = lines(dropin("due", "2027-01-12", "2", "3", "--room", "Library 2", data=box))
    assert told == {"date": "2027-01-12", "room": "Library 2", "mentors": [2, 3]}
    assert written(box, "select mentor_id from due join drop_ins on id = drop_in_id where date = '2027-01-12'") == [
        (2,),
        (3,),
    ]


def test_a_pair_that_cannot_be_is_a_sentence(box: Path):
    faults = {
        "There is no drop-in on 2027-01-13.": ["2027-01-13", "1", "2"],
        "There is no drop-in on 2027-01-12 in Room 9.": ["2027-01-12", "1", "2", "--room", "Room 9"],
        "is there twice": ["2027-01-12", "1", "1"],
        "is not on the list": ["2027-01-12", "1", "999"],
        "That number is too large to be anybody's.": ["2027-01-12", BIG, "1"],
    }
    commands = [["due", *wrong] for wrong in faults.values()]
    for says, done in zip(faults, in_turn(*commands, data=box), strict=True):
        is_refused(done, 1, says)


# import-mentors


def test_a_file_of_mentors_is_looked_at_then_added_and_never_twice(box: Path, tmp_path: Path):
    file = tmp_path / "mentors.csv"
    file.write_text("given_name,family_name,year_group,experienced,shows_name\nDana,Kowalska,10,yes,yes\nEli,Fox,9,,\n")
    looked = dropin("import-mentors", file, "--dry-run", data=box)
    assert lines(looked) == [{"mentors": 2, "dry_run": True, "proposed": 1}]
    assert looked.stderr == "1 agreed to be named, says the file: confirm it on the page Mentors.\n"
    assert written(box, "select count(*) from mentors") == [(3,)]
    assert lines(dropin("import-mentors", file, data=box)) == [{"mentors": 2, "dry_run": False, "proposed": 1}]
    stored = written(box, "select display_name, experienced, consent from mentors order by id desc limit 2")
    assert stored == [("Eli", 0, "not_asked"), ("Dana", 1, "proposed")]
    again = dropin("import-mentors", file, data=box)
    assert lines(again) == [{"mentors": 0, "dry_run": False, "unchanged": 2}]
    assert again.stderr == "Already here, unchanged: Dana Kowalska and Eli Fox.\n"
    assert written(box, "select count(*) from mentors") == [(5,)]


def test_a_file_from_a_schools_system_says_how_it_is_read_and_moves_up_whom_it_is_told_to(box: Path, tmp_path: Path):
    file = tmp_path / "mentors.csv"
    file.write_bytes("\ufeffLegal Surname;Forename;Year;Reg\r\nKhan;Amira;Year 12;12A\r\n".encode("utf-16"))
    said = [
        "The column “Legal Surname” is read as family_name.",
        "The column “Forename” is read as given_name.",
        "The column “Year” is read as year_group.",
        "The column “Reg” is left out.",
    ]
    refused, moved = in_turn(
        ["import-mentors", str(file), "--dry-run"], ["import-mentors", str(file), "--moved-up"], data=box
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [
        *said,
        "row 2, column year_group: Amira Khan is on the list in year 11, use --moved-up if it is the same person, "
        "or add a letter if it is another",
    ]
    assert (moved.stderr.splitlines(), lines(moved)) == (said, [{"mentors": 0, "dry_run": False, "moved_up": 1}])
    assert written(box, "select count(*), max(year_group) from mentors") == [(3, "12")]


def test_each_fault_in_a_file_of_mentors_names_its_row_its_column_and_a_remedy(box: Path, tmp_path: Path):
    file = tmp_path / "mentors.csv"
    file.write_text("given_name,family_name,year_group\nDana,Kowalska,10\nEli,,9\ndana,Kowalska,10A\n")
    commands = [["import-mentors", str(file)], ["import-mentors", str(file), "--dry-run"]]
    for done in in_turn(*commands, data=box):
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.splitlines() == [
            "row 3, column family_name: is missing, write the family name",
            "row 4, column family_name: this mentor is already in row 2, take the row out, or add a letter",
        ]
    assert written(box, "select count(*) from mentors") == [(3,)]
    is_refused(dropin("import-mentors", tmp_path / "nowhere.csv", data=box), 1, "cannot be opened")


# close-day


def test_close_day_counts_forgets_and_is_safe_to_run_twice(box: Path):
    with contextlib.closing(sqlite3.connect(box / "programme.db")) as raw, raw:
        raw.execute(
            "update drop_ins set date = '2026-01-13', starts = '2026-01-13T12:30:00+00:00',"
            " ends = '2026-01-13T13:15:00+00:00' where id = 1"
        )
        raw.execute("delete from due where drop_in_id <> 1")
        raw.execute("delete from drop_ins where id <> 1")
        raw.execute(
            "insert into help_requests (id, key, drop_in_id, place, ticket, topic, state)"
            " values ('a-pupils-own-number', 'a-pupils-own-key', 1, 1, 'Blue Turtle', 'family', 'asked')"
        )
    first = dropin("close-day", data=box)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("The day is closed.")
    assert first.stdout.endswith("nothing was found.\n")
    second = dropin("close-day", data=box)
    assert (second.returncode, second.stdout, second.stderr) == (0, "There is nothing to close.\n", "")
    assert written(box, "select drop_in_id, asked from visits") == [(1, 1)]
    assert written(box, "select topic, asked from topics") == [("family", 1)]
    assert written(box, "select count(*) from help_requests") == [(0,)]
    assert [each.name for each in box.iterdir() if b"a-pupils-own" in each.read_bytes()] == []


# erase


def test_erase_says_what_it_removed_and_what_it_kept_and_is_refused_twice(box: Path):
    name = written(box, "select family_name from mentors where id = 1")[0][0]
    assert any(name.encode() in each.read_bytes() for each in box.iterdir())
    told = dropin("erase", "--mentor", "1", data=box)
    assert (told.returncode, told.stderr) == (0, "")
    assert "Removed: Name, year group, address, state (1)" in told.stdout
    assert "Kept: The journal holds numbers, never a name" in told.stdout
    assert [each.name for each in box.iterdir() if name.encode() in each.read_bytes()] == []
    assert json.loads((box / "tombstones.json").read_text())["tombstones"][0]["kind"] == "mentor"
    is_refused(dropin("erase", "--mentor", "1", data=box), 1, "was erased already")
    is_refused(dropin("erase", "--mentor", "999", data=box), 1, "is nobody's number")
    is_refused(dropin("erase", data=box), 2, "--mentor")
    assert dropin("verify", data=box).returncode == 0


# badges and read


def test_badges_are_printed_and_read_back(box: Path, tmp_path: Path):
    out = tmp_path / "badges.pdf"
    [told] = lines(dropin("badges", out, data=box))
    assert (told["badges"], told["pages"], told["seconds"] > 0) == (3, 1, True)
    with pypdfium2.PdfDocument(out) as pdf:
        assert len(pdf) == 1
        pdf[0].render(scale=2.5, grayscale=True).to_pil().save(tmp_path / "page.png")
    [read] = lines(dropin("read", tmp_path / "page.png"))
    assert (read["file"], len(read["texts"])) == (str(tmp_path / "page.png"), 3)
    assert all(each.startswith("PM") and len(each) <= 20 for each in read["texts"])
    assert read["ms"] > 0
    assert written(box, "select count(*) from badges where printed is null and ended is null") == [(3,)]


def test_a_name_that_is_not_printed_whole_is_told_before_printing_on_the_packets_sheet(box: Path, tmp_path: Path):
    with contextlib.closing(sqlite3.connect(box / "programme.db")) as raw, raw:
        raw.execute("update mentors set display_name = ? where id = 1", ["W" * 60])
        raw.execute("update mentors set display_name = '🎉 Ben' where id = 2")
    done = dropin("badges", tmp_path / "b.pdf", "--sheet", "L7160-100", "--mentor", "1", "--mentor", "2", data=box)
    assert [*lines(done)[0]] == ["badges", "pages", "seconds"]
    assert re.search(
        r"Before you print: .* \(mentor 1\): prints “W+…”.* Write a shorter name for the badge", done.stderr
    )
    assert re.search(r"Before you print: .* \(mentor 2\): prints “Ben”, without 🎉", done.stderr)
    assert "on the mentor's page among the staff pages" in done.stderr


def test_badges_of_those_named_alone(box: Path, tmp_path: Path):
    done = dropin("badges", tmp_path / "two.pdf", "--mentor", "1", "--mentor", "2", data=box)
    assert lines(done)[0]["badges"] == 2
    assert "They count as printed once somebody says so" in done.stderr


def test_the_sheets_are_listed_without_a_programme(tmp_path: Path):
    done = dropin("badges", tmp_path / "none.pdf", "--sheet", "list", data=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("cr80: A4")
    assert list(tmp_path.iterdir()) == []


def test_badges_that_cannot_be_are_a_sentence(box: Path, tmp_path: Path):
    is_refused(dropin("badges", tmp_path / "b.pdf", "--mentor", "999", data=box), 1, "No active mentor has the number")
    is_refused(dropin("badges", tmp_path / "no" / "where.pdf", data=box), 1, "cannot be written")
    is_refused(dropin("badges", tmp_path, data=box), 1, "cannot be written")
    assert written(box, "select count(*) from badges where printed is not null") == [(0,)]
    (box / "badge.key").unlink()
    is_refused(dropin("badges", tmp_path / "b.pdf", data=box), 1, "The badge key")
    assert not (box / "badge.key").exists()
    assert not (tmp_path / "b.pdf").exists()


@pytest.mark.parametrize("live", [[], ["--live"]], ids=["still", "live"])
def test_a_picture_that_cannot_be_opened_stops_no_run(tmp_path: Path, live: list[str]):
    (tmp_path / "words.png").write_text("not a picture")
    given = [str(tmp_path / "missing.jpg"), str(tmp_path / "words.png"), str(tmp_path)]
    told = lines(dropin("read", *live, *given))
    assert [each["file"] for each in told] == given
    assert [each["texts"] for each in told] == [[], [], []]
    assert all(each["error"].endswith(".") and each["ms"] >= 0 for each in told)


# verify


def test_a_whole_trail_is_whole_and_a_touched_one_is_found(box: Path):
    assert dropin("verify", data=box).returncode == 0
    with contextlib.closing(sqlite3.connect(box / "programme.db")) as raw, raw:
        raw.execute("drop trigger journal_is_never_edited")
        raw.execute("update journal set actor = 'staff 2' where id = 3")
    is_refused(dropin("verify", data=box), 1, "The paper trail was touched", "3")


def test_a_missing_row_is_found(box: Path):
    with contextlib.closing(sqlite3.connect(box / "programme.db")) as raw, raw:
        raw.execute("drop trigger journal_is_never_deleted")
        raw.execute("delete from journal where id = 4")
    is_refused(dropin("verify", data=box), 1, "The paper trail was touched")


# Both doors


def get(url: str, path: str = "/healthz", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    asking = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        asking.request("GET", path, headers=headers)
        answer = asking.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        asking.close()


def post(url: str, path: str, body: bytes, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    """The status, the headers and the body; of a redirect, no body."""
    asking = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a refusal may come before we have said all
            asking.request("POST", path, body, headers)
        answer = asking.getresponse()
        content = answer.read()
        return answer.status, answer.headers, b"" if answer.status == 303 else content
    finally:
        asking.close()


def answers(url: str) -> bool:
    with contextlib.suppress(OSError, http.client.HTTPException):
        return get(url)[0] == 200
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[Doors, dict[str, Any]]]:
    with Doors("demo", "--kiosk-port", "0", "--admin-port", "0", TMPDIR=str(tmp_path)) as doors:
        assert doors.process.stdout
        yield doors, json.loads(doors.process.stdout.readline())


@pytest.fixture(scope="module")
def open_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What a demo tells that stays open for every test that leaves it as it is."""
    folder = str(tmp_path_factory.mktemp("demo"))
    with Doors("demo", "--kiosk-port", "0", "--admin-port", "0", TMPDIR=folder) as doors:
        assert doors.process.stdout
        yield json.loads(doors.process.stdout.readline())


def test_the_demo_tells_what_outsiders_need_and_both_doors_answer(demo: tuple[Doors, dict[str, Any]]):
    doors, told = demo
    assert told.keys() >= {"kiosk", "admin", "board", "data", "staff", "mentors"}
    assert all(each.keys() >= {"name", "email", "password", "totp_secret", "role"} for each in told["staff"])
    assert [each["role"] for each in told["staff"]].count("lead") == 1
    assert all(each.keys() >= {"id", "name", "due"} for each in told["mentors"])
    assert [each["name"] for each in told["mentors"] if each["due"]] == ["Amira", "Ben"]
    assert get(told["kiosk"])[0] == get(told["admin"])[0] == 200
    assert get(told["kiosk"], "/")[0] == 200
    status, headers, body = get(told["admin"], told["board"].removeprefix(told["admin"]) + ".json")
    assert (status, json.loads(body)["rooms"][0]["state"]) == (200, "opening")
    assert "Date" in headers
    same = get(told["admin"], told["board"].removeprefix(told["admin"]) + ".json", **{"If-None-Match": headers["ETag"]})
    assert (same[0], "Date" in same[1], same[2]) == (304, True, b"")
    assert [json.loads(line)["id"] for line in dropin("mentors", data=Path(told["data"])).stdout.splitlines()] == [
        each["id"] for each in told["mentors"]
    ]
    assert dropin("verify", data=Path(told["data"])).returncode == 0

    status, said = doors.end(signal.SIGINT)
    assert status == 0
    assert "Traceback" not in said
    assert until(doors.are_gone)
    assert not Path(told["data"]).exists()
    assert not answers(told["kiosk"])


def test_a_door_that_dies_is_up_again_and_a_parent_that_dies_takes_everything_with_it(
    demo: tuple[Doors, dict[str, Any]],
):
    doors, told = demo
    assert get(told["kiosk"], "/scan")[0] == 200
    assert until(lambda: {"kiosk", "admin", "badges.reader"} <= doors.children().keys())
    for name in ("kiosk", "admin"):
        died = doors.children()[name]
        died.kill()
        died.wait(PATIENCE)
        assert until(lambda name=name: answers(told[name])), f"the {name} did not come back"
        assert doors.children()[name] != died
    assert get(told["kiosk"], "/scan")[0] == 200
    assert until(lambda: "badges.reader" in doors.children())

    doors.process.kill()
    doors.process.wait(PATIENCE)
    assert until(doors.are_gone), "something outlived its parent"


def test_the_lead_of_the_demo_can_log_in(open_demo: dict[str, Any]):
    lead = open_demo["staff"][0]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"email": lead["email"], "password": lead["password"]}).encode()
    assert post(open_demo["admin"], "/log-in", body, **form)[::2] == (303, b"")
    assert len({each["password"] for each in open_demo["staff"]}) == len(open_demo["staff"])


@pytest.mark.parametrize("size", [LARGEST - 1, LARGEST])
def test_a_picture_of_four_mebibytes_is_taken_by_the_served_door(open_demo: dict[str, Any], size: int):
    status, _, answer = post(open_demo["kiosk"], "/scan", bytes(size), **PICTURE)
    assert (status, json.loads(answer)["outcome"]) == (200, "unreadable")


def test_a_byte_more_is_refused_in_words_with_strict_headers(open_demo: dict[str, Any]):
    status, headers, answer = post(open_demo["kiosk"], "/scan", bytes(LARGEST + 1), **PICTURE)
    assert status == 413
    assert "Content-Security-Policy" in headers
    assert json.loads(answer)["error"].startswith("That picture is too large.")


def test_the_staff_pages_may_listen_on_another_address_and_sigterm_ends_it_cleanly_too(tmp_path: Path):
    elsewhere = {"DROPIN_ADMIN_HOST": "127.0.0.2", "TMPDIR": str(tmp_path)}
    with Doors("demo", "--kiosk-port", "0", "--admin-port", "0", **elsewhere) as doors:
        assert doors.process.stdout
        told = json.loads(doors.process.stdout.readline())
        assert told["admin"].startswith("http://127.0.0.2:")
        assert told["kiosk"].startswith("http://127.0.0.1:")
        assert get(told["admin"], Host="127.0.0.1")[0] == 200
        assert not answers(told["admin"].replace("127.0.0.2", "127.0.0.1"))
        status, said = doors.end(signal.SIGTERM)
        assert (status, "Traceback" in said) == (0, False)
        assert until(doors.are_gone)


def test_a_port_in_use_is_one_sentence(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        data = tmp_path / "demo"
        is_refused(dropin("demo", "--kiosk-port", port, "--admin-port", "0", data=data), 1, f"127.0.0.1:{port}")
        assert not (data / "programme.db").exists(), "a demo that could not start leaves its folder free"
        run = dropin("run", data=tmp_path, DROPIN_KIOSK_PORT="0", DROPIN_ADMIN_PORT=port)
        is_refused(run, 1, f"127.0.0.1:{port}", "DROPIN_ADMIN_PORT")


def test_the_demo_writes_over_no_programme(box: Path):
    before = (box / "programme.db").read_bytes()
    is_refused(dropin("demo", "--kiosk-port", "0", "--admin-port", "0", data=box), 1, "already holds a programme")
    assert (box / "programme.db").read_bytes() == before


def test_the_first_run_leads_to_set_up_and_answers_where_it_was_told(tmp_path: Path):
    data, kiosk, admin = tmp_path / "new", free_port(), free_port()
    with Doors("run", DROPIN_DATA=str(data), DROPIN_KIOSK_PORT=str(kiosk), DROPIN_ADMIN_PORT=str(admin)) as doors:
        url = f"http://127.0.0.1:{admin}"
        assert until(lambda: answers(url) and answers(f"http://127.0.0.1:{kiosk}"))
        status, headers, _ = get(url, "/")
        assert (status, headers["Location"]) == (303, "/set-up")
        assert get(url, "/set-up")[0] == 200
        assert get(f"http://127.0.0.1:{kiosk}", "/")[0] == 503
        assert doors.process.stderr
        said = [doors.process.stderr.readline() for _ in range(2)]
        assert f"First start: open {url}/set-up on this machine." in said[1]
        assert doors.end(signal.SIGINT)[0] == 0
        assert until(doors.are_gone)
    assert (data / "programme.db").exists()


def test_run_makes_no_empty_programme_where_a_badge_key_says_that_one_is_missing(box: Path):
    (box / "programme.db").unlink()
    refused = dropin("run", data=box, DROPIN_KIOSK_PORT="0", DROPIN_ADMIN_PORT="0")
    is_refused(refused, 1, "is there but programme.db is gone")
    assert [each.name for each in box.iterdir()] == ["badge.key"]
    is_refused(dropin(*INIT, data=box, typed=f"{PASSWORD}\n{PASSWORD}\n"), 1, "is gone")
