"""A call for an adult: from the second tap to every staff screen, and from "I am going" to the name on the kiosk"""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.demo import example_school
from benchmarks.glance import CHROMIUM
from benchmarks.lunch import Table
from benchmarks.school import Door
from mentoring.basics import clock
from mentoring.school import programme
from mentoring.store.database import open_database

CALLS = 20
TAPS, HANDS = 1_000, 8
LOOKS = 50
TOLD_MS = 2_000  # P5
ANSWER_MS = 1_000  # what any page keeps to while the box is busy

# Every page notes the moment it first shows each of these; all of them read the same box's clock.
_WATCH = """
(() => {
  const seen = window.seen = {};
  const shows = { bar: "#alerts form", needed: ".needed" };
  for (const step of ["told", "coming"]) shows[step] = `[data-step=${step}].done`;
  const look = () => {
    for (const [what, where] of Object.entries(shows)) {
      if (!document.querySelector(where)) delete seen[what];
      else seen[what] ??= Date.now();
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  addEventListener("submit", () => sessionStorage.setItem("tap", Date.now()), { capture: true });
})();
"""


def main() -> int:
    """Print one table; how many promises it did not keep."""
    table = Table()
    print("| what | measured | promised | kept |\n|---|---|---|---|")
    with example_school() as (_, told):
        journey(told, table)
        thousand(told, table)
    return table.missed


def journey(told: dict[str, Any], table: Table) -> None:
    """The kiosk, a staff page and the staff room's screen, each in a browser of its own, again and again."""
    times: dict[str, list[float]] = {name: [] for name in ("staff page", "staff room", "kiosk told", "kiosk coming")}
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-background-networking"]
        browsers = [playwright.chromium.launch(executable_path=CHROMIUM, args=flags) for _ in range(2)]
        kiosk, lead, room = (each.new_page() for each in (browsers[0], browsers[1], browsers[1]))
        for page in (kiosk, lead, room):
            page.add_init_script(_WATCH)
        log_in(lead, told)
        room.goto(staff_room(told))
        for _ in range(CALLS):
            kiosk.goto(told["kiosk"])
            kiosk.locator("a[href='/alert']").click()
            kiosk.locator("button.red.full").click()
            for page, where in ((lead, "#alerts form"), (room, ".needed"), (kiosk, "[data-step=told].done")):
                page.locator(where).first.wait_for()
            tap = moment(kiosk)
            times["staff page"].append(seen(lead, "bar") - tap)
            times["staff room"].append(seen(room, "needed") - tap)
            times["kiosk told"].append(seen(kiosk, "told") - tap)
            lead.locator("#alerts .going").click()
            kiosk.locator("[data-step=coming].done").wait_for()
            times["kiosk coming"].append(seen(kiosk, "coming") - moment(lead))
            lead.locator("#alerts").wait_for(state="hidden")
            room.locator(".needed").wait_for(state="detached")
        for browser in browsers:
            browser.close()
    table.times(f"tap to a staff page, {CALLS} calls", times["staff page"], TOLD_MS)
    table.times("tap to the staff room's screen", times["staff room"], TOLD_MS)
    table.times('tap to "We have told them" on the kiosk', times["kiosk told"])
    table.times('"I am going" to the name on the kiosk', times["kiosk coming"])


def thousand(told: dict[str, Any], table: Table) -> None:
    """A thousand taps with a key each, while a staff page looks; then one answer for them all."""
    kept, staff = local(), Door(told["admin"])
    account = told["staff"][0]
    _, headers, _ = staff.post("/log-in", email=account["email"], password=account["password"])
    cookie = headers["set-cookie"].partition(";")[0]

    def tap(_: int) -> tuple[int, float]:
        kept.door = getattr(kept, "door", None) or Door(told["kiosk"])
        began = time.perf_counter()
        status, _, _ = kept.door.post("/alert", key=secrets.token_urlsafe(12))
        return status, (time.perf_counter() - began) * 1000

    def look() -> float:
        began = time.perf_counter()
        staff.send("GET", "/now.json", Cookie=cookie)
        return (time.perf_counter() - began) * 1000

    with ThreadPoolExecutor(HANDS) as hands:
        taps = hands.map(tap, range(TAPS))
        looks = [look() for _ in range(LOOKS)]
        answers = list(taps)
    staff.line.close()  # the door ends a connection that was silent for 20 s; the next look opens another
    refused = sum(status != 303 for status, _ in answers)
    table.row(f"{TAPS} taps by {HANDS} hands, refused", str(refused), "0", kept=refused == 0)
    table.times("each of these taps", [milliseconds for _, milliseconds in answers], ANSWER_MS)
    table.times("a staff page's look meanwhile", looks, ANSWER_MS)
    table.times(f"a staff page's look at {TAPS} open calls", [look() for _ in range(LOOKS)], ANSWER_MS)
    text = staff.send("GET", "/", Cookie=cookie)[2]
    lines = text.count("data-alert=")
    table.row(f"lines in the bar for {TAPS} calls from one room", str(lines), "1", kept=lines == 1)
    first = text.partition('data-alert="')[2].partition('"')[0]
    form_key = text.partition('data-form-key="')[2].partition('"')[0]
    began = time.perf_counter()
    form = {"Content_Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    staff.send("POST", f"/alerts/{first}/going", f"form_key={form_key}".encode(), **form)
    took = (time.perf_counter() - began) * 1000
    table.row(f'one "I am going" for {TAPS} calls', f"{took:.0f} ms", f"{ANSWER_MS} ms", kept=took <= ANSWER_MS)


def staff_room(told: dict[str, Any]) -> str:
    """The address of the staff room's screen, made for this measurement."""
    db = open_database(Path(told["data"]) / "programme.db")
    try:
        programme.give_staff_room_link(db, "", by="benchmark", now=clock.now())
        return f"{told['admin']}/staff-room/{programme.load(db).staff_room_link}"
    finally:
        db.close()


def log_in(page: Page, told: dict[str, Any]) -> None:
    """The lead's own page."""
    page.goto(told["admin"])
    page.fill("[name=email]", told["staff"][0]["email"])
    page.fill("[name=password]", told["staff"][0]["password"])
    page.locator("main button").first.click()
    page.locator("#main").wait_for()


def moment(page: Page) -> float:
    """When this page's last form was sent."""
    return float(page.evaluate("Number(sessionStorage.getItem('tap'))"))


def seen(page: Page, what: str) -> float:
    """When this page first showed it."""
    return float(page.evaluate("(what) => window.seen[what]", what))


if __name__ == "__main__":
    main()
