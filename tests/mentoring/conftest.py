"""What the floor's tests share: several hands at one file at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlite_utils import Database

from mentoring.database import open_database

AtOnce = Callable[[int, Callable[[Database], Any]], list[Any]]


@pytest.fixture
def at_once(data: Path) -> AtOnce:
    """Do one thing on so many threads at the same moment, each with its own connection; all their answers."""

    def run(threads: int, do: Callable[[Database], Any]) -> list[Any]:
        start = Barrier(threads)

        def one(_: int) -> Any:
            with closing(open_database(data / "programme.db")) as db:
                start.wait(timeout=10)
                return do(db)

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, range(threads)))

    return run
