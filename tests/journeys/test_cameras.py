"""Cameras as they are: black, stopped, never opening, infrared, several; and who is still there before one."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Camera, Lunch, cards, chromium, close_pages, dropin, log_in, touchscreen

BLACK = "The camera sees only black. Is something in front of it?"
STOPPED = "The camera's picture has stopped."
# Three cameras: an infrared one first, one whose opening never settles, and one that works.
THREE = """
const mediaDevices = navigator.mediaDevices ?? {}, open = mediaDevices.getUserMedia?.bind(mediaDevices);
const names = { ir: "Integrated IR Camera", stuck: "HD Webcam", good: "Camera in the lid" };
window.opened = [];
mediaDevices.enumerateDevices = async () =>
  Object.entries(names).map(([deviceId, label]) => ({ kind: "videoinput", deviceId, label }));
mediaDevices.getUserMedia = ({ video, ...rest }) => {
  const { deviceId, ...how } = video;
  opened.push(deviceId?.exact);
  return deviceId?.exact === "good" ? open({ ...rest, video: how }) : new Promise(() => {});
};
"""

# A camera that sends no picture, then one that is muted, then one that works.
SILENT = """
const mediaDevices = navigator.mediaDevices ?? {}, open = mediaDevices.getUserMedia?.bind(mediaDevices);
window.opened = 0;
mediaDevices.getUserMedia = async (how) => {
  opened += 1;
  if (opened === 1) return Object.assign(document.createElement("canvas"), { width: 640 }).captureStream(0);
  const stream = await open(how);
  if (opened === 2) Object.defineProperty(stream.getVideoTracks()[0], "muted", { get: () => true });
  return stream;
};
"""


def words(page: Page, text: str) -> None:
    line = page.locator(".camera-words")
    expect(line).to_contain_text(text)
    expect(line).to_contain_text("Type the code under the square, or use the scanner.")


def test_black_and_stopped_pictures_are_said_and_a_badge_reads_without_a_touch(
    seen_lunch: Lunch, camera: Camera, kiosk: BrowserContext
) -> None:
    pdf = seen_lunch.data / "one.pdf"
    dropin("badges", str(pdf), "--mentor", str(seen_lunch.mentor("Gita")["id"]), data=seen_lunch.data)
    camera.show(np.zeros((720, 1280, 3), np.uint8))
    page = kiosk.new_page()
    page.goto(f"{seen_lunch.kiosk}/scan")
    words(page, BLACK)
    page.keyboard.press("Shift")  # somebody is there
    camera.show(None)  # a grey wall that never changes, as no real camera shows it
    words(page, STOPPED)
    page.keyboard.press("Shift")
    with page.expect_response(lambda told: "read=" in (told.request.post_data_buffer or b"").decode("latin-1")):
        camera.show(cards(pdf)[0])
    expect(page.locator("h1")).to_have_text("This badge is not for today. Mr Adeyemi can help.")
    camera.show(None)
    page.goto(f"{seen_lunch.kiosk}/scan")
    expect(page.locator(".camera")).to_have_attribute("data-kept", re.compile("fake_device_0|camera.y4m"))
    page.close()


@pytest.fixture(scope="module")
def common_two_cameras() -> Iterator[Browser]:
    cameras = "--use-fake-device-for-media-stream=device-count=2,fps=5"
    with chromium(cameras, "--use-fake-ui-for-media-stream") as browser:
        yield browser


@pytest.fixture
def two_cameras(common_two_cameras: Browser) -> Iterator[Browser]:
    """A browser with two cameras that see something that moves."""
    yield common_two_cameras
    close_pages(common_two_cameras)


def test_the_next_camera_is_opened_and_another_is_chosen_with_a_code_from_the_box(
    seen_lunch: Lunch, two_cameras: Browser
) -> None:
    with touchscreen(two_cameras) as context:
        context.add_init_script(THREE)
        page = context.new_page()
        page.goto(f"{seen_lunch.kiosk}/scan")
        words(page, "The camera will not open.")
        expect(page.locator("video")).to_have_js_property("paused", value=False)
        expect(page.locator(".camera-words")).to_be_hidden()
        assert page.evaluate("opened") == ["stuck", "good"]
        staff = log_in(two_cameras, seen_lunch)
        staff.goto(f"{seen_lunch.admin}/box")
        told = staff.locator("#cameras")
        expect(told).to_contain_text("HD Webcam")
        expect(told).to_contain_text("Does not open")
        expect(told).to_contain_text("Infrared: sees no badges")
        staff.get_by_role("button", name="Choose one at the kiosk").click()
        typed = staff.locator("#cameras .address").text_content()
        page.fill("#code", typed)
        page.get_by_role("button", name="Go").tap()
        expect(page.get_by_role("button", name="Integrated IR Camera")).to_have_count(0)
        page.get_by_role("button", name="Camera in the lid").tap()
        expect(page.locator("video")).to_have_js_property("paused", value=False)
        expect(page.get_by_role("button", name="Camera in the lid")).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name="Use this one").tap()
        expect(page.locator("h1")).to_have_text("Thank you. This camera will be used from now on.")
        page.goto(f"{seen_lunch.kiosk}/scan")
        expect(page.locator("video")).to_have_js_property("paused", value=False)
        assert page.evaluate("opened") == ["good"]
        staff.close()


def test_a_camera_without_a_picture_is_said_and_tried_again(seen_lunch: Lunch, two_cameras: Browser) -> None:
    with touchscreen(two_cameras) as context:
        context.add_init_script(SILENT)
        page = context.new_page()
        page.goto(f"{seen_lunch.kiosk}/scan")
        words(page, "The camera sends no picture.")
        page.keyboard.press("Shift")  # somebody is there
        expect(page.locator(".camera-words")).to_be_hidden()
        assert page.evaluate("opened") == 3
        page.close()


# Who is still there


def passes(page: Page, seconds: float) -> None:
    """So many seconds, two by two, each with a moment for the pictures that are on their way."""
    for _ in range(round(seconds / 2)):
        page.clock.run_for(2_000)
        page.wait_for_timeout(150)


def scans(page: Page, lunch: Lunch) -> dict[str, bool]:
    """Open the scan page with a clock in the test's hand; whether a badge is `held` up, and not read, is the test's."""
    seen = {"held": False}
    page.route(
        "**/scan",
        lambda route: (
            route.fulfill(json={"outcome": "unreadable", "say": "", "page": None, **seen})
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.clock.install()
    page.goto(f"{lunch.kiosk}/scan")
    expect(page.locator("video")).to_have_js_property("paused", value=False)
    seen |= {each: float(page.locator("main").get_attribute(f"data-{each}")) for each in ("warn", "home")}
    return seen


def test_while_a_badge_is_held_up_no_page_says_that_it_closes(seen_lunch: Lunch, kiosk: BrowserContext) -> None:
    page = kiosk.new_page()
    seen = scans(page, seen_lunch)
    bar = page.locator("#stay")
    passes(page, seen["warn"] + 4)
    expect(bar).to_be_visible()
    seen["held"] = True
    passes(page, seen["home"] - seen["warn"] + 2)
    expect(bar).to_be_hidden()
    expect(page.locator("video")).to_be_visible()
    passes(page, 60 + seen["home"])
    expect(page.get_by_role("link", name="I am a mentor")).to_be_visible()  # a poster holds no page for ever
    page.close()


def test_movement_alone_extends_a_scan_once(seen_lunch: Lunch, two_cameras: Browser) -> None:
    with touchscreen(two_cameras) as context:
        page = context.new_page()
        seen = scans(page, seen_lunch)  # this browser's own camera shows something that moves
        bar = page.locator("#stay")
        passes(page, seen["warn"] + 8)  # far from the 20 s more: the page's clock goes on by itself between two passes
        expect(bar).to_be_hidden()
        passes(page, 14)
        expect(bar).to_be_visible()
        passes(page, seen["home"] - seen["warn"])
        expect(page.get_by_role("link", name="I am a mentor")).to_be_visible()
