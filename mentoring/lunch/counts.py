"""Counts: what close of day keeps of requests, grouped so that no small number is ever shown (P8, P9).

Visits are grouped in blocks of drop-ins, topics in stretches. Both limits are set when a drop-in is closed and do not
change later, even when the dates of half terms do. `small_numbers` decides what may be told (shown) of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from mentoring.basics.forms import Fault
from mentoring.lunch import small_numbers
from mentoring.lunch.help_requests import Topic
from mentoring.lunch.small_numbers import Block, Stretch
from mentoring.school import school_year
from mentoring.school.school_year import HalfTerm
from mentoring.store import journal
from mentoring.store.database import insert, row, rows, write

# words

WHOLE_YEAR = "whole year"
WHO = "close of day"
# Which rows of `topics` a copy that leaves the box may hold: those of half terms that are over. The difference between
# two copies made within one half term would show what was asked in between.
OVER = "half_term in (select key from live.stretches where over = 1)"


class Wrong(StrEnum):
    """What can be wrong with how counts are told."""

    THRESHOLD = "counts.threshold"


@dataclass(frozen=True)
class Told:
    """One half term as pages and files may show it.

    `topics` is None while the half term runs; a hidden topic has the count None.
    """

    id: int
    name: str
    first: date
    last: date
    threshold: int
    blocks: tuple[Block, ...]
    topics: Mapping[Topic, int | None] | None

    @property
    def asked(self) -> int:
        """How many asked, in the blocks that are told."""
        return small_numbers.total(self.blocks)

    @property
    def drop_ins(self) -> int:
        """The number of drop-ins in the blocks that are told."""
        return sum(each.drop_ins for each in self.blocks)

    def within(self, first: date, last: date) -> "Told":
        """The same for a range of dates: the blocks inside it, and the topics only if the whole half term is inside."""
        is_inside = first <= self.first and self.last <= last
        blocks = tuple(small_numbers.within(self.blocks, first, last))
        return replace(self, blocks=blocks, topics=self.topics if is_inside else None)


@dataclass(frozen=True)
class _Kept:
    """A stretch as it is stored: its topics are counted under `key`, which does not change with its name."""

    id: int
    key: str
    stretch: Stretch


# rules


def label(day: date, half_terms: list[HalfTerm]) -> tuple[str, date]:
    """The name topics are counted under, and its last day: never finer than a half term, or else the school year."""
    for each in half_terms:
        if each.starts <= day <= each.ends:
            return f"{each.starts.isoformat()} {each.name}", each.ends
    began = day.year if day.month >= 9 else day.year - 1
    return f"{began} {WHOLE_YEAR}", date(began + 1, 8, 31)


def plain_name(name: str) -> str:
    """`Autumn 1` of `2026-09-03 Autumn 1`: as people say it."""
    words = name.partition(" ")[2]
    return f"{words[0].upper()}{words[1:]}"


def threshold_faults(text: str) -> list[Fault]:
    """What is wrong with a smallest number that a lead wrote."""
    lowest, highest = small_numbers.LOWEST, small_numbers.HIGHEST
    if text.isascii() and text.isdecimal() and len(text) < 4 and lowest <= int(text) <= highest:
        return []
    return [Fault("threshold", Wrong.THRESHOLD, {"least": lowest, "most": highest})]


# memory


def threshold(db: Database) -> int:
    """The school's threshold: a count is told only when it is larger."""
    found = row(db, "select small_numbers from programme")
    return int(found["small_numbers"]) if found else small_numbers.SMALLEST


def _block(found: Row) -> Block:
    return Block(
        date.fromisoformat(found["first"]),
        date.fromisoformat(found["last"]),
        found["drop_ins"],
        found["asked"],
        found["threshold"],
    )


def _kept(found: Row) -> _Kept:
    stretch = Stretch(
        found["name"],
        date.fromisoformat(found["first"]),
        date.fromisoformat(found["last"]),
        date.fromisoformat(found["ends"]),
        found["threshold"],
        bool(found["over"]),
    )
    return _Kept(found["id"], found["key"], stretch)


def _newest(db: Database) -> _Kept | None:
    found = row(db, "select * from stretches order by id desc limit 1")
    return _kept(found) if found else None


def _free_key(db: Database, name: str) -> str:
    """The name, with a number after it if it is in use already: nothing is added to a half term that is over."""
    found = rows(db, "select key from stretches union select half_term from topics")
    taken = {each["key"] for each in found}
    lap, free = 1, name
    while free in taken:
        lap, free = lap + 1, f"{name} ({lap + 1})"
    return free


def _columns(stretch: Stretch) -> dict[str, str | int]:
    return {
        "name": stretch.name,
        "first": stretch.first.isoformat(),
        "last": stretch.last.isoformat(),
        "ends": stretch.ends.isoformat(),
        "threshold": stretch.threshold,
        "over": int(stretch.over),
    }


def _remember(db: Database, kept: _Kept, stretch: Stretch) -> _Kept:
    db.execute(
        """
        update stretches set name = :name, first = :first, last = :last, ends = :ends, over = :over
         where id = :id""",
        {**_columns(stretch), "id": kept.id},
    )
    return replace(kept, stretch=stretch)


def _blocks(db: Database, stretch_id: int) -> list[Block]:
    return [_block(each) for each in rows(db, "select * from blocks where stretch_id = :id order by id", id=stretch_id)]


