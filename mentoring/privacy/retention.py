"""Retention: deletes what is older than its period, once a day, class by class, and records what it deleted (P19)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.access import staff
from mentoring.basics import clock
from mentoring.basics.data_map import DataClass, Period, Unit
from mentoring.basics.forms import Fault, tidy
from mentoring.lunch import close_of_day
from mentoring.privacy import erasure, holds, tombstones
from mentoring.privacy.data_map import BY_CODE, CLASSES, TABLES
from mentoring.privacy.tombstones import Whose, Why
from mentoring.school import school_year
from mentoring.store import journal, wiping
from mentoring.store.database import insert, row, rows, write

# words

WHO = "retention"
LONGEST_SOURCE = 120
# First months of the three terms. Easter moves, so a term is a third of the year here, and the pages say so.
_TERMS = (1, 5, 9)
# The classes that are deleted by erasing the whole person, with a tombstone.
_WITH_ERASURE = frozenset({"mentors", "badges", "staff"})
_PEOPLE = {"mentors": Whose.MENTOR, "staff": Whose.STAFF}


class Wrong(StrEnum):
    """What can be wrong with a period that somebody chose."""

    NO_CHOICE = "retention.no_choice"
    COUNT = "retention.count"
    SOURCE = "retention.source"
    REVIEW_FAR = "retention.review_far"
    NO_REVIEW = "retention.no_review"


@dataclass(frozen=True)
class Kept:
    """One class of data with the period that holds for it now, and where that comes from.

    `review` is the day by which somebody should look at it again; None while the period is only our proposal.
    """

    data_class: DataClass
    period: Period | None
    source: str
    review: date | None
    chosen: bool
    held: bool

    @property
    def words(self) -> str:
        """How long it is kept, as the papers say it."""
        if self.period is not None and self.period.unit is Unit.DAYS:
            return f"{period_words(self.period)} from {self.data_class.runs_from}"
        if self.period is None or not self.period.count:
            return self.data_class.runs_from
        return f"{self.data_class.runs_from}, and {period_words(self.period)}"


@dataclass(frozen=True)
class Ran:
    """What one run forgot: rows by class, people who were erased because their time was over, whole journal years."""

    rows: dict[str, int]
    people: int
    years: tuple[int, ...]


# rules


def forgotten_before(period: Period, today: date) -> date:
    """The first day that is kept: what happened before it is due for deletion."""
    if period.unit is Unit.DAYS:
        return today - timedelta(days=min(period.count, today.toordinal() - 1))
    if period.unit is Unit.TERMS:
        return _term_begins(today, back=period.count)
    year = today.year if today.month >= 9 else today.year - 1
    return date(max(1, year - period.count), 9, 1)


def _term_begins(day: date, *, back: int) -> date:
    """The first day of the term `back` terms before the one this day is in."""
    number = day.year * 3 + max(n for n, month in enumerate(_TERMS) if month <= day.month) - back
    return date(number // 3, _TERMS[number % 3], 1)


def period_words(period: Period) -> str:
    """`365 days`; `nothing more`; `1 more term`; `2 more school years`."""
    if period.unit is Unit.DAYS:
        return f"{period.count} day{'' if period.count == 1 else 's'}"
    if not period.count:
        return "nothing more"
    unit = period.unit.value if period.count != 1 else period.unit.value.removesuffix("s")
    return f"{period.count} more {unit}"


def period_faults(code: str, count: str, source: str, review: str, *, today: date) -> list[Fault]:
    """All that is wrong with a period somebody chose; empty when nothing is."""
    known = BY_CODE.get(code)
    if known is None or known.default is None or not known.is_chosen:
        return [Fault("class", Wrong.NO_CHOICE)]
    faults: list[Fault] = []
    if not (count.isdecimal() and len(count) < 5 and known.least <= int(count) <= known.most):
        limits = {"least": known.least, "most": known.most, "unit": known.default.unit}
        faults.append(Fault("count", Wrong.COUNT, limits))
    if not 0 < len(tidy(source)) <= LONGEST_SOURCE:
        faults.append(Fault("source", Wrong.SOURCE, {"most": LONGEST_SOURCE}))
    return faults + review_faults(review, today=today)


def review_faults(review: str, *, today: date) -> list[Fault]:
    """What is wrong with the day on which a period is to be looked at again; empty when nothing is."""
    try:
        fits = today < date.fromisoformat(review) <= today + timedelta(days=3 * 366)
    except ValueError:
        return [Fault("review", Wrong.NO_REVIEW)]
    return [] if fits else [Fault("review", Wrong.REVIEW_FAR)]


# memory


def kept(db: Database) -> list[Kept]:
    """Every class of data with its period, as it holds now."""
    chosen = {each["class"]: each for each in rows(db, "select * from retention_periods")}
    held = holds.classes(db)
    return [_kept(each, chosen.get(each.code), held) for each in CLASSES]


def _proposed(db: Database) -> list[DataClass]:
    """The classes whose period the school could choose and has not."""
    chosen = {each["class"] for each in rows(db, "select class from retention_periods")}
    return [each for each in CLASSES if each.is_chosen and each.code not in chosen]


def proposals(db: Database) -> int:
    """How many periods are only our proposal: nobody at the school has looked at them."""
    return len(_proposed(db))


def _kept(data_class: DataClass, chosen: Row | None, held: Collection[str]) -> Kept:
    is_held = data_class.code in held
    if chosen is None or data_class.default is None:
        return Kept(data_class, data_class.default, data_class.source, None, chosen=False, held=is_held)
    return Kept(
        data_class,
        Period(data_class.default.unit, min(max(chosen["count"], data_class.least), data_class.most)),
        chosen["source"],
        date.fromisoformat(chosen["review"]),
        chosen=True,
        held=is_held,
    )


def last_run(db: Database) -> datetime | None:
    """When retention ran last, or None."""
    found = row(db, "select at from retention_runs order by day desc limit 1")
    return clock.from_text(found["at"]) if found else None


def is_time(db: Database, *, now: datetime) -> bool:
    """Whether retention is due: once a day, after close of day. The caller asks first whether the clock is in doubt."""
    if wiping.is_owed(db):
        return True
    if not staff.is_set_up(db):
        return False
    day = clock.school_day(now, school_year.zone(db))
    if row(db, "select 1 from retention_runs where day = :day", day=day.isoformat()):
        return False
    over = all(each.ends <= now for each in school_year.on_day(db, day))
    return over and not close_of_day.waiting(db, now=now)


def _note_leavers(db: Database, *, now: datetime) -> None:
    """Record since when somebody has left. Called daily, so it finds them whichever page ended them."""
    db.execute(
        """
        delete from leavers
         where whom = 'mentor' and person_id in (select id from mentors where state <> 'left')"""
    )
    db.execute(
        """
        insert into leavers (whom, person_id, noted)
        select 'mentor', id, :now from mentors
         where state = 'left' and id not in (select person_id from erased where whom = 'mentor')
        on conflict do nothing""",
        {"now": clock.to_text(now)},
    )
    db.execute(
        """
        insert into leavers (whom, person_id, noted)
        select 'staff', id, ended from staff
         where ended is not null and id not in (select person_id from erased where whom = 'staff')
        on conflict do nothing"""
    )
    db.execute("delete from leavers where whom = 'staff' and person_id in (select id from staff where ended is null)")


def _leavers(db: Database, whose: Whose, *, before: date) -> list[int]:
    """The ids of those who left before that day and are not under a legal hold."""
    found = rows(
        db,
        """
        select person_id from leavers
         where whom = :whose and noted < :before
           and person_id not in (select id from held_mentors where :whose = 'mentor')
           and person_id not in (select id from held_staff where :whose = 'staff')
         order by person_id""",
        whose=whose,
        before=before.isoformat(),
    )
    return [each["person_id"] for each in found]


def _forget_class(db: Database, kept: Kept, *, today: date, now: datetime) -> int:
    """Delete what is older than its period in one class, inside a change; how many rows."""
    if kept.period is None or kept.held:
        return 0
    before = forgotten_before(kept.period, today)
    values = {"before": before.isoformat(), "now": clock.to_text(now)}
    gone = sum(db.execute(each, values).rowcount for each in kept.data_class.forget)
    if kept.data_class.leavers:
        tables = [each for each in TABLES if each.in_class == kept.data_class.code and each.name not in _WITH_ERASURE]
        for person_id in _leavers(db, Whose.MENTOR, before=before):
            for table in tables:
                gone += sum(db.execute(each, {**values, "id": person_id}).rowcount for each in table.mentor)
    return gone


def _years_over(db: Database, *, today: date, period: Period) -> list[int]:
    """The school years of the journal that are older than the period."""
    current = forgotten_before(period, today).year
    found = rows(db, "select distinct year from journal where year < :year order by year", year=current)
    return [each["year"] for each in found]


# actions


def set_period(db: Database, code: str, *, count: str, source: str, review: str, by: str, now: datetime) -> list[Fault]:
    """Choose how long a class of data is kept; empty when it is settled. What is older is deleted at the next run."""
    if faults := period_faults(code, count, source, review, today=clock.school_day(now, school_year.zone(db))):
        return faults
    with write(db):
        _remember(db, code, count=int(count), source=tidy(source), review=review, by=by, now=now)
        journal.note(db, "retention.period", actor=by, now=now, data_class=code, count=int(count))
    return []


def confirm_proposals(db: Database, *, review: str, by: str, now: datetime) -> list[Fault]:
    """Keep each period that is only our proposal as it is, as looked at by the school; empty when it is done."""
    if faults := review_faults(review, today=clock.school_day(now, school_year.zone(db))):
        return faults
    with write(db):
        for each in _proposed(db):
            count = each.default.count if each.default else 0
            _remember(db, each.code, count=count, source=each.source, review=review, by=by, now=now)
            journal.note(db, "retention.looked_at", actor=by, now=now, data_class=each.code)
    return []


def _remember(db: Database, code: str, *, count: int, source: str, review: str, by: str, now: datetime) -> None:
    """Write one class's period, inside a change that notes it."""
    db.execute(
        """
        insert into retention_periods (class, count, source, review, set_at, set_by)
        values (:class, :count, :source, :review, :now, :by)
        on conflict (class) do update
           set count = excluded.count, source = excluded.source, review = excluded.review,
               set_at = excluded.set_at, set_by = excluded.set_by""",
        {"class": code, "count": count, "source": source, "review": review, "now": clock.to_text(now), "by": by},
    )


