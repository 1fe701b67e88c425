"""The rail of the staff pages in a real browser: one group open at a time, by keyboard too, and on a phone."""

from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Lunch, log_in

# Whether the ring of what has the focus is inside the box that scrolls, at its sides.
RING_IS_WHOLE = """() => {
    const on = document.activeElement, { outlineWidth, outlineOffset } = getComputedStyle(on);
    const ring = parseFloat(outlineWidth) + parseFloat(outlineOffset);
    const inner = on.getBoundingClientRect(), outer = on.closest(".rail > ul").getBoundingClientRect();
    return ring > 4 && inner.left - ring >= outer.left && inner.right + ring <= outer.right;
}"""


def test_one_group_is_open_at_a_time_by_keyboard(browser: Browser, seen_lunch: Lunch):
    page = log_in(browser, seen_lunch, width=1280, height=720)
    groups = page.locator(".rail details")
    assert groups.evaluate_all("all => all.map(each => each.open)") == [True, False, False, False]
    expect(page.get_by_role("button", name="Log out")).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.locator(".rail summary", has_text="School and box").focus()
    assert page.evaluate(RING_IS_WHOLE)
    page.keyboard.press("Enter")
    assert groups.evaluate_all("all => all.map(each => each.open)") == [False, False, False, True]
    expect(page.get_by_role("button", name="Log out")).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("School year")
    assert groups.evaluate_all("all => all.map(each => each.open)") == [False, False, False, True]


def test_on_a_phone_the_open_group_comes_last_and_no_word_is_cut(browser: Browser, seen_lunch: Lunch):
    page = log_in(browser, seen_lunch, width=390, height=844)
    page.goto(f"{seen_lunch.admin}/privacy")
    boxes = page.locator(".rail li a, .rail summary").evaluate_all(
        """all => Object.fromEntries(all.filter(each => each.checkVisibility())
            .map(each => [each.innerText.trim(), each.getBoundingClientRect().toJSON()]))"""
    )
    assert [words for words, box in boxes.items() if box["left"] < 0 or box["right"] > 390] == []
    groups = [boxes.pop(each) for each in ("Today", "Lunch", "Mentors", "Safeguarding")]
    assert {"School and box", "Programme", "Privacy", "The box"} <= boxes.keys()
    assert max(box["bottom"] for box in groups) <= min(box["top"] for box in boxes.values())
    main = page.locator("#main").bounding_box()
    assert main
    assert max(box["bottom"] for box in boxes.values()) <= main["y"]
