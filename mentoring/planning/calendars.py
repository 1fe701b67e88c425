"""Calendars: a secret link for each mentor and one for the programme, and the events behind it, as values.

The text that a calendar program reads is made in the staff pages, not here.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.people import mentors
from mentoring.people.mentors import Mentor, MentorState
from mentoring.school import school_year
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

# How far back a calendar shows what was: half a year.
LOOK_BACK = timedelta(days=183)
_LINK_BYTES = 24


@dataclass(frozen=True)
class Event:
    """One mentor on one drop-in, or in the programme's calendar one drop-in with all who are due.

    `uid` never changes and is never given again; `sequence` grows with each change of the drop-in. `starts` and `ends`
    are wall-clock, without an offset, in `zone`. A `cancelled` event stays, so that calendars take it away.
    """

    uid: str
    sequence: int
    cancelled: bool
    starts: datetime
    ends: datetime
    zone: str
    room: str
    mentors: tuple[Mentor, ...]
    changed: datetime | None


@dataclass(frozen=True)
class Calendar:
    """What a link leads to: a mentor's own calendar, or with `mentor` None the programme's."""

    link: str
    mentor: Mentor | None
    zone: str
    events: tuple[Event, ...]


# rules


def uid(stem: str, drop_in_id: int, mentor_id: int | None) -> str:
    """The permanent id of one event. `stem` is unique to this programme, so that two schools' ids never collide."""
    who = "programme" if mentor_id is None else f"mentor-{mentor_id}"
    return f"drop-in-{drop_in_id}-{who}@{stem}.drop-in"


# memory


def link_of(db: Database, mentor_id: int | None) -> str | None:
    """The good link of a mentor, or with None of the programme; None while there is none."""
    found = row(
        db,
        "select link from calendar_links where coalesce(mentor_id, 0) = coalesce(:mentor, 0) and ended is null",
        mentor=mentor_id,
    )
    return found["link"] if found else None


def _stem(db: Database) -> str:
    found = row(db, "select calendar_stem from programme")
    return (found["calendar_stem"] if found else None) or ""


def find(db: Database, link: str, *, now: datetime) -> Calendar | None:
    """The calendar behind a link, or None: revoked, never given, or its mentor has left."""
    found = row(db, "select mentor_id from calendar_links where link = :link and ended is null", link=link)
    if found is None:
        return None
    mentor = mentors.mentor(db, found["mentor_id"]) if found["mentor_id"] else None
    if mentor is not None and mentor.state is MentorState.LEFT:
        return None
    zone = school_year.zone(db)
    since = clock.school_day(now - LOOK_BACK, zone)
    events = _events_of(db, mentor, since, zone) if mentor else _all_events(db, since, zone)
    return Calendar(link, mentor, zone, tuple(events))


def _events_of(db: Database, mentor: Mentor, since: date, zone: str) -> list[Event]:
    found = rows(
        db,
        """
        select drop_ins.*, is_due, drop_ins.id in (select id from taking_place) as takes_place
          from (select drop_in_id, 1 as is_due from due where mentor_id = :mentor
                 union all
                select drop_in_id, 0 from once_due
                 where mentor_id = :mentor
                   and drop_in_id not in (select drop_in_id from due where mentor_id = :mentor)) as mine
          join drop_ins on drop_ins.id = mine.drop_in_id
         where drop_ins.date >= :since
         order by drop_ins.starts, drop_ins.id""",
        mentor=mentor.id,
        since=since.isoformat(),
    )
    stem, together = _stem(db), _due_since(db, since)
    return [
        _event(
            each,
            uid=uid(stem, each["id"], mentor.id),
            cancelled=not (each["is_due"] and each["takes_place"]),
            mentors=together.get(each["id"], ()),
            zone=zone,
        )
        for each in found
    ]


def _event(found: Row, *, uid: str, cancelled: bool, mentors: tuple[Mentor, ...], zone: str) -> Event:
    return Event(
        uid=uid,
        sequence=found["version"],
        cancelled=cancelled,
        starts=_wall(found["starts"], zone),
        ends=_wall(found["ends"], zone),
        zone=zone,
        room=found["room"],
        mentors=mentors,
        changed=clock.from_text(found["changed"]) if found["changed"] else None,
    )


