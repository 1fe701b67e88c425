"""Drills: a practice alert that takes every step of a real one, and its times, kept as evidence (P5)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics import clock
from mentoring.basics.forms import LONGEST_NAME, Fault, tidy
from mentoring.safeguarding import alerts
from mentoring.safeguarding.alerts import Alert, Level
from mentoring.safeguarding.channels import MOST_TRIES
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

# About a term, so that staff who missed the last drill soon see one.
OFTEN_ENOUGH = timedelta(days=100)
# The least and the most time to wait after the answer for messages that are still being sent, such as who is going.
SETTLES_AFTER = timedelta(minutes=1)
SETTLES_AT_LAST = timedelta(minutes=15)


class Wrong(StrEnum):
    """What can be wrong with a drill that is asked for."""

    NO_ROOM = "drill.no_room"


@dataclass(frozen=True)
class Screen:
    """The first time that an adult's own screen showed a drill."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Drill:
    """One drill and its times. `level` is how far it went; `messages` went out; `missed` could not."""

    id: int
    room: str
    started: datetime
    started_by: str
    shown: datetime | None
    screens: tuple[Screen, ...]
    level: Level
    messages: int
    missed: int
    first_sent: datetime | None
    last_sent: datetime | None
    answered: datetime | None
    answered_by: str
    stopped: datetime | None
    stopped_by: str

    @property
    def is_over(self) -> bool:
        """Whether somebody has answered or stopped it."""
        return bool(self.answered or self.stopped)

    def after(self, moment: datetime | None) -> int | None:
        """Seconds from the start to that moment, or None where it never came."""
        return None if moment is None else max(0, round((moment - self.started).total_seconds()))


# rules


def room_fault(room: str) -> Fault | None:
    """What is wrong with the room a drill is for, or None."""
    if 0 < len(tidy(room)) <= LONGEST_NAME:
        return None
    return Fault("room", Wrong.NO_ROOM, {"most": LONGEST_NAME})


def is_wanted(last: datetime | None, *, now: datetime) -> bool:
    """Whether it is time for a drill: there was none yet, or the last is longer ago than a term."""
    return last is None or now - last > OFTEN_ENOUGH


# memory

# The stored figures of a settled drill; for one that still runs, the figures of its alert and messages now.
_DRILLS = f"""
    select drills.id, drills.alert_id, drills.room, drills.started, drills.settled, drills.stopped,
           coalesce(starter.name, '') as started_by, coalesce(stopper.name, '') as stopped_by,
           coalesce(answerer.name, '') as answered_by, coalesce(drills.answered_by, alerts.acknowledged_by) as answerer,
           coalesce(drills.shown, alerts.told) as shown,
           coalesce(drills.answered, iif(alerts.acknowledged_by is null, null, alerts.acknowledged)) as answered,
           coalesce(drills.level, (
               select level from alert_steps where alert_id = drills.alert_id
                order by level = 'everyone' desc, level = 'deputy' desc limit 1), 'first') as level,
           coalesce(drills.messages, (
               select count(*) from messages where alert_id = drills.alert_id and sent is not null)) as messages,
           coalesce(drills.missed, (
               select count(*) from messages
                where alert_id = drills.alert_id and sent is null and outcome <> '')) as missed,
           (select count(*) from messages
             where alert_id = drills.alert_id and sent is null and failed < {MOST_TRIES}) as open,
           coalesce(drills.first_sent, (
               select min(sent) from messages where alert_id = drills.alert_id and step_id is not null)) as first_sent,
           coalesce(drills.last_sent, (
               select max(sent) from messages where alert_id = drills.alert_id and step_id is not null)) as last_sent
      from drills
      left join alerts on alerts.id = drills.alert_id
      left join staff as starter on starter.id = drills.started_by
      left join staff as stopper on stopper.id = drills.stopped_by
      left join staff as answerer on answerer.id = coalesce(drills.answered_by, alerts.acknowledged_by)"""  # noqa: S608

_FIGURES = ("shown", "level", "messages", "missed", "first_sent", "last_sent", "answered")


def _moment(text: str | None) -> datetime | None:
    return clock.from_text(text) if text else None


def _drill(found: Row, screens: Iterable[Screen]) -> Drill:
    seen = tuple(screens)
    shown = [each for each in (_moment(found["shown"]), *(screen.at for screen in seen)) if each]
    return Drill(
        id=found["id"],
        room=found["room"],
        started=clock.from_text(found["started"]),
        started_by=found["started_by"],
        shown=min(shown, default=None),
        screens=seen,
        level=Level(found["level"]),
        messages=found["messages"],
        missed=found["missed"],
        first_sent=_moment(found["first_sent"]),
        last_sent=_moment(found["last_sent"]),
        answered=_moment(found["answered"]),
        answered_by=found["answered_by"],
        stopped=_moment(found["stopped"]),
        stopped_by=found["stopped_by"],
    )


