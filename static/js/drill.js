// The drill's times: follows a drill that runs, and touches the page only when something has changed.
const place = document.getElementById("drill");
let tag = "";

async function look() {
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const given = { headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(5000) };
    const answer = await fetch("/drill.json", given);
    if (answer.status !== 200) return;
    // Our own server's HTML, every name in it already written as text.
    const found = new DOMParser().parseFromString((await answer.json()).drill, "text/html");
    tag = answer.headers.get("ETag") ?? "";
    // When it is over, the whole page has something else to offer: another drill.
    if (!found.querySelector(".drill-now") && found.body.childElementCount) location.reload();
    else if (!place.contains(document.activeElement)) place.replaceChildren(...found.body.childNodes);
    else tag = "";
  } catch {
    // The bar that staff.js keeps on every page says when the box is lost.
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
