"""Attendance: who of those due came, came late, was excused or did not come; and today's gaps.

It is read from duties and excuses each time. No mentor has a score anywhere.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.lunch.duty import Room
from mentoring.people import mentors
from mentoring.people.mentors import Mentor
from mentoring.planning import cover, rota
from mentoring.planning.cover import Kind
from mentoring.planning.rota import Limits
from mentoring.school import school_year
from mentoring.school.school_year import DropIn, Timetable
from mentoring.store import journal
from mentoring.store.database import row, rows, write

# words

STEP_IN = 5


class Wrong(StrEnum):
    """Why the lead cannot correct who came."""

    NOT_OVER = "attendance.not_over"
    NOT_DUE = "attendance.not_due"


class Attended(StrEnum):
    """The attendance of one mentor who was due, once the drop-in is over."""

    CAME = "came"
    LATE = "late"
    EXCUSED = "excused"
    NO_SHOW = "no_show"


@dataclass(frozen=True)
class Attendance:
    """One mentor and one drop-in that is over. `kind` is why they were excused, if they were.

    `corrected`: the lead has changed it; `read` is what duties and excuses give without that.
    """

    drop_in: DropIn
    mentor: Mentor
    outcome: Attended
    read: Attended
    kind: Kind | None
    arrived: datetime | None
    corrected: bool


@dataclass(frozen=True)
class Gap:
    """A drop-in that soon begins or runs, and is not as it was planned.

    `empty`: places nobody will fill; `missing`: due, not excused, has not come; `left`: who has left, and when, where
    without them no pair is to come. `could`: whom to ask to step in, in order.
    """

    drop_in: DropIn
    empty: int
    missing: tuple[Mentor, ...]
    left: tuple[tuple[Mentor, datetime], ...]
    could: tuple[Mentor, ...]


# rules


def attended(
    *, starts: datetime, arrived: datetime | None, excused: datetime | None, late_after: timedelta
) -> Attended:
    """The attendance of one mentor from duties and excuses.

    A mentor who was on duty counts as present, excused or not. An excuse after the start does not count.
    """
    if arrived is not None:
        return Attended.LATE if arrived > starts + late_after else Attended.CAME
    return Attended.EXCUSED if excused is not None and excused < starts else Attended.NO_SHOW


def is_soon(drop_in: DropIn, *, now: datetime, before: timedelta) -> bool:
    """Whether a drop-in's gaps are shown: from `before` its start until its end."""
    return drop_in.starts - before <= now < drop_in.ends


def gap_of(picture: Room, *, excused: Collection[int]) -> Gap | None:
    """What is not as planned in one room; None when all is as planned. Leaves `could` empty.

    The place of a mentor who has left is a gap only while no pair is there or to come.
    """
    missing = tuple(mentor for mentor in picture.missing if mentor.id not in excused)
    coming = len(picture.here) + len(missing)
    empty = max(0, picture.drop_in.places - coming - len(picture.left))
    left = picture.left if coming < rota.PLACES else ()
    return Gap(picture.drop_in, empty, missing, left, ()) if empty or missing or left else None


# memory


def of_drop_in(db: Database, drop_in: DropIn, *, now: datetime) -> list[Attendance]:
    """Everybody who was due or on duty on one drop-in or excused from it; nobody until it is over."""
    if drop_in.id is None or drop_in.closed or now < drop_in.ends:
        return []
    found = rows(
        db,
        """
        select concerned.mentor_id,
               (select min(started) from duties
                 where drop_in_id = :id and duties.mentor_id = concerned.mentor_id) as arrived,
               excuse.asked, excuse.kind, correction.outcome
          from (select mentor_id from due where drop_in_id = :id
                 union
                select mentor_id from duties where drop_in_id = :id
                 union
                select mentor_id from cover_requests where drop_in_id = :id and state = 'approved') as concerned
          left join (select mentor_id, min(asked) as asked, kind from cover_requests
                      where drop_in_id = :id and state <> 'withdrawn' and asked < :starts
                      group by mentor_id) as excuse on excuse.mentor_id = concerned.mentor_id
          left join attendance_corrections as correction
            on correction.drop_in_id = :id and correction.mentor_id = concerned.mentor_id
         order by concerned.mentor_id""",
        id=drop_in.id,
        starts=clock.to_text(drop_in.starts),
    )
    late_after = timedelta(minutes=rota.limits(db).late_after)
    told = []
    for each in found:
        arrived = clock.from_text(each["arrived"]) if each["arrived"] else None
        read = attended(
            starts=drop_in.starts,
            arrived=arrived,
            excused=clock.from_text(each["asked"]) if each["asked"] else None,
            late_after=late_after,
        )
        mentor = mentors.mentor(db, each["mentor_id"])
        assert mentor is not None  # noqa: S101 # a foreign key keeps it
        told.append(
            Attendance(
                drop_in=drop_in,
                mentor=mentor,
                outcome=Attended(each["outcome"]) if each["outcome"] else read,
                read=read,
                kind=Kind(each["kind"]) if each["kind"] else None,
                arrived=arrived,
                corrected=each["outcome"] is not None,
            )
        )
    return told


