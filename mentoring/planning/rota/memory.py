"""The SQL of the rota: who is due, and the overview of a term."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from mentoring.access import staff
from mentoring.basics import clock
from mentoring.people import mentors
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning import availability
from mentoring.planning.availability import Means
from mentoring.planning.rota.rules import broken
from mentoring.planning.rota.words import (
    PLACES,
    Broken,
    Cell,
    Change,
    Conflict,
    DropInToPlan,
    Due,
    Earlier,
    Limits,
    MentorToPlan,
    ToPlan,
    Written,
    Wrong,
)
from mentoring.school import school_year
from mentoring.school.school_year import DropIn, monday_of
from mentoring.store import journal
from mentoring.store.database import insert, row, rows

# memory

_WEEK = timedelta(days=6)
# Changes older than these can no longer be undone.
_CHANGES_KEPT = 200


def limits(db: Database) -> Limits:
    """The school's limits on duties."""
    found = row(db, "select duties_a_week, late_after, gaps_before, small_swaps_pass from programme")
    if found is None:
        return Limits()
    return Limits(found["duties_a_week"], found["late_after"], found["gaps_before"], bool(found["small_swaps_pass"]))


def due(db: Database, drop_in: DropIn) -> list[Mentor]:
    """The mentors due on this drop-in; nobody while it is closed."""
    return due_on(db, [drop_in]).get(drop_in, [])


def due_on(db: Database, drop_ins: Iterable[DropIn]) -> dict[DropIn, list[Mentor]]:
    """The mentors due on each of these drop-ins, in one statement; nobody while a drop-in is closed."""
    by_id = {each.id: each for each in drop_ins if each.id is not None}
    found = rows(
        db,
        f"""
        select due.drop_in_id, mentor.* from due
          join taking_place on taking_place.id = due.drop_in_id
          join ({mentors.MENTORS}) as mentor on mentor.id = due.mentor_id
         where due.drop_in_id in (select value from json_each(:ids))
         order by due.drop_in_id, due.mentor_id""",  # noqa: S608 # our own statement in it
        ids=json.dumps(list(by_id)),
    )
    together: dict[DropIn, list[Mentor]] = {}
    for each in found:
        together.setdefault(by_id[each["drop_in_id"]], []).append(mentors.from_row(each))
    return together


def paired(db: Database) -> int:
    """How many drop-ins that take place, or took place, have a pair written down."""
    found = row(
        db,
        """
        select count(*) as paired from (
               select due.drop_in_id from due join taking_place on taking_place.id = due.drop_in_id
                group by due.drop_in_id having count(*) >= :pair)""",
        pair=PLACES,
    )
    return int(found["paired"]) if found else 0


def next_duties(db: Database, mentor_id: int, *, now: datetime, most: int = 3) -> list[DropIn]:
    """This mentor's next drop-ins, soonest first."""
    found = rows(
        db,
        """
        select taking_place.* from due
          join taking_place on taking_place.id = due.drop_in_id
         where due.mentor_id = :mentor and taking_place.starts > :now
         order by taking_place.starts limit :most""",
        mentor=mentor_id,
        now=clock.to_text(now),
        most=most,
    )
    return [school_year.remembered(each) for each in found]


def placed(db: Database, drop_in_id: int) -> dict[int, bool]:
    """Who is written down for this drop-in, closed or not: mentor id to whether it is pinned."""
    found = rows(db, "select mentor_id, pinned from due where drop_in_id = :id order by mentor_id", id=drop_in_id)
    return {each["mentor_id"]: bool(each["pinned"]) for each in found}


def at_that_time(db: Database, drop_in: DropIn, *, but: Collection[int] = ()) -> dict[int, str]:
    """Who is due in another room while this drop-in runs, and in which, leaving out the drop-ins `but`."""
    found = rows(
        db,
        """
        select due.drop_in_id, due.mentor_id, taking_place.room from due
          join taking_place on taking_place.id = due.drop_in_id
         where taking_place.id is not :id and taking_place.date = :date
           and taking_place.starts < :ends and :starts < taking_place.ends""",
        id=drop_in.id,
        date=drop_in.date.isoformat(),
        starts=clock.to_text(drop_in.starts),
        ends=clock.to_text(drop_in.ends),
    )
    return {each["mentor_id"]: each["room"] for each in found if each["drop_in_id"] not in but}