def _topics(db: Database, key: str) -> dict[Topic, int]:
    """The counts of all eight topics in the order of the enum, zeros too."""
    found = {each["topic"]: each["asked"] for each in rows(db, "select * from topics where half_term = :key", key=key)}
    return {each: found.get(each, 0) for each in Topic}


def told(db: Database) -> list[Told]:
    """All that may be told, by half term. Pages and files get numbers of requests only from here."""
    now = threshold(db)
    found = [_kept(each) for each in rows(db, "select * from stretches order by id")]
    return [
        Told(
            id=each.id,
            name=plain_name(each.stretch.name),
            first=each.stretch.first,
            last=each.stretch.last,
            threshold=max(now, each.stretch.threshold),
            blocks=tuple(small_numbers.told_blocks(_blocks(db, each.id), threshold=now)),
            topics=small_numbers.told_topics(_topics(db, each.key), threshold=max(now, each.stretch.threshold))
            if each.stretch.over
            else None,
        )
        for each in found
    ]


def is_one_over(db: Database, *, today: date) -> bool:
    """Whether a half term is over and has not been ended yet."""
    newest = _newest(db)
    return newest is not None and small_numbers.ends_now(newest.stretch, today=today)


# actions


def count_in(db: Database, drop_in_id: int, about: Mapping[Topic, int], *, now: datetime) -> bool:
    """Count one drop-in that closes: its visits, its block, and what was asked `about`; inside the change.

    Drop-ins are closed in order of their ends, so the counts are always complete up to the last one closed. Of one that
    was counted before, only what was asked since is added, to the newest block and stretch: what was told never grows.
    Returns whether it is counted for the first time.
    """
    asked = sum(about.values())
    is_new = row(db, "select 1 from visits where drop_in_id = :id", id=drop_in_id) is None
    db.execute(
        """
        insert into visits (drop_in_id, asked) values (:id, :asked)
        on conflict (drop_in_id) do update set asked = asked + excluded.asked""",
        {"id": drop_in_id, "asked": asked},
    )
    drop_in = school_year.by_id(db, drop_in_id)
    took_place = is_new and row(db, "select 1 from duties where drop_in_id = :id", id=drop_in_id) is not None
    stretch = _stretch_for(db, drop_in.date, took_place=took_place, now=now)
    _count_block(db, stretch, drop_in.date, asked=asked, took_place=took_place)
    for topic, times in about.items():
        db.execute(
            """
            insert into topics (half_term, topic, asked) values (:half_term, :topic, :asked)
            on conflict (half_term, topic) do update set asked = asked + excluded.asked""",
            {"half_term": stretch.key, "topic": topic, "asked": times},
        )
    return is_new


def _count_block(db: Database, stretch: _Kept, day: date, *, asked: int, took_place: bool) -> None:
    """Count a drop-in of that day into the newest block of its stretch, or into a new one."""
    newest = row(db, "select * from blocks where stretch_id = :id order by id desc limit 1", id=stretch.id)
    block, is_new = small_numbers.gather(
        _block(newest) if newest else None, day=day, asked=asked, took_place=took_place, threshold=threshold(db)
    )
    values = {
        "first": block.first.isoformat(),
        "last": block.last.isoformat(),
        "drop_ins": block.drop_ins,
        "asked": block.asked,
    }
    if is_new or newest is None:
        insert(db, "blocks", {**values, "stretch_id": stretch.id, "threshold": block.threshold})
    else:
        db.execute(
            "update blocks set first = :first, last = :last, drop_ins = :drop_ins, asked = :asked where id = :id",
            {**values, "id": newest["id"]},
        )


def _stretch_for(db: Database, day: date, *, took_place: bool, now: datetime) -> _Kept:
    """The stretch that a drop-in of that day belongs to: the newest, or a new one, which ends the one before."""
    name, ends = label(day, school_year.half_terms(db))
    newest = _newest(db)
    if newest is None or not small_numbers.takes(newest.stretch, day=day, name=name):
        if newest is not None and not newest.stretch.over:
            _end(db, newest, now=now)
        begun, key = Stretch(name, day, day, ends, threshold(db)), _free_key(db, name)
        return _Kept(insert(db, "stretches", {**_columns(begun), "key": key}), key, begun)
    if took_place and day > newest.stretch.last:
        return _remember(db, newest, replace(newest.stretch, name=name, last=day, ends=ends))
    return newest


def _end(db: Database, kept: _Kept, *, now: datetime) -> None:
    _remember(db, kept, replace(kept.stretch, over=True))
    journal.note(db, "counts.half_term_over", actor=WHO, now=now, stretch=kept.id)


def end_what_is_over(db: Database, *, today: date, now: datetime) -> None:
    """End the half term whose last day is past: from now on its topics are told, and nothing is added to it."""
    if is_one_over(db, today=today):
        with write(db):
            newest = _newest(db)
            if newest is not None and small_numbers.ends_now(newest.stretch, today=today):
                _end(db, newest, now=now)


def set_threshold(db: Database, smallest: int, *, by: str, now: datetime) -> None:
    """Set the threshold. Half terms and blocks that have begun keep theirs, or use the new one where it is larger."""
    with write(db):
        db.execute("update programme set small_numbers = :smallest", {"smallest": smallest})
        journal.note(db, "counts.threshold", actor=by, now=now, threshold=smallest)