def of_mentor(db: Database, mentor_id: int, *, since: datetime, now: datetime) -> list[Attendance]:
    """One mentor's drop-ins that began since then and are over, the newest first."""
    found = rows(
        db,
        """
        select taking_place.* from taking_place
         where starts >= :since and ends <= :now
           and (id in (select drop_in_id from due where mentor_id = :mentor)
                or id in (select drop_in_id from duties where mentor_id = :mentor)
                or id in (select drop_in_id from cover_requests where mentor_id = :mentor and state = 'approved'))
         order by starts desc, id desc""",
        mentor=mentor_id,
        since=clock.to_text(since),
        now=clock.to_text(now),
    )
    return [
        told
        for each in found
        for told in of_drop_in(db, school_year.remembered(each), now=now)
        if told.mentor.id == mentor_id
    ]


def gaps(
    db: Database, pictures: Sequence[Room], *, now: datetime, limits: Limits, year: Timetable | None = None
) -> list[Gap]:
    """The gaps of today's rooms: empty places, missing mentors, a lost pair.

    They are named from `limits.gaps_before` minutes before the start. `pictures` are today's rooms, as
    `duty.rooms` gives them.
    """
    before = timedelta(minutes=limits.gaps_before)
    soon = [each for each in pictures if is_soon(each.drop_in, now=now, before=before)]
    excused = _excused(db, [each.drop_in for each in soon])
    found = [gap for each in soon if (gap := gap_of(each, excused=excused.get(each.drop_in.id, set())))]
    gone = [excused.get(gap.drop_in.id, set()) | {mentor.id for mentor, _ in gap.left} for gap in found]
    leaving = [(gap.drop_in, who) for gap, who in zip(found, gone, strict=True)]
    could = cover.who_could_each(db, leaving, year=year)
    return [replace(gap, could=tuple(who[:STEP_IN])) for gap, who in zip(found, could, strict=True)]


def _excused(db: Database, drop_ins: Sequence[DropIn]) -> dict[int | None, set[int]]:
    """Who said before the start that they cannot come, by drop-in id. No statement without drop-ins, else one."""
    if not drop_ins:
        return {}
    found = rows(
        db,
        """
        select cover_requests.drop_in_id, mentor_id from cover_requests
          join drop_ins on drop_ins.id = cover_requests.drop_in_id
         where drop_in_id in (select value from json_each(:ids))
           and state in ('open', 'taken') and asked < drop_ins.starts""",
        ids=json.dumps([each.id for each in drop_ins if each.id is not None]),
    )
    excused: dict[int | None, set[int]] = {}
    for each in found:
        excused.setdefault(each["drop_in_id"], set()).add(each["mentor_id"])
    return excused


def _concerns(db: Database, drop_in_id: int, mentor_id: int) -> bool:
    found = row(
        db,
        """
        select 1 from due where drop_in_id = :drop_in and mentor_id = :mentor
         union
        select 1 from duties where drop_in_id = :drop_in and mentor_id = :mentor
         union
        select 1 from cover_requests where drop_in_id = :drop_in and mentor_id = :mentor and state = 'approved'""",
        drop_in=drop_in_id,
        mentor=mentor_id,
    )
    return found is not None


# actions


def correct(
    db: Database, drop_in_id: int, mentor_id: int, outcome: Attended, *, by: str, now: datetime
) -> Fault | None:
    """Store the lead's correction of one mentor's attendance, such as that a no-show was ill."""
    with write(db):
        if now < school_year.by_id(db, drop_in_id).ends:
            return Fault("drop_in", Wrong.NOT_OVER)
        if not _concerns(db, drop_in_id, mentor_id):
            return Fault("mentor", Wrong.NOT_DUE)
        db.execute(
            """
            insert into attendance_corrections (drop_in_id, mentor_id, outcome, by, at)
            values (:drop_in, :mentor, :outcome, :by, :now)
            on conflict (drop_in_id, mentor_id) do update
               set outcome = excluded.outcome, by = excluded.by, at = excluded.at""",
            {"drop_in": drop_in_id, "mentor": mentor_id, "outcome": outcome, "by": by, "now": clock.to_text(now)},
        )
        journal.note(db, "attendance.corrected", actor=by, now=now, drop_in=drop_in_id, mentor=mentor_id)
    return None


def undo_correction(db: Database, drop_in_id: int, mentor_id: int, *, by: str, now: datetime) -> None:
    """Remove a correction, so that the attendance follows from duties and excuses again."""
    with write(db):
        gone = db.execute(
            "delete from attendance_corrections where drop_in_id = :drop_in and mentor_id = :mentor",
            {"drop_in": drop_in_id, "mentor": mentor_id},
        )
        if gone.rowcount:
            journal.note(db, "attendance.uncorrected", actor=by, now=now, drop_in=drop_in_id, mentor=mentor_id)
