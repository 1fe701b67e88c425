"""A call for an adult through real browsers: the kiosk, a staff page and the staff room's screen at the same time."""

import re
import sqlite3
from contextlib import closing

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Lunch, log_in

NEEDED = "An adult is needed: Library 2"


def call(screen: Page, lunch: Lunch) -> None:
    """The red tile's two taps."""
    screen.goto(lunch.kiosk)
    screen.get_by_role("link", name="Someone is not safe").tap()
    screen.get_by_role("button", name="Yes, get an adult now").tap()
    expect(screen.locator(".steps")).to_contain_text("Your message is saved.")


def wait_minutes(lunch: Lunch, minutes: int) -> None:
    """As if whoever called had waited so long already."""
    with closing(sqlite3.connect(lunch.data / "programme.db", timeout=10)) as db, db:
        db.execute(
            "update alerts set raised = strftime('%Y-%m-%dT%H:%M:%S+00:00', raised, ?) where acknowledged is null",
            [f"-{minutes} minutes"],
        )


def test_a_call_reaches_staff_is_passed_on_and_is_answered(
    lunch: Lunch, browser: Browser, kiosk: BrowserContext
) -> None:
    lead = log_in(browser, lunch)
    lead.goto(f"{lunch.admin}/programme")
    lead.get_by_role("button", name="Make an address for the staff room").click()
    address = lead.get_by_role("link", name="/staff-room/").get_attribute("href")
    room = browser.new_page(viewport={"width": 1280, "height": 800})
    room.goto(f"{lunch.admin}{address}")
    expect(room.locator("h1").first).to_have_text("No adult is needed now")

    # Two taps, and every staff screen shows it; the kiosk says so only then.
    screen = kiosk.new_page()
    call(screen, lunch)
    expect(lead.locator("#alerts")).to_contain_text("A pupil asks for an adult")
    expect(lead.locator("#alerts .where")).to_contain_text("Library 2, ")
    expect(room.locator(".needed")).to_contain_text(NEEDED)
    expect(screen.locator("[data-step=told]")).to_have_text(
        re.compile("We have told them: (Ms Okafor|the staff room).")
    )

    # Nobody answers: the keeper passes it on, and all three say so.
    wait_minutes(lunch, 4)
    expect(lead.locator("#alerts")).to_contain_text("passed to the deputy.")
    expect(room.locator(".needed")).to_contain_text("passed to the deputy.")
    expect(screen.locator("main")).to_contain_text("We have passed it to the deputy too.")

    # One tap on a name in the staff room is asked back; after the second all read for whom it was said.
    said = "Somebody in the staff room, for Mr Adeyemi,"
    room.get_by_role("button", name="Mr Adeyemi").click()
    room.get_by_role("button", name="Yes, Mr Adeyemi is going").click()
    for page, where in ((room, ".needed"), (lead, "#alerts"), (screen, "main")):
        expect(page.locator(where)).to_contain_text(said)

    # A tap by mistake is taken back where it was made, and the lead goes instead.
    room.get_by_role("button", name="Mr Adeyemi is not going after all").click()
    expect(room.locator(".needed")).not_to_contain_text(said)
    expect(screen.locator("main")).not_to_contain_text(said)
    lead.get_by_role("button", name="I am going").click()
    expect(lead.locator(".said")).to_contain_text("You are going to Library 2.")
    expect(screen.locator("h1")).to_have_text("Ms Okafor is coming. Stay here, or go to any adult.")
    expect(room.locator(".going")).to_contain_text("Ms Okafor is going to Library 2")
    room.close()
    lead.close()


def test_the_staff_rooms_screen_says_when_it_has_lost_the_box(seen_lunch: Lunch, browser: Browser) -> None:
    lead = log_in(browser, seen_lunch)
    lead.goto(f"{seen_lunch.admin}/programme")
    lead.get_by_role("button", name="Make an address for the staff room").click()
    address = lead.get_by_role("link", name="/staff-room/").get_attribute("href")
    lead.close()
    room = browser.new_page(viewport={"width": 1280, "height": 800})
    room.clock.install()
    room.goto(f"{seen_lunch.admin}{address}")
    expect(room.locator("h1").first).to_have_text("No adult is needed now")
    room.route("**/staff-room/**", lambda route: route.abort())
    room.clock.fast_forward(29_000)
    expect(room.locator("#unsure")).to_be_hidden()
    room.clock.fast_forward(3_000)
    expect(room.locator("#unsure")).to_contain_text("This screen has lost the box")
    room.unroute("**/staff-room/**")
    room.clock.fast_forward(6_000)
    expect(room.locator("#unsure")).to_be_hidden()
    room.close()
