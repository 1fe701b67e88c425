"""A lunch that is killed at any moment: nothing confirmed is lost, nothing is half, a retry is one row (P25, P26).

`make soak` does the same ten thousand times, with faults of every other kind.
"""

import os
import random
import shutil
import signal
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from http.client import HTTPException
from multiprocessing import get_context
from pathlib import Path

import psutil
import pytest

from benchmarks import cuts, faults, lunch_steps
from benchmarks.camera import frame
from benchmarks.cuts import Cut, Kind
from benchmarks.pupils import asked, asking, kill, lost, ports
from benchmarks.school import Door, School, doors_open, fill
from mentoring.basics.forms import browser_key
from mentoring.store.database import open_database, rows
from tests.conftest import until

KILLS = 8
SEED = 20270112
BEN = 2


@pytest.fixture(scope="module")
def before_lunch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme on whose lunch nothing has happened yet."""
    folder = tmp_path_factory.mktemp("before")
    lunch_steps.set_up(folder)
    return folder / "programme.db"


def test_a_lunch_killed_at_any_moment_loses_nothing_confirmed_and_goes_on(before_lunch: Path):
    chance, actions = random.Random(SEED), len(lunch_steps.ACTIONS)
    planned = [Cut(Kind.KILL, place % actions, chance.uniform(0, cuts.LATEST_KILL)) for place in range(KILLS)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        killed = [(each, pool.submit(cuts.cut_off, before_lunch.parent, each)) for each in planned]
        assert {each: found for each, future in killed if (found := future.result().violations)} == {}


def test_what_would_be_a_loss_is_seen(before_lunch: Path, tmp_path: Path):
    """The check itself: it finds a confirmed request that is gone, and a duty without its journal row."""
    shutil.copy(before_lunch, tmp_path)
    confirmed = cuts.confirmed_until(tmp_path, Cut(Kind.KILL, 4, 0))
    assert faults.violations(tmp_path, confirmed) == []
    with closing(open_database(tmp_path / "programme.db")) as db:
        db.execute("delete from help_requests where key = :key", {"key": browser_key("second")})
        db.execute("delete from duties where mentor_id = :mentor", {"mentor": BEN})
    assert faults.violations(tmp_path, confirmed) == [
        "lost: ask second",
        "lost: scan Ben",
        "half: a duty without its journal row",
    ]


def _answers(url: str) -> bool:
    door = Door(url)
    try:
        return door.send("GET", "/healthz")[0] == 200
    except (OSError, HTTPException):
        return False
    finally:
        door.line.close()


def _scan_a_picture(school: School) -> str:
    door = Door(school.kiosk)
    try:
        body = frame(school.code(BEN))
        return door.send("POST", "/scan", body, Content_Type="image/jpeg", Accept="application/json")[2]
    finally:
        door.line.close()


def test_whatever_dies_in_mid_lunch_nothing_confirmed_is_lost_and_the_lunch_goes_on(tmp_path: Path):
    data, both = tmp_path / "data", ports()
    board = fill(data)
    asked_before = asked(data)
    with doors_open(data, board, ports=both) as school, asking(school.kiosk) as [pupils]:
        pupils.get_on()
        kill(school, "kiosk")
        pupils.get_on()
        assert "page" in _scan_a_picture(school)
        kill(school, "badges.reader")
        assert until(lambda: "Hello Ben" in _scan_a_picture(school))
        kill(school, "admin")
        assert until(lambda: _answers(school.admin))
        family = psutil.Process(school.keeper).children(recursive=True)
        os.kill(school.keeper, signal.SIGKILL)
        _, left = psutil.wait_procs(family, timeout=10)
        assert left == [], "when the keeper dies, so do its children"
        with doors_open(data, board, ports=both):
            pupils.get_on()
            pupils.over.set()
            pupils.join()
    assert lost(data, [pupils], asked_before) == []
    with closing(open_database(data / "programme.db")) as db:
        on_duty = rows(db, "select mentor_id from duties where ended is null")
    assert sorted(each["mentor_id"] for each in on_duty)[-1] == BEN
    assert len(on_duty) == 2
