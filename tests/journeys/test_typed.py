"""What somebody has typed outlives their log-in, in the page alone; the end of the rail is reached on small laptops."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Lunch, example_school, log_in

NAME = "Zofia Unsaved"


@pytest.fixture(scope="module")
def lunch() -> Iterator[Lunch]:
    """One lunch for both sizes; the second finds the first one's call."""
    with example_school() as lunch:
        yield lunch


def log_in_beside(page: Page, lunch: Lunch, member: dict[str, Any]) -> None:
    """Log somebody in in another tab of the same browser."""
    tab = page.context.new_page()
    tab.goto(f"{lunch.admin}/log-in")
    tab.fill("[name=email]", member["email"])
    tab.fill("[name=password]", member["password"])
    tab.get_by_role("button", name="Log in").click()
    expect(tab.locator("h1")).not_to_have_text("Log in")
    tab.close()


def test_words_outlive_the_log_in_and_are_shown_to_nobody_else(common_lunch: Lunch, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_init_script(
        "const now = performance.now.bind(performance); performance.now = () => now() + (window.later ?? 0);"
    )
    page = context.new_page()
    lead = common_lunch.staff[0]
    other = next(each for each in common_lunch.staff if each["totp_secret"] is None and each is not lead)
    first = log_in_in(page, common_lunch)
    field, note = page.locator("[name=given_name]"), page.locator(".idle-note")
    field.fill(NAME)

    with page.expect_request(lambda each: each.url.endswith("/me/here") and each.method == "POST"):
        page.evaluate("window.later = 21000")  # typing goes on
        field.press_sequentially(" ")

    log_in_beside(page, common_lunch, lead)  # the key of this page's form is out of date
    expect(page.locator("#main [name=form_key]").first).not_to_have_value(first)

    context.clear_cookies()
    expect(note).to_contain_text("Your words are still here")
    expect(note.locator("a")).to_have_attribute("target", "_blank")
    assert NAME not in page.content()
    log_in_beside(page, common_lunch, other)
    expect(note).to_contain_text("Somebody else is logged in here now")
    assert page.evaluate("[...document.querySelectorAll('input')].every((each) => !each.value.startsWith('Zofia'))")
    log_in_beside(page, common_lunch, lead)
    expect(field).to_have_value(f"{NAME} ")
    expect(field).to_be_visible()

    page.locator("[name=family_name]").fill("Nowak")
    page.locator("[name=year_group]").fill("10")
    page.evaluate("window.later = 60000")  # the box's last word is old, so it is asked before anything is sent
    page.get_by_role("button", name="Add").click()
    expect(page.locator("h1")).to_contain_text(NAME)


def log_in_in(page: Page, lunch: Lunch) -> str:
    """The page of a new mentor, with the lead logged in; the key of its form."""
    log_in_beside(page, lunch, lunch.staff[0])
    page.goto(f"{lunch.admin}/mentors/new")
    return page.locator("#main [name=form_key]").first.input_value()


SMALL_LAPTOPS = ((1366, 657), (1280, 720))


def test_the_end_of_the_rail_is_reached_by_keyboard_below_a_call(lunch: Lunch, browser: Browser) -> None:
    page = log_in(browser, lunch)
    out = page.get_by_role("button", name="Log out")
    for width, height in SMALL_LAPTOPS:
        page.set_viewport_size({"width": width, "height": height})
        expect(out).to_be_in_viewport(ratio=1)
    page.request.post(f"{lunch.kiosk}/alert", headers={"Origin": lunch.kiosk}, form={"key": "k"})
    expect(page.get_by_role("button", name="I am going").first).to_be_visible()
    for width, height in SMALL_LAPTOPS:
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        expect(out).to_be_in_viewport(ratio=1)
        page.locator(".rail summary", has_text="School and box").focus()
        page.keyboard.press("Enter")
        for words in ("Privacy", "Ms Okafor", "Log out"):
            is_reached(page, words)


def is_reached(page: Page, words: str) -> None:
    """A target of the rail gets the focus by Tab, whole and uncovered."""
    target = page.locator(".rail a, .rail button").filter(has_text=words)
    for _ in range(12):
        if target.evaluate("(each) => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(target).to_be_focused()
    expect(target).to_be_in_viewport(ratio=1)
    assert target.evaluate(
        "(each) => { const box = each.getBoundingClientRect();"
        " return each.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); }"
    ), f"{words} is covered"
