"""What the supervisor of the two web processes does beside starting them."""

import os
import subprocess

import pytest
from sqlite_utils import Database

from admin.command_line import keeper
from mentoring.basics.settings import Settings
from mentoring.lunch import close_of_day
from tests.both_doors import Wall
from tests.conftest import THURSDAY, at


def test_the_kiosk_is_renewed_once_after_each_close_of_day_and_never_during_a_drop_in(
    box: Settings, db: Database, wall: Wall, quick_look: None
):
    renewal = keeper.Renewal()
    assert not renewal.is_due(box), "nothing was ever closed"
    close_of_day.close(db, folder=box.data, now=at("14:00"))
    wall.shows("12:40")
    assert not renewal.is_due(box), "a drop-in runs"
    wall.shows("14:01")
    assert [renewal.is_due(box), renewal.is_due(box)] == [True, False]
    wall.shows("14:00", THURSDAY)
    close_of_day.close(db, folder=box.data, now=wall.moment)
    assert [renewal.is_due(box), renewal.is_due(box)] == [True, False]


def test_a_process_that_is_renewed_is_another_one(box: Settings, monkeypatch: pytest.MonkeyPatch):
    begun: list[keeper.Door] = []
    monkeypatch.setattr(keeper, "_open", lambda door, *_: begun.append(door))
    with subprocess.Popen(["sleep", "60"]) as before:
        door = keeper.Door("kiosk", "127.0.0.1", 0, process=before, write_end=os.dup(0))
        keeper._renew(door, box, 0)
        assert before.returncode is not None, "all that it knew is gone with it"
    assert begun == [door]
