"""The only file that reads the clock. Times are aware and UTC; a school's day and hour are wall-clock."""

import time as _time
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, aware, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def wall(moment: datetime, zone: str) -> datetime:
    """The same moment in the school's time zone."""
    return moment.astimezone(ZoneInfo(zone))


def school_day(moment: datetime, zone: str) -> date:
    """The date in the school's time zone."""
    return wall(moment, zone).date()


def at(day: date, hour: str, zone: str) -> datetime:
    """`HH:MM` of that day in the school's time zone, as UTC."""
    return datetime.combine(day, time.fromisoformat(hour), ZoneInfo(zone)).astimezone(UTC)


def hour(moment: datetime, zone: str) -> str:
    """`HH:MM` in the school's time zone."""
    return f"{wall(moment, zone):%H:%M}"


def end(moment: datetime, zone: str) -> str:
    """When something ends, after "until" or "to": `HH:MM` in the school's time zone, or `midnight`."""
    found = hour(moment, zone)
    return "midnight" if found == "00:00" else found


def to_text(moment: datetime) -> str:
    """A moment as the store writes it, in ISO 8601; such texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def from_text(text: str) -> datetime:
    """The moment a stored text stands for."""
    return datetime.fromisoformat(text)


def pause(seconds: float) -> None:
    """Wait for so many seconds."""
    _time.sleep(seconds)


def offset() -> float:
    """Seconds between the wall clock and the clock that counts since the machine's start, sleep included.

    It changes only when somebody sets the wall clock.
    """
    return _time.time() - _time.clock_gettime(_time.CLOCK_BOOTTIME)


def ticks() -> float:
    """Seconds of the monotonic clock, for timeouts within one process."""
    return _time.monotonic()