def written_in_weeks(db: Database, first: date, last: date) -> list[Written]:
    """Who is written down for which drop-ins, from the Monday of the first day's week to the Sunday of the last's."""
    found = rows(
        db,
        """
        select due.drop_in_id, due.mentor_id, drop_ins.date, drop_ins.starts, drop_ins.ends,
               taking_place.id is not null as takes_place
          from due
          join drop_ins on drop_ins.id = due.drop_in_id
          left join taking_place on taking_place.id = due.drop_in_id
         where drop_ins.date between :first and :last""",
        first=monday_of(first).isoformat(),
        last=(monday_of(last) + _WEEK).isoformat(),
    )
    return [
        Written(
            each["drop_in_id"],
            each["mentor_id"],
            date.fromisoformat(each["date"]),
            clock.from_text(each["starts"]),
            clock.from_text(each["ends"]),
            bool(each["takes_place"]),
        )
        for each in found
    ]


def _due_between(db: Database, first: date, last: date) -> dict[int, list[tuple[int, bool]]]:
    """Who is due on the stored drop-ins of these days: drop-in id to mentor ids, each with whether it is pinned."""
    found = rows(
        db,
        """
        select due.drop_in_id, due.mentor_id, due.pinned from due
          join taking_place on taking_place.id = due.drop_in_id
         where taking_place.date between :first and :last
         order by due.drop_in_id, due.mentor_id""",
        first=first.isoformat(),
        last=last.isoformat(),
    )
    known: dict[int, list[tuple[int, bool]]] = {}
    for each in found:
        known.setdefault(each["drop_in_id"], []).append((each["mentor_id"], bool(each["pinned"])))
    return known


def week_counts(db: Database, day: date, *, but: Collection[int] = ()) -> Counter[int]:
    """How many duties each mentor has from Monday to Sunday of that day's week, leaving out the drop-ins `but`."""
    monday = monday_of(day)
    found = _due_between(db, monday, monday + _WEEK)
    return Counter(mentor_id for drop_in_id, who in found.items() if drop_in_id not in but for mentor_id, _ in who)


def _away(db: Database, first: date, last: date) -> set[tuple[int, int]]:
    """Which mentors said that they cannot come to which drop-in, and nobody has taken their place yet."""
    found = rows(
        db,
        """
        select drop_in_id, mentor_id from cover_requests
          join drop_ins on drop_ins.id = cover_requests.drop_in_id
         where state in ('open', 'taken') and date between :first and :last""",
        first=first.isoformat(),
        last=last.isoformat(),
    )
    return {(each["drop_in_id"], each["mentor_id"]) for each in found}


def glance(db: Database, first: date, last: date) -> list[Cell]:
    """Every drop-in of these days in order of time, with who is due, gaps, and the rules that are broken."""
    drop_ins = school_year.between(db, first, last)
    by_id, known = {each.id: each for each in mentors.mentors(db)}, availability.everyone(db)
    letters = school_year.letters(db, (each.date for each in drop_ins))
    written = _due_between(db, monday_of(first), monday_of(last) + _WEEK)
    away = _away(db, first, last)
    weeks = _counts_by_week(db, written, first, last)
    cells = []
    for drop_in in drop_ins:
        who = written.get(drop_in.id, []) if drop_in.id is not None and not drop_in.closed else []
        chosen = [by_id[mentor_id] for mentor_id, _ in who]
        others = weeks.get(monday_of(drop_in.date), Counter()) - Counter(mentor.id for mentor in chosen)
        cells.append(
            Cell(
                drop_in=drop_in,
                week=letters[drop_in.date],
                due=tuple(
                    Due(by_id[mentor_id], pinned, away=(drop_in.id, mentor_id) in away) for mentor_id, pinned in who
                ),
                broken=broken(drop_in, chosen, known=known, letter=letters[drop_in.date], that_week=others),
            )
        )
    return cells


def _counts_by_week(
    db: Database, written: Mapping[int, list[tuple[int, bool]]], first: date, last: date
) -> dict[date, Counter[int]]:
    found = rows(
        db,
        "select id, date from drop_ins where date between :first and :last",
        first=monday_of(first).isoformat(),
        last=(monday_of(last) + _WEEK).isoformat(),
    )
    weeks: dict[date, Counter[int]] = {}
    for each in found:
        week = weeks.setdefault(monday_of(date.fromisoformat(each["date"])), Counter())
        week.update(mentor_id for mentor_id, _ in written.get(each["id"], ()))
    return weeks


