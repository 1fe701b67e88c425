"""Duty: what a scan means, who is here, the state of the room, and what the board shows of it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.access import staff
from mentoring.access.staff import Staff
from mentoring.basics import clock
from mentoring.lunch import help_requests
from mentoring.people import mentors
from mentoring.people.fitness import is_fit
from mentoring.people.mentors import Mentor
from mentoring.planning import rota
from mentoring.school import school_year
from mentoring.school.school_year import DropIn, Timetable
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words


class ScanCode(StrEnum):
    """What the scan of one badge means. The last two are set by the kiosk, where no badge was read."""

    ON_DUTY = "on_duty"
    WAITING_FOR_PAIR = "waiting_for_pair"
    ALREADY_ON = "already_on"
    MENU = "menu"
    NOT_DUE = "not_due"
    NO_DROP_IN = "no_drop_in"
    SEE_LEAD = "see_lead"
    NOT_VALID = "not_valid"
    NOT_A_BADGE = "not_a_badge"
    UNREADABLE = "unreadable"


class RoomState(StrEnum):
    """`open` only while a fit pair and an adult within call are there; it falls to `paused` by itself (P1)."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"
    PAUSED = "paused"


@dataclass(frozen=True)
class Duty:
    """A mentor's time on a drop-in, from scan-in to scan-out. It ends with the drop-in at the latest."""

    id: int
    mentor_id: int
    started: datetime
    ended: datetime | None


@dataclass(frozen=True)
class Room:
    """One room's drop-in as it is now (its picture); the kiosk, the board and Today all show this same value.

    `here`: who is on duty, since when. `left`: whose duty on this drop-in has ended, when.
    """

    drop_in: DropIn
    state: RoomState
    due: tuple[Mentor, ...]
    here: tuple[tuple[Mentor, datetime], ...]
    left: tuple[tuple[Mentor, datetime], ...]
    fit: frozenset[int]
    adult: Staff | None

    @property
    def on_duty(self) -> frozenset[int]:
        """The ids of those who are here and fit for duty now: who may call the next pupil."""
        return frozenset(mentor.id for mentor, _ in self.here) & self.fit

    @property
    def missing(self) -> tuple[Mentor, ...]:
        """Those who are due and have not come."""
        came = {mentor.id for mentor, _ in (*self.here, *self.left)}
        return tuple(mentor for mentor in self.due if mentor.id not in came)


@dataclass(frozen=True)
class Scan:
    """The outcome of a scan. `room` is the room's picture after it; `since` when the mentor's duty began.

    `running` are the pictures after it of all rooms that run or are about to.
    """

    code: ScanCode
    mentor: Mentor | None = None
    room: Room | None = None
    since: datetime | None = None
    running: tuple[Room, ...] = ()

    @property
    def partners(self) -> tuple[Mentor, ...]:
        """Who is due or here with this mentor."""
        if self.mentor is None or self.room is None:
            return ()
        together = {mentor.id: mentor for mentor in (*self.room.due, *(mentor for mentor, _ in self.room.here))}
        return tuple(mentor for mentor in together.values() if mentor.id != self.mentor.id)


@dataclass(frozen=True)
class Refusal:
    """A badge that was refused, as staff see it."""

    mentor: str
    mentor_id: int
    code: str
    at: datetime


# Refusals that staff see: a badge that was ended, one not due now, one whose owner must see the lead, a copy.
REFUSED = (ScanCode.NOT_VALID, ScanCode.NOT_DUE, ScanCode.SEE_LEAD, ScanCode.NO_DROP_IN)
COPY = "copy"


# rules


def decide(
    *,
    badge_good: bool,
    unfit: bool,
    drop_in_now: bool,
    due: bool,
    on_duty_since: datetime | None,
    pair_complete: bool,
    now: datetime,
    menu_after: timedelta,
) -> ScanCode:
    """What a scan means. `pair_complete`: with this mentor, a pair is here."""
    if not badge_good:
        return ScanCode.NOT_VALID
    if not drop_in_now:
        return ScanCode.NO_DROP_IN
    if on_duty_since is not None:
        return ScanCode.ALREADY_ON if now < on_duty_since + menu_after else ScanCode.MENU
    if not due:
        return ScanCode.NOT_DUE
    if unfit:
        return ScanCode.SEE_LEAD
    return ScanCode.ON_DUTY if pair_complete else ScanCode.WAITING_FOR_PAIR


def counts(drop_in: DropIn, *, now: datetime, early: timedelta) -> bool:
    """Whether a scan counts for this drop-in: from a little before its start to its end, unless it is closed."""
    return not drop_in.closed and drop_in.starts - early <= now < drop_in.ends


