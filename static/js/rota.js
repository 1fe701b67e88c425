// The rota: opens a drop-in beside the table, and moves a name by dragging. Without this script the links open pages.
const beside = document.getElementById("beside");
const heard = document.getElementById("heard");
let held = null;
let waiting = false;

const page = (html) => new DOMParser().parseFromString(html, "text/html");
const table = () => document.querySelector("table.glance");

function open(found) {
  const cell = found.getElementById("cell");
  if (!cell) return false;
  beside.querySelector(".inside").replaceChildren(cell);
  if (!beside.open) beside.showModal();
  (cell.querySelector("[name=despite]") ?? cell.querySelector("select"))?.focus();
  return true;
}

function say(words, wrong = false) {
  heard.textContent = words;
  heard.className = wrong ? "fault" : "said";
  heard.hidden = words === "";
}

function show(found) {
  document.getElementById("glance").replaceWith(found.getElementById("glance"));
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest(".glance a.hours");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const answer = await fetch(link.href).catch(() => null);
  if (!answer?.ok || !open(page(await answer.text()))) location.assign(link.href);
});

// The place under the pointer, if a name may be dropped there: a place of another drop-in that may be changed.
function landing(target) {
  const place = target.closest?.(".glance li[data-place]");
  if (!held || !place || place.closest(".drop-in") === held.closest(".drop-in")) return null;
  return place.closest(".drop-in.over") ? null : place;
}

function unmark() {
  for (const each of document.querySelectorAll(".over-me, .held")) each.classList.remove("over-me", "held");
}

function exchange(one, other) {
  const gap = document.createElement("li");
  one.replaceWith(gap);
  other.replaceWith(one);
  gap.replaceWith(other);
}

document.addEventListener("dragstart", (event) => {
  const name = event.target.closest?.(".glance li[draggable]");
  if (!name || waiting) return;
  held = name;
  event.dataTransfer.setData("text/plain", name.textContent.trim());
  event.dataTransfer.effectAllowed = "move";
  name.classList.add("held");
});

document.addEventListener("dragover", (event) => {
  const place = landing(event.target);
  document.querySelector(".over-me")?.classList.remove("over-me");
  if (!place) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  place.classList.add("over-me");
});

document.addEventListener("dragend", () => {
  held = null;
  unmark();
});

document.addEventListener("drop", async (event) => {
  const place = landing(event.target);
  if (!place) return;
  event.preventDefault();
  const name = held;
  unmark();
  await move(name, place);
});

// Exchange the two places on the screen at once, and undo that if the server refuses.
async function move(name, place) {
  const { move: address, formKey } = table().dataset;
  const sent = new URLSearchParams({ form_key: formKey, here: name.dataset.place, there: place.dataset.place });
  const back = table().cloneNode(true);
  waiting = true;
  exchange(name, place);
  table().classList.add("waiting");
  say("");
  try {
    const answer = await fetch(address, { method: "POST", body: sent });
    const found = page(await answer.text());
    if (answer.ok && found.getElementById("glance")) {
      show(found);
      say(found.querySelector("main > .said")?.textContent.trim() ?? "Moved.");
    } else {
      table().replaceWith(back);
      if (!open(found)) say("This was not moved. Open the page again, and try once more.", true);
      await refresh();
    }
  } catch {
    table().replaceWith(back);
    say("The box did not answer. Nothing was moved.", true);
  } finally {
    waiting = false;
    table()?.classList.remove("waiting");
  }
}

// Load the table again after a refusal, because somebody else may have changed it.
async function refresh() {
  const answer = await fetch(location.href);
  const found = answer.ok ? page(await answer.text()) : null;
  if (found?.getElementById("glance")) show(found);
}