def warnings(
    db: Database, drop_in: DropIn, chosen: Sequence[Mentor], *, instead: Mapping[int, Collection[int]] | None = None
) -> tuple[Broken, ...]:
    """The rules that these mentors would break there. `instead`: who else will be due that week, by drop-in id."""
    others = instead or {}
    own = () if drop_in.id is None else (drop_in.id,)
    that_week = week_counts(db, drop_in.date, but={*own, *others})
    that_week.update(mentor_id for who in others.values() for mentor_id in who)
    return broken(
        drop_in,
        chosen,
        known=availability.everyone(db),
        letter=school_year.letters(db, [drop_in.date])[drop_in.date],
        that_week=that_week,
    )


def to_plan(db: Database, first: date, last: date, *, now: datetime) -> ToPlan:
    """The planner's input: the drop-ins of these days that have not begun, and the duties before them."""
    cells = glance(db, first, last)
    ahead = [each for each in cells if each.drop_in.starts > now and not each.drop_in.closed]
    halves, said = school_year.half_terms(db), availability.everyone(db)
    return ToPlan(
        mentors=tuple(
            MentorToPlan(
                id=mentor.id,
                name=f"{mentor.full_name} ({mentor.id})",
                experienced=mentor.experienced,
                cap=said[mentor.id].cap,
                unavailable=availability.as_texts(said[mentor.id].entries, Means.NOT_FREE),
                apart=said[mentor.id].apart,
                prefers=availability.as_texts(said[mentor.id].entries, Means.PREFERS),
            )
            for mentor in mentors.mentors(db)
            if mentor.state is MentorState.ACTIVE
        ),
        drop_ins=tuple(
            DropInToPlan(
                drop_in=each.drop_in,
                week=each.week,
                block=half.name if (half := school_year.half_term_of(each.drop_in.date, halves)) else "",
                pinned=tuple(one.mentor.id for one in each.due if one.pinned),
                due=tuple(one.mentor.id for one in each.due),
            )
            for each in ahead
        ),
        earlier=_earlier(db, {each.drop_in.id for each in ahead if each.drop_in.id is not None}, last, now=now),
    )


def _earlier(db: Database, planned: Collection[int], last: date, *, now: datetime) -> tuple[Earlier, ...]:
    """Everything of this school year up to the last week that is not planned again."""
    found = rows(
        db,
        """
        select id, date, starts, ends, group_concat(mentor_id) as who from taking_place
          join due on due.drop_in_id = taking_place.id
         where date between :first and :last group by id order by starts, id""",
        first=date(journal.school_year(now), 9, 1).isoformat(),
        last=(monday_of(last) + _WEEK).isoformat(),
    )
    return tuple(
        Earlier(
            clock.from_text(each["starts"]),
            clock.from_text(each["ends"]),
            date.fromisoformat(each["date"]),
            tuple(sorted(int(mentor_id) for mentor_id in each["who"].split(","))),
        )
        for each in found
        if each["id"] not in planned
    )


def conflict(db: Database, drop_in: DropIn) -> Conflict:
    """The fault that this drop-in was changed: by whom, and when."""
    found = row(db, "select changed, changed_by from drop_ins where id = :id", id=drop_in.id)
    who = _name_of(db, found["changed_by"] if found else "")
    at = clock.from_text(found["changed"]) if found and found["changed"] else None
    values = {"by": who, "hour": clock.hour(at, school_year.zone(db)) if at else ""}
    return Conflict("drop_in", Wrong.CHANGED, values, drop_in=drop_in, by=who, changed=at)


def _name_of(db: Database, actor: str) -> str:
    """A person's name from the journal's name of them; what the journal says where that is nobody."""
    kind, _, number = actor.partition(" ")
    if kind == "staff" and number.isdecimal() and (member := staff.by_id(db, int(number))):
        return member.name
    if kind == "mentor" and number.isdecimal() and (mentor := mentors.mentor(db, int(number))):
        return mentor.display_name
    return actor if actor == journal.COMMAND_LINE else ""


