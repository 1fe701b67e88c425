"""Leaving: ends a mentor's badge, calendar, coming duties and requests. It can be undone on the same school day."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.people import badge_register, mentors, photos
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning import availability, calendars, cover, rota
from mentoring.planning.availability import Forgotten
from mentoring.planning.cover import Earlier, Request, State
from mentoring.school import school_year
from mentoring.school.school_year import DropIn
from mentoring.store import journal
from mentoring.store.database import row, rows, write

# words


class Code(StrEnum):
    """The outcome of leaving or undoing it. Only `LEFT` and `CAME_BACK` changed anything."""

    LEFT = "left"
    ALREADY_LEFT = "already_left"
    ON_DUTY = "on_duty"
    CHANGED = "changed"  # it is no longer as the page showed it
    CAME_BACK = "came_back"
    NOT_LEFT = "not_left"
    TOO_LATE = "too_late"  # it was another day
    NAMESAKE = "namesake"  # somebody of the same name and year group was added meanwhile


class Lost(StrEnum):
    """What did not come back with the mentor, and why."""

    OVER = "over"  # the drop-in is over
    FILLED = "filled"  # others have the places of the drop-in now
    APART = "apart"  # somebody with whom they are never a pair is due there now
    COVER = "cover"  # a request changed meanwhile
    BADGE = "badge"  # another badge was issued meanwhile
    CALENDAR = "calendar"  # another address was given meanwhile
    PHOTO = "photo"  # a photograph is wiped at once


@dataclass(frozen=True)
class Place:
    """A drop-in that the leaver is due on: with whom, and how many of its places are empty once they have left."""

    drop_in: DropIn
    partners: tuple[Mentor, ...]
    empty: int


@dataclass(frozen=True)
class Leaving:
    """What a mentor's leaving ends. `on_duty_until`: they are on duty, so that they cannot leave before.

    `asked` are the requests for cover they made, `taken` those they took. `said` counts their days, cap and "not
    with"; 0 under a legal hold, which keeps them (P19).
    """

    mentor: Mentor
    on_duty_until: datetime | None
    calendar: bool
    photo: bool
    said: int
    places: tuple[Place, ...]
    asked: tuple[Request, ...]
    taken: tuple[Request, ...]


@dataclass(frozen=True)
class NotBack:
    """One thing that did not come back, with the drop-in it is about if it is about one."""

    why: Lost
    drop_in: DropIn | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of leaving or of taking it back, and what did not come back."""

    code: Code
    lost: tuple[NotBack, ...] = ()


@dataclass(frozen=True)
class _Ended:
    """What one leaving ended, as the store remembers it for the day: ids, and the rows of `availability.forget`.

    `due` is drop-in id to pinned; `others` are the ids of all other mentors that stand in it, for an erasure.
    """

    state: MentorState
    badge: int | None
    link: int | None
    photo: bool
    due: Mapping[int, bool]
    covers: tuple[Earlier, ...] = ()
    planning: Forgotten = field(default_factory=dict)

    @property
    def others(self) -> list[int]:
        apart = [each[column] for each in self.planning.get("apart", ()) for column in ("mentor_id", "other_id")]
        takers = [each.taken_by for each in self.covers]
        return sorted({each for each in (*apart, *takers) if isinstance(each, int)})


# rules