def here_now(duties: Iterable[Duty], *, now: datetime) -> list[Duty]:
    """The duties that run now. One that begins in the future runs too: the clock was set back."""
    return [each for each in duties if each.ended is None or now < each.ended]


def left_by_now(duties: Iterable[Duty], *, now: datetime) -> dict[int, datetime]:
    """When the last duty of each mentor ended, by mentor id; those who are on duty now are left out."""
    past = list(duties)
    here = {each.mentor_id for each in here_now(past, now=now)}
    ends = [(each.mentor_id, each.ended) for each in past if each.ended and each.mentor_id not in here]
    return dict(sorted(ends, key=lambda each: each[1]))


def was_open(duties: Iterable[Duty], *, starts: datetime, now: datetime) -> bool:
    """Whether a pair was in the room together at any moment since the drop-in's start."""
    stretches = [(each.mentor_id, max(each.started, starts), min(each.ended or now, now)) for each in duties]
    return any(
        mine != theirs and max(my_start, their_start) < min(my_end, their_end)
        for mine, my_start, my_end in stretches
        for theirs, their_start, their_end in stretches
    )


def room_state(
    drop_in: DropIn, duties: list[Duty], *, fit: frozenset[int], adult: bool, now: datetime, early: timedelta
) -> RoomState:
    """The pair interlock (P1). `fit` holds the ids of the mentors who are fit for duty now."""
    if not counts(drop_in, now=now, early=early):
        return RoomState.CLOSED
    if now < drop_in.starts:
        return RoomState.OPENING
    here = {each.mentor_id for each in here_now(duties, now=now)} & fit
    if len(here) >= rota.PLACES and adult:
        return RoomState.OPEN
    return RoomState.PAUSED if was_open(duties, starts=drop_in.starts, now=now) else RoomState.OPENING


def picture(
    drop_in: DropIn,
    duties: Sequence[tuple[Duty, Mentor]],
    *,
    due: Sequence[Mentor],
    adult: Staff | None,
    now: datetime,
    early: timedelta,
) -> Room:
    """One room's drop-in as it is at this moment, from its duties with their mentors, who is due, and the adult."""
    known = {mentor.id: mentor for _, mentor in duties}
    fit = frozenset(mentor.id for mentor in known.values() if is_fit(mentor))
    all_duties = [each for each, _ in duties]
    is_on = counts(drop_in, now=now, early=early)
    here = here_now(all_duties, now=now) if is_on else []
    left = left_by_now(all_duties, now=now) if is_on else {}
    return Room(
        drop_in=drop_in,
        state=room_state(drop_in, all_duties, fit=fit, adult=adult is not None, now=now, early=early),
        due=tuple(due),
        here=tuple((known[each.mentor_id], each.started) for each in here),
        left=tuple((known[mentor], ended) for mentor, ended in left.items()),
        fit=fit,
        adult=adult,
    )


def stays_open_without(room: Room, mentor_id: int) -> bool:
    """Whether an open room stays open when this mentor leaves (P1)."""
    return room.state is RoomState.OPEN and len(room.on_duty - {mentor_id}) >= rota.PLACES


def no_pair_yet(room: Room, *, now: datetime, after: timedelta) -> bool:
    """Whether the lead should be told that no pair has formed, some time into the drop-in (P1)."""
    return room.state is RoomState.OPENING and now >= room.drop_in.starts + after


# memory


def _duties(db: Database, drop_ins: Iterable[DropIn]) -> dict[int, list[tuple[Duty, Mentor]]]:
    """The duties of these drop-ins by drop-in id, each with its mentor, in one statement."""
    found = rows(
        db,
        f"""
        select duties.id as duty_id, duties.drop_in_id, duties.started, duties.ended, mentor.*
          from duties
          join ({mentors.MENTORS}) as mentor on mentor.id = duties.mentor_id
         where duties.drop_in_id in (select value from json_each(:ids))
         order by duties.started, duties.id""",  # noqa: S608 # our own statement in it
        ids=json.dumps([each.id for each in drop_ins if each.id is not None]),
    )
    duties: dict[int, list[tuple[Duty, Mentor]]] = {}
    for each in found:
        ended = clock.from_text(each["ended"]) if each["ended"] else None
        one = Duty(each["duty_id"], each["id"], clock.from_text(each["started"]), ended)
        duties.setdefault(each["drop_in_id"], []).append((one, mentors.from_row(each)))
    return duties


def _badge(db: Database, number: int) -> Row | None:
    return row(db, "select id, mentor_id, ended is null as good from badges where number = :number", number=number)


