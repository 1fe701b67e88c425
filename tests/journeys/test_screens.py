"""Every page of staff and of the hallway: nothing runs off its side, and axe finds nothing: WCAG 2.2 AA everywhere, and
the stronger contrast on the board. The kiosk's pages are measured in test_kiosk_pages.py.

With DROPIN_PICTURES set to a folder the pictures are kept there, to be looked at or put into the documents.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.demo import OWN_PAGE
from tests.journeys.conftest import Lunch, enter, example_school
from tests.journeys.looking import BROKEN_WORDS, OVERFLOW, context, faults

LAPTOP, PHONE = (1440, 900), (390, 844)
WRONG_FILE = "given_name,family_name,year_group\nSam,Lee,10\n,Nobody,99\nSam,Lee,10\n"
GOOD_FILE = "given_name,family_name,year_group\nSam,Lee,10\n"
# Pages of the rail, which fit a phone too.
RAIL_PAGES = (
    "",
    "rota",
    "cover",
    "on-duty",
    "mentors",
    "mentors/1",
    "mentors/1/leaving",
    "mentors/new",
    "badges",
    "badges/printer",
    "requests",
    "concerns",
    "concerns/new",
    "school-year",
    "channels",
    "drill",
    "programme",
    "box",
    "trail",
    "recovery-key",
    "staff",
    "guide",
    "privacy",
    "privacy/record",
    "privacy/assessment",
)
# As a school has them on its first day.
EMPTY_PAGES = ("", "rota", "mentors", "badges", "school-year", "programme", "staff", "privacy", "today/sheet")
# A table that is edited, cards, a long form, a page to read: what stands on all others too. The rest is for the sweep.
SOME_OF_EACH_KIND = ("", "rota", "mentors", "mentors/1", "concerns/new", "privacy", "box")
OTHER_PAGES = (
    "rota?past=yes",
    "rota/plan",
    "rota/poster",
    "rota/slips",
    "rota/bring",
    "mentors/import",
    "mentors/what-to-say",
    "staff/2",
    "guide?q=badges",
    "box/technical",
    "me",
    "me/second-factor",
    "welcome",
    "forgotten",
    "today/sheet",
    "on-duty/week",
    "school-year/end?year_group=11",
    "privacy/pupils",
    "privacy/mentors/1",
    "privacy/mentors/3/erase",
    "nothing-is-here",
)


@pytest.fixture(scope="module")
def lunch() -> Iterator[Lunch]:
    """One lunch for all of them."""
    with example_school() as lunch:
        yield lunch


def test_the_checker_is_at_work(browser: Browser) -> None:
    page = context(browser, 800, 600).new_page()
    page.set_content(
        "<html lang=en><title>Grey</title><main><p style='color: #767676'>Words</p><img src=x></main></html>"
    )
    weak, strong = (" ".join(faults(page, "grey", strong=strong)) for strong in (False, True))
    page.context.close()
    assert "image-alt: img" in weak
    assert "color-contrast" not in weak
    assert "color-contrast-enhanced: p" in strong


def look(page: Page, name: str) -> list[str]:
    """What runs off the side of one screen. Its picture is kept where asked for."""
    page.evaluate("document.fonts.ready")
    if folder := os.environ.get("DROPIN_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")
    beyond = page.evaluate(OVERFLOW)
    return [f"{name}: {beyond} pixels beyond its side"] if beyond > 0 else []


def fit(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """`dropin run` in an empty folder: the addresses of the kiosk and of the staff pages."""
    ports = {name: str(free_port()) for name in ("DROPIN_KIOSK_PORT", "DROPIN_ADMIN_PORT")}
    folder = tmp_path_factory.mktemp("new")
    with subprocess.Popen(
        [str(Path(sys.executable).parent / "dropin"), "run", "--data", str(folder / "data")],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **ports},
    ) as process:
        assert process.stderr is not None
        assert "Kiosk:" in process.stderr.readline()
        yield tuple(f"http://127.0.0.1:{port}" for port in ports.values())
        process.terminate()
        process.wait(15)


def test_the_kiosk_when_it_does_not_answer(seen_lunch: Lunch, browser: Browser) -> None:
    touchscreen = context(browser, 1280, 800)
    page = touchscreen.new_page()
    page.goto(seen_lunch.kiosk)
    page.route("**/ask", lambda route: route.abort())
    page.route("**/state", lambda route: route.abort())
    page.get_by_role("link", name="Talk to someone").tap()
    expect(page.locator("h1")).to_have_text("This screen is not answering.", timeout=12_000)
    found = faults(page, "no answer", strong=True)
    touchscreen.close()
    assert found == []


@contextmanager
def staff_page(browser: Browser, lunch: Lunch) -> Iterator[Page]:
    """A staff page, with the lead logged in. No script of it may fail: the bar of calls hangs on the scripts."""
    laptop = context(browser, *LAPTOP)
    failed: list[str] = []
    laptop.on("weberror", lambda fault: failed.append(f"{fault.page.url if fault.page else ''}: {fault.error}"))
    page = laptop.new_page()
    enter(page, lunch, lunch.staff[0])
    yield page
    laptop.close()
    assert failed == []


@pytest.fixture
def laptop(seen_lunch: Lunch, browser: Browser) -> Iterator[Page]:
    """A staff page of a lunch that nobody changes."""
    with staff_page(browser, seen_lunch) as page:
        yield page


def test_the_log_in(seen_lunch: Lunch, browser: Browser) -> None:
    seen = context(browser, *LAPTOP)
    page = seen.new_page()
    page.goto(seen_lunch.admin)
    found = faults(page, "log in", strong=False)
    page.fill("[name=email]", seen_lunch.staff[0]["email"])
    page.fill("[name=password]", "not this one")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults(page, "log in, wrong", strong=False)
    seen.close()
    assert found == []


@pytest.mark.parametrize("paths", [RAIL_PAGES[0::2], RAIL_PAGES[1::2]], ids=["first", "second"])
def test_the_pages_of_the_rail(seen_lunch: Lunch, laptop: Page, paths: tuple[str, ...]) -> None:
    found = []
    for path in paths:
        name = path or "today"
        fit(laptop, PHONE)
        laptop.goto(f"{seen_lunch.admin}/{path}")
        expect(laptop.locator(".rail li [aria-current]")).to_be_in_viewport()
        found += [f"{name}: “{word}” is broken inside" for word in laptop.evaluate(BROKEN_WORDS)]
        found += look(laptop, f"{name.replace('/', '-')}-phone")
        fit(laptop, LAPTOP)
        found += look(laptop, f"{name.replace('/', '-')}-laptop")
        if path in SOME_OF_EACH_KIND:
            found += faults(laptop, name, strong=False)
    assert found == []


def test_the_other_pages(seen_lunch: Lunch, laptop: Page) -> None:
    found = []
    for path in OTHER_PAGES:
        laptop.goto(f"{seen_lunch.admin}/{path}")
        found += look(laptop, f"{path.replace('/', '-')}-laptop")
    assert found == []
    # What was done is said in sight of what was changed, far down the page.
    laptop.goto(f"{seen_lunch.admin}/privacy?said=hold_ended#checks")
    expect(laptop.locator("#checks")).to_be_in_viewport()
    expect(laptop.locator(".said")).to_be_in_viewport()


@pytest.mark.sweep
@pytest.mark.parametrize("path", [*RAIL_PAGES, *OTHER_PAGES])
def test_axe_finds_nothing_on_any_page(seen_lunch: Lunch, laptop: Page, path: str) -> None:
    found = []
    for size in (PHONE, LAPTOP):
        fit(laptop, size)
        laptop.goto(f"{seen_lunch.admin}/{path}")
        found += faults(laptop, f"{path or 'today'} at {size[0]}", strong=False)
    assert found == []


@pytest.mark.sweep
def test_the_steps_of_staff(lunch: Lunch, browser: Browser) -> None:
    with staff_page(browser, lunch) as page:
        assert steps(page, lunch) == []


def steps(page: Page, lunch: Lunch) -> list[str]:
    """What is wrong with the pages that staff come to by what they do."""
    found: list[str] = []
    for name, file in (("import, faults", WRONG_FILE), ("import, a dry run", GOOD_FILE)):
        page.goto(f"{lunch.admin}/mentors/import")
        page.set_input_files("[name=file]", {"name": "mentors.csv", "mimeType": "text/csv", "buffer": file.encode()})
        page.get_by_role("button", name="Look at it first").click()
        expect(page.get_by_role("heading", level=2).first).to_be_visible()
        found += faults(page, name, strong=False)
    page.goto(f"{lunch.admin}/mentors/new")
    page.evaluate("document.querySelectorAll('[required]').forEach((field) => { field.required = false; })")
    page.locator("main button").last.click()
    expect(page.locator(".fault").first).to_be_visible()
    found += faults(page, "new mentor, faults", strong=False)
    page.goto(f"{lunch.admin}/rota")
    page.locator(".short:not(.over) .hours").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += faults(page, "rota, one drop-in", strong=False)
    page.goto(f"{lunch.admin}/rota/plan")
    page.get_by_role("main").get_by_role("button", name="Plan").click()
    expect(page.get_by_role("button", name="Use this plan")).to_be_visible(timeout=60_000)
    found += faults(page, "rota, the plan", strong=False)
    page.evaluate("document.getElementById('no-answer').hidden = false")
    found += faults(page, "the box is lost", strong=False)
    urlopen(Request(f"{lunch.kiosk}/alert", b"key=axe", OWN_PAGE)).close()
    page.goto(lunch.admin)
    expect(page.get_by_role("button", name="I am going").first).to_be_visible()
    found += faults(page, "today, an alert", strong=False)
    page.goto(f"{lunch.admin}/programme")
    page.get_by_role("button", name="Make an address for the staff room").click()
    address = page.get_by_role("link", name="/staff-room/").get_attribute("href")
    room = page.context.new_page()
    room.goto(f"{lunch.admin}{address}")
    expect(room.locator(".needed")).to_be_visible()
    found += faults(room, "staff room, an alert", strong=True)
    room.get_by_role("button", name="Ms Okafor").click()
    expect(room.get_by_role("dialog")).to_be_visible()
    found += faults(room, "staff room, sure?", strong=True)
    room.get_by_role("button", name="Yes, Ms Okafor is going").click()
    expect(room.locator(".said-for")).to_be_visible()
    found += faults(room, "staff room, not confirmed yet", strong=True)
    page.goto(lunch.admin)
    expect(page.locator(".answered")).to_be_visible()
    found += faults(page, "today, not confirmed yet", strong=False)
    page.get_by_role("button", name="I am going").first.click()
    expect(page.locator(".answered")).to_contain_text("Ms Okafor is going")
    found += faults(page, "today, somebody is going", strong=False)
    expect(room.locator(".going")).to_be_visible()
    found += faults(room, "staff room, somebody is going", strong=True)
    return found


@pytest.mark.parametrize("size", [(1920, 1080), PHONE])
def test_the_board(seen_lunch: Lunch, browser: Browser, size: tuple[int, int]) -> None:
    hallway = context(browser, *size)
    page = hallway.new_page()
    page.goto(seen_lunch.board)
    expect(page.locator(".room h1").first).not_to_be_empty()
    found = look(page, f"board-{size[0]}x{size[1]}") + faults(page, "board", strong=True)
    page.route("**/board/**", lambda route: route.abort())
    page.evaluate("document.getElementById('unsure').hidden = false")
    found += faults(page, "board, unsure", strong=True)
    hallway.close()
    assert found == []


def test_the_first_start(first_start: tuple[str, str], browser: Browser) -> None:
    kiosk, admin = first_start
    laptop = context(browser, 1440, 900)
    page = laptop.new_page()
    page.goto(kiosk)
    expect(page.locator("h1")).to_have_text("This drop-in is not set up yet.")
    found = faults(page, "kiosk, not set up", strong=True)
    page.goto(admin)
    expect(page.locator("h1")).to_have_text("Welcome. Who leads the programme?")
    found += faults(page, "set up", strong=False)
    given = {"school": "Harbour School", "name": "Ms Okafor", "room": "Room 4", "email": "okafor@harbour.example"}
    for field, value in {**given, "password": "short", "again": "short"}.items():
        page.fill(f"[name={field}]", value)
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".fault").first).to_be_visible()
    found += faults(page, "set up, faults", strong=False)
    for field in ("password", "again"):
        page.fill(f"[name={field}]", "three wet turtles")
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".rail")).to_be_visible()
    for path in EMPTY_PAGES:
        page.goto(f"{admin}/{path}")
        found += look(page, f"new school, {path or 'today'}")
    found += faults(page, "new school, its sheet for today", strong=False)
    page.goto(kiosk)
    expect(page.locator("h1")).to_have_text("The next drop-in is not planned yet.")
    found += faults(page, "kiosk, closed", strong=True)
    laptop.close()
    assert found == []
