"""What several lunch pages read of today's rooms. `Reading.once` caches each for the request."""

from datetime import timedelta

from admin.frame.reading import Reading
from mentoring.lunch import close_of_day, duty
from mentoring.lunch.close_of_day import SelfTest
from mentoring.lunch.duty import Room
from mentoring.school import school_year
from mentoring.school.school_year import DropIn


def early(reading: Reading) -> timedelta:
    """How long before the start of a drop-in a scan counts."""
    return timedelta(minutes=reading.settings.scan_early_minutes)


def drop_ins_today(reading: Reading) -> list[DropIn]:
    """Today's drop-ins by time, with those that are called off."""
    return school_year.between(reading.db, reading.today, reading.today, year=reading.year)


def called_off(reading: Reading) -> list[DropIn]:
    """Today's drop-ins that are called off, each with its reason."""
    return [each for each in reading.once(drop_ins_today) if each.closed]


def last_self_test(reading: Reading) -> SelfTest | None:
    """The result of the last search for traces by close of day, or None if there was none."""
    return close_of_day.latest_self_test(reading.db)


def waits_for_closing(reading: Reading) -> bool:
    """Whether a drop-in is over and not closed yet."""
    return bool(close_of_day.waiting(reading.db, now=reading.now))


def rooms(reading: Reading) -> list[Room]:
    """Today's drop-ins that take place and are not over, each with who is there."""
    to_come = [each for each in reading.once(drop_ins_today) if not each.closed and reading.now < each.ends]
    return duty.pictures(reading.db, to_come, now=reading.now, early=early(reading))
