"""Keys at the kiosk, as the browser gets them: scanners as they come, and people who press one key at a time."""

import random
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Locator, Page, Route, expect

from badges import code
from kiosk.sentences import SCAN_CUT
from tests.journeys.conftest import Lunch, chromium, example_school, touchscreen

NOT_TODAY = "This badge is not for today. Mr Adeyemi can help."
NOT_A_BADGE = "The scanner sent something that is not a badge."
BOOK = "9780141036144"
SLOW_MS = 150
# Names of keys: their place on the keyboard, and their number as Windows counts it.
NAMED = {
    "Enter": ("Enter", 13),
    "Tab": ("Tab", 9),
    "Escape": ("Escape", 27),
    "Shift": ("ShiftLeft", 16),
    " ": ("Space", 32),
}
CTRL, SHIFT = 2, 8
# Where a key stands whose letter another layout has changed: the scanner thinks of a German or a French keyboard.
GERMAN = {"Y": "KeyZ", "Z": "KeyY"}
FRENCH = {"A": "KeyQ", "Q": "KeyA", "Z": "KeyW", "W": "KeyZ", "M": "Semicolon"}
# Whoever presses a key is told whether it went on to the browser: the first listener, asked when all have run.
WATCH = """window.passed = []; addEventListener("keydown", (event) => {
    setTimeout(() => { if (!event.defaultPrevented) passed.push(event.key); }); }, true);"""


class Keyboard:
    """Real key events, each with the time at which a scanner or a hand would have made it, however busy the machine is.

    `gap` is in milliseconds; without one it is drawn from 1 to 10. `at` is the time, in seconds, at which it begins.
    """

    def __init__(self, page: Page, *, at: float | None = None) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._at = at or time.time()
        self._random = random.Random(1)

    def strike(self, keys: Iterable[str], gap: float | None = None, *, layout: dict[str, str] | None = None) -> None:
        """Press and release each of these: a character, a name, or `Ctrl+` and a letter."""
        for key in keys:
            self._at += (gap or self._random.uniform(1, 10)) / 1_000
            name, with_ctrl = key.removeprefix("Ctrl+"), key.startswith("Ctrl+")
            place, number = NAMED.get(name, ("", 0))
            if not place:
                place, number = (layout or {}).get(name.upper(), self._place(name)), ord(name.upper())
            shown = name if layout is None or len(name) > 1 else self._here(place)
            text = "\r" if name == "Enter" else shown if len(name) == 1 and not with_ctrl else ""
            event = {"key": shown, "code": place, "windowsVirtualKeyCode": number, "modifiers": CTRL * with_ctrl}
            self._cdp.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, "timestamp": self._at, **event})
            self._cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": self._at, **event})

    def pause(self, seconds: float) -> None:
        """Nobody presses a key for so long."""
        self._at = max(self._at + seconds, time.time())

    def _place(self, name: str) -> str:
        return f"Digit{name}" if name.isdigit() else f"Key{name.upper()}" if name.isalpha() else "BracketRight"

    def _here(self, place: str) -> str:
        """What this key means on the box's own keyboard, which is English."""
        return ";" if place == "Semicolon" else place[-1]


@pytest.fixture(scope="module")
def lunch() -> Iterator[Lunch]:
    """One lunch for all of them."""
    with example_school() as lunch:
        yield lunch


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def kiosk(browser: Browser) -> Iterator[BrowserContext]:
    with touchscreen(browser, may_say=("AudioContext",)) as context:  # no sound before the first touch
        context.add_init_script(WATCH)
        yield context


@pytest.fixture
def page(kiosk: BrowserContext, lunch: Lunch) -> Page:
    """The first page, once its script listens."""
    page = kiosk.new_page()
    page.goto(lunch.kiosk)
    page.wait_for_load_state()
    return page


@pytest.fixture
def keys(page: Page) -> Keyboard:
    return Keyboard(page)


@pytest.fixture
def sent(page: Page) -> list[str]:
    """What the page posts or opens from now on, without what it polls."""
    sent: list[str] = []
    page.on("request", lambda each: sent.append(f"{each.method} {each.url.removeprefix(page.url.rstrip('/'))}"))
    return sent


@pytest.fixture(scope="module")
def live(lunch: Lunch) -> str:
    """The code of a badge that is good, and of nobody who is due today. It has a letter that each layout moves."""
    key = code.load_key(lunch.data / "badge.key")
    with closing(sqlite3.connect(lunch.data / "programme.db")) as db:
        numbers = [
            number
            for (number,) in db.execute("""
            select number from badges join mentors on mentors.id = mentor_id
             where ended is null and display_name in ('Chidi', 'Dana', 'Ewan', 'Farah', 'Gita', 'Hugo', 'Ines')""")
        ]
    return code.make(numbers[0], key)


