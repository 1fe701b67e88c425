"""What a page in the browser shows and holds: what runs off its side, what is too small, what axe finds in it."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

AXE = Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
QUICK = {"resultTypes": ["violations"], "preload": False}  # no rule here wants style sheets loaded
LANDMARKS = ["landmark-unique", "landmark-main-is-top-level"]
# Defines axeFaults(options): what axe finds on the page as it is now, in words.
AXE_FAULTS = """globalThis.axeFaults = async (options) => {
    const { violations } = await axe.run(document, options);
    return violations.flatMap((violation) => violation.nodes.map((node) =>
        `${violation.id}: ${node.target.join(" ")}: ${node.any.concat(node.all, node.none)
            .map((check) => check.message).join("; ")}`));
}; undefined"""
# By axe's documentation, what else a page's size can change: targets that come closer or under another, a box that
# begins to scroll, and a control whose name, or part of it, is no longer shown.
SIZED = [
    "target-size",
    "scrollable-region-focusable",
    "aria-hidden-focus",
    "nested-interactive",
    "button-name",
    "link-name",
    "input-button-name",
    "summary-name",
    "label",
    "aria-dialog-name",
]
CONTRAST = ["color-contrast-enhanced"]  # of large letters less is asked, and their size depends on the page's
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The words that are broken inside, where no hyphen stands: those of addresses and codes may be.
BROKEN_WORDS = r"""() => {
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        const place = text.parentElement;
        if (place.closest("code, .address, .unseen, .cards-on-phone thead") || !place.checkVisibility()) continue;
        for (const word of text.data.matchAll(/[\p{L}\p{N}]+/gu)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const boxes = [...range.getClientRects()].filter((box) => box.width);
            if (boxes.some((box) => box.top > boxes[0].bottom)) found.push(word[0]);
        }
    }
    return found;
}"""
# What a page holds that a person could find: its words, its fields, and everything that stands in its source.
EVERYTHING = """() => [document.documentElement.outerHTML, document.body.innerText, document.title, location.href,
    ...[...document.querySelectorAll('input, select, textarea')].map((field) => field.value)].join('\\n')"""


def context(browser: Browser, width: int, height: int) -> BrowserContext:
    """The pages' own policy lets no script in but theirs; the checker is let past it."""
    return browser.new_context(bypass_csp=True, viewport={"width": width, "height": height}, has_touch=True)


def load_axe(page: Page) -> None:
    """Load axe into this page once; see AXE_FAULTS."""
    if not page.evaluate("'axeFaults' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8") + ";" + AXE_FAULTS)


def everything(*, strong: bool) -> dict[str, Any]:
    """The options of axe for all rules of WCAG 2.2 AA. `strong`: a contrast of seven to one, which four and a half to
    one is a part of, for what is read in a room or from six metres.
    """
    contrast = {"color-contrast": {"enabled": not strong}, "color-contrast-enhanced": {"enabled": strong}}
    rules = {**contrast, **{each: {"enabled": True} for each in LANDMARKS}}
    return {"runOnly": {"type": "tag", "values": TAGS}, "rules": rules, **QUICK}


def only(rules: list[str]) -> dict[str, Any]:
    """The options of axe for these rules alone."""
    return {"runOnly": {"type": "rule", "values": rules}, **QUICK}


def faults(page: Page, name: str, *, strong: bool) -> list[str]:
    """What axe finds on this page by all its rules."""
    page.evaluate("document.fonts.ready")
    load_axe(page)
    return [f"{name}: {each}" for each in page.evaluate("axeFaults", everything(strong=strong))]


def step(page: Page, steps: int) -> None:
    """Back or Forward, as the browser's own buttons do it. A page that comes out of the cache loads nothing, so there
    is no load to wait for.
    """
    line = page.context.new_cdp_session(page)
    been = line.send("Page.getNavigationHistory")
    with page.expect_event("framenavigated"):
        line.send("Page.navigateToHistoryEntry", {"entryId": been["entries"][been["currentIndex"] + steps]["id"]})
    line.detach()


def holds(page: Page) -> str:
    """All that a page holds, in good time or not at all: the driver waits for ever to ask a page once, where that page
    is just then on its way out of the cache; this way it asks again.
    """
    return str(page.wait_for_function(f"() => ({{ all: ({EVERYTHING})() }})").json_value()["all"])
