"""A swap for real: two badges at the kiosk, one before the camera, and the lead's yes on the staff pages."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import cv2
from playwright.sync_api import Browser, expect

from badges.reader import Reader
from mentoring.planning import rota
from mentoring.school import school_year
from mentoring.store.database import open_database
from tests.journeys.conftest import Camera, Lunch, cards, dropin, enter, typed_code
from tests.journeys.looking import OVERFLOW, context, faults

TOO_SMALL = """() => [...document.querySelectorAll('#page a, #page button, #page input:not([type=hidden])')]
    .map((each) => [each.innerText || each.name, each.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.height < 71.5 || box.width < 71.5)).map(([words]) => words)"""

WIDE, SMALL = {"width": 1280, "height": 800}, {"width": 800, "height": 480}


def plan(lunch: Lunch) -> tuple[int, int]:
    """Amira is due on the next drop-in and Gita on the one after; the two ids."""
    now, ids = datetime.now(UTC), []
    with closing(open_database(lunch.data / "programme.db")) as db:
        for name, drop_in in zip(("Amira", "Gita"), school_year.coming(db, now=now, most=2), strict=True):
            pair = [lunch.mentor(name)["id"], lunch.mentor("Farah" if name == "Amira" else "Olek")["id"]]
            assert rota.set_due(db, drop_in, pair, by="staff 1", now=now) is None
            ids.append(drop_in.id or 0)
    return ids[0], ids[1]


def who(lunch: Lunch, drop_in: int) -> set[int]:
    with closing(open_database(lunch.data / "programme.db")) as db:
        return set(rota.placed(db, drop_in))


def test_two_badges_agree_on_a_swap_and_the_lead_says_yes(
    common_lunch: Lunch, camera: Camera, browser: Browser, tmp_path: Path
) -> None:
    amiras, gitas = plan(common_lunch)
    amira, pdf = typed_code(common_lunch, "Amira", tmp_path), tmp_path / "gita.pdf"
    dropin("badges", str(pdf), "--mentor", str(common_lunch.mentor("Gita")["id"]), data=common_lunch.data)
    [card, *_] = cards(pdf)
    with Reader() as reader:
        assert reader.read(cv2.imencode(".png", card)[1].tobytes(), live=False).texts
    touchscreen = context(browser, **WIDE)
    page, found = touchscreen.new_page(), []

    def read(words: str) -> None:
        expect(page.locator("h1")).to_contain_text(words)
        expect(page.locator("#page")).not_to_have_attribute("inert", "")
        found.extend(faults(page, words, strong=True))
        for size in (SMALL, WIDE):
            page.set_viewport_size(size)
            assert (page.evaluate(OVERFLOW), page.evaluate(TOO_SMALL)) == (0, []), words

    def tap(words: str) -> None:
        page.get_by_role("button", name=words).first.tap()

    page.goto(f"{common_lunch.kiosk}/scan")
    page.fill("#code", amira)
    tap("Go")
    expect(page.get_by_role("button", name="My next duties")).to_be_visible()
    read("Amira")
    tap("My next duties")
    read("My next duties")
    page.locator("button.tile").first.tap()
    read("Library 2")
    tap("I can't make this one")
    read("That is all right. What is the reason?")
    tap("Back")
    read("Library 2")
    camera.show(card)
    tap("Swap with another mentor")
    expect(page.locator("h1")).to_contain_text("Gita, you would come")
    read("Which duty would you give in return?")
    page.locator("button.tile").first.tap()
    read("Do you both agree?")
    tap("Yes, we both agree")
    read("Thank you.")
    expect(page.locator("main")).to_contain_text("You will swap with Gita once Ms Okafor says yes.")
    page.get_by_role("link", name="Close").tap()
    expect(page.locator("#page")).to_have_attribute("data-page", "home")
    assert page.locator("[name=token]").count() == 0
    touchscreen.close()

    laptop = context(browser, 1440, 900)
    page = laptop.new_page()
    enter(page, common_lunch, common_lunch.staff[0])
    page.get_by_role("link", name="Say yes or no").first.click()
    found += faults(page, "cover, a swap", strong=False)
    page.get_by_role("button", name="Yes").click()
    expect(page.locator(".said")).to_contain_text("The rota has changed.")
    laptop.close()
    assert common_lunch.mentor("Gita")["id"] in who(common_lunch, amiras)
    assert common_lunch.mentor("Amira")["id"] in who(common_lunch, gitas)
    assert found == []
