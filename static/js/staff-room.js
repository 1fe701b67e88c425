// The staff room's screen: sounds while an adult is needed, confirms the chosen name, and shows missing answers.
import { chime, canSound } from "./chime.js";
import { believe, doubt, isFresh, stamp } from "./honest.js";

const calls = document.getElementById("calls");
const { link } = calls.dataset;
const sure = document.getElementById("sure");
const sound = document.getElementById("sound");
let tag = "";
let needed = calls.querySelector(".needed") !== null;

function show(html) {
  if (calls.innerHTML !== html) calls.innerHTML = html; // HTML from our own server, with every name escaped
}

async function look() {
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(`${link}.json`, { headers, cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (answer.status === 404) doubt();
    if ((answer.status !== 200 && answer.status !== 304) || !stamp(answer)) return;
    if (answer.status === 200) {
      const shown = await answer.json();
      show(shown.calls);
      needed = shown.rooms.length > 0;
      tag = answer.headers.get("ETag") ?? "";
    }
    believe();
  } catch {
    // isFresh() turns false when answers are missing for 30 s.
  }
}

async function send(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  const trouble = document.getElementById("trouble");
  try {
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(5000) });
    trouble.hidden = answer.type === "opaqueredirect";
  } catch {
    trouble.hidden = false;
  }
  await look();
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  event.preventDefault();
  if (!form.matches(".names")) {
    if (form.parentElement === sure) sure.close();
    return send(form, submitter);
  }
  const asked = sure.querySelector("form");
  asked.action = form.action;
  asked.elements.staff.value = submitter.value;
  asked.elements.alert.value = form.elements.alert.value;
  document.getElementById("sure-words").textContent = `${submitter.textContent} is going to ${form.dataset.room}?`;
  asked.querySelector(".go span").textContent = `Yes, ${submitter.textContent} is going`;
  sure.showModal();
});
document.getElementById("not-sure").addEventListener("click", () => sure.close());
sound.addEventListener("click", () => chime("yes"));

setInterval(() => { document.getElementById("unsure").hidden = isFresh(); }, 500);
setInterval(() => { if (needed) chime("alert"); sound.hidden = canSound(); }, 4000);
if (needed) chime("alert");
sound.hidden = canSound();
(async () => {
  for (;;) {
    await look();
    await new Promise((wait) => setTimeout(wait, 1000));
  }
})();
