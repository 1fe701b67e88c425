"""Alerts, the red lane: an adult is needed in the room now. Raised, told, acknowledged by a named adult (P5)."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring import clock, journal
from mentoring.database import insert, row, rows, write

# words


class About(StrEnum):
    """Why an adult is needed: the pupil's red tile, or one of what a mentor always passes on (P3)."""

    RED_TILE = "red_tile"
    BULLYING = "bullying"
    SELF_HARM = "self_harm"
    EATING_DISORDER = "eating_disorder"
    ABUSE = "abuse"
    ANYTHING_ELSE = "anything_else"


# From the seeds' ground rules. No setting shortens this list, and no mentor dismisses what is on it (P3).
ALWAYS_PASSED_ON = (
    About.BULLYING,
    About.SELF_HARM,
    About.EATING_DISORDER,
    About.ABUSE,
    About.ANYTHING_ELSE,
)


@dataclass(frozen=True)
class Alert:
    """One call for an adult. `told` once a staff screen has fetched it; `coming` names who acknowledged it.

    A `drill` is practice: staff screens say so, and no pupil or mentor is shown it.
    """

    id: int
    raised: datetime
    room: str
    about: About
    raised_by: str
    told: bool
    coming: str
    drill: bool = False


# memory

_ALERTS = """
    select alerts.*, coalesce(mentors.display_name, '') as raised_by, coalesce(staff.name, '') as coming
      from alerts
      left join mentors on mentors.id = alerts.mentor_id
      left join staff on staff.id = alerts.acknowledged_by"""


def _alert(found: Row) -> Alert:
    return Alert(
        id=found["id"],
        raised=clock.from_text(found["raised"]),
        room=found["room"],
        about=About(found["about"]),
        raised_by=found["raised_by"],
        told=found["told"] is not None,
        coming=found["coming"],
        drill=bool(found["drill"]),
    )


def by_key(db: Database, key: str) -> Alert | None:
    """The alert that this tap raised, or None."""
    found = row(db, f"{_ALERTS} where alerts.key = :key", key=key)
    return _alert(found) if found else None


def waiting(db: Database) -> list[Alert]:
    """The alerts that no adult has acknowledged yet, oldest first."""
    return [_alert(each) for each in rows(db, f"{_ALERTS} where alerts.acknowledged is null order by alerts.id")]


def answered(db: Database, *, since: datetime) -> list[Alert]:
    """The alerts that an adult has answered since that moment, oldest first."""
    found = rows(
        db,
        f"""{_ALERTS} where alerts.acknowledged >= :since and alerts.acknowledged_by is not null order by alerts.id""",
        since=clock.to_text(since),
    )
    return [_alert(each) for each in found]


# actions


def call_an_adult(db: Database, *, key: str, room: str, about: About, mentor_id: int | None, now: datetime) -> Alert:
    """Raise an alert: on disk when this returns. The same `key` is the same alert; no number of taps is refused."""
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
        actor = journal.mentor(mentor_id) if mentor_id else journal.KIOSK
        journal.note(db, "alert.raised", actor=actor, now=now, alert=alert_id)
        raised = by_key(db, key)
    assert raised is not None  # noqa: S101 # just written
    return raised


def fetched(db: Database, shown: list[Alert], *, by: int, now: datetime) -> None:
    """A staff screen has fetched these: only now may the kiosk say "we have told them"."""
    if all(alert.told for alert in shown):
        return
    with write(db):
        for alert in shown:
            told = db.execute(
                "update alerts set told = :now where id = :id and told is null",
                {"now": clock.to_text(now), "id": alert.id},
            )
            if told.rowcount:
                journal.note(db, "alert.told", actor=journal.staff(by), now=now, alert=alert.id)


def acknowledge(db: Database, alert_id: int, *, by: int, now: datetime) -> bool:
    """This adult is going. The first one counts; False when another was first."""
    with write(db):
        going = db.execute(
            "update alerts set acknowledged = :now, acknowledged_by = :by where id = :id and acknowledged is null",
            {"now": clock.to_text(now), "by": by, "id": alert_id},
        )
        if going.rowcount:
            journal.note(db, "alert.acknowledged", actor=journal.staff(by), now=now, alert=alert_id)
    return bool(going.rowcount)


def raise_drill(db: Database, *, room: str, by: int, now: datetime) -> int:
    """Raise an alert that is practice, inside the change that starts a drill; it goes on as a real one does."""
    values = {
        "key": secrets.token_hex(16),
        "raised": clock.to_text(now),
        "room": room,
        "about": About.RED_TILE,
        "drill": 1,
    }
    alert_id = insert(db, "alerts", values)
    insert(db, "alert_steps", {"alert_id": alert_id, "level": "first", "at": clock.to_text(now)})
    journal.note(db, "alert.raised", actor=journal.staff(by), now=now, alert=alert_id)
    return alert_id


def end_drill(db: Database, alert_id: int, *, now: datetime) -> bool:
    """Stop a drill that nobody has answered, inside the change that stops it; nobody is going then."""
    ended = db.execute(
        "update alerts set acknowledged = :now where id = :id and drill = 1 and acknowledged is null",
        {"now": clock.to_text(now), "id": alert_id},
    )
    return bool(ended.rowcount)
