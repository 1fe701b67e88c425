// The scan page: sends the camera's frames to this server's reader as JPEG, one at a time, and stores none (P11).
import { Camera } from "./camera.js";

const FRAME_GAP_MS = 90;
const CODE_LETTERS = 10; // as printed under the QR code: PM and eight more characters
const HELD_MOST_MS = 60000; // as long a badge before the camera stands for a touch
const MOVED_MS = 2000; // as long ago somebody may have moved to be there
const EXTRA_MS = 20000; // by which movement alone extends a scan, once
let camera = null;
let running = 0;
const seen = { badge: -Infinity, movement: -Infinity, until: 0 };

export function stopScan() {
  running += 1;
  camera?.close();
  camera = null;
}

// When somebody was last at the page, in ms of performance.now(), if it was last `touched` then; `after` as many ms
// without anybody the page asks whether somebody is there.
export function lastThere(touched, after) {
  const held = Math.min(seen.badge, touched + HELD_MOST_MS);
  const last = Math.max(touched, held);
  const now = performance.now();
  if (!seen.until && now - last >= after && now - seen.movement < MOVED_MS) seen.until = last + EXTRA_MS;
  return Math.max(last, seen.until);
}

// A tap on the field opens a keypad with the characters of codes, as a touchscreen has no keyboard. The keypad has a
// field of its own, so that a keyboard or a scanner types into it too.
function offerPad(main) {
  const form = main.querySelector("form.type");
  const field = main.querySelector("#code");
  const pad = main.querySelector("dialog.pad");
  const shown = pad.querySelector("input");
  const code = () => field.value.replace(/[^0-9A-Za-z]/g, "");
  const write = (text) => {
    field.value = text;
    shown.value = text.replace(/(.{4})(?=.)/g, "$1 ");
  };
  const open = () => {
    write(code() || "PM");
    pad.showModal();
  };
  field.inputMode = "none";
  field.addEventListener("click", open);
  form.addEventListener("submit", (event) => {
    if (code().length > 2) return;
    event.preventDefault();
    event.stopPropagation();
    open();
  });
  const send = () => {
    pad.close();
    form.requestSubmit();
  };
  shown.addEventListener("input", () => { field.value = shown.value; });
  shown.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // the keypad closes, and the field behind it would take the key too
    send();
  });
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button")?.dataset.key;
    if (key === "close") pad.close();
    else if (key === "back") write(code().slice(0, -1) || "PM");
    else if (key && code().length < CODE_LETTERS) {
      write(code() + key);
      if (code().length === CODE_LETTERS) send();
    }
  });
}

function begin(main) {
  stopScan();
  const mine = running;
  Object.assign(seen, { badge: -Infinity, movement: -Infinity, until: 0 });
  camera = new Camera(main.querySelector(".camera"), () => mine === running);
  return camera;
}

async function gap(began) {
  await new Promise((wait) => setTimeout(wait, Math.max(0, FRAME_GAP_MS - (performance.now() - began))));
}

export async function startScan(main, show) {
  const eye = begin(main);
  offerPad(main);
  const say = main.querySelector(".say");
  const form = main.querySelector("form.type");
  const token = form.elements.token?.value ?? "";
  while (eye.alive()) {
    const began = performance.now();
    if (!eye.isOpen && !await eye.open()) return;
    const frame = await eye.frame();
    if (eye.moved) seen.movement = performance.now();
    if (frame && eye.alive()) {
      try {
        const answer = await fetch(form.action, {
          method: "POST", body: frame, signal: AbortSignal.timeout(5000),
          headers: { Accept: "application/json", "Content-Type": "image/jpeg", "X-Token": token },
        });
        const outcome = await answer.json();
        if (!eye.alive()) return;
        if (outcome.held || outcome.page) seen.badge = performance.now();
        if (outcome.page) {
          eye.sees();
          eye.tell(eye.name);
          return show(outcome.page);
        }
        if (outcome.outcome !== "unreadable") say.textContent = outcome.say;
      } catch {
        if (eye.alive()) say.textContent = "The reader is not answering. Type the code, or find an adult.";
      }
    }
    await gap(began);
  }
}

// The page on which somebody with a code from The box looks through the cameras and chooses one.
export async function startChoice(main) {
  const eye = begin(main);
  const form = main.querySelector("form");
  const names = form.querySelector(".cameras");
  const submit = form.querySelector("button.do");
  let shown = "";
  while (eye.alive()) {
    const began = performance.now();
    if (!eye.isOpen && !await eye.open()) return;
    await eye.frame();
    if (`${eye.order}` !== shown) {
      shown = `${eye.order}`;
      eye.tell();
      names.replaceChildren(...eye.order.map((name) => {
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
        button.className = "button plain";
        button.addEventListener("click", () => eye.choose(name));
        return button;
      }));
    }
    form.elements.name.value = eye.name;
    submit.disabled = !eye.name;
    for (const button of names.children) button.setAttribute("aria-pressed", button.textContent === eye.name);
    await gap(began);
  }
}
