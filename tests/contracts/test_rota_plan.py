"""`dropin rota plan` as outsiders call it: real files in, a real file and one JSON line out."""

import csv
import json
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from benchmarks.rota_terms import term, write_files
from mentoring.planning.optimiser.task import Task
from mentoring.planning.optimiser.term_files import read_term
from tests.contracts.commands import DROPIN, clean_environment, dropin, is_refused
from tests.mentoring.planning import rota_checker

MENTORS = "mentor,experienced,max_per_week,unavailable,apart,prefers\n"
LUNCHES = "date,start,end,room,places,week\n"
KEYS = ["status", "unfilled", "spread", "repeats", "preferences", "seconds", "why"]


class Term:
    """A folder with both files of a term, and where its rota goes."""

    def __init__(self, folder: Path) -> None:
        self.mentors, self.lunches, self.out = (folder / name for name in ("mentors.csv", "term.csv", "rota.csv"))
        self.folder = folder

    def write(self, mentors: str, lunches: str) -> "Term":
        self.mentors.write_text(MENTORS + mentors, encoding="utf-8")
        self.lunches.write_text(LUNCHES + lunches, encoding="utf-8")
        return self

    def write_task(self, task: Task) -> "Term":
        write_files(task, self.mentors, self.lunches)
        return self

    def command(self, *more: str) -> list[str]:
        files = ("--mentors", str(self.mentors), "--drop-ins", str(self.lunches), "--out", str(self.out))
        return ["rota", "plan", *files, *more]

    def plan(self, *more: str) -> subprocess.CompletedProcess[str]:
        return dropin(*self.command(*more))

    def rows(self) -> list[list[str]]:
        with self.out.open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file))

    def task(self) -> Task:
        read = read_term(self.mentors.read_bytes(), self.lunches.read_bytes(), mentor_file="m", lunch_file="d")
        assert read.task is not None
        return read.task

    def assigned(self) -> rota_checker.Assigned:
        found: dict[str, set[str]] = {}
        for day, start, room, who in self.rows()[1:]:
            found.setdefault(f"{day} {start} {room}", set()).add(who)
        return {key: frozenset(on) for key, on in found.items()}


@pytest.fixture
def files(tmp_path: Path) -> Term:
    return Term(tmp_path)


def test_a_term_is_planned_on_files_alone(files: Term):
    files.write(
        "Amira,yes,2,,,Tue\nBen,no,2,Wed,,\nZoë,no,1,2027-01-12,Ben,A-Wed\n",
        "2027-01-12,12:30,13:15,Library 2,2,A\n2027-01-13,12:30,13:15,Library 2,2,A\n",
    )
    done = files.plan()
    assert done.returncode == 0, done.stderr
    [line] = done.stdout.splitlines()
    told = json.loads(line)
    assert list(told) == KEYS
    assert isinstance(told.pop("seconds"), float)
    assert told == {"status": "optimal", "unfilled": 0, "spread": 1, "repeats": 0, "preferences": 2, "why": []}
    assert files.rows() == [
        ["date", "start", "room", "mentor"],
        ["2027-01-12", "12:30", "Library 2", "Amira"],
        ["2027-01-12", "12:30", "Library 2", "Ben"],
        ["2027-01-13", "12:30", "Library 2", "Amira"],
        ["2027-01-13", "12:30", "Library 2", "Zoë"],
    ]


def test_an_impossible_term_is_planned_as_far_as_it_goes_and_says_why(files: Term):
    files.write(
        "Amira,yes,5,Wed,,\nBen,yes,5,Wed,,\n",
        "2027-01-12,12:30,13:15,Library 2,2,\n2027-01-13,12:30,13:15,Library 2,2,\n",
    )
    done = files.plan()
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["status"], told["unfilled"]) == ("impossible", 2)
    assert told["why"] == [
        f"Wed 13 January 2027, 12:30, Library 2, place {n} of 2: nobody is free that day." for n in (1, 2)
    ]
    assert len(files.rows()) == 3


def test_the_figures_are_those_of_the_rota_that_was_written(files: Term):
    files.write_task(term(mentors=24, lunches=36, blocks=3, seed=9))
    told = json.loads(files.plan().stdout)
    task, assigned = files.task(), files.assigned()
    assert rota_checker.broken(task, assigned) == []
    figures = (told["unfilled"], told["spread"], told["repeats"], -told["preferences"], 0)
    assert rota_checker.worth(task, assigned) == figures
    assert told["status"] == "optimal"


def test_when_the_seconds_are_over_the_best_so_far_is_written(files: Term):
    files.write_task(term(mentors=60, lunches=190, blocks=1, seed=1))
    began = time.monotonic()
    done = files.plan("--seconds", "2")
    assert time.monotonic() - began < 30  # a busy machine is no fault of the clock's; the benchmark holds it to 2
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"]) == (0, "feasible")
    assert "Not proved: " in done.stderr  # how far it came, or that a busy machine had not let it begin
    assert rota_checker.broken(files.task(), files.assigned()) == []


def test_ctrl_c_writes_the_best_so_far_and_says_so(files: Term):
    files.write_task(term(mentors=60, lunches=190, blocks=1, seed=1))
    with subprocess.Popen(
        [DROPIN, *files.command("--seconds", "300")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment(),
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        [child] = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGINT)
        said, words = process.communicate(timeout=60)
    assert first.startswith("So far: half term 1, ")
    assert "Stopped: the best rota so far is kept.\n" in words
    assert process.returncode == 0
    assert json.loads(said)["status"] == "feasible"
    assert rota_checker.broken(files.task(), files.assigned()) == []
    assert not child.is_running()


def test_faults_are_all_told_and_nothing_is_written(files: Term):
    files.write("Amira,yes,2,,Zoe,\nBen,perhaps,2,,,\n", "2027-02-30,12:30,13:15,Library 2,99,\n")
    done = files.plan()
    assert (done.returncode, done.stdout) == (1, "")
    assert [line.split(":")[0] + ":" + line.split(":")[1] for line in done.stderr.splitlines()] == [
        "mentors.csv: row 2, column apart",
        "mentors.csv: row 3, column experienced",
        "term.csv: row 2, column date",
        "term.csv: row 2, column places",
    ]
    assert sorted(each.name for each in files.folder.iterdir()) == ["mentors.csv", "term.csv"]


def test_wrong_use_and_what_cannot_be_done_are_one_sentence_each(files: Term):
    files.write("Amira,yes,2,,,\n", "2027-01-12,12:30,13:15,Library 2,1,\n")
    is_refused(files.plan("--seconds", "soon"), 2, "soon")
    is_refused(files.plan("--seconds", "0"), 2)
    is_refused(files.plan("--out", str(files.mentors)), 2, "--out")
    is_refused(files.plan("--out", str(files.folder)), 1, str(files.folder))
    is_refused(files.plan("--out", str(files.folder / "gone" / "rota.csv")), 1, "gone")
    is_refused(files.plan("--mentors", str(files.folder / "nobody.csv")), 1, "nobody.csv")
    assert files.mentors.read_text(encoding="utf-8").startswith(MENTORS)
    told = dropin("rota", "plan", "--help")
    assert "Example: dropin rota plan --mentors" in told.stdout
