"""A cache for one request, so that no part of a page reads again what another part has read."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar, cast

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.basics.settings import Settings
from mentoring.school import programme, school_year
from mentoring.school.programme import Programme
from mentoring.school.school_year import Timetable

T = TypeVar("T")


class Reading:
    """The database, time and settings of one request, and what was read so far. Used for that request only."""

    def __init__(self, db: Database, *, now: datetime, settings: Settings) -> None:
        self.db, self.now, self.settings = db, now, settings
        self._read: dict[Callable[..., Any], Any] = {}

    def once(self, read: Callable[["Reading"], T]) -> T:
        """The result of `read`, which is called only once."""
        if read not in self._read:
            self._read[read] = read(self)
        return cast(T, self._read[read])

    @property
    def programme(self) -> Programme:
        """The programme, read once."""
        return self.once(_programme)

    @property
    def zone(self) -> str:
        """The school's time zone, by its name."""
        return self.programme.zone

    @property
    def year(self) -> Timetable:
        """The timetable, read once."""
        return self.once(_year)

    @property
    def today(self) -> date:
        """Today's date in the school's time zone."""
        return clock.school_day(self.now, self.year.zone)


def _programme(reading: Reading) -> Programme:
    return programme.load(reading.db)


def _year(reading: Reading) -> Timetable:
    return school_year.timetable(reading.db)
