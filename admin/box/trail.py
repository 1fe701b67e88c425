"""The paper trail: journal rows as sentences, with filters, and a check whether rows were altered (P17)."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, current_app, g, render_template, request
from sqlite_utils import Database

from admin.box.trail_sentences import Names, cells, kind_words, sentence
from admin.frame import rights
from admin.frame.downloads import CSV, saved
from admin.frame.sentences import short_day
from mentoring.access import staff
from mentoring.basics import clock
from mentoring.basics.spreadsheets import csv_of
from mentoring.box import trail
from mentoring.box.trail import Entry, Wanted
from mentoring.people import mentors
from mentoring.school import school_year
from mentoring.store import journal

pages = Blueprint("trail_page", __name__)

PAGE = 50


@pages.get("/trail")
def show() -> str:
    """Show one page of 50 rows, newest first. With `check=yes` also whether any row was altered."""
    wanted, names, zone = _wanted(), _names(g.db), school_year.zone(g.db)
    at = max(1, min(request.args.get("page", 1, type=int), 1 << 20))
    rows = trail.entries(g.db, wanted, zone=zone, most=PAGE, skip=(at - 1) * PAGE)
    found = trail.count(g.db, wanted, zone=zone)
    is_checked = request.args.get("check") == "yes"
    return render_template(
        "admin/box/trail.html",
        entries=[(each, _when(each, zone), sentence(each, names, current_app.extensions["trail"])) for each in rows],
        found=found,
        at=at,
        pages=max(1, -(-found // PAGE)),
        wanted=wanted,
        asked={name: value for name, value in request.args.items() if name not in ("page", "check")},
        actors=[(each, names.actor(each)) for each in trail.actors(g.db)],
        kinds=[(each, kind_words(each)) for each in trail.kinds(g.db)],
        people=_people(g.db),
        is_checked=is_checked,
        fault=trail.check(g.db, g.settings.backup_places) if is_checked else None,
        head=journal.head(g.db),
    )


@pages.get("/trail.csv")
def as_csv() -> Response:
    """All rows that match the filters, as CSV."""
    names, zone, sentences = _names(g.db), school_year.zone(g.db), current_app.extensions["trail"]
    lines = (
        cells(each, sentence(each, names, sentences), clock.wall(each.at, zone).isoformat(sep=" "))
        for each in trail.entries(g.db, _wanted(), zone=zone, most=None)
    )
    return saved(csv_of(["row", "when", "what happened", "kind"], lines), "trail.csv", CSV)


def _wanted() -> Wanted:
    return Wanted(
        since=_day("since"),
        until=_day("until"),
        actor=request.args.get("actor", ""),
        kind=request.args.get("kind", ""),
        person=request.args.get("person", ""),
    )


def _day(name: str) -> date | None:
    try:
        given = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return given if date(2000, 1, 1) <= given <= date(2999, 1, 1) else None


def _when(entry: Entry, zone: str) -> str:
    wall = clock.wall(entry.at, zone)
    return f"{short_day(wall.date())} {wall:%Y, %H:%M}"


def _names_mentors() -> bool:
    """Whether mentors' names may be shown. IT sees the names of staff only."""
    return rights.may("mentors.all_mentors")


def _names(db: Database) -> Names:
    names = {each.id: each.full_name for each in mentors.mentors(db)} if _names_mentors() else {}
    return Names(names, {each.id: each.name for each in staff.everyone(db)}, _drop_ins(db))


def _drop_ins(db: Database) -> Callable[[int], str | None]:
    def said(drop_in_id: int) -> str | None:
        try:
            drop_in = school_year.by_id(db, drop_in_id)
        except LookupError:
            return None
        return f"the drop-in of {short_day(drop_in.date)} {drop_in.date.year} in {drop_in.room}"

    return said


def _people(db: Database) -> list[tuple[str, str]]:
    adults = [(journal.staff(each.id), each.name) for each in staff.everyone(db)]
    named = [(journal.mentor(each.id), each.full_name) for each in mentors.mentors(db)] if _names_mentors() else []
    return adults + named
