"""Alerts: an adult is needed in the room now. Raised, fetched by a screen, escalated, answered by an adult (P5)."""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.school import programme
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words


class About(StrEnum):
    """Why an adult is needed: the pupil's red tile, or a subject that a mentor must always pass on (P3)."""

    RED_TILE = "red_tile"
    BULLYING = "bullying"
    SELF_HARM = "self_harm"
    EATING_DISORDER = "eating_disorder"
    ABUSE = "abuse"
    ANYTHING_ELSE = "anything_else"


# From the ground rules in the guidance on school peer mentoring. No setting shortens this list (P3).
ALWAYS_PASSED_ON = (
    About.BULLYING,
    About.SELF_HARM,
    About.EATING_DISORDER,
    About.ABUSE,
    About.ANYTHING_ELSE,
)
# How long the adult who answered still sees an alert, and can say that they cannot go after all.
ANSWER_SHOWN = timedelta(minutes=10)
# How long the caller's page stays open while nobody answers.
WAIT_SHOWN = timedelta(hours=1)
# After this without a staff screen that fetched the alert, the page stops saying "we are telling them".
SEEN_WITHIN = timedelta(seconds=20)
# A stored time further in the future than this means that the clock was set back since.
CLOCK_WAS_SET_BACK = timedelta(minutes=1)
# So many unconfirmed answers by the staff room's link within so long are told to staff: whoever has the link can tap.
BURST = 4
BURST_WITHIN = timedelta(minutes=10)


class Level(StrEnum):
    """Whom an alert was passed to while nobody answered; all open staff pages show it from the first level on."""

    FIRST = "first"  # the lead and the safeguarding lead
    DEPUTY = "deputy"
    EVERYONE = "everyone"


LEVELS = tuple(Level)


class Through(StrEnum):
    """How "I am going" was said. By the link alone anybody can say it for anybody, so that answers nothing yet (P5)."""

    LOG_IN = "log_in"
    TRUSTED_SCREEN = "trusted_screen"
    LINK = "link"


@dataclass(frozen=True)
class Alert:
    """One call for an adult. `told` once a staff screen has fetched it; `coming` names who answered first.

    `told_to` names whose screen fetched it first; it is empty for the staff room's own.

    `said_for`: the adults for whom somebody said "I am going" by the staff room's link, who have not confirmed it.
    `cannot_come` names who said so last; it matters while nobody is coming. `waits_since` is when it was raised, or
    when a step back of the clock was noticed. `dealt_with` is when an adult who went said that it is over. A `drill` is
    practice: staff screens say so, and the room's own shows nothing of it.
    """

    id: int
    key: str
    raised: datetime
    room: str
    about: About
    raised_by: str
    told: bool
    told_to: str
    answered: datetime | None
    coming: str
    said_for: tuple[str, ...]
    cannot_come: str
    level: Level
    waits_since: datetime
    dealt_with: datetime | None = None
    drill: bool = False


@dataclass(frozen=True)
class Call:
    """The alerts of one room that one "I am going" answers, the earliest first."""

    alerts: tuple[Alert, ...]

    @property
    def first(self) -> Alert:
        """The earliest of them, which represents the call."""
        return self.alerts[0]

    @property
    def level(self) -> Level:
        """The highest level that one of them was passed on to."""
        return max((each.level for each in self.alerts), key=LEVELS.index)


@dataclass(frozen=True)
class Step:
    """An alert was passed on to the next level."""

    id: int
    alert_id: int
    level: Level
    at: datetime


@dataclass(frozen=True)
class Going:
    """One adult who is going, since when, and how it was said."""

    staff_id: int
    name: str
    at: datetime
    through: Through

    @property
    def is_confirmed(self) -> bool:
        """Whether it is this adult's own word, or that of a trusted screen."""
        return self.through is not Through.LINK


@dataclass(frozen=True)
class Answer:
    """What became of "I am going": who is named as coming and since when, and whether that is this adult."""

    room: str
    coming: str
    since: datetime
    is_first: bool
    drill: bool = False


# rules


def answer_of(alert: Alert, first: Going, *, by: int) -> Answer:
    """What this adult's "I am going" became, where `first` is named as coming."""
    return Answer(alert.room, first.name, first.at, is_first=first.staff_id == by, drill=alert.drill)


