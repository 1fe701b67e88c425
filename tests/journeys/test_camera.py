"""What may be held to the camera, and what a mentor does when there is none: type, scan by hand, or tap the keys."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import cv2
import numpy as np
import pytest
import qrcode
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from badges import code
from tests.journeys.conftest import Camera, Lunch, cards, dropin, example_school, touchscreen

NOT_TODAY = "This badge is not for today. Mr Adeyemi can help."
NO_CAMERA = "The camera is not there. Type the code under the square, or use the scanner."
UNPLUG = "() => document.querySelector('video').srcObject?.getTracks().forEach((track) => track.stop())"
ANOTHER_FILM = """(film) => {
    const video = document.querySelector("video");
    return !video || (video.srcObject !== film && !video.paused);
}"""
PLUGS = 20
HELD_UP = ("Chidi", "Dana", "Ewan", "Farah", "Gita", "Hugo", "Ines")  # nobody of them is due today


@pytest.fixture(scope="module")
def lunch() -> Iterator[Lunch]:
    """One lunch for all of them."""
    with example_school() as lunch:
        yield lunch


@pytest.fixture
def kiosk(browser: Browser, camera: Camera) -> Iterator[BrowserContext]:
    with touchscreen(browser, may_say=("AudioContext",)) as context:  # no sound before the first touch
        yield context


@pytest.fixture(scope="module")
def badges(lunch: Lunch) -> dict[str, np.ndarray]:
    """Their printed badges, by name. A sheet is printed in the order of the list."""
    pdf, names = lunch.data / "badges.pdf", [each["name"] for each in lunch.mentors if each["name"] in HELD_UP]
    ids = [str(lunch.mentor(name)["id"]) for name in names]
    dropin("badges", str(pdf), *(word for each in ids for word in ("--mentor", each)), data=lunch.data)
    return dict(zip(names, cards(pdf), strict=False))


@pytest.fixture(scope="module")
def codes(lunch: Lunch, badges: dict[str, np.ndarray]) -> dict[str, str]:
    """The code under each one's square."""
    key = code.load_key(lunch.data / "badge.key")
    with closing(sqlite3.connect(lunch.data / "programme.db")) as db:
        numbers = dict(db.execute("select mentor_id, number from badges where ended is null"))
    return {name: code.make(numbers[lunch.mentor(name)["id"]], key) for name in badges}


def side_by_side(*pictures: np.ndarray) -> np.ndarray:
    """Several cards in one picture."""
    height = min(len(each) for each in pictures)
    return np.hstack([np.pad(each[:height], ((20, 20), (20, 20), (0, 0)), constant_values=120) for each in pictures])


def foreign(text: str) -> np.ndarray:
    """A square of somebody else's: a poster, a ticket, a shop."""
    square = io.BytesIO()
    qrcode.make(text, box_size=8).save(square)
    return cv2.imdecode(np.frombuffer(square.getvalue(), np.uint8), cv2.IMREAD_COLOR)


def heading(page: Page) -> Locator:
    return page.locator("h1")


def look(page: Page, lunch: Lunch) -> None:
    """Open the scan page, with its camera."""
    page.goto(f"{lunch.kiosk}/scan")
    expect(page.locator("video")).to_have_js_property("paused", value=False)


def hold_up(page: Page, camera: Camera, card: np.ndarray) -> None:
    """Hold something up before the page that looks. This kind of camera begins its film when it is opened, so the
    page must have opened it anew before anything else is held up: a film begun too early would run for ever."""
    camera.show(card)
    film = page.evaluate_handle("document.querySelector('video').srcObject")
    page.evaluate(UNPLUG)
    page.wait_for_function(ANOTHER_FILM, arg=film)


def scanner(page: Page, text: str) -> None:
    """A scanner types a code and Enter, as quickly as this machine does."""
    page.wait_for_load_state()  # what is typed before the page's script has come, nobody reads
    page.keyboard.type(text, delay=4)
    page.keyboard.press("Enter")


# No camera


