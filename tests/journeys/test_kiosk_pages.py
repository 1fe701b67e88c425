"""Every page of the kiosk at every size: no text too small, no word broken, nothing beyond the side or out of its box,
every control large enough, *Hide this* always in the same corner and over no words, and axe finds nothing.

The pages come from the kiosk's own app in this process; the browser lays them out and looks. With DROPIN_PICTURES set
to a folder the pictures are kept there, to be looked at or put into the documents.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import template_rendered
from flask.testing import FlaskClient
from jinja2 import Template
from playwright.sync_api import BrowserContext, Page, Route
from sqlite_utils import Database
from werkzeug.test import TestResponse

from mentoring.lunch import cameras, help_requests
from mentoring.planning import cover, rota
from mentoring.planning.cover import Kind
from mentoring.safeguarding import alerts
from mentoring.school import school_year
from tests.both_doors import Wall
from tests.conftest import THURSDAY, Cast
from tests.journeys.looking import CONTRAST, SIZED, everything, load_axe, only
from tests.walking import Finger, page

# Width, height, and the size of the pages in percent that staff set. At 200 % of the browser's own zoom a window has
# half as many pixels each way.
SIZES = {
    "1280x800": (1280, 800, 100),
    "1280x800-twice": (640, 400, 100),
    "1280x800-large": (1280, 800, 200),
    "800x480": (800, 480, 100),
    "800x480-twice": (400, 240, 100),
    "800x480-large": (800, 480, 200),
    "portrait": (800, 1280, 100),
    "portrait-small": (480, 800, 100),
    "phone": (390, 844, 100),
}
# What axe looks for: everything at one size, and at five more what depends on the size. All at every size: the sweep.
AXE_AT = {
    "1280x800": everything(strong=True),
    "1280x800-large": only(SIZED),
    "800x480": only([*SIZED, *CONTRAST]),
    "800x480-twice": only(SIZED),
    "portrait-small": only(SIZED),
    "phone": only(SIZED),
}
MEASURE = Path(__file__).parent / "measure.js"
NEXT_TUESDAY = date(2027, 1, 19)
TEMPLATES = Path(__file__).parent.parent.parent / "kiosk" / "templates"


@dataclass(frozen=True)
class Shown:
    """One page: its HTML, the selectors of a dialog to open, of what a script would show, and of what a touch opens."""

    html: str
    dialog: str = ""
    shows: str = ""
    opens: str = ""


@dataclass
class Album:
    """The pages of one kiosk as its app makes them, by name."""

    finger: Finger
    pages: dict[str, Shown] = field(default_factory=dict)

    def keep(self, name: str, says: str, *, dialog: str = "", shows: str = "", opens: str = "") -> None:
        """Keep the page that the finger is on, which says this."""
        self.add(name, self.finger.answer, says)
        self.pages[name] = Shown(self.pages[name].html, dialog, shows, opens)

    def add(self, name: str, answer: TestResponse, says: str) -> None:
        """Keep the page of this answer, which says this."""
        assert says in page(answer).text, f"{name}: {page(answer).text}"
        self.pages[name] = Shown(answer.text)


@pytest.fixture
def templates() -> Iterator[set[str]]:
    """The templates that are rendered."""
    names: set[str] = set()

    def note(_app: object, template: Template, **_: Any) -> None:
        names.add(template.name or "")

    with template_rendered.connected_to(note):
        yield names


@pytest.fixture
def due(db: Database, cast: Cast, wall: Wall) -> None:
    """Amira and Chidi on Thursday, Ben and Amira next Tuesday."""
    for day, pair in ((THURSDAY, [cast.amira, cast.chidi]), (NEXT_TUESDAY, [cast.amira, cast.ben])):
        [drop_in] = school_year.on_day(db, day)
        assert rota.set_due(db, drop_in, pair, by="staff 1", now=wall.moment) is None


@pytest.fixture
def album(
    kiosk_door: FlaskClient,
    db: Database,
    cast: Cast,
    codes: Mapping[int, str],
    wall: Wall,
    due: None,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, Shown]:
    """Every page of the kiosk in one lunch, with the longest of the animals."""
    longest = tuple(word for word in help_requests.WORDS if word.endswith("Squirrel"))
    monkeypatch.setattr(help_requests, "WORDS", longest)
    album = Album(Finger(kiosk_door))
    amira, ben = codes[cast.amira], codes[cast.ben]
    pupils(album, kiosk_door)
    lunch(album, amira=amira, ben=ben, wall=wall)
    plans(album, db, cast, ben=ben, chidi=codes[cast.chidi], wall=wall)
    troubles(album, kiosk_door, db, wall)
    return album.pages


def pupils(album: Album, door: FlaskClient) -> None:
    """What a pupil comes to while the room opens."""
    finger = album.finger
    finger.open("/")
    album.keep("opening", "Mentors are on their way")
    finger.press("Talk to someone")
    album.keep("topics", "What is it about?")
    finger.press("Bullying")
    album.keep("ticket", "You are")
    album.keep("ticket-bar", "You are", shows="#stay")
    finger.open("/alert")
    album.keep("alert-sure", "Do you need an adult now?")
    finger.press("Yes, get an adult")
    album.keep("alert", "Mr Adeyemi in Room 12")
    finger.open("/about")
    album.keep("about", "What this box knows about you")
    album.keep("about-more", "It never keeps", opens=".more")
    finger.open("/about/mentors")
    album.keep("about-mentors", "What this box knows about mentors")
    album.keep("about-mentors-more", "Then it forgets by itself", opens=".more")
    finger.open("/quiz")
    album.keep("quiz", "Library quiz")
    finger.open("/quiz?first=2&number=1&answer=0")
    album.keep("quiz-answer", "Not quite.")
    finger.open("/quiz?number=11&right=7")
    album.keep("quiz-end", "You had 7 of 10 right.")
    for topic in ("friendships", "family", "bullying"):
        door.post("/ask", data={"topic": topic, "mentor": "anyone", "key": topic})


def lunch(album: Album, *, amira: str, ben: str, wall: Wall) -> None:
    """What mentors come to, from their badges to the end of a duty."""
    finger = album.finger
    finger.open("/scan")
    album.keep("scan", "Show your badge")
    album.keep("keys", "Show your badge", dialog=".pad")
    finger.press("Go", code="PM00 0000 00")
    album.keep("scan-wrong", "That code is not right.")

    def scan(code: str) -> None:
        finger.open("/scan")
        finger.press("Go", code=code)

    scan(amira)
    album.keep("outcome-waiting", "Waiting for your partner")
    scan(ben)
    album.keep("outcome-green", "You are on duty with Amira")
    scan(ben)
    album.keep("outcome-yellow", "You are already in")
    finger.open("/")
    album.keep("open", "Open until")
    finger.press("Talk to someone")
    finger.press("Family")
    album.keep("whom", "Who would you like to talk to?")
    wall.passes(61)
    scan(amira)
    album.keep("mentor-waiting", "Call next")
    finger.press("What to say")
    album.keep("what-to-say", "What to say, and what not")
    finger.press("Back to my screen")
    finger.press("Call next")
    album.keep("mentor-to-pass-on", "This is always passed on", opens=".topic")
    finger.press("Tell staff now")
    album.keep("tell-staff", "Tell staff now?")
    album.keep("tell-staff-what", "Tell staff now?", opens=".say-what")
    finger.press("Yes, tell staff now")
    album.keep("told-staff", "You did the right thing")
    finger.press("Back to my screen")
    album.keep("mentor-called", "Say this name")
    while "Say this name" in finger.page.text:
        finger.press("We talked")
        album.keep("mentor-ended", "Take it back")
        if any(each.words == "Call next" for each in finger.page.targets):
            finger.press("Call next")
    album.keep("mentor-nobody-waits", "Nobody is waiting")
    finger.press("End my duty")
    album.keep("ending", "Do you want to end your duty?")
    finger.press("Yes, end my duty")
    album.keep("felt", "How was that for you?")
    finger.press("A bit hard")
    album.keep("thanks", "Thank you, Amira")
    finger.open("/")
    album.keep("paused", "on their way back")


def plans(album: Album, db: Database, cast: Cast, *, ben: str, chidi: str, wall: Wall) -> None:
    """What a mentor comes to who cannot make a duty, takes a place or swaps."""
    finger = album.finger
    cover.ask(db, 2, cast.chidi, Kind.TRIP, by="mentor 3", now=wall.moment)
    finger.open("/scan")
    finger.press("Go", code=ben)
    finger.press("Places to take")
    album.keep("places", "Can you come instead?")
    finger.press("Back to my screen")
    finger.press("My next duties")
    album.keep("duties", "My next duties")
    finger.press("On Tuesday 19 January")
    album.keep("duty", "I can't make this one")
    finger.press("Swap with another mentor")
    album.keep("swap-badge", "Swap with another mentor")
    finger.press("Go", code=chidi)
    album.keep("swap-choose", "Chidi")
    finger.press("just take it")
    album.keep("swap-agree", "Do you both agree?")
    finger.open("/scan")
    finger.press("Go", code=ben)
    finger.press("My next duties")
    finger.press("On Tuesday 19 January")
    finger.press("I can't make this one")
    album.keep("away", "That is all right.")
    finger.press("I am not well")
    album.keep("cover-told", "Thank you for saying so")


def troubles(album: Album, door: FlaskClient, db: Database, wall: Wall) -> None:
    """What comes when something is wrong, or the room is closed."""
    finger = album.finger
    finger.open("/nothing-is-here")
    album.keep("trouble", "There is nothing here.")
    album.add("scan-again", door.post("/mentor"), "Please show your badge again")
    album.add("outcome-grey", door.post("/scan", data={"code": "PM00 0000 0000"}), "not a mentor badge")
    album.add("scanner", door.post("/scanner"), "not a badge")
    cameras.note_found(db, {"HD Pro Webcam C920 (046d:082d)": "sees", "Integrated_Webcam_HD": "dark"})
    cameras.open_choice(db, "ABCD2345", by="staff 1", now=wall.moment)
    finger.open("/scan")
    finger.press("Go", code="ABCD2345")
    album.keep("cameras", "Which camera sees the badges?")
    finger.press("Use this one", name="Integrated_Webcam_HD")
    album.keep("camera-chosen", "This camera will be used from now on")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alerts, "call_an_adult", cannot_write)
        album.add("alert-not-saved", door.post("/alert"), "could NOT be saved")
    wall.shows("23:00")
    finger.open("/")
    album.keep("closed", "Closed now")
    finger.open("/alert")
    album.keep("alert-nobody", "These people can help")


def cannot_write(*_: object, **__: object) -> None:
    raise sqlite3.OperationalError("disk I/O error")


@pytest.fixture
def screen(kiosk: BrowserContext, kiosk_door: FlaskClient) -> Page:
    """A page of the kiosk in the browser, served by the app in this process, without its scripts."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        with kiosk_door.get(path) as told:
            body = b"" if path.startswith("/static/js/") else told.get_data()
            route.fulfill(status=told.status_code, headers=dict(told.headers), body=body)

    shown = kiosk.new_page()
    shown.route("**/*", answer)
    shown.goto("http://localhost/about")
    shown.evaluate(MEASURE.read_text(encoding="utf-8"))
    shown.evaluate("document.fonts.ready")
    return shown