def write_due(db: Database, drop_in_id: int, wanted: Mapping[int, bool], *, by: str, now: datetime) -> None:
    """Write who is due, inside a transaction. A removed mentor keeps a row, so that their calendar can cancel it."""
    before = placed(db, drop_in_id)
    for mentor_id in before.keys() - wanted.keys():
        pair = {"drop_in": drop_in_id, "mentor": mentor_id}
        db.execute("delete from due where drop_in_id = :drop_in and mentor_id = :mentor", pair)
        db.execute(
            "insert into once_due (drop_in_id, mentor_id) values (:drop_in, :mentor) on conflict do nothing", pair
        )
    for mentor_id, pinned in wanted.items():
        values = {"drop_in": drop_in_id, "mentor": mentor_id, "pinned": int(pinned)}
        db.execute(
            """
            insert into due (drop_in_id, mentor_id, pinned) values (:drop_in, :mentor, :pinned)
            on conflict (drop_in_id, mentor_id) do update set pinned = excluded.pinned""",
            values,
        )
    school_year.touch(db, drop_in_id, by=by, now=now)


def keep_change(db: Database, before: Mapping[int, Mapping[int, bool]], *, by: str, now: datetime) -> int:
    """Remember how these drop-ins were before the change just written, so that it can be taken back; its id."""
    change_id = insert(db, "rota_changes", {"at": clock.to_text(now), "by": by})
    for drop_in_id, due_before in before.items():
        values = {
            "change_id": change_id,
            "drop_in_id": drop_in_id,
            "due": json.dumps(list(due_before.items())),
            "version": school_year.by_id(db, drop_in_id).version,
        }
        insert(db, "earlier_due", values)
    db.execute("delete from rota_changes where id <= :last", {"last": change_id - _CHANGES_KEPT})
    return change_id


def before_change(db: Database, change_id: int) -> dict[int, dict[int, bool]]:
    """How the drop-ins of a change were before it: drop-in id to mentor id to pinned."""
    found = rows(db, "select drop_in_id, due from earlier_due where change_id = :id order by drop_in_id", id=change_id)
    return {each["drop_in_id"]: {mentor: bool(pin) for mentor, pin in json.loads(each["due"])} for each in found}


def last_change(db: Database, *, by: str) -> Change | None:
    """This person's newest change that can still be taken back: nothing else has changed its drop-ins since."""
    found = row(db, "select id, at from rota_changes where by = :by order by id desc limit 1", by=by)
    if found is None:
        return None
    cells = rows(
        db,
        """
        select earlier_due.drop_in_id, earlier_due.version = drop_ins.version as untouched
          from earlier_due
          join drop_ins on drop_ins.id = earlier_due.drop_in_id
         where change_id = :id order by earlier_due.drop_in_id""",
        id=found["id"],
    )
    if not all(each["untouched"] for each in cells):
        return None
    return Change(found["id"], clock.from_text(found["at"]), tuple(each["drop_in_id"] for each in cells))


def forget_change(db: Database, change_id: int) -> None:
    """The change was taken back, and the one before it is the newest again; inside that change.

    What stood before it has now come back under a later version, so the earlier change may follow.
    """
    db.execute(
        """
        update earlier_due
           set version = (select version from drop_ins where id = earlier_due.drop_in_id)
         where exists (select 1 from earlier_due as undone
                        where undone.change_id = :id and undone.drop_in_id = earlier_due.drop_in_id
                          and undone.version = earlier_due.version + 1)""",
        {"id": change_id},
    )
    db.execute("delete from rota_changes where id = :id", {"id": change_id})


def keep_reason(db: Database, drop_in_id: int, rules: str, reason: str, *, by: str, now: datetime) -> int:
    """Why these rules were broken on purpose, inside the change; its id, which is all that the journal holds."""
    values = {
        "drop_in_id": drop_in_id,
        "rules": rules,
        "reason": reason,
        "by": by,
        "at": clock.to_text(now),
    }
    return insert(db, "overrides", values)


def reasons(db: Database, drop_in_id: int) -> list[str]:
    """Why rules were broken on purpose on this drop-in, the newest first."""
    found = rows(db, "select reason from overrides where drop_in_id = :id order by id desc", id=drop_in_id)
    return [each["reason"] for each in found]
