"""A lead's ten minutes with the rota: look, drag, take back, set by keyboard, plan, use it, print it."""

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Lunch, log_in

GAP = ".drop-in.short:not(.over)"
# Whether this place is still inside its cell when a long name stands there for a moment.
FITS_WITH_A_LONG_NAME = """(place) => {
    const words = [...place.childNodes];
    place.replaceChildren("Featherstonehaugh-Wolfeschlegelstein");
    const fits = place.getBoundingClientRect().right <= place.closest("td").getBoundingClientRect().right;
    place.replaceChildren(...words);
    return fits;
}"""


def names_on(page: Page, address: str) -> list[str]:
    """Who is due on one drop-in of the table, by its anchor."""
    return [each.strip() for each in page.locator(f"#{address} li.name").all_text_contents()]


def test_the_rota_is_dragged_taken_back_set_and_planned(common_lunch: Lunch, browser: Browser) -> None:
    page = log_in(browser, common_lunch)
    page.goto(f"{common_lunch.admin}/rota")
    expect(page.locator(".gaps")).to_have_text("1 place empty")
    assert page.locator(".drop-in li.name").last.evaluate(FITS_WITH_A_LONG_NAME)
    gap = page.locator(GAP).first.get_attribute("id") or ""
    [first] = names_on(page, gap)
    giving = page.locator(f".drop-in:not(.over):not(#{gap}):has(li.name)").last
    other, mover = giving.get_attribute("id") or "", giving.locator("li.name").first.inner_text().strip()

    giving.locator("li.name").first.drag_to(page.locator(f"#{gap} li.empty"))
    expect(page.locator("#heard:not([hidden]), dialog[open]")).to_be_visible()
    if page.get_by_role("dialog").count():  # the pair left behind breaks a rule, which wants a reason
        page.get_by_label("Why it should be so all the same").fill("A trip")
        page.get_by_role("button", name="with this reason").click()
    expect(page.locator(f"#{gap} li.name")).to_have_count(2)
    assert any(each.startswith(mover) for each in names_on(page, gap))

    page.get_by_role("button", name="Undo my last change").click()
    expect(page.locator(f"#{gap} li.name")).to_have_count(1)
    page.wait_for_load_state()  # a page without its script yet takes no drag and opens no dialog
    assert names_on(page, gap) == [first]
    assert len(names_on(page, other)) == 2

    page.route("**/rota/move", lambda route: route.abort())
    page.locator(f"#{other} li.name").last.drag_to(page.locator(f"#{gap} li.empty"))
    expect(page.locator("#heard")).to_have_text("The box did not answer. Nothing was moved.")
    assert (names_on(page, gap), len(names_on(page, other))) == ([first], 2)
    page.unroute("**/rota/move")
    page.locator(f"#{other} li.name").last.drag_to(page.locator(f"#{gap} li.empty"))
    expect(page.locator("#heard")).to_have_text("Moved.")
    assert len(names_on(page, gap)) == 2
    page.get_by_role("button", name="Undo my last change").click()
    expect(page.locator(f"#{gap} li.name")).to_have_count(1)
    page.wait_for_load_state()  # a page without its script yet takes no drag and opens no dialog

    page.locator(f"#{gap} .hours").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Place 2").select_option(label="Alfie Barnes")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(f"#{gap} li.name")).to_have_count(2)
    assert "Alfie Barnes pinned" in [" ".join(each.split()) for each in names_on(page, gap)]

    page.get_by_role("link", name="Plan").click()
    page.get_by_role("main").get_by_role("button", name="Plan").click()
    expect(page.get_by_role("button", name="Use this plan")).to_be_visible(timeout=60_000)
    expect(page.locator("main")).to_contain_text("Alfie Barnes kept as set by hand")
    page.get_by_role("button", name="Use this plan").click()
    expect(page.locator("main .said").first).to_contain_text("The plan is the rota now.")
    assert any(each.startswith("Alfie Barnes") for each in names_on(page, gap))

    page.get_by_role("link", name="Slips").click()
    expect(page.locator(".slip", has_text="Alfie Barnes")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".rail")).to_be_hidden()
