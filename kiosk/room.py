"""The room as the kiosk's pages need it: its state, whom to find, and when it opens next."""

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk import sentences
from mentoring.access import staff
from mentoring.access.staff import Staff
from mentoring.basics import clock
from mentoring.basics.forms import unbroken
from mentoring.basics.settings import Settings
from mentoring.lunch import duty
from mentoring.lunch.duty import Room
from mentoring.people import mentors
from mentoring.people.mentors import InPublic, Mentor
from mentoring.school import programme, school_year
from mentoring.school.programme import Programme
from mentoring.school.school_year import Timetable
from mentoring.store.database import DatabaseTrouble, open_to_read


@dataclass(frozen=True)
class Place:
    """`can_ask`: from the drop-in's first minute to its last. `next_time` is a sentence, or empty.

    Nothing of a call for an adult is here: that stands on the caller's own page. `zoom`: the size of all pages, in
    percent.
    """

    room: Room | None
    can_ask: bool
    is_staffed: bool
    adult: Staff
    others: tuple[Staff, ...]
    starts: str
    ends: str
    name: str
    next_time: str
    zoom: int

    @property
    def nobody_due(self) -> bool:
        """Whether no mentor is on the way, because none is planned and none is here."""
        return self.room is not None and not self.room.due and not self.room.here

    @property
    def named(self) -> list[Mentor]:
        """The mentors on duty whom a pupil may ask for by name (P12). With none the pupil is not asked for whom."""
        return [mentor for mentor, _ in self.room.here if mentor.shows_name] if self.room else []

    @property
    def here(self) -> list[InPublic]:
        """Who is on duty, as this screen may show them."""
        return mentors.in_public(mentor for mentor, _ in self.room.here) if self.room else []

    @property
    def mark(self) -> str:
        """A text that changes whenever the first page would look different."""
        state = self.room.state if self.room else ""
        shown = [
            state,
            self.can_ask,
            [each.words for each in self.here],
            self.name,
            self.starts,
            self.ends,
            self.next_time,
            self.adult.where,
            self.nobody_due,
            self.zoom,
        ]
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def the_room(
    db: Database,
    *,
    known: Programme,
    now: datetime,
    settings: Settings,
    year: Timetable | None = None,
    running: Sequence[Room] | None = None,
) -> Place:
    """The room that the kiosk shows, as it is now. `year` and `running` are read here unless the caller has them.

    `running` are the pictures of the rooms that run or are about to, as `Scan.running` holds them after a scan.
    """
    year, early = year or school_year.timetable(db), timedelta(minutes=settings.scan_early_minutes)
    room = next(iter(duty.running(db, now=now, early=early, year=year) if running is None else running), None)
    coming = school_year.coming(db, now=now, most=1, year=year)
    everyone = staff.everyone(db)
    adult = (room.adult if room else None) or everyone[0]
    nearest = room.drop_in if room else next(iter(coming), None)
    return Place(
        room=room,
        can_ask=room is not None and room.drop_in.starts <= now,
        is_staffed=programme.is_staffed(known, now=now, drop_in_running=room is not None),
        adult=adult,
        others=tuple(each for each in everyone if each.id != adult.id and (each.room or each.phone)),
        starts=clock.hour(nearest.starts, year.zone) if nearest else "",
        ends=clock.end(nearest.ends, year.zone) if nearest else "",
        name=nearest.room if nearest else known.school,
        next_time=_next_time(room, coming, now=now, zone=year.zone),
        zoom=known.kiosk_zoom,
    )


def whom_to_find(settings: Settings, *, now: datetime) -> str:
    """Name and room of the adult to find, from what can still be read of the programme; empty where nothing can."""
    try:
        with closing(open_to_read(settings.database)) as db:
            return the_room(db, known=programme.load(db), now=now, settings=settings).adult.where
    except (DatabaseTrouble, sqlite3.Error, LookupError, TypeError, ValueError):  # a damaged file may hold anything
        return ""


def _next_time(room: Room | None, coming: list[school_year.DropIn], *, now: datetime, zone: str) -> str:
    soon = room.drop_in if room and now < room.drop_in.starts else next(iter(coming), None)
    return f"The drop-in opens {sentences.when(soon, now=now, zone=zone)}, in {unbroken(soon.room)}." if soon else ""