def test_the_measures_are_at_work(screen: Page) -> None:
    screen.set_viewport_size({"width": 1280, "height": 800})
    tiles = "".join(f"<a class='tile' href='/'>{each}</a>" for each in ("One", "Two", "Three"))
    html = f"<main id='page'><h1>Twelve</h1><p>Shelves</p><div class='grid two'>{tiles}</div></main>"
    screen.evaluate("put", {"html": html})
    assert screen.evaluate("measure().faults") == []
    screen.evaluate(
        """() => {
            document.querySelector("h1").style.fontSize = "12px";
            Object.assign(document.querySelector("#page p").style, { width: "1em", overflowWrap: "anywhere" });
            document.querySelector(".grid").style.width = "2000px";
            for (const each of document.querySelectorAll("a")) each.style.flex = "none";
            Object.assign(document.querySelector("a").style, { width: "20px", minHeight: "0", height: "20px" });
        }"""
    )
    found = " ".join(screen.evaluate("measure().faults"))
    said = ["px beyond its side", "“Twelve” is 12.0 px", "“Shelves” is broken", "“One” runs out of its box"]
    assert [each for each in (*said, "“One” is only", "a choice has a hole in it") if each not in found] == []
    load_axe(screen)
    pages = {"one": {"html": "<main id='page'><button class='button'></button></main>"}}
    [told] = screen.evaluate("measureAll", {"pages": pages, "axe": only(SIZED)}).values()
    assert any("button-name" in each for each in told["faults"]), told


