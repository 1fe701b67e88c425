"""Lunches that were, each closed in its evening: who came, what was asked, and what is told afterwards."""

from datetime import date, timedelta
from pathlib import Path

from sqlite_utils import Database

from mentoring.lunch import close_of_day, counts, duty, help_requests
from mentoring.lunch.counts import Told
from mentoring.lunch.help_requests import Topic
from mentoring.school import school_year
from tests.conftest import Cast, at


def lunch(db: Database, cast: Cast, day: date, *topics: Topic, came: bool = True) -> None:
    """One Tuesday or Thursday: a mentor comes, and this is asked."""
    [held] = school_year.on_day(db, day)
    drop_in_id = school_year.store_drop_in(db, held)
    if came:
        mentor = cast.amira if day.weekday() == 1 else cast.chidi
        duty.scan(
            db,
            number=cast.numbers[mentor],
            now=at("12:31", day),
            early=timedelta(minutes=15),
            menu_after=timedelta(minutes=1),
        )
    for number, topic in enumerate(topics):
        help_requests.ask(db, drop_in_id=drop_in_id, topic=topic, wish=None, key=f"{day}-{number}")


def close(db: Database, data: Path, day: date) -> list[Told]:
    close_of_day.close(db, folder=data, now=at("13:30", day))
    return counts.told(db)


def due(db: Database, cast: Cast, day: date) -> None:
    """Whoever scans on that day is due."""
    [held] = school_year.on_day(db, day)
    drop_in_id = school_year.store_drop_in(db, held)
    mentor = cast.amira if day.weekday() == 1 else cast.chidi
    db.execute("insert or ignore into due (drop_in_id, mentor_id) values (?, ?)", [drop_in_id, mentor])


def lunches(db: Database, cast: Cast, data: Path, first: date, *asked: int, topic: Topic = Topic.FAMILY) -> list[Told]:
    """A lunch a week from that day on, closed each evening; what is told after the last."""
    told: list[Told] = []
    for number, count in enumerate(asked):
        day = first + timedelta(weeks=number)
        due(db, cast, day)
        lunch(db, cast, day, *[topic] * count)
        told = close(db, data, day)
    return told
