"""What one request reads from the store, so that no piece of a page reads again what another has read."""

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
    """The store, the moment and the settings of one request, with what was read so far. Never outlives its request."""

    def __init__(self, db: Database, *, now: datetime, settings: Settings) -> None:
        self.db, self.now, self.settings = db, now, settings
        self._read: dict[Callable[..., Any], Any] = {}

    def once(self, read: Callable[["Reading"], T]) -> T:
        """What this function reads; the second asker gets the first one's answer."""
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
        """The school's day."""
        return clock.school_day(self.now, self.year.zone)


def _programme(reading: Reading) -> Programme:
    return programme.load(reading.db)


def _year(reading: Reading) -> Timetable:
    return school_year.timetable(reading.db)