def mark(leaving: Leaving) -> str:
    """A short hash of all that a leaving ends: it differs as soon as anything of that has changed."""
    told = [
        (leaving.mentor.id, leaving.mentor.state, leaving.mentor.has_badge, leaving.calendar, leaving.photo),
        leaving.said,
        [(each.drop_in.id, each.drop_in.version, each.drop_in.closed) for each in leaving.places],
        [(each.id, each.state) for each in (*leaving.asked, *leaving.taken)],
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _to_text(ended: _Ended) -> str:
    return json.dumps({**asdict(ended), "others": ended.others})


def _from_text(text: str) -> _Ended:
    told = json.loads(text)
    return _Ended(
        state=MentorState(told["state"]),
        badge=told["badge"],
        link=told["link"],
        photo=told["photo"],
        due={int(drop_in): bool(pinned) for drop_in, pinned in told["due"].items()},
        covers=tuple(
            Earlier(each["request_id"], State(each["state"]), State(each["ended_as"]), each["taken_by"], each["back"])
            for each in told["covers"]
        ),
        planning=told["planning"],
    )


# memory


def preview(db: Database, mentor_id: int, *, now: datetime) -> Leaving | None:
    """What this mentor's leaving would end; None for an unknown id."""
    mentor = mentors.mentor(db, mentor_id)
    if mentor is None:
        return None
    requests = cover.unsettled(db, mentor_id, now=now)
    return Leaving(
        mentor=mentor,
        on_duty_until=on_duty_until(db, mentor_id, now=now),
        calendar=calendars.link_of(db, mentor_id) is not None,
        photo=photos.is_kept(db, mentor_id) and not _is_held(db, mentor_id),
        said=sum(len(each) for each in availability.of_a_mentor(db, mentor_id).values()),
        places=tuple(_place(db, each, mentor_id) for each in _due(db, mentor_id, now=now)),
        asked=tuple(each for each in requests if each.mentor.id == mentor_id),
        taken=tuple(each for each in requests if each.mentor.id != mentor_id),
    )


def on_duty_until(db: Database, mentor_id: int, *, now: datetime) -> datetime | None:
    """When the drop-in ends that this mentor is on duty at now, or None: not on duty."""
    found = row(
        db,
        """
        select drop_ins.ends from duties
          join drop_ins on drop_ins.id = duties.drop_in_id
         where mentor_id = :mentor and duties.ended is null and drop_ins.ends > :now""",
        mentor=mentor_id,
        now=clock.to_text(now),
    )
    return clock.from_text(found["ends"]) if found else None


def may_be_taken_back(db: Database, mentor_id: int, *, now: datetime) -> bool:
    """Whether this mentor has left today, by the date in the school's time zone."""
    found = row(
        db,
        """
        select day from leavings join mentors on mentors.id = leavings.mentor_id
         where mentor_id = :id and state = 'left'""",
        id=mentor_id,
    )
    return found is not None and date.fromisoformat(found["day"]) == _today(db, now)


def _today(db: Database, now: datetime) -> date:
    return clock.school_day(now, school_year.zone(db))


def _is_held(db: Database, mentor_id: int) -> bool:
    return row(db, "select 1 from held_mentors where id = :id", id=mentor_id) is not None


def _due(db: Database, mentor_id: int, *, now: datetime) -> dict[int, bool]:
    """The drop-ins that are not over and that this mentor is due on, by id, each with whether it is pinned.

    Where they have been on duty already they stay due: they came.
    """
    found = rows(
        db,
        """
        select due.drop_in_id, due.pinned from due
          join drop_ins on drop_ins.id = due.drop_in_id
         where due.mentor_id = :mentor and drop_ins.ends > :now
           and (drop_ins.starts > :now
                or not exists (select 1 from duties
                                where duties.drop_in_id = due.drop_in_id and duties.mentor_id = :mentor))
         order by drop_ins.starts, drop_ins.id""",
        mentor=mentor_id,
        now=clock.to_text(now),
    )
    return {each["drop_in_id"]: bool(each["pinned"]) for each in found}


def _place(db: Database, drop_in_id: int, mentor_id: int) -> Place:
    drop_in = school_year.by_id(db, drop_in_id)
    others = [each for each in rota.placed(db, drop_in_id) if each != mentor_id]
    partners = tuple(mentor for each in others if (mentor := mentors.mentor(db, each)))
    return Place(drop_in, partners, max(0, drop_in.places - len(others)))


def _remember(db: Database, mentor_id: int, ended: _Ended, *, by: str, now: datetime) -> None:
    db.execute(
        """
        insert into leavings (mentor_id, at, day, by, ended) values (:mentor, :now, :day, :by, :ended)
        on conflict (mentor_id) do update
           set at = excluded.at, day = excluded.day, by = excluded.by, ended = excluded.ended""",
        {
            "mentor": mentor_id,
            "now": clock.to_text(now),
            "day": _today(db, now).isoformat(),
            "by": by,
            "ended": _to_text(ended),
        },
    )


def _remembered(db: Database, mentor_id: int, *, now: datetime) -> _Ended | None:
    """What this mentor's leaving of today ended; None when they did not leave today."""
    if not may_be_taken_back(db, mentor_id, now=now):
        return None
    found = row(db, "select ended from leavings where mentor_id = :id", id=mentor_id)
    return _from_text(found["ended"]) if found else None


# actions


def leave(db: Database, mentor_id: int, *, seen: str, by: str, now: datetime) -> Outcome:
    """A mentor leaves; `seen` is the mark of what the page showed. Leaving twice counts once.

    A mentor on duty does not leave before the duty has ended. Raises `LookupError` for an unknown id.
    """
    with write(db):
        found = preview(db, mentor_id, now=now)
        if found is None:
            raise LookupError(f"there is no mentor {mentor_id}")
        if found.mentor.state is MentorState.LEFT:
            return Outcome(Code.ALREADY_LEFT)
        if found.on_duty_until is not None:
            return Outcome(Code.ON_DUTY)
        if mark(found) != seen:
            return Outcome(Code.CHANGED)
        leaves(db, mentor_id, by=by, now=now)
    return Outcome(Code.LEFT)


def leaves(db: Database, mentor_id: int, *, by: str, now: datetime) -> None:
    """The same inside a larger change, such as the year's end: the caller has checked that they are not on duty.

    Badge and calendar end, coming duties are free, requests for cover end or wait for somebody else, what planning knew
    is forgotten; under a legal hold nothing is forgotten, and retention does it once the hold has ended (P19).
    """
    mentor = mentors.mentor(db, mentor_id)
    if mentor is None:
        return
    badge, link = badge_register.good_badge(db, mentor_id), calendars.link_id(db, mentor_id)
    photo = photos.is_kept(db, mentor_id)
    mentors.set_state(db, mentor_id, MentorState.LEFT)
    badge_register.revoked(db, mentor_id, by=by, now=now)
    calendars.end_link(db, mentor_id, by=by, now=now)
    covers, due = cover.end_all_of(db, mentor_id, by=by, now=now), _due(db, mentor_id, now=now)
    for drop_in_id in due:
        left = {other: pinned for other, pinned in rota.placed(db, drop_in_id).items() if other != mentor_id}
        rota.put_in_place(db, {drop_in_id: left}, by=by, now=now)
    planning = availability.forget(db, mentor_id)
    if mentor.state is not MentorState.LEFT:
        ended = _Ended(mentor.state, badge, link, photo, due, tuple(covers), planning)
        _remember(db, mentor_id, ended, by=by, now=now)
        journal.note(db, "mentor.left", actor=by, now=now, mentor=mentor_id)


def take_back(db: Database, mentor_id: int, *, by: str, now: datetime) -> Outcome:
    """Undo a leaving of today: restore what can be restored and name what cannot. Doing it twice counts once."""
    with write(db):
        mentor = mentors.mentor(db, mentor_id)
        if mentor is None or mentor.state is not MentorState.LEFT:
            return Outcome(Code.NOT_LEFT)
        ended = _remembered(db, mentor_id, now=now)
        if ended is None:
            return Outcome(Code.TOO_LATE)
        if mentors.has_namesake(db, mentor, but=mentor_id):
            return Outcome(Code.NAMESAKE)
        _come_back(db, mentor_id, ended.state, by=by, now=now)
        availability.bring_back(db, ended.planning)
        lost = [
            *_bring_back_due(db, mentor_id, ended, by=by, now=now),
            *_bring_back_covers(db, ended, by=by, now=now),
            *_bring_back_papers(db, mentor_id, ended, by=by, now=now),
        ]
    return Outcome(Code.CAME_BACK, tuple(lost))


def put_back_on_list(db: Database, mentor_id: int, *, by: str, now: datetime) -> Outcome:
    """Make a mentor who left on an earlier day active again, without a badge and without anything planned."""
    with write(db):
        mentor = mentors.mentor(db, mentor_id)
        if mentor is None or mentor.state is not MentorState.LEFT:
            return Outcome(Code.NOT_LEFT)
        if mentors.has_namesake(db, mentor, but=mentor_id):
            return Outcome(Code.NAMESAKE)
        _come_back(db, mentor_id, MentorState.ACTIVE, by=by, now=now)
    return Outcome(Code.CAME_BACK)


def _come_back(db: Database, mentor_id: int, state: MentorState, *, by: str, now: datetime) -> None:
    mentors.set_state(db, mentor_id, state)
    db.execute("delete from leavings where mentor_id = :id", {"id": mentor_id})
    journal.note(db, "mentor.came_back", actor=by, now=now, mentor=mentor_id)


def _bring_back_due(db: Database, mentor_id: int, ended: _Ended, *, by: str, now: datetime) -> list[NotBack]:
    apart, lost = availability.everyone(db)[mentor_id].apart, []
    for drop_in_id, pinned in ended.due.items():
        drop_in, placed = school_year.by_id(db, drop_in_id), rota.placed(db, drop_in_id)
        if drop_in.ends <= now:
            lost.append(NotBack(Lost.OVER, drop_in))
        elif len(placed) >= drop_in.places:
            lost.append(NotBack(Lost.FILLED, drop_in))
        elif apart & placed.keys():
            lost.append(NotBack(Lost.APART, drop_in))
        else:
            rota.put_in_place(db, {drop_in_id: {**placed, mentor_id: pinned}}, by=by, now=now)
    return lost


def _bring_back_covers(db: Database, ended: _Ended, *, by: str, now: datetime) -> list[NotBack]:
    lost = []
    for each in ended.covers:
        if not cover.bring_back(db, each, by=by, now=now):
            request = cover.by_id(db, each.request_id)
            lost.append(NotBack(Lost.COVER, request.drop_in if request else None))
    return lost


def _bring_back_papers(db: Database, mentor_id: int, ended: _Ended, *, by: str, now: datetime) -> list[NotBack]:
    """Restore the badge and the calendar's address; returns what could not be restored, such as a photograph."""
    lost = []
    if ended.badge is not None and not badge_register.good_again(db, ended.badge, by=by, now=now):
        lost.append(NotBack(Lost.BADGE))
    if ended.link is not None and not calendars.good_again(db, ended.link, by=by, now=now):
        lost.append(NotBack(Lost.CALENDAR))
    if ended.photo and not photos.is_kept(db, mentor_id):
        lost.append(NotBack(Lost.PHOTO))
    return lost