def heading(page: Page) -> Locator:
    return page.locator("h1")


def acts(sent: list[str]) -> list[str]:
    """What was done, of all that was sent."""
    told = ("/state", "/static", "/shown", "/cameras")  # by the page, whoever stands before it
    return [each for each in sent if not any(part in each for part in told)]


# Scanners as they come


@pytest.mark.parametrize(
    "keys_of",
    [
        lambda code: [*code, "Ctrl+j"],
        lambda code: [*code, "Enter", "Ctrl+j"],
        lambda code: [*code, "Tab"],
        lambda code: [*code],
        lambda code: ["]", "Q", "1", *code, "Enter"],
        lambda code: ["Ctrl+b", *code, "Ctrl+c"],
        lambda code: [*code, "Enter", "Enter"],
        lambda code: ["X", "Y", "Enter", *code, "Enter"],
        lambda code: [*code.lower(), "Enter"],
        lambda code: ["Tab", *code, "Tab", "Enter"],
        lambda code: [*code, "Enter", *code, "Enter"],
    ],
    ids=["LF", "CR LF", "Tab", "nothing", "]Q1", "STX ETX", "Enter twice", "XY before", "lower", "Tab before", "twice"],
)
def test_a_code_is_taken_once_whatever_stands_around_it(
    page: Page, keys: Keyboard, sent: list[str], live: str, keys_of
) -> None:
    keys.strike(keys_of(live))
    expect(heading(page)).to_have_text(NOT_TODAY)
    page.wait_for_timeout(600)  # what follows a code would come within this time
    expect(heading(page)).to_have_text(NOT_TODAY)
    assert acts(sent) == ["POST /scan"]
    assert len(page.context.pages) == 1


@pytest.mark.parametrize("layout", [GERMAN, FRENCH], ids=["German", "French"])
@pytest.mark.parametrize("suffix", ["Tab", "Enter"])
def test_a_code_is_read_in_the_layout_of_another_country(
    page: Page, keys: Keyboard, live: str, layout: dict[str, str], suffix: str
) -> None:
    keys.strike([*live, suffix], layout=layout)
    expect(heading(page)).to_have_text(NOT_TODAY)


@pytest.mark.parametrize("suffix", [["Enter"], ["Tab"], []], ids=["Enter", "Tab", "nothing"])
def test_a_slow_scanner_is_read_too(page: Page, keys: Keyboard, sent: list[str], live: str, suffix: list[str]) -> None:
    keys.strike([*live, *suffix], SLOW_MS)
    expect(heading(page)).to_have_text(NOT_TODAY)
    assert acts(sent) == ["POST /scan"]


@pytest.mark.parametrize("gap", [None, SLOW_MS], ids=["quick", "slow"])
def test_four_books_press_nothing_and_are_answered_in_words(
    page: Page, keys: Keyboard, sent: list[str], live: str, gap: float | None
) -> None:
    for _ in range(4):
        keys.strike([*BOOK, "Tab", "Enter"], gap)
        expect(heading(page)).to_have_text(NOT_A_BADGE)
        keys.pause(1)
    assert set(acts(sent)) == {"POST /scanner"}
    keys.strike([*live, "Tab", "Enter"], gap)
    expect(heading(page)).to_have_text(NOT_TODAY)


def test_a_burst_that_begins_with_enter_presses_nothing(page: Page, keys: Keyboard, sent: list[str], live: str) -> None:
    page.locator(".button.red").focus()
    keys.strike(["Enter", *live, "Enter"])
    expect(heading(page)).to_have_text(NOT_TODAY)
    assert acts(sent) == ["POST /scan"]


def test_a_burst_leaves_the_focus_where_it_was(page: Page, keys: Keyboard, live: str) -> None:
    page.get_by_role("link", name="Talk to someone").focus()
    keys.strike(["Tab", *"AB", "Tab", "Tab", "Enter"])
    page.wait_for_timeout(600)
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/ask"


def test_a_ticket_is_not_lost_to_a_book(page: Page, keys: Keyboard, live: str) -> None:
    page.get_by_role("link", name="Talk to someone").tap()
    page.get_by_role("button", name="Schoolwork").tap()
    page.get_by_role("button", name="Anyone").tap()
    expect(heading(page)).to_contain_text("You are")
    keys.strike([*BOOK, "Tab", "Enter"])
    expect(page.get_by_text(NOT_A_BADGE)).to_be_visible()
    expect(heading(page)).to_contain_text("You are")


def test_where_a_code_is_typed_a_scanner_is_still_a_scanner(
    page: Page, keys: Keyboard, sent: list[str], live: str
) -> None:
    page.goto(f"{page.url}scan")
    page.locator("#code").focus()
    keys.strike([*BOOK, "Tab", "Enter"])
    expect(page.get_by_text(NOT_A_BADGE)).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "code"
    keys.pause(1)
    keys.strike([*live, "Tab", "Enter"])
    expect(heading(page)).to_have_text(NOT_TODAY)


