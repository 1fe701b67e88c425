"""What Today shows of rooms, gaps and coming drop-ins, worked out before the template."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from admin.planning.sentences import needs
from mentoring.basics import clock
from mentoring.lunch.attendance import Gap
from mentoring.lunch.duty import Room, RoomState
from mentoring.people.mentors import Mentor
from mentoring.planning.cover import Request, State
from mentoring.school.school_year import DropIn

LAMPS = {
    RoomState.OPEN: "Open",
    RoomState.OPENING: "Opening",
    RoomState.PAUSED: "Paused: a pair is missing",
    RoomState.CLOSED: "Closed",
}


@dataclass(frozen=True)
class Person:
    """One mentor on a room's card: the name and a short note. `is_away`: not in the room, yet to come or gone."""

    name: str
    small: str
    is_away: bool


@dataclass(frozen=True)
class RoomCard:
    """The card of one room. `empty`: the places nobody is due for, in words, or empty text."""

    room: Room
    lamp: str
    people: tuple[Person, ...]
    empty: str
    is_to_come: bool


@dataclass(frozen=True)
class Offer:
    """A mentor who would take the place; the lead has to accept or refuse."""

    request_id: int
    words: str


@dataclass(frozen=True)
class Candidate:
    """A mentor who could step in, shown as a button."""

    mentor: Mentor
    words: str


@dataclass(frozen=True)
class GapCard:
    """A gap in a drop-in of today, and who could step in.

    `address`: where the form is sent. `instead_of`: the mentor to replace if no place is empty. `asks_why`: the choice
    breaks a rule, so the form asks for a reason.
    """

    gap: Gap
    heading: str
    hint: str
    offers: tuple[Offer, ...]
    candidates: tuple[Candidate, ...]
    address: str
    instead_of: Mentor | None
    asks_why: bool


@dataclass(frozen=True)
class ComingLine:
    """One coming drop-in: who is due, and what it still needs."""

    drop_in: DropIn
    names: str
    needs: str


def room_card(room: Room, live: Collection[Request], *, now: datetime, zone: str) -> RoomCard:
    """The card of one room. `live`: the cover requests that are not settled."""
    excused = {each.mentor.id for each in live if each.drop_in.id == room.drop_in.id and room.drop_in.id is not None}
    here = [
        Person(each.display_name, f"in since {clock.hour(since, zone)}", is_away=False) for each, since in room.here
    ]
    missing = [
        Person(each.display_name, "cannot come" if each.id in excused else "due, not in yet", is_away=True)
        for each in room.missing
    ]
    left = [Person(each.display_name, f"left at {clock.hour(ended, zone)}", is_away=True) for each, ended in room.left]
    empty = room.drop_in.places - len(room.due)
    return RoomCard(
        room, LAMPS[room.state], (*here, *missing, *left), _empty(empty, room.due), is_to_come=room.drop_in.starts > now
    )


def _empty(places: int, due: Sequence[Mentor]) -> str:
    if places <= 0:
        return ""
    if places == 1:
        return "A place is empty"
    return "Both places are empty" if places == 2 and not due else f"{places} places are empty"


def gap_card(gap: Gap, live: Collection[Request], *, zone: str, asks_why: bool, in_turn: bool) -> GapCard:
    """The card of one gap. `asks_why`: the last try broke a rule here. `in_turn`: the reader may assign somebody."""
    asked = [each for each in live if gap.drop_in.id and each.drop_in.id == gap.drop_in.id]
    free = next((each for each in asked if each.state is State.OPEN), None)
    replaceable = (*gap.missing, *(mentor for mentor, _ in gap.left))
    instead_of = replaceable[0] if not free and not gap.empty else None
    place = f" for {instead_of.display_name}" if instead_of else ""
    hint = (
        "Who could step in, whose turn it is first:"
        if gap.could
        else "Nobody else is free now. An adult can sit in, or the drop-in waits."
    )
    return GapCard(
        gap=gap,
        heading=f"{clock.hour(gap.drop_in.starts, zone)}, {gap.drop_in.room}: {_gap_words(gap, zone=zone)}",
        hint=hint,
        offers=tuple(
            Offer(each.id, f"{each.taken_by.display_name} would come instead of {each.mentor.display_name}.")
            for each in asked
            if each.taken_by
        ),
        candidates=tuple(
            Candidate(each, f"Put {each.display_name} in{place}" if in_turn else each.display_name)
            for each in gap.could
        ),
        address=url_for("cover_page.take", request_id=free.id) if free else url_for("today.step_in"),
        instead_of=instead_of,
        asks_why=asks_why,
    )


def _gap_words(gap: Gap, *, zone: str) -> str:
    said = []
    if gap.empty:
        said.append(f"{gap.empty} {'place is' if gap.empty == 1 else 'places are'} empty")
    if gap.missing:
        names = " and ".join(each.display_name for each in gap.missing)
        said.append(f"{names} {'is' if len(gap.missing) == 1 else 'are'} not in yet")
    said += [f"{mentor.display_name} left at {clock.hour(ended, zone)}" for mentor, ended in gap.left]
    return ", ".join(said)


def coming_line(drop_in: DropIn, due: Sequence[Mentor]) -> ComingLine:
    """The line of one drop-in under *Coming up*."""
    if drop_in.closed:
        return ComingLine(drop_in, f"Called off: {drop_in.closed}", "")
    return ComingLine(drop_in, " and ".join(each.display_name for each in due), needs(drop_in, due))
