"""A concern in a real browser: half written and lost, taken over by an owner, covered, left, and found by nobody."""

import time
from collections.abc import Iterator
from contextlib import closing

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from mentoring.access import keys
from mentoring.basics import clock
from mentoring.store.database import open_database
from tests.journeys.conftest import Lunch, enter, example_school
from tests.journeys.looking import holds, step

WORDS = "He said he would wait for me after school"


@pytest.fixture(scope="module")
def lunch() -> Iterator[Lunch]:
    """An example school whose recovery key lies in the safe."""
    with example_school() as lunch:
        with closing(open_database(lunch.data / "programme.db")) as db:
            if keys.recovery(db) is None:
                keys.make_recovery(db, by="the tests", now=clock.now())
        yield lunch


def code(member: dict[str, str | None], *, later: int = 0) -> str:
    """A code from somebody's phone; the next one where this half minute's is spent."""
    secret = member["totp_secret"]
    return pyotp.TOTP(secret).at(int(time.time()) + later) if secret else ""


def logged_in(browser: Browser, lunch: Lunch, role: str) -> tuple[Page, dict[str, str | None]]:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    return page, log_in(page, lunch, role)


def log_in(page: Page, lunch: Lunch, role: str) -> dict[str, str | None]:
    member = next(each for each in lunch.staff if each["role"] == role)
    enter(page, lunch, member, code=code(member))
    expect(page.locator("h1")).not_to_have_text("Log in")
    return member


def everything(lunch: Lunch) -> bytes:
    return b"".join(path.read_bytes() for path in lunch.data.rglob("*") if path.is_file())


def test_a_half_written_concern_is_found_sealed_and_taken_over(
    lunch: Lunch, browser: Browser, cached_browser: Browser
) -> None:
    owner, member = logged_in(cached_browser, lunch, "safeguarding_lead")
    owner.goto(f"{lunch.admin}/concerns")
    owner.fill("[name=password]", member["password"] or "")
    owner.fill("[name=code]", code(member, later=30))
    owner.get_by_role("button", name="Unlock").click()
    expect(owner.get_by_role("button", name="Lock now")).to_be_visible()

    writer, _ = logged_in(browser, lunch, "lead")
    writer.goto(f"{lunch.admin}/concerns/new")
    writer.get_by_label("The child's own words").fill(WORDS)
    expect(writer.locator("[data-kept]")).to_contain_text("Kept sealed as you write")
    assert WORDS.encode() not in everything(lunch)

    # The cover: at once, by a key, and nothing is lost under it.
    writer.keyboard.press("F9")
    expect(writer.get_by_text("This screen is covered")).to_be_visible()
    expect(writer.get_by_label("The child's own words")).to_be_hidden()
    writer.get_by_role("button", name="Show it again").click()
    expect(writer.get_by_label("The child's own words")).to_have_value(WORDS)

    # What is missing is said, and the words stay.
    writer.get_by_role("button", name="Seal and save").click()
    expect(writer.get_by_text("write the name, or tick that it is not known")).to_be_visible()
    expect(writer.get_by_label("The child's own words")).to_have_value(WORDS)

    # The log-in ends in mid-writing: the words are hidden, and go on once the same person is back.
    expect(writer.locator("[data-kept]")).to_contain_text("kept as a sealed draft")
    writer.get_by_label("The child's name is not known").check()
    writer.context.clear_cookies()
    expect(writer.locator(".idle-note a")).to_have_attribute("target", "_blank")
    expect(writer.get_by_label("The child's own words")).to_be_hidden()
    log_in(writer.context.new_page(), lunch, "lead")
    expect(writer.get_by_label("The child's own words")).to_have_value(WORDS)
    expect(writer.get_by_label("The child's own words")).to_be_visible()
    writer.get_by_label("The child's own words").fill(f"{WORDS}.")
    expect(writer.locator("[data-kept]")).to_contain_text("Kept sealed as you write")
    writer.close()

    owner.goto(f"{lunch.admin}/concerns")
    expect(owner.get_by_role("heading", name="Unfinished accounts")).to_be_visible()
    owner.get_by_role("link", name="Open", exact=True).click()
    expect(owner.get_by_text(WORDS)).to_be_visible()
    owner.get_by_role("button", name="Take it over").click()
    expect(owner.locator(".timeline")).to_contain_text(WORDS)
    expect(owner.locator(".timeline")).to_contain_text("from an unfinished account by Ms Okafor")

    # On paper it says whose it is, and that it is nobody else's.
    on_paper = owner.get_by_text("Confidential: a safeguarding record of Hillside School")
    expect(on_paper).to_be_hidden()
    owner.emulate_media(media="print")
    expect(on_paper).to_be_visible()
    owner.emulate_media(media="screen")

    # Left by Back and come back to by Forward: what stood here is gone once it is locked.
    record = owner.url
    covered = owner.get_by_text("This screen is covered")
    for _ in range(10):  # twice within 0.8 s, which this machine may be too busy for
        owner.keyboard.press("Escape")
        if covered.is_visible():
            break
    expect(covered).to_be_visible()
    expect(owner.get_by_text(WORDS)).to_be_hidden()
    owner.get_by_role("button", name="Show it again").click()
    owner.get_by_role("button", name="Lock now").click()
    expect(owner.get_by_role("heading", name="Unlock")).to_be_visible()
    step(owner, -1)
    expect(owner.get_by_role("heading", name="Unlock")).to_be_visible()
    assert WORDS not in holds(owner)
    owner.goto(record)
    expect(owner.get_by_role("heading", name="Unlock")).to_be_visible()
    owner.close()
    assert WORDS.encode() not in everything(lunch)


def test_a_concern_is_saved_and_its_page_is_left_with_a_receipt(lunch: Lunch, cached_browser: Browser) -> None:
    writer, _ = logged_in(cached_browser, lunch, "lead")
    writer.goto(f"{lunch.admin}/concerns/new")
    expect(writer.get_by_role("button", name="Throw it away")).to_be_hidden()  # one tap opens it, another does it
    writer.fill("[name=child]", "Priya Nair")
    writer.get_by_label("What you saw or heard").fill("Crying by the lockers.")
    writer.get_by_role("button", name="Seal and save").click()
    expect(writer.locator("h1")).to_contain_text("is saved")
    step(writer, -1)
    expect(writer.locator("h1")).to_have_text("Write a concern")
    assert "Priya" not in holds(writer)
    expect(writer.locator("[name=child]")).to_have_value("")
    writer.close()
