// The pages of concerns: drafts while writing, covering the screen, leaving a page, and the search of the list.
const main = document.getElementById("main");
const LOCKS_AFTER = 15 * 60 * 1000;
const DRAFT_AFTER = 3000;

// Cover the screen: F9, Escape twice within 800 ms, or the button.

const cover = () => document.getElementById("cover");
let escaped = -Infinity;

function coverNow() {
  document.body.classList.add("covered");
  cover().hidden = false;
  cover().querySelector("button").focus();
}

function uncover() {
  document.body.classList.remove("covered");
  cover().hidden = true;
}

addEventListener("keydown", (event) => {
  if (event.key === "F9") {
    event.preventDefault();
    coverNow();
  } else if (event.key === "Escape") {
    if (performance.now() - escaped < 800) coverNow();
    escaped = performance.now();
  }
}, true);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-cover]")) coverNow();
  if (event.target.closest("[data-uncover]")) uncover();
  if (event.target.closest("[data-print]")) print();
});

// Writing. The text stays in the page until the server has confirmed that it is saved.

const dirty = new Map(); // form -> the timer of its next draft
let leaving = false;

const said = (form, words, bad = false) => {
  const place = form.querySelector("[data-kept]");
  place.textContent = words;
  place.classList.toggle("fault", bad);
};

async function keep(form, { keepalive = false } = {}) {
  clearTimeout(dirty.get(form));
  const body = new URLSearchParams(new FormData(form));
  for (const secret of ["password", "code"]) body.delete(secret);
  try {
    const answer = await fetch("/concerns/draft", { method: "POST", body, keepalive, redirect: "manual", cache: "no-store" });
    if (answer.status === 204) said(form, "Kept sealed as you write. It is not saved yet.");
    else if (answer.status !== 409) said(form, "This cannot be kept for you right now: leave the page open.", true);
  } catch {
    said(form, "The box does not answer: leave this page open, your words are still here.", true);
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-writing]");
  if (!form || ["password", "code"].includes(event.target.name)) return;
  clearTimeout(dirty.get(form));
  dirty.set(form, setTimeout(keep, DRAFT_AFTER, form));
});

async function freshKey(form) {
  const answer = await fetch("/concerns/new", { cache: "no-store", redirect: "manual" });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.getElementById("main")?.dataset.me !== main.dataset.me) return false;
  form.elements.form_key.value = page.querySelector("[name=form_key]").value;
  return true;
}

async function save(form, button, again = true) {
  const body = new URLSearchParams(new FormData(form, button));
  // getAttribute, because form.action would be the field named "action".
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, redirect: "manual", cache: "no-store", headers: { Accept: "application/json" } });
  if (answer.type === "opaqueredirect") {
    return said(form, "Your log-in has ended, so this is not saved. Log in again in another window, then press Save here: your words are still here.", true);
  }
  if (answer.status === 403 && again && (await freshKey(form))) return save(form, button, false);
  if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
    const { to, error } = await answer.json();
    if (!to) return said(form, `${error} This is not saved. Your words are still here: try again, or write them on paper.`, true);
    leaving = true;
    clearTimeout(dirty.get(form));
    dirty.delete(form);
    return location.assign(to);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  clearTimeout(dirty.get(form));
  dirty.delete(form);
  main.replaceChildren(...page.getElementById("main").childNodes);
  const first = main.querySelector("form[data-writing]");
  if (first) dirty.set(first, 0);
  main.querySelector("[aria-invalid], [name=password]")?.focus();
  return undefined;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-writing]");
  if (!form) return;
  if (event.submitter?.dataset.plain !== undefined) {
    leaving = true;
    clearTimeout(dirty.get(form));
    dirty.delete(form);
    return;
  }
  event.preventDefault();
  const button = event.submitter;
  if (button) button.disabled = true;
  said(form, "Saving …");
  try {
    await save(form, button);
  } catch {
    said(form, "The box does not answer, so this is not saved. Your words are still here: try again in a moment.", true);
  } finally {
    if (button) button.disabled = false;
  }
});

// Leave the page, come back to it, and lock it when nobody uses it.

addEventListener("beforeunload", (event) => {
  if (dirty.size && !leaving) event.preventDefault();
});
addEventListener("pagehide", () => {
  for (const form of dirty.keys()) if (form.isConnected) keep(form, { keepalive: true });
  if (main.dataset.secret !== undefined) main.replaceChildren();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

let locks = 0;
function waitToLock() {
  clearTimeout(locks);
  locks = setTimeout(() => {
    if (main.dataset.secret === undefined) return;
    if (dirty.size) coverNow();
    else location.replace("/concerns");
  }, LOCKS_AFTER);
}
waitToLock();
document.addEventListener("input", waitToLock);

// When the log-in has idled, remove what is shown, but keep unsaved text hidden until the same person logs in again.

new MutationObserver(() => {
  if (!document.body.classList.contains("idle")) return;
  if (!dirty.size && main.dataset.secret !== undefined) main.replaceChildren();
  const link = document.querySelector(".idle-note a");
  if (link && dirty.size) link.target = "_blank";
}).observe(document.body, { attributes: true, attributeFilter: ["class"] });
async function comeBack() {
  if (!document.body.classList.contains("idle") || !dirty.size) return;
  for (const form of dirty.keys()) if (!(await freshKey(form).catch(() => false))) return;
  document.body.classList.remove("idle");
  document.querySelector(".idle-note")?.remove();
  document.getElementById("no-answer").hidden = true;
}
setInterval(comeBack, 3000);

// Search the list in this page only, so that no name is sent in an address.

document.getElementById("find")?.addEventListener("input", (event) => {
  const wanted = event.target.value.trim().toLowerCase();
  for (const row of main.querySelectorAll("[data-found-by]")) row.hidden = !row.dataset.foundBy.toLowerCase().includes(wanted);
});

// Encrypt again in small steps, after an owner has confirmed the readers.

const work = document.getElementById("seal-anew");
if (work) {
  const bar = work.querySelector("progress");
  work.addEventListener("submit", async (event) => {
    event.preventDefault();
    bar.hidden = false;
    work.querySelector("button").disabled = true;
    for (;;) {
      const answer = await fetch(work.action, { method: "POST", body: new URLSearchParams(new FormData(work)), redirect: "manual", headers: { Accept: "application/json" } });
      if (!answer.ok) return location.reload();
      const { done, waiting } = await answer.json();
      bar.value = bar.max - waiting;
      if (waiting === 0) return location.reload();
      if (done === 0) return;
    }
  });
}
