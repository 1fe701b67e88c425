// Polls a badge sheet that is being made: shows how many QR codes are read back, then the sheet.
const place = document.getElementById("in-work");
const bar = place.querySelector("progress");
const words = place.querySelector("output");

async function look() {
  const answer = await fetch(place.dataset.look, { cache: "no-store", redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const { read, of, done } = await answer.json();
  if (done) location.reload();
  bar.value = read;
  words.textContent = `${read} of ${of}`;
}

setInterval(look, 500);
