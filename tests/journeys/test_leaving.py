"""The next pupil finds nothing of the last (P10): however a page was left, and however somebody comes back."""

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.demo import OWN_PAGE
from tests.journeys.conftest import Lunch, example_school, touchscreen
from tests.journeys.looking import holds, step

WARN_SECONDS, HOME_SECONDS = 3, 5
TYPED = "PM7Y 5K2C"


class Anywhere(BaseHTTPRequestHandler):
    """A page with a field, as any web site has one: nothing keeps a browser from bringing it back as it was left."""

    def do_GET(self) -> None:
        page = b"""<!doctype html><title>Anywhere</title><input id="typed"><p id="kept"></p><script>
            addEventListener("pageshow", (event) => { document.getElementById("kept").textContent = event.persisted; });
            </script>"""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the name is the library's
        pass


@pytest.fixture(scope="module")
def lunch() -> Iterator[Lunch]:
    """One lunch for all of them, at a kiosk that does not wait long."""
    with example_school(
        DROPIN_IDLE_WARN_SECONDS=str(WARN_SECONDS), DROPIN_IDLE_HOME_SECONDS=str(HOME_SECONDS)
    ) as lunch:
        yield lunch


@pytest.fixture
def cached_kiosk(cached_browser: Browser) -> Iterator[BrowserContext]:
    """The touchscreen whose browser could bring a page back as it was left."""
    with touchscreen(cached_browser) as context:
        yield context


@pytest.fixture(scope="module")
def anywhere() -> Iterator[str]:
    """The control's web site, on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Anywhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@dataclass(frozen=True)
class Asked:
    """What one pupil left behind: the ticket's word and address, and the key their page had made."""

    word: str
    address: str
    key: str


def ask(page: Page, lunch: Lunch) -> Asked:
    """A pupil asks, from the first page to the ticket."""
    page.goto(lunch.kiosk)
    page.get_by_role("link", name="Talk to someone").tap()
    key = page.locator("[name=key]").input_value()
    page.get_by_role("button", name="Bullying").tap()
    expect(page.locator("h1")).to_have_text("Who would you like to talk to?")
    page.get_by_role("button", name="Anyone").tap()
    expect(page.locator("h1")).to_contain_text("You are")
    done = page.locator("form[action$='/done']").get_attribute("action") or ""
    return Asked(page.locator(".word").inner_text(), f"{lunch.kiosk}{done.removesuffix('/done')}", key)


def finds_nothing(page: Page, asked: Asked) -> None:
    """The first page, and nothing of the pupil who asked: not the word, not the topic, not what was typed."""
    expect(page.locator("h1")).to_contain_text("Hello. What would you like to do?")
    found = holds(page)
    for gone in (asked.word, "bullying", "Bullying", TYPED, asked.key, asked.address.rpartition("/")[2]):
        assert gone not in found, gone


def requests(lunch: Lunch) -> int:
    """How many have asked so far."""
    with closing(sqlite3.connect(lunch.data / "programme.db")) as db:
        return int(db.execute("select count(*) from help_requests").fetchone()[0])


# The cache is really at work


def test_another_page_comes_back_from_the_cache_with_what_was_typed(cached_browser: Browser, anywhere: str) -> None:
    page = cached_browser.new_page()
    page.goto(anywhere)
    page.fill("#typed", TYPED)
    page.goto(f"{anywhere}next")
    step(page, -1)
    expect(page.locator("#kept")).to_have_text("true")
    expect(page.locator("#typed")).to_have_value(TYPED)
    page.close()


def test_the_kiosk_itself_is_brought_back_from_the_cache_and_goes_home(
    lunch: Lunch, cached_kiosk: BrowserContext, anywhere: str
) -> None:
    page = cached_kiosk.new_page()
    kept: list[bool] = []
    page.expose_function("kept", lambda persisted: kept.append(persisted))
    page.add_init_script("addEventListener('pageshow', (event) => kept(event.persisted))")
    # No cache takes a page whose script had an answer that says no-store, as the kiosk's all do: here they do not.
    page.route(re.compile("/(shown|state)$"), lambda route: route.fulfill(response=route.fetch(), headers={}))
    page.goto(lunch.kiosk)
    page.goto(anywhere)
    step(page, -1)
    expect(page.locator("h1")).to_contain_text("Hello")
    assert True in kept
    page.close()


# Six ways


