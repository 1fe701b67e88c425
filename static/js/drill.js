// Polls a running drill every second and updates its times when they have changed.
const place = document.getElementById("drill");
let tag = "";

async function look() {
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const given = { headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(5000) };
    const answer = await fetch("/drill.json", given);
    if (answer.status !== 200) return;
    // HTML from our own server, with every name escaped.
    const found = new DOMParser().parseFromString((await answer.json()).drill, "text/html");
    tag = answer.headers.get("ETag") ?? "";
    // When the drill is over, reload the page: it then offers to start another.
    if (!found.querySelector(".drill-now") && found.body.childElementCount) location.reload();
    else if (!place.contains(document.activeElement)) place.replaceChildren(...found.body.childNodes);
    else tag = "";
  } catch {
    // staff.js shows on every page when the server does not answer.
  }
}

if (place.dataset.running) {
  (async () => {
    for (;;) {
      await new Promise((wait) => setTimeout(wait, 1000));
      await look();
    }
  })();
}
