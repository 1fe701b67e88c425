// What is wrong with a page of the kiosk at the size it has now, in words: text too small, words that are broken or
// that run out of their box, controls too small or beyond the side, a choice with a hole in it, and where the fixed
// corner is. Looks only; `TEXT_PX` and `TARGET_PX` are in CSS pixels.
const TEXT_PX = 16;
const TARGET_PX = 72;
const HALF_PX = 0.5; // layouts have fractions
const CONTROLS = "a, button, summary, input:not([type=hidden])";

function isSeen(element) {
  return element.checkVisibility({ visibilityProperty: true }) && !element.closest(".unseen, noscript, script, style");
}

function words(element) {
  return (element.innerText || element.name || element.className).trim().replace(/\s+/g, " ").slice(0, 40);
}

function textNodes() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.data.trim() && isSeen(node.parentElement)) found.push(node);
  }
  return found;
}

function rectsOf(range) {
  return [...range.getClientRects()].filter(({ width }) => width > 0);
}

// A word is broken when its letters stand on two lines. After a hyphen a line may end.
function brokenWords(node, range) {
  const found = [];
  for (const { 0: word, index } of node.data.matchAll(/[^\s-]+-?/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    if (new Set(rectsOf(range).map(({ top }) => Math.round(top))).size > 1) found.push(word);
  }
  return found;
}

function isInside(inner, outer) {
  return inner.left >= outer.left - HALF_PX && inner.right <= outer.right + HALF_PX
    && inner.top >= outer.top - HALF_PX && inner.bottom <= outer.bottom + HALF_PX;
}

function textFaults() {
  const range = document.createRange();
  const page = { left: 0, right: document.documentElement.clientWidth, top: -Infinity, bottom: Infinity };
  return textNodes().flatMap((node) => {
    range.selectNodeContents(node);
    const lines = rectsOf(range);
    if (!lines.length) return [];
    const holder = node.parentElement;
    const said = node.data.trim().replace(/\s+/g, " ").slice(0, 40);
    const box = holder.closest("a, button, .tile, .person, .chip")?.getBoundingClientRect() ?? page;
    const size = parseFloat(getComputedStyle(holder).fontSize);
    return [
      ...(size < TEXT_PX - 0.05 ? [`“${said}” is ${size.toFixed(1)} px`] : []),
      ...(lines.length > 1 ? brokenWords(node, range).map((word) => `“${word}” is broken`) : []),
      ...(lines.every((line) => isInside(line, box) && isInside(line, page)) ? [] : [`“${said}” runs out of its box`]),
    ];
  });
}

function controlFaults() {
  const dialog = document.querySelector("dialog[open]");
  return [...(dialog ?? document).querySelectorAll(CONTROLS)].filter(isSeen).flatMap((each) => {
    const { width, height } = each.getBoundingClientRect();
    const isSmall = Math.min(width, height) < TARGET_PX - HALF_PX;
    return isSmall ? [`“${words(each)}” is only ${Math.round(width)} x ${Math.round(height)} px`] : [];
  });
}

// Every row of a choice reaches the end of the choice, and in portrait the choice uses the height.
function choiceFaults() {
  return [...document.querySelectorAll(".grid, .tiles")].filter(isSeen).flatMap((grid) => {
    const ends = new Map();
    for (const each of grid.children) {
      const { top, right } = each.getBoundingClientRect();
      ends.set(Math.round(top), Math.max(right, ends.get(Math.round(top)) ?? 0));
    }
    const { right, height } = grid.getBoundingClientRect();
    const isLow = innerHeight > innerWidth && height < Math.min(0.4, 0.2 * grid.children.length) * innerHeight;
    return [
      ...([...ends.values()].every((end) => end > right - 2) ? [] : ["a choice has a hole in it"]),
      ...(isLow ? [`in portrait a choice is only ${Math.round(100 * height / innerHeight)} % of the height`] : []),
    ];
  });
}

// In somebody's own colours no fill is left: a control needs an edge, and an icon the colour of its words.
function forcedColourFaults() {
  const edgeless = [...document.querySelectorAll("a, button, summary, .tile, .outcome")].filter(isSeen)
    .filter((each) => parseFloat(getComputedStyle(each).borderTopWidth) < 1);
  const pale = [...document.querySelectorAll(".icon")].filter(isSeen)
    .filter((each) => getComputedStyle(each).stroke !== getComputedStyle(each.parentElement).color);
  return [...edgeless.map((each) => `“${words(each)}” has no edge`), ...pale.map((each) => `an icon of “${words(each.parentElement)}” is pale`)];
}

// The way to hide the page, on the quiz the way back: its corner, in pixels from the window's right and lower edges.
// Nothing lies under it, however far the page is scrolled; a foot that stays in sight is laid out beside it.
function corner() {
  const hide = [...document.querySelectorAll(".corner")].find(isSeen);
  if (!hide) return { place: null, says: "", faults: [] };
  const box = hide.getBoundingClientRect();
  const rest = document.documentElement.scrollHeight - innerHeight - scrollY;
  const foot = document.querySelector("#page > .foot");
  const first = foot && getComputedStyle(foot).position === "sticky" ? rest : 0;
  const isUnder = ({ left, right, top, bottom }) =>
    right > box.left + 1 && left < box.right - 1 && bottom - first > box.top + 1 && top - rest < box.bottom - 1;
  const under = [...document.querySelectorAll("#page :is(a, button, input:not([type=hidden]), p, h1, li)")]
    .filter((each) => isSeen(each) && !hide.contains(each) && !each.contains(hide) && !each.closest("dialog") && isUnder(each.getBoundingClientRect()));
  const dialog = document.querySelector("dialog[open]")?.getBoundingClientRect();
  const isOver = dialog && dialog.right > box.left && dialog.bottom > box.top;
  const isIn = isInside(box, { left: 0, top: 0, right: innerWidth, bottom: innerHeight });
  return {
    says: words(hide),
    place: [Math.round(innerWidth - box.right), Math.round(innerHeight - box.bottom)],
    faults: [
      ...(isIn ? [] : ["Hide this is cut off"]),
      ...(isOver ? ["Hide this covers a dialog"] : []),
      ...(dialog ? [] : under).map((each) => `Hide this covers “${words(each)}”`),
    ],
  };
}

function measure() {
  const { scrollWidth, clientWidth } = document.documentElement;
  const beyond = scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px beyond its side`] : [];
  return { corner: corner(), faults: [...beyond, ...textFaults(), ...controlFaults(), ...choiceFaults()] };
}

// Put a page in place, as static/js/kiosk.js does, with the dialog, what else a script shows, and what a touch opens.
function put({ html, dialog, shows, opens }) {
  document.querySelector("dialog[open]")?.close();
  const next = new DOMParser().parseFromString(html, "text/html").getElementById("page");
  document.getElementById("page").replaceWith(next);
  const bar = document.getElementById("stay");
  bar.textContent = next.dataset.closes;
  bar.classList.toggle("shown", shows === "#stay");
  if (shows) document.querySelector(shows).hidden = false;
  if (opens) document.querySelector(opens).open = true;
  if (dialog) document.querySelector(dialog).showModal();
  scrollTo(0, 0);
}

// With `axe`, options for it, what it finds is told with the rest; see tests/journeys/looking.py.
async function measureAll({ pages, axe }) {
  const found = {};
  for (const [name, page] of Object.entries(pages)) {
    put(page);
    found[name] = measure();
    if (axe) found[name].faults.push(...await axeFaults(axe));
  }
  return found;
}

function measureAllInForcedColours(pages) {
  return Object.fromEntries(Object.entries(pages).map(([name, page]) => {
    put(page);
    return [name, forcedColourFaults()];
  }));
}
