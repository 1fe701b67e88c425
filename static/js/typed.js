// What somebody has typed stays in this page's memory while their log-in is over, out of everybody's sight, and comes
// back when the same account logs in again. Passwords are not kept, and nothing is stored or sent.
const USED_MS = 20000;
let isTyped = false;
let told = performance.now();
let held = null;

const main = () => document.getElementById("main");
// The pages of concerns keep their words by themselves.
const keepsItself = () => main().dataset.me !== undefined;
export const hasWords = () => isTyped;

// The key of this log-in: another one after each log-in, in another tab too.
export function useKey(key) {
  for (const each of document.querySelectorAll("[name=form_key]")) each.value = key;
  for (const each of document.querySelectorAll("[data-form-key]")) each.dataset.formKey = key;
}

export function hide() {
  if (held || keepsItself()) return;
  for (const each of main().querySelectorAll("[type=password]")) each.value = "";
  held = document.createDocumentFragment();
  held.append(...main().childNodes);
}

// Whether what was hidden is shown again.
export function giveBack() {
  if (keepsItself()) return false;
  if (held) main().append(held);
  held = null;
  return true;
}

// Typing is use: the box hears of it from time to time, and does not end the log-in under somebody's hands.
document.addEventListener("input", (event) => {
  if (event.target.type !== "password") isTyped = true;
  if (performance.now() - told < USED_MS) return;
  told = performance.now();
  const body = new URLSearchParams({ form_key: document.querySelector("[name=form_key]").value });
  fetch("/me/here", { method: "POST", body, redirect: "manual" }).catch(() => {});
});

function say(form, words) {
  let line = form.querySelector(".not-sent");
  if (!line) form.append(line = Object.assign(document.createElement("p"), { className: "fault not-sent", role: "alert" }));
  line.textContent = words;
}

// Send a form only after the box has just said that this account is logged in. `isSure` tells whether it has; `look`
// asks, and resolves to the same.
let sending = null;
let isAsking = false;
export function sendOnlyWhenLoggedIn(isSure, look) {
  // On the window, after the listeners of single pages, which may send the form by themselves.
  addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || form === sending || form.getAttribute("method") !== "post" || !main().contains(form) || isSure()) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    const mayGo = await look();
    isAsking = false;
    if (!mayGo) return say(form, "This could not be sent just now. Your words are still here: try again in a moment.");
    form.querySelector(".not-sent")?.remove();
    sending = form;
    form.requestSubmit(submitter);
    sending = null;
    return undefined;
  });
}
