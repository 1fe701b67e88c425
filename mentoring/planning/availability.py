"""Availability: when a mentor cannot or would like to come, how often, and never with whom. Seen by leads only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics.forms import Fault, tidy
from mentoring.school.programme import DAY_NAMES, DAYS
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

# No mentor has more than one duty a school day, whatever anybody agrees to (P6).
MOST_A_WEEK = 5
LONGEST_REASON = 80


class Wrong(StrEnum):
    """What can be wrong with what is said of a mentor's days."""

    DAY_OR_DATE = "availability.day_or_date"
    NO_DAY = "availability.no_day"
    NO_WEEK = "availability.no_week"
    NO_DATE = "availability.no_date"
    ENDS_FIRST = "availability.ends_first"
    NOT_ON_LIST = "availability.not_on_list"
    LONG_REASON = "availability.long_reason"
    CAP = "availability.cap"
    APART_FROM_SELF = "availability.apart_from_self"


class Means(StrEnum):
    """What an entry says of its days."""

    NOT_FREE = "not_free"
    PREFERS = "prefers"


class Why(StrEnum):
    """Why a mentor cannot come. Nobody has to say."""

    UNSAID = ""
    EXAM = "exam"
    TRIP = "trip"
    OTHER = "other"


class ApartWhy(StrEnum):
    """Why two mentors are never a pair."""

    KIN = "kin"
    CONFLICT = "conflict"
    OTHER = "other"


@dataclass(frozen=True)
class Days:
    """Some days: every `day` of the week (0 for Monday), of week `week` if that is A or B; or from `starts` to `ends`.

    Exactly one of `day` and `starts` is there; one date is a period whose ends are the same.
    """

    day: int | None = None
    week: str = ""
    starts: date | None = None
    ends: date | None = None

    @property
    def words(self) -> str:
        """As a lead says it: `every Monday`, `Mondays of week A`, `12 January`, `12 January to 16 January`."""
        if self.day is not None:
            name = DAY_NAMES[DAYS[self.day]]
            return f"{name}s of week {self.week}" if self.week else f"every {name}"
        if self.starts is None or self.ends is None:
            return ""
        first, last = f"{self.starts.day} {self.starts:%B}", f"{self.ends.day} {self.ends:%B}"
        return first if first == last and self.starts == self.ends else f"{first} to {last}"


@dataclass(frozen=True)
class Entry:
    """One thing a mentor said of some days. `why` and `reason` are empty when nobody said."""

    id: int
    mentor_id: int
    means: Means
    days: Days
    why: Why = Why.UNSAID
    reason: str = ""


@dataclass(frozen=True)
class Apart:
    """Two mentors who are never a pair; `mentor_id` is the smaller id. `set_by`: as the journal names who said so."""

    mentor_id: int
    other_id: int
    why: ApartWhy
    set_by: str


@dataclass(frozen=True)
class Availability:
    """What planning needs of one mentor: days not free, days preferred, most duties a week, and never with whom."""

    mentor_id: int
    entries: tuple[Entry, ...]
    cap: int
    apart: frozenset[int]


# rules


def covers(days: Days, day: date, *, letter: str) -> bool:
    """Whether a date is one of these days. `letter` is that date's week, `A`, `B`, or empty without such weeks."""
    if days.day is not None:
        return day.weekday() == days.day and days.week in ("", letter)
    return days.starts is not None and days.ends is not None and days.starts <= day <= days.ends


def not_free_because(entries: Iterable[Entry], day: date, *, letter: str) -> Entry | None:
    """The entry by which this mentor is not free on that date, or None: the mentor is free."""
    return next(
        (each for each in entries if each.means is Means.NOT_FREE and covers(each.days, day, letter=letter)), None
    )


def prefers(entries: Iterable[Entry], day: date, *, letter: str) -> bool:
    """Whether this mentor would like to come on that date."""
    return any(each.means is Means.PREFERS and covers(each.days, day, letter=letter) for each in entries)


def kept_apart(mentor_ids: Collection[int], known: Mapping[int, Availability]) -> list[tuple[int, int]]:
    """The two of each pair among these mentors who are never a pair, the smaller id first."""
    return [
        (one, other)
        for one in sorted(mentor_ids)
        for other in sorted(mentor_ids)
        if one < other and one in known and other in known[one].apart
    ]


def new_days(given: Mapping[str, str]) -> Days | list[Fault]:
    """Some days from a form, or all that is wrong: `day` with `week`, or `starts` with `ends` (else that one day)."""
    text = {name: tidy(given.get(name) or "") for name in ("day", "week", "starts", "ends")}
    if bool(text["day"]) == bool(text["starts"]):
        return [Fault("day", Wrong.DAY_OR_DATE)]
    return _weekly(text["day"], text["week"]) if text["day"] else _period(text["starts"], text["ends"])


