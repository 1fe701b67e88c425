"""A whole lunch, for real: the product's own processes, a real Chromium, and a fake camera that shows real badges."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from badges.reader import Reader
from badges.stationery import SHEETS
from tests.contracts import commands
from tests.mailbox import MAIL_PORTS

FRAME = (720, 1280)
# A busy machine is no fault of the page's: how quick it is, the benchmarks say.
expect.set_options(timeout=15_000)

CHROMIUM = "/usr/bin/chromium"
# The same engine without what stands round a page: a third of the processor time, and no back-forward cache.
HEADLESS = "/usr/bin/chromium-headless-shell"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@dataclass(frozen=True)
class Lunch:
    """The example school as `dropin demo` told it on its first line. `keeper` is its process."""

    kiosk: str
    admin: str
    board: str
    data: Path
    staff: list[dict[str, Any]]
    mentors: list[dict[str, Any]]
    keeper: int

    def mentor(self, name: str) -> dict[str, Any]:
        """One of the cast, by name."""
        return next(each for each in self.mentors if each["name"] == name)


def dropin(*arguments: str, data: Path) -> str:
    """Run one command as a school would; its standard output."""
    done = commands.dropin(*arguments, data=data)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def example_school(**environment: str) -> Iterator[Lunch]:
    """`dropin demo` on free ports, ended when the block is."""
    given = {**os.environ, "DROPIN_MAIL_PORTS": ",".join(map(str, MAIL_PORTS)), **environment}
    with commands.running("demo", "--kiosk-port", "0", "--admin-port", "0", environment=given) as (keeper, line):
        told = json.loads(line)
        yield Lunch(**{**told, "data": Path(told["data"])}, keeper=keeper)


@pytest.fixture
def lunch() -> Iterator[Lunch]:
    """`dropin demo`, ended when the test is."""
    with example_school() as lunch:
        yield lunch


@pytest.fixture(scope="session")
def seen_lunch() -> Iterator[Lunch]:
    """`dropin demo` for all tests that only look at it."""
    with example_school() as lunch:
        yield lunch


@pytest.fixture(scope="session")
def common_lunch() -> Iterator[Lunch]:
    """`dropin demo` for tests of which each changes something that none of the others looks at."""
    with example_school() as lunch:
        yield lunch


class Camera:
    """What stands before the kiosk's camera: a file that Chromium plays as if it were one.

    Five pictures a second are enough: at thirty, the camera costs more than all that is done with its pictures.
    """

    HEADER = f"YUV4MPEG2 W{FRAME[1]} H{FRAME[0]} F5:1 Ip A1:1 C420\nFRAME\n".encode()

    def __init__(self, folder: Path) -> None:
        self.file = folder / "camera.y4m"
        self.show(None)

    def show(self, card: np.ndarray[Any, Any] | None) -> None:
        """Hold a card before the camera, or nothing. The next page that opens the camera sees it."""
        frame = np.full((*FRAME, 3), (96, 104, 110), np.uint8)
        if card is not None:
            height, width = card.shape[:2]
            top, left = (FRAME[0] - height) // 2, (FRAME[1] - width) // 2
            frame[top : top + height, left : left + width] = card
        coming = self.file.with_suffix(".new")
        coming.write_bytes(self.HEADER + cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420).tobytes())
        coming.replace(self.file)


@cache
def driver() -> Playwright:
    """What drives every browser of these tests; a thread can hold only one."""
    return sync_playwright().start()


@pytest.fixture(scope="session", autouse=True)
def driver_ends() -> Iterator[None]:
    """The driver ends after the last test."""
    yield
    if driver.cache_info().currsize:
        driver().stop()


@contextmanager
def chromium(*args: str, program: str = HEADLESS, without: tuple[str, ...] = ()) -> Iterator[Browser]:
    """The kiosk's own kind of browser. `without` names flags of the test's driver that a kiosk does not have."""
    assert shutil.which(program), "make setup installs Chromium"
    browser = driver().chromium.launch(executable_path=program, args=[*FLAGS, *args], ignore_default_args=list(without))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def common_camera(tmp_path_factory: pytest.TempPathFactory) -> Camera:
    return Camera(tmp_path_factory.mktemp("camera"))


@pytest.fixture
def camera(common_camera: Camera) -> Camera:
    """The kiosk's camera, which sees nothing yet."""
    common_camera.show(None)
    return common_camera