def level(
    *, raised: datetime, acknowledged: datetime | None, now: datetime, deputy_after: int, everyone_after: int
) -> Level:
    """How far an alert is passed on after so many minutes; no further once an adult is going.

    A moment in the future counts as now: it was written before somebody set the clock back.
    """
    waited = max(timedelta(0), (min(now, acknowledged) if acknowledged else now) - raised)
    if waited >= timedelta(minutes=everyone_after):
        return Level.EVERYONE
    return Level.DEPUTY if waited >= timedelta(minutes=deputy_after) else Level.FIRST


def is_unseen(alert: Alert, *, now: datetime) -> bool:
    """Whether no staff screen has fetched it within SEEN_WITHIN."""
    return not alert.told and not alert.coming and now - alert.waits_since >= SEEN_WITHIN


def is_live(alert: Alert, *, now: datetime) -> bool:
    """Whether it can still be answered or handed back: nobody has answered, or somebody only just now, who is there."""
    if alert.dealt_with:
        return False
    return alert.answered is None or (bool(alert.coming) and alert.answered >= now - ANSWER_SHOWN)


def is_awaited(alert: Alert, *, now: datetime) -> bool:
    """Whether the caller still waits: for an answer, WAIT_SHOWN at most, or for an adult who may be on the way."""
    return now < alert.waits_since + WAIT_SHOWN if alert.answered is None else is_live(alert, now=now)


def calls(alerts: Iterable[Alert]) -> list[Call]:
    """Alerts as a screen shows them: one line a room, however many times somebody tapped; the longest wait first.

    A drill is never in one line with a real alert.
    """

    def place(alert: Alert) -> tuple[bool, str, str, str]:
        return alert.drill, alert.room, alert.coming, str(alert.answered)

    together = groupby(sorted(alerts, key=lambda each: (place(each), each.id)), key=place)
    return sorted((Call(tuple(group)) for _, group in together), key=lambda call: call.first.id)


# memory

_ALERTS = """
    select alerts.*, coalesce(mentors.display_name, '') as raised_by, coalesce(staff.name, '') as coming,
           coalesce((select name from staff where id = alerts.told_to), '') as told_to_name,
           coalesce(alerts.counts_from, alerts.raised) as waits_since,
           coalesce((select level from alert_steps
                      where alert_id = alerts.id order by id desc limit 1), 'first') as level,
           coalesce((select who.name from alert_going join staff as who on who.id = alert_going.staff_id
                      where alert_id = alerts.id and back is not null and through <> 'link'
                      order by back desc limit 1), '') as cannot_come,
           (select json_group_array(name) from (
                select who.name from alert_going join staff as who on who.id = alert_going.staff_id
                 where alert_id = alerts.id and back is null and through = 'link'
                 order by alert_going.at, alert_going.rowid)) as said_for
      from alerts
      left join mentors on mentors.id = alerts.mentor_id
      left join staff on staff.id = alerts.acknowledged_by"""


def _alert(found: Row) -> Alert:
    return Alert(
        id=found["id"],
        key=found["key"],
        raised=clock.from_text(found["raised"]),
        room=found["room"],
        about=About(found["about"]),
        raised_by=found["raised_by"],
        told=found["told"] is not None,
        told_to=found["told_to_name"],
        answered=clock.from_text(found["acknowledged"]) if found["acknowledged"] else None,
        coming=found["coming"],
        said_for=tuple(json.loads(found["said_for"])),
        cannot_come=found["cannot_come"],
        level=Level(found["level"]),
        waits_since=clock.from_text(found["waits_since"]),
        dealt_with=clock.from_text(found["dealt_with"]) if found["dealt_with"] else None,
        drill=bool(found["drill"]),
    )


def by_key(db: Database, key: str) -> Alert | None:
    """The alert that this tap raised, or None."""
    found = row(db, f"{_ALERTS} where alerts.key = :key", key=key)
    return _alert(found) if found else None


def by_id(db: Database, alert_id: int) -> Alert | None:
    """One alert, or None."""
    found = row(db, f"{_ALERTS} where alerts.id = :id", id=alert_id)
    return _alert(found) if found else None


def waiting(db: Database) -> list[Alert]:
    """The alerts that no adult has acknowledged yet, oldest first."""
    return [_alert(each) for each in rows(db, f"{_ALERTS} where alerts.acknowledged is null order by alerts.id")]


