"""Every screen in three sizes: nothing runs off the side, every target is large enough, nothing complains.

With DROPIN_PICTURES set to a folder the pictures are kept there, to be looked at or put into the documents.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Camera, Lunch, log_in, typed_code
from tests.journeys.looking import OVERFLOW, TOO_SMALL

SIZES = {"1280x800": (1280, 800), "800x480": (800, 480), "portrait": (600, 1024)}
STAFF_SIZES = {"laptop": (1440, 900), "phone": (390, 844)}
STAFF_PAGES = (
    "today",
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
    "privacy",
    "privacy/record",
    "privacy/assessment",
)


def look(page: Page, name: str) -> None:
    """One screen: nothing runs off its side. Its picture is kept where asked for."""
    page.evaluate("document.fonts.ready")
    assert page.evaluate(OVERFLOW) <= 0, name
    if folder := os.environ.get("DROPIN_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("size", SIZES)
def test_every_kiosk_screen_fits_and_its_targets_are_large(
    lunch: Lunch, camera: Camera, kiosk: BrowserContext, tmp_path: Path, size: str
) -> None:
    amira, ben = (typed_code(lunch, name, tmp_path) for name in ("Amira", "Ben"))
    width, height = SIZES[size]
    page = kiosk.new_page()
    page.set_viewport_size({"width": width, "height": height})

    def seen(name: str) -> None:
        look(page, f"{name}-{size}")
        assert page.evaluate(TOO_SMALL) == [], name

    def scan(code: str) -> None:
        page.goto(f"{lunch.kiosk}/scan")
        page.fill("#code", code)
        page.get_by_role("button", name="Go").tap()

    page.goto(lunch.kiosk)
    seen("opening")
    page.get_by_role("link", name="Talk to someone").tap()
    expect(page.locator("h1")).to_have_text("What is it about?")
    seen("topics")
    page.get_by_role("button", name="Bullying").tap()
    expect(page.locator("h1")).to_have_text("Who would you like to talk to?")
    seen("whom")
    page.get_by_role("button", name="Anyone").tap()
    expect(page.locator("h1")).to_contain_text("You are")
    seen("ticket")
    page.get_by_role("button", name="Done").tap()
    page.get_by_role("link", name="get an adult").tap()
    expect(page.locator("h1")).to_have_text("Do you need an adult now?")
    seen("alert-sure")
    page.get_by_role("button", name="Yes, get an adult").tap()
    expect(page.locator("h1")).to_contain_text("Find Mr Adeyemi in Room 12")
    seen("alert")
    page.get_by_role("link", name="First page").tap()
    page.get_by_role("link", name="What this box knows about you").tap()
    expect(page.locator("h1")).to_have_text("What this box knows about you")
    seen("about")
    page.get_by_role("link", name="Hide this").tap()
    expect(page.locator("h1")).to_have_text("Library quiz")
    seen("quiz")
    page.get_by_role("link", name="Library home").tap()
    page.get_by_role("link", name="I am a mentor").tap()
    expect(page.locator("h1")).to_have_text("Show your badge")
    expect(page.locator("video")).to_have_js_property("paused", value=False)
    expect(page.get_by_role("button", name="Open the keys")).to_be_visible(timeout=9_000)
    seen("scan")
    page.get_by_role("button", name="Open the keys").tap()
    seen("keys")
    page.get_by_role("button", name="Close").tap()
    scan("PM00 0000 0000 0000")
    expect(page.locator("h1")).to_contain_text("not a mentor badge")
    seen("outcome-grey")
    scan(ben)
    expect(page.locator("h1")).to_contain_text("You are on duty with Amira")
    seen("outcome-green")
    scan(ben)
    expect(page.locator("h1")).to_contain_text("You are already in")
    seen("outcome-yellow")
    page.goto(lunch.kiosk)
    expect(page.locator(".state")).to_contain_text("Open until")
    seen("open")
    scan(amira)
    expect(page.get_by_role("button", name="Call next")).to_be_visible()
    seen("mentor-waiting")
    for _ in range(3):
        page.get_by_role("button", name="Call next").tap()
        page.get_by_role("button", name="We talked").tap()
    page.get_by_role("button", name="Call next").tap()
    expect(page.locator(".called")).to_be_visible()
    seen("mentor-called")
    page.get_by_role("button", name="Tell staff now").tap()
    expect(page.locator("h1")).to_have_text("What is it about?")
    seen("tell-staff")
    page.get_by_role("button", name="Anything else").tap()
    expect(page.locator("h1")).to_contain_text("You did the right thing")
    seen("told-staff")
    page.get_by_role("button", name="Back to my screen").tap()
    page.get_by_role("button", name="End my duty").tap()
    expect(page.locator("h1")).to_contain_text("How was that for you?")
    seen("felt")
    page.get_by_role("button", name="A bit hard").tap()
    expect(page.locator("h1")).to_contain_text("Thank you, Amira")
    seen("thanks")
    page.goto(lunch.kiosk)
    expect(page.locator(".state")).to_contain_text("on their way back")
    seen("paused")


@pytest.mark.parametrize("size", STAFF_SIZES)
def test_every_staff_page_fits(seen_lunch: Lunch, browser: Browser, size: str) -> None:
    width, height = STAFF_SIZES[size]
    page = log_in(browser, seen_lunch, width=width, height=height)
    for path in STAFF_PAGES:
        page.goto(f"{seen_lunch.admin}/{path.removeprefix('today')}")
        expect(page.locator(".rail li [aria-current]")).to_be_in_viewport()  # on a phone the rail is a strip
        look(page, f"{path.replace('/', '-')}-{size}")
    page.close()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (390, 844)])
def test_the_board_fits_a_hallway_screen_and_a_phone(
    seen_lunch: Lunch, browser: Browser, width: int, height: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(seen_lunch.board)
    expect(page.locator("main")).to_contain_text("Amira")
    look(page, f"board-{width}x{height}")
    page.close()
