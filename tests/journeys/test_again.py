"""Screens that are opened in a bad moment come back by themselves, and fingers can only scroll them."""

from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Lunch


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
