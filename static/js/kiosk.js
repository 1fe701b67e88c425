// The kiosk's one page at a time: every step is swapped in place, so that there is nothing to go back to (P10).
// Without this script every link and form still works; it adds the idle clock, the retry, and the quiet history.
import { startScan, stopScan } from "./scan.js";
import { chime } from "./chime.js";

const warnAfter = Number(document.body.dataset.warn) * 1000;
const homeAfter = Number(document.body.dataset.home) * 1000;
const asking = document.getElementById("still-there");
let main = document.getElementById("page");
let touched = performance.now();
let busy = false;
let pollTimer = 0;

function goHome() {
  const left = main.dataset.left;
  if (left) fetch(left, { method: "POST", keepalive: true, redirect: "manual" }).catch(() => {});
  location.replace("/");
}

function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const next = page.getElementById("page");
  if (!next) return goHome();
  stopScan();
  main.replaceWith(next);
  main = next;
  document.title = page.title;
  begin();
}

function says(words) {
  let line = document.getElementById("no-answer");
  if (!line) {
    line = Object.assign(document.createElement("p"), { id: "no-answer", role: "alert" });
    line.className = "note";
    main.prepend(line);
  }
  line.textContent = words;
}

// A lost answer is asked for again with the same key, and gives the same answer (P26).
async function send(url, options) {
  if (busy) return;
  busy = true;
  main.setAttribute("aria-busy", "true");
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await fetch(url, { ...options, headers: { Accept: "text/html" }, signal: AbortSignal.timeout(8000) });
        show(await answer.text());
        return;
      } catch {
        if (attempt === 4) {
          says("This screen is not answering. Please find a mentor, or any adult in the room.");
          return;
        }
        await new Promise((wait) => setTimeout(wait, 300 * attempt));
      }
    }
  } finally {
    busy = false;
    main.removeAttribute("aria-busy");
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
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const url = link.getAttribute("href");
  if (url === "/") return goHome();
  // Only the scan page's own document may open the camera; its place in the history is taken, not added to.
  if (url === "/scan") return location.replace(url);
  send(url, { method: "GET" });
});

for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
  addEventListener(kind, () => {
    touched = performance.now();
    if (asking.open) asking.close();
  }, { capture: true, passive: true });
}

setInterval(() => {
  const idle = performance.now() - touched;
  if (main.dataset.page === "home") {
    if (asking.open) asking.close();
    return;
  }
  if (idle >= homeAfter) goHome();
  else if (idle >= warnAfter && !asking.open && main.dataset.page !== "ticket" && main.dataset.page !== "outcome") asking.showModal();
}, 250);

// The back-forward cache would bring a page back with all that was on it: nothing is left to bring back.
addEventListener("pagehide", () => main.replaceChildren());
addEventListener("pageshow", (event) => { if (event.persisted) location.replace("/"); });

async function watchRoom() {
  if (main.dataset.page !== "home") return;
  try {
    const answer = await fetch("/state", { cache: "no-store" });
    const { shows } = await answer.json();
    if (main.dataset.page === "home" && shows && shows !== main.dataset.mark && !busy) await send("/", { method: "GET" });
  } catch {
    // The next look asks again; a tap meanwhile says so in words.
  }
}

async function watchAlert() {
  const url = main.dataset.state;
  if (!url) return;
  try {
    const { told, coming } = await (await fetch(url, { cache: "no-store" })).json();
    const step = (name, words) => {
      const line = main.querySelector(`[data-step=${name}]`);
      if (line && !line.classList.contains("done")) {
        line.classList.add("done");
        line.querySelector("span").textContent = words;
      }
    };
    if (told || coming) step("told", "We have told them.");
    if (coming) step("coming", `${coming} is coming.`);
  } catch {
    // What the page says stays true; the next look asks again.
  }
}

function begin() {
  touched = performance.now();
  clearInterval(pollTimer);
  if (asking.open) asking.close();
  const page = main.dataset.page;
  if (page === "home") pollTimer = setInterval(watchRoom, 1500);
  if (main.dataset.state) pollTimer = setInterval(watchAlert, 700);
  if (page === "scan") startScan(main, show);
  if (main.dataset.tone) chime(main.dataset.tone === "leaf" || main.dataset.tone === "sky" ? "yes" : main.dataset.tone === "sun" ? "wait" : "no");
  if (page !== "home") main.querySelector("h1")?.setAttribute("tabindex", "-1");
  if (page !== "home" && page !== "scan") main.querySelector("h1")?.focus({ preventScroll: true });
}

begin();
