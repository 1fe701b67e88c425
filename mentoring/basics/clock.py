"""The clock: the only file that reads it. Times are aware and UTC; a school's day and hour are wall-clock."""

import time as _time
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, aware, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def wall(moment: datetime, zone: str) -> datetime:
    """The same moment as the clock on the school's wall shows it."""
    return moment.astimezone(ZoneInfo(zone))


def school_day(moment: datetime, zone: str) -> date:
    """The date on the school's wall."""
    return wall(moment, zone).date()


def at(day: date, hour: str, zone: str) -> datetime:
    """`HH:MM` on the school's wall on that day, as UTC: 12:40 stays 12:40 through both clock changes."""
    return datetime.combine(day, time.fromisoformat(hour), ZoneInfo(zone)).astimezone(UTC)


def hour(moment: datetime, zone: str) -> str:
    """`HH:MM` as the school's wall shows it."""
    return f"{wall(moment, zone):%H:%M}"


def to_text(moment: datetime) -> str:
    """How the store writes a moment; such texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def from_text(text: str) -> datetime:
    """The moment a stored text stands for."""
    return datetime.fromisoformat(text)


def ticks() -> float:
    """Seconds that only ever go forward, for what must not outlive a page; they mean nothing after a restart."""
    return _time.monotonic()
