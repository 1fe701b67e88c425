"""The end of a school year: leavers leave, their badges end, year groups move up. Past duties stay counted."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.people import mentors
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning import leaving
from mentoring.school import school_year
from mentoring.store import journal
from mentoring.store.database import row, write

# words

OLDEST_YEAR_GROUP = 13
# From March on "the year's end" means the coming one; before that the last one.
_FIRST_MONTH = 3
_YEAR_GROUP = re.compile(r"(\D*)(\d{1,2})(\D*)")


@dataclass(frozen=True)
class MovesUp:
    """One mentor's year group before and after."""

    mentor: Mentor
    to: str


@dataclass(frozen=True)
class YearEnd:
    """What the end of a school year does, or did. `year` is the one the school year began in.

    `unclear`: mentors whose year group cannot be read, or has no next; it stays as it is. `on_duty`: leavers who are
    on duty now, because of whom it cannot be done yet. `done`: when it was done, or None while it is only shown.
    `differs`: it is not what was shown before, so that nothing was done.
    """

    year: int
    leavers: tuple[Mentor, ...]
    moves: tuple[MovesUp, ...]
    unclear: tuple[Mentor, ...]
    on_duty: tuple[Mentor, ...] = ()
    done: datetime | None = None
    differs: bool = False

    @property
    def mark(self) -> str:
        """A hash of all its changes."""
        changes = [
            [(each.id, each.year_group, each.has_badge) for each in self.leavers],
            [(each.mentor.id, each.to) for each in self.moves],
            [each.id for each in self.unclear],
        ]
        return hashlib.sha256(repr(changes).encode()).hexdigest()[:16]


# rules


def year_that_ends(day: date) -> int:
    """Which school year a year's end on that day ends: the one running from March on, before that the one before."""
    return day.year - 1 if day.month >= _FIRST_MONTH else day.year - 2


def next_year_group(text: str) -> str | None:
    """The year group after this one, written alike: `9` to `10`, `Year 9` to `Year 10`; None where there is none."""
    found = _YEAR_GROUP.fullmatch(text)
    if found is None or not 0 < int(found[2]) < OLDEST_YEAR_GROUP:
        return None
    return f"{found[1]}{int(found[2]) + 1}{found[3]}"


def foresee(
    year: int, mentors: Collection[Mentor], *, year_groups: Collection[str], mentor_ids: Collection[int]
) -> YearEnd:
    """Who leaves, by year group or by id, and who moves up."""
    groups = {each.casefold() for each in year_groups}
    here = [each for each in mentors if each.state is not MentorState.LEFT]
    leavers = [each for each in here if each.id in mentor_ids or each.year_group.casefold() in groups]
    staying = [each for each in here if each not in leavers]
    return YearEnd(
        year=year,
        leavers=tuple(leavers),
        moves=tuple(MovesUp(each, to) for each in staying if (to := next_year_group(each.year_group)) is not None),
        unclear=tuple(each for each in staying if next_year_group(each.year_group) is None),
    )


# memory


def _done(db: Database, year: int) -> datetime | None:
    found = row(db, "select at from year_ends where year = :year", year=year)
    return clock.from_text(found["at"]) if found else None


def preview(
    db: Database, *, year_groups: Collection[str] = (), mentor_ids: Collection[int] = (), now: datetime
) -> YearEnd:
    """What the year's end would do; nothing, with `done`, when that year was ended already."""
    year = year_that_ends(clock.school_day(now, school_year.zone(db)))
    if done := _done(db, year):
        return YearEnd(year, (), (), (), done=done)
    planned = foresee(year, mentors.mentors(db), year_groups=year_groups, mentor_ids=mentor_ids)
    on_duty = tuple(each for each in planned.leavers if leaving.on_duty_until(db, each.id, now=now))
    return replace(planned, on_duty=on_duty)


# actions


def end_year(
    db: Database,
    *,
    year_groups: Collection[str] = (),
    mentor_ids: Collection[int] = (),
    seen: str | None = None,
    by: str,
    now: datetime,
) -> YearEnd:
    """End the school year, once: leavers have left, their badges and calendars end, their coming duties are free,
    everybody else moves up. Duties, visits and topics stay. Done twice it does nothing and says when it was done.
    While a leaver is on duty it does nothing and says who is; nor if it would do anything else than what was `seen`,
    the mark of a preview.
    """
    with write(db):
        planned = preview(db, year_groups=year_groups, mentor_ids=mentor_ids, now=now)
        if planned.done or planned.on_duty:
            return planned
        if seen is not None and seen != planned.mark:
            return replace(planned, differs=True)
        for leaver in planned.leavers:
            leaving.leaves(db, leaver.id, by=by, now=now)
        for each in planned.moves:
            db.execute("update mentors set year_group = :to where id = :id", {"to": each.to, "id": each.mentor.id})
        db.execute(
            "insert into year_ends (year, at, by) values (:year, :now, :by)",
            {"year": planned.year, "now": clock.to_text(now), "by": by},
        )
        journal.note(
            db,
            "year.ended",
            actor=by,
            now=now,
            year=planned.year,
            left=[each.id for each in planned.leavers],
            moved=[each.mentor.id for each in planned.moves],
        )
    return planned
