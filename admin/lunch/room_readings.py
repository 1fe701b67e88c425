"""What the pages of the lunch read of today's rooms; `Reading.once` keeps each for the rest of its request."""

from datetime import timedelta

from admin.frame.reading import Reading
from mentoring.lunch import close_of_day, duty
from mentoring.lunch.close_of_day import SelfTest
from mentoring.lunch.duty import Room
from mentoring.school import school_year
from mentoring.school.school_year import DropIn


def early(reading: Reading) -> timedelta:
    """How long before a drop-in's start a scan counts."""
    return timedelta(minutes=reading.settings.scan_early_minutes)


def drop_ins_today(reading: Reading) -> list[DropIn]:
    """Today's drop-ins in order of time, the closed ones too."""
    return school_year.between(reading.db, reading.today, reading.today, year=reading.year)


def called_off(reading: Reading) -> list[DropIn]:
    """Today's drop-ins that are not held; each says why."""
    return [each for each in reading.once(drop_ins_today) if each.closed]


def last_self_test(reading: Reading) -> SelfTest | None:
    """What close of day found when it looked for traces last, or None before the first time."""
    return close_of_day.latest_self_test(reading.db)


def rooms(reading: Reading) -> list[Room]:
    """Today's drop-ins that are held and not over, each with its picture."""
    held = [each for each in reading.once(drop_ins_today) if not each.closed and reading.now < each.ends]
    return duty.pictures(reading.db, held, now=reading.now, early=early(reading))