def run(db: Database, *, folder: Path, now: datetime, by: str = WHO) -> Ran:
    """Delete all that is older than its period. Safe to run twice: the second time nothing is left to delete.

    Each class is a transaction of its own, so that after a crash whole classes are done and the next run goes on.
    Raises `StillRead` while a reader keeps the log open: the rows are deleted, and the bytes go at the next try.
    """
    today = clock.school_day(now, school_year.zone(db))
    people = erasure.bury_again(db, tombstones.tombstones(folder), now=now)
    erasure.lay(db, folder)
    with write(db):
        _note_leavers(db, now=now)
    forgot: dict[str, int] = {}
    everything = kept(db)
    for each in everything:
        with write(db):
            if gone := _forget_class(db, each, today=today, now=now):
                forgot[each.data_class.code] = gone
                journal.note(db, "retention.forgot", actor=by, now=now, data_class=each.data_class.code, rows=gone)
                wiping.owe(db, now=now)
    people += sum(_erase_leavers(db, each, folder=folder, today=today, now=now) for each in everything)
    years = _drop_years(db, everything, today=today, by=by, now=now)
    with write(db):
        db.execute(
            "insert into retention_runs (day, at) values (:day, :now) on conflict (day) do update set at = :now",
            {"day": today.isoformat(), "now": clock.to_text(now)},
        )
    wiping.finish(db, now=now)
    return Ran(forgot, people, years)


