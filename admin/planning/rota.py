"""The rota of a half term: drop-ins and their pairs, changed by keyboard or by dragging a name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from sqlite_utils import Database
from werkzeug.wrappers import Response

from admin.frame import rights
from admin.frame.reading import Reading
from admin.frame.sentences import day
from admin.planning.sentences import rota_fault
from mentoring.basics import clock, forms
from mentoring.basics.forms import Fault
from mentoring.people import mentors
from mentoring.people.mentors import Mentor, MentorState
from mentoring.planning import availability, rota
from mentoring.planning.rota import Broken, Cell, Change, Conflict, Rule, Warned
from mentoring.school import school_year
from mentoring.school.programme import DAYS
from mentoring.school.school_year import DropIn, HalfTerm
from mentoring.store import journal

pages = Blueprint("rota_page", __name__, url_prefix="/rota")

WITHOUT_HALF_TERMS = timedelta(weeks=6, days=-1)  # the days shown while no half terms are entered
SCHOOL_WEEK = 5
_PLACE = re.compile(r"(\d{1,9})\.(\d{4}-\d{2}-\d{2})\.(\d{1,9})\.(\d{0,9})")
RULES = {
    Rule.NOT_FREE: "not free",
    Rule.OVER_CAP: "too many that week",
    Rule.APART: "kept apart",
    Rule.NO_EXPERIENCE: "nobody experienced",
}


@dataclass(frozen=True)
class Stretch:
    """The days that a page of the rota shows. `id`: the half term's, or 0 while none are entered."""

    id: int
    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Week:
    """One row of the table: the week's letter, if any, and the drop-ins of each shown day."""

    monday: date
    letter: str
    days: tuple[tuple[date, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Place:
    """A place on a drop-in as a page showed it. `seen`: the version shown. `mentor_id`: None for an empty place."""

    drop_in: DropIn
    seen: int
    mentor_id: int | None


@pages.get("")
def rota_by_hand() -> str:
    """The rota of one half term."""
    return _page()


@pages.get("/<int:slot_id>/<on>")
def drop_in(slot_id: int, on: str) -> str:
    """One drop-in: who is due, who could be, and the forms to change it."""
    return _drop_in_page(_found(slot_id, on))


@pages.post("/due")
def due() -> Response | tuple[str, int]:
    """Set who is due on one drop-in."""
    drop_in = _open(_found(request.form.get("slot", 0, type=int), request.form.get("date", "")))
    chosen = [forms.number(each) for each in request.form.getlist("mentor") if each]
    fault = rota.set_due(
        g.db,
        drop_in,
        chosen,
        seen=request.form.get("seen", type=int),
        despite=request.form.get("despite", ""),
        by=journal.staff(g.me.id),
        now=g.now,
    )
    if fault:
        return _drop_in_page(_again(drop_in), fault=fault, chosen=chosen), 409 if isinstance(fault, Conflict) else 422
    return _back(drop_in, "saved")


@pages.post("/move")
def move() -> Response | tuple[str, int]:
    """Move a mentor to another drop-in. The mentor whose place they take gets their former place."""
    here, there = (_place(request.form.get(name, "")) for name in ("here", "there"))
    if here.mentor_id is None:
        abort(400)
    fault = rota.move(
        g.db,
        here.mentor_id,
        here=_open(here.drop_in),
        there=_open(there.drop_in),
        instead_of=there.mentor_id,
        seen=(here.seen, there.seen),
        despite=request.form.get("despite", ""),
        by=journal.staff(g.me.id),
        now=g.now,
    )
    if fault:
        page = render_template(
            "admin/planning/rota_move.html",
            mentor=mentors.mentor(g.db, here.mentor_id),
            other=mentors.mentor(g.db, there.mentor_id) if there.mentor_id else None,
            here=here.drop_in,
            there=there.drop_in,
            fault=rota_fault(fault),
            warned=isinstance(fault, Warned),
            given=request.form,
        )
        return page, 409 if isinstance(fault, Conflict) else 422
    return _back(there.drop_in, "moved")


@pages.post("/pin")
def pin() -> Response | tuple[str, int]:
    """Pin a mentor to a drop-in, so that no plan moves them, or unpin them."""
    drop_in = _open(_found(request.form.get("slot", 0, type=int), request.form.get("date", "")))
    mentor_id, pinned = request.form.get("mentor", 0, type=int), request.form.get("pinned") == "yes"
    if fault := rota.pin(g.db, drop_in, mentor_id, pinned=pinned, by=journal.staff(g.me.id), now=g.now):
        return _drop_in_page(_again(drop_in), fault=fault), 409
    return _back(drop_in, "pinned" if pinned else "unpinned")


@pages.post("/undo")
def undo() -> Response | tuple[str, int]:
    """Undo one's own last change."""
    change_id = request.form.get("change", 0, type=int)
    if fault := rota.undo(g.db, change_id, by=journal.staff(g.me.id), now=g.now):
        return _page(fault=fault), 409
    return redirect(url_for("rota_page.rota_by_hand", half=request.form.get("half", type=int), said="undone"), 303)


def stretches(halves: Sequence[HalfTerm], *, today: date, outside: Iterable[date] = ()) -> list[Stretch]:
    """The half terms to choose from; without any, six weeks from this Monday.

    A half term is shown to the last planned drop-in of the days `outside` it, up to the next one; the first one from
    the first of those before it.
    """
    monday = school_year.monday_of(today)
    known = [Stretch(each.id, each.name, each.starts, each.ends) for each in halves]
    for out in outside:
        at = max((number for number, each in enumerate(known) if each.first <= out), default=0)
        if known:
            known[at] = replace(known[at], first=min(known[at].first, out), last=max(known[at].last, out))
    return known or [Stretch(0, "The next six weeks", monday, monday + WITHOUT_HALF_TERMS)]


def chosen_stretch(known: Sequence[Stretch], half: int | None, *, today: date) -> Stretch:
    """The half term asked for; else the current or next one; else the last one."""
    asked = next((each for each in known if each.id == half), None)
    return asked or next((each for each in known if each.last >= today), known[-1])


def by_weeks(cells: Sequence[Cell], stretch: Stretch) -> list[Week]:
    """The rows of the table. Weeks and weekend days without drop-ins are left out."""
    weekdays = sorted({*range(SCHOOL_WEEK), *(each.drop_in.date.weekday() for each in cells)})
    weeks = []
    for monday, found in groupby(cells, lambda each: school_year.monday_of(each.drop_in.date)):
        there = list(found)
        days = [monday + timedelta(days=each) for each in weekdays]
        shown = tuple(
            (each, tuple(cell for cell in there if cell.drop_in.date == each) if _within(each, stretch) else ())
            for each in days
        )
        weeks.append(Week(monday, there[0].week, shown))
    return weeks


def today() -> date:
    """Today's date in the school's time zone."""
    return clock.school_day(g.now, school_year.zone(g.db))


def known_stretches() -> list[Stretch]:
    """The half terms to choose from, with the planned drop-ins that are in none of them; read once a request."""
    reading: Reading = g.reading
    return reading.once(_known_stretches)


def _known_stretches(reading: Reading) -> list[Stretch]:
    halves = school_year.half_terms(reading.db)
    planned = {each.date for each in school_year.planned(reading.db, now=reading.now) if not each.closed}
    outside = [each for each in sorted(planned) if not school_year.half_term_of(each, halves)]
    return stretches(halves, today=today(), outside=outside)


def asked_stretch() -> Stretch:
    """The half term that this request is about."""
    known = known_stretches()
    return chosen_stretch(known, request.values.get("half", type=int), today=today())


def sees_rules() -> bool:
    """Whether the reader may see who is kept apart from whom, and why somebody is not free."""
    return rights.may("mentors.one")


def _within(day: date, stretch: Stretch) -> bool:
    return stretch.first <= day <= stretch.last


def _page(*, fault: Fault | None = None) -> str:
    known, chosen = known_stretches(), asked_stretch()
    cells = rota.glance(g.db, chosen.first, chosen.last)
    weeks = by_weeks(cells, chosen)
    past = [each for each in weeks if each.monday < school_year.monday_of(today())]
    folded = past if len(past) < len(weeks) and request.values.get("past") != "yes" else []
    change = _last_change()
    return render_template(
        "admin/planning/rota.html",
        stretches=known,
        stretch=chosen,
        weeks=weeks[len(folded) :],
        folded=len(folded),
        weekdays=[each.weekday() for each, _ in weeks[0].days] if weeks else [],
        gaps=sum(each.gaps for each in cells if each.drop_in.ends > g.now),
        broken=[each for each in cells if each.broken and each.drop_in.ends > g.now] if sees_rules() else [],
        rules=RULES if sees_rules() else {},
        change=change,
        changed=_changed(g.db, change.drop_in_ids) if change else "",
        today=today(),
        now=g.now,
        fault=rota_fault(fault) if fault else "",
        slots=school_year.slots(g.db),
        days=DAYS,
    )


def _last_change() -> Change | None:
    """The change that an undo would reverse; None if any of its drop-ins is over."""
    change = rota.last_change(g.db, by=journal.staff(g.me.id))
    if change and all(school_year.by_id(g.db, each).ends > g.now for each in change.drop_in_ids):
        return change
    return None


def _changed(db: Database, drop_in_ids: Sequence[int]) -> str:
    """What a change touched: `Tue 12 January`, `Tue 12 January and Thu 14 January`, `24 drop-ins`."""
    if len(drop_in_ids) > 2:
        return f"{len(drop_in_ids)} drop-ins"
    return " and ".join(day(school_year.by_id(db, each).date) for each in drop_in_ids)


def _drop_in_page(drop_in: DropIn, *, fault: Fault | None = None, chosen: Sequence[int] | None = None) -> str:
    cell = next(
        each for each in rota.glance(g.db, drop_in.date, drop_in.date) if each.drop_in.slot_id == drop_in.slot_id
    )
    due = [each.mentor.id for each in cell.due]
    free, others = _choices(cell) if sees_rules() else ([], [])
    return render_template(
        "admin/planning/rota_drop_in.html",
        cell=cell,
        half=asked_or_own(drop_in),
        over=drop_in.ends <= g.now,
        seen=drop_in.version,
        chosen=(list(chosen) if chosen is not None else due),
        free=free,
        others=others,
        targets=_targets(drop_in) if may_change(drop_in) else [],
        reasons=rota.reasons(g.db, drop_in.id) if drop_in.id and sees_rules() else [],
        sees_rules=sees_rules(),
        fault=rota_fault(fault) if fault else "",
        warned=isinstance(fault, Warned),
        conflict=isinstance(fault, Conflict),
        rules=RULES,
        given=request.form,
    )


def may_change(drop_in: DropIn) -> bool:
    """Whether the drop-in may still be changed: it is not over and not called off."""
    return drop_in.ends > g.now and not drop_in.closed


def asked_or_own(drop_in: DropIn) -> int:
    """The id of the half term that the drop-in is in, or 0."""
    half = school_year.half_term_of(drop_in.date, school_year.half_terms(g.db))
    return half.id if half else 0


def _choices(cell: Cell) -> tuple[list[Mentor], list[tuple[Mentor, tuple[Broken, ...]]]]:
    """Two lists of active mentors: those who break no rule by themselves, and the others with the rules they break."""
    drop_in, known = cell.drop_in, availability.everyone(g.db)
    counts = rota.week_counts(g.db, drop_in.date, but=() if drop_in.id is None else (drop_in.id,))
    free: list[Mentor] = []
    others: list[tuple[Mentor, tuple[Broken, ...]]] = []
    for mentor in mentors.mentors(g.db):
        if mentor.state is not MentorState.ACTIVE:
            continue
        found = rota.broken(drop_in, [mentor], known=known, letter=cell.week, that_week=counts)
        alone = tuple(each for each in found if each.rule in (Rule.NOT_FREE, Rule.OVER_CAP))
        if alone:
            others.append((mentor, alone))
        else:
            free.append(mentor)
    return free, others


def _targets(drop_in: DropIn) -> list[Cell]:
    """The other drop-ins of the same half term to which a mentor may be moved."""
    known = known_stretches()
    own = next((each for each in known if _within(drop_in.date, each)), None)
    if own is None:
        return []
    cells = rota.glance(g.db, max(own.first, today()), own.last)
    return [each for each in cells if may_change(each.drop_in) and each.drop_in != drop_in]


def _found(slot_id: int, on: str) -> DropIn:
    try:
        return school_year.find(g.db, slot_id, date.fromisoformat(on)) or abort(404)
    except ValueError:
        abort(400)


def _open(drop_in: DropIn) -> DropIn:
    """The drop-in; 404 if it is over."""
    return drop_in if drop_in.ends > g.now else abort(404)


def _again(drop_in: DropIn) -> DropIn:
    """The drop-in as it is stored now."""
    return school_year.find(g.db, drop_in.slot_id, drop_in.date) or abort(404)


def _place(text: str) -> Place:
    """Parse `slot.date.version.mentor`, as a page sends it; without a mentor it is an empty place. 400 if malformed."""
    found = _PLACE.fullmatch(text)
    if found is None:
        abort(400)
    slot, on, seen, mentor = found.groups()
    return Place(_found(int(slot), on), int(seen), int(mentor) if mentor else None)


def _back(drop_in: DropIn, said: str) -> Response:
    anchor = f"d{drop_in.slot_id}-{drop_in.date}"
    return redirect(url_for("rota_page.rota_by_hand", half=asked_or_own(drop_in), said=said, _anchor=anchor), 303)
