"""Three rooms at once on the hallway's board, a phone with the same address, and the staff room's screen."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from mentoring.basics import clock
from mentoring.school.programme import DAYS
from tests.journeys.conftest import Lunch, dropin, log_in, typed_code


def test_three_rooms_fit_the_board_and_a_phone_and_both_screens_follow_a_scan(
    lunch: Lunch, browser: Browser, tmp_path: Path
) -> None:
    today = DAYS[clock.school_day(clock.now(), "Europe/London").weekday()]
    for room, places in (("Music room 3", "3"), ("The Hub", "2")):
        whole_day = ["--day", today, "--start", "00:00", "--end", "23:59"]
        dropin("add-slot", *whole_day, "--room", room, "--places", places, data=lunch.data)
    hallway = opened(browser, lunch.board, 1920, 1080)
    phone = opened(browser, lunch.board, 390, 844)
    staff_room = log_in(browser, lunch, width=1280, height=800)
    staff_room.get_by_role("link", name="On duty").click()
    expect(staff_room.locator(".away", has_text="Ben Whitlock")).to_be_visible()
    for screen in (hallway, phone):
        expect(screen.locator(".room")).to_have_count(3)
        assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert hallway.evaluate("document.querySelector('footer').getBoundingClientRect().bottom <= innerHeight")
    assert hallway.evaluate(
        "[...document.querySelectorAll('.who')].every((who) => who.scrollHeight <= who.clientHeight)"
    )

    kiosk = opened(browser, f"{lunch.kiosk}/scan", 1280, 800)
    kiosk.fill("#code", typed_code(lunch, "Ben", tmp_path))
    kiosk.get_by_role("button", name="Go").click()
    for screen in (hallway, phone):
        expect(screen.locator(".room.open")).to_contain_text("Ben")
    expect(staff_room.locator(".away", has_text="Ben Whitlock")).to_have_count(0)
    expect(staff_room.locator(".people")).to_contain_text(["Ben Whitlock"])


def opened(browser: Browser, address: str, width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(address)
    return page
