// The kiosk: replaces the page in place at each step, so that the browser's history stays empty (P10). All links and
// forms work without this script; it adds the return to the first page when idle, retries, and polling.
import { lastThere, startChoice, startScan, stopScan } from "./scan.js";
import { chime } from "./chime.js";
import { watchKeys } from "./keys.js";

const stay = document.getElementById("stay");
const told = document.getElementById("told");
let main = document.getElementById("page");
let touched = performance.now();
let pollTimer = 0;

async function goHome() {
  const left = main.dataset.left;
  if (left) fetch(left, { method: "POST", keepalive: true, redirect: "manual" }).catch(() => {});
  delete main.dataset.left;
  stopScan();
  main.replaceChildren(); // remove the last pupil's page at once, even if the server is slow
  await send("/", { method: "GET" }, { since: running?.began ?? performance.now() });
}

// Ignore taps for a moment after the page changes, so that a double tap does not hit the new page.
const SETTLE_MS = 350;
function settle() {
  const mine = main;
  mine.inert = true;
  setTimeout(() => {
    mine.inert = false;
    const page = mine.dataset.page;
    if (mine === main && page !== "home" && page !== "scan") mine.querySelector("h1")?.focus({ preventScroll: true });
  }, SETTLE_MS);
}

function show(html, byHand = true) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const next = page.getElementById("page");
  if (!next) throw new Error("no page of ours");
  // The server was started anew, perhaps as another version: its own scripts, once the first page is due.
  if (next.dataset.page === "home" && page.documentElement.dataset.server !== document.documentElement.dataset.server) {
    return location.replace("/");
  }
  stopScan();
  main.replaceWith(next);
  main = next;
  document.title = page.title;
  document.documentElement.dataset.zoom = page.documentElement.dataset.zoom;
  begin();
  if (byHand) settle();
}

// Shown when the server does not answer: whom to find, and nothing of the former page.
function sayNoAnswer() {
  if (document.getElementById("no-answer")) return;
  stopScan();
  const page = document.createElement("section");
  page.id = "no-answer";
  page.className = "outcome grey";
  page.setAttribute("role", "alert");
  page.append(
    Object.assign(document.createElement("h1"), { textContent: "This screen is not answering." }),
    Object.assign(document.createElement("p"), { textContent: "Please find a mentor, or any adult in the room. It will try again by itself." }),
    Object.assign(document.createElement("p"), { textContent: "Childline, free, day and night: 0800 1111" }),
  );
  main.replaceChildren(page);
  main.dataset.page = "home";
  main.dataset.mark = "";
  delete main.dataset.state;
  clearInterval(pollTimer);
  pollTimer = setInterval(watchRoom, 1500);
}

// Send a request, and repeat it with the same key while there is no answer; the server then gives the same result
// (P26). A request by a person aborts the one that is running, so a slow answer delays no tap, such as the red tile
// (P5).
const GIVE_UP_MS = 8000;
const ATTEMPT_MS = 3000;
let running = null;
let acts = 0; // what people and scanners did here

async function send(url, options, { byHand = true, since = performance.now() } = {}) {
  if (running && !byHand) return;
  if (byHand) acts += 1;
  running?.abort();
  const mine = running = new AbortController();
  mine.home = url === "/";
  mine.began = since;
  main.setAttribute("aria-busy", "true");
  try {
    while (!mine.signal.aborted) {
      try {
        const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(ATTEMPT_MS)]);
        const answer = await fetch(url, { ...options, headers: { Accept: "text/html" }, signal });
        const html = await answer.text();
        if (!mine.signal.aborted) show(html, byHand);
        return;
      } catch {
        if (mine.signal.aborted) return;
        if (performance.now() - mine.began > GIVE_UP_MS - ATTEMPT_MS) return sayNoAnswer();
        await new Promise((wait) => setTimeout(wait, 400));
      }
    }
  } finally {
    if (running === mine) {
      running = null;
      main.removeAttribute("aria-busy");
    }
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  send(form.action, { method: "POST", body: fields });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  if (!link) return;
  event.preventDefault(); // also with Ctrl or Shift: no link opens a tab or a window
  const url = link.getAttribute("href");
  if (url === "/") return goHome();
  if (url === "/scan") return openScan();
  if (link.matches(".corner")) main.replaceChildren(); // what is hidden is gone at once, even if the server is slow
  send(url, { method: "GET" });
});

// Only the document at /scan is allowed to use the camera. It replaces the entry in the history, and takes its place
// when no scanner is typing: between two documents, keys reach neither. In that document no other is needed.
let leaves = false;
async function openScan() {
  if (answering) return; // the scan that is being answered is what the tap was for
  if (location.pathname === "/scan") return send("/scan", { method: "GET" });
  const mine = acts += 1;
  try {
    await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(4000) });
  } catch {
    return sayNoAnswer();
  }
  await keys.quiet();
  if (mine !== acts) return;
  leaves = true;
  location.replace("/scan");
}

// A scanner types: its scan ends in this document, and the next one waits.
function typing() {
  if (!leaves) return;
  leaves = false;
  window.stop();
  setTimeout(openScan); // after this key, so that it waits for the burst
}

// A scanner's code counts on any page; a page that waits for a badge has a form for it. One after the other, so that of
// two badges in a row neither is lost.
let taking = Promise.resolve();
let answering = 0;
function take(codes) {
  acts += 1;
  answering += 1;
  taking = taking.then(() => {
    const form = main.querySelector("form.type");
    const fields = new URLSearchParams(form ? new FormData(form) : undefined);
    fields.delete("code");
    codes.forEach((code) => fields.append("code", code));
    return send(form ? form.action : "/scan", { method: "POST", body: fields });
  }).finally(() => { answering -= 1; });
}

