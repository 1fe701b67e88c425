"""Every page, read by axe: WCAG 2.2 AA everywhere, and the stronger contrast on the kiosk and the board."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Camera, Lunch, chromium_before, example_school, typed_code
from tests.journeys.looking import context, faults

WRONG_FILE = "given_name,family_name,year_group\nSam,Lee,10\n,Nobody,99\nSam,Lee,10\n"
GOOD_FILE = "given_name,family_name,year_group\nSam,Lee,10\n"
STAFF_PAGES = (
    "",
    "rota",
    "cover",
    "rota?past=yes",
    "rota/plan",
    "rota/poster",
    "rota/slips",
    "rota/bring",
    "mentors",
    "mentors/1",
    "mentors/new",
    "mentors/import",
    "mentors/what-to-say",
    "badges",
    "badges/printer",
    "requests",
    "programme",
    "staff",
    "staff/2",
    "me",
    "me/second-factor",
    "welcome",
    "forgotten",
    "today/sheet",
    "on-duty",
    "on-duty/week",
    "school-year",
    "school-year/end?year_group=11",
    "privacy",
    "privacy/record",
    "privacy/assessment",
    "privacy/pupils",
    "privacy/mentors/1",
    "privacy/mentors/3/erase",
    "channels",
    "drill",
    "nothing-is-here",
)


@pytest.fixture(scope="module")
def lunch() -> Iterator[Lunch]:
    """One lunch for all of them."""
    with example_school() as lunch:
        yield lunch


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium_before(Camera(tmp_path_factory.mktemp("camera"))) as browser:
        yield browser


def test_the_checker_is_at_work(browser: Browser) -> None:
    page = context(browser, 800, 600).new_page()
    page.set_content(
        "<html lang=en><title>Grey</title><main><p style='color: #767676'>Words</p><img src=x></main></html>"
    )
    weak, strong = (" ".join(faults(page, "grey", strong=strong)) for strong in (False, True))
    page.context.close()
    assert "image-alt: img" in weak
    assert "color-contrast" not in weak
    assert "color-contrast-enhanced: p" in strong


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """`dropin run` in an empty folder: the addresses of the kiosk and of the staff pages."""
    ports = {name: str(free_port()) for name in ("DROPIN_KIOSK_PORT", "DROPIN_ADMIN_PORT")}
    folder = tmp_path_factory.mktemp("new")
    with subprocess.Popen(
        [str(Path(sys.executable).parent / "dropin"), "run", "--data", str(folder / "data")],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **ports},
    ) as process:
        assert process.stderr is not None
        assert "Kiosk:" in process.stderr.readline()
        yield tuple(f"http://127.0.0.1:{port}" for port in ports.values())
        process.terminate()
        process.wait(15)


def test_the_kiosk(lunch: Lunch, browser: Browser, tmp_path: Path) -> None:
    ben, amira = (typed_code(lunch, name, tmp_path) for name in ("Ben", "Amira"))
    touchscreen = context(browser, 1280, 800)
    page, found = touchscreen.new_page(), []

    def read(name: str, words: str) -> None:
        expect(page.locator("h1")).to_contain_text(words)
        found.extend(faults(page, name, strong=True))

    def tap(role: str, words: str) -> None:
        page.get_by_role(role, name=words, exact=False).first.tap()

    def scan(text: str) -> None:
        page.goto(f"{lunch.kiosk}/scan")
        page.fill("#code", text)
        tap("button", "Go")

    page.goto(lunch.kiosk)
    read("home, opening", "Hello")
    tap("link", "Talk to someone")
    read("topics", "What is it about?")
    tap("button", "Bullying")
    read("whom", "Who would you like")
    tap("button", "Anyone")
    read("ticket", "You are")
    tap("button", "Done")
    expect(page.locator("h1")).to_contain_text("Hello")
    tap("link", "get an adult")
    read("alert, sure?", "Do you need an adult now?")
    tap("button", "Yes, get an adult")
    read("alert", "Find Mr Adeyemi")
    tap("link", "First page")
    expect(page.locator("h1")).to_contain_text("Hello")
    tap("link", "What this box knows")
    read("about", "What this box knows")
    page.goto(f"{lunch.kiosk}/about/mentors")
    read("about mentors", "What this box knows about mentors")
    page.evaluate("document.getElementById('still-there').showModal()")
    read("still there?", "What this box knows")
    page.goto(f"{lunch.kiosk}/quiz")
    read("quiz", "Library quiz")
    page.goto(f"{lunch.kiosk}/scan")
    read("scan", "Show your badge")
    page.evaluate("document.querySelector('.open-pad').hidden = false")
    read("scan, with the keys offered", "Show your badge")
    tap("button", "Open the keys")
    read("keys", "Show your badge")
    scan("PM00 0000 0000 0000")
    read("outcome, grey", "not a mentor badge")
    scan(ben)
    read("outcome, green", "You are on duty with Amira")
    scan(ben)
    read("outcome, yellow", "You are already in")
    page.goto(lunch.kiosk)
    read("home, open", "Hello")
    scan(amira)
    expect(page.get_by_role("button", name="Call next")).to_be_visible()
    read("mentor, waiting", "Amira")
    tap("button", "What to say")
    read("what to say", "What to say, and what not")
    tap("button", "Back to my screen")
    expect(page.get_by_role("button", name="Call next")).to_be_visible()
    tap("button", "Call next")
    expect(page.locator(".called")).to_be_visible()
    read("mentor, called", "Amira")
    tap("button", "Tell staff now")
    read("tell staff", "What is it about?")
    tap("button", "Anything else")
    read("told staff", "You did the right thing")
    tap("button", "Back to my screen")
    expect(page.locator(".called")).to_be_visible()
    while page.locator(".pass-on").count() == 0:
        tap("button", "We talked")
        tap("button", "Call next")
        expect(page.locator(".called")).to_be_visible()
    read("mentor, to pass on", "Amira")
    tap("button", "We talked")
    expect(page.locator("main")).to_contain_text("Nobody is waiting")
    read("mentor, nobody waits", "Amira")
    tap("button", "End my duty")
    read("felt", "How was that for you?")
    tap("button", "A bit hard")
    read("thanks", "Thank you, Amira")
    page.goto(lunch.kiosk)
    read("home, paused", "Hello")
    page.goto(f"{lunch.kiosk}/nothing-is-here")
    read("trouble", "There is nothing here.")
    page.goto(f"{lunch.kiosk}/scan")
    page.evaluate(
        "fetch('/mentor', { method: 'POST' }).then((answer) => answer.text()).then((html) => {"
        "document.open(); document.write(html); document.close(); })"
    )
    read("scan again", "Please show your badge again")
    touchscreen.close()
    assert found == []


def test_the_kiosk_when_it_does_not_answer(lunch: Lunch, browser: Browser) -> None:
    touchscreen = context(browser, 1280, 800)
    page = touchscreen.new_page()
    page.goto(lunch.kiosk)
    page.route("**/ask", lambda route: route.abort())
    page.route("**/state", lambda route: route.abort())
    page.get_by_role("link", name="Talk to someone").tap()
    expect(page.locator("h1")).to_have_text("This screen is not answering.", timeout=12_000)
    found = faults(page, "no answer", strong=True)
    touchscreen.close()
    assert found == []


def test_the_staff_pages(lunch: Lunch, browser: Browser) -> None:
    laptop = context(browser, 1440, 900)
    page = laptop.new_page()
    page.goto(lunch.admin)
    found = faults(page, "log in", strong=False)
    lead = lunch.staff[0]
    for password in ("not this one", lead["password"]):
        page.fill("[name=email]", lead["email"])
        page.fill("[name=password]", password)
        page.get_by_role("button", name="Log in").click()
        if password != lead["password"]:
            expect(page.get_by_role("alert")).to_be_visible()
            found += faults(page, "log in, wrong", strong=False)
    expect(page.locator("h1")).to_be_visible()
    for path in STAFF_PAGES:
        page.goto(f"{lunch.admin}/{path}")
        found += faults(page, path or "today", strong=False)
    for name, file in (("import, faults", WRONG_FILE), ("import, a dry run", GOOD_FILE)):
        page.goto(f"{lunch.admin}/mentors/import")
        page.set_input_files("[name=file]", {"name": "mentors.csv", "mimeType": "text/csv", "buffer": file.encode()})
        page.get_by_role("button", name="Look at it first").click()
        expect(page.get_by_role("heading", level=2).first).to_be_visible()
        found += faults(page, name, strong=False)
    page.goto(f"{lunch.admin}/mentors/new")
    page.evaluate("document.querySelectorAll('[required]').forEach((field) => { field.required = false; })")
    page.locator("main button").last.click()
    expect(page.locator(".fault").first).to_be_visible()
    found += faults(page, "new mentor, faults", strong=False)
    page.goto(f"{lunch.admin}/rota")
    page.locator(".short:not(.over) .hours").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += faults(page, "rota, one drop-in", strong=False)
    page.goto(f"{lunch.admin}/rota/plan")
    page.get_by_role("main").get_by_role("button", name="Plan").click()
    expect(page.get_by_role("button", name="Use this plan")).to_be_visible(timeout=60_000)
    found += faults(page, "rota, the plan", strong=False)
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("", "rota"):
        page.goto(f"{lunch.admin}/{path}")
        found += faults(page, f"{path or 'today'}, on a phone", strong=False)
    page.evaluate("document.getElementById('no-answer').hidden = false")
    found += faults(page, "the box is lost", strong=False)
    urlopen(f"{lunch.kiosk}/alert", data=b"key=axe").close()
    page.goto(lunch.admin)
    expect(page.get_by_role("button", name="I am going").first).to_be_visible()
    found += faults(page, "today, an alert", strong=False)
    page.goto(f"{lunch.admin}/programme")
    page.get_by_role("button", name="Make an address for the staff room").click()
    address = page.get_by_role("link", name="/staff-room/").get_attribute("href")
    room = laptop.new_page()
    room.goto(f"{lunch.admin}{address}")
    expect(room.locator(".needed")).to_be_visible()
    found += faults(room, "staff room, an alert", strong=True)
    room.get_by_role("button", name="Ms Okafor").click()
    expect(room.get_by_role("dialog")).to_be_visible()
    found += faults(room, "staff room, sure?", strong=True)
    room.get_by_role("button", name="Yes, Ms Okafor is going").click()
    expect(room.locator(".going")).to_be_visible()
    found += faults(room, "staff room, somebody is going", strong=True)
    page.goto(lunch.admin)
    expect(page.locator(".answered")).to_be_visible()
    found += faults(page, "today, somebody is going", strong=False)
    laptop.close()
    assert found == []


@pytest.mark.parametrize("size", [(1920, 1080), (390, 844)])
def test_the_board(lunch: Lunch, browser: Browser, size: tuple[int, int]) -> None:
    hallway = context(browser, *size)
    page = hallway.new_page()
    page.goto(lunch.board)
    expect(page.locator(".room h1").first).not_to_be_empty()
    found = faults(page, "board", strong=True)
    page.route("**/board/**", lambda route: route.abort())
    page.evaluate("document.getElementById('unsure').hidden = false")
    found += faults(page, "board, unsure", strong=True)
    hallway.close()
    assert found == []


def test_the_first_start(first_start: tuple[str, str], browser: Browser) -> None:
    kiosk, admin = first_start
    laptop = context(browser, 1440, 900)
    page = laptop.new_page()
    page.goto(kiosk)
    expect(page.locator("h1")).to_have_text("This drop-in is not set up yet.")
    found = faults(page, "kiosk, not set up", strong=True)
    page.goto(admin)
    expect(page.locator("h1")).to_have_text("Welcome. Who leads the programme?")
    found += faults(page, "set up", strong=False)
    given = {"school": "Harbour School", "name": "Ms Okafor", "room": "Room 4", "email": "okafor@harbour.example"}
    for field, value in {**given, "password": "short", "again": "short"}.items():
        page.fill(f"[name={field}]", value)
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".fault").first).to_be_visible()
    found += faults(page, "set up, faults", strong=False)
    for field in ("password", "again"):
        page.fill(f"[name={field}]", "three wet turtles")
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".rail")).to_be_visible()
    phone_pages = ("", "rota", "on-duty", "mentors", "badges", "badges/printer", "school-year", "programme", "staff")
    for path in (*phone_pages, "privacy", "today/sheet"):
        page.goto(f"{admin}/{path}")
        found += faults(page, f"new school, {path or 'today'}", strong=False)
    page.goto(kiosk)
    expect(page.locator("h1")).to_have_text("The next drop-in is not planned yet.")
    found += faults(page, "kiosk, closed", strong=True)
    laptop.close()
    assert found == []