def answered(db: Database, *, since: datetime) -> list[Alert]:
    """The alerts that an adult has answered since that moment, oldest first."""
    found = rows(
        db,
        f"{_ALERTS} where alerts.acknowledged >= :since and alerts.acknowledged_by is not null order by alerts.id",
        since=clock.to_text(since),
    )
    return [_alert(each) for each in found]


def waiting_and_answered(db: Database, *, since: datetime) -> list[Alert]:
    """What `waiting` and `answered` give, in one statement, oldest first."""
    found = rows(
        db,
        f"""{_ALERTS}
             where alerts.acknowledged is null
                or (alerts.acknowledged >= :since and alerts.acknowledged_by is not null)
             order by alerts.id""",
        since=clock.to_text(since),
    )
    return [_alert(each) for each in found]


def passed_on(db: Database, mentor_id: int, *, since: datetime) -> Alert | None:
    """The last alert that this mentor has raised since that moment, or None once it is dealt with."""
    found = row(
        db,
        f"{_ALERTS} where alerts.mentor_id = :mentor and alerts.raised >= :since order by alerts.id desc limit 1",
        mentor=mentor_id,
        since=clock.to_text(since),
    )
    return _alert(found) if found and found["dealt_with"] is None else None


def going(db: Database, alert_id: int) -> list[Going]:
    """Every adult who is going, the first one first; those for whom it was only said by the link come last."""
    return going_to(db, [alert_id])[alert_id]


def going_to(db: Database, alert_ids: Sequence[int]) -> dict[int, list[Going]]:
    """Every adult who is going to each of these alerts, as `going`; in one statement, and none for none."""
    going: dict[int, list[Going]] = {each: [] for each in alert_ids}
    if not going:
        return going
    found = rows(
        db,
        """
        select alert_id, staff.id, staff.name, alert_going.at, through
          from alert_going
          join alerts on alerts.id = alert_id
          join staff on staff.id = alert_going.staff_id
         where alert_id in (select value from json_each(:ids)) and back is null
         order by alert_id, through = 'link', staff.id <> alerts.acknowledged_by, alert_going.at, alert_going.rowid""",
        ids=json.dumps(list(going)),
    )
    for each in found:
        one = Going(each["id"], each["name"], clock.from_text(each["at"]), Through(each["through"]))
        going[each["alert_id"]].append(one)
    return going


