// Every staff page: shows alerts within two seconds, with sound, also after the log-in has idled (P5); updates Today.
import { canSound, chime } from "./chime.js";
import { giveBack, hasWords, hide, sendOnlyWhenLoggedIn, useKey } from "./typed.js";

const bar = document.getElementById("alerts");
const { me } = document.body.dataset;
let sure = performance.now(); // when the box said last that this account is logged in
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
  for (const [kind, className] of [["span", ""], ["small", "where"], ["small", "passed"]]) {
    words.append(Object.assign(document.createElement(kind), { className }));
  }
  const key = Object.assign(document.createElement("input"), { type: "hidden", name: "form_key", value: bar.dataset.formKey });
  const button = Object.assign(document.createElement("button"), { className: "button going" });
  form.append(words, key, button);
  return form;
}

function showAlerts(alerts) {
  const wanted = new Set(alerts.map((alert) => String(alert.id)));
  for (const form of bar.querySelectorAll("form")) if (!wanted.has(form.dataset.alert)) form.remove();
  for (const alert of alerts) {
    let form = bar.querySelector(`[data-alert="${alert.id}"]`);
    if (!form) sound.before(form = line(alert));
    for (const [where, words] of [["span", alert.what], [".where", alert.where], [".passed", alert.passed], ["button", alert.go]]) {
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

function hideContent(why) {
  hide();
  const words = hasWords() ? `${why} Your words are still here: log in again in the window that opens, then come back.` : why;
  let note = document.querySelector(".idle-note");
  if (!note) {
    note = document.createElement("div");
    note.className = "idle-note";
    const link = Object.assign(document.createElement("a"), { className: "button", href: "/log-in", textContent: "Log in again" });
    if (hasWords()) link.target = "_blank";
    note.append(document.createElement("span"), link);
    document.body.append(note);
  }
  if (note.firstChild.textContent !== words) note.firstChild.textContent = words;
  document.body.classList.add("idle");
}

function showContent(key) {
  if (key !== bar.dataset.formKey) useKey(key);
  if (!document.body.classList.contains("idle") || !giveBack()) return;
  useKey(key); // in what was hidden too
  document.body.classList.remove("idle");
  document.querySelector(".idle-note")?.remove();
}

function stopped() {
  hideContent("This page is hidden because your log-in has ended.");
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

// Whether the box says that this account is logged in.
async function look() {
  try {
    const answer = await fetch("/now.json", { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(5000) });
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      stopped();
      return true;
    }
    const now = await answer.json();
    missed = 0;
    lost.hidden = true;
    showAlerts(now.alerts);
    showNotices(now.notices);
    if (now.me !== me) {
      useKey(now.key); // an alert is answered by whoever is here now
      hideContent("Somebody else is logged in here now, so this page is hidden.");
    } else if (now.idle) hideContent("This page is hidden because nobody has used it for a while. Alerts still show here.");
    else {
      showContent(now.key);
      sure = performance.now();
      await refreshToday(now.today);
    }
    return true;
  } catch {
    missed += 1;
    if (missed > 3) lost.hidden = false;
    return false;
  }
}

// In the background a page looks seldom, and somebody may have logged in elsewhere.
document.addEventListener("visibilitychange", () => { sure = -Infinity; });
const isSure = () => performance.now() - sure < 2500;
sendOnlyWhenLoggedIn(isSure, async () => (await look()) && isSure());

// The rail begins below the bars at the top of the page, so that its end, Log out, is in sight beside them too.
const bars = [...document.querySelectorAll(".alerts, .no-answer, .notices")];
const fit = () => document.documentElement.style.setProperty("--bars", `${bars.reduce((sum, each) => sum + each.offsetHeight, 0)}px`);
const fitting = new ResizeObserver(fit);
for (const each of bars) fitting.observe(each);

(async () => {
  for (;;) {
    await look();
    await new Promise((wait) => setTimeout(wait, 1000));
  }
})();
