"""What a page in the browser shows and holds: what runs off its side, what is too small, what axe finds in it."""

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

AXE = Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
LANDMARKS = ["landmark-unique", "landmark-main-is-top-level"]
RUN = """(options) => axe.run(document, options).then(({ violations }) => violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")}: ${node.any.concat(node.all, node.none)
        .map((check) => check.message).join("; ")}`)))"""
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


def faults(page: Page, name: str, *, strong: bool) -> list[str]:
    """What axe finds on this page. `strong`: seven to one, for what is read in a room or from six metres."""
    page.evaluate("document.fonts.ready")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    rules = {"color-contrast-enhanced": {"enabled": strong}, **{each: {"enabled": True} for each in LANDMARKS}}
    only = {"type": "tag", "values": TAGS}
    options = {"runOnly": only, "rules": rules, "resultTypes": ["violations"], "preload": False}  # no rule wants it
    return [f"{name}: {each}" for each in page.evaluate(RUN, options)]


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
