"""Thirty days on a hallway board and a kiosk in a real Chromium, in minutes: memory of both pages, sizes of files (P28)

`python -m benchmarks.month [DAYS] [--to FOLDER]`. Time is moved where it is read: `clock.now` and `clock.ticks` of the
doors, which run in this process, and the pages' own clock, whose timers run as the hours pass. Each day has so many
looks of the board and pupils on the kiosk; at its end the day is closed, and what is due is forgotten, as `dropin run`
does it. Prints a table, and writes `month.csv` and `month.svg`.
"""

import argparse
import csv
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from playwright.sync_api import Page, sync_playwright
from waitress import create_server

import admin.app
import kiosk.app
from admin.command_line import keeper
from benchmarks import lunch_steps
from benchmarks.glance import CHROMIUM
from mentoring.basics import clock
from mentoring.basics.settings import Settings
from mentoring.planning import rota
from mentoring.school import programme, school_year
from mentoring.school.school_year import NewSlot
from mentoring.store.database import open_database

DAYS = 30  # school days, weekends between them
LOOKS, PUPILS = 200, 8  # a day: looks of the board, pupils on the kiosk
SEED = 20270112
MOST_GROWTH, FLOOR_MB = 1.25, 1.0  # of a page's memory, from the first third of the days to the last
WIDTH, HEIGHT, LEFT, TOP = 640, 150, 60, 30
COLOURS = ("#0b6e4f", "#a23e48", "#3d5a80")


@dataclass(frozen=True)
class Evening:
    """What was measured at the end of one day. A page's memory is what its scripts hold after a collection, in MB."""

    day: str
    board_mb: float
    kiosk_mb: float
    board_nodes: int
    kiosk_nodes: int
    database_kb: int
    log_kb: int
    folder_kb: int


class Wall:
    """The clock of the doors, moved by hand: the time of day and the seconds since the start move together."""

    def __init__(self, moment: datetime) -> None:
        self.moment, self.seconds = moment, 1_000.0

    def now(self) -> datetime:
        """Stands in for `clock.now`."""
        return self.moment

    def ticks(self) -> float:
        """Stands in for `clock.ticks`."""
        return self.seconds

    def to(self, moment: datetime) -> None:
        """Move on to this moment."""
        self.seconds += (moment - self.moment).total_seconds()
        self.moment = moment


@contextmanager
def moved_by(wall: Wall) -> Iterator[None]:
    """Everything in this process reads this clock."""
    now, ticks = clock.now, clock.ticks
    clock.now, clock.ticks = wall.now, wall.ticks
    try:
        yield
    finally:
        clock.now, clock.ticks = now, ticks


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of a door that runs in a thread."""
    server = create_server(app, host="127.0.0.1", port=0, threads=8, ident=None)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()


def set_up(folder: Path) -> str:
    """A programme with a drop-in on every school day; the board's path."""
    lunch_steps.set_up(folder)
    now = lunch_steps.at("09:00", lunch_steps.FIRST_OF_SEPTEMBER)
    with closing(open_database(folder / "programme.db")) as db:
        for day in (0, 2, 3, 4):
            slot = NewSlot(day, "12:30", "13:15", "Library 2", "")
            school_year.add_slot(db, slot, adult_id=2, by="staff 1", now=now)
        return f"/board/{programme.load(db).board_link}"


def school_days(count: int) -> list[date]:
    """So many days from Monday to Friday."""
    days = [lunch_steps.TUESDAY + timedelta(days=each) for each in range(2 * count + 7)]
    return [each for each in days if each.weekday() < 5][:count]


# one day


def morning(settings: Settings, day: date) -> None:
    """Put Amira and Ben on the day's drop-in."""
    with closing(open_database(settings.database)) as db:
        for each in school_year.on_day(db, day):
            rota.set_due(db, each, [lunch_steps.AMIRA, lunch_steps.BEN], by="staff 1", now=clock.now())


def evening(settings: Settings) -> None:
    """What the keeper does by itself once the day is over, unless the clock is in doubt."""
    keeper.close_the_day(settings)
    keeper.forget(settings)


def ask(page: Page, chance: random.Random) -> None:
    """A pupil asks by the kiosk's buttons and walks away; the page goes home by itself."""
    page.locator("a[href='/ask']").first.click()
    page.locator("#page:not([inert]) [name=topic]").first.wait_for(state="attached")
    settle(page)
    page.locator("button[name=topic]").nth(chance.randrange(8)).click()
    page.locator("button[name=mentor]").first.wait_for()
    settle(page)
    page.locator("button[name=mentor]").first.click()
    page.locator("#page[data-page=ticket]").wait_for()
    for _ in range(12):
        page.clock.run_for(5_000)
        if page.locator("#page[data-page=home]").count():
            break
    page.locator("#page[data-page=home]").wait_for()
    settle(page)


def settle(page: Page) -> None:
    """Let half a second of the page's clock pass: a new page takes no tap at first."""
    page.clock.run_for(500)