@pytest.fixture(scope="session")
def common_browser(common_camera: Camera) -> Iterator[Browser]:
    with chromium(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={common_camera.file}",
    ) as browser:
        yield browser


@pytest.fixture
def browser(common_browser: Browser) -> Iterator[Browser]:
    """The kiosk's browser before the camera, without the pages of other tests."""
    yield common_browser
    close_pages(common_browser)


@pytest.fixture(scope="session")
def common_cached_browser() -> Iterator[Browser]:
    with chromium(program=CHROMIUM, without=("--disable-back-forward-cache",)) as browser:
        yield browser


@pytest.fixture
def cached_browser(common_cached_browser: Browser) -> Iterator[Browser]:
    """A browser as people have it, with its back-forward cache: the driver's own habit is to switch that off."""
    yield common_cached_browser
    close_pages(common_cached_browser)


def close_pages(browser: Browser) -> None:
    """Leave nothing open of a test that shares its browser."""
    for each in browser.contexts:
        each.close()


@contextmanager
def touchscreen(browser: Browser, *, may_say: tuple[str, ...] = ()) -> Iterator[BrowserContext]:
    """The touchscreen: no page of it may complain, fetch from elsewhere or keep a cookie."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    context.on("weberror", lambda fault: complaints.append(str(fault.error)))
    yield context
    assert context.cookies() == []
    context.close()
    assert [each for each in complaints if not any(words in each for words in may_say)] == []


@pytest.fixture
def kiosk(browser: Browser) -> Iterator[BrowserContext]:
    """The touchscreen of one test."""
    with touchscreen(browser) as context:
        yield context


def cards(pdf: Path, sheet: str = "cr80") -> list[np.ndarray[Any, Any]]:
    """The places of a printed page as pictures, at 110 dpi; of a folded badge, its front."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].render(scale=110 / 72).to_numpy()[:, :, :3].copy()
    on, dots = SHEETS[sheet], 110 / 25.4
    found = []
    for place in range(on.places):
        left, top = on.corner(place)
        right, left = left + on.width, left + (on.width / 2 if on.fold else 0)
        found.append(page[int(top * dots) : int((top + on.height) * dots), int(left * dots) : int(right * dots)])
    return found


def typed_code(lunch: Lunch, name: str, folder: Path) -> str:
    """The code on one mentor's printed badge."""
    pdf = folder / f"{name}.pdf"
    dropin("badges", str(pdf), "--mentor", str(lunch.mentor(name)["id"]), data=lunch.data)
    _, png = cv2.imencode(".png", cards(pdf)[0])
    with Reader() as reader:
        return reader.read(png.tobytes(), live=False).texts[0]


def log_in(browser: Browser, lunch: Lunch, **viewport: int) -> Page:
    """A staff page, with the lead logged in."""
    page = browser.new_page(viewport=viewport or {"width": 1440, "height": 900})  # type: ignore[arg-type]
    enter(page, lunch, lunch.staff[0])
    return page


def enter(page: Page, lunch: Lunch, member: dict[str, Any], *, code: str = "") -> None:
    """Log one of the staff in on this page."""
    page.goto(lunch.admin)
    page.fill("[name=email]", member["email"])
    page.fill("[name=password]", member["password"])
    if code:
        page.fill("[name=code]", code)
    # Until the page is whole, its scripts too: what happens to the box before, none of them sees.
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("h1")
