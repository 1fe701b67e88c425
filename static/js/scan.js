// The camera: sends frames to this server's reader as JPEG, one at a time, and stores none (P11).
const FRAME_GAP_MS = 90;
const PAD_AFTER_MS = 6000;
const CODE_LETTERS = 10; // as printed under the QR code: PM and eight more characters
let stream = null;
let running = 0;

export function stopScan() {
  running += 1;
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

function words(main, text) {
  const line = main.querySelector(".camera-words");
  if (!line) return;
  line.hidden = !text;
  line.textContent = text;
  main.querySelector(".camera").classList.toggle("without", Boolean(text));
}

async function openCamera(main, mine) {
  while (mine === running) {
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "user" }, audio: false });
      if (mine !== running) {
        opened.getTracks().forEach((track) => track.stop());
        return false;
      }
      stream = opened;
      const video = main.querySelector("video");
      video.srcObject = opened;
      await video.play();
      words(main, "");
      return true;
    } catch {
      words(main, "The camera is not there. Type the code under the square, or use the scanner.");
      await new Promise((wait) => setTimeout(wait, 1000));
    }
  }
  return false;
}

// An on-screen keypad with the characters of codes, for a screen without a keyboard.
function offerPad(main) {
  const open = main.querySelector(".open-pad");
  const pad = main.querySelector("dialog.pad");
  const field = main.querySelector("#code");
  const shown = pad.querySelector("output");
  const tell = () => { shown.textContent = field.value.replace(/(.{4})(?=.)/g, "$1 "); };
  open.addEventListener("click", () => {
    field.value = "PM";
    tell();
    pad.showModal();
  });
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button")?.dataset.key;
    if (key === "back") field.value = field.value.slice(0, -1) || "PM";
    else if (key === "close") pad.close();
    else if (key && field.value.length < CODE_LETTERS) field.value += key;
    tell();
    if (key && key.length === 1 && field.value.length === CODE_LETTERS) {
      pad.close();
      main.querySelector("form.type").requestSubmit();
    }
  });
  setTimeout(() => { open.hidden = false; }, PAD_AFTER_MS);
}

export async function startScan(main, show) {
  stopScan();
  offerPad(main);
  const mine = running;
  const say = main.querySelector(".say");
  const form = main.querySelector("form.type");
  const token = form.elements.token?.value ?? "";
  const canvas = document.createElement("canvas");
  const video = main.querySelector("video");
  if (!await openCamera(main, mine)) return;
  while (mine === running) {
    const began = performance.now();
    if (!stream?.active || stream.getVideoTracks()[0]?.readyState === "ended") {
      if (!await openCamera(main, mine)) return;
    }
    if (video.readyState >= 2 && video.videoWidth) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext("2d", { willReadFrequently: true }).drawImage(video, 0, 0);
      const frame = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
      try {
        const answer = await fetch(form.action, {
          method: "POST", body: frame, signal: AbortSignal.timeout(5000),
          headers: { Accept: "application/json", "Content-Type": "image/jpeg", "X-Token": token },
        });
        const outcome = await answer.json();
        if (mine !== running) return;
        if (outcome.page) return show(outcome.page);
        if (outcome.outcome !== "unreadable") say.textContent = outcome.say;
      } catch {
        if (mine === running) say.textContent = "The reader is not answering. Type the code, or find an adult.";
      }
    }
    await new Promise((wait) => setTimeout(wait, Math.max(0, FRAME_GAP_MS - (performance.now() - began))));
  }
}