def memory(page: Page) -> tuple[float, int]:
    """MB that the page's scripts hold after a collection, and how many nodes there are."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    nodes = session.send("Memory.getDOMCounters")["nodes"]
    session.detach()
    return round(used / 1e6, 2), int(nodes)


def one_day(day: date, wall: Wall, settings: Settings, board: Page, kiosk: Page) -> Evening:
    """A lunch on both pages, then the evening; what pages and files measure then."""
    chance, begins = random.Random(f"{SEED} {day}"), lunch_steps.at("12:35", day)
    wall.to(begins - timedelta(hours=1))
    morning(settings, day)
    for turn in range(PUPILS):
        wall.to(begins + timedelta(minutes=4 * turn))
        ask(kiosk, chance)
        for _ in range(LOOKS // PUPILS):
            with board.expect_response(lambda answer: answer.url.endswith(".json"), timeout=60_000):
                board.clock.run_for(1_000)
    wall.to(begins + timedelta(hours=3))
    evening(settings)
    (board_mb, board_nodes), (kiosk_mb, kiosk_nodes) = memory(board), memory(kiosk)
    return Evening(
        day=str(day),
        board_mb=board_mb,
        kiosk_mb=kiosk_mb,
        board_nodes=board_nodes,
        kiosk_nodes=kiosk_nodes,
        database_kb=kilobytes(settings.database),
        log_kb=kilobytes(settings.database.with_name("programme.db-wal")),
        folder_kb=sum(kilobytes(each) for each in settings.data.rglob("*")),
    )


def kilobytes(path: Path) -> int:
    """The size of a file; 0 where there is none."""
    return path.stat().st_size // 1000 if path.is_file() else 0


# all days


def live_through(days: list[date], tell: Callable[[Evening], None]) -> list[Evening]:
    """Both pages, opened once, through all these days."""
    evenings = []
    with tempfile.TemporaryDirectory(prefix="month-") as name, sync_playwright() as playwright:
        path, settings = set_up(Path(name)), Settings(data=Path(name))
        wall = Wall(lunch_steps.at("09:00", days[0]))
        with (
            moved_by(wall),
            served(admin.app.create_app(settings)) as staff,
            served(kiosk.app.create_app(settings)) as touch,
        ):
            flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            pages = browser.new_page(), browser.new_page()
            for page, url in zip(pages, (staff + path, touch), strict=True):
                page.set_default_timeout(60_000)
                page.clock.install()
                page.goto(url)
            for day in days:
                evenings.append(one_day(day, wall, settings, *pages))
                tell(evenings[-1])
            browser.close()
    return evenings


def growth(values: list[float]) -> float:
    """By how much the last third's median is more than the first third's; the first day is warming up."""
    third = max(1, (len(values) - 1) // 3)
    return median(values[-third:]) - median(values[1 : third + 1] or values)


def grown(evenings: list[Evening]) -> list[str]:
    """The pages whose memory or nodes grew by more than a quarter."""
    found = []
    for what, floor in (("board_mb", FLOOR_MB), ("kiosk_mb", FLOOR_MB), ("board_nodes", 500), ("kiosk_nodes", 500)):
        values = [float(getattr(each, what)) for each in evenings]
        if growth(values) > max(floor, (MOST_GROWTH - 1) * median(values)):
            found.append(f"{what} grew by {growth(values):.1f}")
    return found


def chart(evenings: list[Evening]) -> str:
    """An SVG of three panels: the memory of both pages, their nodes, and the sizes of the files."""
    panels = (("board_mb", "kiosk_mb"), ("board_nodes", "kiosk_nodes"), ("database_kb", "log_kb", "folder_kb"))
    drawn = [_panel(evenings, names, (HEIGHT + 2 * TOP) * place) for place, names in enumerate(panels)]
    size = f'width="{WIDTH + 2 * LEFT}" height="{(HEIGHT + 2 * TOP) * len(panels)}"'
    style = 'font-family="sans-serif" font-size="12"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n' + "\n".join(drawn) + "\n</svg>\n"


def _panel(evenings: list[Evening], names: tuple[str, ...], top: int) -> str:
    most = max(float(getattr(each, name)) for each in evenings for name in names) or 1.0
    bottom, step = top + TOP + HEIGHT, WIDTH / max(1, len(evenings) - 1)
    lines = [f'<path d="M{LEFT} {top + TOP}V{bottom}H{LEFT + WIDTH}" fill="none" stroke="#666"/>']
    lines += [f'<text x="4" y="{top + TOP + 4}">{most:g}</text><text x="4" y="{bottom}">0</text>']
    for place, (name, colour) in enumerate(zip(names, COLOURS, strict=False)):
        values = [float(getattr(each, name)) for each in evenings]
        points = " ".join(
            f"{LEFT + step * n:.0f},{bottom - HEIGHT * value / most:.0f}" for n, value in enumerate(values)
        )
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.append(f'<text x="{LEFT + 150 * place}" y="{top + TOP - 8}" fill="{colour}">{name}</text>')
    return "\n".join(lines)


def tell(each: Evening) -> None:
    """Print one day's row."""
    print("| " + " | ".join(map(str, asdict(each).values())) + " |", flush=True)


def main() -> int:
    """Print a row a day, and write the table and the chart; exit 1 if a page grew."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.month", description="Thirty days in minutes.")
    parser.add_argument("days", nargs="?", type=int, default=DAYS)
    parser.add_argument("--to", type=Path, default=Path("build"), help="the folder of month.csv and month.svg")
    given = parser.parse_args()
    names, began = list(Evening.__annotations__), time.monotonic()
    print("| " + " | ".join(names) + " |" + "\n" + "|---" * len(names) + "|", flush=True)
    evenings = live_through(school_days(given.days), tell)
    given.to.mkdir(exist_ok=True)
    with (given.to / "month.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, names)
        rows.writeheader()
        rows.writerows(asdict(each) for each in evenings)
    (given.to / "month.svg").write_text(chart(evenings), encoding="utf-8")
    found = grown(evenings)
    looks, pupils = LOOKS * len(evenings), PUPILS * len(evenings)
    print(
        f"\n{len(evenings)} days, {looks} looks of the board, {pupils} pupils in {time.monotonic() - began:.0f} s: "
        f"{'; '.join(found) or 'neither page grew'}. Drawn in {given.to / 'month.svg'}"
    )
    return len(found) > 0


if __name__ == "__main__":
    sys.exit(main())
