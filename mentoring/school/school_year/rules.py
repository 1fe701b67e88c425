"""The rules of the school year: what a slot is, which days are school, which week is A. Pure functions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from mentoring.basics import clock
from mentoring.basics.forms import Fault, tidy
from mentoring.school.programme import DAY_NAMES, DAYS, HOUR
from mentoring.school.school_year.words import (
    MOST_PLACES,
    PAIR,
    Closure,
    DropIn,
    HalfTerm,
    NewSlot,
    Slot,
    Timetable,
    Wrong,
)

# rules

_SCHOOL_WEEK = 5
LONGEST_REASON = 80
_LONGEST_NAME = 40  # letters of a room or a half term
# Longer or farther is a slip of the hand in a year: closed days until 9999 would close every drop-in to come.
MOST_WEEKS, FARTHEST_YEARS = 20, 2
_ONE_SCHOOL_YEAR = timedelta(weeks=44)  # more than from its first day to that of its last half term, less than a year


def new_slot(given: Mapping[str, str]) -> NewSlot | list[Fault]:
    """A slot from a form or a command, or all that is wrong with it. Without `places` it has two."""
    text = {name: tidy(given.get(name) or "") for name in NewSlot.__dataclass_fields__}
    day = next((each for each in DAYS if text["day"].lower() in (each.lower(), DAY_NAMES[each].lower())), "")
    faults = []
    if not day:
        faults.append(Fault("day", Wrong.NO_DAY, {"given": text["day"][:20]}))
    for field in ("start", "until"):
        if not HOUR.fullmatch(text[field]):
            faults.append(Fault(field, Wrong.NO_TIME, {"given": text[field][:20]}))
    if not faults and text["until"] <= text["start"]:
        faults.append(Fault("until", Wrong.UNTIL_FIRST))
    if not 0 < len(text["room"]) <= _LONGEST_NAME:
        faults.append(Fault("room", Wrong.ROOM, {"most": _LONGEST_NAME}))
    if text["week"].upper() not in ("", "A", "B"):
        faults.append(Fault("week", Wrong.NO_WEEK, {"given": text["week"][:20]}))
    places = text["places"] or str(PAIR)
    if places not in map(str, range(PAIR, MOST_PLACES + 1)):
        given_places = {"given": f"“{places[:20]}”", "least": PAIR, "most": MOST_PLACES}
        faults.append(Fault("places", Wrong.PLACES, given_places))
    if faults:
        return faults
    return NewSlot(
        DAYS.index(day), text["start"], text["until"], text["room"], text["week"].upper(), places=int(places)
    )


def slot_form(slot: Slot) -> dict[str, str]:
    """What the form of a slot shows, by field."""
    texts = {name: getattr(slot, name) for name in ("start", "until", "room", "week")}
    return {"day": slot.day_name, **texts, "adult": str(slot.adult_id), "places": str(slot.places)}


def half_term_form(half_term: HalfTerm) -> dict[str, str]:
    """What the form of a half term shows, by field."""
    return {"name": half_term.name, "starts": half_term.starts.isoformat(), "ends": half_term.ends.isoformat()}


def monday_of(day: date) -> date:
    """The Monday of that day's week."""
    return day - timedelta(days=day.weekday())


def why_closed(day: date, closures: Sequence[Closure]) -> str:
    """The reason why the school is closed that day, or nothing."""
    return next((each.reason for each in closures if each.starts <= day <= each.ends), "")


def is_school_time(day: date, half_terms: Sequence[HalfTerm], closures: Sequence[Closure] = ()) -> bool:
    """Whether the school is open that day; while no half term is known, every day is open except closures."""
    in_term = not half_terms or any(each.starts <= day <= each.ends for each in half_terms)
    return in_term and not why_closed(day, closures)


def is_school_week(monday: date, half_terms: Sequence[HalfTerm], closures: Sequence[Closure] = ()) -> bool:
    """Whether a week has a school day, Monday to Friday."""
    return any(is_school_time(monday + timedelta(days=ahead), half_terms, closures) for ahead in range(_SCHOOL_WEEK))