@dataclass(frozen=True)
class PastDuty:
    """A past duty on the mentor's page. `assumed`: the mentor did not scan out, so the drop-in's end is taken."""

    date: date
    room: str
    started: datetime
    ended: datetime | None
    assumed: bool
    mood: int | None


def past(db: Database, mentor_id: int, *, most: int) -> list[PastDuty]:
    """This mentor's latest duties, the newest first."""
    found = rows(
        db,
        """
        select drop_ins.date, drop_ins.room, duties.started, duties.ended, duties.assumed, duties.mood
          from duties
          join drop_ins on drop_ins.id = duties.drop_in_id
         where mentor_id = :mentor order by duties.started desc limit :most""",
        mentor=mentor_id,
        most=most,
    )
    return [
        PastDuty(
            date.fromisoformat(each["date"]),
            each["room"],
            clock.from_text(each["started"]),
            clock.from_text(each["ended"]) if each["ended"] else None,
            bool(each["assumed"]),
            each["mood"],
        )
        for each in found
    ]


def room(db: Database, drop_in: DropIn, *, now: datetime, early: timedelta) -> Room:
    """The picture of one drop-in at this moment."""
    return pictures(db, [drop_in], now=now, early=early)[0]


def pictures(db: Database, drop_ins: Sequence[DropIn], *, now: datetime, early: timedelta) -> list[Room]:
    """The picture of each of these drop-ins at this moment, in their order; three statements, however many they are."""
    if not drop_ins:
        return []
    duties, due = _duties(db, drop_ins), rota.due_on(db, drop_ins)
    adults = staff.by_ids(db, (each.adult_id for each in drop_ins))
    return [
        picture(
            each,
            duties.get(each.id, []) if each.id is not None else [],
            due=due.get(each, []),
            adult=adults.get(each.adult_id),
            now=now,
            early=early,
        )
        for each in drop_ins
    ]


def rooms(db: Database, *, now: datetime, early: timedelta, year: Timetable | None = None) -> list[Room]:
    """Today's drop-ins that are not over, each with its picture, in order of time.

    `year` is the timetable, where the request has read it already.
    """
    year = year or school_year.timetable(db)
    today = school_year.on_day(db, clock.school_day(now, year.zone), year=year)
    return pictures(db, [each for each in today if now < each.ends], now=now, early=early)


def running(db: Database, *, now: datetime, early: timedelta, year: Timetable | None = None) -> list[Room]:
    """The rooms whose drop-in runs or is about to."""
    return [each for each in rooms(db, now=now, early=early, year=year) if each.state is not RoomState.CLOSED]


def current(db: Database, *, now: datetime, early: timedelta, year: Timetable | None = None) -> Room | None:
    """The first of the running rooms, which the kiosk shows, or None."""
    return next(iter(running(db, now=now, early=early, year=year)), None)


def refusals(db: Database, *, since: datetime) -> list[Refusal]:
    """The badges refused since that moment, the newest first."""
    found = rows(
        db,
        """
        select journal.at, json_extract(about, '$.code') as code, mentors.id as mentor_id, mentors.display_name
          from journal
          join badges on badges.id = json_extract(about, '$.badge')
          join mentors on mentors.id = badges.mentor_id
         where what = 'duty.refused' and at >= :since
         order by journal.id desc""",
        since=clock.to_text(since),
    )
    return [
        Refusal(each["display_name"], each["mentor_id"], each["code"], clock.from_text(each["at"])) for each in found
    ]


def wrong_codes(db: Database, *, since: datetime) -> datetime | None:
    """When the kiosk last noted many codes that were no badge, if it was since that moment."""
    found = row(
        db,
        "select max(at) as at from journal where what = 'duty.wrong_codes' and at >= :since",
        since=clock.to_text(since),
    )
    return clock.from_text(found["at"]) if found and found["at"] else None


def _note_refusal(db: Database, badge_id: int, code: str, *, now: datetime) -> None:
    """Note a refusal at most once an hour for each badge and reason, so that repeated scans do not fill the journal."""
    known = row(
        db,
        """
        select 1 from journal
         where what = 'duty.refused' and at > :hour_ago
           and json_extract(about, '$.badge') = :badge and json_extract(about, '$.code') = :code""",
        hour_ago=clock.to_text(now - timedelta(hours=1)),
        badge=badge_id,
        code=code,
    )
    if known is None:
        journal.note(db, "duty.refused", actor=journal.KIOSK, now=now, badge=badge_id, code=code)


# actions


