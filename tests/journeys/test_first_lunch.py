"""The first lunch, whole: two badges, an open room, a request, a call, an alert, the end of duty, and the board."""

import json
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, expect

from tests.journeys.conftest import Camera, Lunch, cards, dropin, log_in


def test_a_first_lunch_from_the_printed_badges_to_the_end_of_duty(
    lunch: Lunch, camera: Camera, browser: Browser, kiosk: BrowserContext
) -> None:
    pair = [str(lunch.mentor(name)["id"]) for name in ("Amira", "Ben")]
    pdf = lunch.data / "badges.pdf"
    dropin("badges", str(pdf), "--mentor", pair[0], "--mentor", pair[1], data=lunch.data)
    amira, ben = cards(pdf)[:2]
    board = browser.new_page(viewport={"width": 1920, "height": 1080})
    board.goto(lunch.board)
    expect(board.locator("h1").first).to_have_text("Opening")
    screen = kiosk.new_page()
    screen.goto(lunch.kiosk)
    expect(screen.locator(".state")).to_contain_text("Mentors are on their way")

    # A pupil asks before the room is open: three taps.
    screen.get_by_role("link", name="Talk to someone").tap()
    screen.get_by_role("button", name="Bullying").tap()
    screen.get_by_role("button", name="Anyone").tap()
    expect(screen.locator("h1")).to_contain_text("You are")
    word = screen.locator(".word").inner_text()
    screen.get_by_role("button", name="Done").tap()
    expect(screen.locator("h1")).to_contain_text("Hello")

    # The second mentor of the pair holds the badge to the camera, and the room opens.
    camera.show(ben)
    screen.get_by_role("link", name="I am a mentor").tap()
    expect(screen.locator("h1")).to_contain_text("Hello Ben. You are on duty with Amira until")
    expect(board.locator("h1").first).to_have_text("Open")
    expect(board.locator("main")).to_contain_text("Ben")
    screen.get_by_role("link", name="Done").tap()
    expect(screen.locator(".state")).to_contain_text("Open until")

    # The first one, in for longer than a minute, finds the mentor's screen and calls everybody in turn.
    camera.show(amira)
    screen.get_by_role("link", name="I am a mentor").tap()
    expect(screen.get_by_role("button", name="Call next")).to_be_visible(timeout=10_000)
    expect(screen.locator(".chip").filter(has_text=word)).to_be_visible()
    for _ in range(3):
        screen.get_by_role("button", name="Call next").tap()
        screen.get_by_role("button", name="We talked").tap()
    screen.get_by_role("button", name="Take it back").tap()  # that was the wrong one
    screen.get_by_role("button", name="They are coming back").tap()
    screen.get_by_role("button", name="Call next").tap()
    expect(screen.locator(".called .word")).to_have_text(word)

    # What it is about stands there after a touch alone.
    assert "Bullying" not in screen.inner_text("body")
    expect(screen.get_by_role("button", name="Pass it on to staff")).to_be_hidden()
    screen.get_by_text("What is it about?").tap()
    expect(screen.locator(".topic")).to_have_text("Bullying", use_inner_text=True)

    # Bullying is always passed on: one tap here, and it is on the lead's page within two seconds.
    lead = log_in(browser, lunch)
    screen.get_by_role("button", name="Pass it on to staff").tap()
    expect(lead.locator("#alerts")).to_contain_text("A mentor asks for an adult: bullying")
    expect(lead.locator("#alerts .where")).to_contain_text("Library 2, ")
    expect(screen.locator("[data-step=told]")).to_have_text("We have told them: Ms Okafor.")
    lead.get_by_role("button", name="I am going").click()
    expect(screen.locator("h1")).to_contain_text("Ms Okafor is coming. Stay with the pupil")
    expect(lead.locator("#alerts")).to_be_hidden()
    screen.get_by_role("button", name="Back to my screen").tap()
    screen.get_by_role("button", name="I told a member of staff myself").tap()
    expect(screen.locator("main")).to_contain_text("Nobody is waiting")

    # Ben no longer agrees to be named: one tick on the list of mentors, and the hallway reads "one more mentor".
    expect(board.locator("main")).to_contain_text("Ben")
    lead.goto(f"{lunch.admin}/mentors")
    lead.get_by_role("checkbox", name="Ben Whitlock").uncheck()
    lead.get_by_role("button", name="Save the ticks").click()
    expect(lead.locator("main")).to_contain_text("The kiosk and the board show the names that are ticked.")
    expect(board.locator("main")).to_contain_text("one more mentor")
    expect(board.locator("main")).not_to_contain_text("Ben")

    # The end of a duty: the room is no longer open, and everybody can see it.
    screen.get_by_role("button", name="End my duty").tap()
    expect(screen.locator("main")).to_contain_text("The room will pause. Nobody is waiting.")
    screen.get_by_role("button", name="Yes, end my duty").tap()
    expect(screen.locator("h1")).to_contain_text("How was that for you?")
    screen.get_by_role("button", name="Really good").tap()
    expect(screen.locator("h1")).to_contain_text("Thank you, Amira")
    expect(board.locator("h1").first).to_have_text("Back soon")
    screen.get_by_role("link", name="Done").tap()
    expect(screen.locator(".state")).to_contain_text("Mentors are on their way back")
    assert screen.evaluate("history.length") <= 2
    with urlopen(f"{lunch.board}.json") as answer:
        assert json.load(answer)["rooms"][0]["state"] == "paused"
    lead.close()
    board.close()


def test_the_board_says_ask_at_reception_when_the_box_is_gone(seen_lunch: Lunch, browser: Browser) -> None:
    board = browser.new_page(viewport={"width": 1920, "height": 1080})
    board.clock.install()
    board.goto(seen_lunch.board)
    expect(board.locator("main")).to_contain_text("Amira")
    board.route("**/board/**", lambda route: route.abort())
    board.clock.fast_forward(29_000)
    expect(board.locator("#unsure")).to_be_hidden()
    board.clock.fast_forward(3_000)
    expect(board.locator("#unsure")).to_be_visible()
    expect(board.locator("#unsure")).to_contain_text("Ask at reception")
    board.unroute("**/board/**")
    board.clock.fast_forward(6_000)
    expect(board.locator("#unsure")).to_be_hidden()
    board.close()


def test_a_pupil_asks_in_three_taps_without_any_script(seen_lunch: Lunch, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(seen_lunch.kiosk)
    page.get_by_role("link", name="Talk to someone").click()
    page.get_by_role("button", name="Rather not say").click()
    page.get_by_role("button", name="Amira").click()
    expect(page.locator("h1")).to_contain_text("You are")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("h1")).to_contain_text("Hello")

    # Of the scan page only the field, because no camera looks.
    page.get_by_role("link", name="I am a mentor").click()
    expect(page.locator(".camera")).to_be_hidden()
    expect(page.locator(".say")).to_be_hidden()
    page.get_by_label("Or type the code under the square").fill("PM12")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("alert")).to_have_text("A code begins with PM and has ten letters and digits.")
    context.close()