def said_for(db: Database, alert_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of the adults for whom it was said by the link alone, by alert; in one statement, and none for none."""
    found = going_to(db, alert_ids)
    return {each: [one.name for one in found[each] if not one.is_confirmed] for each in found}


def taps_by_link(db: Database, *, since: datetime) -> int:
    """How often somebody said "I am going" by the staff room's link since that moment, and nobody confirmed it."""
    found = row(
        db,
        """
        select coalesce(sum(taps), 0) as taps from (
               select max(taps) as taps
                 from alert_going join alerts on alerts.id = alert_id
                where through = 'link' and at >= :since
                group by alerts.room, staff_id, at)""",
        since=clock.to_text(since),
    )
    return int(found["taps"]) if found else 0


def _together(db: Database, alert: Alert) -> list[int]:
    """The alerts that one answer is for: all that wait in the room, or all that were answered with this one."""
    found = rows(
        db,
        """
        select id from alerts
         where room = :room and drill = :drill and acknowledged is :answered
           and acknowledged_by is (select acknowledged_by from alerts where id = :id)
         order by id""",
        room=alert.room,
        drill=alert.drill,
        answered=clock.to_text(alert.answered) if alert.answered else None,
        id=alert.id,
    )
    return [each["id"] for each in found]


def _not_passed_on(db: Database, *, now: datetime) -> dict[int, list[Level]]:
    """The levels that each waiting alert should have reached by now and has not."""
    found = rows(
        db,
        """
        select id, coalesce(counts_from, raised) as since,
               coalesce((select group_concat(level) from alert_steps where alert_id = alerts.id), '') as taken
          from alerts
         where acknowledged is null
         order by id""",
    )
    if not found:
        return {}
    known = programme.load(db)
    due = {}
    for each in found:
        reached = level(
            raised=clock.from_text(each["since"]),
            acknowledged=None,
            now=now,
            deputy_after=known.deputy_after,
            everyone_after=known.everyone_after,
        )
        due[each["id"]] = [one for one in LEVELS[: LEVELS.index(reached) + 1] if one not in each["taken"].split(",")]
    return {alert_id: levels for alert_id, levels in due.items() if levels}


def _from_the_future(db: Database, *, now: datetime) -> list[int]:
    """The waiting alerts that were raised before somebody set the clock back."""
    found = rows(
        db,
        "select id from alerts where acknowledged is null and coalesce(counts_from, raised) > :ahead",
        ahead=clock.to_text(now + CLOCK_WAS_SET_BACK),
    )
    return [each["id"] for each in found]


def _pass_on(db: Database, alert_id: int, level: Level, *, now: datetime) -> Step:
    values = {"alert_id": alert_id, "level": level, "at": clock.to_text(now)}
    return Step(insert(db, "alert_steps", values), alert_id, level, now)


# actions


def call_an_adult(db: Database, *, key: str, room: str, about: About, mentor_id: int | None, now: datetime) -> Alert:
    """Raise an alert; it is on disk when this returns. The same `key` gives the same alert; no tap is ever refused."""
    with write(db):
        if before := by_key(db, key):
            return before
        values = {
            "key": key,
            "raised": clock.to_text(now),
            "room": room,
            "mentor_id": mentor_id,
            "about": about,
        }
        alert_id = insert(db, "alerts", values)
        _pass_on(db, alert_id, Level.FIRST, now=now)
        actor = journal.mentor(mentor_id) if mentor_id else journal.KIOSK
        journal.note(db, "alert.raised", actor=actor, now=now, alert=alert_id)
        raised = by_key(db, key)
    assert raised is not None  # noqa: S101 # just written
    return raised


def fetched(db: Database, shown: list[Alert], *, by: int | None, now: datetime) -> None:
    """A staff screen has fetched these: only now may the kiosk say "we have told them".

    `by` is whoever is logged in there, or None for the staff room's own screen.
    """
    if all(alert.told for alert in shown):
        return
    actor = journal.staff(by) if by else journal.STAFF_ROOM
    with write(db):
        for alert in shown:
            told = db.execute(
                "update alerts set told = :now, told_to = :by where id = :id and told is null",
                {"now": clock.to_text(now), "by": by, "id": alert.id},
            )
            if told.rowcount:
                journal.note(db, "alert.told", actor=actor, now=now, alert=alert.id)


def take_steps(db: Database, *, now: datetime) -> list[Step]:
    """Pass on what nobody has answered for too long. Writes nothing while nothing is due."""
    if not (_not_passed_on(db, now=now) or _from_the_future(db, now=now)):
        return []
    with write(db):
        for alert_id in _from_the_future(db, now=now):
            db.execute(
                "update alerts set counts_from = :now where id = :id", {"now": clock.to_text(now), "id": alert_id}
            )
            journal.note(db, "alert.clock_set_back", actor=journal.KEEPER, now=now, alert=alert_id)
        taken = [
            _pass_on(db, alert_id, level, now=now)
            for alert_id, levels in _not_passed_on(db, now=now).items()
            for level in levels
        ]
        for step in taken:
            journal.note(db, "alert.step", actor=journal.KEEPER, now=now, alert=step.alert_id, level=step.level)
    return taken


def acknowledge(
    db: Database, alert_id: int, *, by: int, now: datetime, through: Through = Through.LOG_IN
) -> Answer | None:
    """This adult answers all alerts of that room. The first to answer is named; later ones are stored too."""
    at_screen = through is Through.TRUSTED_SCREEN
    actor = journal.TRUSTED_SCREEN if at_screen else journal.staff(by)
    with write(db):
        asked = by_id(db, alert_id)
        if asked is None or not is_live(asked, now=now):
            return None
        for each in _together(db, asked):
            first = db.execute(
                "update alerts set acknowledged = :now, acknowledged_by = :by where id = :id and acknowledged is null",
                {"now": clock.to_text(now), "by": by, "id": each},
            )
            if _store_going(db, each, by, through, now=now) or first.rowcount:
                journal.note(
                    db,
                    "alert.answered_for"
                    if at_screen
                    else "alert.acknowledged"
                    if first.rowcount
                    else "alert.going_too",
                    actor=actor,
                    now=now,
                    alert=each,
                    staff=by,
                )
        named = going(db, alert_id)[0]
    return answer_of(asked, named, by=by)


def say_for(db: Database, alert_id: int, *, staff_id: int, now: datetime) -> None:
    """Somebody says by the staff room's link that this adult is going. Answers nothing until this adult confirms it."""
    with write(db):
        asked = by_id(db, alert_id)
        if asked is None or not is_live(asked, now=now):
            return
        for each in _together(db, asked):
            if _store_going(db, each, staff_id, Through.LINK, now=now):
                journal.note(db, "alert.said_for", actor=journal.STAFF_ROOM, now=now, alert=each, staff=staff_id)


def _store_going(db: Database, alert_id: int, staff_id: int, through: Through, *, now: datetime) -> int:
    """Store that this adult is going, inside the change: 1, or 0 when nothing is new. The link confirms nothing."""
    return db.execute(
        """
        insert into alert_going (alert_id, staff_id, at, through, taps) values (:id, :staff, :now, :through, 1)
            on conflict do update set at = :now, through = :through, back = null, taps = taps + 1
         where back is not null or (through = 'link' and :through <> 'link')""",
        {"id": alert_id, "staff": staff_id, "now": clock.to_text(now), "through": through},
    ).rowcount


def cannot_go(db: Database, alert_id: int, *, staff_id: int, actor: str, now: datetime) -> bool:
    """This adult cannot go after all: the next one is named, or it waits for everybody again. False when not going.

    `actor` may be somebody else, who takes back what was said for this adult by mistake.
    """
    with write(db):
        asked = by_id(db, alert_id)
        if asked is None or not is_live(asked, now=now):
            return False
        together = rows(
            db,
            """
            select other.alert_id as id
              from alert_going as mine
              join alert_going as other on other.staff_id = mine.staff_id and other.at = mine.at
              join alerts as asked on asked.id = mine.alert_id
              join alerts on alerts.id = other.alert_id and alerts.room = asked.room
             where mine.alert_id = :id and mine.staff_id = :staff and mine.back is null and other.back is null
             order by other.alert_id""",
            id=alert_id,
            staff=staff_id,
        )
        is_own_word = actor == journal.staff(staff_id)
        for each in together:
            values = {"id": each["id"], "staff": staff_id, "now": clock.to_text(now)}
            db.execute("update alert_going set back = :now where alert_id = :id and staff_id = :staff", values)
            following = next((one for one in going(db, each["id"]) if one.is_confirmed), None)
            db.execute(
                """
                update alerts set acknowledged = :at, acknowledged_by = :by
                 where id = :id and acknowledged_by = :staff""",
                {
                    **values,
                    "at": clock.to_text(following.at) if following else None,
                    "by": following.staff_id if following else None,
                },
            )
            journal.note(
                db,
                "alert.handed_back" if is_own_word else "alert.taken_back",
                actor=actor,
                now=now,
                alert=each["id"],
                staff=staff_id,
            )
    return bool(together)


def deal_with(db: Database, alert_id: int, *, by: int, now: datetime) -> bool:
    """An answered call is over: nobody needs to go there any more. False when it waits, or is over already."""
    with write(db):
        asked = by_id(db, alert_id)
        if asked is None or asked.answered is None or not is_live(asked, now=now):
            return False
        for each in _together(db, asked):
            db.execute("update alerts set dealt_with = :now where id = :id", {"now": clock.to_text(now), "id": each})
            journal.note(db, "alert.dealt_with", actor=journal.staff(by), now=now, alert=each)
    return True


def raise_drill(db: Database, *, room: str, by: int, now: datetime) -> int:
    """Raise an alert that is practice, inside the change that starts a drill; it is passed on as a real one is."""
    values = {
        "key": secrets.token_hex(16),
        "raised": clock.to_text(now),
        "room": room,
        "about": About.RED_TILE,
        "drill": 1,
    }
    alert_id = insert(db, "alerts", values)
    _pass_on(db, alert_id, Level.FIRST, now=now)
    journal.note(db, "alert.raised", actor=journal.staff(by), now=now, alert=alert_id)
    return alert_id


def end_drill(db: Database, alert_id: int, *, now: datetime) -> bool:
    """Stop a drill that nobody has answered, inside the change that stops it; nobody is going then."""
    ended = db.execute(
        "update alerts set acknowledged = :now where id = :id and drill = 1 and acknowledged is null",
        {"now": clock.to_text(now), "id": alert_id},
    )
    return bool(ended.rowcount)