def _all_events(db: Database, since: date, zone: str) -> list[Event]:
    found = rows(
        db,
        """
        select drop_ins.*, drop_ins.id in (select id from taking_place) as takes_place
          from drop_ins
         where date >= :since
           and (id in (select drop_in_id from due) or id in (select drop_in_id from once_due))
         order by starts, id""",
        since=since.isoformat(),
    )
    stem, together = _stem(db), _due_since(db, since)
    return [
        _event(
            each,
            uid=uid(stem, each["id"], None),
            cancelled=not each["takes_place"] or each["id"] not in together,
            mentors=together.get(each["id"], ()),
            zone=zone,
        )
        for each in found
    ]


def _due_since(db: Database, since: date) -> dict[int, tuple[Mentor, ...]]:
    known = {each.id: each for each in mentors.mentors(db)}
    found = rows(
        db,
        """
        select due.drop_in_id, due.mentor_id from due
          join drop_ins on drop_ins.id = due.drop_in_id
         where date >= :since order by due.drop_in_id, due.mentor_id""",
        since=since.isoformat(),
    )
    together: dict[int, tuple[Mentor, ...]] = {}
    for each in found:
        together[each["drop_in_id"]] = (*together.get(each["drop_in_id"], ()), known[each["mentor_id"]])
    return together


def _wall(text: str, zone: str) -> datetime:
    return clock.wall(clock.from_text(text), zone).replace(tzinfo=None)


def end_link(db: Database, mentor_id: int | None, *, by: str, now: datetime) -> bool:
    """End the good link, inside a change; whether there was one."""
    ended = db.execute(
        """
        update calendar_links set ended = :now
         where coalesce(mentor_id, 0) = coalesce(:mentor, 0) and ended is null""",
        {"now": clock.to_text(now), "mentor": mentor_id},
    )
    if ended.rowcount:
        journal.note(db, "calendar.ended", actor=by, now=now, mentor=mentor_id)
    return bool(ended.rowcount)


def link_id(db: Database, mentor_id: int) -> int | None:
    """The id of a mentor's good link, or None."""
    found = row(db, "select id from calendar_links where mentor_id = :mentor and ended is null", mentor=mentor_id)
    return found["id"] if found else None


def good_again(db: Database, ended_link: int, *, by: str, now: datetime) -> bool:
    """Let an ended link, by its id, lead to its calendar again, inside a change; whether it does now.

    It does not when there is another good link.
    """
    again = db.execute(
        """
        update calendar_links set ended = null
         where id = :id and ended is not null
           and not exists (select 1 from calendar_links as other
                            where other.mentor_id = calendar_links.mentor_id and other.ended is null)""",
        {"id": ended_link},
    )
    if again.rowcount:
        found = row(db, "select mentor_id from calendar_links where id = :id", id=ended_link)
        mentor_id = found["mentor_id"] if found else None
        journal.note(db, "calendar.good_again", actor=by, now=now, link=ended_link, mentor=mentor_id)
    return bool(again.rowcount)


# actions


def give_link(db: Database, mentor_id: int | None, *, by: str, now: datetime) -> str:
    """A link for a mentor, or with None for the programme; the good one, if there is one.

    Raises `LookupError` for a mentor who is not there.
    """
    with write(db):
        if known := link_of(db, mentor_id):
            return known
        if mentor_id is not None and mentors.mentor(db, mentor_id) is None:
            raise LookupError(f"there is no mentor {mentor_id}")
        db.execute(
            "update programme set calendar_stem = :stem where calendar_stem is null", {"stem": secrets.token_hex(8)}
        )
        link = secrets.token_urlsafe(_LINK_BYTES)
        link_id = insert(db, "calendar_links", {"mentor_id": mentor_id, "link": link, "made": clock.to_text(now)})
        journal.note(db, "calendar.given", actor=by, now=now, link=link_id, mentor=mentor_id)
    return link


def revoke_link(db: Database, mentor_id: int | None, *, by: str, now: datetime) -> bool:
    """The link leads nowhere from now on; whether there was one. A new one can be given."""
    with write(db):
        return end_link(db, mentor_id, by=by, now=now)