def test_every_page(album: dict[str, Shown], templates: set[str], screen: Page) -> None:
    whole = {f"kiosk/{each.name}" for each in TEMPLATES.glob("*.html") if "{% extends" in each.read_text("utf-8")}
    assert whole - templates == set(), "a page is left out here"
    pages = {name: asdict(shown) for name, shown in album.items()}
    found = []
    load_axe(screen)
    for size in SIZES:
        show_at(screen, size)
        measured = screen.evaluate("measureAll", {"pages": pages, "axe": AXE_AT.get(size)})
        found += faults_at(size, measured)
        found += [f"{size}, {each}" for each in corner_faults(measured)]
        keep_pictures(screen, pages, size)
    screen.set_viewport_size({"width": 1280, "height": 800})
    screen.emulate_media(forced_colors="active")
    measured = screen.evaluate("measureAllInForcedColours", pages)
    found += [f"forced colours, {name}: {each}" for name, told in measured.items() for each in told]
    screen.emulate_media(forced_colors="none")
    assert found == []


@pytest.mark.sweep
def test_every_rule_of_axe_at_every_size(album: dict[str, Shown], screen: Page) -> None:
    pages = {name: asdict(shown) for name, shown in album.items()}
    found = []
    load_axe(screen)
    for size in SIZES:
        show_at(screen, size)
        found += faults_at(size, screen.evaluate("measureAll", {"pages": pages, "axe": everything(strong=True)}))
    assert found == []