@pytest.mark.parametrize("document", ["", "scan"])
def test_a_badge_is_scanned_while_the_page_for_mentors_opens(
    page: Page, keys: Keyboard, live: str, document: str
) -> None:
    """From the first document, which is left for another, and from the one that has the camera, which stays."""
    page.goto(f"{page.url}{document}")
    if document:
        page.get_by_role("link", name="First page").tap()
        page.wait_for_timeout(400)  # until the page takes taps
    opens: list[Route] = []
    page.route("**/scan", lambda each: opens.append(each) if each.request.method == "GET" else each.continue_())
    with page.expect_request("**/scan"):
        page.get_by_role("link", name="I am a mentor").tap()
    keys.strike([*live, "Enter"])
    expect(heading(page)).to_have_text(NOT_TODAY)
    for each in opens:
        with suppress(Error):  # the page no longer asks for it
            each.continue_()
    page.wait_for_timeout(600)
    expect(heading(page)).to_have_text(NOT_TODAY)


def test_the_end_of_a_scan_is_answered_in_words(page: Page, live: str) -> None:
    page.goto(f"{page.url}scan")
    keys = Keyboard(page, at=page.evaluate("performance.timeOrigin") / 1_000)
    keys.strike([*live[-2:], "Enter"])
    expect(page.locator("#told")).to_have_text(SCAN_CUT)
    keys.pause(1)
    keys.strike([*live, "Enter"])
    expect(heading(page)).to_have_text(NOT_TODAY)


# People


def test_a_person_walks_with_tab_and_presses_with_enter_and_space(page: Page, keys: Keyboard) -> None:
    for key, then in (("Enter", "What is it about?"), (" ", "Hello. What would you like to do?")):
        name = "Talk to someone" if key == "Enter" else "First page"
        for _ in range(20):
            keys.strike(["Tab"], 250)
            if name in page.evaluate("document.activeElement.innerText"):
                break
        keys.strike([key], 250)
        expect(heading(page)).to_have_text(then)
        page.wait_for_timeout(400)  # until the page takes taps


def test_tab_goes_round_on_the_page_and_never_into_the_browser(page: Page, keys: Keyboard) -> None:
    stops = page.locator("a:visible")
    keys.strike(["Tab"] * (stops.count() + 1), 250)
    assert page.evaluate("document.activeElement.innerText") == stops.first.inner_text()


def test_a_person_types_a_code_by_hand_and_presses_go(page: Page, keys: Keyboard, sent: list[str], live: str) -> None:
    page.goto(f"{page.url}scan")
    page.locator("#code").focus()
    sent.clear()
    keys.strike([*live[:-1], "X", "Shift"], 260)
    assert page.input_value("#code") == f"{live[:-1]}X"
    keys.strike(["Tab"], 260)
    assert page.evaluate("document.activeElement.innerText.trim()") == "Go"
    assert acts(sent) == []
    keys.strike(["Enter"], 260)
    expect(page.locator("#wrong")).to_have_text("That code is not right. Please compare it with your badge.")


def test_no_key_of_the_browser_reaches_it(page: Page) -> None:
    for key in ("Control+j", "Control+t", "Control+p", "Alt+ArrowLeft", "Meta+l", "F1", "F5", "F6", "F7", "F11", "F12"):
        page.keyboard.press(key)
    for key in ("Shift+Escape", "ContextMenu", "Control+Shift+n", "Alt+F4"):
        page.keyboard.press(key)
    page.keyboard.press("ArrowDown")
    page.wait_for_function("() => passed.includes('ArrowDown')")
    assert set(page.evaluate("passed")) == {"Shift", "ArrowDown"}
    expect(heading(page)).to_have_text("Hello. What would you like to do?")


@pytest.mark.parametrize("how", ["Control", "Shift"])
def test_no_link_opens_a_second_tab(page: Page, how: str) -> None:
    page.get_by_role("link", name="Talk to someone").click(modifiers=[how])  # type: ignore[list-item]
    expect(heading(page)).to_have_text("What is it about?")
    page.get_by_role("link", name="First page").click(button="middle")
    assert len(page.context.pages) == 1


# What staff read


def test_staff_set_how_large_the_kiosk_is(page: Page, lunch: Lunch) -> None:
    before = page.locator("h1").bounding_box()
    with closing(sqlite3.connect(lunch.data / "programme.db")) as db, db:
        db.execute("update programme set kiosk_zoom = 150")
    expect(page.locator("html")).to_have_attribute("data-zoom", "150")
    after = page.locator("h1").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > 1.3 * before["height"]