def everything(db: Database) -> list[Drill]:
    """All drills, the newest first."""
    screens: dict[int, list[Screen]] = {}
    for each in rows(
        db,
        """
        select drill_screens.drill_id, drill_screens.at, staff.name
          from drill_screens join staff on staff.id = drill_screens.staff_id
         order by drill_screens.at, staff.name""",
    ):
        screens.setdefault(each["drill_id"], []).append(Screen(each["name"], clock.from_text(each["at"])))
    return [_drill(each, screens.get(each["id"], ())) for each in rows(db, f"{_DRILLS} order by drills.id desc")]


def last_started(db: Database) -> datetime | None:
    """When the last drill began, or None."""
    found = row(db, "select max(started) as started from drills")
    return _moment(found["started"]) if found else None


def seen_by_another(db: Database) -> bool:
    """Whether a drill was ever shown on the screen of somebody who did not start it."""
    found = row(
        db,
        """
        select 1 from drill_screens join drills on drills.id = drill_screens.drill_id
         where drill_screens.staff_id is not drills.started_by limit 1""",
    )
    return found is not None


def _running(db: Database) -> Row | None:
    return row(
        db,
        """
        select drills.id, drills.alert_id from drills join alerts on alerts.id = drills.alert_id
         where alerts.acknowledged is null and drills.stopped is null""",
    )


# actions


def start(db: Database, *, room: str, by: int, now: datetime) -> int:
    """Begin a drill; while one runs, return the id of that one."""
    with write(db):
        if running := _running(db):
            return int(running["id"])
        alert_id = alerts.raise_drill(db, room=tidy(room), by=by, now=now)
        values = {"alert_id": alert_id, "room": tidy(room), "started": clock.to_text(now), "started_by": by}
        drill_id = insert(db, "drills", values)
        journal.note(db, "drill.started", actor=journal.staff(by), now=now, drill=drill_id, alert=alert_id)
    return drill_id


def stop(db: Database, drill_id: int, *, by: int, now: datetime) -> None:
    """End a drill that nobody has answered. One that is over stays as it is."""
    with write(db):
        found = row(db, "select alert_id from drills where id = :id and stopped is null", id=drill_id)
        if found is None or not alerts.end_drill(db, found["alert_id"], now=now):
            return
        db.execute(
            "update drills set stopped = :now, stopped_by = :by where id = :id",
            {"now": clock.to_text(now), "by": by, "id": drill_id},
        )
        journal.note(db, "drill.stopped", actor=journal.staff(by), now=now, drill=drill_id)


def seen(db: Database, shown: list[Alert], *, by: int, now: datetime) -> None:
    """This adult's screen shows a drill: the first time counts. Writes nothing for an alert that is real."""
    practice = [alert.id for alert in shown if alert.drill]
    if not practice:
        return
    found = rows(
        db,
        """
        select drills.id from drills
         where drills.alert_id in (select value from json_each(:alerts))
           and not exists (select 1 from drill_screens where drill_id = drills.id and staff_id = :by)""",
        alerts=json.dumps(practice),
        by=by,
    )
    for each in found:
        with write(db):
            db.execute(
                "insert into drill_screens (drill_id, staff_id, at) values (:id, :by, :now) on conflict do nothing",
                {"id": each["id"], "by": by, "now": clock.to_text(now)},
            )
            journal.note(db, "drill.seen", actor=journal.staff(by), now=now, drill=each["id"])


def settle(db: Database, *, now: datetime) -> None:
    """Store the figures of finished drills, because their alerts are deleted earlier. Writes nothing if none is."""
    ready = [
        each
        for each in rows(db, f"{_DRILLS} where drills.settled is null and alerts.acknowledged is not null")
        if now - clock.from_text(each["stopped"] or each["answered"])
        > (SETTLES_AT_LAST if each["open"] else SETTLES_AFTER)
    ]
    if not ready:
        return
    with write(db):
        for each in ready:
            db.execute(
                """
                update drills
                   set shown = :shown, level = :level, messages = :messages, missed = :missed,
                       first_sent = :first_sent, last_sent = :last_sent, answered = :answered, answered_by = :answerer,
                       settled = :now
                 where id = :id""",
                {**{name: each[name] for name in (*_FIGURES, "id", "answerer")}, "now": clock.to_text(now)},
            )
            journal.note(db, "drill.settled", actor=journal.KEEPER, now=now, drill=each["id"])
