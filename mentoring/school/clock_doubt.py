"""Whether the box's clock is in doubt (P27).

While it is, the kiosk and the board wait, and nothing is closed, forgotten or deleted because of its age, until an
adult says that the clock is right. A doubt that time would hide is a row of the journal, so that every process knows of
it and a restart does not end it. A clock that is set while `dropin run` does not run is noticed only if it then stands
behind the last row, or far ahead of it. All times are UTC, so summer time moves nothing.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.store import journal
from mentoring.store.database import row, write

# words

# A clock that starts before this product was made has no working battery.
OLDEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)
# Smaller steps back are ordinary corrections of the clock.
LARGEST_STEP_BACK = timedelta(hours=2)
# So far the clock may be set while the box runs.
LARGEST_MOVE_SECONDS = 600.0


class Doubt(StrEnum):
    """Why the clock is in doubt."""

    TOO_EARLY = "too_early"
    BEHIND = "behind"
    RESTED = "rested"
    MOVED = "moved"


# What the clock itself shows for as long as it is wrong; it needs no row in the journal.
SHOWN_BY_THE_CLOCK = frozenset({Doubt.TOO_EARLY, Doubt.BEHIND})


@dataclass(frozen=True)
class Known:
    """What the journal says since an adult last confirmed the clock: its latest time, and the doubt that was noted."""

    last_written: datetime | None = None
    noted: Doubt | None = None


# rules


def has_moved(before: float, after: float) -> bool:
    """Whether the wall clock was set by ten minutes or more, either way, between two values of `clock.offset`."""
    return abs(after - before) >= LARGEST_MOVE_SECONDS


def doubt_of(known: Known, *, now: datetime, longest_rest: timedelta) -> Doubt | None:
    """Why the clock is in doubt, or None when it can be trusted.

    It is when it shows a time before this product was made; when a doubt was noted and no adult has confirmed the clock
    since; when it is more than two hours behind the last row written; or when it is further ahead of that row than a
    box ever rests.
    """
    if now < OLDEST_NOW:
        return Doubt.TOO_EARLY
    if known.noted is not None:
        return known.noted
    if known.last_written is None:
        return None
    if now < known.last_written - LARGEST_STEP_BACK:
        return Doubt.BEHIND
    return Doubt.RESTED if now - known.last_written > longest_rest else None


# memory


def known(db: Database) -> Known:
    """What the journal says of the clock."""
    found = row(
        db,
        """
        with told as (
            select id, what, about from journal where what in ('clock.doubted', 'clock.confirmed')
        )
        select max(at) as at, (select json_array(what, about) from told order by id desc limit 1) as told
          from journal
         where id >= (select coalesce(max(id), 0) from told where what = 'clock.confirmed')""",
    )
    if found is None or found["at"] is None:
        return Known()
    what, about = json.loads(found["told"] or '["", ""]')
    why = Doubt.RESTED if Doubt.RESTED in about else Doubt.MOVED
    return Known(clock.from_text(found["at"]), why if what == "clock.doubted" else None)


def doubt(db: Database, *, now: datetime, longest_rest: timedelta) -> Doubt | None:
    """Why the clock is in doubt now, or None."""
    return doubt_of(known(db), now=now, longest_rest=longest_rest)


def _has_a_gap(db: Database, longest_rest: timedelta) -> bool:
    """Whether a row that an adult has not confirmed since is further ahead of those before it than a box ever rests."""
    found = row(
        db,
        """
        select 1
          from (select at, max(at) over (order by id rows between unbounded preceding and 1 preceding) as before
                  from journal
                 where id >= (select coalesce(max(id), 0) from journal where what = 'clock.confirmed'))
         where julianday(at) - julianday(before) > :days
         limit 1""",
        days=longest_rest / timedelta(days=1),
    )
    return found is not None


# actions


def begin(db: Database, why: Doubt, *, now: datetime) -> None:
    """Note in the journal that the clock is in doubt, unless that stands there."""
    with write(db):
        if known(db).noted is None:
            journal.note(db, "clock.doubted", actor=journal.KEEPER, now=now, why=why)


def look_back(db: Database, *, now: datetime, longest_rest: timedelta) -> Doubt | None:
    """The same as `doubt`, for whoever begins to work by the clock: reads the whole journal, and notes a long rest.

    Rows may have been written after the rest already, by a command or a page: the next row would hide the rest.
    """
    found = doubt(db, now=now, longest_rest=longest_rest)
    if found is Doubt.RESTED or (found is None and _has_a_gap(db, longest_rest)):
        begin(db, Doubt.RESTED, now=now)
        return Doubt.RESTED
    return found


def confirm(db: Database, *, by: str, now: datetime) -> None:
    """Note that an adult says the clock is right."""
    with write(db):
        journal.note(db, "clock.confirmed", actor=by, now=now)
