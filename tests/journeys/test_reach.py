"""A lead's laptop and a hallway screen on the school's network: a real Chromium, real TLS, Debian's Caddy between."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.conftest import OKAFOR_EMAIL, PASSWORD
from tests.deploy.conftest import NAME, Box, box, closed_box  # noqa: F401 # fixtures are found by their names here
from tests.journeys.conftest import chromium


@pytest.fixture
def laptop() -> Iterator[BrowserContext]:
    """That the certificate is the box's own is tests/deploy's matter: this browser was never taught to trust it."""
    with chromium(f"--host-resolver-rules=MAP {NAME} 127.0.0.1") as browser:
        yield browser.new_context(ignore_https_errors=True, viewport={"width": 1440, "height": 900})


def test_a_lead_logs_in_over_tls_and_a_hallway_screen_shows_the_board(
    box: Box,  # noqa: F811
    laptop: BrowserContext,
):
    complaints: list[str] = []
    laptop.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    address = f"https://{NAME}:{box.proxy.port}"
    lead = laptop.new_page()
    lead.goto(address)
    lead.fill("[name=email]", OKAFOR_EMAIL)
    lead.fill("[name=password]", PASSWORD)
    lead.get_by_role("button", name="Log in").click()
    expect(lead.get_by_role("button", name="Log out")).to_be_visible()
    lead.locator(".rail summary", has_text="Mentors").click()
    lead.get_by_role("link", name="Mentors").click()
    expect(lead.get_by_text("Amira Khan")).to_be_visible()
    cookies = laptop.cookies()
    assert cookies
    assert {(each["secure"], each["httpOnly"], each["sameSite"]) for each in cookies} == {(True, True, "Strict")}
    screen = laptop.new_page()
    screen.goto(address + box.board)
    expect(screen.locator(".room")).to_contain_text("Library 2")
    lead.get_by_role("button", name="Log out").click()
    expect(lead.get_by_role("button", name="Log in")).to_be_visible()
    assert complaints == []
