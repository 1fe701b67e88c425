// Every staff page: shows alerts within two seconds, with sound, also after the log-in has idled (P5); updates Today.
import { canSound, chime } from "./chime.js";

const bar = document.getElementById("alerts");
const formKey = bar.dataset.formKey;
const lost = document.getElementById("no-answer");
let missed = 0;
let rung = 0;
const sound = document.getElementById("sound");
sound.addEventListener("click", () => chime("alert"));

function line(alert) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = `/alerts/${alert.id}/going`;
  form.dataset.alert = alert.id;
  const words = document.createElement("p");
  words.append(document.createElement("span"), document.createElement("small"));
  const key = Object.assign(document.createElement("input"), { type: "hidden", name: "form_key", value: formKey });
  const button = Object.assign(document.createElement("button"), { className: "button going", textContent: "I am going" });
  form.append(words, key, button);
  return form;
}

function showAlerts(alerts) {
  const wanted = new Set(alerts.map((alert) => String(alert.id)));
  for (const form of bar.querySelectorAll("form")) if (!wanted.has(form.dataset.alert)) form.remove();
  for (const alert of alerts) {
    let form = bar.querySelector(`[data-alert="${alert.id}"]`);
    if (!form) sound.before(form = line(alert));
    for (const [where, words] of [["p span", alert.words], ["p small", alert.passed]]) {
      const place = form.querySelector(where);
      if (place.textContent !== words) place.textContent = words;
    }
  }
  bar.hidden = alerts.length === 0;
  document.title = `${alerts.length ? "An adult is needed: " : ""}${document.title.replace(/^An adult is needed: /, "")}`;
  if (alerts.length && performance.now() - rung > 4000) {
    rung = performance.now();
    chime("alert");
  }
  // Right after a chime the audio context may still be starting.
  sound.hidden = !alerts.length || performance.now() - rung < 1500 ? sound.hidden : canSound();
}

function showNotices(notices) {
  const place = document.getElementById("notices");
  const words = notices.join("\n");
  if (place.textContent !== words) place.textContent = words;
  place.hidden = words === "";
}

function hideContent() {
  if (document.body.classList.contains("idle")) return;
  document.body.classList.add("idle");
  const note = document.createElement("div");
  note.className = "idle-note";
  const link = Object.assign(document.createElement("a"), { className: "button", href: "/log-in", textContent: "Log in again" });
  note.append("This page is hidden because nobody has used it for a while. Alerts still show here.", link);
  document.body.append(note);
}

function stopped() {
  hideContent();
  lost.textContent = "Your log-in has ended, so alerts no longer reach this page. Log in again.";
  lost.hidden = false;
}

async function refreshToday(mark) {
  const main = document.getElementById("main");
  if (!main.dataset.today || main.dataset.today === mark || main.contains(document.activeElement)) return;
  const page = new DOMParser().parseFromString(await (await fetch("/", { signal: AbortSignal.timeout(5000) })).text(), "text/html");
  const next = page.getElementById("main");
  if (next) main.replaceWith(next);
}

async function look() {
  try {
    const answer = await fetch("/now.json", { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(5000) });
    if (answer.type === "opaqueredirect" || answer.status === 401) return stopped();
    const now = await answer.json();
    missed = 0;
    lost.hidden = true;
    showAlerts(now.alerts);
    showNotices(now.notices);
    if (now.idle) hideContent();
    else await refreshToday(now.today);
  } catch {
    missed += 1;
    if (missed > 3) lost.hidden = false;
  }
  return undefined;
}

// On a phone the navigation is wider than the screen: scroll the current link to the middle.
for (const here of document.querySelectorAll(".rail [aria-current], .rail details[open] > summary")) {
  const strip = here.closest("ul");
  if (strip) strip.scrollLeft = here.offsetLeft - strip.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
}

(async () => {
  for (;;) {
    await look();
    await new Promise((wait) => setTimeout(wait, 1000));
  }
})();