def test_back_and_forward_find_nothing(lunch: Lunch, cached_kiosk: BrowserContext, anywhere: str) -> None:
    page = cached_kiosk.new_page()
    page.goto(anywhere)
    asked = ask(page, lunch)
    page.goto(f"{anywhere}next")
    step(page, -1)
    finds_nothing(page, asked)
    step(page, -1)
    expect(page).to_have_title("Anywhere")
    step(page, 1)
    finds_nothing(page, asked)
    page.close()


def test_back_from_within_the_kiosk_leaves_it_and_forward_finds_the_first_page(
    lunch: Lunch, cached_kiosk: BrowserContext, anywhere: str
) -> None:
    page = cached_kiosk.new_page()
    page.goto(anywhere)
    asked = ask(page, lunch)
    step(page, -1)
    expect(page).to_have_title("Anywhere")
    step(page, 1)
    finds_nothing(page, asked)
    page.close()


def test_a_reload_finds_nothing(lunch: Lunch, kiosk: BrowserContext) -> None:
    page = kiosk.new_page()
    asked = ask(page, lunch)
    page.reload()
    finds_nothing(page, asked)
    page.close()


def test_the_address_of_a_ticket_that_was_given_up_leads_home(lunch: Lunch, kiosk: BrowserContext) -> None:
    page = kiosk.new_page()
    asked = ask(page, lunch)
    page.get_by_role("button", name="I have changed my mind").tap()
    finds_nothing(page, asked)
    page.goto(asked.address)
    finds_nothing(page, asked)
    page.close()


def test_a_new_page_finds_nothing_at_any_address_that_was_open_before(lunch: Lunch, browser: Browser) -> None:
    with touchscreen(browser, may_say=("405", "404")) as kiosk:  # some take a form only; the browser wants an icon
        asked = any_address_finds_nothing(lunch, kiosk)
    a_spent_key_asks_nothing(lunch, asked)


def any_address_finds_nothing(lunch: Lunch, kiosk: BrowserContext) -> Asked:
    page = kiosk.new_page()
    visited: list[str] = []
    page.on("request", lambda request: visited.append(request.url))
    asked = ask(page, lunch)
    page.get_by_role("button", name="Done").tap()
    finds_nothing(page, asked)
    page.goto(asked.address)
    finds_nothing(page, asked)
    page.close()
    restored = kiosk.new_page()
    for address in dict.fromkeys(each for each in visited if "/static/" not in each):
        restored.goto(address)  # such as /shown, which is no page and has no icon of its own
        found = holds(restored)
        assert asked.word not in found, address
        assert asked.key not in found, address
    assert asked.address in visited
    assert restored.evaluate("localStorage.length + sessionStorage.length") == 0
    assert restored.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    assert restored.evaluate("caches.keys().then((all) => all.length)") == 0
    restored.close()
    return asked


def a_spent_key_asks_nothing(lunch: Lunch, asked: Asked) -> None:
    """Posted later, it leads home."""
    before = requests(lunch)
    for topic in ("bullying", "family"):
        body = urlencode({"key": asked.key, "topic": topic, "mentor": "anyone"}).encode()
        with urlopen(Request(f"{lunch.kiosk}/ask", body, OWN_PAGE)) as answer:
            assert answer.url == f"{lunch.kiosk}/"
            assert asked.word not in answer.read().decode()
    assert requests(lunch) == before


def test_nobody_touching_it_is_told_that_it_closes_and_then_it_goes_home(lunch: Lunch, kiosk: BrowserContext) -> None:
    page = kiosk.new_page()
    asked = ask(page, lunch)
    bar = page.locator("#stay")
    done = page.get_by_role("button", name="Done")
    goes_home_after(page, 600)  # long enough to look at it
    expect(bar).to_be_hidden()
    before = done.bounding_box()
    expect(bar).to_be_visible(timeout=(WARN_SECONDS + 3) * 1000)
    expect(bar).to_have_text("This page closes soon. Your place is kept. Touch the screen to stay.")
    assert done.bounding_box() == before, "nothing moves"
    assert covered(page) == []
    goes_home_after(page, HOME_SECONDS)
    expect(page.locator("h1")).to_contain_text("Hello", timeout=(HOME_SECONDS + 3) * 1000)
    finds_nothing(page, asked)
    page.goto(asked.address)
    finds_nothing(page, asked)
    page.get_by_role("link", name="Talk to someone").tap()
    page.get_by_role("button", name="Bullying").tap()
    expect(page.locator("h1")).to_have_text("Who would you like to talk to?")
    goes_home_after(page, 600)
    expect(bar).to_be_visible(timeout=(WARN_SECONDS + 3) * 1000)
    page.keyboard.press("Shift")
    expect(bar).to_be_hidden()
    goes_home_after(page, HOME_SECONDS)
    expect(page.locator("h1")).to_contain_text("Hello", timeout=(HOME_SECONDS + 3) * 1000)
    finds_nothing(page, asked)
    page.close()


