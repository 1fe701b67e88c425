"""One lunch as a list of actions on a programme's file, so that a test can stop it at any moment.

`python -m benchmarks.lunch_steps FOLDER [DONE]`: each action opens the file itself, as the doors do, and
is confirmed by one line on standard output. What fails is tried twice more, as a page does. With DONE, the number of
actions confirmed before, it goes on after them: only what carries a key is sent once more (P26).
"""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from mentoring.access import staff
from mentoring.access.staff import Role
from mentoring.basics import clock
from mentoring.basics.forms import browser_key
from mentoring.lunch import close_of_day, duty, help_requests
from mentoring.lunch.help_requests import Outcome, Topic
from mentoring.people import badge_register, mentors
from mentoring.people.mentors import NewMentor
from mentoring.planning import rota
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import About
from mentoring.school import school_year
from mentoring.school.school_year import NewSlot
from mentoring.store import migrations
from mentoring.store.database import DatabaseTrouble, StillRead, open_database

FIRST_OF_SEPTEMBER = date(2026, 9, 1)
TUESDAY = date(2027, 1, 12)
AMIRA, BEN = 1, 2
ASKED = {"first": Topic.FAMILY, "second": Topic.BULLYING, "third": Topic.COMPANY}
ALERT = "red tile"
TRIES = 3


def at(hour: str, day: date = TUESDAY) -> datetime:
    """`HH:MM` in the school's time zone."""
    return clock.at(day, hour, "Europe/London")


def set_up(folder: Path) -> None:
    """A programme before its lunch: Amira and Ben are due, and nobody has asked for anything."""
    now, by = at("09:00", FIRST_OF_SEPTEMBER), "staff 1"
    with closing(open_database(folder / "programme.db", create=True)) as db:
        migrations.migrate(db)
        lead = {"name": "Ms Okafor", "email": "okafor@harbour.example", "password": "three wet turtles"}
        staff.set_up(db, school="Harbour School", **lead, room="Room 4", by=by, now=now)
        deputy = {"name": "Mr Adeyemi", "email": "adeyemi@harbour.example", "password": "three wet turtles"}
        adult = staff.add(db, **deputy, role=Role.DEPUTY, room="Room 12", phone="212", by=by, now=now)
        for new in (NewMentor("Amira", "Khan", "11", "Amira", experienced=True), NewMentor("Ben", "Osei", "10", "Ben")):
            mentors.add(db, new, by=by, now=now)
        badge_register.issue_missing(db, [AMIRA, BEN], by=by, now=now)
        slot = NewSlot(TUESDAY.weekday(), "12:30", "13:15", "Library 2", "")
        school_year.add_slot(db, slot, adult_id=int(adult), by=by, now=now)
        rota.set_due(db, school_year.on_day(db, TUESDAY)[0], [AMIRA, BEN], by=by, now=now)


def _drop_in(db: Database) -> int:
    return school_year.store_drop_in(db, school_year.on_day(db, TUESDAY)[0])


def _ask(key: str, db: Database, _folder: Path) -> str:
    drop_in = _drop_in(db)
    if drop_in not in close_of_day.waiting(db, now=at("23:00")):
        return "is closed"
    return help_requests.ask(db, drop_in_id=drop_in, topic=ASKED[key], wish=None, key=browser_key(key)).id


def _scan(mentor: int, db: Database, _folder: Path) -> str:
    number = badge_register.good_number(db, mentor)
    assert number is not None
    limits = {"early": timedelta(minutes=15), "menu_after": timedelta(minutes=1)}
    return duty.scan(db, number=number, now=at("12:40"), **limits).code


def _call(db: Database, _folder: Path) -> str:
    called = help_requests.call_next(db, AMIRA, drop_in_id=_drop_in(db), on_duty=frozenset({AMIRA, BEN}))
    return called.id if called else "nobody"


def _finish(db: Database, _folder: Path) -> str:
    if called := help_requests.called_by(db, AMIRA, drop_in_id=_drop_in(db)):
        help_requests.finish(db, called.id, mentor_id=AMIRA, outcome=Outcome.TALKED)
    return "done"


def _alert(db: Database, _folder: Path) -> str:
    key = browser_key(ALERT)
    now = at("12:50")
    raised = alerts.call_an_adult(db, key=key, room="Library 2", about=About.RED_TILE, mentor_id=None, now=now)
    return str(raised.id)


def _end(db: Database, _folder: Path) -> str:
    duty.end(db, AMIRA, drop_in_id=_drop_in(db), now=at("13:10"))
    return "done"


def _close(db: Database, folder: Path) -> str:
    close_of_day.close(db, folder=folder, now=at("13:30"))
    return "done"


ACTIONS: dict[str, Callable[[Database, Path], str]] = {
    "ask first": partial(_ask, "first"),
    "ask second": partial(_ask, "second"),
    "scan Amira": partial(_scan, AMIRA),
    "scan Ben": partial(_scan, BEN),
    "call": _call,
    "finish": _finish,
    "ask third": partial(_ask, "third"),
    "alert": _alert,
    "end": _end,
    "close": _close,
}
KEYED = ("ask first", "ask second", "ask third", "alert")


def act(folder: Path, *, done: int = 0, say: Callable[[str], None]) -> None:
    """Run the actions after the first `done`; `say` gets a line for each. Exits with 1 when one fails three times."""
    for place, (name, action) in enumerate(ACTIONS.items()):
        if place >= done or name in KEYED:
            say(f"{name}: {_confirmed(name, action, folder)}")


def _confirmed(name: str, action: Callable[[Database, Path], str], folder: Path) -> str:
    for _ in range(TRIES):
        try:
            with closing(open_database(folder / "programme.db")) as db:
                return action(db, folder)
        except (DatabaseTrouble, sqlite3.Error, OSError, StillRead) as error:
            trouble = error
    raise SystemExit(f"{name} was refused: {trouble!r}")


def main() -> None:
    """Run the actions and print one line for each that is confirmed."""
    done = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    act(Path(sys.argv[1]), done=done, say=lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