def test_without_a_camera_the_page_says_so_and_a_typed_code_works(
    lunch: Lunch, camera: Camera, kiosk: BrowserContext, codes: dict[str, str]
) -> None:
    camera.file.unlink()
    page = kiosk.new_page()
    page.goto(f"{lunch.kiosk}/scan")
    expect(page.locator(".camera-words")).to_have_text(NO_CAMERA)
    page.fill("#code", code.grouped(codes["Chidi"]).lower())
    page.get_by_role("button", name="Go").tap()
    expect(heading(page)).to_have_text(NOT_TODAY)
    page.close()


def test_a_camera_unplugged_twenty_times_reads_the_next_badge(
    lunch: Lunch, camera: Camera, kiosk: BrowserContext, badges: dict[str, np.ndarray]
) -> None:
    page = kiosk.new_page()
    page.clock.install()  # the page waits a second before it looks for the camera again: here it need not
    page.goto(f"{lunch.kiosk}/scan")
    words = page.locator(".camera-words")
    for time in range(1, PLUGS + 1):
        camera.file.unlink()
        page.evaluate(UNPLUG)
        expect(words).to_be_visible()
        expect(words).to_have_text(NO_CAMERA)
        if time < PLUGS:
            camera.show(None)
            page.clock.run_for(1_100)
            expect(words).to_be_hidden()
            page.keyboard.press("Shift")  # somebody is there
    camera.show(badges["Chidi"])
    page.clock.run_for(1_100)
    expect(heading(page)).to_have_text(NOT_TODAY, timeout=3_000)
    page.close()


# What is held up


def test_after_a_foreign_square_the_next_badge_reads_without_a_touch(
    lunch: Lunch, camera: Camera, kiosk: BrowserContext, badges: dict[str, np.ndarray]
) -> None:
    page = kiosk.new_page()
    look(page, lunch)
    for text in ("https://shop.example/offer", "PM00 not one of ours", "x" * 300):
        hold_up(page, camera, foreign(text))
        page.locator(".say").evaluate("(say) => { say.textContent = ''; }")  # the last square's answer is none to this
        expect(page.locator(".say")).to_have_text("That is not a mentor badge. Please hold up your badge.")
    hold_up(page, camera, badges["Dana"])
    expect(heading(page)).to_have_text(NOT_TODAY)
    page.close()


def test_a_badge_beside_a_foreign_square_is_read(
    lunch: Lunch, camera: Camera, kiosk: BrowserContext, badges: dict[str, np.ndarray]
) -> None:
    camera.show(side_by_side(badges["Ewan"], cv2.resize(foreign("https://shop.example"), (230, 230))))
    page = kiosk.new_page()
    page.goto(f"{lunch.kiosk}/scan")
    expect(heading(page)).to_have_text(NOT_TODAY)
    page.close()


def test_the_same_badge_twice_in_one_picture_is_one_badge(
    lunch: Lunch, camera: Camera, kiosk: BrowserContext, badges: dict[str, np.ndarray]
) -> None:
    camera.show(side_by_side(badges["Farah"], badges["Farah"]))
    page = kiosk.new_page()
    page.goto(f"{lunch.kiosk}/scan")
    expect(heading(page)).to_have_text(NOT_TODAY)
    page.get_by_role("link", name="Show another badge").tap()
    expect(heading(page)).to_have_text(NOT_TODAY)
    page.close()


# Without a camera, quicker: a scanner that types


@pytest.mark.parametrize("where", ["home", "topics", "ticket", "quiz", "scan"])
def test_a_scanner_types_a_badge_on_any_page(
    lunch: Lunch, kiosk: BrowserContext, codes: dict[str, str], where: str
) -> None:
    page = kiosk.new_page()
    page.goto(lunch.kiosk)
    if where in ("topics", "ticket"):
        page.get_by_role("link", name="Talk to someone").tap()
        expect(heading(page)).to_have_text("What is it about?")
    if where == "ticket":
        page.get_by_role("button", name="Schoolwork").tap()
        page.get_by_role("button", name="Anyone").tap()
        expect(heading(page)).to_contain_text("You are")
    if where == "quiz":
        page.get_by_role("link", name="Hide this").tap()
        expect(heading(page)).to_have_text("Library quiz")
    if where == "scan":
        page.get_by_role("link", name="I am a mentor").tap()
        page.locator("#code").focus()
    scanner(page, codes["Gita"])
    expect(heading(page)).to_have_text(NOT_TODAY)
    page.close()


