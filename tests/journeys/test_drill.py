"""A drill for real: two staff browsers, a mail server, and a kiosk that shows nothing of it."""

import re
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Lunch, enter, log_in
from tests.mailbox import mailbox

PRACTICE = "DRILL: this is practice."


def _colleague(browser: Browser, lunch: Lunch, who: dict[str, Any]) -> Page:
    """Another adult's phone."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    enter(page, lunch, who)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def test_a_drill_reaches_a_mailbox_and_a_colleague_and_its_times_are_kept(common_lunch: Lunch, browser: Browser):
    with mailbox() as box:
        lead = log_in(browser, common_lunch)
        lead.goto(f"{common_lunch.admin}/channels")
        form = lead.locator("#email")
        fields = {"name": "Office", "to": "office@harbour.example", "sender": "box@harbour.example"}
        for name, text in {**fields, "server": "127.0.0.1", "port": str(box.port)}.items():
            form.locator(f"[name={name}]").fill(text)
        form.locator("[name=security]").select_option("insecure")
        form.get_by_role("button", name="Add e-mail").click()
        expect(lead.get_by_text("Send a test message before you rely on it.")).to_be_visible()

        helper = next(each for each in common_lunch.staff if each["role"] == "helper")
        colleague = _colleague(browser, common_lunch, helper)
        kiosk = browser.new_page(viewport={"width": 1280, "height": 800})
        kiosk.goto(common_lunch.kiosk)

        lead.goto(f"{common_lunch.admin}/drill")
        lead.get_by_role("button", name="Start a drill").click()
        expect(colleague.get_by_text(PRACTICE)).to_be_visible()
        expect(lead.get_by_text("Messages sent: 1, the first after")).to_be_visible(timeout=60_000)
        expect(lead.locator("#drill").get_by_text(helper["name"])).to_be_visible()
        expect(kiosk.get_by_text(re.compile("drill|adult is needed", re.IGNORECASE))).to_have_count(0)

        colleague.get_by_role("button", name="I am going").click()
        expect(lead.get_by_role("button", name="Start a drill")).to_be_visible()
        past = lead.locator("table.drills")
        expect(past.get_by_text(helper["name"]).first).to_be_visible()
        expect(past.get_by_text("nobody further")).to_be_visible()
        expect(kiosk.get_by_text(re.compile("is coming", re.IGNORECASE))).to_have_count(0)
        lead.get_by_role("link", name="CSV").wait_for()
    assert box.mails[0].subject == f"{PRACTICE} An adult is needed in Library 2"