// What a scanner sent and is no badge: a page where nothing is lost by it, else a line over the page. Of what came
// only in part the line says to scan it again.
const TOLD_MS = 8000;
let toldTimer = 0;
async function refuse(isCut) {
  acts += 1;
  if (!isCut && (["home", "about"].includes(main.dataset.page) || main.dataset.outcome === "scanner")) {
    return send("/scanner", { method: "POST" });
  }
  try {
    const body = new URLSearchParams(isCut ? { cut: "yes" } : {});
    const answer = await fetch("/scanner", { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(ATTEMPT_MS) });
    told.textContent = (await answer.json()).say;
    told.hidden = false;
    clearTimeout(toldTimer);
    toldTimer = setTimeout(() => { told.hidden = true; }, TOLD_MS);
  } catch {
    // The page itself says soon enough that nothing answers.
  }
}

function touch() {
  touched = performance.now();
  stay.classList.remove("shown");
}

const keys = watchKeys({ take, refuse, typing, touch });

// A kiosk needs no menu, no dragging and no second tab.
for (const kind of ["contextmenu", "dragstart", "dragover", "drop", "auxclick"]) {
  addEventListener(kind, (event) => event.preventDefault(), { capture: true });
}
// Neither do the other buttons of a mouse: another tab, Back and Forward; nor a wheel with Ctrl, which zooms.
for (const kind of ["mousedown", "mouseup"]) {
  addEventListener(kind, (event) => { if (event.button > 0) event.preventDefault(); }, { capture: true });
}
addEventListener("wheel", (event) => { if (event.ctrlKey) event.preventDefault(); }, { capture: true, passive: false });

for (const kind of ["pointerdown", "wheel", "touchstart"]) addEventListener(kind, touch, { capture: true, passive: true });

// The line that says so has a place of its own above every page: it covers nothing, and nothing moves.
setInterval(() => {
  const { page, warn, home, awaited, comesBack } = main.dataset;
  const stays = page === "home" || comesBack !== undefined || awaited !== undefined; // until the adult is there (P10)
  if (stays) return touch();
  const idle = performance.now() - (page === "scan" ? lastThere(touched, warn * 1000) : touched);
  stay.classList.toggle("shown", idle >= warn * 1000);
  if (idle >= home * 1000 && !running?.home) goHome();
}, 250);

// Empty the page before it enters the back-forward cache, so that Back shows nothing of it.
addEventListener("pagehide", () => main.replaceChildren());
addEventListener("pageshow", (event) => { if (event.persisted) location.replace("/"); });

// Says whether this page is before everybody's eyes: deploy/kiosk.sh starts a browser again that shows anything else.
// A window without keyboard and mouse may never have the focus; one that had it and lost it is covered by another.
let hadFocus = false;
function tellShown() {
  hadFocus ||= document.hasFocus();
  const shows = document.visibilityState === "visible" && (document.hasFocus() || !hadFocus);
  const body = new URLSearchParams({ shows: shows ? "yes" : "no" });
  fetch("/shown", { method: "POST", body, signal: AbortSignal.timeout(ATTEMPT_MS) }).catch(() => {});
}
setInterval(tellShown, 1000);
document.addEventListener("visibilitychange", tellShown);

let missedLooks = 0;
async function watchRoom() {
  if (main.dataset.page !== "home" || running) return;
  try {
    const answer = await fetch("/state", { cache: "no-store", signal: AbortSignal.timeout(4000) });
    const { shows } = await answer.json();
    missedLooks = 0;
    if (main.dataset.page === "home" && shows !== main.dataset.mark) await send("/", { method: "GET" }, { byHand: false });
  } catch {
    missedLooks += 1;
    if (missedLooks >= 3) sayNoAnswer();
  }
}

// What is wrong with the whole box: as soon as that is over, the first page again.
async function watchTrouble() {
  if (running) return;
  const answer = await fetch("/state", { cache: "no-store", signal: AbortSignal.timeout(4000) }).catch(() => null);
  if (answer?.ok && main.dataset.comesBack !== undefined) goHome();
}

async function watchAlert() {
  const url = main.dataset.state;
  if (!url) return;
  try {
    const answer = await fetch(url, { cache: "no-store" });
    if (!answer.ok) delete main.dataset.awaited; // a call the box no longer knows: nobody comes for it
    const { steps, awaited } = await answer.json();
    if (main.dataset.state !== url) return;
    if ("awaited" in main.dataset) main.toggleAttribute("data-awaited", awaited);
    for (const { name, words, done, warns } of steps) {
      const line = main.querySelector(`[data-step=${name}]`);
      if (!line) continue;
      line.classList.toggle("done", done);
      line.classList.toggle("warns", warns);
      line.hidden = words === "";
      const text = line.querySelector("span");
      if (text.textContent !== words) text.textContent = words;
    }
  } catch {
    // Keep what the page says; the next poll tries again.
  }
}

function begin() {
  touch();
  stay.textContent = main.dataset.closes;
  told.hidden = true;
  clearInterval(pollTimer);
  const page = main.dataset.page;
  if (page === "home") pollTimer = setInterval(watchRoom, 1500);
  if (main.dataset.state) pollTimer = setInterval(watchAlert, 700);
  if (main.dataset.comesBack !== undefined) pollTimer = setInterval(watchTrouble, 3000);
  if (page === "scan") startScan(main, show);
  if (page === "cameras") startChoice(main);
  if (main.dataset.tone) chime(main.dataset.tone === "leaf" || main.dataset.tone === "sky" ? "yes" : main.dataset.tone === "sun" ? "wait" : "no");
  if (page !== "home") main.querySelector("h1")?.setAttribute("tabindex", "-1");
}

begin();
tellShown();
