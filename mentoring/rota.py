"""The rota: who is due on which drop-in. Set by hand; planning comes later."""

from datetime import datetime

from sqlite_utils import Database

from mentoring import clock, journal, people, school_year
from mentoring.database import insert, rows, write
from mentoring.people import Fault, Mentor, MentorState
from mentoring.school_year import DropIn

# words

PLACES = 2


# rules


def pair_fault(chosen: list[Mentor | None]) -> Fault | None:
    """What is wrong with a pair set by hand, or None. An empty place is allowed: it is a gap to fill."""
    known = [mentor for mentor in chosen if mentor is not None]
    if len(known) != len(chosen):
        return Fault("mentor", "is not on the list", "choose a mentor from the list")
    if len(known) > PLACES:
        return Fault("mentor", "is one too many", f"a drop-in has {PLACES} places")
    if len({mentor.id for mentor in known}) != len(known):
        return Fault("mentor", "is there twice", "a pair is two people")
    for mentor in known:
        if mentor.state is not MentorState.ACTIVE:
            return Fault("mentor", f"{mentor.display_name} is not active now", "choose somebody else")
    return None


# memory


def due(db: Database, drop_in: DropIn) -> list[Mentor]:
    """The mentors due on this drop-in."""
    if drop_in.id is None:
        return []
    found = rows(db, "select mentor_id from due where drop_in_id = :id order by mentor_id", id=drop_in.id)
    return [mentor for each in found if (mentor := people.mentor(db, each["mentor_id"]))]


def next_duties(db: Database, mentor_id: int, *, now: datetime, most: int = 3) -> list[DropIn]:
    """This mentor's next drop-ins, soonest first."""
    found = rows(
        db,
        """
        select drop_ins.* from due
          join drop_ins on drop_ins.id = due.drop_in_id
         where due.mentor_id = :mentor and drop_ins.starts > :now
         order by drop_ins.starts limit :most""",
        mentor=mentor_id,
        now=clock.to_text(now),
        most=most,
    )
    return [school_year.remembered(each) for each in found]


def _elsewhere(db: Database, drop_in: DropIn, mentor_ids: list[int]) -> Fault | None:
    found = rows(
        db,
        """
        select due.mentor_id, mentors.display_name, drop_ins.room from due
          join drop_ins on drop_ins.id = due.drop_in_id
          join mentors on mentors.id = due.mentor_id
         where drop_ins.slot_id <> :slot and drop_ins.starts < :ends and :starts < drop_ins.ends""",
        slot=drop_in.slot_id,
        starts=clock.to_text(drop_in.starts),
        ends=clock.to_text(drop_in.ends),
    )
    for each in found:
        if each["mentor_id"] in mentor_ids:
            where = f"{each['display_name']} is due in {each['room']} at the same time"
            return Fault("mentor", where, "choose somebody else, or change that pair first")
    return None


# actions


def set_due(db: Database, drop_in: DropIn, mentor_ids: list[int], *, by: str, now: datetime) -> Fault | None:
    """Say who is due on one drop-in, in place of whoever was."""
    with write(db):
        if fault := pair_fault([people.mentor(db, mentor_id) for mentor_id in mentor_ids]):
            return fault
        drop_in_id = school_year.stored(db, drop_in)
        if fault := _elsewhere(db, drop_in, mentor_ids):
            return fault
        db.execute("delete from due where drop_in_id = :id", {"id": drop_in_id})
        for mentor_id in mentor_ids:
            insert(db, "due", {"drop_in_id": drop_in_id, "mentor_id": mentor_id})
        journal.note(db, "rota.due", actor=by, now=now, drop_in=drop_in_id, mentors=sorted(mentor_ids))
    return None
