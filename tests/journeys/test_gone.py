"""A door that is killed while a page is open, or a page opened in a bad moment: it says so and whom to find, and heals
by itself (P26, P27).
"""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.request import urlopen

import psutil
import pytest
from playwright.sync_api import Browser, Route, expect

from tests.conftest import until
from tests.journeys.conftest import Lunch, example_school, log_in, touchscreen
from tests.journeys.looking import holds

REFUSED = ("ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_SOCKET", "ERR_FAILED")  # what a browser notes of a dead door
BACK_MS = 60_000  # a door is back in two seconds, but not on a machine with ten other things to do


@pytest.fixture(scope="module")
def lunch() -> Iterator[Lunch]:
    """One lunch for all of them."""
    with example_school() as lunch:
        yield lunch


def kill(lunch: Lunch, module: str) -> None:
    """`kill -9` one door's process."""
    for each in psutil.Process(lunch.keeper).children():
        if each.cmdline()[-2:] == ["-m", module]:
            each.kill()
            return
    raise AssertionError(f"there is no {module} to kill")


@contextmanager
def gone(lunch: Lunch, module: str) -> Iterator[None]:
    """One door dead, and nobody there to start it again until the block is over."""
    os.kill(lunch.keeper, signal.SIGSTOP)
    try:
        kill(lunch, module)
        yield
    finally:
        os.kill(lunch.keeper, signal.SIGCONT)


def answers(url: str) -> bool:
    """Whether there is a door again."""
    with suppress(OSError), urlopen(f"{url}/healthz"):
        return True
    return False


def requests(lunch: Lunch) -> int:
    """How many have asked so far."""
    with closing(sqlite3.connect(lunch.data / "programme.db")) as db:
        return int(db.execute("select count(*) from help_requests").fetchone()[0])


def test_the_kiosk_says_that_it_is_gone_and_comes_back_by_itself(lunch: Lunch, browser: Browser) -> None:
    with touchscreen(browser, may_say=REFUSED) as kiosk:
        page = kiosk.new_page()
        page.goto(lunch.kiosk)
        with gone(lunch, "kiosk"):
            words = page.locator("#no-answer")
            expect(words).to_contain_text("This screen is not answering.", timeout=10_000)
            expect(words).to_contain_text("Please find a mentor, or any adult in the room.")
            expect(words).to_contain_text("0800 1111")
        expect(page.locator("h1")).to_have_text("Hello. What would you like to do?", timeout=BACK_MS)
        expect(page.locator(".state")).to_contain_text("Mentors are on their way")
        page.get_by_role("link", name="Talk to someone").tap()
        expect(page.locator("h1")).to_have_text("What is it about?")


def test_a_ticket_does_not_stay_on_a_screen_that_is_gone(lunch: Lunch, browser: Browser) -> None:
    with touchscreen(browser, may_say=REFUSED) as kiosk:
        page = kiosk.new_page()
        page.goto(lunch.kiosk)
        page.get_by_role("link", name="Talk to someone").tap()
        page.get_by_role("button", name="Bullying").tap()
        page.get_by_role("button", name="Anyone").tap()
        word = page.locator(".word").inner_text()
        with gone(lunch, "kiosk"):
            page.get_by_role("button", name="Done").tap()
            expect(page.locator("#no-answer")).to_contain_text("This screen is not answering.", timeout=10_000)
            assert word not in holds(page)
            assert "ullying" not in holds(page)
        expect(page.locator("h1")).to_contain_text("Hello", timeout=BACK_MS)
        assert word not in holds(page)


@pytest.mark.parametrize("what", ["the answer was lost", "the kiosk was killed"])
def test_a_tap_in_that_moment_is_answered_once_it_is_back(lunch: Lunch, browser: Browser, what: str) -> None:
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        if what == "the kiosk was killed":
            kill(lunch, "kiosk")
        else:
            lost.append(route.fetch(max_redirects=0).status)
        route.abort("connectionfailed")

    with touchscreen(browser, may_say=REFUSED) as kiosk:
        page = kiosk.new_page()
        page.clock.install()
        page.goto(lunch.kiosk)
        page.get_by_role("link", name="Talk to someone").tap()
        page.get_by_role("button", name="Family").tap()
        expect(page.locator("h1")).to_have_text("Who would you like to talk to?")
        before = requests(lunch)
        page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)  # how soon the door is back is the machine's matter
        with page.expect_event("requestfailed"):
            page.route("**/ask", lose_the_answer, times=1)
            page.get_by_role("button", name="Anyone").tap()
        assert until(lambda: answers(lunch.kiosk))
        page.clock.run_for(500)
        expect(page.locator("h1")).to_contain_text("You are")
        assert requests(lunch) == before + 1
    assert lost == ([303] if what == "the answer was lost" else [])


def test_a_staff_page_says_that_it_has_lost_the_box_and_heals(lunch: Lunch, browser: Browser) -> None:
    page = log_in(browser, lunch)
    lost = page.locator("#no-answer")
    expect(lost).to_be_hidden()
    with gone(lunch, "admin"):
        expect(lost).to_be_visible(timeout=BACK_MS)
        expect(lost).to_contain_text("This page has lost the box: alerts cannot reach it.")
        expect(lost).to_contain_text("printed sheet")
    expect(lost).to_be_hidden(timeout=BACK_MS)
    page.get_by_role("link", name="Rota").click()
    expect(page.locator("h1")).to_contain_text("Rota")
    page.close()


# Opened in a bad moment


def test_screens_opened_while_the_box_cannot_read_its_memory_come_back_by_themselves(
    lunch: Lunch, browser: Browser
) -> None:
    file = lunch.data / "programme.db"
    kept = file.rename(lunch.data / "elsewhere")
    hallway, kiosk, staff = (browser.new_page(viewport={"width": 1280, "height": 800}) for _ in range(3))
    hallway.goto(lunch.board)
    kiosk.goto(lunch.kiosk)
    staff.goto(f"{lunch.admin}/on-duty")
    expect(hallway.locator("h1")).to_have_text("Ask at reception")
    expect(kiosk.locator("h1")).to_have_text("This screen cannot remember anything right now.")
    expect(staff.locator("h1")).to_have_text("The box cannot reach its memory.")
    kept.rename(file)
    expect(hallway.locator(".room")).to_have_count(1)
    expect(kiosk.locator("#page")).to_have_attribute("data-page", "home")
    expect(staff.locator("h1")).to_have_text("Log in")
    assert hallway.locator("#hour").inner_text().count(":") == 2, "seconds show that the screen is alive"
    for screen in (hallway, kiosk):
        assert screen.evaluate("getComputedStyle(document.documentElement).touchAction") == "pan-x pan-y"
        assert screen.evaluate("getComputedStyle(document.documentElement).overscrollBehaviorY") == "none"