def scan(
    db: Database,
    *,
    number: int,
    now: datetime,
    early: timedelta,
    menu_after: timedelta,
    year: Timetable | None = None,
) -> Scan:
    """Scan one badge: start a duty, open the menu, or refuse. Two scans at the same time start one duty.

    `year` is the timetable, where the request has read it already.
    """
    with write(db):
        rooms_now = running(db, now=now, early=early, year=year)
        badge = _badge(db, number)
        mentor = mentors.mentor(db, badge["mentor_id"]) if badge else None
        if badge is None or mentor is None:
            return Scan(ScanCode.NOT_VALID, room=next(iter(rooms_now), None), running=tuple(rooms_now))
        mine = _room_of(mentor, rooms_now)
        since = next((at for each, at in mine.here if each.id == mentor.id), None) if mine else None
        others = [each for each, _ in mine.here if each.id != mentor.id and is_fit(each)] if mine else []
        code = decide(
            badge_good=bool(badge["good"]),
            unfit=not is_fit(mentor),
            drop_in_now=mine is not None,
            due=mine is not None and mentor.id in {each.id for each in mine.due},
            on_duty_since=since,
            pair_complete=len(others) + 1 >= rota.PLACES,
            now=now,
            menu_after=menu_after,
        )
        if mine and code in (ScanCode.ON_DUTY, ScanCode.WAITING_FOR_PAIR):
            started, since = _start(db, mentor, badge["id"], mine, now=now, early=early), now
            rooms_now, mine = [started if each is mine else each for each in rooms_now], started
        elif code in REFUSED:
            _note_refusal(db, badge["id"], code, now=now)
    return Scan(code, mentor, mine, since, tuple(rooms_now))


def _room_of(mentor: Mentor, running: list[Room]) -> Room | None:
    """Among the running rooms the one this mentor is in, else the one they are due in, else the first."""
    is_here = [room for room in running if mentor.id in {each.id for each, _ in room.here}]
    is_due = [room for room in running if mentor.id in {each.id for each in room.due}]
    return next(iter(is_here or is_due or running), None)


def _start(db: Database, mentor: Mentor, badge_id: int, where: Room, *, now: datetime, early: timedelta) -> Room:
    drop_in_id = school_year.stored(db, where.drop_in)
    duty = {
        "drop_in_id": drop_in_id,
        "mentor_id": mentor.id,
        "badge_id": badge_id,
        "started": clock.to_text(now),
    }
    insert(db, "duties", duty)
    journal.note(db, "duty.started", actor=journal.KIOSK, now=now, mentor=mentor.id, badge=badge_id, drop_in=drop_in_id)
    duties = _duties(db, [where.drop_in]).get(drop_in_id, [])
    return picture(where.drop_in, duties, due=where.due, adult=where.adult, now=now, early=early)


def end(db: Database, mentor_id: int, *, drop_in_id: int, now: datetime) -> None:
    """End this mentor's duty; a second tap changes nothing. A pupil they had called waits again."""
    with write(db):
        ended = db.execute(
            """
            update duties
               set ended = min(:now, (select ends from drop_ins where id = :drop_in))
             where mentor_id = :mentor and drop_in_id = :drop_in and ended is null""",
            {"now": clock.to_text(now), "mentor": mentor_id, "drop_in": drop_in_id},
        )
        if ended.rowcount:
            help_requests.put_back(db, mentor_id, drop_in_id=drop_in_id)
            journal.note(
                db,
                "duty.ended",
                actor=journal.mentor(mentor_id),
                now=now,
                mentor=mentor_id,
                drop_in=drop_in_id,
            )


def note_copy(db: Database, *, number: int, now: datetime) -> None:
    """The same badge was in one picture twice: staff are told, and nothing else happens (P20)."""
    with write(db):
        if badge := _badge(db, number):
            _note_refusal(db, badge["id"], COPY, now=now)


def note_wrong_codes(db: Database, *, now: datetime) -> None:
    """Many codes that are no badge were tried at the kiosk: staff are told, at most once an hour (P20)."""
    with write(db):
        if wrong_codes(db, since=now - timedelta(hours=1)) is None:
            journal.note(db, "duty.wrong_codes", actor=journal.KIOSK, now=now)


def felt(db: Database, mentor_id: int, *, drop_in_id: int, mood: int) -> None:
    """How the duty was for the mentor, from 1 (hard) to 5 (good); the newest duty of that drop-in (P6)."""
    with write(db):
        db.execute(
            """
            update duties set mood = :mood
             where id = (select max(id) from duties where mentor_id = :mentor and drop_in_id = :drop_in)""",
            {"mood": mood, "mentor": mentor_id, "drop_in": drop_in_id},
        )
