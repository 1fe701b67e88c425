"""A planning from outside: followed, stopped, never late, and never in a door's memory."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from admin.planning.optimiser_process import OptimiserRun
from badges.child import ChildDied
from benchmarks.rota_terms import term
from mentoring.planning.optimiser.task import Found, Status, Task
from tests.conftest import until

ROOT = Path(__file__).parents[3]
SMALL = term(mentors=12, lunches=10, blocks=1, seed=1)
LONG = term(mentors=60, lunches=190, blocks=1, seed=1)  # minutes of work


def children() -> set[int]:
    found = set()
    for each in psutil.Process().children():
        with suppress(psutil.Error):  # it ended while we looked
            if "admin.planning.optimiser_child" in each.cmdline():
                found.add(each.pid)
    return found


def test_a_term_is_planned_in_a_child_that_is_gone_afterwards():
    heard: list[Found] = []
    planning = OptimiserRun(SMALL, seconds=60)
    plan = planning.run(heard.append)
    assert plan.status is Status.OPTIMAL
    assert planning.plan is plan
    assert planning.is_over
    assert heard[-1].places == frozenset(plan.places)
    assert children() == set()


def test_a_planning_on_its_own_thread_is_followed_and_stopped():
    planning = OptimiserRun(LONG, seconds=300)
    first = planning.best.places
    assert {each.lunch for each in first} == {each.key for each in LONG.lunches}
    planning.begin()
    assert until(lambda: bool(planning.best.settled))
    assert not planning.is_over
    planning.stop()
    assert planning.wait(30)
    assert planning.plan is not None
    assert planning.plan.status is Status.FEASIBLE
    assert planning.plan.places == tuple(sorted(planning.best.places))
    assert children() == set()


def test_a_planning_stopped_before_it_began_has_its_first_rota():
    planning = OptimiserRun(LONG, seconds=300)
    planning.stop()
    plan = planning.run()
    assert plan.status is Status.FEASIBLE
    assert len(plan.places) + plan.figures.unfilled == sum(each.places for each in LONG.lunches)


def test_no_time_at_all_still_gives_a_whole_rota():
    plan = OptimiserRun(LONG, seconds=0.01).run()
    assert plan.status is Status.FEASIBLE
    assert plan.figures.unfilled == 0


def test_whoever_hears_can_end_it_and_keeps_the_best():
    planning = OptimiserRun(LONG, seconds=300)

    def enough(found: Found) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        planning.run(enough)
    assert planning.as_it_is().places == tuple(sorted(planning.best.places))
    assert children() == set()


def test_a_child_that_dies_is_said_and_the_best_is_still_there():
    planning = OptimiserRun(LONG, seconds=300)

    def kill(found: Found) -> None:
        for pid in children():
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(ChildDied):
        planning.run(kill)
    assert planning.is_over
    assert planning.as_it_is().figures.unfilled == 0


def test_an_empty_term_is_planned_too():
    assert OptimiserRun(Task((), ()), seconds=10).run().places == ()


def test_no_door_loads_what_is_heavy():
    """P25's neighbour in the box's budget: the engine, and what sqlite-utils would load beside it."""
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, kiosk.app, admin.app, admin.command_line.main\n"
            "print(*sorted({'ortools', 'numpy', 'pandas', 'mentoring.planning.optimiser.solver'} & set(sys.modules)))\n"
            "import ortools.sat.python.cp_model",
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert told.stdout == "\n"