def _weekly(day: str, week: str) -> Days | list[Fault]:
    number = next((n for n, each in enumerate(DAYS) if day.lower() in (each.lower(), DAY_NAMES[each].lower())), None)
    faults = [] if number is not None else [Fault("day", Wrong.NO_DAY, {"given": day[:20]})]
    if week.upper() not in ("", "A", "B"):
        faults.append(Fault("week", Wrong.NO_WEEK, {"given": week[:20]}))
    return faults or Days(day=number, week=week.upper())


def _period(starts: str, ends: str) -> Days | list[Fault]:
    days, faults = [], []
    for field, text in (("starts", starts), ("ends", ends or starts)):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            faults.append(Fault(field, Wrong.NO_DATE, {"given": text[:20]}))
    if len(days) == 2 and days[1] < days[0]:
        faults.append(Fault("ends", Wrong.ENDS_FIRST))
    return faults or Days(starts=days[0], ends=days[1])


def as_texts(entries: Iterable[Entry], means: Means) -> tuple[str, ...]:
    """The days of one meaning as the rota's files write them: `2027-01-12`, `Mon`, `A-Mon`; sorted, each once."""
    found = set()
    for each in entries:
        if each.means is means:
            found |= set(_texts(each.days))
    return tuple(sorted(found))


def _texts(days: Days) -> list[str]:
    if days.day is not None:
        return [f"{days.week}-{DAYS[days.day]}" if days.week else DAYS[days.day]]
    if days.starts is None or days.ends is None:
        return []
    return [(days.starts + timedelta(days=n)).isoformat() for n in range((days.ends - days.starts).days + 1)]


# memory


def _entry(found: Row) -> Entry:
    return Entry(
        id=found["id"],
        mentor_id=found["mentor_id"],
        means=Means(found["means"]),
        days=Days(
            day=found["day"],
            week=found["week"],
            starts=date.fromisoformat(found["starts"]) if found["starts"] else None,
            ends=date.fromisoformat(found["ends"]) if found["ends"] else None,
        ),
        why=Why(found["why"]),
        reason=found["reason"],
    )


def entries(db: Database, mentor_id: int) -> list[Entry]:
    """What this mentor said, the weekly days first, then by date."""
    found = rows(
        db,
        "select * from availability where mentor_id = :mentor order by day is null, day, week, starts, id",
        mentor=mentor_id,
    )
    return [_entry(each) for each in found]


def usual_cap(db: Database) -> int:
    """The most duties a week of a mentor without a cap of their own; the school's setting (P6)."""
    found = row(db, "select duties_a_week from programme")
    return int(found["duties_a_week"]) if found else 2


def apart(db: Database) -> list[Apart]:
    """All who are never a pair."""
    found = rows(db, "select * from apart order by mentor_id, other_id")
    return [Apart(each["mentor_id"], each["other_id"], ApartWhy(each["why"]), each["set_by"]) for each in found]


def everyone(db: Database) -> dict[int, Availability]:
    """What planning has to know of every mentor, by id."""
    said: dict[int, list[Entry]] = {}
    for found in rows(db, "select * from availability order by day is null, day, week, starts, id"):
        said.setdefault(found["mentor_id"], []).append(_entry(found))
    never: dict[int, set[int]] = {}
    for each in apart(db):
        never.setdefault(each.mentor_id, set()).add(each.other_id)
        never.setdefault(each.other_id, set()).add(each.mentor_id)
    own = {found["mentor_id"]: int(found["per_week"]) for found in rows(db, "select * from caps")}
    usual = usual_cap(db)
    return {
        mentor["id"]: Availability(
            mentor["id"],
            tuple(said.get(mentor["id"], ())),
            own.get(mentor["id"], usual),
            frozenset(never.get(mentor["id"], ())),
        )
        for mentor in rows(db, "select id from mentors")
    }


def _same(db: Database, values: Mapping[str, int | str | None]) -> int | None:
    found = row(
        db,
        """
        select id from availability
         where mentor_id = :mentor_id and means = :means and day is :day and week = :week
           and starts is :starts and ends is :ends""",
        **{name: values[name] for name in ("mentor_id", "means", "day", "week", "starts", "ends")},
    )
    return int(found["id"]) if found else None


# Each table of this file, with its rows of one mentor that no legal hold keeps.
_OF_A_MENTOR = {
    "availability": "mentor_id = :id and mentor_id not in (select id from held_mentors)",
    "caps": "mentor_id = :id and mentor_id not in (select id from held_mentors)",
    "apart": """:id in (mentor_id, other_id)
            and mentor_id not in (select id from held_mentors) and other_id not in (select id from held_mentors)""",
}
Forgotten = Mapping[str, Sequence[Mapping[str, int | str | None]]]


def of_a_mentor(db: Database, mentor_id: int) -> Forgotten:
    """What `forget` would forget of one mentor: rows by table, each as column to value."""
    return {
        table: [dict(each) for each in rows(db, f"select * from {table} where {which}", id=mentor_id)]  # noqa: S608 # ours
        for table, which in _OF_A_MENTOR.items()
    }