def _erase_leavers(db: Database, kept: Kept, *, folder: Path, today: date, now: datetime) -> int:
    whose = _PEOPLE.get(kept.data_class.code)
    if whose is None or kept.period is None or kept.held:
        return 0
    leavers = _leavers(db, whose, before=forgotten_before(kept.period, today))
    outcomes = [
        erasure.erase(db, whose, each, folder=folder, by=WHO, now=now, why=Why.RETENTION, wipe=False)
        for each in leavers
    ]
    return sum(not isinstance(each, Fault) for each in outcomes)


def _drop_years(db: Database, everything: list[Kept], *, today: date, by: str, now: datetime) -> tuple[int, ...]:
    """Drop whole years of the journal, each in one transaction with a row that says so; none under any legal hold."""
    of_journal = next(each for each in everything if each.data_class.code == "journal")
    if of_journal.period is None or holds.standing(db):
        return ()
    years = _years_over(db, today=today, period=of_journal.period)
    for year in years:
        with write(db):
            last = row(db, "select count(*) over () as n, hash from journal where year = :y order by id desc", y=year)
            if last is None:
                continue
            dropped = {"year": year, "at": clock.to_text(now), "gone": last["n"], "head": last["hash"]}
            insert(db, "journal_drops", dropped)
            db.execute("delete from journal where year = :year", {"year": year})
            journal.note(db, "journal.year_dropped", actor=by, now=now, year=year, rows=last["n"])
            wiping.owe(db, now=now)
    return tuple(years)