def show_at(screen: Page, size: str) -> None:
    """Give the window one of SIZES, and the pages in it their size in percent."""
    width, height, zoom = SIZES[size]
    screen.set_viewport_size({"width": width, "height": height})
    screen.evaluate("(zoom) => { document.documentElement.dataset.zoom = zoom; }", str(zoom))


def faults_at(size: str, measured: dict[str, Any]) -> list[str]:
    """What is wrong with the pages themselves at one size."""
    return [f"{size}, {name}: {each}" for name, told in measured.items() for each in told["faults"]]


def corner_faults(measured: dict[str, Any]) -> list[str]:
    """What is wrong with the corner: on every page in one place, whole, and covering nothing at the page's end."""
    corners = {name: told["corner"] for name, told in measured.items()}
    places = {str(each["place"]) for each in corners.values()}
    found = [f"the corner is in several places: {places}"] if len(places) != 1 else []
    for name, corner in corners.items():
        says = "Library home" if name.startswith("quiz") else "Hide this"
        found += [f"{name}: {each}" for each in corner["faults"]]
        found += [] if corner["says"] == says else [f"{name}: the corner says “{corner['says']}”"]
    return found


def keep_pictures(screen: Page, pages: dict[str, dict[str, str]], size: str) -> None:
    """The pictures of all pages at one size, where they are asked for."""
    folder = os.environ.get("DROPIN_PICTURES")
    for name, shown in pages.items() if folder else ():
        screen.evaluate("put", shown)
        screen.screenshot(path=Path(folder or "") / f"{name}-{size}.png")
