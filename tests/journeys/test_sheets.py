"""Badges right first time: the lead makes a sheet, and the badge held to the camera is read."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Camera, Lunch, cards, log_in

NOT_TODAY = "This badge is not for today. Mr Adeyemi can help."
SHEETS_SHOWN = (  # nobody of them is due today
    ("l7160", "Chidi"),
    pytest.param("cr80", "Dana", marks=pytest.mark.sweep),
    pytest.param("a6", "Ewan", marks=pytest.mark.sweep),
)


def make(lead: Page, lunch: Lunch, sheet: str, name: str, folder: Path) -> Path:
    """Choose one mentor and a sheet, see it, and open the PDF, as the lead does."""
    lead.goto(f"{lunch.admin}/badges")
    for box in reversed(lead.locator("[name=mentor]:checked").all()):
        box.uncheck()
    lead.get_by_label(name, exact=True).check()
    lead.select_option("[name=sheet]", sheet)
    lead.get_by_role("button", name="Make the sheet").click()
    expect(lead.get_by_role("heading", name="One of these was printed before. Print again?")).to_be_visible()
    lead.get_by_role("button", name="Print again").click()
    expect(lead.get_by_role("heading", name="The square was read back")).to_be_visible()
    expect(lead.get_by_role("img", name="Page 1 as it will be printed")).to_be_visible()
    assert lead.locator(".papers img").first.evaluate("(seen) => seen.decode().then(() => seen.naturalWidth)") > 300
    with lead.expect_download() as coming:
        lead.get_by_role("button", name="Open the PDF to print").click()
    pdf = folder / f"{sheet}.pdf"
    coming.value.save_as(pdf)
    lead.get_by_role("button", name="Yes, it printed well").click()
    expect(lead.locator("main")).to_contain_text("Noted: these badges are printed.")
    return pdf


@pytest.mark.parametrize(("sheet", "name"), SHEETS_SHOWN)
def test_a_badge_from_a_sheet_is_read_at_the_kiosk(
    common_lunch: Lunch, camera: Camera, browser: Browser, kiosk: BrowserContext, tmp_path: Path, sheet: str, name: str
) -> None:
    lead, screen = log_in(browser, common_lunch), kiosk.new_page()
    camera.show(cards(make(lead, common_lunch, sheet, name, tmp_path), sheet)[0])
    screen.goto(common_lunch.kiosk)
    screen.get_by_role("link", name="I am a mentor").tap()
    expect(screen.locator("h1")).to_have_text(NOT_TODAY)
    lead.goto(common_lunch.admin)
    expect(lead.locator("main")).to_contain_text(name)  # staff are told whose badge was shown out of its slot