def week_letter(
    day: date, *, week_a: date | None, half_terms: Sequence[HalfTerm], closures: Sequence[Closure] = ()
) -> str:
    """`A` or `B`, counted in school weeks from the Monday of a week A; `A` while no anchor is set.

    A week with no school day in it does not count: after one week or three of holiday the letters go on where they
    stopped. `closures` are those that shift the letters (`Timetable.shifting`).
    """
    if week_a is None:
        return "A"
    first, last = sorted((week_a, monday_of(day)))
    mondays = (first + timedelta(weeks=week) for week in range((last - first).days // 7))
    counted = sum(is_school_week(monday, half_terms, closures) for monday in mondays)
    return "A" if counted % 2 == 0 else "B"


def half_term_of(day: date, half_terms: Sequence[HalfTerm]) -> HalfTerm | None:
    """The half term a day is in, or None in the holidays."""
    return next((each for each in half_terms if each.starts <= day <= each.ends), None)


def half_term_faults(
    name: str, starts: str, ends: str, *, known: Sequence[HalfTerm], today: date
) -> HalfTerm | list[Fault]:
    """One half term from a form, or all that is wrong with it. A name is used once in a school year."""
    faults = [] if 0 < len(tidy(name)) <= _LONGEST_NAME else [Fault("name", Wrong.HALF_TERM_NAME)]
    days, wrong = _days(starts, ends, today=today)
    faults += wrong
    if len(days) == 2 and any(each.starts <= days[1] and days[0] <= each.ends for each in known):
        faults.append(Fault("starts", Wrong.HALF_TERM_OVERLAPS))
    alike = [each for each in known if each.name.casefold() == tidy(name).casefold()]
    if len(days) == 2 and any(abs(each.starts - days[0]) < _ONE_SCHOOL_YEAR for each in alike):
        faults.append(Fault("name", Wrong.HALF_TERM_NAMESAKE, {"name": tidy(name)}))
    return faults or HalfTerm(0, tidy(name), days[0], days[1])


def closure_faults(
    reason: str, starts: str, ends: str, *, known: Sequence[Closure], today: date
) -> Closure | list[Fault]:
    """Closed days from a form, or all that is wrong with them. Without a last day it is the one day."""
    faults = reason_faults(reason)
    days, wrong = _days(starts, ends or starts, today=today)
    faults += wrong
    if len(days) == 2 and any(each.starts <= days[1] and days[0] <= each.ends for each in known):
        faults.append(Fault("starts", Wrong.CLOSED_ALREADY))
    return faults or Closure(0, tidy(reason), days[0], days[1])


def reason_faults(reason: str) -> list[Fault]:
    """What is wrong with the reason for closing; a reason is required, because mentors ask for it."""
    if 0 < len(tidy(reason)) <= LONGEST_REASON:
        return []
    return [Fault("reason", Wrong.REASON, {"most": LONGEST_REASON})]


def _days(starts: str, ends: str, *, today: date) -> tuple[list[date], list[Fault]]:
    days, faults = [], []
    for field, text in (("starts", starts), ("ends", ends)):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            faults.append(Fault(field, Wrong.NO_DATE))
        else:
            if abs(days[-1].year - today.year) > FARTHEST_YEARS:
                faults.append(Fault(field, Wrong.FAR, {"year": days[-1].year, "most": FARTHEST_YEARS}))
    if len(days) == 2 and not faults:
        faults += _length_faults(*days)
    return days, faults


def _length_faults(starts: date, ends: date) -> list[Fault]:
    if ends < starts:
        return [Fault("ends", Wrong.ENDS_FIRST)]
    if ends - starts > timedelta(weeks=MOST_WEEKS):
        return [Fault("ends", Wrong.LONG, {"most": MOST_WEEKS})]
    return []


def school_week_before(monday: date, half_terms: Sequence[HalfTerm], closures: Sequence[Closure] = ()) -> date:
    """The Monday of the school week before this one, whatever holiday lies between."""
    for back in range(1, 60):
        earlier = monday - timedelta(weeks=back)
        if is_school_week(earlier, half_terms, closures):
            return earlier
    return monday - timedelta(weeks=1)


def overlaps(first: NewSlot, *, other: Slot) -> bool:
    """Whether two slots would use one room at one time."""
    return (
        first.day == other.day
        and first.room.lower() == other.room.lower()
        and (not first.week or not other.week or first.week == other.week)
        and first.start < other.until
        and other.start < first.until
    )


def is_same_time(new: NewSlot, *, other: Slot) -> bool:
    """Whether both say the same day, time, room and week, so that one slot's drop-ins are the other's."""
    first = (new.day, new.start, new.until, new.room, new.week)
    return first == (other.day, other.start, other.until, other.room, other.week)


def letter_of(day: date, year: Timetable) -> str:
    """`A` or `B`, or empty while the school has no two-week timetable."""
    if year.week_a is None:
        return ""
    return week_letter(day, week_a=year.week_a, half_terms=year.half_terms, closures=year.shifting)


def is_whole_week(closure: Closure, half_terms: Sequence[HalfTerm]) -> bool:
    """Whether these closed days take the last school day from a week."""
    mondays = range(0, (closure.ends - monday_of(closure.starts)).days + 1, 7)
    return any(
        is_school_week(monday, half_terms) and not is_school_week(monday, half_terms, [closure])
        for monday in (monday_of(closure.starts) + timedelta(days=ahead) for ahead in mondays)
    )


def drop_in_of(slot: Slot, day: date, *, letter: str, year: Timetable) -> DropIn | None:
    """The drop-in that the weekly pattern has for one slot on one date; None on a day without one.

    On a closed day it is there, with the reason. `letter` is the week's, `A`, `B` or empty.
    """
    is_wanted = slot.day == day.weekday() and slot.week in ("", letter or "A")
    is_there = slot.begins <= day and (slot.ended is None or slot.ended > day)
    if not (is_wanted and is_there and is_school_time(day, year.half_terms)):
        return None
    return DropIn(
        id=None,
        slot_id=slot.id,
        date=day,
        room=slot.room,
        starts=clock.at(day, slot.start, year.zone),
        ends=clock.at(day, slot.until, year.zone),
        adult_id=slot.adult_id,
        places=slot.places,
        closed=why_closed(day, year.closures),
    )


def is_in_the_way(drop_in: DropIn, planned: Collection[DropIn]) -> bool:
    """Whether one of these other drop-ins, not called off, has the room at that time."""
    return any(
        other.date == drop_in.date
        and not other.closed
        and other.slot_id != drop_in.slot_id
        and other.room.lower() == drop_in.room.lower()
        and at_the_same_time(other, drop_in)
        for other in planned
    )


def at_the_same_time(first: DropIn, other: DropIn) -> bool:
    """Whether nobody can be on both of two drop-ins."""
    return first.starts < other.ends and other.starts < first.ends
