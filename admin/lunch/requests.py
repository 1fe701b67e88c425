"""How often pupils asked and about what, with small numbers hidden (P9): a page, two charts and two CSV files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.frame.downloads import CSV, saved
from admin.lunch.sentences import TOPICS, Wrong
from mentoring.basics import clock
from mentoring.basics.forms import Fault
from mentoring.basics.spreadsheets import csv_of
from mentoring.lunch import counts, small_numbers
from mentoring.lunch.counts import Told
from mentoring.lunch.small_numbers import Block
from mentoring.school import school_year
from mentoring.store import journal

pages = Blueprint("requests_page", __name__, url_prefix="/requests")

Answer: TypeAlias = str | tuple[str, int]
NOT_TOLD = "not told"
CHART_WIDE, CHART_HIGH, GAP = 1000, 220, 24
TABLE_WIDE, BAR_HIGH = 680, 34


@dataclass(frozen=True)
class Window:
    """The first and the last day of a page or file, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: its position and size in SVG units, its label and its number."""

    x: float
    y: float
    width: float
    height: float
    words: str
    number: int


@dataclass(frozen=True)
class Bars:
    """The bars of one half term, side by side, beginning at `x`."""

    name: str
    x: float
    width: float
    bars: tuple[Bar, ...]


@pages.get("")
def show() -> Answer:
    """Visits over the year and topics by half term, with what is hidden and how to read the numbers."""
    return _page()


@pages.get("/visits.svg")
def visits_chart() -> Response:
    """The chart of visits as SVG: see `visit_bars`."""
    window, _ = _asked_window()
    return _svg(
        render_template("admin/lunch/visits.svg", halves=visit_bars(_inside(window)), wide=CHART_WIDE, high=CHART_HIGH)
    )


@pages.get("/topics.svg")
def topics_chart() -> Response:
    """The chart of one half term's topics as SVG, largest first. Hidden topics are left out."""
    half = next((each for each in counts.told(g.db) if each.id == request.args.get("half", type=int)), None)
    bars = topic_bars(half) if half else []
    high = BAR_HIGH * max(1, len(bars))
    return _svg(render_template("admin/lunch/topics.svg", bars=bars, wide=TABLE_WIDE, high=high))


@pages.get("/visits.csv")
def visits_file() -> Response:
    """The visits in the window as CSV: dates and whole numbers only."""
    window, _ = _asked_window()
    blocks = [block for half in _inside(window) for block in half.blocks]
    rows = [(each.first, each.last, each.drop_ins, each.asked) for each in blocks]
    return _csv("visits", window, ("first_day", "last_day", "drop_ins", "asked"), rows)


@pages.get("/topics.csv")
def topics_file() -> Response:
    """The topics of the half terms in the window that are over, as CSV."""
    window, _ = _asked_window()
    rows = [
        (half.first, half.last, topic, NOT_TOLD if asked is None else asked)
        for half in _inside(window)
        for topic, asked in (half.topics or {}).items()
    ]
    return _csv("topics", window, ("first_day", "last_day", "topic", "asked"), rows)


@pages.post("/smallest")
def set_smallest() -> AnyResponse | Answer:
    """Set the number below which counts are hidden."""
    given = request.form.get("threshold", "").strip()
    if faults := counts.threshold_faults(given):
        return _page(faults=faults)
    counts.set_threshold(g.db, int(given), by=journal.staff(g.me.id), now=g.now)
    return redirect(url_for("requests_page.show", said="smallest"), 303)


