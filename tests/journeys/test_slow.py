"""Slow answers and slow fingers: no tap is lost, none lands on what it was not meant for."""

import os
import signal
from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Lunch, example_school


@pytest.fixture(scope="module")
def lunch() -> Iterator[Lunch]:
    with example_school(DROPIN_IDLE_WARN_SECONDS="3", DROPIN_IDLE_HOME_SECONDS="5") as lunch:
        yield lunch


def test_a_tap_while_the_page_says_that_it_closes_is_not_lost(lunch: Lunch, browser: Browser) -> None:
    kiosk = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
    page = kiosk.new_page()
    page.goto(lunch.kiosk)
    page.get_by_role("link", name="Talk to someone").tap()
    page.get_by_role("button", name="Family").tap()
    expect(page.locator("h1")).to_have_text("Who would you like to talk to?")
    page.evaluate("document.getElementById('page').dataset.home = '600'")  # long enough to tap
    expect(page.get_by_text("This page closes soon.")).to_be_visible(timeout=6_000)
    page.get_by_role("button", name="Anyone").tap()
    expect(page.locator("h1")).to_contain_text("You are")
    expect(page.locator("#stay")).to_be_hidden()
    kiosk.close()


def test_a_tap_while_the_page_is_busy_is_not_lost(lunch: Lunch, browser: Browser) -> None:
    kiosk = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
    page = kiosk.new_page()
    page.goto(lunch.kiosk)
    page.route("**/ask", lambda _route: None)  # never answered
    page.get_by_role("link", name="Talk to someone").tap()
    page.get_by_role("link", name="get an adult").tap()
    expect(page.locator("h1")).to_contain_text("Do you need an adult now?", timeout=4_000)
    page.route("**/quiz", lambda _route: None)  # never answered
    page.get_by_role("link", name="Hide this").tap()
    expect(page.locator("#page")).to_be_empty()
    kiosk.close()


def test_a_kiosk_that_hangs_says_so_within_ten_seconds(lunch: Lunch, browser: Browser) -> None:
    kiosk = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
    page = kiosk.new_page()
    page.goto(lunch.kiosk)
    page.get_by_role("link", name="Talk to someone").tap()
    expect(page.locator("h1")).to_have_text("What is it about?")
    door = next(each for each in psutil.Process(lunch.keeper).children() if each.cmdline()[-1] == "kiosk")
    os.kill(door.pid, signal.SIGSTOP)
    try:
        page.get_by_role("button", name="Family").tap()
        expect(page.locator("#no-answer")).to_be_visible(timeout=10_000)
    finally:
        os.kill(door.pid, signal.SIGCONT)
    kiosk.close()
