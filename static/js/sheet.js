// Polls a badge sheet: shows how many QR codes are read back, then the sheet; once its PDF was opened, the question after it.
const place = document.querySelector("[data-look]");
const isMade = place.id === "to-open";

async function look() {
  const answer = await fetch(place.dataset.look, { cache: "no-store", redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const { read, of, done, opened } = await answer.json();
  if (isMade ? opened : done) location.reload();
  if (isMade) return;
  place.querySelector("progress").value = read;
  place.querySelector("output").textContent = `${read} of ${of}`;
}

setInterval(look, 500);