def visit_bars(halves: Sequence[Told]) -> list[Bars]:
    """The bars of visits: the width is the number of drop-ins, the height the requests a drop-in."""
    shown = [each for each in halves if each.blocks]
    blocks = [block for half in shown for block in half.blocks]
    a_drop_in = (CHART_WIDE - GAP * max(0, len(shown) - 1)) / max(1, sum(_width(each) for each in blocks))
    highest = max((each.asked / _width(each) for each in blocks), default=1)
    found, x = [], 0.0
    for half in shown:
        begins, bars = x, []
        for each in half.blocks:
            width, height = a_drop_in * _width(each), CHART_HIGH * each.asked / _width(each) / highest
            bars.append(Bar(x, CHART_HIGH - height, width, height, days(each), each.asked))
            x += width
        found.append(Bars(half.name, begins, x - begins, tuple(bars)))
        x += GAP
    return found


def _width(block: Block) -> int:
    return max(1, block.drop_ins)


def topic_bars(half: Told) -> list[Bar]:
    """The bars of topics, one below another, largest first."""
    told = sorted(((asked, topic) for topic, asked in (half.topics or {}).items() if asked), reverse=True)
    longest = told[0][0] if told else 1
    return [
        Bar(0, number * BAR_HIGH, TABLE_WIDE * 0.6 * asked / longest, BAR_HIGH - 8, TOPICS[topic], asked)
        for number, (asked, topic) in enumerate(told)
    ]


def days(block: Block) -> str:
    """`12 to 16 January`, or `Tue 12 January` for one day."""
    if block.first == block.last:
        return f"{block.first:%a} {block.first.day} {block.first:%B}"
    month = "" if (block.first.year, block.first.month) == (block.last.year, block.last.month) else f" {block.first:%B}"
    return f"{block.first.day}{month} to {block.last.day} {block.last:%B}"


def _page(*, faults: Sequence[Fault] = ()) -> Answer:
    window, wrong = _asked_window()
    halves = _inside(window)
    page = render_template(
        "admin/lunch/requests.html",
        window=window,
        asked_from=request.args.get("from", window.first.isoformat()),
        asked_to=request.args.get("to", window.last.isoformat()),
        halves=halves,
        over=[each for each in halves if each.topics is not None],
        begun=bool(counts.told(g.db)),
        slots=school_year.slots(g.db),
        total=sum(each.asked for each in halves),
        drop_ins=sum(each.drop_ins for each in halves),
        threshold=counts.threshold(g.db),
        limits=(small_numbers.LOWEST, small_numbers.HIGHEST),
        topics=TOPICS,
        days=days,
        faults=[*wrong, *faults],
        given=request.form,
    )
    return (page, 422) if wrong or faults else page


def _asked_window() -> tuple[Window, list[Fault]]:
    """The dates asked for. Without valid dates, the school year extended to whole half terms, and the faults."""
    year = _school_year()
    days, faults = [year.first, year.last], []
    for number, name in enumerate(("from", "to")):
        text = request.args.get(name, "")
        try:
            days[number] = date.fromisoformat(text) if text else days[number]
        except ValueError:
            faults.append(Fault(name, Wrong.NO_DATE))
    if not faults and days[1] < days[0]:
        faults.append(Fault("to", Wrong.ENDS_FIRST))
    return (year if faults else Window(*days)), faults


def _school_year() -> Window:
    today = clock.school_day(g.now, school_year.zone(g.db))
    began = today.year if today.month >= 9 else today.year - 1
    year = Window(date(began, 9, 1), date(began + 1, 8, 31))
    halves = [each for each in counts.told(g.db) if each.first <= year.last and year.first <= each.last]
    return Window(
        min([year.first, *(each.first for each in halves)]), max([year.last, *(each.last for each in halves)])
    )


def _inside(window: Window) -> list[Told]:
    """The half terms that overlap the window, each with only the blocks that are wholly inside it."""
    return [
        each.within(window.first, window.last)
        for each in counts.told(g.db)
        if each.first <= window.last and window.first <= each.last
    ]


def _svg(text: str) -> Response:
    return Response(text, content_type="image/svg+xml; charset=utf-8")


def _csv(name: str, window: Window, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    return saved(csv_of(columns, rows, end="\n"), f"{name} {window.first} to {window.last}.csv", CSV)