def test_a_scanner_that_types_twice_is_answered_once_more(
    lunch: Lunch, kiosk: BrowserContext, codes: dict[str, str]
) -> None:
    page = kiosk.new_page()
    page.goto(lunch.kiosk)
    for _ in range(2):
        scanner(page, codes["Hugo"].lower())
    expect(heading(page)).to_have_text(NOT_TODAY)
    page.close()


def test_a_tap_on_the_field_opens_the_keys_and_a_wrong_code_is_told_and_can_be_mended(
    lunch: Lunch, camera: Camera, kiosk: BrowserContext, codes: dict[str, str]
) -> None:
    camera.show(None)
    page = kiosk.new_page()
    page.goto(f"{lunch.kiosk}/scan")
    field, pad = page.get_by_label("Or type the code under the square"), page.locator("dialog.pad")
    expect(field).to_have_attribute("inputmode", "none")  # the page's script is at work
    place, wrong = field.bounding_box(), f"{codes['Ines'][:-1]}{'7' if codes['Ines'][-1] != '7' else '8'}"
    field.tap()
    for letter in wrong.removeprefix("PM"):
        pad.locator(f"[data-key='{letter}']").tap()
    expect(page.get_by_role("alert")).to_have_text("That code is not right. Please compare it with your badge.")
    assert field.bounding_box() == place, "nothing jumps"
    expect(field).to_have_value(wrong)
    field.tap()
    typed = pad.get_by_label("The code under the square")
    expect(typed).to_have_value(code.grouped(wrong))
    pad.get_by_role("button", name="Back").tap()
    typed.focus()
    page.keyboard.type(codes["Ines"][-1])  # a keyboard types into it too
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(NOT_TODAY)
    page.close()


def test_nothing_typed_opens_the_keys_instead_and_hide_this_works_beside_them(
    lunch: Lunch, kiosk: BrowserContext
) -> None:
    page = kiosk.new_page()
    page.goto(f"{lunch.kiosk}/scan")
    expect(page.locator("#code")).to_have_attribute("inputmode", "none")
    page.get_by_role("button", name="Go").tap()
    expect(page.locator("dialog.pad")).to_be_visible()
    page.locator("dialog.pad").get_by_role("button", name="Close").tap()
    expect(heading(page)).to_have_text("Show your badge")
    page.get_by_role("button", name="Go").tap()
    page.keyboard.press("Shift+Tab")  # round from the field to the last stop in the dialog
    expect(page.locator("dialog.pad").get_by_role("link", name="Hide this")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.pad")).to_be_hidden()
    page.get_by_role("button", name="Go").tap()
    page.locator("dialog.pad").get_by_role("link", name="Hide this").tap()
    expect(page.get_by_role("heading", name="Library quiz")).to_be_visible()
    page.close()


# A pair


def test_two_badges_of_a_pair_in_one_picture_open_the_room_together(
    lunch: Lunch, camera: Camera, kiosk: BrowserContext, badges: dict[str, np.ndarray]
) -> None:
    with closing(sqlite3.connect(lunch.data / "programme.db")) as db:
        today = db.execute("select max(date) from drop_ins where id in (select drop_in_id from duties)").fetchone()[0]
    pair = [str(lunch.mentor(name)["id"]) for name in ("Chidi", "Dana")]
    dropin("due", today, *pair, data=lunch.data)
    camera.show(side_by_side(badges["Chidi"], badges["Dana"]))
    page = kiosk.new_page()
    page.goto(f"{lunch.kiosk}/scan")
    expect(heading(page)).to_contain_text("Hello Chidi and Dana. You are on duty together until")
    page.get_by_role("link", name="First page").or_(page.get_by_role("link", name="Done")).first.tap()
    expect(page.locator(".state")).to_contain_text("Open until")
    expect(page.locator(".here")).to_contain_text("Chidi")
    expect(page.locator(".here")).to_contain_text("Dana")
    page.close()