def forget(db: Database, mentor_id: int) -> Forgotten:
    """Forget what planning knows of one mentor, inside a change, save under a legal hold (P19); what was forgotten."""
    gone = of_a_mentor(db, mentor_id)
    for table, which in _OF_A_MENTOR.items():
        db.execute(f"delete from {table} where {which}", {"id": mentor_id})  # noqa: S608 # two texts of our own
    return gone


def bring_back(db: Database, gone: Forgotten) -> None:
    """Write again the rows that `forget` deleted, inside a change. What was entered since then stays as it is."""
    for each in gone.get("availability", ()):
        if _same(db, each) is None:
            insert(db, "availability", {name: value for name, value in each.items() if name != "id"})
    for each in gone.get("caps", ()):
        db.execute(
            "insert into caps (mentor_id, per_week) values (:mentor_id, :per_week) on conflict do nothing", dict(each)
        )
    for each in gone.get("apart", ()):
        db.execute(
            """
            insert into apart (mentor_id, other_id, why, set_by) values (:mentor_id, :other_id, :why, :set_by)
            on conflict do nothing""",
            dict(each),
        )


# actions

NOBODY = Fault("mentor", Wrong.NOT_ON_LIST)


def add(
    db: Database,
    mentor_id: int,
    means: Means,
    days: Days,
    *,
    why: Why = Why.UNSAID,
    reason: str = "",
    by: str,
    now: datetime,
) -> int | Fault:
    """Remember one thing a mentor said of some days; its id. The same days said twice are one entry."""
    if len(tidy(reason)) > LONGEST_REASON:
        return Fault("reason", Wrong.LONG_REASON, {"most": LONGEST_REASON})
    values: dict[str, int | str | None] = {
        "mentor_id": mentor_id,
        "means": means,
        "day": days.day,
        "week": days.week,
        "starts": days.starts.isoformat() if days.starts else None,
        "ends": days.ends.isoformat() if days.ends else None,
        "why": why,
        "reason": tidy(reason),
    }
    with write(db):
        if row(db, "select 1 from mentors where id = :id", id=mentor_id) is None:
            return NOBODY
        if (known := _same(db, values)) is not None:
            return known
        entry_id = insert(db, "availability", values)
        journal.note(db, "availability.added", actor=by, now=now, mentor=mentor_id, entry=entry_id)
    return entry_id


def remove(db: Database, entry_id: int, *, by: str, now: datetime) -> None:
    """Forget one thing a mentor said; a second tap forgets nothing more."""
    with write(db):
        found = row(db, "select mentor_id from availability where id = :id", id=entry_id)
        if found:
            db.execute("delete from availability where id = :id", {"id": entry_id})
            journal.note(db, "availability.removed", actor=by, now=now, mentor=found["mentor_id"], entry=entry_id)


def set_cap(db: Database, mentor_id: int, per_week: int | None, *, by: str, now: datetime) -> Fault | None:
    """The most duties a week this mentor takes; None for the school's usual cap (P6)."""
    if per_week is not None and not 0 <= per_week <= MOST_A_WEEK:
        return Fault("cap", Wrong.CAP, {"given": per_week, "most": MOST_A_WEEK})
    with write(db):
        if row(db, "select 1 from mentors where id = :id", id=mentor_id) is None:
            return NOBODY
        db.execute("delete from caps where mentor_id = :id", {"id": mentor_id})
        if per_week is not None:
            db.execute("insert into caps (mentor_id, per_week) values (:id, :cap)", {"id": mentor_id, "cap": per_week})
        journal.note(db, "availability.cap", actor=by, now=now, mentor=mentor_id, cap=per_week)
    return None


def keep_apart(db: Database, mentor_id: int, other_id: int, why: ApartWhy, *, by: str, now: datetime) -> Fault | None:
    """These two are never a pair, whichever is named first."""
    one, other = sorted((mentor_id, other_id))
    with write(db):
        if one == other:
            return Fault("mentor", Wrong.APART_FROM_SELF)
        if len(rows(db, "select 1 from mentors where id in (:one, :other)", one=one, other=other)) != 2:
            return NOBODY
        db.execute(
            """
            insert into apart (mentor_id, other_id, why, set_by) values (:one, :other, :why, :by)
            on conflict (mentor_id, other_id) do update set why = excluded.why, set_by = excluded.set_by""",
            {"one": one, "other": other, "why": why, "by": by},
        )
        journal.note(db, "availability.apart", actor=by, now=now, mentors=[one, other])
    return None


def let_together(db: Database, mentor_id: int, other_id: int, *, by: str, now: datetime) -> None:
    """These two may be a pair again."""
    one, other = sorted((mentor_id, other_id))
    with write(db):
        gone = db.execute(
            "delete from apart where mentor_id = :one and other_id = :other", {"one": one, "other": other}
        )
        if gone.rowcount:
            journal.note(db, "availability.together", actor=by, now=now, mentors=[one, other])