def goes_home_after(page: Page, seconds: int) -> None:
    """Let the page that is shown now go home after so many seconds without touch."""
    page.evaluate("(home) => { document.getElementById('page').dataset.home = home; }", str(seconds))


def covered(page: Page) -> list[str]:
    """What the bar lies on."""
    found = page.evaluate("""() => {
        const bar = document.getElementById('stay').getBoundingClientRect();
        return [...document.querySelectorAll('#page *')].filter((each) => {
            const box = each.getBoundingClientRect();
            return box.width && box.top < bar.bottom && box.bottom > bar.top;
        }).map((each) => each.outerHTML); }""")
    return [str(each) for each in found]


def test_no_idle_clock_runs_while_an_adult_is_awaited(lunch: Lunch, kiosk: BrowserContext) -> None:
    page = kiosk.new_page()
    page.clock.install()
    page.goto(f"{lunch.kiosk}/alert")
    page.get_by_role("button", name="Yes, get an adult now").tap()
    expect(page.locator("h1")).to_contain_text("Find Mr Adeyemi")
    page.clock.run_for((HOME_SECONDS + 5) * 1000)
    expect(page.locator("h1")).to_contain_text("Find Mr Adeyemi")
    expect(page.locator("#stay")).to_be_hidden()
    page.evaluate("delete document.getElementById('page').dataset.awaited")
    page.clock.run_for((HOME_SECONDS + 1) * 1000)
    expect(page.locator("h1")).to_contain_text("Hello")
    page.close()


# What was typed


def test_a_typed_code_does_not_come_back(lunch: Lunch, cached_kiosk: BrowserContext, anywhere: str) -> None:
    page = cached_kiosk.new_page()
    for comes_back in ("back", "idle"):
        page.goto(f"{lunch.kiosk}/scan")
        page.fill("#code", TYPED)
        if comes_back == "back":
            page.goto(anywhere)
            step(page, -1)
        expect(page.locator("h1")).to_contain_text("Hello", timeout=(HOME_SECONDS + 3) * 1000)
        assert TYPED not in holds(page), comes_back
    page.close()


def test_a_typed_code_does_not_outlive_its_page(lunch: Lunch, kiosk: BrowserContext) -> None:
    page = kiosk.new_page()
    page.goto(f"{lunch.kiosk}/scan")
    for leave in (page.reload, lambda: page.goto(f"{lunch.kiosk}/scan")):
        page.fill("#code", TYPED)
        leave()
        assert TYPED not in holds(page)
    page.close()


# Without any script


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(java_script_enabled=False)
    yield context
    assert context.cookies() == []
    context.close()


def test_without_any_script_a_ticket_that_was_left_is_gone(lunch: Lunch, scriptless: BrowserContext) -> None:
    page = scriptless.new_page()
    page.goto(f"{lunch.kiosk}/ask")
    page.get_by_role("button", name="Bullying").click()
    page.get_by_role("button", name="Anyone").click()
    word, address = page.locator(".word").inner_text(), page.url
    assert re.fullmatch(rf"{lunch.kiosk}/ticket/[\w-]+", address)
    page.get_by_role("button", name="Done").click()
    expect(page.locator("h1")).to_contain_text("Hello")
    ways = (page.go_back, page.reload, page.go_forward, lambda: page.goto(address), page.reload)
    for way in ways:
        way()
        expect(page.locator("h1")).to_contain_text("Hello")
        assert word not in page.content()
        assert "bullying" not in page.content()
    page.close()
    other = scriptless.new_page()
    other.goto(address)
    expect(other.locator("h1")).to_contain_text("Hello")
    other.close()


def test_without_any_script_a_ticket_nobody_touches_goes_home(lunch: Lunch, scriptless: BrowserContext) -> None:
    page = scriptless.new_page()
    page.goto(f"{lunch.kiosk}/ask")
    page.get_by_role("button", name="Family").click()
    page.get_by_role("button", name="Anyone").click()
    word, address = page.locator(".word").inner_text(), page.url
    expect(page.locator("h1")).to_contain_text("Hello", timeout=(HOME_SECONDS + 4) * 1000)
    assert word not in page.content()
    page.goto(address)
    expect(page.locator("h1")).to_contain_text("Hello")
    assert word not in page.content()
